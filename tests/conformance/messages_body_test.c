/*
 * What a send takes by the descriptors of its message, and what it leaves when it
 * cannot: messages.md 9.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "messages.h"

/* Where the messages go. */
struct mail {
	mach_port_t to;    /* receive and send */
	mach_port_t reply; /* receive; tells by a notification of the reply
	                      right's end */
};

static void
mail_begin(struct mail *mail_out, struct received *message_out)
{
	mail_out->to = new_send_port();
	mail_out->reply = new_port();
	compose(message_out, mail_out->to, COPY_SEND, mail_out->reply,
	    MAKE_SEND_ONCE);
}

/* The message ended in its body: its reply right has gone, and nothing came. */
static void
mail_failed(struct mail *mail)
{
	expect_empty(mail->to);
	expect_notice(mail->reply, MACH_NOTIFY_SEND_ONCE, 0);
	expect_empty(mail->reply);
}

static void
mail_end(struct mail *mail)
{
	destroy(mail->to);
	destroy(mail->reply);
}

/* Send it, and see that it ends in its body with @code, and is as it was. */
static void
fail_in_body(int line, struct mail *mail, struct received *message, int code)
{
	struct received copy = *message;

	scenario_expect(__FILE__, line, "post()", post(message), code);
	if (memcmp(message, &copy, sizeof(copy)) != 0)
		scenario_fail(__FILE__, line, "the message is not as it was");
	mail_failed(mail);
}
#define FAILS_IN_BODY(mail, message, code)                                     \
	fail_in_body(__LINE__, mail, message, code)

static void
deliver(struct mail *mail, struct received *message)
{
	EXPECT(post(message), MACH_MSG_SUCCESS);
	EXPECT(receive_now(mail->to, 0, message), MACH_MSG_SUCCESS);
}

/*
 * 9.1: port descriptors
 */

static void
null_and_dead_pass_with_any_disposition(void)
{
	static const mach_port_t names[] = {MACH_PORT_NULL, MACH_PORT_DEAD};
	struct received message;
	struct mail mail;

	for (unsigned i = 0; i < 2 * 256; i += 64) {
		mach_port_t name = names[i / 256];

		mail_begin(&mail, &message);
		for (unsigned nth = 0; nth < 64; nth++)
			add_port(&message, name, (i + nth) % 256);
		deliver(&mail, &message);
		for (unsigned nth = 0; nth < 64; nth++) {
			const mach_msg_port_descriptor_t *item =
			    descriptor_of(&message, nth);

			CHECK_EQUAL(item->name, name);
			CHECK_EQUAL(
			    item->disposition, transformed((i + nth) % 256));
			CHECK_EQUAL(item->type, MACH_MSG_PORT_DESCRIPTOR);
		}
		mach_msg_destroy(&message.header);
		mail_end(&mail);
	}
}

static void
try_port(enum kind kind, unsigned disposition)
{
	const mach_msg_port_descriptor_t *item;
	mach_port_type_t type;
	struct received message;
	struct entry entry;
	struct mail mail;

	entry_begin(&entry, kind);
	type = type_of(entry.name);
	mail_begin(&mail, &message);
	add_port(&message, entry.name, disposition);
	if (!kind_allows(kind, disposition)) {
		FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
		CHECK_EQUAL(type_of(entry.name), type);
	} else {
		EXPECT_IN("kind, disposition", kind, disposition,
		    post(&message), MACH_MSG_SUCCESS);
		EXPECT(receive_now(mail.to, 0, &message), MACH_MSG_SUCCESS);
		item = descriptor_of(&message, 0);
		CHECK_EQUAL(item->disposition, transformed(disposition));
		CHECK_EQUAL(
		    item->name == MACH_PORT_DEAD, kind == KIND_DEAD_NAME);
		mach_msg_destroy(&message.header);
	}
	entry_end(&entry);
	mail_end(&mail);
}

static void
names_and_dispositions(void)
{
	for (enum kind kind = KIND_ABSENT; kind < KIND_COUNT; kind++) {
		for (unsigned disposition = 0; disposition < 32; disposition++)
			try_port(kind, disposition);
	}
}

