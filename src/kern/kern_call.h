/*
 * The calls as words: what a task asks of its kernel by any way but a message,
 * in the numbers and shapes of wire_call.h. Who carried the words here, and
 * where those that come out go, is not known here.
 */
#ifndef KERN_CALL_H
#define KERN_CALL_H

#include "ipc_kmsg.h"
#include "ipc_origin.h"
#include "kern_thread.h"
#include "wire_call.h"

/* The most words out of a call with a fixed number of them. */
#define KERN_CALL_OUT_WORDS 6

/* Words in memory of their own. */
struct kern_call_words {
	uint32_t *words;
	uint32_t count;
};

struct kern_call {
	/* Who calls, and what; all borrowed. */
	enum wire_call number;
	struct kern_task *caller;    /* NULL: the call came in a message */
	struct kern_thread **thread; /* the caller keeps its thread here: NULL
	                              * until it is first asked for, then +1 */
	uint32_t thread_id;          /* for kern_thread_get() */
	struct kern_file *file_in;   /* what came along, or NULL */
	const uint32_t *in;          /* its words in, just those of its shape */

	/* Whom the call is about: NULL where the words in are to tell. Else the
	 * first word, where it would tell that, is not looked at. */
	struct kern_task *task;

	/* Of a call that came in a message the rights are naked, and the words
	 * for their names mean nothing. In: what the message brought, CONSUMED on
	 * success. Out: what the reply takes along, +1. */
	struct ipc_kmsg_right right_in;
	struct ipc_origin origin; /* of that */
	struct ipc_kmsg_right right_out;

	/* What comes out; of a call that failed it means nothing. */
	uint32_t out[KERN_CALL_OUT_WORDS];
	struct kern_call_words more[2]; /* "+ n": the one behind the other */
	/* Whose descriptor goes along; borrowed, or NULL. One of them at most. */
	struct kern_level *level;
	struct kern_file *file_out;
};

/**
 * kern_call() - make a call; none about lanes, which are the platform's
 * @call:	[in]  all fields above `out`; those below are 0
 *		[out] the words out, on KERN_SUCCESS
 *
 * The names in the words are the caller's, but for those that are about
 * `task`. Without a caller `task` is given, and the call came in a message
 * (kern_mig.h). In any case kern_call_deinit() has to follow.
 *
 * Return:	as the call itself, or as kern_task_find() for its first word;
 *		KERN_RESOURCE_SHORTAGE also for what is needed to make it
 */
kern_return_t kern_call(struct kern_call *call)
    __attribute__((warn_unused_result));

/* The words that came out are freed. */
void kern_call_deinit(struct kern_call *call);

#endif
