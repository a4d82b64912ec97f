/* The ports that a task and its threads have without asking. */
#include <mach/mach_init.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <mach/mach2.h>
#include <mach/mig.h>

#include "note.h"
#include "program.h"

static mach_port_urefs_t
send_refs(mach_port_t name)
{
	mach_port_urefs_t count = 99;

	CHECK_EQ(mach_port_get_refs(
	             mach_task_self(), name, MACH_PORT_RIGHT_SEND, &count),
	    KERN_SUCCESS);
	return count;
}

static void
ask_for_self(void)
{
	mach_port_urefs_t before = send_refs(mach_task_self());
	mach_port_t thread;

	CHECK_EQ(mach_init(), 0);
	CHECK_EQ(mach_init(), 0);
	CHECK_EQ(send_refs(mach_task_self()), before);
	CHECK_EQ(task_self_trap(), mach_task_self());
	CHECK_EQ(send_refs(mach_task_self()), before + 1);
	CHECK_EQ(task_self(), mach_task_self());
	CHECK_EQ(send_refs(mach_task_self()), before + 1);

	thread = mach_thread_self();
	CHECK_EQ(mach_thread_self(), thread);
	CHECK_EQ(send_refs(thread), 2);
	CHECK_EQ(thread_self(), thread);
	CHECK_EQ(thread_self(), thread);
	CHECK_EQ(send_refs(thread), 3);
	CHECK_EQ(host_self(), mach_host_self());
	CHECK_EQ(host_self(), host_self());
	CHECK_EQ(send_refs(host_self()), 2);
}

static void
self_ports_keep_their_names(void **state)
{
	(void)state;
	program_run(ask_for_self);
}

static void
ask_for_reply_ports(void)
{
	mach_port_t port = mig_get_reply_port();
	mach_port_t other = mach_reply_port();
	mach_port_type_t type;

	CHECK(MACH_PORT_VALID(port) && MACH_PORT_VALID(other));
	CHECK(port != other);
	mig_put_reply_port(port);
	CHECK_EQ(mig_get_reply_port(), port);
	mig_dealloc_reply_port(port);
	CHECK_EQ(
	    mach_port_type(mach_task_self(), port, &type), KERN_INVALID_NAME);
	port = mig_get_reply_port();
	CHECK_EQ(mach_port_type(mach_task_self(), port, &type), KERN_SUCCESS);
	CHECK_EQ(type, MACH_PORT_TYPE_RECEIVE);

	/* A name that is not the thread's is released, too. */
	mig_dealloc_reply_port(mach_task_self());
	CHECK_EQ(
	    mach_port_type(mach_task_self(), port, &type), KERN_INVALID_NAME);
}

static void
a_thread_keeps_its_reply_port(void **state)
{
	(void)state;
	program_run(ask_for_reply_ports);
}

