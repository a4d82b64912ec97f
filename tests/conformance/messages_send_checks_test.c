/*
 * Which shapes of message a send refuses, and in which order it looks: messages.md
 * 8.1.
 */
#include <string.h>
#include <sys/mman.h>

#include "messages.h"

#define MESSAGE_MAX 50331580u

/* Where messages of a wrong shape go. */
struct mail {
	mach_port_t to;    /* receive and send */
	mach_port_t reply; /* receive */
};

static void
mail_begin(struct mail *mail_out, struct received *message_out)
{
	mail_out->to = new_send_port();
	mail_out->reply = new_port();
	compose(message_out, mail_out->to, COPY_SEND, mail_out->reply,
	    MAKE_SEND_ONCE);
}

static void
mail_end(struct mail *mail)
{
	expect_empty(mail->to);
	expect_empty(mail->reply);
	destroy(mail->to);
	destroy(mail->reply);
}

static void
a_size_below_the_header_or_not_of_words_is_too_small(void)
{
	static const mach_msg_size_t sizes[] = {0, 1, 4, 20, 23, 25, 26, 27, 29,
	    /* 1 before 2: and too large. */
	    MESSAGE_MAX + 1, MESSAGE_MAX + 3, UINT32_MAX};
	struct received message;
	struct mail mail;

	mail_begin(&mail, &message);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		REFUSED_BYTES(&message, sizes[i], MACH_SEND_MSG_TOO_SMALL);
	mail_end(&mail);
}

static void
a_size_is_looked_at_before_the_memory(void)
{
	void *hole = new_hole(PAGE);

	REFUSED_MEMORY(hole, 20, 0, MACH_SEND_MSG_TOO_SMALL);
	REFUSED_MEMORY(hole, 25, 0, MACH_SEND_MSG_TOO_SMALL);
	REFUSED_MEMORY(NULL, 0, 0, MACH_SEND_MSG_TOO_SMALL);
	REFUSED_MEMORY(hole, MESSAGE_MAX + 4, 0, MACH_SEND_TOO_LARGE);
	REFUSED_MEMORY(NULL, MESSAGE_MAX + 4, 0, MACH_SEND_TOO_LARGE);
	free_memory(hole, PAGE);
}

static void
a_size_above_the_greatest_is_too_large(void)
{
	struct received message;
	struct mail mail;

	mail_begin(&mail, &message);
	REFUSED_BYTES(&message, MESSAGE_MAX + 4, MACH_SEND_TOO_LARGE);
	REFUSED_BYTES(&message, UINT32_MAX - 3, MACH_SEND_TOO_LARGE);
	/* 2 before 4. */
	add_body(&message);
	message.body.msgh_descriptor_count = UINT32_MAX;
	REFUSED_BYTES(&message, MESSAGE_MAX + 4, MACH_SEND_TOO_LARGE);
	mail_end(&mail);
}

