/* Watches: what a descriptor of machport_fd() shows (machport.h). */
#include "ipc_watch.h"

#include "ipc_port.h"
#include "ipc_pset.h"
#include "world.h"

static struct ipc_watch watch;
static unsigned changes;       /* that were told */
static mach_port_name_t port;  /* bob's */
static mach_port_name_t other; /* the same */
static mach_port_name_t set;   /* the same */
static mach_port_name_t name;  /* alice's send right for port */

static void
note(struct ipc_watch *changed)
{
	assert_ptr_equal(changed, &watch);
	changes++;
}

static int
setup(void **state)
{
	(void)world_setup(state);
	port = world_port(bob);
	other = world_port(bob);
	set = world_set(bob);
	name = world_give(bob, port, MAKE_SEND, alice);
	ipc_watch_init(&watch, note);
	changes = 0;
	return 0;
}

static void
begin(mach_port_name_t watched)
{
	struct ipc_watch *found = &watch;

	EXPECT(ipc_watch_find(bob, watched, &found), KERN_SUCCESS);
	assert_null(found);
	ipc_watch_begin(&watch, bob, watched);
	ipc_check();
}

static void
expect(bool ready, unsigned told)
{
	assert_int_equal(watch.ready, ready);
	assert_int_equal(changes, told);
}

/* It is over: nothing that happens to the port is told any more. */
static void
expect_over(unsigned told)
{
	assert_int_equal(watch.state, IPC_WATCH_OVER);
	expect(true, told);
}

static void
send(void)
{
	EXPECT(world_send_empty(alice, name), MACH_MSG_SUCCESS);
}

static void
receive(mach_port_name_t from)
{
	assert_int_equal(world_receive(bob, from).code, MACH_MSG_SUCCESS);
}

static void
join(mach_port_name_t member)
{
	EXPECT(ipc_mach_port_insert_member(bob, member, set), KERN_SUCCESS);
}

/* The level. */

TEST(a_watch_begins_with_the_state_of_the_queue)
{
	begin(port);
	expect(false, 0);
	ipc_watch_end(&watch);
	send();
	begin(port);
	expect(true, 0);
}

TEST(a_queue_is_ready_from_its_first_message_to_its_last)
{
	begin(port);
	send();
	expect(true, 1);
	send();
	expect(true, 1);
	receive(port);
	expect(true, 1);
	receive(port);
	expect(false, 2);
	send();
	expect(true, 3);
}

TEST(a_message_that_a_thread_waited_for_is_never_seen)
{
	struct thread *thread = world_thread(bob);

	begin(port);
	EXPECT(thread_receive(thread, port, 0, ROOMY), MACH_RCV_IN_PROGRESS);
	send();
	assert_false(thread_blocked(thread));
	expect(false, 0);
}

TEST(a_message_too_large_that_stays_keeps_a_queue_ready)
{
	struct thread *thread = world_thread(bob);

	begin(port);
	send();
	EXPECT(
	    thread_receive(thread, port, MACH_RCV_TIMEOUT | MACH_RCV_LARGE, 4),
	    MACH_RCV_TOO_LARGE);
	expect(true, 1);
	EXPECT(thread_receive(thread, port, MACH_RCV_TIMEOUT, 4),
	    MACH_RCV_INVALID_DATA);
	expect(false, 2);
}

TEST(a_blocked_sender_that_comes_in_keeps_a_queue_ready)
{
	struct thread *thread = world_thread(alice);
	struct message message;

	world_set_qlimit(bob, port, 1);
	begin(port);
	send();
	message_init(&message, name, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send(thread, &message, 0, MACH_PORT_NULL),
	    MACH_SEND_IN_PROGRESS);
	receive(port);
	assert_false(thread_blocked(thread));
	assert_true(watch.ready);
	receive(port);
	assert_false(watch.ready);
}

TEST(a_watch_that_ended_is_told_nothing)
{
	begin(port);
	ipc_watch_end(&watch);
	send();
	expect(false, 0);
	world_drop_receive(bob, port);
	expect(false, 0);
}

/* Sets. */

