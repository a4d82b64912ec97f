/* A routine: its arguments, the port it is sent to, and what is not data.
 * spec/mig.md 7. */
#include <string.h>

#include "mig_checker.h"
#include "mig_layout.h"
#include "mig_symbol.h"

/* --- directions ------------------------------------------------------------ */

struct direction {
	const char *word;
	enum mig_role role;
	bool on_user;
	bool on_server;
	bool user_token;
	bool server_token;
};

static const struct direction directions[] = {
    [MIG_DIR_NONE] = {"in", MIG_IN, true, true, false, false},
    [MIG_DIR_IN] = {"in", MIG_IN, true, true, false, false},
    [MIG_DIR_OUT] = {"out", MIG_OUT, true, true, false, false},
    [MIG_DIR_INOUT] = {"inout", MIG_INOUT, true, true, false, false},
    [MIG_DIR_REQUESTPORT] = {"requestport", MIG_REQUEST_PORT, true, true, false,
        false},
    [MIG_DIR_REPLYPORT] = {"replyport", MIG_REPLY_PORT, true, true, false,
        false},
    [MIG_DIR_SREPLYPORT] = {"sreplyport", MIG_SREPLY_PORT, false, true, false,
        false},
    [MIG_DIR_UREPLYPORT] = {"ureplyport", MIG_UREPLY_PORT, true, false, false,
        false},
    [MIG_DIR_WAITTIME] = {"waittime", MIG_WAIT_TIME, true, false, false, false},
    [MIG_DIR_SENDTIME] = {"sendtime", MIG_SEND_TIME, true, false, false, false},
    [MIG_DIR_MSGOPTION] = {"msgoption", MIG_MSG_OPTION, true, false, false,
        false},
    [MIG_DIR_MSGSEQNO] = {"msgseqno", MIG_SEQNO, false, true, false, false},
    [MIG_DIR_SECTOKEN] = {"sectoken", MIG_SENDER_TOKEN, true, true, true, true},
    [MIG_DIR_SERVERSECTOKEN] = {"serversectoken", MIG_SENDER_TOKEN, false, true,
        false, true},
    [MIG_DIR_USERSECTOKEN] = {"usersectoken", MIG_SENDER_TOKEN, true, false,
        true, false},
    [MIG_DIR_AUDITTOKEN] = {"audittoken", MIG_AUDIT_TOKEN, true, true, true,
        true},
    [MIG_DIR_SERVERAUDITTOKEN] = {"serveraudittoken", MIG_AUDIT_TOKEN, false,
        true, false, true},
    [MIG_DIR_USERAUDITTOKEN] = {"useraudittoken", MIG_AUDIT_TOKEN, true, false,
        true, false},
    [MIG_DIR_SERVERCONTEXTTOKEN] = {"servercontexttoken", MIG_CONTEXT_TOKEN,
        false, true, false, true},
    [MIG_DIR_SERVERIMPL] = {"serverimpl", MIG_IN, false, true, false, false},
    [MIG_DIR_USERIMPL] = {"userimpl", MIG_IN, true, false, false, false},
};

static bool
has_explicit_request_port(const struct mig_parameter *parameters)
{
	for (const struct mig_parameter *p = parameters; p; p = p->next)
		if (p->direction == MIG_DIR_REQUESTPORT)
			return true;
	return false;
}

/* False after an error: the type is not known. */
static bool
fill_argument(struct mig_checker *c, struct mig_argument *argument,
    const struct mig_parameter *p)
{
	const struct direction *d = &directions[p->direction];

	*argument = (struct mig_argument){
	    .name = p->name.text,
	    .place = p->name.place,
	    .role = d->role,
	    .on_user = d->on_user,
	    .on_server = d->on_server,
	    .user_token = d->user_token,
	    .server_token = d->server_token,
	};
	if (p->direction == MIG_DIR_SERVERIMPL ||
	    p->direction == MIG_DIR_USERIMPL) {
		mig_error(c->diag, p->direction_place, "`%s` is not supported",
		    d->word);
		return false;
	}
	argument->type = mig_types_of_argument(c->types, &p->type);
	return mig_name_is_short(c->diag, &p->name) && argument->type;
}

/* spec/mig.md 7.2: an argument without a direction is the request port when it is
 * the first of its kind, and no other is declared. */