static void
the_greatest_size_is_not_too_large(void)
{
	mach_port_t to = new_send_port();
	mach_msg_header_t *message = mmap(NULL, MESSAGE_MAX,
	    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mach_msg_return_t mr;

	CHECK(message != MAP_FAILED);
	message->msgh_bits = MACH_MSGH_BITS(COPY_SEND, 0);
	message->msgh_remote_port = to;
	mr = mach_msg(message, MACH_SEND_MSG, MESSAGE_MAX, 0, 0, 0, 0);
	/* A kernel with less memory says so. */
	CHECK(mr == MACH_MSG_SUCCESS || mr == MACH_SEND_NO_BUFFER);
	CHECK_EQUAL(status_of(to).mps_msgcount, mr == MACH_MSG_SUCCESS);
	free_memory(message, MESSAGE_MAX);
	destroy(to);
}

static void
a_header_that_cannot_be_read_is_invalid_data(void)
{
	uint8_t *pages = new_memory(2 * (size_t)PAGE);
	struct received message;
	struct mail mail;

	mail_begin(&mail, &message);
	add_data(&message, "more", 4);
	memcpy(pages + PAGE - 12, &message, 12);
	CHECK(mprotect(pages + PAGE, PAGE, PROT_NONE) == 0);
	REFUSED_MEMORY(NULL, 24, 0, MACH_SEND_INVALID_DATA);
	REFUSED_MEMORY(pages + PAGE, 24, 0, MACH_SEND_INVALID_DATA);
	REFUSED_MEMORY(pages + PAGE - 12, 24, 12, MACH_SEND_INVALID_DATA);
	REFUSED_MEMORY(pages + PAGE - 12, 28, 12, MACH_SEND_INVALID_DATA);
	mail_end(&mail);
	free_memory(pages, 2 * (size_t)PAGE);
}

static void
more_descriptors_than_the_size_has_room_for_are_too_small(void)
{
	/* The third is 8 when multiplied by 12 in 32 bits. */
	static const uint32_t counts[] = {2, 3, 0x15555556, UINT32_MAX};
	struct received message;
	struct mail mail;

	mail_begin(&mail, &message);
	message.header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	REFUSED_BYTES(&message, 24, MACH_SEND_MSG_TOO_SMALL);
	message.body.msgh_descriptor_count = 1;
	REFUSED_BYTES(&message, 24, MACH_SEND_MSG_TOO_SMALL);
	REFUSED_BYTES(&message, 28, MACH_SEND_MSG_TOO_SMALL);
	REFUSED_BYTES(&message, 36, MACH_SEND_MSG_TOO_SMALL);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		message.body.msgh_descriptor_count = counts[i];
		REFUSED_BYTES(&message, 48, MACH_SEND_MSG_TOO_SMALL);
	}
	mail_end(&mail);
}

/* A message whose first @readable bytes can be read, and no more. */
static void *
torn(uint8_t *pages, const struct received *message, size_t readable)
{
	CHECK(mprotect(pages, 2 * (size_t)PAGE, PROT_READ | PROT_WRITE) == 0);
	memcpy(pages + PAGE - readable, message, readable);
	CHECK(mprotect(pages + PAGE, PAGE, PROT_NONE) == 0);
	return pages + PAGE - readable;
}

static void
a_rest_that_cannot_be_read_is_invalid_data(void)
{
	uint8_t *pages = new_memory(2 * (size_t)PAGE);
	struct received message;
	struct mail mail;

	mail_begin(&mail, &message);
	REFUSED_MEMORY(
	    torn(pages, &message, 24), 28, 24, MACH_SEND_INVALID_DATA);
	REFUSED_MEMORY(
	    torn(pages, &message, 24), 2048, 24, MACH_SEND_INVALID_DATA);
	add_port(&message, MACH_PORT_NULL, COPY_SEND);
	add_port(&message, MACH_PORT_NULL, COPY_SEND);
	REFUSED_MEMORY(
	    torn(pages, &message, 24), 52, 24, MACH_SEND_INVALID_DATA);
	REFUSED_MEMORY(
	    torn(pages, &message, 40), 52, 40, MACH_SEND_INVALID_DATA);
	/* 4 before 6: too many for the size, too. */
	REFUSED_MEMORY(
	    torn(pages, &message, 28), 48, 28, MACH_SEND_MSG_TOO_SMALL);
	/* 6 before 8: the first has no type, too. */
	((uint8_t *)item_of(&message, 0))[11] = 5;
	REFUSED_MEMORY(
	    torn(pages, &message, 40), 52, 40, MACH_SEND_INVALID_DATA);
	mail_end(&mail);
	free_memory(pages, 2 * (size_t)PAGE);
}

static void
set_type(struct received *message, unsigned nth, uint8_t type)
{
	((uint8_t *)item_of(message, nth))[11] = type;
}

