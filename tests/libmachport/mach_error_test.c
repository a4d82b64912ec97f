/*
 * mach_error: each code of the specification has a text, and whatever else is
 * asked has one, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <mach/mach2.h>
#include <mach/mach_error.h>
#include <mach/message.h>
#include <mach/mig_errors.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TEST(name) static void name(void **state __attribute__((unused)))

struct code {
	mach_error_t error;
	const char *name; /* the constant's, without its prefix */
};

/* clang-format off */
#define KERN(name) { KERN_##name, #name }
#define SEND(name) { MACH_SEND_##name, #name }
#define RCV(name) { MACH_RCV_##name, #name }
#define MIG(name) { MIG_##name, #name }
#define OLD_SEND(name) { SEND_##name, #name }
#define OLD_RCV(name) { RCV_##name, #name }
/* clang-format on */

/* "(os/kern)" and "INVALID_RIGHT" make "(os/kern) invalid right". */
static void
check_string(mach_error_t error, const char *type, const char *name)
{
	char expected[128];
	int type_length;

	type_length = snprintf(expected, sizeof(expected), "%s ", type);
	(void)snprintf(expected + type_length,
	    sizeof(expected) - (size_t)type_length, "%s", name);
	for (char *c = expected + type_length; *c; c++) {
		if (*c == '_')
			*c = ' ';
		else if (*c >= 'A' && *c <= 'Z')
			*c += 'a' - 'A';
	}

	assert_string_equal(mach_error_string(error), expected);
	assert_string_equal(mach_error_type(error), type);
}

static void
check_codes(const struct code *codes, size_t codes_count, const char *type)
{
	for (size_t i = 0; i < codes_count; i++)
		check_string(codes[i].error, type, codes[i].name);
}

#define check_table(table, type)                                               \
	check_codes(table, sizeof(table) / sizeof((table)[0]), type)

/* What mach_error() prints. */
static void
check_printed(const char *str, mach_error_t error, const char *expected)
{
	char printed[256] = {0};
	int saved = dup(STDERR_FILENO);
	FILE *file = tmpfile();

	assert_true(saved >= 0);
	assert_non_null(file);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
	mach_error(str, error);
	(void)fflush(stderr);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);

	rewind(file);
	assert_true(fread(printed, 1, sizeof(printed) - 1, file) > 0);
	assert_string_equal(printed, expected);
	(void)fclose(file);
	(void)close(saved);
}

TEST(success_is_successful)
{
	assert_string_equal(
	    mach_error_string(KERN_SUCCESS), "(os/kern) successful");
	assert_string_equal(mach_error_type(KERN_SUCCESS), "(os/kern)");
}

TEST(each_kernel_code_has_its_phrase)
{
	static const struct code codes[] = {
	    KERN(INVALID_ADDRESS),
	    KERN(PROTECTION_FAILURE),
	    KERN(NO_SPACE),
	    KERN(INVALID_ARGUMENT),
	    KERN(FAILURE),
	    KERN(RESOURCE_SHORTAGE),
	    KERN(NOT_RECEIVER),
	    KERN(NO_ACCESS),
	    KERN(MEMORY_FAILURE),
	    KERN(MEMORY_ERROR),
	    KERN(ALREADY_IN_SET),
	    KERN(NOT_IN_SET),
	    KERN(NAME_EXISTS),
	    KERN(ABORTED),
	    KERN(INVALID_NAME),
	    KERN(INVALID_TASK),
	    KERN(INVALID_RIGHT),
	    KERN(INVALID_VALUE),
	    KERN(UREFS_OVERFLOW),
	    KERN(INVALID_CAPABILITY),
	    KERN(RIGHT_EXISTS),
	    KERN(INVALID_HOST),
	    KERN(MEMORY_PRESENT),
	    KERN(MEMORY_DATA_MOVED),
	    KERN(MEMORY_RESTART_COPY),
	    KERN(INVALID_PROCESSOR_SET),
	    KERN(POLICY_LIMIT),
	    KERN(INVALID_POLICY),
	    KERN(INVALID_OBJECT),
	    KERN(ALREADY_WAITING),
	    KERN(DEFAULT_SET),
	    KERN(EXCEPTION_PROTECTED),
	    KERN(INVALID_LEDGER),
	    KERN(INVALID_MEMORY_CONTROL),
	    KERN(INVALID_SECURITY),
	    KERN(NOT_DEPRESSED),
	    KERN(TERMINATED),
	    KERN(LOCK_SET_DESTROYED),
	    KERN(LOCK_UNSTABLE),
	    KERN(LOCK_OWNED),
	    KERN(LOCK_OWNED_SELF),
	    KERN(SEMAPHORE_DESTROYED),
	    KERN(RPC_SERVER_TERMINATED),
	    KERN(RPC_TERMINATE_ORPHAN),
	    KERN(RPC_CONTINUE_ORPHAN),
	    KERN(NOT_SUPPORTED),
	    KERN(NODE_DOWN),
	    KERN(NOT_WAITING),
	    KERN(OPERATION_TIMED_OUT),
	    KERN(CODESIGN_ERROR),
	    KERN(POLICY_STATIC),
	    KERN(INSUFFICIENT_BUFFER_SIZE),
	    KERN(DENIED),
	    KERN(MISSING_KC),
	    KERN(INVALID_KC),
	    KERN(NOT_FOUND),
	};

	check_table(codes, "(os/kern)");
}

