/* The calls, as packets: that each reaches its function, and what it
 * answers. */
#include <mach/task_special_ports.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"

static struct wire_token token;
static int task;

static int
setup(void **state)
{
	(void)kernel_setup(state);
	task = raw_task(&token);
	return 0;
}

static int
teardown(void **state)
{
	(void)close(task);
	return kernel_teardown(state);
}

#define CALLS(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* A call of this task without words out. */
#define CALL(number, ...) RAW_CALL(task, number, NULL, 0, SELF, __VA_ARGS__)

static uint32_t
refs(mach_port_name_t name, mach_port_right_t right)
{
	uint32_t refs_out;

	assert_int_equal(
	    RAW_CALL(task, WIRE_PORT_GET_REFS, &refs_out, 1, SELF, name, right),
	    KERN_SUCCESS);
	return refs_out;
}

TEST(user_references_go_up_and_down)
{
	mach_port_name_t port = raw_port(task);

	assert_int_equal(
	    CALL(WIRE_PORT_MOD_REFS, port, MACH_PORT_RIGHT_SEND, 5),
	    KERN_SUCCESS);
	assert_int_equal(refs(port, MACH_PORT_RIGHT_SEND), 6);
	assert_int_equal(
	    CALL(WIRE_PORT_MOD_REFS, port, MACH_PORT_RIGHT_SEND, (uint32_t)-2),
	    KERN_SUCCESS);
	assert_int_equal(CALL(WIRE_PORT_DEALLOCATE, port), KERN_SUCCESS);
	assert_int_equal(refs(port, MACH_PORT_RIGHT_SEND), 3);
	assert_int_equal(CALL(WIRE_PORT_DESTROY, port), KERN_SUCCESS);
	assert_int_equal(CALL(WIRE_PORT_DEALLOCATE, port), KERN_INVALID_NAME);
}

TEST(the_last_right_to_oneself_stays)
{
	assert_int_equal(
	    CALL(WIRE_PORT_DEALLOCATE, SELF), KERN_INVALID_CAPABILITY);
	assert_int_equal(
	    CALL(WIRE_PORT_EXTRACT_RIGHT, SELF, MACH_MSG_TYPE_MOVE_SEND),
	    KERN_INVALID_CAPABILITY);
	assert_int_equal(CALL(WIRE_PORT_INSERT_RIGHT, 0x777703, SELF,
	                     MACH_MSG_TYPE_MOVE_SEND),
	    KERN_INVALID_CAPABILITY);
	raw_works(task);
}

TEST(self_ports_are_names_that_add_references)
{
	mach_port_name_t names[3];

	assert_int_equal(
	    raw_call(task, WIRE_TASK_SELF, NULL, 0, &names[0], 1), 0);
	assert_int_equal(
	    raw_call(task, WIRE_THREAD_SELF, NULL, 0, &names[1], 1), 0);
	assert_int_equal(
	    raw_call(task, WIRE_HOST_SELF, NULL, 0, &names[2], 1), 0);
	assert_int_equal(names[0], SELF);
	assert_int_equal(refs(SELF, MACH_PORT_RIGHT_SEND), 2);
	assert_int_equal(raw_type(task, names[1]), MACH_PORT_TYPE_SEND);
	assert_int_equal(raw_type(task, names[2]), MACH_PORT_TYPE_SEND);
}

TEST(threads_have_ports_of_their_own_that_die_with_them)
{
	int threads[3] = {raw_thread(&token, 1), raw_thread(&token, 1),
	    raw_thread(&token, 2)};
	mach_port_name_t names[3];
	struct raw_answer notice;
	mach_port_name_t notify;
	uint32_t previous;
	struct raw_msg wait;

	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(raw_call(threads[i], WIRE_THREAD_SELF, NULL, 0,
		                     &names[i], 1),
		    0);
	assert_int_equal(names[0], names[1]);
	assert_int_not_equal(names[0], names[2]);
	(void)close(threads[0]);
	raw_works(task);
	assert_int_equal(raw_type(task, names[0]), MACH_PORT_TYPE_SEND);
	notify = raw_port(task);
	assert_int_equal(
	    RAW_CALL(task, WIRE_PORT_REQUEST_NOTIFICATION, &previous, 1, SELF,
	        names[0], 0110, 0, notify, MACH_MSG_TYPE_MAKE_SEND_ONCE),
	    KERN_SUCCESS);
	(void)close(threads[1]);
	/* Until its death is known. */
	wait = raw_receiving(notify, 100);
	assert_int_equal(raw_msg(task, &wait, &notice), MACH_MSG_SUCCESS);
	assert_int_equal(raw_type(task, names[0]), MACH_PORT_TYPE_DEAD_NAME);
	(void)close(threads[2]);
}

