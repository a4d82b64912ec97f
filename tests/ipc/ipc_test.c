/* The world: what it gives out. */
#include "world.h"

TEST(an_id_is_never_zero)
{
	ipc_world.last_id = UINT32_MAX - 1;
	assert_int_equal(ipc_new_id(), UINT32_MAX);
	assert_int_equal(ipc_new_id(), 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(an_id_is_never_zero),
	};

	return RUN("ipc", tests);
}
