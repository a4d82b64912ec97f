/* The checks of packets: what is true passes, and every lie is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <mach/message.h>

#include "wire_call.h"
#include "wire_lane.h"
#include "wire_msg.h"
#include "wire_packet.h"
#include "wire_window.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static const struct wire_hello task_hello = {
    .header = {.number = WIRE_HELLO, .sequence = 7},
    .version = WIRE_VERSION,
    .kind = WIRE_KIND_TASK,
};

static bool
hello_passes(struct wire_hello hello)
{
	struct wire_hello checked;

	return wire_hello_check(&hello, sizeof(hello), &checked);
}

TEST(a_header_is_read_from_any_packet_that_has_one)
{
	const struct wire_header sent = {3, 1, 99};
	struct wire_header header;

	assert_true(wire_header_check(&sent, sizeof(sent), &header));
	assert_memory_equal(&header, &sent, sizeof(sent));
	for (size_t bytes = 0; bytes < sizeof(sent); bytes++)
		assert_false(wire_header_check(&sent, bytes, &header));
}

TEST(a_hello_of_each_kind_passes)
{
	struct wire_hello hello = task_hello;

	assert_true(hello_passes(hello));
	hello.kind = WIRE_KIND_THREAD;
	hello.thread = 42;
	hello.token.bytes[0] = 1;
	assert_true(hello_passes(hello));
	hello.kind = WIRE_KIND_CHILD;
	hello.thread = 0;
	assert_true(hello_passes(hello));
}

TEST(a_hello_of_another_version_passes_so_that_it_can_be_told)
{
	struct wire_hello hello = task_hello;

	hello.version = WIRE_VERSION + 1;
	assert_true(hello_passes(hello));
}

TEST(a_hello_of_another_length_is_refused)
{
	uint8_t packet[sizeof(task_hello) + 1] = {0};
	struct wire_hello hello;

	memcpy(packet, &task_hello, sizeof(task_hello));
	for (size_t bytes = 0; bytes <= sizeof(packet); bytes++)
		assert_int_equal(wire_hello_check(packet, bytes, &hello),
		    bytes == sizeof(task_hello));
}

TEST(a_hello_that_says_what_cannot_be_is_refused)
{
	struct wire_hello hello = task_hello;

	hello.header.number = WIRE_MSG;
	assert_false(hello_passes(hello));
	hello = task_hello;
	hello.spare = 1;
	assert_false(hello_passes(hello));
	hello = task_hello;
	hello.kind = 0;
	assert_false(hello_passes(hello));
	hello.kind = WIRE_KIND_CHILD + 1;
	assert_false(hello_passes(hello));
}

TEST(a_hello_with_what_its_kind_does_not_have_is_refused)
{
	struct wire_hello hello = task_hello;

	hello.thread = 1;
	assert_false(hello_passes(hello));
	hello = task_hello;
	hello.token.bytes[15] = 1;
	assert_false(hello_passes(hello));
	hello = task_hello;
	hello.kind = WIRE_KIND_THREAD;
	assert_false(hello_passes(hello));
	hello.kind = WIRE_KIND_CHILD;
	hello.thread = 1;
	assert_false(hello_passes(hello));
}

#define PAGE 4096u

/* A mach_msg request: its fixed part, and room for what follows. */
struct msg {
	struct wire_msg_request request;
	struct wire_placed placed[WIRE_PLACED_MAX + 1];
	uint8_t body[64];
};

static const struct wire_msg_request send_request = {
    .header = {.number = WIRE_MSG, .sequence = 5},
    .option = MACH_SEND_MSG,
    .send_size = 24,
    .unreadable = WIRE_ALL_READABLE,
};

static bool
msg_passes(
    const struct wire_msg_request *request, size_t body_bytes, unsigned files)
{
	struct msg msg = {.request = *request};
	struct wire_msg checked;
	bool passes;

	passes = wire_msg_check(
	    &msg, sizeof(msg.request) + body_bytes, files, PAGE, &checked);
	if (passes) {
		assert_memory_equal(
		    &checked.request, request, sizeof(*request));
		assert_ptr_equal(checked.body, msg.placed);
		assert_int_equal(checked.body_bytes, body_bytes);
		assert_int_equal(checked.in_file, files);
	}
	return passes;
}

