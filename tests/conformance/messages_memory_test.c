/*
 * What a send takes by descriptors of memory and of arrays of ports, and what it
 * leaves when it cannot: messages.md 9.3.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "mail.h"

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
		mail_deliver(&mail, &message);
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
	array = mail_new_array((mach_port_t[]){first.name, MACH_PORT_NULL,
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
	    mail_new_array((mach_port_t[]){MACH_PORT_DEAD, MACH_PORT_NULL}, 2);
	const mach_msg_ool_ports_descriptor_t *item;
	struct received message;
	struct mail mail;

	for (unsigned disposition = 0; disposition < 256; disposition += 5) {
		mail_begin(&mail, &message);
		add_ports(&message, array, 2, disposition, false);
		mail_deliver(&mail, &message);
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
	mach_port_t *array = mail_new_array(
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
		mail_deliver(&mail, &message);
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

static const struct scenario scenarios[] = {
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
};
CONFORMANCE(scenarios)
