/*
 * mach/mach_port.h - calls on the names and rights of a task
 *
 * @task is a send right for the port of the task whose space is meant: the
 * caller's own, mach_task_self(), or another's; borrowed. @name is a name in
 * that space. Names of rights that the caller hands over or gets are names in
 * its own.
 *
 * Each call may also return
 *	MACH_SEND_INVALID_DEST	@task is no name of a live port
 *	KERN_INVALID_TASK	the task is terminated, or @task is the port of
 *				a thread or host
 *	KERN_RESOURCE_SHORTAGE	no memory
 * or, when @task is an ordinary port, what its receiver answers: it is sent the
 * request that mig would make of the call. Then the codes of mach_msg() and
 *	MIG_SERVER_DIED		it did not answer, and will not
 *	MIG_REPLY_MISMATCH, MIG_TYPE_ERROR, MIG_ARRAY_TOO_LARGE
 *				what it answered is none, or too much
 * are possible, too.
 * A code other than KERN_SUCCESS means that nothing has changed and no output
 * was written, unless the call says otherwise.
 *
 * Source: spec/ports.md 9, 10
 */
#ifndef MACH_MACH_PORT_H
#define MACH_MACH_PORT_H

#include <mach/ipc_info.h>
#include <mach/kern_return.h>
#include <mach/mach_types.h>
#include <mach/message.h>
#include <mach/port.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * mach_port_names() - list the names in a task's space
 * @task:	[in]	task port; borrowed
 * @names:	[out] array of *@names_count names, in no particular order
 * @names_count: [out]	number of names
 * @types:	[out] array of *@types_count masks; types[i] describes names[i]
 * @types_count: [out]	equal to *@names_count
 *
 * A snapshot of one moment. Unlike mach_port_type(), shows SPREQUEST and
 * SPREQUEST_DELAYED. Both arrays are new memory; the caller frees each with
 * vm_deallocate().
 *
 * Units:	counts are elements, not bytes
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or as above
 * Source:	spec/ports.md 10.1
 */
kern_return_t mach_port_names(ipc_space_t task, mach_port_name_array_t *names,
    mach_msg_type_number_t *names_count, mach_port_type_array_t *types,
    mach_msg_type_number_t *types_count);

/**
 * mach_port_type() - tell what a name denotes
 * @task:	[in]	task port; borrowed
 * @name:	[in]	the name; MACH_PORT_DEAD is a dead name
 * @ptype:	[out]	MACH_PORT_TYPE_* bits
 *
 * DNREQUEST shows a dead-name or send-possible request that has not fired.
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name, or MACH_PORT_NULL
 * Source:	spec/ports.md 10.2
 */
kern_return_t mach_port_type(
    ipc_space_t task, mach_port_name_t name, mach_port_type_t *ptype);

/**
 * mach_port_allocate() - make a port, a port set or a dead name
 * @task:	[in]	task port; borrowed
 * @right:	[in]	MACH_PORT_RIGHT_RECEIVE, _PORT_SET or _DEAD_NAME
 * @name:	[out]	its name
 *
 * A new port has no send right, the default queue limit, and zero counts.
 *
 * Rights:	receive right, set, or one reference of a dead name, +1 to @task
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_VALUE	@right is another
 *		KERN_NO_SPACE		the space is full
 *		KERN_RESOURCE_SHORTAGE	no memory
 * Source:	spec/ports.md 10.4
 */
kern_return_t mach_port_allocate(
    ipc_space_t task, mach_port_right_t right, mach_port_name_t *name);

/**
 * mach_port_allocate_name() - make a port, a set or a dead name under a name
 * @task:	[in]	task port; borrowed
 * @right:	[in]	MACH_PORT_RIGHT_RECEIVE, _PORT_SET or _DEAD_NAME
 * @name:	[in]	its name
 *
 * As mach_port_allocate(). A name can be chosen if its low two bits are set and
 * it is from 0x100 to 0x1ffffff; in Mach 3 mode, which is entered with
 * task_set_mach3(), any can but NULL and DEAD.
 *
 * Rights:	receive right, set, or one reference of a dead name, +1 to @task
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_VALUE	@name is NULL, DEAD or unacceptable, or
 *					@right is another
 *		KERN_NAME_EXISTS	@name is in use
 *		KERN_FAILURE		@name cannot be used now
 *		KERN_NO_SPACE		@name is beyond the size of a space, or
 *					the space is full
 *		KERN_RESOURCE_SHORTAGE	no memory
 * Source:	spec/ports.md 10.5, 2
 */
kern_return_t mach_port_allocate_name(
    ipc_space_t task, mach_port_right_t right, mach_port_name_t name);

