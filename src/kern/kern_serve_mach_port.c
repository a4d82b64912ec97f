/* Subsystem mach_port, but for what only tells something: on names, rights, sets,
 * properties and guards. */
#include <string.h>

#include "kern_mig_mach_port.h"
#include "kern_serve.h"

/* --- names ----------------------------------------------------------------- */

kern_return_t
kern_serve_mach_port_allocate(
    ipc_space_t task, mach_port_right_t right, mach_port_name_t *name)
{
	return KERN_SERVE(PORT_ALLOCATE, name, task, right);
}

kern_return_t
kern_serve_mach_port_allocate_name(
    ipc_space_t task, mach_port_right_t right, mach_port_name_t name)
{
	return KERN_SERVE(PORT_ALLOCATE_NAME, NULL, task, right, name);
}

/* What a mach_port_qos_t is in a call. */
struct qos_words {
	uint32_t words[2];
};
_Static_assert(sizeof(struct qos_words) == sizeof(mach_port_qos_t), "the same");

static struct qos_words
words_of(const mach_port_qos_t *qos)
{
	struct qos_words words;

	memcpy(&words, qos, sizeof(words));
	return words;
}

/* The qos, and behind it the name. */
static void
take_qos(const uint32_t *out, mach_port_qos_t *qos, mach_port_name_t *name)
{
	memcpy(qos, out, sizeof(*qos));
	*name = out[2];
}

kern_return_t
kern_serve_mach_port_allocate_qos(ipc_space_t task, mach_port_right_t right,
    mach_port_qos_t *qos, mach_port_name_t *name)
{
	const struct qos_words q = words_of(qos);
	uint32_t out[3];
	kern_return_t kr;

	kr = KERN_SERVE(
	    PORT_ALLOCATE_QOS, out, task, right, q.words[0], q.words[1]);
	if (kr == KERN_SUCCESS)
		take_qos(out, qos, name);
	return kr;
}

kern_return_t
kern_serve_mach_port_allocate_full(ipc_space_t task, mach_port_right_t right,
    mach_port_t proto, mach_port_qos_t *qos, mach_port_name_t *name)
{
	const struct qos_words q = words_of(qos);
	uint32_t out[3];
	kern_return_t kr;

	/* Of @proto it matters whether it is null. */
	kr = KERN_SERVE(PORT_ALLOCATE_FULL, out, task, right, proto, q.words[0],
	    q.words[1], *name);
	if (kr == KERN_SUCCESS)
		take_qos(out, qos, name);
	return kr;
}

kern_return_t
kern_serve_mach_port_rename(
    ipc_space_t task, mach_port_name_t old_name, mach_port_name_t new_name)
{
	return KERN_SERVE(PORT_RENAME, NULL, task, old_name, new_name);
}

kern_return_t
kern_serve_mach_port_destroy(ipc_space_t task, mach_port_name_t name)
{
	return KERN_SERVE(PORT_DESTROY, NULL, task, name);
}

kern_return_t
kern_serve_mach_port_deallocate(ipc_space_t task, mach_port_name_t name)
{
	return KERN_SERVE(PORT_DEALLOCATE, NULL, task, name);
}

kern_return_t
kern_serve_mach_port_mod_refs(ipc_space_t task, mach_port_name_t name,
    mach_port_right_t right, mach_port_delta_t delta)
{
	return KERN_SERVE(
	    PORT_MOD_REFS, NULL, task, name, right, (uint32_t)delta);
}

kern_return_t
kern_serve_task_set_port_space(ipc_space_t task, int table_entries)
{
	return KERN_SERVE(
	    TASK_SET_PORT_SPACE, NULL, task, (uint32_t)table_entries);
}

/* --- rights ---------------------------------------------------------------- */

kern_return_t
kern_serve_mach_port_insert_right(ipc_space_t task, mach_port_name_t name,
    mach_port_t poly, mach_msg_type_name_t poly_poly)
{
	kern_return_t kr;

	kern_mig_call()->right_in = kern_mig_right(poly);
	kern_mig_call()->origin = kern_mig_origin();
	kr = KERN_SERVE(PORT_INSERT_RIGHT, NULL, task, name, poly, poly_poly);
	if (kr == KERN_SUCCESS)
		kern_mig_taken(poly);
	return kr;
}

kern_return_t
kern_serve_mach_port_extract_right(ipc_space_t task, mach_port_name_t name,
    mach_msg_type_name_t msgt_name, mach_port_t *poly,
    mach_msg_type_name_t *poly_poly)
{
	const struct kern_call *call = kern_mig_call();
	kern_return_t kr;

	kr = kern_serve_call(WIRE_PORT_EXTRACT_RIGHT, task,
	    KERN_SERVE_WORDS(name, msgt_name), 1);
	if (kr != KERN_SUCCESS)
		return kr;
	*poly = kern_mig_give(call->right_out);
	*poly_poly = call->right_out.type;
	return KERN_SUCCESS;
}

kern_return_t
kern_serve_mach_port_request_notification(ipc_space_t task,
    mach_port_name_t name, mach_msg_id_t msgid, mach_port_mscount_t sync,
    mach_port_t notify, mach_port_t *previous,
    mach_msg_type_name_t *previous_poly)
{
	struct kern_call *call = kern_mig_call();
	kern_return_t kr;

	call->right_in = kern_mig_right(notify);
	kr = kern_serve_call(WIRE_PORT_REQUEST_NOTIFICATION, task,
	    KERN_SERVE_WORDS(name, (uint32_t)msgid, sync, notify,
	        MACH_MSG_TYPE_PORT_SEND_ONCE),
	    1);
	if (kr != KERN_SUCCESS)
		return kr;
	kern_mig_taken(notify);
	*previous = kern_mig_give(call->right_out);
	*previous_poly = call->right_out.type;
	return KERN_SUCCESS;
}

