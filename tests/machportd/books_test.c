/* The books: what is held shows in them, and what was given back does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "books.h"
#include "closer.h"
#include "ipc.h"
#include "ipc_port.h"
#include "ipc_slot.h"
#include "kern_host.h"
#include "server.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define DESCRIPTORS 4096

static struct server server;
static struct user *user;

static int
setup(void **state)
{
	(void)state;
	if (!closer_init(DESCRIPTORS))
		return -1;
	ipc_init(4096);
	list_init(&server.connections);
	process_table_init(&server.processes);
	budget_init(&server.budget, &budget_defaults, DESCRIPTORS);
	user = user_get(&server.budget, 1000);
	return user && kern_host_init() ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	kern_host_deinit();
	(void)user_unref(user);
	budget_deinit(&server.budget);
	ipc_deinit();
	return 0;
}

static struct books
count(void)
{
	struct books books;

	books_count(&server, &books);
	return books;
}

static bool
nothing_is_left(void)
{
	struct books books = count();

	return books_are_empty(&books);
}

TEST(a_kernel_without_tasks_holds_nothing) { assert_true(nothing_is_left()); }

TEST(a_port_is_left_until_the_last_reference_goes)
{
	struct ipc_port *port = ipc_port_new();

	assert_non_null(port);
	assert_int_equal(count().ports, 1);
	ipc_port_destroy(ipc_port_ref(port)); /* consumes the reference */
	assert_int_equal(count().ports, 1);
	assert_false(nothing_is_left());
	(void)ipc_port_unref(port);
	assert_true(nothing_is_left());
}

TEST(a_right_that_the_kernel_keeps_is_left)
{
	struct ipc_slot slot;

	ipc_slot_init(&slot);
	assert_int_equal(count().slots, 1);
	assert_false(nothing_is_left());
	ipc_slot_deinit(&slot);
	assert_true(nothing_is_left());
}

TEST(what_a_task_is_charged_is_left_once)
{
	const struct ipc_charge charge = {
	    .names = 1, .messages = 2, .bytes = 3, .file_bytes = 4};
	struct ipc_account *account =
	    ipc_account_new(user->account, &budget_defaults.task);

	assert_non_null(account);
	assert_true(nothing_is_left());
	assert_true(ipc_account_charge(account, &charge));
	assert_int_equal(count().charged.names, 1);
	assert_int_equal(count().charged.messages, 2);
	assert_int_equal(count().charged.bytes, 3);
	assert_int_equal(count().charged.file_bytes, 4);
	assert_false(nothing_is_left());
	ipc_account_discharge(account, &charge);
	(void)ipc_account_unref(account);
	assert_true(nothing_is_left());
}

TEST(descriptors_of_a_user_are_left)
{
	for (unsigned i = 0; i < USER_RESOURCES; i++) {
		assert_true(user_take(user, i));
		assert_false(nothing_is_left());
		user_give(user, i);
		assert_true(nothing_is_left());
	}
}

TEST(the_description_has_each_number)
{
	struct books books = {.ports = 3, .charged.files = 7};
	char text[512];

	books_describe(&books, text, sizeof(text));
	assert_string_equal(text,
	    "3 ports, 0 spaces, 0 kept rights, 0 connections, 0 processes; "
	    "charged for 0 names, 0 messages, 0 bytes, 0 bytes in "
	    "files, 0 connections, 0 tasks, 7 files, 0 watches, 0 copies, 0 "
	    "windows, 0 ends of lanes");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_kernel_without_tasks_holds_nothing),
	    cmocka_unit_test(a_port_is_left_until_the_last_reference_goes),
	    cmocka_unit_test(a_right_that_the_kernel_keeps_is_left),
	    cmocka_unit_test(what_a_task_is_charged_is_left_once),
	    cmocka_unit_test(descriptors_of_a_user_are_left),
	    cmocka_unit_test(the_description_has_each_number),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