/* One with as many placed regions as its request says. */
static struct msg
placed_msg(uint32_t count)
{
	struct msg msg = {.request = send_request};

	msg.request.placed = count;
	msg.request.header.files = (uint16_t)count;
	for (uint32_t i = 0; i < count; i++)
		msg.placed[i] = (struct wire_placed){
		    .index = 3 * i, .offset = (uint64_t)i << 32};
	return msg;
}

/* With so many bytes behind what is said of the regions. */
static bool
placed_passes(const struct msg *msg, size_t body_bytes)
{
	const size_t regions = msg->request.placed * sizeof(struct wire_placed);
	struct wire_msg checked;
	bool passes;

	passes =
	    wire_msg_check(msg, sizeof(msg->request) + regions + body_bytes,
	        msg->request.header.files, PAGE, &checked);
	if (passes) {
		assert_memory_equal(checked.placed, msg->placed, regions);
		assert_ptr_equal(
		    checked.body, (const uint8_t *)msg->placed + regions);
		assert_int_equal(checked.body_bytes, body_bytes);
		assert_int_equal(checked.in_file,
		    msg->request.header.files > msg->request.placed);
	}
	return passes;
}

TEST(a_send_has_its_message_behind_it)
{
	assert_true(msg_passes(&send_request, 24, 0));
	assert_true(msg_passes(&send_request, 32, 0)); /* and regions */
	assert_false(msg_passes(&send_request, 23, 0));
	assert_false(msg_passes(&send_request, 0, 0));
}

TEST(a_send_that_is_nonsense_as_a_message_is_left_to_the_engine)
{
	struct wire_msg_request request = send_request;

	request.send_size = 3;
	assert_true(msg_passes(&request, 3, 0));
	request.send_size = 0;
	assert_true(msg_passes(&request, 0, 0));
}

TEST(a_send_in_a_file_has_nothing_behind_it)
{
	struct wire_msg_request request = send_request;

	request.header.files = 1;
	request.send_size = 1 << 24;
	assert_true(msg_passes(&request, 0, 1));
	assert_false(msg_passes(&request, 8, 1));
}

TEST(files_that_are_not_what_the_header_says_are_refused)
{
	struct wire_msg_request request = send_request;

	assert_false(msg_passes(&request, 24, 1));
	request.header.files = 1;
	assert_false(msg_passes(&request, 0, 0));
	request.header.files = 2;
	assert_false(msg_passes(&request, 0, 2));
}

TEST(a_receive_brings_nothing)
{
	struct wire_msg_request request = send_request;

	request.option = MACH_RCV_MSG;
	request.send_size = 0;
	assert_true(msg_passes(&request, 0, 0));
	assert_false(msg_passes(&request, 4, 0));
	request.send_size = 24;
	assert_false(msg_passes(&request, 0, 0));
	request.send_size = 0;
	request.header.files = 1;
	assert_false(msg_passes(&request, 0, 1));
}

TEST(regions_in_the_window_are_not_in_the_packet)
{
	struct wire_msg_request request = send_request;

	request.window = 8;
	assert_true(msg_passes(&request, 24, 0));
	assert_false(msg_passes(&request, 23, 0));
	assert_false(msg_passes(&request, 32, 0));
	request.window = WIRE_WINDOW_BYTES;
	assert_true(msg_passes(&request, 24, 0));
	request.window++;
	assert_false(msg_passes(&request, 24, 0));
}

TEST(what_is_in_a_file_or_only_received_has_no_window)
{
	struct wire_msg_request request = send_request;

	request.window = 8;
	request.header.files = 1;
	assert_false(msg_passes(&request, 0, 1));
	request.header.files = 0;
	request.option = MACH_RCV_MSG;
	request.send_size = 0;
	assert_false(msg_passes(&request, 0, 0));
}

TEST(an_answer_comes_in_a_part_of_the_window_that_there_is)
{
	struct wire_msg_request request = send_request;

	request.part = WIRE_WINDOW_PARTS - 1;
	assert_true(msg_passes(&request, 24, 0));
	request.part++;
	assert_false(msg_passes(&request, 24, 0));
}

