/* Copyin: files that cannot be read, or that hold what no message is. */
#include <stdlib.h>
#include <string.h>

#include "world.h"

static mach_port_name_t inbox;  /* bob's */
static mach_port_name_t to_bob; /* alice's send right for it */

static int
setup(void **state)
{
	(void)world_setup(state);
	inbox = world_port(bob);
	to_bob = world_give(bob, inbox, MAKE_SEND, alice);
	return 0;
}

static unsigned freed;      /* files that ended */
static unsigned good_reads; /* those that are still to succeed */

/* A file in front of another. */
struct faulty {
	struct ipc_memory memory;
	struct ipc_memory *behind;
};

static bool
faulty_read(
    const struct ipc_memory *memory, uint64_t offset, void *to, size_t count)
{
	const struct faulty *faulty =
	    (const struct faulty *)(const void *)memory;

	if (good_reads == 0)
		return false;
	good_reads--;
	return faulty->behind->read(faulty->behind, offset, to, count);
}

static void
faulty_free(struct ipc_memory *memory)
{
	struct faulty *faulty = CONTAINER_OF(memory, struct faulty, memory);

	faulty->behind->free(faulty->behind);
	free(faulty);
}

/* Send @message in a file that says that it has @bytes more, all zero and never
 * looked at, and of which the first @good reads succeed. */
static mach_msg_return_t
send_file(const struct message *message, uint32_t more, unsigned good)
{
	struct faulty *faulty = calloc(1, sizeof(*faulty));
	struct thread *thread = world_thread(alice);
	struct ipc_msg_args args = {
	    .option = MACH_SEND_MSG | MACH_SEND_TIMEOUT};
	struct ipc_kmsg_source source = {
	    .size = message->size + more, .unreadable = UINT32_MAX};
	mach_msg_return_t mr;
	uint32_t taken;

	assert_non_null(faulty);
	freed = 0;
	faulty->behind = message_file(message, WORLD_PAGE, &freed);
	faulty->memory.bytes = faulty->behind->bytes + more;
	faulty->memory.memory_bytes = faulty->memory.bytes;
	faulty->memory.read = faulty_read;
	faulty->memory.free = faulty_free;
	good_reads = good;
	source.memory = &faulty->memory;
	mr = ipc_mach_msg_send(alice, &args, &source, &thread->waiter, &taken);
	thread_end(thread);
	return mr;
}

#define ALL 99

static void
to_inbox(struct message *message)
{
	message_init(message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
}

TEST(a_file_that_cannot_be_read_ends_the_send)
{
	mach_port_name_t port = world_port(alice);
	struct message message;

	to_inbox(&message);
	message_add_ports(&message, &port, 1, MAKE_SEND);
	/* The header, the descriptors, the array. */
	EXPECT(send_file(&message, 0, 0), MACH_SEND_INVALID_DATA);
	assert_int_equal(freed, 1);
	EXPECT(send_file(&message, 0, 1), MACH_SEND_INVALID_DATA);
	assert_int_equal(freed, 1);
	EXPECT(send_file(&message, 0, 2), MACH_SEND_INVALID_MEMORY);
	assert_int_equal(freed, 1);
	assert_int_equal(world_srights(alice, port), 0);
	world_expect_empty(bob, inbox);
	EXPECT(send_file(&message, 0, ALL), MACH_MSG_SUCCESS);
	assert_int_equal(world_srights(alice, port), 1);
}

TEST(a_file_with_less_than_its_descriptors_is_too_small)
{
	const uint32_t counts[] = {2, 0x10000};
	struct message message;
	mach_msg_base_t base;

	for (size_t i = 0; i < 2; i++) {
		to_inbox(&message);
		message_add_port(&message, to_bob, COPY_SEND);
		memcpy(&base, message.bytes, sizeof(base));
		base.body.msgh_descriptor_count = counts[i];
		memcpy(message.bytes, &base, sizeof(base));
		EXPECT(send_file(&message, 0, ALL), MACH_SEND_MSG_TOO_SMALL);
		assert_int_equal(freed, 1);
	}
}

TEST(a_file_with_a_descriptor_of_no_type_is_an_invalid_type)
{
	struct message message;

	to_inbox(&message);
	message_add_port(&message, to_bob, COPY_SEND);
	message.bytes[sizeof(mach_msg_base_t) + 11] = 0x55;
	message_add_data(&message, "more", 4);
	EXPECT(send_file(&message, 0, ALL), MACH_SEND_INVALID_TYPE);
	assert_int_equal(freed, 1);
}

TEST(more_descriptors_than_the_kernel_looks_at_are_no_buffer)
{
	const uint32_t count = (2u << 20) / sizeof(mach_msg_port_descriptor_t);
	struct message message;
	mach_msg_base_t base;

	to_inbox(&message);
	message_add_port(&message, to_bob, COPY_SEND);
	memcpy(&base, message.bytes, sizeof(base));
	base.body.msgh_descriptor_count = count;
	memcpy(message.bytes, &base, sizeof(base));
	EXPECT(send_file(&message, 2u << 20, ALL), MACH_SEND_NO_BUFFER);
	assert_int_equal(freed, 1);
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(a_file_that_cannot_be_read_ends_the_send),
	    HERE(a_file_with_less_than_its_descriptors_is_too_small),
	    HERE(a_file_with_a_descriptor_of_no_type_is_an_invalid_type),
	    HERE(more_descriptors_than_the_kernel_looks_at_are_no_buffer),
	};

	return RUN("ipc_kmsg_file", tests);
}