TEST(a_set_is_ready_while_any_member_has_a_message)
{
	mach_port_name_t second = world_give(bob, other, MAKE_SEND, alice);

	join(port);
	join(other);
	begin(set);
	expect(false, 0);
	send();
	expect(true, 1);
	EXPECT(world_send_empty(alice, second), MACH_MSG_SUCCESS);
	expect(true, 1);
	receive(set);
	expect(true, 1);
	receive(other);
	expect(false, 2);
}

TEST(a_member_that_is_received_from_itself_makes_its_set_idle)
{
	join(port);
	begin(set);
	send();
	receive(port);
	expect(false, 2);
}

TEST(a_member_brings_its_messages_and_takes_them_away)
{
	send();
	begin(set);
	expect(false, 0);
	join(port);
	expect(true, 1);
	EXPECT(ipc_mach_port_extract_member(bob, port, set), KERN_SUCCESS);
	expect(false, 2);
}

TEST(a_member_that_moves_to_another_set_takes_its_messages_along)
{
	mach_port_name_t first = world_set(bob);

	EXPECT(ipc_mach_port_insert_member(bob, port, first), KERN_SUCCESS);
	send();
	begin(set);
	EXPECT(ipc_mach_port_move_member(bob, port, set), KERN_SUCCESS);
	expect(true, 1);
	EXPECT(ipc_mach_port_move_member(bob, port, first), KERN_SUCCESS);
	expect(false, 2);
}

TEST(a_member_whose_messages_go_to_who_waits_on_the_set_is_not_seen)
{
	struct thread *thread = world_thread(bob);

	send();
	begin(set);
	EXPECT(thread_receive(thread, set, 0, ROOMY), MACH_RCV_IN_PROGRESS);
	join(port);
	assert_false(thread_blocked(thread));
	assert_false(watch.ready);
}

TEST(a_member_that_dies_takes_its_messages_along)
{
	join(port);
	begin(set);
	send();
	world_drop_receive(bob, port);
	expect(false, 2);
	assert_int_equal(watch.state, IPC_WATCH_ON);
}

TEST(a_port_in_a_set_is_watched_by_itself)
{
	join(port);
	begin(port);
	send();
	expect(true, 1);
	receive(set);
	expect(false, 2);
}

/* The end. */

TEST(a_port_that_dies_is_ready_for_good)
{
	begin(port);
	world_drop_receive(bob, port);
	expect_over(1);
}

TEST(a_port_that_dies_with_messages_stays_ready)
{
	begin(port);
	send();
	world_drop_receive(bob, port);
	expect_over(1);
}

TEST(a_set_that_goes_is_ready_for_good)
{
	join(port);
	begin(set);
	EXPECT(ipc_mach_port_mod_refs(bob, set, PORT_SET, -1), KERN_SUCCESS);
	expect_over(1);
	send();
	expect_over(1);
}

TEST(a_port_that_moves_to_another_task_is_ready_for_good_in_the_first)
{
	mach_port_name_t moved;

	begin(port);
	moved = world_give(bob, port, MOVE_RECEIVE, carol);
	expect_over(1);
	send();
	assert_int_equal(world_receive(carol, moved).code, MACH_MSG_SUCCESS);
	expect_over(1);
}

TEST(a_port_that_is_sent_away_is_ready_for_good)
{
	mach_port_name_t service = world_port(carol);
	mach_port_name_t to = world_give(carol, service, MAKE_SEND, bob);
	struct message message;

	begin(port);
	message_init(&message, to, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, port, MOVE_RECEIVE);
	EXPECT(world_send(bob, &message), MACH_MSG_SUCCESS);
	expect_over(1);
}

TEST(a_port_that_goes_to_its_backup_is_ready_for_good)
{
	mach_port_name_t notify = world_port(bob);

	(void)world_request(bob, port, MACH_NOTIFY_PORT_DESTROYED, 0, notify);
	begin(port);
	world_drop_receive(bob, port);
	expect_over(1);
	(void)world_expect_destroyed(bob, notify);
	expect_over(1);
}

