/*
 * Every disposition, valid or not, on every kind of name, in every place where a
 * task can pass a right: messages.md 8.2, 8.3 and 9.1, ports.md 10.21 to 10.23.
 */

#include "entry_kind.h"
#include "ipc_port.h"
#include "ipc_right.h"

/* All values that a header's five bits can have, and some of a byte. */
#define DISPOSITIONS 32

/* What happened in one cell of the table. */
struct cell {
	enum entry_kind kind;
	mach_msg_type_name_t disposition;
	mach_port_name_t name;
};

static bool
is_disposition(mach_msg_type_name_t disposition)
{
	return MACH_MSG_TYPE_PORT_ANY(disposition);
}

/* Cells fail by name: there are hundreds of them in a test. */
static void
expect_cell(const struct cell *cell, int code, int expected)
{
	ipc_check();
	if (code == expected)
		return;
	fail_msg("disposition %u on %s: 0x%x, not 0x%x",
	    (unsigned)cell->disposition, kind_name(cell->kind), (unsigned)code,
	    (unsigned)expected);
}

static void
expect_type(const struct cell *cell, mach_port_type_t expected)
{
	mach_port_type_t type = MACH_PORT_TYPE_NONE;

	if (kind_is_constant(cell->kind))
		return;
	if (ipc_mach_port_type(alice, cell->name, &type) != KERN_SUCCESS)
		type = MACH_PORT_TYPE_NONE;
	ipc_check();
	if (type == expected)
		return;
	fail_msg("disposition %u on %s: leaves 0x%x, not 0x%x",
	    (unsigned)cell->disposition, kind_name(cell->kind), (unsigned)type,
	    (unsigned)expected);
}

/* The name is as it was, or as taking the right leaves it. */
static void
expect_taken(const struct cell *cell, bool taken)
{
	expect_type(cell,
	    taken ? kind_type_after(cell->kind, cell->disposition)
	          : kind_type(cell->kind));
}

static void
walk(void (*visit)(const struct cell *cell))
{
	for (unsigned kind = 0; kind < KIND_COUNT; kind++)
		for (unsigned i = 0; i < DISPOSITIONS; i++) {
			struct cell cell = {.kind = (enum entry_kind)kind,
			    .disposition = i,
			    .name = kind_make((enum entry_kind)kind)};

			visit(&cell);
		}
}

/* The engine's own copyin, which all the others are made of. */

static void
visit_copyin(const struct cell *cell)
{
	struct ipc_port *port = IPC_PORT_NULL;
	bool has = kind_has(cell->kind, cell->disposition);
	bool dead = kind_has_dead(cell->kind, cell->disposition);
	kern_return_t expected;
	kern_return_t kr;

	if (!is_disposition(cell->disposition))
		return; /* its callers have checked that */
	if (has || dead)
		expected = KERN_SUCCESS;
	else if (kind_is_constant(cell->kind) || cell->kind == KIND_ABSENT)
		expected = KERN_INVALID_NAME;
	else
		expected = KERN_INVALID_RIGHT;
	/* No check in between: a right in nobody's hands cannot be counted. */
	kr = ipc_right_copyin(alice, cell->name, cell->disposition, &port);
	if (dead)
		assert_ptr_equal(port, IPC_PORT_DEAD);
	if (has)
		assert_true(IPC_PORT_VALID(port));
	if (kr == KERN_SUCCESS)
		ipc_right_destroy_naked(
		    port, ipc_right_type(cell->disposition));
	expect_cell(cell, kr, expected);
	if (has && cell->disposition == MOVE_RECEIVE &&
	    cell->kind == KIND_SEND_RECEIVE)
		expect_type(cell, MACH_PORT_TYPE_DEAD_NAME);
	else
		expect_taken(cell, kr == KERN_SUCCESS);
}

TEST(copyin_of_every_disposition_on_every_kind) { walk(visit_copyin); }

