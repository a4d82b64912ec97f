/* What a receive right tells of itself, by ports.md 10.13, 10.24 and 10.25. */
#include <string.h>

#include "names.h"

/* 10.13: set_mscount. */

static kern_return_t
call_set_mscount(mach_port_name_t name)
{
	return ipc_mach_port_set_mscount(alice, name, 17);
}

TEST(set_mscount_sets_the_count_of_a_receive_right)
{
	names_expect_receive_only(call_set_mscount);
	assert_int_equal(world_status(alice, names.receive).mps_mscount, 17);
	world_make_send(alice, names.receive);
	assert_int_equal(world_status(alice, names.receive).mps_mscount, 18);
}

/* 10.14: set_seqno. */

static kern_return_t
call_set_seqno(mach_port_name_t name)
{
	return ipc_mach_port_set_seqno(alice, name, 100);
}

TEST(set_seqno_numbers_what_leaves_the_queue_next)
{
	mach_port_status_t status;

	names_expect_receive_only(call_set_seqno);
	EXPECT(world_send_empty(alice, names.both), MACH_MSG_SUCCESS);
	assert_int_equal(
	    world_receive(alice, names.both).trailer.msgh_seqno, 100);
	status = world_status(alice, names.both);
	assert_int_equal(status.mps_seqno, 101);
}

/* 10.24 and 10.25: attributes. */

static kern_return_t
get(mach_port_name_t name, mach_port_flavor_t flavor,
    mach_msg_type_number_t *count)
{
	uint32_t info[MACH_PORT_INFO_EXT_COUNT + 8];

	return ipc_mach_port_get_attributes(alice, name, flavor, info, count);
}

static kern_return_t
call_get_status(mach_port_name_t name)
{
	mach_msg_type_number_t count = 17;

	return get(name, MACH_PORT_RECEIVE_STATUS, &count);
}

static kern_return_t
call_get_ext(mach_port_name_t name)
{
	mach_msg_type_number_t count = 17;

	return get(name, MACH_PORT_INFO_EXT, &count);
}

TEST(receive_status_and_info_ext_are_of_receive_rights)
{
	names_expect_receive_only(call_get_status);
	names_expect_receive_only(call_get_ext);
}

TEST(the_count_is_checked_and_set_for_each_flavor)
{
	static const struct {
		mach_port_flavor_t flavor;
		mach_msg_type_number_t count;
	} rows[] = {
	    {MACH_PORT_LIMITS_INFO, 1},
	    {MACH_PORT_RECEIVE_STATUS, 10},
	    {MACH_PORT_DNREQUESTS_SIZE, 1},
	    {MACH_PORT_INFO_EXT, 17},
	};
	mach_msg_type_number_t count;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		count = rows[i].count - 1;
		EXPECT(
		    get(names.receive, rows[i].flavor, &count), KERN_FAILURE);
		/* Before the name, too. */
		EXPECT(get(names.absent, rows[i].flavor, &count), KERN_FAILURE);
		count = rows[i].count + 5;
		EXPECT(
		    get(names.receive, rows[i].flavor, &count), KERN_SUCCESS);
		assert_int_equal(count, rows[i].count);
	}
}

TEST(flavors_that_cannot_be_got_are_invalid_before_all_else)
{
	static const mach_port_flavor_t flavors[] = {0, 4, 5, 6, 8, 10, 99, -1};
	mach_msg_type_number_t count = 0;

	for (size_t i = 0; i < sizeof(flavors) / sizeof(flavors[0]); i++)
		EXPECT(get(names.absent, flavors[i], &count),
		    KERN_INVALID_ARGUMENT);
}

TEST(limits_of_null_or_dead_are_empty)
{
	mach_msg_type_number_t count = 1;

	EXPECT(
	    get(MACH_PORT_NULL, MACH_PORT_LIMITS_INFO, &count), KERN_SUCCESS);
	assert_int_equal(count, 0);
	count = 1;
	EXPECT(
	    get(MACH_PORT_DEAD, MACH_PORT_LIMITS_INFO, &count), KERN_SUCCESS);
	assert_int_equal(count, 0);
	count = 1;
	EXPECT(get(names.absent, MACH_PORT_LIMITS_INFO, &count),
	    KERN_INVALID_NAME);
	EXPECT(
	    get(names.send, MACH_PORT_LIMITS_INFO, &count), KERN_INVALID_RIGHT);
	EXPECT(
	    get(names.dead, MACH_PORT_LIMITS_INFO, &count), KERN_INVALID_NAME);
}

