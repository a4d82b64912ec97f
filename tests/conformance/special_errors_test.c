/*
 * Error codes: their numbers, their structure, their texts.
 * Source: spec/special-ports.md 9, 10
 */
#include "scenario.h"

#include <ctype.h>
#include <errno.h>
#include <mach/mach2.h>
#include <mach/mach_error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct code {
	const char *name; /* without its prefix */
	mach_error_t value;
	mach_error_t expected;
};

#define KERN(name, number)                                                     \
	{                                                                      \
#name, KERN_##name, number                                     \
	}
#define SEND(name, number)                                                     \
	{                                                                      \
#name, MACH_SEND_##name, 0x10000000 | (number)                 \
	}
#define RCV(name, number)                                                      \
	{                                                                      \
#name, MACH_RCV_##name, 0x10004000 | (number)                  \
	}
#define MIG(name, number)                                                      \
	{                                                                      \
#name, MIG_##name, number                                      \
	}
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct code kern_codes[] = {
    KERN(INVALID_ADDRESS, 1),
    KERN(PROTECTION_FAILURE, 2),
    KERN(NO_SPACE, 3),
    KERN(INVALID_ARGUMENT, 4),
    KERN(FAILURE, 5),
    KERN(RESOURCE_SHORTAGE, 6),
    KERN(NOT_RECEIVER, 7),
    KERN(NO_ACCESS, 8),
    KERN(MEMORY_FAILURE, 9),
    KERN(MEMORY_ERROR, 10),
    KERN(ALREADY_IN_SET, 11),
    KERN(NOT_IN_SET, 12),
    KERN(NAME_EXISTS, 13),
    KERN(ABORTED, 14),
    KERN(INVALID_NAME, 15),
    KERN(INVALID_TASK, 16),
    KERN(INVALID_RIGHT, 17),
    KERN(INVALID_VALUE, 18),
    KERN(UREFS_OVERFLOW, 19),
    KERN(INVALID_CAPABILITY, 20),
    KERN(RIGHT_EXISTS, 21),
    KERN(INVALID_HOST, 22),
    KERN(MEMORY_PRESENT, 23),
    KERN(MEMORY_DATA_MOVED, 24),
    KERN(MEMORY_RESTART_COPY, 25),
    KERN(INVALID_PROCESSOR_SET, 26),
    KERN(POLICY_LIMIT, 27),
    KERN(INVALID_POLICY, 28),
    KERN(INVALID_OBJECT, 29),
    KERN(ALREADY_WAITING, 30),
    KERN(DEFAULT_SET, 31),
    KERN(EXCEPTION_PROTECTED, 32),
    KERN(INVALID_LEDGER, 33),
    KERN(INVALID_MEMORY_CONTROL, 34),
    KERN(INVALID_SECURITY, 35),
    KERN(NOT_DEPRESSED, 36),
    KERN(TERMINATED, 37),
    KERN(LOCK_SET_DESTROYED, 38),
    KERN(LOCK_UNSTABLE, 39),
    KERN(LOCK_OWNED, 40),
    KERN(LOCK_OWNED_SELF, 41),
    KERN(SEMAPHORE_DESTROYED, 42),
    KERN(RPC_SERVER_TERMINATED, 43),
    KERN(RPC_TERMINATE_ORPHAN, 44),
    KERN(RPC_CONTINUE_ORPHAN, 45),
    KERN(NOT_SUPPORTED, 46),
    KERN(NODE_DOWN, 47),
    KERN(NOT_WAITING, 48),
    KERN(OPERATION_TIMED_OUT, 49),
    KERN(CODESIGN_ERROR, 50),
    KERN(POLICY_STATIC, 51),
    KERN(INSUFFICIENT_BUFFER_SIZE, 52),
    KERN(DENIED, 53),
    KERN(MISSING_KC, 54),
    KERN(INVALID_KC, 55),
    KERN(NOT_FOUND, 56),
};

/* INVALID_DEST apart, which has a text of its own. */
static const struct code send_codes[] = {
    SEND(IN_PROGRESS, 1),
    SEND(INVALID_DATA, 2),
    SEND(TIMED_OUT, 4),
    SEND(INVALID_VOUCHER, 5),
    SEND(NOTIFY_IN_PROGRESS, 6),
    SEND(INTERRUPTED, 7),
    SEND(MSG_TOO_SMALL, 8),
    SEND(INVALID_REPLY, 9),
    SEND(INVALID_RIGHT, 10),
    SEND(INVALID_NOTIFY, 11),
    SEND(INVALID_MEMORY, 12),
    SEND(NO_BUFFER, 13),
    SEND(TOO_LARGE, 14),
    SEND(INVALID_TYPE, 15),
    SEND(INVALID_HEADER, 16),
    SEND(INVALID_TRAILER, 17),
    SEND(INVALID_CONTEXT, 18),
    SEND(INVALID_OPTIONS, 19),
    SEND(INVALID_RT_OOL_SIZE, 21),
    SEND(NO_GRANT_DEST, 22),
    SEND(MSG_FILTERED, 23),
    SEND(AUX_TOO_SMALL, 24),
    SEND(AUX_TOO_LARGE, 25),
};

