/*
 * The watches of a task: for each port and set that it wants in an event loop, the
 * level that a descriptor of its own shows (machport_fd()).
 *
 * A name has at most one. It is known by a number, since it outlives its name: when
 * the right is gone it stays, readable, until the task gives it up or dies. Then the
 * name may be another's, which has no watch yet.
 */
#ifndef KERN_WATCH_H
#define KERN_WATCH_H

#include "kern_platform.h"

/**
 * kern_watch_open() - the watch on a name, made if there is none
 * @known:	[in]  the number of the watch that the task believes @name has; 0: none
 * @id_out:	[out] its number
 * @level_out:	[out] its level, for the task to be passed; borrowed. NULL if it is
 *		@known, of which the task has a descriptor
 *
 * Return:	KERN_SUCCESS
 *		KERN_INVALID_NAME	no such name, or a dead one
 *		KERN_INVALID_RIGHT	no receive right and no set
 *		KERN_RESOURCE_SHORTAGE	no memory, or over the budget of the user
 */
kern_return_t kern_watch_open(struct kern_task *task, mach_port_name_t name,
    uint32_t known, uint32_t *id_out, struct kern_level **level_out)
    __attribute__((warn_unused_result));

/* The task has no use for the watch @id any more. KERN_INVALID_VALUE: it has none
 * of that number. */
kern_return_t kern_watch_close(struct kern_task *task, uint32_t id);

/* The task dies: all of them. */
void kern_watch_close_all(struct kern_task *task);

#endif
