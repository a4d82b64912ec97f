/* Calls that come as messages: each routine against the call itself, on two tasks
 * that are alike; requests of other shapes; rights in both directions; and that
 * nothing is left of any of it. */
#include "kern_mig.h"

#include <mach/mig_errors.h>
#include <mach/ndr.h>
#include <mach/notify.h>
#include <mach/task_special_ports.h>
#include <string.h>

#include "base_alloc.h"
#include "ipc_mach_msg.h"
#include "ipc_mach_port.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "ipc_waiter.h"
#include "kern_mig_mach_port.h"
#include "kern_thread.h"
#include "mig.h"

#define ABSENT 0x7f03u
#define CHOSEN 0x40003u

/* What alice and bob both have, under the same names. */
static struct {
	mach_port_name_t reply; /* receive */
	mach_port_name_t port;  /* receive and send; a message is queued */
	mach_port_name_t member;
	mach_port_name_t set;
	mach_port_name_t empty;
	mach_port_name_t dead;
} at;

static void
same(mach_port_name_t *name, mach_port_name_t found, struct kern_task *task)
{
	if (task == alice)
		*name = found;
	assert_int_equal(found, *name);
}

static mach_port_name_t
new_right(struct kern_task *task, mach_port_right_t right)
{
	mach_port_name_t name;

	EXPECT(ipc_mach_port_allocate(task->space, right, &name), KERN_SUCCESS);
	return name;
}

static void
queue_message(struct kern_task *task, mach_port_name_t port)
{
	struct mig_request message = {
	    .bytes = sizeof(mach_msg_header_t),
	    .message.header = {.msgh_size = sizeof(mach_msg_header_t),
	        .msgh_id = 55},
	};

	assert_int_equal(
	    mig_send(task, port, &message, MACH_PORT_NULL), MACH_MSG_SUCCESS);
}

static void
furnish(struct kern_task *task)
{
	same(&at.reply, tasks_port(task), task);
	same(&at.port, tasks_send_port(task), task);
	same(&at.member, tasks_port(task), task);
	same(&at.set, new_right(task, MACH_PORT_RIGHT_PORT_SET), task);
	same(&at.empty, new_right(task, MACH_PORT_RIGHT_PORT_SET), task);
	same(&at.dead, new_right(task, MACH_PORT_RIGHT_DEAD_NAME), task);
	EXPECT(ipc_mach_port_insert_member(task->space, at.member, at.set),
	    KERN_SUCCESS);
	queue_message(task, at.port);
}

/* A call, in the order in which they are made on both tasks. */
struct row {
	enum wire_call call;
	uint32_t count;
	uint32_t words[20];
	kern_return_t code;
};

#define ROW(code, call, ...)                                                   \
	{                                                                      \
		WIRE_##call,                                                   \
		    sizeof((const uint32_t[]){__VA_ARGS__}) /                  \
		    sizeof(uint32_t),                                          \
		    {__VA_ARGS__}, code                                        \
	}

/* What is the same object has a number, and that is not the same in two tasks. */
static void
forget_objects(const struct row *row, struct mig_result *result)
{
	if (row->call != WIRE_PORT_SPACE_INFO)
		return;
	for (uint32_t i = 6; i < result->count; i += 7)
		result->words[i + 4] = 0;
}

static void
compare_row(const struct row *row)
{
	struct mig_request request =
	    mig_request(row->call, row->words, row->count);
	struct mig_result by_message =
	    mig_rpc(bob, KERN_TASK_SELF_NAME, &request, at.reply);
	struct mig_result direct =
	    mig_direct(alice, alice, row->call, row->words, row->count);

	forget_objects(row, &by_message);
	forget_objects(row, &direct);
	assert_int_equal(direct.code, row->code);
	assert_int_equal(by_message.code, row->code);
	assert_int_equal(by_message.count, direct.count);
	assert_memory_equal(
	    by_message.words, direct.words, direct.count * sizeof(uint32_t));
}