TEST(each_send_code_has_its_phrase)
{
	static const struct code codes[] = {
	    SEND(IN_PROGRESS),
	    SEND(INVALID_DATA),
	    SEND(TIMED_OUT),
	    SEND(INVALID_VOUCHER),
	    SEND(NOTIFY_IN_PROGRESS),
	    SEND(INTERRUPTED),
	    SEND(MSG_TOO_SMALL),
	    SEND(INVALID_REPLY),
	    SEND(INVALID_RIGHT),
	    SEND(INVALID_NOTIFY),
	    SEND(INVALID_MEMORY),
	    SEND(NO_BUFFER),
	    SEND(TOO_LARGE),
	    SEND(INVALID_TYPE),
	    SEND(INVALID_HEADER),
	    SEND(INVALID_TRAILER),
	    SEND(INVALID_CONTEXT),
	    SEND(INVALID_OPTIONS),
	    SEND(INVALID_RT_OOL_SIZE),
	    SEND(NO_GRANT_DEST),
	    SEND(MSG_FILTERED),
	    SEND(AUX_TOO_SMALL),
	    SEND(AUX_TOO_LARGE),
	};

	check_table(codes, "(ipc/send)");
}

TEST(an_invalid_destination_is_spelled_out)
{
	assert_string_equal(mach_error_string(MACH_SEND_INVALID_DEST),
	    "(ipc/send) invalid destination port");
}

TEST(each_receive_code_has_its_phrase)
{
	static const struct code codes[] = {
	    RCV(IN_PROGRESS),
	    RCV(INVALID_NAME),
	    RCV(TIMED_OUT),
	    RCV(TOO_LARGE),
	    RCV(INTERRUPTED),
	    RCV(PORT_CHANGED),
	    RCV(INVALID_NOTIFY),
	    RCV(INVALID_DATA),
	    RCV(PORT_DIED),
	    RCV(IN_SET),
	    RCV(HEADER_ERROR),
	    RCV(BODY_ERROR),
	    RCV(INVALID_TYPE),
	    RCV(SCATTER_SMALL),
	    RCV(INVALID_TRAILER),
	    RCV(IN_PROGRESS_TIMED),
	    RCV(INVALID_REPLY),
	    RCV(INVALID_ARGUMENTS),
	};

	check_table(codes, "(ipc/rcv)");
}

TEST(each_mig_code_has_its_phrase)
{
	static const struct code codes[] = {
	    MIG(TYPE_ERROR),
	    MIG(REPLY_MISMATCH),
	    MIG(REMOTE_ERROR),
	    MIG(BAD_ID),
	    MIG(BAD_ARGUMENTS),
	    MIG(NO_REPLY),
	    MIG(EXCEPTION),
	    MIG(ARRAY_TOO_LARGE),
	    MIG(SERVER_DIED),
	    MIG(TRAILER_ERROR),
	};

	check_table(codes, "(ipc/mig)");
}

TEST(a_mig_code_is_known_in_the_new_and_the_old_ipc_system)
{
	check_string(err_mach_ipc | err_sub(2) | 3, "(ipc/mig)", "BAD_ID");
	check_string(err_ipc | err_sub(2) | 3, "(ipc/mig)", "BAD_ID");
}