TEST(a_name_that_was_changed_is_ready_for_good)
{
	EXPECT(ipc_space_set_mach3(bob, true), KERN_SUCCESS);
	begin(port);
	EXPECT(ipc_mach_port_rename(bob, port, 0x7700), KERN_SUCCESS);
	expect_over(1);
	ipc_watch_end(&watch);
	begin(set);
	EXPECT(ipc_mach_port_rename(bob, set, 0x7800), KERN_SUCCESS);
	expect_over(2);
}

TEST(a_task_that_dies_leaves_its_watches_over)
{
	begin(port);
	world_kill(&bob);
	expect_over(1);
	ipc_watch_end(&watch);
	assert_int_equal(watch.state, IPC_WATCH_IDLE);
}

/* What can be watched. */

TEST(the_watch_on_a_name_is_found)
{
	struct ipc_watch *found = NULL;

	begin(set);
	EXPECT(ipc_watch_find(bob, set, &found), KERN_SUCCESS);
	assert_ptr_equal(found, &watch);
}

TEST(only_receive_rights_and_sets_are_watched)
{
	mach_port_name_t dead = world_dead_name(alice);
	struct ipc_watch *found = &watch;

	EXPECT(ipc_watch_find(alice, name, &found), KERN_INVALID_RIGHT);
	EXPECT(ipc_watch_find(alice, dead, &found), KERN_INVALID_NAME);
	EXPECT(ipc_watch_find(alice, world_absent(alice), &found),
	    KERN_INVALID_NAME);
	EXPECT(
	    ipc_watch_find(alice, MACH_PORT_NULL, &found), KERN_INVALID_RIGHT);
	EXPECT(
	    ipc_watch_find(alice, MACH_PORT_DEAD, &found), KERN_INVALID_RIGHT);
	assert_ptr_equal(found, &watch);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE_AFTER(setup, a_watch_begins_with_the_state_of_the_queue),
	    CASE_AFTER(
	        setup, a_queue_is_ready_from_its_first_message_to_its_last),
	    CASE_AFTER(setup, a_message_that_a_thread_waited_for_is_never_seen),
	    CASE_AFTER(
	        setup, a_message_too_large_that_stays_keeps_a_queue_ready),
	    CASE_AFTER(
	        setup, a_blocked_sender_that_comes_in_keeps_a_queue_ready),
	    CASE_AFTER(setup, a_watch_that_ended_is_told_nothing),
	    CASE_AFTER(setup, a_set_is_ready_while_any_member_has_a_message),
	    CASE_AFTER(setup,
	        a_member_that_is_received_from_itself_makes_its_set_idle),
	    CASE_AFTER(setup, a_member_brings_its_messages_and_takes_them_away),
	    CASE_AFTER(setup,
	        a_member_that_moves_to_another_set_takes_its_messages_along),
	    CASE_AFTER(setup,
	        a_member_whose_messages_go_to_who_waits_on_the_set_is_not_seen),
	    CASE_AFTER(setup, a_member_that_dies_takes_its_messages_along),
	    CASE_AFTER(setup, a_port_in_a_set_is_watched_by_itself),
	    CASE_AFTER(setup, a_port_that_dies_is_ready_for_good),
	    CASE_AFTER(setup, a_port_that_dies_with_messages_stays_ready),
	    CASE_AFTER(setup, a_set_that_goes_is_ready_for_good),
	    CASE_AFTER(setup,
	        a_port_that_moves_to_another_task_is_ready_for_good_in_the_first),
	    CASE_AFTER(setup, a_port_that_is_sent_away_is_ready_for_good),
	    CASE_AFTER(setup, a_port_that_goes_to_its_backup_is_ready_for_good),
	    CASE_AFTER(setup, a_name_that_was_changed_is_ready_for_good),
	    CASE_AFTER(setup, a_task_that_dies_leaves_its_watches_over),
	    CASE_AFTER(setup, the_watch_on_a_name_is_found),
	    CASE_AFTER(setup, only_receive_rights_and_sets_are_watched),
	};

	return RUN("ipc_watch", tests);
}