static void
each_disposition_takes_what_it_takes_in_a_header(void)
{
	mach_port_t port = new_send_port();
	mach_port_t once = new_send_once(port);
	struct received message;
	struct mail mail;

	make_send(port);
	mail_begin(&mail, &message);
	add_port(&message, port, COPY_SEND);
	add_port(&message, port, MOVE_SEND);
	add_port(&message, port, MAKE_SEND);
	add_port(&message, port, MAKE_SEND_ONCE);
	add_port(&message, once, MOVE_SEND_ONCE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	CHECK_EQUAL(type_of(once), 0);
	CHECK_EQUAL(status_of(port).mps_mscount, 3);
	CHECK_EQUAL(status_of(port).mps_sorights, 2);
	EXPECT(receive_now(mail.to, 0, &message), MACH_MSG_SUCCESS);
	for (unsigned nth = 0; nth < 3; nth++)
		CHECK_EQUAL(descriptor_of(&message, nth)->name, port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 4);
	CHECK(descriptor_of(&message, 3)->name != port);
	CHECK(descriptor_of(&message, 4)->name != port);
	mach_msg_destroy(&message.header);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
	expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
	destroy(port);
	mail_end(&mail);
}

static void
a_dead_name_is_moved_reference_by_reference(void)
{
	mach_port_t dead = new_dead_name();
	struct received message;
	struct mail mail;

	EXPECT(mach_port_mod_refs(
	           mach_task_self(), dead, MACH_PORT_RIGHT_DEAD_NAME, 2),
	    KERN_SUCCESS);
	mail_begin(&mail, &message);
	add_port(&message, dead, COPY_SEND);
	add_port(&message, dead, MOVE_SEND);
	add_port(&message, dead, MOVE_SEND_ONCE);
	deliver(&mail, &message);
	CHECK_EQUAL(refs_of(dead, MACH_PORT_RIGHT_DEAD_NAME), 1);
	for (unsigned nth = 0; nth < 3; nth++)
		CHECK_EQUAL(descriptor_of(&message, nth)->name, MACH_PORT_DEAD);
	mach_msg_destroy(&message.header);
	mail_end(&mail);

	mail_begin(&mail, &message);
	add_port(&message, dead, MOVE_SEND);
	add_port(&message, dead, MOVE_SEND);
	FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
	CHECK_EQUAL(type_of(dead), 0);
	mail_end(&mail);
}

static void
a_moved_receive_right_begins_anew(void)
{
	mach_port_t port = new_send_port();
	mach_port_t set = new_set();
	mach_port_t notify = new_port();
	mach_port_status_t status;
	struct received message;
	struct mail mail;

	CHECK_EQUAL(
	    request(port, MACH_NOTIFY_DEAD_NAME, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(
	    request(port, MACH_NOTIFY_NO_SENDERS, 0, notify), MACH_PORT_NULL);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(send_id(port, COPY_SEND, 2, 0, 0), MACH_MSG_SUCCESS);
	expect_id(port, 1);
	set_qlimit(port, 9);
	EXPECT(
	    mach_port_insert_member(mach_task_self(), port, set), KERN_SUCCESS);

	mail_begin(&mail, &message);
	add_port(&message, port, MOVE_RECEIVE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	/* The send right stays, and its request. */
	CHECK_EQUAL(
	    type_of(port), MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	expect_empty(set);
	EXPECT(receive_now(mail.to, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(descriptor_of(&message, 0)->name, port);
	status = status_of(port);
	CHECK_EQUAL(status.mps_mscount, 0);
	CHECK_EQUAL(status.mps_seqno, 0);
	CHECK_EQUAL(status.mps_pset, 0);
	CHECK_EQUAL(status.mps_qlimit, 9);
	CHECK_EQUAL(status.mps_msgcount, 1);
	CHECK(status.mps_nsrequest);
	expect_id(port, 2);
	drop(message.header.msgh_remote_port);
	expect_notice(mail.reply, MACH_NOTIFY_SEND_ONCE, 0);
	mail_end(&mail);
	drop(port);
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 0);
	drop_receive(port);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, port);
	drop_receive(notify);
	destroy(set);
}

static void
a_moved_pure_receive_right_frees_its_name(void)
{
	mach_port_t port = new_port();
	mach_port_t notify = new_port();
	mach_port_t box = new_port();

	CHECK_EQUAL(
	    request(port, MACH_NOTIFY_DEAD_NAME, 0, notify), MACH_PORT_NULL);
	put_away(port, box);
	CHECK_EQUAL(type_of(port), 0);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, port);
	drop_receive(take_back(box));
	drop_receive(box);
	drop_receive(notify);
}

/*
 * 9.3: memory
 */

struct region {
	bool is_volatile;
	mach_msg_copy_options_t copy;
	bool deallocate;
	size_t offset; /* in its first page */
	mach_msg_size_t size;
};

static void
check_received_region(
    const struct region *region, struct received *message, const void *data)
{
	const mach_msg_ool_descriptor_t *item = item_of(message, 0);
	const uint8_t *bytes = item->address;

	CHECK_EQUAL(item->type,
	    region->is_volatile ? MACH_MSG_OOL_VOLATILE_DESCRIPTOR
	                        : MACH_MSG_OOL_DESCRIPTOR);
	CHECK_EQUAL(item->size, region->size);
	CHECK_EQUAL(item->copy, region->copy);
	CHECK_EQUAL(
	    item->deallocate, region->copy == MACH_MSG_VIRTUAL_COPY ? 1 : 0);
	CHECK(memcmp(bytes, data, region->size) == 0);
	for (size_t i = region->size; ((uintptr_t)bytes + i) % PAGE != 0; i++)
		CHECK_EQUAL(bytes[i], 0);
	/* It is the receiver's, to write, too. */
	*(uint8_t *)item->address = 0;
	EXPECT(vm_deallocate(
	           mach_task_self(), (vm_address_t)item->address, item->size),
	    KERN_SUCCESS);
}

static void
carry_region(const struct region *region)
{
	size_t bytes = region->offset + region->size;
	size_t pages = (bytes + PAGE - 1) / PAGE * PAGE;
	/* A page before it and one behind. */
	uint8_t *memory = new_memory(pages + 2 * (size_t)PAGE);
	uint8_t *source = memory + PAGE + region->offset;
	uint8_t *data = malloc(region->size);
	struct received message;
	struct mail mail;

	CHECK(data);
	memcpy(data, source, region->size);
	mail_begin(&mail, &message);
	if (region->is_volatile)
		add_volatile(&message, source, region->size, region->copy,
		    region->deallocate);
	else
		add_memory(&message, source, region->size, region->copy,
		    region->deallocate);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	for (size_t at = PAGE; at < PAGE + pages; at += PAGE)
		CHECK(is_mapped(memory + at) == !region->deallocate);
	CHECK(is_mapped(memory));
	CHECK(is_mapped(memory + PAGE + pages));
	/* What the sender does now is not seen. */
	if (!region->deallocate)
		memset(source, 0xa5, region->size);
	EXPECT(receive_now(mail.to, 0, &message), MACH_MSG_SUCCESS);
	check_received_region(region, &message, data);
	drop(message.header.msgh_remote_port);
	mail_end(&mail);
	free(data);
	free_memory(memory, pages + 2 * (size_t)PAGE);
}

static void
memory_of_all_sizes_is_captured_with_all_options(void)
{
	static const mach_msg_size_t sizes[] = {1, 100, PAGE - 1, PAGE,
	    PAGE + 1, 3 * PAGE + 5, 32 * 1024 + 1, 256 * 1024, 1024 * 1024 + 3};

	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (unsigned bits = 0; bits < 16; bits++)
			carry_region(&(struct region){
			    .is_volatile = bits & 1,
			    .copy = bits & 2 ? MACH_MSG_VIRTUAL_COPY
			                     : MACH_MSG_PHYSICAL_COPY,
			    .deallocate = bits & 4,
			    .offset = bits & 8 ? PAGE - 12 : 0,
			    .size = sizes[i],
			});
	}
}

static void
memory_of_no_size_is_not_touched(void)
{
	uint8_t *memory = new_memory(PAGE);
	void *hole = new_hole(PAGE);
	void *addresses[] = {NULL, (void *)1, memory, hole, (void *)-1};
	const mach_msg_ool_descriptor_t *item;
	struct received message;
	struct mail mail;

	for (unsigned i = 0; i < 2 * sizeof(addresses) / sizeof(addresses[0]);
	     i++) {
		mail_begin(&mail, &message);
		add_memory(&message, addresses[i / 2], 0,
		    i % 2 ? MACH_MSG_VIRTUAL_COPY : MACH_MSG_PHYSICAL_COPY,
		    true);
		add_volatile(
		    &message, addresses[i / 2], 0, MACH_MSG_VIRTUAL_COPY, true);
		deliver(&mail, &message);
		for (unsigned nth = 0; nth < 2; nth++) {
			item = item_of(&message, nth);
			CHECK(item->address == NULL);
			CHECK_EQUAL(item->size, 0);
		}
		drop(message.header.msgh_remote_port);
		mail_end(&mail);
	}
	CHECK(is_memory(memory, PAGE));
	CHECK(is_mapped(hole));
	free_memory(memory, PAGE);
	free_memory(hole, PAGE);
}

static void
memory_that_cannot_be_read_is_invalid(void)
{
	uint8_t *pages = new_memory(3 * (size_t)PAGE);
	uint8_t *later = new_memory(PAGE);
	struct {
		void *address;
		mach_msg_size_t size;
	} regions[] = {{NULL, 1}, {pages + PAGE, 1}, {pages, PAGE + 1},
	    {pages + PAGE - 1, 2}, {pages, 3 * PAGE}, {(void *)-1, 1},
	    {(void *)(uintptr_t)-PAGE, 2 * PAGE}, {pages, UINT32_MAX}};
	struct received message;
	struct mail mail;

	CHECK(mprotect(pages + PAGE, PAGE, PROT_NONE) == 0);
	for (unsigned i = 0; i < 2 * sizeof(regions) / sizeof(regions[0]);
	     i++) {
		mail_begin(&mail, &message);
		add_memory(&message, regions[i / 2].address,
		    regions[i / 2].size, i % 2, true);
		add_memory(&message, later, PAGE, MACH_MSG_VIRTUAL_COPY, true);
		FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_MEMORY);
		mail_end(&mail);
	}
	for (unsigned page = 0; page < 3; page++)
		CHECK(is_mapped(pages + page * (size_t)PAGE));
	CHECK(is_memory(pages, PAGE));
	CHECK(is_memory(later, PAGE));
	free_memory(pages, 3 * (size_t)PAGE);
	free_memory(later, PAGE);
}

/* Regions that share a page: the first takes it away from the second. */
static void
a_region_goes_when_its_descriptor_is_processed(void)
{
	uint8_t *memory = new_memory(PAGE);
	struct received message;
	struct mail mail;

	mail_begin(&mail, &message);
	add_memory(&message, memory, 16, MACH_MSG_VIRTUAL_COPY, true);
	add_memory(&message, memory + 16, 16, MACH_MSG_VIRTUAL_COPY, false);
	FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_MEMORY);
	CHECK(!is_mapped(memory));
	mail_end(&mail);
}

/*
 * 9.3: arrays of ports
 */

static mach_port_t *
new_array(const mach_port_t *names, size_t count)
{
	mach_port_t *array = new_memory(PAGE);

	memcpy(array, names, count * sizeof(*names));
	return array;
}

static void
an_array_that_cannot_be_read_is_invalid(void)
{
	uint8_t *pages = new_memory(2 * (size_t)PAGE);
	struct {
		void *address;
		mach_msg_size_t count;
	} arrays[] = {{NULL, 1}, {pages + PAGE, 1}, {pages, PAGE / 4 + 1},
	    {pages + PAGE - 2, 1}, {(void *)(uintptr_t)-4, 2}};
	struct received message;
	struct mail mail;

	memset(pages, 0, PAGE);
	CHECK(mprotect(pages + PAGE, PAGE, PROT_NONE) == 0);
	for (unsigned i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++) {
		mail_begin(&mail, &message);
		add_ports(&message, arrays[i].address, arrays[i].count,
		    COPY_SEND, true);
		FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_MEMORY);
		mail_end(&mail);
	}
	CHECK(is_mapped(pages));
	CHECK(is_mapped(pages + PAGE));
	free_memory(pages, 2 * (size_t)PAGE);
}

