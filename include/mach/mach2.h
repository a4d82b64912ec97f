/*
 * mach/mach2.h - the types, constants and calls of Mach 2.5
 *
 * Not part of <mach/mach.h>: the names are short and common. A program of its
 * time includes <mach.h> and is compiled with -DMACH_2_5, or includes this.
 * Old and new calls may be used in one program, on the same ports.
 *
 * In Mach 2.5, deallocating a name removes all that it denotes; a receive right
 * includes the right to send, and is ownership, too; and a port's death is told
 * by NOTIFY_PORT_DELETED at the task's notify port, task_notify().
 *
 * Of messages, behind the header are typed items. Each is a msg_type_t, or a
 * msg_type_long_t, and then the elements, filled up to a multiple of 4 bytes; or,
 * if msg_type_inline is 0, their address: a pointer of 8 bytes at the next
 * multiple of 8, where a compiler puts it in a structure. A message that is
 * msg_simple has no ports and no addresses, and is not looked at.
 *
 * What a program of today and one of Mach 2.5 see of each other's messages:
 *
 *	simple		the same bytes, in both directions
 *	old to new	a descriptor for each port and for each item that is out
 *			of line, in order; then, as inline data, all that was
 *			behind the old header, with 0 for each name and address.
 *			msgh_voucher_port, without a disposition, is a mark by
 *			which an old receiver knows that this is not just data
 *	new to old	a port descriptor becomes an item MSG_TYPE_PORT, or
 *			MSG_TYPE_PORT_ALL for a receive right; memory one of
 *			MSG_TYPE_BYTE; an array of ports one of those; and the
 *			inline data of a complex message one of MSG_TYPE_BYTE
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
 * A notification as msg_receive() gives it: a name, of MSG_TYPE_PORT_NAME; or in
 * NOTIFY_PORT_DESTROYED the receive right itself, of MSG_TYPE_PORT_ALL. To
 * mach_msg() it comes in the layout of <mach/notify.h>.
 */
typedef struct {
	msg_header_t notify_header;
	msg_type_t notify_type;
	port_t notify_port;
} notification_t;

#pragma pack(pop)

#define MSG_SIZE_MAX 8192 /* to send, without what is out of line */

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

/*
 * Of msg_rpc(). <rpc/clnt.h>, of libtirpc, has an RPC_SUCCESS, too, also 0:
 * include that one first.
 */
#define RPC_SUCCESS 0
#define RPC_INVALID_MEMORY SEND_INVALID_MEMORY
#define RPC_INVALID_PORT SEND_INVALID_PORT
#define RPC_TIMED_OUT SEND_TIMED_OUT
#define RPC_WILL_NOTIFY SEND_WILL_NOTIFY
#define RPC_NOTIFY_IN_PROGRESS SEND_NOTIFY_IN_PROGRESS
#define RPC_KERNEL_REFUSED SEND_KERNEL_REFUSED
#define RPC_INTERRUPTED SEND_INTERRUPTED
#define RPC_MSG_TOO_LARGE SEND_MSG_TOO_LARGE
#define RPC_MSG_TOO_SMALL SEND_MSG_TOO_SMALL
#define RPC_MSG_SIZE_CHANGE SEND_MSG_SIZE_CHANGE
#define RPC_RCV_INVALID_MEMORY RCV_INVALID_MEMORY
#define RPC_RCV_INVALID_PORT RCV_INVALID_PORT
#define RPC_RCV_TIMED_OUT RCV_TIMED_OUT
#define RPC_RCV_TOO_LARGE RCV_TOO_LARGE
#define RPC_RCV_NOT_ENOUGH_MEMORY RCV_NOT_ENOUGH_MEMORY
#define RPC_RCV_ONLY_SENDER RCV_ONLY_SENDER
#define RPC_RCV_INTERRUPTED RCV_INTERRUPTED
#define RPC_RCV_PORT_CHANGE RCV_PORT_CHANGE

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

