/*
 * <mach.h> as a program of Mach 2.5 includes it: sizes, offsets, values.
 * Source: spec/mach2-mach3-differences.md 4-6
 */
#define MACH_2_5
#include <mach.h>
#include <mach_error.h>
#include <mach_init.h>

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define SIZE(type, bytes)                                                      \
	_Static_assert(sizeof(type) == (bytes), "size of " #type)
#define OFFSET(type, field, bytes)                                             \
	_Static_assert(                                                        \
	    offsetof(type, field) == (bytes), "offset of " #type "." #field)
#define VALUE(name, value) _Static_assert((name) == (value), #name)

SIZE(port_t, 4);
SIZE(port_name_t, 4);
SIZE(port_set_name_t, 4);
SIZE(port_type_t, 4);
SIZE(msg_size_t, 4);
SIZE(msg_timeout_t, 4);

SIZE(msg_header_t, 24);
OFFSET(msg_header_t, msg_size, 4);
OFFSET(msg_header_t, msg_type, 8);
OFFSET(msg_header_t, msg_local_port, 12);
OFFSET(msg_header_t, msg_remote_port, 16);
OFFSET(msg_header_t, msg_id, 20);
SIZE(msg_type_t, 4);
SIZE(msg_type_long_t, 12);
OFFSET(msg_type_long_t, msg_type_long_name, 4);
OFFSET(msg_type_long_t, msg_type_long_size, 6);
OFFSET(msg_type_long_t, msg_type_long_number, 8);
SIZE(notification_t, 32);
OFFSET(notification_t, notify_type, 24);
OFFSET(notification_t, notify_port, 28);

VALUE(PORT_NULL, 0);
VALUE(PORT_ENABLED, 0xffffffffu);
VALUE(PORT_TYPE_NONE, 0);
VALUE(PORT_TYPE_SEND, 1);
VALUE(PORT_TYPE_RECEIVE, 3);
VALUE(PORT_TYPE_OWN, 5);
VALUE(PORT_TYPE_RECEIVE_OWN, 7);
VALUE(PORT_TYPE_SET, 9);
VALUE(PORT_TYPE_LAST, 10);
VALUE(PORT_BACKLOG_DEFAULT, 5);
VALUE(PORT_BACKLOG_MAX, 16);
VALUE(TASK_NOTIFY_PORT, 32);
VALUE(TASK_EXCEPTION_PORT, 33);

VALUE(MSG_SIZE_MAX, 8192);
VALUE(MSG_TYPE_NORMAL, 0);
VALUE(MSG_TYPE_EMERGENCY, 1);
VALUE(MSG_TYPE_BIT, 0);
VALUE(MSG_TYPE_BOOLEAN, 0);
VALUE(MSG_TYPE_INTEGER_32, 2);
VALUE(MSG_TYPE_PORT_OWNERSHIP, 3);
VALUE(MSG_TYPE_PORT_RECEIVE, 4);
VALUE(MSG_TYPE_PORT_ALL, 5);
VALUE(MSG_TYPE_PORT, 6);
VALUE(MSG_TYPE_CHAR, 8);
VALUE(MSG_TYPE_BYTE, 9);
VALUE(MSG_TYPE_INTERNAL_MEMORY, 9);
VALUE(MSG_TYPE_REAL, 10);
VALUE(MSG_TYPE_STRING, 12);
VALUE(MSG_TYPE_STRING_C, 12);
VALUE(MSG_TYPE_PORT_NAME, 15);

VALUE(MSG_OPTION_NONE, 0);
VALUE(SEND_TIMEOUT, 0x1);
VALUE(SEND_NOTIFY, 0x2);
VALUE(SEND_INTERRUPT, 0x4);
VALUE(SEND_SWITCH, 0x20);
VALUE(RCV_TIMEOUT, 0x100);
VALUE(RCV_NO_SENDERS, 0x200);
VALUE(RCV_INTERRUPT, 0x400);
VALUE(RCV_LARGE, 0x1000);

VALUE(SEND_SUCCESS, 0);
VALUE(SEND_INVALID_MEMORY, -101);
VALUE(SEND_INVALID_PORT, -102);
VALUE(SEND_TIMED_OUT, -103);
VALUE(SEND_WILL_NOTIFY, -105);
VALUE(SEND_NOTIFY_IN_PROGRESS, -106);
VALUE(SEND_KERNEL_REFUSED, -107);
VALUE(SEND_INTERRUPTED, -108);
VALUE(SEND_MSG_TOO_LARGE, -109);
VALUE(SEND_MSG_TOO_SMALL, -110);
VALUE(SEND_MSG_SIZE_CHANGE, -111);
VALUE(RCV_SUCCESS, 0);
VALUE(RCV_INVALID_MEMORY, -201);
VALUE(RCV_INVALID_PORT, -202);
VALUE(RCV_TIMED_OUT, -203);
VALUE(RCV_TOO_LARGE, -204);
VALUE(RCV_NOT_ENOUGH_MEMORY, -205);
VALUE(RCV_ONLY_SENDER, -206);
VALUE(RCV_INTERRUPTED, -207);
VALUE(RCV_PORT_CHANGE, -208);
VALUE(RPC_SUCCESS, 0);
VALUE(RPC_INVALID_PORT, SEND_INVALID_PORT);
VALUE(RPC_RCV_TIMED_OUT, RCV_TIMED_OUT);

VALUE(NOTIFY_FIRST, 64);
VALUE(NOTIFY_PORT_DELETED, 65);
VALUE(NOTIFY_MSG_ACCEPTED, 66);
VALUE(NOTIFY_OWNERSHIP_RIGHTS, 67);
VALUE(NOTIFY_RECEIVE_RIGHTS, 68);
VALUE(NOTIFY_PORT_DESTROYED, 69);
VALUE(NOTIFY_NO_MORE_SENDERS, 70);
VALUE(NOTIFY_LAST, 77);

/* The bits of the words, which _Static_assert cannot see. */
static int
bits_are_where_they_were(void)
{
	msg_header_t header = {.msg_unused = 0x123456, .msg_simple = 1};
	msg_type_t type = {
	    .msg_type_name = 6,
	    .msg_type_size = 32,
	    .msg_type_number = 0xabc,
	    .msg_type_inline = 1,
	    .msg_type_longform = 0,
	    .msg_type_deallocate = 1,
	};
	unsigned words[2];

	memcpy(&words[0], &header, sizeof(words[0]));
	memcpy(&words[1], &type, sizeof(words[1]));
	return words[0] == 0x01123456u && words[1] == 0x5abc2006u;
}

int
main(void)
{
	(void)puts("1..1");
	(void)printf(
	    "%s 1 - the_structures_of_mach_2_5_are_laid_out_as_they_were\n",
	    bits_are_where_they_were() ? "ok" : "not ok");
	return !bits_are_where_they_were();
}
