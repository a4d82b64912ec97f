/* ports.md 10.27-10.32: making and destroying a port at once, and guards. */
#include "ports.h"

#define SELF mach_task_self()

/* 10.27: construct. */

/* The context is 0x1234. */
static mach_port_t
construct(uint32_t flags, mach_port_msgcount_t qlimit)
{
	mach_port_options_t options = {
	    .flags = flags,
	    .mpl.mpl_qlimit = qlimit,
	};
	mach_port_name_t name;

	EXPECT(
	    mach_port_construct(SELF, &options, 0x1234, &name), KERN_SUCCESS);
	return name;
}

static void
expect_not_constructed(uint32_t flags, kern_return_t code)
{
	mach_port_options_t options = {
	    .flags = flags,
	    .mpl.mpl_qlimit = 1025,
	};
	mach_port_name_t name = 77;

	EXPECT(mach_port_construct(SELF, &options, 0x1234, &name), code);
	CHECK_EQUAL(name, 77);
}

static void
construct_makes_a_port(void)
{
	mach_port_t port = construct(0, 77);

	CHECK_EQUAL(sizeof(mach_port_options_t), 24);
	CHECK_EQUAL(offsetof(mach_port_options_t, flags), 0);
	CHECK_EQUAL(offsetof(mach_port_options_t, mpl), 4);
	CHECK_EQUAL(offsetof(mach_port_options_t, reserved), 8);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(status_of(port).mps_qlimit, 5);
	CHECK_EQUAL(status_of(port).mps_flags, 0);
	CHECK_EQUAL(status_of(port).mps_mscount, 0);
	CHECK_EQUAL(context_of(port), 0x1234); /* simply stored */
	EXPECT(mach_port_guard(SELF, port, 1, 0), KERN_INVALID_ARGUMENT);
	destroy(port);
}

static void
construct_makes_guarded_ports(void)
{
	static const struct {
		uint32_t flags;
		natural_t status;
	} rows[] = {
	    {MPO_CONTEXT_AS_GUARD, 0x02},
	    {MPO_CONTEXT_AS_GUARD | MPO_STRICT, 0x06},
	    {MPO_CONTEXT_AS_GUARD | MPO_IMMOVABLE_RECEIVE, 0x42},
	    {MPO_CONTEXT_AS_GUARD | MPO_STRICT | MPO_IMMOVABLE_RECEIVE, 0x46},
	};

	for (unsigned i = 0; i < 4; i++) {
		mach_port_t port = construct(rows[i].flags, 0), right;
		bool strict = rows[i].flags & MPO_STRICT;
		mach_msg_type_name_t type;

		CHECK_EQUAL(status_of(port).mps_flags, rows[i].status);
		CHECK_EQUAL(context_of(port), strict ? 0 : 0x1234);
		EXPECT(mach_port_mod_refs(SELF, port, RECEIVE, -1),
		    KERN_INVALID_RIGHT);
		EXPECT(mach_port_set_context(SELF, port, 0x1234),
		    strict ? KERN_INVALID_ARGUMENT : KERN_SUCCESS);
		if (rows[i].flags & MPO_IMMOVABLE_RECEIVE)
			EXPECT(mach_port_extract_right(
			           SELF, port, MOVE_RECEIVE, &right, &type),
			    KERN_INVALID_CAPABILITY);
		EXPECT(mach_port_destruct(SELF, port, 0, 0x1234), KERN_SUCCESS);
	}
}

static void
without_a_guard_strict_and_immovable_are_ignored(void)
{
	mach_port_t port = construct(MPO_STRICT | MPO_IMMOVABLE_RECEIVE, 0);

	CHECK_EQUAL(status_of(port).mps_flags, 0);
	CHECK_EQUAL(context_of(port), 0x1234);
	set_context(port, 0);
	port = fetch_back(send_away(port));
	destroy(port);
}

static void
construct_sets_the_queue_limit(void)
{
	static const mach_port_msgcount_t limits[] = {0, 1, 16, 1024};

	for (unsigned i = 0; i < 4; i++) {
		mach_port_t port = construct(MPO_QLIMIT, limits[i]);

		CHECK_EQUAL(status_of(port).mps_qlimit, limits[i]);
		destroy(port);
	}
	expect_not_constructed(MPO_QLIMIT, KERN_INVALID_VALUE);
}

