/* -iheader, -dheader, -list and -v, byte for byte. */
#include "mig_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checked.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static const char interface[] =
    "userprefix u_;\n"
    "type va = array[*:5] of char;\n"
    "routine two_ways(p : mach_port_t; in x : va);\n"
    "skip;\n"
    "simpleroutine OneWay(p : mach_port_t; in r : mach_port_t);\n";

static void
assert_writes(void (*write)(struct mig_text *, const struct mig_interface *),
    const char *expected)
{
	struct checked *checked = checked_new(interface);
	struct mig_text text = {0};

	(void)checked_routine(checked, "two_ways");
	write(&text, checked->interface);
	assert_string_equal(text.bytes, expected);
	mig_text_deinit(&text);
	checked_free(checked);
}

TEST(the_header_of_ids_has_macros_in_capitals)
{
	assert_writes(mig_write_dheader,
	    "#ifndef _t_defines\n"
	    "#define _t_defines\n"
	    "\n"
	    "/* Routine two_ways */\n"
	    "#define MACH_ID_TWO_WAYS 5000\n"
	    "#define MACH_ID_TWO_WAYS_REPLY 5100\n"
	    "\n"
	    "/* SimpleRoutine OneWay */\n"
	    "#define MACH_ID_ONEWAY 5002\n"
	    "\n"
	    "#endif /* _t_defines */\n");
}

TEST(the_internal_header_renames_the_functions_of_the_user)
{
	assert_writes(mig_write_iheader,
	    "#ifndef _t_internal_\n"
	    "#define _t_internal_\n"
	    "\n"
	    "#define u_two_ways u_two_ways_external\n"
	    "#define u_OneWay u_OneWay_external\n"
	    "\n"
	    "#endif /* _t_internal_ */\n");
}

TEST(the_list_has_a_line_for_each_routine)
{
	assert_writes(mig_write_list,
	    "t 5000 two_ways 0 5000 5100\n"
	    "t 5000 OneWay 2 5002 0\n");
}

TEST(the_listing_has_types_and_sizes)
{
	assert_writes(mig_write_listing,
	    "subsystem t: base 5000, 2 routines, 1 skipped\n"
	    "type char: inline, MACH_MSG_TYPE_CHAR, 1 bytes\n"
	    "type int64_t: inline, MACH_MSG_TYPE_INTEGER_64, 8 bytes\n"
	    "type double: inline, MACH_MSG_TYPE_REAL_64, 8 bytes\n"
	    "type boolean_t: inline, MACH_MSG_TYPE_BOOLEAN, 4 bytes\n"
	    "type mach_port_t: right, MACH_MSG_TYPE_COPY_SEND\n"
	    "type va: variable, MACH_MSG_TYPE_CHAR, up to 5\n"
	    "routine 0 two_ways\n"
	    "\trequest 5000: 36 to 44 bytes\n"
	    "\treply 5100: 36 bytes\n"
	    "skip 1\n"
	    "simpleroutine 2 OneWay\n"
	    "\trequest 5002: 40 bytes, 1 descriptors\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_header_of_ids_has_macros_in_capitals),
	    cmocka_unit_test(
	        the_internal_header_renames_the_functions_of_the_user),
	    cmocka_unit_test(the_list_has_a_line_for_each_routine),
	    cmocka_unit_test(the_listing_has_types_and_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
