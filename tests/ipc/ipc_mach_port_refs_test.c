/* Counts of user references, by the tables of ports.md 10.10 and 10.11. */
#include "names.h"

/* 10.10: get_refs. */

TEST(get_refs_of_every_kind_and_every_right)
{
	const struct {
		mach_port_name_t name;
		mach_port_urefs_t refs[6];
	} rows[] = {
	    {names.send, {1, 0, 0, 0, 0, 0}},
	    {names.receive, {0, 1, 0, 0, 0, 0}},
	    {names.both, {1, 1, 0, 0, 0, 0}},
	    {names.once, {0, 0, 1, 0, 0, 0}},
	    {names.set, {0, 0, 0, 1, 0, 0}},
	    {names.dead, {0, 0, 0, 0, 1, 0}},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (mach_port_right_t right = 0; right < 6; right++)
			assert_int_equal(world_refs(alice, rows[i].name, right),
			    rows[i].refs[right]);
}

TEST(get_refs_of_what_is_no_name)
{
	static const mach_port_name_t constants[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD};
	mach_port_urefs_t refs;

	for (int i = 0; i < 2; i++)
		for (mach_port_right_t right = 0; right < 6; right++) {
			bool send = right == SEND || right == SEND_ONCE;

			refs = 77;
			EXPECT(ipc_mach_port_get_refs(
			           alice, constants[i], right, &refs),
			    send ? KERN_SUCCESS : KERN_INVALID_NAME);
			assert_int_equal(refs, send ? 1 : 77);
		}
	EXPECT(ipc_mach_port_get_refs(alice, names.absent, SEND, &refs),
	    KERN_INVALID_NAME);
	EXPECT(ipc_mach_port_get_refs(alice, names.absent, 6, &refs),
	    KERN_INVALID_VALUE);
	EXPECT(ipc_mach_port_get_refs(alice, MACH_PORT_NULL, ~0u, &refs),
	    KERN_INVALID_VALUE);
}

/* 10.11: mod_refs. */

TEST(mod_refs_of_every_kind_and_every_right_it_lacks)
{
	const struct {
		mach_port_name_t name;
		unsigned rights; /* that it has */
	} rows[] = {
	    {names.send, 1u << SEND},
	    {names.receive, 1u << RECEIVE},
	    {names.both, 1u << SEND | 1u << RECEIVE},
	    {names.once, 1u << SEND_ONCE},
	    {names.set, 1u << PORT_SET},
	    {names.dead, 1u << DEAD_NAME},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (mach_port_right_t right = 0; right < 6; right++) {
			bool has = (rows[i].rights & 1u << right) != 0;

			for (mach_port_delta_t delta = -2; delta <= 2; delta++)
				if (!has)
					EXPECT(ipc_mach_port_mod_refs(alice,
					           rows[i].name, right, delta),
					    KERN_INVALID_RIGHT);
			EXPECT(ipc_mach_port_mod_refs(
			           alice, rows[i].name, right, 0),
			    has ? KERN_SUCCESS : KERN_INVALID_RIGHT);
		}
}

TEST(mod_refs_of_what_is_no_name)
{
	static const mach_port_name_t constants[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD};

	for (int i = 0; i < 2; i++)
		for (mach_port_right_t right = 0; right < 6; right++)
			EXPECT(ipc_mach_port_mod_refs(
			           alice, constants[i], right, -1),
			    right == SEND || right == SEND_ONCE
			        ? KERN_SUCCESS
			        : KERN_INVALID_NAME);
	EXPECT(ipc_mach_port_mod_refs(alice, names.absent, SEND, 0),
	    KERN_INVALID_NAME);
	EXPECT(ipc_mach_port_mod_refs(alice, names.absent, 6, 0),
	    KERN_INVALID_VALUE);
	EXPECT(ipc_mach_port_mod_refs(alice, names.send, ~0u, 0),
	    KERN_INVALID_VALUE);
}

/* Send rights and dead names count alike. */
static void
check_counting(mach_port_name_t name, mach_port_right_t right)
{
	const struct {
		mach_port_delta_t delta;
		kern_return_t code;
		mach_port_urefs_t refs;
	} rows[] = {
	    {65536, KERN_INVALID_VALUE, 1},
	    {-65536, KERN_INVALID_VALUE, 1},
	    {INT32_MAX, KERN_INVALID_VALUE, 1},
	    {INT32_MIN, KERN_INVALID_VALUE, 1},
	    {-2, KERN_INVALID_VALUE, 1},
	    {9, KERN_SUCCESS, 10},
	    {-5, KERN_SUCCESS, 5},
	    {-6, KERN_INVALID_VALUE, 5},
	    {65535, KERN_SUCCESS, 65535},
	    {-1, KERN_SUCCESS, 65535},
	    {-65534, KERN_SUCCESS, 65535},
	    {65536, KERN_INVALID_VALUE, 65535},
	    {INT32_MIN, KERN_INVALID_VALUE, 65535},
	    {0, KERN_SUCCESS, 65535},
	    {65535, KERN_SUCCESS, 65535},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EXPECT(
		    ipc_mach_port_mod_refs(alice, name, right, rows[i].delta),
		    rows[i].code);
		assert_int_equal(world_refs(alice, name, right), rows[i].refs);
	}
	EXPECT(ipc_mach_port_mod_refs(alice, name, right, -65535), 0);
}

TEST(mod_refs_counts_send_rights)
{
	check_counting(names.send, SEND);
	assert_false(world_has(alice, names.send));
	check_counting(names.both, SEND);
	assert_int_equal(world_type(alice, names.both), MACH_PORT_TYPE_RECEIVE);
}

TEST(mod_refs_counts_dead_names)
{
	check_counting(names.dead, DEAD_NAME);
	assert_false(world_has(alice, names.dead));
}

TEST(mod_refs_of_rights_that_are_not_counted)
{
	const struct {
		mach_port_name_t name;
		mach_port_right_t right;
	} rows[] = {{names.receive, RECEIVE}, {names.both, RECEIVE},
	    {names.once, SEND_ONCE}, {names.set, PORT_SET}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EXPECT(ipc_mach_port_mod_refs(
		           alice, rows[i].name, rows[i].right, 1),
		    KERN_INVALID_VALUE);
		EXPECT(ipc_mach_port_mod_refs(
		           alice, rows[i].name, rows[i].right, -2),
		    KERN_INVALID_VALUE);
		EXPECT(ipc_mach_port_mod_refs(
		           alice, rows[i].name, rows[i].right, -1),
		    KERN_SUCCESS);
	}
	assert_int_equal(
	    world_type(alice, names.both), MACH_PORT_TYPE_DEAD_NAME);
	world_expect_notice(bob, names.service, MACH_NOTIFY_SEND_ONCE, 0);
}

TEST(rights_whose_port_died_count_as_dead_names)
{
	world_drop_receive(bob, names.service);
	EXPECT(ipc_mach_port_mod_refs(alice, names.send, SEND, 1),
	    KERN_INVALID_RIGHT);
	EXPECT(ipc_mach_port_mod_refs(alice, names.send, DEAD_NAME, 1),
	    KERN_SUCCESS);
	EXPECT(ipc_mach_port_mod_refs(alice, names.once, SEND_ONCE, -1),
	    KERN_INVALID_RIGHT);
	EXPECT(ipc_mach_port_mod_refs(alice, names.once, DEAD_NAME, -1),
	    KERN_SUCCESS);
}

#define HERE(test) CASE_AFTER(names_setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(get_refs_of_every_kind_and_every_right),
	    HERE(get_refs_of_what_is_no_name),
	    HERE(mod_refs_of_every_kind_and_every_right_it_lacks),
	    HERE(mod_refs_of_what_is_no_name),
	    HERE(mod_refs_counts_send_rights),
	    HERE(mod_refs_counts_dead_names),
	    HERE(mod_refs_of_rights_that_are_not_counted),
	    HERE(rights_whose_port_died_count_as_dead_names),
	};

	return RUN("ipc_mach_port_refs", tests);
}
