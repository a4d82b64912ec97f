/* The helper's process: its beginning, and its threads. */
#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox.h"

/* Of a thread: a copy needs little. */
#define HELPER_STACK ((size_t)128 << 10)
#define SOCKET 3 /* in the helper */

/* A request, with what came along. */
struct operation {
	struct helper_request request;
	int pidfd;
	int other; /* -1: none came */
};

static void
finish(struct operation *operation, struct helper_answer *answer)
{
	/* The file before the answer: it is to be closed once and for all by who
	 * reads that. */
	if (operation->other >= 0)
		(void)close(operation->other);
	if (operation->pidfd >= 0)
		(void)close(operation->pidfd);
	answer->id = operation->request.id;
	/* It fails when the kernel is gone, and then so are we. */
	while (send(SOCKET, answer, sizeof(*answer), MSG_NOSIGNAL) < 0 &&
	    errno == EINTR)
		;
	free(operation);
}

/* Is there all that it takes? If not, we had no room for it. */
static bool
is_whole(const struct operation *operation)
{
	return operation->pidfd >= 0 &&
	    (operation->other >= 0 || operation->request.kind == HELPER_REGION);
}

static void *
work(void *argument)
{
	struct operation *operation = argument;
	struct helper_answer answer = {0};

	helper_do(
	    &operation->request, operation->pidfd, operation->other, &answer);
	finish(operation, &answer);
	return NULL;
}

static bool
start_thread(struct operation *operation)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int error;

	if (pthread_attr_init(&attributes) != 0)
		return false;
	(void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	(void)pthread_attr_setstacksize(&attributes, HELPER_STACK);
	error = pthread_create(&thread, &attributes, work, operation);
	(void)pthread_attr_destroy(&attributes);
	return error == 0;
}

/* The descriptors that came along; -1 where there is none. */
static void
take_files(struct msghdr *message, struct operation *operation)
{
	const struct cmsghdr *header = CMSG_FIRSTHDR(message);
	int files[2] = {-1, -1};
	size_t bytes;

	if (header && header->cmsg_type == SCM_RIGHTS) {
		bytes = header->cmsg_len - CMSG_LEN(0);
		memcpy(files, CMSG_DATA(header),
		    bytes < sizeof(files) ? bytes : sizeof(files));
	}
	operation->pidfd = files[0];
	operation->other = files[1];
}

/* The next request. False: the kernel is gone. */
static bool
receive(struct operation *operation)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(2 * sizeof(int))];
	} control;
	struct iovec part = {&operation->request, sizeof(operation->request)};
	struct msghdr message = {
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof(control),
	};
	ssize_t got;

	do
		got = recvmsg(SOCKET, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got != (ssize_t)sizeof(operation->request))
		return false;
	take_files(&message, operation);
	return true;
}

_Noreturn static void
serve(void)
{
	for (;;) {
		struct operation *operation = malloc(sizeof(*operation));
		struct helper_answer shortage = {
		    .code = KERN_RESOURCE_SHORTAGE};

		/* The kernel has ended: so does each thread of ours, whatever it
		 * waits for. */
		if (!operation || !receive(operation))
			_exit(EXIT_SUCCESS);
		if (!is_whole(operation) || !start_thread(operation))
			finish(operation, &shortage);
	}
}

/* Nothing of the kernel's is left but stderr. */
static bool
become_helper(int socket, bool sandbox)
{
	sigset_t all;

	if (socket != SOCKET && dup2(socket, SOCKET) != SOCKET)
		return false;
	if (syscall(SYS_close_range, SOCKET + 1, ~0u, 0) != 0)
		return false;
	(void)close(STDIN_FILENO);
	(void)close(STDOUT_FILENO);
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	(void)prctl(PR_SET_NAME, "machportd-help");
	return !sandbox || sandbox_enter_helper() == 0;
}

/* In the child: tell the kernel that nothing of its own is open here any more, and
 * begin. */
_Noreturn static void
be_helper(int socket, bool sandbox)
{
	if (!become_helper(socket, sandbox) || send(SOCKET, "", 1, 0) != 1)
		_exit(EXIT_FAILURE);
	serve();
}

/* Wait for that: until then the helper keeps the kernel's sockets alive. */
static int
await_helper(int socket)
{
	char ready;
	ssize_t got;

	do
		got = recv(socket, &ready, sizeof(ready), 0);
	while (got < 0 && errno == EINTR);
	if (got != 1)
		return got < 0 ? -errno : -ECHILD;
	return fcntl(socket, F_SETFL, O_NONBLOCK) == 0 ? 0 : -errno;
}

int
helper_start(bool sandbox, int *socket_out)
{
	int ends[2];
	pid_t pid;
	int error;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		be_helper(ends[1], sandbox);
	error = pid < 0 ? -errno : 0;
	(void)close(ends[1]);
	if (!error)
		error = await_helper(ends[0]);
	if (error < 0) {
		(void)close(ends[0]);
		return error;
	}
	*socket_out = ends[0];
	return 0;
}
