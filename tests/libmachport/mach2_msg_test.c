/* msg_send(), msg_receive(), msg_rpc(): what travels, and what is returned. */
#include <mach/mach2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "disturbance.h"
#include "note.h"
#include "program.h"

/* A message with one of each kind of item, as a program lays it out. */
struct letter {
	msg_header_t header;
	msg_type_t number_type;
	int number;
	msg_type_t ports_type;
	port_t ports[2];
	msg_type_t memory_type;
	void *memory;
	msg_type_long_t array_type;
	port_t *array;
	msg_type_long_t text_type;
	char text[10];
};

#define WORD_TYPE(name, count)                                                 \
	{                                                                      \
		.msg_type_name = (name), .msg_type_size = 32,                  \
		.msg_type_number = (count), .msg_type_inline = TRUE,           \
	}

static port_t
new_port(void)
{
	port_t port;

	CHECK_EQ(port_allocate(task_self(), &port), KERN_SUCCESS);
	return port;
}

static msg_header_t
header_to(port_t port, size_t size)
{
	return (msg_header_t){
	    .msg_simple = TRUE,
	    .msg_size = (msg_size_t)size,
	    .msg_type = MSG_TYPE_NORMAL,
	    .msg_remote_port = port,
	    .msg_id = 2500,
	};
}

static msg_return_t
receive(port_t port, void *message, size_t room, msg_option_t option)
{
	msg_header_t *header = message;

	header->msg_local_port = port;
	header->msg_size = (msg_size_t)room;
	return msg_receive(header, option | RCV_TIMEOUT, 0);
}

static unsigned
urefs_of(port_t name, mach_port_right_t right)
{
	mach_port_urefs_t urefs = 0;

	(void)mach_port_get_refs(task_self(), name, right, &urefs);
	return urefs;
}

static bool
exists(port_t name)
{
	port_type_t type;

	return port_type(task_self(), name, &type) == KERN_SUCCESS;
}

/* A simple message of any size is what it was. */
static void
send_simple(void)
{
	port_t port = new_port();
	struct {
		msg_header_t header;
		char text[64];
	} out, in;

	for (size_t size = sizeof(msg_header_t); size <= sizeof(out); size++) {
		memset(&out, 'x', sizeof(out));
		memset(&in, 'y', sizeof(in));
		out.header = header_to(port, size);
		out.header.msg_type =
		    size % 2 ? MSG_TYPE_EMERGENCY : MSG_TYPE_NORMAL;
		out.header.msg_local_port = size % 3 ? port : PORT_NULL;
		CHECK_EQ(
		    msg_send(&out.header, MSG_OPTION_NONE, 0), SEND_SUCCESS);
		CHECK_EQ(receive(port, &in, size, 0), RCV_SUCCESS);
		CHECK_EQ(in.header.msg_size, size);
		CHECK_EQ(in.header.msg_simple, TRUE);
		CHECK_EQ(in.header.msg_type, out.header.msg_type);
		CHECK_EQ(in.header.msg_id, 2500);
		CHECK_EQ(in.header.msg_local_port, port);
		CHECK_EQ(in.header.msg_remote_port, out.header.msg_local_port);
		CHECK_EQ(
		    memcmp(in.text, out.text, size - sizeof(out.header)), 0);
		for (size_t i = size - sizeof(in.header); i < sizeof(in.text);
		     i++)
			CHECK_EQ(in.text[i], 'y');
	}
}

static void
a_simple_message_is_what_it_was(void **state)
{
	(void)state;
	program_run(send_simple);
}

static struct letter
make_letter(port_t to, port_t ports[2], void *memory, port_t array[3])
{
	struct letter letter = {
	    .header = header_to(to, sizeof(letter)),
	    .number_type = WORD_TYPE(MSG_TYPE_INTEGER_32, 1),
	    .number = 42,
	    .ports_type = WORD_TYPE(MSG_TYPE_PORT, 2),
	    .ports = {ports[0], ports[1]},
	    .memory_type = {.msg_type_name = MSG_TYPE_CHAR,
	        .msg_type_size = 8,
	        .msg_type_number = 100},
	    .memory = memory,
	    .array_type = {.msg_type_header.msg_type_longform = TRUE,
	        .msg_type_long_name = MSG_TYPE_PORT,
	        .msg_type_long_size = 32,
	        .msg_type_long_number = 3},
	    .array = array,
	    .text_type = {.msg_type_header = {.msg_type_inline = TRUE,
	                      .msg_type_longform = TRUE},
	        .msg_type_long_name = MSG_TYPE_STRING,
	        .msg_type_long_size = 8,
	        .msg_type_long_number = 10},
	    .text = "mach two!",
	};

	letter.header.msg_simple = FALSE;
	letter.header.msg_local_port = thread_reply();
	return letter;
}

