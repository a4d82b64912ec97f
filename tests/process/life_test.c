/*
 * The lives of processes and threads on Linux, and that a task takes part in
 * them as any other program: exec, posix_spawn, vfork, exit, daemons, threads
 * that end, limits on files, other users.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "mail.h"

#define BUSY_THREADS 4
#define MANY_THREADS 1000
#define SMALL_STACK ((size_t)256 * 1024)

/* TSan takes them for those that the parent had; and ASan's malloc() may be locked for ever by a
 * thread of the parent. */
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define FORKED_CAN_START_THREADS 0
#else
#define FORKED_CAN_START_THREADS 1
#endif

/* Run @body as a task of a kernel of its own, and see that nothing is left. */
static void
run_in_kernel(task_body *body)
{
	struct kernel kernel;

	kernel_start(&kernel, NULL);
	task_run(body, NULL);
	kernel_expect_end(&kernel);
}

static pthread_t
start_thread(void *(*body)(void *), void *argument)
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, body, argument) == 0);
	return thread;
}

static void
join_thread(pthread_t thread)
{
	CHECK(pthread_join(thread, NULL) == 0);
}

/* Send @number to @port and receive it there again. */
static void
exchange(mach_port_t port, int32_t number)
{
	struct mail mail;

	CHECK_RETURN(
	    mail_send(port, number, MACH_PORT_NULL, 0, 0), MACH_MSG_SUCCESS);
	CHECK_RETURN(mail_receive(port, &mail, 0, 0), MACH_MSG_SUCCESS);
	CHECK(mail.number == number);
}

static void
expect_mail(mach_port_t port, int32_t number)
{
	struct mail mail;

	CHECK_RETURN(mail_receive(port, &mail, 0, 0), MACH_MSG_SUCCESS);
	CHECK(mail.number == number);
}

static void
expect_child(pid_t child)
{
	int status;

	CHECK(waitpid(child, &status, 0) == child);
	CHECK(status == 0);
}

/*
 * Threads that are in traps all the time: some wait, some call.
 */

static struct {
	atomic_bool stop;
	mach_port_t waits_on; /* two threads wait here */
	pthread_t threads[BUSY_THREADS];
} busy;

static void *
wait_for_mail(void *unused)
{
	struct mail mail;

	CHECK_RETURN(
	    mail_receive(busy.waits_on, &mail, 0, 0), MACH_MSG_SUCCESS);
	return unused;
}

static void *
call_until_stopped(void *unused)
{
	mach_port_t port = mail_port();

	while (!busy.stop)
		exchange(port, 5);
	CHECK_RETURN(mach_port_destroy(mach_task_self(), port), KERN_SUCCESS);
	return unused;
}

static void
busy_begin(void)
{
	busy.stop = false;
	busy.waits_on = mail_port();
	for (unsigned i = 0; i < BUSY_THREADS; i++)
		busy.threads[i] = start_thread(
		    i % 2 ? wait_for_mail : call_until_stopped, NULL);
}

/* They have not been disturbed. */
static void
busy_end(void)
{
	busy.stop = true;
	for (unsigned i = 0; i < BUSY_THREADS; i++)
		if (i % 2)
			CHECK_RETURN(
			    mail_send(busy.waits_on, 1, MACH_PORT_NULL, 0, 0),
			    MACH_MSG_SUCCESS);
	for (unsigned i = 0; i < BUSY_THREADS; i++)
		join_thread(busy.threads[i]);
	CHECK_RETURN(
	    mach_port_destroy(mach_task_self(), busy.waits_on), KERN_SUCCESS);
}

/*
 * Programs: what this file is when it is executed with an argument.
 */

/* A task that has only what it inherited. */
static void
speak(void)
{
	CHECK(mail_count_names() == 2);
	CHECK_RETURN(
	    mail_send(mail_inherited(), getpid(), MACH_PORT_NULL, 0, 0),
	    MACH_MSG_SUCCESS);
	exchange(mail_port(), 1);
}

static void *
wait_for_ever(void *unused)
{
	struct mail mail;

	(void)mail_receive(mail_port(), &mail, 0, 0);
	return unused;
}

