/* Tasks and threads by messages to their ports, on a machine on paper: what is done to
 * them, what is told of them, and that nothing is left. */
#include <mach/mig_errors.h>
#include <sched.h>
#include <string.h>

#include "base_alloc.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "kern_mig_task.h"
#include "kern_mig_thread_act.h"
#include "kern_thread.h"
#include "machine.h"
#include "routine.h"

#define TERMINATE 3401
#define THREADS 3402
#define INFO 3405
#define SUSPEND 3407
#define RESUME 3408
#define THREAD_INFO 3612

static struct machine_process *process;
static struct kern_task *task;
static mach_port_name_t port; /* alice's name for its port */
static mach_port_name_t plain;

static int
setup(void **state)
{
	machine_setup(state);
	routine_setup(alice);
	process = machine_process(17, 1000);
	task = process->task;
	port = tasks_give_task(task, alice);
	plain = tasks_give_task(bob, alice); /* has no process */
	return 0;
}

#undef CASE
#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, setup, machine_teardown)

/* A routine without arguments or results. */
static kern_return_t
order(mach_port_name_t to, mach_msg_id_t id)
{
	const mach_msg_header_t request = {.msgh_id = id};
	mig_reply_error_t reply;

	return ROUTINE(to, &request, &reply);
}

/* --- suspending ------------------------------------------------------------- */

TEST(a_task_is_stopped_once_and_goes_on_after_as_many_resumes)
{
	EXPECT(order(port, SUSPEND), KERN_SUCCESS);
	EXPECT(order(port, SUSPEND), KERN_SUCCESS);
	assert_int_equal(process->stops, 1);
	EXPECT(order(port, RESUME), KERN_SUCCESS);
	assert_int_equal(process->continues, 0);
	EXPECT(order(port, RESUME), KERN_SUCCESS);
	assert_int_equal(process->continues, 1);
	EXPECT(order(port, RESUME), KERN_FAILURE);
	assert_int_equal(process->continues, 1);
}

TEST(a_task_that_dies_suspended_lets_its_process_go_on)
{
	EXPECT(order(port, SUSPEND), KERN_SUCCESS);
	kern_task_destroy(task);
	process->task = NULL;
	assert_int_equal(process->continues, 1);
}

TEST(a_task_that_was_resumed_leaves_its_process_alone)
{
	EXPECT(order(port, SUSPEND), KERN_SUCCESS);
	EXPECT(order(port, RESUME), KERN_SUCCESS);
	kern_task_destroy(task);
	process->task = NULL;
	assert_int_equal(process->continues, 1);
}

TEST(what_linux_refuses_has_not_happened)
{
	process->ended = true;
	EXPECT(order(port, SUSPEND), KERN_FAILURE);
	assert_int_equal(task->suspend_count, 0);
	process->ended = false;
	EXPECT(order(port, SUSPEND), KERN_SUCCESS);
	process->ended = true;
	EXPECT(order(port, RESUME), KERN_FAILURE);
	assert_int_equal(task->suspend_count, 1);
	EXPECT(order(port, TERMINATE), KERN_FAILURE);
	EXPECT(order(plain, SUSPEND), KERN_FAILURE);
}

TEST(a_task_is_not_suspended_without_end)
{
	task->suspend_count = INT32_MAX;
	EXPECT(order(port, SUSPEND), KERN_FAILURE);
	task->suspend_count = 0;
}

TEST(a_task_is_killed)
{
	EXPECT(order(port, TERMINATE), KERN_SUCCESS);
	assert_int_equal(process->kills, 1);
}

static mach_port_name_t
name_port(void)
{
	mach_port_name_t name = 0;

	EXPECT(
	    ipc_right_copyout(alice->space, ipc_kobject_make_send(&task->name),
	        MACH_MSG_TYPE_PORT_SEND, &name),
	    KERN_SUCCESS);
	return name;
}

TEST(a_name_port_has_no_power)
{
	mach_port_name_t name = name_port();

	EXPECT(order(name, SUSPEND), KERN_INVALID_ARGUMENT);
	EXPECT(order(name, TERMINATE), KERN_INVALID_ARGUMENT);
	EXPECT(order(name, THREADS), KERN_INVALID_ARGUMENT);
	assert_int_equal(process->stops + process->kills, 0);
}

