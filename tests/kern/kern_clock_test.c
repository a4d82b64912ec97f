/* Clocks: what they tell, and their alarms. All by messages, as tasks do it. */
#include "kern_clock.h"

#include <limits.h>
#include <mach/mig_errors.h>
#include <mach/ndr.h>

#include "base_alloc.h"
#include "ipc_mach_port.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "kern_host.h"
#include "kern_mig_clock.h"
#include "kern_mig_mach_host.h"
#include "kern_timer.h"
#include "machine.h"
#include "post.h"
#include "tasks.h"

#define NS_PER_S UINT64_C(1000000000)
#define NOTHING MIG_NO_REPLY

static mach_port_name_t reply;

static mach_msg_header_t
header_of(mach_msg_id_t id, mach_port_name_t to, mach_msg_size_t size)
{
	return (mach_msg_header_t){
	    .msgh_bits = MACH_MSGH_BITS(
	        MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE),
	    .msgh_size = size,
	    .msgh_remote_port = to,
	    .msgh_local_port = reply,
	    .msgh_id = id,
	};
}

/* As <mach/clock_reply.defs> has it, without a trailer. */
struct alarm_message {
	mach_msg_header_t header;
	NDR_record_t ndr;
	kern_return_t code;
	alarm_type_t type;
	mach_timespec_t time;
};

/* host_get_clock_service() */
static kern_return_t
find_clock(clock_id_t id, mach_port_name_t host, mach_port_name_t *name_out)
{
	const __Request__host_get_clock_service_t request = {
	    .Head = header_of(206, host, sizeof(request)),
	    .NDR = {.int_rep = NDR_INT_LITTLE_ENDIAN},
	    .clock_id = id,
	};
	union {
		mig_reply_error_t error;
		struct {
			mach_msg_base_t base;
			mach_msg_port_descriptor_t clock;
		} found;
	} message;

	assert_int_equal(post_send(alice, &request), MACH_MSG_SUCCESS);
	assert_int_equal(post_receive(alice, reply, &message, sizeof(message)),
	    MACH_MSG_SUCCESS);
	if (!(message.error.Head.msgh_bits & MACH_MSGH_BITS_COMPLEX))
		return message.error.RetCode;
	*name_out = message.found.clock.name;
	return KERN_SUCCESS;
}

static mach_port_name_t
clock_name(clock_id_t id)
{
	mach_port_name_t host = 0;
	mach_port_name_t name = 0;

	EXPECT(kern_task_host_self(alice, &host), KERN_SUCCESS);
	assert_int_equal(find_clock(id, host, &name), KERN_SUCCESS);
	return name;
}

static kern_return_t
get_time(mach_port_name_t clock, mach_timespec_t *time_out)
{
	const mach_msg_header_t request =
	    header_of(1000, clock, sizeof(request));
	__Reply__clock_get_time_t message;

	assert_int_equal(post_send(alice, &request), MACH_MSG_SUCCESS);
	assert_int_equal(post_receive(alice, reply, &message, sizeof(message)),
	    MACH_MSG_SUCCESS);
	*time_out = message.cur_time;
	return message.RetCode;
}

/* clock_alarm(), to @port by a right made as @disposition says. */
static kern_return_t
ask_alarm(mach_port_name_t clock, alarm_type_t type, mach_timespec_t time,
    mach_port_name_t port, mach_msg_type_name_t disposition)
{
	__Request__clock_alarm_t request = {
	    .Head = header_of(1002, clock, sizeof(request)),
	    .msgh_body.msgh_descriptor_count = 1,
	    .alarm_port = {.name = port,
	        .disposition = disposition & 0xff,
	        .type = MACH_MSG_PORT_DESCRIPTOR},
	    .NDR = {.int_rep = NDR_INT_LITTLE_ENDIAN},
	    .alarm_type = type,
	    .alarm_time = time,
	};
	mig_reply_error_t message;

	request.Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	assert_int_equal(post_send(alice, &request), MACH_MSG_SUCCESS);
	if (post_receive(alice, reply, &message, sizeof(message)) !=
	    MACH_MSG_SUCCESS)
		return NOTHING;
	return message.RetCode;
}

static void
set_alarm(mach_port_name_t clock, alarm_type_t type, mach_timespec_t time,
    mach_port_name_t port)
{
	assert_int_equal(
	    ask_alarm(clock, type, time, port, MACH_MSG_TYPE_MAKE_SEND_ONCE),
	    KERN_SUCCESS);
}

/* What came to @port. */
static kern_return_t
alarm_code(mach_port_name_t port, struct alarm_message *message_out)
{
	if (post_receive(alice, port, message_out, sizeof(*message_out)) !=
	    MACH_MSG_SUCCESS)
		return NOTHING;
	assert_int_equal(message_out->header.msgh_id, 3125107);
	assert_int_equal(message_out->header.msgh_size, 48);
	return message_out->code;
}

