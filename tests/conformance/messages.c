#include "messages.h"

#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

mach_msg_type_name_t
transformed(mach_msg_type_name_t disposition)
{
	switch (disposition) {
	case MOVE_RECEIVE:
		return MACH_MSG_TYPE_PORT_RECEIVE;
	case MOVE_SEND:
	case COPY_SEND:
	case MAKE_SEND:
		return MACH_MSG_TYPE_PORT_SEND;
	case MOVE_SEND_ONCE:
	case MAKE_SEND_ONCE:
		return MACH_MSG_TYPE_PORT_SEND_ONCE;
	default:
		return MACH_MSG_TYPE_PORT_NONE;
	}
}

void
compose(struct received *message_out, mach_port_t remote,
    mach_msg_type_name_t disposition, mach_port_t reply,
    mach_msg_type_name_t reply_disposition)
{
	memset(message_out, 0, sizeof(*message_out));
	message_out->header.msgh_bits =
	    MACH_MSGH_BITS(disposition, reply_disposition);
	message_out->header.msgh_size = sizeof(message_out->header);
	message_out->header.msgh_remote_port = remote;
	message_out->header.msgh_local_port = reply;
}

void
add_data(struct received *message, const void *data, size_t bytes)
{
	mach_msg_size_t size = message->header.msgh_size;

	CHECK(size + bytes <= sizeof(*message));
	memcpy((char *)message + size, data, bytes);
	message->header.msgh_size = size + (mach_msg_size_t)bytes;
}

void
add_body(struct received *message)
{
	CHECK(message->header.msgh_size == sizeof(mach_msg_header_t));
	message->header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	message->body.msgh_descriptor_count = 0;
	message->header.msgh_size = sizeof(mach_msg_base_t);
}

static void
add_item(struct received *message, const void *item, size_t bytes)
{
	if (!MACH_MSGH_BITS_IS_COMPLEX(message->header.msgh_bits))
		add_body(message);
	message->body.msgh_descriptor_count++;
	add_data(message, item, bytes);
}

void
add_port(struct received *message, mach_port_t name,
    mach_msg_type_name_t disposition)
{
	mach_msg_port_descriptor_t item = {
	    .name = name,
	    .disposition = disposition & 0xff,
	    .type = MACH_MSG_PORT_DESCRIPTOR,
	};

	add_item(message, &item, sizeof(item));
}

static void
add_region(struct received *message, mach_msg_descriptor_type_t type,
    const void *address, mach_msg_size_t size, mach_msg_copy_options_t copy,
    bool deallocate)
{
	mach_msg_ool_descriptor_t item = {
	    .address = (void *)(uintptr_t)address,
	    .deallocate = deallocate,
	    .copy = copy & 0xff,
	    .type = type & 0xff,
	    .size = size,
	};

	add_item(message, &item, sizeof(item));
}

void
add_memory(struct received *message, const void *address, mach_msg_size_t size,
    mach_msg_copy_options_t copy, bool deallocate)
{
	add_region(
	    message, MACH_MSG_OOL_DESCRIPTOR, address, size, copy, deallocate);
}

void
add_volatile(struct received *message, const void *address,
    mach_msg_size_t size, mach_msg_copy_options_t copy, bool deallocate)
{
	add_region(message, MACH_MSG_OOL_VOLATILE_DESCRIPTOR, address, size,
	    copy, deallocate);
}

void
add_ports(struct received *message, const mach_port_t *names,
    mach_msg_size_t count, mach_msg_type_name_t disposition, bool deallocate)
{
	mach_msg_ool_ports_descriptor_t item = {
	    .address = (void *)(uintptr_t)names,
	    .deallocate = deallocate,
	    .disposition = disposition & 0xff,
	    .type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
	    .count = count,
	};

	add_item(message, &item, sizeof(item));
}

void
add_guarded(struct received *message, mach_port_t name,
    mach_port_context_t context, mach_msg_guard_flags_t flags)
{
	mach_msg_guarded_port_descriptor_t item = {
	    .context = context,
	    .flags = flags & 0xffff,
	    .disposition = MOVE_RECEIVE,
	    .type = MACH_MSG_GUARDED_PORT_DESCRIPTOR,
	    .name = name,
	};

	add_item(message, &item, sizeof(item));
}