/* --- telling ---------------------------------------------------------------- */

static kern_return_t
info(mach_port_name_t to, task_flavor_t flavor, void *info_out, uint32_t *count)
{
	const __Request__task_info_t request = {.Head.msgh_id = INFO,
	    .NDR = {.int_rep = NDR_INT_LITTLE_ENDIAN},
	    .flavor = flavor,
	    .task_info_outCnt = *count};
	__Reply__task_info_t reply;
	kern_return_t kr;

	(void)routine_any(
	    to, &request, sizeof(request), &reply, sizeof(reply), &kr);
	if (kr != KERN_SUCCESS)
		return kr;
	*count = reply.task_info_outCnt;
	memcpy(info_out, reply.task_info_out, *count * sizeof(uint32_t));
	return KERN_SUCCESS;
}

static void
fill_usage(void)
{
	process->usage = (struct kern_usage){
	    .virtual_bytes = UINT64_C(5) << 32,
	    .resident_bytes = 3 << 20,
	    .resident_bytes_most = 4 << 20,
	    .user_ns = UINT64_C(7000008000),
	    .system_ns = 2000,
	    .faults = 9,
	    .major_faults = 2,
	};
}

TEST(a_task_tells_what_it_uses)
{
	mach_task_basic_info_data_t basic = {0};
	task_basic_info_32_data_t basic_32 = {0};
	task_basic_info_64_data_t basic_64 = {0};
	uint32_t count = MACH_TASK_BASIC_INFO_COUNT;

	fill_usage();
	task->suspend_count = 2;
	EXPECT(info(port, MACH_TASK_BASIC_INFO, &basic, &count), KERN_SUCCESS);
	assert_int_equal(count, MACH_TASK_BASIC_INFO_COUNT);
	assert_int_equal(basic.virtual_size, UINT64_C(5) << 32);
	assert_int_equal(basic.resident_size, 3 << 20);
	assert_int_equal(basic.resident_size_max, 4 << 20);
	assert_int_equal(basic.suspend_count, 2);
	count = TASK_INFO_MAX;
	EXPECT(info(port, TASK_BASIC_INFO_32, &basic_32, &count), KERN_SUCCESS);
	assert_int_equal(count, TASK_BASIC_INFO_32_COUNT);
	assert_int_equal(basic_32.virtual_size, UINT32_MAX);
	assert_int_equal(basic_32.suspend_count, 2);
	count = TASK_BASIC_INFO_COUNT;
	EXPECT(info(port, TASK_BASIC_INFO, &basic_64, &count), KERN_SUCCESS);
	assert_int_equal(basic_64.resident_size, 3 << 20);
	task->suspend_count = 0;
}

TEST(a_task_tells_what_happened_to_it)
{
	task_events_info_data_t events = {0};
	task_thread_times_info_data_t times = {0};
	uint32_t count = TASK_EVENTS_INFO_COUNT;

	fill_usage();
	EXPECT(info(port, TASK_EVENTS_INFO, &events, &count), KERN_SUCCESS);
	assert_int_equal(events.faults, 9);
	assert_int_equal(events.pageins, 2);
	count = TASK_THREAD_TIMES_INFO_COUNT;
	EXPECT(
	    info(port, TASK_THREAD_TIMES_INFO, &times, &count), KERN_SUCCESS);
	assert_int_equal(times.user_time.seconds, 7);
	assert_int_equal(times.user_time.microseconds, 8);
	assert_int_equal(times.system_time.microseconds, 2);
}

TEST(a_task_tells_who_it_is_also_by_its_name_port)
{
	audit_token_t audit = {{0}};
	security_token_t security = {{0}};
	uint32_t count = TASK_AUDIT_TOKEN_COUNT;

	EXPECT(
	    info(name_port(), TASK_AUDIT_TOKEN, &audit, &count), KERN_SUCCESS);
	assert_int_equal(audit.val[5], 17);
	count = TASK_SECURITY_TOKEN_COUNT;
	EXPECT(
	    info(port, TASK_SECURITY_TOKEN, &security, &count), KERN_SUCCESS);
	assert_int_equal(security.val[0], 1000);
}

