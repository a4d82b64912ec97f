/* mach_msg(): buffers, sizes, and memory that is not there. */
#include <mach/message.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "note.h"
#include "program.h"

#define LARGEST 50331580u
#define NOWHERE ((mach_msg_header_t *)(uintptr_t)16)
/* Not even an address of a program. */
#define BEYOND ((mach_msg_header_t *)(UINTPTR_MAX - 4095))

/* @bytes of memory that end where nothing is. */
static unsigned char *
memory_before_nothing(size_t bytes)
{
	size_t mapped = round_page(bytes) + vm_page_size;
	unsigned char *memory = mmap(NULL, mapped, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(memory != MAP_FAILED);
	CHECK_EQ(
	    mprotect(memory + mapped - vm_page_size, vm_page_size, PROT_NONE),
	    0);
	return memory + round_page(bytes) - bytes;
}

static mach_msg_return_t
receive(mach_port_t port, void *buffer, mach_msg_size_t size,
    mach_msg_option_t option)
{
	return mach_msg(buffer, MACH_RCV_MSG | MACH_RCV_TIMEOUT | option, 0,
	    size, port, 0, MACH_PORT_NULL);
}

static mach_msg_return_t
send(void *message, mach_msg_size_t size)
{
	return mach_msg(
	    message, MACH_SEND_MSG, size, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

static const mach_msg_size_t sizes[] = {24, 28, 32, 1000, 4096, 65536,
    128 * 1024 - 128, 128 * 1024 - 60, 128 * 1024 - 56, 128 * 1024 - 52,
    128 * 1024, 128 * 1024 + 4, 1 << 20, 16 << 20, LARGEST};

/* Message and trailer go just into the buffer, whatever the size. */
static void
send_size(mach_port_t port, mach_msg_size_t size)
{
	unsigned char *out = memory_before_nothing(size);
	unsigned char *in = memory_before_nothing(size + MAX_TRAILER_SIZE);
	struct note note = note_to(port, 0);
	mach_msg_audit_trailer_t trailer;

	for (uint32_t i = sizeof(note.header); i < size; i++)
		out[i] = (unsigned char)(i * 31 >> 4);
	memcpy(out, &note.header, sizeof(note.header));
	CHECK_EQ(send(out, size), MACH_MSG_SUCCESS);
	in += MAX_TRAILER_SIZE - sizeof(trailer);
	CHECK_EQ(receive(port, in, size + (mach_msg_size_t)sizeof(trailer),
	             MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT)),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(memcmp(in + 24, out + 24, size - 24), 0);
	memcpy(&note.header, in, sizeof(note.header));
	CHECK_EQ(note.header.msgh_size, size);
	CHECK_EQ(note.header.msgh_local_port, port);
	memcpy(&trailer, in + size, sizeof(trailer));
	CHECK_EQ(trailer.msgh_trailer_size, sizeof(trailer));
	CHECK_EQ(trailer.msgh_audit.val[5], getpid());
}

static void
send_sizes(void)
{
	mach_port_t port = note_port();

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		send_size(port, sizes[i]);
}

static void
messages_of_all_sizes_arrive_whole(void **state)
{
	(void)state;
	program_run(send_sizes);
}

static void
send_bad_sizes(void)
{
	mach_port_t port = note_port();
	struct note note = note_to(port, 0);

	CHECK_EQ(send(&note, 0), MACH_SEND_MSG_TOO_SMALL);
	CHECK_EQ(send(&note, 20), MACH_SEND_MSG_TOO_SMALL);
	CHECK_EQ(send(&note, 26), MACH_SEND_MSG_TOO_SMALL);
	CHECK_EQ(send(&note, LARGEST + 4), MACH_SEND_TOO_LARGE);
	CHECK_EQ(send(&note, UINT32_MAX - 3), MACH_SEND_TOO_LARGE);
	CHECK_EQ(send(NULL, 24), MACH_SEND_INVALID_DATA);
	CHECK_EQ(send(NULL, 20), MACH_SEND_MSG_TOO_SMALL);
	note.header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	note.number = 1; /* descriptor, for which there is no room */
	CHECK_EQ(send(&note, NOTE_BYTES), MACH_SEND_MSG_TOO_SMALL);
	CHECK_EQ(send(&note, 24), MACH_SEND_MSG_TOO_SMALL);
}

static void
sizes_are_checked_before_the_message_is_read(void **state)
{
	(void)state;
	program_run(send_bad_sizes);
}

static void
send_unreadable(void)
{
	mach_port_t port = note_port();
	struct note note = note_to(port, 0);
	unsigned char *edge = memory_before_nothing(28);
	unsigned char *half = memory_before_nothing(4096);
	int32_t number;

	CHECK_EQ(send(NOWHERE, 24), MACH_SEND_INVALID_DATA);
	CHECK_EQ(send(BEYOND, 24), MACH_SEND_INVALID_DATA);
	memcpy(edge, &note, 28);
	CHECK_EQ(send(edge + 8, 24), MACH_SEND_INVALID_DATA);
	CHECK_EQ(send(edge, 32), MACH_SEND_INVALID_DATA);
	memcpy(half, &note, NOTE_BYTES);
	CHECK_EQ(send(half, 8192), MACH_SEND_INVALID_DATA);
	CHECK_EQ(send(half, 8 << 20), MACH_SEND_INVALID_DATA);
	/* Nothing was used up by all that. */
	CHECK_EQ(send(edge, 28), MACH_MSG_SUCCESS);
	CHECK_EQ(note_receive(port, &number, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQ(note_receive(port, &number, MACH_RCV_TIMEOUT, 0),
	    MACH_RCV_TIMED_OUT);
}

static void
a_message_that_cannot_be_read_is_refused(void **state)
{
	(void)state;
	program_run(send_unreadable);
}

static void
receive_unwritable(void)
{
	mach_port_t port = note_port();
	mach_msg_header_t *const places[] = {NULL, NOWHERE, BEYOND,
	    (mach_msg_header_t *)(void *)(memory_before_nothing(8))};
	size_t large = 1 << 20;
	unsigned char *message = memory_before_nothing(large);
	unsigned char *small = memory_before_nothing(large / 2);
	struct note note = note_to(port, 0);

	for (int i = 0; i < 4; i++) {
		CHECK_EQ(receive(port, places[i], 64, 0), MACH_RCV_TIMED_OUT);
		CHECK_EQ(note_send(port, i, 0, 0), MACH_MSG_SUCCESS);
		CHECK_EQ(
		    receive(port, places[i], 64, 0), MACH_RCV_INVALID_DATA);
	}
	memcpy(message, &note.header, sizeof(note.header));
	for (int i = 0; i < 2; i++) {
		CHECK_EQ(
		    send(message, (mach_msg_size_t)large), MACH_MSG_SUCCESS);
		CHECK_EQ(receive(port, i == 0 ? small : message,
		             (mach_msg_size_t)large + 8, 0),
		    MACH_RCV_INVALID_DATA);
	}
	CHECK_EQ(note_send(port, 7, 0, 0), MACH_MSG_SUCCESS);
	note_expect(port, 7);
}

static void
a_message_for_memory_that_cannot_be_written_is_lost(void **state)
{
	(void)state;
	program_run(receive_unwritable);
}

static void
receive_large(void)
{
	mach_port_t port = note_port();
	mach_msg_header_t header = {0};
	unsigned char *few = memory_before_nothing(8);
	mach_port_t set;

	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &set),
	    KERN_SUCCESS);
	CHECK_EQ(
	    mach_port_insert_member(mach_task_self(), port, set), KERN_SUCCESS);
	CHECK_EQ(note_send(port, 1, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQ(receive(set, NULL, 0, MACH_RCV_LARGE), MACH_RCV_TOO_LARGE);
	CHECK_EQ(receive(set, NULL, 24, MACH_RCV_LARGE), MACH_RCV_TOO_LARGE);
	CHECK_EQ(receive(set, few, 8, MACH_RCV_LARGE), MACH_RCV_TOO_LARGE);
	CHECK_EQ(((uint32_t *)(void *)few)[1], NOTE_BYTES);
	CHECK_EQ(receive(set, &header, 24, MACH_RCV_LARGE), MACH_RCV_TOO_LARGE);
	CHECK_EQ(header.msgh_local_port, MACH_PORT_NULL);
	CHECK_EQ(
	    receive(set, &header, 24, MACH_RCV_LARGE | MACH_RCV_LARGE_IDENTITY),
	    MACH_RCV_TOO_LARGE);
	CHECK_EQ(header.msgh_size, NOTE_BYTES);
	CHECK_EQ(header.msgh_local_port, port);
	note_expect(set, 1);
}

static void
what_is_too_large_stays_and_tells_its_size(void **state)
{
	(void)state;
	program_run(receive_large);
}

static void
receive_too_small(void)
{
	mach_port_t port = note_port();
	struct note note = {.number = 77};

	CHECK_EQ(note_send(port, 1, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQ(receive(port, &note, 28, 0), MACH_RCV_TOO_LARGE);
	CHECK_EQ(note.header.msgh_size, 24);
	CHECK_EQ(note.header.msgh_local_port, port);
	CHECK_EQ(note.number, 0); /* the begin of a trailer */
	CHECK_EQ(receive(port, &note, sizeof(note), 0), MACH_RCV_TIMED_OUT);
}

static void
what_does_not_fit_leaves_a_bare_header(void **state)
{
	(void)state;
	program_run(receive_too_small);
}

static void
overwrite(void)
{
	mach_port_t port = note_port();
	struct note out = note_to(port, 3);
	struct note in = {.number = 0};
	int32_t count;

	CHECK_EQ(
	    mach_msg_overwrite(&out.header, MACH_SEND_MSG | MACH_RCV_MSG,
	        NOTE_BYTES, sizeof(in), port, 0, MACH_PORT_NULL, &in.header, 0),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(in.number, 3);
	CHECK_EQ(in.header.msgh_local_port, port);
	CHECK_EQ(out.header.msgh_remote_port, port);

	/* What cannot be sent comes back to where it came from. */
	count = note_fill(port);
	in = (struct note){.number = 99};
	CHECK_EQ(
	    mach_msg_overwrite(&out.header,
	        MACH_SEND_MSG | MACH_RCV_MSG | MACH_SEND_TIMEOUT, NOTE_BYTES,
	        sizeof(in), port, 0, MACH_PORT_NULL, &in.header, 0),
	    MACH_SEND_TIMED_OUT);
	CHECK_EQ(in.number, 99);
	CHECK_EQ(out.header.msgh_bits, MACH_MSG_TYPE_MOVE_SEND);
	CHECK_EQ(out.header.msgh_size, NOTE_BYTES);
	for (int32_t i = 0; i < count; i++)
		note_expect(port, i);
}

static void
two_buffers_are_kept_apart(void **state)
{
	(void)state;
	program_run(overwrite);
}

static void
give_back(void)
{
	mach_port_t port = note_port();
	size_t size = 1 << 20;
	unsigned char *message = memory_before_nothing(size);
	struct note note = note_to(port, 0);
	mach_msg_header_t header;

	(void)note_fill(port);
	memset(message, 'x', size);
	memcpy(message, &note.header, sizeof(note.header));
	CHECK_EQ(mach_msg((mach_msg_header_t *)(void *)message,
	             MACH_SEND_MSG | MACH_SEND_TIMEOUT, (mach_msg_size_t)size,
	             0, MACH_PORT_NULL, 10, MACH_PORT_NULL),
	    MACH_SEND_TIMED_OUT);
	memcpy(&header, message, sizeof(header));
	CHECK_EQ(header.msgh_size, size);
	CHECK_EQ(header.msgh_bits, MACH_MSG_TYPE_MOVE_SEND);
	for (size_t i = sizeof(header); i < size; i++)
		CHECK(message[i] == 'x');

	/* Where it cannot be written, that changes nothing. */
	memcpy(message, &note.header, sizeof(note.header));
	CHECK_EQ(mprotect((void *)trunc_page(message), size, PROT_READ), 0);
	CHECK_EQ(mach_msg((mach_msg_header_t *)(void *)message,
	             MACH_SEND_MSG | MACH_SEND_TIMEOUT, 4096, 0, MACH_PORT_NULL,
	             0, MACH_PORT_NULL),
	    MACH_SEND_TIMED_OUT);
}

static void
what_cannot_be_sent_is_given_back_whole(void **state)
{
	(void)state;
	program_run(give_back);
}

static void
send_and_receive_by_header(void)
{
	mach_port_t port = note_port();
	struct note note = note_to(port, 12);

	note.header.msgh_size = NOTE_BYTES;
	CHECK_EQ(mach_msg_send(&note.header), MACH_MSG_SUCCESS);
	note.header.msgh_size = sizeof(note);
	note.header.msgh_local_port = port;
	note.number = 0;
	CHECK_EQ(mach_msg_receive(&note.header), MACH_MSG_SUCCESS);
	CHECK_EQ(note.number, 12);
}

static void
the_short_calls_take_all_from_the_header(void **state)
{
	(void)state;
	program_run(send_and_receive_by_header);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_of_all_sizes_arrive_whole),
	    cmocka_unit_test(sizes_are_checked_before_the_message_is_read),
	    cmocka_unit_test(a_message_that_cannot_be_read_is_refused),
	    cmocka_unit_test(
	        a_message_for_memory_that_cannot_be_written_is_lost),
	    cmocka_unit_test(what_is_too_large_stays_and_tells_its_size),
	    cmocka_unit_test(what_does_not_fit_leaves_a_bare_header),
	    cmocka_unit_test(two_buffers_are_kept_apart),
	    cmocka_unit_test(what_cannot_be_sent_is_given_back_whole),
	    cmocka_unit_test(the_short_calls_take_all_from_the_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
