/* Inserting and extracting rights, by ports.md 10.22 and 10.23. */
#include "names.h"

/* 10.22: insert_right under the name of the right itself. */

TEST(insert_right_of_ones_own_name_by_every_kind)
{
	const struct {
		mach_port_name_t name;
		kern_return_t make;
		kern_return_t copy;
	} rows[] = {
	    {MACH_PORT_NULL, KERN_INVALID_NAME, KERN_INVALID_NAME},
	    {MACH_PORT_DEAD, KERN_INVALID_NAME, KERN_INVALID_NAME},
	    {names.absent, KERN_INVALID_NAME, KERN_INVALID_NAME},
	    {names.dead, KERN_INVALID_CAPABILITY, KERN_INVALID_CAPABILITY},
	    {names.set, KERN_INVALID_RIGHT, KERN_INVALID_RIGHT},
	    {names.send, KERN_INVALID_RIGHT, KERN_SUCCESS},
	    {names.receive, KERN_SUCCESS, KERN_SUCCESS},
	    {names.both, KERN_SUCCESS, KERN_SUCCESS},
	    {names.once, KERN_INVALID_RIGHT, KERN_INVALID_RIGHT},
	};

	EXPECT(ipc_mach_port_insert_right(
	           alice, names.receive, alice, names.receive, COPY_SEND),
	    KERN_INVALID_RIGHT);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		mach_port_name_t name = rows[i].name;

		EXPECT(ipc_mach_port_insert_right(
		           alice, name, alice, name, MAKE_SEND),
		    rows[i].make);
		EXPECT(ipc_mach_port_insert_right(
		           alice, name, alice, name, COPY_SEND),
		    rows[i].copy);
	}
	assert_int_equal(world_refs(alice, names.send, SEND), 2);
	assert_int_equal(world_refs(alice, names.receive, SEND), 2);
	assert_int_equal(world_refs(alice, names.both, SEND), 3);
	assert_int_equal(world_status(alice, names.both).mps_mscount, 2);
}

TEST(scenario_1_two_made_send_rights_of_one_name)
{
	mach_port_name_t port = world_port(alice);
	mach_port_status_t status;

	world_make_send(alice, port);
	world_make_send(alice, port);
	status = world_status(alice, port);
	assert_int_equal(world_type(alice, port), MACH_PORT_TYPE_SEND_RECEIVE);
	assert_int_equal(world_refs(alice, port, SEND), 2);
	assert_int_equal(status.mps_mscount, 2);
	assert_true(status.mps_srights);
	assert_int_equal(world_srights(alice, port), 1);
}

TEST(insert_right_chooses_the_name_in_the_other_task)
{
	EXPECT(ipc_mach_port_insert_right(
	           carol, 0x4403, alice, names.receive, MAKE_SEND),
	    KERN_SUCCESS);
	assert_int_equal(world_type(carol, 0x4403), MACH_PORT_TYPE_SEND);
	assert_int_equal(world_refs(carol, 0x4403, SEND), 1);
}

