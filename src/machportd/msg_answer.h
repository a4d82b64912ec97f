/*
 * The answer to a mach_msg() trap: what the engine left in the connection's
 * waiter, as wire_msg.h has it.
 */
#ifndef MSG_ANSWER_H
#define MSG_ANSWER_H

struct conn;

/*
 * Send the answer to the trap of @conn, whose waiter is IDLE, and free what is
 * in the waiter. Memory that cannot be had for an out-of-line region is told to
 * the task as the spec has it (messages.md 11.7): the region is missing.
 */
void msg_answer(struct conn *conn);

#endif
