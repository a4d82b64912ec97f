/*
 * Requests made of words, and replies read, by every.json alone. What mig's own stubs
 * make of the same interface (every.h) says where each thing has to be.
 */
#include "interface.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>
#include <mach/mig_errors.h>

#include "every.h"
#include "memory.h"
#include "status.h"

static struct interface interface;
static struct interface_message message;

static char *
file_name(void)
{
	return memory_format(
	    "%s/tests/machport/every.json", getenv("MACHPORT_BUILD"));
}

static int
load(const char *routine)
{
	char *file = file_name();
	int status;

	interface_free(&interface);
	status = interface_load(&interface, file, routine);
	free(file);
	return status;
}

static int
teardown(void **state)
{
	(void)state;
	interface_message_free(&message);
	interface_free(&interface);
	return 0;
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, NULL, teardown)

/* "12" is the name 12; what it is sent as is told by what is wanted. */
static int
find(void *context, const char *word, uint32_t wanted, mach_port_t *name_out,
    mach_msg_type_name_t *disposition_out)
{
	(void)context;
	*name_out = (mach_port_t)strtoul(word, NULL, 10);
	*disposition_out = wanted == MACH_MSG_TYPE_PORT_SEND
	    ? MACH_MSG_TYPE_COPY_SEND
	    : MACH_MSG_TYPE_MAKE_SEND_ONCE;
	return *name_out ? EX_OK : EXIT_NOTHING;
}

/* Up to eight words; the first NULL ends them. */
static int
pack(const char *const *words)
{
	const struct interface_rights rights = {.find = find};
	char *copies[8];
	size_t count = 0;
	int status;

	interface_message_free(&message);
	for (; words[count]; count++)
		copies[count] = memory_string(words[count]);
	status = interface_pack(&interface, copies, count, &rights, &message);
	while (count > 0)
		free(copies[--count]);
	return status;
}

#define PACK(...) pack((const char *const[]){__VA_ARGS__, NULL})

/* --- requests -------------------------------------------------------------- */

static void
data_lies_where_a_stub_puts_it(void **state)
{
	const __Request__every_data_t *request;
	const char *moved;
	int count;

	(void)state;
	assert_int_equal(load("every_data"), EX_OK);
	assert_int_equal(PACK("large=-5", "name=abc", "fixed=de", "ints=7,8",
	                     "shorts=1,2,-3", "words=0x0100000002000000"),
	    EX_OK);
	request = (const void *)message.message.data;
	assert_int_equal(request->Head.msgh_id, 5000);
	assert_memory_equal(&request->NDR, &NDR_record, sizeof(NDR_record));
	assert_int_equal(request->nameOffset, 0);
	assert_int_equal(request->nameCnt, 4);
	assert_string_equal(request->name, "abc");
	/* 12 of its 16 bytes are not sent. */
	moved = (const char *)request - 12;
	assert_string_equal(
	    moved + offsetof(__Request__every_data_t, fixed), "de");
	memcpy(&count, moved + offsetof(__Request__every_data_t, intsCnt),
	    sizeof(count));
	assert_int_equal(count, 2);
	assert_memory_equal(moved + offsetof(__Request__every_data_t, ints),
	    ((const int[]){7, 8}), 8);
	moved -= 8; /* two of four ints */
	assert_memory_equal(moved + offsetof(__Request__every_data_t, shorts),
	    ((const int16_t[]){1, 2, -3}), 6);
	assert_memory_equal(moved + offsetof(__Request__every_data_t, words),
	    ((const uint32_t[]){1, 2}), 8);
	assert_memory_equal(moved + offsetof(__Request__every_data_t, large),
	    (&(const int64_t){-5}), 8);
	assert_int_equal(message.message.count, sizeof(*request) - 20);
}

static void
rights_and_regions_have_descriptors(void **state)
{
	const __Request__every_right_t *request;

	(void)state;
	assert_int_equal(load("every_right"), EX_OK);
	assert_int_equal(PACK("right=12", "made=13", "ports=14", "rights=15,16",
	                     "region=memory"),
	    EX_OK);
	request = (const void *)message.message.data;
	assert_true(MACH_MSGH_BITS_IS_COMPLEX(request->Head.msgh_bits));
	assert_int_equal(request->msgh_body.msgh_descriptor_count, 6);
	assert_int_equal(request->right.name, 12);
	assert_int_equal(request->right.disposition, MACH_MSG_TYPE_COPY_SEND);
	assert_int_equal(request->made.name, 13);
	assert_int_equal(request->ports[0].name, 14);
	assert_int_equal(request->ports[1].name, MACH_PORT_NULL);
	assert_int_equal(request->rights.count, 2);
	assert_int_equal(((const mach_port_t *)request->rights.address)[1], 16);
	assert_int_equal(request->region.size, 6);
	assert_memory_equal(request->region.address, "memory", 6);
	assert_int_equal(request->rightsCnt, 2);
	assert_int_equal(request->regionCnt, 6);
	assert_int_equal(message.message.count, sizeof(*request));
}

