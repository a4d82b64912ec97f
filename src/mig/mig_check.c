/* Statements, in order: settings, imports, types, routines; then what can only be
 * said of the file as a whole. spec/mig.md 5 and 8. */
#include "mig_check.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "mig_checker.h"

enum {
	REPLY_ID_STEP = 100, /* from a request's id to its reply's */
};

/* --- subsystem ------------------------------------------------------------- */

static void
check_subsystem(struct mig_checker *c, const struct mig_statement *s)
{
	struct mig_interface *interface = c->interface;

	c->subsystem_wrong |= s->number.wrong;
	if (!s->word.text || !mig_name_is_short(c->diag, &s->word))
		return;
	if (!interface->name) {
		interface->name = s->word.text;
		interface->kernel_user = s->kernel_user;
		interface->kernel_server = s->kernel_server;
		c->subsystem_place = s->word.place;
		if (s->number.value < 0 || s->number.value > INT32_MAX)
			mig_error(c->diag, s->number.place,
			    "base %" PRId64 " is not a message id, which has "
			    "31 bits",
			    s->number.value);
		else
			interface->base = (int32_t)s->number.value;
		return;
	}
	if (strcmp(interface->name, s->word.text) == 0 &&
	    interface->base == s->number.value &&
	    interface->kernel_user == s->kernel_user &&
	    interface->kernel_server == s->kernel_server)
		return;
	if (c->subsystem_wrong)
		return;
	mig_error(
	    c->diag, s->word.place, "a second subsystem, `%s`", s->word.text);
	mig_note(c->diag, c->subsystem_place, "the first one is `%s`",
	    interface->name);
}

/* --- settings -------------------------------------------------------------- */

static void
check_consume(struct mig_checker *c, const struct mig_statement *s)
{
	static const char *const names[] = {
	    [MIG_CONSUME_NONE] = "None",
	    [MIG_CONSUME_TIMEOUT] = "Timeout",
	    [MIG_CONSUME_ANY] = "Any",
	};
	const char *nearest;

	for (unsigned int i = 0; i < 3; i++) {
		if (strcasecmp(s->word.text, names[i]) == 0) {
			c->settings.consume = (enum mig_consume)i;
			return;
		}
	}
	mig_error(c->diag, s->word.place,
	    "ConsumeOnSendError is None, Timeout or Any, not `%s`",
	    s->word.text);
	nearest = mig_nearest(s->word.text, names, 3);
	if (nearest)
		mig_hint(c->diag, "did you mean `%s`?", nearest);
}

static void
check_special_reply_port(struct mig_checker *c, const struct mig_statement *s)
{
	c->settings.special_reply_port = s->number.value != 0;
	if (c->settings.special_reply_port && c->special_place.line == 0)
		c->special_place = s->place;
}

static void
check_limit(struct mig_checker *c, const struct mig_statement *s)
{
	if (s->number.value < 0 || s->number.value > INT32_MAX)
		mig_error(c->diag, s->number.place,
		    "limit %" PRId64 " is not a number of bytes",
		    s->number.value);
	else
		c->settings.on_stack_limit = (uint32_t)s->number.value;
}

static void
check_option(struct mig_checker *c, const struct mig_statement *s)
{
	bool none = strcmp(s->word.text, "MACH_MSG_OPTION_NONE") == 0;

	c->settings.option = none ? NULL : s->word.text;
}

/* --- routines -------------------------------------------------------------- */

static void
add_slot(struct mig_checker *c, struct mig_routine *routine)
{
	c->interface->slots[c->interface->slots_length++] = routine;
}

static void
check_routine(struct mig_checker *c, const struct mig_statement *s)
{
	struct mig_routine *routine = mig_check_routine(c, s);

	if (routine) {
		routine->number = (uint32_t)c->interface->slots_length;
		c->interface->routines++;
		if (!c->first_routine)
			c->first_routine = routine;
	}
	add_slot(c, routine);
}

/* --- imports --------------------------------------------------------------- */

static void
add_import(struct mig_checker *c, enum mig_import_kind kind,
    const struct mig_statement *s)
{
	c->interface->imports[c->interface->imports_length++] =
	    (struct mig_import){kind, s->word.text};
}

