/* The functions at the top of a server file that stubs call, besides those for
 * packing: each is written when one of the file's stubs uses it. */
#include "mig_write_server.h"

struct helper {
	enum server_helper helper;
	uint32_t needs; /* others, which stand before it */
	const char *name;
	const char *text;
};

static const struct helper helpers[] = {
    {SERVER_HELPER_ANSWER, 0, "mig_answer",
        "/* Ends a reply with the result, unless it has descriptors: those "
        "that nobody\n"
        " * waits for are released. */\n"
        "mig_internal void\n"
        "mig_answer(mach_msg_header_t *reply, kern_return_t result)\n"
        "{\n"
        "\tmig_reply_error_t *answer = (mig_reply_error_t *)reply;\n"
        "\n"
        "\tif (reply->msgh_bits & MACH_MSGH_BITS_COMPLEX) {\n"
        "\t\tif (reply->msgh_remote_port != MACH_PORT_NULL)\n"
        "\t\t\treturn;\n"
        "\t\tmach_msg_destroy(reply);\n"
        "\t\treply->msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;\n"
        "\t\treply->msgh_size = sizeof(*answer);\n"
        "\t}\n"
        "\tanswer->NDR = NDR_record;\n"
        "\tanswer->RetCode = result;\n"
        "}\n"},
    {SERVER_HELPER_AT, 0, "mig_at",
        "/* The field that begins @offset bytes behind the beginning of a "
        "message. */\n"
        "mig_internal void *\n"
        "mig_at(void *message, mach_msg_size_t offset)\n"
        "{\n"
        "\treturn (char *)message + offset;\n"
        "}\n"},
    {SERVER_HELPER_SMALLER, 0, "mig_smaller",
        "/* The smaller of two counts. */\n"
        "mig_internal mach_msg_type_number_t\n"
        "mig_smaller(mach_msg_type_number_t a, mach_msg_type_number_t b)\n"
        "{\n"
        "\treturn a < b ? a : b;\n"
        "}\n"},
    {SERVER_HELPER_OOL_COUNTS, 0, "mig_ool_counts",
        "/* How many elements of @bytes each of @count regions has. Rights "
        "are counted. */\n"
        "mig_internal void\n"
        "mig_ool_counts(mach_msg_type_number_t *to, const void *from,\n"
        "    mach_msg_type_number_t count, mach_msg_size_t bytes)\n"
        "{\n"
        "\tmach_msg_ool_descriptor_t region;\n"
        "\n"
        "\tfor (mach_msg_type_number_t i = 0; i < count; i++) {\n"
        "\t\tmemcpy(&region,\n"
        "\t\t    (const char *)from + i * sizeof(region), "
        "sizeof(region));\n"
        "\t\tto[i] = region.size / bytes;\n"
        "\t}\n"
        "}\n"},
    {SERVER_HELPER_DESTROY_RIGHT, 0, "mig_destroy_right",
        "/* Destroys a right that would have moved with a reply. */\n"
        "mig_internal void\n"
        "mig_destroy_right(mach_port_t name, mach_msg_type_name_t "
        "disposition)\n"
        "{\n"
        "\tstruct {\n"
        "\t\tmach_msg_header_t Head;\n"
        "\t\tmach_msg_body_t msgh_body;\n"
        "\t\tmach_msg_port_descriptor_t right;\n"
        "\t} message;\n"
        "\n"
        "\tmemset(&message, 0, sizeof(message));\n"
        "\tmessage.Head.msgh_bits = MACH_MSGH_BITS_COMPLEX;\n"
        "\tmessage.Head.msgh_size = sizeof(message);\n"
        "\tmessage.msgh_body.msgh_descriptor_count = 1;\n"
        "\tmessage.right.name = name;\n"
        "\tmessage.right.disposition = (unsigned char)disposition;\n"
        "\tmessage.right.type = MACH_MSG_PORT_DESCRIPTOR;\n"
        "\tmach_msg_destroy(&message.Head);\n"
        "}\n"},
    {SERVER_HELPER_DESTROY_RIGHTS, SERVER_HELPER_DESTROY_RIGHT,
        "mig_destroy_rights",
        "/* The same for @count of them, if they are there. */\n"
        "mig_internal void\n"
        "mig_destroy_rights(const mach_port_t *names, "
        "mach_msg_type_number_t count,\n"
        "    mach_msg_type_name_t disposition)\n"
        "{\n"
        "\tfor (mach_msg_type_number_t i = 0; names && i < count; i++)\n"
        "\t\tmig_destroy_right(names[i], disposition);\n"
        "}\n"},
};

enum { HELPERS = sizeof(helpers) / sizeof(helpers[0]) };

/* Several generated files may be one translation unit. */
void
mig_server_put_helpers(struct mig_text *out, uint32_t server_helpers)
{
	for (size_t i = 0; i < HELPERS; i++)
		if (server_helpers & (uint32_t)helpers[i].helper)
			server_helpers |= helpers[i].needs;
	for (size_t i = 0; i < HELPERS; i++) {
		const struct helper *helper = &helpers[i];

		if (server_helpers & (uint32_t)helper->helper)
			mig_put(out,
			    "#ifndef __%s__defined\n"
			    "#define __%s__defined\n"
			    "%s"
			    "#endif\n\n",
			    helper->name, helper->name, helper->text);
	}
}
