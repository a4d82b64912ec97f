/* ports.md 9 and 10.43, special-ports.md 5.1 and 7: the calls on ports as messages,
 * both to a task port and to a port that some program receives on. Here the bytes
 * are laid by hand. */
#include "ports.h"

#include <mach/mig.h>
#include <string.h>

#define SELF mach_task_self()

static const NDR_record_t ndr = {.int_rep = NDR_INT_LITTLE_ENDIAN};

/* Requests: no descriptor, or one. */
struct simple {
	mach_msg_header_t header;
	NDR_record_t ndr;
	uint32_t words[8];
};
struct with_port {
	mach_msg_base_t base;
	mach_msg_port_descriptor_t port;
	NDR_record_t ndr;
	uint32_t words[8];
};
struct with_memory {
	mach_msg_base_t base;
	mach_msg_ool_descriptor_t ool;
	NDR_record_t ndr;
	uint32_t words[8];
};

/* A reply, or one of a failure. */
union reply {
	struct received received;
	mig_reply_error_t error;
	uint32_t words[200];
	struct {
		mach_msg_base_t base;
		mach_msg_port_descriptor_t port;
	} port;
	struct {
		mach_msg_base_t base;
		mach_msg_ool_descriptor_t ool[2];
		NDR_record_t ndr;
		uint32_t words[8];
	} memory;
};

/* Send @request of @bytes as @id, and receive the reply. Its code is returned; of
 * one with descriptors, success. */
static kern_return_t
rpc(mach_port_t to, mach_msg_id_t id, const void *request,
    mach_msg_size_t bytes, union reply *reply)
{
	mach_port_t port = new_port();
	mach_msg_header_t *header = &reply->received.header;

	memset(reply, 0, sizeof(*reply));
	memcpy(reply, request, bytes);
	header->msgh_bits |= MACH_MSGH_BITS(COPY_SEND, MAKE_SEND_ONCE);
	header->msgh_remote_port = to;
	header->msgh_local_port = port;
	header->msgh_id = id;
	EXPECT(mach_msg(header, MACH_SEND_MSG, bytes, 0, 0, 0, 0),
	    MACH_MSG_SUCCESS);
	/* It is there when the send returns. */
	EXPECT(receive_now(port, 0, &reply->received), MACH_MSG_SUCCESS);
	CHECK_EQUAL(header->msgh_id, id + 100);
	CHECK_EQUAL(header->msgh_remote_port, MACH_PORT_NULL);
	CHECK_EQUAL(header->msgh_local_port, port);
	drop_receive(port);
	if (header->msgh_bits & MACH_MSGH_BITS_COMPLEX)
		return KERN_SUCCESS;
	CHECK(header->msgh_size >= sizeof(reply->error));
	CHECK(memcmp(&reply->error.NDR, &ndr, sizeof(ndr)) == 0);
	if (reply->error.RetCode != KERN_SUCCESS)
		CHECK_EQUAL(header->msgh_size, sizeof(reply->error));
	return reply->error.RetCode;
}

/* A request with @count words. */
static kern_return_t
rpc_words(mach_port_t to, mach_msg_id_t id, const uint32_t *words,
    uint32_t count, union reply *reply)
{
	struct simple request = {.ndr = ndr};

	memcpy(request.words, words, count * sizeof(*words));
	return rpc(to, id, &request, (mach_msg_size_t)(32 + 4 * count), reply);
}

#define RPC(to, id, reply, ...)                                                \
	rpc_words(to, id, (const uint32_t[]){__VA_ARGS__},                     \
	    sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t), reply)

static struct with_port
port_request(mach_port_t port, mach_msg_type_name_t disposition)
{
	return (struct with_port){
	    .base = {.header = {.msgh_bits = MACH_MSGH_BITS_COMPLEX},
	        .body = {1}},
	    .port = {.name = port,
	        .disposition = disposition & 0xFF,
	        .type = MACH_MSG_PORT_DESCRIPTOR},
	    .ndr = ndr,
	};
}

static void
each_id_of_the_subsystem_has_a_routine(void)
{
	const mach_msg_header_t bare = {0};
	union reply reply;

	for (mach_msg_id_t id = 3190; id < 3250; id++) {
		kern_return_t code = rpc(SELF, id, &bare, sizeof(bare), &reply);

		if (id < 3200 || id > 3242)
			CHECK_EQUAL(code, (kern_return_t)MIG_BAD_ID);
		else if (id == 3200 || id == 3223 || id == 3235)
			CHECK_EQUAL(code, KERN_SUCCESS);
		else
			CHECK_EQUAL(code, (kern_return_t)MIG_BAD_ARGUMENTS);
		mach_msg_destroy(&reply.received.header);
	}
}

