/* Helpers of the scenarios of ports.md. */
#include "ports.h"

#include <string.h>

struct kinds
kinds_new(void)
{
	struct kinds kinds = {
	    .receive = new_port(),
	    .both = new_send_port(),
	    .set = new_set(),
	    .dead = new_dead_name(),
	    .peer = peer_new(),
	};
	mach_port_t task = peer_task(kinds.peer);

	kinds.peer_port = allocate_in(task, RECEIVE);
	kinds.send = take_from(task, kinds.peer_port, MAKE_SEND);
	kinds.once = take_from(task, kinds.peer_port, MAKE_SEND_ONCE);
	return kinds;
}

void
kinds_free(struct kinds *kinds)
{
	const mach_port_t names[] = {kinds->send, kinds->receive, kinds->both,
	    kinds->once, kinds->set, kinds->dead};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (type_of(names[i]) != 0)
			destroy(names[i]);
}

mach_port_type_t
type_there(mach_port_t task, mach_port_name_t name)
{
	mach_port_type_t type = 0;
	kern_return_t kr = mach_port_type(task, name, &type);

	CHECK(kr == KERN_SUCCESS || kr == KERN_INVALID_NAME);
	return kr == KERN_SUCCESS ? type : 0;
}

mach_port_urefs_t
refs_there(mach_port_t task, mach_port_name_t name, mach_port_right_t right)
{
	mach_port_urefs_t refs;

	EXPECT(mach_port_get_refs(task, name, right, &refs), KERN_SUCCESS);
	return refs;
}

mach_port_status_t
status_there(mach_port_t task, mach_port_name_t name)
{
	mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;
	mach_port_status_t status;

	EXPECT(mach_port_get_attributes(task, name, MACH_PORT_RECEIVE_STATUS,
	           (mach_port_info_t)&status, &count),
	    KERN_SUCCESS);
	return status;
}

mach_port_t
allocate_in(mach_port_t task, mach_port_right_t right)
{
	mach_port_t name;

	EXPECT(mach_port_allocate(task, right, &name), KERN_SUCCESS);
	return name;
}

mach_port_t
take_from(
    mach_port_t task, mach_port_name_t name, mach_msg_type_name_t disposition)
{
	mach_msg_type_name_t type;
	mach_port_t right;

	EXPECT(mach_port_extract_right(task, name, disposition, &right, &type),
	    KERN_SUCCESS);
	return right;
}

void
give_to(mach_port_t task, mach_port_name_t name, mach_port_t right,
    mach_msg_type_name_t disposition)
{
	EXPECT(mach_port_insert_right(task, name, right, disposition),
	    KERN_SUCCESS);
}

void
add_refs(mach_port_t name, mach_port_right_t right, mach_port_delta_t delta)
{
	EXPECT(mach_port_mod_refs(mach_task_self(), name, right, delta),
	    KERN_SUCCESS);
}

mach_port_rights_t
srights_of(mach_port_t port)
{
	mach_port_rights_t srights;

	EXPECT(mach_port_get_srights(mach_task_self(), port, &srights),
	    KERN_SUCCESS);
	return srights;
}

mach_port_context_t
context_of(mach_port_t port)
{
	mach_port_context_t context;

	EXPECT(mach_port_get_context(mach_task_self(), port, &context),
	    KERN_SUCCESS);
	return context;
}

void
set_context(mach_port_t port, mach_port_context_t context)
{
	EXPECT(mach_port_set_context(mach_task_self(), port, context),
	    KERN_SUCCESS);
}

void
guard(mach_port_t port, mach_port_context_t value, uint64_t flags)
{
	EXPECT(mach_port_guard_with_flags(mach_task_self(), port, value, flags),
	    KERN_SUCCESS);
}

bool
is_member(mach_port_t port, mach_port_t set)
{
	mach_port_name_array_t members;
	mach_msg_type_number_t count;
	bool found = false;

	EXPECT(
	    mach_port_get_set_status(mach_task_self(), set, &members, &count),
	    KERN_SUCCESS);
	for (mach_msg_type_number_t i = 0; i < count; i++)
		found |= members[i] == port;
	if (count > 0)
		EXPECT(vm_deallocate(mach_task_self(), (vm_address_t)members,
		           count * sizeof(members[0])),
		    KERN_SUCCESS);
	return found;
}

