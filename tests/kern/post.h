/*
 * Messages as tasks send and receive them, where a test writes their bytes itself.
 */
#ifndef TESTS_KERN_POST_H
#define TESTS_KERN_POST_H

#include <mach/message.h>

#include "kern_task.h"

/* @task sends @message, whose header is complete. The world is recounted. */
mach_msg_return_t post_send(struct kern_task *task, const void *message);

/* What @task receives on @port or in a set, cut to @room bytes; without a trailer.
 * MACH_RCV_TIMED_OUT: nothing is there. */
mach_msg_return_t post_receive(struct kern_task *task, mach_port_name_t port,
    void *message_out, size_t room);

/* The receive right @port of @from goes to @to: its name there. */
mach_port_name_t post_receive_right(
    struct kern_task *from, mach_port_name_t port, struct kern_task *to);

/* How many messages wait on @port. */
uint32_t post_count(struct kern_task *task, mach_port_name_t port);

#endif