static const struct code rcv_codes[] = {
    RCV(IN_PROGRESS, 1),
    RCV(INVALID_NAME, 2),
    RCV(TIMED_OUT, 3),
    RCV(TOO_LARGE, 4),
    RCV(INTERRUPTED, 5),
    RCV(PORT_CHANGED, 6),
    RCV(INVALID_NOTIFY, 7),
    RCV(INVALID_DATA, 8),
    RCV(PORT_DIED, 9),
    RCV(IN_SET, 10),
    RCV(HEADER_ERROR, 11),
    RCV(BODY_ERROR, 12),
    RCV(INVALID_TYPE, 13),
    RCV(SCATTER_SMALL, 14),
    RCV(INVALID_TRAILER, 15),
    RCV(IN_PROGRESS_TIMED, 17),
    RCV(INVALID_REPLY, 18),
    RCV(INVALID_ARGUMENTS, 19),
};

static const struct code mig_codes[] = {
    MIG(TYPE_ERROR, -300),
    MIG(REPLY_MISMATCH, -301),
    MIG(REMOTE_ERROR, -302),
    MIG(BAD_ID, -303),
    MIG(BAD_ARGUMENTS, -304),
    MIG(NO_REPLY, -305),
    MIG(EXCEPTION, -306),
    MIG(ARRAY_TOO_LARGE, -307),
    MIG(SERVER_DIED, -308),
    MIG(TRAILER_ERROR, -309),
};

static void
expect_text(mach_error_t error, const char *text)
{
	const char *found = mach_error_string(error);

	if (strcmp(found, text) != 0)
		(void)fprintf(stderr, "0x%x: \"%s\", not \"%s\"\n",
		    (unsigned)error, found, text);
	CHECK(strcmp(found, text) == 0);
}

static void
expect_type(mach_error_t error, const char *type)
{
	CHECK(strcmp(mach_error_type(error), type) == 0);
}

/* The rule: the type, and the name in words. */
static void
expect_words(mach_error_t error, const char *type, const char *name)
{
	char text[128];
	size_t length =
	    (size_t)snprintf(text, sizeof(text), "%s %s", type, name);

	CHECK(length < sizeof(text));
	for (char *at = text + strlen(type); *at; at++)
		*at = (char)(*at == '_' ? ' ' : tolower((unsigned char)*at));
	expect_text(error, text);
	expect_type(error, type);
}

static void
expect_codes(const struct code *codes, size_t count, const char *type)
{
	for (size_t i = 0; i < count; i++) {
		CHECK_EQUAL(codes[i].value, codes[i].expected);
		expect_words(codes[i].value, type, codes[i].name);
	}
}

static void
kernel_codes_have_their_numbers_and_texts(void)
{
	CHECK_EQUAL(KERN_SUCCESS, 0);
	CHECK_EQUAL(KERN_RETURN_MAX, 0x100);
	expect_text(KERN_SUCCESS, "(os/kern) successful");
	CHECK_EQUAL(COUNT(kern_codes), 56);
	expect_codes(kern_codes, COUNT(kern_codes), "(os/kern)");
}

static void
message_codes_have_their_numbers_and_texts(void)
{
	CHECK_EQUAL(MACH_MSG_SUCCESS, 0);
	CHECK_EQUAL(MACH_SEND_INVALID_DEST, 0x10000003);
	expect_text(
	    MACH_SEND_INVALID_DEST, "(ipc/send) invalid destination port");
	expect_codes(send_codes, COUNT(send_codes), "(ipc/send)");
	expect_codes(rcv_codes, COUNT(rcv_codes), "(ipc/rcv)");
}