TEST(what_a_receive_asks_of_lanes_is_one_thing)
{
	struct wire_msg_request request = send_request;

	request.lanes = WIRE_LANES_KNOWN;
	assert_true(msg_passes(&request, 24, 0));
	request.lanes = WIRE_LANES_KNOWN | WIRE_LANES_QUEUE;
	assert_true(msg_passes(&request, 24, 0));
	request.bell = 7;
	assert_false(msg_passes(&request, 24, 0));
	request.lanes = WIRE_LANES_KNOWN | WIRE_LANES_WAIT;
	assert_true(msg_passes(&request, 24, 0));
	request.lanes |= WIRE_LANES_QUEUE;
	assert_false(msg_passes(&request, 24, 0));
	request.lanes = WIRE_LANES_WAIT;
	assert_false(msg_passes(&request, 24, 0));
	request.bell = 0;
	request.lanes = WIRE_LANES_KNOWN | WIRE_LANES_DIRECT;
	assert_true(msg_passes(&request, 24, 0));
	request.bell = 7;
	assert_true(msg_passes(&request, 24, 0));
	request.lanes |= WIRE_LANES_QUEUE;
	assert_false(msg_passes(&request, 24, 0));
	request.lanes = WIRE_LANES_KNOWN | WIRE_LANES_DIRECT << 1;
	assert_false(msg_passes(&request, 24, 0));
}

TEST(a_kick_is_a_packet_of_its_own)
{
	struct wire_kick kicks[2] = {
	    {.header = {.number = WIRE_KICK}, .lane = 3, .slot = 4}};
	struct wire_kick kick;

	assert_true(wire_kick_check(kicks, sizeof(kick), &kick));
	assert_int_equal(kick.lane, 3);
	assert_int_equal(kick.slot, 4);
	assert_false(wire_kick_check(kicks, sizeof(kick) - 1, &kick));
	assert_false(wire_kick_check(kicks, sizeof(kick) + 1, &kick));
	kicks[0].header.files = 1;
	assert_false(wire_kick_check(kicks, sizeof(kick), &kick));
	kicks[0].header = (struct wire_header){.number = WIRE_MSG};
	assert_false(wire_kick_check(kicks, sizeof(kick), &kick));
}

TEST(a_window_comes_as_one_file)
{
	struct wire_window_request requests[2] = {
	    {.header = {.number = WIRE_WINDOW, .files = 1, .sequence = 9}}};
	struct wire_window_request *request = requests;
	const size_t bytes = sizeof(*request);
	struct wire_header header;

	assert_true(wire_window_check(request, bytes, 1, &header));
	assert_int_equal(header.sequence, 9);
	assert_false(wire_window_check(request, bytes, 0, &header));
	assert_false(wire_window_check(request, bytes, 2, &header));
	assert_false(wire_window_check(request, bytes - 1, 1, &header));
	assert_false(wire_window_check(request, bytes + 1, 1, &header));
	request->header.files = 2;
	assert_false(wire_window_check(request, bytes, 1, &header));
	request->header = (struct wire_header){.number = WIRE_MSG, .files = 1};
	assert_false(wire_window_check(request, bytes, 1, &header));
}

TEST(a_message_with_another_number_is_refused)
{
	struct wire_msg_request request = send_request;

	request.header.number = WIRE_HELLO;
	assert_false(msg_passes(&request, 24, 0));
}

TEST(a_message_request_that_is_cut_is_refused)
{
	struct msg msg = {.request = send_request};
	struct wire_msg checked;

	for (size_t cut = 0; cut < sizeof(msg.request); cut++)
		assert_false(wire_msg_check(&msg, cut, 0, PAGE, &checked));
}

TEST(placed_regions_precede_the_message)
{
	for (uint32_t count = 0; count <= WIRE_PLACED_MAX; count++) {
		const struct msg msg = placed_msg(count);

		assert_true(placed_passes(&msg, 24));
		assert_true(placed_passes(&msg, 32));
		assert_false(placed_passes(&msg, 23));
	}
}

TEST(a_message_in_a_file_has_nothing_but_placed_regions_in_the_packet)
{
	struct msg msg = placed_msg(2);

	msg.request.header.files = 3;
	msg.request.send_size = 1 << 24;
	assert_true(placed_passes(&msg, 0));
	assert_false(placed_passes(&msg, 8));
}

TEST(placed_regions_without_just_their_files_are_refused)
{
	struct msg msg = placed_msg(2);

	msg.request.header.files = 1;
	assert_false(placed_passes(&msg, 24));
	assert_false(placed_passes(&msg, 0));
	msg.request.header.files = 0;
	assert_false(placed_passes(&msg, 24));
	msg.request.header.files = 4;
	assert_false(placed_passes(&msg, 24));
	assert_false(placed_passes(&msg, 0));
}

