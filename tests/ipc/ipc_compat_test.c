/* Send rights of a task of Mach 2.5, which vanish when their port dies
 * (mach2-mach3-differences.md 4). */
#include "base_alloc.h"
#include "ipc_entry.h"
#include "ipc_kobject.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "ipc_slot.h"
#include "names.h"

#define DELETED MACH_NOTIFY_PORT_DELETED

static mach_port_name_t notify; /* alice's */

static int
setup(void **state)
{
	(void)names_setup(state);
	notify = world_port(alice);
	return 0;
}

static kern_return_t
compat(mach_port_name_t name)
{
	return ipc_mach_port_compat(alice, name, world_lookup(alice, notify));
}

TEST(the_name_goes_with_all_its_references_when_its_port_dies)
{
	EXPECT(ipc_mach_port_mod_refs(alice, names.send, SEND, 6), 0);
	EXPECT(compat(names.send), KERN_SUCCESS);
	world_drop_receive(bob, names.service);
	assert_false(world_has(alice, names.send));
	world_expect_notice(alice, notify, DELETED, names.send);
	world_expect_empty(alice, notify);
}

TEST(a_send_once_right_goes_too)
{
	EXPECT(compat(names.once), KERN_SUCCESS);
	EXPECT(compat(names.send), KERN_SUCCESS);
	world_drop_receive(bob, names.service);
	assert_false(world_has(alice, names.once));
	assert_false(world_has(alice, names.send));
	world_expect_notice(alice, notify, DELETED, names.once);
	world_expect_notice(alice, notify, DELETED, names.send);
}

TEST(the_name_is_charged_no_longer)
{
	EXPECT(compat(names.send), KERN_SUCCESS);
	alice->account->limits.names = alice->used;
	world_drop_receive(bob, names.service);
	(void)world_port(alice);
}

TEST(a_name_that_is_dead_already_goes_at_once)
{
	world_drop_receive(bob, names.service);
	EXPECT(compat(names.send), KERN_SUCCESS);
	assert_false(world_has(alice, names.send));
	world_expect_notice(alice, notify, DELETED, names.send);
	EXPECT(compat(names.dead), KERN_SUCCESS);
	assert_false(world_has(alice, names.dead));
	world_expect_notice(alice, notify, DELETED, names.dead);
}

TEST(nothing_is_done_for_other_rights)
{
	EXPECT(compat(names.receive), KERN_SUCCESS);
	EXPECT(compat(names.both), KERN_SUCCESS);
	EXPECT(compat(names.set), KERN_SUCCESS);
	EXPECT(compat(names.absent), KERN_INVALID_NAME);
	EXPECT(compat(MACH_PORT_NULL), KERN_INVALID_NAME);
	EXPECT(compat(MACH_PORT_DEAD), KERN_INVALID_NAME);
	world_drop_receive(alice, names.both);
	assert_int_equal(
	    world_type(alice, names.both), MACH_PORT_TYPE_DEAD_NAME);
	assert_int_equal(world_status(alice, notify).mps_sorights, 0);
	world_expect_empty(alice, notify);
}

TEST(it_is_not_seen)
{
	ipc_info_name_t *table;
	ipc_info_space_t info;
	uint32_t count;

	EXPECT(compat(names.send), KERN_SUCCESS);
	assert_int_equal(world_type(alice, names.send), MACH_PORT_TYPE_SEND);
	EXPECT(ipc_mach_port_space_info(alice, &info, &table, &count), 0);
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(table[i].iin_next, 0);
		assert_int_equal(
		    table[i].iin_type & MACH_PORT_TYPE_DNREQUEST, 0);
	}
	base_free(table);
}

TEST(who_has_the_port_does_not_count_it)
{
	mach_msg_type_number_t words = 1;
	uint32_t size = 9;

	EXPECT(compat(names.send), KERN_SUCCESS);
	EXPECT(ipc_mach_port_get_attributes(bob, names.service,
	           MACH_PORT_DNREQUESTS_SIZE, &size, &words),
	    KERN_SUCCESS);
	assert_int_equal(size, 0);
}

TEST(twice_is_as_once)
{
	EXPECT(compat(names.send), KERN_SUCCESS);
	EXPECT(compat(names.send), KERN_SUCCESS);
	assert_int_equal(world_status(alice, notify).mps_sorights, 1);
	world_drop_receive(bob, names.service);
	world_expect_notice(alice, notify, DELETED, names.send);
	world_expect_empty(alice, notify);
}

