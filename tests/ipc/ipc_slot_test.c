/* Slots: send rights that only the kernel has. */
#include "ipc_slot.h"

#include "ipc_port.h"
#include "ipc_right.h"
#include "world.h"

static mach_port_name_t port; /* alice's */

/* A slot with a send right for the port. */
static void
fill(struct ipc_slot *slot)
{
	struct ipc_port *right = IPC_PORT_NULL;

	ipc_slot_init(slot);
	port = world_port(alice);
	assert_int_equal(
	    ipc_right_copyin(alice, port, MAKE_SEND, &right), KERN_SUCCESS);
	ipc_slot_set(slot, right);
	ipc_check();
}

TEST(an_empty_slot_has_no_right)
{
	struct ipc_slot slot;

	ipc_slot_init(&slot);
	assert_ptr_equal(ipc_slot_copy(&slot), IPC_PORT_NULL);
	ipc_slot_deinit(&slot);
}

TEST(a_right_in_a_slot_counts_as_a_send_right)
{
	struct ipc_slot slot;

	fill(&slot);
	assert_int_equal(world_srights(alice, port), 1);
	ipc_slot_deinit(&slot);
	assert_int_equal(world_srights(alice, port), 0);
}

TEST(what_is_in_a_slot_can_be_given_out_again_and_again)
{
	struct ipc_slot slot;
	mach_port_name_t name;

	fill(&slot);
	for (mach_port_urefs_t i = 1; i <= 3; i++) {
		EXPECT(ipc_right_copyout(bob, ipc_slot_copy(&slot),
		           MACH_MSG_TYPE_PORT_SEND, &name),
		    KERN_SUCCESS);
		assert_int_equal(world_refs(bob, name, SEND), i);
	}
	assert_int_equal(world_srights(alice, port), 2);
	ipc_slot_deinit(&slot);
}

TEST(a_replaced_right_is_released)
{
	mach_port_name_t notify = world_port(alice);
	struct ipc_slot slot;

	fill(&slot);
	(void)world_request(alice, port, MACH_NOTIFY_NO_SENDERS, 0, notify);
	ipc_slot_set(&slot, IPC_PORT_NULL);
	ipc_check();
	world_expect_notice(alice, notify, MACH_NOTIFY_NO_SENDERS, 1);
	ipc_slot_deinit(&slot);
}

TEST(a_slot_whose_port_died_gives_dead)
{
	struct ipc_slot slot;
	struct ipc_port *copy;

	fill(&slot);
	world_drop_receive(alice, port);
	copy = ipc_slot_copy(&slot);
	assert_ptr_equal(copy, IPC_PORT_DEAD);
	ipc_slot_deinit(&slot);
	ipc_check();
}

TEST(a_slot_can_hold_dead)
{
	struct ipc_slot slot;

	ipc_slot_init(&slot);
	ipc_slot_set(&slot, IPC_PORT_DEAD);
	ipc_check();
	assert_ptr_equal(ipc_slot_copy(&slot), IPC_PORT_DEAD);
	ipc_slot_deinit(&slot);
}

TEST(only_a_port_that_has_died_is_buried)
{
	struct ipc_slot slot;

	ipc_slot_init(&slot);
	ipc_slot_bury(&slot);
	assert_ptr_equal(slot.port, IPC_PORT_NULL);
	ipc_slot_deinit(&slot);

	fill(&slot);
	ipc_slot_bury(&slot);
	assert_int_equal(world_srights(alice, port), 1);
	EXPECT(ipc_mach_port_mod_refs(alice, port, RECEIVE, -1), KERN_SUCCESS);
	ipc_slot_bury(&slot);
	assert_ptr_equal(slot.port, IPC_PORT_DEAD);
	ipc_slot_bury(&slot);
	assert_ptr_equal(slot.port, IPC_PORT_DEAD);
	ipc_slot_deinit(&slot);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(an_empty_slot_has_no_right),
	    CASE(a_right_in_a_slot_counts_as_a_send_right),
	    CASE(what_is_in_a_slot_can_be_given_out_again_and_again),
	    CASE(a_replaced_right_is_released),
	    CASE(a_slot_whose_port_died_gives_dead),
	    CASE(a_slot_can_hold_dead),
	    CASE(only_a_port_that_has_died_is_buried),
	};

	return RUN("ipc_slot", tests);
}
