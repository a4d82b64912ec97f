/* Names: those that nobody can have, those of implicit arguments, and clashes.
 * spec/mig.md 7.4 and 7.5. */
#include "mig_check.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "mig_checker.h"
#include "mig_layout.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Sorted, for bsearch(). Members of messages, locals of stubs, and the functions and
 * types that stubs use. */
static const char *const reserved[] = {
    "FALSE",
    "Head",
    "InHeadP",
    "InP",
    "Mess",
    "NDR",
    "NDR_record",
    "NULL",
    "OutHeadP",
    "OutP",
    "Reply",
    "ReplyAt",
    "Request",
    "RequestAt",
    "RetCode",
    "TRUE",
    "TrailerP",
    "boolean_t",
    "kern_return_t",
    "mach_msg",
    "mach_msg_audit_trailer_t",
    "mach_msg_destroy",
    "mach_msg_max_trailer_t",
    "mach_msg_option_t",
    "mach_msg_return_t",
    "mach_msg_security_trailer_t",
    "mach_msg_size_t",
    "mach_msg_timeout_t",
    "mach_msg_trailer_t",
    "mach_msg_type_name_t",
    "mach_msg_type_number_t",
    "mach_port_deallocate",
    "mach_port_t",
    "mach_task_self",
    "memcpy",
    "memset",
    "msg_result",
    "msgh_body",
    "msgh_size",
    "offsetof",
    "strnlen",
    "uintptr_t",
};

/* Sorted. C11, and what gcc adds to it when it is not told not to. */
static const char *const keywords[] = {
    "_Alignas",
    "_Alignof",
    "_Atomic",
    "_Bool",
    "_Complex",
    "_Generic",
    "_Imaginary",
    "_Noreturn",
    "_Static_assert",
    "_Thread_local",
    "asm",
    "auto",
    "break",
    "case",
    "char",
    "const",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "extern",
    "float",
    "for",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "register",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "struct",
    "switch",
    "typedef",
    "typeof",
    "union",
    "unsigned",
    "void",
    "volatile",
    "while",
};

/* Sorted. Those of C++ that are none of C11; C23 has some of them, too. */
static const char *const cxx_keywords[] = {
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "bitand",
    "bitor",
    "bool",
    "catch",
    "char16_t",
    "char32_t",
    "char8_t",
    "class",
    "co_await",
    "co_return",
    "co_yield",
    "compl",
    "concept",
    "const_cast",
    "consteval",
    "constexpr",
    "constinit",
    "decltype",
    "delete",
    "dynamic_cast",
    "explicit",
    "export",
    "false",
    "friend",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "not",
    "not_eq",
    "nullptr",
    "operator",
    "or",
    "or_eq",
    "private",
    "protected",
    "public",
    "reinterpret_cast",
    "requires",
    "static_assert",
    "static_cast",
    "template",
    "this",
    "thread_local",
    "throw",
    "true",
    "try",
    "typeid",
    "typename",
    "using",
    "virtual",
    "wchar_t",
    "xor",
    "xor_eq",
};