static void
check_letter(const struct letter *in, const struct letter *out)
{
	struct letter same = *in;

	CHECK_EQ(in->header.msg_remote_port, out->header.msg_local_port);
	CHECK_EQ(in->header.msg_local_port, out->header.msg_remote_port);
	CHECK_EQ(memcmp(in->memory, out->memory, 100), 0);
	CHECK(in->memory != out->memory);
	CHECK_EQ(memcmp(in->array, out->array, 3 * sizeof(port_t)), 0);
	CHECK(in->array != out->array);
	/* All the rest is the same, to the last bit. */
	same.header = out->header;
	same.memory = out->memory;
	same.array = out->array;
	CHECK_EQ(memcmp((const unsigned char *)&same,
	             (const unsigned char *)out, sizeof(same)),
	    0);
}

static void
send_letter(void)
{
	port_t to = new_port();
	port_t ports[2] = {new_port(), PORT_NULL};
	port_t array[3] = {new_port(), thread_reply(), to};
	char memory[100] = "out of line";
	struct letter out = make_letter(to, ports, memory, array);
	struct letter in;

	CHECK_EQ(msg_send(&out.header, MSG_OPTION_NONE, 0), SEND_SUCCESS);
	CHECK_EQ(receive(to, &in, sizeof(in) - 4, 0), RCV_TOO_LARGE);
	CHECK_EQ(in.header.msg_size, sizeof(in.header));
	CHECK_EQ(receive(to, &in, sizeof(in), 0), RCV_TIMED_OUT);

	CHECK_EQ(msg_send(&out.header, MSG_OPTION_NONE, 0), SEND_SUCCESS);
	CHECK_EQ(receive(to, &in, sizeof(in), 0), RCV_SUCCESS);
	check_letter(&in, &out);
	CHECK_EQ(vm_deallocate(task_self(), (vm_address_t)in.memory, 100),
	    KERN_SUCCESS);
}

static void
items_arrive_as_they_were_in_order(void **state)
{
	(void)state;
	program_run(send_letter);
}

/* A message with one port. */
struct parcel_of_port {
	msg_header_t header;
	msg_type_t type;
	port_t port;
};

static struct parcel_of_port
port_to(port_t to, port_t port, unsigned name)
{
	struct parcel_of_port message = {
	    .header = header_to(to, sizeof(message)),
	    .type = WORD_TYPE(name & 0xff, 1),
	    .port = port,
	};

	message.header.msg_simple = FALSE;
	return message;
}

static void
move_receive_rights(void)
{
	static const unsigned names[] = {
	    MSG_TYPE_PORT_RECEIVE, MSG_TYPE_PORT_OWNERSHIP, MSG_TYPE_PORT_ALL};
	port_t to = new_port();

	for (size_t i = 0; i < 3; i++) {
		port_t port = new_port();
		struct parcel_of_port out = port_to(to, port, names[i]);
		struct parcel_of_port in;

		CHECK_EQ(msg_send(&out.header, 0, 0), SEND_SUCCESS);
		CHECK_EQ(urefs_of(port, MACH_PORT_RIGHT_RECEIVE), 0);
		CHECK_EQ(urefs_of(port, MACH_PORT_RIGHT_SEND), 1);
		CHECK_EQ(receive(to, &in, sizeof(in), 0), RCV_SUCCESS);
		CHECK_EQ(in.type.msg_type_name, names[i]);
		CHECK_EQ(in.port, port);
		CHECK_EQ(urefs_of(port, MACH_PORT_RIGHT_RECEIVE), 1);
	}
}

static void
receive_and_ownership_rights_are_the_receive_right(void **state)
{
	(void)state;
	program_run(move_receive_rights);
}

