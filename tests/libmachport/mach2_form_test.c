/*
 * What a Mach 2.5 program gets from senders that it cannot trust, or that know
 * nothing of it; and what becomes of a message that it has no room for.
 */
#include <mach/mach2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "program.h"

/* The mark of mach2_form.h, of a message of MSG_TYPE_NORMAL. */
#define MARK 0x4d320000u
#define PORT_BITS 32u

static port_t
new_port(void)
{
	port_t port;

	CHECK_EQ(port_allocate(task_self(), &port), KERN_SUCCESS);
	return port;
}

static msg_return_t
receive(port_t port, void *message, size_t room, msg_option_t option)
{
	msg_header_t *header = message;

	header->msg_local_port = port;
	header->msg_size = (msg_size_t)room;
	return msg_receive(header, option | RCV_TIMEOUT, 0);
}

static msg_return_t
send_simple(port_t port, size_t size)
{
	static char bytes[MSG_SIZE_MAX];
	msg_header_t header = {
	    .msg_simple = TRUE,
	    .msg_size = (msg_size_t)size,
	    .msg_remote_port = port,
	};

	memcpy(bytes, &header, sizeof(header));
	return msg_send((msg_header_t *)(void *)bytes, 0, 0);
}

static mach_msg_header_t
marked_header(port_t to)
{
	return (mach_msg_header_t){
	    .msgh_bits = MACH_MSGH_BITS_COMPLEX |
	        MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .msgh_remote_port = to,
	    .msgh_voucher_port = MARK,
	};
}

static void
send_modern(mach_msg_header_t *message, size_t size)
{
	CHECK_EQ(
	    mach_msg(message, MACH_SEND_MSG, (mach_msg_size_t)size, 0, 0, 0, 0),
	    MACH_MSG_SUCCESS);
}