TEST(a_reply_port_is_a_new_receive_right)
{
	mach_port_name_t one;
	mach_port_name_t two;

	assert_int_equal(raw_call(task, WIRE_REPLY_PORT, NULL, 0, &one, 1), 0);
	assert_int_equal(raw_call(task, WIRE_REPLY_PORT, NULL, 0, &two, 1), 0);
	assert_int_not_equal(one, two);
	assert_int_equal(raw_type(task, one), MACH_PORT_TYPE_RECEIVE);
}

TEST(task_notify_is_always_the_same)
{
	mach_port_name_t one;
	mach_port_name_t two;

	assert_int_equal(raw_call(task, WIRE_TASK_NOTIFY, NULL, 0, &one, 1), 0);
	assert_int_equal(raw_call(task, WIRE_TASK_NOTIFY, NULL, 0, &two, 1), 0);
	assert_int_equal(one, two);
}

TEST(a_right_is_extracted_under_the_callers_name)
{
	mach_port_name_t port = raw_port(task);
	uint32_t out[2];

	assert_int_equal(RAW_CALL(task, WIRE_PORT_EXTRACT_RIGHT, out, 2, SELF,
	                     port, MACH_MSG_TYPE_COPY_SEND),
	    KERN_SUCCESS);
	assert_int_equal(out[0], port);
	assert_int_equal(out[1], MACH_MSG_TYPE_PORT_SEND);
}

TEST(members_of_a_set_come_and_go)
{
	mach_port_name_t port = raw_port(task);
	mach_port_name_t set;
	uint32_t out[2];

	assert_int_equal(RAW_CALL(task, WIRE_PORT_ALLOCATE, &set, 1, SELF,
	                     MACH_PORT_RIGHT_PORT_SET),
	    KERN_SUCCESS);
	assert_int_equal(
	    CALL(WIRE_PORT_INSERT_MEMBER, port, set), KERN_SUCCESS);
	assert_int_equal(
	    CALL(WIRE_PORT_INSERT_MEMBER, port, set), KERN_ALREADY_IN_SET);
	assert_int_equal(
	    RAW_CALL(task, WIRE_PORT_GET_SET_STATUS, out, 2, SELF, set),
	    KERN_SUCCESS);
	assert_int_equal(out[0], 1);
	assert_int_equal(out[1], port);
	assert_int_equal(
	    CALL(WIRE_PORT_EXTRACT_MEMBER, port, set), KERN_SUCCESS);
	assert_int_equal(CALL(WIRE_PORT_MOVE_MEMBER, port, set), KERN_SUCCESS);
	assert_int_equal(
	    CALL(WIRE_PORT_MOVE_MEMBER, port, MACH_PORT_NULL), KERN_SUCCESS);
	assert_int_equal(
	    RAW_CALL(task, WIRE_PORT_GET_SET_STATUS, out, 1, SELF, set),
	    KERN_SUCCESS);
	assert_int_equal(out[0], 0);
}

TEST(attributes_come_with_their_count)
{
	mach_port_name_t port = raw_port(task);
	uint32_t out[1 + MACH_PORT_RECEIVE_STATUS_COUNT];
	mach_port_status_t status;

	assert_int_equal(
	    CALL(WIRE_PORT_SET_ATTRIBUTES, port, MACH_PORT_LIMITS_INFO, 1, 9),
	    KERN_SUCCESS);
	assert_int_equal(CALL(WIRE_PORT_SET_MSCOUNT, port, 44), KERN_SUCCESS);
	assert_int_equal(RAW_CALL(task, WIRE_PORT_GET_ATTRIBUTES, out, 11, SELF,
	                     port, MACH_PORT_RECEIVE_STATUS, 1000),
	    KERN_SUCCESS);
	assert_int_equal(out[0], MACH_PORT_RECEIVE_STATUS_COUNT);
	memcpy(&status, out + 1, sizeof(status));
	assert_int_equal(status.mps_qlimit, 9);
	assert_int_equal(status.mps_mscount, 44);
}