TEST(a_disposition_has_the_type_that_the_receiver_sees)
{
	static const mach_msg_type_name_t types[DISPOSITIONS] = {
	    [MOVE_RECEIVE] = MACH_MSG_TYPE_PORT_RECEIVE,
	    [MOVE_SEND] = MACH_MSG_TYPE_PORT_SEND,
	    [MOVE_SEND_ONCE] = MACH_MSG_TYPE_PORT_SEND_ONCE,
	    [COPY_SEND] = MACH_MSG_TYPE_PORT_SEND,
	    [MAKE_SEND] = MACH_MSG_TYPE_PORT_SEND,
	    [MAKE_SEND_ONCE] = MACH_MSG_TYPE_PORT_SEND_ONCE,
	};

	for (mach_msg_type_name_t i = 0; i < DISPOSITIONS; i++)
		assert_int_equal(ipc_right_type(i), types[i]);
	assert_int_equal(ipc_right_type(MACH_MSG_TYPE_POLYMORPHIC), 0);
}

/* Header, remote: messages.md 8.2 rows 4, 5, 9, 11. */

static mach_msg_return_t
expected_remote(enum entry_kind kind, mach_msg_type_name_t disposition)
{
	if (!MACH_MSG_TYPE_PORT_ANY_SEND(disposition))
		return MACH_SEND_INVALID_HEADER;
	if (kind_has(kind, disposition))
		return MACH_MSG_SUCCESS;
	/* A send-once right whose port died is used up by the send. */
	if (kind == KIND_DEAD_SEND_ONCE && disposition == MOVE_SEND_ONCE)
		return MACH_MSG_SUCCESS;
	return MACH_SEND_INVALID_DEST;
}

static void
visit_remote(const struct cell *cell)
{
	mach_msg_return_t expected =
	    expected_remote(cell->kind, cell->disposition);
	mach_msg_return_t mr =
	    world_send_id(alice, cell->name, cell->disposition, 1);

	expect_cell(cell, mr, expected);
	expect_taken(cell, mr == MACH_MSG_SUCCESS);
}

TEST(header_remote_of_every_disposition_on_every_kind) { walk(visit_remote); }

/* Header, local: messages.md 8.2 rows 1, 2, 10 and the notes. */

static mach_msg_return_t
expected_local(enum entry_kind kind, mach_msg_type_name_t disposition)
{
	if (disposition == 0 && kind == KIND_NULL)
		return MACH_MSG_SUCCESS;
	if (!MACH_MSG_TYPE_PORT_ANY_SEND(disposition))
		return MACH_SEND_INVALID_HEADER;
	if (kind_is_constant(kind) || kind_has(kind, disposition) ||
	    kind_has_dead(kind, disposition))
		return MACH_MSG_SUCCESS;
	return MACH_SEND_INVALID_REPLY;
}

static mach_port_name_t server;  /* carol's */
static mach_port_name_t service; /* alice's send right for it */

static void
serve(void)
{
	server = world_port(carol);
	world_set_qlimit(carol, server, MACH_PORT_QLIMIT_MAX);
	service = world_give(carol, server, MAKE_SEND, alice);
}

/* What carol must find: the transformed type, and a right to match. */
static void
expect_reply(const struct cell *cell)
{
	struct got got = world_receive(carol, server);
	mach_port_name_t reply = got.header.msgh_remote_port;

	expect_cell(cell, got.code, MACH_MSG_SUCCESS);
	expect_cell(cell, (int)MACH_MSGH_BITS_REMOTE(got.header.msgh_bits),
	    (int)ipc_right_type(cell->disposition));
	if (cell->kind == KIND_NULL)
		expect_cell(cell, (int)reply, MACH_PORT_NULL);
	else if (kind_is_constant(cell->kind) || kind_is_dead_name(cell->kind))
		expect_cell(cell, (int)reply, (int)MACH_PORT_DEAD);
	else
		expect_cell(cell, world_has(carol, reply), true);
}

