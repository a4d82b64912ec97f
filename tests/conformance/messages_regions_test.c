/*
 * Memory that another task sends, message after message, to the same port: what arrives is
 * the same however much they talk (messages.md 9.3, 11.3, 11.6).
 */
#include <string.h>
#include <sys/mman.h>

#include "messages.h"

#define REPEATS 4

static void
send_waiting(struct received *message)
{
	EXPECT(
	    mach_msg(&message->header, MACH_SEND_MSG, message->header.msgh_size,
	        0, MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

static const mach_msg_ool_descriptor_t *
memory_of(struct received *message, unsigned nth)
{
	return item_of(message, nth);
}

static void
free_region(const mach_msg_ool_descriptor_t *item)
{
	EXPECT(vm_deallocate(
	           mach_task_self(), (vm_address_t)item->address, item->size),
	    KERN_SUCCESS);
}

/* It has @size bytes of new_memory(), and zeroes to the end of the page. */
static void
check_bytes(const mach_msg_ool_descriptor_t *item, mach_msg_size_t size)
{
	const uint8_t *bytes = item->address;

	CHECK_EQUAL(item->size, size);
	if (size == 0) {
		CHECK(!bytes);
		return;
	}
	CHECK(is_memory(bytes, size));
	for (size_t i = size; ((uintptr_t)bytes + i) % PAGE != 0; i++)
		CHECK_EQUAL(bytes[i], 0);
}

/* A peer does @function with the send right for @port. */
static struct peer *
start_peer(mach_port_t port, peer_function *function, mach_port_name_t *there)
{
	struct peer *peer = peer_new();

	*there = peer_give(peer, port, MAKE_SEND);
	peer_start(peer, function, there, sizeof(*there));
	return peer;
}

static void
end_peer(struct peer *peer)
{
	peer_join(peer);
	peer_kill(peer);
}

/*
 * One region, of all sizes and with all options
 */

static const mach_msg_size_t sizes[] = {0, 1, 100, PAGE - 1, PAGE, PAGE + 1,
    3 * PAGE + 5, 16 * 1024, 32 * 1024 + 1, 64 * 1024, 256 * 1024, 600000,
    1024 * 1024 + 3};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))
#define FORMS 16 /* a bit for each option */

/* The first bytes of @memory, at some place in it; a page behind the last is free. */
static void
send_form(mach_port_name_t to, mach_msg_size_t size, unsigned bits)
{
	const size_t pages = (size + 3 * (size_t)PAGE - 1) / PAGE * PAGE;
	const bool deallocate = bits & 4 && size > 0;
	uint8_t *memory = new_memory(pages);
	uint8_t *source = memory + (bits & 8 ? 100 : 0);
	struct received message;

	memmove(source, memory, size);
	compose(&message, to, COPY_SEND, MACH_PORT_NULL, NONE);
	(bits & 1 ? add_volatile : add_memory)(&message, source, size,
	    bits & 2 ? MACH_MSG_VIRTUAL_COPY : MACH_MSG_PHYSICAL_COPY,
	    deallocate);
	send_waiting(&message);
	if (deallocate) {
		/* Something else may be mapped there by now. */
		const size_t gone =
		    ((size_t)(source - memory) + size + PAGE - 1) / PAGE;

		(void)munmap(memory + gone * PAGE, pages - gone * PAGE);
		return;
	}
	/* What the sender does now is not seen. */
	memset(memory, 0xa5, pages);
	free_memory(memory, pages);
}

static void
send_all_forms(void *argument)
{
	const mach_port_name_t *to = argument;

	for (unsigned i = 0; i < SIZES; i++)
		for (unsigned bits = 0; bits < FORMS; bits++)
			send_form(*to, sizes[i], bits);
}

static void
check_form(struct received *message, mach_msg_size_t size, unsigned bits)
{
	const mach_msg_ool_descriptor_t *item = memory_of(message, 0);
	const bool is_virtual = bits & 2;

	CHECK_EQUAL(message->header.msgh_size,
	    sizeof(mach_msg_base_t) + sizeof(mach_msg_ool_descriptor_t));
	CHECK_EQUAL(item->type,
	    bits & 1 ? MACH_MSG_OOL_VOLATILE_DESCRIPTOR
	             : MACH_MSG_OOL_DESCRIPTOR);
	CHECK_EQUAL(item->copy,
	    is_virtual ? MACH_MSG_VIRTUAL_COPY : MACH_MSG_PHYSICAL_COPY);
	CHECK_EQUAL(item->deallocate, is_virtual ? 1 : 0);
	CHECK_EQUAL(item->pad1, 0);
	check_bytes(item, size);
	/* It is the receiver's, to write, too. */
	if (size > 0)
		memset(item->address, 0, size);
	free_region(item);
}

static void
memory_of_another_task_comes_in_all_forms(void)
{
	mach_port_t port = new_port();
	mach_port_name_t there;
	struct peer *peer = start_peer(port, send_all_forms, &there);
	struct received message;

	for (unsigned i = 0; i < SIZES; i++)
		for (unsigned bits = 0; bits < FORMS; bits++) {
			EXPECT(receive(port, 0, &message), MACH_MSG_SUCCESS);
			check_form(&message, sizes[i], bits);
		}
	end_peer(peer);
	drop_receive(port);
}

/*
 * Several regions
 */

#define REGIONS_MOST 12

/* Region @nth of a message with @count of them. */
static mach_msg_size_t
some_size(unsigned count, unsigned nth)
{
	return sizes[(count * 5 + nth * 3) % (SIZES - 3)];
}

static void
send_many_regions(void *argument)
{
	const mach_port_name_t *to = argument;
	uint8_t *memory = new_memory(256 * (size_t)1024);

	for (unsigned count = 0; count <= REGIONS_MOST; count++) {
		struct received message;

		compose(&message, *to, COPY_SEND, MACH_PORT_NULL, NONE);
		if (count == 0) {
			add_body(&message);
			message.header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
		}
		for (unsigned nth = 0; nth < count; nth++)
			add_memory(&message, memory, some_size(count, nth),
			    MACH_MSG_VIRTUAL_COPY, false);
		add_data(&message, &count, sizeof(count));
		send_waiting(&message);
	}
	free_memory(memory, 256 * (size_t)1024);
}

static void
check_many_regions(struct received *message, unsigned count)
{
	unsigned last;

	CHECK(MACH_MSGH_BITS_IS_COMPLEX(message->header.msgh_bits));
	CHECK_EQUAL(message->body.msgh_descriptor_count, count);
	memcpy(&last,
	    (uint8_t *)&message->header + message->header.msgh_size -
	        sizeof(last),
	    sizeof(last));
	CHECK_EQUAL(last, count);
	for (unsigned nth = 0; nth < count; nth++) {
		const mach_msg_ool_descriptor_t *item = memory_of(message, nth);

		check_bytes(item, some_size(count, nth));
		free_region(item);
	}
}

static void
several_regions_of_another_task_come_in_order(void)
{
	for (unsigned i = 0; i < 2; i++) {
		mach_port_t port = new_port();
		mach_port_name_t there;
		struct peer *peer = start_peer(port, send_many_regions, &there);
		struct received message;

		for (unsigned count = 0; count <= REGIONS_MOST; count++) {
			EXPECT(receive(port, 0, &message), MACH_MSG_SUCCESS);
			check_many_regions(&message, count);
		}
		end_peer(peer);
		drop_receive(port);
	}
}

/*
 * Memory among other messages
 */

#define MIXED 60

static void
send_mixed(void *argument)
{
	const mach_port_name_t *to = argument;
	uint8_t *memory = new_memory(600000);
	mach_port_t own = new_send_port();

	for (mach_msg_id_t id = 0; id < MIXED; id++) {
		struct received message;

		compose(&message, *to, COPY_SEND, MACH_PORT_NULL, NONE);
		message.header.msgh_id = id;
		if (id % 3 == 1)
			add_memory(&message, memory,
			    id % 2 ? 600000 : (mach_msg_size_t)(100 * id),
			    MACH_MSG_PHYSICAL_COPY, false);
		if (id % 15 == 2)
			add_port(&message, own, COPY_SEND);
		send_waiting(&message);
	}
	destroy(own);
	free_memory(memory, 600000);
}

static void
memory_comes_in_the_order_of_all_messages(void)
{
	mach_port_t port = new_port();
	mach_port_name_t there;
	struct peer *peer = start_peer(port, send_mixed, &there);
	struct received message;

	for (mach_msg_id_t id = 0; id < MIXED; id++) {
		EXPECT(receive(port,
		           MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SEQNO),
		           &message),
		    MACH_MSG_SUCCESS);
		CHECK_EQUAL(message.header.msgh_id, id);
		CHECK_EQUAL(trailer_of(&message)->msgh_seqno, id);
		mach_msg_destroy(&message.header);
	}
	end_peer(peer);
	drop_receive(port);
}

