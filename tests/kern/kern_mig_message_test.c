/* What routines are given of a request, and what of theirs becomes a reply: rights by
 * the piece and in arrays, regions, trailers, one-way requests. */
#include "kern_mig.h"

#include <mach/mig_errors.h>
#include <mach/notify.h>
#include <string.h>

#include "base_alloc.h"
#include "ipc_kobject.h"
#include "ipc_mach_port.h"
#include "ipc_port.h"
#include "ipc_region.h"
#include "ipc_right.h"
#include "ipc_waiter.h"
#include "kern_toy_stubs.h"
#include "mig.h"

#define MANY 3

static unsigned notes;

kern_return_t
kern_serve_toy_note(mach_port_t object, int code)
{
	(void)object;
	notes++;
	return code;
}

/* A second right like the one that came as @handle. */
static mach_port_t
copy(mach_port_t handle)
{
	struct ipc_kmsg_right right = kern_mig_right(handle);

	if (IPC_PORT_VALID(right.port))
		ipc_port_copy_send(right.port);
	right.type = MACH_MSG_TYPE_PORT_SEND;
	return kern_mig_give(right);
}

/* The array comes back; and so do its first, the one, and its first again. */
kern_return_t
kern_serve_toy_rights(mach_port_t object, mach_port_t one,
    mach_port_array_t many, mach_msg_type_number_t many_count,
    mach_port_array_t some, mach_msg_type_number_t *some_count,
    mach_port_array_t *all, mach_msg_type_number_t *all_count)
{
	struct kern_call_words *more = kern_mig_call()->more;
	kern_return_t kr;

	(void)object;
	if (many_count != MANY)
		return KERN_INVALID_ARGUMENT;
	kr = kern_mig_reserve(
	    (MANY * sizeof(mach_port_t) + 7) & ~UINT64_C(7), MANY + 3);
	if (kr != KERN_SUCCESS)
		return kr;
	more->words = base_zalloc(MANY, sizeof(mach_port_t));
	if (!more->words)
		return KERN_RESOURCE_SHORTAGE;
	for (unsigned i = MANY; i-- > 0;)
		more->words[i] = copy(many[i]);
	some[0] = copy(many[0]);
	some[1] = copy(one);
	some[2] = copy(many[0]);
	*some_count = 3;
	*all = more->words;
	*all_count = MANY;
	return KERN_SUCCESS;
}

/* The text backwards, and its first four bytes; between them, no rights. */
kern_return_t
kern_serve_toy_twice(mach_port_t object, vm_offset_t text,
    mach_msg_type_number_t text_count, mach_port_array_t *ports,
    mach_msg_type_number_t *ports_count, vm_offset_t *again,
    mach_msg_type_number_t *again_count, vm_offset_t *first,
    mach_msg_type_number_t *first_count)
{
	static const mach_port_t none[] = {MACH_PORT_NULL, MACH_PORT_DEAD};
	struct kern_call_words *more = kern_mig_call()->more;
	const char *in = (const char *)text;
	char *out;

	(void)object;
	if (text_count < 4)
		return KERN_INVALID_ARGUMENT;
	if (kern_mig_reserve(sizeof(none) + ((text_count + 7u) & ~7u) + 8, 2) !=
	    KERN_SUCCESS)
		return KERN_RESOURCE_SHORTAGE;
	more->words = base_zalloc(text_count, 1);
	if (!more->words)
		return KERN_RESOURCE_SHORTAGE;
	out = (char *)more->words;
	for (uint32_t i = 0; i < text_count; i++)
		out[i] = in[text_count - 1 - i];
	*ports = (mach_port_array_t)(uintptr_t)none;
	*ports_count = 2;
	*again = (vm_offset_t)out;
	*again_count = text_count;
	*first = text;
	*first_count = 4;
	return KERN_SUCCESS;
}