static void
descriptors_that_do_not_fit_are_too_small(void)
{
	static const uint8_t types[] = {MACH_MSG_OOL_DESCRIPTOR,
	    MACH_MSG_OOL_PORTS_DESCRIPTOR, MACH_MSG_OOL_VOLATILE_DESCRIPTOR,
	    MACH_MSG_GUARDED_PORT_DESCRIPTOR};
	struct received message;
	struct mail mail;

	mail_begin(&mail, &message);
	/* A kind of 16 bytes in the 12 that a descriptor has at least. */
	add_port(&message, MACH_PORT_NULL, COPY_SEND);
	for (size_t i = 0; i < sizeof(types); i++) {
		set_type(&message, 0, types[i]);
		/* 7 before 9 and 10: no copy option, no flags, too. */
		((uint8_t *)item_of(&message, 0))[9] = 7;
		REFUSED(&message, MACH_SEND_MSG_TOO_SMALL);
	}
	mail_end(&mail);

	/* 12 bytes for each on average, but 8 for the second. */
	mail_begin(&mail, &message);
	add_memory(&message, NULL, 0, MACH_MSG_VIRTUAL_COPY, false);
	add_port(&message, MACH_PORT_NULL, COPY_SEND);
	REFUSED_BYTES(&message, 28 + 24, MACH_SEND_MSG_TOO_SMALL);
	mail_end(&mail);
}

static void
a_descriptor_type_above_the_last_is_an_invalid_type(void)
{
	static const uint8_t types[] = {5, 6, 128, 255};
	struct received message;
	struct mail mail;

	mail_begin(&mail, &message);
	add_port(&message, MACH_PORT_NULL, COPY_SEND);
	add_port(&message, MACH_PORT_NULL, COPY_SEND);
	for (size_t i = 0; i < sizeof(types); i++) {
		set_type(&message, 1, types[i]);
		REFUSED(&message, MACH_SEND_INVALID_TYPE);
	}
	/* Front to back: what is behind it is not reached. */
	set_type(&message, 0, 5);
	set_type(&message, 1, MACH_MSG_OOL_DESCRIPTOR);
	REFUSED(&message, MACH_SEND_INVALID_TYPE);
	/* 4 before 8. */
	REFUSED_BYTES(&message, 48, MACH_SEND_MSG_TOO_SMALL);
	mail_end(&mail);

	/* And what is before it is. */
	mail_begin(&mail, &message);
	add_memory(&message, NULL, 0, MACH_MSG_VIRTUAL_COPY, false);
	add_memory(&message, NULL, 0, MACH_MSG_VIRTUAL_COPY, false);
	add_port(&message, MACH_PORT_NULL, COPY_SEND);
	set_type(&message, 2, 5);
	REFUSED_BYTES(&message, 28 + 36, MACH_SEND_MSG_TOO_SMALL);
	REFUSED(&message, MACH_SEND_INVALID_TYPE);
	mail_end(&mail);
}

static void
a_copy_option_for_receivers_is_an_invalid_type(void)
{
	static const uint8_t options[] = {
	    MACH_MSG_ALLOCATE, MACH_MSG_OVERWRITE, MACH_MSG_KALLOC_COPY_T, 255};
	void *memory = new_memory(PAGE);
	struct received message;
	struct mail mail;

	for (size_t i = 0; i < sizeof(options); i++) {
		mail_begin(&mail, &message);
		add_memory(&message, memory, PAGE, options[i], true);
		REFUSED(&message, MACH_SEND_INVALID_TYPE);
		mail_end(&mail);
		mail_begin(&mail, &message);
		add_volatile(&message, memory, PAGE, options[i], true);
		REFUSED(&message, MACH_SEND_INVALID_TYPE);
		mail_end(&mail);
		/* Without memory, too. */
		mail_begin(&mail, &message);
		add_memory(&message, NULL, 0, options[i], false);
		REFUSED(&message, MACH_SEND_INVALID_TYPE);
		mail_end(&mail);
	}
	CHECK(is_memory(memory, PAGE));
	free_memory(memory, PAGE);
}

