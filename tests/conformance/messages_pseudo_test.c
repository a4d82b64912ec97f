/*
 * What comes back to its sender: messages.md 10.1. A message that was copied in
 * and cannot be sent is copied out again into the buffer that it came from.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "messages.h"

/* A port that nothing can be sent to by a send right. */
static mach_port_t
new_closed_port(void)
{
	mach_port_t port = new_send_port();

	close_queue(port);
	return port;
}

/* The name under which a right of the header came back. */
static void
check_back(mach_port_t came, mach_port_t sent, mach_msg_type_name_t disposition)
{
	if (transformed(disposition) == MOVE_SEND) {
		CHECK_EQUAL(came, sent);
	} else {
		CHECK(came != sent);
		CHECK_EQUAL(type_of(came), MACH_PORT_TYPE_SEND_ONCE);
	}
}

/* A name for @disposition: @port, or a send-once right of its. */
static mach_port_t
right_for(mach_port_t port, mach_msg_type_name_t disposition)
{
	return disposition == MOVE_SEND_ONCE ? new_send_once(port) : port;
}

/* References of a right that had one, after it was sent and came back. */
static mach_port_urefs_t
urefs_after(mach_msg_type_name_t disposition)
{
	return disposition == COPY_SEND || disposition == MAKE_SEND ? 2 : 1;
}

static void
try_header(mach_msg_type_name_t remote, mach_msg_type_name_t local)
{
	mach_port_t port = new_closed_port();
	mach_port_t reply = new_send_port();
	mach_port_t sent = right_for(reply, local);
	struct received message;

	compose(&message, port, remote, sent, local);
	message.header.msgh_id = 77;
	EXPECT_IN("remote, local", remote, local, post(&message),
	    MACH_SEND_TIMED_OUT);
	CHECK_EQUAL(message.header.msgh_bits,
	    MACH_MSGH_BITS(MOVE_SEND, transformed(local)));
	CHECK_EQUAL(message.header.msgh_id, 77);
	CHECK_EQUAL(message.header.msgh_remote_port, port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), urefs_after(remote));
	CHECK_EQUAL(status_of(port).mps_mscount, remote == MAKE_SEND ? 2 : 1);
	check_back(message.header.msgh_local_port, sent, local);
	CHECK_EQUAL(refs_of(reply, MACH_PORT_RIGHT_SEND), urefs_after(local));
	CHECK_EQUAL(status_of(reply).mps_mscount, local == MAKE_SEND ? 2 : 1);

	/* It may be sent again as it is. */
	open_queue(port);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(
	    refs_of(port, MACH_PORT_RIGHT_SEND), urefs_after(remote) - 1);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_id, 77);
	CHECK_EQUAL(message.header.msgh_bits,
	    MACH_MSGH_BITS(transformed(local), MOVE_SEND));
	mach_msg_destroy(&message.header);
	destroy(port);
	destroy(reply);
}

static void
the_header_comes_back_with_each_disposition(void)
{
	static const mach_msg_type_name_t remotes[] = {
	    MOVE_SEND, COPY_SEND, MAKE_SEND};

	for (unsigned i = 0; i < 3; i++) {
		for (unsigned local = MOVE_SEND; local <= MAKE_SEND_ONCE;
		     local++)
			try_header(remotes[i], local);
	}
}

static void
no_reply_comes_back_as_none(void)
{
	static const mach_port_t names[] = {MACH_PORT_NULL, MACH_PORT_DEAD};
	mach_port_t port = new_closed_port();
	struct received message;

	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	EXPECT(post(&message), MACH_SEND_TIMED_OUT);
	CHECK_EQUAL(message.header.msgh_bits, MACH_MSGH_BITS(MOVE_SEND, 0));
	CHECK_EQUAL(message.header.msgh_local_port, MACH_PORT_NULL);
	for (unsigned i = 0; i < 2; i++) {
		compose(&message, port, COPY_SEND, names[i], MAKE_SEND_ONCE);
		EXPECT(post(&message), MACH_SEND_TIMED_OUT);
		CHECK_EQUAL(message.header.msgh_bits,
		    MACH_MSGH_BITS(MOVE_SEND, MOVE_SEND_ONCE));
		CHECK_EQUAL(message.header.msgh_local_port, names[i]);
	}
	/* A dead name is no name any more. */
	compose(&message, port, COPY_SEND, new_dead_name(), MOVE_SEND);
	EXPECT(post(&message), MACH_SEND_TIMED_OUT);
	CHECK_EQUAL(message.header.msgh_local_port, MACH_PORT_DEAD);
	destroy(port);
}

