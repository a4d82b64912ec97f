/*
 * kill -9 of a task at any point: nothing of it is left, and those who dealt
 * with it are told.
 */
#include <pthread.h>
#include <sched.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"
#include "mail.h"

#define ROUNDS 150
#define LARGE_BYTES (256 * 1024) /* does not fit a packet: a memfd */

/* What the kernel may grow by. ASan keeps what was freed for a while; but then it
 * looks for leaks when the kernel ends, and finds smaller ones. TSan keeps four
 * times what was ever touched, which a thousand lost tasks would exceed: each is
 * about 3 KiB without that. */
#if defined(__SANITIZE_ADDRESS__)
#define SLACK_PAGES 65536
#elif defined(__SANITIZE_THREAD__)
#define SLACK_PAGES 512
#else
#define SLACK_PAGES 64
#endif

static const char *const observable[] = {"--no-sandbox", NULL};

/* What a victim shares with the one that kills it. */
struct scene {
	struct bell bell;
	const struct kernel *kernel;
};

/* A message too large for a packet, with a right to reply in it. */
static void
send_large(mach_port_t to, mach_port_t reply)
{
	static struct {
		mach_msg_header_t header;
		char text[LARGE_BYTES];
	} large;

	large.header.msgh_bits = MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	large.header.msgh_remote_port = to;
	large.header.msgh_local_port = reply;
	(void)mach_msg(&large.header, MACH_SEND_MSG | MACH_SEND_TIMEOUT,
	    sizeof(large), 0, MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

/* Give away a port that has requests in its queue. */
static void
send_busy_port(mach_port_t to)
{
	mach_port_t port = mail_port();

	for (int i = 0; i < 3; i++)
		(void)mail_send(port, i, MACH_PORT_NULL, 0, 0);
	send_large(port, port);
	(void)mail_send_right(to, port, MACH_MSG_TYPE_MOVE_RECEIVE);
}

/* A thread that is killed while it waits for a message. */
static void *
wait_to_receive(void *argument)
{
	struct mail mail;

	(void)argument;
	(void)mail_receive(mail_port(), &mail, 0, 0);
	return NULL;
}

/* A thread that is killed while it waits for room, with a right in its hands. */
static void *
wait_to_send(void *argument)
{
	mach_port_t port = mail_port();
	mach_port_t other = mail_port();

	(void)argument;
	for (int i = 0; i < MACH_PORT_QLIMIT_DEFAULT; i++)
		(void)mail_send(port, i, other, 0, 0);
	(void)mail_send_right(port, other, MACH_MSG_TYPE_MOVE_RECEIVE);
	return NULL;
}

static void
start_thread(void *(*body)(void *))
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, body, NULL) == 0);
}

/*
 * Do all that leaves something in the kernel, for ever, and ring after each: it
 * is killed after some ring, on its way to the next.
 */
static void
be_busy(void *argument)
{
	const struct scene *scene = argument;
	mach_port_t self = mach_task_self();
	mach_port_t server = mail_inherited();
	mach_port_t set;
	struct mail mail;

	CHECK_RETURN(mach_port_allocate(self, MACH_PORT_RIGHT_PORT_SET, &set),
	    KERN_SUCCESS);
	start_thread(wait_to_receive);
	start_thread(wait_to_send);
	for (;;) {
		mach_port_t port = mail_port();

		bell_ring(&scene->bell);
		(void)mach_port_insert_member(self, port, set);
		send_large(port, port);
		bell_ring(&scene->bell);
		(void)mail_send(server, 1, port, MACH_SEND_TIMEOUT, 0);
		bell_ring(&scene->bell);
		if (mail_receive(set, &mail, MACH_RCV_TIMEOUT, 0) ==
		    MACH_MSG_SUCCESS)
			mach_msg_destroy(&mail.header);
		bell_ring(&scene->bell);
		send_busy_port(port);
		bell_ring(&scene->bell);
	}
}

/* Receive all that is there, and give it up. */
static void
drain(mach_port_t port)
{
	struct mail mail;
	mach_msg_return_t mr;

	while ((mr = mail_receive(port, &mail, MACH_RCV_TIMEOUT, 0)) ==
	    MACH_MSG_SUCCESS)
		mach_msg_destroy(&mail.header);
	CHECK_RETURN(mr, MACH_RCV_TIMED_OUT);
}