TEST(insert_right_refuses_names_that_cannot_be)
{
	const struct {
		mach_port_name_t name;
		kern_return_t code;
	} rows[] = {
	    {MACH_PORT_NULL, KERN_INVALID_VALUE},
	    {MACH_PORT_DEAD, KERN_INVALID_VALUE},
	    {0x4401, KERN_INVALID_VALUE},
	    {0x7b, KERN_FAILURE},
	    {0x81000003, KERN_NO_SPACE},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EXPECT(ipc_mach_port_insert_right(carol, rows[i].name, alice,
		           names.receive, MAKE_SEND),
		    rows[i].code);
	/* The rights were made, and are gone; that they were made counts. */
	assert_int_equal(world_srights(alice, names.receive), 0);
	assert_int_equal(world_status(alice, names.receive).mps_mscount, 5);
}

TEST(insert_right_merges_under_the_same_name)
{
	mach_port_name_t carols =
	    world_give(bob, names.service, MAKE_SEND, carol);

	EXPECT(ipc_mach_port_insert_right(
	           carol, carols, alice, names.send, COPY_SEND),
	    KERN_SUCCESS);
	assert_int_equal(world_refs(carol, carols, SEND), 2);
	EXPECT(ipc_mach_port_insert_right(
	           carol, carols, bob, names.service, MOVE_RECEIVE),
	    KERN_SUCCESS);
	assert_int_equal(
	    world_type(carol, carols), MACH_PORT_TYPE_SEND_RECEIVE);
	assert_int_equal(world_refs(carol, carols, SEND), 2);
}

TEST(insert_right_of_a_send_once_right_never_merges)
{
	mach_port_name_t carols =
	    world_give(bob, names.service, MAKE_SEND, carol);

	EXPECT(ipc_mach_port_insert_right(
	           carol, carols, alice, names.once, MOVE_SEND_ONCE),
	    KERN_NAME_EXISTS);
	assert_false(world_has(alice, names.once));
	world_expect_notice(bob, names.service, MACH_NOTIFY_SEND_ONCE, 0);
}

TEST(insert_right_under_a_name_of_something_else_exists)
{
	mach_port_name_t other = world_port(carol);

	EXPECT(ipc_mach_port_insert_right(
	           carol, other, alice, names.send, COPY_SEND),
	    KERN_NAME_EXISTS);
	EXPECT(ipc_mach_port_insert_right(
	           carol, world_set(carol), alice, names.send, COPY_SEND),
	    KERN_NAME_EXISTS);
	assert_int_equal(world_refs(alice, names.send, SEND), 1);
}

TEST(scenario_7_a_right_that_exists_under_another_name)
{
	EXPECT(ipc_mach_port_mod_refs(alice, names.send, SEND, 2), 0);
	EXPECT(ipc_mach_port_insert_right(
	           alice, 0x5503, alice, names.send, COPY_SEND),
	    KERN_RIGHT_EXISTS);
	assert_int_equal(world_refs(alice, names.send, SEND), 3);
	EXPECT(ipc_mach_port_insert_right(
	           alice, 0x5503, alice, names.send, MOVE_SEND),
	    KERN_RIGHT_EXISTS);
	assert_int_equal(world_refs(alice, names.send, SEND), 2);
}

TEST(insert_right_destroys_a_receive_right_that_does_not_fit)
{
	EXPECT(ipc_mach_port_insert_right(
	           carol, MACH_PORT_NULL, alice, names.receive, MOVE_RECEIVE),
	    KERN_INVALID_VALUE);
	assert_false(world_has(alice, names.receive));
}

TEST(insert_right_at_the_limit_of_names)
{
	carol->account->limits.names = 0;
	EXPECT(ipc_mach_port_insert_right(
	           carol, 0x4403, alice, names.receive, MAKE_SEND),
	    KERN_NO_SPACE);
	assert_int_equal(world_srights(alice, names.receive), 0);
}

/* 10.23: extract_right. */

TEST(extract_right_of_a_dead_name_takes_a_reference_if_it_moves)
{
	assert_int_equal(
	    world_give(alice, names.dead, COPY_SEND, carol), MACH_PORT_DEAD);
	assert_int_equal(world_refs(alice, names.dead, DEAD_NAME), 1);
	assert_int_equal(world_give(alice, names.dead, MOVE_SEND_ONCE, carol),
	    MACH_PORT_DEAD);
	assert_false(world_has(alice, names.dead));
	assert_int_equal(carol->used, 0);
}

TEST(extract_right_from_oneself_adds_a_reference)
{
	assert_int_equal(
	    world_give(alice, names.send, COPY_SEND, alice), names.send);
	assert_int_equal(world_refs(alice, names.send, SEND), 2);
	assert_int_equal(world_srights(bob, names.service), 1);
}

TEST(extract_right_without_room_for_the_name_is_told)
{
	mach_port_name_t right = 0x99;
	mach_msg_type_name_t type;

	carol->account->limits.names = 0;
	EXPECT(ipc_mach_port_extract_right(
	           alice, names.receive, MAKE_SEND, carol, &right, &type),
	    KERN_NO_SPACE);
	assert_int_equal(world_srights(alice, names.receive), 0);
}

TEST(insert_right_of_nothing_in_the_other_task)
{
	static const mach_port_name_t nothing[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD};

	for (int i = 0; i < 2; i++) {
		EXPECT(ipc_mach_port_insert_right(
		           carol, 0x4403, alice, nothing[i], COPY_SEND),
		    KERN_INVALID_CAPABILITY);
		for (int j = 0; j < 2; j++)
			EXPECT(ipc_mach_port_insert_right(carol, nothing[j],
			           alice, nothing[i], COPY_SEND),
			    KERN_INVALID_VALUE);
	}
}

TEST(insert_right_that_moves_to_its_own_name)
{
	EXPECT(ipc_mach_port_insert_right(
	           alice, names.send, alice, names.send, MOVE_SEND),
	    KERN_SUCCESS);
	assert_int_equal(world_refs(alice, names.send, SEND), 1);
}

#define HERE(test) CASE_AFTER(names_setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(insert_right_of_ones_own_name_by_every_kind),
	    HERE(scenario_1_two_made_send_rights_of_one_name),
	    HERE(insert_right_chooses_the_name_in_the_other_task),
	    HERE(insert_right_refuses_names_that_cannot_be),
	    HERE(insert_right_merges_under_the_same_name),
	    HERE(insert_right_of_a_send_once_right_never_merges),
	    HERE(insert_right_under_a_name_of_something_else_exists),
	    HERE(scenario_7_a_right_that_exists_under_another_name),
	    HERE(insert_right_destroys_a_receive_right_that_does_not_fit),
	    HERE(insert_right_at_the_limit_of_names),
	    HERE(extract_right_of_a_dead_name_takes_a_reference_if_it_moves),
	    HERE(extract_right_from_oneself_adds_a_reference),
	    HERE(extract_right_without_room_for_the_name_is_told),
	    HERE(insert_right_of_nothing_in_the_other_task),
	    HERE(insert_right_that_moves_to_its_own_name),
	};

	return RUN("ipc_mach_port_right", tests);
}