/* One array with two of @kind, and what passes by itself. */
static void
try_array(enum kind kind, unsigned disposition, bool deallocate)
{
	const mach_msg_ool_ports_descriptor_t *item;
	struct received message;
	struct entry first;
	struct entry second;
	const mach_port_t *names;
	mach_port_t *array;
	struct mail mail;

	entry_begin(&first, kind);
	entry_begin(&second, kind);
	array = new_array((mach_port_t[]){first.name, MACH_PORT_NULL,
	                      MACH_PORT_DEAD, second.name},
	    4);
	mail_begin(&mail, &message);
	add_ports(&message, array, 4, disposition, deallocate);
	if (!kind_allows(kind, disposition)) {
		FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
		CHECK(is_mapped(array) == !deallocate);
	} else {
		EXPECT_IN("kind, disposition", kind, disposition,
		    post(&message), MACH_MSG_SUCCESS);
		CHECK(is_mapped(array) == !deallocate);
		EXPECT(receive_now(mail.to, 0, &message), MACH_MSG_SUCCESS);
		item = item_of(&message, 0);
		names = item->address;
		CHECK_EQUAL(item->count, 4);
		CHECK_EQUAL(item->disposition, transformed(disposition));
		CHECK_EQUAL(names[1], MACH_PORT_NULL);
		CHECK_EQUAL(names[2], MACH_PORT_DEAD);
		CHECK_EQUAL(names[0] == MACH_PORT_DEAD, kind == KIND_DEAD_NAME);
		CHECK_EQUAL(names[3] == MACH_PORT_DEAD, kind == KIND_DEAD_NAME);
		mach_msg_destroy(&message.header);
	}
	if (!deallocate)
		free_memory(array, PAGE);
	entry_end(&first);
	entry_end(&second);
	mail_end(&mail);
}