static void
ask_for_special_reply_ports(void)
{
	mach_port_t port = thread_get_special_reply_port();
	mach_port_type_t type;

	CHECK_EQ(mach_port_type(mach_task_self(), port, &type), KERN_SUCCESS);
	CHECK_EQ(type, MACH_PORT_TYPE_RECEIVE);
	CHECK_EQ(thread_get_special_reply_port(), port);
	CHECK(mig_get_reply_port() != port);
	CHECK_EQ(mach_port_mod_refs(
	             mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	CHECK(thread_get_special_reply_port() != port);
}

static void
a_special_reply_port_is_made_again(void **state)
{
	(void)state;
	program_run(ask_for_special_reply_ports);
}

static void
ask_for_special_reply_ports_of_stubs(void)
{
	mach_port_t port = mig_get_special_reply_port();
	mach_port_type_t type;

	CHECK_EQ(thread_get_special_reply_port(), port);
	CHECK_EQ(mig_get_special_reply_port(), port);
	CHECK(mig_get_reply_port() != port);
	mig_dealloc_special_reply_port(port);
	CHECK_EQ(
	    mach_port_type(mach_task_self(), port, &type), KERN_INVALID_NAME);
	port = mig_get_special_reply_port();
	CHECK_EQ(mach_port_type(mach_task_self(), port, &type), KERN_SUCCESS);
	CHECK_EQ(type, MACH_PORT_TYPE_RECEIVE);

	/* A name that is not the thread's is released, too. */
	CHECK_EQ(task_self_trap(), mach_task_self());
	mig_dealloc_special_reply_port(mach_task_self());
	CHECK_EQ(send_refs(mach_task_self()), 1);
	CHECK_EQ(
	    mach_port_type(mach_task_self(), port, &type), KERN_INVALID_NAME);
	mig_dealloc_special_reply_port(MACH_PORT_NULL); /* there is none */
}

static void
stubs_can_give_a_special_reply_port_up(void **state)
{
	(void)state;
	program_run(ask_for_special_reply_ports_of_stubs);
}

static void
call_with_the_options_of_a_special_reply_port(void)
{
	mach_port_t port = mig_get_special_reply_port();
	mach_msg_empty_send_t request = {
	    .header =
	        {
	            .msgh_bits = MACH_MSGH_BITS(
	                MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE),
	            .msgh_remote_port = mach_task_self(),
	            .msgh_local_port = port,
	            .msgh_id = 1,
	        },
	};
	struct {
		mig_reply_error_t error;
		mach_msg_max_trailer_t trailer;
	} reply;

	/* No such routine: the kernel answers so. */
	memcpy(&reply, &request, sizeof(request));
	CHECK_EQ(
	    mach_msg(&reply.error.Head,
	        MACH_SEND_MSG | MACH_RCV_MSG | __MigSpecialReplyPortMsgOption,
	        sizeof(request), sizeof(reply), port, MACH_MSG_TIMEOUT_NONE,
	        MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(reply.error.RetCode, MIG_BAD_ID);
}

static void
a_special_reply_port_takes_a_reply(void **state)
{
	(void)state;
	program_run(call_with_the_options_of_a_special_reply_port);
}

/* What a thread of the program, and the program, tell each other. */
struct meeting {
	pthread_barrier_t barrier;
	mach_port_t name;
	mach_port_t special_reply;
};

static void *
meet(void *argument)
{
	struct meeting *meeting = argument;

	(void)pthread_barrier_wait(&meeting->barrier); /* nothing asked yet */
	(void)pthread_barrier_wait(&meeting->barrier);
	meeting->name = pthread_mach_thread_np(pthread_self());
	meeting->special_reply = thread_get_special_reply_port();
	CHECK_EQ(send_refs(meeting->name), 1);
	(void)pthread_barrier_wait(&meeting->barrier);
	(void)pthread_barrier_wait(&meeting->barrier); /* and looked at */
	return NULL;
}

static void
find_no_thread(void)
{
	/* The names are the parent's. */
	CHECK(pthread_mach_thread_np(pthread_self()) != MACH_PORT_NULL);
}

static void
ask_for_threads(void)
{
	mach_port_t mine = pthread_mach_thread_np(pthread_self());
	struct meeting meeting;
	mach_port_type_t type;
	pthread_t thread;

	CHECK_EQ(send_refs(mine), 1);
	CHECK_EQ(pthread_mach_thread_np(pthread_self()), mine);
	CHECK_EQ(send_refs(mine), 1);
	CHECK_EQ(mach_thread_self(), mine);

	CHECK(pthread_barrier_init(&meeting.barrier, NULL, 2) == 0);
	CHECK(pthread_create(&thread, NULL, meet, &meeting) == 0);
	(void)pthread_barrier_wait(&meeting.barrier);
	CHECK_EQ(pthread_mach_thread_np(thread), MACH_PORT_NULL);
	(void)pthread_barrier_wait(&meeting.barrier);
	(void)pthread_barrier_wait(&meeting.barrier);
	CHECK(meeting.name != mine);
	CHECK_EQ(pthread_mach_thread_np(thread), meeting.name);
	CHECK_EQ(send_refs(meeting.name), 1);
	program_join(program_fork(find_no_thread));
	(void)pthread_barrier_wait(&meeting.barrier);
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK_EQ(mach_port_type(mach_task_self(), meeting.special_reply, &type),
	    KERN_INVALID_NAME);
	CHECK_EQ(mach_port_type(mach_task_self(), meeting.name, &type),
	    KERN_INVALID_NAME);
	CHECK(pthread_barrier_destroy(&meeting.barrier) == 0);
}

static void
a_thread_is_found_by_its_pthread(void **state)
{
	(void)state;
	program_run(ask_for_threads);
}

static mach_port_t parents[3];

static void
check_forgotten(void)
{
	mach_port_type_t type;

	/* Before our own are made, which may have the same names. */
	CHECK_EQ(mach_port_type(mach_task_self(), parents[0], &type),
	    KERN_INVALID_NAME);
	CHECK_EQ(mach_port_type(mach_task_self(), parents[2], &type),
	    KERN_INVALID_NAME);
	CHECK_EQ(mach_port_type(mach_task_self(), mig_get_reply_port(), &type),
	    KERN_SUCCESS);
	CHECK_EQ(type, MACH_PORT_TYPE_RECEIVE);
	CHECK_EQ(mach_port_type(mach_task_self(), thread_self(), &type),
	    KERN_SUCCESS);
	CHECK_EQ(type, MACH_PORT_TYPE_SEND);
	CHECK_EQ(mach_port_type(mach_task_self(), task_notify(), &type),
	    KERN_SUCCESS);
	CHECK_EQ(type, MACH_PORT_TYPE_RECEIVE);
}

static void
fork_with_names(void)
{
	parents[0] = mig_get_reply_port();
	parents[1] = thread_self();
	parents[2] = task_notify();
	CHECK_EQ(task_notify(), parents[2]);
	program_join(program_fork(check_forgotten));
	CHECK_EQ(mig_get_reply_port(), parents[0]);
	CHECK_EQ(thread_self(), parents[1]);
	CHECK_EQ(task_notify(), parents[2]);
}

static void
a_child_keeps_none_of_its_parents_names(void **state)
{
	(void)state;
	program_run(fork_with_names);
}

static void
the_page_size_is_linuxs(void **state)
{
	(void)state;
	assert_int_equal(vm_page_size, sysconf(_SC_PAGESIZE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(self_ports_keep_their_names),
	    cmocka_unit_test(a_thread_keeps_its_reply_port),
	    cmocka_unit_test(a_special_reply_port_is_made_again),
	    cmocka_unit_test(stubs_can_give_a_special_reply_port_up),
	    cmocka_unit_test(a_special_reply_port_takes_a_reply),
	    cmocka_unit_test(a_thread_is_found_by_its_pthread),
	    cmocka_unit_test(a_child_keeps_none_of_its_parents_names),
	    cmocka_unit_test(the_page_size_is_linuxs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
