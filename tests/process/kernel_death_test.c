/*
 * kill -9 of the kernel: every call of every task returns an error within a
 * second; none hangs.
 */
#include <pthread.h>
#include <unistd.h>

#include "harness.h"
#include "mail.h"

#define SECOND_NS UINT64_C(1000000000)
#define TRIES 10

/* After the death of the kernel: each kind of call fails, and at once. */
static void
expect_that_all_calls_fail(mach_port_t port)
{
	mach_port_t self = mach_task_self();
	mach_port_name_t name;
	mach_port_type_t type;
	struct mail mail;

	CHECK_RETURN(mach_port_allocate(self, MACH_PORT_RIGHT_RECEIVE, &name),
	    MACH_SEND_INVALID_DEST);
	CHECK_RETURN(mach_port_type(self, port, &type), MACH_SEND_INVALID_DEST);
	CHECK(mach_reply_port() == MACH_PORT_NULL);
	CHECK(mach_thread_self() == MACH_PORT_NULL);
	CHECK_RETURN(
	    mail_send(port, 0, MACH_PORT_NULL, 0, 0), MACH_SEND_INVALID_DEST);
	CHECK_RETURN(mail_receive(port, &mail, 0, 0), MACH_RCV_INVALID_NAME);
}

static void
wait_to_receive(void *argument)
{
	mach_port_t port = mail_port();
	struct mail mail;

	bell_ring(argument);
	CHECK_RETURN(mail_receive(port, &mail, 0, 0), MACH_RCV_INVALID_NAME);
	expect_that_all_calls_fail(port);
}

static void
wait_to_receive_for_long(void *argument)
{
	mach_port_t port = mail_port();
	struct mail mail;

	bell_ring(argument);
	CHECK_RETURN(mail_receive(port, &mail, MACH_RCV_TIMEOUT, 3600000),
	    MACH_RCV_INVALID_NAME);
}

static void
wait_on_a_set(void *argument)
{
	mach_port_t self = mach_task_self();
	mach_port_t port = mail_port();
	mach_port_t set;
	struct mail mail;

	CHECK_RETURN(mach_port_allocate(self, MACH_PORT_RIGHT_PORT_SET, &set),
	    KERN_SUCCESS);
	CHECK_RETURN(mach_port_insert_member(self, port, set), KERN_SUCCESS);
	bell_ring(argument);
	CHECK_RETURN(mail_receive(set, &mail, 0, 0), MACH_RCV_INVALID_NAME);
	expect_that_all_calls_fail(port);
}

static void
wait_to_send(void *argument)
{
	mach_port_t port = mail_port();

	for (int i = 0; i < MACH_PORT_QLIMIT_DEFAULT; i++)
		CHECK_RETURN(
		    mail_send(port, i, MACH_PORT_NULL, 0, 0), MACH_MSG_SUCCESS);
	bell_ring(argument);
	CHECK_RETURN(
	    mail_send(port, 5, MACH_PORT_NULL, 0, 0), MACH_SEND_INVALID_DEST);
	expect_that_all_calls_fail(port);
}

/* A request to a port that nobody reads, in one call that sends and receives. */
static void
wait_for_a_reply(void *argument)
{
	mach_port_t port = mail_port();
	mach_port_t reply = mach_reply_port();
	struct mail mail = {
	    .header.msgh_bits = MACH_MSGH_BITS(
	        MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE),
	    .header.msgh_remote_port = port,
	    .header.msgh_local_port = reply,
	};

	bell_ring(argument);
	CHECK(mach_msg(&mail.header, MACH_SEND_MSG | MACH_RCV_MSG, MAIL_BYTES,
	          sizeof(mail), reply, MACH_MSG_TIMEOUT_NONE,
	          MACH_PORT_NULL) != MACH_MSG_SUCCESS);
	expect_that_all_calls_fail(port);
}

static void *
wait_in_thread(void *argument)
{
	wait_to_receive(argument);
	return NULL;
}

static void
wait_in_four_threads(void *argument)
{
	pthread_t threads[4];

	for (unsigned i = 0; i < 4; i++)
		CHECK(pthread_create(
		          &threads[i], NULL, wait_in_thread, argument) == 0);
	for (unsigned i = 0; i < 4; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
}

/* It makes no call before the kernel is dead, and its first fails. */
static void
be_late(void *argument)
{
	expect_that_all_calls_fail(*(const mach_port_t *)argument);
}

static void
fork_late(void *argument)
{
	mach_port_t port = mail_port();
	struct mail mail;

	bell_ring(argument);
	CHECK_RETURN(mail_receive(port, &mail, 0, 0), MACH_RCV_INVALID_NAME);
	task_run(be_late, &port);
}

/* How long all calls of all tasks take to fail, from when the kernel is killed. */
static uint64_t
time_death(void)
{
	static task_body *const bodies[] = {
	    wait_to_receive,
	    wait_to_receive_for_long,
	    wait_on_a_set,
	    wait_to_send,
	    wait_for_a_reply,
	    wait_in_four_threads,
	    fork_late,
	};
	enum { COUNT = sizeof(bodies) / sizeof(bodies[0]) };
	struct kernel kernel;
	struct bell bell;
	pid_t tasks[COUNT];
	uint64_t ns;

	kernel_start(&kernel, NULL);
	bell_make(&bell);
	for (unsigned i = 0; i < COUNT; i++)
		tasks[i] = task_start(bodies[i], &bell);
	bell_wait(&bell, COUNT + 3); /* four of them from the threads */
	ns = -now_ns();
	kernel_kill(&kernel);
	for (unsigned i = 0; i < COUNT; i++)
		task_expect_success(tasks[i]);
	ns += now_ns();
	assert_false(socket_exists(kernel.socket));
	bell_free(&bell);
	return ns;
}

/* None waits for a time: but each may be late to run, so there are some tries. */
static void
each_call_of_each_task_fails_within_a_second(void **state)
{
	unsigned tries = 1;

	(void)state;
	while (time_death() >= SECOND_NS)
		assert_true(tries++ < TRIES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(each_call_of_each_task_fails_within_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