/* The last reference moved: its name was free for a while. */
static void
what_was_moved_whole_comes_back_under_some_name(void)
{
	mach_port_t port = new_closed_port();
	mach_port_t box = new_port();
	struct received message;
	mach_port_t back;

	put_away(port, box);
	compose(&message, port, MOVE_SEND, MACH_PORT_NULL, NONE);
	EXPECT(post(&message), MACH_SEND_TIMED_OUT);
	back = message.header.msgh_remote_port;
	CHECK_EQUAL(type_of(back), MACH_PORT_TYPE_SEND);
	CHECK_EQUAL(refs_of(back, MACH_PORT_RIGHT_SEND), 1);
	CHECK_EQUAL(take_back(box), back);
	destroy(back);
	drop_receive(box);
}

static void
one_name_twice_comes_back_twice(void)
{
	mach_port_t port = new_closed_port();
	struct received message;

	compose(&message, port, COPY_SEND, port, COPY_SEND);
	EXPECT(post(&message), MACH_SEND_TIMED_OUT);
	CHECK_EQUAL(
	    message.header.msgh_bits, MACH_MSGH_BITS(MOVE_SEND, MOVE_SEND));
	CHECK_EQUAL(message.header.msgh_remote_port, port);
	CHECK_EQUAL(message.header.msgh_local_port, port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 3);
	destroy(port);
}

static void
a_reply_that_died_meanwhile_comes_back_dead(void)
{
	mach_port_t port = new_closed_port();
	mach_port_t reply = new_port();
	mach_port_t inside = new_port();
	struct sending sending;

	sending_of_id(&sending, port, 1);
	sending.option = MACH_SEND_INTERRUPT;
	sending.message.header.msgh_bits =
	    MACH_MSGH_BITS(COPY_SEND, MAKE_SEND_ONCE);
	sending.message.header.msgh_local_port = reply;
	add_port(&sending.message, inside, MAKE_SEND);
	sending_begin(&sending);
	drop_receive(reply);
	drop_receive(inside);
	interrupt(sending.thread);
	EXPECT(sending_end(&sending), MACH_SEND_INTERRUPTED);
	CHECK_EQUAL(sending.message.header.msgh_bits,
	    MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(MOVE_SEND, MOVE_SEND_ONCE));
	CHECK_EQUAL(sending.message.header.msgh_local_port, MACH_PORT_DEAD);
	CHECK_EQUAL(descriptor_of(&sending.message, 0)->name, MACH_PORT_DEAD);
	CHECK_EQUAL(sending.message.header.msgh_remote_port, port);
	destroy(port);
}

/*
 * The body
 */