static bool
fill_arguments(struct mig_checker *c, struct mig_routine *routine,
    const struct mig_parameter *parameters)
{
	bool has_port = has_explicit_request_port(parameters);
	size_t count = 0;
	bool good = true;

	for (const struct mig_parameter *p = parameters; p; p = p->next)
		count++;
	routine->arguments =
	    mig_arena_alloc(c->arena, count * sizeof(*routine->arguments));
	routine->arguments_length = count;
	count = 0;
	for (const struct mig_parameter *p = parameters; p; p = p->next) {
		struct mig_argument *argument = &routine->arguments[count++];

		good &= fill_argument(c, argument, p);
		if (p->direction == MIG_DIR_NONE && !has_port) {
			argument->role = MIG_REQUEST_PORT;
			has_port = true;
		}
	}
	return good;
}

/* --- special arguments: at most one of each -------------------------------- */

enum special {
	REQUEST_PORT,
	REPLY_PORT,
	WAIT_TIME,
	SEND_TIME,
	MSG_OPTION,
	SEQNO,
	USER_SENDER,
	SERVER_SENDER,
	USER_AUDIT,
	SERVER_AUDIT,
	CONTEXT,
	SPECIALS,
};

static const char *const special_names[SPECIALS] = {
    [REQUEST_PORT] = "request port",
    [REPLY_PORT] = "reply port",
    [WAIT_TIME] = "waittime",
    [SEND_TIME] = "sendtime",
    [MSG_OPTION] = "msgoption",
    [SEQNO] = "msgseqno",
    [USER_SENDER] = "security token of the reply",
    [SERVER_SENDER] = "security token of the request",
    [USER_AUDIT] = "audit token of the reply",
    [SERVER_AUDIT] = "audit token of the request",
    [CONTEXT] = "context token",
};

/* The kinds of which the argument is one; SPECIALS: none. */
static void
specials_of(const struct mig_argument *argument, enum special kinds[2])
{
	kinds[0] = kinds[1] = SPECIALS;
	switch (argument->role) {
	case MIG_IN:
	case MIG_OUT:
	case MIG_INOUT:
		break;
	case MIG_REQUEST_PORT:
		kinds[0] = REQUEST_PORT;
		break;
	case MIG_REPLY_PORT:
	case MIG_UREPLY_PORT:
	case MIG_SREPLY_PORT:
		kinds[0] = REPLY_PORT;
		break;
	case MIG_WAIT_TIME:
		kinds[0] = WAIT_TIME;
		break;
	case MIG_SEND_TIME:
		kinds[0] = SEND_TIME;
		break;
	case MIG_MSG_OPTION:
		kinds[0] = MSG_OPTION;
		break;
	case MIG_SEQNO:
		kinds[0] = SEQNO;
		break;
	case MIG_SENDER_TOKEN:
		kinds[0] = argument->user_token ? USER_SENDER : SPECIALS;
		kinds[1] = argument->server_token ? SERVER_SENDER : SPECIALS;
		break;
	case MIG_AUDIT_TOKEN:
		kinds[0] = argument->user_token ? USER_AUDIT : SPECIALS;
		kinds[1] = argument->server_token ? SERVER_AUDIT : SPECIALS;
		break;
	case MIG_CONTEXT_TOKEN:
		kinds[0] = CONTEXT;
		break;
	}
}

static void
find_specials(struct mig_checker *c, const struct mig_routine *routine,
    const struct mig_argument *found[SPECIALS])
{
	for (size_t i = 0; i < routine->arguments_length; i++) {
		const struct mig_argument *argument = &routine->arguments[i];
		enum special kinds[2];

		specials_of(argument, kinds);
		for (int k = 0; k < 2; k++) {
			if (kinds[k] == SPECIALS)
				continue;
			if (!found[kinds[k]]) {
				found[kinds[k]] = argument;
				continue;
			}
			mig_error(c->diag, argument->place,
			    "`%s` has a second %s, `%s`", routine->name,
			    special_names[kinds[k]], argument->name);
			mig_note(c->diag, found[kinds[k]]->place,
			    "the first one is `%s`", found[kinds[k]]->name);
		}
	}
}

/* --- types of special arguments -------------------------------------------- */

static void
check_port(struct mig_checker *c, const struct mig_argument *argument,
    struct mig_place place, const char *what)
{
	const struct mig_type *type = argument->type;

	if (type->shape != MIG_PORT)
		mig_error(c->diag, place, "%s `%s` is not a single port", what,
		    argument->name);
	else if (type->received_as == MIG_MOVE_RECEIVE)
		mig_error(c->diag, place,
		    "%s `%s` is a receive right: nothing can be sent to it",
		    what, argument->name);
}

static bool
is_value(const struct mig_type *type)
{
	return type->kind == MIG_DATA && type->shape == MIG_INLINE &&
	    !type->by_reference;
}

