/* One trap: a request to the kernel and its answer. */
#include "trap.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "thread_conn.h"

/* Bytes of a signal set as Linux has it. */
#define LINUX_SIGNALS_BYTES ((size_t)8)

/* Not inlined: a frame of our own, below the caller's. */
__attribute__((noinline)) int
trap_begin(struct trap *trap, uint16_t number)
{
	int error = 0;

	trap->errno_before = errno;
	trap->connection = thread_conn_take(__builtin_frame_address(0), &error);
	if (!trap->connection) {
		errno = trap->errno_before;
		return error;
	}
	trap->broken = false;
	trap->interruptible = false;
	trap->header = (struct wire_header){
	    .number = number,
	    .sequence = ++trap->connection->sequence,
	};
	return 0;
}

int
trap_send(struct trap *trap, const struct iovec *parts, size_t part_count,
    const struct packet_files *files, bool interruptible)
{
	sigset_t all;
	int r;

	if (interruptible) {
		(void)sigfillset(&all);
		(void)pthread_sigmask(SIG_SETMASK, &all, &trap->signals);
	}
	r = packet_send(trap->connection->descriptor, parts, part_count, files);
	if (interruptible && r == 0)
		trap->interruptible = true;
	else if (interruptible)
		(void)pthread_sigmask(SIG_SETMASK, &trap->signals, NULL);
	if (r < 0 && r != -EFAULT && r != -EMSGSIZE)
		trap->broken = true;
	return r;
}

/* Ask the kernel to end the trap. If it cannot be asked, it is gone, and the
 * wait will tell. */
static void
trap_cancel(struct trap *trap)
{
	struct wire_header cancel = {
	    .number = WIRE_CANCEL,
	    .sequence = trap->header.sequence,
	};
	struct iovec part = {&cancel, sizeof(cancel)};

	(void)packet_send(trap->connection->descriptor, &part, 1, NULL);
}

/* Interruptible: wait until there is an answer to receive, or a signal came.
 * Only handlers interrupt, those with SA_RESTART too. */
static void
trap_wait(struct trap *trap)
{
	struct pollfd poll = {
	    .fd = trap->connection->descriptor,
	    .events = POLLIN,
	};
	bool interrupted;

	interrupted = syscall(SYS_ppoll, &poll, 1, NULL, &trap->signals,
	                  LINUX_SIGNALS_BYTES) < 0 &&
	    errno == EINTR;
	trap->interruptible = false;
	(void)pthread_sigmask(SIG_SETMASK, &trap->signals, NULL);
	if (interrupted)
		trap_cancel(trap);
}

/* Is @answer to this trap? */
static bool
is_answer(const struct trap *trap, const struct iovec *answer)
{
	struct wire_header header;

	memcpy(&header, answer->iov_base, sizeof(header));
	return header.number == trap->header.number &&
	    header.sequence == trap->header.sequence;
}

/*
 * Some of the memory for the answer cannot be written. If Linux saw that before
 * it began, the packet is still there: take its fixed part. If it saw it on the
 * way, that part was copied first, and the packet is gone.
 */
static ssize_t
receive_fixed(struct trap *trap, const struct iovec *answer, size_t fixed)
{
	struct iovec part = {answer->iov_base, fixed};
	ssize_t r;

	if (!is_answer(trap, answer)) {
		r = packet_receive(
		    trap->connection->descriptor, &part, 1, NULL);
		if (r < (ssize_t)fixed)
			return r < 0 ? r : -ECONNRESET;
	}
	return -EFAULT;
}

ssize_t
trap_receive(struct trap *trap, const struct iovec *parts, size_t part_count,
    size_t fixed, struct packet_files *files_out)
{
	ssize_t r;

	if (trap->interruptible)
		trap_wait(trap);
	memset(parts->iov_base, 0, sizeof(struct wire_header));
	if (files_out)
		files_out->count = 0;
	r = packet_receive(
	    trap->connection->descriptor, parts, part_count, files_out);
	if (r == -EFAULT)
		r = receive_fixed(trap, parts, fixed);
	if (r >= (ssize_t)fixed || r == -EFAULT) {
		if (is_answer(trap, parts))
			return r;
		r = -EPROTO;
	}
	if (files_out)
		packet_files_close(files_out);
	trap->broken = true;
	return r < 0 ? r : -ECONNRESET;
}

int
trap_peek(struct trap *trap, void *answer_out, size_t bytes)
{
	struct iovec part = {answer_out, bytes};
	ssize_t r;

	if (trap->interruptible)
		trap_wait(trap);
	r = packet_peek(trap->connection->descriptor, &part, 1);
	if (r == (ssize_t)bytes)
		return 0;
	trap->broken = true;
	return r < 0 ? (int)r : -ECONNRESET;
}

void
trap_end(struct trap *trap)
{
	thread_conn_give(trap->connection, trap->broken);
	errno = trap->errno_before;
}
