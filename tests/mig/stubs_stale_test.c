/* No byte of a message comes from memory that nobody has written (S3): each call is
 * made twice, over stacks and buffers that are full of different bytes, and both
 * times the same is sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "loopback_stubs.h"

struct captured {
	uint8_t bytes[LOOPBACK_MESSAGE_MAX];
	mach_msg_size_t size;
};

static struct captured requests[2];
static struct captured replies[2];
static unsigned turn;

/* Addresses differ from one call to the next. */
static void
forget_addresses(struct captured *captured)
{
	mach_msg_base_t base;
	uint8_t *at = captured->bytes + sizeof(base);

	memcpy(&base, captured->bytes, sizeof(base));
	if (!MACH_MSGH_BITS_IS_COMPLEX(base.header.msgh_bits))
		return;
	for (unsigned i = 0; i < base.body.msgh_descriptor_count; i++) {
		uint8_t type = at[11]; /* of all kinds */

		if (type == MACH_MSG_PORT_DESCRIPTOR) {
			at += sizeof(mach_msg_port_descriptor_t);
			continue;
		}
		memset(at, 0, sizeof(uint64_t));
		at += sizeof(mach_msg_ool_descriptor_t);
	}
}

static void
capture(struct captured *captured, const void *message, mach_msg_size_t size)
{
	memcpy(captured->bytes, message, size);
	captured->size = size;
	forget_addresses(captured);
}

static void
capture_request(void *message, mach_msg_size_t *size)
{
	capture(&requests[turn], message, *size);
}

static void
capture_reply(void *message, mach_msg_size_t *size)
{
	capture(&replies[turn], message, *size);
}

/* Leaves @byte all over the stack below. */
static __attribute__((noinline)) void
fill_stack(int byte)
{
	volatile uint8_t room[128 * 1024];

	for (size_t i = 0; i < sizeof(room); i++)
		room[i] = (uint8_t)byte;
}

static void
expect_same(const char *name, const char *what, const struct captured *both)
{
	assert_int_equal(both[0].size, both[1].size);
	for (mach_msg_size_t i = 0; i < both[0].size; i++)
		if (both[0].bytes[i] != both[1].bytes[i])
			fail_msg("%s, length %u: byte %u of the %s is stale",
			    name, stub->length, i, what);
}

static void
call_over(const struct stub_call *call, unsigned length, uint8_t byte,
    void (*prepare)(void))
{
	mach_port_t server = stubs_begin();
	struct stubs_outcome outcome;

	loopback.on_request = capture_request;
	loopback.on_reply = capture_reply;
	loopback.stale = byte;
	stub->length = length;
	requests[turn].size = 0;
	replies[turn].size = 0;
	prepare();
	fill_stack(byte);
	outcome = stubs_call(call, server);
	assert_true(outcome.clean);
}

static void
call_all_twice(void (*prepare)(void))
{
	const struct stub_call *call;

	for (size_t i = 0; (call = stub_call_at(i)) != NULL; i++)
		for (size_t j = 0; j < stub_lengths_length; j++) {
			turn = 0;
			call_over(call, stub_lengths[j], 0xa7, prepare);
			turn = 1;
			call_over(call, stub_lengths[j], 0x5c, prepare);
			expect_same(call->name, "request", requests);
			expect_same(call->name, "reply", replies);
		}
}

static void
succeed(void)
{
}

static void
good_calls_send_only_what_they_are_to_send(void **state)
{
	(void)state;
	call_all_twice(succeed);
}

static void
refuse(void)
{
	stub->result = KERN_NO_ACCESS;
}

static void
error_replies_send_only_what_they_are_to_send(void **state)
{
	(void)state;
	call_all_twice(refuse);
}

static void
forget(void)
{
	stub->strict = false;
	stub->forgets = true;
}

/* 12.4: what an implementation forgets to set is nothing, or zero. */
static void
what_an_implementation_forgets_is_not_made_up(void **state)
{
	(void)state;
	call_all_twice(forget);
}

static void
exceed(void)
{
	stub->strict = false;
	stub->exceeds = true;
}

static void
what_is_too_large_is_not_sent_in_part(void **state)
{
	(void)state;
	call_all_twice(exceed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_calls_send_only_what_they_are_to_send),
	    cmocka_unit_test(error_replies_send_only_what_they_are_to_send),
	    cmocka_unit_test(what_an_implementation_forgets_is_not_made_up),
	    cmocka_unit_test(what_is_too_large_is_not_sent_in_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