TEST(each_send_code_of_Mach_2_5_has_its_phrase)
{
	static const struct code codes[] = {
	    OLD_SEND(INVALID_MEMORY),
	    OLD_SEND(INVALID_PORT),
	    OLD_SEND(TIMED_OUT),
	    OLD_SEND(WILL_NOTIFY),
	    OLD_SEND(NOTIFY_IN_PROGRESS),
	    OLD_SEND(KERNEL_REFUSED),
	    OLD_SEND(INTERRUPTED),
	    OLD_SEND(MSG_TOO_LARGE),
	    OLD_SEND(MSG_TOO_SMALL),
	    OLD_SEND(MSG_SIZE_CHANGE),
	};

	check_table(codes, "(ipc/send)");
	check_string(err_ipc | err_sub(0) | 3, "(ipc/send)", "TIMED_OUT");
}

TEST(each_receive_code_of_Mach_2_5_has_its_phrase)
{
	static const struct code codes[] = {
	    OLD_RCV(INVALID_MEMORY),
	    OLD_RCV(INVALID_PORT),
	    OLD_RCV(TIMED_OUT),
	    OLD_RCV(TOO_LARGE),
	    OLD_RCV(NOT_ENOUGH_MEMORY),
	    OLD_RCV(ONLY_SENDER),
	    OLD_RCV(INTERRUPTED),
	    OLD_RCV(PORT_CHANGE),
	};

	check_table(codes, "(ipc/rcv)");
	check_string(err_ipc | err_sub(1) | 3, "(ipc/rcv)", "TIMED_OUT");
}

TEST(what_was_short_does_not_hide_the_code)
{
	check_string(MACH_SEND_TIMED_OUT | MACH_MSG_IPC_SPACE, "(ipc/send)",
	    "TIMED_OUT");
	check_string(
	    MACH_RCV_BODY_ERROR | MACH_MSG_MASK, "(ipc/rcv)", "BODY_ERROR");
	check_string(MACH_RCV_HEADER_ERROR | MACH_MSG_IPC_KERNEL, "(ipc/rcv)",
	    "HEADER_ERROR");
}

TEST(special_bits_are_stripped_from_send_and_receive_errors_only)
{
	assert_string_equal(mach_error_string(KERN_FAILURE | MACH_MSG_VM_SPACE),
	    "(os/kern) unknown error code");
	assert_string_equal(mach_error_string(err_mach_ipc | err_sub(2) | 3 |
	                        MACH_MSG_VM_SPACE),
	    "(ipc/mig) unknown error code");
}

TEST(each_errno_has_its_phrase)
{
	static const char prefix[] = "(os/unix) ";

	for (int error = 1; error < 256; error++) {
		const char *text = mach_error_string(unix_err(error));

		assert_string_equal(
		    mach_error_type(unix_err(error)), "(os/unix)");
		assert_memory_equal(text, prefix, sizeof(prefix) - 1);
		if (strerrorname_np(error))
			assert_null(strstr(text, "unknown error code"));
		else
			assert_non_null(strstr(text, "unknown error code"));
	}
	assert_string_equal(mach_error_string(unix_err(ENOENT)),
	    "(os/unix) no such file or directory");
}

TEST(codes_of_servers_are_named_but_unknown)
{
	static const struct {
		mach_error_t first;
		mach_error_t last;
		const char *type;
		const char *text;
	} servers[] = {
	    {1000, 1099, "(server/netname)",
	        "(server/netname) unknown error code"},
	    {1600, 1699, "(server/env_mgr)",
	        "(server/env_mgr) unknown error code"},
	    {27600, 27699, "(server/execd)",
	        "(server/execd) unknown error code"},
	};

	for (size_t i = 0; i < sizeof(servers) / sizeof(servers[0]); i++) {
		assert_string_equal(
		    mach_error_type(servers[i].first), servers[i].type);
		assert_string_equal(
		    mach_error_type(servers[i].last), servers[i].type);
		assert_string_equal(
		    mach_error_string(servers[i].last), servers[i].text);
	}
}

