/* Budgets: a charge fits the task and its user, or is refused whole. */
#include "base_alloc.h"
#include "world.h"

static const struct ipc_charge ten = {10, 10, 10, 10};

static struct ipc_account *
new_account(struct ipc_account *parent, const struct ipc_charge *limits)
{
	struct ipc_account *account = ipc_account_new(parent, limits);

	assert_non_null(account);
	return account;
}

static void
expect_used(const struct ipc_account *account, uint32_t names,
    uint32_t messages, uint64_t bytes)
{
	assert_int_equal(account->used.names, names);
	assert_int_equal(account->used.messages, messages);
	assert_int_equal(account->used.bytes, bytes);
	assert_int_equal(account->used.file_bytes, bytes);
}

TEST(a_charge_up_to_the_limit_fits)
{
	struct ipc_account *account = new_account(NULL, &ten);

	assert_true(ipc_account_charge(account, &ten));
	expect_used(account, 10, 10, 10);
	ipc_account_discharge(account, &ten);
	expect_used(account, 0, 0, 0);
	assert_null(ipc_account_unref(account));
}

TEST(a_charge_beyond_any_one_limit_is_refused_whole)
{
	static const struct ipc_charge over[] = {
	    {11, 1, 1, 1}, {1, 11, 1, 1}, {1, 1, 11, 1}, {1, 1, 1, 11}};
	struct ipc_account *account = new_account(NULL, &ten);

	for (size_t i = 0; i < 4; i++) {
		assert_false(ipc_account_charge(account, &over[i]));
		expect_used(account, 0, 0, 0);
	}
	(void)ipc_account_unref(account);
}

TEST(what_was_charged_before_counts)
{
	static const struct ipc_charge six = {6, 0, 0, 0};
	static const struct ipc_charge four = {4, 0, 0, 0};
	struct ipc_account *account = new_account(NULL, &ten);

	assert_true(ipc_account_charge(account, &six));
	assert_false(ipc_account_charge(account, &six));
	assert_true(ipc_account_charge(account, &four));
	expect_used(account, 10, 0, 0);
	ipc_account_discharge(account, &six);
	ipc_account_discharge(account, &four);
	(void)ipc_account_unref(account);
}

TEST(sums_that_overflow_are_refused)
{
	static const struct ipc_charge one = {1, 1, 1, 1};
	static const struct ipc_charge most = {
	    UINT32_MAX, UINT32_MAX, UINT64_MAX, UINT64_MAX};
	struct ipc_account *account = new_account(NULL, &ten);

	assert_true(ipc_account_charge(account, &one));
	assert_false(ipc_account_charge(account, &most));
	expect_used(account, 1, 1, 1);
	ipc_account_discharge(account, &one);
	(void)ipc_account_unref(account);
}

TEST(a_charge_counts_for_the_user_too)
{
	static const struct ipc_charge three = {3, 2, 1, 1};
	struct ipc_account *user = new_account(NULL, &ten);
	struct ipc_account *task = new_account(user, &ten);

	assert_true(ipc_account_charge(task, &three));
	expect_used(task, 3, 2, 1);
	expect_used(user, 3, 2, 1);
	ipc_account_discharge(task, &three);
	expect_used(user, 0, 0, 0);
	(void)ipc_account_unref(task);
	(void)ipc_account_unref(user);
}

TEST(what_the_user_cannot_afford_is_not_charged_to_the_task)
{
	static const struct ipc_charge six = {6, 6, 6, 6};
	struct ipc_account *user = new_account(NULL, &ten);
	struct ipc_account *first = new_account(user, &ten);
	struct ipc_account *second = new_account(user, &ten);

	assert_true(ipc_account_charge(first, &six));
	assert_false(ipc_account_charge(second, &six));
	expect_used(second, 0, 0, 0);
	expect_used(user, 6, 6, 6);
	ipc_account_discharge(first, &six);
	(void)ipc_account_unref(first);
	(void)ipc_account_unref(second);
	(void)ipc_account_unref(user);
}

TEST(the_kernel_itself_has_no_limits)
{
	static const struct ipc_charge most = {
	    UINT32_MAX, UINT32_MAX, UINT64_MAX, UINT64_MAX};

	assert_true(ipc_account_charge(NULL, &most));
	ipc_account_discharge(NULL, &most);
}

TEST(an_account_holds_its_user)
{
	uint64_t live = base_alloc_live();
	struct ipc_account *user = new_account(NULL, &ten);
	struct ipc_account *task = new_account(user, &ten);

	(void)ipc_account_unref(user);
	assert_int_equal(task->parent->refs, 1);
	(void)ipc_account_unref(task);
	assert_int_equal(base_alloc_live(), live);
}

TEST(an_account_outlives_its_task_while_a_message_of_it_is_queued)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t name = world_give(alice, port, MAKE_SEND, bob);
	uint32_t messages = world_user->used.messages;

	EXPECT(world_send_empty(bob, name), MACH_MSG_SUCCESS);
	assert_int_equal(world_user->used.messages, messages + 1);
	world_kill(&bob);
	assert_int_equal(world_user->used.messages, messages + 1);
	assert_int_equal(world_receive(alice, port).code, MACH_MSG_SUCCESS);
	(void)world_receive(alice, port); /* lets the first one go */
	assert_int_equal(world_user->used.messages, messages);
}

TEST(a_limit_lowered_below_what_is_used_lets_nothing_in)
{
	static const struct ipc_charge one[] = {
	    {1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};
	struct ipc_account *account = new_account(NULL, &ten);

	assert_true(ipc_account_charge(account, &ten));
	account->limits = (struct ipc_charge){5, 5, 5, 5};
	for (size_t i = 0; i < 4; i++)
		assert_false(ipc_account_charge(account, &one[i]));
	expect_used(account, 10, 10, 10);
	ipc_account_discharge(account, &ten);
	for (size_t i = 0; i < 4; i++) {
		assert_true(ipc_account_charge(account, &one[i]));
		ipc_account_discharge(account, &one[i]);
	}
	(void)ipc_account_unref(account);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(a_charge_up_to_the_limit_fits),
	    CASE(a_charge_beyond_any_one_limit_is_refused_whole),
	    CASE(what_was_charged_before_counts),
	    CASE(sums_that_overflow_are_refused),
	    CASE(a_charge_counts_for_the_user_too),
	    CASE(what_the_user_cannot_afford_is_not_charged_to_the_task),
	    CASE(the_kernel_itself_has_no_limits),
	    CASE(an_account_holds_its_user),
	    CASE(an_account_outlives_its_task_while_a_message_of_it_is_queued),
	    CASE(a_limit_lowered_below_what_is_used_lets_nothing_in),
	};

	return RUN("ipc_account", tests);
}
