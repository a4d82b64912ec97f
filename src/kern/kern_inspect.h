/*
 * Looking at tasks, ports and messages: the records of <machport/inspect.h>, made of
 * what the engine has. Nothing is kept for it, and nothing changes by it.
 *
 * Who looks is an identity, and sees what kern_policy_may_see() lets him see. What may
 * be much is told in portions: no call looks at more than some thousand things, however
 * many there are, since while it does nobody else is served.
 */
#ifndef KERN_INSPECT_H
#define KERN_INSPECT_H

#include <machport/inspect.h>

#include "ipc_space.h"
#include "kern_task.h"

/* One who looks, for the time of one call. */
struct kern_look {
	const struct ipc_identity *who; /* borrowed; NULL: the kernel itself */
	/* The last space that he was or was not to see: asking is a system call. */
	const struct ipc_space *last;
	bool last_seen;
};

/* Records one behind the other. They are the kernel's, and last until the next call of
 * any of these. */
struct kern_portion {
	void *records;
	uint32_t bytes;
};

bool kern_look_sees(struct kern_look *look, const struct ipc_space *space);

/*
 * A portion each; *@cursor as in <machport/inspect.defs>, which may be anything.
 *
 * Return:	KERN_SUCCESS
 *		KERN_INVALID_ARGUMENT	there is no task @task, or port or set @port
 *		KERN_NO_ACCESS		who looks may not see it
 */
kern_return_t kern_inspect_tasks(struct kern_look *look, uint64_t *cursor,
    struct kern_portion *portion_out) __attribute__((warn_unused_result));
kern_return_t kern_inspect_names(struct kern_look *look, uint32_t task,
    uint64_t *cursor, struct kern_portion *portion_out)
    __attribute__((warn_unused_result));
kern_return_t kern_inspect_port(struct kern_look *look, uint32_t port,
    uint64_t *cursor, struct kern_portion *portion_out)
    __attribute__((warn_unused_result));

/* One record. Codes as above. */
kern_return_t kern_inspect_find(struct kern_look *look, uint32_t port,
    struct kern_portion *portion_out) __attribute__((warn_unused_result));

#endif
