/* ports.md 10.4, 10.27: what there is not enough of. Each scenario has a kernel
 * of its own, with a small budget, and a program of its own, which is this one
 * again. */
#include "ports.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the program is told to expect. */
#define TASK_IS_FULL "--task-is-full"
#define USER_IS_FULL "--user-is-full"

/* In the task: take all names, and ask for one more in every way. */
static int
take_all_names(kern_return_t expected)
{
	mach_port_t self = mach_task_self(), last = MACH_PORT_NULL, name;
	mach_port_options_t options = {.flags = MPO_INSERT_SEND_RIGHT};
	mach_port_qos_t qos = {0};
	kern_return_t kr;

	while (
	    (kr = mach_port_allocate(self, DEAD_NAME, &name)) == KERN_SUCCESS)
		last = name;
	CHECK_EQUAL(kr, expected);
	name = 77;
	EXPECT(mach_port_allocate(self, RECEIVE, &name), expected);
	EXPECT(mach_port_allocate(self, PORT_SET, &name), expected);
	EXPECT(mach_port_allocate_name(self, RECEIVE, CHOSEN), expected);
	EXPECT(mach_port_allocate_qos(self, RECEIVE, &qos, &name), expected);
	EXPECT(
	    mach_port_allocate_full(self, RECEIVE, 0, &qos, &name), expected);
	EXPECT(mach_port_construct(self, &options, 0, &name), expected);
	CHECK_EQUAL(name, 77);
	/* One that goes makes room for one. */
	drop(last);
	EXPECT(mach_port_construct(self, &options, 0, &name), KERN_SUCCESS);
	CHECK_EQUAL(type_of(name), MACH_PORT_TYPE_SEND_RECEIVE);
	EXPECT(mach_port_allocate(self, RECEIVE, &last), expected);
	return EXIT_SUCCESS;
}

/* A socket of which MACHPORT_SOCKET tells. */
static int
listen_here(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char name[64];
	int length,
	    listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	length = snprintf(name, sizeof(name), "@machport/budget/%d", getpid());
	memcpy(address.sun_path + 1, name + 1, (size_t)length - 1);
	CHECK(listener >= 0);
	CHECK(bind(listener, (const struct sockaddr *)&address,
	          (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	              (size_t)length)) == 0);
	CHECK(listen(listener, SOMAXCONN) == 0);
	CHECK(setenv("MACHPORT_SOCKET", name, 1) == 0);
	return listener;
}

/* Start @path with two arguments; @listener becomes its descriptor 3. */
static pid_t
start(const char *path, const char *first, const char *second, int listener)
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid > 0)
		return pid;
	if (listener < 0 ||
	    (dup2(listener, 3) == 3 && fcntl(3, F_SETFD, 0) == 0))
		(void)execl(path, path, first, second, (char *)NULL);
	perror(path);
	_exit(EXIT_FAILURE);
}

static void
expect_exit(pid_t pid)
{
	int status;

	CHECK_EQUAL(waitpid(pid, &status, 0), pid);
	CHECK_EQUAL(status, 0);
}

static void
run_with_budget(const char *budget, const char *what)
{
	const char *path = getenv("MACHPORT_KERNEL");
	int listener = listen_here();
	pid_t kernel;

	CHECK(path);
	kernel = start(path, "--listen-fd=3", budget, listener);
	(void)close(listener);
	expect_exit(start("/proc/self/exe", what, NULL, -1));
	CHECK(kill(kernel, SIGTERM) == 0);
	expect_exit(kernel);
}

static void
the_space_of_a_task_is_full(void)
{
	run_with_budget("--max-names=100", TASK_IS_FULL);
}

static void
the_memory_for_a_user_is_gone(void)
{
	run_with_budget("--max-user-names=100", USER_IS_FULL);
}

static const struct scenario scenarios[] = {
    SCENARIO_WITH(SCENARIO_PROCESS, "ports.10.4.r2 ports.10.27.r19",
        the_space_of_a_task_is_full),
    SCENARIO_WITH(SCENARIO_PROCESS, "ports.9.b4 ports.10.4.r3 ports.10.27.r19",
        the_memory_for_a_user_is_gone),
};

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], TASK_IS_FULL) == 0)
		return take_all_names(KERN_NO_SPACE);
	if (argc == 2 && strcmp(argv[1], USER_IS_FULL) == 0)
		return take_all_names(KERN_RESOURCE_SHORTAGE);
	return conformance_main(argc, argv, __FILE__, scenarios,
	    sizeof(scenarios) / sizeof(scenarios[0]));
}
