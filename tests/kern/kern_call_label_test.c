/* Labels as calls: words in and out. */
#include <string.h>

#include "ipc_label.h"
#include "kern_call.h"
#include "tasks.h"

#define WORDS (IPC_LABEL_MAX / sizeof(uint32_t))

static kern_return_t
set_label(mach_port_name_t name, uint32_t count, const char *text)
{
	uint32_t in[WIRE_CALL_WORDS] = {name, count};
	struct kern_call call = {
	    .number = WIRE_PORT_SET_LABEL, .caller = alice, .in = in};
	kern_return_t kr;

	memcpy(in + 2, text, strlen(text));
	kr = kern_call(&call);
	kern_call_deinit(&call);
	ipc_check();
	return kr;
}

static kern_return_t
get_label(mach_port_name_t name, char text_out[IPC_LABEL_MAX])
{
	struct kern_call call = {
	    .number = WIRE_PORT_GET_LABEL, .caller = alice, .in = &name};
	kern_return_t kr = kern_call(&call);

	if (kr == KERN_SUCCESS) {
		assert_int_equal(call.out[0], WORDS);
		assert_int_equal(call.more[0].count, WORDS);
		memcpy(text_out, call.more[0].words, IPC_LABEL_MAX);
	}
	kern_call_deinit(&call);
	return kr;
}

TEST(a_label_is_as_many_words_as_it_needs)
{
	mach_port_name_t port = tasks_port(alice);
	char text[IPC_LABEL_MAX];

	EXPECT(set_label(port, 2, "label"), KERN_SUCCESS);
	EXPECT(get_label(port, text), KERN_SUCCESS);
	assert_string_equal(text, "label");
}

TEST(words_without_an_end_are_cut)
{
	mach_port_name_t port = tasks_port(alice);
	char expected[IPC_LABEL_MAX];
	char text[IPC_LABEL_MAX];
	char all[200];

	memset(all, 'l', sizeof(all) - 1);
	all[sizeof(all) - 1] = '\0';
	EXPECT(set_label(port, 50, all), KERN_SUCCESS);
	EXPECT(get_label(port, text), KERN_SUCCESS);
	memset(expected, 'l', sizeof(expected) - 1);
	expected[sizeof(expected) - 1] = '\0';
	assert_string_equal(text, expected);
}

TEST(no_words_are_no_label)
{
	mach_port_name_t port = tasks_port(alice);
	char text[IPC_LABEL_MAX];

	EXPECT(set_label(port, 1, "x"), KERN_SUCCESS);
	EXPECT(set_label(port, 0, ""), KERN_SUCCESS);
	EXPECT(get_label(port, text), KERN_SUCCESS);
	assert_string_equal(text, "");
}

TEST(a_name_that_is_none_is_refused)
{
	char text[IPC_LABEL_MAX];

	EXPECT(set_label(0x7f03, 1, "x"), KERN_INVALID_NAME);
	EXPECT(get_label(0x7f03, text), KERN_INVALID_NAME);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(a_label_is_as_many_words_as_it_needs),
	    CASE(words_without_an_end_are_cut),
	    CASE(no_words_are_no_label),
	    CASE(a_name_that_is_none_is_refused),
	};

	return cmocka_run_group_tests_name(
	    "kern_call_label", tests, NULL, NULL);
}