static void *
wait_for_room(void *unused)
{
	mach_port_t port = mail_port();

	while (mail_send(port, 1, port, 0, 0) == MACH_MSG_SUCCESS)
		continue;
	return unused;
}

static void
speak_at_exit(void)
{
	CHECK_RETURN(mail_send(mail_inherited(), 77, MACH_PORT_NULL, 0, 0),
	    MACH_MSG_SUCCESS);
}

static void *
exit_as_thread(void *unused)
{
	(void)unused;
	exit(EXIT_SUCCESS);
}

/* The parent gets our task port, to know when we are gone. */
static void
block_threads(void)
{
	CHECK_RETURN(mail_send_right(mail_inherited(), mach_task_self(),
	                 MACH_MSG_TYPE_COPY_SEND),
	    MACH_MSG_SUCCESS);
	for (unsigned i = 0; i < BUSY_THREADS; i++)
		(void)start_thread(i % 2 ? wait_for_ever : wait_for_room, NULL);
}

/* Linux keeps it as a zombie. TSan does not know it: it cannot be joined. */
static void
await_end_of_main(void)
{
	char state = '\0';

	while (state != 'Z') {
		FILE *file;

		(void)sched_yield();
		file = fopen("/proc/self/stat", "re");
		CHECK(file);
		CHECK(fscanf(file, "%*d (%*[^)]) %c", &state) == 1);
		(void)fclose(file);
	}
}

static void *
outlive_main(void *unused)
{
	(void)unused;
	await_end_of_main();
	/* A thread that was in no trap before, and tasks that it makes. */
	speak();
	join_thread(start_thread(call_until_stopped, NULL));
	exit(EXIT_SUCCESS);
}

static int
run_program(const char *name)
{
	if (strcmp(name, "speak") == 0) {
		speak();
		return EXIT_SUCCESS;
	}
	if (strcmp(name, "lose-main") == 0) {
		busy.stop = true;
		(void)start_thread(outlive_main, NULL);
		pthread_exit(NULL);
	}
	block_threads();
	if (strcmp(name, "_exit") == 0)
		_exit(EXIT_SUCCESS);
	if (strcmp(name, "exit") == 0) {
		CHECK(atexit(speak_at_exit) == 0);
		exit(EXIT_SUCCESS);
	}
	if (strcmp(name, "exit-in-thread") == 0) {
		(void)start_thread(exit_as_thread, NULL);
		(void)wait_for_ever(NULL);
	}
	return EXIT_FAILURE;
}

static char *const *
program_arguments(const char *name)
{
	static char *arguments[3];

	arguments[0] = (char *)(uintptr_t) "/proc/self/exe";
	arguments[1] = (char *)(uintptr_t)name;
	return arguments;
}

static void *
become_program(void *name)
{
	(void)execv("/proc/self/exe", program_arguments(name));
	task_fail(__FILE__, __LINE__, "execv");
}

/*
 * exec, posix_spawn, vfork
 */

static pid_t
fork_and_exec(const char *name)
{
	pid_t child = fork();

	CHECK(child >= 0);
	if (child == 0)
		become_program((void *)(uintptr_t)name);
	return child;
}

/* A port that children inherit. */
static mach_port_t
legacy(void)
{
	mach_port_t port = mail_port();

	mail_bequeath(port);
	return port;
}

/* One that was a task before, with threads in traps, execs from one of them. */
static void
exec_from_thread(void)
{
	(void)mail_port();
	busy_begin();
	join_thread(start_thread(become_program, (void *)(uintptr_t) "speak"));
}

static void
exec_children(void *unused)
{
	mach_port_t port = legacy();
	pid_t child;

	(void)unused;
	for (unsigned i = 0; i < 5; i++) {
		child = fork_and_exec("speak");
		expect_mail(port, child);
		expect_child(child);

		child = fork();
		CHECK(child >= 0);
		if (child == 0)
			exec_from_thread();
		expect_mail(port, child);
		expect_child(child);
	}
}