static int
compare(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

static bool
is_among(const char *name, const char *const *table, size_t count)
{
	return bsearch(name, table, count, sizeof(*table), compare);
}

bool
mig_name_is_reserved(const char *name)
{
	return strncmp(name, "mig_", 4) == 0 ||
	    is_among(name, reserved, COUNT_OF(reserved));
}

static bool
is_keyword(const char *name)
{
	return is_among(name, keywords, COUNT_OF(keywords));
}

/* C does with such a name, but not the program in C++ that includes the header. */
static void
warn_of_cxx(
    struct mig_checker *c, const char *name, const struct mig_place *place)
{
	if (!is_among(name, cxx_keywords, COUNT_OF(cxx_keywords)))
		return;
	mig_warning(c->diag, *place,
	    "`%s` is a keyword of C++, which cannot include the headers then",
	    name);
}

/* --- implicit arguments ---------------------------------------------------- */

static const char *
print_implicit(struct mig_checker *c, const struct mig_argument *argument,
    const char *suffix)
{
	return mig_arena_print(c->arena, "%s%s", argument->name, suffix);
}

static bool
goes_in(const struct mig_argument *argument)
{
	return argument->role == MIG_IN || argument->role == MIG_INOUT;
}

static bool
goes_out(const struct mig_argument *argument)
{
	return argument->role == MIG_OUT || argument->role == MIG_INOUT;
}

static bool
is_port_of_header(const struct mig_argument *argument)
{
	return argument->role == MIG_REQUEST_PORT ||
	    argument->role == MIG_REPLY_PORT ||
	    argument->role == MIG_UREPLY_PORT ||
	    argument->role == MIG_SREPLY_PORT;
}

/* Who sends says as what, who receives learns as what: spec/mig.md 7.4. */
static void
name_poly(struct mig_checker *c, struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;
	bool to_server = goes_in(argument) || is_port_of_header(argument);
	bool sent = type->sent_as == 0;
	bool received = type->received_as == 0;

	if (type->kind != MIG_RIGHT)
		return;
	argument->poly_on_user = argument->on_user &&
	    ((to_server && sent) || (goes_out(argument) && received));
	argument->poly_on_server = argument->on_server &&
	    ((to_server && received) || (goes_out(argument) && sent));
	if (argument->poly_on_user || argument->poly_on_server)
		argument->poly_name = print_implicit(c, argument, "Poly");
}

static void
name_counts(struct mig_checker *c, struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;
	bool subs = type->shape == MIG_REGIONS && type->region_variable;

	if (!goes_in(argument) && !goes_out(argument))
		return;
	if (subs)
		argument->subs_name = print_implicit(c, argument, "Subs");
	if (!type->variable || type->kind == MIG_STRING)
		return;
	if (argument->count_of)
		argument->count_name = argument->count_of->count_name;
	else
		argument->count_name =
		    print_implicit(c, argument, subs ? "SubsCnt" : "Cnt");
}

/* --- clashes in a routine -------------------------------------------------- */

static void
claim(struct mig_checker *c, const struct mig_routine *routine,
    const struct mig_argument *argument)
{
	const void **slot = mig_names_slot(c->argument_names, argument->name);
	const struct mig_argument *other = *slot;

	if (is_keyword(argument->name))
		mig_error(c->diag, argument->place, "`%s` is a keyword of C",
		    argument->name);
	else if (mig_name_is_reserved(argument->name))
		mig_error(c->diag, argument->place,
		    "`%s` is a name that the generated code keeps to itself",
		    argument->name);
	else
		warn_of_cxx(c, argument->name, &argument->place);
	if (!other) {
		*slot = argument;
		return;
	}
	mig_error(c->diag, argument->place, "`%s` has two arguments `%s`",
	    routine->name, argument->name);
	mig_note(c->diag, other->place, "the first one");
}

/* Claims what goes with an argument: a parameter or a member @name. */
static void
claim_implicit(struct mig_checker *c, const struct mig_argument *argument,
    const char *name, const char *what)
{
	const void **slot = mig_names_slot(c->argument_names, name);
	const struct mig_argument *other = *slot;

	if (!other) {
		*slot = argument;
		return;
	}
	mig_error(c->diag, other->place, "`%s` has the name of the %s of `%s`",
	    name, what, argument->name);
	mig_note(
	    c->diag, argument->place, "`%s` is declared here", argument->name);
}

static void
claim_members(struct mig_checker *c, const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;

	if (type->shape != MIG_INLINE && type->shape != MIG_VARIABLE)
		return;
	if (mig_pad(type->bytes) > 0)
		claim_implicit(
		    c, argument, print_implicit(c, argument, "Pad"), "padding");
	if (type->shape != MIG_VARIABLE || type->kind != MIG_STRING)
		return;
	claim_implicit(
	    c, argument, print_implicit(c, argument, "Offset"), "offset");
	claim_implicit(
	    c, argument, print_implicit(c, argument, "Cnt"), "length");
}

static void
claim_all_implicit(struct mig_checker *c, const struct mig_argument *argument)
{
	if (argument->subs_name)
		claim_implicit(
		    c, argument, argument->subs_name, "counts of the regions");
	if (argument->count_name && !argument->count_of)
		claim_implicit(c, argument, argument->count_name, "count");
	if (argument->poly_name)
		claim_implicit(c, argument, argument->poly_name, "disposition");
	if (argument->dealloc_name)
		claim_implicit(
		    c, argument, argument->dealloc_name, "dealloc flag");
	if ((goes_in(argument) || goes_out(argument)) && !argument->retcode)
		claim_members(c, argument);
}

/* A parameter that hides the C type of another does not compile. One that hides
 * its own does. Said once of each. */
static void
check_hidden(struct mig_checker *c, const struct mig_argument *argument,
    const char *ctype)
{
	const struct mig_argument *other =
	    mig_names_find(c->argument_names, ctype);

	if (!other || other == argument || strcmp(other->name, ctype) != 0 ||
	    is_keyword(ctype))
		return;
	mig_error(c->diag, other->place, "`%s` is the C type of `%s`, too",
	    ctype, argument->name);
	*mig_names_slot(c->argument_names, ctype) = argument;
}

static void
check_all_hidden(struct mig_checker *c, const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;

	check_hidden(c, argument, type->user_ctype);
	if (strcmp(type->server_ctype, type->user_ctype) != 0)
		check_hidden(c, argument, type->server_ctype);
	if (strcmp(type->translated_ctype, type->server_ctype) != 0)
		check_hidden(c, argument, type->translated_ctype);
	if (type->element_user_ctype != type->user_ctype)
		check_hidden(c, argument, type->element_user_ctype);
}

void
mig_check_argument_names(struct mig_checker *c, struct mig_routine *routine)
{
	mig_names_clear(c->argument_names);
	for (size_t i = 0; i < routine->arguments_length; i++) {
		struct mig_argument *argument = &routine->arguments[i];

		claim(c, routine, argument);
		name_poly(c, argument);
		name_counts(c, argument);
		if (argument->dealloc == MIG_DEALLOC_RUNTIME)
			argument->dealloc_name =
			    print_implicit(c, argument, "Dealloc");
	}
	for (size_t i = 0; i < routine->arguments_length; i++)
		claim_all_implicit(c, &routine->arguments[i]);
	for (size_t i = 0; i < routine->arguments_length; i++)
		check_all_hidden(c, &routine->arguments[i]);
}

/* --- clashes of routines --------------------------------------------------- */

/* False: another one has the name; nothing was said. */
static bool
claim_function(struct mig_names *names, const char *name,
    const struct mig_routine *routine, const struct mig_routine **other_out)
{
	const void **slot = mig_names_slot(names, name);

	if (*slot) {
		*other_out = *slot;
		return false;
	}
	*slot = routine;
	return true;
}

static void
check_function(struct mig_checker *c, struct mig_names *names, const char *name,
    const struct mig_routine *routine)
{
	const struct mig_routine *other;

	if (claim_function(names, name, routine, &other))
		return;
	mig_error(c->diag, routine->place,
	    "two routines are called `%s` with their prefixes", name);
	mig_note(c->diag, other->place, "the first one");
}

void
mig_check_routine_names(
    struct mig_checker *c, const struct mig_routine *routine)
{
	const struct mig_routine *other;

	if (is_keyword(routine->user_name) || is_keyword(routine->server_name))
		mig_error(c->diag, routine->place, "`%s` is a keyword of C",
		    routine->name);
	warn_of_cxx(c, routine->user_name, &routine->place);
	if (strcmp(routine->server_name, routine->user_name) != 0)
		warn_of_cxx(c, routine->server_name, &routine->place);
	if (!claim_function(c->routine_names, routine->name, routine, &other)) {
		mig_error(c->diag, routine->place, "two routines `%s`",
		    routine->name);
		mig_note(c->diag, other->place, "the first one");
		return;
	}
	check_function(c, c->user_names, routine->user_name, routine);
	check_function(c, c->server_names, routine->server_name, routine);
}