static void
visit_local(const struct cell *cell)
{
	mach_msg_return_t expected =
	    expected_local(cell->kind, cell->disposition);
	mach_port_urefs_t refs = world_refs(alice, service, SEND);
	struct message message;
	mach_msg_return_t mr;

	message_init(
	    &message, service, COPY_SEND, cell->name, cell->disposition);
	mr = world_send(alice, &message);
	expect_cell(cell, mr, expected);
	if (mr == MACH_MSG_SUCCESS)
		expect_reply(cell);
	expect_taken(cell, mr == MACH_MSG_SUCCESS);
	assert_int_equal(world_refs(alice, service, SEND), refs);
}

TEST(header_local_of_every_disposition_on_every_kind)
{
	serve();
	walk(visit_local);
}

/* Body: messages.md 9.1. */

static mach_msg_return_t
expected_body(enum entry_kind kind, mach_msg_type_name_t disposition)
{
	if (kind_is_constant(kind) || kind_has(kind, disposition) ||
	    kind_has_dead(kind, disposition))
		return MACH_MSG_SUCCESS;
	return MACH_SEND_INVALID_RIGHT;
}

static void
expect_carried(
    const struct cell *cell, mach_port_name_t name, unsigned disposition)
{
	expect_cell(
	    cell, (int)disposition, (int)ipc_right_type(cell->disposition));
	if (cell->kind == KIND_NULL)
		expect_cell(cell, (int)name, MACH_PORT_NULL);
	else if (kind_is_constant(cell->kind) || kind_is_dead_name(cell->kind))
		expect_cell(cell, (int)name, (int)MACH_PORT_DEAD);
	else
		expect_cell(cell, world_has(carol, name), true);
}

static void
visit_body(const struct cell *cell)
{
	struct message message;
	struct got got;
	mach_msg_return_t mr;

	message_init(&message, service, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, cell->name, cell->disposition);
	mr = world_send(alice, &message);
	expect_cell(cell, mr, expected_body(cell->kind, cell->disposition));
	expect_taken(cell, mr == MACH_MSG_SUCCESS);
	if (mr != MACH_MSG_SUCCESS)
		return;
	got = world_receive(carol, server);
	assert_int_equal(got_port(&got, 0).pad1, 0);
	assert_int_equal(got_port(&got, 0).pad2, 0);
	expect_carried(
	    cell, got_port(&got, 0).name, got_port(&got, 0).disposition);
}

TEST(a_port_descriptor_of_every_disposition_on_every_kind)
{
	serve();
	walk(visit_body);
}

