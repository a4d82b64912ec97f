/* The server file: what it includes, its macros and helpers, the check function
 * and the stub of each routine, the table of them, and the dispatcher.
 * spec/mig.md 12.2, 12.5, 12.6, 15. */
#include "mig_write_server.h"

#include <inttypes.h>
#include <string.h>

#include "mig_fold.h"

/* --- the top --------------------------------------------------------------- */

static void
put_title(struct mig_text *out, const struct mig_interface *interface)
{
	mig_put(out,
	    "/* Subsystem %s, the server's stubs. Written by mig: do not edit. "
	    "*/\n",
	    interface->name);
	/* It is any text in quotes; as a comment it must not end one. */
	if (interface->rcsid && !strstr(interface->rcsid, "*/"))
		mig_put(out, "/* rcsid %s */\n", interface->rcsid);
	mig_put(out, "\n");
}

/* Nothing, unless the program has defined it. */
static void
put_hook(struct mig_text *out, const char *when, const char *kind)
{
	mig_put(out,
	    "#ifndef __%sRcv%s\n"
	    "#define __%sRcv%s(id, name)\n"
	    "#endif\n",
	    when, kind, when, kind);
}

static void
put_hooks(struct mig_text *out, const char *kind)
{
	put_hook(out, "Declare", kind);
	put_hook(out, "Before", kind);
	put_hook(out, "After", kind);
}

static bool
has_kind(const struct mig_interface *interface, bool one_way)
{
	for (size_t i = 0; i < interface->slots_length; i++)
		if (interface->slots[i] &&
		    interface->slots[i]->one_way == one_way)
			return true;
	return false;
}

static void
put_macros(struct mig_text *out, const struct mig_interface *interface)
{
	mig_put(out,
	    "\n/* For the program to choose. */\n"
	    "#ifndef __MigTypeCheck\n"
	    "#ifdef TypeCheck /* what it was called once */\n"
	    "#define __MigTypeCheck TypeCheck\n"
	    "#else\n"
	    "#define __MigTypeCheck 1\n"
	    "#endif\n"
	    "#endif\n"
	    "#ifndef mig_internal\n"
	    "#define mig_internal static inline\n"
	    "#endif\n"
	    "#ifndef mig_external\n"
	    "#define mig_external\n"
	    "#endif\n");
	if (has_kind(interface, false))
		put_hooks(out, "Rpc");
	if (has_kind(interface, true))
		put_hooks(out, "Simple");
	mig_put(out, "\n#define __MIG_check__Request__%s_subsystem__ 1\n",
	    interface->name);
}

/* --- stubs ----------------------------------------------------------------- */

struct helpers_used {
	uint32_t helpers;
	uint32_t server_helpers;
};

static struct helpers_used
put_stubs(struct mig_text *out, const struct mig_interface *interface)
{
	struct mig_arena *arena = mig_arena_new();
	struct helpers_used used = {0, 0};

	for (size_t i = 0; i < interface->slots_length; i++) {
		struct server_stub stub = {
		    .out = out,
		    .arena = arena,
		    .routine = interface->slots[i],
		};

		if (!stub.routine)
			continue;
		mig_write_check(out, stub.routine, MIG_SERVER);
		mig_server_put_stub(&stub);
		used.helpers |= stub.helpers;
		used.server_helpers |= stub.server_helpers;
	}
	mig_arena_free(arena);
	return used;
}

/* --- the table ------------------------------------------------------------- */

/* No constant of C is INT32_MIN. One past the largest id is that. */
static void
put_id(struct mig_text *out, int64_t id)
{
	if (id > INT32_MAX || id == INT32_MIN)
		mig_put(out, "-2147483647 - 1");
	else
		mig_put(out, "%" PRId64, id);
}

static int64_t
end_of(const struct mig_interface *interface)
{
	return interface->base + (int64_t)interface->slots_length;
}

static unsigned int
parameters_of(const struct mig_argument *argument)
{
	unsigned int count = 1;

	if (!argument->on_server)
		return 0;
	if (argument->poly_name && argument->poly_on_server)
		count++;
	if (argument->subs_name)
		count++;
	if (argument->count_name && !argument->count_of)
		count++;
	if (argument->dealloc_name &&
	    (argument->role == MIG_OUT || argument->role == MIG_INOUT))
		count++;
	return count;
}

static void
put_slot(struct mig_text *out, const struct mig_routine *routine)
{
	unsigned int parameters = 0;
	size_t start = out->length;

	if (!routine) {
		mig_put(out, "\t\t{ 0, 0, 0, 0, 0, 0 },\n");
		return;
	}
	for (size_t i = 0; i < routine->arguments_length; i++)
		parameters += parameters_of(&routine->arguments[i]);
	mig_put(out, "\t\t{ 0, _X%s, %u, 0, 0, sizeof(%s) },\n", routine->name,
	    parameters, routine->reply.type_name);
	mig_fold(out, start);
}