TEST(dnrequests_size_of_null_or_dead_is_zero)
{
	mach_msg_type_number_t count = 1;
	uint32_t info = 99;

	EXPECT(ipc_mach_port_get_attributes(alice, MACH_PORT_NULL,
	           MACH_PORT_DNREQUESTS_SIZE, &info, &count),
	    KERN_SUCCESS);
	assert_int_equal(info, 0);
	info = 99;
	EXPECT(ipc_mach_port_get_attributes(alice, MACH_PORT_DEAD,
	           MACH_PORT_DNREQUESTS_SIZE, &info, &count),
	    KERN_SUCCESS);
	assert_int_equal(info, 0);
	EXPECT(ipc_mach_port_get_attributes(alice, names.receive,
	           MACH_PORT_DNREQUESTS_SIZE, &info, &count),
	    KERN_SUCCESS);
	assert_int_equal(info, 0);
}

TEST(dnrequests_size_grows_with_requests)
{
	mach_port_name_t notify = world_port(alice);
	mach_msg_type_number_t count = 1;
	uint32_t info = 0;

	(void)world_request(
	    alice, names.both, MACH_NOTIFY_DEAD_NAME, 0, notify);
	EXPECT(ipc_mach_port_get_attributes(
	           alice, names.both, MACH_PORT_DNREQUESTS_SIZE, &info, &count),
	    KERN_SUCCESS);
	assert_true(info >= 1);
}

TEST(no_port_is_a_service_port)
{
	mach_msg_type_number_t count = 1;
	uint32_t info = 1;

	EXPECT(get(names.receive, MACH_PORT_SERVICE_THROTTLED, &count),
	    KERN_INVALID_CAPABILITY);
	EXPECT(ipc_mach_port_set_attributes(
	           alice, names.receive, MACH_PORT_SERVICE_THROTTLED, &info, 1),
	    KERN_INVALID_CAPABILITY);
	EXPECT(get(MACH_PORT_NULL, MACH_PORT_SERVICE_THROTTLED, &count),
	    KERN_INVALID_RIGHT);
}

TEST(the_status_tells_what_the_port_has)
{
	mach_port_name_t notify = world_port(alice);
	mach_port_status_t status;

	(void)world_request(
	    alice, names.both, MACH_NOTIFY_NO_SENDERS, 0, notify);
	(void)world_request(
	    alice, names.both, MACH_NOTIFY_PORT_DESTROYED, 0, notify);
	EXPECT(ipc_mach_port_insert_member(alice, names.both, names.set), 0);
	world_set_qlimit(alice, names.both, 16);
	EXPECT(world_send_empty(alice, names.both), MACH_MSG_SUCCESS);
	EXPECT(world_send_empty(alice, names.both), MACH_MSG_SUCCESS);
	world_expect_id(alice, names.both, 0);
	status = world_status(alice, names.both);
	assert_int_equal(status.mps_pset, 1);
	assert_int_equal(status.mps_seqno, 1);
	assert_int_equal(status.mps_mscount, 1);
	assert_int_equal(status.mps_qlimit, 16);
	assert_int_equal(status.mps_msgcount, 1);
	assert_int_equal(status.mps_sorights, 0);
	assert_int_equal(status.mps_srights, 1);
	assert_int_equal(status.mps_pdrequest, 1);
	assert_int_equal(status.mps_nsrequest, 1);
	assert_int_equal(status.mps_flags, 0);
	/* Notification requests are send-once rights for the notify port. */
	assert_int_equal(world_status(alice, notify).mps_sorights, 2);
}

TEST(info_ext_is_the_status_and_zeroes)
{
	mach_msg_type_number_t count = MACH_PORT_INFO_EXT_COUNT;
	mach_port_status_t status = world_status(alice, names.both);
	mach_port_info_ext_t ext;
	uint32_t info[MACH_PORT_INFO_EXT_COUNT];

	memset(info, 0xff, sizeof(info));
	EXPECT(ipc_mach_port_get_attributes(
	           alice, names.both, MACH_PORT_INFO_EXT, info, &count),
	    KERN_SUCCESS);
	memcpy(&ext, info, sizeof(ext));
	assert_memory_equal(&ext.mpie_status, &status, sizeof(status));
	assert_int_equal(ext.mpie_status.mps_mscount, 1);
	assert_int_equal(ext.mpie_boost_cnt, 0);
	for (int i = 0; i < 6; i++)
		assert_int_equal(ext.reserved[i], 0);
}

static kern_return_t
set_limit(mach_port_name_t name, uint32_t limit)
{
	return ipc_mach_port_set_attributes(alice, name, MACH_PORT_LIMITS_INFO,
	    &limit, MACH_PORT_LIMITS_INFO_COUNT);
}