static void
the_structure_is_six_twelve_fourteen(void)
{
	CHECK_EQUAL((uint32_t)err_system(0x3f), 0xfc000000);
	CHECK_EQUAL(err_system(0x40), 0);
	CHECK(err_system(0x3e) < 0);
	CHECK_EQUAL(err_sub(1), 0x4000);
	CHECK_EQUAL(err_sub(0xfff), 0x03ffc000);
	CHECK_EQUAL(err_sub(0x1000), 0);
	CHECK_EQUAL(err_get_system(0xfc000000), 0x3f);
	CHECK_EQUAL(err_get_sub(0x03ffc000), 0xfff);
	CHECK_EQUAL(err_get_code(0xffffffff), 0x3fff);
	CHECK_EQUAL(err_get_system(MACH_RCV_TOO_LARGE), 4);
	CHECK_EQUAL(err_get_sub(MACH_RCV_TOO_LARGE), 1);
	CHECK_EQUAL(err_get_code(MACH_RCV_TOO_LARGE), 4);
	CHECK_EQUAL((uint32_t)system_emask, 0xfc000000);
	CHECK_EQUAL(sub_emask, 0x03ffc000);
	CHECK_EQUAL(code_emask, 0x3fff);
	CHECK_EQUAL(err_none, 0);
	CHECK_EQUAL(ERR_SUCCESS, 0);
	CHECK_EQUAL(unix_err(ENOENT), err_kern | err_sub(3) | ENOENT);

	CHECK_EQUAL(err_kern, err_system(0));
	CHECK_EQUAL(err_us, err_system(0x1));
	CHECK_EQUAL(err_server, err_system(0x2));
	CHECK_EQUAL(err_ipc, err_system(0x3));
	CHECK_EQUAL(err_mach_ipc, err_system(0x4));
	CHECK_EQUAL(err_mach_ipc, 0x10000000);
	CHECK_EQUAL(err_mach_ipc | err_sub(1), 0x10004000);
	CHECK_EQUAL(err_dipc, err_system(0x7));
	CHECK_EQUAL(err_vm, err_system(0x8));
	CHECK_EQUAL(err_local, err_system(0x3e));
	CHECK_EQUAL(err_ipc_compat, err_system(0x3f));
	CHECK_EQUAL(err_max_system, 0x3f);
}

static void
old_numbers_are_decoded(void)
{
	expect_text(SEND_TIMED_OUT, "(ipc/send) timed out");
	CHECK_EQUAL(SEND_TIMED_OUT, -103);
	expect_text(RCV_TIMED_OUT, "(ipc/rcv) timed out");
	CHECK_EQUAL(RCV_TIMED_OUT, -203);
	/* What they are decoded to says the same. */
	expect_text(err_ipc | err_sub(0) | 3, "(ipc/send) timed out");
	expect_text(err_ipc | err_sub(1) | 3, "(ipc/rcv) timed out");
	expect_codes(mig_codes, COUNT(mig_codes), "(ipc/mig)");
	for (int code = 0; code < 10; code++)
		expect_words(err_mach_ipc | err_sub(2) | code, "(ipc/mig)",
		    mig_codes[code].name);
	/* The ends of the ranges. */
	expect_type(-100, "(ipc/send)");
	expect_type(-199, "(ipc/send)");
	expect_type(-200, "(ipc/rcv)");
	expect_type(-299, "(ipc/rcv)");
	expect_type(-300, "(ipc/mig)");
	expect_type(-399, "(ipc/mig)");
	expect_type(-99, "(?/?)");
	expect_type(-400, "(?/?)");
}

static void
the_servers_have_ranges(void)
{
	static const struct {
		mach_error_t first;
		const char *type;
	} ranges[] = {
	    {1000, "(server/netname)"},
	    {1600, "(server/env_mgr)"},
	    {27600, "(server/execd)"},
	};

	for (size_t i = 0; i < COUNT(ranges); i++) {
		expect_type(ranges[i].first, ranges[i].type);
		expect_type(ranges[i].first + 99, ranges[i].type);
		CHECK(strcmp(mach_error_type(ranges[i].first - 1),
		          ranges[i].type) != 0);
		CHECK(strcmp(mach_error_type(ranges[i].first + 100),
		          ranges[i].type) != 0);
		CHECK(strncmp(mach_error_string(ranges[i].first),
		          ranges[i].type, strlen(ranges[i].type)) == 0);
	}
	expect_type(err_server | err_sub(0) | 7, "(server/netname)");
	expect_type(err_server | err_sub(1), "(server/env_mgr)");
	expect_type(err_server | err_sub(2), "(server/execd)");
}

static void
an_errno_has_a_text(void)
{
	expect_type(unix_err(ENOENT), "(os/unix)");
	CHECK(strncmp(mach_error_string(unix_err(ENOENT)), "(os/unix) ", 10) ==
	    0);
	CHECK(strcmp(mach_error_string(unix_err(ENOENT)),
	          mach_error_string(unix_err(EPERM))) != 0);
}

