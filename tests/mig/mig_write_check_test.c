/* The text of check functions: spec/mig.md 10.5, 12.3. What they do is tested
 * with stubs; how they look, with the golden files. */
#include "mig_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct mig_type int_type = {
    .name = "int",
    .kind = MIG_DATA,
    .shape = MIG_INLINE,
    .max = 1,
    .element_bytes = 4,
    .bytes = 4,
};

static const struct mig_type chars_type = {
    .name = "chars",
    .kind = MIG_DATA,
    .shape = MIG_VARIABLE,
    .variable = true,
    .max = 5,
    .element_bytes = 1,
    .bytes = 5,
};

static const struct mig_type name_type = {
    .name = "name",
    .kind = MIG_STRING,
    .shape = MIG_INLINE,
    .max = 10,
    .element_bytes = 1,
    .bytes = 10,
};

static const struct mig_type port_type = {
    .name = "mach_port_t",
    .kind = MIG_RIGHT,
    .shape = MIG_PORT,
    .max = 1,
    .descriptors = 1,
    .sent_as = 19,
    .received_as = 17,
};

/* routine r(...; inout a : chars; inout y : int) with 1 variable field. */
struct model {
	struct mig_argument arguments[2];
	struct mig_field fields[3];
	struct mig_descriptor descriptors[1];
	struct mig_routine routine;
};

static void
model_init_variable(struct model *m, uint32_t begin)
{
	m->arguments[0] =
	    (struct mig_argument){.name = "a", .type = &chars_type};
	m->arguments[1] = (struct mig_argument){.name = "y", .type = &int_type};
	m->fields[0] = (struct mig_field){
	    .role = MIG_FIELD_COUNT,
	    .argument = &m->arguments[0],
	    .name = "aCnt",
	    .offset = begin,
	    .bytes = 4,
	};
	m->fields[1] = (struct mig_field){
	    .argument = &m->arguments[0],
	    .name = "a",
	    .pad_name = "aPad",
	    .offset = begin + 4,
	    .bytes = 5,
	    .pad = 3,
	    .variable = true,
	    .element_bytes = 1,
	    .max = 5,
	    .count = &m->fields[0],
	};
	m->fields[2] = (struct mig_field){
	    .argument = &m->arguments[1],
	    .name = "y",
	    .offset = begin + 12,
	    .bytes = 4,
	    .variables_before = 1,
	};
	m->routine = (struct mig_routine){.name = "r"};
}

static void
message_init_variable(struct mig_message *message, struct model *m,
    const char *type_name, uint32_t begin)
{
	*message = (struct mig_message){
	    .type_name = type_name,
	    .id = 1100,
	    .has_ndr = true,
	    .fields = m->fields,
	    .fields_length = LENGTH(m->fields),
	    .variables = 1,
	    .has_moved = true,
	    .size = begin + 16,
	    .min_size = begin + 8,
	};
}

static void
expect(const struct mig_routine *routine, enum mig_side side, const char *text)
{
	struct mig_text out = {0};

	mig_write_check(&out, routine, side);
	assert_string_equal(out.bytes, text);
	mig_text_deinit(&out);
}

static void
the_sizes_of_a_request_add_up(void **state)
{
	struct model m;

	(void)state;
	model_init_variable(&m, 32);
	message_init_variable(&m.routine.request, &m, "__Request__r_t", 32);
	expect(&m.routine, MIG_SERVER,
	    "#ifndef __MIG_check__Request__r_t__defined\n"
	    "#define __MIG_check__Request__r_t__defined\n"
	    "/* Where in a request the fields behind a variable one begin. */\n"
	    "struct __RequestAt__r {\n"
	    "\tmach_msg_size_t y;\n"
	    "};\n"
	    "\n"
	    "/* Is this a request of r()? The trailer is not looked at. */\n"
	    "mig_internal kern_return_t\n"
	    "__MIG_check__Request__r_t(const __Request__r_t *message,\n"
	    "    struct __RequestAt__r *at)\n"
	    "{\n"
	    "\tmach_msg_type_number_t count;\n"
	    "\tmach_msg_size_t left;\n"
	    "\n"
	    "\tif ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||\n"
	    "\t    message->Head.msgh_size < 40 ||\n"
	    "\t    message->Head.msgh_size > sizeof(__Request__r_t))\n"
	    "\t\treturn MIG_BAD_ARGUMENTS;\n"
	    "\n"
	    "\t/* What is beyond the shortest message belongs to variable "
	    "fields. */\n"
	    "\tleft = message->Head.msgh_size - 40;\n"
	    "\n"
	    "\tcount = message->aCnt;\n"
	    "\tif (count > 5 || ((count + 3) & ~3u) != left)\n"
	    "\t\treturn MIG_BAD_ARGUMENTS;\n"
	    "\tat->y = (mach_msg_size_t)offsetof(__Request__r_t, a) + left;\n"
	    "\n"
	    "\treturn KERN_SUCCESS;\n"
	    "}\n"
	    "#endif\n"
	    "\n");
}