void
insert_member(mach_port_t port, mach_port_t set)
{
	EXPECT(
	    mach_port_insert_member(mach_task_self(), port, set), KERN_SUCCESS);
}

mach_port_seqno_t
receive_seqno(mach_port_t port, mach_msg_id_t id)
{
	struct received message;

	EXPECT(receive_now(port,
	           MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SEQNO), &message),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_id, id);
	mach_port_seqno_t seqno = trailer_of(&message)->msgh_seqno;
	mach_msg_destroy(&message.header);
	return seqno;
}

mach_port_t
receive_right(mach_port_t port, mach_msg_id_t id)
{
	struct received message;

	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_id, id);
	CHECK_EQUAL(message.body.msgh_descriptor_count, 1);
	CHECK_EQUAL(message.header.msgh_remote_port, MACH_PORT_NULL);
	return descriptor_of(&message, 0)->name;
}

void
fill_queue(mach_port_t port)
{
	mach_port_status_t status = status_of(port);

	for (mach_msg_id_t id = 1;
	     id <= (mach_msg_id_t)(status.mps_qlimit - status.mps_msgcount);
	     id++)
		EXPECT(send_id(port, MAKE_SEND, id, 0, 0), MACH_MSG_SUCCESS);
}

void
expect_ids(mach_port_t port, mach_msg_id_t first, mach_msg_id_t last)
{
	for (mach_msg_id_t id = first; id <= last; id++)
		expect_id(port, id);
}

mach_port_type_t
type_while_a_message_is_out(void)
{
	mach_port_t port = new_send_port(), notify = new_port();
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(COPY_SEND, 0),
	    .msgh_remote_port = port,
	    .msgh_id = 6,
	};
	mach_port_type_t type;

	fill_queue(port);
	EXPECT(mach_msg(&header, MACH_SEND_MSG | MACH_SEND_NOTIFY,
	           sizeof(header), 0, MACH_PORT_NULL, 0, notify),
	    MACH_SEND_WILL_NOTIFY);
	type = type_of(port);
	expect_ids(port, 1, 6);
	expect_notice(notify, MACH_NOTIFY_MSG_ACCEPTED, port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	destroy(port);
	destroy(notify);
	return type;
}

mach_port_t
send_away(mach_port_t port)
{
	mach_port_t carrier = new_send_port();

	EXPECT(send_right(carrier, 99, port, MOVE_RECEIVE), MACH_MSG_SUCCESS);
	return carrier;
}

mach_port_t
fetch_back(mach_port_t carrier)
{
	mach_port_t port = receive_right(carrier, 99);

	destroy(carrier);
	return port;
}

/* The one buffer is enough for either direction. */
static void
send_blocking(void *argument)
{
	struct blocked *blocked = argument;
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS((mach_msg_bits_t)blocked->code, 0),
	    .msgh_remote_port = blocked->port,
	    .msgh_id = blocked->id,
	};

	blocked->code = mach_msg(
	    &header, MACH_SEND_MSG, sizeof(header), 0, MACH_PORT_NULL, 0, 0);
}

static void
receive_blocking(void *argument)
{
	struct blocked *blocked = argument;
	struct received message;

	memset(&message, 0, sizeof(message));
	blocked->code = receive(blocked->port, 0, &message);
	blocked->id = message.header.msgh_id;
	if (blocked->code == MACH_MSG_SUCCESS)
		mach_msg_destroy(&message.header);
}

void
start_sender(struct blocked *blocked, mach_port_t port, mach_msg_id_t id,
    mach_msg_type_name_t disposition)
{
	*blocked = (struct blocked){
	    .port = port,
	    .id = id,
	    .code = (mach_msg_return_t)disposition,
	};
	blocked->worker = worker_start(send_blocking, blocked);
	worker_until_blocked(blocked->worker);
}

void
start_receiver(struct blocked *blocked, mach_port_t port)
{
	*blocked = (struct blocked){.port = port};
	blocked->worker = worker_start(receive_blocking, blocked);
	worker_until_blocked(blocked->worker);
}

void
expect_end(struct blocked *blocked, mach_msg_return_t code)
{
	worker_join(blocked->worker);
	CHECK_EQUAL(blocked->code, code);
}
