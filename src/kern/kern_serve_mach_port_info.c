/* Subsystem mach_port: what only tells something. */
#include <string.h>

#include "base_assert.h"
#include "kern_mig_mach_port.h"
#include "kern_serve.h"

/* --- a space --------------------------------------------------------------- */

kern_return_t
kern_serve_mach_port_names(ipc_space_t task, mach_port_name_array_t *names,
    mach_msg_type_number_t *names_count, mach_port_type_array_t *types,
    mach_msg_type_number_t *types_count)
{
	const struct kern_call_words *more = kern_mig_call()->more;
	kern_return_t kr;

	kr = kern_serve_regions(WIRE_PORT_NAMES, task, KERN_SERVE_WORDS());
	if (kr != KERN_SUCCESS)
		return kr;
	*names = more[0].words;
	*names_count = more[0].count;
	*types = more[1].words;
	*types_count = more[1].count;
	return KERN_SUCCESS;
}

kern_return_t
kern_serve_mach_port_space_info(ipc_space_t task, ipc_info_space_t *space_info,
    ipc_info_name_array_t *table_info, mach_msg_type_number_t *table_count,
    ipc_info_tree_name_array_t *tree_info, mach_msg_type_number_t *tree_count)
{
	const struct kern_call_words *more = kern_mig_call()->more;
	kern_return_t kr;

	kr = kern_serve_regions(WIRE_PORT_SPACE_INFO, task, KERN_SERVE_WORDS());
	if (kr != KERN_SUCCESS)
		return kr;
	mp_assert(more[0].count * sizeof(uint32_t) == sizeof(*space_info));
	memcpy(space_info, more[0].words, sizeof(*space_info));
	*table_info = (ipc_info_name_array_t)(void *)more[1].words;
	*table_count = more[1].count * (uint32_t)sizeof(uint32_t) /
	    (uint32_t)sizeof(**table_info);
	/* Always empty. */
	*tree_info = NULL;
	*tree_count = 0;
	return KERN_SUCCESS;
}

kern_return_t
kern_serve_mach_port_space_basic_info(
    ipc_space_t task, ipc_info_space_basic_t *basic_info)
{
	return KERN_SERVE(PORT_SPACE_BASIC_INFO, basic_info, task);
}

/* --- a name ---------------------------------------------------------------- */

kern_return_t
kern_serve_mach_port_type(
    ipc_space_t task, mach_port_name_t name, mach_port_type_t *ptype)
{
	return KERN_SERVE(PORT_TYPE, ptype, task, name);
}

kern_return_t
kern_serve_mach_port_get_refs(ipc_space_t task, mach_port_name_t name,
    mach_port_right_t right, mach_port_urefs_t *refs)
{
	return KERN_SERVE(PORT_GET_REFS, refs, task, name, right);
}

kern_return_t
kern_serve_mach_port_get_set_status(ipc_space_t task, mach_port_name_t name,
    mach_port_name_array_t *members, mach_msg_type_number_t *members_count)
{
	const struct kern_call_words *more = kern_mig_call()->more;
	kern_return_t kr;

	kr = kern_serve_regions(
	    WIRE_PORT_GET_SET_STATUS, task, KERN_SERVE_WORDS(name));
	if (kr != KERN_SUCCESS)
		return kr;
	*members = more[0].words;
	*members_count = more[0].count;
	return KERN_SUCCESS;
}

kern_return_t
kern_serve_mach_port_get_attributes(ipc_space_t task, mach_port_name_t name,
    mach_port_flavor_t flavor, mach_port_info_t info,
    mach_msg_type_number_t *info_count)
{
	const struct kern_call_words *more = kern_mig_call()->more;
	kern_return_t kr;

	kr = kern_serve_call(WIRE_PORT_GET_ATTRIBUTES, task,
	    KERN_SERVE_WORDS(name, (uint32_t)flavor, *info_count), 0);
	if (kr != KERN_SUCCESS)
		return kr;
	mp_assert(more->count <= *info_count);
	memcpy(info, more->words, more->count * sizeof(*info));
	*info_count = more->count;
	return KERN_SUCCESS;
}

kern_return_t
kern_serve_mach_port_get_srights(
    ipc_space_t task, mach_port_name_t name, mach_port_rights_t *srights)
{
	return KERN_SERVE(PORT_GET_SRIGHTS, srights, task, name);
}