static void
a_request_does_what_its_call_does(void)
{
	struct peer *peer = peer_new();
	mach_port_t tasks[2];
	union reply reply;

	tasks[0] = SELF;
	tasks[1] = peer_task(peer);
	for (unsigned i = 0; i < 2; i++) {
		mach_port_t task = tasks[i], name;

		EXPECT(RPC(task, 3204, &reply, RECEIVE), KERN_SUCCESS);
		CHECK_EQUAL(reply.received.header.msgh_size, 40);
		name = reply.words[9];
		CHECK_EQUAL(type_there(task, name), MACH_PORT_TYPE_RECEIVE);
		EXPECT(RPC(task, 3201, &reply, name), KERN_SUCCESS);
		CHECK_EQUAL(reply.words[9], MACH_PORT_TYPE_RECEIVE);
		EXPECT(RPC(task, 3229, &reply, name, 5, 6), KERN_SUCCESS);
		CHECK_EQUAL(reply.received.header.msgh_size, 36);
		EXPECT(RPC(task, 3228, &reply, name), KERN_SUCCESS);
		CHECK_EQUAL(reply.words[9], 5);
		CHECK_EQUAL(reply.words[10], 6);
		/* flavor, count, one word */
		EXPECT(
		    RPC(task, 3218, &reply, name, MACH_PORT_LIMITS_INFO, 1, 9),
		    KERN_SUCCESS);
		CHECK_EQUAL(status_there(task, name).mps_qlimit, 9);
		EXPECT(RPC(task, 3217, &reply, name, MACH_PORT_LIMITS_INFO, 17),
		    KERN_SUCCESS);
		CHECK_EQUAL(reply.received.header.msgh_size, 44);
		CHECK_EQUAL(reply.words[9], 1);
		CHECK_EQUAL(reply.words[10], 9);
		EXPECT(RPC(task, 3208, &reply, name, RECEIVE, 1),
		    KERN_INVALID_VALUE);
		EXPECT(RPC(task, 3208, &reply, name, RECEIVE, (uint32_t)-1),
		    KERN_SUCCESS);
		CHECK_EQUAL(type_there(task, name), 0);
	}
}

static void
a_right_travels_in_a_request(void)
{
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer), port = new_port();
	struct with_port request = port_request(port, MAKE_SEND);
	union reply reply;

	request.words[0] = CHOSEN;
	EXPECT(rpc(task, 3214, &request, 52, &reply), KERN_SUCCESS);
	CHECK_EQUAL(refs_there(task, CHOSEN, SEND), 1);
	CHECK_EQUAL(srights_of(port), 1);
	/* In vain: the name is another right's. What came is destroyed. */
	request = port_request(port, MAKE_SEND_ONCE);
	request.words[0] = CHOSEN;
	EXPECT(rpc(task, 3214, &request, 52, &reply), KERN_NAME_EXISTS);
	expect_notice(port, ONCE_GONE, 0);
	request = port_request(MACH_PORT_NULL, COPY_SEND);
	request.words[0] = CHOSEN;
	EXPECT(rpc(task, 3214, &request, 52, &reply), KERN_INVALID_CAPABILITY);
	destroy(port);
}

static void
a_right_travels_in_a_reply(void)
{
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	mach_port_t theirs = allocate_in(task, RECEIVE);
	union reply reply;

	EXPECT(RPC(task, 3215, &reply, theirs, MAKE_SEND), KERN_SUCCESS);
	CHECK_EQUAL(reply.received.header.msgh_size, 40);
	CHECK_EQUAL(reply.port.base.body.msgh_descriptor_count, 1);
	CHECK_EQUAL(reply.port.port.type, MACH_MSG_PORT_DESCRIPTOR);
	CHECK_EQUAL(reply.port.port.disposition, MACH_MSG_TYPE_PORT_SEND);
	CHECK_EQUAL(type_of(reply.port.port.name), MACH_PORT_TYPE_SEND);
	drop(reply.port.port.name);
	EXPECT(RPC(task, 3215, &reply, theirs, MOVE_RECEIVE), KERN_SUCCESS);
	CHECK_EQUAL(reply.port.port.disposition, MACH_MSG_TYPE_PORT_RECEIVE);
	CHECK_EQUAL(type_of(reply.port.port.name), MACH_PORT_TYPE_RECEIVE);
	destroy(reply.port.port.name);
	EXPECT(
	    RPC(task, 3215, &reply, theirs, MOVE_RECEIVE), KERN_INVALID_NAME);
}