/**
 * mach_port_allocate_qos() - make a port, a set or a dead name, with a quality
 * @task:	[in]	task port; borrowed
 * @right:	[in]	MACH_PORT_RIGHT_RECEIVE, _PORT_SET or _DEAD_NAME
 * @qos:	[in]	`prealloc` is for ports, and has no effect; borrowed
 * @name:	[out]	its name
 *
 * Rights:	as mach_port_allocate()
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_ARGUMENT	@qos says that the name is chosen
 *		KERN_INVALID_VALUE	@right is another, or no port and
 *					`prealloc` is set
 *		KERN_NO_SPACE		the space is full
 *		KERN_RESOURCE_SHORTAGE	no memory, or a message of `len` bytes
 *					and a trailer is beyond 32 bits
 * Source:	spec/ports.md 10.6
 */
kern_return_t mach_port_allocate_qos(ipc_space_t task, mach_port_right_t right,
    mach_port_qos_t *qos, mach_port_name_t *name);

/**
 * mach_port_allocate_full() - make a port, a set or a dead name in any way
 * @task:	[in]	task port; borrowed
 * @right:	[in]	MACH_PORT_RIGHT_RECEIVE, _PORT_SET or _DEAD_NAME
 * @proto:	[in]	MACH_PORT_NULL
 * @qos:	[in]	whether @name is chosen; `prealloc` is for ports, and has
 *			no effect; borrowed
 * @name:	[in/out] its name; read only if it is chosen
 *
 * Rights:	as mach_port_allocate()
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_VALUE	@right or @proto is another, @name is
 *					NULL, DEAD or unacceptable, or no port
 *					and `prealloc` is set
 *		KERN_RESOURCE_SHORTAGE	no memory, or a message of `len` bytes
 *					and a trailer is beyond 32 bits
 *		KERN_NAME_EXISTS	@name is in use
 *		KERN_FAILURE		@name cannot be used now
 *		KERN_NO_SPACE		@name is beyond the size of a space, or
 *					the space is full
 * Source:	spec/ports.md 10.7, 2
 */
kern_return_t mach_port_allocate_full(ipc_space_t task, mach_port_right_t right,
    mach_port_t proto, mach_port_qos_t *qos, mach_port_name_t *name);

/**
 * mach_port_rename() - give a right another name
 * @task:	[in]	task port; borrowed
 * @old_name:	[in]	the name that it has
 * @new_name:	[in]	the name that it is to have
 *
 * The right keeps its references, requests, memberships and messages. Whoever
 * waits on it goes on waiting, and requests will tell the new name. For the
 * names that can be chosen see mach_port_allocate_name().
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_VALUE	@new_name is NULL, DEAD or unacceptable
 *		KERN_NAME_EXISTS	@new_name is in use
 *		KERN_INVALID_NAME	no name @old_name
 *		KERN_FAILURE		@new_name cannot be used now
 *		KERN_NO_SPACE		@new_name is beyond the size of a space
 *		KERN_INVALID_CAPABILITY	@old_name is mach_task_self()
 *		KERN_RESOURCE_SHORTAGE	no memory
 * Source:	spec/ports.md 10.3, 2, spec/special-ports.md 1
 */
kern_return_t mach_port_rename(
    ipc_space_t task, mach_port_name_t old_name, mach_port_name_t new_name);

/**
 * mach_port_destroy() - remove all that a name denotes
 * @task:	[in]	task port; borrowed
 * @name:	[in]	the name; MACH_PORT_NULL and MACH_PORT_DEAD do nothing
 *
 * To release one reference, use mach_port_deallocate(). A receive right that
 * goes destroys its port: send rights elsewhere become dead names, and what was
 * queued is destroyed.
 *
 * Rights:	all under @name are destroyed, whatever the references
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name
 *		KERN_INVALID_RIGHT	a receive right with a guard not 0
 * Source:	spec/ports.md 10.8
 */
kern_return_t mach_port_destroy(ipc_space_t task, mach_port_name_t name);

/**
 * mach_port_deallocate() - release one reference of a name
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a send right, send-once right, dead name or port set;
 *			MACH_PORT_NULL and MACH_PORT_DEAD do nothing
 *
 * A receive right is released with mach_port_mod_refs(). A send-once right that
 * goes so makes a send-once notification.
 *
 * Rights:	one user reference; a send-once right or a set goes at once.
 *		A count at MACH_PORT_UREFS_MAX does not move
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name
 *		KERN_INVALID_RIGHT	a receive right only
 *		KERN_INVALID_CAPABILITY	the last reference of mach_task_self()
 * Source:	spec/ports.md 10.9, spec/special-ports.md 1
 */
kern_return_t mach_port_deallocate(ipc_space_t task, mach_port_name_t name);

/**
 * mach_port_get_refs() - count the user references of a name
 * @task:	[in]	task port; borrowed
 * @name:	[in]	the name; MACH_PORT_NULL and MACH_PORT_DEAD have one
 *			reference as SEND or SEND_ONCE
 * @right:	[in]	which of the rights under @name to count
 * @refs:	[out]	0 when @name does not denote @right
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_VALUE	@right is out of range
 *		KERN_INVALID_NAME	no such name
 * Source:	spec/ports.md 10.10
 */