kern_return_t
kern_serve_toy_sender(mach_port_t object, audit_token_t token, uint32_t *uid)
{
	(void)object;
	if (kern_mig_sender())
		assert_memory_equal(
		    &token, &kern_mig_sender()->audit, sizeof(token));
	*uid = token.val[1];
	return kern_mig_reserve(0, 0);
}

kern_return_t
kern_serve_toy_object(mach_port_t object, mach_port_t other, int *type)
{
	const struct ipc_kobject *found = kern_mig_object(other);

	assert_int_equal(kern_mig_object(object)->type, IPC_KOBJECT_HOST);
	assert_null(kern_mig_task(object));
	assert_null(kern_mig_thread(other));
	assert_ptr_equal(kern_mig_account(), alice->space->account);
	*type = found ? found->type : IPC_KOBJECT_NONE;
	if (found && found->type == IPC_KOBJECT_TASK)
		assert_ptr_equal(kern_mig_task(other), bob);
	return kern_mig_reserve(0, 0);
}

static void
serve(struct ipc_kobject *object, struct ipc_kmsg *request)
{
	kern_mig_serve_as(
	    (const struct mig_subsystem *)&kern_serve_kern_toy_subsystem,
	    object, request);
}

static struct ipc_kobject object;
static mach_port_name_t service; /* what alice calls it */
static mach_port_name_t reply;

static int
setup(void **state)
{
	tasks_setup(state);
	assert_true(ipc_kobject_init(&object, IPC_KOBJECT_HOST, serve));
	EXPECT(ipc_right_copyout(alice->space, ipc_kobject_make_send(&object),
	           MACH_MSG_TYPE_PORT_SEND, &service),
	    KERN_SUCCESS);
	reply = tasks_port(alice);
	notes = 0;
	return 0;
}

static int
teardown(void **state)
{
	ipc_kobject_deinit(&object);
	return tasks_teardown(state);
}

#undef CASE
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* @size bytes of message at @message, and @count bytes of region. */
static struct mig_request
request_of(
    const void *message, uint32_t size, const void *region, uint32_t count)
{
	struct mig_request request = {.bytes = size};

	memcpy(&request.message, message, size);
	if (count > 0) {
		request.bytes = (size + 7) & ~7u;
		memcpy(request.message.bytes + request.bytes, region, count);
		request.bytes += count;
	}
	return request;
}

static struct mig_request
note(int code)
{
	const __Request__toy_note_t message = {
	    .Head = {.msgh_size = sizeof(message), .msgh_id = 7700},
	    .code = code,
	};

	return request_of(&message, sizeof(message), NULL, 0);
}

static struct mig_request
rights(mach_port_name_t one, const mach_port_name_t *many, uint32_t count)
{
	const __Request__toy_rights_t message = {
	    .Head = {.msgh_size = sizeof(message),
	        .msgh_id = 7701,
	        .msgh_bits = MACH_MSGH_BITS_COMPLEX},
	    .msgh_body.msgh_descriptor_count = 2,
	    .one = {.name = one,
	        .disposition = MACH_MSG_TYPE_COPY_SEND,
	        .type = MACH_MSG_PORT_DESCRIPTOR},
	    .many = {.count = count,
	        .disposition = MACH_MSG_TYPE_COPY_SEND,
	        .type = MACH_MSG_OOL_PORTS_DESCRIPTOR},
	    .manyCnt = count,
	};

	return request_of(
	    &message, sizeof(message), many, count * (uint32_t)sizeof(*many));
}

