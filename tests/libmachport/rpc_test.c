/* Calls on a port that is not a task's: through a proxy that passes them on to the
 * task, they do what they do without; and what is replied is not believed. */
#include <mach/mach.h>
#include <mach/mig.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "program.h"
#include "proxy.h"

#define WIDE ((mach_port_context_t)0x123456789abcdef0)

static mach_port_t self;

static mach_port_t
new_port(mach_port_right_t right)
{
	mach_port_t port;

	CHECK_EQ(mach_port_allocate(self, right, &port), KERN_SUCCESS);
	return port;
}

static void
make_send(mach_port_t port)
{
	CHECK_EQ(
	    mach_port_insert_right(self, port, port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
}

static void
start_server(void (*how)(union proxy_request *))
{
	self = mach_task_self();
	proxy_start(self, how);
}

/*
 * All calls, and what came of them in numbers that do not depend on which names
 * were free.
 */
struct results {
	unsigned count;
	uint64_t values[300];
};

static void
note(struct results *results, uint64_t value)
{
	CHECK(results->count < 300);
	results->values[results->count++] = value;
}

/* A name is what it denotes. */
static void
note_name(struct results *results, mach_port_name_t name)
{
	mach_port_type_t type = 0;

	note(results, (uint64_t)mach_port_type(self, name, &type));
	note(results, type);
}

static void
note_bytes(struct results *results, const void *bytes, size_t count)
{
	const uint8_t *at = bytes;
	uint64_t sum = 7;

	for (size_t i = 0; i < count; i++)
		sum = sum * 31 + at[i];
	note(results, sum);
}

#define NOTE(value) note(results, (uint64_t)(value))

static void
call_on_names(mach_port_t task, struct results *results)
{
	mach_port_qos_t qos = {.prealloc = TRUE, .len = 100};
	mach_port_t port = MACH_PORT_NULL, other = MACH_PORT_NULL;
	mach_port_urefs_t refs = 0;

	NOTE(mach_port_allocate(task, MACH_PORT_RIGHT_RECEIVE, &port));
	note_name(results, port);
	NOTE(mach_port_rename(task, port, 0x40003));
	NOTE(mach_port_insert_right(
	    task, 0x40003, 0x40003, MACH_MSG_TYPE_MAKE_SEND));
	note_name(results, 0x40003);
	NOTE(mach_port_mod_refs(task, 0x40003, MACH_PORT_RIGHT_SEND, 4));
	NOTE(mach_port_get_refs(task, 0x40003, MACH_PORT_RIGHT_SEND, &refs));
	NOTE(refs);
	NOTE(mach_port_deallocate(task, 0x40003));
	NOTE(mach_port_deallocate(task, 0x50003));
	NOTE(mach_port_allocate_name(task, MACH_PORT_RIGHT_RECEIVE, 0x40003));
	NOTE(mach_port_destroy(task, 0x40003));
	note_name(results, 0x40003);
	NOTE(mach_port_allocate_name(task, MACH_PORT_RIGHT_DEAD_NAME, 0x40003));
	NOTE(mach_port_destroy(task, 0x40003));
	NOTE(mach_port_allocate_qos(
	    task, MACH_PORT_RIGHT_RECEIVE, &qos, &other));
	note_name(results, other);
	NOTE(mach_port_destroy(task, other));
	qos.name = TRUE;
	other = 0x40003;
	NOTE(mach_port_allocate_full(
	    task, MACH_PORT_RIGHT_RECEIVE, MACH_PORT_NULL, &qos, &other));
	NOTE(other);
	NOTE(qos.len);
	NOTE(mach_port_allocate_full(
	    task, MACH_PORT_RIGHT_RECEIVE, self, &qos, &other));
	NOTE(mach_port_destroy(task, other));
}

static void
call_on_sets(mach_port_t task, struct results *results)
{
	mach_port_t port = new_port(MACH_PORT_RIGHT_RECEIVE);
	mach_port_t set = new_port(MACH_PORT_RIGHT_PORT_SET);
	mach_port_name_array_t members = NULL;
	mach_msg_type_number_t count = 77;

	NOTE(mach_port_get_set_status(task, set, &members, &count));
	NOTE(count);
	NOTE(members == NULL);
	NOTE(mach_port_insert_member(task, port, set));
	NOTE(mach_port_insert_member(task, port, set));
	NOTE(mach_port_get_set_status(task, set, &members, &count));
	NOTE(count);
	NOTE(members[0] == port);
	NOTE(vm_deallocate(self, (vm_address_t)members, (vm_size_t)count * 4));
	NOTE(mach_port_extract_member(task, port, set));
	NOTE(mach_port_move_member(task, port, set));
	NOTE(mach_port_move_member(task, port, MACH_PORT_NULL));
	NOTE(mach_port_destroy(task, port));
	NOTE(mach_port_destroy(task, set));
}

static void
call_on_properties(mach_port_t task, struct results *results)
{
	mach_port_t port = new_port(MACH_PORT_RIGHT_RECEIVE);
	mach_port_limits_t limits = {.mpl_qlimit = 9};
	mach_port_status_t status = {0};
	mach_msg_max_trailer_t trailer = {0};
	mach_msg_type_number_t count = sizeof(trailer);
	mach_port_rights_t srights = 7;
	mach_port_seqno_t seqno = 0;
	mach_msg_size_t size = 0;
	mach_msg_id_t id = 0;

	make_send(port);
	NOTE(mach_port_set_mscount(task, port, 5));
	NOTE(mach_port_set_seqno(task, port, 6));
	NOTE(mach_port_set_attributes(task, port, MACH_PORT_LIMITS_INFO,
	    (mach_port_info_t)&limits, MACH_PORT_LIMITS_INFO_COUNT));
	NOTE(mach_port_set_attributes(
	    task, port, MACH_PORT_LIMITS_INFO, (mach_port_info_t)&limits, 0));
	NOTE(mach_port_get_receive_status(task, port, &status));
	note_bytes(results, &status, sizeof(status));
	NOTE(mach_port_get_srights(task, port, &srights));
	NOTE(srights);
	NOTE(mach_port_peek(task, port, 0, &seqno, &size, &id,
	    (mach_msg_trailer_info_t)&trailer, &count));
	NOTE(count);
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .msgh_remote_port = port,
	    .msgh_id = 55,
	};
	CHECK_EQ(mach_msg(&header, MACH_SEND_MSG, sizeof(header), 0,
	             MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	count = sizeof(trailer);
	NOTE(mach_port_peek(task, port,
	    MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT), &seqno, &size,
	    &id, (mach_msg_trailer_info_t)&trailer, &count));
	NOTE(count);
	NOTE(seqno);
	NOTE(size);
	NOTE(id);
	note_bytes(results, &trailer, count);
	NOTE(mach_port_destroy(task, port));
}

static void
call_on_guards(mach_port_t task, struct results *results)
{
	mach_port_options_t options = {
	    .flags = MPO_QLIMIT | MPO_CONTEXT_AS_GUARD | MPO_INSERT_SEND_RIGHT,
	    .mpl = {.mpl_qlimit = 3},
	};
	mach_port_guard_info_t info = {.mpgi_guard = WIDE + 1};
	mach_port_t port = MACH_PORT_NULL;
	mach_port_context_t context = 0;

	NOTE(mach_port_construct(task, &options, WIDE, &port));
	note_name(results, port);
	NOTE(mach_port_get_context(task, port, &context));
	NOTE(context);
	NOTE(mach_port_swap_guard(task, port, WIDE, WIDE + 1));
	NOTE(mach_port_unguard(task, port, WIDE));
	NOTE(mach_port_unguard(task, port, WIDE + 1));
	NOTE(mach_port_guard(task, port, WIDE, FALSE));
	NOTE(mach_port_unguard(task, port, WIDE));
	NOTE(mach_port_guard_with_flags(task, port, WIDE + 1, MPG_STRICT));
	NOTE(mach_port_assert_attributes(task, port, MACH_PORT_GUARD_INFO,
	    (mach_port_info_t)&info, MACH_PORT_GUARD_INFO_COUNT));
	NOTE(mach_port_set_context(task, port, 5));
	NOTE(mach_port_destruct(task, port, -1, 0));
	NOTE(mach_port_destruct(task, port, -1, WIDE + 1));
}

static void
call_on_the_space(mach_port_t task, struct results *results)
{
	mach_port_name_array_t names = NULL;
	mach_port_type_array_t types = NULL;
	ipc_info_name_array_t table = NULL;
	ipc_info_tree_name_array_t tree = NULL;
	ipc_info_space_basic_t basic = {0};
	mach_msg_type_number_t count = 0, count2 = 0;
	ipc_info_space_t info = {0};
	unsigned total = 7, used = 7;

	NOTE(mach_port_names(task, &names, &count, &types, &count2));
	NOTE(count == count2 && count > 2);
	NOTE(names[0]);
	NOTE(types[0]);
	NOTE(vm_deallocate(self, (vm_address_t)names, (vm_size_t)count * 4));
	NOTE(vm_deallocate(self, (vm_address_t)types, (vm_size_t)count * 4));
	NOTE(mach_port_space_info(task, &info, &table, &count, &tree, &count2));
	NOTE(info.iis_genno_mask);
	NOTE(count > 2 && count2 == 0 && tree == NULL);
	NOTE(table[0].iin_type);
	NOTE(
	    vm_deallocate(self, (vm_address_t)table, count * sizeof(table[0])));
	NOTE(mach_port_space_basic_info(task, &basic));
	NOTE(basic.iisb_genno_mask);
	NOTE(mach_port_dnrequest_info(task, proxy, &total, &used));
	NOTE(total * 10 + used);
	NOTE(task_set_port_space(task, 1000));
}

static void
call_on_objects(mach_port_t task, struct results *results)
{
	kobject_description_t text;
	mach_vm_address_t address = 7;
	unsigned short_address = 7;
	natural_t type = 7;
	mach_service_port_info_data_t service;
	boolean_t lost;
	uint64_t policy;

	NOTE(mach_port_kobject(task, self, &type, &address));
	NOTE(type);
	NOTE(address);
	NOTE(mach_port_kernel_object(task, self, &type, &short_address));
	NOTE(short_address);
	NOTE(mach_port_kobject_description(task, self, &type, &address, text));
	note_bytes(results, text, sizeof(text));
	NOTE(mach_port_kobject_description(task, proxy, &type, &address, text));
	NOTE(text[0]);
	NOTE(mach_port_get_service_port_info(task, proxy, &service));
	NOTE(mach_port_special_reply_port_reset_link(task, proxy, &lost));
	NOTE(mach_port_is_connection_for_service(task, proxy, proxy, &policy));
}

static void
call_on_rights(mach_port_t task, struct results *results)
{
	mach_port_t port = new_port(MACH_PORT_RIGHT_RECEIVE);
	mach_port_t right = MACH_PORT_NULL, previous = 77;
	mach_msg_type_name_t type = 0;

	NOTE(mach_port_extract_right(
	    task, port, MACH_MSG_TYPE_MAKE_SEND, &right, &type));
	NOTE(right == port);
	NOTE(type);
	NOTE(mach_port_extract_right(
	    task, port, MACH_MSG_TYPE_MAKE_SEND_ONCE, &right, &type));
	note_name(results, right);
	NOTE(mach_port_request_notification(task, port, MACH_NOTIFY_NO_SENDERS,
	    9, port, MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous));
	NOTE(previous);
	NOTE(mach_port_request_notification(task, port, MACH_NOTIFY_NO_SENDERS,
	    9, right, MACH_MSG_TYPE_MOVE_SEND_ONCE, &previous));
	note_name(results, previous);
	NOTE(mach_port_request_notification(task, port, MACH_NOTIFY_NO_SENDERS,
	    9, port, MACH_MSG_TYPE_MAKE_SEND, &right));
	NOTE(mach_port_deallocate(task, previous));
	NOTE(mach_port_insert_right(task, port, port, MACH_MSG_TYPE_COPY_SEND));
	NOTE(mach_port_destroy(task, port));
	NOTE(mach_port_extract_right(
	    task, port, MACH_MSG_TYPE_MOVE_SEND, &right, &type));
}

static void
make_calls(mach_port_t task, struct results *results)
{
	results->count = 0;
	call_on_names(task, results);
	call_on_sets(task, results);
	call_on_properties(task, results);
	call_on_guards(task, results);
	call_on_the_space(task, results);
	call_on_objects(task, results);
	call_on_rights(task, results);
}

static void
call_through_a_proxy(void)
{
	static struct results direct;
	static struct results proxied;

	start_server(proxy_forward);
	(void)mig_get_reply_port();
	make_calls(self, &direct);
	make_calls(proxy, &proxied);
	CHECK_EQ(proxied.count, direct.count);
	for (unsigned i = 0; i < direct.count; i++)
		CHECK_EQ((i << 16) + (unsigned)proxied.values[i],
		    (i << 16) + (unsigned)direct.values[i]);
	CHECK(
	    memcmp(direct.values, proxied.values, sizeof(direct.values)) == 0);
	proxy_stop();
}

static void
calls_through_a_proxy_are_those_on_the_task(void **state)
{
	(void)state;
	program_run(call_through_a_proxy);
}

/*
 * Liars. Each replies something else to one call, and leaves nothing behind.
 */

/* Reply @bytes of @reply, whose id is that of the request and @id. */
static void
reply_with(const union proxy_request *request, void *reply,
    mach_msg_size_t bytes, mach_msg_id_t id)
{
	mach_msg_header_t *header = reply;

	header->msgh_bits |= MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
	header->msgh_remote_port = request->header.msgh_remote_port;
	header->msgh_id = request->header.msgh_id + id;
	CHECK_EQ(mach_msg(header, MACH_SEND_MSG, bytes, 0, MACH_PORT_NULL,
	             MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

static const NDR_record_t ndr = {.int_rep = NDR_INT_LITTLE_ENDIAN};

struct simple {
	mig_reply_error_t head;
	uint32_t words[200];
};

static struct simple
simple_reply(kern_return_t code)
{
	return (struct simple){
	    .head = {.NDR = ndr, .RetCode = code}, .words = {42}};
}

static void
reply_wrong_id(union proxy_request *request)
{
	struct simple reply = simple_reply(KERN_SUCCESS);

	reply_with(request, &reply, 40, 99);
}

static void
reply_short(union proxy_request *request)
{
	struct simple reply = simple_reply(KERN_SUCCESS);

	reply_with(request, &reply, 36, 100);
}

static void
reply_shorter(union proxy_request *request)
{
	struct simple reply = simple_reply(KERN_FAILURE);

	reply_with(request, &reply, 24, 100);
}

static void
reply_long(union proxy_request *request)
{
	struct simple reply = simple_reply(KERN_SUCCESS);

	reply_with(request, &reply, 44, 100);
}

static void
reply_too_long(union proxy_request *request)
{
	struct simple reply = simple_reply(KERN_SUCCESS);

	reply_with(request, &reply, 400, 100);
}

static void
reply_failure(union proxy_request *request)
{
	struct simple reply = simple_reply(KERN_ABORTED);

	reply_with(request, &reply, 36, 100);
}

static void
reply_no_reply(union proxy_request *request)
{
	struct simple reply = simple_reply(MIG_NO_REPLY);

	reply_with(request, &reply, 36, 100);
}

static void
reply_well(union proxy_request *request)
{
	struct simple reply = simple_reply(KERN_SUCCESS);

	reply_with(request, &reply, 40, 100);
}

static void
drop(union proxy_request *request)
{
	mach_msg_destroy(&request->header);
}

/* With a right to reply to the reply. */
static void
reply_with_local(union proxy_request *request)
{
	struct simple reply = simple_reply(KERN_SUCCESS);

	reply.head.Head.msgh_bits =
	    MACH_MSGH_BITS(0, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	reply.head.Head.msgh_local_port = proxy;
	reply_with(request, &reply, 40, 100);
}

/* One right, of the type that the server makes. */
static void
reply_right(union proxy_request *request, uint8_t disposition)
{
	struct {
		mach_msg_base_t base;
		mach_msg_port_descriptor_t port;
	} reply = {
	    .base = {.header = {.msgh_bits = MACH_MSGH_BITS_COMPLEX},
	        .body = {1}},
	    .port = {.name = proxy,
	        .disposition = disposition,
	        .type = MACH_MSG_PORT_DESCRIPTOR},
	};

	reply_with(request, &reply, sizeof(reply), 100);
}

static void
reply_send(union proxy_request *request)
{
	reply_right(request, MACH_MSG_TYPE_COPY_SEND);
}

/* Memory of @first and @second words, as names and types; they are said to be so
 * many. How the server sends it changes while no request is out. */
static _Atomic mach_msg_descriptor_type_t memory_type = MACH_MSG_OOL_DESCRIPTOR;
static _Atomic mach_msg_copy_options_t memory_copy = MACH_MSG_VIRTUAL_COPY;

static void
reply_names(union proxy_request *request, uint32_t first, uint32_t second,
    const uint32_t said[2])
{
	static uint32_t words[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	struct {
		mach_msg_base_t base;
		mach_msg_ool_descriptor_t ool[2];
		NDR_record_t ndr;
		uint32_t counts[2];
	} reply = {
	    .base = {.header = {.msgh_bits = MACH_MSGH_BITS_COMPLEX},
	        .body = {2}},
	    .ndr = ndr,
	    .counts = {said[0], said[1]},
	};

	for (unsigned i = 0; i < 2; i++) {
		reply.ool[i].address = words;
		reply.ool[i].size = (i == 0 ? first : second) * 4;
		reply.ool[i].copy = memory_copy & 0xFF;
		reply.ool[i].type = memory_type & 0xFF;
	}
	reply_with(request, &reply, sizeof(reply), 100);
}

static void
reply_three_names(union proxy_request *request)
{
	reply_names(request, 3, 3, (const uint32_t[]){3, 3});
}

static void
reply_more_names_than_types(union proxy_request *request)
{
	reply_names(request, 3, 2, (const uint32_t[]){3, 2});
}

static void
reply_fewer_than_said(union proxy_request *request)
{
	reply_names(request, 3, 3, (const uint32_t[]){4, 4});
}

static void
reply_no_names(union proxy_request *request)
{
	reply_names(request, 0, 0, (const uint32_t[]){0, 0});
}

static uint32_t
name_count(void)
{
	ipc_info_space_basic_t info;

	CHECK_EQ(mach_port_space_basic_info(self, &info), KERN_SUCCESS);
	return info.iisb_table_inuse;
}

static void
lie_about_a_type(void)
{
	static const struct {
		void (*answer)(union proxy_request *);
		kern_return_t code;
	} rows[] = {
	    {reply_well, KERN_SUCCESS},
	    {reply_wrong_id, MIG_REPLY_MISMATCH},
	    {reply_short, MIG_TYPE_ERROR},
	    {reply_shorter, MIG_TYPE_ERROR},
	    {reply_long, MACH_RCV_TOO_LARGE},
	    {reply_too_long, MACH_RCV_TOO_LARGE},
	    {reply_failure, KERN_ABORTED},
	    {reply_no_reply, MIG_NO_REPLY},
	    {reply_with_local, MIG_TYPE_ERROR},
	    {reply_send, MIG_TYPE_ERROR},
	    {reply_three_names, MACH_RCV_TOO_LARGE},
	    {drop, MIG_SERVER_DIED},
	    {reply_well, KERN_SUCCESS},
	};
	mach_port_type_t type;
	uint32_t count;

	start_server(reply_well);
	CHECK_EQ(mach_port_type(proxy, proxy, &type), KERN_SUCCESS);
	count = name_count();
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		proxy_answer_with(rows[i].answer);
		type = 7;
		CHECK_EQ(mach_port_type(proxy, proxy, &type), rows[i].code);
		CHECK_EQ(type, rows[i].code == KERN_SUCCESS ? 42 : 7);
		(void)mig_get_reply_port();
		CHECK_EQ(name_count(), count);
	}
	proxy_stop();
}

static void
a_reply_of_another_shape_is_refused(void **state)
{
	(void)state;
	program_run(lie_about_a_type);
}

static void
lie_about_names(void)
{
	mach_port_name_array_t names;
	mach_port_type_array_t types;
	mach_msg_type_number_t count, types_count;

	start_server(reply_three_names);
	CHECK_EQ(mach_port_names(proxy, &names, &count, &types, &types_count),
	    KERN_SUCCESS);
	CHECK_EQ(count, 3);
	CHECK_EQ(types_count, 3);
	CHECK_EQ(names[2], 3);
	CHECK_EQ(types[0], 1);
	CHECK_EQ(vm_deallocate(self, (vm_address_t)names, 12), KERN_SUCCESS);
	CHECK_EQ(vm_deallocate(self, (vm_address_t)types, 12), KERN_SUCCESS);
	proxy_answer_with(reply_more_names_than_types);
	CHECK_EQ(mach_port_names(proxy, &names, &count, &types, &types_count),
	    MIG_TYPE_ERROR);
	proxy_answer_with(reply_fewer_than_said);
	CHECK_EQ(mach_port_names(proxy, &names, &count, &types, &types_count),
	    MIG_TYPE_ERROR);
	proxy_answer_with(reply_no_names);
	CHECK_EQ(mach_port_names(proxy, &names, &count, &types, &types_count),
	    KERN_SUCCESS);
	CHECK_EQ(count, 0);
	CHECK(names == NULL && types == NULL);
	proxy_stop();
}

static void
arrays_must_be_what_they_are_said_to_be(void **state)
{
	(void)state;
	program_run(lie_about_names);
}

/* How many regions of messages this process has. */
static unsigned
region_count(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	unsigned count = 0;
	char line[512];

	CHECK(maps != NULL);
	while (fgets(line, sizeof(line), maps))
		count += strstr(line, "/memfd:") != NULL;
	CHECK_EQ(fclose(maps), 0);
	return count;
}

/* Memory that the message does not say is to be deallocated. */
static void
reply_with_memory(void)
{
	mach_port_name_array_t names;
	mach_port_type_array_t types;
	mach_msg_type_number_t count;
	unsigned regions;

	/* Lanes have such memory, too. */
	CHECK_EQ(setenv("MACHPORT_LANES", "off", 1), 0);
	start_server(reply_three_names);
	regions = region_count();
	memory_copy = MACH_MSG_PHYSICAL_COPY;
	CHECK_EQ(mach_port_names(proxy, &names, &count, &types, &count),
	    KERN_SUCCESS);
	CHECK_EQ(vm_deallocate(self, (vm_address_t)names, 12), KERN_SUCCESS);
	CHECK_EQ(vm_deallocate(self, (vm_address_t)types, 12), KERN_SUCCESS);
	CHECK_EQ(region_count(), regions);
	proxy_answer_with(reply_fewer_than_said);
	CHECK_EQ(mach_port_names(proxy, &names, &count, &types, &count),
	    MIG_TYPE_ERROR);
	CHECK_EQ(region_count(), regions);
	proxy_answer_with(reply_more_names_than_types);
	CHECK_EQ(mach_port_names(proxy, &names, &count, &types, &count),
	    MIG_TYPE_ERROR);
	CHECK_EQ(region_count(), regions);
	memory_type = MACH_MSG_OOL_VOLATILE_DESCRIPTOR;
	CHECK_EQ(mach_port_names(proxy, &names, &count, &types, &count),
	    MIG_TYPE_ERROR);
	CHECK_EQ(region_count(), regions);
	proxy_stop();
}

static void
the_memory_of_a_reply_does_not_stay(void **state)
{
	(void)state;
	program_run(reply_with_memory);
}

static void
lie_about_a_right(void)
{
	mach_port_t right = 77;
	mach_msg_type_name_t type;
	uint32_t count;

	start_server(reply_send);
	CHECK_EQ(mach_port_extract_right(
	             proxy, 5, MACH_MSG_TYPE_MOVE_SEND_ONCE, &right, &type),
	    KERN_SUCCESS);
	CHECK_EQ(right, proxy);
	CHECK_EQ(type, MACH_MSG_TYPE_PORT_SEND);
	CHECK_EQ(mach_port_deallocate(self, right), KERN_SUCCESS);
	count = name_count();
	right = 77;
	CHECK_EQ(mach_port_request_notification(proxy, 5, 70, 0, MACH_PORT_NULL,
	             MACH_MSG_TYPE_MAKE_SEND_ONCE, &right),
	    MIG_TYPE_ERROR);
	CHECK_EQ(right, 77);
	CHECK_EQ(name_count(), count);
	CHECK_EQ(mach_port_get_refs(self, proxy, MACH_PORT_RIGHT_SEND, &count),
	    KERN_SUCCESS);
	CHECK_EQ(count, 1);
	proxy_stop();
}

static void
a_right_must_be_of_its_type(void **state)
{
	(void)state;
	program_run(lie_about_a_right);
}

/* Two words where there is room for one. */
static void
reply_two_words(union proxy_request *request)
{
	struct simple reply = simple_reply(KERN_SUCCESS);

	reply.words[0] = 2;
	reply.words[1] = 10;
	reply.words[2] = 11;
	reply_with(request, &reply, 48, 100);
}

/* A failure, with a count behind it that is none. */
static void
reply_late_failure(union proxy_request *request)
{
	struct simple reply = simple_reply(KERN_ABORTED);

	reply.words[0] = 1000;
	reply_with(request, &reply, 48, 100);
}

static void
lie_about_a_size(void)
{
	integer_t info[2] = {7, 7};
	mach_msg_type_number_t count = 1;

	start_server(reply_two_words);
	CHECK_EQ(mach_port_get_attributes(
	             proxy, 5, MACH_PORT_LIMITS_INFO, info, &count),
	    MIG_ARRAY_TOO_LARGE);
	CHECK_EQ(count, 2);
	CHECK_EQ(info[0], 10);
	CHECK_EQ(info[1], 7);
	CHECK_EQ(mach_port_get_attributes(
	             proxy, 5, MACH_PORT_LIMITS_INFO, info, &count),
	    KERN_SUCCESS);
	CHECK_EQ(info[1], 11);
	proxy_answer_with(reply_late_failure);
	CHECK_EQ(mach_port_get_attributes(
	             proxy, 5, MACH_PORT_LIMITS_INFO, info, &count),
	    KERN_ABORTED);
	proxy_stop();
}

static void
no_more_is_written_than_there_is_room_for(void **state)
{
	(void)state;
	program_run(lie_about_a_size);
}

static void
ask_in_vain(void)
{
	integer_t info[18] = {0};
	mach_port_type_t type;
	mach_port_t dead;

	start_server(proxy_forward);
	dead = new_port(MACH_PORT_RIGHT_DEAD_NAME);
	CHECK_EQ(mach_port_type(dead, proxy, &type), MACH_SEND_INVALID_DEST);
	CHECK_EQ(mach_port_set_attributes(
	             proxy, proxy, MACH_PORT_LIMITS_INFO, info, 18),
	    MIG_ARRAY_TOO_LARGE);
	CHECK_EQ(mach_port_insert_right(
	             proxy, 0x40003, 0x99903, MACH_MSG_TYPE_COPY_SEND),
	    MACH_SEND_INVALID_RIGHT);
	CHECK_EQ(mach_port_insert_right(proxy, 0x40003, proxy, 99),
	    MACH_SEND_INVALID_RIGHT);
	CHECK_EQ(mach_port_type(proxy, self, &type), KERN_SUCCESS);
	CHECK_EQ(type, MACH_PORT_TYPE_SEND);
	proxy_stop();
}

static void
what_cannot_be_asked_is_refused(void **state)
{
	(void)state;
	program_run(ask_in_vain);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(calls_through_a_proxy_are_those_on_the_task),
	    cmocka_unit_test(a_reply_of_another_shape_is_refused),
	    cmocka_unit_test(arrays_must_be_what_they_are_said_to_be),
	    cmocka_unit_test(the_memory_of_a_reply_does_not_stay),
	    cmocka_unit_test(a_right_must_be_of_its_type),
	    cmocka_unit_test(no_more_is_written_than_there_is_room_for),
	    cmocka_unit_test(what_cannot_be_asked_is_refused),
	};

	return cmocka_run_group_tests_name("rpc", tests, NULL, NULL);
}