static void
a_program_that_is_executed_is_a_task_with_the_same_special_ports(void **state)
{
	(void)state;
	run_in_kernel(exec_children);
}

static void
spawn_among_threads(void *unused)
{
	mach_port_t port = legacy();
	pid_t child;

	(void)unused;
	busy_begin();
	for (unsigned i = 0; i < 10; i++) {
		CHECK(posix_spawn(&child, "/proc/self/exe", NULL, NULL,
		          program_arguments("speak"), environ) == 0);
		expect_mail(port, child);
		expect_child(child);
	}
	busy_end();
}

static void
a_spawned_program_is_a_task_and_disturbs_nobody(void **state)
{
	(void)state;
	run_in_kernel(spawn_among_threads);
}

static void
vfork_among_threads(void *unused)
{
	mach_port_t port = legacy();
	char *const *arguments = program_arguments("speak");
	volatile pid_t child;

	(void)unused;
	busy_begin();
	for (unsigned i = 0; i < 10; i++) {
		/* NOLINTNEXTLINE(*.vfork): this is what is tested */
		child = vfork();
		CHECK(child >= 0);
		if (child == 0) {
			if (i % 2)
				_exit(EXIT_SUCCESS);
			(void)execv("/proc/self/exe", arguments);
			_exit(EXIT_FAILURE);
		}
		if (i % 2 == 0)
			expect_mail(port, child);
		expect_child(child);
	}
	busy_end();
}

static void
a_child_of_vfork_leaves_its_parent_alone(void **state)
{
	(void)state;
	run_in_kernel(vfork_among_threads);
}

static void
be_forked(mach_port_t parents_port)
{
	mach_port_type_t type;

	CHECK(mail_count_names() == 2);
	CHECK_RETURN(mach_port_type(mach_task_self(), parents_port, &type),
	    KERN_INVALID_NAME);
	if (FORKED_CAN_START_THREADS)
		busy_begin();
	CHECK_RETURN(
	    mail_send(mail_inherited(), getpid(), MACH_PORT_NULL, 0, 0),
	    MACH_MSG_SUCCESS);
	if (FORKED_CAN_START_THREADS)
		busy_end();
	_exit(EXIT_SUCCESS);
}

static void
fork_among_threads(void *unused)
{
	mach_port_t port;

	(void)unused;
	for (unsigned i = 0; i < 16; i++)
		(void)mail_port();
	port = legacy();
	busy_begin();
	for (unsigned i = 0; i < 20; i++) {
		pid_t child = fork();

		CHECK(child >= 0);
		if (child == 0)
			be_forked(port);
		expect_mail(port, child);
		expect_child(child);
	}
	busy_end();
}

static void
fork_among_threads_in_traps_disturbs_neither_side(void **state)
{
	(void)state;
	run_in_kernel(fork_among_threads);
}

/*
 * exit
 */

