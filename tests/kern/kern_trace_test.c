/* What who traces is told, and how it comes. */
#include "kern_trace.h"

#include <string.h>

#include "ipc_account.h"
#include "ipc_label.h"
#include "ipc_lane.h"
#include "ipc_mach_msg.h"
#include "ipc_mach_port.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "ipc_slot.h"
#include "kern_task.h"
#include "kern_timer.h"
#include "look.h"
#include "machine.h"
#include "post.h"

#define SOMEBODY 1000
#define OTHER 1001
#define RECORDS_MOST 600

static struct machine_process *one; /* who traces */
static struct machine_process *two; /* of the same user */
static struct machine_process *three;
static mach_port_name_t sink;

/* What came so far. */
static struct {
	struct machport_trace_record record;
	uint8_t bytes[MACHPORT_TRACE_SNAP_MAX];
} told[RECORDS_MOST];
static unsigned told_count;
static unsigned message_count;
static uint64_t lost;

static int
setup(void **state)
{
	int failed = machine_setup(state);

	one = machine_process(1, SOMEBODY);
	two = machine_process(2, SOMEBODY);
	three = machine_process(3, OTHER);
	sink = tasks_port(one->task);
	told_count = 0;
	message_count = 0;
	lost = 0;
	return failed;
}

static int
teardown(void **state)
{
	kern_trace_deinit();
	return machine_teardown(state);
}

#define TRACE_CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* A right for a port of @task, as a request brings it. */
static struct ipc_kmsg_right
right_of(struct kern_task *task, mach_port_name_t name,
    mach_msg_type_name_t disposition)
{
	struct ipc_kmsg_right right = {.type = ipc_right_type(disposition)};

	assert_int_equal(
	    ipc_right_copyin(task->space, name, disposition, &right.port),
	    KERN_SUCCESS);
	return right;
}

static kern_return_t
begin(struct machine_process *who, mach_port_name_t port,
    machport_trace_filter_t filter)
{
	struct ipc_space *space = who->task->space;
	const struct ipc_kmsg_right right =
	    right_of(who->task, port, MACH_MSG_TYPE_MAKE_SEND);
	kern_return_t kr =
	    kern_trace_begin(space->identity, space->account, &right, &filter);

	if (kr != KERN_SUCCESS)
		ipc_right_destroy_naked(right.port, right.type);
	ipc_check();
	return kr;
}

static void
begin_all(void)
{
	EXPECT(begin(one, sink, (machport_trace_filter_t){0}), KERN_SUCCESS);
}

/* The records of the next message on the sink, whose space is 64 KiB. */
static bool
take_message(void)
{
	static uint8_t bytes[64 * 1024];
	struct machport_trace_message message;
	uint32_t at = sizeof(message);

	if (post_receive(one->task, sink, bytes,
	        sizeof(bytes) - MAX_TRAILER_SIZE) != MACH_MSG_SUCCESS)
		return false;
	memcpy(&message, bytes, sizeof(message));
	assert_int_equal(message.header.msgh_id, MACHPORT_TRACE_ID);
	message_count++;
	lost = message.lost;
	for (uint32_t i = 0; i < message.records; i++) {
		struct machport_trace_record *record = &told[told_count].record;

		assert_in_range(told_count, 0, RECORDS_MOST - 1);
		memcpy(record, bytes + at, sizeof(*record));
		assert_int_equal(record->bytes % 8, 0);
		memcpy(told[told_count].bytes, bytes + at + sizeof(*record),
		    record->captured);
		told_count++;
		at += record->bytes;
	}
	assert_int_equal(at, message.header.msgh_size);
	return true;
}

/* Time passes, and all that is due comes. */
static void
take_all(void)
{
	ipc_world.now_ns += 20000000;
	kern_timer_expire(ipc_world.now_ns, 100);
	kern_trace_flush();
	ipc_check();
	while (take_message())
		kern_trace_flush();
}

/* A send right of @from for a port of @of. */
static mach_port_name_t
send_right(struct machine_process *of, mach_port_name_t port,
    struct machine_process *from)
{
	return look_give(of->task, port, MACH_MSG_TYPE_MAKE_SEND, from->task);
}

/* --- records --------------------------------------------------------------- */