TEST(what_has_64_bits_is_two_words_the_low_one_first)
{
	mach_port_name_t port = raw_port(task);
	uint32_t out[2];

	assert_int_equal(
	    CALL(WIRE_PORT_SET_CONTEXT, port, 0x11111111, 0x22222222),
	    KERN_SUCCESS);
	assert_int_equal(
	    RAW_CALL(task, WIRE_PORT_GET_CONTEXT, out, 2, SELF, port),
	    KERN_SUCCESS);
	assert_int_equal(out[0], 0x11111111);
	assert_int_equal(out[1], 0x22222222);
	assert_int_equal(CALL(WIRE_PORT_SET_CONTEXT, port, 0, 0), KERN_SUCCESS);
	assert_int_equal(CALL(WIRE_PORT_GUARD, port, 3, 4, TRUE), KERN_SUCCESS);
	assert_int_equal(CALL(WIRE_PORT_ASSERT_ATTRIBUTES, port,
	                     MACH_PORT_GUARD_INFO, 2, 3, 4),
	    KERN_SUCCESS);
	assert_int_equal(
	    CALL(WIRE_PORT_UNGUARD, port, 4, 3), KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    CALL(WIRE_PORT_DESTRUCT, port, (uint32_t)-1, 3, 4), KERN_SUCCESS);
}

TEST(a_peek_comes_with_its_trailer)
{
	mach_port_name_t port = raw_port(task);
	const mach_msg_header_t header = raw_header(port, 55);
	struct raw_msg msg = raw_sending(&header, sizeof(header));
	struct raw_answer answer;
	uint32_t out[1 + 3 + 5];

	assert_int_equal(raw_msg(task, &msg, &answer), MACH_MSG_SUCCESS);
	assert_int_equal(
	    RAW_CALL(task, WIRE_PORT_PEEK, out, 9, SELF, port,
	        MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SENDER), 0, 20),
	    KERN_SUCCESS);
	assert_int_equal(out[0], 3 + 5);
	assert_int_equal(out[1], 0);
	assert_int_equal(out[2], sizeof(header) + 8);
	assert_int_equal(out[3], 55);
	assert_int_equal(out[5], 20); /* msgh_trailer_size */
	assert_int_equal(out[7], geteuid());
}

TEST(a_space_is_told_with_its_names)
{
	uint32_t out[1 + 6 + 2 * 7];

	assert_int_equal(
	    RAW_CALL(task, WIRE_PORT_SPACE_INFO, out, 21, SELF), KERN_SUCCESS);
	assert_int_equal(out[0], 6 + 2 * 7);
	assert_int_equal(out[1], 0xff);
	assert_int_equal(out[7], SELF);
	assert_int_equal(out[9], MACH_PORT_TYPE_SEND);
	assert_int_equal(
	    RAW_CALL(task, WIRE_PORT_SPACE_BASIC_INFO, out, 6, SELF),
	    KERN_SUCCESS);
	assert_int_equal(out[3], 2);
}

TEST(an_object_is_told_with_a_text_that_ends)
{
	uint32_t out[1 + 5];

	assert_int_equal(
	    RAW_CALL(task, WIRE_PORT_KOBJECT_DESCRIPTION, out, 6, SELF, SELF),
	    KERN_SUCCESS);
	assert_int_equal(out[0], 5);
	assert_int_equal(out[1], 2);
	assert_int_equal(out[2], 0);
	assert_int_equal(out[3], 0);
	assert_memory_equal(&out[4], "task\0\0\0", 8);
}

TEST(registered_ports_are_always_three)
{
	mach_port_name_t port = raw_port(task);
	uint32_t out[3];

	assert_int_equal(
	    CALL(WIRE_PORTS_REGISTER, 2, MACH_PORT_NULL, port), KERN_SUCCESS);
	assert_int_equal(
	    RAW_CALL(task, WIRE_PORTS_LOOKUP, out, 3, SELF), KERN_SUCCESS);
	assert_int_equal(out[0], MACH_PORT_NULL);
	assert_int_equal(out[1], port);
	assert_int_equal(out[2], MACH_PORT_NULL);
}

