/*
 * Ports as Mach 2.5 has them: a name goes with all that it denotes, and a receive
 * right is the ownership, too.
 */
#include <mach/mach2.h>

#include <mach/mach_init.h>
#include <mach/mach_port.h>
#include <stdbool.h>
#include <string.h>

#include "mach2_aside.h"
#include "mach2_code.h"
#include "mach2_right.h"
#include "mach2_set.h"
#include "rpc.h"

/* Give the receive right @name a send right too. */
static kern_return_t
add_send(task_t task, mach_port_name_t name)
{
	mach_msg_type_name_t type;
	mach_port_t right;
	kern_return_t kr;

	if (task == mach_task_self())
		return mach_port_insert_right(
		    task, name, name, MACH_MSG_TYPE_MAKE_SEND);
	/* To another task it goes by way of ours. */
	kr = mach_port_extract_right(
	    task, name, MACH_MSG_TYPE_MAKE_SEND, &right, &type);
	if (kr != KERN_SUCCESS)
		return kr;
	return mach_port_insert_right(
	    task, name, right, MACH_MSG_TYPE_MOVE_SEND);
}

kern_return_t
port_allocate(task_t task, port_t *port)
{
	mach_port_name_t name;
	kern_return_t kr;

	kr = mach_port_allocate(task, MACH_PORT_RIGHT_RECEIVE, &name);
	if (kr != KERN_SUCCESS)
		return mach2_code(kr);
	kr = add_send(task, name);
	if (kr != KERN_SUCCESS) {
		(void)mach_port_destroy(task, name);
		return mach2_code(kr);
	}
	*port = name;
	return KERN_SUCCESS;
}

kern_return_t
port_deallocate(task_t task, port_t port)
{
	kern_return_t kr;

	/* Today, to destroy these is to destroy nothing. */
	if (!MACH_PORT_VALID(port))
		return KERN_INVALID_ARGUMENT;
	kr = mach_port_destroy(task, port);
	if (kr == KERN_SUCCESS && task == mach_task_self())
		mach2_aside_drop(port);
	return mach2_code(kr);
}

/* PORT_TYPE_NONE: nothing that Mach 2.5 had. */
static port_type_t
old_type(mach_port_type_t type)
{
	if (type & MACH_PORT_TYPE_RECEIVE)
		return PORT_TYPE_RECEIVE_OWN;
	if (type & MACH_PORT_TYPE_SEND_RIGHTS)
		return PORT_TYPE_SEND;
	if (type & MACH_PORT_TYPE_PORT_SET)
		return PORT_TYPE_SET;
	return PORT_TYPE_NONE;
}

kern_return_t
port_names(task_t task, port_name_array_t *names, unsigned int *names_count,
    port_type_array_t *types, unsigned int *types_count)
{
	port_set_name_t hidden = PORT_NULL;
	struct call_words name_words;
	struct call_words type_words;
	uint32_t kept = 0;
	kern_return_t kr;

	kr = mach_port_names(task, &name_words.words, &name_words.count,
	    &type_words.words, &type_words.count);
	if (kr != KERN_SUCCESS)
		return mach2_code(kr);
	if (task == mach_task_self())
		hidden = mach2_set_enabled_if_any();
	for (uint32_t i = 0; i < name_words.count; i++) {
		port_type_t type = old_type(type_words.words[i]);

		if (type == PORT_TYPE_NONE || name_words.words[i] == hidden)
			continue;
		name_words.words[kept] = name_words.words[i];
		type_words.words[kept] = (uint32_t)type;
		kept++;
	}
	call_words_shrink(&name_words, kept);
	call_words_shrink(&type_words, kept);
	*names = name_words.words;
	*names_count = kept;
	*types = (port_type_t *)type_words.words;
	*types_count = kept;
	return KERN_SUCCESS;
}

kern_return_t
port_type(task_t task, port_t port, port_type_t *type)
{
	mach_port_type_t modern;
	kern_return_t kr = mach_port_type(task, port, &modern);

	if (kr != KERN_SUCCESS)
		return mach2_code(kr);
	if (old_type(modern) == PORT_TYPE_NONE)
		return KERN_INVALID_ARGUMENT;
	*type = old_type(modern);
	return KERN_SUCCESS;
}

kern_return_t
port_rename(task_t task, port_t old_name, port_t new_name)
{
	kern_return_t kr = mach_port_rename(task, old_name, new_name);

	if (kr == KERN_SUCCESS && task == mach_task_self())
		mach2_aside_rename(old_name, new_name);
	return kr == KERN_NAME_EXISTS ? kr : mach2_code(kr);
}

/* Is @port in the set? */
static bool
has_member(task_t task, port_set_name_t set, port_t port)
{
	struct call_words members;
	bool found = false;

	if (mach_port_get_set_status(
	        task, set, &members.words, &members.count) != KERN_SUCCESS)
		return false;
	for (uint32_t i = 0; i < members.count && !found; i++)
		found = members.words[i] == port;
	call_words_free(&members);
	return found;
}