static void
special_bits_do_not_hide_a_code(void)
{
	const mach_error_t bits[] = {MACH_MSG_IPC_SPACE, MACH_MSG_VM_SPACE,
	    MACH_MSG_IPC_KERNEL, MACH_MSG_VM_KERNEL,
	    MACH_MSG_IPC_SPACE | MACH_MSG_VM_KERNEL};

	for (size_t i = 0; i < COUNT(bits); i++) {
		expect_text(
		    MACH_RCV_BODY_ERROR | bits[i], "(ipc/rcv) body error");
		expect_text(
		    MACH_SEND_TIMED_OUT | bits[i], "(ipc/send) timed out");
	}
}

/* The text ends so, whatever system it names. */
static void
expect_unknown(mach_error_t error, const char *what)
{
	const char *text = mach_error_string(error);
	size_t length = strlen(text);

	CHECK(length >= strlen(what));
	CHECK(strcmp(text + length - strlen(what), what) == 0);
}

static void
what_is_unknown_is_said_to_be(void)
{
	expect_unknown(57, "unknown error code");
	expect_unknown(0x3fff, "unknown error code");
	expect_unknown(0x10000000 | 63, "unknown error code");
	expect_unknown(-399, "unknown error code");
	expect_unknown(unix_err(0x1fff), "unknown error code");
	expect_text(err_system(0x20) | 1, "(?/?) unknown error system");
	expect_text(err_local | 1, "(?/?) unknown error system");
	expect_text(err_mach_ipc | err_sub(9), "(?/?) unknown error system");
	expect_type(err_system(0x20), "(?/?)");
	expect_unknown(1100, "unknown error code"); /* bootstrap's own */
	for (unsigned system = 0; system <= err_max_system; system++) {
		CHECK(mach_error_string(err_system(system)) != NULL);
		CHECK(mach_error_type(err_system(system)) != NULL);
	}
}

/* What mach_error() prints. Free it. */
static char *
printed(const char *what, mach_error_t error)
{
	FILE *kept = stderr;
	char *text = NULL;
	size_t bytes;
	FILE *stream = open_memstream(&text, &bytes);

	CHECK(stream != NULL);
	stderr = stream;
	mach_error(what, error);
	stderr = kept;
	CHECK(fclose(stream) == 0);
	return text;
}

static void
an_error_is_one_line_on_stderr(void)
{
	char *text;

	text = printed("opening:", KERN_INVALID_RIGHT);
	CHECK(strcmp(text, "opening: (os/kern) invalid right\n") == 0);
	free(text);
	text = printed("x", KERN_SUCCESS);
	CHECK(strcmp(text, "x (os/kern) successful\n") == 0);
	free(text);
	/* Unknown: the type and the number, too. */
	text = printed("x", 0x10000033);
	CHECK(strncmp(text, "x (ipc/send) ", 13) == 0);
	CHECK(strstr(text, "10000033") != NULL);
	CHECK(text[strlen(text) - 1] == '\n');
	CHECK(strchr(text, '\n') == text + strlen(text) - 1);
	free(text);
}

static const struct scenario scenarios[] = {
    SCENARIO("special.9 special.9.r1 special.9.r2 special.9.r3 special.9.r4 "
             "special.9.r5 special.9.r6 special.9.r7 special.9.r8 special.9.r9 "
             "special.9.r10 special.9.r11 special.9.r12 special.9.r13 "
             "special.9.r14 special.9.r15 special.9.r16 special.9.r17 "
             "special.9.r18 special.9.r19 special.10",
        kernel_codes_have_their_numbers_and_texts),
    SCENARIO("special.10", message_codes_have_their_numbers_and_texts),
    SCENARIO("special.10.r1 special.10.r2 special.10.r3 special.10.r4 "
             "special.10.r5 special.10.r6",
        the_structure_is_six_twelve_fourteen),
    SCENARIO("special.10.r7 special.10.r8 special.10.r9 special.5.2.r1 "
             "special.5.2.r2 special.5.2.r3 special.5.2.r4 special.5.2.r5",
        old_numbers_are_decoded),
    SCENARIO("special.10.r10 special.10.r11 special.10.r12",
        the_servers_have_ranges),
    SCENARIO("special.10 special.10.r6", an_errno_has_a_text),
    SCENARIO("special.10", special_bits_do_not_hide_a_code),
    SCENARIO("special.10", what_is_unknown_is_said_to_be),
    SCENARIO("special.10", an_error_is_one_line_on_stderr),
};
CONFORMANCE(scenarios)