/* The answer to PORT_NAMES, however it comes; into @words. Returns n. */
static uint32_t
port_names(uint32_t *words, size_t room, bool *in_file)
{
	const struct {
		struct wire_header header;
		uint32_t task;
	} request = {{.number = WIRE_PORT_NAMES, .sequence = 1}, SELF};
	static struct {
		struct wire_header header;
		int32_t result;
		uint32_t words[WIRE_PACKET_MAX / 4];
	} answer;
	unsigned file_count;
	size_t bytes;
	int files[RAW_FILES_MAX];
	size_t got;

	raw_send(task, &request, sizeof(request));
	got = raw_receive_files(
	    task, &answer, sizeof(answer), files, &file_count);
	assert_int_equal(answer.result, KERN_SUCCESS);
	assert_int_equal(answer.header.files, file_count);
	assert_in_range(answer.words[0], 0, room);
	bytes = answer.words[0] * sizeof(*words);
	*in_file = file_count == 1;
	if (!*in_file) {
		assert_int_equal(got, 16 + bytes);
		memcpy(words, answer.words + 1, bytes);
	} else {
		assert_int_equal(got, 16);
		assert_int_equal(
		    pread(files[0], words, bytes, 0), (ssize_t)bytes);
		(void)close(files[0]);
	}
	return answer.words[0];
}

TEST(names_come_with_their_types)
{
	mach_port_name_t port = raw_port(task);
	uint32_t words[16];
	bool in_file;
	bool found = false;
	uint32_t count = port_names(words, 16, &in_file);

	assert_int_equal(count, 6);
	assert_false(in_file);
	for (unsigned i = 0; i < 3; i++)
		if (words[i] == port) {
			found = true;
			assert_int_equal(
			    words[3 + i], MACH_PORT_TYPE_SEND_RECEIVE);
		}
	assert_true(found);
}

TEST(names_too_many_for_a_packet_come_in_a_file)
{
	static uint32_t words[100000];
	const uint32_t ports = 17000;
	mach_port_name_t name;
	bool in_file;

	for (uint32_t i = 0; i < ports; i++)
		assert_int_equal(
		    raw_call(task, WIRE_REPLY_PORT, NULL, 0, &name, 1), 0);
	assert_int_equal(port_names(words, 100000, &in_file), 2 * (ports + 2));
	assert_true(in_file);
	assert_int_equal(words[ports + 2], MACH_PORT_TYPE_SEND);
	for (uint32_t i = ports + 4; i < 2 * (ports + 2); i++)
		assert_int_equal(words[i], MACH_PORT_TYPE_RECEIVE);
}

TEST(a_task_argument_that_is_none_is_told_what_it_is)
{
	mach_port_name_t host;
	mach_port_name_t out;
	uint32_t type;

	assert_int_equal(raw_call(task, WIRE_HOST_SELF, NULL, 0, &host, 1), 0);
	assert_int_equal(
	    RAW_CALL(task, WIRE_PORT_TYPE, &type, 1, MACH_PORT_NULL, SELF),
	    MACH_SEND_INVALID_DEST);
	assert_int_equal(RAW_CALL(task, WIRE_PORT_TYPE, &type, 1, 0x7703, SELF),
	    MACH_SEND_INVALID_DEST);
	assert_int_equal(RAW_CALL(task, WIRE_PORT_TYPE, &type, 1, host, SELF),
	    KERN_INVALID_TASK);
	assert_int_equal(RAW_CALL(task, WIRE_TASK_GET_SPECIAL_PORT, &out, 1,
	                     host, TASK_BOOTSTRAP_PORT),
	    KERN_INVALID_ARGUMENT);
}