void *
item_of(struct received *message, unsigned nth)
{
	uint8_t *item = (uint8_t *)message + sizeof(mach_msg_base_t);

	CHECK(MACH_MSGH_BITS_IS_COMPLEX(message->header.msgh_bits));
	CHECK(nth < message->body.msgh_descriptor_count);
	for (; nth > 0; nth--) {
		/* The type is at the same place in all of them. */
		item += item[11] == MACH_MSG_PORT_DESCRIPTOR
		    ? sizeof(mach_msg_port_descriptor_t)
		    : sizeof(mach_msg_ool_descriptor_t);
	}
	return item;
}

mach_msg_return_t
post(struct received *message)
{
	return post_with(message, 0);
}

mach_msg_return_t
post_with(struct received *message, mach_msg_option_t option)
{
	return mach_msg(&message->header,
	    MACH_SEND_MSG | MACH_SEND_TIMEOUT | option,
	    message->header.msgh_size, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

mach_msg_return_t
receive_bytes(mach_port_t port, mach_msg_option_t option,
    struct received *message_out, mach_msg_size_t rcv_size)
{
	return mach_msg(&message_out->header,
	    MACH_RCV_MSG | MACH_RCV_TIMEOUT | option, 0, rcv_size, port, 0,
	    MACH_PORT_NULL);
}

void
expect_in(const char *file, int line, const char *cell, unsigned row,
    unsigned column, int code, int expected)
{
	char what[256];

	if (code == expected)
		return;
	snprintf(what, sizeof(what), "%s, %u, %u: is %#x, not %#x", cell, row,
	    column, (unsigned)code, (unsigned)expected);
	scenario_fail(file, line, what);
}

void
destroy_if_there(mach_port_name_t name)
{
	if (MACH_PORT_VALID(name) && type_of(name) != 0)
		destroy(name);
}

void
put_away(mach_port_t port, mach_port_t box)
{
	struct received message;

	compose(&message, box, MAKE_SEND_ONCE, MACH_PORT_NULL, NONE);
	add_port(&message, port, MOVE_RECEIVE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
}

mach_port_t
take_back(mach_port_t box)
{
	struct received message;

	EXPECT(receive_now(box, 0, &message), MACH_MSG_SUCCESS);
	return descriptor_of(&message, 0)->name;
}

void
entry_begin(struct entry *entry_out, enum kind kind)
{
	memset(entry_out, 0, sizeof(*entry_out));
	entry_out->kind = kind;
	switch (kind) {
	case KIND_NULL:
	case KIND_COUNT:
		entry_out->name = MACH_PORT_NULL;
		break;
	case KIND_DEAD:
		entry_out->name = MACH_PORT_DEAD;
		break;
	case KIND_ABSENT:
		entry_out->name = absent_name();
		break;
	case KIND_SET:
		entry_out->name = new_set();
		break;
	case KIND_DEAD_NAME:
		entry_out->name = new_dead_name();
		break;
	case KIND_RECEIVE:
		entry_out->name = new_port();
		break;
	case KIND_SEND:
		entry_out->name = new_send_port();
		entry_out->box = new_port();
		put_away(entry_out->name, entry_out->box);
		break;
	case KIND_SEND_RECEIVE:
		entry_out->name = new_send_port();
		break;
	case KIND_SEND_ONCE:
		entry_out->port = new_port();
		entry_out->name = new_send_once(entry_out->port);
		break;
	}
}

void
entry_end(struct entry *entry)
{
	destroy_if_there(entry->name);
	destroy_if_there(entry->box);
	destroy_if_there(entry->port);
}

bool
kind_allows(enum kind kind, mach_msg_type_name_t disposition)
{
	bool moves_dead = disposition == MOVE_SEND ||
	    disposition == COPY_SEND || disposition == MOVE_SEND_ONCE;

	return (kind == KIND_DEAD_NAME && moves_dead) ||
	    kind_allows_alive(kind, disposition);
}

bool
kind_allows_alive(enum kind kind, mach_msg_type_name_t disposition)
{
	switch (disposition) {
	case MOVE_RECEIVE:
	case MAKE_SEND:
	case MAKE_SEND_ONCE:
		return kind == KIND_RECEIVE || kind == KIND_SEND_RECEIVE;
	case MOVE_SEND:
	case COPY_SEND:
		return kind == KIND_SEND || kind == KIND_SEND_RECEIVE;
	case MOVE_SEND_ONCE:
		return kind == KIND_SEND_ONCE;
	default:
		return false;
	}
}

static int
compare_entries(const void *first, const void *second)
{
	const struct view_entry *a = first;
	const struct view_entry *b = second;

	return (a->name > b->name) - (a->name < b->name);
}

static void
view_entry(struct view_entry *entry_out, mach_port_name_t name)
{
	memset(entry_out, 0, sizeof(*entry_out));
	entry_out->name = name;
	entry_out->type = type_of(name);
	entry_out->send_urefs = refs_of(name, MACH_PORT_RIGHT_SEND);
	entry_out->dead_urefs = refs_of(name, MACH_PORT_RIGHT_DEAD_NAME);
	if (entry_out->type & MACH_PORT_TYPE_RECEIVE)
		entry_out->status = status_of(name);
}

void
view_space(struct view *view_out)
{
	mach_port_name_array_t names;
	mach_port_type_array_t types;
	mach_msg_type_number_t count;
	mach_msg_type_number_t types_count;

	memset(view_out, 0, sizeof(*view_out));
	EXPECT(mach_port_names(
	           mach_task_self(), &names, &count, &types, &types_count),
	    KERN_SUCCESS);
	CHECK(count <= VIEW_MAX);
	for (unsigned i = 0; i < count; i++)
		view_entry(&view_out->entries[i], names[i]);
	view_out->count = count;
	qsort(view_out->entries, count, sizeof(view_out->entries[0]),
	    compare_entries);
	vm_deallocate(
	    mach_task_self(), (vm_address_t)names, count * sizeof(names[0]));
	vm_deallocate(
	    mach_task_self(), (vm_address_t)types, count * sizeof(types[0]));
}

bool
views_equal(const struct view *view, const struct view *other)
{
	return memcmp(view, other, sizeof(*view)) == 0;
}

void
refuse(const char *file, int line, void *message, mach_msg_size_t send_size,
    size_t bytes, mach_msg_return_t code)
{
	static struct view before, after;
	uint8_t copy[sizeof(struct received)];

	CHECK(bytes <= sizeof(copy));
	if (bytes > 0)
		memcpy(copy, message, bytes);
	view_space(&before);
	scenario_expect(file, line, "mach_msg()",
	    mach_msg(message, MACH_SEND_MSG | MACH_SEND_TIMEOUT, send_size, 0,
	        MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    code);
	view_space(&after);
	if (!views_equal(&before, &after))
		scenario_fail(file, line, "the space is not as it was");
	if (bytes > 0 && memcmp(copy, message, bytes) != 0)
		scenario_fail(file, line, "the message is not as it was");
}

void
close_queue(mach_port_t port)
{
	set_qlimit(port, 0);
}

void
open_queue(mach_port_t port)
{
	set_qlimit(port, MACH_PORT_QLIMIT_DEFAULT);
}

static void
run_sending(void *argument)
{
	struct sending *sending = argument;

	sending->thread = pthread_self();
	sending->mr = mach_msg(&sending->message.header,
	    MACH_SEND_MSG | sending->option, sending->message.header.msgh_size,
	    0, MACH_PORT_NULL, sending->timeout, MACH_PORT_NULL);
}

static void
run_receiving(void *argument)
{
	struct receiving *receiving = argument;

	receiving->thread = pthread_self();
	receiving->mr = mach_msg(&receiving->message.header,
	    MACH_RCV_MSG | receiving->option, 0, receiving->rcv_size,
	    receiving->port, receiving->timeout, MACH_PORT_NULL);
}

void
sending_begin(struct sending *sending)
{
	sending->mr = -1;
	sending->worker = worker_start(run_sending, sending);
	worker_until_blocked(sending->worker);
}

void
receiving_begin(struct receiving *receiving)
{
	if (receiving->rcv_size == 0)
		receiving->rcv_size = sizeof(receiving->message);
	receiving->mr = -1;
	receiving->worker = worker_start(run_receiving, receiving);
	worker_until_blocked(receiving->worker);
}

mach_msg_return_t
sending_end(struct sending *sending)
{
	worker_join(sending->worker);
	return sending->mr;
}

mach_msg_return_t
receiving_end(struct receiving *receiving)
{
	worker_join(receiving->worker);
	return receiving->mr;
}

void
sending_of_id(struct sending *sending_out, mach_port_t port, mach_msg_id_t id)
{
	memset(sending_out, 0, sizeof(*sending_out));
	compose(&sending_out->message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	sending_out->message.header.msgh_id = id;
}

/* TSan holds signals back until a call that it knows. A trap is none. */
#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
#define HANDLERS_RUN_AT_ONCE 0
#else
#define HANDLERS_RUN_AT_ONCE 1
#endif

static sem_t handled;

static void
on_signal(int number)
{
	(void)number;
	sem_post(&handled);
}

void
interrupt(pthread_t thread)
{
	struct sigaction action = {.sa_handler = on_signal};
	static bool made;

	if (!made)
		CHECK(sem_init(&handled, 0, 0) == 0);
	made = true;
	CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
	CHECK(pthread_kill(thread, SIGUSR1) == 0);
	while (HANDLERS_RUN_AT_ONCE && sem_wait(&handled) != 0)
		;
}

/* A name in arrays of this many: more than a task may have, from three tasks
 * that have made no more send-once rights than one may. */
#define ARRAY_NAMES 16383u
#define ARRAYS_EACH 7

static void
send_arrays(void *argument)
{
	const mach_port_t *inbox = argument;
	size_t bytes = ARRAY_NAMES * sizeof(mach_port_t);
	mach_port_t *names = new_memory(bytes);
	mach_port_t port = new_port();
	struct received message;

	for (unsigned i = 0; i < ARRAY_NAMES; i++)
		names[i] = port;
	for (unsigned i = 0; i < ARRAYS_EACH; i++) {
		compose(&message, *inbox, COPY_SEND, MACH_PORT_NULL, NONE);
		add_ports(&message, names, ARRAY_NAMES, MAKE_SEND_ONCE, false);
		EXPECT(post(&message), MACH_MSG_SUCCESS);
	}
	free_memory(names, bytes);
}

static void
make_inbox(void *argument)
{
	mach_port_t *inbox_out = argument;

	*inbox_out = new_send_port();
	set_qlimit(*inbox_out, MACH_PORT_QLIMIT_LARGE);
}

static void
take_arrays(void *argument)
{
	const mach_port_t *inbox = argument;
	struct received message;
	mach_msg_return_t mr;

	send_arrays(argument);
	do {
		mr = receive_now(*inbox, 0, &message);
	} while (mr == MACH_MSG_SUCCESS);
	EXPECT(mr, MACH_RCV_BODY_ERROR | MACH_MSG_IPC_SPACE);
}

void
fill_space(struct peer *peer)
{
	struct peer *helpers[2] = {peer_new(), peer_new()};
	mach_msg_type_name_t disposition;
	mach_port_t inbox;
	mach_port_t there;
	mach_port_t name;

	peer_run(peer, make_inbox, &there, sizeof(there));
	EXPECT(mach_port_extract_right(
	           peer_task(peer), there, MAKE_SEND, &inbox, &disposition),
	    KERN_SUCCESS);
	for (unsigned i = 0; i < 2; i++) {
		name = peer_give(helpers[i], inbox, COPY_SEND);
		peer_run(helpers[i], send_arrays, &name, sizeof(name));
	}
	drop(inbox);
	peer_run(peer, take_arrays, &there, sizeof(there));
}

static uint8_t
memory_byte(size_t offset)
{
	return (uint8_t)(offset * 7 + offset / 251 + 1);
}

void *
new_memory(size_t bytes)
{
	uint8_t *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(memory != MAP_FAILED);
	for (size_t i = 0; i < bytes; i++)
		memory[i] = memory_byte(i);
	return memory;
}

void *
new_hole(size_t bytes)
{
	void *hole =
	    mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(hole != MAP_FAILED);
	return hole;
}

void
free_memory(void *memory, size_t bytes)
{
	CHECK(munmap(memory, bytes) == 0);
}

bool
is_mapped(const void *address)
{
	uintptr_t page = (uintptr_t)address & ~(uintptr_t)(PAGE - 1);
	unsigned char resident;

	return mincore((void *)page, 1, &resident) == 0;
}

bool
is_memory(const void *address, size_t bytes)
{
	const uint8_t *memory = address;

	for (size_t i = 0; i < bytes; i++) {
		if (memory[i] != memory_byte(i))
			return false;
	}
	return true;
}