/* Nobody is told of what the task itself does. */
static void
expect_silence(void)
{
	ipc_check();
	assert_int_equal(world_status(alice, notify).mps_sorights, 0);
	world_expect_empty(alice, notify);
	world_drop_receive(bob, names.service);
	world_expect_empty(alice, notify);
}

TEST(a_name_that_the_task_deallocates_goes_without_a_word)
{
	EXPECT(compat(names.send), KERN_SUCCESS);
	EXPECT(ipc_mach_port_deallocate(alice, names.send), KERN_SUCCESS);
	expect_silence();
}

TEST(a_name_that_the_task_destroys_goes_without_a_word)
{
	EXPECT(compat(names.send), KERN_SUCCESS);
	EXPECT(compat(names.once), KERN_SUCCESS);
	EXPECT(ipc_mach_port_destroy(alice, names.send), KERN_SUCCESS);
	EXPECT(ipc_mach_port_destroy(alice, names.once), KERN_SUCCESS);
	expect_silence();
}

TEST(a_name_that_the_task_moves_away_goes_without_a_word)
{
	EXPECT(compat(names.send), KERN_SUCCESS);
	EXPECT(compat(names.once), KERN_SUCCESS);
	EXPECT(world_send_id(alice, names.once, MOVE_SEND_ONCE, 1), 0);
	EXPECT(world_send_id(alice, names.send, MOVE_SEND, 2), 0);
	world_expect_id(bob, names.service, 1);
	world_expect_id(bob, names.service, 2);
	expect_silence();
}

TEST(a_name_that_gets_the_receive_right_and_loses_it_stays_one)
{
	EXPECT(compat(names.send), KERN_SUCCESS);
	assert_int_equal(
	    world_give(bob, names.service, MOVE_RECEIVE, alice), names.send);
	EXPECT(ipc_mach_port_mod_refs(alice, names.send, RECEIVE, -1), 0);
	assert_false(world_has(alice, names.send));
	world_expect_notice(alice, notify, DELETED, names.send);
}

TEST(a_name_with_both_rights_that_is_destroyed_goes_without_a_word)
{
	EXPECT(compat(names.send), KERN_SUCCESS);
	(void)world_give(bob, names.service, MOVE_RECEIVE, alice);
	EXPECT(ipc_mach_port_destroy(alice, names.send), KERN_SUCCESS);
	world_expect_empty(alice, notify);
}

TEST(a_request_that_was_made_is_left_alone)
{
	(void)world_request(
	    alice, names.send, MACH_NOTIFY_DEAD_NAME, 0, names.receive);
	EXPECT(compat(names.send), KERN_SUCCESS);
	world_drop_receive(bob, names.service);
	world_expect_notice(
	    alice, names.receive, MACH_NOTIFY_DEAD_NAME, names.send);
	world_expect_empty(alice, notify);
	assert_int_equal(world_refs(alice, names.send, DEAD_NAME), 2);
}

TEST(a_request_takes_its_place_and_returns_nothing)
{
	EXPECT(compat(names.send), KERN_SUCCESS);
	assert_int_equal(world_request(alice, names.send, MACH_NOTIFY_DEAD_NAME,
	                     0, names.receive),
	    MACH_PORT_NULL);
	assert_int_equal(world_status(alice, notify).mps_sorights, 0);
	world_drop_receive(bob, names.service);
	world_expect_notice(
	    alice, names.receive, MACH_NOTIFY_DEAD_NAME, names.send);
	world_expect_empty(alice, notify);
}

TEST(a_request_that_fires_at_once_ends_it)
{
	EXPECT(compat(names.send), KERN_SUCCESS);
	assert_int_equal(world_request(alice, names.send,
	                     MACH_NOTIFY_SEND_POSSIBLE, 1, names.receive),
	    MACH_PORT_NULL);
	world_expect_notice(
	    alice, names.receive, MACH_NOTIFY_SEND_POSSIBLE, names.send);
	world_drop_receive(bob, names.service);
	assert_int_equal(
	    world_type(alice, names.send), MACH_PORT_TYPE_DEAD_NAME);
	world_expect_empty(alice, notify);
}

