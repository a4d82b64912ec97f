/*
 * mach/notify.h - messages that the kernel sends about ports
 *
 * A notification is an ordinary message, sent through a send-once right that
 * was registered with mach_port_request_notification() (or that was itself
 * destroyed unused). The name in not_port is a number in the space of the task
 * that registered, not a right; only a port-destroyed notification carries one.
 *
 * The structures below have the 20-byte trailer that a receive with
 * MACH_RCV_TRAILER_SENDER gets; use a larger buffer to ask for more.
 *
 * Source: spec/notifications.md 1
 */
#ifndef MACH_NOTIFY_H
#define MACH_NOTIFY_H

#include <mach/message.h>
#include <mach/ndr.h>
#include <mach/port.h>

#define MACH_NOTIFY_FIRST 0100
#define MACH_NOTIFY_PORT_DELETED (MACH_NOTIFY_FIRST + 001)
#define MACH_NOTIFY_SEND_POSSIBLE (MACH_NOTIFY_FIRST + 002)
#define MACH_NOTIFY_MSG_ACCEPTED (MACH_NOTIFY_FIRST + 002) /* Mach 3 */
#define MACH_NOTIFY_PORT_DESTROYED (MACH_NOTIFY_FIRST + 005)
#define MACH_NOTIFY_NO_SENDERS (MACH_NOTIFY_FIRST + 006)
#define MACH_NOTIFY_SEND_ONCE (MACH_NOTIFY_FIRST + 007)
#define MACH_NOTIFY_DEAD_NAME (MACH_NOTIFY_FIRST + 010)
#define MACH_NOTIFY_LAST (MACH_NOTIFY_FIRST + 015)

typedef mach_port_t notify_port_t;

#pragma pack(push, 4)

/* 65: a name that carried a request was released. */
typedef struct {
	mach_msg_header_t not_header;
	NDR_record_t NDR;
	mach_port_name_t not_port;
	mach_msg_format_0_trailer_t trailer;
} mach_port_deleted_notification_t;

/* 66: the destination has room. Mach 3: the message has left the queue. */
typedef struct {
	mach_msg_header_t not_header;
	NDR_record_t NDR;
	mach_port_name_t not_port;
	mach_msg_format_0_trailer_t trailer;
} mach_send_possible_notification_t;

typedef mach_send_possible_notification_t mach_msg_accepted_notification_t;

/* 69: a receive right that was about to be destroyed, in the descriptor. */
typedef struct {
	mach_msg_header_t not_header;
	mach_msg_body_t not_body;
	mach_msg_port_descriptor_t not_port;
	mach_msg_format_0_trailer_t trailer;
} mach_port_destroyed_notification_t;

/* 70: the last send right has gone; not_count is the make-send count. */
typedef struct {
	mach_msg_header_t not_header;
	NDR_record_t NDR;
	mach_msg_type_number_t not_count;
	mach_msg_format_0_trailer_t trailer;
} mach_no_senders_notification_t;

/* 71: a send-once right was destroyed without having been used. */
typedef struct {
	mach_msg_header_t not_header;
	mach_msg_format_0_trailer_t trailer;
} mach_send_once_notification_t;

/* 72: the port died; the name is a dead name with one more reference. */
typedef struct {
	mach_msg_header_t not_header;
	NDR_record_t NDR;
	mach_port_name_t not_port;
	mach_msg_format_0_trailer_t trailer;
} mach_dead_name_notification_t;

#pragma pack(pop)

#endif /* MACH_NOTIFY_H */