static kern_return_t
alarm_at(mach_port_name_t port)
{
	struct alarm_message message;

	return alarm_code(port, &message);
}

static void
pass_time(uint64_t ns)
{
	machine_now_ns += ns;
	kern_timer_expire(machine_now_ns, UINT_MAX);
	ipc_check();
}

static int
setup(void **state)
{
	machine_setup(state);
	reply = tasks_port(alice);
	return 0;
}

TEST(each_clock_tells_its_time)
{
	mach_timespec_t time;

	machine_now_ns = 5 * NS_PER_S + 17;
	machine_set_ns = 100 * NS_PER_S;
	assert_int_equal(
	    get_time(clock_name(SYSTEM_CLOCK), &time), KERN_SUCCESS);
	assert_int_equal(time.tv_sec, 5);
	assert_int_equal(time.tv_nsec, 17);
	assert_int_equal(
	    get_time(clock_name(CALENDAR_CLOCK), &time), KERN_SUCCESS);
	assert_int_equal(time.tv_sec, 105);
	assert_int_equal(time.tv_nsec, 17);
}

TEST(there_are_no_other_clocks)
{
	mach_port_name_t host;
	mach_port_name_t name;
	mach_timespec_t time;

	EXPECT(kern_task_host_self(alice, &host), KERN_SUCCESS);
	assert_int_equal(find_clock(2, host, &name), KERN_INVALID_ARGUMENT);
	assert_int_equal(find_clock(-1, host, &name), KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    find_clock(0, KERN_TASK_SELF_NAME, &name), KERN_INVALID_ARGUMENT);
	assert_int_equal(get_time(host, &time), KERN_INVALID_ARGUMENT);
}

TEST(a_clock_is_one_port_and_says_what_it_is)
{
	mach_port_name_t name = clock_name(SYSTEM_CLOCK);
	uint32_t type;

	assert_int_equal(clock_name(SYSTEM_CLOCK), name);
	EXPECT(ipc_mach_port_kobject(alice->space, name, &type), KERN_SUCCESS);
	assert_int_equal(type, IPC_KOBJECT_CLOCK);
	assert_string_equal(ipc_kobject_description(type), "clock");
}

TEST(a_clock_is_there_again_when_its_port_has_gone)
{
	mach_port_name_t name = clock_name(SYSTEM_CLOCK);
	mach_timespec_t time;

	EXPECT(ipc_mach_port_deallocate(alice->space, name), KERN_SUCCESS);
	assert_int_equal(
	    get_time(clock_name(SYSTEM_CLOCK), &time), KERN_SUCCESS);
}

/* clock_get_attributes() with room for @count words. */
static kern_return_t
get_attribute(clock_flavor_t flavor, uint32_t count, int *attribute_out)
{
	const __Request__clock_get_attributes_t request = {
	    .Head = header_of(1001, clock_name(SYSTEM_CLOCK), sizeof(request)),
	    .NDR = {.int_rep = NDR_INT_LITTLE_ENDIAN},
	    .flavor = flavor,
	    .clock_attrCnt = count,
	};
	__Reply__clock_get_attributes_t message;

	assert_int_equal(post_send(alice, &request), MACH_MSG_SUCCESS);
	assert_int_equal(post_receive(alice, reply, &message, sizeof(message)),
	    MACH_MSG_SUCCESS);
	*attribute_out = message.clock_attr[0];
	return message.RetCode;
}

TEST(a_clock_counts_nanoseconds)
{
	int ns = 0;

	assert_int_equal(
	    get_attribute(CLOCK_GET_TIME_RES, 1, &ns), KERN_SUCCESS);
	assert_int_equal(ns, 1);
	assert_int_equal(
	    get_attribute(CLOCK_ALARM_MAXRES, 1, &ns), KERN_SUCCESS);
	assert_int_equal(get_attribute(2, 1, &ns), KERN_INVALID_VALUE);
	assert_int_equal(
	    get_attribute(CLOCK_GET_TIME_RES, 0, &ns), KERN_FAILURE);
}

TEST(an_alarm_comes_when_it_is_time)
{
	mach_port_name_t port = tasks_port(alice);
	struct alarm_message message;

	machine_now_ns = 10 * NS_PER_S;
	set_alarm(clock_name(SYSTEM_CLOCK), TIME_ABSOLUTE,
	    (mach_timespec_t){12, 5}, port);
	pass_time(2 * NS_PER_S + 4);
	assert_int_equal(alarm_at(port), NOTHING);
	pass_time(3);
	assert_int_equal(alarm_code(port, &message), KERN_SUCCESS);
	assert_int_equal(message.type, TIME_ABSOLUTE);
	assert_int_equal(message.time.tv_sec, 12);
	assert_int_equal(message.time.tv_nsec, 7); /* when it was told */
	assert_int_equal(alarm_at(port), NOTHING);
}