TEST(a_message_is_told_when_it_is_sent_and_when_it_is_received)
{
	mach_port_name_t port = tasks_port(two->task);
	mach_port_name_t to = send_right(two, port, one);
	mach_port_name_t reply = tasks_port(one->task);
	struct machport_trace_record record;

	EXPECT(ipc_mach_port_set_label(two->task->space, port, "requests"),
	    KERN_SUCCESS);
	begin_all();
	look_send(one->task, to, 4711, MACH_PORT_NULL, 0, reply);
	(void)look_receive(two->task, port);
	take_all();
	assert_int_equal(told_count, 2);
	record = told[0].record;
	assert_int_equal(record.event, MACHPORT_EVENT_SEND);
	assert_int_equal(record.time_ns, machine.now_ns());
	assert_int_equal(record.sender, one->task->space->id.number);
	assert_int_equal(record.sender_pid, 1);
	assert_int_equal(record.receiver, two->task->space->id.number);
	assert_int_equal(record.receiver_pid, 2);
	assert_int_equal(record.port, look_name(two->task, port).port);
	assert_int_equal(record.port_name, port);
	assert_int_equal(record.reply_port, look_name(one->task, reply).port);
	assert_int_equal(record.msgh_id, 4711);
	assert_int_equal(record.size, sizeof(mach_msg_header_t));
	assert_int_equal(record.captured, sizeof(mach_msg_header_t));
	assert_int_equal(record.queued, 1);
	assert_string_equal(record.label, "requests");
	assert_int_equal(told[1].record.event, MACHPORT_EVENT_RECEIVE);
	assert_int_equal(told[1].record.message, record.message);
	assert_int_equal(told[1].record.queued, 0);
}

TEST(ids_are_where_the_message_had_names)
{
	mach_port_name_t port = tasks_port(two->task);
	mach_port_name_t to = send_right(two, port, one);
	mach_port_name_t carried = tasks_send_port(one->task);
	mach_port_name_t reply = tasks_port(one->task);
	struct look_message message;

	begin_all();
	look_send(one->task, to, 1, carried, MACH_MSG_TYPE_COPY_SEND, reply);
	take_all();
	assert_int_equal(told[0].record.rights, 1);
	assert_int_equal(told[0].record.captured,
	    sizeof(mach_msg_base_t) + sizeof(mach_msg_port_descriptor_t));
	memcpy(&message, told[0].bytes, told[0].record.captured);
	assert_int_equal(message.header.msgh_remote_port, told[0].record.port);
	assert_int_equal(
	    message.header.msgh_local_port, told[0].record.reply_port);
	assert_int_equal(
	    message.ports[0].name, look_name(one->task, carried).port);
	assert_int_equal(message.ports[0].disposition, MACH_MSG_TYPE_PORT_SEND);
}

TEST(no_more_than_was_asked_for_is_captured)
{
	mach_port_name_t port = tasks_send_port(one->task);
	mach_port_name_t carried = tasks_send_port(one->task);

	EXPECT(begin(one, sink, (machport_trace_filter_t){.snap = 30}),
	    KERN_SUCCESS);
	look_send(one->task, port, 1, carried, MACH_MSG_TYPE_COPY_SEND,
	    MACH_PORT_NULL);
	take_all();
	assert_int_equal(told[0].record.captured, 30);
	assert_int_equal(
	    told[0].record.bytes, sizeof(struct machport_trace_record) + 32);
}

TEST(a_capture_can_end_in_a_descriptor)
{
	mach_port_name_t port = tasks_send_port(one->task);
	mach_port_name_t carried = tasks_send_port(one->task);

	EXPECT(
	    begin(one, sink,
	        (machport_trace_filter_t){.snap = sizeof(mach_msg_base_t) + 2}),
	    KERN_SUCCESS);
	look_send(one->task, port, 1, carried, MACH_MSG_TYPE_COPY_SEND,
	    MACH_PORT_NULL);
	take_all();
	assert_int_equal(told[0].record.captured, sizeof(mach_msg_base_t) + 2);
}

static void
free_nothing(struct ipc_memory *memory)
{
	(void)memory;
}

