/* Ids of objects. */
#include "ipc_id.h"

#include "ipc_entry.h"
#include "ipc_port.h"
#include "ipc_pset.h"
#include "world.h"

static uint32_t
port_id(mach_port_name_t port)
{
	return world_lookup(alice, port)->id.number;
}

TEST(an_id_finds_its_object_and_no_other_kind)
{
	mach_port_name_t port = world_port(alice);
	struct ipc_pset *pset = ipc_space_find(alice, world_set(alice))->pset;

	assert_ptr_equal(ipc_id_port(port_id(port)), world_lookup(alice, port));
	assert_ptr_equal(ipc_id_pset(pset->id.number), pset);
	assert_ptr_equal(ipc_id_space(alice->id.number), alice);
	assert_null(ipc_id_port(pset->id.number));
	assert_null(ipc_id_pset(alice->id.number));
	assert_null(ipc_id_space(port_id(port)));
	assert_null(ipc_id_port(0));
}

TEST(the_id_of_an_object_that_is_gone_finds_nothing)
{
	mach_port_name_t port = world_port(alice);
	uint32_t id = port_id(port);

	world_drop_receive(alice, port);
	assert_null(ipc_id_port(id));
}

TEST(objects_that_share_a_place_are_all_found)
{
	uint32_t ids[3];

	for (unsigned i = 0; i < 3; i++) {
		ids[i] = port_id(world_port(alice));
		ipc_world.last_id = ids[i] + 8191;
	}
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(ipc_id_port(ids[i])->id.number, ids[i]);
}

TEST(an_id_is_never_zero)
{
	ipc_world.last_id = UINT32_MAX - 1;
	assert_int_equal(port_id(world_port(alice)), UINT32_MAX);
	assert_int_not_equal(port_id(world_port(alice)), 0);
}

TEST(an_id_in_use_is_not_given_again)
{
	uint32_t id = port_id(world_port(alice));

	ipc_world.last_id = id - 1;
	assert_int_not_equal(port_id(world_port(alice)), id);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(an_id_finds_its_object_and_no_other_kind),
	    CASE(the_id_of_an_object_that_is_gone_finds_nothing),
	    CASE(objects_that_share_a_place_are_all_found),
	    CASE(an_id_is_never_zero),
	    CASE(an_id_in_use_is_not_given_again),
	};

	return RUN("ipc_id", tests);
}
