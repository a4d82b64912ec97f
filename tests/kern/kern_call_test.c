/* The calls as words: whom they are about, and what they leave behind. Each
 * call's own outputs are tested where the library makes it. */
#include <mach/task_special_ports.h>
#include <mach/thread_special_ports.h>

#include "base_alloc.h"
#include "ipc_mach_port.h"
#include "kern_call.h"
#include "tasks.h"

/* What the last call() put out. */
static uint32_t out[KERN_CALL_OUT_WORDS];

/* @caller makes a call, about @about or whom the words in tell. */
static kern_return_t
call_about(struct kern_task *caller, struct kern_task *about,
    enum wire_call number, const uint32_t *in)
{
	struct kern_thread *thread = NULL;
	struct kern_call call = {
	    .number = number,
	    .caller = caller,
	    .thread = &thread,
	    .thread_id = 1,
	    .in = in,
	    .task = about,
	};
	kern_return_t kr = kern_call(&call);

	for (unsigned i = 0; i < KERN_CALL_OUT_WORDS; i++)
		out[i] = call.out[i];
	kern_call_deinit(&call);
	assert_null(kern_thread_unref(thread));
	ipc_check();
	return kr;
}

#define CALL(number, ...)                                                      \
	call_about(alice, NULL, WIRE_##number, (const uint32_t[]){__VA_ARGS__})

TEST(the_first_word_names_the_task)
{
	mach_port_name_t other = tasks_give_task(bob, alice);

	EXPECT(
	    CALL(PORT_ALLOCATE, other, MACH_PORT_RIGHT_RECEIVE), KERN_SUCCESS);
	assert_int_equal(tasks_type(bob, out[0]), MACH_PORT_TYPE_RECEIVE);
}

TEST(what_names_no_port_is_no_destination)
{
	static const mach_port_name_t names[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD, 0x7f03, KERN_TASK_BOOTSTRAP_NAME};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		EXPECT(CALL(PORT_TYPE, names[i], KERN_TASK_SELF_NAME),
		    MACH_SEND_INVALID_DEST);
}

TEST(what_names_another_port_is_called_by_messages)
{
	mach_port_name_t port = tasks_send_port(alice);

	EXPECT(CALL(PORT_TYPE, port, port), WIRE_CALL_BY_MESSAGE);
	EXPECT(CALL(TASK_GET_SPECIAL_PORT, port, TASK_BOOTSTRAP_PORT),
	    WIRE_CALL_BY_MESSAGE);
	EXPECT(CALL(THREAD_GET_SPECIAL_PORT, port, THREAD_KERNEL_PORT),
	    WIRE_CALL_BY_MESSAGE);
}

TEST(a_task_that_is_given_needs_no_name)
{
	const uint32_t in[] = {MACH_PORT_NULL, MACH_PORT_RIGHT_RECEIVE};

	EXPECT(call_about(alice, bob, WIRE_PORT_ALLOCATE, in), KERN_SUCCESS);
	assert_int_equal(tasks_type(bob, out[0]), MACH_PORT_TYPE_RECEIVE);
}

TEST(a_call_of_the_caller_is_about_nobody_else)
{
	const uint32_t in[] = {0};

	EXPECT(call_about(alice, bob, WIRE_REPLY_PORT, in), KERN_SUCCESS);
	assert_int_equal(tasks_type(alice, out[0]), MACH_PORT_TYPE_RECEIVE);
}

TEST(the_thread_is_made_when_it_is_asked_for)
{
	struct kern_thread *thread = NULL;
	struct kern_call call = {
	    .number = WIRE_THREAD_SELF,
	    .caller = alice,
	    .thread = &thread,
	    .thread_id = 7,
	};

	EXPECT(kern_call(&call), KERN_SUCCESS);
	assert_non_null(thread);
	assert_int_equal(thread->id, 7);
	assert_int_equal(thread->refs, 1);
	EXPECT(kern_call(&call), KERN_SUCCESS);
	assert_int_equal(thread->refs, 1);
	assert_int_equal(
	    tasks_refs(alice, call.out[0], MACH_PORT_RIGHT_SEND), 2);
	kern_call_deinit(&call);
	thread = kern_thread_unref(thread);
}

TEST(the_words_that_follow_are_counted_by_the_first)
{
	const uint32_t in[] = {KERN_TASK_SELF_NAME};
	struct kern_call call = {
	    .number = WIRE_PORT_NAMES, .caller = alice, .in = in};

	EXPECT(kern_call(&call), KERN_SUCCESS);
	assert_int_equal(call.out[0], 4);
	assert_int_equal(call.more[0].count, 2);
	assert_int_equal(call.more[1].count, 2);
	assert_int_equal(call.more[0].words[0], KERN_TASK_SELF_NAME);
	assert_int_equal(call.more[1].words[0], MACH_PORT_TYPE_SEND);
	kern_call_deinit(&call);
	assert_null(call.more[0].words);
}

TEST(the_mode_of_another_task_can_be_set)
{
	mach_port_name_t other = tasks_give_task(bob, alice);
	mach_port_name_t port = tasks_send_port(alice);

	EXPECT(CALL(TASK_SET_MACH3, other, 1), KERN_SUCCESS);
	EXPECT(CALL(PORT_ALLOCATE_NAME, other, MACH_PORT_RIGHT_RECEIVE, 1000),
	    KERN_SUCCESS);
	EXPECT(CALL(PORT_ALLOCATE_NAME, KERN_TASK_SELF_NAME,
	           MACH_PORT_RIGHT_RECEIVE, 1000),
	    KERN_INVALID_VALUE);
	EXPECT(CALL(TASK_SET_MACH3, other, 0), KERN_FAILURE);
	EXPECT(CALL(TASK_SET_MACH3, port, 1), WIRE_CALL_BY_MESSAGE);
	EXPECT(CALL(TASK_SET_MACH3, MACH_PORT_NULL, 1), MACH_SEND_INVALID_DEST);
}

/* With the first allocation failing, then the second, until it gets through. */
static void
try_without_memory(enum wire_call number, const uint32_t *in)
{
	kern_return_t kr = KERN_RESOURCE_SHORTAGE;
	unsigned failures = 0;

	while (kr != KERN_SUCCESS) {
		assert_int_equal(kr, KERN_RESOURCE_SHORTAGE);
		base_alloc_fail_at(++failures);
		kr = call_about(alice, NULL, number, in);
		base_alloc_fail_at(0);
	}
	assert_true(failures > 1);
}

TEST(without_memory_for_its_words_a_call_fails)
{
	const uint32_t space[] = {KERN_TASK_SELF_NAME};
	const uint32_t object[] = {KERN_TASK_SELF_NAME, KERN_TASK_SELF_NAME};
	uint32_t peek[] = {KERN_TASK_SELF_NAME, 0, 0, 0, 8};
	mach_port_name_t once;
	mach_msg_type_name_t type;

	try_without_memory(WIRE_PORT_NAMES, space);
	try_without_memory(WIRE_PORT_SPACE_INFO, space);
	try_without_memory(WIRE_PORT_KOBJECT_DESCRIPTION, object);
	/* A send-once right that dies leaves a message. */
	peek[1] = tasks_port(alice);
	EXPECT(ipc_mach_port_extract_right(alice->space, peek[1],
	           MACH_MSG_TYPE_MAKE_SEND_ONCE, alice->space, &once, &type),
	    KERN_SUCCESS);
	EXPECT(ipc_mach_port_deallocate(alice->space, once), KERN_SUCCESS);
	try_without_memory(WIRE_PORT_PEEK, peek);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(the_first_word_names_the_task),
	    CASE(what_names_no_port_is_no_destination),
	    CASE(what_names_another_port_is_called_by_messages),
	    CASE(a_task_that_is_given_needs_no_name),
	    CASE(a_call_of_the_caller_is_about_nobody_else),
	    CASE(the_thread_is_made_when_it_is_asked_for),
	    CASE(the_words_that_follow_are_counted_by_the_first),
	    CASE(without_memory_for_its_words_a_call_fails),
	    CASE(the_mode_of_another_task_can_be_set),
	};

	return cmocka_run_group_tests_name("kern_call", tests, NULL, NULL);
}