static bool
is_integer(const struct mig_type *type)
{
	return is_value(type) && !type->is_struct && type->bytes == 4 &&
	    strcmp(type->symbol, "MACH_MSG_TYPE_REAL_32") != 0;
}

static void
check_integer(struct mig_checker *c, const struct mig_argument *argument,
    struct mig_place place, const char *what)
{
	if (!is_integer(argument->type))
		mig_error(c->diag, place, "%s `%s` is not a 32-bit integer",
		    what, argument->name);
}

static void
check_token(struct mig_checker *c, const struct mig_argument *argument,
    struct mig_place place, const char *what, uint32_t bytes)
{
	if (!is_value(argument->type) || argument->type->bytes != bytes)
		mig_error(c->diag, place,
		    "%s `%s` is not %u bytes of data by value", what,
		    argument->name, bytes);
}

/* An argument that is sent as data. */
static void
check_data(struct mig_checker *c, const struct mig_routine *routine,
    const struct mig_argument *argument, struct mig_place direction)
{
	const struct mig_type *type = argument->type;

	if (routine->one_way && argument->role != MIG_IN)
		mig_error(c->diag, direction,
		    "`%s` is %s, but a simpleroutine has no reply",
		    argument->name,
		    argument->role == MIG_OUT ? "out" : "inout");
	else if (argument->role == MIG_INOUT && type->shape == MIG_VARIABLE)
		mig_error(c->diag, direction,
		    "`%s` is inline and variable, so it cannot be inout",
		    argument->name);
}

static void
check_argument(struct mig_checker *c, const struct mig_routine *routine,
    const struct mig_argument *argument, const struct mig_parameter *p)
{
	struct mig_place type = p->type.name.place;

	switch (argument->role) {
	case MIG_IN:
	case MIG_OUT:
	case MIG_INOUT:
		check_data(c, routine, argument, p->direction_place);
		break;
	case MIG_REQUEST_PORT:
		check_port(c, argument, type, "request port");
		break;
	case MIG_REPLY_PORT:
	case MIG_UREPLY_PORT:
	case MIG_SREPLY_PORT:
		check_port(c, argument, type, "reply port");
		break;
	case MIG_WAIT_TIME:
	case MIG_SEND_TIME:
	case MIG_MSG_OPTION:
	case MIG_SEQNO:
		check_integer(c, argument, type, directions[p->direction].word);
		break;
	case MIG_SENDER_TOKEN:
		check_token(c, argument, type, "security token", 8);
		break;
	case MIG_AUDIT_TOKEN:
		check_token(c, argument, type, "audit token", 32);
		break;
	case MIG_CONTEXT_TOKEN:
		check_token(c, argument, type, "context token", 8);
		break;
	}
	if (routine->one_way && argument->user_token)
		mig_error(c->diag, p->direction_place,
		    "`%s` is of the reply, but a simpleroutine has none",
		    argument->name);
}

/* spec/mig.md 6.6: the implementation sees a type that nothing makes. */
static void
check_translation(struct mig_checker *c, const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;
	bool in = argument->role == MIG_IN || argument->role == MIG_INOUT ||
	    argument->role == MIG_REQUEST_PORT;
	bool out = argument->role == MIG_OUT || argument->role == MIG_INOUT;
	const char *missing = in && !type->intran ? "intran"
	    : out && !type->outtran               ? "outtran"
	                                          : NULL;

	if (missing && strcmp(type->translated_ctype, type->server_ctype) != 0)
		mig_warning(c->diag, argument->place,
		    "`%s` is `%s` to the implementation and `%s` in the "
		    "message, without an %s",
		    argument->name, type->translated_ctype, type->server_ctype,
		    missing);
}

/* --- what the call does ---------------------------------------------------- */

/* A message that times out comes back, and nobody drops what it carries. */
static void
warn_unconsumed(struct mig_checker *c, const struct mig_routine *routine,
    struct mig_place place, bool *warned)
{
	if (routine->consume != MIG_CONSUME_NONE || *warned)
		return;
	*warned = true;
	mig_warning(c->diag, place,
	    "a timeout without ConsumeOnSendError: what `%s` sends leaks when "
	    "it times out",
	    routine->name);
}