static void
a_routine_without_arguments_is_a_header(void **state)
{
	(void)state;
	assert_int_equal(load("every_nothing"), EX_OK);
	assert_int_equal(pack((const char *const[]){NULL}), EX_OK);
	assert_int_equal(message.message.count, sizeof(mach_msg_header_t));
	assert_false(interface_has_reply(&interface));
}

static void
each_argument_is_said_once(void **state)
{
	(void)state;
	assert_int_equal(load("every_data"), EX_OK);
	assert_int_equal(PACK("name=abc"), EX_USAGE);
	assert_int_equal(PACK("name=abc", "name=abc"), EX_USAGE);
	assert_int_equal(PACK("nobody=abc"), EX_USAGE);
	assert_int_equal(PACK("sum=1"), EX_USAGE); /* it comes out */
	assert_int_equal(PACK("name"), EX_USAGE);
}

static void
a_value_has_to_fit(void **state)
{
	static const char *const wrong[] = {"name=0123456789abcdef",
	    "fixed=01234567", "ints=1,2,3,4,5", "shorts=1,2", "shorts=1,2,3,4",
	    "shorts=1,2,99999", "words=0x00", "large=x"};

	(void)state;
	assert_int_equal(load("every_data"), EX_OK);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const char *words[] = {"name=a", "fixed=a",
		    "ints=", "shorts=1,2,3", "words=0x0000000000000000",
		    "large=1", NULL};

		assert_int_equal(pack(words), EX_OK);
		for (size_t j = 0; words[j]; j++)
			if (strncmp(words[j], wrong[i], 3) == 0)
				words[j] = wrong[i];
		assert_int_equal(pack(words), EX_USAGE);
	}
}

static void
a_right_that_is_not_found_ends_it(void **state)
{
	(void)state;
	assert_int_equal(load("every_right"), EX_OK);
	assert_int_equal(
	    PACK("right=cat", "made=null", "ports=null", "rights=", "region="),
	    EXIT_NOTHING);
	assert_int_equal(PACK("right=null", "made=null", "ports=1,2,3",
	                     "rights=", "region="),
	    EX_USAGE);
}

static void
a_file_has_to_describe_an_interface(void **state)
{
	char *source = memory_format(
	    "%s/tests/machport/every.defs", getenv("MACHPORT_SOURCE"));

	(void)state;
	assert_int_equal(load("every_other"), EXIT_NOTHING);
	interface_free(&interface);
	assert_int_equal(
	    interface_load(&interface, source, "every_data"), EX_DATAERR);
	assert_int_equal(
	    interface_load(&interface, "/no/such/file", "x"), EX_NOINPUT);
	free(source);
}

/* --- replies --------------------------------------------------------------- */

/* A reply of every_data: "hi", two ints. */
static size_t
make_reply(char *data)
{
	__Reply__every_data_t *reply = (void *)data;
	/* It follows text and list, of which 12 and 8 bytes are not there. */
	const size_t last = offsetof(__Reply__every_data_t, last) - 12 - 8;

	reply->Head.msgh_id = 5100;
	reply->NDR = NDR_record;
	reply->RetCode = KERN_SUCCESS;
	reply->sum = -7;
	reply->textCnt = 3;
	strcpy(reply->text, "hi");
	memcpy(data + offsetof(__Reply__every_data_t, listCnt) - 12,
	    (const int[]){2}, sizeof(int));
	memcpy(data + offsetof(__Reply__every_data_t, list) - 12,
	    ((const int[]){1, -1}), 8);
	memcpy(data + last, (const int16_t[]){-9}, sizeof(int16_t));
	reply->Head.msgh_size = sizeof(*reply) - 20;
	return reply->Head.msgh_size;
}

static void
a_reply_is_read_by_name(void **state)
{
	_Alignas(8) char data[sizeof(__Reply__every_data_t)] = {0};
	json_t *result;
	char *text;

	(void)state;
	assert_int_equal(load("every_data"), EX_OK);
	(void)make_reply(data);
	result = interface_unpack(&interface, (void *)data);
	assert_non_null(result);
	text = json_dumps(result, JSON_COMPACT);
	assert_string_equal(text,
	    "{\"return_code\":0,\"error\":null,\"arguments\":{\"sum\":-7,"
	    "\"text\":\"hi\",\"list\":[1,-1],\"last\":-9}}");
	free(text);
	json_decref(result);
}