static void
arrays_of_each_kind_and_disposition(void)
{
	for (enum kind kind = KIND_ABSENT; kind < KIND_COUNT; kind++) {
		for (unsigned disposition = 14; disposition < 28; disposition++)
			try_array(kind, disposition, disposition % 2);
	}
}

static void
arrays_of_null_and_dead_pass_with_any_disposition(void)
{
	mach_port_t *array =
	    new_array((mach_port_t[]){MACH_PORT_DEAD, MACH_PORT_NULL}, 2);
	const mach_msg_ool_ports_descriptor_t *item;
	struct received message;
	struct mail mail;

	for (unsigned disposition = 0; disposition < 256; disposition += 5) {
		mail_begin(&mail, &message);
		add_ports(&message, array, 2, disposition, false);
		deliver(&mail, &message);
		item = item_of(&message, 0);
		CHECK_EQUAL(item->disposition, transformed(disposition));
		CHECK_EQUAL(item->count, 2);
		CHECK(memcmp(item->address, array, 2 * sizeof(*array)) == 0);
		mach_msg_destroy(&message.header);
		mail_end(&mail);
	}
	free_memory(array, PAGE);
}

static void
an_array_that_fails_in_its_middle_keeps_its_rest(void)
{
	mach_port_t first = new_port();
	mach_port_t last = new_port();
	mach_port_t once = new_send_once(first);
	mach_port_t later = new_send_once(last);
	mach_port_t *array = new_array(
	    (mach_port_t[]){once, MACH_PORT_NULL, absent_name(), later}, 4);
	struct received message;
	struct mail mail;

	mail_begin(&mail, &message);
	add_ports(&message, array, 4, MOVE_SEND_ONCE, true);
	add_port(&message, later, MOVE_SEND_ONCE);
	FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
	/* Read, so gone. */
	CHECK(!is_mapped(array));
	CHECK_EQUAL(type_of(once), 0);
	expect_notice(first, MACH_NOTIFY_SEND_ONCE, 0);
	CHECK_EQUAL(type_of(later), MACH_PORT_TYPE_SEND_ONCE);
	expect_empty(last);
	mail_end(&mail);
	drop(later);
	drop_receive(last);
	drop_receive(first);
}