TEST(old_blocks_end_where_they_end)
{
	static const struct {
		mach_error_t error;
		const char *type;
	} edges[] = {
	    {-99, "(?/?)"},
	    {-100, "(ipc/send)"},
	    {-199, "(ipc/send)"},
	    {-200, "(ipc/rcv)"},
	    {-299, "(ipc/rcv)"},
	    {-300, "(ipc/mig)"},
	    {-399, "(ipc/mig)"},
	    {-400, "(?/?)"},
	    {999, "(os/kern)"},
	    {1100, "(os/kern)"},
	    {1599, "(os/kern)"},
	    {1700, "(os/kern)"},
	    {27599, "(?/?)"},
	    {27700, "(?/?)"},
	};

	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++)
		assert_string_equal(
		    mach_error_type(edges[i].error), edges[i].type);
}

TEST(an_unknown_code_of_a_known_system_says_so)
{
	assert_string_equal(mach_error_string(KERN_NOT_FOUND + 1),
	    "(os/kern) unknown error code");
	assert_string_equal(
	    mach_error_string(0x10000014), "(ipc/send) unknown error code");
	assert_string_equal(
	    mach_error_string(0x10004010), "(ipc/rcv) unknown error code");
	assert_string_equal(
	    mach_error_string(-310), "(ipc/mig) unknown error code");
	assert_string_equal(
	    mach_error_string(-104), "(ipc/send) unknown error code");
}

TEST(bootstrap_codes_are_not_known_here)
{
	for (mach_error_t error = 1100; error <= 1106; error++)
		assert_string_equal(
		    mach_error_string(error), "(os/kern) unknown error code");
}

TEST(an_unknown_system_says_so)
{
	static const mach_error_t errors[] = {err_us, err_dipc, err_vm,
	    err_local, err_ipc_compat, err_kern | err_sub(1), -1, INT32_MIN,
	    INT32_MAX};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		assert_string_equal(
		    mach_error_string(errors[i]), "(?/?) unknown error system");
		assert_string_equal(mach_error_type(errors[i]), "(?/?)");
	}
}

TEST(every_number_has_a_string_that_begins_with_its_type)
{
	/* A prime step meets all systems, and codes of every kind. */
	for (int64_t error = INT32_MIN; error <= INT32_MAX; error += 65521) {
		const char *type = mach_error_type((mach_error_t)error);
		const char *text = mach_error_string((mach_error_t)error);

		assert_memory_equal(text, type, strlen(type));
		assert_int_equal(text[strlen(type)], ' ');
	}
}

TEST(a_known_error_is_printed_as_one_line)
{
	check_printed(
	    "look up", KERN_INVALID_NAME, "look up (os/kern) invalid name\n");
	check_printed("", KERN_SUCCESS, " (os/kern) successful\n");
	check_printed("100% of it", MACH_RCV_TIMED_OUT,
	    "100% of it (ipc/rcv) timed out\n");
}

TEST(an_unknown_error_is_printed_with_its_type_and_value)
{
	check_printed("look up", 1102,
	    "look up (os/kern) unknown error code (0x0000044e)\n");
	check_printed(
	    "look up", -1, "look up (?/?) unknown error system (0xffffffff)\n");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(success_is_successful),
	    cmocka_unit_test(each_kernel_code_has_its_phrase),
	    cmocka_unit_test(each_send_code_has_its_phrase),
	    cmocka_unit_test(an_invalid_destination_is_spelled_out),
	    cmocka_unit_test(each_receive_code_has_its_phrase),
	    cmocka_unit_test(each_mig_code_has_its_phrase),
	    cmocka_unit_test(
	        a_mig_code_is_known_in_the_new_and_the_old_ipc_system),
	    cmocka_unit_test(each_send_code_of_Mach_2_5_has_its_phrase),
	    cmocka_unit_test(each_receive_code_of_Mach_2_5_has_its_phrase),
	    cmocka_unit_test(what_was_short_does_not_hide_the_code),
	    cmocka_unit_test(
	        special_bits_are_stripped_from_send_and_receive_errors_only),
	    cmocka_unit_test(each_errno_has_its_phrase),
	    cmocka_unit_test(codes_of_servers_are_named_but_unknown),
	    cmocka_unit_test(old_blocks_end_where_they_end),
	    cmocka_unit_test(an_unknown_code_of_a_known_system_says_so),
	    cmocka_unit_test(bootstrap_codes_are_not_known_here),
	    cmocka_unit_test(an_unknown_system_says_so),
	    cmocka_unit_test(
	        every_number_has_a_string_that_begins_with_its_type),
	    cmocka_unit_test(a_known_error_is_printed_as_one_line),
	    cmocka_unit_test(
	        an_unknown_error_is_printed_with_its_type_and_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
