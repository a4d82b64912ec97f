/* The headers of both sides, and what a .c has in place of one: spec/mig.md 5, 7.4,
 * 12.5, 15. Scripts read the prototypes; their form is part of the contract. */
#include "mig_write.h"

#include <stdlib.h>
#include <string.h>

#include "mig_write_names.h"

/* --- prototypes ------------------------------------------------------------ */

/* The parameters of a function, one a line. */
struct parameters {
	struct mig_text *out;
	size_t count;
};

static void put_parameter(struct parameters *to, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
put_parameter(struct parameters *to, const char *format, ...)
{
	va_list args;

	mig_put(to->out, to->count++ == 0 ? "\n\t" : ",\n\t");
	va_start(args, format);
	mig_put_va(to->out, format, args);
	va_end(args);
}

/* What is a parameter by pointer although it is no array. */
static bool
is_by_pointer(const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;

	if (argument->user_token)
		return true; /* also of the server: spec/mig.md 7.2 */
	if (!mig_comes_out(argument))
		return false;
	switch (type->shape) {
	case MIG_INLINE:
		return !type->by_reference;
	case MIG_PORT:
	case MIG_REGION:
		return true;
	case MIG_VARIABLE:
	case MIG_PORTS:
	case MIG_REGIONS:
		return false;
	}
	abort();
}

/* -b: an array whose count is a parameter by value. */
static bool
is_counted(const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;

	return argument->count_name && !mig_comes_out(argument) &&
	    type->variable && type->kind != MIG_STRING &&
	    (type->shape == MIG_VARIABLE || type->shape == MIG_PORTS);
}

static void
put_value(struct parameters *to, const struct mig_argument *argument,
    const struct mig_options *options, enum mig_side side)
{
	const char *constant = argument->is_const ? "const " : "";
	const char *ctype = mig_parameter_ctype(argument->type, side);

	if (options->counted_by && is_counted(argument))
		put_parameter(to, "%s%s __counted_by(%s) %s", constant, ctype,
		    argument->count_name, argument->name);
	else
		put_parameter(to, "%s%s %s%s", constant, ctype,
		    is_by_pointer(argument) ? "*" : "", argument->name);
}

static void
put_argument(struct parameters *to, const struct mig_argument *argument,
    const struct mig_options *options, enum mig_side side)
{
	const char *star = mig_comes_out(argument) ? "*" : "";

	put_value(to, argument, options, side);
	if (mig_has_poly(argument, side))
		put_parameter(
		    to, "mach_msg_type_name_t %s%s", star, argument->poly_name);
	if (argument->subs_name)
		put_parameter(
		    to, "mach_msg_type_number_t *%s", argument->subs_name);
	if (mig_has_count(argument))
		put_parameter(to, "mach_msg_type_number_t %s%s", star,
		    argument->count_name);
	if (mig_has_dealloc(argument, side))
		put_parameter(to, "boolean_t %s%s",
		    side == MIG_SERVER ? "*" : "", argument->dealloc_name);
}

void
mig_write_prototype(struct mig_text *out, const struct mig_routine *routine,
    const struct mig_options *options, enum mig_side side)
{
	struct parameters to = {out, 0};

	mig_put(out, "kern_return_t %s\n(", mig_function_name(routine, side));
	for (size_t i = 0; i < routine->arguments_length; i++)
		if (mig_is_parameter(&routine->arguments[i], side))
			put_argument(
			    &to, &routine->arguments[i], options, side);
	mig_put(out, "%s\n)", to.count == 0 ? "\n\tvoid" : "");
}

/* --- includes -------------------------------------------------------------- */

static bool
is_imported(enum mig_import_kind kind, enum mig_side side, bool in_header)
{
	switch (kind) {
	case MIG_IMPORT:
		return true;
	case MIG_UIMPORT:
		return side == MIG_USER;
	case MIG_SIMPORT:
		return side == MIG_SERVER;
	case MIG_DIMPORT:
		return in_header;
	case MIG_IIMPORT:
		return !in_header;
	}
	abort();
}

/* The imports of a header, or of a .c that has none. */
static void
put_imports(struct mig_text *out, const struct mig_interface *interface,
    enum mig_side side, bool in_header)
{
	bool any = false;

	for (size_t i = 0; i < interface->imports_length; i++) {
		const struct mig_import *import = &interface->imports[i];

		if (!is_imported(import->kind, side, in_header))
			continue;
		mig_put(out, "%s#include %s\n", any ? "" : "\n", import->file);
		any = true;
	}
}

/* The imports of a .c alone, which has a header. */
static void
put_own_imports(struct mig_text *out, const struct mig_interface *interface)
{
	bool any = false;

	for (size_t i = 0; i < interface->imports_length; i++) {
		if (interface->imports[i].kind != MIG_IIMPORT)
			continue;
		mig_put(out, "%s#include %s\n", any ? "" : "\n",
		    interface->imports[i].file);
		any = true;
	}
}

/* With -split only what the declarations themselves need. */
static void
put_includes(
    struct mig_text *out, const struct mig_options *options, enum mig_side side)
{
	if (!options->split)
		mig_put(out,
		    "#include <string.h>\n"
		    "#include <mach/ndr.h>\n"
		    "#include <mach/boolean.h>\n"
		    "#include <mach/kern_return.h>\n"
		    "#include <mach/notify.h>\n"
		    "#include <mach/mach_types.h>\n"
		    "#include <mach/message.h>\n"
		    "#include <mach/mig_errors.h>\n"
		    "#include <mach/port.h>\n");
	else
		mig_put(out,
		    "#include <mach/ndr.h>\n"
		    "#include <mach/boolean.h>\n"
		    "#include <mach/kern_return.h>\n"
		    "#include <mach/mach_types.h>\n"
		    "#include <mach/message.h>\n"
		    "#include <mach/port.h>\n");
	if (side == MIG_SERVER)
		mig_put(out, "#include <mach/mig.h>\n");
}

/* --- declarations ---------------------------------------------------------- */

/* Nothing, unless somebody has defined it: @parameters as in "(count)". */
static void
put_empty_macro(struct mig_text *out, const char *name, const char *parameters)
{
	mig_put(out, "\n#ifndef %s\n#define %s%s\n#endif\n", name, name,
	    parameters);
}

/* A C library need not have <sys/cdefs.h>. */
static void
put_begin_decls_macros(struct mig_text *out)
{
	mig_put(out,
	    "\n#ifndef __BEGIN_DECLS\n"
	    "#ifdef __cplusplus\n"
	    "#define __BEGIN_DECLS extern \"C\" {\n"
	    "#define __END_DECLS }\n"
	    "#else\n"
	    "#define __BEGIN_DECLS\n"
	    "#define __END_DECLS\n"
	    "#endif\n"
	    "#endif\n");
}

static void
put_hook(struct mig_text *out, const char *when, enum mig_side side)
{
	const char *name = side == MIG_USER ? "User" : "Server";

	mig_put(out,
	    "\n#ifdef __%sMig%sHeader\n"
	    "__%sMig%sHeader\n"
	    "#endif\n",
	    when, name, when, name);
}

static void
put_extern(struct mig_text *out)
{
	mig_put(out,
	    "#ifdef mig_external\n"
	    "mig_external\n"
	    "#else\n"
	    "extern\n"
	    "#endif\n");
}

static void
put_routine(struct mig_text *out, const struct mig_routine *routine,
    const struct mig_options *options, enum mig_side side)
{
	mig_put(out, "\n");
	mig_write_owner(out, routine, side);
	mig_put(out, "/* %s %s */\n",
	    routine->one_way ? "SimpleRoutine" : "Routine", routine->name);
	put_extern(out);
	if (side == MIG_SERVER)
		mig_put(out, "MIG_SERVER_ROUTINE\n");
	mig_write_prototype(out, routine, options, side);
	mig_put(out, ";\n");
}

/* spec/mig.md 12.2, 12.5 */
static void
put_dispatcher(struct mig_text *out, const struct mig_interface *interface)
{
	/* ISO C has no empty array. */
	size_t slots = interface->slots_length ? interface->slots_length : 1;

	mig_put(out,
	    "\n/* Serves one request: makes the reply, which its caller "
	    "sends. FALSE: no\n * routine has the request's id. */\n");
	put_extern(out);
	mig_put(out,
	    "boolean_t %s(\n"
	    "\tmach_msg_header_t *InHeadP,\n"
	    "\tmach_msg_header_t *OutHeadP);\n",
	    interface->demux);
	mig_put(out, "\n/* The stub for a request; 0 when there is none. */\n");
	put_extern(out);
	mig_put(out,
	    "mig_routine_t %s_routine(\n"
	    "\tmach_msg_header_t *InHeadP);\n",
	    interface->demux);
	mig_put(out,
	    "\n/* The subsystem as a table: a mig_subsystem_t. */\n"
	    "extern const struct %s%s_subsystem {\n"
	    "\tmig_server_routine_t server;\n"
	    "\tmach_msg_id_t start; /* the first id */\n"
	    "\tmach_msg_id_t end; /* one past the last */\n"
	    "\tmach_msg_size_t maxsize; /* of the largest reply */\n"
	    "\tvm_address_t reserved;\n"
	    "\tstruct routine_descriptor routine[%zu];\n"
	    "} %s%s_subsystem;\n",
	    interface->server_prefix, interface->name, slots,
	    interface->server_prefix, interface->name);
}

static void
put_union(struct mig_text *out, const struct mig_interface *interface,
    enum mig_side side, const char *kind)
{
	const char *prefix = side == MIG_USER ? interface->user_prefix
	                                      : interface->server_prefix;

	mig_put(out,
	    "\n#ifndef __%sUnion__%s%s_subsystem__defined\n"
	    "#define __%sUnion__%s%s_subsystem__defined\n"
	    "union __%sUnion__%s%s_subsystem {\n",
	    kind, prefix, interface->name, kind, prefix, interface->name, kind,
	    prefix, interface->name);
	for (size_t i = 0; i < interface->slots_length; i++) {
		const struct mig_routine *routine = interface->slots[i];

		if (routine)
			mig_put(out, "\t__%s__%s_t %s_%s;\n", kind,
			    routine->name, kind,
			    side == MIG_USER ? routine->user_name
			                     : routine->name);
	}
	if (interface->routines == 0)
		mig_put(out, "\tchar none; /* ISO C has no empty union */\n");
	mig_put(out, "};\n#endif\n");
}

static void
put_name_map(struct mig_text *out, const struct mig_interface *interface)
{
	bool first = true;

	mig_put(out,
	    "\n#ifndef subsystem_to_name_map_%s\n"
	    "#define subsystem_to_name_map_%s",
	    interface->name, interface->name);
	for (size_t i = 0; i < interface->slots_length; i++) {
		const struct mig_routine *routine = interface->slots[i];

		if (!routine)
			continue;
		mig_put(out, "%s \\\n\t{ \"%s\", %d }", first ? "" : ",",
		    routine->name, (int)routine->id);
		first = false;
	}
	mig_put(out, "\n#endif\n");
}

static void
put_slot_count(struct mig_text *out, const struct mig_interface *interface)
{
	mig_put(out,
	    "\n#ifndef %s_MSG_COUNT\n"
	    "#define %s_MSG_COUNT %zu\n"
	    "#endif\n",
	    interface->name, interface->name, interface->slots_length);
}

/* All that a side declares. */
static void
put_declarations(struct mig_text *out, const struct mig_interface *interface,
    const struct mig_options *options, enum mig_side side, bool in_header)
{
	put_includes(out, options, side);
	put_imports(out, interface, side, in_header);
	put_begin_decls_macros(out);
	if (options->counted_by)
		put_empty_macro(out, "__counted_by", "(count)");
	if (side == MIG_SERVER)
		put_empty_macro(out, "MIG_SERVER_ROUTINE", "");
	put_slot_count(out, interface);
	put_hook(out, "Before", side);
	mig_put(out, "\n__BEGIN_DECLS\n");
	for (size_t i = 0; i < interface->slots_length; i++)
		if (interface->slots[i])
			put_routine(out, interface->slots[i], options, side);
	if (side == MIG_SERVER)
		put_dispatcher(out, interface);
	mig_put(out, "\n__END_DECLS\n");
	mig_write_types(out, interface, side);
	put_union(out, interface, side, "Request");
	put_union(out, interface, side, "Reply");
	put_name_map(out, interface);
	put_hook(out, "After", side);
}

void
mig_write_header(struct mig_text *out, const struct mig_interface *interface,
    const struct mig_options *options, enum mig_side side)
{
	const char *name = side == MIG_USER ? "user" : "server";

	mig_put(out,
	    "/* Subsystem %s, the %s's side. Written by mig: do not edit. */\n"
	    "#ifndef _%s_%s_\n"
	    "#define _%s_%s_\n\n",
	    interface->name, name, interface->name, name, interface->name,
	    name);
	put_declarations(out, interface, options, side, true);
	mig_put(out, "\n#endif /* _%s_%s_ */\n", interface->name, name);
}

/* --- what a .c includes ---------------------------------------------------- */

/* The name of the side's header without its directory, as the .c includes it; NULL
 * when there is none. */
static const char *
put_header_name(struct mig_text *name, const struct mig_interface *interface,
    const struct mig_options *options, enum mig_side side)
{
	const char *file =
	    side == MIG_USER ? options->header : options->sheader;
	const char *slash;

	if (!file) {
		if (side == MIG_SERVER || options->only_named)
			return NULL;
		mig_put(name, "%s.h", interface->name);
		return name->bytes;
	}
	if (strcmp(file, "/dev/null") == 0)
		return NULL;
	slash = strrchr(file, '/');
	mig_put(name, "%s", slash ? slash + 1 : file);
	return name->bytes;
}

void
mig_write_includes(struct mig_text *out, const struct mig_interface *interface,
    const struct mig_options *options, enum mig_side side)
{
	struct mig_text name = {0};
	const char *header = put_header_name(&name, interface, options, side);

	if (header)
		mig_put(out, "#include \"%s\"\n", header);
	else /* with all imports: what is declared may need them */
		put_declarations(out, interface, options, side, false);
	mig_put(out,
	    "\n#include <stddef.h>\n"
	    "#include <string.h>\n"
	    "#include <mach/mig.h>\n"
	    "#include <mach/mig_errors.h>\n"
	    "#include <mach/ndr.h>\n"
	    "#include <mach/notify.h>\n");
	if (header)
		put_own_imports(out, interface);
	mig_text_deinit(&name);
}