static void
an_array_of_none_is_not_read(void)
{
	uint8_t *memory = new_memory(PAGE);
	void *addresses[] = {NULL, (void *)1, memory, (void *)-1};
	const mach_msg_ool_ports_descriptor_t *item;
	struct received message;
	struct mail mail;

	for (unsigned i = 0; i < sizeof(addresses) / sizeof(addresses[0]);
	     i++) {
		mail_begin(&mail, &message);
		add_ports(&message, addresses[i], 0, MOVE_SEND, true);
		deliver(&mail, &message);
		item = item_of(&message, 0);
		CHECK(item->address == NULL);
		CHECK_EQUAL(item->count, 0);
		CHECK_EQUAL(item->disposition, MACH_MSG_TYPE_PORT_SEND);
		drop(message.header.msgh_remote_port);
		mail_end(&mail);
	}
	CHECK(is_memory(memory, PAGE));
	free_memory(memory, PAGE);
}

/*
 * 9.1 and 9.2: guards
 */

static void
an_immovable_receive_right_is_not_moved(void)
{
	mach_port_t port = new_port();
	mach_port_t *array = new_array(&port, 1);
	struct received message;
	struct mail mail;

	EXPECT(mach_port_guard_with_flags(
	           mach_task_self(), port, 0x77, MPG_IMMOVABLE_RECEIVE),
	    KERN_SUCCESS);
	for (unsigned i = 0; i < 4; i++) {
		mail_begin(&mail, &message);
		if (i == 0)
			add_port(&message, port, MOVE_RECEIVE);
		else if (i == 1)
			add_ports(&message, array, 1, MOVE_RECEIVE, false);
		else if (i == 2)
			add_guarded(&message, port, 0x77,
			    MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
		else
			add_guarded(&message, port, 0,
			    MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND);
		FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
		CHECK_EQUAL(status_of(port).mps_flags,
		    MACH_PORT_STATUS_FLAG_GUARDED |
		        MACH_PORT_STATUS_FLAG_GUARD_IMMOVABLE_RECEIVE);
		mail_end(&mail);
	}
	/* Nor when its guard has gone. Other rights of it are. */
	EXPECT(mach_port_unguard(mach_task_self(), port, 0x77), KERN_SUCCESS);
	mail_begin(&mail, &message);
	add_port(&message, port, MOVE_RECEIVE);
	FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
	mail_end(&mail);
	mail_begin(&mail, &message);
	add_port(&message, port, MAKE_SEND_ONCE);
	deliver(&mail, &message);
	mach_msg_destroy(&message.header);
	mail_end(&mail);
	free_memory(array, PAGE);
	drop_receive(port);
}

static mach_port_t
new_guarded_port(mach_port_context_t guard, bool strict)
{
	mach_port_options_t options = {
	    .flags = MPO_CONTEXT_AS_GUARD | (strict ? MPO_STRICT : 0)};
	mach_port_name_t port;

	EXPECT(mach_port_construct(mach_task_self(), &options, guard, &port),
	    KERN_SUCCESS);
	return port;
}

/* A guard, the descriptor's flags and context, and whether they agree. */
struct guarding {
	bool guarded;
	mach_port_context_t guard;
	mach_msg_guard_flags_t flags;
	mach_port_context_t context;
	bool agree;
};

static const struct guarding guardings[] = {
    {false, 0, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND, 0, true},
    {false, 0, MACH_MSG_GUARD_FLAGS_MASK, 0, true},
    {true, 0, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND, 0, true},
    {true, 0, MACH_MSG_GUARD_FLAGS_MASK, 0, true},
    {true, 0x77, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND, 0, false},
    {true, 0x77, MACH_MSG_GUARD_FLAGS_MASK, 0, false},
    {true, 0x77, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 0x77, true},
    {true, 0x77, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 0x78, false},
    {true, 0x77, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 0, false},
    {true, (mach_port_context_t)0x77 << 32,
        MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, (mach_port_context_t)0x77 << 32,
        true},
    {true, (mach_port_context_t)0x77 << 32,
        MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, (mach_port_context_t)0x78 << 32,
        false},
    {true, 0, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 0, true},
    {true, 0, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 1, false},
    {false, 0, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 0, false},
    {false, 0x77, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 0x77, false},
    /* A context that is no guard. */
    {false, 0x77, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND, 0, true},
};

static void
try_guarding(const struct guarding *guarding, unsigned nth, bool strict)
{
	mach_msg_guarded_port_descriptor_t *item;
	mach_port_status_t status;
	mach_port_t port;
	struct received message;
	struct mail mail;

	if (guarding->guarded) {
		port = new_guarded_port(guarding->guard, strict);
	} else {
		port = new_port();
		EXPECT(mach_port_set_context(
		           mach_task_self(), port, guarding->guard),
		    KERN_SUCCESS);
	}
	mail_begin(&mail, &message);
	add_guarded(&message, port, guarding->context, guarding->flags);
	if (!guarding->agree) {
		status = status_of(port);
		FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
		CHECK_EQUAL(status_of(port).mps_flags, status.mps_flags);
		CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
		EXPECT(mach_port_destruct(
		           mach_task_self(), port, 0, guarding->guard),
		    KERN_SUCCESS);
	} else {
		EXPECT_IN("guarding", nth, strict, post(&message), 0);
		EXPECT(receive_now(mail.to, MACH_RCV_GUARDED_DESC, &message),
		    MACH_MSG_SUCCESS);
		item = item_of(&message, 0);
		EXPECT(mach_port_destruct(
		           mach_task_self(), item->name, 0, item->context),
		    KERN_SUCCESS);
		drop(message.header.msgh_remote_port);
	}
	mail_end(&mail);
}

static void
a_guarded_descriptor_tells_the_guard(void)
{
	for (unsigned i = 0; i < sizeof(guardings) / sizeof(guardings[0]);
	     i++) {
		try_guarding(&guardings[i], i, false);
		try_guarding(&guardings[i], i, true);
	}
}

/* As MOVE_RECEIVE: of other names it does not hold. */
static void
a_guarded_descriptor_moves_receive_rights_only(void)
{
	struct received message;
	struct entry entry;
	struct mail mail;

	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		mach_msg_guarded_port_descriptor_t *item;

		entry_begin(&entry, kind);
		mail_begin(&mail, &message);
		add_guarded(&message, entry.name, 0,
		    MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND);
		if (kind > KIND_DEAD && !kind_allows(kind, MOVE_RECEIVE)) {
			FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
		} else {
			EXPECT_IN("kind", kind, 0, post(&message), 0);
			EXPECT(receive_now(
			           mail.to, MACH_RCV_GUARDED_DESC, &message),
			    MACH_MSG_SUCCESS);
			item = item_of(&message, 0);
			if (kind <= KIND_DEAD)
				CHECK_EQUAL(item->name, entry.name);
			mach_msg_destroy(&message.header);
		}
		entry_end(&entry);
		mail_end(&mail);
	}
}