TEST(a_one_way_request_is_served)
{
	struct mig_request request = note(KERN_SUCCESS);

	assert_int_equal(mig_send(alice, service, &request, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	request = note(KERN_FAILURE);
	assert_int_equal(mig_send(alice, service, &request, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	assert_int_equal(notes, 2);
}

/* mig.md 11.1: whoever gives a reply right to it hears of the code. */
TEST(a_one_way_request_may_ask_for_a_code)
{
	static const kern_return_t codes[] = {KERN_SUCCESS, KERN_FAILURE};

	for (unsigned i = 0; i < 2; i++) {
		struct mig_request request = note(codes[i]);
		mig_reply_error_t message;
		struct ipc_waiter waiter;
		const struct ipc_kmsg *kmsg;

		assert_int_equal(mig_send(alice, service, &request, reply),
		    MACH_MSG_SUCCESS);
		kmsg = mig_take(alice, reply, &waiter);
		assert_non_null(kmsg);
		assert_int_equal(kmsg->size, sizeof(message));
		memcpy(&message, kmsg->bytes, sizeof(message));
		assert_int_equal(message.RetCode, codes[i]);
		ipc_waiter_reset(&waiter);
	}
}

TEST(no_reply_is_none)
{
	struct mig_request request = note(MIG_NO_REPLY);

	/* It took nothing over: what it did not answer has died. */
	assert_int_equal(
	    mig_rpc(alice, service, &request, reply).code, MIG_SERVER_DIED);
	assert_int_equal(notes, 1);
}

/* What @type of a port is in the reply, is of the name @name there. */
static void
expect_right(mach_port_name_t found, mach_port_name_t name)
{
	assert_int_equal(found, name);
}

TEST(rights_go_in_arrays_and_alone)
{
	const mach_port_name_t many[MANY] = {
	    tasks_send_port(alice), MACH_PORT_DEAD, tasks_send_port(alice)};
	const mach_port_name_t one = tasks_send_port(alice);
	struct mig_request request = rights(one, many, MANY);
	__Reply__toy_rights_t message;
	struct ipc_waiter waiter;
	const struct ipc_kmsg *kmsg;

	assert_int_equal(
	    mig_send(alice, service, &request, reply), MACH_MSG_SUCCESS);
	kmsg = mig_take(alice, reply, &waiter);
	assert_non_null(kmsg);
	assert_int_equal(kmsg->size, sizeof(message));
	memcpy(&message, kmsg->bytes, sizeof(message));
	assert_int_equal(message.someCnt, 3);
	expect_right(message.some[0].name, many[0]);
	expect_right(message.some[1].name, one);
	expect_right(message.some[2].name, many[0]);
	assert_int_equal(message.all.count, MANY);
	assert_int_equal(message.all.disposition, MACH_MSG_TYPE_PORT_SEND);
	for (unsigned i = 0; i < MANY; i++)
		expect_right(kmsg->names[i], many[i]);
	ipc_waiter_reset(&waiter);
	assert_int_equal(tasks_refs(alice, many[0], MACH_PORT_RIGHT_SEND), 4);
	assert_int_equal(tasks_refs(alice, many[2], MACH_PORT_RIGHT_SEND), 2);
	assert_int_equal(tasks_refs(alice, one, MACH_PORT_RIGHT_SEND), 2);
}

TEST(rights_for_nobody_are_released)
{
	const mach_port_name_t many[MANY] = {tasks_send_port(alice)};
	struct mig_request request = rights(many[0], many, MANY);

	assert_int_equal(mig_send(alice, service, &request, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	assert_int_equal(tasks_refs(alice, many[0], MACH_PORT_RIGHT_SEND), 1);
}

TEST(an_array_of_rights_that_is_refused_is_released)
{
	const mach_port_name_t many[MANY] = {tasks_send_port(alice)};
	struct mig_request request = rights(many[0], many, MANY - 1);

	assert_int_equal(mig_rpc(alice, service, &request, reply).code,
	    KERN_INVALID_ARGUMENT);
	request = rights(many[0], NULL, 0);
	assert_int_equal(mig_rpc(alice, service, &request, reply).code,
	    KERN_INVALID_ARGUMENT);
}

TEST(without_memory_no_right_goes_and_none_is_lost)
{
	const mach_port_name_t many[MANY] = {tasks_send_port(alice)};
	mach_msg_return_t mr = MACH_SEND_NO_BUFFER;
	unsigned failures = 0;
	struct ipc_waiter waiter;
	const struct ipc_kmsg *kmsg = NULL;
	uint32_t size = 0;

	while (size != sizeof(__Reply__toy_rights_t)) {
		struct mig_request request = rights(many[0], many, MANY);

		base_alloc_fail_at(++failures);
		mr = mig_send(alice, service, &request, reply);
		base_alloc_fail_at(0);
		if (mr != MACH_MSG_SUCCESS)
			continue;
		kmsg = mig_take(alice, reply, &waiter);
		assert_non_null(kmsg);
		size = kmsg->size;
		ipc_waiter_reset(&waiter);
	}
	assert_true(failures > 4);
}

static __Request__toy_twice_t
twice(uint32_t bytes)
{
	return (__Request__toy_twice_t){
	    .Head = {.msgh_size = sizeof(__Request__toy_twice_t),
	        .msgh_id = 7702,
	        .msgh_bits = MACH_MSGH_BITS_COMPLEX},
	    .msgh_body.msgh_descriptor_count = 1,
	    .text = {.size = bytes,
	        .copy = MACH_MSG_VIRTUAL_COPY,
	        .type = MACH_MSG_OOL_DESCRIPTOR},
	    .textCnt = bytes,
	};
}

/* What is replied if the text was "backwards". */
static void
expect_twice(void)
{
	__Reply__toy_twice_t message;
	struct ipc_regions regions;
	struct ipc_waiter waiter;
	const struct ipc_kmsg *kmsg = mig_take(alice, reply, &waiter);

	assert_non_null(kmsg);
	assert_int_equal(kmsg->size, sizeof(message));
	memcpy(&message, kmsg->bytes, sizeof(message));
	assert_int_equal(message.ports.count, 2);
	assert_int_equal(kmsg->names[0], MACH_PORT_NULL);
	assert_int_equal(kmsg->names[1], MACH_PORT_DEAD);
	/* An array of rights has its place between the regions. */
	regions = ipc_regions_of(kmsg);
	(void)ipc_regions_next(&regions, 0, 8);
	assert_int_equal(message.again.size, 9);
	assert_memory_equal(kmsg->ool + ipc_regions_next(&regions, 1, 9).offset,
	    "sdrawkcab", 9);
	assert_int_equal(message.first.size, 4);
	assert_memory_equal(
	    kmsg->ool + ipc_regions_next(&regions, 2, 4).offset, "back", 4);
	ipc_waiter_reset(&waiter);
}

TEST(regions_go_both_ways)
{
	const __Request__toy_twice_t sent = twice(9);
	struct mig_request request =
	    request_of(&sent, sizeof(sent), "backwards", 9);

	assert_int_equal(
	    mig_send(alice, service, &request, reply), MACH_MSG_SUCCESS);
	expect_twice();
}

/* --- a region in a file of its own ----------------------------------------- */

static bool file_is_readable;
static unsigned files_freed;

static bool
file_read(
    const struct ipc_memory *memory, uint64_t offset, void *to, size_t count)
{
	assert_true(offset == 4096 && count <= memory->bytes - offset);
	memset(to, 0, count);
	memcpy(to, "backwards", count < 9 ? count : 9);
	return file_is_readable;
}

static void
file_free(struct ipc_memory *memory)
{
	(void)memory;
	files_freed++;
}

static struct ipc_memory
new_file(uint32_t bytes)
{
	file_is_readable = true;
	files_freed = 0;
	return (struct ipc_memory){
	    .bytes = 4096 + bytes,
	    .offset = 4096,
	    .read = file_read,
	    .free = file_free,
	};
}

static kern_return_t
code_with_file(uint32_t bytes, bool readable)
{
	const __Request__toy_twice_t sent = twice(bytes);
	struct mig_request request = request_of(&sent, sizeof(sent), NULL, 0);
	struct ipc_memory file = new_file(bytes);
	kern_return_t kr;

	file_is_readable = readable;
	request.placed = &file;
	kr = mig_rpc(alice, service, &request, reply).code;
	assert_int_equal(files_freed, 1);
	return kr;
}

TEST(a_region_in_a_file_of_its_own_is_read)
{
	const __Request__toy_twice_t sent = twice(9);
	struct mig_request request = request_of(&sent, sizeof(sent), NULL, 0);
	struct ipc_memory file = new_file(9);

	request.placed = &file;
	assert_int_equal(
	    mig_send(alice, service, &request, reply), MACH_MSG_SUCCESS);
	assert_int_equal(files_freed, 1);
	expect_twice();
}

TEST(a_region_in_a_file_is_no_larger_than_one_in_a_packet)
{
	assert_int_equal(
	    code_with_file((128 << 10) + 1, true), MIG_BAD_ARGUMENTS);
}

TEST(a_region_in_a_file_that_cannot_be_read_is_a_shortage)
{
	assert_int_equal(code_with_file(9, false), KERN_RESOURCE_SHORTAGE);
}

TEST(a_region_in_a_file_without_memory_for_it_is_a_shortage)
{
	const __Request__toy_twice_t sent = twice(9);
	uint32_t size = 0;
	unsigned failures = 0;
	struct ipc_waiter waiter;
	struct ipc_kmsg *kmsg;
	mach_msg_return_t mr;

	while (size != sizeof(__Reply__toy_twice_t)) {
		struct mig_request request =
		    request_of(&sent, sizeof(sent), NULL, 0);
		struct ipc_memory file = new_file(9);

		request.placed = &file;
		base_alloc_fail_at(++failures);
		mr = mig_send(alice, service, &request, reply);
		base_alloc_fail_at(0);
		assert_int_equal(files_freed, 1);
		if (mr != MACH_MSG_SUCCESS)
			continue;
		kmsg = mig_take(alice, reply, &waiter);
		assert_non_null(kmsg);
		size = kmsg->size;
		ipc_waiter_reset(&waiter);
	}
	assert_true(failures > 3);
}

/* What no routine wants is looked through all the same. */
TEST(a_file_behind_a_right_is_found)
{
	struct {
		mach_msg_base_t base;
		mach_msg_port_descriptor_t right;
		mach_msg_ool_descriptor_t memory;
	} sent = {
	    .base.header = {.msgh_size = sizeof(sent),
	        .msgh_id = 7702,
	        .msgh_bits = MACH_MSGH_BITS_COMPLEX},
	    .base.body = {2},
	    .right = {.name = service,
	        .disposition = MACH_MSG_TYPE_COPY_SEND,
	        .type = MACH_MSG_PORT_DESCRIPTOR},
	    .memory = {.size = 9, .type = MACH_MSG_OOL_DESCRIPTOR},
	};
	struct mig_request request = request_of(&sent, sizeof(sent), NULL, 0);
	struct ipc_memory file = new_file(9);

	file.index = 1;
	request.placed = &file;
	assert_int_equal(
	    mig_rpc(alice, service, &request, reply).code, MIG_BAD_ARGUMENTS);
	assert_int_equal(files_freed, 1);
}

static struct mig_request
who(void)
{
	const __Request__toy_sender_t message = {
	    .Head = {.msgh_size = sizeof(message), .msgh_id = 7704}};

	return request_of(&message, sizeof(message), NULL, 0);
}

static uint32_t
uid_of_sender(struct kern_task *task, mach_port_name_t to, mach_port_name_t on)
{
	struct mig_request request = who();
	__Reply__toy_sender_t message;
	struct ipc_waiter waiter;
	const struct ipc_kmsg *kmsg;

	assert_int_equal(mig_send(task, to, &request, on), MACH_MSG_SUCCESS);
	kmsg = mig_take(task, on, &waiter);
	assert_non_null(kmsg);
	assert_int_equal(kmsg->size, sizeof(message));
	memcpy(&message, kmsg->bytes, sizeof(message));
	ipc_waiter_reset(&waiter);
	return message.uid;
}

TEST(the_sender_is_told)
{
	const security_token_t security = {{1234, 5}};
	const audit_token_t audit = {{0, 1234, 5, 1234, 5, 77, 0, 1}};
	struct ipc_identity *identity = ipc_identity_new(&security, &audit);
	struct kern_task *carol;
	mach_port_name_t to;

	assert_non_null(identity);
	carol = kern_task_new(tasks_user, identity, NULL);
	assert_non_null(carol);
	EXPECT(ipc_right_copyout(carol->space, ipc_kobject_make_send(&object),
	           MACH_MSG_TYPE_PORT_SEND, &to),
	    KERN_SUCCESS);
	assert_int_equal(uid_of_sender(carol, to, tasks_port(carol)), 1234);
	/* alice is nobody: the kernel itself. */
	assert_int_equal(uid_of_sender(alice, service, reply), 0);
	kern_task_destroy(carol);
	(void)ipc_identity_unref(identity);
}

static int
type_behind(mach_port_name_t other)
{
	const __Request__toy_object_t sent = {
	    .Head = {.msgh_size = sizeof(sent),
	        .msgh_id = 7705,
	        .msgh_bits = MACH_MSGH_BITS_COMPLEX},
	    .msgh_body.msgh_descriptor_count = 1,
	    .other = {.name = other,
	        .disposition = MACH_MSG_TYPE_COPY_SEND,
	        .type = MACH_MSG_PORT_DESCRIPTOR},
	};
	struct mig_request request = request_of(&sent, sizeof(sent), NULL, 0);
	__Reply__toy_object_t message;
	struct ipc_waiter waiter;
	const struct ipc_kmsg *kmsg;

	assert_int_equal(
	    mig_send(alice, service, &request, reply), MACH_MSG_SUCCESS);
	kmsg = mig_take(alice, reply, &waiter);
	assert_non_null(kmsg);
	assert_int_equal(kmsg->size, sizeof(message));
	memcpy(&message, kmsg->bytes, sizeof(message));
	ipc_waiter_reset(&waiter);
	return message.type;
}

TEST(a_right_of_the_request_may_be_an_object)
{
	assert_int_equal(
	    type_behind(tasks_give_task(bob, alice)), IPC_KOBJECT_TASK);
	assert_int_equal(type_behind(service), IPC_KOBJECT_HOST);
	assert_int_equal(type_behind(tasks_send_port(alice)), IPC_KOBJECT_NONE);
	assert_int_equal(type_behind(MACH_PORT_NULL), IPC_KOBJECT_NONE);
	assert_int_equal(type_behind(MACH_PORT_DEAD), IPC_KOBJECT_NONE);
}

TEST(an_id_that_is_skipped_is_a_bad_one)
{
	struct mig_request request = note(KERN_SUCCESS);

	request.message.header.msgh_id = 7703;
	assert_int_equal(
	    mig_rpc(alice, service, &request, reply).code, MIG_BAD_ID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_one_way_request_is_served),
	    CASE(a_one_way_request_may_ask_for_a_code),
	    CASE(no_reply_is_none),
	    CASE(rights_go_in_arrays_and_alone),
	    CASE(rights_for_nobody_are_released),
	    CASE(an_array_of_rights_that_is_refused_is_released),
	    CASE(without_memory_no_right_goes_and_none_is_lost),
	    CASE(regions_go_both_ways),
	    CASE(a_region_in_a_file_of_its_own_is_read),
	    CASE(a_region_in_a_file_is_no_larger_than_one_in_a_packet),
	    CASE(a_region_in_a_file_that_cannot_be_read_is_a_shortage),
	    CASE(a_region_in_a_file_without_memory_for_it_is_a_shortage),
	    CASE(a_file_behind_a_right_is_found),
	    CASE(the_sender_is_told),
	    CASE(a_right_of_the_request_may_be_an_object),
	    CASE(an_id_that_is_skipped_is_a_bad_one),
	};

	return cmocka_run_group_tests_name(
	    "kern_mig_message", tests, NULL, NULL);
}