kern_return_t mach_port_get_refs(ipc_space_t task, mach_port_name_t name,
    mach_port_right_t right, mach_port_urefs_t *refs);

/**
 * mach_port_mod_refs() - change the user references of a name
 * @task:	[in]	task port; borrowed
 * @name:	[in]	the name; MACH_PORT_NULL and MACH_PORT_DEAD do nothing
 *			as SEND or SEND_ONCE
 * @right:	[in]	which of the rights under @name to change
 * @delta:	[in]	references to add; -1 removes a receive right, a
 *			send-once right or a set
 *
 * A sum above MACH_PORT_UREFS_MAX becomes that; from then on the count does not
 * move, except that @delta -MACH_PORT_UREFS_MAX removes the right. A send right
 * whose port died is a DEAD_NAME here.
 *
 * Rights:	@delta references; at 0 the right is destroyed, as by
 *		mach_port_deallocate(), and a receive right with its port
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_VALUE	@right or @delta is out of range, or
 *					references would become negative
 *		KERN_INVALID_NAME	no such name
 *		KERN_INVALID_RIGHT	@name does not denote @right, or is a
 *					guarded receive right to be removed
 *		KERN_INVALID_CAPABILITY	the last reference of mach_task_self()
 * Source:	spec/ports.md 10.11, spec/special-ports.md 1
 */
kern_return_t mach_port_mod_refs(ipc_space_t task, mach_port_name_t name,
    mach_port_right_t right, mach_port_delta_t delta);

/**
 * mach_port_set_mscount() - set the make-send count of a port
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @mscount:	[in]	the new count
 *
 * A pending no-senders request is not looked at again.
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name, or a dead name
 *		KERN_INVALID_RIGHT	no receive right, MACH_PORT_NULL or
 *					MACH_PORT_DEAD
 * Source:	spec/ports.md 10.13, 5
 */
kern_return_t mach_port_set_mscount(
    ipc_space_t task, mach_port_name_t name, mach_port_mscount_t mscount);

/**
 * mach_port_set_seqno() - set the sequence number of a port
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @seqno:	[in]	what the next message that leaves the queue will carry
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name, or a dead name
 *		KERN_INVALID_RIGHT	no receive right, MACH_PORT_NULL or
 *					MACH_PORT_DEAD
 * Source:	spec/ports.md 10.14, 5, 6.3
 */
kern_return_t mach_port_set_seqno(
    ipc_space_t task, mach_port_name_t name, mach_port_seqno_t seqno);

/**
 * mach_port_get_context() - get the value that a receiver keeps with a port
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @context:	[out]	the context; 0 if that is a strict guard
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name, or a dead name
 *		KERN_INVALID_RIGHT	no receive right, MACH_PORT_NULL or
 *					MACH_PORT_DEAD
 * Source:	spec/ports.md 10.15, 5, 6.4
 */
kern_return_t mach_port_get_context(
    ipc_space_t task, mach_port_name_t name, mach_port_context_t *context);

/**
 * mach_port_set_context() - keep a value with a port
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @context:	[in]	the value; a context trailer shows it
 *
 * A guard is kept in the same place: what is set becomes the guard. A receive
 * right that moves has the context 0.
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name, or a dead name
 *		KERN_INVALID_RIGHT	no receive right, MACH_PORT_NULL or
 *					MACH_PORT_DEAD
 *		KERN_INVALID_ARGUMENT	the port has a strict guard
 * Source:	spec/ports.md 10.16, 5, 6.4
 */
kern_return_t mach_port_set_context(
    ipc_space_t task, mach_port_name_t name, mach_port_context_t context);

/**
 * mach_port_peek() - look at a queued message without taking it
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @trailer_type: [in]	the trailer wanted: MACH_RCV_TRAILER_TYPE() and
 *			MACH_RCV_TRAILER_ELEMENTS(), no more than AUDIT
 * @request_seqno: [in/out] sequence number of the message; 0 for the first
 * @msg_size:	[out]	its size as Darwin's kernel keeps it: what the receiver
 *			gets and 8 more, and 4 more for each port descriptor
 * @msg_id:	[out]	its msgh_id
 * @trailer_info: [out] the trailer that a receive would write now, in the
 *			caller's memory
 * @trailer_info_count: [in/out] room for the trailer; its size. Also set when the
 *			result is KERN_FAILURE
 *
 * Units:	sizes and *@trailer_info_count are bytes
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_VALUE	more than AUDIT is wanted, or
 *					*@trailer_info_count is too small for it
 *		KERN_INVALID_NAME	no such name, or a dead name
 *		KERN_INVALID_RIGHT	no receive right, MACH_PORT_NULL or
 *					MACH_PORT_DEAD
 *		KERN_FAILURE		no such message is queued
 * Source:	spec/ports.md 10.12, 5
 */
