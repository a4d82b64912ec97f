/*
 * Packets on a connection to the kernel: the system calls, and nothing above.
 *
 * Made by syscall(), so that they are no cancellation points: a cancelled
 * thread must not lose the answer to a trap. All return a negative errno on
 * failure; EINTR never shows, except where it is said.
 */
#ifndef LIBMACHPORT_PACKET_H
#define LIBMACHPORT_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>

/* No answer brings more files: the sender's and the kernel's, and those of
 * placed regions (wire_msg.h). */
#define PACKET_FILES_MAX 18

/* Where a kernel listens. length 0: nowhere. */
struct packet_address {
	struct sockaddr_un name;
	socklen_t length;
};

/*
 * The files that came with a packet: opened, and owned by the caller, who gives
 * them back with packet_files_close().
 */
struct packet_files {
	unsigned count;
	int list[PACKET_FILES_MAX];
};

/* @count bytes to be sent. Linux has one type for what it reads and writes. */
static inline struct iovec
packet_part(const void *bytes, size_t count)
{
	struct iovec part = {.iov_len = count};

	memcpy(&part.iov_base, &bytes, sizeof(bytes));
	return part;
}

/* A new connection to @address: its descriptor, or a negative errno. */
int packet_connect(const struct packet_address *address);

/*
 * @descriptor (CONSUMED) again under a high number: programs rely on getting
 * the low ones, and those that close everything and go on then do not hit ours
 * with what they open next. Returns it unchanged if there is no room up there.
 */
int packet_raise(int descriptor);

/*
 * Is it this process, or Linux, that is short of something for now? Of a
 * negative errno: all else says that the other end is gone, or refuses.
 */
bool packet_is_shortage(int error);

/*
 * Programs close descriptors that are not theirs, all of them for example, and
 * get our numbers for files of their own. So each connection that is kept has
 * an identity, by which it is closed: harmless if it is another file by now.
 * PACKET_LOST: the descriptor is no connection.
 */
#define PACKET_LOST UINT64_C(0)
uint64_t packet_identity(int connection);
void packet_close(int connection, uint64_t identity);

/* Send one packet, with @files (borrowed), which may be NULL. 0, or a negative
 * errno: EFAULT if the caller's memory cannot be read; nothing was sent then. */
int packet_send(int connection, const struct iovec *parts, size_t part_count,
    const struct packet_files *files);

/* The same without a file, saying who we are: Linux checks it. */
int packet_send_identity(
    int connection, const struct iovec *parts, size_t part_count);

/*
 * Wait for one packet; what does not fit @parts is lost. @files_out may be NULL
 * if none can come.
 *
 * Return:	its bytes, as far as they fit; 0 or a negative errno if the
 *		connection is gone; -EFAULT: @parts cannot be written
 */
ssize_t packet_receive(int connection, const struct iovec *parts,
    size_t part_count, struct packet_files *files_out);

/* Wait for a packet without taking it, but copy as much of it as fits. */
ssize_t packet_peek(
    int connection, const struct iovec *parts, size_t part_count);

/* Is there a packet of ours that the other end has not taken yet? */
bool packet_is_unread(int connection);

/* Those that are -1 have been taken. */
void packet_files_close(struct packet_files *files);

#endif