TEST(a_cancel_does_not_find_it)
{
	mach_port_name_t previous = 9;

	EXPECT(compat(names.send), KERN_SUCCESS);
	EXPECT(ipc_mach_port_request_notification(alice, names.send,
	           MACH_NOTIFY_DEAD_NAME, 0, alice, MACH_PORT_NULL,
	           MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	assert_int_equal(previous, MACH_PORT_NULL);
	world_drop_receive(bob, names.service);
	world_expect_notice(alice, notify, DELETED, names.send);
}

TEST(a_full_queue_does_not_arm_it)
{
	struct message message;

	EXPECT(compat(names.send), KERN_SUCCESS);
	world_set_qlimit(bob, names.service, 1);
	EXPECT(world_send_empty(alice, names.send), MACH_MSG_SUCCESS);
	message_init(&message, names.send, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send(world_thread(alice), &message,
	           MACH_SEND_NOTIFY | MACH_SEND_TIMEOUT, MACH_PORT_NULL),
	    MACH_SEND_TIMED_OUT);
	(void)world_receive(bob, names.service);
	world_expect_empty(alice, notify);
}

TEST(the_name_goes_although_its_notify_port_has_died)
{
	EXPECT(compat(names.send), KERN_SUCCESS);
	world_drop_receive(alice, notify);
	world_drop_receive(bob, names.service);
	assert_false(world_has(alice, names.send));
}

TEST(the_name_goes_although_there_was_no_notify_port)
{
	EXPECT(ipc_mach_port_compat(alice, names.send, IPC_PORT_NULL), 0);
	EXPECT(ipc_mach_port_compat(alice, names.once, IPC_PORT_DEAD), 0);
	world_drop_receive(bob, names.service);
	assert_false(world_has(alice, names.send));
	assert_false(world_has(alice, names.once));
}

TEST(a_name_without_a_notify_port_is_given_up_as_any)
{
	EXPECT(ipc_mach_port_compat(alice, names.send, IPC_PORT_NULL), 0);
	EXPECT(ipc_mach_port_deallocate(alice, names.send), KERN_SUCCESS);
	EXPECT(ipc_mach_port_compat(alice, names.once, IPC_PORT_DEAD), 0);
	EXPECT(ipc_mach_port_destroy(alice, names.once), KERN_SUCCESS);
}

TEST(who_receives_on_the_notify_port_now_is_told)
{
	mach_port_name_t here;

	EXPECT(compat(names.send), KERN_SUCCESS);
	here = world_give(alice, notify, MOVE_RECEIVE, carol);
	world_drop_receive(bob, names.service);
	world_expect_notice(carol, here, DELETED, names.send);
}

TEST(the_message_carries_a_new_name)
{
	EXPECT(compat(names.send), KERN_SUCCESS);
	EXPECT(ipc_mach_port_rename(alice, names.send, 0x7703), KERN_SUCCESS);
	world_drop_receive(bob, names.service);
	assert_false(world_has(alice, 0x7703));
	world_expect_notice(alice, notify, DELETED, 0x7703);
}

TEST(an_accepted_message_then_carries_no_name)
{
	struct message message;

	EXPECT(compat(names.send), KERN_SUCCESS);
	world_set_qlimit(bob, names.service, 1);
	EXPECT(world_send_empty(alice, names.send), MACH_MSG_SUCCESS);
	message_init(&message, names.send, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send(world_thread(alice), &message, MACH_SEND_NOTIFY,
	           names.receive),
	    MACH_SEND_WILL_NOTIFY);
	world_drop_receive(bob, names.service);
	world_expect_notice(alice, notify, DELETED, names.send);
	assert_false(world_has(alice, names.send));
}

TEST(the_death_of_the_task_itself_is_quiet)
{
	EXPECT(compat(names.send), KERN_SUCCESS);
	EXPECT(compat(names.once), KERN_SUCCESS);
	world_kill(&alice);
	world_expect_id(bob, names.service, MACH_NOTIFY_SEND_ONCE);
	world_expect_empty(bob, names.service);
}

TEST(the_death_of_the_other_task_takes_the_name)
{
	EXPECT(compat(names.send), KERN_SUCCESS);
	world_kill(&bob);
	assert_false(world_has(alice, names.send));
	world_expect_notice(alice, notify, DELETED, names.send);
}

/* The receive right that is not wanted dies behind the send right. */
TEST(a_name_can_be_gone_before_its_message_is_there)
{
	mach_port_name_t inbox = world_port(alice);
	mach_port_name_t to_alice = world_give(alice, inbox, MAKE_SEND, bob);
	struct message message;
	struct got got;

	EXPECT(compat(names.send), KERN_SUCCESS);
	message_init(&message, to_alice, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, names.service, MAKE_SEND);
	message_add_guarded(&message, names.service, 0,
	    MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND |
	        MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
	EXPECT(world_send(bob, &message), MACH_MSG_SUCCESS);
	got = world_receive(alice, inbox);
	assert_int_equal(got.code, MACH_MSG_SUCCESS);
	assert_int_equal(got_port(&got, 0).name, names.send);
	assert_false(world_has(alice, names.send));
	world_expect_notice(alice, notify, DELETED, names.send);
}

static void
refuse(struct ipc_kobject *object, struct ipc_kmsg *request)
{
	(void)object;
	ipc_kobject_reply_error(request, KERN_FAILURE);
}

TEST(an_object_of_the_kernel_is_no_notify_port)
{
	struct ipc_kobject object;

	assert_true(ipc_kobject_init(&object, IPC_KOBJECT_HOST, refuse));
	EXPECT(
	    ipc_mach_port_compat(alice, names.send, object.port), KERN_SUCCESS);
	world_drop_receive(bob, names.service);
	assert_false(world_has(alice, names.send));
	ipc_kobject_deinit(&object);
}

TEST(a_notify_port_that_is_dead_already_is_none)
{
	struct ipc_slot slot; /* as the kernel keeps it */
	struct ipc_port *right;

	ipc_slot_init(&slot);
	assert_int_equal(
	    ipc_right_copyin(alice, notify, MAKE_SEND, &right), KERN_SUCCESS);
	ipc_slot_set(&slot, right);
	world_drop_receive(alice, notify);
	EXPECT(
	    ipc_mach_port_compat(alice, names.send, slot.port), KERN_SUCCESS);
	ipc_slot_deinit(&slot);
	world_drop_receive(bob, names.service);
	assert_false(world_has(alice, names.send));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE_AFTER(setup,
	        the_name_goes_with_all_its_references_when_its_port_dies),
	    CASE_AFTER(setup, a_send_once_right_goes_too),
	    CASE_AFTER(setup, the_name_is_charged_no_longer),
	    CASE_AFTER(setup, a_name_that_is_dead_already_goes_at_once),
	    CASE_AFTER(setup, nothing_is_done_for_other_rights),
	    CASE_AFTER(setup, it_is_not_seen),
	    CASE_AFTER(setup, who_has_the_port_does_not_count_it),
	    CASE_AFTER(setup, twice_is_as_once),
	    CASE_AFTER(
	        setup, a_name_that_the_task_deallocates_goes_without_a_word),
	    CASE_AFTER(
	        setup, a_name_that_the_task_destroys_goes_without_a_word),
	    CASE_AFTER(
	        setup, a_name_that_the_task_moves_away_goes_without_a_word),
	    CASE_AFTER(setup,
	        a_name_that_gets_the_receive_right_and_loses_it_stays_one),
	    CASE_AFTER(setup,
	        a_name_with_both_rights_that_is_destroyed_goes_without_a_word),
	    CASE_AFTER(setup, a_request_that_was_made_is_left_alone),
	    CASE_AFTER(setup, a_request_takes_its_place_and_returns_nothing),
	    CASE_AFTER(setup, a_request_that_fires_at_once_ends_it),
	    CASE_AFTER(setup, a_cancel_does_not_find_it),
	    CASE_AFTER(setup, a_full_queue_does_not_arm_it),
	    CASE_AFTER(setup, the_name_goes_although_its_notify_port_has_died),
	    CASE_AFTER(setup, the_name_goes_although_there_was_no_notify_port),
	    CASE_AFTER(setup, a_name_without_a_notify_port_is_given_up_as_any),
	    CASE_AFTER(setup, who_receives_on_the_notify_port_now_is_told),
	    CASE_AFTER(setup, the_message_carries_a_new_name),
	    CASE_AFTER(setup, an_accepted_message_then_carries_no_name),
	    CASE_AFTER(setup, a_name_can_be_gone_before_its_message_is_there),
	    CASE_AFTER(setup, the_death_of_the_task_itself_is_quiet),
	    CASE_AFTER(setup, the_death_of_the_other_task_takes_the_name),
	    CASE_AFTER(setup, an_object_of_the_kernel_is_no_notify_port),
	    CASE_AFTER(setup, a_notify_port_that_is_dead_already_is_none),
	};

	return RUN("ipc_compat", tests);
}