static void
rights_of_the_body_come_back(void)
{
	mach_port_t port = new_closed_port();
	mach_port_t other = new_send_port();
	mach_port_t moved = new_port();
	mach_port_t kept = new_send_port();
	mach_port_t once = new_send_once(other);
	const mach_msg_port_descriptor_t *items;
	struct received message;

	make_send(other);
	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	add_port(&message, other, MOVE_SEND);
	add_port(&message, other, COPY_SEND);
	add_port(&message, other, MAKE_SEND);
	add_port(&message, other, MAKE_SEND_ONCE);
	add_port(&message, once, MOVE_SEND_ONCE);
	add_port(&message, kept, MOVE_RECEIVE);
	add_port(&message, moved, MOVE_RECEIVE);
	add_port(&message, MACH_PORT_DEAD, COPY_SEND);
	EXPECT(post(&message), MACH_SEND_TIMED_OUT);
	CHECK_EQUAL(message.header.msgh_bits,
	    MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(MOVE_SEND, 0));
	items = descriptor_of(&message, 0);
	for (unsigned nth = 0; nth < 3; nth++) {
		CHECK_EQUAL(items[nth].name, other);
		CHECK_EQUAL(items[nth].disposition, MOVE_SEND);
	}
	CHECK_EQUAL(refs_of(other, MACH_PORT_RIGHT_SEND), 4);
	CHECK_EQUAL(status_of(other).mps_mscount, 3);
	for (unsigned nth = 3; nth < 5; nth++) {
		CHECK_EQUAL(items[nth].disposition, MOVE_SEND_ONCE);
		CHECK_EQUAL(type_of(items[nth].name), MACH_PORT_TYPE_SEND_ONCE);
	}
	CHECK_EQUAL(items[5].name, kept);
	CHECK_EQUAL(items[5].disposition, MOVE_RECEIVE);
	CHECK_EQUAL(type_of(kept), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(status_of(kept).mps_mscount, 0);
	CHECK_EQUAL(type_of(items[6].name), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(items[7].name, MACH_PORT_DEAD);
	mach_msg_destroy(&message.header);
	CHECK_EQUAL(type_of(kept), MACH_PORT_TYPE_DEAD_NAME);
	drop(kept);
	CHECK_EQUAL(refs_of(other, MACH_PORT_RIGHT_SEND), 1);
	destroy(other);
	destroy(port);
}

static void
try_memory(bool is_volatile, mach_msg_copy_options_t copy, bool deallocate)
{
	mach_port_t port = new_closed_port();
	uint8_t *memory = new_memory(2 * (size_t)PAGE);
	const mach_msg_ool_descriptor_t *item;
	struct received message;

	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	if (is_volatile)
		add_volatile(&message, memory, PAGE + 1, copy, deallocate);
	else
		add_memory(&message, memory, PAGE + 1, copy, deallocate);
	EXPECT(post(&message), MACH_SEND_TIMED_OUT);
	item = item_of(&message, 0);
	CHECK_EQUAL(item->size, PAGE + 1);
	CHECK_EQUAL(item->copy, copy);
	CHECK_EQUAL(item->deallocate, copy == MACH_MSG_VIRTUAL_COPY ? 1 : 0);
	CHECK(is_memory(item->address, PAGE + 1));
	if (!deallocate) {
		/* Two copies. */
		CHECK(item->address != memory);
		CHECK(is_memory(memory, 2 * (size_t)PAGE));
		free_memory(memory, 2 * (size_t)PAGE);
	}
	EXPECT(vm_deallocate(
	           mach_task_self(), (vm_address_t)item->address, item->size),
	    KERN_SUCCESS);
	destroy(port);
}

static void
memory_comes_back_at_a_new_address(void)
{
	for (unsigned bits = 0; bits < 8; bits++)
		try_memory(bits & 1,
		    bits & 2 ? MACH_MSG_VIRTUAL_COPY : MACH_MSG_PHYSICAL_COPY,
		    bits & 4);
}

static void
arrays_come_back_at_a_new_address(void)
{
	mach_port_t port = new_closed_port();
	mach_port_t other = new_send_port();
	const mach_msg_ool_ports_descriptor_t *item;
	struct received message;
	const mach_port_t *names;

	for (unsigned deallocate = 0; deallocate < 2; deallocate++) {
		mach_port_t *array = new_memory(PAGE);

		array[0] = other;
		array[1] = MACH_PORT_NULL;
		array[2] = other;
		compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
		add_ports(&message, array, 3, MAKE_SEND, deallocate);
		EXPECT(post(&message), MACH_SEND_TIMED_OUT);
		item = item_of(&message, 0);
		names = item->address;
		CHECK_EQUAL(item->count, 3);
		CHECK_EQUAL(item->disposition, MOVE_SEND);
		CHECK_EQUAL(item->deallocate, 1);
		CHECK_EQUAL(names[0], other);
		CHECK_EQUAL(names[1], MACH_PORT_NULL);
		CHECK_EQUAL(names[2], other);
		CHECK_EQUAL(refs_of(other, MACH_PORT_RIGHT_SEND), 3);
		if (!deallocate) {
			CHECK(names != array);
			free_memory(array, PAGE);
		}
		mach_msg_destroy(&message.header);
		CHECK(!is_mapped(names));
		CHECK_EQUAL(refs_of(other, MACH_PORT_RIGHT_SEND), 1);
	}
	destroy(other);
	destroy(port);
}

/*
 * The rest of the buffer
 */

static void
no_trailer_comes_back(void)
{
	mach_port_t port = new_closed_port();
	struct received message;

	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	add_data(&message, "payload", 8);
	memset((char *)&message + 32, 0x5a, sizeof(message) - 32);
	message.header.msgh_size = 12345;
	/* All bits that a user has no use for. */
	message.header.msgh_bits |= ~MACH_MSGH_BITS_USER;
	EXPECT(mach_msg(&message.header, MACH_SEND_MSG | MACH_SEND_TIMEOUT, 32,
	           0, 0, 0, 0),
	    MACH_SEND_TIMED_OUT);
	CHECK_EQUAL(message.header.msgh_size, 32);
	CHECK_EQUAL(message.header.msgh_bits, MACH_MSGH_BITS(MOVE_SEND, 0));
	CHECK(memcmp((char *)&message + 24, "payload", 8) == 0);
	for (size_t i = 32; i < sizeof(message); i++)
		CHECK_EQUAL(((uint8_t *)&message)[i], 0x5a);
	destroy(port);
}

static void
the_voucher_field_comes_back_as_sent(void)
{
	static const mach_msg_type_name_t dispositions[] = {
	    NONE, MOVE_SEND, COPY_SEND};
	mach_port_t port = new_closed_port();
	struct received message;

	for (unsigned i = 0; i < 3; i++) {
		mach_port_name_t name = i == 0 ? 12345 : MACH_PORT_NULL;

		compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
		message.header.msgh_bits |= dispositions[i] << 16;
		message.header.msgh_voucher_port = name;
		EXPECT(post(&message), MACH_SEND_TIMED_OUT);
		CHECK_EQUAL(message.header.msgh_voucher_port, name);
		CHECK_EQUAL(transformed(MACH_MSGH_BITS_VOUCHER(
		                message.header.msgh_bits)),
		    transformed(dispositions[i]));
	}
	destroy(port);
}

/*
 * Guarded descriptors
 */

static void
a_right_to_be_immovable_comes_back_guarded(void)
{
	mach_port_t port = new_closed_port();
	mach_msg_guarded_port_descriptor_t *item;
	mach_port_context_t guard;
	struct received message;

	for (unsigned guarded = 0; guarded < 2; guarded++) {
		mach_port_t moved = new_port();

		if (guarded)
			EXPECT(mach_port_guard_with_flags(
			           mach_task_self(), moved, 0x1234, MPG_STRICT),
			    KERN_SUCCESS);
		compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
		add_guarded(&message, moved, guarded ? 0x1234 : 0,
		    guarded ? MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE
		            : MACH_MSG_GUARD_FLAGS_MASK);
		EXPECT(post(&message), MACH_SEND_TIMED_OUT);
		item = item_of(&message, 0);
		guard = (mach_port_context_t)&message;
		CHECK_EQUAL(item->context, guard);
		CHECK_EQUAL(
		    item->flags, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
		CHECK_EQUAL(item->disposition, MOVE_RECEIVE);
		CHECK_EQUAL(type_of(item->name), MACH_PORT_TYPE_RECEIVE);
		CHECK_EQUAL(status_of(item->name).mps_flags,
		    MACH_PORT_STATUS_FLAG_GUARDED);
		EXPECT(mach_port_destruct(
		           mach_task_self(), item->name, 0, guard + 1),
		    KERN_INVALID_ARGUMENT);
		/* It moves: the same message, once more. */
		EXPECT(post(&message), MACH_SEND_TIMED_OUT);
		item = item_of(&message, 0);
		CHECK_EQUAL(item->context, guard);
		EXPECT(
		    mach_port_destruct(mach_task_self(), item->name, 0, guard),
		    KERN_SUCCESS);
	}
	destroy(port);
}

static void
an_unguarded_right_comes_back_unguarded(void)
{
	mach_port_t port = new_closed_port();
	mach_msg_guarded_port_descriptor_t *item;
	struct received message;

	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	add_guarded(
	    &message, new_port(), 0, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND);
	EXPECT(post(&message), MACH_SEND_TIMED_OUT);
	item = item_of(&message, 0);
	CHECK_EQUAL(item->context, 0);
	CHECK_EQUAL(item->flags, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND);
	CHECK_EQUAL(status_of(item->name).mps_flags, 0);
	/* It may be sent again as it is. */
	EXPECT(post(&message), MACH_SEND_TIMED_OUT);
	item = item_of(&message, 0);
	drop_receive(item->name);
	destroy(port);
}

/*
 * What cannot come back
 */

struct shortage {
	mach_port_t port;
	mach_port_t reply;
};

static void
make_shortage(void *argument)
{
	struct shortage *shortage = argument;

	shortage->port = new_closed_port();
	shortage->reply = new_send_port();
}

/* In a space that is full. Nothing can be made there but what has a name. */
static void
time_out_without_names(void *argument)
{
	const struct shortage *shortage = argument;
	struct received message;

	compose(&message, shortage->port, COPY_SEND, shortage->reply,
	    MAKE_SEND_ONCE);
	add_port(&message, shortage->reply, MAKE_SEND_ONCE);
	add_port(&message, shortage->reply, COPY_SEND);
	EXPECT(post(&message), MACH_SEND_TIMED_OUT | MACH_MSG_IPC_SPACE);
	CHECK_EQUAL(message.header.msgh_remote_port, shortage->port);
	CHECK_EQUAL(refs_of(shortage->port, MACH_PORT_RIGHT_SEND), 2);
	CHECK_EQUAL(message.header.msgh_local_port, MACH_PORT_NULL);
	CHECK_EQUAL(descriptor_of(&message, 0)->name, MACH_PORT_NULL);
	CHECK_EQUAL(descriptor_of(&message, 1)->name, shortage->reply);
	/* The rights without a name have ended as unused ones do. */
	expect_notice(shortage->reply, MACH_NOTIFY_SEND_ONCE, 0);
	expect_notice(shortage->reply, MACH_NOTIFY_SEND_ONCE, 0);
	expect_empty(shortage->reply);
}

static void
a_space_without_room_is_told(void)
{
	struct peer *peer = peer_new();
	struct shortage shortage;

	peer_run(peer, make_shortage, &shortage, sizeof(shortage));
	fill_space(peer);
	peer_run(peer, time_out_without_names, &shortage, sizeof(shortage));
	peer_kill(peer);
}

static void
addresses_without_room_are_told(void)
{
	mach_port_t port = new_closed_port();
	size_t bytes = (size_t)64 * 1024;
	void *memory = new_memory(bytes);
	const mach_msg_ool_ports_descriptor_t *ports;
	const mach_msg_ool_descriptor_t *item;
	struct rlimit limit;
	struct rlimit none;
	struct received message;
	mach_port_t *array = new_memory(PAGE);
	mach_msg_return_t mr;

	array[0] = port;
	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	add_memory(&message, memory, (mach_msg_size_t)bytes,
	    MACH_MSG_VIRTUAL_COPY, false);
	add_port(&message, port, COPY_SEND);
	add_ports(&message, array, 1, COPY_SEND, false);
	CHECK(getrlimit(RLIMIT_AS, &limit) == 0);
	none = limit;
	none.rlim_cur = 0;
	CHECK(setrlimit(RLIMIT_AS, &none) == 0);
	mr = post(&message);
	CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
	EXPECT(mr, MACH_SEND_TIMED_OUT | MACH_MSG_VM_SPACE);
	item = item_of(&message, 0);
	CHECK(item->address == NULL);
	CHECK_EQUAL(item->size, 0);
	CHECK_EQUAL(
	    ((const mach_msg_port_descriptor_t *)item_of(&message, 1))->name,
	    port);
	ports = item_of(&message, 2);
	CHECK(ports->address == NULL);
	CHECK_EQUAL(ports->count, 0);
	CHECK_EQUAL(message.header.msgh_remote_port, port);
	free_memory(memory, bytes);
	free_memory(array, PAGE);
	destroy(port);
}

/* The rights are back, if under names that nobody has told. */
static void
a_buffer_that_cannot_be_written_does_not_change_the_code(void)
{
	mach_port_t port = new_closed_port();
	mach_port_t reply = new_port();
	struct received *message = new_memory(PAGE);
	struct view before, after;
	mach_port_name_t name = MACH_PORT_NULL;

	compose(message, port, COPY_SEND, reply, MAKE_SEND_ONCE);
	CHECK(mprotect(message, PAGE, PROT_READ) == 0);
	view_space(&before);
	EXPECT(post(message), MACH_SEND_TIMED_OUT);
	view_space(&after);
	CHECK_EQUAL(after.count, before.count + 1);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 2);
	for (unsigned i = 0; i < after.count; i++) {
		if (after.entries[i].type == MACH_PORT_TYPE_SEND_ONCE)
			name = after.entries[i].name;
	}
	drop(name);
	expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
	CHECK_EQUAL(message->header.msgh_bits,
	    MACH_MSGH_BITS(COPY_SEND, MAKE_SEND_ONCE));
	free_memory(message, PAGE);
	drop_receive(reply);
	destroy(port);
}

static void
it_is_destroyed_but_for_its_local_port(void)
{
	mach_port_t port = new_closed_port();
	mach_port_t reply = new_port();
	mach_port_t inside = new_port();
	uint8_t *memory = new_memory(PAGE);
	struct received message;

	compose(&message, port, COPY_SEND, reply, MAKE_SEND_ONCE);
	add_port(&message, inside, MAKE_SEND_ONCE);
	add_memory(&message, memory, PAGE, MACH_MSG_VIRTUAL_COPY, true);
	EXPECT(post(&message), MACH_SEND_TIMED_OUT);
	memory = ((mach_msg_ool_descriptor_t *)item_of(&message, 1))->address;
	mach_msg_destroy(&message.header);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	CHECK(!is_mapped(memory));
	expect_notice(inside, MACH_NOTIFY_SEND_ONCE, 0);
	expect_empty(reply);
	drop(message.header.msgh_local_port);
	expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
	drop_receive(inside);
	drop_receive(reply);
	destroy(port);
}

/*
 * The other codes
 */

static void
what_a_signal_interrupts_comes_back(void)
{
	mach_port_t port = new_closed_port();
	mach_port_t reply = new_port();
	struct sending sending;

	sending_of_id(&sending, port, 7);
	sending.option = MACH_SEND_INTERRUPT;
	sending.message.header.msgh_bits = MACH_MSGH_BITS(MOVE_SEND, MAKE_SEND);
	sending.message.header.msgh_local_port = reply;
	sending_begin(&sending);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	interrupt(sending.thread);
	EXPECT(sending_end(&sending), MACH_SEND_INTERRUPTED);
	CHECK_EQUAL(sending.message.header.msgh_bits,
	    MACH_MSGH_BITS(MOVE_SEND, MOVE_SEND));
	CHECK_EQUAL(sending.message.header.msgh_remote_port, port);
	CHECK_EQUAL(sending.message.header.msgh_local_port, reply);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	CHECK_EQUAL(refs_of(reply, MACH_PORT_RIGHT_SEND), 1);
	destroy(port);
	destroy(reply);
}

static mach_msg_return_t
post_to_be_told(struct received *message, mach_port_t notify)
{
	return mach_msg(&message->header, MACH_SEND_MSG | MACH_SEND_NOTIFY,
	    message->header.msgh_size, 0, 0, 0, notify);
}

static void
what_nobody_can_be_told_of_comes_back(void)
{
	mach_port_t port = new_closed_port();
	mach_port_t notify = new_port();
	struct received message;
	struct entry entry;

	for (enum kind kind = KIND_ABSENT; kind < KIND_COUNT; kind++) {
		if (kind == KIND_RECEIVE || kind == KIND_SEND_RECEIVE)
			continue;
		entry_begin(&entry, kind);
		compose(&message, port, COPY_SEND, notify, MAKE_SEND);
		EXPECT_IN("kind", kind, 0,
		    post_to_be_told(&message, entry.name),
		    MACH_SEND_INVALID_NOTIFY);
		CHECK_EQUAL(message.header.msgh_bits,
		    MACH_MSGH_BITS(MOVE_SEND, MOVE_SEND));
		CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 2);
		mach_msg_destroy(&message.header);
		drop(notify);
		entry_end(&entry);
	}
	/* One is out for this name already; looked at first. */
	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	EXPECT(post_to_be_told(&message, notify), MACH_SEND_WILL_NOTIFY);
	compose(&message, port, COPY_SEND, notify, MAKE_SEND);
	EXPECT(post_to_be_told(&message, notify), MACH_SEND_NOTIFY_IN_PROGRESS);
	CHECK_EQUAL(
	    message.header.msgh_bits, MACH_MSGH_BITS(MOVE_SEND, MOVE_SEND));
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 2);
	mach_msg_destroy(&message.header);
	drop(notify);
	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	EXPECT(post_to_be_told(&message, absent_name()),
	    MACH_SEND_NOTIFY_IN_PROGRESS);
	drop(message.header.msgh_remote_port);
	CHECK_EQUAL(status_of(port).mps_msgcount, 1);
	expect_id(port, 0);
	expect_notice(notify, MACH_NOTIFY_MSG_ACCEPTED, port);
	destroy(port);
	drop_receive(notify);
}