kern_return_t mach_port_peek(ipc_space_t task, mach_port_name_t name,
    mach_msg_trailer_type_t trailer_type, mach_port_seqno_t *request_seqno,
    mach_msg_size_t *msg_size, mach_msg_id_t *msg_id,
    mach_msg_trailer_info_t trailer_info,
    mach_msg_type_number_t *trailer_info_count);

/**
 * mach_port_get_set_status() - list the members of a port set
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a port set
 * @members:	[out]	array of *@members_count names of receive rights
 * @members_count: [out] number of members; with 0 the array is NULL
 *
 * The array is new memory; the caller frees it with vm_deallocate().
 *
 * Units:	*@members_count is elements, not bytes
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name, or a dead name
 *		KERN_INVALID_RIGHT	no port set, MACH_PORT_NULL or
 *					MACH_PORT_DEAD
 * Source:	spec/ports.md 10.17, 5
 */
kern_return_t mach_port_get_set_status(ipc_space_t task, mach_port_name_t name,
    mach_port_name_array_t *members, mach_msg_type_number_t *members_count);

/**
 * mach_port_move_member() - put a port into one port set, or into none
 * @task:	[in]	task port; borrowed
 * @member:	[in]	a receive right
 * @after:	[in]	the set; MACH_PORT_NULL for none
 *
 * The port leaves all other sets.
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name: either
 *		KERN_INVALID_RIGHT	@member is no receive right, or @after
 *					no set
 *		KERN_NOT_IN_SET		@after is MACH_PORT_NULL, and @member is
 *					in no set
 * Source:	spec/ports.md 10.18
 */
kern_return_t mach_port_move_member(
    ipc_space_t task, mach_port_name_t member, mach_port_name_t after);

/**
 * mach_port_insert_member() - put a port into one more port set
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @pset:	[in]	the set
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name: either
 *		KERN_INVALID_RIGHT	@name is no receive right, or @pset no
 *					set; either NULL or DEAD
 *		KERN_ALREADY_IN_SET	@name is in @pset
 * Source:	spec/ports.md 10.19
 */
kern_return_t mach_port_insert_member(
    ipc_space_t task, mach_port_name_t name, mach_port_name_t pset);

/**
 * mach_port_extract_member() - take a port out of a port set
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @pset:	[in]	the set
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name: either
 *		KERN_INVALID_RIGHT	@name is no receive right, or @pset no
 *					set; either NULL or DEAD
 *		KERN_NOT_IN_SET		@name is not in @pset
 * Source:	spec/ports.md 10.20
 */
kern_return_t mach_port_extract_member(
    ipc_space_t task, mach_port_name_t name, mach_port_name_t pset);

/**
 * mach_port_request_notification() - ask to be told about a port or a name
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right for PORT_DESTROYED and NO_SENDERS, any
 *			right for DEAD_NAME and SEND_POSSIBLE
 * @msgid:	[in]	MACH_NOTIFY_PORT_DESTROYED, _NO_SENDERS, _DEAD_NAME or
 *			_SEND_POSSIBLE
 * @sync:	[in]	PORT_DESTROYED: 0. NO_SENDERS: fire now when there are
 *			no send rights and the make-send count is at least this.
 *			DEAD_NAME, SEND_POSSIBLE: non-zero to fire now when it
 *			has happened already
 * @notify:	[in]	the right to send the notification to; CONSUMED, on
 *			failure too. MACH_PORT_NULL cancels a request
 * @notify_poly: [in]	MACH_MSG_TYPE_MAKE_SEND_ONCE or _MOVE_SEND_ONCE
 * @previous:	[out]	the right that was registered before, or MACH_PORT_NULL
 *
 * A request fires once. DEAD_NAME and SEND_POSSIBLE share one request per name;
 * there is one of each other kind per port, and it travels with the port. A
 * second PORT_DESTROYED request is refused, also one that cancels, but in Mach 3
 * mode (task_set_mach3()).
 *
 * Rights:	*@previous: a send-once right under a new name, +1 to caller. On
 *		failure the right from @notify is destroyed, which makes a
 *		send-once notification
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_VALUE	@msgid is another, or PORT_DESTROYED
 *					with @sync
 *		KERN_INVALID_CAPABILITY	@notify is dead
 *		KERN_INVALID_NAME	no such name; own task: no name @notify
 *		KERN_INVALID_RIGHT	@name is no right of that kind; own
 *					task: @notify is no right of its kind
 *		KERN_INVALID_ARGUMENT	DEAD_NAME, SEND_POSSIBLE: @name NULL or
 *					DEAD; DEAD_NAME without @sync: dead
 *					already
 *		KERN_FAILURE		PORT_DESTROYED is registered already
 *		MACH_SEND_INVALID_RIGHT	other task: @notify is no right of its
 *					kind
 *		MIG_TYPE_ERROR		@notify_poly is another
 * Source:	spec/ports.md 10.21, spec/notifications.md 2-7
 */
