/* What is told of one port or set: everything that there is about it. */
#include <mach/notify.h>
#include <mach/task_special_ports.h>
#include <string.h>

#include "ipc_label.h"
#include "ipc_lane.h"
#include "ipc_mach_msg.h"
#include "ipc_mach_port.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "kern_task.h"
#include "look.h"
#include "machine.h"

#define SOMEBODY 1000
#define OTHER 1001

/* The only item of this kind. */
static struct machport_item
only(uint32_t port, enum machport_item_kind kind)
{
	assert_int_equal(look_count_items(NULL, port, kind), 1);
	return look_item(kind, 0);
}

static uint32_t
id_of(struct kern_task *task, mach_port_name_t name)
{
	return look_name(task, name).port;
}

static mach_port_name_t
new_set(struct kern_task *task)
{
	mach_port_name_t set;

	EXPECT(
	    ipc_mach_port_allocate(task->space, MACH_PORT_RIGHT_PORT_SET, &set),
	    KERN_SUCCESS);
	return set;
}

static mach_port_name_t
ask(struct kern_task *task, mach_port_name_t name, mach_msg_id_t id)
{
	mach_port_name_t notify = tasks_port(task);
	mach_port_name_t previous;

	EXPECT(
	    ipc_mach_port_request_notification(task->space, name, id, 0,
	        task->space, notify, MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	return notify;
}

/* --- who has rights -------------------------------------------------------- */

TEST(holders_of_all_kinds_of_rights_are_told)
{
	mach_port_name_t port = tasks_port(alice);
	uint32_t id = id_of(alice, port);
	mach_port_name_t once =
	    look_give(alice, port, MACH_MSG_TYPE_MAKE_SEND_ONCE, bob);
	mach_port_name_t send =
	    look_give(alice, port, MACH_MSG_TYPE_MAKE_SEND, bob);

	assert_int_equal(look_count_items(NULL, id, MACHPORT_ITEM_HOLDER), 3);
	assert_int_equal(
	    look_item(MACHPORT_ITEM_HOLDER, 0).task, alice->space->id.number);
	assert_int_equal(
	    look_item(MACHPORT_ITEM_HOLDER, 0).type, MACH_PORT_TYPE_RECEIVE);
	assert_int_equal(look_item(MACHPORT_ITEM_HOLDER, 1).name, send);
	assert_int_equal(look_item(MACHPORT_ITEM_HOLDER, 1).urefs, 1);
	assert_int_equal(look_item(MACHPORT_ITEM_HOLDER, 2).name, once);
	assert_int_equal(
	    look_item(MACHPORT_ITEM_HOLDER, 2).type, MACH_PORT_TYPE_SEND_ONCE);
}

TEST(what_the_kernel_keeps_for_a_task_is_told)
{
	mach_port_name_t port = tasks_send_port(alice);
	uint32_t id = id_of(alice, port);

	EXPECT(kern_task_set_special_port(
	           bob, TASK_BOOTSTRAP_PORT, alice->space, port),
	    KERN_SUCCESS);
	EXPECT(kern_task_ports_register(alice, alice->space, &port, 1),
	    KERN_SUCCESS);
	assert_int_equal(look_count_items(NULL, id, MACHPORT_ITEM_SLOT), 2);
	assert_int_equal(
	    look_item(MACHPORT_ITEM_SLOT, 0).task, alice->space->id.number);
	assert_int_equal(look_item(MACHPORT_ITEM_SLOT, 0).index, 0);
	assert_int_equal(
	    look_item(MACHPORT_ITEM_SLOT, 1).task, bob->space->id.number);
	assert_int_equal(
	    look_item(MACHPORT_ITEM_SLOT, 1).index, TASK_BOOTSTRAP_PORT);
}

static void
note_closed(struct ipc_lane *lane, enum ipc_lane_why why)
{
	(void)lane;
	(void)why;
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

/* A lane from bob to a port of alice's, in memory that a test writes. */
static struct {
	struct ipc_lane lane;
	struct lane_board boards[2];
	struct lane_sender *sender;
	struct lane_receiver *receiver;
	mach_port_name_t port;
	mach_port_name_t send;
	uint32_t id; /* of the port */
} shown;

static void
make_port(void)
{
	static const struct ipc_lane_world world = {wake_nobody, count_tickets};
	static _Alignas(4096)
	    uint8_t sender[sizeof(struct lane_sender) + LANE_RING_MIN];
	static _Alignas(4096) uint8_t
	    receiver[sizeof(struct lane_receiver) + LANE_SLOT_BYTES_MIN];

	memset(&shown, 0, sizeof(shown));
	shown.sender = memset(sender, 0, sizeof(sender));
	shown.receiver = memset(receiver, 0, sizeof(receiver));
	shown.lane.view = (struct lane_view){
	    .sender = shown.sender, .sizes = {.ring_bytes = LANE_RING_MIN}};
	shown.lane.closed = note_closed;
	shown.port = tasks_port(alice);
	shown.send = look_give(alice, shown.port, MACH_MSG_TYPE_MAKE_SEND, bob);
	shown.id = id_of(alice, shown.port);
	ipc_world.lanes = &world;
	assert_true(ipc_board_add(alice->space, &shown.boards[0]));
	assert_true(ipc_board_add(bob->space, &shown.boards[1]));
}

static void
open_lane(void)
{
	EXPECT(
	    ipc_lane_offer(&shown.lane, bob->space, shown.send), KERN_SUCCESS);
	assert_int_equal(
	    look_count_items(NULL, shown.id, MACHPORT_ITEM_LANE), 0);
	shown.lane.view.receiver = shown.receiver;
	EXPECT(ipc_lane_accept(&shown.lane), KERN_SUCCESS);
	EXPECT(ipc_lane_ready(&shown.lane), KERN_SUCCESS);
	ipc_world.now_ns = 4711;
	EXPECT(ipc_lane_open(&shown.lane), KERN_SUCCESS);
}

/* There is nothing in it. */
static void
close_lane(void)
{
	shown.receiver->head = shown.sender->tail;
	ipc_lane_close(&shown.lane, IPC_LANE_ASKED_TO);
}

TEST(lanes_are_told_with_what_is_in_them)
{
	struct machport_item item;

	make_port();
	open_lane();
	/* Three records that nobody looks into, of which one was taken. */
	shown.sender->tail = lane_mark(96, 3);
	shown.receiver->head = lane_mark(32, 1);
	assert_int_equal(
	    look_count_items(NULL, shown.id, MACHPORT_ITEM_LANE), 1);
	item = look_item(MACHPORT_ITEM_LANE, 0);
	assert_int_equal(item.task, bob->space->id.number);
	assert_int_equal(item.index, 2);
	assert_int_equal(item.bytes, 5);
	assert_int_equal(item.time_ns, 4711);
	assert_int_equal(item.messages, 1);
	assert_int_equal(item.replies, 0);
	assert_int_equal(item.type, 0);
	close_lane();
}

/* The next, of a lane that has only such. */
static void
put_message(mach_msg_id_t id, uint32_t token)
{
	const uint64_t tail = shown.sender->tail;
	const struct lane_record record = {
	    .bytes = sizeof(record),
	    .kind = LANE_KIND_MESSAGE,
	    .token = token,
	    .id = id,
	};

	memcpy(
	    shown.sender->ring + lane_position(tail), &record, sizeof(record));
	shown.sender->tail =
	    lane_mark(lane_position(tail) + record.bytes, lane_count(tail) + 1);
}

TEST(messages_in_lanes_are_told)
{
	mach_port_name_t reply;
	struct ipc_port *port;
	struct machport_item item;

	make_port();
	shown.lane.view.sizes.slots = 1;
	shown.lane.view.sizes.slot_bytes = LANE_SLOT_BYTES_MIN;
	open_lane();
	reply = tasks_port(bob);
	port = ipc_space_find(bob->space, reply)->port;
	EXPECT(ipc_board_post(port), KERN_SUCCESS);
	shown.sender->slot[0].port = port->board_index;
	shown.sender->slot[0].word = lane_word(7, LANE_SLOT_ISSUED);
	put_message(100, 0);
	put_message(101, 7 << 4);
	assert_int_equal(
	    look_count_items(NULL, shown.id, MACHPORT_ITEM_LANE_MESSAGE), 2);
	item = look_item(MACHPORT_ITEM_LANE_MESSAGE, 0);
	assert_int_equal(item.task, bob->space->id.number);
	assert_int_equal(item.index, 0);
	assert_int_equal(item.msgh_id, 100);
	assert_int_equal(item.bytes, sizeof(mach_msg_header_t));
	assert_int_equal(item.other, 0);
	item = look_item(MACHPORT_ITEM_LANE_MESSAGE, 1);
	assert_int_equal(item.index, 1);
	assert_int_equal(item.other, id_of(bob, reply));
	shown.sender->slot[0].word = 0;
	close_lane();
}

TEST(many_messages_in_a_lane_come_in_portions_each_once)
{
	const uint32_t count = LANE_RING_MIN / sizeof(struct lane_record);
	struct mach_port_limits limits = {.mpl_qlimit = count};

	make_port();
	EXPECT(ipc_mach_port_set_attributes(alice->space, shown.port,
	           MACH_PORT_LIMITS_INFO, (uint32_t *)&limits,
	           MACH_PORT_LIMITS_INFO_COUNT),
	    KERN_SUCCESS);
	open_lane();
	for (uint32_t i = 0; i < count; i++)
		put_message((mach_msg_id_t)i, 0);
	assert_int_equal(
	    look_count_items(NULL, shown.id, MACHPORT_ITEM_LANE_MESSAGE),
	    count);
	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(
		    look_item(MACHPORT_ITEM_LANE_MESSAGE, i).msgh_id, i);
	assert_int_equal(
	    look_count_items(NULL, shown.id, MACHPORT_ITEM_LANE), 1);
	close_lane();
}

TEST(what_passes_by_lanes_counts_for_tasks_and_ports)
{
	make_port();
	open_lane();
	shown.sender->tail = lane_mark(96, 3);
	shown.receiver->head = lane_mark(32, 1);
	assert_int_equal(look_name(alice, shown.port).queued, 2);
	assert_int_equal(look_name(alice, shown.port).enqueued, 3);
	assert_int_equal(look_task(bob).sent, 3);
	assert_int_equal(look_task(bob).queued, 2);
	assert_int_equal(look_task(alice).received, 1);
	close_lane();
}

TEST(lanes_are_told_of_tasks_and_names)
{
	make_port();
	open_lane();
	assert_int_equal(look_task(bob).lanes_out, 1);
	assert_int_equal(look_task(alice).lanes_in, 1);
	assert_int_equal(look_name(alice, shown.port).lanes, 1);
	assert_int_equal(look_name(alice, shown.port).own_lane, 0);
	assert_int_equal(look_name(bob, shown.send).lanes, 1);
	assert_int_equal(look_name(bob, shown.send).own_lane, 1);
	close_lane();
	assert_int_equal(look_name(bob, shown.send).lanes, 0);
	assert_int_equal(look_name(bob, shown.send).own_lane, 0);
}

TEST(why_a_lane_was_closed_is_told)
{
	make_port();
	open_lane();
	assert_int_equal(
	    look_name(alice, shown.port).lane_why, MACHPORT_LANE_NO_REASON);
	close_lane();
	assert_int_equal(
	    look_name(alice, shown.port).lane_why, MACHPORT_LANE_ASKED_TO);
	assert_int_equal(look_name(alice, shown.port).lane_closed_ns, 4711);
}

TEST(who_sleeps_on_a_lane_is_blocked)
{
	struct machport_item item;

	make_port();
	open_lane();
	shown.receiver->wait = LANE_FUTEX;
	shown.sender->space_wait = LANE_FUTEX;
	item = only(shown.id, MACHPORT_ITEM_RECEIVER);
	assert_int_equal(item.task, alice->space->id.number);
	item = only(shown.id, MACHPORT_ITEM_SENDER);
	assert_int_equal(item.task, bob->space->id.number);
	item = only(shown.id, MACHPORT_ITEM_LANE);
	assert_int_equal(
	    item.type, MACHPORT_LANE_AWAITED | MACHPORT_LANE_BLOCKED);
	assert_int_equal(look_name(alice, shown.port).receivers, 1);
	assert_int_equal(look_name(alice, shown.port).senders, 1);
	close_lane();
}

TEST(who_sleeps_on_a_lane_to_a_member_waits_for_the_set)
{
	mach_port_name_t set;
	struct machport_item item;

	make_port();
	set = new_set(alice);
	EXPECT(ipc_mach_port_insert_member(alice->space, shown.port, set),
	    KERN_SUCCESS);
	open_lane();
	shown.receiver->wait = LANE_FUTEX;
	item = only(id_of(alice, set), MACHPORT_ITEM_RECEIVER);
	assert_int_equal(item.task, alice->space->id.number);
	assert_int_equal(look_name(alice, set).receivers, 1);
	assert_int_equal(
	    look_count_items(NULL, shown.id, MACHPORT_ITEM_RECEIVER), 0);
	close_lane();
}

TEST(many_send_once_rights_come_in_portions_each_once)
{
	mach_port_name_t port = tasks_port(alice);
	uint32_t id = id_of(alice, port);

	tasks_user->limits =
	    (struct ipc_charge){10000, 10000, 1 << 24, 1 << 24};
	for (unsigned i = 0; i < 700; i++) {
		mach_msg_type_name_t type;
		mach_port_name_t name;

		assert_int_equal(
		    ipc_mach_port_extract_right(alice->space, port,
		        MACH_MSG_TYPE_MAKE_SEND_ONCE,
		        i % 2 ? alice->space : bob->space, &name, &type),
		    KERN_SUCCESS);
	}
	assert_int_equal(look_count_items(NULL, id, MACHPORT_ITEM_HOLDER), 701);
	assert_true(look_portions > 1);
	for (unsigned i = 1; i < 700; i++) {
		struct machport_item before =
		    look_item(MACHPORT_ITEM_HOLDER, i);
		struct machport_item after =
		    look_item(MACHPORT_ITEM_HOLDER, i + 1);

		assert_true(
		    before.task < after.task || before.name < after.name);
	}
}

TEST(names_outside_the_table_are_told_each_once)
{
	mach_port_name_t port = tasks_port(alice);
	uint32_t id = id_of(alice, port);

	tasks_user->limits =
	    (struct ipc_charge){10000, 10000, 1 << 24, 1 << 24};
	EXPECT(ipc_space_set_mach3(bob->space, true), KERN_SUCCESS);
	for (unsigned i = 0; i < 640; i++) {
		struct ipc_port *right;

		assert_int_equal(ipc_right_copyin(alice->space, port,
		                     MACH_MSG_TYPE_MAKE_SEND_ONCE, &right),
		    KERN_SUCCESS);
		assert_int_equal(
		    ipc_mach_port_insert_naked(bob->space, 0xffffff00 - 1 - i,
		        right, MACH_MSG_TYPE_PORT_SEND_ONCE,
		        &(struct ipc_origin){0}),
		    KERN_SUCCESS);
	}
	assert_int_equal(look_count_items(NULL, id, MACHPORT_ITEM_HOLDER), 641);
	assert_true(look_portions > 1);
}

/* --- messages -------------------------------------------------------------- */

TEST(messages_that_wait_are_told_with_what_they_carry)
{
	struct machine_process *one = machine_process(7, SOMEBODY);
	mach_port_name_t port = tasks_port(alice);
	uint32_t id = id_of(alice, port);
	mach_port_name_t to =
	    look_give(alice, port, MACH_MSG_TYPE_MAKE_SEND, one->task);
	mach_port_name_t carried = tasks_send_port(one->task);
	mach_port_name_t reply = tasks_port(one->task);
	uint32_t carried_id = id_of(one->task, carried);
	uint32_t reply_id = id_of(one->task, reply);
	struct machport_item item;

	EXPECT(ipc_mach_port_set_label(one->task->space, carried, "carried"),
	    KERN_SUCCESS);
	ipc_world.now_ns = 99;
	look_send(one->task, to, 1234, carried, MACH_MSG_TYPE_COPY_SEND, reply);
	look_send_bare(one->task, to);
	assert_int_equal(look_count_items(NULL, id, MACHPORT_ITEM_MESSAGE), 2);
	item = look_item(MACHPORT_ITEM_MESSAGE, 0);
	assert_int_equal(item.index, 0);
	assert_int_equal(item.task, one->task->space->id.number);
	assert_int_equal(item.pid, 7);
	assert_int_equal(item.msgh_id, 1234);
	assert_int_equal(item.bytes,
	    sizeof(mach_msg_base_t) + sizeof(mach_msg_port_descriptor_t));
	assert_int_equal(item.rights, 1);
	assert_int_equal(item.time_ns, 99);
	assert_int_equal(item.other, reply_id);
	item = look_item(MACHPORT_ITEM_RIGHT, 0);
	assert_int_equal(item.index, 0);
	assert_int_equal(item.type, MACH_MSG_TYPE_PORT_SEND);
	assert_int_equal(item.other, carried_id);
	assert_string_equal(item.label, "carried");
	assert_int_equal(look_item(MACHPORT_ITEM_MESSAGE, 1).index, 1);
}

TEST(many_messages_come_in_portions_each_once)
{
	mach_port_name_t port = tasks_send_port(alice);
	mach_port_name_t carried = tasks_send_port(alice);
	uint32_t id = id_of(alice, port);

	ipc_space_find(alice->space, port)->port->qlimit = 1000;
	for (unsigned i = 0; i < 300; i++)
		look_send(alice, port, (mach_msg_id_t)i, carried,
		    MACH_MSG_TYPE_COPY_SEND, MACH_PORT_NULL);
	assert_int_equal(
	    look_count_items(NULL, id, MACHPORT_ITEM_MESSAGE), 300);
	assert_true(look_portions > 1);
	assert_int_equal(look_count_items(NULL, id, MACHPORT_ITEM_RIGHT), 300);
	for (unsigned i = 0; i < 300; i++)
		assert_int_equal(look_item(MACHPORT_ITEM_RIGHT, i).index, i);
}

/* --- requests, sets, waiters ----------------------------------------------- */

TEST(notices_that_are_asked_for_are_told)
{
	mach_port_name_t port = tasks_send_port(alice);
	mach_port_name_t destroyed =
	    ask(alice, port, MACH_NOTIFY_PORT_DESTROYED);
	mach_port_name_t dead = ask(alice, port, MACH_NOTIFY_DEAD_NAME);
	uint32_t id = id_of(alice, port);
	uint32_t destroyed_id = id_of(alice, destroyed);
	uint32_t dead_id = id_of(alice, dead);

	assert_int_equal(look_count_items(NULL, id, MACHPORT_ITEM_REQUEST), 2);
	assert_int_equal(
	    look_item(MACHPORT_ITEM_REQUEST, 0).type, MACH_NOTIFY_DEAD_NAME);
	assert_int_equal(look_item(MACHPORT_ITEM_REQUEST, 0).name, port);
	assert_int_equal(look_item(MACHPORT_ITEM_REQUEST, 0).other, dead_id);
	assert_int_equal(look_item(MACHPORT_ITEM_REQUEST, 1).type,
	    MACH_NOTIFY_PORT_DESTROYED);
	assert_int_equal(
	    look_item(MACHPORT_ITEM_REQUEST, 1).other, destroyed_id);
}

TEST(sets_and_members_are_told)
{
	mach_port_name_t port = tasks_port(alice);
	mach_port_name_t set = new_set(alice);
	uint32_t id = id_of(alice, port);
	uint32_t set_id = id_of(alice, set);
	struct machport_item item;

	(void)tasks_port(alice); /* in no set */
	EXPECT(
	    ipc_mach_port_insert_member(alice->space, port, set), KERN_SUCCESS);
	EXPECT(ipc_mach_port_set_label(alice->space, port, "member"),
	    KERN_SUCCESS);
	item = only(id, MACHPORT_ITEM_SET);
	assert_int_equal(item.task, alice->space->id.number);
	assert_int_equal(item.name, set);
	assert_int_equal(item.other, set_id);
	item = only(set_id, MACHPORT_ITEM_MEMBER);
	assert_int_equal(item.name, port);
	assert_int_equal(item.other, id);
	assert_string_equal(item.label, "member");
}

TEST(blocked_sends_and_receives_are_told)
{
	mach_port_name_t port = tasks_send_port(alice);
	uint32_t id = id_of(alice, port);
	const struct ipc_msg_args receive = {
	    .option = MACH_RCV_MSG, .rcv_size = 1 << 16, .rcv_name = port};
	const struct ipc_msg_args send = {.option = MACH_SEND_MSG};
	const mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .msgh_size = sizeof(header),
	    .msgh_remote_port = port,
	};
	const struct ipc_kmsg_source source = {
	    .bytes = (const uint8_t *)&header,
	    .byte_count = sizeof(header),
	    .size = sizeof(header),
	    .unreadable = UINT32_MAX,
	};
	struct machport_item item;
	struct ipc_waiter waiter;
	uint32_t taken;

	ipc_waiter_init(&waiter, NULL);
	assert_int_equal(ipc_mach_msg_receive(alice->space, &receive, &waiter),
	    MACH_RCV_IN_PROGRESS);
	item = only(id, MACHPORT_ITEM_RECEIVER);
	assert_int_equal(item.task, alice->space->id.number);
	ipc_waiter_abandon(&waiter);

	ipc_space_find(alice->space, port)->port->qlimit = 0;
	assert_int_equal(
	    ipc_mach_msg_send(alice->space, &send, &source, &waiter, &taken),
	    MACH_SEND_IN_PROGRESS);
	item = only(id, MACHPORT_ITEM_SENDER);
	assert_int_equal(item.task, alice->space->id.number);
	assert_int_equal(look_name(alice, port).senders, 1);
	ipc_waiter_abandon(&waiter);
}

/* --- who sees what --------------------------------------------------------- */

TEST(a_port_of_another_user_is_refused)
{
	struct machine_process *one = machine_process(1, SOMEBODY);
	struct machine_process *two = machine_process(2, OTHER);
	mach_port_name_t port = tasks_port(two->task);
	uint32_t id = id_of(two->task, port);
	struct kern_look look = {.who = one->task->space->identity};
	struct kern_portion portion;
	uint64_t cursor = 0;

	EXPECT(kern_inspect_port(&look, id, &cursor, &portion), KERN_NO_ACCESS);
	EXPECT(kern_inspect_find(&look, id, &portion), KERN_NO_ACCESS);
	id = id_of(two->task, new_set(two->task));
	EXPECT(kern_inspect_port(&look, id, &cursor, &portion), KERN_NO_ACCESS);
}

TEST(of_who_can_send_to_ones_port_the_pid_is_told)
{
	struct machine_process *one = machine_process(1, SOMEBODY);
	struct machine_process *two = machine_process(2, OTHER);
	mach_port_name_t port = tasks_port(one->task);
	uint32_t id = id_of(one->task, port);
	mach_port_name_t to =
	    look_give(one->task, port, MACH_MSG_TYPE_MAKE_SEND, two->task);
	struct machport_item item;

	look_send_bare(two->task, to);
	assert_int_equal(look_count_items(one->task->space->identity, id,
	                     MACHPORT_ITEM_HOLDER),
	    2);
	item = look_item(MACHPORT_ITEM_HOLDER, 1);
	assert_int_equal(item.pid, 2);
	assert_int_equal(item.type, MACH_PORT_TYPE_SEND);
	assert_int_equal(item.task, 0);
	assert_int_equal(item.name, 0);
	item = look_item(MACHPORT_ITEM_MESSAGE, 0);
	assert_int_equal(item.pid, 2);
	assert_int_equal(item.task, 0);
}

TEST(who_has_the_host_port_is_told_of_ones_own_tasks)
{
	struct machine_process *one = machine_process(1, SOMEBODY);
	struct machine_process *two = machine_process(2, OTHER);
	mach_port_name_t name;
	uint32_t id;

	EXPECT(kern_task_host_self(two->task, &name), KERN_SUCCESS);
	EXPECT(kern_task_host_self(one->task, &name), KERN_SUCCESS);
	id = id_of(one->task, name);
	assert_int_equal(look_count_items(one->task->space->identity, id,
	                     MACHPORT_ITEM_HOLDER),
	    1);
	assert_int_equal(look_item(MACHPORT_ITEM_HOLDER, 0).pid, 1);
}

/* --- find ------------------------------------------------------------------ */

TEST(a_port_is_found_by_its_id)
{
	mach_port_name_t port = tasks_port(alice);
	uint32_t id = id_of(alice, port);
	struct kern_look look = {.who = NULL};
	struct kern_portion portion;
	struct machport_name_record record;

	EXPECT(
	    ipc_mach_port_set_label(alice->space, port, "found"), KERN_SUCCESS);
	EXPECT(kern_inspect_find(&look, id, &portion), KERN_SUCCESS);
	assert_int_equal(portion.bytes, sizeof(record));
	memcpy(&record, portion.records, sizeof(record));
	assert_int_equal(record.name, 0);
	assert_int_equal(record.type, 0);
	assert_int_equal(record.port, id);
	assert_int_equal(record.receiver_name, port);
	assert_string_equal(record.label, "found");
}

TEST(what_is_no_port_is_not_found)
{
	struct kern_look look = {.who = NULL};
	struct kern_portion portion;
	uint64_t cursor = 0;
	const uint32_t ids[] = {0, alice->space->id.number, 999999};

	for (unsigned i = 0; i < 3; i++) {
		EXPECT(kern_inspect_find(&look, ids[i], &portion),
		    KERN_INVALID_ARGUMENT);
		EXPECT(kern_inspect_port(&look, ids[i], &cursor, &portion),
		    KERN_INVALID_ARGUMENT);
	}
}

TEST(a_cursor_can_be_anything)
{
	mach_port_name_t port = tasks_send_port(alice);
	mach_port_name_t set = new_set(alice);
	const uint32_t ids[] = {id_of(alice, port), id_of(alice, set)};

	EXPECT(
	    ipc_mach_port_insert_member(alice->space, port, set), KERN_SUCCESS);
	look_send_bare(alice, port);
	for (uint64_t stage = 0; stage < 256; stage++) {
		static const uint64_t rest[] = {0, 1, 0xffffffff, 0x1ffffffff,
		    0xffffff00000000, 0xffffffffffffff};

		for (unsigned i = 0; i < 12; i++) {
			struct kern_look look = {.who = NULL};
			struct kern_portion portion;
			uint64_t cursor = stage << 56 | rest[i / 2];

			EXPECT(kern_inspect_port(
			           &look, ids[i % 2], &cursor, &portion),
			    KERN_SUCCESS);
		}
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE_ON_MACHINE(holders_of_all_kinds_of_rights_are_told),
	    CASE_ON_MACHINE(what_the_kernel_keeps_for_a_task_is_told),
	    CASE_ON_MACHINE(lanes_are_told_with_what_is_in_them),
	    CASE_ON_MACHINE(messages_in_lanes_are_told),
	    CASE_ON_MACHINE(many_messages_in_a_lane_come_in_portions_each_once),
	    CASE_ON_MACHINE(what_passes_by_lanes_counts_for_tasks_and_ports),
	    CASE_ON_MACHINE(lanes_are_told_of_tasks_and_names),
	    CASE_ON_MACHINE(why_a_lane_was_closed_is_told),
	    CASE_ON_MACHINE(who_sleeps_on_a_lane_is_blocked),
	    CASE_ON_MACHINE(who_sleeps_on_a_lane_to_a_member_waits_for_the_set),
	    CASE_ON_MACHINE(many_send_once_rights_come_in_portions_each_once),
	    CASE_ON_MACHINE(names_outside_the_table_are_told_each_once),
	    CASE_ON_MACHINE(messages_that_wait_are_told_with_what_they_carry),
	    CASE_ON_MACHINE(many_messages_come_in_portions_each_once),
	    CASE_ON_MACHINE(notices_that_are_asked_for_are_told),
	    CASE_ON_MACHINE(sets_and_members_are_told),
	    CASE_ON_MACHINE(blocked_sends_and_receives_are_told),
	    CASE_ON_MACHINE(a_port_of_another_user_is_refused),
	    CASE_ON_MACHINE(of_who_can_send_to_ones_port_the_pid_is_told),
	    CASE_ON_MACHINE(who_has_the_host_port_is_told_of_ones_own_tasks),
	    CASE_ON_MACHINE(a_port_is_found_by_its_id),
	    CASE_ON_MACHINE(what_is_no_port_is_not_found),
	    CASE_ON_MACHINE(a_cursor_can_be_anything),
	};

	return cmocka_run_group_tests_name(
	    "kern_inspect_port", tests, NULL, NULL);
}
