/* Hostile peers: requests and replies with words that are wrong, cut off, or under
 * another routine's number. Whatever comes, nobody crashes, no implementation gets
 * a length that nobody checked, and the other side keeps what it had. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "loopback_stubs.h"

/* What is done to the next message. */
static struct {
	size_t offset;  /* of the word */
	unsigned value; /* which of those below */
	mach_msg_size_t cut;
	mach_msg_id_t id;
	mach_msg_size_t size; /* of the message, as it was */
} change;

#define VALUES 16

/* The @which'th of the values to put in the place of @word. */
static uint32_t
value_of(uint32_t word, unsigned which)
{
	const uint32_t values[VALUES] = {
	    0,
	    1,
	    word + 1,
	    word - 1,
	    word + 4,
	    word * 2,
	    word ^ 0x80000000,
	    word ^ 0x01000000,
	    word ^ 0x02000000,
	    word ^ 0x00010000,
	    word ^ 0x00000100,
	    0x40000000,
	    0x7fffffff,
	    0x80000000,
	    0xfffffffc,
	    UINT32_MAX,
	};

	return values[which];
}

static void
change_word(void *message, mach_msg_size_t *size)
{
	uint8_t *at = (uint8_t *)message + change.offset;
	uint32_t word;

	change.size = *size;
	if (change.offset >= *size)
		return;
	memcpy(&word, at, sizeof(word));
	word = value_of(word, change.value);
	memcpy(at, &word, sizeof(word));
}

static void
change_length(void *message, mach_msg_size_t *size)
{
	change.size = *size;
	if (change.cut < *size)
		*size = change.cut;
	else
		memset((char *)message + *size, 0, change.cut - *size);
	if (change.cut > *size)
		*size = change.cut;
}

static void
change_id(void *message, mach_msg_size_t *size)
{
	mach_msg_header_t *head = message;

	change.size = *size;
	head->msgh_id = change.id;
}

static mach_port_t
hostile_begin(unsigned length)
{
	mach_port_t server = stubs_begin();

	stub->strict = false;
	stub->length = length;
	return server;
}

static void
make_hostile(enum loopback_task hostile, void (*how)(void *, mach_msg_size_t *))
{
	if (hostile == LOOPBACK_CLIENT)
		loopback.on_request = how;
	else
		loopback.on_reply = how;
}

static void
expect_clean(const struct stub_call *call, mach_port_t *server,
    enum loopback_task hostile)
{
	struct stubs_outcome outcome;

	change.size = 0;
	outcome = stubs_call_hostile(call, server, hostile);
	if (!outcome.clean)
		fail_msg("%s: offset %zu, value %u, length %u, id %d: %#x",
		    call->name, change.offset, change.value, change.cut,
		    change.id, (unsigned)outcome.kr);
}

/* Each word of each message of one side, one after the other. */
static void
wrong_words(enum loopback_task hostile, unsigned length)
{
	mach_port_t server = hostile_begin(length);
	const struct stub_call *call;

	memset(&change, 0, sizeof(change));
	make_hostile(hostile, change_word);
	for (size_t i = 0; (call = stub_call_at(i)) != NULL; i++) {
		change.offset = 0;
		do {
			for (unsigned j = 0; j < VALUES; j++) {
				change.value = j;
				expect_clean(call, &server, hostile);
			}
			change.offset += sizeof(uint32_t);
		} while (change.offset < change.size && change.offset < 600);
	}
}

static void
requests_with_wrong_words_do_no_harm(void **state)
{
	(void)state;
	wrong_words(LOOPBACK_CLIENT, 2);
	wrong_words(LOOPBACK_CLIENT, 0);
}

static void
replies_with_wrong_words_do_no_harm(void **state)
{
	(void)state;
	wrong_words(LOOPBACK_SERVER, 2);
	wrong_words(LOOPBACK_SERVER, 0);
}

/* Up to what it was, and a little more. */
static void
wrong_lengths(enum loopback_task hostile)
{
	mach_port_t server = hostile_begin(3);
	const struct stub_call *call;

	memset(&change, 0, sizeof(change));
	make_hostile(hostile, change_length);
	for (size_t i = 0; (call = stub_call_at(i)) != NULL; i++) {
		change.cut = 0;
		do {
			expect_clean(call, &server, hostile);
			change.cut++;
		} while (change.cut < change.size + 64 && change.cut < 700);
	}
}

static void
requests_that_are_cut_off_do_no_harm(void **state)
{
	(void)state;
	wrong_lengths(LOOPBACK_CLIENT);
}

static void
replies_that_are_cut_off_do_no_harm(void **state)
{
	(void)state;
	wrong_lengths(LOOPBACK_SERVER);
}

/* Each request under the number of each routine, and of what is no routine. */
static void
requests_to_other_routines_do_no_harm(void **state)
{
	mach_port_t server = hostile_begin(3);
	const struct stub_call *call;

	(void)state;
	memset(&change, 0, sizeof(change));
	make_hostile(LOOPBACK_CLIENT, change_id);
	for (size_t i = 0; (call = stub_call_at(i)) != NULL; i++)
		for (mach_msg_id_t base = 5000; base < 5800; base += 100)
			for (mach_msg_id_t id = 0; id < 20; id++) {
				change.id = base + id;
				expect_clean(call, &server, LOOPBACK_CLIENT);
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(requests_with_wrong_words_do_no_harm),
	    cmocka_unit_test(replies_with_wrong_words_do_no_harm),
	    cmocka_unit_test(requests_that_are_cut_off_do_no_harm),
	    cmocka_unit_test(replies_that_are_cut_off_do_no_harm),
	    cmocka_unit_test(requests_to_other_routines_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
