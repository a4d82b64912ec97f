/* A thread's connections: of handlers, after longjmp(), and at its end. */
#include "thread_conn.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include <mach/mig.h>

#include "disturbance.h"
#include "note.h"
#include "program.h"

#if HANDLERS_RUN_AT_ONCE

static mach_port_t handlers_port;

static void
send_in_handler(int signal)
{
	(void)signal;
	CHECK_EQ(note_send(handlers_port, 8, 0, 0), MACH_MSG_SUCCESS);
	signals_seen++;
}

static void
trap_within_trap(void)
{
	struct disturbance disturbance;
	unsigned files;

	handlers_port = note_port();
	files = program_count_files();
	handle(0, send_in_handler);
	for (int i = 0; i < 3; i++) {
		disturbance_begin(&disturbance, SYS_recvmsg, MACH_PORT_NULL);
		note_expect(handlers_port, 8);
		disturbance_end(&disturbance);
	}
	CHECK_EQ(program_count_files(), files);
}

static void
a_handler_can_call_while_its_thread_waits(void **state)
{
	(void)state;
	program_run(trap_within_trap);
}

/* Handlers have this stack from now on, if SA_ONSTACK is given. */
static void
use_signal_stack(void)
{
	static char room[64 * 1024];
	const stack_t stack = {.ss_sp = room, .ss_size = sizeof(room)};

	CHECK_EQ(sigaltstack(&stack, NULL), 0);
}

static void
trap_on_signal_stack(void)
{
	struct disturbance disturbance;
	unsigned files;

	handlers_port = note_port();
	files = program_count_files();
	use_signal_stack();
	handle(SA_ONSTACK, send_in_handler);
	for (int i = 0; i < 3; i++) {
		disturbance_begin(&disturbance, SYS_recvmsg, MACH_PORT_NULL);
		note_expect(handlers_port, 8);
		disturbance_end(&disturbance);
	}
	CHECK_EQ(program_count_files(), files);
}

static void
so_can_one_that_has_a_stack_of_its_own(void **state)
{
	(void)state;
	program_run(trap_on_signal_stack);
}

static void
trap_within_send(void)
{
	struct disturbance disturbance;
	mach_port_t full = note_port();
	int32_t count = note_fill(full);

	handlers_port = note_port();
	handle(SA_RESTART, send_in_handler);
	disturbance_begin(&disturbance, SYS_recvmsg, MACH_PORT_NULL);
	do
		CHECK_EQ(note_send(full, count, MACH_SEND_TIMEOUT, 500),
		    MACH_SEND_TIMED_OUT);
	while (signals_seen == 0);
	disturbance_end(&disturbance);
	note_expect(handlers_port, 8);
	for (int32_t i = 0; i < count; i++)
		note_expect(full, i);
}

static void
a_handler_can_call_while_its_thread_is_blocked_in_a_send(void **state)
{
	(void)state;
	program_run(trap_within_send);
}

static sigjmp_buf before_trap;

static void
jump(int signal)
{
	(void)signal;
	signals_seen++;
	siglongjmp(before_trap, 1);
}

/* Wait in a frame that is @depth bytes deeper than others. */
__attribute__((noinline)) static void
receive_deep(mach_port_t port, int depth)
{
	volatile char *room = __builtin_alloca((size_t)depth + 1);
	int32_t number;

	room[0] = 0;
	(void)note_receive(port, &number, 0, 0);
	program_fail("it returned", __FILE__, __LINE__);
}

__attribute__((noinline)) static void
exchange_deep(mach_port_t port, int depth)
{
	volatile char *room = __builtin_alloca((size_t)depth + 1);

	room[0] = 0;
	CHECK_EQ(note_send(port, depth, 0, 0), MACH_MSG_SUCCESS);
	note_expect(port, depth);
}

static void
jump_out_with(int flags)
{
	struct disturbance disturbance;
	mach_port_t port = note_port();
	volatile int round = 0;
	unsigned files = program_count_files();

	handle(flags, jump);
	for (round = 0; round < 60; round++) {
		if (sigsetjmp(before_trap, 1) == 0) {
			disturbance_begin(
			    &disturbance, SYS_recvmsg, MACH_PORT_NULL);
			receive_deep(port, round % 4 * 4096);
		}
		disturbance_end(&disturbance);
		exchange_deep(port, round % 3 * 4096);
	}
	CHECK(program_count_files() <= files + THREAD_TRAPS_MAX);
}

static void
jump_out(void)
{
	jump_out_with(0);
}

static void
jump_out_of_signal_stack(void)
{
	use_signal_stack();
	jump_out_with(SA_ONSTACK);
}

static void
a_handler_can_jump_out_of_a_trap(void **state)
{
	(void)state;
	program_run(jump_out);
	program_run(jump_out_of_signal_stack);
}

/* Who jumps out of a send has not sent, once he makes the next trap. */
static void
jump_out_of_send(void)
{
	struct disturbance disturbance;
	mach_port_t port = note_port();
	volatile int round = 0;

	handle(0, jump);
	for (round = 0; round < 30; round++) {
		volatile int32_t count = note_fill(port);
		int32_t number;

		if (sigsetjmp(before_trap, 1) == 0) {
			disturbance_begin(
			    &disturbance, SYS_recvmsg, MACH_PORT_NULL);
			(void)note_send(port, 77, 0, 0);
			program_fail("it returned", __FILE__, __LINE__);
		}
		disturbance_end(&disturbance);
		for (int32_t i = 0; i < count; i++)
			note_expect(port, i);
		CHECK_EQ(note_receive(port, &number, MACH_RCV_TIMEOUT, 0),
		    MACH_RCV_TIMED_OUT);
	}
}

static void
what_a_handler_jumped_away_from_is_not_sent(void **state)
{
	(void)state;
	program_run(jump_out_of_send);
}

#endif

static void *
take_names(void *names)
{
	((mach_port_t *)names)[0] = mach_thread_self();
	((mach_port_t *)names)[1] = mig_get_reply_port();
	CHECK_EQ(mig_get_reply_port(), ((mach_port_t *)names)[1]);
	return NULL;
}

static void
end_threads(void)
{
	mach_port_t own = mig_get_reply_port();
	unsigned files = program_count_files();
	mach_port_type_t type;
	mach_port_t names[2];
	pthread_t thread;

	for (int i = 0; i < 10; i++) {
		CHECK_EQ(pthread_create(&thread, NULL, take_names, names), 0);
		CHECK_EQ(pthread_join(thread, NULL), 0);
		CHECK_EQ(program_count_files(), files);
		CHECK_EQ(mach_port_type(mach_task_self(), names[0], &type),
		    KERN_SUCCESS);
		CHECK_EQ(type, MACH_PORT_TYPE_DEAD_NAME);
		CHECK_EQ(mach_port_type(mach_task_self(), names[1], &type),
		    KERN_INVALID_NAME);
	}
	CHECK_EQ(mig_get_reply_port(), own);
}

static void
a_thread_that_ends_leaves_nothing(void **state)
{
	(void)state;
	program_run(end_threads);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#if HANDLERS_RUN_AT_ONCE
		cmocka_unit_test(a_handler_can_call_while_its_thread_waits),
		cmocka_unit_test(so_can_one_that_has_a_stack_of_its_own),
		cmocka_unit_test(
		    a_handler_can_call_while_its_thread_is_blocked_in_a_send),
		cmocka_unit_test(a_handler_can_jump_out_of_a_trap),
		cmocka_unit_test(what_a_handler_jumped_away_from_is_not_sent),
#endif
		cmocka_unit_test(a_thread_that_ends_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