/* --- one statement --------------------------------------------------------- */

/* A statement with a word, which is a name or an expression. */
static void
check_word(struct mig_checker *c, const struct mig_statement *s)
{
	if (!mig_name_is_short(c->diag, &s->word))
		return;
	switch ((int)s->kind) {
	case MIG_ST_MSGOPTION:
		check_option(c, s);
		break;
	case MIG_ST_WAITTIME:
		c->settings.wait = s->word;
		c->settings.wait_warned = false;
		break;
	case MIG_ST_SENDTIME:
		c->settings.send = s->word;
		c->settings.send_warned = false;
		break;
	case MIG_ST_CONSUMEONSENDERROR:
		check_consume(c, s);
		break;
	case MIG_ST_SERVERPREFIX:
		c->settings.server_prefix = s->word.text;
		break;
	case MIG_ST_USERPREFIX:
		c->settings.user_prefix = s->word.text;
		break;
	case MIG_ST_SERVERDEMUX:
		c->interface->demux = s->word.text;
		break;
	}
}

static void
check_statement(struct mig_checker *c, const struct mig_statement *s)
{
	switch (s->kind) {
	case MIG_ST_SUBSYSTEM:
		check_subsystem(c, s);
		break;
	case MIG_ST_MSGOPTION:
	case MIG_ST_WAITTIME:
	case MIG_ST_SENDTIME:
	case MIG_ST_CONSUMEONSENDERROR:
	case MIG_ST_SERVERPREFIX:
	case MIG_ST_USERPREFIX:
	case MIG_ST_SERVERDEMUX:
		check_word(c, s);
		break;
	case MIG_ST_USESPECIALREPLYPORT:
		check_special_reply_port(c, s);
		break;
	case MIG_ST_ONSTACKLIMIT:
		check_limit(c, s);
		break;
	case MIG_ST_USERTYPELIMIT: /* of native types only */
	case MIG_ST_ERROR:         /* without effect since ever */
		break;
	case MIG_ST_IMPORT:
		add_import(c, MIG_IMPORT, s);
		break;
	case MIG_ST_UIMPORT:
		add_import(c, MIG_UIMPORT, s);
		break;
	case MIG_ST_SIMPORT:
		add_import(c, MIG_SIMPORT, s);
		break;
	case MIG_ST_IIMPORT:
		add_import(c, MIG_IIMPORT, s);
		break;
	case MIG_ST_DIMPORT:
		add_import(c, MIG_DIMPORT, s);
		break;
	case MIG_ST_RCSID:
		c->interface->rcsid = s->word.text;
		break;
	case MIG_ST_TYPE:
		mig_types_define(c->types, &s->named);
		break;
	case MIG_ST_ROUTINE:
	case MIG_ST_SIMPLEROUTINE:
		check_routine(c, s);
		break;
	case MIG_ST_SKIP:
		add_slot(c, NULL);
		break;
	}
}

/* --- the whole file -------------------------------------------------------- */

static const char *
or_nothing(const char *text)
{
	return text ? text : "";
}

/* The arrays of the interface: no longer than the file has statements for. */
static void
make_room(struct mig_checker *c, const struct mig_tree *tree)
{
	struct mig_interface *interface = c->interface;
	size_t slots = 0;
	size_t imports = 0;

	for (const struct mig_statement *s = tree->statements; s; s = s->next) {
		slots += s->kind == MIG_ST_ROUTINE ||
		    s->kind == MIG_ST_SIMPLEROUTINE || s->kind == MIG_ST_SKIP;
		imports +=
		    s->kind >= MIG_ST_IMPORT && s->kind <= MIG_ST_DIMPORT;
	}
	interface->slots =
	    mig_arena_alloc(c->arena, slots * sizeof(*interface->slots));
	interface->imports =
	    mig_arena_alloc(c->arena, imports * sizeof(*interface->imports));
}

static void
check_has_subsystem(struct mig_checker *c, const struct mig_tree *tree)
{
	const struct mig_place nowhere = {.file = tree->file};

	if (c->interface->name)
		return;
	if (!c->subsystem_wrong &&
	    (!c->options->check_only || c->interface->slots_length > 0)) {
		mig_error(c->diag, nowhere, "no subsystem declaration");
		mig_hint(c->diag, "it looks like: subsystem NAME BASE;");
	}
	c->interface->name = "";
}