kern_return_t
kern_serve_mach_port_get_context(
    ipc_space_t task, mach_port_name_t name, mach_port_context_t *context)
{
	uint32_t out[2];
	kern_return_t kr = KERN_SERVE(PORT_GET_CONTEXT, out, task, name);

	if (kr == KERN_SUCCESS)
		*context = wire_two_words(out);
	return kr;
}

kern_return_t
kern_serve_mach_port_dnrequest_info(
    ipc_space_t task, mach_port_name_t name, unsigned *total, unsigned *used)
{
	uint32_t out[2];
	kern_return_t kr = KERN_SERVE(PORT_DNREQUEST_INFO, out, task, name);

	if (kr != KERN_SUCCESS)
		return kr;
	*total = out[0];
	*used = out[1];
	return KERN_SUCCESS;
}

kern_return_t
kern_serve_mach_port_peek(ipc_space_t task, mach_port_name_t name,
    mach_msg_trailer_type_t trailer_type, mach_port_seqno_t *seqno,
    mach_msg_size_t *size, mach_msg_id_t *id, mach_msg_trailer_info_t trailer,
    mach_msg_type_number_t *trailer_bytes)
{
	const struct kern_call_words *more = kern_mig_call()->more;
	kern_return_t kr;
	uint32_t bytes;

	kr = kern_serve_call(WIRE_PORT_PEEK, task,
	    KERN_SERVE_WORDS(name, trailer_type, *seqno, *trailer_bytes), 0);
	if (kr != KERN_SUCCESS)
		return kr;
	*seqno = more->words[0];
	*size = more->words[1];
	*id = (mach_msg_id_t)more->words[2];
	bytes = (more->count - 3) * (uint32_t)sizeof(uint32_t);
	mp_assert(bytes <= *trailer_bytes);
	memcpy(trailer, more->words + 3, bytes);
	*trailer_bytes = bytes;
	return KERN_SUCCESS;
}

/* --- what is behind a name ------------------------------------------------- */

kern_return_t
kern_serve_mach_port_kobject(ipc_space_t task, mach_port_name_t name,
    natural_t *type, mach_vm_address_t *address)
{
	uint32_t out[3];
	kern_return_t kr = KERN_SERVE(PORT_KOBJECT, out, task, name);

	if (kr != KERN_SUCCESS)
		return kr;
	*type = out[0];
	*address = wire_two_words(out + 1);
	return KERN_SUCCESS;
}

kern_return_t
kern_serve_mach_port_kernel_object(
    ipc_space_t task, mach_port_name_t name, unsigned *type, unsigned *address)
{
	uint32_t out[2];
	kern_return_t kr = KERN_SERVE(PORT_KERNEL_OBJECT, out, task, name);

	if (kr != KERN_SUCCESS)
		return kr;
	*type = out[0];
	*address = out[1];
	return KERN_SUCCESS;
}

kern_return_t
kern_serve_mach_port_kobject_description(ipc_space_t task,
    mach_port_name_t name, natural_t *type, mach_vm_address_t *address,
    kobject_description_t text)
{
	const struct kern_call_words *more = kern_mig_call()->more;
	kern_return_t kr;
	size_t bytes;

	kr = kern_serve_call(
	    WIRE_PORT_KOBJECT_DESCRIPTION, task, KERN_SERVE_WORDS(name), 0);
	if (kr != KERN_SUCCESS)
		return kr;
	*type = more->words[0];
	*address = wire_two_words(more->words + 1);
	bytes = (more->count - 3) * sizeof(uint32_t);
	mp_assert(bytes <= sizeof(kobject_description_t));
	memcpy(text, more->words + 3, bytes);
	return KERN_SUCCESS;
}

/* --- always refused -------------------------------------------------------- */

kern_return_t
kern_serve_mach_port_get_service_port_info(ipc_space_t task,
    mach_port_name_t name, mach_service_port_info_data_t *info)
{
	(void)info;
	return kern_serve_call(
	    WIRE_PORT_GET_SERVICE_INFO, task, KERN_SERVE_WORDS(name), 0);
}

kern_return_t
kern_serve_mach_port_special_reply_port_reset_link(
    ipc_space_t task, mach_port_name_t name, boolean_t *lost_link)
{
	return KERN_SERVE(PORT_RESET_REPLY_LINK, lost_link, task, name);
}

kern_return_t
kern_serve_mach_port_is_connection_for_service(ipc_space_t task,
    mach_port_name_t connection, mach_port_name_t service, uint64_t *policy)
{
	return KERN_SERVE(
	    PORT_IS_CONNECTION, policy, task, connection, service);
}