static void
a_notification_is_requested_by_message(void)
{
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer), port = new_port();
	mach_port_t theirs = allocate_in(task, RECEIVE);
	struct with_port request = port_request(port, MAKE_SEND_ONCE);
	union reply reply;

	request.words[0] = theirs;
	request.words[1] = NO_SENDERS;
	EXPECT(rpc(task, 3213, &request, 60, &reply), KERN_SUCCESS);
	CHECK_EQUAL(reply.received.header.msgh_size, 40);
	CHECK_EQUAL(reply.port.port.name, MACH_PORT_NULL);
	CHECK_EQUAL(reply.port.port.disposition, MACH_MSG_TYPE_PORT_SEND_ONCE);
	expect_notice(port, NO_SENDERS, 0); /* mscount 0 was reached */
	/* No send-once right. */
	request = port_request(port, MAKE_SEND);
	request.words[0] = theirs;
	request.words[1] = NO_SENDERS;
	EXPECT(rpc(task, 3213, &request, 60, &reply), MIG_TYPE_ERROR);
	CHECK_EQUAL(srights_of(port), 0);
	destroy(port);
}

static void
options_travel_out_of_line(void)
{
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	mach_port_options_t options = {
	    .flags = MPO_QLIMIT, .mpl = {.mpl_qlimit = 3}};
	struct with_memory request = {
	    .base = {.header = {.msgh_bits = MACH_MSGH_BITS_COMPLEX},
	        .body = {1}},
	    .ool = {.address = &options,
	        .size = sizeof(options),
	        .copy = MACH_MSG_VIRTUAL_COPY,
	        .type = MACH_MSG_OOL_DESCRIPTOR},
	    .ndr = ndr,
	    .words = {7},
	};
	union reply reply;

	EXPECT(rpc(task, 3231, &request, 60, &reply), KERN_SUCCESS);
	CHECK_EQUAL(status_there(task, reply.words[9]).mps_qlimit, 3);
	request.ool.size = 20;
	EXPECT(rpc(task, 3231, &request, 60, &reply), MIG_TYPE_ERROR);
}

static void
arrays_come_out_of_line(void)
{
	const mach_msg_header_t bare = {0};
	mach_port_t port = new_port();
	union reply reply;
	uint32_t count;
	bool seen = false;

	EXPECT(rpc(SELF, 3200, &bare, sizeof(bare), &reply), KERN_SUCCESS);
	CHECK_EQUAL(reply.received.header.msgh_size, 76);
	CHECK_EQUAL(reply.memory.base.body.msgh_descriptor_count, 2);
	count = reply.memory.words[0];
	CHECK_EQUAL(reply.memory.words[1], count);
	for (unsigned i = 0; i < 2; i++) {
		CHECK_EQUAL(reply.memory.ool[i].type, MACH_MSG_OOL_DESCRIPTOR);
		CHECK_EQUAL(reply.memory.ool[i].size, count * 4);
	}
	for (uint32_t i = 0; i < count; i++) {
		uint32_t name, type;

		memcpy(&name,
		    (const uint8_t *)reply.memory.ool[0].address +
		        (size_t)i * 4,
		    4);
		memcpy(&type,
		    (const uint8_t *)reply.memory.ool[1].address +
		        (size_t)i * 4,
		    4);
		seen = seen || (name == port && type == MACH_PORT_TYPE_RECEIVE);
	}
	CHECK(seen);
	mach_msg_destroy(&reply.received.header);
	destroy(port);
}