static void
the_error_of_a_reply_is_returned(void **state)
{
	struct model m;

	(void)state;
	model_init_variable(&m, 36);
	message_init_variable(&m.routine.reply, &m, "__Reply__r_t", 36);
	m.routine.reply.has_retcode = true;
	expect(&m.routine, MIG_USER,
	    "#ifndef __MIG_check__Reply__r_t__defined\n"
	    "#define __MIG_check__Reply__r_t__defined\n"
	    "/* Where in a reply the fields behind a variable one begin. */\n"
	    "struct __ReplyAt__r {\n"
	    "\tmach_msg_size_t y;\n"
	    "};\n"
	    "\n"
	    "/* Is this a reply of r()? The trailer is not looked at. */\n"
	    "mig_internal kern_return_t\n"
	    "__MIG_check__Reply__r_t(const __Reply__r_t *message,\n"
	    "    struct __ReplyAt__r *at)\n"
	    "{\n"
	    "\tmach_msg_type_number_t count;\n"
	    "\tmach_msg_size_t left;\n"
	    "\n"
	    "\tif (message->Head.msgh_id != 1100)\n"
	    "\t\treturn message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE\n"
	    "\t\t    ? MIG_SERVER_DIED\n"
	    "\t\t    : MIG_REPLY_MISMATCH;\n"
	    "\n"
	    "\tif (message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)\n"
	    "\t\treturn MIG_TYPE_ERROR;\n"
	    "\tif (message->Head.msgh_size < 44 ||\n"
	    "\t    message->Head.msgh_size > sizeof(__Reply__r_t)) {\n"
	    "\t\t/* Only an error is shorter. */\n"
	    "\t\tif (message->Head.msgh_size != sizeof(mig_reply_error_t) ||\n"
	    "\t\t    message->RetCode == KERN_SUCCESS)\n"
	    "\t\t\treturn MIG_TYPE_ERROR;\n"
	    "\t}\n"
	    "\tif (message->Head.msgh_remote_port != MACH_PORT_NULL)\n"
	    "\t\treturn MIG_TYPE_ERROR;\n"
	    "\tif (message->RetCode != KERN_SUCCESS)\n"
	    "\t\treturn message->RetCode;\n"
	    "\n"
	    "\t/* What is beyond the shortest message belongs to variable "
	    "fields. */\n"
	    "\tleft = message->Head.msgh_size - 44;\n"
	    "\n"
	    "\tcount = message->aCnt;\n"
	    "\tif (count > 5 || ((count + 3) & ~3u) != left)\n"
	    "\t\treturn MIG_TYPE_ERROR;\n"
	    "\tat->y = (mach_msg_size_t)offsetof(__Reply__r_t, a) + left;\n"
	    "\n"
	    "\treturn KERN_SUCCESS;\n"
	    "}\n"
	    "#endif\n"
	    "\n");
}

static void
rights_and_strings_of_a_request_are_checked(void **state)
{
	struct model m = {
	    .arguments =
	        {
	            {.name = "p", .type = &port_type},
	            {.name = "s", .type = &name_type},
	        },
	    .fields = {{
	        .argument = &m.arguments[1],
	        .name = "s",
	        .pad_name = "sPad",
	        .offset = 48,
	        .bytes = 10,
	        .pad = 2,
	    }},
	    .descriptors = {{
	        .argument = &m.arguments[0],
	        .kind = MIG_DESCRIPTOR_PORT,
	        .name = "p",
	        .count = 1,
	        .offset = 28,
	        .sent_as = 19,
	        .received_as = 17,
	    }},
	    .routine = {.name = "r",
	        .request =
	            {
	                .type_name = "__Request__r_t",
	                .complex = true,
	                .descriptor_count = 1,
	                .descriptors = m.descriptors,
	                .descriptors_length = 1,
	                .has_ndr = true,
	                .fields = m.fields,
	                .fields_length = 1,
	                .size = 60,
	                .min_size = 60,
	            }},
	};

	(void)state;
	expect(&m.routine, MIG_SERVER,
	    "#ifndef __MIG_check__Request__r_t__defined\n"
	    "#define __MIG_check__Request__r_t__defined\n"
	    "/* Is this a request of r()? The trailer is not looked at. */\n"
	    "mig_internal kern_return_t\n"
	    "__MIG_check__Request__r_t(const __Request__r_t *message)\n"
	    "{\n"
	    "\tif (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||\n"
	    "\t    message->Head.msgh_size != sizeof(__Request__r_t) ||\n"
	    "\t    message->msgh_body.msgh_descriptor_count != 1)\n"
	    "\t\treturn MIG_BAD_ARGUMENTS;\n"
	    "\n"
	    "#if __MigTypeCheck\n"
	    "\tif (message->p.type != MACH_MSG_PORT_DESCRIPTOR ||\n"
	    "\t    message->p.disposition != MACH_MSG_TYPE_PORT_SEND)\n"
	    "\t\treturn MIG_TYPE_ERROR;\n"
	    "#endif\n"
	    "\n"
	    "\tif (!memchr(message->s, '\\0', 10))\n"
	    "\t\treturn MIG_BAD_ARGUMENTS;\n"
	    "\n"
	    "\treturn KERN_SUCCESS;\n"
	    "}\n"
	    "#endif\n"
	    "\n");
}

static void
a_one_way_routine_has_no_reply_to_check(void **state)
{
	struct mig_routine routine = {.name = "r", .one_way = true};
	struct mig_text out = {0};

	(void)state;
	mig_write_check(&out, &routine, MIG_USER);
	assert_int_equal(out.length, 0);
	mig_text_deinit(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_sizes_of_a_request_add_up),
	    cmocka_unit_test(the_error_of_a_reply_is_returned),
	    cmocka_unit_test(rights_and_strings_of_a_request_are_checked),
	    cmocka_unit_test(a_one_way_routine_has_no_reply_to_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