static void
put_table(struct mig_text *out, const struct mig_interface *interface)
{
	mig_put(out,
	    "const struct %s%s_subsystem %s%s_subsystem = {\n"
	    "\t.server = %s_routine,\n"
	    "\t.start = ",
	    interface->server_prefix, interface->name, interface->server_prefix,
	    interface->name, interface->demux);
	put_id(out, interface->base);
	mig_put(out, ",\n\t.end = ");
	put_id(out, end_of(interface));
	mig_put(out,
	    ",\n"
	    "\t.maxsize = sizeof(union __ReplyUnion__%s%s_subsystem),\n"
	    "\t.reserved = 0,\n"
	    "\t.routine = {\n",
	    interface->server_prefix, interface->name);
	for (size_t i = 0; i < interface->slots_length; i++)
		put_slot(out, interface->slots[i]);
	if (interface->slots_length == 0)
		put_slot(out, NULL);
	mig_put(out, "\t},\n};\n\n");
}

/* spec/mig.md 12.6 */
static void
put_symbols(struct mig_text *out, const struct mig_interface *interface)
{
	mig_put(out, "mig_symtab_t _%sSymTab[] = {\n", interface->name);
	for (size_t i = 0; i < interface->slots_length; i++) {
		const struct mig_routine *routine = interface->slots[i];
		const char *name = routine ? routine->name : "";
		size_t start = out->length;

		mig_put(out, "\t{ \"%s\", ", name);
		put_id(out, interface->base + (int64_t)i);
		mig_put(out, ", %s%s },\n", routine ? "_X" : "0", name);
		mig_fold(out, start);
	}
	if (interface->slots_length == 0)
		mig_put(out, "\t{ \"\", 0, 0 },\n");
	mig_put(out, "};\nint _%sSymTabBase = ", interface->name);
	put_id(out, interface->base);
	mig_put(out, ";\nint _%sSymTabEnd = ", interface->name);
	put_id(out, end_of(interface));
	mig_put(out, ";\n\n");
}

/* --- the dispatcher -------------------------------------------------------- */

/* Ids wrap around: one below the base is a large number. */
static void
put_finder(struct mig_text *out, const struct mig_interface *interface)
{
	mig_put(out,
	    "mig_external mig_routine_t\n"
	    "%s_routine(mach_msg_header_t *InHeadP)\n"
	    "{\n",
	    interface->demux);
	if (interface->slots_length == 0)
		mig_put(out,
		    "\t(void)InHeadP; /* there are no routines */\n"
		    "\treturn 0;\n");
	else
		mig_put(out,
		    "\tuint32_t number = (uint32_t)InHeadP->msgh_id - %" PRIu32
		    "u;\n"
		    "\n"
		    "\tif (number >= %zu)\n"
		    "\t\treturn 0;\n"
		    "\treturn %s%s_subsystem.routine[number].stub_routine;\n",
		    (uint32_t)interface->base, interface->slots_length,
		    interface->server_prefix, interface->name);
	mig_put(out, "}\n\n");
}

static void
put_demux(struct mig_text *out, const struct mig_interface *interface)
{
	mig_put(out,
	    "mig_external boolean_t\n"
	    "%s(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)\n"
	    "{\n"
	    "\tmig_reply_error_t *OutP = (mig_reply_error_t *)OutHeadP;\n"
	    "\tmig_routine_t routine = %s_routine(InHeadP);\n"
	    "\n"
	    "\tOutP->Head.msgh_bits =\n"
	    "\t    MACH_MSGH_BITS(MACH_MSGH_BITS_REMOTE(InHeadP->msgh_bits), "
	    "0);\n"
	    "\tOutP->Head.msgh_size = sizeof(*OutP);\n"
	    "\tOutP->Head.msgh_remote_port = InHeadP->msgh_remote_port;\n"
	    "\tOutP->Head.msgh_local_port = MACH_PORT_NULL;\n"
	    "\tOutP->Head.msgh_reserved = 0;\n"
	    "\tOutP->Head.msgh_id = "
	    "(mach_msg_id_t)((uint32_t)InHeadP->msgh_id + 100);\n"
	    "\tif (!routine) {\n"
	    "\t\tOutP->NDR = NDR_record;\n"
	    "\t\tOutP->RetCode = MIG_BAD_ID;\n"
	    "\t\treturn FALSE;\n"
	    "\t}\n"
	    "\troutine(InHeadP, OutHeadP);\n"
	    "\treturn TRUE;\n"
	    "}\n",
	    interface->demux, interface->demux);
}

/* --- the file -------------------------------------------------------------- */

void
mig_write_server(struct mig_text *out, const struct mig_interface *interface,
    const struct mig_options *options)
{
	struct mig_text stubs = {0};
	struct helpers_used used = put_stubs(&stubs, interface);

	put_title(out, interface);
	mig_write_includes(out, interface, options, MIG_SERVER);
	put_macros(out, interface);
	mig_write_size_checks(out, interface, MIG_SERVER);
	mig_put(out, "\n");
	mig_write_helpers(out, used.helpers, options->sub_prefix);
	mig_server_put_helpers(out, used.server_helpers);
	if (stubs.length > 0)
		mig_put(out, "%s", stubs.bytes);
	put_table(out, interface);
	if (options->symbol_table)
		put_symbols(out, interface);
	put_finder(out, interface);
	put_demux(out, interface);
	mig_text_deinit(&stubs);
}