/*
 * Requests that bring memory, and answers that do
 */

static void
ask_with_memory(void *argument)
{
	const mach_port_name_t *to = argument;
	uint8_t *memory = new_memory(3 * (size_t)PAGE);
	mach_port_t reply = new_port();

	for (unsigned i = 0; i < 5 * REPEATS; i++) {
		struct received message;

		compose(&message, *to, COPY_SEND, reply, MAKE_SEND_ONCE);
		add_memory(&message, memory, 2 * PAGE + i,
		    MACH_MSG_VIRTUAL_COPY, false);
		send_waiting(&message);
		EXPECT(receive(reply, 0, &message), MACH_MSG_SUCCESS);
		check_bytes(memory_of(&message, 0), PAGE + i);
		free_region(memory_of(&message, 0));
	}
	drop_receive(reply);
	free_memory(memory, 3 * (size_t)PAGE);
}

static void
a_request_with_memory_is_answered_with_memory(void)
{
	mach_port_t port = new_port();
	mach_port_name_t there;
	struct peer *peer = start_peer(port, ask_with_memory, &there);
	struct received message;

	for (unsigned i = 0; i < 5 * REPEATS; i++) {
		mach_msg_ool_descriptor_t item;
		struct received answer;

		EXPECT(receive(port, 0, &message), MACH_MSG_SUCCESS);
		item = *memory_of(&message, 0);
		check_bytes(&item, 2 * PAGE + i);
		CHECK_EQUAL(MACH_MSGH_BITS_REMOTE(message.header.msgh_bits),
		    MACH_MSG_TYPE_PORT_SEND_ONCE);
		/* A part of what came. */
		compose(&answer, message.header.msgh_remote_port,
		    MOVE_SEND_ONCE, MACH_PORT_NULL, NONE);
		add_memory(&answer, item.address, PAGE + i,
		    MACH_MSG_VIRTUAL_COPY, false);
		EXPECT(post(&answer), MACH_MSG_SUCCESS);
		free_region(&item);
	}
	end_peer(peer);
	drop_receive(port);
}