TEST(each_routine_does_what_its_call_does)
{
	furnish(alice);
	furnish(bob);

	/* clang-format off */
	const struct row rows[] = {
	    {WIRE_PORT_NAMES, 0, {0}, KERN_SUCCESS},
	    ROW(KERN_SUCCESS, PORT_TYPE, at.port),
	    ROW(KERN_INVALID_NAME, PORT_TYPE, ABSENT),
	    ROW(KERN_SUCCESS, PORT_ALLOCATE_NAME, MACH_PORT_RIGHT_RECEIVE,
	        CHOSEN),
	    ROW(KERN_NAME_EXISTS, PORT_ALLOCATE_NAME, MACH_PORT_RIGHT_RECEIVE,
	        CHOSEN),
	    ROW(KERN_SUCCESS, PORT_RENAME, CHOSEN, CHOSEN + 0x100),
	    ROW(KERN_INVALID_NAME, PORT_RENAME, ABSENT, CHOSEN),
	    ROW(KERN_SUCCESS, PORT_DESTROY, CHOSEN + 0x100),
	    ROW(KERN_INVALID_CAPABILITY, PORT_DESTROY, KERN_TASK_SELF_NAME),
	    ROW(KERN_SUCCESS, PORT_ALLOCATE, MACH_PORT_RIGHT_DEAD_NAME),
	    ROW(KERN_INVALID_VALUE, PORT_ALLOCATE, MACH_PORT_RIGHT_SEND),
	    ROW(KERN_SUCCESS, PORT_MOD_REFS, at.dead,
	        MACH_PORT_RIGHT_DEAD_NAME, 5),
	    ROW(KERN_INVALID_VALUE, PORT_MOD_REFS, at.dead,
	        MACH_PORT_RIGHT_DEAD_NAME, (uint32_t)-9),
	    ROW(KERN_SUCCESS, PORT_DEALLOCATE, at.dead),
	    ROW(KERN_SUCCESS, PORT_GET_REFS, at.dead,
	        MACH_PORT_RIGHT_DEAD_NAME),
	    ROW(KERN_SUCCESS, PORT_PEEK, at.port, 0, 0, 68),
	    ROW(KERN_SUCCESS, PORT_PEEK, at.port,
	        MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT), 0, 68),
	    ROW(KERN_INVALID_VALUE, PORT_PEEK, at.port, 0, 0, 4),
	    ROW(KERN_FAILURE, PORT_PEEK, at.member, 0, 0, 68),
	    ROW(KERN_SUCCESS, PORT_SET_MSCOUNT, at.port, 7),
	    ROW(KERN_INVALID_RIGHT, PORT_SET_MSCOUNT, at.set, 7),
	    ROW(KERN_SUCCESS, PORT_GET_SET_STATUS, at.set),
	    ROW(KERN_SUCCESS, PORT_GET_SET_STATUS, at.empty),
	    ROW(KERN_INVALID_RIGHT, PORT_GET_SET_STATUS, at.port),
	    ROW(KERN_SUCCESS, PORT_MOVE_MEMBER, at.member, at.empty),
	    ROW(KERN_SUCCESS, PORT_EXTRACT_MEMBER, at.member, at.empty),
	    ROW(KERN_NOT_IN_SET, PORT_EXTRACT_MEMBER, at.member, at.empty),
	    ROW(KERN_SUCCESS, PORT_INSERT_MEMBER, at.member, at.set),
	    ROW(KERN_SUCCESS, PORT_SET_SEQNO, at.port, 9),
	    ROW(KERN_SUCCESS, PORT_GET_ATTRIBUTES, at.port,
	        MACH_PORT_RECEIVE_STATUS, MACH_PORT_RECEIVE_STATUS_COUNT),
	    ROW(KERN_SUCCESS, PORT_GET_ATTRIBUTES, MACH_PORT_NULL,
	        MACH_PORT_LIMITS_INFO, 1),
	    ROW(KERN_SUCCESS, PORT_GET_ATTRIBUTES, at.port, MACH_PORT_INFO_EXT,
	        17),
	    ROW(KERN_FAILURE, PORT_GET_ATTRIBUTES, at.port,
	        MACH_PORT_RECEIVE_STATUS, 9),
	    ROW(KERN_SUCCESS, PORT_SET_ATTRIBUTES, at.port,
	        MACH_PORT_LIMITS_INFO, 1, 3),
	    ROW(KERN_FAILURE, PORT_SET_ATTRIBUTES, at.port,
	        MACH_PORT_LIMITS_INFO, 0),
	    ROW(KERN_SUCCESS, PORT_ALLOCATE_QOS, MACH_PORT_RIGHT_RECEIVE, 2,
	        1000),
	    ROW(KERN_INVALID_ARGUMENT, PORT_ALLOCATE_QOS,
	        MACH_PORT_RIGHT_RECEIVE, 1, 0),
	    ROW(KERN_SUCCESS, PORT_ALLOCATE_FULL, MACH_PORT_RIGHT_RECEIVE,
	        MACH_PORT_NULL, 1, 0, CHOSEN),
	    ROW(KERN_INVALID_VALUE, PORT_ALLOCATE_FULL, MACH_PORT_RIGHT_RECEIVE,
	        at.port, 0, 0, 0),
	    ROW(KERN_SUCCESS, TASK_SET_PORT_SPACE, 1000),
	    ROW(KERN_SUCCESS, PORT_GET_SRIGHTS, at.port),
	    ROW(KERN_SUCCESS, PORT_DNREQUEST_INFO, at.port),
	    ROW(KERN_SUCCESS, PORT_KERNEL_OBJECT, KERN_TASK_SELF_NAME),
	    ROW(KERN_SUCCESS, PORT_KOBJECT, KERN_TASK_SELF_NAME),
	    ROW(KERN_SUCCESS, PORT_KOBJECT, at.port),
	    ROW(KERN_SUCCESS, PORT_KOBJECT_DESCRIPTION, KERN_TASK_SELF_NAME),
	    ROW(KERN_SUCCESS, PORT_KOBJECT_DESCRIPTION, at.port),
	    ROW(KERN_INVALID_RIGHT, PORT_KOBJECT_DESCRIPTION, at.set),
	    ROW(KERN_SUCCESS, PORT_SET_CONTEXT, at.port, 3, 4),
	    ROW(KERN_SUCCESS, PORT_GET_CONTEXT, at.port),
	    ROW(KERN_INVALID_ARGUMENT, PORT_GUARD, at.port, 1, 2, 0),
	    ROW(KERN_SUCCESS, PORT_GUARD, at.member, 1, 2, 0),
	    ROW(KERN_SUCCESS, PORT_SWAP_GUARD, at.member, 1, 2, 3, 4),
	    ROW(KERN_SUCCESS, PORT_UNGUARD, at.member, 3, 4),
	    ROW(KERN_SUCCESS, PORT_GUARD_WITH_FLAGS, at.member, 5, 6,
	        MPG_STRICT, 0),
	    ROW(KERN_SUCCESS, PORT_ASSERT_ATTRIBUTES, at.member,
	        MACH_PORT_GUARD_INFO, 2, 5, 6),
	    ROW(KERN_INVALID_ARGUMENT, PORT_ASSERT_ATTRIBUTES, at.member,
	        MACH_PORT_GUARD_INFO, 2, 5, 7),
	    ROW(KERN_SUCCESS, PORT_DESTRUCT, at.member, 0, 5, 6),
	    ROW(KERN_INVALID_VALUE, PORT_DESTRUCT, at.port, 1, 0, 0),
	    ROW(KERN_SUCCESS, PORT_CONSTRUCT,
	        MPO_QLIMIT | MPO_INSERT_SEND_RIGHT | MPO_CONTEXT_AS_GUARD, 4, 0,
	        0, 0, 0, 8, 9),
	    ROW(KERN_INVALID_VALUE, PORT_CONSTRUCT, MPO_QLIMIT, 5000, 0, 0, 0,
	        0, 0, 0),
	    {WIRE_PORT_SPACE_BASIC_INFO, 0, {0}, KERN_SUCCESS},
	    {WIRE_PORT_SPACE_INFO, 0, {0}, KERN_SUCCESS},
	    ROW(KERN_NOT_SUPPORTED, PORT_RESET_REPLY_LINK, at.port),
	    ROW(KERN_NOT_SUPPORTED, PORT_IS_CONNECTION, at.port, at.port),
	    ROW(KERN_INVALID_CAPABILITY, PORT_GET_SERVICE_INFO, at.port),
	    {WIRE_PORT_NAMES, 0, {0}, KERN_SUCCESS},
	};
	/* clang-format on */
	bool seen[CALL_MESSAGE_END - CALL_MESSAGE_FIRST] = {false};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		compare_row(&rows[i]);
		seen[call_message_id(rows[i].call) - CALL_MESSAGE_FIRST] = true;
	}
	/* Those with rights have tests of their own. */
	for (mach_msg_id_t id = CALL_MESSAGE_FIRST; id < CALL_MESSAGE_END; id++)
		if (id < 3213 || id > 3215)
			assert_true(seen[id - CALL_MESSAGE_FIRST]);
}

