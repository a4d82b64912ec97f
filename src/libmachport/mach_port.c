/*
 * The calls on ports and name spaces. Each is one call to the kernel, which
 * checks the arguments; here they are put in order, and what comes back into
 * its place.
 */
#include <mach/mach_port.h>
#include <mach/mig_errors.h>

#include <string.h>

#include "call.h"

kern_return_t
mach_port_names(ipc_space_t task, mach_port_name_array_t *names,
    mach_msg_type_number_t *names_count, mach_port_type_array_t *types,
    mach_msg_type_number_t *types_count)
{
	const uint32_t in[] = {task};
	struct call_words both;
	uint32_t count;
	uint32_t *second;
	kern_return_t kr;

	kr = call_for_words(WIRE_PORT_NAMES, in, 1, &both);
	if (kr != KERN_SUCCESS)
		return kr;

	/* The types get a region of their own: the caller frees each alone. */
	count = both.count / 2;
	second = call_words_map(count);
	if (second == CALL_WORDS_FAILED) {
		call_words_free(&both);
		return KERN_RESOURCE_SHORTAGE;
	}
	if (count > 0)
		memcpy(second, both.words + count, count * sizeof(*second));
	call_words_shrink(&both, count);
	*names = both.words;
	*names_count = count;
	*types = second;
	*types_count = count;
	return KERN_SUCCESS;
}

kern_return_t
mach_port_type(ipc_space_t task, mach_port_name_t name, mach_port_type_t *ptype)
{
	return CALL(PORT_TYPE, ptype, task, name);
}

kern_return_t
mach_port_allocate(
    ipc_space_t task, mach_port_right_t right, mach_port_name_t *name)
{
	return CALL(PORT_ALLOCATE, name, task, right);
}

kern_return_t
mach_port_allocate_name(
    ipc_space_t task, mach_port_right_t right, mach_port_name_t name)
{
	return CALL(PORT_ALLOCATE_NAME, NULL, task, right, name);
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
	return kr;
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
	return kr;
}

kern_return_t
mach_port_rename(
    ipc_space_t task, mach_port_name_t old_name, mach_port_name_t new_name)
{
	return CALL(PORT_RENAME, NULL, task, old_name, new_name);
}

kern_return_t
mach_port_destroy(ipc_space_t task, mach_port_name_t name)
{
	return CALL(PORT_DESTROY, NULL, task, name);
}

kern_return_t
mach_port_deallocate(ipc_space_t task, mach_port_name_t name)
{
	return CALL(PORT_DEALLOCATE, NULL, task, name);
}

kern_return_t
mach_port_get_refs(ipc_space_t task, mach_port_name_t name,
    mach_port_right_t right, mach_port_urefs_t *refs)
{
	return CALL(PORT_GET_REFS, refs, task, name, right);
}

kern_return_t
mach_port_mod_refs(ipc_space_t task, mach_port_name_t name,
    mach_port_right_t right, mach_port_delta_t delta)
{
	return CALL(PORT_MOD_REFS, NULL, task, name, right, (uint32_t)delta);
}

kern_return_t
mach_port_set_mscount(
    ipc_space_t task, mach_port_name_t name, mach_port_mscount_t mscount)
{
	return CALL(PORT_SET_MSCOUNT, NULL, task, name, mscount);
}

kern_return_t
mach_port_set_seqno(
    ipc_space_t task, mach_port_name_t name, mach_port_seqno_t seqno)
{
	return CALL(PORT_SET_SEQNO, NULL, task, name, seqno);
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
		return kr;
	*members = words.words;
	*members_count = words.count;
	return KERN_SUCCESS;
}

kern_return_t
mach_port_move_member(
    ipc_space_t task, mach_port_name_t member, mach_port_name_t after)
{
	return CALL(PORT_MOVE_MEMBER, NULL, task, member, after);
}

kern_return_t
mach_port_insert_member(
    ipc_space_t task, mach_port_name_t name, mach_port_name_t pset)
{
	return CALL(PORT_INSERT_MEMBER, NULL, task, name, pset);
}

kern_return_t
mach_port_extract_member(
    ipc_space_t task, mach_port_name_t name, mach_port_name_t pset)
{
	return CALL(PORT_EXTRACT_MEMBER, NULL, task, name, pset);
}

kern_return_t
mach_port_request_notification(ipc_space_t task, mach_port_name_t name,
    mach_msg_id_t msgid, mach_port_mscount_t sync, mach_port_t notify,
    mach_msg_type_name_t notify_poly, mach_port_t *previous)
{
	return CALL(PORT_REQUEST_NOTIFICATION, previous, task, name,
	    (uint32_t)msgid, sync, notify, notify_poly);
}

kern_return_t
mach_port_insert_right(ipc_space_t task, mach_port_name_t name,
    mach_port_t poly, mach_msg_type_name_t poly_poly)
{
	return CALL(PORT_INSERT_RIGHT, NULL, task, name, poly, poly_poly);
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
		return kr;
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
		return kr;
	/* The kernel stays within the room; whoever else answers may not. */
	if (words.count > *info_count)
		kr = MIG_ARRAY_TOO_LARGE;
	else
		*info_count = words.count;
	if (words.count > 0)
		memcpy(info, words.words, *info_count * sizeof(*words.words));
	*info_count = words.count;
	call_words_free(&words);
	return kr;
}

kern_return_t
mach_port_set_attributes(ipc_space_t task, mach_port_name_t name,
    mach_port_flavor_t flavor, mach_port_info_t info,
    mach_msg_type_number_t info_count)
{
	return call_with_info(
	    WIRE_PORT_SET_ATTRIBUTES, task, name, flavor, info, info_count);
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