/**
 * thread_reply() - the port on which the calling thread gets replies
 *
 * Made by the thread's first call, or mig_get_reply_port(), whose it is.
 *
 * Rights:	a receive right; borrowed: no call adds a reference
 * Return:	the name, or PORT_NULL when there is no room for it
 * Source:	spec/mach2-mach3-differences.md 4
 */
port_t thread_reply(void);

/**
 * host_priv_self() - the privileged port of the host
 *
 * Rights:	a send right, that of host_self(); borrowed: no call adds a reference
 * Return:	the name; PORT_NULL to a task that is not privileged
 * Source:	spec/mach2-mach3-differences.md 4
 */
port_t host_priv_self(void);

/**
 * mig_init() - called by old MIG stubs; does nothing
 * @reserved:	[in]  ignored
 *
 * Source:	spec/mach2-mach3-differences.md 7
 */
void mig_init(void *reserved);

/*
 * The calls on ports. @task is as for <mach/mach_port.h>. Each returns
 *	KERN_SUCCESS
 *	KERN_INVALID_ARGUMENT	any argument is bad
 *	KERN_NOT_RECEIVER	where a receive right is needed: the name denotes
 *				something else
 *	KERN_RESOURCE_SHORTAGE	no memory, names or budget
 * with nothing changed and no output written unless it is KERN_SUCCESS.
 */

