/* Packets on a Unix socket, with descriptors and credentials. */
#include "packet.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base_assert.h"
#include "file.h"

/* Linux 6.5; not in older headers. */
#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#endif
#ifndef SCM_PIDFD
#define SCM_PIDFD 0x04
#endif

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
	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? PACKET_NONE
		                                         : PACKET_END;
	if (message.msg_controllen > 0)
		read_control(packet, &message);
	packet->byte_count = (size_t)got;
	packet->truncated = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
	/* An empty packet is no packet of ours: it ends the connection, too. */
	return got == 0 ? PACKET_END : PACKET_READY;
}

int
packet_take_file(struct packet *packet)
{
	mp_assert(packet->file_count == 1);
	packet->file_count = 0;
	return packet->files[0];
}

void
packet_dispose(struct packet *packet, uid_t owner)
{
	for (unsigned i = 0; i < packet->file_count; i++)
		file_close_foreign(packet->files[i], owner);
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

/* A small packet without descriptors, which most are, costs less in one piece. */
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
packet_pass_credentials(int fd, bool pass)
{
	int value = pass;

	/* Cannot fail for a Unix socket; and where Linux has no pidfds to pass,
	 * they are not passed. */
	(void)setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &value, sizeof(value));
	(void)setsockopt(fd, SOL_SOCKET, SO_PASSPIDFD, &value, sizeof(value));
}

void
packet_end(int fd, uid_t owner, struct packet *packet)
{
	enum packet_status status;

	/* From here on the peer cannot send. */
	(void)shutdown(fd, SHUT_RDWR);
	/* A packet has credentials now, even an empty one; the end has not. */
	packet_pass_credentials(fd, true);
	do {
		status = packet_receive(fd, packet);
		packet_dispose(packet, owner);
	} while (status == PACKET_READY || packet->has_credentials);
	(void)close(fd);
}