/* Once the kernel has seen the death of all whom we have waited for. What a
 * trap finds on its arrival is worked off before a second one is answered. */
static void
let_kernel_catch_up(void)
{
	mail_count_names();
	mail_count_names();
}

/* What a task gave it the kernel has threads close, soon. */
static void
await_files(const struct kernel *kernel, unsigned files)
{
	while (kernel_count_files(kernel) != files)
		(void)sched_yield();
}

static void
kill_at_random(const struct scene *scene, unsigned *seed)
{
	pid_t victim = task_start(be_busy, (void *)(uintptr_t)scene);

	bell_wait(&scene->bell, 1 + (unsigned)rand_r(seed) % 40);
	for (volatile int i = rand_r(seed) % 20000; i > 0; i--)
		continue;
	task_kill(victim);
}

/* Rings of the dead are of no use to the next. */
static void
renew(struct bell *bell)
{
	bell_free(bell);
	bell_make(bell);
}

static void
outlive_many(void *argument)
{
	struct scene *scene = argument;
	mach_port_status_t status;
	mach_msg_type_number_t words = MACH_PORT_RECEIVE_STATUS_COUNT;
	mach_port_t port = mail_port();
	unsigned seed = (unsigned)time(NULL);
	unsigned names;
	unsigned files;

	mail_bequeath(port);
	fprintf(stderr, "# seed %u\n", seed);
	let_kernel_catch_up();
	names = mail_count_names();
	files = kernel_count_files(scene->kernel);
	for (unsigned i = 0; i < ROUNDS; i++) {
		kill_at_random(scene, &seed);
		let_kernel_catch_up();
		drain(port);
		await_files(scene->kernel, files);
		CHECK(mail_count_names() == names);
		renew(&scene->bell);
	}
	CHECK_RETURN(
	    mach_port_get_attributes(mach_task_self(), port,
	        MACH_PORT_RECEIVE_STATUS, (mach_port_info_t)&status, &words),
	    KERN_SUCCESS);
	CHECK(status.mps_sorights == 0 && status.mps_msgcount == 0);
}

static void
tasks_killed_at_random_points_leave_nothing_in_the_kernel(void **state)
{
	struct kernel kernel;
	struct scene scene = {.kernel = &kernel};

	(void)state;
	kernel_start(&kernel, observable);
	bell_make(&scene.bell);
	task_run(outlive_many, &scene);
	bell_free(&scene.bell);
	kernel_expect_end(&kernel);
}

/* The one to be killed holds the receive right of what the other uses. */
static void
serve_until_killed(void *argument)
{
	mach_port_t service = mail_port();
	struct mail mail;

	CHECK_RETURN(
	    mail_send_right(mail_inherited(), service, MACH_MSG_TYPE_COPY_SEND),
	    MACH_MSG_SUCCESS);
	CHECK_RETURN(mail_receive(service, &mail, 0, 0), MACH_MSG_SUCCESS);
	bell_ring(argument);
	CHECK_RETURN(
	    mail_receive(mach_reply_port(), &mail, 0, 0), MACH_MSG_SUCCESS);
}

