/* The kernel process: one for all scenarios of the program, each a task of its
 * own; and workers, which are threads. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend.h"
#include "kernel_blocked.h"
#include "kernel_peer.h"
#include "scenario.h"

const char backend_name[] = "kernel";

static pid_t kernel;

bool
backend_runs(unsigned flags)
{
	(void)flags;
	return true;
}

/* A listening socket, which MACHPORT_SOCKET leads to. */
static int
kernel_listen(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char path[64];
	int length;
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	length =
	    snprintf(path, sizeof(path), "@machport/conformance/%d", getpid());
	memcpy(address.sun_path + 1, path + 1, (size_t)length - 1);
	CHECK(listener >= 0);
	CHECK(bind(listener, (const struct sockaddr *)&address,
	          (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	              (size_t)length)) == 0);
	CHECK(listen(listener, SOMAXCONN) == 0);
	CHECK(setenv("MACHPORT_SOCKET", path, 1) == 0);
	return listener;
}

static _Noreturn void
kernel_become(int listener)
{
	const char *path = getenv("MACHPORT_KERNEL");
	char names[32];

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!path) {
		(void)dprintf(STDERR_FILENO, "MACHPORT_KERNEL is not set\n");
		_exit(EXIT_FAILURE);
	}
	(void)snprintf(
	    names, sizeof(names), "--max-names=%d", SCENARIO_NAMES_MAX);
	if (dup2(listener, 3) == 3 && fcntl(3, F_SETFD, 0) == 0)
		(void)execl(
		    path, "machportd", "--listen-fd=3", names, (char *)NULL);
	perror(path);
	_exit(EXIT_FAILURE);
}

void
backend_begin(void)
{
	int listener = kernel_listen();

	kernel = fork();
	CHECK(kernel >= 0);
	if (kernel == 0)
		kernel_become(listener);
	(void)close(listener);
}

bool
backend_end(void)
{
	int status;

	/* It recounts what it has as it ends. */
	CHECK(kill(kernel, SIGTERM) == 0);
	CHECK(waitpid(kernel, &status, 0) == kernel);
	return status == 0;
}

void
backend_enter(unsigned flags)
{
	CHECK(setenv("MACHPORT_MACH3", "1", 1) == 0);
	if (!(flags & SCENARIO_MACH3))
		CHECK(unsetenv("MACHPORT_MACH3") == 0);
}

/*
 * Workers.
 */
struct worker {
	pthread_t thread;
	_Atomic pid_t tid; /* 0: it has not begun */
	void (*function)(void *argument);
	void *argument;
};

static atomic_uint worker_count;

static void *
worker_main(void *argument)
{
	struct worker *worker = argument;

	/* A trap, which gives the thread its connection: to wait for that looks
	 * like being blocked. */
	(void)type_of(mach_task_self());
	atomic_store(&worker->tid, gettid());
	worker->function(worker->argument);
	return NULL;
}

struct worker *
worker_start(void (*function)(void *argument), void *argument)
{
	struct worker *worker = calloc(1, sizeof(*worker));

	CHECK(worker);
	worker->function = function;
	worker->argument = argument;
	atomic_fetch_add(&worker_count, 1);
	CHECK(pthread_create(&worker->thread, NULL, worker_main, worker) == 0);
	return worker;
}

void
worker_until_blocked(struct worker *worker)
{
	pid_t tid;

	while ((tid = atomic_load(&worker->tid)) == 0)
		(void)sched_yield();
	kernel_until_blocked(getpid(), tid, -1);
}

void
worker_join(struct worker *worker)
{
	CHECK(pthread_join(worker->thread, NULL) == 0);
	atomic_fetch_sub(&worker_count, 1);
	free(worker);
}

void
backend_settle(void)
{
	CHECK_EQUAL(atomic_load(&worker_count), 0);
	kernel_peers_end();
}

void
backend_leave(void)
{
}