TEST(what_is_not_told_of_a_task_is_refused)
{
	uint32_t words[TASK_INFO_MAX] = {0};
	uint32_t count = TASK_INFO_MAX;

	EXPECT(info(port, 77, words, &count), KERN_INVALID_ARGUMENT);
	count = TASK_BASIC_INFO_COUNT - 1;
	EXPECT(
	    info(port, TASK_BASIC_INFO, words, &count), KERN_INVALID_ARGUMENT);
	count = TASK_INFO_MAX;
	process->ended = true;
	EXPECT(info(port, TASK_BASIC_INFO, words, &count), KERN_FAILURE);
	EXPECT(info(plain, TASK_BASIC_INFO, words, &count), KERN_FAILURE);
}

/* --- threads ---------------------------------------------------------------- */

static void
set_threads(uint32_t first, uint32_t count)
{
	process->thread_count = count;
	for (uint32_t i = 0; i < count; i++)
		process->threads[i] = first + count - 1 - i;
}

/* Their names, in the order of their ids. */
static kern_return_t
threads(mach_port_name_t *names, uint32_t *count_out)
{
	const mach_msg_header_t request = {.msgh_id = THREADS};
	__Reply__task_threads_t reply;
	kern_return_t kr = ROUTINE(port, &request, &reply);

	if (kr != KERN_SUCCESS)
		return kr;
	*count_out = reply.act_listCnt;
	memcpy(names, routine_names(), *count_out * sizeof(*names));
	return KERN_SUCCESS;
}

TEST(each_thread_has_a_port_and_keeps_it)
{
	mach_port_name_t first[16] = {0};
	mach_port_name_t second[16] = {0};
	uint32_t count = 0;

	set_threads(100, 3);
	EXPECT(threads(first, &count), KERN_SUCCESS);
	assert_int_equal(count, 3);
	assert_int_not_equal(first[0], first[1]);
	set_threads(100, 4);
	EXPECT(threads(second, &count), KERN_SUCCESS);
	assert_int_equal(count, 4);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(first[i], second[i]);
		assert_int_equal(
		    tasks_refs(alice, first[i], MACH_PORT_RIGHT_SEND), 2);
	}
}

