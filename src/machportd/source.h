/*
 * A source: a descriptor that the event loop watches, embedded in what it
 * belongs to. The loop may still hold events for a source that was retired, so
 * the memory is given back only when the loop has worked off what it holds.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>

#include "base_list.h"

struct user;

struct source {
	/* There is something to read, or an end. NULL: retired. */
	void (*ready)(struct source *source);
	/* The memory, after server_retire(). */
	void (*free)(struct source *source);
	struct list retired_link;
	struct user *user; /* whose turns it takes, borrowed; NULL: nobody's */
	bool ends;         /* all that it tells is an end */
};

#endif