static void
the_copy_option_of_port_arrays_is_not_looked_at(void)
{
	mach_port_t names[] = {MACH_PORT_NULL, MACH_PORT_DEAD};
	struct received message;
	struct mail mail;

	mail_begin(&mail, &message);
	add_ports(&message, names, 2, COPY_SEND, false);
	((uint8_t *)item_of(&message, 0))[9] = 255;
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(receive_now(mail.to, 0, &message), MACH_MSG_SUCCESS);
	mach_msg_destroy(&message.header);
	expect_id(mail.reply, MACH_NOTIFY_SEND_ONCE);
	mail_end(&mail);
}

static void
refuse_guarded(
    int line, mach_port_context_t context, uint16_t flags, uint8_t disposition)
{
	mach_port_t port = new_port();
	struct received message;
	struct mail mail;

	mail_begin(&mail, &message);
	add_guarded(&message, port, context, flags);
	((uint8_t *)item_of(&message, 0))[10] = disposition;
	refuse(__FILE__, line, &message, message.header.msgh_size,
	    sizeof(message), MACH_SEND_INVALID_TYPE);
	mail_end(&mail);
	drop_receive(port);
}

static void
a_guarded_descriptor_of_a_wrong_form_is_an_invalid_type(void)
{
	for (unsigned disposition = 0; disposition < 32; disposition++) {
		if (disposition != MOVE_RECEIVE)
			refuse_guarded(__LINE__, 0,
			    MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND,
			    (uint8_t)disposition);
	}
	refuse_guarded(__LINE__, 0, 0, MOVE_RECEIVE);
	refuse_guarded(__LINE__, 1, 0, MOVE_RECEIVE);
	refuse_guarded(__LINE__, 0, 4, MOVE_RECEIVE);
	refuse_guarded(__LINE__, 0, 7, MOVE_RECEIVE);
	refuse_guarded(__LINE__, 0, 0x8002, MOVE_RECEIVE);
	refuse_guarded(__LINE__, 1, 2, MOVE_RECEIVE);
	refuse_guarded(__LINE__, 1, 3, MOVE_RECEIVE);
	refuse_guarded(__LINE__, (mach_port_context_t)1 << 40, 2, MOVE_RECEIVE);
}

static void
more_ports_than_a_message_carries_are_too_large(void)
{
	/* Nothing of it can be read: it is not reached. */
	mach_port_t *hole = new_hole(PAGE);
	struct received message;
	struct mail mail;

	mail_begin(&mail, &message);
	add_ports(&message, hole, 16384, COPY_SEND, false);
	REFUSED(&message, MACH_SEND_TOO_LARGE);
	mail_end(&mail);

	mail_begin(&mail, &message);
	add_ports(&message, hole, 16383, COPY_SEND, false);
	add_port(&message, MACH_PORT_NULL, COPY_SEND);
	REFUSED(&message, MACH_SEND_TOO_LARGE);
	mail_end(&mail);

	mail_begin(&mail, &message);
	add_guarded(&message, MACH_PORT_NULL, 0,
	    MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND);
	add_ports(&message, hole, 16383, COPY_SEND, false);
	REFUSED(&message, MACH_SEND_TOO_LARGE);
	mail_end(&mail);

	/* Sums that are small in 32 bits. */
	mail_begin(&mail, &message);
	add_ports(&message, hole, 0x80000000u, COPY_SEND, false);
	add_ports(&message, hole, 0x80000000u, COPY_SEND, false);
	REFUSED(&message, MACH_SEND_TOO_LARGE);
	mail_end(&mail);
	mail_begin(&mail, &message);
	add_ports(&message, hole, UINT32_MAX, COPY_SEND, false);
	add_port(&message, MACH_PORT_NULL, COPY_SEND);
	add_port(&message, MACH_PORT_NULL, COPY_SEND);
	REFUSED(&message, MACH_SEND_TOO_LARGE);

	/* 10 before 11: the descriptors are all looked at, then added. */
	add_guarded(&message, MACH_PORT_NULL, 0, 0);
	REFUSED(&message, MACH_SEND_INVALID_TYPE);
	mail_end(&mail);
	free_memory(hole, PAGE);
}

