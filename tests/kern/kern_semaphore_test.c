/* Semaphores: who passes, in what order, and what becomes of those who wait. All by
 * messages, as tasks do it. */
#include "kern_semaphore.h"

#include <limits.h>
#include <mach/mig_errors.h>
#include <mach/ndr.h>
#include <mach/semaphore.h>
#include <string.h>

#include "base_alloc.h"
#include "ipc_mach_port.h"
#include "ipc_right.h"
#include "kern_mig_semaphore.h"
#include "machine.h"
#include "post.h"
#include "tasks.h"

/* Nothing was answered. */
#define NOTHING MIG_NO_REPLY

enum {
	SIGNAL = 617200,
	SIGNAL_ALL,
	WAIT,
	SIGNAL_THREAD,
	TIMEDWAIT,
	TIMEDWAIT_SIGNAL,
	WAIT_SIGNAL,
};

static struct kern_semaphore *
new_semaphore(int policy, int value)
{
	struct kern_semaphore *semaphore;

	EXPECT(kern_semaphore_new(
	           alice, alice->space->account, policy, value, &semaphore),
	    KERN_SUCCESS);
	return semaphore;
}

/* A send right for it, in @task. */
static mach_port_name_t
give(struct kern_semaphore *semaphore, struct kern_task *task)
{
	mach_port_name_t name;

	EXPECT(ipc_right_copyout(task->space,
	           ipc_kobject_make_send(&semaphore->self),
	           MACH_MSG_TYPE_PORT_SEND, &name),
	    KERN_SUCCESS);
	return name;
}

static mach_port_name_t
new_name(int policy, int value)
{
	return give(new_semaphore(policy, value), alice);
}

static mach_msg_header_t
header_of(mach_msg_id_t id, mach_port_name_t to, mach_port_name_t reply,
    mach_msg_size_t size)
{
	return (mach_msg_header_t){
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	        reply ? MACH_MSG_TYPE_MAKE_SEND_ONCE : 0),
	    .msgh_size = size,
	    .msgh_remote_port = to,
	    .msgh_local_port = reply,
	    .msgh_id = id,
	};
}

static void
ask(struct kern_task *task, mach_msg_id_t id, mach_port_name_t semaphore,
    mach_port_name_t reply)
{
	const mach_msg_header_t request =
	    header_of(id, semaphore, reply, sizeof(request));

	assert_int_equal(post_send(task, &request), MACH_MSG_SUCCESS);
}

static void
ask_timed(mach_port_name_t semaphore, mach_port_name_t reply, unsigned seconds,
    int ns)
{
	const __Request__semaphore_timedwait_t request = {
	    .Head = header_of(TIMEDWAIT, semaphore, reply, sizeof(request)),
	    .NDR = {.int_rep = NDR_INT_LITTLE_ENDIAN},
	    .wait_time = {seconds, ns},
	};

	assert_int_equal(post_send(alice, &request), MACH_MSG_SUCCESS);
}

/* With @other, a semaphore or a thread. */
static void
ask_with(mach_msg_id_t id, mach_port_name_t semaphore, mach_port_name_t other,
    mach_port_name_t reply)
{
	__Request__semaphore_wait_signal_t request = {
	    .Head = header_of(id, semaphore, reply, sizeof(request)),
	    .msgh_body.msgh_descriptor_count = 1,
	    .signal_semaphore = {.name = other,
	        .disposition = MACH_MSG_TYPE_COPY_SEND,
	        .type = MACH_MSG_PORT_DESCRIPTOR},
	};

	request.Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	assert_int_equal(post_send(alice, &request), MACH_MSG_SUCCESS);
}

static void
ask_timed_with(mach_port_name_t semaphore, mach_port_name_t other,
    mach_port_name_t reply, mach_timespec_t time)
{
	__Request__semaphore_timedwait_signal_t request = {
	    .Head =
	        header_of(TIMEDWAIT_SIGNAL, semaphore, reply, sizeof(request)),
	    .msgh_body.msgh_descriptor_count = 1,
	    .signal_semaphore = {.name = other,
	        .disposition = MACH_MSG_TYPE_COPY_SEND,
	        .type = MACH_MSG_PORT_DESCRIPTOR},
	    .NDR = {.int_rep = NDR_INT_LITTLE_ENDIAN},
	    .wait_time = time,
	};

	request.Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	assert_int_equal(post_send(alice, &request), MACH_MSG_SUCCESS);
}

