/* Labels: what a port is for. */
#include "ipc_label.h"

#include <string.h>

#include "base_alloc.h"
#include "ipc_account.h"
#include "world.h"

static void
expect_label(
    struct ipc_space *task, mach_port_name_t name, const char *expected)
{
	char text[IPC_LABEL_MAX];

	memset(text, 'x', sizeof(text));
	EXPECT(ipc_mach_port_get_label(task, name, text), KERN_SUCCESS);
	assert_string_equal(text, expected);
	for (size_t i = strlen(text); i < sizeof(text); i++)
		assert_int_equal(text[i], 0);
}

TEST(a_new_port_has_no_label) { expect_label(alice, world_port(alice), ""); }

TEST(a_label_is_read_back)
{
	mach_port_name_t port = world_port(alice);

	EXPECT(ipc_mach_port_set_label(alice, port, "requests"), KERN_SUCCESS);
	expect_label(alice, port, "requests");
}

TEST(a_later_label_replaces_the_former)
{
	mach_port_name_t port = world_port(alice);

	EXPECT(
	    ipc_mach_port_set_label(alice, port, "a long one"), KERN_SUCCESS);
	EXPECT(ipc_mach_port_set_label(alice, port, "short"), KERN_SUCCESS);
	expect_label(alice, port, "short");
}

TEST(an_empty_label_takes_the_former_away)
{
	mach_port_name_t port = world_port(alice);
	uint64_t before = alice->account->used.bytes;

	EXPECT(ipc_mach_port_set_label(alice, port, "x"), KERN_SUCCESS);
	EXPECT(ipc_mach_port_set_label(alice, port, ""), KERN_SUCCESS);
	expect_label(alice, port, "");
	assert_int_equal(alice->account->used.bytes, before);
}

TEST(a_label_that_is_too_long_is_cut)
{
	mach_port_name_t port = world_port(alice);
	char text[IPC_LABEL_MAX + 10];

	memset(text, 'l', sizeof(text));
	EXPECT(ipc_mach_port_set_label(alice, port, text), KERN_SUCCESS);
	text[IPC_LABEL_MAX - 1] = '\0';
	expect_label(alice, port, text);
}

TEST(whoever_has_a_right_can_read_the_label)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t send =
	    world_give(alice, port, MACH_MSG_TYPE_MAKE_SEND, bob);
	mach_port_name_t once =
	    world_give(alice, port, MACH_MSG_TYPE_MAKE_SEND_ONCE, carol);

	EXPECT(ipc_mach_port_set_label(alice, port, "requests"), KERN_SUCCESS);
	expect_label(bob, send, "requests");
	expect_label(carol, once, "requests");
}

TEST(only_a_receive_right_sets_the_label)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t send =
	    world_give(alice, port, MACH_MSG_TYPE_MAKE_SEND, bob);

	EXPECT(ipc_mach_port_set_label(bob, send, "x"), KERN_INVALID_RIGHT);
	expect_label(alice, port, "");
}

TEST(what_is_no_port_has_no_label)
{
	static const mach_port_name_t nothing[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD};
	char text[IPC_LABEL_MAX] = "as before";
	mach_port_name_t names[] = {world_set(alice), world_dead_name(alice)};

	for (unsigned i = 0; i < 2; i++) {
		EXPECT(ipc_mach_port_set_label(alice, names[i], "x"),
		    KERN_INVALID_RIGHT);
		EXPECT(ipc_mach_port_get_label(alice, names[i], text),
		    KERN_INVALID_RIGHT);
		EXPECT(ipc_mach_port_set_label(alice, nothing[i], "x"),
		    KERN_INVALID_NAME);
		EXPECT(ipc_mach_port_get_label(alice, nothing[i], text),
		    KERN_INVALID_NAME);
	}
	EXPECT(ipc_mach_port_get_label(alice, world_absent(alice), text),
	    KERN_INVALID_NAME);
	assert_string_equal(text, "as before");
}

TEST(the_label_goes_with_the_receive_right)
{
	mach_port_name_t port = world_port(alice);

	EXPECT(ipc_mach_port_set_label(alice, port, "requests"), KERN_SUCCESS);
	expect_label(
	    bob, world_give(alice, port, MOVE_RECEIVE, bob), "requests");
}

TEST(whoever_set_the_label_pays_until_the_port_is_gone)
{
	mach_port_name_t port = world_port(alice);
	uint64_t before = alice->account->used.bytes;
	mach_port_name_t moved;

	EXPECT(ipc_mach_port_set_label(alice, port, "requests"), KERN_SUCCESS);
	moved = world_give(alice, port, MOVE_RECEIVE, bob);
	assert_true(alice->account->used.bytes > before);
	world_drop_receive(bob, moved);
	assert_int_equal(alice->account->used.bytes, before);
}

TEST(a_label_beyond_the_budget_is_refused)
{
	mach_port_name_t port = world_port(alice);

	EXPECT(ipc_mach_port_set_label(alice, port, "requests"), KERN_SUCCESS);
	alice->account->limits.bytes = alice->account->used.bytes;
	EXPECT(ipc_mach_port_set_label(alice, port, "others"),
	    KERN_RESOURCE_SHORTAGE);
	expect_label(alice, port, "requests");
}

TEST(a_label_without_memory_is_refused)
{
	mach_port_name_t port = world_port(alice);

	EXPECT(ipc_mach_port_set_label(alice, port, "requests"), KERN_SUCCESS);
	base_alloc_fail_at(1);
	EXPECT(ipc_mach_port_set_label(alice, port, "others"),
	    KERN_RESOURCE_SHORTAGE);
	expect_label(alice, port, "requests");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_new_port_has_no_label),
	    CASE(a_label_is_read_back),
	    CASE(a_later_label_replaces_the_former),
	    CASE(an_empty_label_takes_the_former_away),
	    CASE(a_label_that_is_too_long_is_cut),
	    CASE(whoever_has_a_right_can_read_the_label),
	    CASE(only_a_receive_right_sets_the_label),
	    CASE(what_is_no_port_has_no_label),
	    CASE(the_label_goes_with_the_receive_right),
	    CASE(whoever_set_the_label_pays_until_the_port_is_gone),
	    CASE(a_label_beyond_the_budget_is_refused),
	    CASE(a_label_without_memory_is_refused),
	};

	return RUN("ipc_label", tests);
}
