/* Messages that came another way, and whom they go before. */
#include <string.h>
#include <time.h>

#include "ipc_board.h"
#include "ipc_lane.h"
#include "ipc_mqueue.h"
#include "ipc_port.h"
#include "world.h"

static struct lane_board memory; /* bob's */
static mach_port_name_t inbox;   /* bob's */
static mach_port_name_t to_bob;  /* alice's send right for it */
static struct ipc_kmsg *batch;

static uint64_t clock_now;

static uint64_t
read_clock(void)
{
	return ++clock_now;
}

static void
wake(const void *word)
{
	(void)word;
}

static const struct ipc_lane_world lanes = {.ticket = read_clock, .wake = wake};

static int
setup(void **state)
{
	(void)world_setup(state);
	ipc_world.lanes = &lanes;
	clock_now = 1000;
	batch = NULL;
	memset(&memory, 0, sizeof(memory));
	assert_true(ipc_board_add(bob, &memory));
	inbox = world_port(bob);
	to_bob = world_give(bob, inbox, MAKE_SEND, alice);
	return 0;
}

static struct ipc_port *
port_of(mach_port_name_t name)
{
	return world_lookup(bob, name);
}

/* One more on the batch, for a port of bob's, sent when @ticket says. */
static void
add_for(mach_port_name_t name, mach_msg_id_t id, uint64_t ticket)
{
	const mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_PORT_SEND, 0),
	    .msgh_size = sizeof(header),
	    .msgh_id = id,
	};
	struct ipc_kmsg *kmsg = ipc_kmsg_new(sizeof(header), 0, 0);

	assert_non_null(kmsg);
	memcpy(kmsg->bytes, &header, sizeof(header));
	kmsg->size = sizeof(header);
	kmsg->remote = port_of(name);
	kmsg->remote_type = MACH_MSG_TYPE_PORT_SEND;
	kmsg->ticket = ticket;
	ipc_port_copy_send(kmsg->remote);
	kmsg->next = batch;
	batch = kmsg;
}

static void
add(mach_msg_id_t id, uint64_t ticket)
{
	add_for(inbox, id, ticket);
}

static void
merge(void)
{
	ipc_mqueue_merge(batch);
	batch = NULL;
	ipc_check();
}

static void
send_id(mach_msg_id_t id)
{
	EXPECT(world_send_id(alice, to_bob, COPY_SEND, id), MACH_MSG_SUCCESS);
}

static void
expect_ids(mach_port_name_t name, mach_msg_id_t first, mach_msg_id_t last)
{
	for (mach_msg_id_t id = first; id <= last; id++)
		world_expect_id(bob, name, id);
	world_expect_empty(bob, name);
}

static uint32_t
bell(mach_port_name_t name)
{
	return memory.port[port_of(name)->board_index].bell;
}

TEST(nothing_changes_nothing)
{
	merge();
	world_expect_empty(bob, inbox);
}

TEST(each_message_goes_where_its_ticket_belongs)
{
	uint64_t between;

	send_id(3);
	between = read_clock();
	send_id(5);
	add(2, 2);
	add(6, read_clock());
	add(1, 1);
	add(4, between);
	merge();
	expect_ids(inbox, 1, 6);
}

TEST(messages_of_one_ticket_stay_in_the_order_in_which_they_came)
{
	add(1, 7);
	add(2, 7);
	add(3, 7);
	merge();
	add(4, 7);
	merge();
	expect_ids(inbox, 1, 4);
}

TEST(a_ticket_of_the_future_is_of_now)
{
	add(2, UINT64_MAX);
	add(1, read_clock());
	merge();
	send_id(3);
	expect_ids(inbox, 1, 3);
}

TEST(a_ticket_of_zero_is_of_now)
{
	send_id(1);
	add(2, 0);
	merge();
	expect_ids(inbox, 1, 2);
}

TEST(messages_for_several_ports_go_to_theirs)
{
	const mach_port_name_t other = world_port(bob);

	add_for(other, 2, 2);
	add(2, 3);
	add_for(other, 1, 1);
	add(1, 2);
	merge();
	expect_ids(inbox, 1, 2);
	expect_ids(other, 1, 2);
}

TEST(the_limit_does_not_hold_what_came_another_way)
{
	world_set_qlimit(bob, inbox, 0);
	add(1, 1);
	merge();
	assert_int_equal(world_status(bob, inbox).mps_msgcount, 1);
}

TEST(what_a_queue_cannot_take_is_destroyed)
{
	const mach_port_name_t other = world_port(bob);
	struct ipc_port *port = port_of(inbox);

	add(1, 2);
	add_for(other, 1, 1);
	port->msgcount += IPC_QUEUE_MAX;
	ipc_mqueue_merge(batch);
	port->msgcount -= IPC_QUEUE_MAX;
	ipc_check();
	world_expect_empty(bob, inbox);
	expect_ids(other, 1, 1);
}

TEST(a_bell_rings_once_for_all_messages)
{
	uint32_t was;

	EXPECT(ipc_board_post(port_of(inbox)), KERN_SUCCESS);
	was = bell(inbox);
	for (mach_msg_id_t id = 1; id <= 10; id++)
		add(id, (uint64_t)id);
	merge();
	assert_int_equal(bell(inbox), was + 1);
	ipc_board_withdraw(port_of(inbox));
	expect_ids(inbox, 1, 10);
}

static uint64_t
cpu_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* A walk for each would be 120 million steps. */
TEST(lies_of_old_times_do_not_keep_the_kernel_at_a_long_queue)
{
	uint64_t began;

	clock_now = 1000000;
	for (int i = 1; i <= 60000; i++)
		add(i, 1000 + (uint64_t)i);
	merge();
	for (int i = 0; i < 2000; i++)
		add(i, i % 2 ? 1 : 1500);
	began = cpu_ms();
	ipc_mqueue_merge(batch);
	assert_true(cpu_ms() - began < 100);
	batch = NULL;
	assert_int_equal(port_of(inbox)->msgcount, 62000);
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(nothing_changes_nothing),
	    HERE(each_message_goes_where_its_ticket_belongs),
	    HERE(messages_of_one_ticket_stay_in_the_order_in_which_they_came),
	    HERE(a_ticket_of_the_future_is_of_now),
	    HERE(a_ticket_of_zero_is_of_now),
	    HERE(messages_for_several_ports_go_to_theirs),
	    HERE(the_limit_does_not_hold_what_came_another_way),
	    HERE(what_a_queue_cannot_take_is_destroyed),
	    HERE(a_bell_rings_once_for_all_messages),
	    HERE(lies_of_old_times_do_not_keep_the_kernel_at_a_long_queue),
	};

	return RUN("ipc_mqueue_merge", tests);
}
