/*
 * Threads of the tests' tasks, and what they get from a send or a receive.
 */
#ifndef THREAD_H
#define THREAD_H

#include <mach/message.h>

#include "ipc.h"
#include "ipc_mqueue.h"
#include "message.h"

/* What the world keeps for a space; its owner. */
struct task {
	struct list link; /* of the world */
	struct ipc_space *space;
	struct list threads; /* struct thread.link */
	struct thread *main; /* for world_send() and such; or NULL */
};

/*
 * One thread of a task: what can be blocked. It belongs to the world and ends
 * with its task, or with thread_end().
 */
struct thread {
	struct ipc_waiter waiter;
	struct list link; /* the task's threads */
	struct ipc_space *space;
	unsigned woken; /* how often a blocked operation was completed */
	uint32_t taken; /* by the last send: descriptors whose memory went */
};

struct thread *world_thread(struct ipc_space *task);
/* It is killed, whatever it is doing. */
void thread_end(struct thread *thread);
void thread_end_unchecked(struct thread *thread);
/* Time passes, or a signal comes. */
void thread_time_out(struct thread *thread);
void thread_interrupt(struct thread *thread);
bool thread_blocked(const struct thread *thread);

/*
 * A call; its result lasts until the thread's next. MACH_SEND_MSG or MACH_RCV_MSG
 * is added to the options. Without a time, MACH_SEND_TIMEOUT and MACH_RCV_TIMEOUT
 * mean 0: never wait.
 */
mach_msg_return_t thread_send(struct thread *thread,
    const struct message *message, mach_msg_option_t option,
    mach_port_name_t notify);
mach_msg_return_t thread_send_for(struct thread *thread,
    const struct message *message, mach_msg_option_t option,
    mach_port_name_t notify, mach_msg_timeout_t timeout);
/* For worlds too large to be checked at each step. Never waits. */
mach_msg_return_t thread_send_unchecked(
    struct thread *thread, const struct message *message);
mach_msg_return_t thread_receive(struct thread *thread, mach_port_name_t name,
    mach_msg_option_t option, mach_msg_size_t rcv_size);

/* Where every thread's buffers are: the guards of rights that come guarded. */
#define THREAD_SEND_ADDRESS 0x5000
#define THREAD_RCV_ADDRESS 0x6000

/* Room for every message of the tests, with every trailer. */
#define ROOMY (1u << 27)
/* Never wait. */
#define POLL (MACH_RCV_TIMEOUT | MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AV))

/* What a thread got from its last operation, copied but for the message. */
struct got {
	mach_msg_return_t code;
	uint8_t outcome;
	const struct ipc_kmsg *kmsg; /* the thread's, or NULL */
	mach_msg_header_t header;    /* zero if no message came */
	mach_msg_max_trailer_t trailer;
	mach_msg_size_t trailer_bytes;
	mach_msg_size_t large_size;
	mach_port_name_t large_name;
};

struct got thread_got(const struct thread *thread);
/* Bytes of the message; the test fails if it has not so many. */
void got_bytes(const struct got *got, uint64_t offset, void *to, size_t count);
uint32_t got_descriptor_count(const struct got *got);
/* The nth descriptor, which must be of that type. */
mach_msg_port_descriptor_t got_port(const struct got *got, unsigned nth);
mach_msg_ool_descriptor64_t got_ool(const struct got *got, unsigned nth);
mach_msg_ool_ports_descriptor64_t got_ports(
    const struct got *got, unsigned nth);
mach_msg_guarded_port_descriptor64_t got_guarded(
    const struct got *got, unsigned nth);
/* The contents of the nth descriptor's memory. */
void got_region(const struct got *got, unsigned nth, void *to, size_t count);

#endif
