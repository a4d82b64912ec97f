/*
 * The calls on ports and name spaces. Each is one call to the kernel, which
 * checks the arguments; here they are put in order, and what comes back into
 * its place.
 */
#include <mach/mach_port.h>
#include <mach/mig.h>

#include <string.h>

#include "rpc.h"

/* The second half gets a region of its own: the caller frees each alone. */
static kern_return_t
split(struct call_words *words, struct call_words *second_out)
{
	struct call_words second = {.count = words->count / 2};

	second.words = call_words_map(second.count);
	if (second.words == CALL_WORDS_FAILED) {
		call_words_free(words);
		return KERN_RESOURCE_SHORTAGE;
	}
	if (second.count > 0)
		memcpy(second.words, words->words + second.count,
		    second.count * sizeof(*second.words));
	call_words_shrink(words, second.count);
	*second_out = second;
	return KERN_SUCCESS;
}

/* What the kernel answered, or another who is asked for two arrays of one length. */
static kern_return_t
names_by_message(kern_return_t kr, ipc_space_t task,
    struct call_words *names_out, struct call_words *types_out)
{
	struct call_words names = {0};
	struct call_words types = {0};

	kr = OR_RPC(kr,
	    mach_port_names(
	        task, &names.words, &names.count, &types.words, &types.count));
	if (kr != KERN_SUCCESS)
		return kr;
	if (names.count != types.count) {
		call_words_free(&names);
		call_words_free(&types);
		return MIG_TYPE_ERROR;
	}
	*names_out = names;
	*types_out = types;
	return KERN_SUCCESS;
}

kern_return_t
mach_port_names(ipc_space_t task, mach_port_name_array_t *names,
    mach_msg_type_number_t *names_count, mach_port_type_array_t *types,
    mach_msg_type_number_t *types_count)
{
	const uint32_t in[] = {task};
	struct call_words first;
	struct call_words second;
	kern_return_t kr;

	kr = call_for_words(WIRE_PORT_NAMES, in, 1, &first);
	if (kr == KERN_SUCCESS)
		kr = split(&first, &second);
	else
		kr = names_by_message(kr, task, &first, &second);
	if (kr != KERN_SUCCESS)
		return kr;
	*names = first.words;
	*names_count = first.count;
	*types = second.words;
	*types_count = second.count;
	return KERN_SUCCESS;
}

kern_return_t
mach_port_type(ipc_space_t task, mach_port_name_t name, mach_port_type_t *ptype)
{
	return OR_RPC(CALL(PORT_TYPE, ptype, task, name),
	    mach_port_type(task, name, ptype));
}

kern_return_t
mach_port_allocate(
    ipc_space_t task, mach_port_right_t right, mach_port_name_t *name)
{
	return OR_RPC(CALL(PORT_ALLOCATE, name, task, right),
	    mach_port_allocate(task, right, name));
}

kern_return_t
mach_port_allocate_name(
    ipc_space_t task, mach_port_right_t right, mach_port_name_t name)
{
	return OR_RPC(CALL(PORT_ALLOCATE_NAME, NULL, task, right, name),
	    mach_port_allocate_name(task, right, name));
}

/* How to allocate, as two words. */
struct qos_words {
	uint32_t words[2];
};

static struct qos_words
qos_words(const mach_port_qos_t *qos)
{
	struct qos_words both;

	_Static_assert(sizeof(both) == sizeof(*qos), "they are all of it");
	memcpy(&both, qos, sizeof(both));
	return both;
}

/* And what comes back: the same, and a name. */
struct qos_answer {
	uint32_t words[3];
};

static void
take_qos_answer(const struct qos_answer *answer, mach_port_qos_t *qos,
    mach_port_name_t *name)
{
	memcpy(qos, answer->words, sizeof(*qos));
	*name = answer->words[2];
}