TEST(more_placed_regions_than_there_can_be_are_refused)
{
	struct msg msg = placed_msg(WIRE_PLACED_MAX + 1);

	assert_false(placed_passes(&msg, 24));
	msg.request.placed = UINT32_MAX;
	assert_false(msg_passes(&msg.request, 24, 0));
}

TEST(placed_regions_that_are_cut_are_refused)
{
	const struct msg msg = placed_msg(2);
	const size_t whole = sizeof(msg.request) + 2 * sizeof(msg.placed[0]);
	struct wire_msg checked;

	for (size_t bytes = sizeof(msg.request); bytes < whole; bytes++)
		assert_false(wire_msg_check(&msg, bytes, 2, PAGE, &checked));
}

TEST(placed_regions_out_of_order_are_refused)
{
	struct msg msg = placed_msg(3);

	msg.placed[2].index = msg.placed[1].index;
	assert_false(placed_passes(&msg, 24));
	msg.placed[2].index = msg.placed[1].index - 1;
	assert_false(placed_passes(&msg, 24));
	msg.placed[2].index = UINT32_MAX;
	assert_true(placed_passes(&msg, 24));
}

TEST(a_placed_region_within_a_page_or_with_a_spare_word_is_refused)
{
	struct msg msg = placed_msg(1);

	msg.placed[0].offset = PAGE / 2;
	assert_false(placed_passes(&msg, 24));
	msg.placed[0].offset = PAGE;
	assert_true(placed_passes(&msg, 24));
	msg.placed[0].spare = 1;
	assert_false(placed_passes(&msg, 24));
}

TEST(a_receive_places_nothing)
{
	struct msg msg = placed_msg(1);

	msg.request.option = MACH_RCV_MSG;
	msg.request.send_size = 0;
	assert_false(placed_passes(&msg, 0));
	msg.request.header.files = 0;
	assert_false(placed_passes(&msg, 0));
}

/* Does a call with these words pass? */
static bool
call_passes(uint16_t number, const uint32_t *words, size_t count)
{
	struct wire_call_request sent = {
	    .header = {
	        .number = number, .files = (uint16_t)wire_call_files(number)}};
	struct wire_call_request request;

	if (count > 0)
		memcpy(sent.words, words, count * sizeof(*words));
	return wire_call_check(
	    &sent, sizeof(sent.header) + count * sizeof(*words), &request);
}

TEST(a_call_passes_with_just_its_words)
{
	const uint32_t words[WIRE_CALL_WORDS] = {0};

	for (int i = WIRE_CALL_FIRST; i < WIRE_CALL_END; i++) {
		const uint16_t number = (uint16_t)i;
		const struct wire_call_shape *shape = wire_call_shape(number);

		assert_non_null(shape);
		for (size_t count = 0; count <= WIRE_CALL_WORDS; count++)
			assert_int_equal(call_passes(number, words, count),
			    count == shape->in);
	}
}

TEST(a_call_with_more_words_has_as_many_as_it_says)
{
	uint32_t words[WIRE_CALL_WORDS] = {0x103, 3, 1, 2, 3};

	assert_true(call_passes(WIRE_PORTS_REGISTER, words, 5));
	assert_false(call_passes(WIRE_PORTS_REGISTER, words, 4));
	assert_false(call_passes(WIRE_PORTS_REGISTER, words, 6));
	words[1] = WIRE_CALL_WORDS - 2;
	assert_true(call_passes(WIRE_PORTS_REGISTER, words, WIRE_CALL_WORDS));
	words[1] = UINT32_MAX;
	assert_false(call_passes(WIRE_PORTS_REGISTER, words, 5));
}

TEST(what_is_no_call_has_no_shape)
{
	assert_null(wire_call_shape(0));
	assert_null(wire_call_shape(WIRE_CALL_FIRST - 1));
	assert_null(wire_call_shape(WIRE_CALL_END));
	assert_null(wire_call_shape(UINT16_MAX));
	assert_false(call_passes(WIRE_CALL_END, NULL, 0));
}

