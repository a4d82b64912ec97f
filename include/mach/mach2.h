/*
 * mach/mach2.h - names of Mach 2.5 that still work
 *
 * Not part of <mach/mach.h>: the names are short and common. The message and
 * port calls of Mach 2.5 are not built yet; only what they are made of is here.
 * In Mach 2.5, deallocating a name removes all that it denotes, and a port's
 * death is told by NOTIFY_PORT_DELETED at the task's notify port.
 *
 * Of the RPC_* return codes, none is defined: they are other names of SEND_*
 * and RCV_*, and RPC_SUCCESS would clash with Linux's <rpc/clnt.h>.
 *
 * Source: spec/mach2-mach3-differences.md 4-7, spec/special-ports.md 2.1
 */
#ifndef MACH_MACH2_H
#define MACH_MACH2_H

#include <mach/boolean.h>
#include <mach/kern_return.h>
#include <mach/mach_types.h>
#include <mach/port.h>
#include <mach/task_special_ports.h>

/* Slots for task_get_special_port(): our own numbers, 2 and 3 being taken. */
#define TASK_NOTIFY_PORT 32 /* what task_notify() returns; not inherited */
#define TASK_EXCEPTION_PORT 33

/*
 * Ports. Source: spec/mach2-mach3-differences.md 6
 */
typedef mach_port_name_t port_t;
typedef port_t port_name_t;
typedef port_t port_set_name_t;
typedef port_t *port_array_t;
typedef port_name_t *port_name_array_t;
typedef port_set_name_t *port_set_name_array_t;
typedef int port_type_t;
typedef port_type_t *port_type_array_t;

#define PORT_NULL ((port_t)0)
#define PORT_ENABLED ((port_t)~0u) /* any enabled port, to receive on */
#define PORT_VALID(port) ((port) != PORT_NULL)

#define PORT_TYPE_NONE 0
#define PORT_TYPE_SEND 1
#define PORT_TYPE_RECEIVE 3
#define PORT_TYPE_OWN 5
#define PORT_TYPE_RECEIVE_OWN 7
#define PORT_TYPE_SET 9
#define PORT_TYPE_LAST 10

#define PORT_BACKLOG_DEFAULT 5
#define PORT_BACKLOG_MAX 16

/*
 * Messages. Source: spec/mach2-mach3-differences.md 5
 */
typedef unsigned int msg_size_t;    /* bytes */
typedef unsigned int msg_timeout_t; /* milliseconds */
typedef int msg_option_t;
typedef int msg_return_t;

#pragma pack(push, 4)

typedef struct {
	unsigned int msg_unused : 24;
	unsigned int msg_simple : 8; /* no ports, no out-of-line data */
	msg_size_t msg_size;
	int msg_type; /* MSG_TYPE_NORMAL, MSG_TYPE_EMERGENCY */
	port_t msg_local_port;
	port_t msg_remote_port;
	int msg_id;
} msg_header_t;

typedef struct {
	unsigned int msg_type_name : 8;
	unsigned int msg_type_size : 8; /* bits in an element */
	unsigned int msg_type_number : 12;
	unsigned int msg_type_inline : 1;
	unsigned int msg_type_longform : 1;
	unsigned int msg_type_deallocate : 1;
	unsigned int msg_type_unused : 1;
} msg_type_t;

typedef struct {
	msg_type_t msg_type_header;
	unsigned short msg_type_long_name;
	unsigned short msg_type_long_size;
	unsigned int msg_type_long_number;
} msg_type_long_t;

/*
 * A notification as Mach 2.5 laid it out. What task_notify() receives has the
 * layout of <mach/notify.h>.
 */
typedef struct {
	msg_header_t notify_header;
	msg_type_t notify_type;
	port_t notify_port;
} notification_t;

#pragma pack(pop)

#define MSG_SIZE_MAX 8192

#define MSG_TYPE_NORMAL 0
#define MSG_TYPE_EMERGENCY 1