/* --- sets ------------------------------------------------------------------ */

kern_return_t
kern_serve_mach_port_move_member(
    ipc_space_t task, mach_port_name_t member, mach_port_name_t after)
{
	return KERN_SERVE(PORT_MOVE_MEMBER, NULL, task, member, after);
}

kern_return_t
kern_serve_mach_port_insert_member(
    ipc_space_t task, mach_port_name_t name, mach_port_name_t pset)
{
	return KERN_SERVE(PORT_INSERT_MEMBER, NULL, task, name, pset);
}

kern_return_t
kern_serve_mach_port_extract_member(
    ipc_space_t task, mach_port_name_t name, mach_port_name_t pset)
{
	return KERN_SERVE(PORT_EXTRACT_MEMBER, NULL, task, name, pset);
}

/* --- properties ------------------------------------------------------------ */

kern_return_t
kern_serve_mach_port_set_mscount(
    ipc_space_t task, mach_port_name_t name, mach_port_mscount_t mscount)
{
	return KERN_SERVE(PORT_SET_MSCOUNT, NULL, task, name, mscount);
}

kern_return_t
kern_serve_mach_port_set_seqno(
    ipc_space_t task, mach_port_name_t name, mach_port_seqno_t seqno)
{
	return KERN_SERVE(PORT_SET_SEQNO, NULL, task, name, seqno);
}

kern_return_t
kern_serve_mach_port_set_context(
    ipc_space_t task, mach_port_name_t name, mach_port_context_t context)
{
	return KERN_SERVE(
	    PORT_SET_CONTEXT, NULL, task, name, WIRE_TWO_WORDS(context));
}

/* A call with words of information about @name; the stub has seen that there are
 * no more than any flavor has. */
static kern_return_t
serve_with_info(enum wire_call number, mach_port_t task, mach_port_name_t name,
    mach_port_flavor_t flavor, const integer_t *info,
    mach_msg_type_number_t count)
{
	uint32_t in[WIRE_CALL_WORDS] = {
	    MACH_PORT_NULL, name, (uint32_t)flavor, count};

	memcpy(in + 4, info, count * sizeof(*in));
	return kern_serve(number, NULL, task, in);
}

kern_return_t
kern_serve_mach_port_set_attributes(ipc_space_t task, mach_port_name_t name,
    mach_port_flavor_t flavor, mach_port_info_t info,
    mach_msg_type_number_t info_count)
{
	return serve_with_info(
	    WIRE_PORT_SET_ATTRIBUTES, task, name, flavor, info, info_count);
}

kern_return_t
kern_serve_mach_port_assert_attributes(ipc_space_t task, mach_port_name_t name,
    mach_port_flavor_t flavor, mach_port_info_t info,
    mach_msg_type_number_t info_count)
{
	return serve_with_info(
	    WIRE_PORT_ASSERT_ATTRIBUTES, task, name, flavor, info, info_count);
}

/* --- guards ---------------------------------------------------------------- */

kern_return_t
kern_serve_mach_port_construct(ipc_space_t task,
    mach_port_options_ptr_t options, mach_port_context_t context,
    mach_port_name_t *name)
{
	uint32_t o[sizeof(*options) / sizeof(uint32_t)];

	memcpy(o, options, sizeof(o));
	return KERN_SERVE(PORT_CONSTRUCT, name, task, o[0], o[1], o[2], o[3],
	    o[4], o[5], WIRE_TWO_WORDS(context));
}

kern_return_t
kern_serve_mach_port_destruct(ipc_space_t task, mach_port_name_t name,
    mach_port_delta_t srdelta, mach_port_context_t guard)
{
	return KERN_SERVE(PORT_DESTRUCT, NULL, task, name, (uint32_t)srdelta,
	    WIRE_TWO_WORDS(guard));
}

kern_return_t
kern_serve_mach_port_guard(ipc_space_t task, mach_port_name_t name,
    mach_port_context_t guard, boolean_t strict)
{
	return KERN_SERVE(PORT_GUARD, NULL, task, name, WIRE_TWO_WORDS(guard),
	    (uint32_t)strict);
}

kern_return_t
kern_serve_mach_port_guard_with_flags(ipc_space_t task, mach_port_name_t name,
    mach_port_context_t guard, uint64_t flags)
{
	return KERN_SERVE(PORT_GUARD_WITH_FLAGS, NULL, task, name,
	    WIRE_TWO_WORDS(guard), WIRE_TWO_WORDS(flags));
}

kern_return_t
kern_serve_mach_port_unguard(
    ipc_space_t task, mach_port_name_t name, mach_port_context_t guard)
{
	return KERN_SERVE(
	    PORT_UNGUARD, NULL, task, name, WIRE_TWO_WORDS(guard));
}

kern_return_t
kern_serve_mach_port_swap_guard(ipc_space_t task, mach_port_name_t name,
    mach_port_context_t old_guard, mach_port_context_t new_guard)
{
	return KERN_SERVE(PORT_SWAP_GUARD, NULL, task, name,
	    WIRE_TWO_WORDS(old_guard), WIRE_TWO_WORDS(new_guard));
}