static void
a_malformed_request_is_refused(void)
{
	mach_port_t port = new_port();
	struct with_port complex = port_request(port, MAKE_SEND_ONCE);
	struct simple simple = {.ndr = ndr, .words = {SELF, 1, 2, 3}};
	union reply reply;

	EXPECT(rpc(SELF, 3201, &simple, 32, &reply), MIG_BAD_ARGUMENTS);
	EXPECT(rpc(SELF, 3201, &simple, 40, &reply), MIG_BAD_ARGUMENTS);
	/* A right where none is wanted dies with the request. */
	EXPECT(rpc(SELF, 3201, &complex, 52, &reply), MIG_BAD_ARGUMENTS);
	expect_notice(port, ONCE_GONE, 0);
	/* And none where one is. */
	EXPECT(rpc(SELF, 3214, &simple, 52, &reply), MIG_BAD_ARGUMENTS);
	/* Count and size do not agree. */
	simple.words[2] = 2;
	EXPECT(rpc(SELF, 3218, &simple, 48, &reply), MIG_BAD_ARGUMENTS);
	simple.words[2] = 0x40000001;
	EXPECT(rpc(SELF, 3218, &simple, 48, &reply), MIG_BAD_ARGUMENTS);
	destroy(port);
}

static void
another_kernel_object_is_no_task_of_a_request(void)
{
	mach_port_t ports[] = {
	    mach_thread_self(), mach_host_self(), MACH_PORT_NULL};
	union reply reply;

	EXPECT(task_get_special_port(SELF, TASK_NAME_PORT, &ports[2]),
	    KERN_SUCCESS);
	for (unsigned i = 0; i < 3; i++) {
		EXPECT(RPC(ports[i], 3201, &reply, SELF), KERN_INVALID_TASK);
		EXPECT(
		    RPC(ports[i], 3201, &reply, SELF, SELF), MIG_BAD_ARGUMENTS);
		EXPECT(RPC(ports[i], 3199, &reply, SELF), MIG_BAD_ID);
		drop(ports[i]);
	}
}