/* By a plain descriptor, too; and none of it is left. */
static void
a_guard_does_not_hinder_a_move(void)
{
	mach_port_context_t context;
	struct received message;
	struct mail mail;
	mach_port_t port;

	for (unsigned strict = 0; strict < 2; strict++) {
		mail_begin(&mail, &message);
		add_port(
		    &message, new_guarded_port(0x77, strict), MOVE_RECEIVE);
		deliver(&mail, &message);
		port = descriptor_of(&message, 0)->name;
		CHECK_EQUAL(status_of(port).mps_flags, 0);
		EXPECT(mach_port_get_context(mach_task_self(), port, &context),
		    KERN_SUCCESS);
		CHECK_EQUAL(context, 0);
		drop_receive(port);
		drop(message.header.msgh_remote_port);
		mail_end(&mail);
	}
}

/*
 * 9.4: failure in the body
 */

static void
what_was_taken_is_destroyed_and_the_rest_is_kept(void)
{
	mach_port_t moved = new_send_port();
	mach_port_t sent = new_send_port();
	mach_port_t kept = new_send_port();
	mach_port_t once = new_send_once(kept);
	uint8_t *memory = new_memory(PAGE);
	uint8_t *later = new_memory(PAGE);
	struct received message;
	struct mail mail;

	make_send(sent);
	mail_begin(&mail, &message);
	make_send(mail.to);
	message.header.msgh_bits = MACH_MSGH_BITS(MOVE_SEND, MAKE_SEND_ONCE);
	add_port(&message, moved, MOVE_RECEIVE);
	add_port(&message, sent, MOVE_SEND);
	add_memory(&message, memory, PAGE, MACH_MSG_VIRTUAL_COPY, true);
	add_port(&message, sent, MAKE_SEND);
	add_port(&message, absent_name(), COPY_SEND);
	add_port(&message, kept, MOVE_SEND);
	add_port(&message, once, MOVE_SEND_ONCE);
	add_memory(&message, later, PAGE, MACH_MSG_VIRTUAL_COPY, true);
	FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
	CHECK_EQUAL(refs_of(mail.to, MACH_PORT_RIGHT_SEND), 1);
	CHECK_EQUAL(type_of(moved), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(sent, MACH_PORT_RIGHT_SEND), 1);
	CHECK_EQUAL(status_of(sent).mps_mscount, 3);
	CHECK(!is_mapped(memory));
	CHECK_EQUAL(refs_of(kept, MACH_PORT_RIGHT_SEND), 1);
	CHECK_EQUAL(type_of(once), MACH_PORT_TYPE_SEND_ONCE);
	expect_empty(kept);
	CHECK(is_memory(later, PAGE));
	mail_end(&mail);
	drop(moved);
	drop(once);
	destroy(sent);
	destroy(kept);
	free_memory(later, PAGE);
}

static void
the_first_descriptor_that_fails_decides(void)
{
	struct received message;
	struct mail mail;

	mail_begin(&mail, &message);
	add_port(&message, absent_name(), COPY_SEND);
	add_memory(&message, NULL, 1, MACH_MSG_VIRTUAL_COPY, false);
	FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
	mail_end(&mail);
	mail_begin(&mail, &message);
	add_memory(&message, NULL, 1, MACH_MSG_VIRTUAL_COPY, false);
	add_port(&message, absent_name(), COPY_SEND);
	FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_MEMORY);
	mail_end(&mail);
	/* An array is read before its rights are looked at. */
	mail_begin(&mail, &message);
	add_ports(&message, NULL, 2, 31, false);
	FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_MEMORY);
	mail_end(&mail);
}

