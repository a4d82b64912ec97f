/* machport_set_label() and machport_get_label(). */
#include <machport.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "program.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static mach_port_name_t
new_port(void)
{
	mach_port_name_t port;

	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port),
	    KERN_SUCCESS);
	return port;
}

static void
check_label(mach_port_name_t port, const char *expected)
{
	char label[MACHPORT_LABEL_MAX];

	memset(label, 'x', sizeof(label));
	CHECK_EQ(machport_get_label(port, label), KERN_SUCCESS);
	CHECK_EQ(strcmp(label, expected), 0);
}

static void
labels(void)
{
	mach_port_name_t port = new_port();

	check_label(port, "");
	CHECK_EQ(machport_set_label(port, "requests"), KERN_SUCCESS);
	check_label(port, "requests");
	CHECK_EQ(machport_set_label(port, "abcd"), KERN_SUCCESS);
	check_label(port, "abcd");
	CHECK_EQ(machport_set_label(port, NULL), KERN_SUCCESS);
	check_label(port, "");
}

static void
long_label(void)
{
	mach_port_name_t port = new_port();
	char text[500];

	memset(text, 'l', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	CHECK_EQ(machport_set_label(port, text), KERN_SUCCESS);
	text[MACHPORT_LABEL_MAX - 1] = '\0';
	check_label(port, text);
}

static void
refusals(void)
{
	char label[MACHPORT_LABEL_MAX] = "as before";
	mach_port_name_t set;

	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &set),
	    KERN_SUCCESS);
	CHECK_EQ(machport_set_label(mach_task_self(), "x"), KERN_INVALID_RIGHT);
	CHECK_EQ(machport_set_label(0x7f03, "x"), KERN_INVALID_NAME);
	CHECK_EQ(machport_get_label(set, label), KERN_INVALID_RIGHT);
	CHECK_EQ(machport_get_label(MACH_PORT_NULL, label), KERN_INVALID_NAME);
	CHECK_EQ(strcmp(label, "as before"), 0);
}

TEST(a_label_is_set_read_and_taken_away) { program_run(labels); }

TEST(a_long_label_is_cut) { program_run(long_label); }

TEST(names_that_have_no_label_are_refused) { program_run(refusals); }

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_label_is_set_read_and_taken_away),
	    cmocka_unit_test(a_long_label_is_cut),
	    cmocka_unit_test(names_that_have_no_label_are_refused),
	};

	return cmocka_run_group_tests_name("label", tests, NULL, NULL);
}