static const struct scenario scenarios[] = {
    SCENARIO("messages.10.1 messages.10.1.b1 messages.10.1.b2 "
             "messages.10.1.b8",
        the_header_comes_back_with_each_disposition),
    SCENARIO("messages.10.1.b2", no_reply_comes_back_as_none),
    SCENARIO(
        "messages.10.1.b2", what_was_moved_whole_comes_back_under_some_name),
    SCENARIO("messages.10.1.b2", one_name_twice_comes_back_twice),
    SCENARIO_WITH(SCENARIO_PROCESS, "messages.10.1.b2",
        a_reply_that_died_meanwhile_comes_back_dead),
    SCENARIO("messages.10.1.b3", rights_of_the_body_come_back),
    SCENARIO("messages.10.1.b3", memory_comes_back_at_a_new_address),
    SCENARIO("messages.10.1.b3", arrays_come_back_at_a_new_address),
    SCENARIO("messages.10.1.b4", no_trailer_comes_back),
    SCENARIO("messages.10.1.b5", a_right_to_be_immovable_comes_back_guarded),
    SCENARIO("messages.10.1.b5", an_unguarded_right_comes_back_unguarded),
    SCENARIO("messages.10.1.b6", the_voucher_field_comes_back_as_sent),
    SCENARIO("messages.10.1.b7", a_space_without_room_is_told),
    SCENARIO_WITH(
        SCENARIO_PROCESS, "messages.10.1.b7", addresses_without_room_are_told),
    SCENARIO("messages.10.1.b7",
        a_buffer_that_cannot_be_written_does_not_change_the_code),
    SCENARIO("messages.10.1.b8", it_is_destroyed_but_for_its_local_port),
    SCENARIO_WITH(SCENARIO_PROCESS, "messages.10.1 messages.10.i5",
        what_a_signal_interrupts_comes_back),
    SCENARIO("messages.10.1", what_nobody_can_be_told_of_comes_back),
};
CONFORMANCE(scenarios)