/**
 * port_allocate() - make a port
 * @task:	[in]  task port; borrowed
 * @port:	[out] its name in @task: receive, ownership and send rights
 *
 * Rights:	two rights under one name, +1 to @task
 * Return:	as above
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_allocate(task_t task, port_t *port);

/**
 * port_deallocate() - remove a name with all that it denotes
 * @task:	[in]  task port; borrowed
 * @port:	[in]  the name
 *
 * A port whose receive right it is dies; a set loses its members.
 *
 * Rights:	all under the name are CONSUMED, any number of references
 * Return:	as above
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_deallocate(task_t task, port_t port);

/**
 * port_names() - list the names of a task
 * @task:	[in]  task port; borrowed
 * @names:	[out] array of *@names_count names, in no particular order
 * @names_count: [out] number of names
 * @types:	[out] array of *@types_count PORT_TYPE_*; types[i] is of names[i]
 * @types_count: [out] equal to *@names_count
 *
 * Dead names, which Mach 2.5 had not, are left out, as is the set of enabled
 * ports. Both arrays are new memory; the caller frees each with vm_deallocate().
 *
 * Units:	counts are elements, not bytes
 * Rights:	moves none
 * Return:	as above
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_names(task_t task, port_name_array_t *names,
    unsigned int *names_count, port_type_array_t *types,
    unsigned int *types_count);

/**
 * port_type() - tell what a name denotes
 * @task:	[in]  task port; borrowed
 * @port:	[in]  the name
 * @type:	[out] PORT_TYPE_SEND, PORT_TYPE_RECEIVE_OWN or PORT_TYPE_SET
 *
 * A send-once right is PORT_TYPE_SEND.
 *
 * Rights:	moves none
 * Return:	as above
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_type(task_t task, port_t port, port_type_t *type);

/**
 * port_rename() - give what a name denotes another name
 * @task:	[in]  task port; borrowed
 * @old_name:	[in]  the name
 * @new_name:	[in]  a name that is not in use
 *
 * Which names can be chosen: mach_port_rename().
 *
 * Rights:	moves none
 * Return:	as above, or KERN_NAME_EXISTS
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_rename(task_t task, port_t old_name, port_t new_name);

/**
 * port_status() - the state of a port
 * @task:	[in]  task port; borrowed
 * @port:	[in]  the name of the port in @task
 * @enabled:	[out] the set that it is in, PORT_ENABLED, or PORT_NULL
 * @num_msgs:	[out] messages in its queue, or -1 if @task does not receive
 * @backlog:	[out] how many messages the queue takes, or 0
 * @owner:	[out] does @task own the port?
 * @receiver:	[out] does @task receive from it?
 *
 * Units:	messages
 * Rights:	moves none
 * Return:	as above
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_status(task_t task, port_t port, port_set_name_t *enabled,
    int *num_msgs, int *backlog, boolean_t *owner, boolean_t *receiver);

/**
 * port_set_backlog() - say how many messages the queue of a port takes
 * @task:	[in]  task port; borrowed
 * @port:	[in]  a receive right of @task
 * @backlog:	[in]  from 1 to PORT_BACKLOG_MAX
 *
 * Units:	messages
 * Rights:	moves none
 * Return:	as above
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_set_backlog(task_t task, port_t port, int backlog);

/**
 * port_set_backup() - say where a receive right goes that would be destroyed
 * @task:	[in]  task port; borrowed
 * @port:	[in]  a receive right of @task
 * @backup:	[in]  a send right of the caller; PORT_NULL for none
 * @previous:	[out] a send right for the backup port before, or PORT_NULL; a
 *		      send-once right if mach_port_request_notification()
 *		      was told of it
 *
 * The backup port gets NOTIFY_PORT_DESTROYED, with the receive right in it.
 *
 * Rights:	@backup is borrowed; @previous is +1 to caller
 * Return:	as above
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_set_backup(
    task_t task, port_t port, port_t backup, port_t *previous);

/**
 * port_set_allocate() - make a port set
 * @task:	[in]  task port; borrowed
 * @set:	[out] its name in @task
 *
 * Rights:	+1 to @task
 * Return:	as above
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_set_allocate(task_t task, port_set_name_t *set);

/**
 * port_set_deallocate() - destroy a port set; its members stay
 * @task:	[in]  task port; borrowed
 * @set:	[in]  the set
 *
 * Rights:	the set is CONSUMED
 * Return:	as above
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_set_deallocate(task_t task, port_set_name_t set);

/**
 * port_set_add() - put a port into a set, and out of any other
 * @task:	[in]  task port; borrowed
 * @set:	[in]  the set; PORT_ENABLED in the caller's own task
 * @port:	[in]  a receive right of @task
 *
 * Rights:	moves none
 * Return:	as above
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_set_add(task_t task, port_set_name_t set, port_name_t port);

/**
 * port_set_remove() - take a port out of its set
 * @task:	[in]  task port; borrowed
 * @port:	[in]  a receive right of @task
 *
 * Rights:	moves none
 * Return:	as above, or KERN_NOT_IN_SET
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_set_remove(task_t task, port_name_t port);

/**
 * port_set_status() - list the members of a set
 * @task:	[in]  task port; borrowed
 * @set:	[in]  the set; PORT_ENABLED in the caller's own task
 * @members:	[out] array of *@members_count names: new memory, which the
 *		      caller frees with vm_deallocate()
 * @members_count: [out] number of members
 *
 * Units:	elements, not bytes
 * Rights:	moves none
 * Return:	as above
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_set_status(task_t task, port_set_name_t set,
    port_name_array_t *members, unsigned int *members_count);

/**
 * port_insert_send() - give a task a send right
 * @task:	[in]  task port; borrowed
 * @port:	[in]  a name of the caller's, from which the right is made
 * @name:	[in]  what it is to be called in @task
 *
 * Rights:	@port is borrowed; a send right +1 to @task
 * Return:	as above, or KERN_NAME_EXISTS; KERN_FAILURE if @task has another
 *		name for the port
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_insert_send(task_t task, port_t port, port_name_t name);

/**
 * port_extract_send() - take a send right from a task
 * @task:	[in]  task port; borrowed
 * @name:	[in]  the name of the right in @task
 * @port:	[out] its name for the caller
 *
 * Rights:	all references of the send right are CONSUMED; @port is +1 to
 *		caller
 * Return:	as above
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_extract_send(task_t task, port_name_t name, port_t *port);

/**
 * port_insert_receive() - give a task a receive right
 * @task:	[in]  task port; borrowed
 * @port:	[in]  a receive right of the caller
 * @name:	[in]  what it is to be called in @task
 *
 * Rights:	the receive right is CONSUMED, and destroyed when @task cannot
 *		have it under that name; +1 to @task
 * Return:	as for port_insert_send()
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_insert_receive(task_t task, port_t port, port_name_t name);

/**
 * port_extract_receive() - take a receive right from a task
 * @task:	[in]  task port; borrowed
 * @name:	[in]  the name of the right in @task
 * @port:	[out] its name for the caller
 *
 * Rights:	the receive right is CONSUMED; @port is +1 to caller
 * Return:	as above
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_extract_receive(task_t task, port_name_t name, port_t *port);

/**
 * port_enable() - have msg_receive() on PORT_ENABLED receive from a port
 * @task:	[in]  the caller's task port
 * @port:	[in]  a receive right; it leaves any port set that it is in
 *
 * Rights:	moves none
 * Return:	as above
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_enable(task_t task, port_name_t port);

/**
 * port_disable() - undo port_enable()
 * @task:	[in]  the caller's task port
 * @port:	[in]  a receive right, whether enabled or not
 *
 * Rights:	moves none
 * Return:	as above
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_disable(task_t task, port_name_t port);

/**
 * port_messages() - list the enabled ports that have messages
 * @task:	[in]  the caller's task port
 * @ports:	[out] array of *@ports_count names: new memory, which the caller
 *		      frees with vm_deallocate()
 * @ports_count: [out] number of ports
 *
 * Units:	elements, not bytes
 * Rights:	moves none
 * Return:	as above
 * Source:	spec/mach2-mach3-differences.md 6
 */