kern_return_t mach_port_request_notification(ipc_space_t task,
    mach_port_name_t name, mach_msg_id_t msgid, mach_port_mscount_t sync,
    mach_port_t notify, mach_msg_type_name_t notify_poly,
    mach_port_t *previous);

/**
 * mach_port_insert_right() - give a task a right under a chosen name
 * @task:	[in]	task port; borrowed
 * @name:	[in]	the name in @task
 * @poly:	[in]	name of a right of the caller
 * @poly_poly:	[in]	disposition MACH_MSG_TYPE_MOVE_* , COPY_* or MAKE_*
 *
 * With the caller's own task, @name equal to @poly and MAKE_SEND: add a send
 * right to a receive right. A right for a port whose name @task has already
 * merges only with that name. For the names that can be chosen see
 * mach_port_allocate_name().
 *
 * Rights:	taken from the caller as @poly_poly says, +1 to @task; CONSUMED
 *		also when it could be taken but not inserted
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	own task: no name @poly
 *		KERN_INVALID_RIGHT	own task: @poly is no right of its kind,
 *					or @poly_poly is no disposition
 *		KERN_INVALID_VALUE	@name is NULL, DEAD or unacceptable
 *		KERN_INVALID_CAPABILITY	@poly is NULL, DEAD, a dead name or
 *					immovable
 *		KERN_NAME_EXISTS	@name denotes something else
 *		KERN_RIGHT_EXISTS	@task has another name for the port
 *		KERN_NO_SPACE		@name is beyond the size of a space
 *		KERN_FAILURE		@name cannot be used now
 *		MACH_SEND_INVALID_RIGHT	other task: @poly is no right of its
 *					kind
 * Source:	spec/ports.md 10.22
 */
kern_return_t mach_port_insert_right(ipc_space_t task, mach_port_name_t name,
    mach_port_t poly, mach_msg_type_name_t poly_poly);

/**
 * mach_port_extract_right() - take a right from a task
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a right of that task
 * @msgt_name:	[in]	disposition, applied to @task as if it had sent it
 * @poly:	[out]	the caller's name for the right; MACH_PORT_DEAD when
 *			@name is a dead name
 * @poly_poly:	[out]	MACH_MSG_TYPE_PORT_RECEIVE, _SEND or _SEND_ONCE
 *
 * Rights:	taken from @task as @msgt_name says, +1 to caller
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_VALUE	@msgt_name is no disposition
 *		KERN_INVALID_NAME	no such name
 *		KERN_INVALID_RIGHT	@name is no right of its kind, or NULL,
 *					DEAD
 *		KERN_INVALID_CAPABILITY	an immovable receive right
 * Source:	spec/ports.md 10.23
 */
kern_return_t mach_port_extract_right(ipc_space_t task, mach_port_name_t name,
    mach_msg_type_name_t msgt_name, mach_port_t *poly,
    mach_msg_type_name_t *poly_poly);

/**
 * mach_port_get_attributes() - get information about a port
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @flavor:	[in]	MACH_PORT_LIMITS_INFO, _RECEIVE_STATUS,
 *			_DNREQUESTS_SIZE or _INFO_EXT
 * @info:	[out]	the structure of @flavor, in the caller's memory
 * @info_count:	[in/out] room in @info; what was written
 *
 * With MACH_PORT_NULL or MACH_PORT_DEAD as @name, LIMITS_INFO succeeds with a
 * count of 0, and DNREQUESTS_SIZE with the value 0.
 *
 * Units:	@info_count is words of 4 bytes
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or (checked in the order flavor, count, name):
 *		KERN_INVALID_ARGUMENT	no such flavor, or it cannot be got
 *		KERN_FAILURE		*@info_count is too small
 *		KERN_INVALID_NAME	no such name, or a dead name
 *		KERN_INVALID_RIGHT	no receive right; MACH_PORT_NULL or
 *					MACH_PORT_DEAD with other flavors
 *		KERN_INVALID_CAPABILITY	SERVICE_THROTTLED: no service port
 * Source:	spec/ports.md 10.24, 5
 */
kern_return_t mach_port_get_attributes(ipc_space_t task, mach_port_name_t name,
    mach_port_flavor_t flavor, mach_port_info_t info,
    mach_msg_type_number_t *info_count);