/* waittime before sendtime, an argument before a statement. */
static void
set_timeout(struct mig_checker *c, struct mig_routine *routine,
    const struct mig_argument *const found[SPECIALS])
{
	struct mig_settings *now = &c->settings;
	bool is_wait = found[WAIT_TIME] || now->wait.text;
	const struct mig_argument *argument =
	    is_wait ? found[WAIT_TIME] : found[SEND_TIME];
	const struct mig_word *word = is_wait ? &now->wait : &now->send;
	bool warned = false;

	if (is_wait && found[SEND_TIME])
		mig_warning(c->diag, found[SEND_TIME]->place,
		    "%s: sendtime is ignored: there is a waittime, too",
		    found[SEND_TIME]->name);
	if (!argument && !word->text)
		return;
	routine->timeout = is_wait ? MIG_TIMEOUT_WAIT : MIG_TIMEOUT_SEND;
	routine->timeout_text = argument ? argument->name : word->text;
	if (argument)
		warn_unconsumed(c, routine, argument->place, &warned);
	else
		warn_unconsumed(c, routine, word->place,
		    is_wait ? &now->wait_warned : &now->send_warned);
}

static void
set_trailers(struct mig_routine *routine,
    const struct mig_argument *const found[SPECIALS])
{
	routine->user_trailer = found[USER_AUDIT] ? MIG_TRAILER_AUDIT
	    : found[USER_SENDER]                  ? MIG_TRAILER_SENDER
	                                          : MIG_TRAILER_NONE;
	routine->server_trailer = found[CONTEXT] ? MIG_TRAILER_CONTEXT
	    : found[SERVER_AUDIT]                ? MIG_TRAILER_AUDIT
	    : found[SERVER_SENDER]               ? MIG_TRAILER_SENDER
	    : found[SEQNO]                       ? MIG_TRAILER_SEQNO
	                                         : MIG_TRAILER_NONE;
}

static void
set_call(struct mig_checker *c, struct mig_routine *routine,
    const struct mig_argument *const found[SPECIALS])
{
	const struct mig_argument *reply_port = found[REPLY_PORT];

	routine->request_port = found[REQUEST_PORT];
	routine->reply_port = reply_port;
	routine->option_text = c->settings.option;
	routine->option_argument = found[MSG_OPTION];
	routine->consume = c->settings.consume;
	routine->on_stack_limit = c->settings.on_stack_limit;
	routine->special_reply_port = c->settings.special_reply_port &&
	    !routine->one_way &&
	    (!reply_port || reply_port->role == MIG_SREPLY_PORT);
	set_timeout(c, routine, found);
	set_trailers(routine, found);
}

/* --- all ------------------------------------------------------------------- */

static struct mig_routine *
new_routine(struct mig_checker *c, const struct mig_statement *statement)
{
	struct mig_routine *routine =
	    mig_arena_new_of(c->arena, struct mig_routine);
	const char *prefix = c->options->prefix ? c->options->prefix : "";

	routine->name = statement->word.text;
	routine->place = statement->word.place;
	routine->one_way = statement->kind == MIG_ST_SIMPLEROUTINE;
	routine->user_name = mig_arena_print(
	    c->arena, "%s%s%s", prefix, c->settings.user_prefix, routine->name);
	routine->server_name = mig_arena_print(c->arena, "%s%s%s", prefix,
	    c->settings.server_prefix, routine->name);
	return routine;
}

static void
check_arguments(struct mig_checker *c, struct mig_routine *routine,
    const struct mig_parameter *parameters)
{
	const struct mig_parameter *p = parameters;

	for (size_t i = 0; i < routine->arguments_length; i++, p = p->next)
		check_argument(c, routine, &routine->arguments[i], p);
	for (size_t i = 0; i < routine->arguments_length; i++)
		check_translation(c, &routine->arguments[i]);
}

struct mig_routine *
mig_check_routine(struct mig_checker *c, const struct mig_statement *statement)
{
	const struct mig_argument *found[SPECIALS] = {NULL};
	unsigned int errors = c->diag->errors;
	struct mig_routine *routine;
	bool good;

	if (!mig_name_is_short(c->diag, &statement->word))
		return NULL;
	routine = new_routine(c, statement);
	mig_check_routine_names(c, routine);
	good = fill_arguments(c, routine, statement->parameters);
	find_specials(c, routine, found);
	if (!found[REQUEST_PORT]) {
		mig_error(c->diag, routine->place, "`%s` has no request port",
		    routine->name);
		mig_hint(c->diag,
		    "it is the first argument without a "
		    "direction: port : mach_port_t");
	}
	if (!good)
		return NULL;
	check_arguments(c, routine, statement->parameters);
	mig_check_flags(c, routine, statement->parameters);
	mig_check_argument_names(c, routine);
	if (c->diag->errors != errors)
		return NULL;
	set_call(c, routine, found);
	if (!mig_layout(c->arena, c->diag, c->options, routine))
		return NULL;
	return routine;
}