static kern_return_t
answer(struct kern_task *task, mach_port_name_t reply)
{
	mig_reply_error_t message;

	if (post_receive(task, reply, &message, sizeof(message)) !=
	    MACH_MSG_SUCCESS)
		return NOTHING;
	assert_int_equal(message.Head.msgh_size, sizeof(message));
	return message.RetCode;
}

/* Ask, and be answered. */
static kern_return_t
call(mach_msg_id_t id, mach_port_name_t semaphore)
{
	static mach_port_name_t reply;
	kern_return_t kr;

	reply = tasks_port(alice);
	ask(alice, id, semaphore, reply);
	kr = answer(alice, reply);
	if (kr != NOTHING)
		EXPECT(
		    ipc_mach_port_destroy(alice->space, reply), KERN_SUCCESS);
	return kr;
}

/* Alice waits, and is told on the port that this returns. */
static mach_port_name_t
wait_for(mach_port_name_t semaphore)
{
	mach_port_name_t reply = tasks_port(alice);

	ask(alice, WAIT, semaphore, reply);
	return reply;
}

static void
destroy_port(struct kern_task *task, mach_port_name_t port)
{
	EXPECT(ipc_mach_port_mod_refs(
	           task->space, port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
}

/* --- the value ------------------------------------------------------------- */

TEST(as_many_pass_as_the_value_says)
{
	mach_port_name_t name = new_name(SYNC_POLICY_FIFO, 2);

	assert_int_equal(call(WAIT, name), KERN_SUCCESS);
	assert_int_equal(call(WAIT, name), KERN_SUCCESS);
	assert_int_equal(call(WAIT, name), NOTHING);
}

TEST(a_signal_that_nobody_waits_for_is_kept)
{
	mach_port_name_t name = new_name(SYNC_POLICY_FIFO, 0);

	assert_int_equal(call(SIGNAL, name), KERN_SUCCESS);
	assert_int_equal(call(WAIT, name), KERN_SUCCESS);
	assert_int_equal(call(WAIT, name), NOTHING);
}

TEST(a_value_below_0_or_another_policy_is_refused)
{
	struct ipc_account *account = alice->space->account;
	struct kern_semaphore *semaphore;

	EXPECT(kern_semaphore_new(alice, account, 0, -1, &semaphore),
	    KERN_INVALID_ARGUMENT);
	EXPECT(kern_semaphore_new(alice, account, 4, 0, &semaphore),
	    KERN_INVALID_ARGUMENT);
	EXPECT(kern_semaphore_new(alice, account, -1, 0, &semaphore),
	    KERN_INVALID_ARGUMENT);
}

TEST(the_value_does_not_wrap)
{
	mach_port_name_t name = new_name(SYNC_POLICY_FIFO, INT_MAX);
	mach_port_name_t reply = tasks_port(alice);

	assert_int_equal(call(SIGNAL, name), KERN_RESOURCE_SHORTAGE);
	ask_with(WAIT_SIGNAL, new_name(SYNC_POLICY_FIFO, 1), name, reply);
	assert_int_equal(answer(alice, reply), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(call(WAIT, name), KERN_SUCCESS);
	assert_int_equal(call(SIGNAL, name), KERN_SUCCESS);
}

TEST(a_semaphore_says_what_it_is)
{
	uint32_t type;

	EXPECT(ipc_mach_port_kobject(
	           alice->space, new_name(SYNC_POLICY_FIFO, 0), &type),
	    KERN_SUCCESS);
	assert_int_equal(type, IPC_KOBJECT_SEMAPHORE);
	assert_string_equal(ipc_kobject_description(type), "semaphore");
}

/* --- who is next ----------------------------------------------------------- */

TEST(who_waits_is_let_pass_by_a_signal)
{
	mach_port_name_t name = new_name(SYNC_POLICY_FIFO, 0);
	mach_port_name_t waiter = wait_for(name);

	assert_int_equal(answer(alice, waiter), NOTHING);
	assert_int_equal(call(SIGNAL, name), KERN_SUCCESS);
	assert_int_equal(answer(alice, waiter), KERN_SUCCESS);
	assert_int_equal(call(WAIT, name), NOTHING);
}

static void
expect_order(int policy, bool reversed)
{
	mach_port_name_t name = new_name(policy, 0);
	mach_port_name_t waiters[3];

	for (unsigned i = 0; i < 3; i++)
		waiters[i] = wait_for(name);
	for (unsigned i = 0; i < 3; i++) {
		unsigned next = reversed ? 2 - i : i;

		assert_int_equal(answer(alice, waiters[next]), NOTHING);
		assert_int_equal(call(SIGNAL, name), KERN_SUCCESS);
		assert_int_equal(answer(alice, waiters[next]), KERN_SUCCESS);
	}
}

TEST(who_came_first_is_the_first)
{
	expect_order(SYNC_POLICY_FIFO, false);
	expect_order(SYNC_POLICY_FIXED_PRIORITY, false);
}

TEST(who_came_last_is_the_first_of_a_lifo)
{
	expect_order(SYNC_POLICY_LIFO, true);
}

TEST(all_who_wait_are_let_pass_and_nobody_else)
{
	mach_port_name_t name = new_name(SYNC_POLICY_FIFO, 0);
	mach_port_name_t waiters[3];

	for (unsigned i = 0; i < 3; i++)
		waiters[i] = wait_for(name);
	assert_int_equal(call(SIGNAL_ALL, name), KERN_SUCCESS);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(answer(alice, waiters[i]), KERN_SUCCESS);
	assert_int_equal(call(SIGNAL_ALL, name), KERN_SUCCESS);
	assert_int_equal(call(WAIT, name), NOTHING);
}

/* The port of @thread, in alice; and as @thread, wait. */
static mach_port_name_t
name_thread(struct kern_thread *thread)
{
	mach_port_name_t name;

	EXPECT(kern_thread_self(thread, alice, &name), KERN_SUCCESS);
	return name;
}

static mach_port_name_t
wait_as(const struct kern_thread *thread, mach_port_name_t semaphore)
{
	mach_port_name_t reply;

	kern_caller = (struct kern_caller){alice, thread->id};
	reply = wait_for(semaphore);
	kern_caller = (struct kern_caller){NULL, 0};
	return reply;
}

TEST(one_thread_is_let_pass)
{
	struct kern_thread *one = kern_thread_get(alice, 1);
	struct kern_thread *two = kern_thread_get(alice, 2);
	mach_port_name_t name = new_name(SYNC_POLICY_FIFO, 0);
	mach_port_name_t reply = tasks_port(alice);
	mach_port_name_t first = wait_as(one, name);
	mach_port_name_t second = wait_as(two, name);

	ask_with(SIGNAL_THREAD, name, name_thread(two), reply);
	assert_int_equal(answer(alice, reply), KERN_SUCCESS);
	assert_int_equal(answer(alice, first), NOTHING);
	assert_int_equal(answer(alice, second), KERN_SUCCESS);
	ask_with(SIGNAL_THREAD, name, name_thread(two), reply);
	assert_int_equal(answer(alice, reply), KERN_NOT_WAITING);
	(void)kern_thread_unref(one);
	(void)kern_thread_unref(two);
}

TEST(any_thread_is_let_pass_if_one_waits)
{
	mach_port_name_t name = new_name(SYNC_POLICY_FIFO, 0);
	mach_port_name_t reply = tasks_port(alice);
	mach_port_name_t waiter;

	ask_with(SIGNAL_THREAD, name, MACH_PORT_NULL, reply);
	assert_int_equal(answer(alice, reply), KERN_NOT_WAITING);
	waiter = wait_for(name);
	ask_with(SIGNAL_THREAD, name, MACH_PORT_NULL, reply);
	assert_int_equal(answer(alice, reply), KERN_SUCCESS);
	assert_int_equal(answer(alice, waiter), KERN_SUCCESS);
}

TEST(what_is_no_thread_is_not_let_pass)
{
	mach_port_name_t name = new_name(SYNC_POLICY_FIFO, 0);
	mach_port_name_t reply = tasks_port(alice);

	ask_with(SIGNAL_THREAD, name, name, reply);
	assert_int_equal(answer(alice, reply), KERN_INVALID_ARGUMENT);
}

/* --- time ------------------------------------------------------------------ */

static void
pass_time(uint64_t ns)
{
	machine_now_ns += ns;
	kern_timer_expire(machine_now_ns, UINT_MAX);
	ipc_check();
}

TEST(a_wait_ends_when_its_time_is_up)
{
	mach_port_name_t name = new_name(SYNC_POLICY_FIFO, 0);
	mach_port_name_t reply = tasks_port(alice);

	ask_timed(name, reply, 2, 500);
	pass_time(UINT64_C(2000000499));
	assert_int_equal(answer(alice, reply), NOTHING);
	pass_time(1);
	assert_int_equal(answer(alice, reply), KERN_OPERATION_TIMED_OUT);
	assert_int_equal(call(SIGNAL, name), KERN_SUCCESS);
	assert_int_equal(call(WAIT, name), KERN_SUCCESS);
}

TEST(who_was_let_pass_in_time_has_no_timer)
{
	mach_port_name_t name = new_name(SYNC_POLICY_FIFO, 0);
	mach_port_name_t reply = tasks_port(alice);

	ask_timed(name, reply, 1, 0);
	assert_int_equal(call(SIGNAL, name), KERN_SUCCESS);
	assert_int_equal(answer(alice, reply), KERN_SUCCESS);
	assert_true(kern_timer_next() == UINT64_MAX);
}

TEST(without_time_nobody_waits)
{
	mach_port_name_t name = new_name(SYNC_POLICY_FIFO, 1);
	mach_port_name_t reply = tasks_port(alice);

	ask_timed(name, reply, 0, 0);
	assert_int_equal(answer(alice, reply), KERN_SUCCESS);
	ask_timed(name, reply, 0, 0);
	assert_int_equal(answer(alice, reply), KERN_OPERATION_TIMED_OUT);
}

TEST(the_longest_time_is_no_overflow)
{
	mach_port_name_t name = new_name(SYNC_POLICY_FIFO, 0);
	mach_port_name_t reply = tasks_port(alice);

	ask_timed(name, reply, UINT_MAX, 999999999);
	assert_int_equal(answer(alice, reply), NOTHING);
	assert_true(kern_timer_next() > UINT64_C(4294967295000000000));
}

TEST(what_is_no_time_is_refused)
{
	mach_port_name_t name = new_name(SYNC_POLICY_FIFO, 1);
	mach_port_name_t reply = tasks_port(alice);

	ask_timed(name, reply, 0, -1);
	assert_int_equal(answer(alice, reply), KERN_INVALID_VALUE);
	ask_timed(name, reply, 0, 1000000000);
	assert_int_equal(answer(alice, reply), KERN_INVALID_VALUE);
	ask_timed_with(name, name, reply, (mach_timespec_t){0, -1});
	assert_int_equal(answer(alice, reply), KERN_INVALID_VALUE);
	assert_int_equal(call(WAIT, name), KERN_SUCCESS);
}

/* --- two semaphores -------------------------------------------------------- */

TEST(who_waits_for_one_has_signalled_the_other)
{
	mach_port_name_t waited = new_name(SYNC_POLICY_FIFO, 0);
	mach_port_name_t signalled = new_name(SYNC_POLICY_FIFO, 0);
	mach_port_name_t reply = tasks_port(alice);

	ask_with(WAIT_SIGNAL, waited, signalled, reply);
	assert_int_equal(answer(alice, reply), NOTHING);
	assert_int_equal(call(WAIT, signalled), KERN_SUCCESS);
	assert_int_equal(call(SIGNAL, waited), KERN_SUCCESS);
	assert_int_equal(answer(alice, reply), KERN_SUCCESS);
}

TEST(the_signal_comes_when_the_wait_has_begun)
{
	mach_port_name_t name = new_name(SYNC_POLICY_FIFO, 0);
	mach_port_name_t reply = tasks_port(alice);

	/* It lets itself pass. */
	ask_with(WAIT_SIGNAL, name, name, reply);
	assert_int_equal(answer(alice, reply), KERN_SUCCESS);
	assert_int_equal(call(WAIT, name), NOTHING);
}

TEST(a_wait_that_ends_at_once_signals_too)
{
	mach_port_name_t waited = new_name(SYNC_POLICY_FIFO, 1);
	mach_port_name_t signalled = new_name(SYNC_POLICY_FIFO, 0);
	mach_port_name_t reply = tasks_port(alice);

	ask_with(WAIT_SIGNAL, waited, signalled, reply);
	assert_int_equal(answer(alice, reply), KERN_SUCCESS);
	assert_int_equal(call(WAIT, signalled), KERN_SUCCESS);
	ask_timed_with(waited, signalled, reply, (mach_timespec_t){0, 0});
	assert_int_equal(answer(alice, reply), KERN_OPERATION_TIMED_OUT);
	assert_int_equal(call(WAIT, signalled), KERN_SUCCESS);
}

TEST(a_wait_for_one_ends_when_its_time_is_up)
{
	mach_port_name_t waited = new_name(SYNC_POLICY_FIFO, 0);
	mach_port_name_t signalled = new_name(SYNC_POLICY_FIFO, 0);
	mach_port_name_t reply = tasks_port(alice);

	ask_timed_with(waited, signalled, reply, (mach_timespec_t){0, 10});
	assert_int_equal(call(WAIT, signalled), KERN_SUCCESS);
	assert_int_equal(answer(alice, reply), NOTHING);
	pass_time(10);
	assert_int_equal(answer(alice, reply), KERN_OPERATION_TIMED_OUT);
}

TEST(nobody_waits_whose_signal_goes_nowhere)
{
	struct kern_semaphore *dead = new_semaphore(SYNC_POLICY_FIFO, 0);
	mach_port_name_t dead_name = give(dead, alice);
	mach_port_name_t name = new_name(SYNC_POLICY_FIFO, 1);
	mach_port_name_t reply = tasks_port(alice);

	kern_semaphore_destroy(dead);
	ask_with(WAIT_SIGNAL, name, dead_name, reply);
	assert_int_equal(answer(alice, reply), KERN_TERMINATED);
	ask_with(WAIT_SIGNAL, name, MACH_PORT_NULL, reply);
	assert_int_equal(answer(alice, reply), KERN_INVALID_ARGUMENT);
	ask_with(WAIT_SIGNAL, name, KERN_TASK_SELF_NAME, reply);
	assert_int_equal(answer(alice, reply), KERN_INVALID_ARGUMENT);
	assert_int_equal(call(WAIT, name), KERN_SUCCESS);
}

TEST(what_is_no_semaphore_is_refused)
{
	mach_port_name_t task = KERN_TASK_SELF_NAME;
	mach_port_name_t reply = tasks_port(alice);

	assert_int_equal(call(SIGNAL, task), KERN_INVALID_ARGUMENT);
	assert_int_equal(call(SIGNAL_ALL, task), KERN_INVALID_ARGUMENT);
	assert_int_equal(call(WAIT, task), KERN_INVALID_ARGUMENT);
	ask_timed(task, reply, 1, 0);
	assert_int_equal(answer(alice, reply), KERN_INVALID_ARGUMENT);
	ask_with(SIGNAL_THREAD, task, MACH_PORT_NULL, reply);
	assert_int_equal(answer(alice, reply), KERN_INVALID_ARGUMENT);
}

/* --- how it ends ----------------------------------------------------------- */

TEST(who_waits_for_a_semaphore_that_is_destroyed_is_told)
{
	struct kern_semaphore *semaphore = new_semaphore(SYNC_POLICY_FIFO, 0);
	mach_port_name_t name = give(semaphore, alice);
	mach_port_name_t waiter = wait_for(name);

	kern_semaphore_destroy(semaphore);
	ipc_check();
	assert_int_equal(answer(alice, waiter), KERN_TERMINATED);
	assert_int_equal(tasks_type(alice, name), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(a_semaphore_dies_with_its_task)
{
	mach_port_name_t name = give(new_semaphore(SYNC_POLICY_FIFO, 0), bob);
	mach_port_name_t reply = tasks_port(bob);

	ask(bob, WAIT, name, reply);
	kern_task_destroy(alice);
	alice = NULL;
	ipc_check();
	assert_int_equal(answer(bob, reply), KERN_TERMINATED);
	assert_int_equal(tasks_type(bob, name), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(a_semaphore_dies_with_its_last_send_right)
{
	mach_port_name_t name = new_name(SYNC_POLICY_FIFO, 0);
	mach_port_name_t waiter = wait_for(name);

	EXPECT(ipc_mach_port_deallocate(alice->space, name), KERN_SUCCESS);
	assert_int_equal(answer(alice, waiter), KERN_TERMINATED);
	assert_true(list_empty(&alice->semaphores));
}

TEST(a_semaphore_of_another_outlives_who_used_it)
{
	struct kern_semaphore *semaphore = new_semaphore(SYNC_POLICY_FIFO, 0);
	mach_port_name_t name = give(semaphore, alice);

	(void)give(semaphore, bob);
	kern_task_destroy(bob);
	bob = NULL;
	assert_int_equal(call(SIGNAL, name), KERN_SUCCESS);
}

TEST(a_signal_is_not_lost_to_who_waits_no_more)
{
	mach_port_name_t name = new_name(SYNC_POLICY_FIFO, 0);
	mach_port_name_t first = wait_for(name);
	mach_port_name_t second = wait_for(name);

	destroy_port(alice, first);
	assert_int_equal(call(SIGNAL, name), KERN_SUCCESS);
	assert_int_equal(answer(alice, second), KERN_SUCCESS);
}

TEST(nothing_is_kept_for_who_waits_no_more)
{
	const struct ipc_charge *used = &alice->space->account->used;
	mach_port_name_t name = new_name(SYNC_POLICY_FIFO, 0);
	mach_port_name_t reply = tasks_port(alice);
	const struct ipc_charge before = *used;

	ask_timed(name, reply, 1, 0);
	assert_true(used->bytes > before.bytes);
	destroy_port(alice, reply);
	assert_int_equal(used->bytes, before.bytes);
	assert_int_equal(used->messages, before.messages);
	assert_true(kern_timer_next() == UINT64_MAX);
}

TEST(a_task_that_is_killed_waits_no_more)
{
	struct kern_semaphore *semaphore = new_semaphore(SYNC_POLICY_FIFO, 0);
	mach_port_name_t name = give(semaphore, alice);
	mach_port_name_t reply = tasks_port(bob);

	ask(bob, WAIT, give(semaphore, bob), reply);
	kern_task_destroy(bob);
	bob = NULL;
	ipc_check();
	assert_true(list_empty(&semaphore->waiters));
	assert_int_equal(call(SIGNAL, name), KERN_SUCCESS);
	assert_int_equal(call(WAIT, name), KERN_SUCCESS);
}

/* Its semaphore, its wait for another's, and another's wait for its own. */
TEST(tasks_that_wait_for_each_other_die)
{
	mach_port_name_t name = give(new_semaphore(SYNC_POLICY_FIFO, 0), bob);

	(void)wait_for(new_name(SYNC_POLICY_FIFO, 0));
	ask(bob, WAIT, name, tasks_port(bob));
	kern_task_destroy(alice);
	alice = NULL;
	ipc_check();
}

TEST(a_wait_that_nobody_could_be_told_of_does_not_begin)
{
	struct kern_semaphore *semaphore = new_semaphore(SYNC_POLICY_FIFO, 0);
	mach_port_name_t name = give(semaphore, alice);

	ask(alice, WAIT, name, MACH_PORT_NULL);
	assert_true(list_empty(&semaphore->waiters));
	assert_int_equal(call(SIGNAL, name), KERN_SUCCESS);
	assert_int_equal(semaphore->value, 1);
}

/* --- what it costs --------------------------------------------------------- */

TEST(a_semaphore_is_charged_to_who_it_was_made_for)
{
	const struct ipc_charge *used = &alice->space->account->used;
	const uint64_t before = used->bytes;
	struct kern_semaphore *semaphore = new_semaphore(SYNC_POLICY_FIFO, 0);

	assert_true(used->bytes > before);
	kern_semaphore_destroy(semaphore);
	assert_int_equal(used->bytes, before);
}

TEST(there_are_no_more_semaphores_than_the_budget_allows)
{
	struct ipc_account *account = alice->space->account;
	struct kern_semaphore *semaphore;

	account->limits.bytes = account->used.bytes;
	EXPECT(kern_semaphore_new(alice, account, 0, 0, &semaphore),
	    KERN_RESOURCE_SHORTAGE);
	assert_true(list_empty(&alice->semaphores));
}

TEST(without_memory_there_is_no_semaphore)
{
	struct kern_semaphore *semaphore;
	kern_return_t kr;
	uint64_t i = 0;

	do {
		base_alloc_fail_at(++i);
		kr = kern_semaphore_new(
		    alice, alice->space->account, 0, 0, &semaphore);
		base_alloc_fail_at(0);
		ipc_check();
	} while (kr == KERN_RESOURCE_SHORTAGE);
	assert_int_equal(kr, KERN_SUCCESS);
	assert_in_range(i, 3, 10);
}

/* The send, and the wait: each may fail, and nothing has changed. */
TEST(without_memory_nobody_waits)
{
	struct kern_semaphore *semaphore = new_semaphore(SYNC_POLICY_FIFO, 0);
	mach_port_name_t name = give(semaphore, alice);
	mach_port_name_t reply = tasks_port(alice);
	const mach_msg_header_t request =
	    header_of(WAIT, name, reply, sizeof(request));
	unsigned refused = 0;

	for (uint64_t i = 1; list_empty(&semaphore->waiters); i++) {
		base_alloc_fail_at(i);
		(void)post_send(alice, &request);
		base_alloc_fail_at(0);
		refused += answer(alice, reply) == KERN_RESOURCE_SHORTAGE;
		assert_in_range(i, 1, 20);
	}
	assert_true(refused >= 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE_ON_MACHINE(as_many_pass_as_the_value_says),
	    CASE_ON_MACHINE(a_signal_that_nobody_waits_for_is_kept),
	    CASE_ON_MACHINE(a_value_below_0_or_another_policy_is_refused),
	    CASE_ON_MACHINE(the_value_does_not_wrap),
	    CASE_ON_MACHINE(a_semaphore_says_what_it_is),
	    CASE_ON_MACHINE(who_waits_is_let_pass_by_a_signal),
	    CASE_ON_MACHINE(who_came_first_is_the_first),
	    CASE_ON_MACHINE(who_came_last_is_the_first_of_a_lifo),
	    CASE_ON_MACHINE(all_who_wait_are_let_pass_and_nobody_else),
	    CASE_ON_MACHINE(one_thread_is_let_pass),
	    CASE_ON_MACHINE(any_thread_is_let_pass_if_one_waits),
	    CASE_ON_MACHINE(what_is_no_thread_is_not_let_pass),
	    CASE_ON_MACHINE(a_wait_ends_when_its_time_is_up),
	    CASE_ON_MACHINE(who_was_let_pass_in_time_has_no_timer),
	    CASE_ON_MACHINE(without_time_nobody_waits),
	    CASE_ON_MACHINE(the_longest_time_is_no_overflow),
	    CASE_ON_MACHINE(what_is_no_time_is_refused),
	    CASE_ON_MACHINE(who_waits_for_one_has_signalled_the_other),
	    CASE_ON_MACHINE(the_signal_comes_when_the_wait_has_begun),
	    CASE_ON_MACHINE(a_wait_that_ends_at_once_signals_too),
	    CASE_ON_MACHINE(a_wait_for_one_ends_when_its_time_is_up),
	    CASE_ON_MACHINE(nobody_waits_whose_signal_goes_nowhere),
	    CASE_ON_MACHINE(what_is_no_semaphore_is_refused),
	    CASE_ON_MACHINE(
	        who_waits_for_a_semaphore_that_is_destroyed_is_told),
	    CASE_ON_MACHINE(a_semaphore_dies_with_its_task),
	    CASE_ON_MACHINE(a_semaphore_dies_with_its_last_send_right),
	    CASE_ON_MACHINE(a_semaphore_of_another_outlives_who_used_it),
	    CASE_ON_MACHINE(a_signal_is_not_lost_to_who_waits_no_more),
	    CASE_ON_MACHINE(nothing_is_kept_for_who_waits_no_more),
	    CASE_ON_MACHINE(a_task_that_is_killed_waits_no_more),
	    CASE_ON_MACHINE(tasks_that_wait_for_each_other_die),
	    CASE_ON_MACHINE(a_wait_that_nobody_could_be_told_of_does_not_begin),
	    CASE_ON_MACHINE(a_semaphore_is_charged_to_who_it_was_made_for),
	    CASE_ON_MACHINE(
	        there_are_no_more_semaphores_than_the_budget_allows),
	    CASE_ON_MACHINE(without_memory_there_is_no_semaphore),
	    CASE_ON_MACHINE(without_memory_nobody_waits),
	};

	return cmocka_run_group_tests_name("kern_semaphore", tests, NULL, NULL);
}
