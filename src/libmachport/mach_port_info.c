/* The calls that look into queues and behind ports, and those that exist for the
 * sake of programs that make them. */
#include <mach/mach_port.h>

#include <string.h>

#include "rpc.h"

/* What comes before the trailer in the answer to a peek. */
struct peek_words {
	mach_port_seqno_t seqno;
	mach_msg_size_t size;
	mach_msg_id_t id;
};

kern_return_t
mach_port_peek(ipc_space_t task, mach_port_name_t name,
    mach_msg_trailer_type_t trailer_type, mach_port_seqno_t *request_seqno,
    mach_msg_size_t *msg_size, mach_msg_id_t *msg_id,
    mach_msg_trailer_info_t trailer_info,
    mach_msg_type_number_t *trailer_info_count)
{
	const uint32_t trailer_bytes =
	    (uint32_t)REQUESTED_TRAILER_SIZE(trailer_type);
	const uint32_t in[] = {
	    task, name, trailer_type, *request_seqno, *trailer_info_count};
	struct peek_words peek;
	struct call_words words;
	kern_return_t kr;
	size_t bytes;

	kr = call_for_words(WIRE_PORT_PEEK, in, 5, &words);
	if (kr != KERN_SUCCESS) {
		kr = OR_RPC(kr,
		    mach_port_peek(task, name, trailer_type, request_seqno,
		        msg_size, msg_id, trailer_info, trailer_info_count));
		if (kr == KERN_FAILURE)
			*trailer_info_count = trailer_bytes;
		return kr;
	}
	bytes = words.count * sizeof(uint32_t);
	if (bytes >= sizeof(peek) &&
	    bytes - sizeof(peek) <= *trailer_info_count) {
		memcpy(&peek, words.words, sizeof(peek));
		*request_seqno = peek.seqno;
		*msg_size = peek.size;
		*msg_id = peek.id;
		*trailer_info_count = (uint32_t)(bytes - sizeof(peek));
		memcpy(trailer_info,
		    words.words + sizeof(peek) / sizeof(uint32_t),
		    bytes - sizeof(peek));
	} else {
		kr = CALL_NO_KERNEL; /* none of ours answers so */
	}
	call_words_free(&words);
	return kr;
}

kern_return_t
mach_port_get_srights(
    ipc_space_t task, mach_port_name_t name, mach_port_rights_t *srights)
{
	return OR_RPC(CALL(PORT_GET_SRIGHTS, srights, task, name),
	    mach_port_get_srights(task, name, srights));
}

kern_return_t
mach_port_dnrequest_info(ipc_space_t task, mach_port_name_t name,
    unsigned int *total, unsigned int *used)
{
	uint32_t out[2];
	kern_return_t kr;

	kr = CALL(PORT_DNREQUEST_INFO, out, task, name);
	if (kr != KERN_SUCCESS)
		return OR_RPC(
		    kr, mach_port_dnrequest_info(task, name, total, used));
	*total = out[0];
	*used = out[1];
	return KERN_SUCCESS;
}

/* What comes before the names in the answer about a space. */
#define INFO_WORDS ((uint32_t)(sizeof(ipc_info_space_t) / sizeof(uint32_t)))
#define NAME_WORDS ((uint32_t)(sizeof(ipc_info_name_t) / sizeof(uint32_t)))

/* The names of that answer, in a region of their own: NULL if there are none. */
static kern_return_t
take_table(const struct call_words *words, ipc_info_name_array_t *table_out,
    mach_msg_type_number_t *count_out)
{
	uint32_t count = words->count - INFO_WORDS;
	uint32_t *table = call_words_map(count);

	if (table == CALL_WORDS_FAILED)
		return KERN_RESOURCE_SHORTAGE;
	if (count > 0)
		memcpy(
		    table, words->words + INFO_WORDS, count * sizeof(*table));
	*table_out = (ipc_info_name_array_t)table;
	*count_out = count / NAME_WORDS;
	return KERN_SUCCESS;
}

kern_return_t
mach_port_space_info(ipc_space_t task, ipc_info_space_t *space_info,
    ipc_info_name_array_t *table_info, mach_msg_type_number_t *table_info_count,
    ipc_info_tree_name_array_t *tree_info,
    mach_msg_type_number_t *tree_info_count)
{
	const uint32_t in[] = {task};
	struct call_words words;
	kern_return_t kr;

	kr = call_for_words(WIRE_PORT_SPACE_INFO, in, 1, &words);
	if (kr != KERN_SUCCESS)
		return OR_RPC(kr,
		    mach_port_space_info(task, space_info, table_info,
		        table_info_count, tree_info, tree_info_count));
	if (words.count < INFO_WORDS ||
	    (words.count - INFO_WORDS) % NAME_WORDS != 0)
		kr = CALL_NO_KERNEL; /* none of ours answers so */
	else
		kr = take_table(&words, table_info, table_info_count);
	if (kr == KERN_SUCCESS) {
		memcpy(space_info, words.words, sizeof(*space_info));
		*tree_info = NULL;
		*tree_info_count = 0;
	}
	call_words_free(&words);
	return kr;
}