static void
check_special_in_kernel(struct mig_checker *c)
{
	const struct mig_interface *interface = c->interface;

	if (c->special_place.line == 0)
		return;
	if (interface->kernel_user || interface->kernel_server)
		mig_error(c->diag, c->special_place,
		    "UseSpecialReplyPort is not possible in a %s subsystem",
		    interface->kernel_user ? "KernelUser" : "KernelServer");
}

/* Ids are known when the base is, which may come last. */
static void
number_routines(struct mig_checker *c)
{
	struct mig_interface *interface = c->interface;
	int64_t last = interface->base + (int64_t)interface->slots_length - 1 +
	    REPLY_ID_STEP;

	if (interface->slots_length > 0 && last > INT32_MAX) {
		mig_error(c->diag, c->subsystem_place,
		    "message ids of `%s` go up to %" PRId64
		    "; they have 31 bits",
		    interface->name, last);
		return;
	}
	for (size_t i = 0; i < interface->slots_length; i++) {
		struct mig_routine *routine = interface->slots[i];

		if (!routine)
			continue;
		routine->id = interface->base + (int32_t)i;
		routine->reply_id = routine->id + REPLY_ID_STEP;
		routine->request.id = routine->id;
		routine->reply.id = routine->reply_id;
		if (routine->request.size > interface->max_request)
			interface->max_request = routine->request.size;
		if (routine->reply.size > interface->max_reply)
			interface->max_reply = routine->reply.size;
	}
	if (interface->slots_length > REPLY_ID_STEP)
		mig_warning(c->diag, c->subsystem_place,
		    "`%s` has %zu numbers: with more than %d, ids of replies "
		    "are also ids of requests",
		    interface->name, interface->slots_length, REPLY_ID_STEP);
}

static void
name_demux(struct mig_checker *c)
{
	struct mig_interface *interface = c->interface;
	const char *prefix = or_nothing(c->options->prefix);
	const char *names[2];

	if (interface->demux)
		interface->demux =
		    mig_arena_print(c->arena, "%s%s", prefix, interface->demux);
	else
		interface->demux = mig_arena_print(
		    c->arena, "%s%s_server", prefix, interface->name);
	names[0] = interface->demux;
	names[1] = mig_arena_print(c->arena, "%s_routine", interface->demux);
	for (int i = 0; i < 2; i++) {
		const struct mig_routine *routine =
		    mig_names_find(c->server_names, names[i]);

		if (routine)
			mig_error(c->diag, routine->place,
			    "`%s` is also the name of the dispatcher's "
			    "function",
			    names[i]);
	}
}

static void
finish(struct mig_checker *c, const struct mig_tree *tree)
{
	struct mig_interface *interface = c->interface;

	check_has_subsystem(c, tree);
	check_special_in_kernel(c);
	number_routines(c);
	name_demux(c);
	interface->user_prefix = c->settings.user_prefix;
	interface->server_prefix = c->settings.server_prefix;
	interface->types = mig_types_all(c->types, &interface->types_length);
}

struct mig_interface *
mig_check(struct mig_arena *arena, struct mig_diag *diag,
    const struct mig_options *options, const struct mig_tree *tree)
{
	struct mig_checker c = {
	    .arena = arena,
	    .diag = diag,
	    .options = options,
	    .interface = mig_arena_new_of(arena, struct mig_interface),
	    .types = mig_types_new(arena, diag),
	    .settings = {.user_prefix = "",
	        .server_prefix = "",
	        .on_stack_limit = options->max_on_stack},
	    .routine_names = mig_names_new(arena),
	    .user_names = mig_names_new(arena),
	    .server_names = mig_names_new(arena),
	    .argument_names = mig_names_new(arena),
	};

	make_room(&c, tree);
	for (const struct mig_statement *s = tree->statements; s; s = s->next)
		check_statement(&c, s);
	finish(&c, tree);
	return diag->errors == 0 ? c.interface : NULL;
}