/**
 * mach_port_set_attributes() - change attributes of a port
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @flavor:	[in]	MACH_PORT_LIMITS_INFO. Accepted without effect:
 *			_DNREQUESTS_SIZE, _TEMPOWNER, _IMPORTANCE_RECEIVER,
 *			_DENAP_RECEIVER
 * @info:	[in]	the structure of @flavor; borrowed
 * @info_count:	[in]	what @info holds
 *
 * Lowering the queue limit discards nothing; raising it lets senders go on.
 *
 * Units:	@info_count is words of 4 bytes
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_FAILURE		@info_count is too small
 *		KERN_INVALID_VALUE	queue limit above MACH_PORT_QLIMIT_MAX
 *		KERN_INVALID_NAME	no such name, or a dead name
 *		KERN_INVALID_RIGHT	no receive right, MACH_PORT_NULL or
 *					MACH_PORT_DEAD
 *		KERN_INVALID_ARGUMENT	no such flavor, or it cannot be set
 *		KERN_INVALID_CAPABILITY	SERVICE_THROTTLED: no service port
 * Source:	spec/ports.md 10.25, 5, 6.1
 */
kern_return_t mach_port_set_attributes(ipc_space_t task, mach_port_name_t name,
    mach_port_flavor_t flavor, mach_port_info_t info,
    mach_msg_type_number_t info_count);

/**
 * mach_port_assert_attributes() - check that a port is guarded as one thinks
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @flavor:	[in]	MACH_PORT_GUARD_INFO
 * @info:	[in]	a mach_port_guard_info_t; borrowed
 * @info_count:	[in]	what @info holds
 *
 * Units:	@info_count is words of 4 bytes
 * Rights:	moves none
 * Return:	KERN_SUCCESS: a strict guard of that value. Or:
 *		KERN_INVALID_ARGUMENT	another guard, none, or one that is not
 *					strict; or another flavor
 *		KERN_FAILURE		@info_count is too small
 *		KERN_INVALID_NAME	no such name, or a dead name
 *		KERN_INVALID_RIGHT	no receive right, MACH_PORT_NULL or
 *					MACH_PORT_DEAD
 * Source:	spec/ports.md 10.26, 5
 */
kern_return_t mach_port_assert_attributes(ipc_space_t task,
    mach_port_name_t name, mach_port_flavor_t flavor, mach_port_info_t info,
    mach_msg_type_number_t info_count);

/**
 * mach_port_get_receive_status() - get the state of a receive right
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @status:	[out]	its state
 *
 * As mach_port_get_attributes() of MACH_PORT_RECEIVE_STATUS.
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name, or a dead name
 *		KERN_INVALID_RIGHT	no receive right, MACH_PORT_NULL or
 *					MACH_PORT_DEAD
 * Source:	spec/ports.md 10.42, 10.24
 */
kern_return_t mach_port_get_receive_status(
    ipc_space_t task, mach_port_name_t name, mach_port_status_t *status);

/**
 * mach_port_set_qlimit() - set the queue limit of a port
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @qlimit:	[in]	0 to MACH_PORT_QLIMIT_MAX
 *
 * As mach_port_set_attributes() of MACH_PORT_LIMITS_INFO.
 *
 * Units:	@qlimit is messages
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_VALUE	@qlimit is above MACH_PORT_QLIMIT_MAX
 *		KERN_INVALID_NAME	no such name, or a dead name
 *		KERN_INVALID_RIGHT	no receive right, MACH_PORT_NULL or
 *					MACH_PORT_DEAD
 * Source:	spec/ports.md 10.42, 10.25
 */
kern_return_t mach_port_set_qlimit(
    ipc_space_t task, mach_port_name_t name, mach_port_msgcount_t qlimit);

/**
 * mach_port_construct() - make a port as it shall be
 * @task:	[in]	task port; borrowed
 * @options:	[in]	MPO_* flags and what belongs to them; borrowed
 * @context:	[in]	its context; a guard with MPO_CONTEXT_AS_GUARD
 * @name:	[out]	its name
 *
 * With MPO_INSERT_SEND_RIGHT the name denotes a send right too, and the
 * make-send count is 1. MPO_STRICT and MPO_IMMOVABLE_RECEIVE are for guarded
 * ports; on others they have no effect.
 *
 * Rights:	receive right, and a send right if asked for, +1 to @task
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_ARGUMENT	flags that exclude each other, or
 *					MPO_CONNECTION_PORT without a name
 *		KERN_DENIED		MPO_SERVICE_PORT, _CONNECTION_PORT or
 *					_TG_BLOCK_TRACKING
 *		KERN_INVALID_VALUE	queue limit above MACH_PORT_QLIMIT_MAX
 *		KERN_NO_SPACE		the space is full
 *		KERN_RESOURCE_SHORTAGE	no memory
 * Source:	spec/ports.md 10.27, 6.5
 */
kern_return_t mach_port_construct(ipc_space_t task,
    mach_port_options_ptr_t options, mach_port_context_t context,
    mach_port_name_t *name);

