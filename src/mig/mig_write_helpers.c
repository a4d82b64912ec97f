/* The helper functions of generated code, as text. */
#include "mig_write_pack.h"

#include <string.h>

struct helper {
	uint32_t helper;
	uint32_t needs; /* other helpers, which stand above it */
	const char *name;
	const char *text; /* `@` stands for the prefix of run-time functions */
};

/* A line here is a line there. */
/* clang-format off */
static const struct helper helpers[] = {
    {MIG_HELPER_APPEND, 0, "mig_append",
     "/* Appends data to a message, and zeros up to a multiple of 4. Returns the\n"
     " * size that the message has then. */\n"
     "mig_internal mach_msg_size_t\n"
     "mig_append(void *message, mach_msg_size_t size, const void *data,\n"
     "    mach_msg_size_t bytes)\n"
     "{\n"
     "\tchar *end = (char *)message + size;\n"
     "\tmach_msg_size_t pad = (4 - bytes % 4) % 4;\n"
     "\n"
     "\tif (bytes != 0)\n"
     "\t\tmemcpy(end, data, bytes);\n"
     "\tmemset(end + bytes, 0, pad);\n"
     "\treturn size + bytes + pad;\n"
     "}\n"},
    {MIG_HELPER_APPEND_IN_PLACE, 0, "mig_append_in_place",
     "/* The same, of data that is there already. */\n"
     "mig_internal mach_msg_size_t\n"
     "mig_append_in_place(void *message, mach_msg_size_t size,\n"
     "    mach_msg_size_t bytes)\n"
     "{\n"
     "\tmach_msg_size_t pad = (4 - bytes % 4) % 4;\n"
     "\n"
     "\tmemset((char *)message + size + bytes, 0, pad);\n"
     "\treturn size + bytes + pad;\n"
     "}\n"},
    {MIG_HELPER_APPEND_NUMBER, 0, "mig_append_number",
     "/* Appends a count. */\n"
     "mig_internal mach_msg_size_t\n"
     "mig_append_number(void *message, mach_msg_size_t size, uint32_t number)\n"
     "{\n"
     "\tmemcpy((char *)message + size, &number, sizeof(number));\n"
     "\treturn size + (mach_msg_size_t)sizeof(number);\n"
     "}\n"},
    {MIG_HELPER_APPEND_FIXED_STRING, 0, "mig_append_fixed_string",
     "/* Appends a string in a field of @max bytes. */\n"
     "mig_internal mach_msg_size_t\n"
     "mig_append_fixed_string(void *message, mach_msg_size_t size,\n"
     "    const char *string, mach_msg_size_t max)\n"
     "{\n"
     "\tchar *end = (char *)message + size;\n"
     "\tmach_msg_size_t pad = (4 - max % 4) % 4;\n"
     "\n"
     "\tmig_strncpy_zerofill(end, string, (int)max);\n"
     "\tmemset(end + max, 0, pad);\n"
     "\treturn size + max + pad;\n"
     "}\n"},
    {MIG_HELPER_APPEND_STRING, 0, "mig_append_string",
     "/* Appends a string of at most @max bytes: offset, count, characters. */\n"
     "mig_internal mach_msg_size_t\n"
     "mig_append_string(void *message, mach_msg_size_t size,\n"
     "    const char *string, mach_msg_size_t max)\n"
     "{\n"
     "\tchar *end = (char *)message + size;\n"
     "\tuint32_t head[2] = {0, 0};\n"
     "\tmach_msg_size_t pad;\n"
     "\n"
     "\thead[1] = (uint32_t)mig_strncpy(end + sizeof(head), string, (int)max);\n"
     "\tmemcpy(end, head, sizeof(head));\n"
     "\tpad = (4 - head[1] % 4) % 4;\n"
     "\tmemset(end + sizeof(head) + head[1], 0, pad);\n"
     "\treturn size + (mach_msg_size_t)sizeof(head) + head[1] + pad;\n"
     "}\n"},
    {MIG_HELPER_APPEND_STRING_IN_PLACE, 0, "mig_append_string_in_place",
     "/* The same, of characters that are there already. */\n"
     "mig_internal mach_msg_size_t\n"
     "mig_append_string_in_place(void *message, mach_msg_size_t size,\n"
     "    mach_msg_size_t max)\n"
     "{\n"
     "\tchar *end = (char *)message + size;\n"
     "\tuint32_t head[2] = {0, max};\n"
     "\tchar *string = end + sizeof(head);\n"
     "\tconst char *nul = (const char *)memchr(string, '\\0', max);\n"
     "\tmach_msg_size_t pad;\n"
     "\n"
     "\tif (nul)\n"
     "\t\thead[1] = (uint32_t)(nul - string) + 1;\n"
     "\tmemcpy(end, head, sizeof(head));\n"
     "\tpad = (4 - head[1] % 4) % 4;\n"
     "\tmemset(string + head[1] - 1, 0, pad + 1);\n"
     "\treturn size + (mach_msg_size_t)sizeof(head) + head[1] + pad;\n"
     "}\n"},
    {MIG_HELPER_END_STRING, 0, "mig_end_string",
     "/* Ends a string within its field, and fills the rest with zeros. */\n"
     "mig_internal void\n"
     "mig_end_string(char *string, mach_msg_size_t max)\n"
     "{\n"
     "\tconst char *nul = (const char *)memchr(string, '\\0', max);\n"
     "\tsize_t length = nul ? (size_t)(nul - string) : max - 1;\n"
     "\n"
     "\tmemset(string + length, 0, max - length);\n"
     "}\n"},
    {MIG_HELPER_PORT_DESCRIPTOR, 0, "mig_port_descriptor",
     "/* Describes one right. */\n"
     "mig_internal mach_msg_port_descriptor_t\n"
     "mig_port_descriptor(mach_port_t name, mach_msg_type_name_t disposition)\n"
     "{\n"
     "\tmach_msg_port_descriptor_t descriptor = {\n"
     "\t    .name = name,\n"
     "\t    .disposition = disposition & 0xff,\n"
     "\t    .type = MACH_MSG_PORT_DESCRIPTOR,\n"
     "\t};\n"
     "\n"
     "\treturn descriptor;\n"
     "}\n"},
    {MIG_HELPER_PORT_DESCRIPTORS, MIG_HELPER_PORT_DESCRIPTOR,
     "mig_port_descriptors",
     "/* Describes @count rights, and none in the rest of @max descriptors. */\n"
     "mig_internal void\n"
     "mig_port_descriptors(mach_msg_port_descriptor_t *to,\n"
     "    mach_msg_type_number_t max, const mach_port_t *names,\n"
     "    mach_msg_type_number_t count, mach_msg_type_name_t disposition)\n"
     "{\n"
     "\tfor (mach_msg_type_number_t i = 0; i < max; i++)\n"
     "\t\tto[i] = mig_port_descriptor(\n"
     "\t\t    i < count ? names[i] : MACH_PORT_NULL, disposition);\n"
     "}\n"},
    {MIG_HELPER_OOL_DESCRIPTOR, 0, "mig_ool_descriptor",
     "/* Describes a region of memory: nothing where there is none. */\n"
     "mig_internal mach_msg_ool_descriptor_t\n"
     "mig_ool_descriptor(uintptr_t address, mach_msg_size_t bytes,\n"
     "    mach_msg_copy_options_t copy, boolean_t deallocate)\n"
     "{\n"
     "\tmach_msg_ool_descriptor_t descriptor = {\n"
     "\t    .address = (void *)address,\n"
     "\t    .deallocate = deallocate != FALSE,\n"
     "\t    .copy = copy & 0xff,\n"
     "\t    .type = MACH_MSG_OOL_DESCRIPTOR,\n"
     "\t    .size = address ? bytes : 0,\n"
     "\t};\n"
     "\n"
     "\treturn descriptor;\n"
     "}\n"},
    {MIG_HELPER_OOL_PORTS_DESCRIPTOR, 0, "mig_ool_ports_descriptor",
     "/* Describes an array of rights in memory: none where there is none. */\n"
     "mig_internal mach_msg_ool_ports_descriptor_t\n"
     "mig_ool_ports_descriptor(uintptr_t address, mach_msg_type_number_t count,\n"
     "    mach_msg_type_name_t disposition, boolean_t deallocate)\n"
     "{\n"
     "\tmach_msg_ool_ports_descriptor_t descriptor = {\n"
     "\t    .address = (void *)address,\n"
     "\t    .deallocate = deallocate != FALSE,\n"
     "\t    .disposition = disposition & 0xff,\n"
     "\t    .type = MACH_MSG_OOL_PORTS_DESCRIPTOR,\n"
     "\t    .count = address ? count : 0,\n"
     "\t};\n"
     "\n"
     "\treturn descriptor;\n"
     "}\n"},
    {MIG_HELPER_OOL_DESCRIPTORS, MIG_HELPER_OOL_DESCRIPTOR,
     "mig_ool_descriptors",
     "/* Describes @count regions, and empty ones in the rest of @max descriptors.\n"
     " * Each has @bytes, times counts[i] if there are counts. */\n"
     "mig_internal void\n"
     "mig_ool_descriptors(mach_msg_ool_descriptor_t *to,\n"
     "    mach_msg_type_number_t max, const void *addresses,\n"
     "    mach_msg_type_number_t count, const mach_msg_type_number_t *counts,\n"
     "    mach_msg_size_t bytes, mach_msg_copy_options_t copy,\n"
     "    boolean_t deallocate)\n"
     "{\n"
     "\tfor (mach_msg_type_number_t i = 0; i < max; i++) {\n"
     "\t\tuintptr_t address = 0;\n"
     "\t\tmach_msg_size_t size = 0;\n"
     "\n"
     "\t\tif (i < count) {\n"
     "\t\t\tmemcpy(&address,\n"
     "\t\t\t    (const char *)addresses + i * sizeof(address),\n"
     "\t\t\t    sizeof(address));\n"
     "\t\t\tsize = counts ? bytes * counts[i] : bytes;\n"
     "\t\t}\n"
     "\t\tto[i] = mig_ool_descriptor(address, size, copy, deallocate);\n"
     "\t}\n"
     "}\n"},
    {MIG_HELPER_OOL_PORTS_DESCRIPTORS, MIG_HELPER_OOL_PORTS_DESCRIPTOR,
     "mig_ool_ports_descriptors",
     "/* Describes @count arrays of rights, and empty ones in the rest of @max\n"
     " * descriptors. Each has @number rights, times counts[i] if there are counts. */\n"
     "mig_internal void\n"
     "mig_ool_ports_descriptors(mach_msg_ool_ports_descriptor_t *to,\n"
     "    mach_msg_type_number_t max, const void *addresses,\n"
     "    mach_msg_type_number_t count, const mach_msg_type_number_t *counts,\n"
     "    mach_msg_type_number_t number, mach_msg_type_name_t disposition,\n"
     "    boolean_t deallocate)\n"
     "{\n"
     "\tfor (mach_msg_type_number_t i = 0; i < max; i++) {\n"
     "\t\tuintptr_t address = 0;\n"
     "\t\tmach_msg_type_number_t rights = 0;\n"
     "\n"
     "\t\tif (i < count) {\n"
     "\t\t\tmemcpy(&address,\n"
     "\t\t\t    (const char *)addresses + i * sizeof(address),\n"
     "\t\t\t    sizeof(address));\n"
     "\t\t\trights = counts ? number * counts[i] : number;\n"
     "\t\t}\n"
     "\t\tto[i] = mig_ool_ports_descriptor(\n"
     "\t\t    address, rights, disposition, deallocate);\n"
     "\t}\n"
     "}\n"},
    {MIG_HELPER_COUNTS_FIT, 0, "mig_counts_fit",
     "/* Whether none of the counts of several regions is above @limit. */\n"
     "mig_internal boolean_t\n"
     "mig_counts_fit(const mach_msg_type_number_t *counts,\n"
     "    mach_msg_type_number_t count, mach_msg_type_number_t limit)\n"
     "{\n"
     "\tfor (mach_msg_type_number_t i = 0; i < count; i++)\n"
     "\t\tif (counts[i] > limit)\n"
     "\t\t\treturn FALSE;\n"
     "\treturn TRUE;\n"
     "}\n"},
    {MIG_HELPER_EXTRACT, 0, "mig_extract",
     "/* Copies data out of a message. */\n"
     "mig_internal void\n"
     "mig_extract(void *to, const void *message, mach_msg_size_t offset,\n"
     "    mach_msg_size_t bytes)\n"
     "{\n"
     "\tif (bytes != 0)\n"
     "\t\tmemcpy(to, (const char *)message + offset, bytes);\n"
     "}\n"},
    {MIG_HELPER_NUMBER_AT, 0, "mig_number_at",
     "/* The count at an offset of a message. */\n"
     "mig_internal uint32_t\n"
     "mig_number_at(const void *message, mach_msg_size_t offset)\n"
     "{\n"
     "\tuint32_t number;\n"
     "\n"
     "\tmemcpy(&number, (const char *)message + offset, sizeof(number));\n"
     "\treturn number;\n"
     "}\n"},
    {MIG_HELPER_PORT_NAMES, 0, "mig_port_names",
     "/* Takes the names of @count rights out of their descriptors. */\n"
     "mig_internal void\n"
     "mig_port_names(mach_port_t *to, const mach_msg_port_descriptor_t *from,\n"
     "    mach_msg_type_number_t count)\n"
     "{\n"
     "\tfor (mach_msg_type_number_t i = 0; i < count; i++)\n"
     "\t\tto[i] = from[i].name;\n"
     "}\n"},
    /* From the end on: of the loop in the other direction gcc -O3 unrolls more than
     * an array has room for, and warns of that. */
    {MIG_HELPER_OOL_ADDRESSES, 0, "mig_ool_addresses",
     "/* Takes the addresses of @count regions out of their descriptors: those of\n"
     " * data and of rights begin with it, and are of one size. */\n"
     "mig_internal void\n"
     "mig_ool_addresses(void *to, const void *from, mach_msg_type_number_t count)\n"
     "{\n"
     "\twhile (count-- > 0)\n"
     "\t\tmemcpy((char *)to + count * sizeof(void *),\n"
     "\t\t    (const char *)from + count * sizeof(mach_msg_ool_descriptor_t),\n"
     "\t\t    sizeof(void *));\n"
     "}\n"},
    {MIG_HELPER_GET_TRAILER, 0, "mig_get_trailer",
     "/* Copies the trailer behind a message, if it is as long as @bytes. */\n"
     "mig_internal boolean_t\n"
     "mig_get_trailer(const mach_msg_header_t *message, void *to,\n"
     "    mach_msg_size_t bytes)\n"
     "{\n"
     "\tconst char *from =\n"
     "\t    (const char *)message + ((message->msgh_size + 3) & ~3u);\n"
     "\tmach_msg_trailer_t head;\n"
     "\n"
     "\tmemcpy(&head, from, sizeof(head));\n"
     "\tif (head.msgh_trailer_type != MACH_MSG_TRAILER_FORMAT_0 ||\n"
     "\t    head.msgh_trailer_size < bytes)\n"
     "\t\treturn FALSE;\n"
     "\tmemcpy(to, from, bytes);\n"
     "\treturn TRUE;\n"
     "}\n"},
    {MIG_HELPER_CAME_BACK, 0, "mig_came_back",
     "/* Whether a request that could not be sent is in its buffer again, with other\n"
     " * names: its reply right, one that was made for it, has a name of its own now. */\n"
     "mig_internal boolean_t\n"
     "mig_came_back(mach_msg_return_t error)\n"
     "{\n"
     "\terror &= ~MACH_MSG_MASK;\n"
     "\treturn error == MACH_SEND_TIMED_OUT || error == MACH_SEND_INTERRUPTED ||\n"
     "\t    error == MACH_SEND_NO_BUFFER;\n"
     "}\n"},
    {MIG_HELPER_REPLY_PORT_ERROR, MIG_HELPER_CAME_BACK, "mig_reply_port_error",
     "/* After a call that failed: the next one may use the port if nothing was sent;\n"
     " * else a reply may still come to it, and it goes, with the right to reply. */\n"
     "__attribute__((unused)) mig_internal void\n"
     "mig_reply_port_error(mach_msg_return_t error, mach_port_t port,\n"
     "    const mach_msg_header_t *request)\n"
     "{\n"
     "\tif (error == MACH_SEND_INVALID_DATA ||\n"
     "\t    error == MACH_SEND_INVALID_DEST ||\n"
     "\t    error == MACH_SEND_INVALID_HEADER)\n"
     "\t\t@mig_put_reply_port(port);\n"
     "\telse if (mig_came_back(error))\n"
     "\t\t@mig_dealloc_reply_port(request->msgh_local_port);\n"
     "\telse\n"
     "\t\t@mig_dealloc_reply_port(port);\n"
     "}\n"},
    {MIG_HELPER_SPECIAL_PORT_ERROR, MIG_HELPER_CAME_BACK, "mig_special_port_error",
     "/* After a call that failed: a reply may still come to the special port, unless\n"
     " * nothing was sent; it goes, with the right to reply. */\n"
     "__attribute__((unused)) mig_internal void\n"
     "mig_special_port_error(mach_msg_return_t error, mach_port_t port,\n"
     "    const mach_msg_header_t *request)\n"
     "{\n"
     "\tif (mig_came_back(error))\n"
     "\t\tmig_dealloc_special_reply_port(request->msgh_local_port);\n"
     "\telse if (error != MACH_SEND_INVALID_DATA &&\n"
     "\t    error != MACH_SEND_INVALID_DEST &&\n"
     "\t    error != MACH_SEND_INVALID_HEADER)\n"
     "\t\tmig_dealloc_special_reply_port(port);\n"
     "}\n"},
    {MIG_HELPER_DESTROY_RECEIVED, 0, "mig_destroy_received",
     "/* Destroys a message that was received, or came back. All memory in it is ours;\n"
     " * of physical copies, and of what is volatile, it does not say so. */\n"
     "mig_internal void\n"
     "mig_destroy_received(mach_msg_header_t *message)\n"
     "{\n"
     "\tmach_msg_base_t *base = (mach_msg_base_t *)message;\n"
     "\tchar *at = (char *)(base + 1);\n"
     "\tmach_msg_size_t left = 0;\n"
     "\n"
     "\tif (message->msgh_bits & MACH_MSGH_BITS_COMPLEX)\n"
     "\t\tleft = base->body.msgh_descriptor_count;\n"
     "\tfor (; left > 0; left--) {\n"
     "\t\tmach_msg_ool_descriptor_t region;\n"
     "\n"
     "\t\tmemcpy(&region, at, sizeof(mach_msg_port_descriptor_t));\n"
     "\t\tif (region.type == MACH_MSG_PORT_DESCRIPTOR) {\n"
     "\t\t\tat += sizeof(mach_msg_port_descriptor_t);\n"
     "\t\t\tcontinue;\n"
     "\t\t}\n"
     "\t\tif (region.type == MACH_MSG_OOL_VOLATILE_DESCRIPTOR)\n"
     "\t\t\tregion.type = MACH_MSG_OOL_DESCRIPTOR;\n"
     "\t\tif (region.type == MACH_MSG_OOL_DESCRIPTOR)\n"
     "\t\t\tregion.deallocate = TRUE;\n"
     "\t\tmemcpy(at, &region, sizeof(mach_msg_port_descriptor_t));\n"
     "\t\tat += sizeof(region);\n"
     "\t}\n"
     "\tmach_msg_destroy(message);\n"
     "}\n"},
    {MIG_HELPER_FREE_MESSAGE, 0, "mig_free_message",
     "/* Gives the memory of a message back, and passes a result on. */\n"
     "mig_internal kern_return_t\n"
     "mig_free_message(void *message, vm_size_t size, kern_return_t result)\n"
     "{\n"
     "\tmig_user_deallocate((char *)message, size);\n"
     "\treturn result;\n"
     "}\n"},
    {MIG_HELPER_SEND_OUTCOME, 0, "mig_send_outcome",
     "/* Sends an outcome in place of a request. */\n"
     "mig_internal mach_msg_return_t\n"
     "mig_send_outcome(mig_reply_error_t *message, mach_msg_bits_t bits,\n"
     "    mach_port_t port, mach_port_t reply_port, mach_msg_id_t id,\n"
     "    kern_return_t outcome, mach_msg_option_t options,\n"
     "    mach_msg_timeout_t timeout)\n"
     "{\n"
     "\tmessage->Head.msgh_bits = bits;\n"
     "\tmessage->Head.msgh_size = sizeof(*message);\n"
     "\tmessage->Head.msgh_remote_port = port;\n"
     "\tmessage->Head.msgh_local_port = reply_port;\n"
     "\tmessage->Head.msgh_reserved = 0;\n"
     "\tmessage->Head.msgh_id = id;\n"
     "\tmessage->NDR = NDR_record;\n"
     "\tmessage->RetCode = outcome;\n"
     "\treturn @mach_msg(&message->Head, options, sizeof(*message), 0,\n"
     "\t    MACH_PORT_NULL, timeout, MACH_PORT_NULL);\n"
     "}\n"},
    {MIG_HELPER_DROP_REPLY_RIGHT, 0, "mig_drop_reply_right",
     "/* Drops the right to reply of a request that could not be sent. */\n"
     "mig_internal void\n"
     "mig_drop_reply_right(const mach_msg_header_t *request)\n"
     "{\n"
     "\tmach_msg_type_name_t reply = MACH_MSGH_BITS_LOCAL(request->msgh_bits);\n"
     "\n"
     "\tif (reply == MACH_MSG_TYPE_MOVE_SEND ||\n"
     "\t    reply == MACH_MSG_TYPE_MOVE_SEND_ONCE)\n"
     "\t\t(void)mach_port_deallocate(\n"
     "\t\t    mach_task_self(), request->msgh_local_port);\n"
     "}\n"},
    {MIG_HELPER_RELEASE_COPY, 0, "mig_release_copy",
     "/* Frees the copy of a region with which a request came back. */\n"
     "mig_internal void\n"
     "mig_release_copy(mach_msg_ool_descriptor_t region, uintptr_t original)\n"
     "{\n"
     "\tif ((uintptr_t)region.address != original)\n"
     "\t\tmig_deallocate((vm_address_t)region.address, region.size);\n"
     "}\n"},
    {MIG_HELPER_RELEASE_COPIES, MIG_HELPER_RELEASE_COPY, "mig_release_copies",
     "/* The same, of several regions. */\n"
     "mig_internal void\n"
     "mig_release_copies(const mach_msg_ool_descriptor_t *regions,\n"
     "    const void *originals, mach_msg_type_number_t count)\n"
     "{\n"
     "\tfor (mach_msg_type_number_t i = 0; i < count; i++) {\n"
     "\t\tuintptr_t original;\n"
     "\n"
     "\t\tmemcpy(&original,\n"
     "\t\t    (const char *)originals + i * sizeof(original),\n"
     "\t\t    sizeof(original));\n"
     "\t\tmig_release_copy(regions[i], original);\n"
     "\t}\n"
     "}\n"},
};
/* clang-format on */

