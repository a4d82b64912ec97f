/* Regions of messages, in files of their own and in others. */
#include "ipc_region.h"

#include <stdlib.h>
#include <string.h>

#include "ipc_mach_msg.h"
#include "world.h"

static mach_port_name_t inbox;  /* bob's */
static mach_port_name_t to_bob; /* alice's send right for it */
static struct thread *sender;   /* alice's */
static unsigned freed;          /* files that ended */

static int
setup(void **state)
{
	(void)world_setup(state);
	inbox = world_port(bob);
	to_bob = world_give(bob, inbox, MAKE_SEND, alice);
	sender = world_thread(alice);
	freed = 0;
	return 0;
}

static void
to_inbox(struct message *message)
{
	message_init(message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
}

static mach_msg_return_t
send_source(const struct ipc_kmsg_source *source)
{
	const struct ipc_msg_args args = {
	    .option = MACH_SEND_MSG | MACH_SEND_TIMEOUT, .address = 0x5000};

	ipc_waiter_reset(&sender->waiter);
	return ipc_mach_msg_send(
	    alice, &args, source, &sender->waiter, &sender->taken);
}

/* Send it in a packet, with files beside it. */
static mach_msg_return_t
send_placed(const struct message *message)
{
	struct ipc_kmsg_source source = {
	    .size = message->size, .unreadable = message->unreadable};
	uint8_t *packed = message_pack(message, 8, &source.byte_count);
	mach_msg_return_t mr;

	source.bytes = packed;
	source.placed = message_placed(message, WORLD_PAGE, &freed);
	mr = send_source(&source);
	free(packed);
	return mr;
}

/* Send it in a file, with others beside it. */
static mach_msg_return_t
send_files(const struct message *message)
{
	const struct ipc_kmsg_source source = {
	    .size = message->size,
	    .unreadable = message->unreadable,
	    .memory = message_file(message, WORLD_PAGE, &freed),
	    .placed = message_placed(message, WORLD_PAGE, &freed),
	};

	return send_source(&source);
}

static void
expect_text(const struct got *got, unsigned nth, const char *text)
{
	char came[16];

	got_region(got, nth, came, strlen(text));
	assert_memory_equal(came, text, strlen(text));
}

/* Placed and not, with all that there is between them. */
static void
mixed_message(struct message *message)
{
	static mach_port_name_t names[2];

	names[0] = to_bob;
	names[1] = MACH_PORT_DEAD;
	to_inbox(message);
	message_add_ool(message, "placed", 6, MACH_MSG_VIRTUAL_COPY);
	message_add_port(message, to_bob, COPY_SEND);
	message_add_ool(message, "along", 5, MACH_MSG_VIRTUAL_COPY);
	message_add_ool(message, NULL, 0, MACH_MSG_VIRTUAL_COPY);
	message_add_ool(message, "apart", 5, MACH_MSG_PHYSICAL_COPY);
	message_add_ports(message, names, 2, COPY_SEND);
	message_add_ool(message, "behind", 6, MACH_MSG_VIRTUAL_COPY);
	message_place(message, 0);
	message_place(message, 4);
}

static void
expect_mixed(const struct got *got)
{
	mach_port_name_t names[2];

	assert_int_equal(got->code, MACH_MSG_SUCCESS);
	expect_text(got, 0, "placed");
	expect_text(got, 2, "along");
	expect_text(got, 4, "apart");
	got_region(got, 5, names, sizeof(names));
	assert_int_equal(names[0], inbox);
	assert_int_equal(names[1], MACH_PORT_DEAD);
	expect_text(got, 6, "behind");
}

TEST(regions_in_files_of_their_own_arrive_among_others)
{
	struct message message;
	struct got got;

	mixed_message(&message);
	EXPECT(send_placed(&message), MACH_MSG_SUCCESS);
	assert_int_equal(sender->taken, 7);
	got = world_receive(bob, inbox);
	expect_mixed(&got);
	assert_int_equal(freed, 0);
	(void)world_receive(bob, inbox); /* lets the message go */
	assert_int_equal(freed, 2);
}

TEST(they_arrive_beside_a_message_in_a_file)
{
	struct message message;
	struct got got;

	mixed_message(&message);
	EXPECT(send_files(&message), MACH_MSG_SUCCESS);
	got = world_receive(bob, inbox);
	expect_mixed(&got);
	(void)world_receive(bob, inbox);
	assert_int_equal(freed, 3);
}

/* --- far away -------------------------------------------------------------- */

#define FAR (UINT64_C(5) << 30)

static bool
far_read(
    const struct ipc_memory *memory, uint64_t offset, void *to, size_t count)
{
	assert_true(offset >= FAR && count <= memory->bytes - offset);
	memset(to, 'f', count);
	return true;
}

static void
far_free(struct ipc_memory *memory)
{
	memory->next = NULL;
	freed++;
}

static struct ipc_memory
far_file(uint64_t offset, uint64_t bytes)
{
	return (struct ipc_memory){
	    .bytes = bytes,
	    .memory_bytes = bytes,
	    .offset = offset,
	    .read = far_read,
	    .free = far_free,
	};
}

/* Send one region of 4 bytes in @memory, or more. */
static mach_msg_return_t
send_far(struct ipc_memory *memory, unsigned count)
{
	struct ipc_kmsg_source source = {.unreadable = UINT32_MAX};
	struct message message;

	to_inbox(&message);
	for (unsigned i = 0; i < count; i++) {
		message_add_ool(&message, "far!", 4, MACH_MSG_VIRTUAL_COPY);
		memory[i].index = i;
		memory[i].next = i + 1 < count ? &memory[i + 1] : NULL;
	}
	source.size = message.size;
	source.bytes = message.bytes;
	source.byte_count = message.size;
	source.placed = memory;
	return send_source(&source);
}

TEST(a_region_may_begin_beyond_4_gib)
{
	struct ipc_memory memory = far_file(FAR, FAR + 4);
	struct got got;

	alice->account->limits.file_bytes = FAR + 4;
	world_user->limits.file_bytes = FAR + 4;
	EXPECT(send_far(&memory, 1), MACH_MSG_SUCCESS);
	got = world_receive(bob, inbox);
	expect_text(&got, 0, "ffff");
	(void)world_receive(bob, inbox);
	assert_int_equal(freed, 1);
}

TEST(a_region_beyond_its_file_is_invalid_memory)
{
	struct ipc_memory memory = far_file(WORLD_PAGE, WORLD_PAGE + 3);

	EXPECT(send_far(&memory, 1), MACH_SEND_INVALID_MEMORY);
	assert_int_equal(sender->taken, 0);
	memory = far_file(UINT64_C(1) << 63, WORLD_PAGE);
	EXPECT(send_far(&memory, 1), MACH_SEND_INVALID_MEMORY);
	memory = far_file(-(uint64_t)WORLD_PAGE, WORLD_PAGE);
	EXPECT(send_far(&memory, 1), MACH_SEND_INVALID_MEMORY);
	assert_int_equal(freed, 3);
}

TEST(files_are_charged_whole_until_the_message_goes)
{
	struct ipc_account *account = alice->account;
	struct ipc_memory memory[2] = {
	    far_file(0, 1000), far_file(WORLD_PAGE, 10000)};

	account->limits.file_bytes = 10999;
	EXPECT(send_far(memory, 2), MACH_SEND_NO_BUFFER);
	assert_int_equal(freed, 2);
	account->limits.file_bytes = 11000;
	EXPECT(send_far(memory, 2), MACH_MSG_SUCCESS);
	assert_int_equal(account->used.file_bytes, 11000);
	world_drop_receive(bob, inbox);
	assert_int_equal(account->used.file_bytes, 0);
	assert_int_equal(freed, 4);
}

TEST(files_of_more_bytes_than_can_be_counted_are_no_buffer)
{
	struct ipc_memory memory[2] = {
	    far_file(0, UINT64_C(1) << 63), far_file(0, UINT64_C(1) << 63)};

	alice->account->limits.file_bytes = UINT64_MAX;
	world_user->limits.file_bytes = UINT64_MAX;
	EXPECT(send_far(memory, 2), MACH_SEND_NO_BUFFER);
	assert_int_equal(freed, 2);
	assert_int_equal(alice->account->used.file_bytes, 0);
}

/* --- files where none can be ----------------------------------------------- */

/* Send @message with one file too many, for descriptor @index. */
static mach_msg_return_t
send_with_file_for(const struct message *message, uint32_t index)
{
	struct ipc_kmsg_source source = {
	    .size = message->size, .unreadable = message->unreadable};
	struct ipc_memory memory = far_file(FAR, FAR + WORLD_PAGE);
	uint8_t *packed = message_pack(message, 8, &source.byte_count);
	mach_msg_return_t mr;

	alice->account->limits.file_bytes = 2 * FAR;
	world_user->limits.file_bytes = 2 * FAR;
	memory.index = index;
	source.bytes = packed;
	source.placed = &memory;
	freed = 0;
	mr = send_source(&source);
	free(packed);
	assert_int_equal(freed, 1);
	return mr;
}

TEST(a_file_for_what_is_no_memory_is_invalid_memory)
{
	mach_port_name_t names[1] = {to_bob};
	struct message message;

	to_inbox(&message);
	message_add_port(&message, to_bob, COPY_SEND);
	message_add_ool(&message, NULL, 0, MACH_MSG_VIRTUAL_COPY);
	message_add_ports(&message, names, 1, COPY_SEND);
	message_add_ports(&message, names, 0, COPY_SEND);
	for (uint32_t i = 0; i < 4; i++) {
		EXPECT(
		    send_with_file_for(&message, i), MACH_SEND_INVALID_MEMORY);
		assert_int_equal(sender->taken, i);
	}
	world_expect_empty(bob, inbox);
}

TEST(a_file_for_no_descriptor_is_invalid_memory)
{
	struct message message;

	to_inbox(&message);
	EXPECT(send_with_file_for(&message, 0), MACH_SEND_INVALID_MEMORY);
	message_add_ool(&message, "memory", 6, MACH_MSG_VIRTUAL_COPY);
	EXPECT(send_with_file_for(&message, 1), MACH_SEND_INVALID_MEMORY);
	assert_int_equal(sender->taken, 1);
	EXPECT(
	    send_with_file_for(&message, UINT32_MAX), MACH_SEND_INVALID_MEMORY);
	world_expect_empty(bob, inbox);
}

TEST(what_came_before_a_wrong_file_is_destroyed)
{
	mach_port_name_t port = world_port(alice);
	struct message message;

	to_inbox(&message);
	message_add_port(&message, port, MAKE_SEND);
	message_add_port(&message, to_bob, COPY_SEND);
	EXPECT(send_with_file_for(&message, 1), MACH_SEND_INVALID_MEMORY);
	assert_int_equal(world_srights(alice, port), 0);
}

/* --- ends ------------------------------------------------------------------ */

TEST(files_end_with_a_send_that_is_refused)
{
	struct message message;

	mixed_message(&message);
	message.size = 20;
	EXPECT(send_files(&message), MACH_SEND_MSG_TOO_SMALL);
	assert_int_equal(freed, 3);
	mixed_message(&message);
	message_header(&message)->msgh_remote_port = MACH_PORT_NULL;
	EXPECT(send_files(&message), MACH_SEND_INVALID_DEST);
	assert_int_equal(freed, 6);
	mixed_message(&message);
	message_set_unreadable(&message, 0);
	EXPECT(send_files(&message), MACH_SEND_INVALID_MEMORY);
	assert_int_equal(freed, 9);
}

TEST(files_come_back_with_a_message_that_cannot_be_sent)
{
	struct message message;
	struct got got;

	world_set_qlimit(bob, inbox, 0);
	mixed_message(&message);
	EXPECT(send_placed(&message), MACH_SEND_TIMED_OUT);
	assert_int_equal(sender->taken, 7);
	assert_int_equal(freed, 0);
	got = thread_got(sender);
	expect_text(&got, 0, "placed");
	expect_text(&got, 4, "apart");
	ipc_waiter_reset(&sender->waiter);
	assert_int_equal(freed, 2);
}

TEST(files_end_with_a_body_that_has_no_room)
{
	struct message message;
	struct got got;

	mixed_message(&message);
	EXPECT(send_placed(&message), MACH_MSG_SUCCESS);
	EXPECT(thread_receive(world_thread(bob), inbox, POLL, 24),
	    MACH_RCV_TOO_LARGE);
	assert_int_equal(freed, 2);
	got = world_receive(bob, inbox);
	assert_int_equal(got.code, MACH_RCV_TIMED_OUT);
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(regions_in_files_of_their_own_arrive_among_others),
	    HERE(they_arrive_beside_a_message_in_a_file),
	    HERE(a_region_may_begin_beyond_4_gib),
	    HERE(a_region_beyond_its_file_is_invalid_memory),
	    HERE(files_are_charged_whole_until_the_message_goes),
	    HERE(files_of_more_bytes_than_can_be_counted_are_no_buffer),
	    HERE(a_file_for_what_is_no_memory_is_invalid_memory),
	    HERE(a_file_for_no_descriptor_is_invalid_memory),
	    HERE(what_came_before_a_wrong_file_is_destroyed),
	    HERE(files_end_with_a_send_that_is_refused),
	    HERE(files_come_back_with_a_message_that_cannot_be_sent),
	    HERE(files_end_with_a_body_that_has_no_room),
	};

	return RUN("ipc_region", tests);
}