/**
 * mach_port_destruct() - destroy a port that mach_port_construct() made
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @srdelta:	[in]	send references to add first: 0 or less
 * @guard:	[in]	the guard; any value for a port without one
 *
 * In one step. If @srdelta takes the last send right that exists, a no-senders
 * request fires. Send references that are left become a dead name.
 *
 * Rights:	-@srdelta send references, and the receive right with its port,
 *		are destroyed
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name, a dead name, MACH_PORT_NULL
 *					or MACH_PORT_DEAD
 *		KERN_INVALID_RIGHT	no receive right, or @srdelta is not 0
 *					and there is no send right
 *		KERN_INVALID_VALUE	@srdelta is positive, or more than the
 *					references that are there
 *		KERN_INVALID_ARGUMENT	@guard is not the guard
 * Source:	spec/ports.md 10.28, spec/notifications.md 11.3
 */
kern_return_t mach_port_destruct(ipc_space_t task, mach_port_name_t name,
    mach_port_delta_t srdelta, mach_port_context_t guard);

/**
 * mach_port_guard() - guard a port against being destroyed by mistake
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @guard:	[in]	the guard; takes the place of the context
 * @strict:	[in]	whether the guard can neither be read nor changed
 *
 * Until mach_port_unguard(), the port is destroyed by mach_port_destruct() with
 * that guard only. A guarded receive right can be moved, and loses its guard.
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name, a dead name, MACH_PORT_NULL
 *					or MACH_PORT_DEAD
 *		KERN_INVALID_RIGHT	no receive right
 *		KERN_INVALID_ARGUMENT	the port has a context that is not 0
 * Source:	spec/ports.md 10.29, 6.5
 */
kern_return_t mach_port_guard(ipc_space_t task, mach_port_name_t name,
    mach_port_context_t guard, boolean_t strict);

/**
 * mach_port_guard_with_flags() - guard a port
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @guard:	[in]	the guard; takes the place of the context
 * @flags:	[in]	MPG_STRICT, as in mach_port_guard();
 *			MPG_IMMOVABLE_RECEIVE: the right cannot be moved, not
 *			even when it is no longer guarded
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name, a dead name, MACH_PORT_NULL
 *					or MACH_PORT_DEAD
 *		KERN_INVALID_RIGHT	no receive right
 *		KERN_INVALID_ARGUMENT	the port has a context that is not 0
 * Source:	spec/ports.md 10.30, 6.5
 */
kern_return_t mach_port_guard_with_flags(ipc_space_t task,
    mach_port_name_t name, mach_port_context_t guard, uint64_t flags);

/**
 * mach_port_unguard() - take the guard from a port
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @guard:	[in]	the guard
 *
 * The context is 0 then. What is immovable stays so.
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name, a dead name, MACH_PORT_NULL
 *					or MACH_PORT_DEAD
 *		KERN_INVALID_RIGHT	no receive right
 *		KERN_INVALID_ARGUMENT	@guard is not the guard, or there is
 *					none
 * Source:	spec/ports.md 10.31, 6.5
 */
kern_return_t mach_port_unguard(
    ipc_space_t task, mach_port_name_t name, mach_port_context_t guard);

/**
 * mach_port_swap_guard() - put a guard in the place of another
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @old_guard:	[in]	the guard that it has
 * @new_guard:	[in]	the guard that it is to have
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name, a dead name, MACH_PORT_NULL
 *					or MACH_PORT_DEAD
 *		KERN_INVALID_RIGHT	no receive right
 *		KERN_INVALID_ARGUMENT	@old_guard is not the guard, the guard
 *					is strict, or there is none
 * Source:	spec/ports.md 10.32, 6.5
 */
kern_return_t mach_port_swap_guard(ipc_space_t task, mach_port_name_t name,
    mach_port_context_t old_guard, mach_port_context_t new_guard);

/**
 * mach_port_get_srights() - count the send rights for a port
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @srights:	[out]	one for each space that has any, however many references
 *			there, and for each in a message or kept by the kernel
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name, a dead name, MACH_PORT_NULL
 *					or MACH_PORT_DEAD
 *		KERN_INVALID_RIGHT	no receive right
 * Source:	spec/ports.md 10.33
 */
kern_return_t mach_port_get_srights(
    ipc_space_t task, mach_port_name_t name, mach_port_rights_t *srights);

/**
 * mach_port_space_info() - list all that there is in a task's space
 * @task:	[in]	task port; borrowed
 * @space_info:	[out]	the size of the space
 * @table_info:	[out]	array of *@table_info_count names in use, in no particular
 *			order; with 0 it is NULL
 * @table_info_count: [out] number of names
 * @tree_info:	[out]	NULL
 * @tree_info_count: [out]	0
 *
 * A snapshot of one moment. The types show SPREQUEST and SPREQUEST_DELAYED. The
 * array is new memory; the caller frees it with vm_deallocate().
 *
 * Units:	counts are elements, not bytes
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or as above
 * Source:	spec/ports.md 10.34
 */
kern_return_t mach_port_space_info(ipc_space_t task,
    ipc_info_space_t *space_info, ipc_info_name_array_t *table_info,
    mach_msg_type_number_t *table_info_count,
    ipc_info_tree_name_array_t *tree_info,
    mach_msg_type_number_t *tree_info_count);

