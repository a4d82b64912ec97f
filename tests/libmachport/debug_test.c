/* MACHPORT_DEBUG: what is told of a program's rights, and what is not. */
#include "debug.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <mach/clock.h>
#include <mach/mk_timer.h>
#include <mach/semaphore.h>
#include <mach/task.h>

#include <mach/mach.h>
#include <mach/mig.h>
#include <machport.h>

#include "program.h"

/* A message with one right, as it is sent and as it is received. */
struct parcel {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_port_descriptor_t right;
	mach_msg_trailer_t trailer;
};

static mach_port_t
make_port(void)
{
	mach_port_t port;

	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_insert_right(
	             mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	return port;
}

/* All of it. */
static void
give_up(mach_port_t port)
{
	CHECK_EQ(
	    mach_port_destruct(mach_task_self(), port, -1, 0), KERN_SUCCESS);
}

static mach_msg_return_t
send_right(mach_port_t to, mach_port_t right, mach_msg_type_name_t disposition)
{
	struct parcel parcel = {
	    .header = {.msgh_bits = MACH_MSGH_BITS_SET(MACH_MSG_TYPE_COPY_SEND,
	                   0, 0, MACH_MSGH_BITS_COMPLEX),
	        .msgh_size = offsetof(struct parcel, trailer),
	        .msgh_remote_port = to,
	        .msgh_id = 4711},
	    .body = {1},
	    .right = {.name = right,
	        .disposition = (uint8_t)disposition,
	        .type = MACH_MSG_PORT_DESCRIPTOR},
	};

	return mach_msg_send(&parcel.header);
}

static mach_port_t
receive_right(mach_port_t from)
{
	struct parcel parcel = {.header = {
	                            .msgh_size = sizeof(parcel),
	                            .msgh_local_port = from,
	                        }};

	CHECK_EQ(mach_msg_receive(&parcel.header), MACH_MSG_SUCCESS);
	return parcel.right.name;
}

/* --- rights ---------------------------------------------------------------- */

static void
tidy_up(void)
{
	mach_port_t port;

	CHECK(debug_start("rights,strict"));
	port = make_port();
	CHECK_EQ(send_right(port, port, MACH_MSG_TYPE_MAKE_SEND), 0);
	CHECK_EQ(receive_right(port), port);
	CHECK_EQ(mach_port_mod_refs(
	             mach_task_self(), port, MACH_PORT_RIGHT_SEND, -2),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_mod_refs(
	             mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	(void)mig_get_reply_port();
	exit(0);
}

static void
nothing_is_told_of_a_program_that_leaves_nothing(void **state)
{
	(void)state;
	program_run(tidy_up);
}

static void
tidy_up_time(void)
{
	semaphore_t semaphore;
	mach_port_t timer;

	CHECK(debug_start("rights,strict"));
	timer = mk_timer_create();
	CHECK_EQ(mk_timer_arm(timer, 0), KERN_SUCCESS);
	CHECK_EQ(mk_timer_destroy(timer), KERN_SUCCESS);
	CHECK_EQ(
	    semaphore_create(mach_task_self(), &semaphore, 0, 1), KERN_SUCCESS);
	CHECK_EQ(semaphore_wait(semaphore), KERN_SUCCESS);
	CHECK_EQ(semaphore_destroy(mach_task_self(), semaphore), KERN_SUCCESS);
	CHECK_EQ(clock_sleep(MACH_PORT_NULL, TIME_RELATIVE,
	             (mach_timespec_t){0, 1}, NULL),
	    KERN_SUCCESS);
	exit(0);
}

static void
nothing_is_told_of_timers_and_semaphores_that_were_destroyed(void **state)
{
	(void)state;
	program_run(tidy_up_time);
}

static void
keep_a_timer(void)
{
	CHECK(debug_start("rights"));
	(void)mk_timer_create();
	exit(0);
}

static void
a_timer_that_is_left_is_told(void **state)
{
	(void)state;
	program_run_saying(keep_a_timer, "mk_timer_create");
}

static void
keep_what_came(void)
{
	mach_port_t port;

	CHECK(debug_start("rights"));
	port = make_port();
	CHECK_EQ(send_right(port, port, MACH_MSG_TYPE_MAKE_SEND), 0);
	(void)receive_right(port);
	CHECK_EQ(send_right(port, port, MACH_MSG_TYPE_MAKE_SEND), 0);
	(void)receive_right(port);
	CHECK_EQ(mach_port_mod_refs(
	             mach_task_self(), port, MACH_PORT_RIGHT_SEND, -1),
	    KERN_SUCCESS);
	exit(0);
}

static void
what_came_in_messages_and_is_left_is_told_with_their_id(void **state)
{
	(void)state;
	program_run_saying(keep_what_came, "got in a message, id 4711");
}

static void
what_is_left_is_told_with_the_place_that_got_it(void **state)
{
	(void)state;
	program_run_saying(keep_what_came, "receive_right at debug_test.c:");
}

static void
move_away(void)
{
	mach_port_t port;
	mach_port_t other;

	CHECK(debug_start("rights"));
	port = make_port();
	other = make_port();
	CHECK_EQ(send_right(port, other, MACH_MSG_TYPE_MOVE_SEND), 0);
	CHECK_EQ(send_right(port, other, MACH_MSG_TYPE_MOVE_RECEIVE), 0);
	give_up(port);
	exit(0);
}

static void
what_a_message_took_along_is_not_left(void **state)
{
	(void)state;
	program_run(move_away);
}

static void
keep_a_dead_name(void)
{
	mach_port_t port;

	CHECK(debug_start("rights"));
	port = make_port();
	CHECK_EQ(
	    mach_port_destruct(mach_task_self(), port, 0, 0), KERN_SUCCESS);
	exit(0);
}

static void
what_a_destruct_leaves_of_a_port_is_told(void **state)
{
	(void)state;
	program_run_saying(
	    keep_a_dead_name, "1 send right got by mach_port_insert_right");
}

static mach_port_t
construct_with_a_send_right(void)
{
	mach_port_options_t options = {.flags = MPO_INSERT_SEND_RIGHT};
	mach_port_t port;

	CHECK_EQ(mach_port_construct(mach_task_self(), &options, 0, &port),
	    KERN_SUCCESS);
	return port;
}

static void
construct_and_keep_the_receive_right(void)
{
	mach_port_t port;

	CHECK(debug_start("rights"));
	port = construct_with_a_send_right();
	CHECK_EQ(mach_port_deallocate(mach_task_self(), port), KERN_SUCCESS);
	exit(0);
}

static void
a_send_right_given_up_leaves_the_receive_right_to_be_told(void **state)
{
	(void)state;
	program_run_saying(construct_and_keep_the_receive_right,
	    "1 receive right got by mach_port_construct");
}

static void
construct_and_keep_the_send_right(void)
{
	mach_port_t port;

	CHECK(debug_start("rights"));
	port = construct_with_a_send_right();
	CHECK_EQ(mach_port_mod_refs(
	             mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	exit(0);
}

static void
a_send_right_that_a_construct_made_is_told(void **state)
{
	(void)state;
	program_run_saying(construct_and_keep_the_send_right,
	    "1 send right got by mach_port_construct");
}

/* Of which the library has seen neither come: made before it looked. */
static void
give_up_what_was_not_seen(void)
{
	mach_port_t port = make_port();

	CHECK(debug_start("rights"));
	CHECK_EQ(mach_port_mod_refs(
	             mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_deallocate(mach_task_self(), port), KERN_SUCCESS);
	exit(0);
}

static void
what_was_got_before_is_given_up_in_silence(void **state)
{
	(void)state;
	program_run(give_up_what_was_not_seen);
}

/* A message, and names in one, where there is no memory. */
static void
send_what_cannot_be_read(void)
{
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_ool_ports_descriptor_t names;
	} message = {
	    .header = {.msgh_bits = MACH_MSGH_BITS_SET(MACH_MSG_TYPE_COPY_SEND,
	                   0, 0, MACH_MSGH_BITS_COMPLEX),
	        .msgh_size = sizeof(message)},
	    .body = {1},
	    .names = {.address = (void *)(uintptr_t)16,
	        .count = 2,
	        .disposition = MACH_MSG_TYPE_COPY_SEND,
	        .type = MACH_MSG_OOL_PORTS_DESCRIPTOR},
	};

	CHECK(debug_start("rights"));
	message.header.msgh_remote_port = make_port();
	CHECK_EQ(mach_msg_send(&message.header), MACH_SEND_INVALID_MEMORY);
	CHECK_EQ(mach_msg((mach_msg_header_t *)(uintptr_t)16, MACH_SEND_MSG,
	             sizeof(message), 0, MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE,
	             MACH_PORT_NULL),
	    MACH_SEND_INVALID_DATA);
	give_up(message.header.msgh_remote_port);
	exit(0);
}

static void
what_cannot_be_read_is_refused_as_ever(void **state)
{
	(void)state;
	program_run(send_what_cannot_be_read);
}

static void
die_unseen(void)
{
	mach_port_t port;

	CHECK(debug_start("rights"));
	port = make_port();
	machport_report_rights();
	give_up(port);
	exit(0);
}

static void
it_is_told_when_the_program_asks(void **state)
{
	(void)state;
	program_run_saying(die_unseen, "2 rights left, of 2 places");
}

static void
fork_without_rights(void)
{
	mach_port_t port;
	pid_t child;

	CHECK(debug_start("rights"));
	port = make_port();
	child = fork();
	if (child == 0)
		exit(0);
	program_join(child);
	give_up(port);
	exit(0);
}

static void
a_forked_child_has_none_of_its_parents(void **state)
{
	(void)state;
	program_run(fork_without_rights);
}

/* --- strict ---------------------------------------------------------------- */

static void
release_twice(void)
{
	mach_port_t port;

	CHECK(debug_start("strict"));
	port = make_port();
	give_up(port);
	CHECK_EQ(
	    mach_port_deallocate(mach_task_self(), port), KERN_INVALID_NAME);
	exit(0);
}

static void
a_double_release_is_told_with_the_first(void **state)
{
	(void)state;
	program_run_saying(
	    release_twice, "it was given up by mach_port_destruct:");
}

static void
send_to_nothing(void)
{
	mach_port_t port;
	mach_port_t stale;

	CHECK(debug_start("strict"));
	port = make_port();
	stale = make_port();
	give_up(stale);
	CHECK_EQ(send_right(stale, port, MACH_MSG_TYPE_COPY_SEND),
	    MACH_SEND_INVALID_DEST);
	give_up(port);
	exit(0);
}

static void
a_message_to_a_stale_name_is_told(void **state)
{
	(void)state;
	program_run_saying(
	    send_to_nothing, "(ipc/send) invalid destination port");
}

static void
send_a_stale_name(void)
{
	mach_port_t port;
	mach_port_t stale;

	CHECK(debug_start("strict"));
	port = make_port();
	stale = make_port();
	give_up(stale);
	CHECK_EQ(send_right(port, stale, MACH_MSG_TYPE_COPY_SEND),
	    MACH_SEND_INVALID_RIGHT);
	give_up(port);
	exit(0);
}

static void
a_stale_name_in_a_message_is_told(void **state)
{
	(void)state;
	program_run_saying(send_a_stale_name, "is no name any more");
}

static void
send_to_the_dead(void)
{
	mach_port_t port;

	CHECK(debug_start("strict"));
	port = make_port();
	CHECK_EQ(mach_port_mod_refs(
	             mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	CHECK_EQ(send_right(port, MACH_PORT_NULL, MACH_MSG_TYPE_COPY_SEND),
	    MACH_SEND_INVALID_DEST);
	CHECK_EQ(mach_port_deallocate(mach_task_self(), port), KERN_SUCCESS);
	exit(0);
}

static void
the_death_of_a_port_is_nobodys_mistake(void **state)
{
	(void)state;
	program_run(send_to_the_dead);
}

static void
use_the_wrong_right(void)
{
	mach_port_t port;

	CHECK(debug_start("strict"));
	port = make_port();
	CHECK_EQ(mach_port_mod_refs(
	             mach_task_self(), port, MACH_PORT_RIGHT_SEND_ONCE, -1),
	    KERN_INVALID_RIGHT);
	give_up(port);
	exit(0);
}

static void
a_wrong_right_is_told_with_what_it_is(void **state)
{
	(void)state;
	program_run_saying(
	    use_the_wrong_right, "is a send right and a receive right");
}

static void
ask_for_a_descriptor_of_a_task(void)
{
	CHECK(debug_start("strict"));
	CHECK_EQ(machport_fd(mach_task_self()), -1);
	exit(0);
}

static void
a_descriptor_of_what_does_not_receive_is_told_with_what_it_is(void **state)
{
	(void)state;
	program_run_saying(ask_for_a_descriptor_of_a_task, "is a send right\n");
}

static void
ask_for_a_descriptor_of_nothing(void)
{
	CHECK(debug_start("strict"));
	CHECK_EQ(machport_fd(0x7777), -1);
	exit(0);
}

static void
a_descriptor_of_no_name_is_told(void **state)
{
	(void)state;
	program_run_saying(ask_for_a_descriptor_of_nothing,
	    "machport_fd of 0x7777: (os/kern) invalid name");
}

static void
ask_for_the_members_of_nothing(void)
{
	mach_port_name_array_t members;
	mach_msg_type_number_t count;

	CHECK(debug_start("strict"));
	CHECK_EQ(mach_port_get_set_status(
	             mach_task_self(), 0x7777, &members, &count),
	    KERN_INVALID_NAME);
	exit(0);
}

static void
a_call_with_a_long_answer_is_told_as_well(void **state)
{
	(void)state;
	program_run_saying(ask_for_the_members_of_nothing,
	    "mach_port_get_set_status of 0x7777: (os/kern) invalid name");
}

static void
label_nothing(void)
{
	CHECK(debug_start("strict"));
	CHECK(machport_set_label(0x7777, "x") != KERN_SUCCESS);
	exit(0);
}

static void
a_label_for_no_name_is_told(void **state)
{
	(void)state;
	program_run_saying(label_nothing, "machport_set_label of 0x7777: ");
}

static void
misuse_what_has_a_label(void)
{
	mach_port_t port;

	CHECK(debug_start("strict"));
	port = make_port();
	/* A letter, and what terminals obey: of 7 bits, of UTF-8 and of 8. */
	CHECK_EQ(machport_set_label(port,
	             "\xc3\x84\033[2J\xc2\x9b"
	             "1m\x9b"
	             "1m"),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_mod_refs(
	             mach_task_self(), port, MACH_PORT_RIGHT_SEND_ONCE, -1),
	    KERN_INVALID_RIGHT);
	give_up(port);
	exit(0);
}

static void
a_port_is_told_with_its_label(void **state)
{
	(void)state;
	program_run_saying(
	    misuse_what_has_a_label, " \"\xc3\x84?[2J\xc2?1m?1m\": ");
}

static void
forget_what_came(void)
{
	mach_port_t port;
	mach_port_t other;

	CHECK(debug_start("strict"));
	port = make_port();
	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &other),
	    KERN_SUCCESS);
	CHECK_EQ(send_right(port, other, MACH_MSG_TYPE_MAKE_SEND), 0);
	CHECK_EQ(receive_right(port), other);
	exit(0);
}

static void
what_came_and_was_never_used_is_told_at_the_end(void **state)
{
	(void)state;
	program_run_saying(
	    forget_what_came, "1 right came and never used, of 1 place");
}

static void
use_what_came_as_a_special_port(void)
{
	mach_port_t port;
	mach_port_t other;

	CHECK(debug_start("strict"));
	port = make_port();
	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &other),
	    KERN_SUCCESS);
	CHECK_EQ(send_right(port, other, MACH_MSG_TYPE_MAKE_SEND), 0);
	CHECK_EQ(receive_right(port), other);
	CHECK_EQ(
	    task_set_special_port(mach_task_self(), TASK_BOOTSTRAP_PORT, other),
	    KERN_SUCCESS);
	exit(0);
}

static void
what_came_and_is_a_special_port_now_was_used(void **state)
{
	(void)state;
	program_run(use_what_came_as_a_special_port);
}

static void
abort_at_once(void)
{
	pid_t child = fork();

	if (child == 0) {
		CHECK(debug_start("abort"));
		(void)mach_port_deallocate(mach_task_self(), 0x7777);
		_exit(0);
	}
	CHECK(child > 0);
	{
		int status;

		CHECK_EQ(waitpid(child, &status, 0), child);
		CHECK(WIFSIGNALED(status));
		CHECK_EQ(WTERMSIG(status), SIGABRT);
	}
	exit(0);
}

static void
the_first_mistake_can_be_the_last(void **state)
{
	(void)state;
	program_run_saying(
	    abort_at_once, "mach_port_deallocate of 0x7777: (os/kern) invalid");
}

static void
ask_for_nonsense(void)
{
	CHECK(!debug_start("rihgts"));
	CHECK(!debug_on);
	exit(0);
}

static void
a_word_that_is_not_known_is_told(void **state)
{
	(void)state;
	program_run_saying(ask_for_nonsense, "a list of rights, strict, abort");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_told_of_a_program_that_leaves_nothing),
	    cmocka_unit_test(
	        nothing_is_told_of_timers_and_semaphores_that_were_destroyed),
	    cmocka_unit_test(a_timer_that_is_left_is_told),
	    cmocka_unit_test(
	        what_came_in_messages_and_is_left_is_told_with_their_id),
	    cmocka_unit_test(what_is_left_is_told_with_the_place_that_got_it),
	    cmocka_unit_test(what_a_message_took_along_is_not_left),
	    cmocka_unit_test(what_a_destruct_leaves_of_a_port_is_told),
	    cmocka_unit_test(
	        a_send_right_given_up_leaves_the_receive_right_to_be_told),
	    cmocka_unit_test(a_send_right_that_a_construct_made_is_told),
	    cmocka_unit_test(what_was_got_before_is_given_up_in_silence),
	    cmocka_unit_test(what_cannot_be_read_is_refused_as_ever),
	    cmocka_unit_test(it_is_told_when_the_program_asks),
	    cmocka_unit_test(a_forked_child_has_none_of_its_parents),
	    cmocka_unit_test(a_double_release_is_told_with_the_first),
	    cmocka_unit_test(a_message_to_a_stale_name_is_told),
	    cmocka_unit_test(a_stale_name_in_a_message_is_told),
	    cmocka_unit_test(the_death_of_a_port_is_nobodys_mistake),
	    cmocka_unit_test(a_wrong_right_is_told_with_what_it_is),
	    cmocka_unit_test(
	        a_descriptor_of_what_does_not_receive_is_told_with_what_it_is),
	    cmocka_unit_test(a_descriptor_of_no_name_is_told),
	    cmocka_unit_test(a_call_with_a_long_answer_is_told_as_well),
	    cmocka_unit_test(a_label_for_no_name_is_told),
	    cmocka_unit_test(what_came_and_is_a_special_port_now_was_used),
	    cmocka_unit_test(a_port_is_told_with_its_label),
	    cmocka_unit_test(what_came_and_was_never_used_is_told_at_the_end),
	    cmocka_unit_test(the_first_mistake_can_be_the_last),
	    cmocka_unit_test(a_word_that_is_not_known_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