kern_return_t
mach_port_space_basic_info(ipc_space_t task, ipc_info_space_basic_t *basic_info)
{
	uint32_t out[sizeof(*basic_info) / sizeof(uint32_t)];
	kern_return_t kr;

	kr = CALL(PORT_SPACE_BASIC_INFO, out, task);
	if (kr == KERN_SUCCESS)
		memcpy(basic_info, out, sizeof(*basic_info));
	return OR_RPC(kr, mach_port_space_basic_info(task, basic_info));
}

kern_return_t
mach_port_kobject(ipc_space_t task, mach_port_name_t name, natural_t *type,
    mach_vm_address_t *address)
{
	uint32_t out[3];
	kern_return_t kr;

	kr = CALL(PORT_KOBJECT, out, task, name);
	if (kr != KERN_SUCCESS)
		return OR_RPC(kr, mach_port_kobject(task, name, type, address));
	*type = out[0];
	memcpy(address, out + 1, sizeof(*address));
	return KERN_SUCCESS;
}

kern_return_t
mach_port_kernel_object(ipc_space_t task, mach_port_name_t name,
    unsigned int *type, unsigned int *address)
{
	uint32_t out[2];
	kern_return_t kr;

	kr = CALL(PORT_KERNEL_OBJECT, out, task, name);
	if (kr != KERN_SUCCESS)
		return OR_RPC(
		    kr, mach_port_kernel_object(task, name, type, address));
	*type = out[0];
	*address = out[1];
	return KERN_SUCCESS;
}

/* What comes before the text in the answer about an object. */
struct kobject_words {
	uint32_t type;
	uint32_t address[2];
};

/* A stub writes a string, and nothing behind it. */
static void
clear_tail(kobject_description_t desc)
{
	size_t length = strnlen(desc, sizeof(kobject_description_t));

	memset(desc + length, 0, sizeof(kobject_description_t) - length);
}

kern_return_t
mach_port_kobject_description(ipc_space_t task, mach_port_name_t name,
    natural_t *type, mach_vm_address_t *address, kobject_description_t desc)
{
	const uint32_t in[] = {task, name};
	struct kobject_words object;
	struct call_words words;
	kern_return_t kr;
	size_t bytes;

	kr = call_for_words(WIRE_PORT_KOBJECT_DESCRIPTION, in, 2, &words);
	if (kr != KERN_SUCCESS) {
		kr = OR_RPC(kr,
		    mach_port_kobject_description(
		        task, name, type, address, desc));
		if (kr == KERN_SUCCESS)
			clear_tail(desc);
		return kr;
	}
	bytes = words.count * sizeof(uint32_t);
	if (bytes > sizeof(object) &&
	    bytes - sizeof(object) <= sizeof(kobject_description_t)) {
		memcpy(&object, words.words, sizeof(object));
		*type = object.type;
		memcpy(address, object.address, sizeof(*address));
		memset(desc, 0, sizeof(kobject_description_t));
		memcpy(desc, (const char *)words.words + sizeof(object),
		    bytes - sizeof(object));
	} else {
		kr = CALL_NO_KERNEL; /* none of ours answers so */
	}
	call_words_free(&words);
	return kr;
}

kern_return_t
mach_port_get_service_port_info(
    ipc_space_t task, mach_port_name_t name, mach_service_port_info_t info)
{
	const uint32_t in[] = {task, name};
	struct call_words words;
	kern_return_t kr;

	kr = call_for_words(WIRE_PORT_GET_SERVICE_INFO, in, 2, &words);
	if (kr != KERN_SUCCESS)
		return OR_RPC(
		    kr, mach_port_get_service_port_info(task, name, info));
	if (words.count == sizeof(*info) / sizeof(uint32_t))
		memcpy(info, words.words, sizeof(*info));
	else
		kr = CALL_NO_KERNEL; /* none of ours answers so */
	call_words_free(&words);
	return kr;
}

kern_return_t
mach_port_special_reply_port_reset_link(
    ipc_space_t task, mach_port_name_t name, boolean_t *lost_link)
{
	uint32_t lost;
	kern_return_t kr;

	kr = CALL(PORT_RESET_REPLY_LINK, &lost, task, name);
	if (kr == KERN_SUCCESS)
		*lost_link = (boolean_t)lost;
	return OR_RPC(
	    kr, mach_port_special_reply_port_reset_link(task, name, lost_link));
}

kern_return_t
mach_port_is_connection_for_service(ipc_space_t task,
    mach_port_name_t connection_port, mach_port_name_t service_port,
    uint64_t *filter_policy_id)
{
	uint32_t out[2];
	kern_return_t kr;

	kr = CALL(PORT_IS_CONNECTION, out, task, connection_port, service_port);
	if (kr == KERN_SUCCESS)
		memcpy(filter_policy_id, out, sizeof(out));
	return OR_RPC(kr,
	    mach_port_is_connection_for_service(
	        task, connection_port, service_port, filter_policy_id));
}

kern_return_t
task_set_port_space(ipc_space_t task, int table_entries)
{
	return OR_RPC(
	    CALL(TASK_SET_PORT_SPACE, NULL, task, (uint32_t)table_entries),
	    task_set_port_space(task, table_entries));
}