/*
 * What cannot be sent, while all else can
 */

static void
send_or_be_refused(void *argument)
{
	const mach_port_name_t *to = argument;
	uint8_t *memory = new_memory(2 * (size_t)PAGE);
	void *hole = new_hole(PAGE);

	for (unsigned i = 0; i < 5 * REPEATS; i++) {
		const mach_msg_id_t id = (mach_msg_id_t)i;
		struct received message;

		compose(&message, *to, COPY_SEND, MACH_PORT_NULL, NONE);
		add_memory(&message, hole, PAGE, MACH_MSG_VIRTUAL_COPY, false);
		EXPECT(post(&message), MACH_SEND_INVALID_MEMORY);
		compose(&message, *to, COPY_SEND, MACH_PORT_NULL, NONE);
		add_memory(
		    &message, memory, PAGE, MACH_MSG_KALLOC_COPY_T, false);
		EXPECT(post(&message), MACH_SEND_INVALID_TYPE);
		compose(&message, *to, COPY_SEND, MACH_PORT_NULL, NONE);
		message.header.msgh_id = id;
		add_memory(
		    &message, memory, PAGE, MACH_MSG_VIRTUAL_COPY, false);
		send_waiting(&message);
	}
	CHECK(is_mapped(hole));
	free_memory(memory, 2 * (size_t)PAGE);
	free_memory(hole, PAGE);
}