TEST(memory_in_files_is_counted)
{
	struct {
		mach_msg_base_t base;
		mach_msg_ool_descriptor64_t memory;
	} message = {
	    .base.header = {.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	            MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	        .msgh_remote_port = tasks_send_port(one->task)},
	    .base.body = {1},
	    .memory = {.size = 100, .type = MACH_MSG_OOL_DESCRIPTOR},
	};
	static struct ipc_memory file = {
	    .bytes = 3 * 4096, .offset = 4096, .free = free_nothing};
	const struct ipc_msg_args args = {.option = MACH_SEND_MSG};
	const struct ipc_kmsg_source source = {
	    .bytes = (const uint8_t *)&message,
	    .byte_count = sizeof(message),
	    .size = sizeof(message),
	    .unreadable = UINT32_MAX,
	    .placed = &file,
	};
	struct ipc_waiter waiter;
	uint32_t taken;

	begin_all();
	ipc_waiter_init(&waiter, NULL);
	EXPECT(ipc_mach_msg_send(
	           one->task->space, &args, &source, &waiter, &taken),
	    MACH_MSG_SUCCESS);
	ipc_waiter_reset(&waiter);
	take_all();
	assert_int_equal(told[0].record.memory_bytes, 2 * 4096);
}

TEST(what_dies_in_a_queue_is_told)
{
	mach_port_name_t port = tasks_send_port(one->task);

	begin_all();
	look_send_bare(one->task, port);
	EXPECT(ipc_mach_port_destroy(one->task->space, port), KERN_SUCCESS);
	take_all();
	assert_int_equal(told_count, 2);
	assert_int_equal(told[1].record.event, MACHPORT_EVENT_DESTROY);
	assert_int_equal(told[1].record.receiver, one->task->space->id.number);
}

/* --- how it comes ---------------------------------------------------------- */

TEST(what_is_told_waits_no_longer_than_it_is_due)
{
	mach_port_name_t port = tasks_send_port(one->task);

	begin_all();
	look_send_bare(one->task, port);
	kern_trace_flush();
	assert_int_equal(post_count(one->task, sink), 0);
	assert_int_not_equal(kern_timer_next(), UINT64_MAX);
	kern_timer_expire(kern_timer_next(), 1);
	kern_trace_flush();
	assert_int_equal(post_count(one->task, sink), 1);
	assert_int_equal(kern_timer_next(), UINT64_MAX);
}

TEST(much_is_sent_before_it_is_due)
{
	mach_port_name_t port = tasks_send_port(one->task);

	ipc_space_find(one->task->space, port)->port->qlimit = 1000;
	begin_all();
	for (unsigned i = 0; i < 200; i++)
		look_send_bare(one->task, port);
	kern_trace_flush();
	assert_int_equal(post_count(one->task, sink), 1);
	take_all();
	assert_int_equal(told_count, 200);
	assert_int_equal(lost, 0);
}

TEST(messages_of_a_trace_are_not_traced)
{
	mach_port_name_t port = tasks_send_port(one->task);

	begin_all();
	look_send_bare(one->task, port);
	take_all();
	take_all();
	assert_int_equal(told_count, 1);
}

TEST(what_finds_no_room_is_counted_and_holds_nobody_up)
{
	mach_port_name_t port = tasks_send_port(one->task);
	unsigned before;

	ipc_space_find(one->task->space, port)->port->qlimit = 1000;
	ipc_space_find(one->task->space, sink)->port->qlimit = 1;
	begin_all();
	for (unsigned i = 0; i < 900; i++) {
		look_send_bare(one->task, port);
		kern_trace_flush();
	}
	assert_int_equal(post_count(one->task, port), 900);
	assert_int_equal(post_count(one->task, sink), 1);
	take_all();
	before = told_count;
	look_send_bare(one->task, port);
	take_all();
	assert_int_equal(told_count, before + 1);
	assert_int_equal(lost, 900 - before);
}

TEST(a_message_that_is_over_the_budget_is_counted)
{
	mach_port_name_t port = tasks_send_port(one->task);
	struct ipc_account *account = one->task->space->account;
	uint64_t limit = account->limits.bytes;

	begin_all();
	look_send_bare(one->task, port);
	account->limits.bytes = account->used.bytes;
	take_all();
	account->limits.bytes = limit;
	look_send_bare(one->task, port);
	take_all();
	assert_int_equal(told_count, 1);
	assert_int_equal(lost, 1);
}

/* --- whom it is told ------------------------------------------------------- */