#define MSG_TYPE_BIT 0
#define MSG_TYPE_BOOLEAN 0
#define MSG_TYPE_INTEGER_32 2
#define MSG_TYPE_PORT_OWNERSHIP 3
#define MSG_TYPE_PORT_RECEIVE 4
#define MSG_TYPE_PORT_ALL 5
#define MSG_TYPE_PORT 6
#define MSG_TYPE_CHAR 8
#define MSG_TYPE_BYTE 9
#define MSG_TYPE_INTERNAL_MEMORY MSG_TYPE_BYTE
#define MSG_TYPE_REAL 10
#define MSG_TYPE_STRING 12
#define MSG_TYPE_STRING_C 12
#define MSG_TYPE_PORT_NAME 15

#define MSG_OPTION_NONE 0x0000
#define SEND_TIMEOUT 0x0001
#define SEND_NOTIFY 0x0002
#define SEND_INTERRUPT 0x0004
#define SEND_SWITCH 0x0020 /* ignored */
#define RCV_TIMEOUT 0x0100
#define RCV_NO_SENDERS 0x0200
#define RCV_INTERRUPT 0x0400
#define RCV_LARGE 0x1000

#define SEND_SUCCESS 0
#define SEND_INVALID_MEMORY (-101)
#define SEND_INVALID_PORT (-102)
#define SEND_TIMED_OUT (-103)
#define SEND_WILL_NOTIFY (-105)
#define SEND_NOTIFY_IN_PROGRESS (-106)
#define SEND_KERNEL_REFUSED (-107)
#define SEND_INTERRUPTED (-108)
#define SEND_MSG_TOO_LARGE (-109)
#define SEND_MSG_TOO_SMALL (-110)
#define SEND_MSG_SIZE_CHANGE (-111)

#define RCV_SUCCESS 0
#define RCV_INVALID_MEMORY (-201)
#define RCV_INVALID_PORT (-202)
#define RCV_TIMED_OUT (-203)
#define RCV_TOO_LARGE (-204)
#define RCV_NOT_ENOUGH_MEMORY (-205)
#define RCV_ONLY_SENDER (-206)
#define RCV_INTERRUPTED (-207)
#define RCV_PORT_CHANGE (-208)

/* What arrives at the notify port. Source: spec/mach2-mach3-differences.md 4 */
#define NOTIFY_FIRST 64
#define NOTIFY_PORT_DELETED 65     /* the port died; the name has gone */
#define NOTIFY_MSG_ACCEPTED 66     /* a SEND_NOTIFY message was taken over */
#define NOTIFY_OWNERSHIP_RIGHTS 67 /* never produced */
#define NOTIFY_RECEIVE_RIGHTS 68   /* never produced */
#define NOTIFY_PORT_DESTROYED 69
#define NOTIFY_NO_MORE_SENDERS 70
#define NOTIFY_LAST 77

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * task_self() - the caller's task port
 *
 * Rights:	a send right; borrowed: no call adds a reference
 * Return:	the name
 * Source:	spec/mach2-mach3-differences.md 4
 */
port_t task_self(void);

/**
 * thread_self() - the port of the calling thread
 *
 * Rights:	a send right; borrowed: no call adds a reference
 * Return:	the name, or PORT_NULL when the kernel cannot be reached
 * Source:	spec/mach2-mach3-differences.md 4
 */
port_t thread_self(void);

/**
 * host_self() - the port of the host
 *
 * Rights:	a send right; borrowed: no call adds a reference
 * Return:	the name, or PORT_NULL when the kernel cannot be reached
 * Source:	spec/mach2-mach3-differences.md 4
 */
port_t host_self(void);

/**
 * task_notify() - the port at which this task is told of events
 *
 * Made by the first call, the same from then on. Not inherited by fork. The
 * first call also puts the task into Mach 2.5 mode: send rights that it gets by
 * old calls vanish when their port dies, and NOTIFY_PORT_DELETED is sent here.
 *
 * Rights:	a receive right; borrowed: no call adds a reference
 * Return:	the name, or PORT_NULL when there is no room for it
 * Source:	spec/mach2-mach3-differences.md 4
 */
port_t task_notify(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_MACH2_H */