static void
memory_that_cannot_be_read_is_refused_among_others(void)
{
	mach_port_t port = new_port();
	mach_port_name_t there;
	struct peer *peer = start_peer(port, send_or_be_refused, &there);
	struct received message;

	for (mach_msg_id_t id = 0; id < 5 * REPEATS; id++) {
		EXPECT(receive(port, 0, &message), MACH_MSG_SUCCESS);
		CHECK_EQUAL(message.header.msgh_id, id);
		free_region(memory_of(&message, 0));
	}
	end_peer(peer);
	drop_receive(port);
}

/*
 * A receive that is too small
 */

static void
send_pairs(void *argument)
{
	const mach_port_name_t *to = argument;
	uint8_t *memory = new_memory(PAGE);

	for (mach_msg_id_t id = 0; id < 5 * REPEATS; id++) {
		struct received message;

		compose(&message, *to, COPY_SEND, MACH_PORT_NULL, NONE);
		message.header.msgh_id = id;
		add_memory(
		    &message, memory, PAGE, MACH_MSG_VIRTUAL_COPY, false);
		send_waiting(&message);
	}
	free_memory(memory, PAGE);
}

static void
a_message_with_memory_that_is_too_large_stays_or_goes(void)
{
	mach_port_t port = new_port();
	mach_port_name_t there;
	struct peer *peer = start_peer(port, send_pairs, &there);
	const mach_msg_size_t size =
	    sizeof(mach_msg_base_t) + sizeof(mach_msg_ool_descriptor_t);
	struct received message;

	for (mach_msg_id_t id = 0; id < 5 * REPEATS; id++) {
		EXPECT(mach_msg(&message.header, MACH_RCV_MSG | MACH_RCV_LARGE,
		           0, size, port, 0, MACH_PORT_NULL),
		    MACH_RCV_TOO_LARGE);
		CHECK_EQUAL(message.header.msgh_size, size);
		if (id % 4 == 3) {
			EXPECT(receive_bytes(port, 0, &message, size),
			    MACH_RCV_TOO_LARGE);
			continue;
		}
		EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
		CHECK_EQUAL(message.header.msgh_id, id);
		check_bytes(memory_of(&message, 0), PAGE);
		free_region(memory_of(&message, 0));
	}
	end_peer(peer);
	drop_receive(port);
}

static const struct scenario scenarios[] = {
    SCENARIO("messages.9.3 messages.9.3.b1 messages.9.3.b2 messages.9.3.b4 "
             "messages.11.6",
        memory_of_another_task_comes_in_all_forms),
    SCENARIO("messages.9.3 messages.11.6",
        several_regions_of_another_task_come_in_order),
    SCENARIO("messages.9.3 messages.11.8",
        memory_comes_in_the_order_of_all_messages),
    SCENARIO("messages.9.3 messages.11.6",
        a_request_with_memory_is_answered_with_memory),
    SCENARIO(
        "messages.9.3.b3", memory_that_cannot_be_read_is_refused_among_others),
    SCENARIO(
        "messages.11.3", a_message_with_memory_that_is_too_large_stays_or_goes),
};
CONFORMANCE(scenarios)