/* Nothing is behind the descriptor; the item says that there is a page. */
static void
forge_memory(void)
{
	port_t to = new_port();
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_ool_descriptor_t memory;
		msg_type_t type;
		uint32_t address[3];
	} out = {
	    .header = marked_header(to),
	    .body = {1},
	    .memory = {.type = MACH_MSG_OOL_DESCRIPTOR},
	    .type = {.msg_type_name = MSG_TYPE_BYTE,
	        .msg_type_size = 8,
	        .msg_type_number = 4095},
	};
	struct {
		msg_header_t header;
		msg_type_t type;
		char *memory;
		char rest[64];
	} in;

	send_modern(&out.header, sizeof(out));
	CHECK_EQ(receive(to, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQ(in.type.msg_type_number, 0);
}

static void
forge_array(void)
{
	port_t to = new_port();
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_ool_ports_descriptor_t array;
		msg_type_t type;
		uint32_t address[3];
	} out = {
	    .header = marked_header(to),
	    .body = {1},
	    .array = {.type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
	        .disposition = MACH_MSG_TYPE_COPY_SEND},
	    .type = {.msg_type_name = MSG_TYPE_PORT,
	        .msg_type_size = PORT_BITS,
	        .msg_type_number = 4095},
	};
	struct {
		msg_header_t header;
		msg_type_t type;
		port_t *ports;
		char rest[64];
	} in;

	send_modern(&out.header, sizeof(out));
	CHECK_EQ(receive(to, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQ(in.type.msg_type_number, 0);
}

static void
no_item_says_more_than_there_is(void **state)
{
	(void)state;
	program_run(forge_memory);
	program_run(forge_array);
}

/* A send right is no receive right, whatever the item says. */
static void
forge_right(void)
{
	port_t to = new_port();
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_port_descriptor_t port;
		msg_type_t type;
		port_t place;
	} out = {
	    .header = marked_header(to),
	    .body = {1},
	    .port = {.name = to,
	        .disposition = MACH_MSG_TYPE_COPY_SEND,
	        .type = MACH_MSG_PORT_DESCRIPTOR},
	    .type = {.msg_type_name = MSG_TYPE_PORT_ALL,
	        .msg_type_size = PORT_BITS,
	        .msg_type_number = 1,
	        .msg_type_inline = TRUE},
	};
	struct {
		msg_header_t header;
		msg_type_t type;
		port_t port;
		char rest[64];
	} in;

	send_modern(&out.header, sizeof(out));
	CHECK_EQ(receive(to, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQ(in.type.msg_type_name, MSG_TYPE_PORT);
	CHECK_EQ(in.port, to);
}

static void
forge_array_of_rights(void)
{
	port_t to = new_port();
	port_t ports[1] = {to};
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_ool_ports_descriptor_t array;
		msg_type_t type;
		uint32_t address[3];
	} out = {
	    .header = marked_header(to),
	    .body = {1},
	    .array = {.address = ports,
	        .count = 1,
	        .type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
	        .disposition = MACH_MSG_TYPE_COPY_SEND},
	    .type = {.msg_type_name = MSG_TYPE_PORT_RECEIVE,
	        .msg_type_size = PORT_BITS,
	        .msg_type_number = 1},
	};
	struct {
		msg_header_t header;
		msg_type_t type;
		port_t *ports;
		char rest[64];
	} in;

	send_modern(&out.header, sizeof(out));
	CHECK_EQ(receive(to, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQ(in.type.msg_type_name, MSG_TYPE_PORT);
	CHECK_EQ(in.ports[0], to);
}

static void
an_item_is_of_the_right_that_came(void **state)
{
	(void)state;
	program_run(forge_right);
	program_run(forge_array_of_rights);
}

/* A null name keeps its type, too. */
static void
send_null(void)
{
	static const unsigned names[] = {
	    MSG_TYPE_PORT, MSG_TYPE_PORT_RECEIVE, MSG_TYPE_PORT_ALL};
	port_t to = new_port();

	for (size_t i = 0; i < 3; i++) {
		struct {
			msg_header_t header;
			msg_type_t type;
			port_t port;
		} out =
		    {
		        .header = {.msg_size = sizeof(out),
		            .msg_remote_port = to},
		        .type = {.msg_type_name = names[i] & 0xff,
		            .msg_type_size = PORT_BITS,
		            .msg_type_number = 1,
		            .msg_type_inline = TRUE},
		    },
		  in;

		CHECK_EQ(msg_send(&out.header, 0, 0), SEND_SUCCESS);
		CHECK_EQ(receive(to, &in, sizeof(in), 0), RCV_SUCCESS);
		CHECK_EQ(in.header.msg_size, sizeof(in));
		CHECK_EQ(in.type.msg_type_name, names[i]);
		CHECK_EQ(in.port, PORT_NULL);
	}
}

static void
a_null_name_keeps_its_type(void **state)
{
	(void)state;
	program_run(send_null);
}

/* More memory than a descriptor can tell: nothing was taken for the others. */
static void
send_too_much_memory(void)
{
	port_t to = new_port();
	port_t port = mach_host_self();
	struct {
		msg_header_t header;
		msg_type_t type;
		port_t port;
		msg_type_long_t memory_type;
		void *memory;
	} out = {
	    .header = {.msg_size = sizeof(out), .msg_remote_port = to},
	    .type = {.msg_type_name = MSG_TYPE_PORT,
	        .msg_type_size = PORT_BITS,
	        .msg_type_number = 1,
	        .msg_type_inline = TRUE,
	        .msg_type_deallocate = TRUE},
	    .port = port,
	    .memory_type = {.msg_type_header.msg_type_longform = TRUE,
	        .msg_type_long_size = 32,
	        .msg_type_long_number = UINT32_C(0x40000000)},
	};
	mach_port_urefs_t urefs;

	CHECK_EQ(mach_host_self(), port);
	CHECK_EQ(msg_send(&out.header, 0, 0), SEND_INVALID_MEMORY);
	CHECK_EQ(
	    mach_port_get_refs(task_self(), port, MACH_PORT_RIGHT_SEND, &urefs),
	    KERN_SUCCESS);
	CHECK_EQ(urefs, 2);
}

static void
what_cannot_be_told_takes_nothing(void **state)
{
	(void)state;
	program_run(send_too_much_memory);
}

/* Regions take more room in the old form than in that of today. */
static void
receive_regions(void)
{
	enum { REGIONS = 200, BYTES = 5000 };
	static char memory[BYTES];
	port_t to = new_port();
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_ool_descriptor_t regions[REGIONS];
	} out = {.header = marked_header(to), .body = {REGIONS}};
	union {
		msg_header_t header;
		char bytes[MSG_SIZE_MAX];
	} in;

	out.header.msgh_voucher_port = 0;
	for (int i = 0; i < REGIONS; i++)
		out.regions[i] = (mach_msg_ool_descriptor_t){.address = memory,
		    .size = BYTES,
		    .type = MACH_MSG_OOL_DESCRIPTOR};
	send_modern(&out.header, sizeof(out));
	CHECK_EQ(receive(to, &in, sizeof(in.header), RCV_LARGE), RCV_TOO_LARGE);
	CHECK(in.header.msg_size <= sizeof(in));
	CHECK_EQ(receive(to, &in, in.header.msg_size, RCV_LARGE), RCV_SUCCESS);
	CHECK_EQ(in.header.msg_size, sizeof(in.header) + REGIONS * (size_t)24);
}

static void
the_room_that_is_told_is_enough(void **state)
{
	(void)state;
	program_run(receive_regions);
}

/* It can be read, but the size cannot be written. */
static void
tell_size_nowhere(void)
{
	enum { SMALL = 100, LARGE = 4000 }; /* the latter fits in no form */
	static const size_t sizes[] = {SMALL, LARGE};
	static char room[LARGE];

	for (size_t i = 0; i < 2; i++) {
		port_t port = new_port();
		msg_header_t *in = mmap(NULL, vm_page_size,
		    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		CHECK_EQ(send_simple(port, sizes[i]), SEND_SUCCESS);
		in->msg_local_port = port;
		in->msg_size = SMALL - 4;
		CHECK_EQ(mprotect(in, vm_page_size, PROT_READ), 0);
		CHECK_EQ(msg_receive(in, RCV_TIMEOUT | RCV_LARGE, 0),
		    RCV_INVALID_MEMORY);
		CHECK_EQ(receive(port, room, sizeof(room), 0), RCV_SUCCESS);
	}
}

static void
a_size_that_cannot_be_written_is_said(void **state)
{
	(void)state;
	program_run(tell_size_nowhere);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_item_says_more_than_there_is),
	    cmocka_unit_test(an_item_is_of_the_right_that_came),
	    cmocka_unit_test(a_null_name_keeps_its_type),
	    cmocka_unit_test(what_cannot_be_told_takes_nothing),
	    cmocka_unit_test(the_room_that_is_told_is_enough),
	    cmocka_unit_test(a_size_that_cannot_be_written_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