/* A receive right without a send right: Mach 2.5 has none such. */
static void
send_by_receive_right(void)
{
	port_t to = new_port();
	port_t port = mach_reply_port();
	struct parcel_of_port out = port_to(port, to, MSG_TYPE_PORT);
	struct parcel_of_port in;

	out.header.msg_local_port = port;
	CHECK_EQ(msg_send(&out.header, 0, 0), SEND_SUCCESS);
	CHECK_EQ(receive(port, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQ(in.header.msg_remote_port, port);
	out = port_to(to, mach_reply_port(), MSG_TYPE_PORT);
	CHECK_EQ(msg_send(&out.header, 0, 0), SEND_SUCCESS);
	CHECK_EQ(receive(to, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQ(in.port, out.port);
}

static void
a_receive_right_includes_the_right_to_send(void **state)
{
	(void)state;
	program_run(send_by_receive_right);
}

static void
deallocate_in_message(void)
{
	port_t to = new_port();
	port_t port = new_port();
	struct parcel_of_port out = port_to(to, port, MSG_TYPE_PORT);
	struct parcel_of_port in;
	struct {
		msg_header_t header;
		msg_type_t type;
		char *memory;
	} packet = {
	    .header = header_to(to, sizeof(packet)),
	    .type = {.msg_type_name = MSG_TYPE_BYTE,
	        .msg_type_size = 8,
	        .msg_type_number = 4000,
	        .msg_type_deallocate = TRUE},
	};
	vm_address_t memory;

	/* All references of a send right go. */
	CHECK_EQ(mach_port_mod_refs(task_self(), port, MACH_PORT_RIGHT_SEND, 6),
	    KERN_SUCCESS);
	out.type.msg_type_deallocate = TRUE;
	CHECK_EQ(msg_send(&out.header, 0, 0), SEND_SUCCESS);
	CHECK_EQ(urefs_of(port, MACH_PORT_RIGHT_SEND), 7); /* it receives */
	CHECK_EQ(receive(to, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQ(in.type.msg_type_deallocate, TRUE);

	port = mach_host_self(); /* a send right alone */
	CHECK_EQ(mach_host_self(), port);
	out.port = port;
	CHECK_EQ(msg_send(&out.header, 0, 0), SEND_SUCCESS);
	CHECK_EQ(urefs_of(port, MACH_PORT_RIGHT_SEND), 0);
	CHECK_EQ(receive(to, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQ(urefs_of(in.port, MACH_PORT_RIGHT_SEND), 1);

	packet.header.msg_simple = FALSE;
	CHECK_EQ(vm_allocate(task_self(), &memory, 4000, TRUE), KERN_SUCCESS);
	packet.memory = (char *)memory;
	CHECK_EQ(msg_send(&packet.header, 0, 0), SEND_SUCCESS);
	CHECK(!is_mapped(packet.memory));
	CHECK_EQ(receive(to, &packet, sizeof(packet), 0), RCV_SUCCESS);
	CHECK_EQ(packet.memory[3999], 0);
}

static void
what_is_marked_deallocate_goes(void **state)
{
	(void)state;
	program_run(deallocate_in_message);
}

/* What a modern receiver gets of a letter. */
struct modern_letter {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_port_descriptor_t ports[2];
	mach_msg_ool_descriptor_t memory;
	mach_msg_ool_ports_descriptor_t array;
	char data[sizeof(struct letter) - sizeof(msg_header_t)];
	mach_msg_max_trailer_t trailer;
};

static void
send_to_modern(void)
{
	port_t to = new_port();
	port_t ports[2] = {new_port(), PORT_NULL};
	port_t array[3] = {new_port(), to, to};
	char memory[100] = "out of line";
	struct letter out = make_letter(to, ports, memory, array);
	struct modern_letter in = {0};

	CHECK_EQ(msg_send(&out.header, MSG_OPTION_NONE, 0), SEND_SUCCESS);
	CHECK_EQ(mach_msg(&in.header, MACH_RCV_MSG, 0, sizeof(in), to, 0, 0),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(in.header.msgh_id, 2500);
	CHECK_EQ(in.header.msgh_remote_port, thread_reply());
	CHECK_EQ(in.body.msgh_descriptor_count, 4);
	CHECK_EQ(in.ports[0].name, ports[0]);
	CHECK_EQ(in.ports[0].disposition, MACH_MSG_TYPE_PORT_SEND);
	CHECK_EQ(in.ports[1].name, MACH_PORT_NULL);
	CHECK_EQ(memcmp(in.memory.address, memory, 100), 0);
	CHECK_EQ(in.array.count, 3);
	CHECK_EQ(memcmp(in.array.address, array, sizeof(array)), 0);
	/* The data, without names and addresses. */
	memset(out.ports, 0, sizeof(out.ports));
	out.memory = NULL;
	out.array = NULL;
	CHECK_EQ(memcmp(in.data, &out.number_type, sizeof(in.data)), 0);
	mach_msg_destroy(&in.header);
}

static void
a_modern_receiver_gets_descriptors(void **state)
{
	(void)state;
	program_run(send_to_modern);
}

static void
send_from_modern(void)
{
	port_t to = new_port();
	port_t port = new_port();
	port_t array[3] = {port, port, to};
	char memory[5000] = "out of line";
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_port_descriptor_t port;
		mach_msg_ool_descriptor_t memory;
		mach_msg_ool_ports_descriptor_t array;
		mach_msg_port_descriptor_t receive;
		char text[8];
	} out = {
	    .header = {.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	            MACH_MSGH_BITS(
	                MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE),
	        .msgh_remote_port = to,
	        .msgh_local_port = port,
	        .msgh_id = 77},
	    .body = {4},
	    .port = {.name = port,
	        .disposition = MACH_MSG_TYPE_COPY_SEND,
	        .type = MACH_MSG_PORT_DESCRIPTOR},
	    .memory = {.address = memory,
	        .size = sizeof(memory),
	        .copy = MACH_MSG_VIRTUAL_COPY,
	        .type = MACH_MSG_OOL_DESCRIPTOR},
	    .array = {.address = array,
	        .count = 3,
	        .disposition = MACH_MSG_TYPE_COPY_SEND,
	        .type = MACH_MSG_OOL_PORTS_DESCRIPTOR},
	    .receive = {.name = new_port(),
	        .disposition = MACH_MSG_TYPE_MOVE_RECEIVE,
	        .type = MACH_MSG_PORT_DESCRIPTOR},
	    .text = "modern!",
	};
	struct {
		msg_header_t header;
		msg_type_t port_type;
		port_t port;
		msg_type_long_t memory_type;
		char *memory;
		msg_type_t array_type;
		port_t *array;
		msg_type_t receive_type;
		port_t receive;
		msg_type_t text_type;
		char text[8];
	} in;

	CHECK_EQ(mach_msg(&out.header, MACH_SEND_MSG, sizeof(out), 0, 0, 0, 0),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(receive(to, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQ(in.header.msg_size, offsetof(typeof(in), text) + 8);
	CHECK_EQ(in.header.msg_simple, FALSE);
	CHECK_EQ(in.header.msg_type, MSG_TYPE_NORMAL);
	CHECK_EQ(in.port_type.msg_type_name, MSG_TYPE_PORT);
	CHECK_EQ(in.port_type.msg_type_size, 32);
	CHECK_EQ(in.port_type.msg_type_number, 1);
	CHECK_EQ(in.port_type.msg_type_inline, TRUE);
	CHECK_EQ(in.port, port);
	CHECK_EQ(in.memory_type.msg_type_header.msg_type_longform, TRUE);
	CHECK_EQ(in.memory_type.msg_type_header.msg_type_inline, FALSE);
	CHECK_EQ(in.memory_type.msg_type_long_name, MSG_TYPE_BYTE);
	CHECK_EQ(in.memory_type.msg_type_long_number, 5000);
	CHECK_EQ(memcmp(in.memory, memory, sizeof(memory)), 0);
	CHECK_EQ(in.array_type.msg_type_name, MSG_TYPE_PORT);
	CHECK_EQ(in.array_type.msg_type_number, 3);
	CHECK_EQ(memcmp(in.array, array, sizeof(array)), 0);
	CHECK_EQ(in.receive_type.msg_type_name, MSG_TYPE_PORT_ALL);
	CHECK_EQ(in.receive, out.receive.name);
	CHECK_EQ(in.text_type.msg_type_name, MSG_TYPE_BYTE);
	CHECK_EQ(in.text_type.msg_type_number, 8);
	CHECK_EQ(memcmp(in.text, "modern!", 8), 0);

	/* And the answer goes through its send-once right. */
	in.header = (msg_header_t){
	    .msg_simple = TRUE,
	    .msg_size = sizeof(in.header),
	    .msg_remote_port = in.header.msg_remote_port,
	    .msg_id = 177,
	};
	CHECK_EQ(msg_send(&in.header, 0, 0), SEND_SUCCESS);
	CHECK_EQ(receive(port, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQ(in.header.msg_id, 177);
	CHECK_EQ(in.header.msg_remote_port, PORT_NULL);
}

static void
an_old_receiver_gets_items_of_a_modern_message(void **state)
{
	(void)state;
	program_run(send_from_modern);
}

/* Whoever sends the mark with descriptors that do not go with it gets the items
 * that a modern sender gets. */
static void
forge_mark(void)
{
	port_t to = new_port();
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_port_descriptor_t port;
		msg_type_t type;
		uint32_t word;
	} out = {
	    .header = {.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	            MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	        .msgh_remote_port = to,
	        .msgh_voucher_port = 0x4d32c000},
	    .body = {1},
	    .port = {.name = to,
	        .disposition = MACH_MSG_TYPE_COPY_SEND,
	        .type = MACH_MSG_PORT_DESCRIPTOR},
	    .type = WORD_TYPE(MSG_TYPE_PORT, 2),
	};
	struct parcel_of_port in[4];

	CHECK_EQ(mach_msg(&out.header, MACH_SEND_MSG, sizeof(out), 0, 0, 0, 0),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(receive(to, in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQ(in->header.msg_size, 24 + 8 + 4 + 8);
	CHECK_EQ(in->port, to);
	/* Filled up more than there is. */
	out.header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
	CHECK_EQ(mach_msg(&out.header, MACH_SEND_MSG, 24, 0, 0, 0, 0),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(receive(to, in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQ(in->header.msg_size, 24);
}

static void
a_forged_mark_is_of_no_use(void **state)
{
	(void)state;
	program_run(forge_mark);
}

static void
send_badly(void)
{
	port_t to = new_port();
	port_t port = new_port();
	struct parcel_of_port bad = port_to(to, 0x99903, MSG_TYPE_PORT);
	char *page = mmap(
	    NULL, vm_page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK_EQ(msg_send(NULL, 0, 0), SEND_INVALID_MEMORY);
	CHECK_EQ(
	    msg_send((msg_header_t *)(void *)page, 0, 0), SEND_INVALID_MEMORY);
	CHECK_EQ(msg_send(&bad.header, 0, 0), SEND_INVALID_PORT);
	bad.port = port;
	bad.header.msg_remote_port = PORT_NULL;
	CHECK_EQ(msg_send(&bad.header, 0, 0), SEND_INVALID_PORT);
	bad.header.msg_remote_port = 0x99903;
	CHECK_EQ(msg_send(&bad.header, 0, 0), SEND_INVALID_PORT);
	bad.header.msg_remote_port = to;
	bad.header.msg_local_port = 0x99903;
	CHECK_EQ(msg_send(&bad.header, 0, 0), SEND_INVALID_PORT);
	bad.header.msg_local_port = PORT_NULL;
	bad.type.msg_type_size = 16;
	CHECK_EQ(msg_send(&bad.header, 0, 0), SEND_INVALID_PORT);
	bad.type.msg_type_size = 32;
	bad.type.msg_type_number = 2;
	CHECK_EQ(msg_send(&bad.header, 0, 0), SEND_MSG_TOO_SMALL);
	bad.type.msg_type_number = 1;
	bad.type.msg_type_inline = FALSE; /* no room for the address */
	CHECK_EQ(msg_send(&bad.header, 0, 0), SEND_MSG_TOO_SMALL);
	bad.type.msg_type_longform = TRUE;
	CHECK_EQ(msg_send(&bad.header, 0, 0), SEND_MSG_TOO_SMALL);
	bad.header.msg_size = 23;
	CHECK_EQ(msg_send(&bad.header, 0, 0), SEND_MSG_TOO_SMALL);
	bad.header.msg_size = MSG_SIZE_MAX + 1;
	CHECK_EQ(msg_send(&bad.header, 0, 0), SEND_MSG_TOO_LARGE);
	CHECK_EQ(receive(to, &bad, sizeof(bad), 0), RCV_TIMED_OUT);
}

static void
codes_of_a_send_are_those_of_mach_2_5(void **state)
{
	(void)state;
	program_run(send_badly);
}

static void
send_largest(void)
{
	static struct {
		msg_header_t header;
		msg_type_t type;
		port_t ports[(MSG_SIZE_MAX - 28) / 4];
	} out, in;
	port_t to = new_port();
	unsigned count = sizeof(out.ports) / sizeof(out.ports[0]);

	out.header = header_to(to, MSG_SIZE_MAX);
	out.header.msg_simple = FALSE;
	out.type = (msg_type_t)WORD_TYPE(MSG_TYPE_PORT, count & 0xfff);
	for (unsigned i = 0; i < count; i++)
		out.ports[i] = to;
	CHECK_EQ(msg_send(&out.header, 0, 0), SEND_SUCCESS);
	CHECK_EQ(receive(to, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQ(in.header.msg_size, MSG_SIZE_MAX);
	CHECK_EQ(memcmp(in.ports, out.ports, sizeof(out.ports)), 0);
}

static void
the_largest_message_may_be_full_of_ports(void **state)
{
	(void)state;
	program_run(send_largest);
}

static void
fill(port_t port)
{
	msg_header_t header = header_to(port, sizeof(header));

	for (int i = 0; i < PORT_BACKLOG_DEFAULT; i++)
		CHECK_EQ(msg_send(&header, SEND_TIMEOUT, 0), SEND_SUCCESS);
}

static void
send_to_full_queue(void)
{
	port_t to = new_port();
	port_t port = new_port();
	struct parcel_of_port out = port_to(to, port, MSG_TYPE_PORT_ALL);
	unsigned urefs = urefs_of(to, MACH_PORT_RIGHT_SEND);

	fill(to);
	out.header.msg_local_port = thread_reply();
	CHECK_EQ(msg_send(&out.header, SEND_TIMEOUT | SEND_SWITCH, 10),
	    SEND_TIMED_OUT);
	/* The message is lost, and what it held. */
	CHECK(!exists(port));
	CHECK_EQ(out.port, port);
	CHECK_EQ(urefs_of(to, MACH_PORT_RIGHT_SEND), urefs);
	CHECK_EQ(urefs_of(thread_reply(), MACH_PORT_RIGHT_SEND), 0);
}

static void
a_message_that_cannot_be_sent_is_destroyed(void **state)
{
	(void)state;
	program_run(send_to_full_queue);
}

static void
send_with_notify(void)
{
	port_t to = new_port();
	msg_header_t out = header_to(to, sizeof(out));
	notification_t notice;
	msg_header_t in;

	CHECK_EQ(msg_send(&out, SEND_NOTIFY, 0), SEND_SUCCESS);
	CHECK_EQ(receive(to, &in, sizeof(in), 0), RCV_SUCCESS);
	fill(to);
	CHECK_EQ(msg_send(&out, SEND_NOTIFY, 0), SEND_WILL_NOTIFY);
	CHECK_EQ(msg_send(&out, SEND_NOTIFY, 0), SEND_NOTIFY_IN_PROGRESS);
	CHECK_EQ(urefs_of(to, MACH_PORT_RIGHT_SEND), 1);
	for (int i = 0; i < PORT_BACKLOG_DEFAULT; i++)
		CHECK_EQ(receive(to, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQ(
	    receive(task_notify(), &notice, sizeof(notice), 0), RCV_TIMED_OUT);
	CHECK_EQ(receive(to, &in, sizeof(in), 0), RCV_SUCCESS);
	CHECK_EQ(
	    receive(task_notify(), &notice, sizeof(notice), 0), RCV_SUCCESS);
	CHECK_EQ(notice.notify_header.msg_id, NOTIFY_MSG_ACCEPTED);
	CHECK_EQ(notice.notify_header.msg_size, sizeof(notice));
	CHECK_EQ(notice.notify_header.msg_type, MSG_TYPE_EMERGENCY);
	CHECK_EQ(notice.notify_header.msg_local_port, task_notify());
	CHECK_EQ(notice.notify_header.msg_remote_port, PORT_NULL);
	CHECK_EQ(notice.notify_type.msg_type_name, MSG_TYPE_PORT_NAME);
	CHECK_EQ(notice.notify_port, to);
}

static void
one_message_for_a_full_port_is_notified(void **state)
{
	(void)state;
	program_run(send_with_notify);
}

static void
receive_badly(void)
{
	port_t port = new_port();
	msg_header_t in = {0};

	CHECK_EQ(msg_receive(NULL, RCV_TIMEOUT, 0), RCV_INVALID_MEMORY);
	CHECK_EQ(receive(PORT_NULL, &in, sizeof(in), 0), RCV_INVALID_PORT);
	CHECK_EQ(receive(0x99903, &in, sizeof(in), 0), RCV_INVALID_PORT);
	CHECK_EQ(receive(task_self(), &in, sizeof(in), 0), RCV_INVALID_PORT);
	CHECK_EQ(receive(port, &in, sizeof(in), 0), RCV_TIMED_OUT);
	CHECK_EQ(receive(port, &in, 0, 0), RCV_TIMED_OUT);
}

static void
codes_of_a_receive_are_those_of_mach_2_5(void **state)
{
	(void)state;
	program_run(receive_badly);
}

static void
receive_nowhere(void)
{
	port_t port = new_port();
	msg_header_t out = header_to(port, sizeof(out));
	msg_header_t *in = mmap(NULL, vm_page_size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK_EQ(msg_send(&out, 0, 0), SEND_SUCCESS);
	in->msg_local_port = port;
	in->msg_size = sizeof(*in);
	CHECK_EQ(mprotect(in, vm_page_size, PROT_READ), 0);
	CHECK_EQ(msg_receive(in, RCV_TIMEOUT, 0), RCV_INVALID_MEMORY);
}

static void
a_buffer_that_cannot_be_written_is_said(void **state)
{
	(void)state;
	program_run(receive_nowhere);
}

static int
messages_of(port_t port)
{
	port_set_name_t set;
	int messages;
	int backlog;
	boolean_t owner;
	boolean_t receiver;

	CHECK_EQ(port_status(task_self(), port, &set, &messages, &backlog,
	             &owner, &receiver),
	    KERN_SUCCESS);
	return messages;
}

static void
receive_large(void)
{
	port_t to = new_port();
	port_t ports[2] = {new_port(), to};
	port_t array[3] = {to, to, to};
	char memory[100] = "out of line";
	struct letter out = make_letter(to, ports, memory, array);
	struct letter in = {0};

	CHECK_EQ(msg_send(&out.header, MSG_OPTION_NONE, 0), SEND_SUCCESS);
	for (size_t room = 0; room < sizeof(in); room += 4) {
		CHECK_EQ(receive(to, &in, room, RCV_LARGE), RCV_TOO_LARGE);
		CHECK(in.header.msg_size >= sizeof(in));
		CHECK_EQ(messages_of(to), 1);
	}
	CHECK_EQ(in.header.msg_size, sizeof(in));
	CHECK_EQ(receive(to, &in, in.header.msg_size, RCV_LARGE), RCV_SUCCESS);
	check_letter(&in, &out);
	CHECK_EQ(messages_of(to), 0);
	CHECK_EQ(receive(to, &in, sizeof(in), RCV_LARGE), RCV_TIMED_OUT);

	/* One that is aside goes with its port. */
	CHECK_EQ(msg_send(&out.header, MSG_OPTION_NONE, 0), SEND_SUCCESS);
	CHECK_EQ(receive(to, &in, sizeof(in) - 4, RCV_LARGE), RCV_TOO_LARGE);
	CHECK_EQ(port_deallocate(task_self(), to), KERN_SUCCESS);
	CHECK_EQ(receive(to, &in, sizeof(in), RCV_LARGE), RCV_INVALID_PORT);
}

static void
a_message_that_is_too_large_stays_with_RCV_LARGE(void **state)
{
	(void)state;
	program_run(receive_large);
}

static void
serve_once(void)
{
	mach_port_array_t ports;
	port_t port;
	mach_msg_type_number_t count;
	msg_header_t request;
	msg_return_t mr;

	CHECK_EQ(
	    mach_ports_lookup(mach_task_self(), &ports, &count), KERN_SUCCESS);
	/* Have our own port called by the parent. */
	port = new_port();
	{
		struct parcel_of_port hello =
		    port_to(ports[0], port, MSG_TYPE_PORT);

		CHECK_EQ(msg_send(&hello.header, 0, 0), SEND_SUCCESS);
	}
	request.msg_local_port = port;
	request.msg_size = sizeof(request);
	mr = msg_receive(&request, MSG_OPTION_NONE, 0);
	CHECK_EQ(mr, RCV_SUCCESS);
	CHECK_EQ(request.msg_local_port, port);
	request.msg_local_port = PORT_NULL;
	request.msg_id += 100;
	CHECK_EQ(msg_send(&request, 0, 0), SEND_SUCCESS);
}

static void
call_child(void)
{
	port_t port = new_port();
	struct parcel_of_port hello = {0};
	struct {
		msg_header_t header;
		char room[100];
	} message = {0};
	pid_t child;

	CHECK_EQ(mach_ports_register(mach_task_self(), &port, 1), KERN_SUCCESS);
	child = program_fork(serve_once);
	hello.header.msg_local_port = port;
	hello.header.msg_size = sizeof(hello);
	CHECK_EQ(msg_receive(&hello.header, MSG_OPTION_NONE, 0), RCV_SUCCESS);
	message.header = header_to(hello.port, sizeof(message.header));
	message.header.msg_local_port = thread_reply();
	CHECK_EQ(
	    msg_rpc(&message.header, MSG_OPTION_NONE, sizeof(message), 0, 0),
	    RPC_SUCCESS);
	CHECK_EQ(message.header.msg_id, 2600);
	CHECK_EQ(message.header.msg_local_port, thread_reply());
	CHECK_EQ(message.header.msg_remote_port, PORT_NULL);
	program_join(child);

	/* What the send returns ends it. */
	message.header = header_to(PORT_NULL, sizeof(message.header));
	CHECK_EQ(msg_rpc(&message.header, RCV_TIMEOUT, sizeof(message), 0, 0),
	    RPC_INVALID_PORT);
	message.header = header_to(port, sizeof(message.header));
	message.header.msg_local_port = thread_reply();
	CHECK_EQ(msg_rpc(&message.header, RCV_TIMEOUT, sizeof(message), 0, 0),
	    RPC_RCV_TIMED_OUT);
}

static void
a_call_is_a_send_and_a_receive(void **state)
{
	(void)state;
	program_run(call_child);
}

#if HANDLERS_RUN_AT_ONCE
static void
receive_interrupted(void)
{
	port_t port = new_port();
	struct disturbance disturbance;
	struct {
		msg_header_t header;
		int number;
	} in = {0};

	handle(0, count_signal);
	in.header.msg_local_port = port;
	in.header.msg_size = sizeof(in);
	disturbance_begin(&disturbance, SYS_ppoll, PORT_NULL);
	CHECK_EQ(
	    msg_receive_trap(&in.header, MSG_OPTION_NONE, 0), RCV_INTERRUPTED);
	disturbance_end(&disturbance);
	disturbance_begin(&disturbance, SYS_ppoll, PORT_NULL);
	CHECK_EQ(msg_receive(&in.header, RCV_INTERRUPT, 0), RCV_INTERRUPTED);
	disturbance_end(&disturbance);
	disturbance_begin(&disturbance, SYS_ppoll, PORT_NULL);
	CHECK_EQ(mach_msg_trap((mach_msg_header_t *)&in.header, MACH_RCV_MSG, 0,
	             sizeof(in), port, 0, MACH_PORT_NULL),
	    MACH_RCV_INTERRUPTED);
	disturbance_end(&disturbance);
	/* The other one waits on, for the note that comes then. */
	disturbance_begin(&disturbance, SYS_recvmsg, port);
	CHECK_EQ(msg_receive(&in.header, MSG_OPTION_NONE, 0), RCV_SUCCESS);
	disturbance_end(&disturbance);
	CHECK_EQ(in.number, 5);
}

static void
a_trap_does_not_try_again(void **state)
{
	(void)state;
	program_run(receive_interrupted);
}
#endif

static void
receive_without_senders(void)
{
	port_t port = new_port();
	msg_header_t out = header_to(port, sizeof(out));
	mach_msg_type_name_t type;
	mach_port_t other;
	msg_header_t in;

	CHECK_EQ(
	    receive(port, &in, sizeof(in), RCV_NO_SENDERS), RCV_ONLY_SENDER);
	CHECK_EQ(msg_send(&out, 0, 0), SEND_SUCCESS);
	CHECK_EQ(receive(port, &in, sizeof(in), RCV_NO_SENDERS), RCV_SUCCESS);
	CHECK_EQ(
	    receive(port, &in, sizeof(in), RCV_NO_SENDERS), RCV_ONLY_SENDER);
	/* The kernel has one. */
	CHECK_EQ(mach_ports_register(task_self(), &port, 1), KERN_SUCCESS);
	CHECK_EQ(receive(port, &in, sizeof(in), RCV_NO_SENDERS), RCV_TIMED_OUT);
	CHECK_EQ(mach_ports_register(task_self(), NULL, 0), KERN_SUCCESS);
	CHECK_EQ(
	    receive(port, &in, sizeof(in), RCV_NO_SENDERS), RCV_ONLY_SENDER);
	/* Who could send once, can send. */
	CHECK_EQ(mach_port_extract_right(task_self(), port,
	             MACH_MSG_TYPE_MAKE_SEND_ONCE, &other, &type),
	    KERN_SUCCESS);
	CHECK_EQ(receive(port, &in, sizeof(in), RCV_NO_SENDERS), RCV_TIMED_OUT);
	CHECK_EQ(receive(0x99903, &in, sizeof(in), RCV_NO_SENDERS),
	    RCV_INVALID_PORT);
}

static void
a_receive_that_nobody_can_end_is_refused(void **state)
{
	(void)state;
	program_run(receive_without_senders);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_simple_message_is_what_it_was),
		cmocka_unit_test(items_arrive_as_they_were_in_order),
		cmocka_unit_test(
		    receive_and_ownership_rights_are_the_receive_right),
		cmocka_unit_test(a_receive_right_includes_the_right_to_send),
		cmocka_unit_test(what_is_marked_deallocate_goes),
		cmocka_unit_test(a_modern_receiver_gets_descriptors),
		cmocka_unit_test(
		    an_old_receiver_gets_items_of_a_modern_message),
		cmocka_unit_test(a_forged_mark_is_of_no_use),
		cmocka_unit_test(codes_of_a_send_are_those_of_mach_2_5),
		cmocka_unit_test(the_largest_message_may_be_full_of_ports),
		cmocka_unit_test(a_message_that_cannot_be_sent_is_destroyed),
		cmocka_unit_test(one_message_for_a_full_port_is_notified),
		cmocka_unit_test(codes_of_a_receive_are_those_of_mach_2_5),
		cmocka_unit_test(a_buffer_that_cannot_be_written_is_said),
		cmocka_unit_test(
		    a_message_that_is_too_large_stays_with_RCV_LARGE),
		cmocka_unit_test(a_call_is_a_send_and_a_receive),
#if HANDLERS_RUN_AT_ONCE
		cmocka_unit_test(a_trap_does_not_try_again),
#endif
		cmocka_unit_test(a_receive_that_nobody_can_end_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