/* A child that lends its task port to whoever has its bootstrap port. */
static void
lend_task(void *argument)
{
	const mach_msg_port_descriptor_t right = {
	    .name = SELF,
	    .disposition = MACH_MSG_TYPE_COPY_SEND,
	    .type = MACH_MSG_PORT_DESCRIPTOR,
	};
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_port_descriptor_t right;
	} message = {raw_header(BOOTSTRAP, 1), {1}, right};
	struct wire_token own;
	int fd = raw_task(&own);
	struct raw_msg msg = raw_sending(&message, sizeof(message));
	struct raw_msg wait = raw_receiving(raw_port(fd), 100);
	struct raw_answer answer;

	(void)argument;
	message.header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	message.header.msgh_local_port = wait.request.rcv_name;
	message.header.msgh_bits |=
	    MACH_MSGH_BITS(0, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	assert_int_equal(raw_msg(fd, &msg, &answer), MACH_MSG_SUCCESS);
	/* Until the borrower has done. */
	assert_int_equal(raw_msg(fd, &wait, &answer), MACH_MSG_SUCCESS);
}

TEST(the_holder_of_a_task_port_uses_it_as_its_own)
{
	mach_port_name_t port = raw_port(task);
	struct raw_msg wait = raw_receiving(port, 100);
	struct raw_answer answer;
	mach_msg_header_t header;
	mach_port_name_t other;
	mach_port_name_t name;
	struct raw_msg done;
	pid_t pid;

	assert_int_equal(
	    CALL(WIRE_TASK_SET_SPECIAL_PORT, TASK_BOOTSTRAP_PORT, port),
	    KERN_SUCCESS);
	pid = start_child(lend_task, NULL);
	assert_int_equal(raw_msg(task, &wait, &answer), MACH_MSG_SUCCESS);
	memcpy(&header, answer.bytes, sizeof(header));
	memcpy(&other, answer.bytes + sizeof(mach_msg_base_t), sizeof(other));
	/* A name in the other space, and a right given to it. */
	assert_int_equal(RAW_CALL(task, WIRE_PORT_ALLOCATE, &name, 1, other,
	                     MACH_PORT_RIGHT_RECEIVE),
	    KERN_SUCCESS);
	assert_int_equal(RAW_CALL(task, WIRE_PORT_INSERT_RIGHT, NULL, 0, other,
	                     0x7703, raw_port(task), MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	assert_int_equal(RAW_CALL(task, WIRE_PORT_INSERT_RIGHT, NULL, 0, other,
	                     0x7803, port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_RIGHT_EXISTS); /* its bootstrap port */
	assert_int_equal(RAW_CALL(task, WIRE_PORT_INSERT_RIGHT, NULL, 0, other,
	                     0x7803, 0x9903, MACH_MSG_TYPE_MAKE_SEND),
	    MACH_SEND_INVALID_RIGHT);
	/* It cannot be made to forget itself. */
	assert_int_equal(
	    RAW_CALL(task, WIRE_PORT_DESTROY, NULL, 0, other, SELF),
	    KERN_INVALID_CAPABILITY);
	header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
	header.msgh_local_port = MACH_PORT_NULL;
	done = raw_sending(&header, sizeof(header));
	assert_int_equal(raw_msg(task, &done, &answer), MACH_MSG_SUCCESS);
	assert_int_equal(child_status(pid), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CALLS(user_references_go_up_and_down),
	    CALLS(the_last_right_to_oneself_stays),
	    CALLS(self_ports_are_names_that_add_references),
	    CALLS(threads_have_ports_of_their_own_that_die_with_them),
	    CALLS(a_reply_port_is_a_new_receive_right),
	    CALLS(task_notify_is_always_the_same),
	    CALLS(a_right_is_extracted_under_the_callers_name),
	    CALLS(members_of_a_set_come_and_go),
	    CALLS(attributes_come_with_their_count),
	    CALLS(what_has_64_bits_is_two_words_the_low_one_first),
	    CALLS(a_peek_comes_with_its_trailer),
	    CALLS(a_space_is_told_with_its_names),
	    CALLS(an_object_is_told_with_a_text_that_ends),
	    CALLS(registered_ports_are_always_three),
	    CALLS(names_come_with_their_types),
	    CALLS(names_too_many_for_a_packet_come_in_a_file),
	    CALLS(a_task_argument_that_is_none_is_told_what_it_is),
	    CALLS(the_holder_of_a_task_port_uses_it_as_its_own),
	};

	return cmocka_run_group_tests_name("trap_call", tests, NULL, NULL);
}