static void
visit_array(const struct cell *cell)
{
	mach_port_name_t names[3] = {
	    MACH_PORT_NULL, cell->name, MACH_PORT_DEAD};
	struct message message;
	struct got got;
	mach_msg_return_t mr;

	message_init(&message, service, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_ports(&message, names, 3, cell->disposition);
	mr = world_send(alice, &message);
	expect_cell(cell, mr, expected_body(cell->kind, cell->disposition));
	expect_taken(cell, mr == MACH_MSG_SUCCESS);
	if (mr != MACH_MSG_SUCCESS)
		return;
	got = world_receive(carol, server);
	assert_int_equal(got_ports(&got, 0).count, 3);
	got_region(&got, 0, names, sizeof(names));
	assert_int_equal(names[0], MACH_PORT_NULL);
	expect_carried(cell, names[1], got_ports(&got, 0).disposition);
	assert_int_equal(names[2], MACH_PORT_DEAD);
}

TEST(a_port_array_of_every_disposition_on_every_kind)
{
	serve();
	walk(visit_array);
}

/* insert_right, from one task into another: ports.md 10.22. */

static mach_port_name_t
next_choice(void)
{
	static mach_port_name_t choice;

	choice = (choice + 1) % 0x4000;
	return MACH_PORT_MAKE(0x8000 + choice, 0x03000000u);
}

static kern_return_t
expected_insert_foreign(const struct cell *cell)
{
	if (kind_has(cell->kind, cell->disposition))
		return KERN_SUCCESS;
	if (kind_is_constant(cell->kind) ||
	    kind_has_dead(cell->kind, cell->disposition))
		return KERN_INVALID_CAPABILITY;
	return MACH_SEND_INVALID_RIGHT;
}

static void
visit_insert_foreign(const struct cell *cell)
{
	mach_port_name_t name = next_choice();
	kern_return_t kr;

	if (!is_disposition(cell->disposition) && kind_is_constant(cell->kind))
		return; /* two things are wrong; either may be told */
	kr = ipc_mach_port_insert_right(
	    carol, name, alice, cell->name, cell->disposition);
	expect_cell(cell, kr, expected_insert_foreign(cell));
	assert_int_equal(world_has(carol, name), kr == KERN_SUCCESS);
	/* A right that the other task could not be given is gone all the same. */
	expect_taken(cell,
	    kr == KERN_SUCCESS || kind_has_dead(cell->kind, cell->disposition));
}

TEST(insert_right_into_a_task_of_every_disposition_on_every_kind)
{
	walk(visit_insert_foreign);
}

static kern_return_t
expected_insert_own(const struct cell *cell)
{
	mach_port_type_t left = kind_type_after(cell->kind, cell->disposition);

	if (kind_is_constant(cell->kind) || cell->kind == KIND_ABSENT)
		return KERN_INVALID_NAME;
	if (kind_has_dead(cell->kind, cell->disposition))
		return KERN_INVALID_CAPABILITY;
	if (!kind_has(cell->kind, cell->disposition))
		return KERN_INVALID_RIGHT;
	if (MACH_MSG_TYPE_PORT_ANY_SEND_ONCE(cell->disposition))
		return KERN_SUCCESS;
	/* The port still has its name. */
	if ((left & MACH_PORT_TYPE_SEND_RECEIVE) != 0)
		return KERN_RIGHT_EXISTS;
	return KERN_SUCCESS;
}

static void
visit_insert_own(const struct cell *cell)
{
	mach_port_name_t name = next_choice();
	kern_return_t expected = expected_insert_own(cell);
	kern_return_t kr;

	if (!is_disposition(cell->disposition) && expected == KERN_INVALID_NAME)
		return; /* two things are wrong; either may be told */
	kr = ipc_mach_port_insert_right(
	    alice, name, alice, cell->name, cell->disposition);
	expect_cell(cell, kr, expected);
	assert_int_equal(world_has(alice, name), kr == KERN_SUCCESS);
	if (cell->disposition == MOVE_RECEIVE && kr == KERN_RIGHT_EXISTS)
		expect_type(cell, MACH_PORT_TYPE_DEAD_NAME);
	else
		expect_taken(cell,
		    kr == KERN_SUCCESS || kr == KERN_RIGHT_EXISTS ||
		        kr == KERN_INVALID_CAPABILITY);
}

TEST(insert_right_into_oneself_of_every_disposition_on_every_kind)
{
	walk(visit_insert_own);
}

/* extract_right: ports.md 10.23. */

static kern_return_t
expected_extract(const struct cell *cell)
{
	if (!is_disposition(cell->disposition))
		return KERN_INVALID_VALUE;
	if (kind_is_constant(cell->kind))
		return KERN_INVALID_RIGHT;
	if (cell->kind == KIND_ABSENT)
		return KERN_INVALID_NAME;
	if (kind_has(cell->kind, cell->disposition) ||
	    kind_has_dead(cell->kind, cell->disposition))
		return KERN_SUCCESS;
	return KERN_INVALID_RIGHT;
}

static void
visit_extract(const struct cell *cell)
{
	mach_port_name_t right = 0x1234;
	mach_msg_type_name_t type = 99;
	kern_return_t kr = ipc_mach_port_extract_right(
	    alice, cell->name, cell->disposition, carol, &right, &type);

	expect_cell(cell, kr, expected_extract(cell));
	expect_taken(cell, kr == KERN_SUCCESS);
	if (kr != KERN_SUCCESS)
		return;
	assert_int_equal(type, ipc_right_type(cell->disposition));
	if (kind_is_dead_name(cell->kind))
		assert_int_equal(right, MACH_PORT_DEAD);
	else
		assert_true(world_has(carol, right));
}

TEST(extract_right_of_every_disposition_on_every_kind) { walk(visit_extract); }

/* The notify port of a request: ports.md 10.21. */

#define MIG_TYPE_ERROR_CODE (-300)

static kern_return_t
expected_notify(const struct cell *cell, bool own)
{
	if (!MACH_MSG_TYPE_PORT_ANY_SEND_ONCE(cell->disposition))
		return MIG_TYPE_ERROR_CODE;
	if (kind_has(cell->kind, cell->disposition) || cell->kind == KIND_NULL)
		return KERN_SUCCESS;
	if (cell->kind == KIND_DEAD ||
	    kind_has_dead(cell->kind, cell->disposition))
		return KERN_INVALID_CAPABILITY;
	if (!own)
		return MACH_SEND_INVALID_RIGHT;
	return cell->kind == KIND_ABSENT ? KERN_INVALID_NAME
	                                 : KERN_INVALID_RIGHT;
}

static void
visit_notify(const struct cell *cell, struct ipc_space *space, bool own)
{
	mach_port_name_t name = world_port(space);
	mach_port_name_t previous = 0x1234;
	kern_return_t kr;

	if (!MACH_MSG_TYPE_PORT_ANY_SEND_ONCE(cell->disposition) &&
	    !kind_has(cell->kind, cell->disposition))
		return; /* two things are wrong; either may be told */
	kr = ipc_mach_port_request_notification(space, name,
	    MACH_NOTIFY_DEAD_NAME, 0, alice, cell->name, cell->disposition,
	    &previous);
	expect_cell(cell, kr, expected_notify(cell, own));
	if (kr == KERN_SUCCESS)
		assert_int_equal(previous, MACH_PORT_NULL);
	assert_int_equal(
	    (world_type(space, name) & MACH_PORT_TYPE_DNREQUEST) != 0,
	    kr == KERN_SUCCESS && cell->kind != KIND_NULL);
	if (MACH_MSG_TYPE_PORT_ANY_SEND_ONCE(cell->disposition))
		expect_taken(
		    cell, kr == KERN_SUCCESS || kr == KERN_INVALID_CAPABILITY);
}

static void
visit_notify_own(const struct cell *cell)
{
	visit_notify(cell, alice, true);
}

static void
visit_notify_foreign(const struct cell *cell)
{
	visit_notify(cell, carol, false);
}

TEST(a_notify_port_of_every_disposition_on_every_kind)
{
	walk(visit_notify_own);
}

TEST(a_notify_port_for_another_task_of_every_disposition_on_every_kind)
{
	walk(visit_notify_foreign);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(copyin_of_every_disposition_on_every_kind),
	    CASE(a_disposition_has_the_type_that_the_receiver_sees),
	    CASE(header_remote_of_every_disposition_on_every_kind),
	    CASE(header_local_of_every_disposition_on_every_kind),
	    CASE(a_port_descriptor_of_every_disposition_on_every_kind),
	    CASE(a_port_array_of_every_disposition_on_every_kind),
	    CASE(insert_right_into_a_task_of_every_disposition_on_every_kind),
	    CASE(insert_right_into_oneself_of_every_disposition_on_every_kind),
	    CASE(extract_right_of_every_disposition_on_every_kind),
	    CASE(a_notify_port_of_every_disposition_on_every_kind),
	    CASE(
	        a_notify_port_for_another_task_of_every_disposition_on_every_kind),
	};

	return RUN("disposition", tests);
}
