/* The calls that look into queues and behind ports, and those that exist for the
 * sake of programs that make them. */
#include <mach/mach_port.h>

#include <string.h>

#include "call.h"

/* What comes before the trailer in the answer to a peek. */
struct peek_words {
	mach_port_seqno_t seqno;
	mach_msg_size_t size;
	mach_msg_id_t id;
};

#define PEEK_WORDS (sizeof(struct peek_words) / sizeof(uint32_t))

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

	kr = call_for_words(WIRE_PORT_PEEK, in, 5, &words);
	if (kr == KERN_FAILURE)
		*trailer_info_count = trailer_bytes;
	if (kr != KERN_SUCCESS)
		return kr;
	if (words.count == PEEK_WORDS + trailer_bytes / sizeof(uint32_t)) {
		memcpy(&peek, words.words, sizeof(peek));
		*request_seqno = peek.seqno;
		*msg_size = peek.size;
		*msg_id = peek.id;
		memcpy(trailer_info, words.words + PEEK_WORDS, trailer_bytes);
		*trailer_info_count = trailer_bytes;
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
	return CALL(PORT_GET_SRIGHTS, srights, task, name);
}

kern_return_t
mach_port_dnrequest_info(ipc_space_t task, mach_port_name_t name,
    unsigned int *total, unsigned int *used)
{
	uint32_t out[2];
	kern_return_t kr;

	kr = CALL(PORT_DNREQUEST_INFO, out, task, name);
	if (kr != KERN_SUCCESS)
		return kr;
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
		return kr;
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
	return kr;
}

kern_return_t
mach_port_kobject_description(ipc_space_t task, mach_port_name_t name,
    natural_t *type, mach_vm_address_t *address, kobject_description_t desc)
{
	const uint32_t in[] = {task, name};
	struct call_words words;
	kern_return_t kr;
	size_t bytes;

	kr = call_for_words(WIRE_PORT_KOBJECT, in, 2, &words);
	if (kr != KERN_SUCCESS)
		return kr;
	bytes = words.count > 0 ? (words.count - 1) * sizeof(uint32_t) : 0;
	if (bytes > 0 && bytes <= sizeof(kobject_description_t)) {
		*type = words.words[0];
		*address = 0;
		memset(desc, 0, sizeof(kobject_description_t));
		memcpy(desc, words.words + 1, bytes);
	} else {
		kr = CALL_NO_KERNEL; /* none of ours answers so */
	}
	call_words_free(&words);
	return kr;
}

kern_return_t
mach_port_kobject(ipc_space_t task, mach_port_name_t name, natural_t *type,
    mach_vm_address_t *address)
{
	kobject_description_t desc;

	return mach_port_kobject_description(task, name, type, address, desc);
}

kern_return_t
mach_port_kernel_object(ipc_space_t task, mach_port_name_t name,
    unsigned int *type, unsigned int *address)
{
	mach_vm_address_t wide;
	kern_return_t kr;

	kr = mach_port_kobject(task, name, type, &wide);
	if (kr == KERN_SUCCESS)
		*address = (unsigned int)wide;
	return kr;
}

kern_return_t
mach_port_get_service_port_info(
    ipc_space_t task, mach_port_name_t name, mach_service_port_info_t info)
{
	(void)info;
	return CALL(PORT_GET_SERVICE_INFO, NULL, task, name);
}

kern_return_t
mach_port_special_reply_port_reset_link(
    ipc_space_t task, mach_port_name_t name, boolean_t *lost_link)
{
	(void)lost_link;
	return CALL(PORT_RESET_REPLY_LINK, NULL, task, name);
}

kern_return_t
mach_port_is_connection_for_service(ipc_space_t task,
    mach_port_name_t connection_port, mach_port_name_t service_port,
    uint64_t *filter_policy_id)
{
	(void)filter_policy_id;
	return CALL(
	    PORT_IS_CONNECTION, NULL, task, connection_port, service_port);
}

kern_return_t
task_set_port_space(ipc_space_t task, int table_entries)
{
	return CALL(TASK_SET_PORT_SPACE, NULL, task, (uint32_t)table_entries);
}
