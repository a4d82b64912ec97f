/* Packets on a Unix socket, with descriptors and credentials. */
#include "packet.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base_assert.h"

/* Linux 6.5; not in older headers. */
#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#endif
#ifndef SCM_PIDFD
#define SCM_PIDFD 0x04
#endif

/* No longer than this, a packet is copied together. */
#define PACKET_SMALL 512

/* Room for everything that Linux adds to a packet. */
union control {
	struct cmsghdr header;
	uint8_t room[CMSG_SPACE(PACKET_FILES_MAX * sizeof(int)) +
	    CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(sizeof(int))];
};

static void
read_control(struct packet *packet, struct msghdr *message)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	size_t bytes;

	for (; header; header = CMSG_NXTHDR(message, header)) {
		if (header->cmsg_level != SOL_SOCKET)
			continue;
		bytes = header->cmsg_len - CMSG_LEN(0);
		switch (header->cmsg_type) {
		case SCM_RIGHTS:
			mp_assert(bytes <= sizeof(packet->files));
			memcpy(packet->files, CMSG_DATA(header), bytes);
			packet->file_count = (unsigned)(bytes / sizeof(int));
			break;
		case SCM_CREDENTIALS:
			memcpy(&packet->credentials, CMSG_DATA(header),
			    sizeof(packet->credentials));
			packet->has_credentials = true;
			break;
		case SCM_PIDFD:
			memcpy(&packet->pidfd, CMSG_DATA(header),
			    sizeof(packet->pidfd));
			break;
		default:
			break;
		}
	}
}

enum packet_status
packet_receive(int fd, struct packet *packet)
{
	union control control;
	struct iovec part = {packet->bytes, sizeof(packet->bytes)};
	struct msghdr message = {
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof(control),
	};
	ssize_t got = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	packet->file_count = 0;
	packet->pidfd = -1;
	packet->has_credentials = false;
	if (got < 0 && errno == ECONNRESET)
		return PACKET_RESET;
	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? PACKET_NONE
		                                         : PACKET_END;
	if (message.msg_controllen > 0)
		read_control(packet, &message);
	packet->byte_count = (size_t)got;
	packet->truncated = (message.msg_flags & MSG_TRUNC) != 0;
	packet->files_lost = (message.msg_flags & MSG_CTRUNC) != 0;
	/* An empty packet is no packet of ours: it ends the connection, too. */
	return got == 0 ? PACKET_END : PACKET_READY;
}

int
packet_take_file(struct packet *packet, unsigned index)
{
	int fd;

	mp_assert(index < packet->file_count);
	fd = packet->files[index];
	mp_assert(fd >= 0);
	packet->files[index] = -1;
	return fd;
}

void
packet_dispose(struct packet *packet, struct user *owner)
{
	for (unsigned i = 0; i < packet->file_count; i++)
		if (packet->files[i] >= 0)
			user_close(owner, packet->files[i]);
	packet->file_count = 0;
	if (packet->pidfd >= 0)
		(void)close(packet->pidfd);
	packet->pidfd = -1;
}

static void
write_control(struct msghdr *message, union control *control, const int *files,
    size_t bytes)
{
	struct cmsghdr *header;

	message->msg_control = control;
	message->msg_controllen = CMSG_SPACE(bytes);
	memset(control, 0, CMSG_SPACE(bytes));
	header = &control->header;
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(bytes);
	memcpy(CMSG_DATA(header), files, bytes);
}

/* A small packet without descriptors, which most are, costs less in one
 * piece. */
static ssize_t
send_small(int fd, const struct iovec *parts, size_t part_count)
{
	uint8_t packet[PACKET_SMALL];
	size_t bytes = 0;

	for (size_t i = 0; i < part_count; i++) {
		if (parts[i].iov_len == 0)
			continue;
		memcpy(packet + bytes, parts[i].iov_base, parts[i].iov_len);
		bytes += parts[i].iov_len;
	}
	return send(fd, packet, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static ssize_t
send_whole(int fd, struct iovec *parts, size_t part_count, const int *files,
    unsigned file_count)
{
	union control control;
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = part_count};

	if (file_count > 0)
		write_control(
		    &message, &control, files, file_count * sizeof(int));
	return sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

int
packet_send(int fd, struct iovec *parts, size_t part_count, const int *files,
    unsigned file_count)
{
	size_t bytes = 0;
	ssize_t sent;

	mp_assert(file_count <= PACKET_ANSWER_FILES);
	for (size_t i = 0; i < part_count; i++)
		bytes += parts[i].iov_len;
	if (bytes <= PACKET_SMALL && file_count == 0)
		sent = send_small(fd, parts, part_count);
	else
		sent = send_whole(fd, parts, part_count, files, file_count);
	return sent < 0 ? -errno : 0;
}

void
packet_pass_credentials(int fd)
{
	int value = 1;

	/* Cannot fail for a Unix socket. */
	(void)setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &value, sizeof(value));
}

void
packet_pass_pidfd(int fd, bool pass)
{
	int value = pass;

	/* Where Linux has none to pass, none are passed. */
	(void)setsockopt(fd, SOL_SOCKET, SO_PASSPIDFD, &value, sizeof(value));
}

/*
 * Is there anything to read on @fd? Its credentials tell: a packet has them, be
 * it empty, and the end has not. Its descriptors do not come, since there is no
 * room for them.
 */
static bool
has_unread(int fd)
{
	union {
		struct cmsghdr header;
		uint8_t room[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	struct msghdr message = {
	    .msg_control = &control,
	    .msg_controllen = sizeof(control),
	};
	ssize_t got;

	packet_pass_credentials(fd);
	/* A reset is told once, and before what can still be read. */
	do {
		got = recvmsg(fd, &message, MSG_DONTWAIT | MSG_PEEK);
	} while (got < 0 && (errno == ECONNRESET || errno == EINTR));
	return got >= 0 && message.msg_controllen > 0;
}

void
packet_end(int fd, struct user *owner)
{
	/* From here on the peer cannot send. */
	(void)shutdown(fd, SHUT_RDWR);
	if (has_unread(fd))
		user_close(owner, fd);
	else
		(void)close(fd);
}