enum { HELPERS = sizeof(helpers) / sizeof(helpers[0]) };

static uint32_t
with_needs(uint32_t used)
{
	/* What a helper needs stands above it. */
	for (size_t i = HELPERS; i-- > 0;)
		if (used & helpers[i].helper)
			used |= helpers[i].needs;
	return used;
}

static void
put_text(struct mig_text *out, const char *text, const char *sub_prefix)
{
	while (*text) {
		size_t length = strcspn(text, "@");

		/* In a comment "@name" is a parameter. */
		mig_put(out, "%.*s", (int)length, text);
		text += length;
		if (*text == '@') {
			mig_put(out, "%s",
			    strncmp(text, "@mig_", 5) == 0 ||
			            strncmp(text, "@mach_", 6) == 0
			        ? sub_prefix
			        : "@");
			text++;
		}
	}
}

void
mig_write_helpers(struct mig_text *out, uint32_t used, const char *sub_prefix)
{
	if (!sub_prefix)
		sub_prefix = "";
	used = with_needs(used);
	for (size_t i = 0; i < HELPERS; i++) {
		const struct helper *helper = &helpers[i];

		if (!(used & helper->helper))
			continue;
		mig_put(out, "#ifndef __%s__defined\n#define __%s__defined\n",
		    helper->name, helper->name);
		put_text(out, helper->text, sub_prefix);
		mig_put(out, "#endif\n\n");
	}
}
