/* Packets on a connection to the kernel. */
#include "packet.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Where packet_raise() puts a descriptor, limits permitting. */
#define HIGH_DESCRIPTOR 512

/* Room for files, or for an identity. */
union packet_control {
	struct cmsghdr header;
	char files[CMSG_SPACE(PACKET_FILES_MAX * sizeof(int))];
	char identity[CMSG_SPACE(sizeof(struct ucred))];
};

int
packet_connect(const struct packet_address *address)
{
	/* As it is closed: who watches descriptors, such as TSan, is to see both
	 * or neither. */
	int descriptor =
	    (int)syscall(SYS_socket, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	long r;

	if (descriptor < 0)
		return -errno;
	do {
		r = syscall(
		    SYS_connect, descriptor, &address->name, address->length);
	} while (r < 0 && errno == EINTR);
	if (r < 0) {
		r = -errno;
		(void)syscall(SYS_close, descriptor);
		return (int)r;
	}
	return packet_raise(descriptor);
}

int
packet_raise(int descriptor)
{
	struct rlimit limit;
	int lowest = HIGH_DESCRIPTOR;
	int raised;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
	    limit.rlim_cur / 2 < HIGH_DESCRIPTOR)
		lowest = (int)(limit.rlim_cur / 2);
	raised = fcntl(descriptor, F_DUPFD_CLOEXEC, lowest);
	if (raised < 0)
		return descriptor;
	(void)syscall(SYS_close, descriptor);
	return raised;
}

bool
packet_is_shortage(int error)
{
	switch (-error) {
	case EAGAIN:
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		return true;
	default:
		return false;
	}
}

uint64_t
packet_identity(int connection)
{
	struct stat status;

	if (fstat(connection, &status) != 0 || !S_ISSOCK(status.st_mode))
		return PACKET_LOST;
	return status.st_ino;
}

void
packet_close(int connection, uint64_t identity)
{
	if (identity != PACKET_LOST && packet_identity(connection) == identity)
		(void)syscall(SYS_close, connection);
}

/* The parts as Linux takes them: it does not write through them here. */
static struct msghdr
message_of(const struct iovec *parts, size_t part_count)
{
	struct msghdr message = {.msg_iovlen = part_count};

	memcpy(&message.msg_iov, &parts, sizeof(message.msg_iov));
	return message;
}

/* What goes with @message, of the kind @type. */
static void
add_control(struct msghdr *message, union packet_control *control, int type,
    const void *data, size_t bytes)
{
	memset(control, 0, sizeof(*control));
	control->header.cmsg_len = CMSG_LEN(bytes);
	control->header.cmsg_level = SOL_SOCKET;
	control->header.cmsg_type = type;
	memcpy(CMSG_DATA(&control->header), data, bytes);
	message->msg_control = control;
	message->msg_controllen = CMSG_SPACE(bytes);
}

static int
send_message(int connection, const struct msghdr *message)
{
	long r;

	do {
		r = syscall(SYS_sendmsg, connection, message, MSG_NOSIGNAL);
	} while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : 0;
}

int
packet_send(int connection, const struct iovec *parts, size_t part_count,
    const struct packet_files *files)
{
	struct msghdr message = message_of(parts, part_count);
	union packet_control control;

	if (files && files->count > 0)
		add_control(&message, &control, SCM_RIGHTS, files->list,
		    files->count * sizeof(int));
	return send_message(connection, &message);
}

int
packet_send_identity(
    int connection, const struct iovec *parts, size_t part_count)
{
	const struct ucred self = {
	    .pid = getpid(),
	    .uid = geteuid(),
	    .gid = getegid(),
	};
	struct msghdr message = message_of(parts, part_count);
	union packet_control control;

	add_control(&message, &control, SCM_CREDENTIALS, &self, sizeof(self));
	return send_message(connection, &message);
}

/* The descriptors in @message, which is what Linux made of it. */
static void
take_files(struct msghdr *message, struct packet_files *files_out)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(message);

	for (; control; control = CMSG_NXTHDR(message, control)) {
		size_t bytes = control->cmsg_len - CMSG_LEN(0);

		if (control->cmsg_level != SOL_SOCKET ||
		    control->cmsg_type != SCM_RIGHTS)
			continue;
		memcpy(files_out->list, CMSG_DATA(control), bytes);
		files_out->count = (unsigned)(bytes / sizeof(int));
	}
}

static ssize_t
receive(int connection, struct msghdr *message, int flags)
{
	long r;

	do {
		r = syscall(
		    SYS_recvmsg, connection, message, MSG_CMSG_CLOEXEC | flags);
	} while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : (ssize_t)r;
}

ssize_t
packet_receive(int connection, const struct iovec *parts, size_t part_count,
    struct packet_files *files_out)
{
	struct msghdr message = message_of(parts, part_count);
	union packet_control control;
	ssize_t bytes;

	if (!files_out)
		return receive(connection, &message, 0);
	files_out->count = 0;
	message.msg_control = &control;
	message.msg_controllen = sizeof(control);
	bytes = receive(connection, &message, 0);
	if (bytes > 0)
		take_files(&message, files_out);
	return bytes;
}

ssize_t
packet_peek(int connection, const struct iovec *parts, size_t part_count)
{
	struct msghdr message = message_of(parts, part_count);

	return receive(connection, &message, MSG_PEEK);
}

bool
packet_is_unread(int connection)
{
	int bytes;

	return ioctl(connection, SIOCOUTQ, &bytes) == 0 && bytes > 0;
}

void
packet_files_close(struct packet_files *files)
{
	for (; files->count > 0; files->count--)
		if (files->list[files->count - 1] >= 0)
			(void)syscall(SYS_close, files->list[files->count - 1]);
}