TEST(an_alarm_comes_after_a_while)
{
	mach_port_name_t port = tasks_port(alice);
	struct alarm_message message;

	set_alarm(clock_name(CALENDAR_CLOCK), TIME_RELATIVE,
	    (mach_timespec_t){1, 1}, port);
	pass_time(NS_PER_S);
	assert_int_equal(alarm_at(port), NOTHING);
	pass_time(1);
	assert_int_equal(alarm_code(port, &message), KERN_SUCCESS);
	assert_int_equal(message.type, TIME_RELATIVE);
}

TEST(an_alarm_for_what_has_passed_comes_at_once)
{
	mach_port_name_t port = tasks_port(alice);

	set_alarm(clock_name(SYSTEM_CLOCK), TIME_ABSOLUTE,
	    (mach_timespec_t){0, 0}, port);
	assert_int_equal(alarm_at(port), KERN_SUCCESS);
}

TEST(an_alarm_that_is_none_says_so)
{
	mach_port_name_t clock = clock_name(SYSTEM_CLOCK);
	mach_port_name_t port = tasks_port(alice);

	set_alarm(clock, 2, (mach_timespec_t){0, 0}, port);
	assert_int_equal(alarm_at(port), KERN_INVALID_VALUE);
	set_alarm(clock, TIME_RELATIVE, (mach_timespec_t){0, -1}, port);
	assert_int_equal(alarm_at(port), KERN_INVALID_VALUE);
	set_alarm(clock, TIME_RELATIVE, (mach_timespec_t){0, 1000000000}, port);
	assert_int_equal(alarm_at(port), KERN_INVALID_VALUE);
}

TEST(an_alarm_follows_the_calendar_back)
{
	mach_port_name_t port = tasks_port(alice);

	machine_set_ns = 0;
	machine_now_ns = 100 * NS_PER_S;
	set_alarm(clock_name(CALENDAR_CLOCK), TIME_ABSOLUTE,
	    (mach_timespec_t){110, 0}, port);
	machine_set_ns = 0 - 20 * NS_PER_S;
	pass_time(10 * NS_PER_S);
	assert_int_equal(alarm_at(port), NOTHING);
	pass_time(20 * NS_PER_S - 1);
	assert_int_equal(alarm_at(port), NOTHING);
	pass_time(1);
	assert_int_equal(alarm_at(port), KERN_SUCCESS);
}