/* alice calls on bob, whom she knows by this name, and is replied here. */
static mach_port_name_t other;
static mach_port_name_t reply;

static struct mig_result
rpc(enum wire_call call, const uint32_t *words, uint32_t count)
{
	struct mig_request request = mig_request(call, words, count);

	return mig_rpc(alice, other, &request, reply);
}

#define RPC(call, ...)                                                         \
	rpc(WIRE_##call, (const uint32_t[]){__VA_ARGS__},                      \
	    sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

static void
meet(void)
{
	other = tasks_give_task(bob, alice);
	reply = tasks_port(alice);
}

TEST(a_request_is_about_whom_it_is_sent_to)
{
	struct mig_result result;

	meet();
	result = RPC(PORT_ALLOCATE, MACH_PORT_RIGHT_RECEIVE);
	assert_int_equal(result.code, KERN_SUCCESS);
	assert_int_equal(result.count, 1);
	assert_int_equal(
	    tasks_type(bob, result.words[0]), MACH_PORT_TYPE_RECEIVE);
}

TEST(a_right_is_inserted)
{
	mach_port_name_t port = tasks_port(alice);

	meet();
	assert_int_equal(
	    RPC(PORT_INSERT_RIGHT, CHOSEN, port, MACH_MSG_TYPE_MAKE_SEND).code,
	    KERN_SUCCESS);
	assert_true(tasks_same_port(alice, port, bob, CHOSEN));
	assert_int_equal(
	    RPC(PORT_INSERT_RIGHT, CHOSEN, port, MACH_MSG_TYPE_MAKE_SEND).code,
	    KERN_SUCCESS);
	assert_int_equal(tasks_refs(bob, CHOSEN, MACH_PORT_RIGHT_SEND), 2);
	assert_int_equal(
	    RPC(PORT_INSERT_RIGHT, CHOSEN, port, MACH_MSG_TYPE_MOVE_RECEIVE)
	        .code,
	    KERN_SUCCESS);
	assert_int_equal(tasks_type(bob, CHOSEN), MACH_PORT_TYPE_SEND_RECEIVE);
}

TEST(a_right_that_cannot_be_inserted_dies)
{
	mach_port_name_t port = tasks_port(alice);
	mach_port_name_t dead;

	meet();
	dead = new_right(alice, MACH_PORT_RIGHT_DEAD_NAME);
	assert_int_equal(RPC(PORT_INSERT_RIGHT, KERN_TASK_SELF_NAME, port,
	                     MACH_MSG_TYPE_MAKE_SEND_ONCE)
	                     .code,
	    KERN_NAME_EXISTS);
	assert_int_equal(mig_receive(alice, port, 0).code, MIG_SERVER_DIED);
	assert_int_equal(RPC(PORT_INSERT_RIGHT, MACH_PORT_NULL, port,
	                     MACH_MSG_TYPE_MAKE_SEND)
	                     .code,
	    KERN_INVALID_VALUE);
	assert_int_equal(
	    RPC(PORT_INSERT_RIGHT, CHOSEN, dead, MACH_MSG_TYPE_COPY_SEND).code,
	    KERN_INVALID_CAPABILITY);
	assert_int_equal(RPC(PORT_INSERT_RIGHT, CHOSEN, MACH_PORT_NULL,
	                     MACH_MSG_TYPE_COPY_SEND)
	                     .code,
	    KERN_INVALID_CAPABILITY);
	assert_int_equal(
	    RPC(PORT_INSERT_RIGHT, CHOSEN, ABSENT, MACH_MSG_TYPE_COPY_SEND)
	        .code,
	    MACH_SEND_INVALID_RIGHT);
	assert_int_equal(mig_receive(alice, reply, 0).code, MIG_SERVER_DIED);
	assert_int_equal(RPC(PORT_INSERT_RIGHT, MACH_PORT_NULL, port,
	                     MACH_MSG_TYPE_MOVE_RECEIVE)
	                     .code,
	    KERN_INVALID_VALUE);
	assert_null(ipc_space_find(alice->space, port));
}

TEST(a_right_is_extracted)
{
	mach_port_name_t port = tasks_send_port(bob);
	struct mig_result result;

	meet();
	result = RPC(PORT_EXTRACT_RIGHT, port, MACH_MSG_TYPE_COPY_SEND);
	assert_int_equal(result.code, KERN_SUCCESS);
	assert_int_equal(result.words[1], MACH_MSG_TYPE_PORT_SEND);
	assert_true(tasks_same_port(alice, result.words[0], bob, port));
	result = RPC(PORT_EXTRACT_RIGHT, port, MACH_MSG_TYPE_MOVE_RECEIVE);
	assert_int_equal(result.code, KERN_SUCCESS);
	assert_int_equal(result.words[1], MACH_MSG_TYPE_PORT_RECEIVE);
	assert_int_equal(
	    tasks_type(alice, result.words[0]), MACH_PORT_TYPE_SEND_RECEIVE);
	result = RPC(PORT_EXTRACT_RIGHT, port, MACH_MSG_TYPE_MOVE_RECEIVE);
	assert_int_equal(result.code, KERN_INVALID_RIGHT);
	result = RPC(
	    PORT_EXTRACT_RIGHT, KERN_TASK_SELF_NAME, MACH_MSG_TYPE_MOVE_SEND);
	assert_int_equal(result.code, KERN_INVALID_CAPABILITY);
	result = RPC(PORT_EXTRACT_RIGHT, KERN_TASK_BOOTSTRAP_NAME,
	    MACH_MSG_TYPE_COPY_SEND);
	assert_int_equal(result.code, KERN_SUCCESS);
	assert_int_equal(result.words[0], MACH_PORT_DEAD);
}

TEST(a_port_that_is_to_carry_itself_dies)
{
	struct mig_request request;
	uint32_t words[2] = {0, MACH_MSG_TYPE_MOVE_RECEIVE};

	words[0] = reply = tasks_port(bob);
	request = mig_request(WIRE_PORT_EXTRACT_RIGHT, words, 2);
	assert_int_equal(mig_send(bob, KERN_TASK_SELF_NAME, &request, reply),
	    MACH_MSG_SUCCESS);
	assert_null(ipc_space_find(bob->space, reply));
}

TEST(without_a_reply_right_it_is_done_all_the_same)
{
	mach_port_name_t port = tasks_port(bob);
	const uint32_t words[] = {port, MACH_MSG_TYPE_MOVE_RECEIVE};
	struct mig_request request =
	    mig_request(WIRE_PORT_EXTRACT_RIGHT, words, 2);

	meet();
	assert_int_equal(
	    mig_send(alice, other, &request, MACH_PORT_NULL), MACH_MSG_SUCCESS);
	assert_null(ipc_space_find(bob->space, port));
}

/* What it would have brought is dropped. */
TEST(a_dead_reply_right_is_none)
{
	const mach_port_name_t port = tasks_port(bob);
	const uint32_t words[] = {port, MACH_MSG_TYPE_MAKE_SEND_ONCE};
	struct mig_request request =
	    mig_request(WIRE_PORT_EXTRACT_RIGHT, words, 2);

	meet();
	assert_int_equal(
	    mig_send(alice, other, &request, MACH_PORT_DEAD), MACH_MSG_SUCCESS);
	assert_int_equal(mig_receive(bob, port, 0).code, MIG_SERVER_DIED);
	assert_int_equal(mig_receive(bob, port, 0).code, MIG_NO_REPLY);
}

TEST(a_notification_is_requested)
{
	mach_port_name_t port = tasks_port(bob);
	mach_port_name_t notify = tasks_port(alice);
	struct mig_result result;

	meet();
	result = RPC(PORT_REQUEST_NOTIFICATION, port, MACH_NOTIFY_NO_SENDERS, 1,
	    notify, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	assert_int_equal(result.code, KERN_SUCCESS);
	assert_int_equal(result.words[0], MACH_PORT_NULL);
	/* The former right comes back. */
	result = RPC(PORT_REQUEST_NOTIFICATION, port, MACH_NOTIFY_NO_SENDERS, 1,
	    MACH_PORT_NULL, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	assert_int_equal(result.code, KERN_SUCCESS);
	assert_int_equal(
	    tasks_type(alice, result.words[0]), MACH_PORT_TYPE_SEND_ONCE);
	result = RPC(PORT_REQUEST_NOTIFICATION, port, MACH_NOTIFY_NO_SENDERS, 0,
	    result.words[0], MACH_MSG_TYPE_MOVE_SEND_ONCE);
	assert_int_equal(result.code, KERN_SUCCESS);
}

TEST(a_notification_that_is_refused_is_none)
{
	mach_port_name_t notify = tasks_port(alice);
	mach_port_name_t send = tasks_send_port(alice);
	struct mig_result result;

	meet();
	result = RPC(PORT_REQUEST_NOTIFICATION, ABSENT, MACH_NOTIFY_DEAD_NAME,
	    1, notify, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	assert_int_equal(result.code, KERN_INVALID_NAME);
	assert_int_equal(mig_receive(alice, notify, 0).code, MIG_SERVER_DIED);
	result = RPC(PORT_REQUEST_NOTIFICATION, ABSENT, MACH_NOTIFY_DEAD_NAME,
	    1, send, MACH_MSG_TYPE_COPY_SEND);
	assert_int_equal(result.code, MIG_TYPE_ERROR);
	result = RPC(PORT_REQUEST_NOTIFICATION, ABSENT, MACH_NOTIFY_DEAD_NAME,
	    1, MACH_PORT_DEAD, MACH_MSG_TYPE_MOVE_SEND_ONCE);
	assert_int_equal(result.code, KERN_INVALID_CAPABILITY);
}

static kern_return_t
code_of(struct mig_request *request)
{
	request->bytes = request->message.header.msgh_size;
	return mig_rpc(alice, other, request, reply).code;
}

TEST(a_request_of_another_shape_is_refused)
{
	const uint32_t info[] = {0x103, MACH_PORT_LIMITS_INFO, 2, 1, 1};
	const uint32_t right[] = {
	    CHOSEN, tasks_port(alice), MACH_MSG_TYPE_MAKE_SEND};
	struct mig_request request;
	uint32_t count;

	meet();
	request = mig_request(WIRE_PORT_TYPE, info, 1);
	request.message.header.msgh_size -= 4;
	assert_int_equal(code_of(&request), MIG_BAD_ARGUMENTS);
	request.message.header.msgh_size += 8;
	assert_int_equal(code_of(&request), MIG_BAD_ARGUMENTS);
	request.message.header.msgh_size = sizeof(mach_msg_header_t);
	assert_int_equal(code_of(&request), MIG_BAD_ARGUMENTS);
	request.message.header.msgh_size = CALL_MESSAGE_BYTES + 4;
	assert_int_equal(code_of(&request), MIG_BAD_ARGUMENTS);
	/* Complex, where it is not to be: no descriptors at all. */
	request = mig_request(WIRE_PORT_TYPE, info, 1);
	request.message.header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	request.message.base.body.msgh_descriptor_count = 0;
	assert_int_equal(code_of(&request), MIG_BAD_ARGUMENTS);
	/* Simple, where it is not. */
	request = mig_request(WIRE_PORT_INSERT_RIGHT, right, 3);
	request.message.header.msgh_bits = 0;
	assert_int_equal(code_of(&request), MIG_BAD_ARGUMENTS);
	/* A count that the rest does not bear out, one way and the other. */
	for (count = 0; count < 20; count++) {
		request = mig_request(WIRE_PORT_SET_ATTRIBUTES, info, 5);
		memcpy(request.message.bytes + 40, &count, sizeof(count));
		assert_int_equal(code_of(&request),
		    count == 2 ? KERN_INVALID_RIGHT : MIG_BAD_ARGUMENTS);
	}
	count = UINT32_MAX;
	memcpy(request.message.bytes + 40, &count, sizeof(count));
	assert_int_equal(code_of(&request), MIG_BAD_ARGUMENTS);
}

TEST(options_of_another_size_are_refused)
{
	const uint32_t words[8] = {0};
	struct mig_request request = mig_request(WIRE_PORT_CONSTRUCT, words, 8);
	mach_msg_ool_descriptor_t ool;

	meet();
	memcpy(&ool, &request.message.base + 1, sizeof(ool));
	ool.size = 20;
	memcpy(&request.message.base + 1, &ool, sizeof(ool));
	assert_int_equal(
	    mig_rpc(alice, other, &request, reply).code, MIG_TYPE_ERROR);
	ool.size = 0;
	memcpy(&request.message.base + 1, &ool, sizeof(ool));
	assert_int_equal(
	    mig_rpc(alice, other, &request, reply).code, MIG_TYPE_ERROR);
}

/* A port where memory should be, and the other way round. */
TEST(a_descriptor_of_another_type_is_refused)
{
	const uint32_t right[] = {
	    CHOSEN, MACH_PORT_NULL, MACH_MSG_TYPE_COPY_SEND};
	struct mig_request request =
	    mig_request(WIRE_PORT_INSERT_RIGHT, right, 3);
	mach_msg_ool_descriptor_t ool = {.type = MACH_MSG_OOL_DESCRIPTOR};

	meet();
	memcpy(&request.message.base + 1, &ool, sizeof(ool));
	assert_int_equal(code_of(&request), MIG_TYPE_ERROR);
	ool.type = MACH_MSG_OOL_PORTS_DESCRIPTOR;
	ool.pad1 = MACH_MSG_TYPE_COPY_SEND;
	memcpy(&request.message.base + 1, &ool, sizeof(ool));
	assert_int_equal(code_of(&request), MIG_TYPE_ERROR);
	ool = (mach_msg_ool_descriptor_t){
	    .type = MACH_MSG_OOL_VOLATILE_DESCRIPTOR};
	memcpy(&request.message.base + 1, &ool, sizeof(ool));
	assert_int_equal(code_of(&request), MIG_TYPE_ERROR);
}

TEST(a_guarded_right_is_refused)
{
	const uint32_t right[] = {
	    CHOSEN, MACH_PORT_NULL, MACH_MSG_TYPE_COPY_SEND};
	struct mig_request request =
	    mig_request(WIRE_PORT_INSERT_RIGHT, right, 3);
	const mach_msg_guarded_port_descriptor_t guarded = {
	    .flags = MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND,
	    .disposition = MACH_MSG_TYPE_MOVE_RECEIVE,
	    .type = MACH_MSG_GUARDED_PORT_DESCRIPTOR,
	    .name = tasks_port(alice),
	};

	meet();
	memcpy(&request.message.base + 1, &guarded, sizeof(guarded));
	assert_int_equal(code_of(&request), MIG_TYPE_ERROR);
	assert_null(ipc_space_find(alice->space, guarded.name));
}

/* Each of its rights dies, once. */
TEST(an_array_of_rights_is_refused)
{
	const uint32_t right[] = {
	    CHOSEN, MACH_PORT_NULL, MACH_MSG_TYPE_COPY_SEND};
	const mach_port_name_t notify = tasks_port(alice);
	const mach_port_name_t names[] = {notify, notify};
	struct mig_request request =
	    mig_request(WIRE_PORT_INSERT_RIGHT, right, 3);
	const mach_msg_ool_ports_descriptor_t array = {
	    .disposition = MACH_MSG_TYPE_MAKE_SEND_ONCE,
	    .type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
	    .count = 2,
	};

	meet();
	memcpy(&request.message.base + 1, &array, sizeof(array));
	request.bytes = (request.bytes + 7) & ~7u;
	memcpy(request.message.bytes + request.bytes, names, sizeof(names));
	request.bytes += sizeof(names);
	assert_int_equal(
	    mig_rpc(alice, other, &request, reply).code, MIG_TYPE_ERROR);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(
		    mig_receive(alice, notify, 0).code, MIG_SERVER_DIED);
	assert_int_equal(mig_receive(alice, notify, 0).code, MIG_NO_REPLY);
}

/* How memory was sent is nothing to who gets it; but it may not be volatile. */
TEST(options_may_be_a_physical_copy)
{
	const uint32_t words[8] = {0};
	struct mig_request request = mig_request(WIRE_PORT_CONSTRUCT, words, 8);
	mach_msg_ool_descriptor_t ool;

	meet();
	memcpy(&ool, &request.message.base + 1, sizeof(ool));
	ool.copy = MACH_MSG_PHYSICAL_COPY;
	memcpy(&request.message.base + 1, &ool, sizeof(ool));
	assert_int_equal(
	    mig_rpc(alice, other, &request, reply).code, KERN_SUCCESS);
	ool.type = MACH_MSG_OOL_VOLATILE_DESCRIPTOR;
	memcpy(&request.message.base + 1, &ool, sizeof(ool));
	assert_int_equal(
	    mig_rpc(alice, other, &request, reply).code, MIG_TYPE_ERROR);
}

/* A file with a request. */
struct file {
	struct ipc_memory memory;
	const struct mig_request *request;
};

static bool
file_read(
    const struct ipc_memory *memory, uint64_t offset, void *to, size_t count)
{
	const struct file *file = (const struct file *)(const void *)memory;

	memcpy(to, file->request->message.bytes + offset, count);
	return true;
}

static void
file_free(struct ipc_memory *memory)
{
	base_free(CONTAINER_OF(memory, struct file, memory));
}

static kern_return_t
code_of_file(struct mig_request *request)
{
	struct file *file = base_zalloc(1, sizeof(*file));

	assert_non_null(file);
	file->memory = (struct ipc_memory){
	    .bytes = 8192, .read = file_read, .free = file_free};
	file->request = request;
	request->memory = &file->memory;
	return code_of(request);
}

TEST(nothing_but_the_header_of_a_file_is_served)
{
	const uint32_t words[8] = {0};
	struct mig_request names = mig_request(WIRE_PORT_NAMES, NULL, 0);
	struct mig_request type = mig_request(WIRE_PORT_TYPE, words, 1);
	struct mig_request options = mig_request(WIRE_PORT_CONSTRUCT, words, 8);

	meet();
	assert_int_equal(code_of_file(&names), KERN_SUCCESS);
	assert_int_equal(code_of_file(&type), MIG_BAD_ARGUMENTS);
	assert_int_equal(code_of_file(&options), MIG_BAD_ARGUMENTS);
}

TEST(an_unknown_id_is_a_bad_one)
{
	static const mach_msg_id_t ids[] = {
	    0, -1, 3199, 3243, 3300, INT32_MIN, INT32_MAX};
	const uint32_t name[] = {0x103};
	struct mig_request request;

	meet();
	for (unsigned i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		request = mig_request(WIRE_PORT_TYPE, name, 1);
		request.message.header.msgh_id = ids[i];
		assert_int_equal(code_of(&request), MIG_BAD_ID);
	}
}

TEST(each_routine_of_the_interface_is_served)
{
	static const struct {
		const char *name;
		mach_msg_id_t id;
	} map[] = {subsystem_to_name_map_mach_port};
	struct mig_request request = mig_request(WIRE_PORT_NAMES, NULL, 0);

	meet();
	assert_int_equal(sizeof(map) / sizeof(map[0]),
	    CALL_MESSAGE_END - CALL_MESSAGE_FIRST);
	for (int i = 0; i < CALL_MESSAGE_END - CALL_MESSAGE_FIRST; i++) {
		assert_int_equal(map[i].id, CALL_MESSAGE_FIRST + i);
		/* It has another shape than most want. */
		request.message.header.msgh_id = map[i].id;
		assert_int_not_equal(code_of(&request), MIG_BAD_ID);
	}
}

TEST(room_is_no_more_than_there_can_be)
{
	const mach_port_name_t port = tasks_port(bob);
	struct mig_result result;

	meet();
	result = RPC(
	    PORT_GET_ATTRIBUTES, port, MACH_PORT_RECEIVE_STATUS, UINT32_MAX);
	assert_int_equal(result.code, KERN_SUCCESS);
	assert_int_equal(result.count, MACH_PORT_RECEIVE_STATUS_COUNT);
}

TEST(another_object_is_no_task)
{
	const uint32_t name[] = {0x103};
	struct mig_request request = mig_request(WIRE_PORT_TYPE, name, 1);

	meet();
	EXPECT(kern_task_host_self(alice, &other), KERN_SUCCESS);
	assert_int_equal(code_of(&request), KERN_INVALID_TASK);
	request.message.header.msgh_size += 4;
	assert_int_equal(code_of(&request), MIG_BAD_ARGUMENTS);
}

TEST(a_thread_is_no_task)
{
	const uint32_t right[] = {MACH_PORT_RIGHT_RECEIVE};
	struct mig_request request = mig_request(WIRE_PORT_ALLOCATE, right, 1);
	struct kern_thread *thread = kern_thread_get(alice, 1);

	meet();
	assert_non_null(thread);
	EXPECT(kern_thread_self(thread, alice, &other), KERN_SUCCESS);
	assert_int_equal(code_of(&request), KERN_INVALID_TASK);
	assert_null(kern_thread_unref(thread));
}

TEST(a_task_is_not_called_by_its_name_port)
{
	const uint32_t right[] = {MACH_PORT_RIGHT_RECEIVE};
	struct mig_request request = mig_request(WIRE_PORT_ALLOCATE, right, 1);

	meet();
	EXPECT(kern_task_get_special_port(
	           bob, TASK_NAME_PORT, alice->space, &other),
	    KERN_SUCCESS);
	assert_int_equal(code_of(&request), KERN_INVALID_TASK);
}

static uint32_t
name_count(struct kern_task *task)
{
	return mig_direct(task, task, WIRE_PORT_NAMES, NULL, 0).count;
}

/* Each allocation in its turn fails; then nothing has been done. */
static void
try_without_memory(enum wire_call call, const uint32_t *words, uint32_t count)
{
	const uint32_t names = name_count(bob);
	struct mig_result result = {.code = KERN_RESOURCE_SHORTAGE};
	struct mig_request request;
	unsigned failures = 0;

	while (result.code != KERN_SUCCESS) {
		assert_true(result.code == KERN_RESOURCE_SHORTAGE ||
		    result.code == MIG_SERVER_DIED ||
		    result.code == MACH_SEND_NO_BUFFER ||
		    result.code == MACH_MSG_IPC_KERNEL ||
		    result.code == MACH_SEND_INVALID_REPLY);
		assert_int_equal(name_count(bob), names);
		request = mig_request(call, words, count);
		base_alloc_fail_at(++failures);
		result.code = mig_send(alice, other, &request, reply);
		base_alloc_fail_at(0);
		if (result.code == MACH_MSG_SUCCESS)
			result =
			    mig_receive(alice, reply, call_message_id(call));
	}
	assert_true(failures > 1);
}

TEST(without_memory_for_its_reply_a_request_does_nothing)
{
	const uint32_t right[] = {MACH_PORT_RIGHT_RECEIVE};
	const uint32_t options[8] = {MPO_INSERT_SEND_RIGHT};
	mach_port_name_t port = tasks_port(bob);
	const uint32_t extract[] = {port, MACH_MSG_TYPE_MOVE_RECEIVE};
	uint32_t insert[] = {CHOSEN, 0, MACH_MSG_TYPE_MAKE_SEND};

	meet();
	insert[1] = tasks_port(alice);
	try_without_memory(WIRE_PORT_ALLOCATE, right, 1);
	try_without_memory(WIRE_PORT_CONSTRUCT, options, 8);
	try_without_memory(WIRE_PORT_EXTRACT_RIGHT, extract, 2);
	try_without_memory(WIRE_PORT_INSERT_RIGHT, insert, 3);
	try_without_memory(WIRE_PORT_NAMES, NULL, 0);
	try_without_memory(WIRE_PORT_SPACE_INFO, NULL, 0);
}

TEST(a_reply_is_charged_to_who_asked)
{
	struct ipc_charge before;
	struct mig_request request = mig_request(WIRE_PORT_NAMES, NULL, 0);

	meet();
	before = alice->space->account->used;
	assert_int_equal(
	    mig_send(alice, other, &request, reply), MACH_MSG_SUCCESS);
	assert_true(alice->space->account->used.messages > before.messages);
	assert_true(alice->space->account->used.bytes >
	    before.bytes + 2 * sizeof(uint32_t) * name_count(bob) / 2);
	assert_int_equal(mig_receive(alice, reply, 3200).code, KERN_SUCCESS);
	assert_int_equal(alice->space->account->used.messages, before.messages);
	assert_int_equal(alice->space->account->used.bytes, before.bytes);
}

/* What is charged for a reply that is not received yet. */
static uint64_t
charge_of(enum wire_call call, const uint32_t *words, uint32_t count)
{
	struct mig_request request = mig_request(call, words, count);
	const uint64_t before = alice->space->account->used.bytes;
	uint64_t charged;

	assert_int_equal(
	    mig_send(alice, other, &request, reply), MACH_MSG_SUCCESS);
	charged = alice->space->account->used.bytes - before;
	assert_int_equal(mig_receive(alice, reply, call_message_id(call)).code,
	    KERN_SUCCESS);
	assert_int_equal(alice->space->account->used.bytes, before);
	return charged;
}

/* It may be all that keeps its port in memory. */
TEST(the_right_in_a_reply_is_charged)
{
	const uint32_t words[] = {tasks_port(bob), MACH_MSG_TYPE_MOVE_RECEIVE};

	meet();
	/* The replies have the same size. */
	assert_true(
	    charge_of(WIRE_PORT_TYPE, words, 1) + sizeof(struct ipc_port) <=
	    charge_of(WIRE_PORT_EXTRACT_RIGHT, words, 2));
}

/* alice sends herself messages until her budget is used up, but for two. */
static void
spend_budget(mach_port_name_t port)
{
	struct mig_request message = {
	    .bytes = CALL_MESSAGE_BYTES,
	    .message.header = {.msgh_size = CALL_MESSAGE_BYTES},
	};
	uint32_t qlimit = MACH_PORT_QLIMIT_MAX;

	EXPECT(ipc_mach_port_set_attributes(
	           alice->space, port, MACH_PORT_LIMITS_INFO, &qlimit, 1),
	    KERN_SUCCESS);
	while (
	    mig_send(alice, port, &message, MACH_PORT_NULL) == MACH_MSG_SUCCESS)
		;
	for (unsigned i = 0; i < 2; i++) {
		const struct ipc_msg_args args = {.option = MACH_RCV_MSG,
		    .rcv_size = 1 << 16,
		    .rcv_name = port};
		struct ipc_waiter waiter;

		ipc_waiter_init(&waiter, NULL);
		EXPECT(ipc_mach_msg_receive(alice->space, &args, &waiter),
		    MACH_MSG_SUCCESS);
		ipc_waiter_reset(&waiter);
	}
}

TEST(a_reply_beyond_the_budget_is_refused)
{
	struct mig_request request = mig_request(WIRE_PORT_NAMES, NULL, 0);
	struct ipc_charge used;

	meet();
	for (unsigned i = 0; i < 900; i++)
		(void)new_right(bob, MACH_PORT_RIGHT_DEAD_NAME);
	spend_budget(tasks_send_port(alice));
	used = alice->space->account->used;
	assert_int_equal(mig_rpc(alice, other, &request, reply).code,
	    KERN_RESOURCE_SHORTAGE);
	assert_int_equal(
	    RPC(PORT_TYPE, KERN_TASK_SELF_NAME).code, KERN_SUCCESS);
	assert_int_equal(alice->space->account->used.bytes, used.bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(each_routine_does_what_its_call_does),
	    CASE(a_request_is_about_whom_it_is_sent_to),
	    CASE(a_right_is_inserted),
	    CASE(a_right_that_cannot_be_inserted_dies),
	    CASE(a_right_is_extracted),
	    CASE(a_port_that_is_to_carry_itself_dies),
	    CASE(without_a_reply_right_it_is_done_all_the_same),
	    CASE(a_dead_reply_right_is_none),
	    CASE(a_notification_is_requested),
	    CASE(a_notification_that_is_refused_is_none),
	    CASE(a_request_of_another_shape_is_refused),
	    CASE(options_of_another_size_are_refused),
	    CASE(a_descriptor_of_another_type_is_refused),
	    CASE(a_guarded_right_is_refused),
	    CASE(an_array_of_rights_is_refused),
	    CASE(options_may_be_a_physical_copy),
	    CASE(nothing_but_the_header_of_a_file_is_served),
	    CASE(an_unknown_id_is_a_bad_one),
	    CASE(each_routine_of_the_interface_is_served),
	    CASE(room_is_no_more_than_there_can_be),
	    CASE(another_object_is_no_task),
	    CASE(a_thread_is_no_task),
	    CASE(a_task_is_not_called_by_its_name_port),
	    CASE(without_memory_for_its_reply_a_request_does_nothing),
	    CASE(a_reply_is_charged_to_who_asked),
	    CASE(the_right_in_a_reply_is_charged),
	    CASE(a_reply_beyond_the_budget_is_refused),
	};

	return cmocka_run_group_tests_name("kern_mig", tests, NULL, NULL);
}