TEST(a_call_of_broken_length_or_with_files_is_refused)
{
	struct wire_call_request sent = {
	    .header = {.number = WIRE_TASK_SELF, .files = 1}};
	struct wire_call_request request;

	assert_false(wire_call_check(&sent, sizeof(sent.header), &request));
	sent.header.files = 0;
	assert_true(wire_call_check(&sent, sizeof(sent.header), &request));
	assert_false(wire_call_check(&sent, sizeof(sent.header) + 1, &request));
	assert_false(wire_call_check(&sent, sizeof(sent.header) - 1, &request));
}

TEST(a_call_that_brings_a_file_says_so)
{
	struct wire_call_request sent = {
	    .header = {.number = WIRE_MEMORY_ENTRY_MAKE}};
	struct wire_call_request request;

	for (uint16_t files = 0; files < 4; files++) {
		sent.header.files = files;
		assert_int_equal(
		    wire_call_check(&sent,
		        sizeof(sent.header) + 5 * sizeof(uint32_t), &request),
		    files == 1);
	}
}

TEST(a_call_longer_than_any_is_refused)
{
	static const uint8_t long_packet[sizeof(struct wire_call_request) + 4];
	struct wire_call_request request;

	assert_false(
	    wire_call_check(long_packet, sizeof(long_packet), &request));
}

TEST(no_call_can_have_more_words_than_a_request_holds)
{
	for (int i = WIRE_CALL_FIRST; i < WIRE_CALL_END; i++)
		assert_in_range(
		    wire_call_shape((uint16_t)i)->in, 0, WIRE_CALL_WORDS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_header_is_read_from_any_packet_that_has_one),
	    cmocka_unit_test(a_hello_of_each_kind_passes),
	    cmocka_unit_test(
	        a_hello_of_another_version_passes_so_that_it_can_be_told),
	    cmocka_unit_test(a_hello_of_another_length_is_refused),
	    cmocka_unit_test(a_hello_that_says_what_cannot_be_is_refused),
	    cmocka_unit_test(
	        a_hello_with_what_its_kind_does_not_have_is_refused),
	    cmocka_unit_test(a_send_has_its_message_behind_it),
	    cmocka_unit_test(
	        a_send_that_is_nonsense_as_a_message_is_left_to_the_engine),
	    cmocka_unit_test(a_send_in_a_file_has_nothing_behind_it),
	    cmocka_unit_test(
	        files_that_are_not_what_the_header_says_are_refused),
	    cmocka_unit_test(a_receive_brings_nothing),
	    cmocka_unit_test(regions_in_the_window_are_not_in_the_packet),
	    cmocka_unit_test(what_is_in_a_file_or_only_received_has_no_window),
	    cmocka_unit_test(
	        an_answer_comes_in_a_part_of_the_window_that_there_is),
	    cmocka_unit_test(what_a_receive_asks_of_lanes_is_one_thing),
	    cmocka_unit_test(a_kick_is_a_packet_of_its_own),
	    cmocka_unit_test(a_window_comes_as_one_file),
	    cmocka_unit_test(a_message_with_another_number_is_refused),
	    cmocka_unit_test(a_message_request_that_is_cut_is_refused),
	    cmocka_unit_test(placed_regions_precede_the_message),
	    cmocka_unit_test(
	        a_message_in_a_file_has_nothing_but_placed_regions_in_the_packet),
	    cmocka_unit_test(
	        placed_regions_without_just_their_files_are_refused),
	    cmocka_unit_test(more_placed_regions_than_there_can_be_are_refused),
	    cmocka_unit_test(placed_regions_that_are_cut_are_refused),
	    cmocka_unit_test(placed_regions_out_of_order_are_refused),
	    cmocka_unit_test(
	        a_placed_region_within_a_page_or_with_a_spare_word_is_refused),
	    cmocka_unit_test(a_receive_places_nothing),
	    cmocka_unit_test(a_call_passes_with_just_its_words),
	    cmocka_unit_test(a_call_with_more_words_has_as_many_as_it_says),
	    cmocka_unit_test(what_is_no_call_has_no_shape),
	    cmocka_unit_test(a_call_of_broken_length_or_with_files_is_refused),
	    cmocka_unit_test(a_call_that_brings_a_file_says_so),
	    cmocka_unit_test(a_call_longer_than_any_is_refused),
	    cmocka_unit_test(no_call_can_have_more_words_than_a_request_holds),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