static void
construct_inserts_a_send_right(void)
{
	mach_port_t port = construct(MPO_INSERT_SEND_RIGHT, 0);

	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(refs_of(port, SEND), 1);
	CHECK_EQUAL(srights_of(port), 1);
	CHECK_EQUAL(status_of(port).mps_mscount, 1);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	expect_id(port, 1);
	destroy(port);
}

static void
flags_that_construct_accepts(void)
{
	static const uint32_t flags[] = {MPO_TEMPOWNER, MPO_IMPORTANCE_RECEIVER,
	    MPO_DENAP_RECEIVER, MPO_FILTER_MSG, MPO_REPLY_PORT,
	    MPO_ENFORCE_REPLY_PORT_SEMANTICS, MPO_PROVISIONAL_REPLY_PORT,
	    MPO_EXCEPTION_PORT};

	/* Ordinary ports: they are sent to by send rights, and move. */
	for (unsigned i = 0; i < 8; i++) {
		mach_port_t port = construct(flags[i], 0);

		make_send(port);
		EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
		expect_id(port, 1);
		CHECK_EQUAL(fetch_back(send_away(port)), port);
		destroy(port);
	}
}

static void
construct_is_refused(void)
{
	static const uint32_t special[] = {
	    MPO_SERVICE_PORT, MPO_CONNECTION_PORT, MPO_TG_BLOCK_TRACKING};
	static const uint32_t kinds[] = {MPO_REPLY_PORT,
	    MPO_ENFORCE_REPLY_PORT_SEMANTICS, MPO_EXCEPTION_PORT,
	    MPO_PROVISIONAL_REPLY_PORT};
	mach_port_options_t options = {.flags = MPO_CONNECTION_PORT};
	mach_port_name_t name = 77;

	for (unsigned i = 0; i < 3; i++)
		for (unsigned j = i + 1; j < 3; j++)
			expect_not_constructed(
			    special[i] | special[j], KERN_INVALID_ARGUMENT);
	for (unsigned i = 0; i < 4; i++)
		for (unsigned j = i + 1; j < 4; j++)
			expect_not_constructed(
			    kinds[i] | kinds[j], KERN_INVALID_ARGUMENT);
	expect_not_constructed(
	    kinds[0] | kinds[1] | MPO_QLIMIT, KERN_INVALID_ARGUMENT);
	expect_not_constructed(MPO_TG_BLOCK_TRACKING, KERN_DENIED);
	expect_not_constructed(MPO_SERVICE_PORT, KERN_DENIED);
	EXPECT(mach_port_construct(SELF, &options, 0, &name),
	    KERN_INVALID_ARGUMENT);
	options.service_port_name = 0x1003;
	EXPECT(mach_port_construct(SELF, &options, 0, &name), KERN_DENIED);
}

static void
the_flags_of_construct_have_their_values(void)
{
	CHECK_EQUAL(MPO_CONTEXT_AS_GUARD, 0x1);
	CHECK_EQUAL(MPO_QLIMIT, 0x2);
	CHECK_EQUAL(MPO_TEMPOWNER, 0x4);
	CHECK_EQUAL(MPO_IMPORTANCE_RECEIVER, 0x8);
	CHECK_EQUAL(MPO_INSERT_SEND_RIGHT, 0x10);
	CHECK_EQUAL(MPO_STRICT, 0x20);
	CHECK_EQUAL(MPO_DENAP_RECEIVER, 0x40);
	CHECK_EQUAL(MPO_IMMOVABLE_RECEIVE, 0x80);
	CHECK_EQUAL(MPO_FILTER_MSG, 0x100);
	CHECK_EQUAL(MPO_TG_BLOCK_TRACKING, 0x200);
	CHECK_EQUAL(MPO_SERVICE_PORT, 0x400);
	CHECK_EQUAL(MPO_CONNECTION_PORT, 0x800);
	CHECK_EQUAL(MPO_REPLY_PORT, 0x1000);
	CHECK_EQUAL(MPO_ENFORCE_REPLY_PORT_SEMANTICS, 0x2000);
	CHECK_EQUAL(MPO_PROVISIONAL_REPLY_PORT, 0x4000);
	CHECK_EQUAL(MPO_EXCEPTION_PORT, 0x8000);
}

/* 10.28: destruct. */

