/* The comments that say who owns what: spec/mig.md 13, S16. */
#include "mig_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TEST(name) static void name(void **state __attribute__((unused)))

/* routine lend(p : mach_port_t; in what : name_t; out mem : pointer_t, dealloc;
 * inout n : int): the example of spec/mig.md 7.4. */

static const struct mig_type port_type = {
    .kind = MIG_RIGHT,
    .shape = MIG_PORT,
    .max = 1,
    .element_bytes = 4,
    .bytes = 4,
    .sent_as = 19,
    .received_as = 17,
    .user_ctype = "mach_port_t",
    .server_ctype = "mach_port_t",
    .translated_ctype = "mach_port_t",
};

static const struct mig_type name_type = {
    .kind = MIG_STRING,
    .shape = MIG_INLINE,
    .by_reference = true,
    .max = 10,
    .element_bytes = 1,
    .bytes = 10,
    .user_ctype = "name_t",
    .server_ctype = "name_t",
    .translated_ctype = "name_t",
};

static const struct mig_type pointer_type = {
    .kind = MIG_DATA,
    .shape = MIG_REGION,
    .variable = true,
    .element_bytes = 1,
    .user_ctype = "vm_offset_t",
    .server_ctype = "vm_offset_t",
    .translated_ctype = "vm_offset_t",
};

static const struct mig_type int_type = {
    .kind = MIG_DATA,
    .shape = MIG_INLINE,
    .max = 1,
    .element_bytes = 4,
    .bytes = 4,
    .user_ctype = "int",
    .server_ctype = "int",
    .translated_ctype = "int",
};

static struct mig_argument arguments[] = {
    {.name = "p", .role = MIG_REQUEST_PORT, .type = &port_type},
    {.name = "what", .role = MIG_IN, .type = &name_type},
    {
        .name = "mem",
        .role = MIG_OUT,
        .type = &pointer_type,
        .dealloc = MIG_DEALLOC_YES,
        .count_name = "memCnt",
    },
    {.name = "n", .role = MIG_INOUT, .type = &int_type},
};

static struct mig_routine lend = {
    .name = "lend",
    .user_name = "lend",
    .server_name = "do_lend",
    .id = 5004,
    .reply_id = 5104,
    .arguments = arguments,
    .arguments_length = sizeof(arguments) / sizeof(arguments[0]),
    .request_port = &arguments[0],
};

static int
setup(void **state __attribute__((unused)))
{
	for (size_t i = 0; i < lend.arguments_length; i++)
		arguments[i].on_user = arguments[i].on_server = true;
	return 0;
}

static void
assert_text(struct mig_text *text, const char *expected)
{
	assert_string_equal(text->bytes, expected);
	mig_text_deinit(text);
}

TEST(a_prototype_has_one_parameter_a_line)
{
	static const struct mig_options options;
	struct mig_text text = {0};

	mig_write_prototype(&text, &lend, &options, MIG_USER);
	assert_text(&text,
	    "kern_return_t lend\n"
	    "(\n"
	    "\tmach_port_t p,\n"
	    "\tname_t what,\n"
	    "\tvm_offset_t *mem,\n"
	    "\tmach_msg_type_number_t *memCnt,\n"
	    "\tint *n\n"
	    ")");
}

TEST(the_user_is_told_what_is_whose)
{
	struct mig_text text = {0};

	mig_write_owner(&text, &lend, MIG_USER);
	assert_text(&text,
	    "/*\n"
	    " * lend() - request 5004, reply 5104\n"
	    " * @p:\t\trequest port; your send right is copied: you keep it\n"
	    " * @what:\t[in]  a string, at most 10 bytes with its NUL\n"
	    " * @mem:\t[out] *memCnt bytes; the memory is yours on success:\n"
	    " *\t\tvm_deallocate() of *memCnt bytes\n"
	    " * @n:\t\t[in/out] by value\n"
	    " *\n"
	    " * After an error there is nothing to give back of what would "
	    "have "
	    "come [out].\n"
	    " */\n");
}

TEST(the_server_is_told_what_is_whose)
{
	struct mig_text text = {0};

	mig_write_owner(&text, &lend, MIG_SERVER);
	assert_text(&text,
	    "/*\n"
	    " * do_lend() - serve lend: request 5004, reply 5104\n"
	    " * @p:\t\trequest port; the name of a receive right of yours: "
	    "borrowed\n"
	    " * @what:\t[in]  a string, at most 10 bytes with its NUL; "
	    "borrowed\n"
	    " * @mem:\t[out] *memCnt bytes; the memory moves\n"
	    " * @n:\t\t[in/out] by value\n"
	    " *\n"
	    " * Only KERN_SUCCESS sends what goes [out]: before any other "
	    "result release\n"
	    " * what you made for it.\n"
	    " */\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_prototype_has_one_parameter_a_line),
	    cmocka_unit_test(the_user_is_told_what_is_whose),
	    cmocka_unit_test(the_server_is_told_what_is_whose),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