static void
be_told(void *argument)
{
	struct scene *scene = argument;
	mach_port_t self = mach_task_self();
	mach_port_t port = mail_port();
	mach_port_t reply = mach_reply_port();
	mach_port_t service;
	mach_port_t previous;
	struct mail mail;
	pid_t server;

	mail_bequeath(port);
	server = task_start(serve_until_killed, &scene->bell);
	CHECK_RETURN(mail_receive(port, &mail, 0, 0), MACH_MSG_SUCCESS);
	service = mail_right(&mail);
	CHECK_RETURN(
	    mach_port_request_notification(self, service, MACH_NOTIFY_DEAD_NAME,
	        0, port, MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	/* One request is received, and one still in the queue. */
	CHECK_RETURN(mail_send(service, 1, reply, 0, 0), MACH_MSG_SUCCESS);
	bell_wait(&scene->bell, 1);
	CHECK_RETURN(mail_send(service, 2, reply, 0, 0), MACH_MSG_SUCCESS);
	task_kill(server);

	for (unsigned i = 0; i < 2; i++) {
		CHECK_RETURN(
		    mail_receive(reply, &mail, 0, 0), MACH_MSG_SUCCESS);
		CHECK(mail.header.msgh_id == MACH_NOTIFY_SEND_ONCE);
	}
	CHECK_RETURN(mail_receive(port, &mail, 0, 0), MACH_MSG_SUCCESS);
	CHECK(mail.header.msgh_id == MACH_NOTIFY_DEAD_NAME);
	CHECK_RETURN(mail_send(service, 3, MACH_PORT_NULL, 0, 0),
	    MACH_SEND_INVALID_DEST);
}

static void
those_who_dealt_with_a_killed_task_are_told(void **state)
{
	struct kernel kernel;
	struct scene scene = {.kernel = &kernel};

	(void)state;
	kernel_start(&kernel, NULL);
	bell_make(&scene.bell);
	task_run(be_told, &scene);
	bell_free(&scene.bell);
	kernel_expect_end(&kernel);
}

/* It sends, and is gone before anybody receives. */
static void
send_and_end(void *argument)
{
	mach_port_t port = mail_port();

	(void)argument;
	CHECK_RETURN(
	    mail_send(port, 7, MACH_PORT_NULL, 0, 0), MACH_MSG_SUCCESS);
	CHECK_RETURN(
	    mail_send_right(mail_inherited(), port, MACH_MSG_TYPE_MOVE_RECEIVE),
	    MACH_MSG_SUCCESS);
}

static void
receive_from_the_dead(void *argument)
{
	mach_port_t port = mail_port();
	struct mail mail;

	(void)argument;
	mail_bequeath(port);
	task_run(send_and_end, NULL);
	let_kernel_catch_up();
	CHECK_RETURN(mail_receive(port, &mail, 0, 0), MACH_MSG_SUCCESS);
	CHECK_RETURN(
	    mail_receive(mail_right(&mail), &mail, 0, 0), MACH_MSG_SUCCESS);
	CHECK(mail.number == 7);
}

static void
what_a_task_has_sent_outlives_it(void **state)
{
	struct kernel kernel;

	(void)state;
	kernel_start(&kernel, NULL);
	task_run(receive_from_the_dead, NULL);
	kernel_expect_end(&kernel);
}

/* Its memory does not grow with the number of those who have died. */
static unsigned long
resident_pages(const struct kernel *kernel)
{
	char path[32];
	char line[128];
	FILE *statm;

	snprintf(path, sizeof(path), "/proc/%d/statm", kernel->pid);
	statm = fopen(path, "re");
	CHECK(statm != NULL);
	CHECK(fgets(line, sizeof(line), statm) != NULL);
	fclose(statm);
	CHECK(strchr(line, ' ') != NULL);
	return strtoul(strchr(line, ' '), NULL, 10); /* the second */
}

static void
wait_for_death(void *argument)
{
	struct mail mail;
	mach_port_t port = mail_port();

	bell_ring(argument);
	(void)mail_receive(port, &mail, 0, 0);
}

static void
outlive_a_thousand(void *argument)
{
	struct scene *scene = argument;
	unsigned long pages = 0;

	(void)mail_port();
	for (unsigned i = 0; i < 1100; i++) {
		pid_t task = task_start(wait_for_death, &scene->bell);

		bell_wait(&scene->bell, 1);
		task_kill(task);
		if (i == 100) {
			let_kernel_catch_up();
			pages = resident_pages(scene->kernel);
		}
	}
	let_kernel_catch_up();
	CHECK(resident_pages(scene->kernel) < pages + SLACK_PAGES);
}

static void
a_thousand_dead_tasks_cost_the_kernel_no_memory(void **state)
{
	struct kernel kernel;
	struct scene scene = {.kernel = &kernel};

	(void)state;
	kernel_start(&kernel, NULL);
	bell_make(&scene.bell);
	task_run(outlive_a_thousand, &scene);
	bell_free(&scene.bell);
	kernel_expect_end(&kernel);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(
	        tasks_killed_at_random_points_leave_nothing_in_the_kernel),
	    PROCESS_TEST(those_who_dealt_with_a_killed_task_are_told),
	    PROCESS_TEST(what_a_task_has_sent_outlives_it),
	    PROCESS_TEST(a_thousand_dead_tasks_cost_the_kernel_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