TEST(a_thread_that_has_ended_loses_its_port_at_the_next_look)
{
	mach_port_name_t names[16] = {0};
	mach_port_name_t lost = 0;
	uint32_t count = 0;

	set_threads(100, 3);
	EXPECT(threads(names, &count), KERN_SUCCESS);
	lost = names[0];
	set_threads(101, 2);
	EXPECT(threads(names, &count), KERN_SUCCESS);
	assert_int_equal(count, 2);
	assert_int_equal(tasks_type(alice, lost), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(a_thread_that_traps_is_the_same)
{
	struct kern_thread *thread = kern_thread_get(task, 101);
	mach_port_name_t names[16] = {0};
	mach_port_name_t own = 0;
	uint32_t count = 0;

	EXPECT(ipc_right_copyout(alice->space,
	           ipc_kobject_make_send(&thread->self),
	           MACH_MSG_TYPE_PORT_SEND, &own),
	    KERN_SUCCESS);
	set_threads(100, 3);
	EXPECT(threads(names, &count), KERN_SUCCESS);
	assert_int_equal(names[1], own);
	/* And is kept by its connection, whatever is seen. */
	set_threads(200, 1);
	EXPECT(threads(names, &count), KERN_SUCCESS);
	assert_int_equal(tasks_type(alice, own), MACH_PORT_TYPE_SEND);
	(void)kern_thread_unref(thread);
	assert_int_equal(tasks_type(alice, own), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(a_thread_that_was_found_ends_with_its_connection)
{
	mach_port_name_t names[16] = {0};
	uint32_t count = 0;

	set_threads(100, 1);
	EXPECT(threads(names, &count), KERN_SUCCESS);
	(void)kern_thread_unref(kern_thread_get(task, 100));
	assert_int_equal(tasks_type(alice, names[0]), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(threads_are_charged_to_their_task)
{
	const uint64_t before = task->space->account->used.bytes;
	mach_port_name_t names[16] = {0};
	uint32_t count = 0;

	set_threads(100, 5);
	EXPECT(threads(names, &count), KERN_SUCCESS);
	assert_int_equal(
	    task->space->account->used.bytes - before, 5 * KERN_THREAD_CHARGE);
	task->space->account->limits.bytes = task->space->account->used.bytes;
	set_threads(100, 6);
	EXPECT(threads(names, &count), KERN_RESOURCE_SHORTAGE);
	set_threads(100, 0);
	EXPECT(threads(names, &count), KERN_SUCCESS);
	assert_int_equal(task->space->account->used.bytes, before);
	assert_int_equal(count, 0);
}

TEST(threads_die_with_their_task)
{
	mach_port_name_t names[16] = {0};
	uint32_t count = 0;

	set_threads(100, 2);
	EXPECT(threads(names, &count), KERN_SUCCESS);
	kern_task_destroy(task);
	process->task = NULL;
	assert_int_equal(tasks_type(alice, names[0]), MACH_PORT_TYPE_DEAD_NAME);
	assert_int_equal(tasks_type(alice, names[1]), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(without_memory_threads_are_found_by_and_by)
{
	static struct kern_thread *found[KERN_THREADS_MAX];
	uint32_t count = 0;
	uint64_t failures = 0;
	kern_return_t kr;

	set_threads(100, 3);
	do {
		base_alloc_fail_at(++failures);
		kr = kern_thread_find_all(task, found, &count);
		assert_int_equal(kr,
		    base_alloc_has_failed() ? KERN_RESOURCE_SHORTAGE
		                            : KERN_SUCCESS);
		ipc_check();
	} while (kr != KERN_SUCCESS);
	base_alloc_fail_at(0);
	assert_int_equal(count, 3);
	assert_int_equal(found[0]->id, 100);
}

static kern_return_t
thread_info_of(mach_port_name_t to, thread_flavor_t flavor, void *info_out,
    uint32_t *count)
{
	const __Request__thread_info_t request = {.Head.msgh_id = THREAD_INFO,
	    .NDR = {.int_rep = NDR_INT_LITTLE_ENDIAN},
	    .flavor = flavor,
	    .thread_info_outCnt = *count};
	__Reply__thread_info_t reply;
	kern_return_t kr;

	(void)routine_any(
	    to, &request, sizeof(request), &reply, sizeof(reply), &kr);
	if (kr != KERN_SUCCESS)
		return kr;
	*count = reply.thread_info_outCnt;
	memcpy(info_out, reply.thread_info_out, *count * sizeof(uint32_t));
	return KERN_SUCCESS;
}

TEST(a_thread_tells_what_it_is)
{
	mach_port_name_t names[16] = {0};
	thread_basic_info_data_t basic = {0};
	thread_identifier_info_data_t identifier = {0};
	thread_extended_info_data_t extended = {0};
	uint32_t count = 0;

	set_threads(100, 1);
	process->thread_usage = (struct kern_thread_usage){.user_ns = 5000000,
	    .cpu = 20,
	    .policy = SCHED_RR,
	    .real_time = 99,
	    .state = 'T',
	    .name = "worker"};
	EXPECT(threads(names, &count), KERN_SUCCESS);
	count = THREAD_BASIC_INFO_COUNT;
	EXPECT(thread_info_of(names[0], THREAD_BASIC_INFO, &basic, &count),
	    KERN_SUCCESS);
	assert_int_equal(basic.user_time.microseconds, 5000);
	assert_int_equal(basic.policy, POLICY_RR);
	assert_int_equal(basic.run_state, TH_STATE_STOPPED);
	assert_int_equal(basic.cpu_usage, 20);
	count = THREAD_INFO_MAX;
	EXPECT(thread_info_of(
	           names[0], THREAD_IDENTIFIER_INFO, &identifier, &count),
	    KERN_SUCCESS);
	assert_int_equal(count, THREAD_IDENTIFIER_INFO_COUNT);
	assert_int_equal(identifier.thread_id, 100);
	count = THREAD_EXTENDED_INFO_COUNT;
	EXPECT(
	    thread_info_of(names[0], THREAD_EXTENDED_INFO, &extended, &count),
	    KERN_SUCCESS);
	assert_string_equal(extended.pth_name, "worker");
	assert_int_equal(extended.pth_priority, extended.pth_maxpriority);
}

TEST(what_is_not_told_of_a_thread_is_refused)
{
	mach_port_name_t names[16] = {0};
	uint32_t words[THREAD_INFO_MAX] = {0};
	uint32_t count = 0;

	set_threads(100, 1);
	EXPECT(threads(names, &count), KERN_SUCCESS);
	count = THREAD_INFO_MAX;
	EXPECT(
	    thread_info_of(names[0], 77, words, &count), KERN_INVALID_ARGUMENT);
	count = 1;
	EXPECT(thread_info_of(names[0], THREAD_BASIC_INFO, words, &count),
	    KERN_INVALID_ARGUMENT);
	count = THREAD_INFO_MAX;
	EXPECT(thread_info_of(port, THREAD_BASIC_INFO, words, &count),
	    KERN_INVALID_ARGUMENT);
	set_threads(101, 1);
	EXPECT(thread_info_of(names[0], THREAD_BASIC_INFO, words, &count),
	    KERN_FAILURE);
}

/* Of whatever id a task says its thread has, nothing is told but what is in the task's
 * own process. */
TEST(a_thread_that_lies_about_its_id_learns_nothing)
{
	struct machine_process *victim = machine_process(18, 1001);
	struct kern_thread *liar = kern_thread_get(task, 500);
	mach_port_name_t name = 0;
	uint32_t words[THREAD_INFO_MAX] = {0};
	uint32_t count = THREAD_INFO_MAX;

	victim->thread_count = 1;
	victim->threads[0] = 500;
	EXPECT(
	    ipc_right_copyout(alice->space, ipc_kobject_make_send(&liar->self),
	        MACH_MSG_TYPE_PORT_SEND, &name),
	    KERN_SUCCESS);
	EXPECT(thread_info_of(name, THREAD_BASIC_INFO, words, &count),
	    KERN_FAILURE);
	(void)kern_thread_unref(liar);
}

TEST(a_thread_is_not_controlled)
{
	static const mach_msg_id_t ids[] = {3600, 3605, 3606, 3607, 3608};
	mach_port_name_t names[16] = {0};
	uint32_t count = 0;

	set_threads(100, 1);
	EXPECT(threads(names, &count), KERN_SUCCESS);
	for (unsigned i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		EXPECT(order(names[0], ids[i]), KERN_NOT_SUPPORTED);
		EXPECT(order(port, ids[i]), KERN_INVALID_ARGUMENT);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_task_is_stopped_once_and_goes_on_after_as_many_resumes),
	    CASE(a_task_that_dies_suspended_lets_its_process_go_on),
	    CASE(a_task_that_was_resumed_leaves_its_process_alone),
	    CASE(what_linux_refuses_has_not_happened),
	    CASE(a_task_is_not_suspended_without_end),
	    CASE(a_task_is_killed),
	    CASE(a_name_port_has_no_power),
	    CASE(a_task_tells_what_it_uses),
	    CASE(a_task_tells_what_happened_to_it),
	    CASE(a_task_tells_who_it_is_also_by_its_name_port),
	    CASE(what_is_not_told_of_a_task_is_refused),
	    CASE(each_thread_has_a_port_and_keeps_it),
	    CASE(a_thread_that_has_ended_loses_its_port_at_the_next_look),
	    CASE(a_thread_that_traps_is_the_same),
	    CASE(a_thread_that_was_found_ends_with_its_connection),
	    CASE(threads_are_charged_to_their_task),
	    CASE(threads_die_with_their_task),
	    CASE(without_memory_threads_are_found_by_and_by),
	    CASE(a_thread_tells_what_it_is),
	    CASE(what_is_not_told_of_a_thread_is_refused),
	    CASE(a_thread_that_lies_about_its_id_learns_nothing),
	    CASE(a_thread_is_not_controlled),
	};

	return cmocka_run_group_tests_name(
	    "kern_serve_task", tests, NULL, NULL);
}