kern_return_t port_messages(
    task_t task, port_name_array_t *ports, unsigned int *ports_count);

/**
 * msg_send() - send a message
 * @header:	[in]  the message, of msg_size bytes; it stays as it is
 * @option:	[in]  SEND_* bits
 * @timeout:	[in]  with SEND_TIMEOUT: how long to wait for room in the queue
 *
 * The destination is msg_remote_port, the reply port msg_local_port. With
 * SEND_NOTIFY, one message for each port can be sent when its queue is full:
 * SEND_WILL_NOTIFY; and when it leaves the queue, NOTIFY_MSG_ACCEPTED comes to
 * task_notify(). Of msg_type, the lower 14 bits travel.
 *
 * Units:	sizes are bytes, @timeout is milliseconds
 * Rights:	send rights are copied, but from an inline item MSG_TYPE_PORT with
 *		msg_type_deallocate CONSUMED, all references. Receive rights, of
 *		MSG_TYPE_PORT_RECEIVE, _OWNERSHIP or _ALL, are CONSUMED. Memory
 *		marked msg_type_deallocate is unmapped. When the send fails,
 *		nothing comes back: what the kernel had taken is destroyed. It
 *		takes nothing when a port in the header, or a type, is wrong
 * Return:	SEND_SUCCESS
 *		SEND_WILL_NOTIFY	the message was sent
 *		SEND_INVALID_MEMORY	the message, or memory of it, is not there
 *		SEND_INVALID_PORT	a name is no right of its kind, or dead;
 *					the elements of a port item have not 32
 *					bits
 *		SEND_TIMED_OUT		no room within @timeout
 *		SEND_NOTIFY_IN_PROGRESS	one message is out already
 *		SEND_INTERRUPTED	a signal came, with SEND_INTERRUPT; or no
 *					memory
 *		SEND_MSG_TOO_LARGE	more than MSG_SIZE_MAX bytes, or 16,383
 *					ports
 *		SEND_MSG_TOO_SMALL	less than a header; an item is longer than
 *					the message
 * Source:	spec/mach2-mach3-differences.md 5
 */
msg_return_t msg_send(
    msg_header_t *header, msg_option_t option, msg_timeout_t timeout);