/* The last send right goes with the message: those who asked are told. */
static void
rights_of_a_failed_message_end_as_any(void)
{
	mach_port_t port = new_send_port();
	mach_port_t notify = new_port();
	struct received message;
	struct mail mail;

	CHECK_EQUAL(
	    request(port, MACH_NOTIFY_NO_SENDERS, 0, notify), MACH_PORT_NULL);
	mail_begin(&mail, &message);
	add_port(&message, port, MOVE_SEND);
	add_port(&message, port, MAKE_SEND_ONCE);
	add_port(&message, absent_name(), COPY_SEND);
	FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 1);
	expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
	CHECK_EQUAL(status_of(port).mps_sorights, 0);
	mail_end(&mail);
	drop_receive(port);
	drop_receive(notify);
}

/* A send-once right leads to one message, whatever it was used for. */
static void
a_send_once_destination_of_a_failed_message_notifies(void)
{
	mach_port_t port = new_port();
	mach_port_t once = new_send_once(port);
	struct received message;

	compose(&message, once, MOVE_SEND_ONCE, MACH_PORT_NULL, NONE);
	add_port(&message, absent_name(), COPY_SEND);
	EXPECT(post(&message), MACH_SEND_INVALID_RIGHT);
	CHECK_EQUAL(type_of(once), 0);
	expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
	expect_empty(port);
	drop_receive(port);
}

/*
 * 9.5: circles
 */

static void
a_receive_right_sent_to_itself_is_destroyed(void)
{
	mach_port_t port = new_send_port();
	mach_port_t pure = new_port();
	mach_port_t once = new_send_once(pure);
	mach_port_t reply = new_port();
	struct received message;

	EXPECT(send_id(port, COPY_SEND, 1, reply, MAKE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	compose(&message, port, COPY_SEND, reply, MAKE_SEND_ONCE);
	add_port(&message, port, MOVE_RECEIVE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_DEAD_NAME), 1);
	/* Of the message that was queued, and of the circular one. */
	expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
	expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
	drop(port);

	compose(&message, pure, MAKE_SEND, MACH_PORT_NULL, NONE);
	add_port(&message, pure, MOVE_RECEIVE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(pure), 0);
	CHECK_EQUAL(type_of(once), MACH_PORT_TYPE_DEAD_NAME);
	drop(once);
	drop_receive(reply);
}

static void
all_that_a_circular_message_carries_is_destroyed(void)
{
	mach_port_t port = new_send_port();
	mach_port_t other = new_send_port();
	mach_port_t notify = new_port();
	uint8_t *memory = new_memory(PAGE);
	struct received message;

	CHECK_EQUAL(
	    request(other, MACH_NOTIFY_NO_SENDERS, 0, notify), MACH_PORT_NULL);
	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	add_port(&message, other, MAKE_SEND_ONCE);
	add_port(&message, port, MOVE_RECEIVE);
	add_memory(&message, memory, PAGE, MACH_MSG_VIRTUAL_COPY, true);
	add_port(&message, other, MOVE_SEND);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK(!is_mapped(memory));
	expect_notice(other, MACH_NOTIFY_SEND_ONCE, 0);
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 1);
	drop(port);
	drop_receive(other);
	drop_receive(notify);
}

/* Each but the last is in the queue of the next; then the last is sent to the
 * first. */