kern_return_t
mach_port_allocate_qos(ipc_space_t task, mach_port_right_t right,
    mach_port_qos_t *qos, mach_port_name_t *name)
{
	const struct qos_words q = qos_words(qos);
	struct qos_answer answer = {{0}};
	kern_return_t kr;

	kr = CALL(PORT_ALLOCATE_QOS, answer.words, task, right, q.words[0],
	    q.words[1]);
	if (kr == KERN_SUCCESS)
		take_qos_answer(&answer, qos, name);
	return OR_RPC(kr, mach_port_allocate_qos(task, right, qos, name));
}

kern_return_t
mach_port_allocate_full(ipc_space_t task, mach_port_right_t right,
    mach_port_t proto, mach_port_qos_t *qos, mach_port_name_t *name)
{
	const struct qos_words q = qos_words(qos);
	struct qos_answer answer = {{0}};
	kern_return_t kr;

	kr = CALL(PORT_ALLOCATE_FULL, answer.words, task, right, proto,
	    q.words[0], q.words[1], *name);
	if (kr == KERN_SUCCESS)
		take_qos_answer(&answer, qos, name);
	return OR_RPC(
	    kr, mach_port_allocate_full(task, right, proto, qos, name));
}

kern_return_t
mach_port_rename(
    ipc_space_t task, mach_port_name_t old_name, mach_port_name_t new_name)
{
	return OR_RPC(CALL(PORT_RENAME, NULL, task, old_name, new_name),
	    mach_port_rename(task, old_name, new_name));
}

kern_return_t
mach_port_destroy(ipc_space_t task, mach_port_name_t name)
{
	return OR_RPC(CALL(PORT_DESTROY, NULL, task, name),
	    mach_port_destroy(task, name));
}

kern_return_t
mach_port_deallocate(ipc_space_t task, mach_port_name_t name)
{
	return OR_RPC(CALL(PORT_DEALLOCATE, NULL, task, name),
	    mach_port_deallocate(task, name));
}

kern_return_t
mach_port_get_refs(ipc_space_t task, mach_port_name_t name,
    mach_port_right_t right, mach_port_urefs_t *refs)
{
	return OR_RPC(CALL(PORT_GET_REFS, refs, task, name, right),
	    mach_port_get_refs(task, name, right, refs));
}

kern_return_t
mach_port_mod_refs(ipc_space_t task, mach_port_name_t name,
    mach_port_right_t right, mach_port_delta_t delta)
{
	return OR_RPC(
	    CALL(PORT_MOD_REFS, NULL, task, name, right, (uint32_t)delta),
	    mach_port_mod_refs(task, name, right, delta));
}

kern_return_t
mach_port_set_mscount(
    ipc_space_t task, mach_port_name_t name, mach_port_mscount_t mscount)
{
	return OR_RPC(CALL(PORT_SET_MSCOUNT, NULL, task, name, mscount),
	    mach_port_set_mscount(task, name, mscount));
}

kern_return_t
mach_port_set_seqno(
    ipc_space_t task, mach_port_name_t name, mach_port_seqno_t seqno)
{
	return OR_RPC(CALL(PORT_SET_SEQNO, NULL, task, name, seqno),
	    mach_port_set_seqno(task, name, seqno));
}

kern_return_t
mach_port_get_set_status(ipc_space_t task, mach_port_name_t name,
    mach_port_name_array_t *members, mach_msg_type_number_t *members_count)
{
	const uint32_t in[] = {task, name};
	struct call_words words;
	kern_return_t kr;

	kr = call_for_words(WIRE_PORT_GET_SET_STATUS, in, 2, &words);
	if (kr != KERN_SUCCESS)
		return OR_RPC(kr,
		    mach_port_get_set_status(
		        task, name, members, members_count));
	*members = words.words;
	*members_count = words.count;
	return KERN_SUCCESS;
}

kern_return_t
mach_port_move_member(
    ipc_space_t task, mach_port_name_t member, mach_port_name_t after)
{
	return OR_RPC(CALL(PORT_MOVE_MEMBER, NULL, task, member, after),
	    mach_port_move_member(task, member, after));
}