TEST(an_alarm_comes_over_a_send_right_too)
{
	mach_port_name_t port = tasks_port(alice);

	assert_int_equal(
	    ask_alarm(clock_name(SYSTEM_CLOCK), TIME_RELATIVE,
	        (mach_timespec_t){1, 0}, port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	pass_time(NS_PER_S);
	assert_int_equal(alarm_at(port), KERN_SUCCESS);
}

TEST(an_alarm_for_nobody_is_refused)
{
	const mach_timespec_t time = {1, 0};
	mach_port_name_t clock = clock_name(SYSTEM_CLOCK);

	assert_int_equal(ask_alarm(clock, TIME_RELATIVE, time, MACH_PORT_NULL,
	                     MACH_MSG_TYPE_COPY_SEND),
	    KERN_INVALID_CAPABILITY);
	assert_int_equal(ask_alarm(clock, TIME_RELATIVE, time, MACH_PORT_DEAD,
	                     MACH_MSG_TYPE_COPY_SEND),
	    KERN_INVALID_CAPABILITY);
	assert_int_equal(ask_alarm(KERN_TASK_SELF_NAME, TIME_RELATIVE, time,
	                     reply, MACH_MSG_TYPE_MAKE_SEND_ONCE),
	    KERN_INVALID_ARGUMENT);
}

TEST(a_receive_right_is_no_place_for_an_alarm)
{
	mach_port_name_t port = tasks_port(alice);
	kern_return_t kr = ask_alarm(clock_name(SYSTEM_CLOCK), TIME_RELATIVE,
	    (mach_timespec_t){1, 0}, port, MACH_MSG_TYPE_MOVE_RECEIVE);

	assert_true(kr == KERN_INVALID_CAPABILITY || kr == MIG_TYPE_ERROR);
	assert_true(kern_timer_next() == UINT64_MAX);
}

TEST(an_alarm_that_the_kernel_itself_would_get_goes_nowhere)
{
	assert_int_equal(ask_alarm(clock_name(SYSTEM_CLOCK), TIME_RELATIVE,
	                     (mach_timespec_t){1, 0}, KERN_TASK_SELF_NAME,
	                     MACH_MSG_TYPE_COPY_SEND),
	    KERN_SUCCESS);
	assert_true(kern_timer_next() == UINT64_MAX);
}

TEST(nothing_is_kept_of_an_alarm_whose_port_has_died)
{
	const struct ipc_charge *used = &alice->space->account->used;
	mach_port_name_t clock = clock_name(SYSTEM_CLOCK);
	mach_port_name_t port = tasks_port(alice);
	const struct ipc_charge before = *used;

	set_alarm(clock, TIME_RELATIVE, (mach_timespec_t){1, 0}, port);
	assert_int_equal(
	    used->messages, before.messages + 2); /* and a notice */
	assert_true(used->bytes > before.bytes);
	EXPECT(ipc_mach_port_mod_refs(
	           alice->space, port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	assert_int_equal(used->messages, before.messages);
	assert_int_equal(used->bytes, before.bytes);
	assert_true(kern_timer_next() == UINT64_MAX);
}

TEST(an_alarm_outlives_the_port_of_its_clock)
{
	mach_port_name_t clock = clock_name(SYSTEM_CLOCK);
	mach_port_name_t port = tasks_port(alice);

	set_alarm(clock, TIME_RELATIVE, (mach_timespec_t){1, 0}, port);
	EXPECT(ipc_mach_port_deallocate(alice->space, clock), KERN_SUCCESS);
	pass_time(NS_PER_S);
	assert_int_equal(alarm_at(port), KERN_SUCCESS);
}

TEST(without_memory_or_budget_there_is_no_alarm)
{
	const mach_timespec_t time = {1, 0};
	struct ipc_account *account = alice->space->account;
	mach_port_name_t port = tasks_port(alice);
	struct ipc_port *right = IPC_PORT_NULL;
	kern_return_t kr;
	uint64_t i = 0;

	EXPECT(ipc_mach_port_insert_right(alice->space, port, alice->space,
	           port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	assert_int_equal(ipc_right_copyin(alice->space, port,
	                     MACH_MSG_TYPE_COPY_SEND, &right),
	    KERN_SUCCESS);
	do {
		base_alloc_fail_at(++i);
		kr = kern_clock_alarm(SYSTEM_CLOCK,
		    machine_now_ns + time.tv_sec * NS_PER_S, TIME_ABSOLUTE,
		    (struct ipc_kmsg_right){right, MACH_MSG_TYPE_PORT_SEND},
		    account);
		base_alloc_fail_at(0);
	} while (kr == KERN_RESOURCE_SHORTAGE);
	EXPECT(kr, KERN_SUCCESS);
	assert_in_range(i, 3, 10);
	account->limits.messages = account->used.messages;
	assert_int_equal(ipc_right_copyin(alice->space, port,
	                     MACH_MSG_TYPE_COPY_SEND, &right),
	    KERN_SUCCESS);
	assert_int_equal(
	    kern_clock_alarm(SYSTEM_CLOCK, UINT64_MAX, TIME_ABSOLUTE,
	        (struct ipc_kmsg_right){right, MACH_MSG_TYPE_PORT_SEND},
	        account),
	    KERN_RESOURCE_SHORTAGE);
	assert_int_equal(
	    kern_clock_refuse_alarm(SYSTEM_CLOCK, KERN_FAILURE, TIME_ABSOLUTE,
	        (struct ipc_kmsg_right){right, MACH_MSG_TYPE_PORT_SEND},
	        account),
	    KERN_RESOURCE_SHORTAGE);
	ipc_right_destroy_naked(right, MACH_MSG_TYPE_PORT_SEND);
	ipc_check();
}

#undef CASE
#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, setup, machine_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(each_clock_tells_its_time),
	    CASE(there_are_no_other_clocks),
	    CASE(a_clock_is_one_port_and_says_what_it_is),
	    CASE(a_clock_is_there_again_when_its_port_has_gone),
	    CASE(a_clock_counts_nanoseconds),
	    CASE(an_alarm_comes_when_it_is_time),
	    CASE(an_alarm_comes_after_a_while),
	    CASE(an_alarm_for_what_has_passed_comes_at_once),
	    CASE(an_alarm_that_is_none_says_so),
	    CASE(an_alarm_follows_the_calendar_back),
	    CASE(an_alarm_comes_over_a_send_right_too),
	    CASE(an_alarm_for_nobody_is_refused),
	    CASE(a_receive_right_is_no_place_for_an_alarm),
	    CASE(an_alarm_that_the_kernel_itself_would_get_goes_nowhere),
	    CASE(nothing_is_kept_of_an_alarm_whose_port_has_died),
	    CASE(an_alarm_outlives_the_port_of_its_clock),
	    CASE(without_memory_or_budget_there_is_no_alarm),
	};

	return cmocka_run_group_tests_name("kern_clock", tests, NULL, NULL);
}