static void
as_many_ports_as_a_message_carries_get_through(void)
{
	size_t bytes = 16382 * sizeof(mach_port_t);
	mach_port_t *names = new_hole(bytes);
	mach_msg_ool_ports_descriptor_t *item;
	struct received message;
	struct mail mail;

	CHECK(mprotect(names, bytes, PROT_READ | PROT_WRITE) == 0);
	mail_begin(&mail, &message);
	for (unsigned i = 0; i < 16382; i++)
		names[i] = mail.to;
	add_ports(&message, names, 16382, COPY_SEND, false);
	add_port(&message, mail.to, COPY_SEND);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(receive_now(mail.to, 0, &message), MACH_MSG_SUCCESS);
	item = item_of(&message, 0);
	CHECK_EQUAL(item->count, 16382);
	CHECK_EQUAL(refs_of(mail.to, MACH_PORT_RIGHT_SEND), 1 + 16383);
	mach_msg_destroy(&message.header);
	expect_id(mail.reply, MACH_NOTIFY_SEND_ONCE);
	mail_end(&mail);
	free_memory(names, bytes);
}

/* A message whose shape is wrong, in its own way. */
struct shape {
	mach_msg_size_t size;  /* 0: what it has */
	mach_msg_bits_t bits;  /* besides */
	mach_msg_size_t count; /* of descriptors said to be there */
	uint8_t type, copy;    /* of the one that is there, if any */
	mach_msg_return_t code;
};

static const struct shape shapes[] = {
    {.size = 20, .code = MACH_SEND_MSG_TOO_SMALL},
    {.size = 26, .code = MACH_SEND_MSG_TOO_SMALL},
    {.size = MESSAGE_MAX + 4, .code = MACH_SEND_TOO_LARGE},
    {.size = 24,
        .bits = MACH_MSGH_BITS_COMPLEX,
        .code = MACH_SEND_MSG_TOO_SMALL},
    {.size = 28,
        .bits = MACH_MSGH_BITS_COMPLEX,
        .count = 1,
        .code = MACH_SEND_MSG_TOO_SMALL},
    {.size = 40,
        .bits = MACH_MSGH_BITS_COMPLEX,
        .count = 1,
        .type = MACH_MSG_OOL_DESCRIPTOR,
        .code = MACH_SEND_MSG_TOO_SMALL},
    {.size = 44,
        .bits = MACH_MSGH_BITS_COMPLEX,
        .count = 1,
        .type = 5,
        .code = MACH_SEND_INVALID_TYPE},
    {.size = 44,
        .bits = MACH_MSGH_BITS_COMPLEX,
        .count = 1,
        .type = MACH_MSG_OOL_DESCRIPTOR,
        .copy = 2,
        .code = MACH_SEND_INVALID_TYPE},
    {.size = 44,
        .bits = MACH_MSGH_BITS_COMPLEX,
        .count = 1,
        .type = MACH_MSG_GUARDED_PORT_DESCRIPTOR,
        .code = MACH_SEND_INVALID_TYPE},
};

static void
the_shape_is_looked_at_before_the_header(void)
{
	struct received message;

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const struct shape *shape = &shapes[i];
		uint8_t *item = message.rest;

		/* Wrong in each row of 8.2. */
		compose(&message, MACH_PORT_NULL, NONE, MACH_PORT_DEAD, NONE);
		message.header.msgh_bits |= shape->bits | 31u << 16;
		message.body.msgh_descriptor_count = shape->count;
		item[9] = shape->copy;
		item[11] = shape->type;
		REFUSED_BYTES(&message, shape->size, shape->code);
	}
	/* 11, too. */
	compose(&message, MACH_PORT_NULL, NONE, MACH_PORT_DEAD, NONE);
	add_ports(&message, NULL, 16384, COPY_SEND, false);
	REFUSED(&message, MACH_SEND_TOO_LARGE);
	/* Dispositions of descriptors are not part of it. */
	compose(&message, MACH_PORT_NULL, COPY_SEND, MACH_PORT_NULL, NONE);
	add_port(&message, absent_name(), 31);
	REFUSED(&message, MACH_SEND_INVALID_DEST);
}