TEST(messages_between_others_are_not_told)
{
	mach_port_name_t port = tasks_port(three->task);
	mach_port_name_t to = send_right(three, port, three);

	begin_all();
	look_send_bare(three->task, to);
	take_all();
	assert_int_equal(told_count, 0);
}

TEST(of_the_other_end_only_the_pid_is_told)
{
	mach_port_name_t port = tasks_port(three->task);
	mach_port_name_t to = send_right(three, port, one);
	mach_port_name_t own = tasks_port(one->task);
	mach_port_name_t back = send_right(one, own, three);

	begin_all();
	look_send_bare(one->task, to);
	look_send_bare(three->task, back);
	take_all();
	assert_int_equal(told_count, 2);
	assert_int_equal(told[0].record.receiver, 0);
	assert_int_equal(told[0].record.receiver_pid, 3);
	assert_int_equal(told[0].record.port_name, 0);
	assert_int_equal(told[0].record.queued, 0);
	assert_int_equal(told[1].record.sender, 0);
	assert_int_equal(told[1].record.sender_pid, 3);
	assert_int_equal(told[1].record.receiver, one->task->space->id.number);
}

TEST(a_filter_names_a_task)
{
	mach_port_name_t port = tasks_send_port(one->task);
	mach_port_name_t other = tasks_send_port(two->task);

	EXPECT(
	    begin(one, sink,
	        (machport_trace_filter_t){.task = two->task->space->id.number}),
	    KERN_SUCCESS);
	look_send_bare(one->task, port);
	look_send_bare(two->task, other);
	take_all();
	assert_int_equal(told_count, 1);
	assert_int_equal(told[0].record.sender_pid, 2);
}

TEST(a_filter_names_a_port)
{
	mach_port_name_t port = tasks_send_port(one->task);
	mach_port_name_t other = tasks_send_port(one->task);
	uint32_t id = look_name(one->task, other).port;

	EXPECT(begin(one, sink, (machport_trace_filter_t){.port = id}),
	    KERN_SUCCESS);
	look_send_bare(one->task, port);
	look_send_bare(one->task, other);
	look_send(one->task, port, 0, MACH_PORT_NULL, 0, other);
	take_all();
	assert_int_equal(told_count, 2);
	assert_int_equal(told[0].record.port, id);
	assert_int_equal(told[1].record.reply_port, id);
}

/* --- beginning and end ----------------------------------------------------- */

TEST(a_trace_ends_with_its_port)
{
	begin_all();
	assert_non_null(ipc_world.tracer);
	EXPECT(ipc_mach_port_destroy(one->task->space, sink), KERN_SUCCESS);
	kern_trace_flush();
	assert_null(ipc_world.tracer);
	assert_int_equal(kern_timer_next(), UINT64_MAX);
}

TEST(a_trace_ends_with_its_task)
{
	mach_port_name_t port = tasks_send_port(two->task);

	begin_all();
	look_send_bare(two->task, port);
	kern_task_destroy(one->task);
	one->task = NULL;
	kern_trace_flush();
	assert_null(ipc_world.tracer);
}

TEST(a_user_has_a_few_traces_and_the_next_has_some_too)
{
	mach_port_name_t others = tasks_port(three->task);

	for (unsigned i = 0; i < KERN_TRACES_PER_USER; i++)
		begin_all();
	EXPECT(begin(one, sink, (machport_trace_filter_t){0}),
	    KERN_RESOURCE_SHORTAGE);
	EXPECT(
	    begin(three, others, (machport_trace_filter_t){0}), KERN_SUCCESS);
}

TEST(a_filter_that_names_nothing_is_refused)
{
	EXPECT(begin(one, sink, (machport_trace_filter_t){.task = 99999}),
	    KERN_INVALID_ARGUMENT);
	EXPECT(begin(one, sink, (machport_trace_filter_t){.port = 99999}),
	    KERN_INVALID_ARGUMENT);
	EXPECT(begin(one, sink,
	           (machport_trace_filter_t){
	               .task = three->task->space->id.number}),
	    KERN_NO_ACCESS);
	assert_null(ipc_world.tracer);
}