static void
without_a_reply_right_a_request_is_served(void)
{
	mach_port_t port = new_port();
	struct simple request = {
	    .header = {.msgh_bits = MACH_MSGH_BITS(COPY_SEND, 0),
	        .msgh_remote_port = SELF,
	        .msgh_id = 3205},
	    .ndr = ndr,
	    .words = {port},
	};

	EXPECT(mach_msg(&request.header, MACH_SEND_MSG, 36, 0, 0, 0, 0),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
}

/*
 * Ports in place of tasks.
 */

/* Answer @count requests on a port: pass them on to @task, or drop them. */
struct proxy {
	mach_port_t port;
	mach_port_t task; /* MACH_PORT_NULL: they are dropped */
	unsigned count;
};

static void
run_proxy(void *argument)
{
	const struct proxy *proxy = argument;
	union reply request;
	mach_msg_header_t *header = &request.received.header;

	for (unsigned i = 0; i < proxy->count; i++) {
		EXPECT(receive(proxy->port, 0, &request.received),
		    MACH_MSG_SUCCESS);
		CHECK(header->msgh_id >= 3200 && header->msgh_id <= 3242);
		CHECK_EQUAL(MACH_MSGH_BITS_REMOTE(header->msgh_bits),
		    MACH_MSG_TYPE_PORT_SEND_ONCE);
		if (!proxy->task) {
			mach_msg_destroy(header);
			continue;
		}
		header->msgh_bits = MACH_MSGH_BITS(COPY_SEND, MOVE_SEND_ONCE) |
		    (header->msgh_bits & MACH_MSGH_BITS_COMPLEX);
		header->msgh_local_port = header->msgh_remote_port;
		header->msgh_remote_port = proxy->task;
		EXPECT(mach_msg(header, MACH_SEND_MSG, header->msgh_size, 0, 0,
		           0, 0),
		    MACH_MSG_SUCCESS);
	}
}

static void
a_port_in_place_of_a_task_is_asked(void)
{
	struct peer *peer = peer_new();
	struct proxy proxy = {
	    .port = new_send_port(), .task = peer_task(peer), .count = 8};
	struct worker *worker = worker_start(run_proxy, &proxy);
	mach_port_options_t options = {.flags = MPO_INSERT_SEND_RIGHT};
	mach_port_t port = proxy.port, task = proxy.task, name, right;
	mach_msg_type_number_t count, more_count;
	mach_port_name_array_t names, types;
	mach_msg_type_name_t poly;
	mach_port_type_t type;

	(void)mig_get_reply_port();
	EXPECT(mach_port_allocate(port, RECEIVE, &name), KERN_SUCCESS);
	CHECK_EQUAL(type_there(task, name), MACH_PORT_TYPE_RECEIVE);
	EXPECT(mach_port_type(port, absent_name(), &type), KERN_INVALID_NAME);
	EXPECT(mach_port_insert_right(port, CHOSEN, proxy.port, MAKE_SEND),
	    KERN_SUCCESS);
	CHECK_EQUAL(type_there(task, CHOSEN), MACH_PORT_TYPE_SEND);
	EXPECT(mach_port_extract_right(port, CHOSEN, MOVE_SEND, &right, &poly),
	    KERN_SUCCESS);
	CHECK_EQUAL(right, proxy.port);
	CHECK_EQUAL(poly, MACH_MSG_TYPE_PORT_SEND);
	drop(right);
	EXPECT(mach_port_destroy(port, name), KERN_SUCCESS);
	EXPECT(mach_port_construct(port, &options, 0, &name), KERN_SUCCESS);
	CHECK_EQUAL(type_there(task, name), MACH_PORT_TYPE_SEND_RECEIVE);
	EXPECT(mach_port_names(port, &names, &count, &types, &more_count),
	    KERN_SUCCESS);
	CHECK_EQUAL(count, more_count);
	EXPECT(vm_deallocate(SELF, (vm_address_t)names, (vm_size_t)count * 4),
	    KERN_SUCCESS);
	EXPECT(vm_deallocate(SELF, (vm_address_t)types, (vm_size_t)count * 4),
	    KERN_SUCCESS);
	EXPECT(mach_port_destruct(port, name, -1, 0), KERN_SUCCESS);
	worker_join(worker);
	destroy(port);
	mig_dealloc_reply_port(mig_get_reply_port());
}

static void
a_server_that_does_not_reply_has_died(void)
{
	struct proxy proxy = {.port = new_send_port(), .count = 2};
	struct worker *worker = worker_start(run_proxy, &proxy);
	mach_port_name_t name = 77;
	mach_port_type_t type;

	EXPECT(mach_port_allocate(proxy.port, RECEIVE, &name), MIG_SERVER_DIED);
	CHECK_EQUAL(name, 77);
	EXPECT(mach_port_type(proxy.port, SELF, &type), MIG_SERVER_DIED);
	worker_join(worker);
	drop_receive(proxy.port);
	EXPECT(mach_port_type(proxy.port, SELF, &type), MACH_SEND_INVALID_DEST);
	destroy(proxy.port);
	mig_dealloc_reply_port(mig_get_reply_port());
}

/* The port dies while the request is queued. */
static void
ask_a_port(void *argument)
{
	const mach_port_t *port = argument;
	mach_port_type_t type;

	EXPECT(mach_port_type(*port, SELF, &type), MIG_SERVER_DIED);
	mig_dealloc_reply_port(mig_get_reply_port());
}

static void
a_server_that_dies_does_not_reply(void)
{
	mach_port_t port = new_send_port();
	struct worker *worker = worker_start(ask_a_port, &port);

	worker_until_blocked(worker);
	drop_receive(port);
	worker_join(worker);
	destroy(port);
}

static const struct scenario scenarios[] = {
    SCENARIO(
        "ports.10.43 special.7.b2", each_id_of_the_subsystem_has_a_routine),
    SCENARIO("ports.9.b2 ports.10.43 special.5.1",
        a_request_does_what_its_call_does),
    SCENARIO("ports.9.b2 special.7.b3", a_right_travels_in_a_request),
    SCENARIO("ports.9.b2 special.5.1 special.7.b6", a_right_travels_in_a_reply),
    SCENARIO("ports.9.b2 ports.10.21", a_notification_is_requested_by_message),
    SCENARIO("ports.9.b2 ports.10.27", options_travel_out_of_line),
    SCENARIO("ports.9.b2 ports.10.1", arrays_come_out_of_line),
    SCENARIO("special.7.b2 special.7.b3", a_malformed_request_is_refused),
    SCENARIO("ports.9.r3", another_kernel_object_is_no_task_of_a_request),
    SCENARIO("special.7.b5", without_a_reply_right_a_request_is_served),
    SCENARIO("ports.9.r4", a_port_in_place_of_a_task_is_asked),
    SCENARIO(
        "ports.9.r4 special.5.1.i1", a_server_that_does_not_reply_has_died),
    SCENARIO("ports.9.r4 special.5.1.i1", a_server_that_dies_does_not_reply),
};

CONFORMANCE(scenarios)