static void
a_failure_is_its_code(void **state)
{
	const mig_reply_error_t reply = {
	    .Head = {.msgh_id = 5100, .msgh_size = sizeof(reply)},
	    .RetCode = KERN_NO_SPACE,
	};
	json_t *result;

	(void)state;
	assert_int_equal(load("every_data"), EX_OK);
	result = interface_unpack(&interface, &reply.Head);
	assert_int_equal(
	    interface_number(result, "return_code"), KERN_NO_SPACE);
	assert_string_equal(
	    interface_text(result, "error"), "(os/kern) no space");
	json_decref(result);
}

static void
a_reply_that_is_cut_short_is_none(void **state)
{
	_Alignas(8) char data[sizeof(__Reply__every_data_t)] = {0};
	size_t size;

	(void)state;
	assert_int_equal(load("every_data"), EX_OK);
	size = make_reply(data);
	for (size_t cut = sizeof(mach_msg_header_t); cut < size; cut += 4) {
		/* Of its own size, so that ASan sees what is read beyond. */
		mach_msg_header_t *copy = memory_new(cut, 1);

		memcpy(copy, data, cut);
		copy->msgh_size = (mach_msg_size_t)cut;
		assert_null(interface_unpack(&interface, copy));
		free(copy);
	}
}

static void
a_reply_with_a_count_that_is_too_large_is_none(void **state)
{
	_Alignas(8) char data[sizeof(__Reply__every_data_t)] = {0};

	(void)state;
	assert_int_equal(load("every_data"), EX_OK);
	(void)make_reply(data);
	((__Reply__every_data_t *)(void *)data)->textCnt = 17;
	assert_null(interface_unpack(&interface, (void *)data));
	((__Reply__every_data_t *)(void *)data)->textCnt = 0xfffffff0;
	assert_null(interface_unpack(&interface, (void *)data));
}

static void
a_reply_with_rights_says_what_they_are(void **state)
{
	static char memory[] = "text";
	__Reply__every_right_t reply = {
	    .Head =
	        {
	            .msgh_bits = MACH_MSGH_BITS_COMPLEX,
	            .msgh_id = 5101,
	            .msgh_size = sizeof(reply),
	        },
	    .msgh_body = {2},
	    .back =
	        {
	            .name = 0x303,
	            .disposition = MACH_MSG_TYPE_PORT_SEND,
	            .type = MACH_MSG_PORT_DESCRIPTOR,
	        },
	    .memory =
	        {
	            .address = memory,
	            .size = 4,
	            .type = MACH_MSG_OOL_DESCRIPTOR,
	        },
	    .memoryCnt = 4,
	};
	json_t *result;
	char *text;

	(void)state;
	assert_int_equal(load("every_right"), EX_OK);
	result = interface_unpack(&interface, &reply.Head);
	assert_non_null(result);
	text = json_dumps(json_object_get(result, "arguments"), JSON_COMPACT);
	assert_string_equal(text,
	    "{\"back\":{\"right\":\"send\",\"name\":771},"
	    "\"memory\":\"text\"}");
	free(text);
	json_decref(result);
	/* Regions where rights are to be. */
	reply.back.type = MACH_MSG_OOL_DESCRIPTOR;
	assert_null(interface_unpack(&interface, &reply.Head));
}

static void
a_reply_of_another_routine_is_none(void **state)
{
	const mach_msg_header_t other = {
	    .msgh_id = 5999, .msgh_size = sizeof(other)};

	(void)state;
	assert_int_equal(load("every_data"), EX_OK);
	assert_null(interface_unpack(&interface, &other));
}

/* Its id would be -1, as of no number. */
static void
a_routine_without_a_reply_has_none(void **state)
{
	const mach_msg_header_t other = {
	    .msgh_id = -1, .msgh_size = sizeof(other)};

	(void)state;
	assert_int_equal(load("every_nothing"), EX_OK);
	assert_null(interface_unpack(&interface, &other));
	assert_null(interface_peek(&interface, &other, sizeof(other), true));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(data_lies_where_a_stub_puts_it),
	    CASE(rights_and_regions_have_descriptors),
	    CASE(a_routine_without_arguments_is_a_header),
	    CASE(each_argument_is_said_once),
	    CASE(a_value_has_to_fit),
	    CASE(a_right_that_is_not_found_ends_it),
	    CASE(a_file_has_to_describe_an_interface),
	    CASE(a_reply_is_read_by_name),
	    CASE(a_failure_is_its_code),
	    CASE(a_reply_that_is_cut_short_is_none),
	    CASE(a_reply_with_a_count_that_is_too_large_is_none),
	    CASE(a_reply_with_rights_says_what_they_are),
	    CASE(a_reply_of_another_routine_is_none),
	    CASE(a_routine_without_a_reply_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