TEST(what_is_no_send_right_for_a_programs_port_is_no_sink)
{
	struct ipc_space *space = one->task->space;
	const machport_trace_filter_t filter = {0};
	struct ipc_kmsg_right rights[] = {
	    {IPC_PORT_NULL, MACH_MSG_TYPE_PORT_SEND},
	    {IPC_PORT_DEAD, MACH_MSG_TYPE_PORT_SEND},
	    right_of(one->task, sink, MACH_MSG_TYPE_MAKE_SEND_ONCE),
	    right_of(one->task, KERN_TASK_SELF_NAME, MACH_MSG_TYPE_COPY_SEND),
	};

	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(kern_trace_begin(space->identity,
		                     space->account, &rights[i], &filter),
		    KERN_INVALID_RIGHT);
		ipc_right_destroy_naked(rights[i].port, rights[i].type);
	}
}

TEST(a_trace_beyond_the_budget_is_refused)
{
	struct ipc_account *account = one->task->space->account;

	account->limits.bytes = account->used.bytes + 1000;
	EXPECT(begin(one, sink, (machport_trace_filter_t){0}),
	    KERN_RESOURCE_SHORTAGE);
	assert_null(ipc_world.tracer);
}

static void
note_closed(struct ipc_lane *lane, enum ipc_lane_why why)
{
	assert_int_equal(why, IPC_LANE_TRACED);
	assert_int_equal(lane->state, IPC_LANE_CLOSED);
}

static void
wake_nobody(const void *word)
{
	(void)word;
}

static uint64_t
count_tickets(void)
{
	static uint64_t ticket;

	return ++ticket;
}

TEST(no_lane_is_left_when_a_trace_begins)
{
	static const struct ipc_lane_world world = {wake_nobody, count_tickets};
	static struct lane_board boards[2];
	static struct lane_sender sender;
	mach_port_name_t port = tasks_port(two->task);
	mach_port_name_t send =
	    look_give(two->task, port, MACH_MSG_TYPE_MAKE_SEND, one->task);
	struct ipc_lane lane = {
	    .view = {.sender = &sender, .sizes = {.ring_bytes = LANE_RING_MIN}},
	    .closed = note_closed,
	};

	ipc_world.lanes = &world;
	assert_true(ipc_board_add(one->task->space, &boards[0]));
	assert_true(ipc_board_add(two->task->space, &boards[1]));
	EXPECT(ipc_lane_offer(&lane, one->task->space, send), KERN_SUCCESS);
	begin_all();
	assert_int_equal(lane.state, IPC_LANE_CLOSED);
	EXPECT(
	    ipc_lane_offer(&lane, one->task->space, send), KERN_NOT_SUPPORTED);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TRACE_CASE(
	        a_message_is_told_when_it_is_sent_and_when_it_is_received),
	    TRACE_CASE(ids_are_where_the_message_had_names),
	    TRACE_CASE(no_more_than_was_asked_for_is_captured),
	    TRACE_CASE(a_capture_can_end_in_a_descriptor),
	    TRACE_CASE(memory_in_files_is_counted),
	    TRACE_CASE(what_dies_in_a_queue_is_told),
	    TRACE_CASE(what_is_told_waits_no_longer_than_it_is_due),
	    TRACE_CASE(much_is_sent_before_it_is_due),
	    TRACE_CASE(messages_of_a_trace_are_not_traced),
	    TRACE_CASE(what_finds_no_room_is_counted_and_holds_nobody_up),
	    TRACE_CASE(a_message_that_is_over_the_budget_is_counted),
	    TRACE_CASE(messages_between_others_are_not_told),
	    TRACE_CASE(of_the_other_end_only_the_pid_is_told),
	    TRACE_CASE(a_filter_names_a_task),
	    TRACE_CASE(a_filter_names_a_port),
	    TRACE_CASE(a_trace_ends_with_its_port),
	    TRACE_CASE(a_trace_ends_with_its_task),
	    TRACE_CASE(a_user_has_a_few_traces_and_the_next_has_some_too),
	    TRACE_CASE(a_filter_that_names_nothing_is_refused),
	    TRACE_CASE(what_is_no_send_right_for_a_programs_port_is_no_sink),
	    TRACE_CASE(a_trace_beyond_the_budget_is_refused),
	    TRACE_CASE(no_lane_is_left_when_a_trace_begins),
	};

	return cmocka_run_group_tests_name("kern_trace", tests, NULL, NULL);
}