static kern_return_t
call_set_limit(mach_port_name_t name)
{
	return set_limit(name, MACH_PORT_QLIMIT_MAX);
}

TEST(a_limit_is_set_on_receive_rights_up_to_1024)
{
	uint32_t limit = 0;
	mach_msg_type_number_t count = 1;

	names_expect_receive_only(call_set_limit);
	EXPECT(set_limit(names.receive, 1025), KERN_INVALID_VALUE);
	EXPECT(set_limit(names.absent, 1025), KERN_INVALID_VALUE);
	EXPECT(set_limit(names.receive, UINT32_MAX), KERN_INVALID_VALUE);
	EXPECT(set_limit(names.receive, 1024), KERN_SUCCESS);
	EXPECT(ipc_mach_port_get_attributes(
	           alice, names.receive, MACH_PORT_LIMITS_INFO, &limit, &count),
	    KERN_SUCCESS);
	assert_int_equal(limit, 1024);
	EXPECT(set_limit(names.receive, 0), KERN_SUCCESS);
	assert_int_equal(world_status(alice, names.receive).mps_qlimit, 0);
}

TEST(setting_with_too_few_words_fails)
{
	uint32_t info[17] = {0};

	EXPECT(ipc_mach_port_set_attributes(
	           alice, names.receive, MACH_PORT_LIMITS_INFO, info, 0),
	    KERN_FAILURE);
	EXPECT(ipc_mach_port_set_attributes(
	           alice, names.receive, MACH_PORT_DNREQUESTS_SIZE, info, 0),
	    KERN_FAILURE);
}

TEST(flavors_that_cannot_be_set_are_invalid)
{
	static const mach_port_flavor_t flavors[] = {2, 7, 8, 0, 10, 99, -1};
	uint32_t info[17] = {0};

	for (size_t i = 0; i < sizeof(flavors) / sizeof(flavors[0]); i++)
		EXPECT(ipc_mach_port_set_attributes(
		           alice, names.receive, flavors[i], info, 17),
		    KERN_INVALID_ARGUMENT);
}

TEST(flavors_without_behaviour_are_accepted)
{
	static const mach_port_flavor_t flavors[] = {MACH_PORT_DNREQUESTS_SIZE,
	    MACH_PORT_TEMPOWNER, MACH_PORT_IMPORTANCE_RECEIVER,
	    MACH_PORT_DENAP_RECEIVER};
	uint32_t info[1] = {0};

	for (size_t i = 0; i < 4; i++)
		EXPECT(ipc_mach_port_set_attributes(
		           alice, names.receive, flavors[i], info, 1),
		    KERN_SUCCESS);
}

static void
accept_flavor(mach_port_flavor_t flavor)
{
	uint32_t info[1] = {0};

	EXPECT(
	    ipc_mach_port_set_attributes(alice, names.receive, flavor, info, 1),
	    KERN_SUCCESS);
}

TEST(the_status_tells_a_temporary_owner_of_an_importance_receiver_only)
{
	accept_flavor(MACH_PORT_DENAP_RECEIVER);
	accept_flavor(MACH_PORT_TEMPOWNER);
	assert_int_equal(world_status(alice, names.receive).mps_flags, 0);
	accept_flavor(MACH_PORT_IMPORTANCE_RECEIVER);
	assert_int_equal(world_status(alice, names.receive).mps_flags,
	    MACH_PORT_STATUS_FLAG_TEMPOWNER |
	        MACH_PORT_STATUS_FLAG_IMP_DONATION);
}

#define HERE(test) CASE_AFTER(names_setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(set_mscount_sets_the_count_of_a_receive_right),
	    HERE(set_seqno_numbers_what_leaves_the_queue_next),
	    HERE(receive_status_and_info_ext_are_of_receive_rights),
	    HERE(the_count_is_checked_and_set_for_each_flavor),
	    HERE(flavors_that_cannot_be_got_are_invalid_before_all_else),
	    HERE(limits_of_null_or_dead_are_empty),
	    HERE(dnrequests_size_of_null_or_dead_is_zero),
	    HERE(dnrequests_size_grows_with_requests),
	    HERE(no_port_is_a_service_port),
	    HERE(the_status_tells_what_the_port_has),
	    HERE(info_ext_is_the_status_and_zeroes),
	    HERE(a_limit_is_set_on_receive_rights_up_to_1024),
	    HERE(setting_with_too_few_words_fails),
	    HERE(flavors_that_cannot_be_set_are_invalid),
	    HERE(flavors_without_behaviour_are_accepted),
	    HERE(
	        the_status_tells_a_temporary_owner_of_an_importance_receiver_only),
	};

	return RUN("ipc_mach_port_attributes", tests);
}