/**
 * mach_port_space_basic_info() - tell the size of a task's space
 * @task:	[in]	task port; borrowed
 * @basic_info:	[out]	its slots, and the names in use
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or as above
 * Source:	spec/ports.md 10.35
 */
kern_return_t mach_port_space_basic_info(
    ipc_space_t task, ipc_info_space_basic_t *basic_info);

/**
 * mach_port_dnrequest_info() - count the requests on the names of a port
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @total:	[out]	slots for requests
 * @used:	[out]	dead-name and send-possible requests that wait, of all
 *			tasks; the same here, where a slot is made when needed
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name, a dead name, MACH_PORT_NULL
 *					or MACH_PORT_DEAD
 *		KERN_INVALID_RIGHT	no receive right
 * Source:	spec/ports.md 10.36
 */
kern_return_t mach_port_dnrequest_info(ipc_space_t task, mach_port_name_t name,
    unsigned int *total, unsigned int *used);

/**
 * mach_port_kobject() - tell what of the kernel is behind a port
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a send or receive right
 * @type:	[out]	IKOT_NONE for an ordinary port, IKOT_TASK, IKOT_THREAD,
 *			IKOT_HOST ...
 * @address:	[out]	0
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS, or:
 *		KERN_INVALID_NAME	no such name, a dead name, MACH_PORT_NULL
 *					or MACH_PORT_DEAD
 *		KERN_INVALID_RIGHT	a send-once right or a port set
 * Source:	spec/ports.md 10.37
 */
kern_return_t mach_port_kobject(ipc_space_t task, mach_port_name_t name,
    natural_t *type, mach_vm_address_t *address);

/**
 * mach_port_kernel_object() - tell what of the kernel is behind a port
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a send or receive right
 * @type:	[out]	as mach_port_kobject()
 * @address:	[out]	0
 *
 * As mach_port_kobject(), but that an address is narrow.
 *
 * Rights:	moves none
 * Return:	as mach_port_kobject()
 * Source:	spec/ports.md 10.38
 */
kern_return_t mach_port_kernel_object(ipc_space_t task, mach_port_name_t name,
    unsigned int *type, unsigned int *address);

/**
 * mach_port_kobject_description() - say what of the kernel is behind a port
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a send or receive right
 * @type:	[out]	as mach_port_kobject()
 * @address:	[out]	0
 * @desc:	[out]	"task", "thread", "host" ...; "" for an ordinary port
 *
 * Rights:	moves none
 * Return:	as mach_port_kobject()
 * Source:	spec/ports.md 10.39
 */
kern_return_t mach_port_kobject_description(ipc_space_t task,
    mach_port_name_t name, natural_t *type, mach_vm_address_t *address,
    kobject_description_t desc);

/**
 * mach_port_get_service_port_info() - tell what service a port serves
 * @task:	[in]	task port; borrowed
 * @name:	[in]	a receive right
 * @info: [out]	never written: there are no service ports
 *
 * Rights:	moves none
 * Return:	no success:
 *		KERN_INVALID_NAME	no such name, or a dead name
 *		KERN_INVALID_RIGHT	no receive right, MACH_PORT_NULL or
 *					MACH_PORT_DEAD
 *		KERN_INVALID_CAPABILITY	no service port
 * Source:	spec/ports.md 10.41, 5
 */
kern_return_t mach_port_get_service_port_info(
    ipc_space_t task, mach_port_name_t name, mach_service_port_info_t info);

/**
 * mach_port_special_reply_port_reset_link() - not supported
 * @task:	[in]	task port; borrowed
 * @name:	[in]	not looked at
 * @lost_link: [out] never written
 *
 * Rights:	moves none
 * Return:	KERN_NOT_SUPPORTED
 * Source:	spec/ports.md 10.41
 */
kern_return_t mach_port_special_reply_port_reset_link(
    ipc_space_t task, mach_port_name_t name, boolean_t *lost_link);

/**
 * mach_port_is_connection_for_service() - not supported
 * @task:	[in]	task port; borrowed
 * @connection_port: [in] not looked at
 * @service_port: [in]	not looked at
 * @filter_policy_id: [out] never written
 *
 * Rights:	moves none
 * Return:	KERN_NOT_SUPPORTED
 * Source:	spec/ports.md 10.41
 */
kern_return_t mach_port_is_connection_for_service(ipc_space_t task,
    mach_port_name_t connection_port, mach_port_name_t service_port,
    uint64_t *filter_policy_id);

/**
 * task_set_port_space() - accepted, without effect
 * @task:	[in]	task port; borrowed
 * @table_entries: [in]	how many names the task expects to need
 *
 * A space grows as it needs to.
 *
 * Rights:	moves none
 * Return:	KERN_SUCCESS
 * Source:	spec/ports.md 10.40
 */
kern_return_t task_set_port_space(ipc_space_t task, int table_entries);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_MACH_PORT_H */
