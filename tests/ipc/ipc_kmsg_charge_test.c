/* Copyin: files that travel with a message, and who pays for it. */
#include <string.h>

#include "world.h"

static mach_port_name_t inbox;  /* bob's */
static mach_port_name_t to_bob; /* alice's send right for it */

/* Each test begins with a send right of alice's for a port of bob's. */
static int
setup(void **state)
{
	(void)world_setup(state);
	inbox = world_port(bob);
	to_bob = world_give(bob, inbox, MAKE_SEND, alice);
	return 0;
}

static void
to_inbox(struct message *message)
{
	message_init(message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
}

/* What is out of the reach of struct message. */
static mach_msg_return_t
send_source(struct ipc_kmsg_source source)
{
	struct thread *thread = world_thread(alice);
	struct ipc_msg_args args = {
	    .option = MACH_SEND_MSG | MACH_SEND_TIMEOUT};
	mach_msg_return_t mr;
	uint32_t taken;

	mr = ipc_mach_msg_send(alice, &args, &source, &thread->waiter, &taken);
	thread_end(thread);
	return mr;
}

/* Files that travel with a message. */

static unsigned freed; /* files that ended */

static mach_msg_return_t
send_file(const struct message *message)
{
	struct ipc_kmsg_source source = {
	    .size = message->size, .unreadable = message->unreadable};

	freed = 0;
	source.memory = message_file(message, WORLD_PAGE, &freed);
	return send_source(source);
}

TEST(a_message_in_a_file_arrives_as_one_in_a_packet)
{
	mach_port_name_t names[2] = {to_bob, MACH_PORT_DEAD};
	struct message message;
	struct got got;
	char text[12];

	to_inbox(&message);
	message_add_ool(&message, "first", 6, MACH_MSG_VIRTUAL_COPY);
	message_add_ports(&message, names, 2, COPY_SEND);
	message_add_ool(&message, "second", 7, MACH_MSG_VIRTUAL_COPY);
	message_add_data(&message, "inline data", 12);
	EXPECT(send_file(&message), MACH_MSG_SUCCESS);
	assert_int_equal(freed, 0);
	got = world_receive(bob, inbox);
	got_region(&got, 0, text, 6);
	assert_string_equal(text, "first");
	got_region(&got, 1, names, sizeof(names));
	assert_int_equal(names[0], inbox);
	assert_int_equal(names[1], MACH_PORT_DEAD);
	got_region(&got, 2, text, 7);
	assert_string_equal(text, "second");
	got_bytes(&got, message.size - 12, text, 12);
	assert_string_equal(text, "inline data");
	(void)world_receive(bob, inbox); /* lets the message go */
	assert_int_equal(freed, 1);
}

TEST(a_file_ends_with_a_send_that_fails)
{
	struct message message;

	to_inbox(&message);
	message.size = 20;
	EXPECT(send_file(&message), MACH_SEND_MSG_TOO_SMALL);
	assert_int_equal(freed, 1);
	message_init(&message, MACH_PORT_NULL, COPY_SEND, 0, 0);
	EXPECT(send_file(&message), MACH_SEND_INVALID_DEST);
	assert_int_equal(freed, 1);
	to_inbox(&message);
	message_add_port(&message, world_absent(alice), COPY_SEND);
	EXPECT(send_file(&message), MACH_SEND_INVALID_RIGHT);
	assert_int_equal(freed, 1);
}

TEST(a_file_ends_with_its_destroyed_message)
{
	struct message message;

	to_inbox(&message);
	message_add_ool(&message, "lost", 5, MACH_MSG_VIRTUAL_COPY);
	EXPECT(send_file(&message), MACH_MSG_SUCCESS);
	world_drop_receive(bob, inbox);
	assert_int_equal(freed, 1);
}

TEST(a_file_shorter_than_its_message_is_invalid_data)
{
	struct message message;
	struct ipc_kmsg_source source = {.unreadable = UINT32_MAX};

	to_inbox(&message);
	source.memory = message_file(&message, WORLD_PAGE, &freed);
	source.size = 28;
	freed = 0;
	EXPECT(send_source(source), MACH_SEND_INVALID_DATA);
	assert_int_equal(freed, 1);
}

TEST(a_region_beyond_what_was_passed_is_invalid_memory)
{
	struct message message;
	struct ipc_kmsg_source source = {.unreadable = UINT32_MAX};

	to_inbox(&message);
	message_add_ool(&message, "missing", 8, MACH_MSG_VIRTUAL_COPY);
	source.bytes = message.bytes;
	source.byte_count = message.size;
	source.size = message.size;
	EXPECT(send_source(source), MACH_SEND_INVALID_MEMORY);
	message.region_count = 0;
	EXPECT(send_file(&message), MACH_SEND_INVALID_MEMORY);
	assert_int_equal(freed, 1);
}

/* Budgets. */

TEST(a_task_out_of_messages_sends_no_more)
{
	struct message message;

	world_set_qlimit(bob, inbox, 100);
	alice->account->limits.messages = alice->account->used.messages + 2;
	EXPECT(world_send_empty(alice, to_bob), MACH_MSG_SUCCESS);
	EXPECT(world_send_empty(alice, to_bob), MACH_MSG_SUCCESS);
	EXPECT(world_send_empty(alice, to_bob), MACH_SEND_NO_BUFFER);
	message_init(&message, to_bob, MOVE_SEND, MACH_PORT_NULL, 0);
	EXPECT(world_send(alice, &message), MACH_SEND_NO_BUFFER);
	assert_int_equal(world_refs(alice, to_bob, SEND), 1);
	assert_int_equal(world_sent(alice).outcome, IPC_OUTCOME_NONE);
	(void)world_receive(bob, inbox);
	(void)world_receive(bob, inbox); /* ends the first */
	EXPECT(world_send_empty(alice, to_bob), MACH_MSG_SUCCESS);
}

TEST(a_task_out_of_bytes_sends_smaller_messages_only)
{
	static const uint8_t data[512];
	struct ipc_account *account = alice->account;
	struct message message;
	uint64_t before = account->used.bytes;

	to_inbox(&message);
	message_add_data(&message, data, sizeof(data));
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	account->limits.bytes =
	    before + 3 * (account->used.bytes - before) - 100;
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	EXPECT(world_send(alice, &message), MACH_SEND_NO_BUFFER);
	EXPECT(world_send_empty(alice, to_bob), MACH_MSG_SUCCESS);
}

TEST(the_user_pays_for_all_tasks_together)
{
	mach_port_name_t name = world_give(bob, inbox, MAKE_SEND, carol);

	world_user->limits.messages = world_user->used.messages + 1;
	EXPECT(world_send_empty(alice, to_bob), MACH_MSG_SUCCESS);
	EXPECT(world_send_empty(carol, name), MACH_SEND_NO_BUFFER);
}

TEST(memory_in_a_packet_counts_as_bytes)
{
	static uint8_t much[8192];
	struct message message;

	alice->account->limits.bytes = alice->account->used.bytes + 8192;
	to_inbox(&message);
	message_add_ool(&message, much, sizeof(much), MACH_MSG_VIRTUAL_COPY);
	EXPECT(world_send(alice, &message), MACH_SEND_NO_BUFFER);
	EXPECT(send_file(&message), MACH_MSG_SUCCESS);
	assert_int_equal(
	    alice->account->used.file_bytes, WORLD_PAGE + sizeof(much));
	world_drop_receive(bob, inbox);
	assert_int_equal(alice->account->used.file_bytes, 0);
}

TEST(a_file_counts_as_bytes_in_files)
{
	struct ipc_account *account = alice->account;
	struct message message;

	to_inbox(&message);
	message_add_ool(&message, "some", 4, MACH_MSG_VIRTUAL_COPY);
	account->limits.file_bytes = WORLD_PAGE + 3;
	EXPECT(send_file(&message), MACH_SEND_NO_BUFFER);
	assert_int_equal(freed, 1);
	account->limits.file_bytes = WORLD_PAGE + 4;
	EXPECT(send_file(&message), MACH_MSG_SUCCESS);
	assert_int_equal(account->queued_bytes,
	    account->used.bytes - alice->table_bytes + WORLD_PAGE + 4);
}

TEST(a_task_out_of_bytes_sends_no_rights)
{
	struct ipc_account *account = alice->account;
	uint64_t before = account->used.bytes;
	uint64_t least;
	struct message message;

	world_set_qlimit(bob, inbox, 100);
	to_inbox(&message);
	message_add_data(&message, "as long as those", 16);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	least = account->used.bytes - before;

	/* Room for its bytes, but not for what a right may keep in memory. */
	to_inbox(&message);
	message_add_port(&message, to_bob, COPY_SEND);
	account->limits.bytes = account->used.bytes + least;
	EXPECT(world_send(alice, &message), MACH_SEND_NO_BUFFER);
	assert_int_equal(world_srights(bob, inbox), 2);
	assert_int_equal(account->used.bytes, before + least);
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(a_message_in_a_file_arrives_as_one_in_a_packet),
	    HERE(a_file_ends_with_a_send_that_fails),
	    HERE(a_file_ends_with_its_destroyed_message),
	    HERE(a_file_shorter_than_its_message_is_invalid_data),
	    HERE(a_region_beyond_what_was_passed_is_invalid_memory),
	    HERE(a_task_out_of_messages_sends_no_more),
	    HERE(a_task_out_of_bytes_sends_smaller_messages_only),
	    HERE(the_user_pays_for_all_tasks_together),
	    HERE(memory_in_a_packet_counts_as_bytes),
	    HERE(a_file_counts_as_bytes_in_files),
	    HERE(a_task_out_of_bytes_sends_no_rights),
	};

	return RUN("ipc_kmsg_charge", tests);
}