static void
destruct_drops_send_rights_and_the_receive_right(void)
{
	mach_port_t port = new_send_port(), notify = new_port();

	/* All of them: no name is left, and no-senders comes before the end. */
	add_refs(port, SEND, 2);
	CHECK_EQUAL(request(port, NO_SENDERS, 0, notify), MACH_PORT_NULL);
	EXPECT(send_id(port, MAKE_SEND_ONCE, 1, notify, MAKE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	EXPECT(mach_port_destruct(SELF, port, -3, 0), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
	expect_notice(notify, NO_SENDERS, 1);
	expect_notice(notify, ONCE_GONE, 0); /* of the queued message */
	expect_empty(notify);

	/* Some: the others are a dead name. */
	port = new_send_port();
	add_refs(port, SEND, 4);
	CHECK_EQUAL(request(port, NO_SENDERS, 0, notify), MACH_PORT_NULL);
	EXPECT(mach_port_destruct(SELF, port, -2, 0), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(port, DEAD_NAME), 3);
	expect_notice(notify, ONCE_GONE, 0);
	expect_empty(notify);
	destroy(port);

	/* And one more when that was to be told. */
	port = new_send_port();
	CHECK_EQUAL(request(port, NAME_DIED, 0, notify), MACH_PORT_NULL);
	EXPECT(mach_port_destruct(SELF, port, 0, 0), KERN_SUCCESS);
	CHECK_EQUAL(refs_of(port, DEAD_NAME), 2);
	expect_notice(notify, NAME_DIED, port);
	destroy(port);

	/* The name that goes with the last is told of, too. */
	port = new_send_port();
	CHECK_EQUAL(request(port, NAME_DIED, 0, notify), MACH_PORT_NULL);
	EXPECT(mach_port_destruct(SELF, port, -1, 0), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
	expect_notice(notify, PORT_DELETED, port);
	expect_empty(notify);
	destroy(notify);
}

static void
destruct_counts_pegged_references_as_mod_refs_does(void)
{
	mach_port_t port = new_send_port();

	add_refs(port, SEND, 65534);
	EXPECT(mach_port_destruct(SELF, port, -65534, 0), KERN_SUCCESS);
	CHECK_EQUAL(refs_of(port, DEAD_NAME), 65535);
	destroy(port);
	port = new_send_port();
	add_refs(port, SEND, 65534);
	EXPECT(mach_port_destruct(SELF, port, -65535, 0), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
}

static void
destruct_ignores_the_guard_of_an_unguarded_port(void)
{
	mach_port_t port = new_port();

	set_context(port, 5);
	EXPECT(mach_port_destruct(SELF, port, 0, 0x99), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
}

static void
destruct_is_refused(void)
{
	struct kinds kinds = kinds_new();
	const struct {
		mach_port_name_t name;
		mach_port_delta_t delta;
		kern_return_t code;
	} rows[] = {
	    {MACH_PORT_NULL, 0, KERN_INVALID_NAME},
	    {MACH_PORT_DEAD, 0, KERN_INVALID_NAME},
	    {absent_name(), 0, KERN_INVALID_NAME},
	    {kinds.dead, 0, KERN_INVALID_NAME},
	    {kinds.send, 0, KERN_INVALID_RIGHT},
	    {kinds.send, -1, KERN_INVALID_RIGHT},
	    {kinds.once, 0, KERN_INVALID_RIGHT},
	    {kinds.set, 0, KERN_INVALID_RIGHT},
	    {kinds.receive, -1, KERN_INVALID_RIGHT},
	    {kinds.both, 1, KERN_INVALID_VALUE},
	    {kinds.both, -4, KERN_INVALID_VALUE},
	    {kinds.both, INT32_MIN, KERN_INVALID_VALUE},
	    {kinds.both, INT32_MAX, KERN_INVALID_VALUE},
	};

	add_refs(kinds.both, SEND, 2);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EXPECT(mach_port_destruct(SELF, rows[i].name, rows[i].delta, 0),
		    rows[i].code);
	CHECK_EQUAL(type_of(kinds.both), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(refs_of(kinds.both, SEND), 3);

	guard(kinds.both, 0x1234, 0);
	EXPECT(mach_port_destruct(SELF, kinds.both, 0, 0x1235),
	    KERN_INVALID_ARGUMENT);
	EXPECT(
	    mach_port_destruct(SELF, kinds.both, -1, 0), KERN_INVALID_ARGUMENT);
	/* Two things wrong: the count comes before the guard. */
	EXPECT(mach_port_destruct(SELF, kinds.both, 1, 0x1235),
	    KERN_INVALID_VALUE);
	EXPECT(mach_port_destruct(SELF, kinds.both, -4, 0x1235),
	    KERN_INVALID_VALUE);
	CHECK_EQUAL(refs_of(kinds.both, SEND), 3);
	EXPECT(mach_port_destruct(SELF, kinds.both, -3, 0x1234), KERN_SUCCESS);
	CHECK_EQUAL(type_of(kinds.both), 0);
	kinds_free(&kinds);
}

/* 10.29-10.32: guards. */

static void
a_port_is_guarded_once(void)
{
	mach_port_t port = new_port();

	CHECK_EQUAL(MPG_FLAGS_NONE, 0);
	CHECK_EQUAL(MPG_STRICT, 1);
	CHECK_EQUAL(MPG_IMMOVABLE_RECEIVE, 2);
	for (natural_t strict = 0; strict < 2; strict++) {
		EXPECT(mach_port_guard(SELF, port, 0x1234, (boolean_t)strict),
		    KERN_SUCCESS);
		CHECK_EQUAL(status_of(port).mps_flags, strict ? 0x06 : 0x02);
		EXPECT(mach_port_guard(SELF, port, 0x5678, 0),
		    KERN_INVALID_ARGUMENT);
		EXPECT(mach_port_guard_with_flags(SELF, port, 0x5678, 0),
		    KERN_INVALID_ARGUMENT);
		EXPECT(mach_port_unguard(SELF, port, 0x1234), KERN_SUCCESS);
	}
	for (uint64_t flags = 0; flags < 4; flags++) {
		EXPECT(mach_port_guard_with_flags(SELF, port, 0x1234, flags),
		    KERN_SUCCESS);
		CHECK(((status_of(port).mps_flags & 0x04) != 0) ==
		    ((flags & MPG_STRICT) != 0));
		CHECK((flags & MPG_IMMOVABLE_RECEIVE) == 0 ||
		    (status_of(port).mps_flags & 0x40));
		EXPECT(mach_port_unguard(SELF, port, 0x1234), KERN_SUCCESS);
	}
	/* A context of the user's is in the way. */
	set_context(port, 7);
	EXPECT(mach_port_guard(SELF, port, 0x1234, 0), KERN_INVALID_ARGUMENT);
	EXPECT(mach_port_guard_with_flags(SELF, port, 0x1234, 0),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQUAL(context_of(port), 7);
	CHECK_EQUAL(status_of(port).mps_flags, 0);
	destroy(port);
}

typedef kern_return_t guard_call(mach_port_name_t name);

static kern_return_t
call_guard(mach_port_name_t name)
{
	return mach_port_guard(SELF, name, 0x1234, 0);
}

static kern_return_t
call_guard_with_flags(mach_port_name_t name)
{
	return mach_port_guard_with_flags(SELF, name, 0x1234, MPG_STRICT);
}

static kern_return_t
call_unguard(mach_port_name_t name)
{
	return mach_port_unguard(SELF, name, 0x1234);
}

static kern_return_t
call_swap_guard(mach_port_name_t name)
{
	return mach_port_swap_guard(SELF, name, 0x1234, 0x5678);
}

static void
guards_are_for_receive_rights(void)
{
	static guard_call *const calls[] = {
	    call_guard, call_guard_with_flags, call_unguard, call_swap_guard};
	struct kinds kinds = kinds_new();
	const struct {
		mach_port_name_t name;
		kern_return_t code;
	} rows[] = {
	    {MACH_PORT_NULL, KERN_INVALID_NAME},
	    {MACH_PORT_DEAD, KERN_INVALID_NAME},
	    {absent_name(), KERN_INVALID_NAME},
	    {kinds.dead, KERN_INVALID_NAME},
	    {kinds.send, KERN_INVALID_RIGHT},
	    {kinds.once, KERN_INVALID_RIGHT},
	    {kinds.set, KERN_INVALID_RIGHT},
	};

	for (unsigned c = 0; c < 4; c++)
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			EXPECT(calls[c](rows[i].name), rows[i].code);
	kinds_free(&kinds);
}

static void
unguard_needs_the_guard(void)
{
	mach_port_t port = new_port();

	EXPECT(mach_port_unguard(SELF, port, 0), KERN_INVALID_ARGUMENT);
	set_context(port, 5);
	EXPECT(mach_port_unguard(SELF, port, 5), KERN_INVALID_ARGUMENT);
	set_context(port, 0);
	guard(port, 0x123456789a, MPG_STRICT);
	EXPECT(
	    mach_port_unguard(SELF, port, 0x123456789b), KERN_INVALID_ARGUMENT);
	EXPECT(
	    mach_port_unguard(SELF, port, 0x3456789a), KERN_INVALID_ARGUMENT);
	EXPECT(mach_port_unguard(SELF, port, 0x123456789a), KERN_SUCCESS);
	CHECK_EQUAL(context_of(port), 0);
	CHECK_EQUAL(status_of(port).mps_flags, 0);
	EXPECT(
	    mach_port_unguard(SELF, port, 0x123456789a), KERN_INVALID_ARGUMENT);
	destroy(port);
}

static void
swap_guard_changes_the_value(void)
{
	mach_port_t port = new_port();

	EXPECT(mach_port_swap_guard(SELF, port, 0, 1), KERN_INVALID_ARGUMENT);
	guard(port, 0x1234, 0);
	EXPECT(
	    mach_port_swap_guard(SELF, port, 0x1235, 1), KERN_INVALID_ARGUMENT);
	EXPECT(mach_port_swap_guard(SELF, port, 0x1234, 0x5678000000),
	    KERN_SUCCESS);
	CHECK_EQUAL(context_of(port), 0x5678000000);
	CHECK_EQUAL(status_of(port).mps_flags, 0x02);
	EXPECT(mach_port_unguard(SELF, port, 0x1234), KERN_INVALID_ARGUMENT);
	EXPECT(mach_port_unguard(SELF, port, 0x5678000000), KERN_SUCCESS);

	guard(port, 0x1234, MPG_STRICT);
	EXPECT(
	    mach_port_swap_guard(SELF, port, 0x1234, 1), KERN_INVALID_ARGUMENT);
	EXPECT(mach_port_destruct(SELF, port, 0, 0x1234), KERN_SUCCESS);
}

static const struct scenario scenarios[] = {
    SCENARIO("ports.10.27", construct_makes_a_port),
    SCENARIO("ports.10.27.r1 ports.10.27.r6 ports.10.27.r8",
        construct_makes_guarded_ports),
    SCENARIO("ports.10.27 ports.10.27.r6 ports.10.27.r8",
        without_a_guard_strict_and_immovable_are_ignored),
    SCENARIO("ports.10.27.r2 ports.10.27.r18", construct_sets_the_queue_limit),
    SCENARIO("ports.10.27.r5", construct_inserts_a_send_right),
    SCENARIO("ports.10.27.r3 ports.10.27.r4 ports.10.27.r7 ports.10.27.r9 "
             "ports.10.27.r13 ports.10.27.r14 ports.10.27.r15 "
             "ports.10.27.r16",
        flags_that_construct_accepts),
    SCENARIO("ports.10.27.r10 ports.10.27.r11 ports.10.27.r12 "
             "ports.10.27.r17",
        construct_is_refused),
    SCENARIO("ports.10.27", the_flags_of_construct_have_their_values),
    SCENARIO("ports.10.28", destruct_drops_send_rights_and_the_receive_right),
    SCENARIO("ports.10.28 ports.4.b1",
        destruct_counts_pegged_references_as_mod_refs_does),
    SCENARIO("ports.10.28", destruct_ignores_the_guard_of_an_unguarded_port),
    SCENARIO("ports.10.28.r1 ports.10.28.r2 ports.10.28.r3 ports.10.28.r4",
        destruct_is_refused),
    SCENARIO("ports.10.29 ports.10.29.r3", a_port_is_guarded_once),
    SCENARIO("ports.10.29.r1 ports.10.29.r2 ports.10.31 ports.10.32",
        guards_are_for_receive_rights),
    SCENARIO("ports.10.31", unguard_needs_the_guard),
    SCENARIO("ports.10.32", swap_guard_changes_the_value),
};

CONFORMANCE(scenarios)