kern_return_t
mach_port_insert_member(
    ipc_space_t task, mach_port_name_t name, mach_port_name_t pset)
{
	return OR_RPC(CALL(PORT_INSERT_MEMBER, NULL, task, name, pset),
	    mach_port_insert_member(task, name, pset));
}

kern_return_t
mach_port_extract_member(
    ipc_space_t task, mach_port_name_t name, mach_port_name_t pset)
{
	return OR_RPC(CALL(PORT_EXTRACT_MEMBER, NULL, task, name, pset),
	    mach_port_extract_member(task, name, pset));
}

kern_return_t
mach_port_request_notification(ipc_space_t task, mach_port_name_t name,
    mach_msg_id_t msgid, mach_port_mscount_t sync, mach_port_t notify,
    mach_msg_type_name_t notify_poly, mach_port_t *previous)
{
	return OR_RPC(CALL(PORT_REQUEST_NOTIFICATION, previous, task, name,
	                  (uint32_t)msgid, sync, notify, notify_poly),
	    mach_port_request_notification(
	        task, name, msgid, sync, notify, notify_poly, previous));
}

kern_return_t
mach_port_insert_right(ipc_space_t task, mach_port_name_t name,
    mach_port_t poly, mach_msg_type_name_t poly_poly)
{
	return OR_RPC(
	    CALL(PORT_INSERT_RIGHT, NULL, task, name, poly, poly_poly),
	    mach_port_insert_right(task, name, poly, poly_poly));
}

kern_return_t
mach_port_extract_right(ipc_space_t task, mach_port_name_t name,
    mach_msg_type_name_t msgt_name, mach_port_t *poly,
    mach_msg_type_name_t *poly_poly)
{
	uint32_t out[2];
	kern_return_t kr;

	kr = CALL(PORT_EXTRACT_RIGHT, out, task, name, msgt_name);
	if (kr != KERN_SUCCESS)
		return OR_RPC(kr,
		    mach_port_extract_right(
		        task, name, msgt_name, poly, poly_poly));
	*poly = out[0];
	*poly_poly = out[1];
	return KERN_SUCCESS;
}

kern_return_t
mach_port_get_attributes(ipc_space_t task, mach_port_name_t name,
    mach_port_flavor_t flavor, mach_port_info_t info,
    mach_msg_type_number_t *info_count)
{
	const uint32_t in[] = {task, name, (uint32_t)flavor, *info_count};
	struct call_words words;
	kern_return_t kr;

	kr = call_for_words(WIRE_PORT_GET_ATTRIBUTES, in, 4, &words);
	if (kr != KERN_SUCCESS)
		return OR_RPC(kr,
		    mach_port_get_attributes(
		        task, name, flavor, info, info_count));
	if (words.count > *info_count) {
		kr = CALL_NO_KERNEL; /* none of ours answers so */
	} else {
		if (words.count > 0)
			memcpy(info, words.words,
			    words.count * sizeof(*words.words));
		*info_count = words.count;
	}
	call_words_free(&words);
	return kr;
}

kern_return_t
mach_port_set_attributes(ipc_space_t task, mach_port_name_t name,
    mach_port_flavor_t flavor, mach_port_info_t info,
    mach_msg_type_number_t info_count)
{
	return OR_RPC(call_with_info(WIRE_PORT_SET_ATTRIBUTES, task, name,
	                  flavor, info, info_count),
	    mach_port_set_attributes(task, name, flavor, info, info_count));
}

kern_return_t
mach_port_get_receive_status(
    ipc_space_t task, mach_port_name_t name, mach_port_status_t *status)
{
	mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;

	return mach_port_get_attributes(task, name, MACH_PORT_RECEIVE_STATUS,
	    (mach_port_info_t)status, &count);
}

kern_return_t
mach_port_set_qlimit(
    ipc_space_t task, mach_port_name_t name, mach_port_msgcount_t qlimit)
{
	mach_port_limits_t limits = {.mpl_qlimit = qlimit};

	return mach_port_set_attributes(task, name, MACH_PORT_LIMITS_INFO,
	    (mach_port_info_t)&limits, MACH_PORT_LIMITS_INFO_COUNT);
}