/* As much as the kernel holds for a task, and one message more. */
static void
a_message_beyond_the_budget_has_no_buffer(void)
{
	enum { PORTS = 4, MESSAGES = MACH_PORT_QLIMIT_LARGE };
	/* It goes in a packet: what is in a file has another budget. */
	const mach_msg_size_t size = 124 * 1024;
	struct received *message = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mach_msg_return_t mr = MACH_MSG_SUCCESS;
	struct view before, after;
	struct mail mails[PORTS];
	unsigned used = 0;

	CHECK(message != MAP_FAILED);
	while (mr == MACH_MSG_SUCCESS && used < PORTS) {
		mail_begin(&mails[used], message);
		set_qlimit(mails[used].to, MACH_PORT_QLIMIT_LARGE);
		used++;
		for (unsigned i = 0; i < MESSAGES && mr == MACH_MSG_SUCCESS;
		     i++) {
			view_space(&before);
			mr = mach_msg(&message->header,
			    MACH_SEND_MSG | MACH_SEND_TIMEOUT, size, 0, 0, 0,
			    0);
		}
	}
	EXPECT(mr, MACH_SEND_NO_BUFFER);
	view_space(&after);
	CHECK(views_equal(&before, &after));
	/* The shape is looked at first. */
	message->header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	message->body.msgh_descriptor_count = 1;
	message->rest[11] = 5;
	EXPECT(mach_msg(&message->header, MACH_SEND_MSG, size, 0, 0, 0, 0),
	    MACH_SEND_INVALID_TYPE);
	free_memory(message, size);
	while (used > 0) {
		used--;
		destroy(mails[used].to);
		destroy(mails[used].reply);
	}
}

static const struct scenario scenarios[] = {
    SCENARIO("messages.8.1.r1 messages.8",
        a_size_below_the_header_or_not_of_words_is_too_small),
    SCENARIO("messages.8.1.r1 messages.8.1.r2 messages.8.1.r3",
        a_size_is_looked_at_before_the_memory),
    SCENARIO("messages.8.1.r2", a_size_above_the_greatest_is_too_large),
    SCENARIO("messages.8.1.r2", the_greatest_size_is_not_too_large),
    SCENARIO("messages.8.1.r3", a_header_that_cannot_be_read_is_invalid_data),
    SCENARIO("messages.8.1.r4",
        more_descriptors_than_the_size_has_room_for_are_too_small),
    /* The budget is the kernel process's. */
    SCENARIO_WITH(SCENARIO_PROCESS, "messages.8.1.r5",
        a_message_beyond_the_budget_has_no_buffer),
    SCENARIO("messages.8.1.r6 messages.8.1.r4",
        a_rest_that_cannot_be_read_is_invalid_data),
    SCENARIO("messages.8.1.r7", descriptors_that_do_not_fit_are_too_small),
    SCENARIO(
        "messages.8.1.r8", a_descriptor_type_above_the_last_is_an_invalid_type),
    SCENARIO("messages.8.1.r9", a_copy_option_for_receivers_is_an_invalid_type),
    SCENARIO("messages.8.1", the_copy_option_of_port_arrays_is_not_looked_at),
    SCENARIO("messages.8.1.r10",
        a_guarded_descriptor_of_a_wrong_form_is_an_invalid_type),
    SCENARIO(
        "messages.8.1.r11", more_ports_than_a_message_carries_are_too_large),
    SCENARIO(
        "messages.8.1.r11", as_many_ports_as_a_message_carries_get_through),
    SCENARIO("messages.8 messages.8.1 messages.8.2",
        the_shape_is_looked_at_before_the_header),
};
CONFORMANCE(scenarios)