static void
close_circle(unsigned count, bool in_array)
{
	mach_port_t ports[8];
	mach_port_t *array;
	struct received message;

	for (unsigned i = 0; i < count; i++)
		ports[i] = new_send_port();
	for (unsigned i = 0; i + 1 < count; i++) {
		compose(
		    &message, ports[i + 1], COPY_SEND, MACH_PORT_NULL, NONE);
		add_port(&message, ports[i], MOVE_RECEIVE);
		EXPECT(post(&message), MACH_MSG_SUCCESS);
	}
	array = new_array(&ports[count - 1], 1);
	compose(&message, ports[0], COPY_SEND, MACH_PORT_NULL, NONE);
	if (in_array)
		add_ports(&message, array, 1, MOVE_RECEIVE, false);
	else
		add_port(&message, ports[count - 1], MOVE_RECEIVE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	for (unsigned i = 0; i < count; i++) {
		CHECK_EQUAL(type_of(ports[i]), MACH_PORT_TYPE_DEAD_NAME);
		drop(ports[i]);
	}
	free_memory(array, PAGE);
}

static void
circles_of_more_ports_are_destroyed(void)
{
	for (unsigned count = 1; count <= 8; count++) {
		close_circle(count, false);
		close_circle(count, true);
	}
}

static void
what_is_no_circle_gets_through(void)
{
	mach_port_t first = new_send_port();
	mach_port_t second = new_send_port();
	mach_port_t third = new_send_port();
	struct received message;

	/* First in second's queue, second in third's, and third in a new one. */
	put_away(first, second);
	put_away(second, third);
	/* A send right is no part of a circle. */
	EXPECT(send_right(first, 1, third, COPY_SEND), MACH_MSG_SUCCESS);
	EXPECT(send_right(first, 2, first, COPY_SEND), MACH_MSG_SUCCESS);
	CHECK_EQUAL(take_back(third), second);
	CHECK_EQUAL(take_back(second), first);
	expect_id(first, 1);
	EXPECT(receive_now(first, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(refs_of(first, MACH_PORT_RIGHT_SEND), 2);
	destroy(first);
	destroy(second);
	destroy(third);
}

/* A message that waits to be sent is on its way to its port already. */
static void
a_blocked_message_is_part_of_a_circle(void)
{
	mach_port_t first = new_send_port();
	mach_port_t second = new_send_port();
	struct received message;
	struct sending move;

	close_queue(first);
	sending_of_id(&move, first, 1);
	add_port(&move.message, second, MOVE_RECEIVE);
	sending_begin(&move);
	CHECK_EQUAL(type_of(second), MACH_PORT_TYPE_SEND);
	compose(&message, second, COPY_SEND, MACH_PORT_NULL, NONE);
	add_port(&message, first, MOVE_RECEIVE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(sending_end(&move), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(first), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(type_of(second), MACH_PORT_TYPE_DEAD_NAME);
	drop(first);
	drop(second);
}

/* Two tasks, each of which sends its port to the other's. */
struct crossing {
	mach_port_t to;
	mach_port_t own;
	unsigned alive;
};

static void
send_own_port(void *argument)
{
	struct crossing *crossing = argument;
	struct received message;

	compose(&message, crossing->to, MOVE_SEND, MACH_PORT_NULL, NONE);
	add_port(&message, crossing->own, MOVE_RECEIVE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
}

static void
circles_of_concurrent_sends_are_destroyed(void)
{
	struct peer *peers[2] = {peer_new(), peer_new()};
	struct crossing crossings[2];
	mach_port_t ports[2];

	for (unsigned round = 0; round < 20; round++) {
		for (unsigned i = 0; i < 2; i++) {
			ports[i] = new_send_port();
			crossings[i].own =
			    peer_give(peers[i], ports[i], COPY_SEND);
			crossings[1 - i].to =
			    peer_give(peers[1 - i], ports[i], COPY_SEND);
		}
		for (unsigned i = 0; i < 2; i++)
			CHECK_EQUAL(peer_give(peers[i], ports[i], MOVE_RECEIVE),
			    crossings[i].own);
		for (unsigned i = 0; i < 2; i++)
			peer_start(peers[i], send_own_port, &crossings[i],
			    sizeof(crossings[i]));
		for (unsigned i = 0; i < 2; i++)
			peer_join(peers[i]);
		for (unsigned i = 0; i < 2; i++) {
			CHECK_EQUAL(
			    type_of(ports[i]), MACH_PORT_TYPE_DEAD_NAME);
			drop(ports[i]);
		}
	}
}

static const struct scenario scenarios[] = {
    SCENARIO(
        "messages.9 messages.9.1", null_and_dead_pass_with_any_disposition),
    SCENARIO("messages.9.1", names_and_dispositions),
    SCENARIO("messages.9.1", each_disposition_takes_what_it_takes_in_a_header),
    SCENARIO("messages.9.1 messages.8.3",
        a_dead_name_is_moved_reference_by_reference),
    SCENARIO("messages.9.1", a_moved_receive_right_begins_anew),
    SCENARIO("messages.9.1", a_moved_pure_receive_right_frees_its_name),
    SCENARIO("messages.9.3 messages.9.3.b2 messages.9.3.b4 messages.11.6",
        memory_of_all_sizes_is_captured_with_all_options),
    SCENARIO("messages.9.3.b1", memory_of_no_size_is_not_touched),
    SCENARIO("messages.9.3.b3", memory_that_cannot_be_read_is_invalid),
    SCENARIO("messages.9.3.b4", a_region_goes_when_its_descriptor_is_processed),
    SCENARIO("messages.9.3.b5", an_array_that_cannot_be_read_is_invalid),
    SCENARIO("messages.9.3.b6 messages.9.3.b7 messages.11.6",
        arrays_of_each_kind_and_disposition),
    SCENARIO(
        "messages.9.3.b7", arrays_of_null_and_dead_pass_with_any_disposition),
    SCENARIO("messages.9.3.b8 messages.9.3.b6",
        an_array_that_fails_in_its_middle_keeps_its_rest),
    SCENARIO("messages.9.3.b9", an_array_of_none_is_not_read),
    SCENARIO("messages.9.1", an_immovable_receive_right_is_not_moved),
    SCENARIO("messages.9.2 messages.9.2.b1 messages.9.2.b2",
        a_guarded_descriptor_tells_the_guard),
    SCENARIO("messages.9.2", a_guarded_descriptor_moves_receive_rights_only),
    SCENARIO("messages.9.2", a_guard_does_not_hinder_a_move),
    SCENARIO("messages.9 messages.9.4",
        what_was_taken_is_destroyed_and_the_rest_is_kept),
    SCENARIO("messages.9.4", the_first_descriptor_that_fails_decides),
    SCENARIO("messages.9.4", rights_of_a_failed_message_end_as_any),
    SCENARIO(
        "messages.9.4", a_send_once_destination_of_a_failed_message_notifies),
    SCENARIO("messages.9.5", a_receive_right_sent_to_itself_is_destroyed),
    SCENARIO("messages.9.5", all_that_a_circular_message_carries_is_destroyed),
    SCENARIO("messages.9.5", circles_of_more_ports_are_destroyed),
    SCENARIO("messages.9.5", what_is_no_circle_gets_through),
    SCENARIO(
        "messages.9.5 messages.10.i5", a_blocked_message_is_part_of_a_circle),
    SCENARIO("messages.9.5", circles_of_concurrent_sends_are_destroyed),
};
CONFORMANCE(scenarios)