/* Receive a child's task port and wait until it has died. */
static void
await_death_of_task(mach_port_t port)
{
	mach_port_t notify;
	mach_port_t previous;
	mach_port_t task;
	struct mail mail;

	CHECK_RETURN(mail_receive(port, &mail, 0, 0), MACH_MSG_SUCCESS);
	task = mail_right(&mail);
	/* It died before it was received: there is no name. */
	if (task == MACH_PORT_DEAD)
		return;
	notify = mail_port();
	CHECK_RETURN(mach_port_request_notification(mach_task_self(), task,
	                 MACH_NOTIFY_DEAD_NAME, 1, notify,
	                 MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	CHECK_RETURN(mail_receive(notify, &mail, 0, 0), MACH_MSG_SUCCESS);
	CHECK(mail.header.msgh_id == MACH_NOTIFY_DEAD_NAME);
	/* Once for itself, once for the notification. */
	for (unsigned i = 0; i < 2; i++)
		CHECK_RETURN(
		    mach_port_deallocate(mach_task_self(), task), KERN_SUCCESS);
	CHECK_RETURN(mach_port_destroy(mach_task_self(), notify), KERN_SUCCESS);
}

static void
outlive_programs(void *unused)
{
	static const char *const names[] = {"exit", "_exit", "exit-in-thread"};
	mach_port_t port = legacy();
	unsigned count = mail_count_names();

	(void)unused;
	for (unsigned i = 0; i < 12; i++) {
		const char *name = names[i % 3];
		pid_t child = fork_and_exec(name);

		await_death_of_task(port);
		expect_child(child);
		if (strcmp(name, "exit") == 0)
			expect_mail(port, 77);
		CHECK(mail_count_names() == count);
	}
}

static void
a_process_can_exit_while_its_threads_wait(void **state)
{
	(void)state;
	run_in_kernel(outlive_programs);
}

static void
outlive_main_threads(void *unused)
{
	mach_port_t port = legacy();

	(void)unused;
	for (unsigned i = 0; i < 5; i++) {
		pid_t child = fork_and_exec("lose-main");

		expect_mail(port, child);
		expect_child(child);
	}
}

static void
a_task_goes_on_without_its_first_thread(void **state)
{
	(void)state;
	run_in_kernel(outlive_main_threads);
}

static void *
end_thread(void *unused)
{
	exchange(mail_port(), 3);
	pthread_exit(unused);
}

static void
end_threads_among_others(void *unused)
{
	(void)unused;
	busy_begin();
	for (unsigned i = 0; i < 50; i++)
		join_thread(start_thread(end_thread, NULL));
	busy_end();
}

static void
threads_that_end_disturb_no_others(void **state)
{
	(void)state;
	run_in_kernel(end_threads_among_others);
}

/*
 * Daemons
 */

enum daemon_habit {
	DAEMON_PLAIN,
	DAEMON_CLOSES,       /* all descriptors, as the grandchild */
	DAEMON_CLOSES_EARLY, /* as the child, before it forks */
	DAEMON_CALLS,        /* the child makes traps, too */
	DAEMON_HABITS,
};

static void
close_all(void)
{
	CHECK(close_range(3, ~0u, 0) == 0);
}

/* The usual ritual; the daemon says that it is there. */
static _Noreturn void
become_daemon(enum daemon_habit habit)
{
	CHECK(setsid() > 0);
	if (habit == DAEMON_CLOSES_EARLY)
		close_all();
	if (habit == DAEMON_CALLS)
		exchange(mail_port(), 2);
	switch (fork()) {
	case -1:
		task_fail(__FILE__, __LINE__, "fork");
	case 0:
		break;
	default:
		_exit(EXIT_SUCCESS);
	}
	CHECK(chdir("/") == 0);
	if (habit == DAEMON_CLOSES)
		close_all();
	exchange(mail_port(), 4);
	CHECK_RETURN(
	    mail_send(mail_inherited(), (int)habit, MACH_PORT_NULL, 0, 0),
	    MACH_MSG_SUCCESS);
	_exit(EXIT_SUCCESS);
}

/* The test is where orphans go: so that it is an ancestor, this is a task that
 * adopts them. */
static void
start_daemons(void *unused)
{
	mach_port_t port = legacy();

	(void)unused;
	CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
	for (int habit = 0; habit < DAEMON_HABITS; habit++) {
		pid_t child = fork();
		int status;

		CHECK(child >= 0);
		if (child == 0)
			become_daemon((enum daemon_habit)habit);
		expect_child(child);
		CHECK(waitpid(-1, &status, 0) > 0);
		CHECK(status == 0);
		expect_mail(port, habit);
	}
}

static void
a_daemon_is_a_task_whatever_it_closes(void **state)
{
	(void)state;
	run_in_kernel(start_daemons);
}

/*
 * Files
 */

/* Close ours and see that others under their numbers are left alone. */
static void
close_behind(void *unused)
{
	mach_port_t port = mail_port();
	pthread_t thread;
	int file;

	(void)unused;
	thread = start_thread(end_thread, NULL);
	join_thread(thread);
	close_all();
	do {
		file = open("/dev/null", O_RDWR | O_CLOEXEC);
		CHECK(file >= 0);
	} while (file < 1000);
	for (unsigned i = 0; i < 3; i++)
		CHECK_RETURN(mail_send(port, 1, MACH_PORT_NULL, 0, 0),
		    MACH_SEND_INVALID_DEST);
	for (; file >= 3; file--)
		CHECK(fcntl(file, F_GETFD) >= 0);
}

static void
nothing_is_closed_that_took_a_number_of_ours(void **state)
{
	(void)state;
	run_in_kernel(close_behind);
}

/* Let no more files be opened. Gives the limit that there was. */
static struct rlimit
limit_files(void)
{
	struct rlimit limit;
	struct rlimit none = {.rlim_cur = 0};

	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	none.rlim_max = limit.rlim_max;
	CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
	return limit;
}

/* A thread without a connection, while there is none to be had, and after. */
static void *
call_without_files(void *argument)
{
	mach_port_t port = *(mach_port_t *)argument;
	struct rlimit limit = limit_files();
	mach_port_type_t type;
	struct mail mail;

	for (unsigned i = 0; i < 2; i++) {
		CHECK_RETURN(mail_send(port, 1, MACH_PORT_NULL, 0, 0),
		    MACH_SEND_NO_BUFFER);
		CHECK_RETURN(
		    mail_receive(port, &mail, 0, 0), MACH_MSG_IPC_KERNEL);
		CHECK_RETURN(mach_port_type(mach_task_self(), port, &type),
		    KERN_RESOURCE_SHORTAGE);
		CHECK(mach_reply_port() == MACH_PORT_NULL);
	}
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	exchange(port, 8);
	return NULL;
}

#define LARGE_BYTES (256 * 1024)

/* What comes in a file, when no file can be opened. */
static void
receive_files_without_files(void)
{
	static struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_ool_descriptor_t memory;
		char room[LARGE_BYTES];
	} message;
	mach_port_t port = mail_port();
	mach_msg_size_t size = offsetof(__typeof__(message), room);
	struct rlimit limit;

	for (unsigned is_inline = 0; is_inline < 2; is_inline++) {
		message.header = (mach_msg_header_t){
		    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
		    .msgh_remote_port = port,
		};
		message.body.msgh_descriptor_count = 1;
		message.memory = (mach_msg_ool_descriptor_t){
		    .type = MACH_MSG_OOL_DESCRIPTOR,
		    .address = message.room,
		    .size = LARGE_BYTES,
		};
		if (!is_inline)
			message.header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
		CHECK_RETURN(mach_msg(&message.header, MACH_SEND_MSG,
		                 is_inline ? LARGE_BYTES : size, 0,
		                 MACH_PORT_NULL, 0, MACH_PORT_NULL),
		    MACH_MSG_SUCCESS);
		limit = limit_files();
		CHECK_RETURN(mach_msg(&message.header, MACH_RCV_MSG, 0,
		                 sizeof(message), port, 0, MACH_PORT_NULL),
		    is_inline ? MACH_RCV_INVALID_DATA
		              : MACH_RCV_BODY_ERROR | MACH_MSG_VM_SPACE);
		CHECK(is_inline || message.memory.address == NULL);
		CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	}
	exchange(port, 11);
}

static void
reach_limit_of_files(void *unused)
{
	mach_port_t port;

	(void)unused;
	/* As the very first trap. */
	port = 0x303;
	{
		struct rlimit limit = limit_files();
		mach_port_type_t type;

		CHECK_RETURN(mach_port_type(mach_task_self(), port, &type),
		    KERN_RESOURCE_SHORTAGE);
		CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	}
	port = mail_port();
	join_thread(start_thread(call_without_files, &port));
	/* A thread that has what it needs notices nothing. */
	{
		struct rlimit limit = limit_files();
		pid_t child;

		exchange(port, 9);
		/* Nor a child, once it has files. */
		child = fork();
		if (child == 0) {
			CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
			exchange(mail_port(), 10);
			_exit(EXIT_SUCCESS);
		}
		expect_child(child);
		CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	}
	receive_files_without_files();
	busy_begin();
	busy_end();
}

static void
who_may_open_no_more_files_is_told_and_can_go_on_later(void **state)
{
	(void)state;
	run_in_kernel(reach_limit_of_files);
}

/*
 * Many threads
 */

static atomic_uint answered;

/* Receive on a port of its own, and answer. */
static void *
answer_one(void *argument)
{
	mach_port_t port = *(mach_port_t *)argument;
	struct mail mail;

	CHECK_RETURN(mail_receive(port, &mail, 0, 0), MACH_MSG_SUCCESS);
	answered++;
	return NULL;
}

static void
wait_in_a_thousand_threads(void *unused)
{
	static mach_port_t ports[MANY_THREADS];
	static pthread_t threads[MANY_THREADS];
	struct rlimit files;
	pthread_attr_t small;

	(void)unused;
	/* What a login shell has. */
	CHECK(getrlimit(RLIMIT_NOFILE, &files) == 0);
	files.rlim_cur = 1024;
	CHECK(setrlimit(RLIMIT_NOFILE, &files) == 0);

	CHECK(pthread_attr_init(&small) == 0);
	CHECK(pthread_attr_setstacksize(&small, SMALL_STACK) == 0);
	for (unsigned i = 0; i < MANY_THREADS; i++) {
		ports[i] = mail_port();
		CHECK(pthread_create(
		          &threads[i], &small, answer_one, &ports[i]) == 0);
	}
	for (unsigned i = MANY_THREADS; i-- > 0;)
		CHECK_RETURN(mail_send(ports[i], 1, MACH_PORT_NULL, 0, 0),
		    MACH_MSG_SUCCESS);
	for (unsigned i = 0; i < MANY_THREADS; i++)
		join_thread(threads[i]);
	CHECK(answered == MANY_THREADS);
	(void)pthread_attr_destroy(&small);
}

static void
a_thousand_threads_can_wait(void **state)
{
	(void)state;
	run_in_kernel(wait_in_a_thousand_threads);
}

/*
 * Users
 */

#define OTHER_USER 65534

/* Another user if that can be; else glibc has all threads set what they have. */
static void
change_user(void)
{
	uid_t user = geteuid() == 0 ? OTHER_USER : geteuid();
	gid_t group = geteuid() == 0 ? OTHER_USER : getegid();

	CHECK(setresgid(group, group, group) == 0);
	CHECK(setresuid(user, user, user) == 0);
}

static void
change_user_among_threads(void *unused)
{
	mach_port_t port = legacy();
	pid_t child;

	(void)unused;
	busy_begin();
	change_user();
	exchange(port, 1);
	/* A new thread is of the same task. */
	join_thread(start_thread(end_thread, NULL));
	busy_end();
	/* So is a child a task. */
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		exchange(mail_port(), 2);
		_exit(EXIT_SUCCESS);
	}
	expect_child(child);
}

static void
a_task_that_becomes_another_user_goes_on(void **state)
{
	(void)state;
	run_in_kernel(change_user_among_threads);
}

int
main(int argument_count, char **arguments)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(
	        a_program_that_is_executed_is_a_task_with_the_same_special_ports),
	    PROCESS_TEST(a_spawned_program_is_a_task_and_disturbs_nobody),
	    PROCESS_TEST(a_child_of_vfork_leaves_its_parent_alone),
	    PROCESS_TEST(fork_among_threads_in_traps_disturbs_neither_side),
	    PROCESS_TEST(a_process_can_exit_while_its_threads_wait),
	    PROCESS_TEST(a_task_goes_on_without_its_first_thread),
	    PROCESS_TEST(threads_that_end_disturb_no_others),
	    PROCESS_TEST(a_daemon_is_a_task_whatever_it_closes),
	    PROCESS_TEST(nothing_is_closed_that_took_a_number_of_ours),
	    PROCESS_TEST(
	        who_may_open_no_more_files_is_told_and_can_go_on_later),
	    PROCESS_TEST(a_thousand_threads_can_wait),
	    PROCESS_TEST(a_task_that_becomes_another_user_goes_on),
	};

	if (argument_count == 2)
		return run_program(arguments[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