/**
 * msg_receive() - receive a message
 * @header:	[in/out] msg_size: room, in bytes. msg_local_port: the port, port
 *			 set, or PORT_ENABLED. Then the message
 * @option:	[in]  RCV_* bits
 * @timeout:	[in]  with RCV_TIMEOUT: how long to wait
 *
 * msg_local_port is then the port that the message came to, msg_remote_port where
 * to reply. A message that is too large is destroyed, and a bare header stored;
 * with RCV_LARGE only msg_size is: the room that will be enough, which may be more
 * than is needed. The message is then received by the next call for that port or
 * set.
 *
 * With RCV_NO_SENDERS, the call fails if there is no message and nobody but the
 * caller has a send right. That is looked at before the wait, not during it.
 *
 * Units:	sizes are bytes, @timeout is milliseconds
 * Rights:	those received are +1 to caller, memory too: free it with
 *		vm_deallocate()
 * Return:	RCV_SUCCESS
 *		RCV_INVALID_MEMORY	the buffer is not there; if there was a
 *					message, it is lost
 *		RCV_INVALID_PORT	no receive right or set
 *		RCV_TIMED_OUT		no message within @timeout
 *		RCV_TOO_LARGE		not enough room
 *		RCV_NOT_ENOUGH_MEMORY	no room for some right or memory of the
 *					message, which is null in its item
 *		RCV_ONLY_SENDER		see RCV_NO_SENDERS
 *		RCV_INTERRUPTED		a signal came, with RCV_INTERRUPT
 *		RCV_PORT_CHANGE		the right has gone meanwhile
 * Source:	spec/mach2-mach3-differences.md 5
 */
msg_return_t msg_receive(
    msg_header_t *header, msg_option_t option, msg_timeout_t timeout);

/**
 * msg_rpc() - send a message and receive the reply in its place
 * @header:	[in/out] the message; msg_local_port gets the reply
 * @option:	[in]  SEND_* and RCV_* bits
 * @rcv_size:	[in]  room for the reply
 * @send_timeout: [in] with SEND_TIMEOUT
 * @rcv_timeout: [in] with RCV_TIMEOUT
 *
 * Nothing is received unless the send returns SEND_SUCCESS.
 *
 * Units:	sizes are bytes, timeouts are milliseconds
 * Rights:	as for msg_send() and msg_receive()
 * Return:	as of msg_send() or msg_receive()
 * Source:	spec/mach2-mach3-differences.md 5
 */
msg_return_t msg_rpc(msg_header_t *header, msg_option_t option,
    msg_size_t rcv_size, msg_timeout_t send_timeout, msg_timeout_t rcv_timeout);

/**
 * msg_send_trap() - msg_send() with SEND_INTERRUPT
 * @header:	[in]  as for msg_send()
 * @option:	[in]  as for msg_send()
 * @timeout:	[in]  as for msg_send()
 *
 * Return:	as of msg_send()
 * Source:	spec/mach2-mach3-differences.md 5
 */
msg_return_t msg_send_trap(
    msg_header_t *header, msg_option_t option, msg_timeout_t timeout);

/**
 * msg_receive_trap() - msg_receive() with RCV_INTERRUPT
 * @header:	[in/out] as for msg_receive()
 * @option:	[in]  as for msg_receive()
 * @timeout:	[in]  as for msg_receive()
 *
 * Return:	as of msg_receive()
 * Source:	spec/mach2-mach3-differences.md 5
 */
msg_return_t msg_receive_trap(
    msg_header_t *header, msg_option_t option, msg_timeout_t timeout);

/**
 * msg_rpc_trap() - msg_rpc() with SEND_INTERRUPT and RCV_INTERRUPT
 * @header:	[in/out] as for msg_rpc()
 * @option:	[in]  as for msg_rpc()
 * @rcv_size:	[in]  as for msg_rpc()
 * @send_timeout: [in] as for msg_rpc()
 * @rcv_timeout: [in] as for msg_rpc()
 *
 * Return:	as of msg_rpc()
 * Source:	spec/mach2-mach3-differences.md 5
 */
msg_return_t msg_rpc_trap(msg_header_t *header, msg_option_t option,
    msg_size_t rcv_size, msg_timeout_t send_timeout, msg_timeout_t rcv_timeout);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_MACH2_H */
