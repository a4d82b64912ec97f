/* What may go by a lane. All else goes by trap, where the kernel says what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <mach/mach.h>

#include "lanes.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

#define PORT 0x103
#define REPLY 0x207

#define ALL_SIZES (64u << 10)

static struct {
	mach_msg_header_t header;
	uint8_t body[ALL_SIZES];
} message;

static enum lanes_kind
look(mach_msg_option_t option, uint32_t size)
{
	const struct msg_call call = {
	    .option = MACH_SEND_MSG | option,
	    .send = {&message, size},
	};
	struct lanes_sending sending;

	lanes_look(&call, &sending);
	return sending.kind;
}

/* Of a header with these words. */
static enum lanes_kind
kind_of(mach_msg_bits_t bits, mach_port_name_t reply)
{
	message.header = (mach_msg_header_t){
	    .msgh_bits = bits,
	    .msgh_remote_port = PORT,
	    .msgh_local_port = reply,
	};
	return look(MACH_MSG_OPTION_NONE, sizeof(message.header));
}

#define BITS MACH_MSGH_BITS
#define COPY MACH_MSG_TYPE_COPY_SEND
#define MOVE MACH_MSG_TYPE_MOVE_SEND
#define MAKE MACH_MSG_TYPE_MAKE_SEND
#define ONCE MACH_MSG_TYPE_MAKE_SEND_ONCE
#define MOVE_ONCE MACH_MSG_TYPE_MOVE_SEND_ONCE

TEST(messages_requests_and_replies_may)
{
	assert_int_equal(kind_of(BITS(COPY, 0), 0), LANES_MESSAGE);
	assert_int_equal(kind_of(BITS(COPY, ONCE), REPLY), LANES_REQUEST);
	assert_int_equal(kind_of(BITS(MOVE_ONCE, 0), 0), LANES_REPLY);
}

TEST(what_moves_or_makes_other_rights_may_not)
{
	static const mach_msg_bits_t others[] = {BITS(MOVE, 0), BITS(MAKE, 0),
	    BITS(ONCE, 0), BITS(0, 0), BITS(COPY, COPY), BITS(COPY, MOVE),
	    BITS(COPY, MAKE), BITS(COPY, MOVE_ONCE), BITS(MOVE_ONCE, ONCE),
	    BITS(MOVE, ONCE), BITS(31, 0)};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_int_equal(kind_of(others[i], 0), LANES_NOT_BY_LANE);
		assert_int_equal(kind_of(others[i], REPLY), LANES_NOT_BY_LANE);
	}
}

TEST(what_names_a_reply_port_that_it_does_not_use_may_not)
{
	assert_int_equal(kind_of(BITS(COPY, 0), REPLY), LANES_NOT_BY_LANE);
	assert_int_equal(kind_of(BITS(MOVE_ONCE, 0), REPLY), LANES_NOT_BY_LANE);
}

TEST(what_uses_a_reply_port_that_it_does_not_name_may_not)
{
	assert_int_equal(kind_of(BITS(COPY, ONCE), 0), LANES_NOT_BY_LANE);
	assert_int_equal(
	    kind_of(BITS(COPY, ONCE), MACH_PORT_DEAD), LANES_NOT_BY_LANE);
}

TEST(what_brings_rights_or_memory_may_not)
{
	assert_int_equal(kind_of(BITS(COPY, 0) | MACH_MSGH_BITS_COMPLEX, 0),
	    LANES_NOT_BY_LANE);
}

TEST(what_brings_a_voucher_may_not)
{
	assert_int_equal(kind_of(MACH_MSGH_BITS_SET_PORTS(COPY, 0, MOVE), 0),
	    LANES_NOT_BY_LANE);
	(void)kind_of(BITS(COPY, 0), 0);
	message.header.msgh_voucher_port = 0x303;
	assert_int_equal(look(MACH_MSG_OPTION_NONE, sizeof(message.header)),
	    LANES_NOT_BY_LANE);
}

TEST(a_message_is_of_whole_words_and_not_too_large)
{
	const uint32_t least = sizeof(mach_msg_header_t);

	(void)kind_of(BITS(COPY, 0), 0);
	assert_int_equal(look(0, least + 4), LANES_MESSAGE);
	assert_int_equal(look(0, ALL_SIZES), LANES_MESSAGE);
	for (uint32_t odd = 1; odd < 4; odd++)
		assert_int_equal(look(0, least + odd), LANES_NOT_BY_LANE);
	assert_int_equal(look(0, least - 4), LANES_NOT_BY_LANE);
	assert_int_equal(look(0, 0), LANES_NOT_BY_LANE);
	assert_int_equal(look(0, ALL_SIZES + 4), LANES_NOT_BY_LANE);
	assert_int_equal(look(0, UINT32_MAX - 3), LANES_NOT_BY_LANE);
}

TEST(an_option_that_lanes_do_not_know_is_the_kernels)
{
	static const mach_msg_option_t others[] = {MACH_SEND_OVERRIDE,
	    MACH_SEND_TRAILER, MACH_SEND_ALWAYS, MACH_SEND_IMPORTANCE};

	(void)kind_of(BITS(COPY, 0), 0);
	assert_int_equal(
	    look(MACH_SEND_TIMEOUT | MACH_SEND_INTERRUPT | MACH_SEND_NOTIFY,
	        sizeof(message.header)),
	    LANES_MESSAGE);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(
		    look(others[i], sizeof(message.header)), LANES_NOT_BY_LANE);
}

TEST(what_is_not_there_is_for_the_kernel_to_find)
{
	const struct msg_call call = {
	    .option = MACH_SEND_MSG,
	    .send = {NULL, sizeof(mach_msg_header_t)},
	};
	struct lanes_sending sending;

	lanes_look(&call, &sending);
	assert_int_equal(sending.kind, LANES_NOT_BY_LANE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_requests_and_replies_may),
	    cmocka_unit_test(what_moves_or_makes_other_rights_may_not),
	    cmocka_unit_test(
	        what_names_a_reply_port_that_it_does_not_use_may_not),
	    cmocka_unit_test(
	        what_uses_a_reply_port_that_it_does_not_name_may_not),
	    cmocka_unit_test(what_brings_rights_or_memory_may_not),
	    cmocka_unit_test(what_brings_a_voucher_may_not),
	    cmocka_unit_test(a_message_is_of_whole_words_and_not_too_large),
	    cmocka_unit_test(an_option_that_lanes_do_not_know_is_the_kernels),
	    cmocka_unit_test(what_is_not_there_is_for_the_kernel_to_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