/* The set that @port is in; PORT_NULL if none. */
static port_set_name_t
find_set_of(task_t task, port_t port)
{
	port_set_name_t found = PORT_NULL;
	struct call_words names;
	struct call_words types;

	if (task == mach_task_self() &&
	    mach2_set_enabled_if_any() != PORT_NULL &&
	    has_member(task, mach2_set_enabled_if_any(), port))
		return PORT_ENABLED;
	if (mach_port_names(task, &names.words, &names.count, &types.words,
	        &types.count) != KERN_SUCCESS)
		return PORT_NULL;
	for (uint32_t i = 0; i < names.count && found == PORT_NULL; i++) {
		if (types.words[i] & MACH_PORT_TYPE_PORT_SET &&
		    has_member(task, names.words[i], port))
			found = names.words[i];
	}
	call_words_free(&names);
	call_words_free(&types);
	return found;
}

static kern_return_t
get_status(task_t task, port_t port, mach_port_status_t *status_out)
{
	mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;

	return mach_port_get_attributes(task, port, MACH_PORT_RECEIVE_STATUS,
	    (mach_port_info_t)status_out, &count);
}

kern_return_t
port_status(task_t task, port_t port, port_set_name_t *enabled, int *num_msgs,
    int *backlog, boolean_t *owner, boolean_t *receiver)
{
	mach_port_status_t status;
	port_type_t type = PORT_TYPE_NONE;
	kern_return_t kr = port_type(task, port, &type);

	if (kr != KERN_SUCCESS || type == PORT_TYPE_SET)
		return kr == KERN_SUCCESS ? KERN_INVALID_ARGUMENT : kr;
	if (type == PORT_TYPE_SEND) {
		*enabled = PORT_NULL;
		*num_msgs = -1;
		*backlog = 0;
		*owner = FALSE;
		*receiver = FALSE;
		return KERN_SUCCESS;
	}
	kr = get_status(task, port, &status);
	if (kr != KERN_SUCCESS)
		return mach2_code(kr);
	*enabled = status.mps_pset ? find_set_of(task, port) : PORT_NULL;
	*num_msgs = (int)status.mps_msgcount;
	if (task == mach_task_self())
		*num_msgs += (int)mach2_aside_count(port);
	*backlog = (int)status.mps_qlimit;
	*owner = TRUE;
	*receiver = TRUE;
	return KERN_SUCCESS;
}

kern_return_t
port_set_backlog(task_t task, port_t port, int backlog)
{
	mach_port_limits_t limits = {(mach_port_msgcount_t)backlog};

	if (backlog < 1 || backlog > PORT_BACKLOG_MAX)
		return KERN_INVALID_ARGUMENT;
	return mach2_code_receive(
	    mach_port_set_attributes(task, port, MACH_PORT_LIMITS_INFO,
	        (mach_port_info_t)&limits, MACH_PORT_LIMITS_INFO_COUNT),
	    task, port);
}

kern_return_t
port_set_backup(task_t task, port_t port, port_t backup, port_t *previous)
{
	port_t before;
	kern_return_t kr;

	kr = no_rpc(CALL(PORT_SET_BACKUP, &before, task, port, backup));
	if (kr != KERN_SUCCESS)
		return mach2_code_receive(kr, task, port);
	if (MACH_PORT_VALID(before))
		mach2_right_acquired(before);
	*previous = before == MACH_PORT_DEAD ? PORT_NULL : before;
	return KERN_SUCCESS;
}

kern_return_t
port_insert_send(task_t task, port_t port, port_name_t name)
{
	return mach2_code_insert(mach_port_insert_right(
	    task, name, port, mach2_right_to_send(port, false)));
}

kern_return_t
port_insert_receive(task_t task, port_t port, port_name_t name)
{
	return mach2_code_insert(mach_port_insert_right(
	    task, name, port, MACH_MSG_TYPE_MOVE_RECEIVE));
}

/* All that is left of the send right @name of another task. */
static void
drop_send(task_t task, port_name_t name)
{
	mach_port_urefs_t urefs;

	if (mach_port_get_refs(task, name, MACH_PORT_RIGHT_SEND, &urefs) ==
	        KERN_SUCCESS &&
	    urefs > 0)
		(void)mach_port_mod_refs(task, name, MACH_PORT_RIGHT_SEND,
		    -(mach_port_delta_t)urefs);
}

kern_return_t
port_extract_send(task_t task, port_name_t name, port_t *port)
{
	mach_msg_type_name_t type;
	mach_port_t right;
	kern_return_t kr;

	kr = mach_port_extract_right(
	    task, name, MACH_MSG_TYPE_MOVE_SEND, &right, &type);
	if (kr != KERN_SUCCESS)
		return mach2_code(kr);
	if (!MACH_PORT_VALID(right))
		return KERN_INVALID_ARGUMENT; /* the port is dead */
	/* In one's own space, it has only been counted down and up again. */
	if (task != mach_task_self())
		drop_send(task, name);
	mach2_right_acquired(right);
	*port = right;
	return KERN_SUCCESS;
}

kern_return_t
port_extract_receive(task_t task, port_name_t name, port_t *port)
{
	mach_msg_type_name_t type;

	return mach2_code_receive(mach_port_extract_right(task, name,
	                              MACH_MSG_TYPE_MOVE_RECEIVE, port, &type),
	    task, name);
}
