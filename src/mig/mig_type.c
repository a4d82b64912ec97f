/* Names of types: the table, their C names (spec/mig.md 6.3), and translations
 * (6.6). What a type is made of is in mig_type_spec.c. */
#include "mig_type.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mig_names.h"
#include "mig_symbol.h"
#include "mig_type_made.h"

bool
mig_name_is_short(struct mig_diag *diag, const struct mig_word *word)
{
	if (!word->text || strlen(word->text) <= MIG_NAME_MAX)
		return true;
	mig_error(diag, word->place, "name is longer than %d characters",
	    MIG_NAME_MAX);
	return false;
}

/* --- the table ------------------------------------------------------------- */

#define COMMON_TYPES "common types come with `#include <mach/std_types.defs>`"

static bool
ends_in_t(const char *word)
{
	size_t length = strlen(word);

	return length > 2 && strcmp(word + length - 2, "_t") == 0;
}

static void
hint_nearest(struct mig_types *types, const char *word)
{
	const char **names;
	const char *nearest;
	size_t count = 0;

	if (!types->diag->shown || !types->all)
		return;
	if (strcasecmp(word, "c_string") == 0) {
		mig_hint(types->diag, "it needs a size: `c_string[*:80]`");
		return;
	}
	if (types->all->predefined && ends_in_t(word)) {
		mig_hint(types->diag, COMMON_TYPES);
		return;
	}
	names = calloc(types->entries, sizeof(*names));
	if (!names)
		return;
	for (const struct mig_type_entry *e = types->all; e; e = e->before)
		names[count++] = e->name;
	nearest = mig_nearest(word, names, count);
	free(names);
	if (nearest)
		mig_hint(types->diag, "did you mean `%s`?", nearest);
	else if (types->all->predefined)
		mig_hint(types->diag, COMMON_TYPES);
}

const struct mig_made *
mig_types_find(struct mig_types *types, const struct mig_word *word)
{
	const struct mig_type_entry *entry =
	    mig_names_find(types->names, word->text);

	if (entry)
		return entry->made;
	mig_error(types->diag, word->place, "unknown type `%s`", word->text);
	hint_nearest(types, word->text);
	return NULL;
}

static struct mig_type_entry *
add(struct mig_types *types, const char *name, struct mig_place place,
    const struct mig_made *made)
{
	struct mig_type_entry *entry =
	    mig_arena_new_of(types->arena, struct mig_type_entry);

	*entry = (struct mig_type_entry){
	    .name = name,
	    .place = place,
	    .made = made,
	    .before = types->all,
	};
	types->all = entry;
	types->entries++;
	*mig_names_slot(types->names, name) = entry;
	return entry;
}

/* --- clauses --------------------------------------------------------------- */

/* What the clauses of a type say. */
struct clauses {
	struct mig_word ctype;
	struct mig_word user;
	struct mig_word server;
	struct mig_word intran_argument;
	struct mig_word outtran_result;
	struct mig_word translated;
	struct mig_word intran;
	struct mig_word outtran;
	struct mig_word destructor;
};

/* The later of two clauses wins. */
static void
set(struct mig_types *types, struct mig_word *slot, const struct mig_word *word,
    const char *what)
{
	if (slot->text && strcmp(slot->text, word->text) != 0) {
		mig_warning(types->diag, word->place,
		    "%s `%s` takes the place of `%s`", what, word->text,
		    slot->text);
		mig_note(
		    types->diag, slot->place, "`%s` is given here", slot->text);
	}
	*slot = *word;
}

static void
read_clause(struct mig_types *types, const struct mig_transl *clause,
    struct clauses *said)
{
	switch (clause->kind) {
	case MIG_TRANSL_INTRAN:
		set(types, &said->intran, &clause->function, "intran");
		set(types, &said->translated, &clause->result,
		    "translated type");
		set(types, &said->intran_argument, &clause->argument,
		    "server type");
		break;
	case MIG_TRANSL_OUTTRAN:
		set(types, &said->outtran, &clause->function, "outtran");
		set(types, &said->outtran_result, &clause->result,
		    "server type");
		set(types, &said->translated, &clause->argument,
		    "translated type");
		break;
	case MIG_TRANSL_DESTRUCTOR:
		set(types, &said->destructor, &clause->function, "destructor");
		set(types, &said->translated, &clause->argument,
		    "translated type");
		break;
	case MIG_TRANSL_CTYPE:
		set(types, &said->ctype, &clause->result, "ctype");
		break;
	case MIG_TRANSL_CUSERTYPE:
		set(types, &said->user, &clause->result, "cusertype");
		break;
	case MIG_TRANSL_CSERVERTYPE:
		set(types, &said->server, &clause->result, "cservertype");
		break;
	case MIG_TRANSL_INTRANPAYLOAD:
		mig_warning(
		    types->diag, clause->place, "intranpayload has no effect");
		break;
	}
}

/* A function whose type on the message's side is not the server type. */
static void
check_server_type(struct mig_types *types, const struct mig_word *word,
    const char *server, const char *what)
{
	if (word->text && strcmp(word->text, server) != 0)
		mig_warning(types->diag, word->place,
		    "%s `%s` is not the server type, `%s`", what, word->text,
		    server);
}

/* spec/mig.md 6.3: the three C names. */
static void
set_c_names(
    struct mig_types *types, struct mig_type *type, const struct clauses *said)
{
	const char *user = said->user.text;
	const char *server = said->server.text;

	if (!user)
		user = said->ctype.text;
	if (!server)
		server = said->ctype.text;
	if (!server)
		server = said->intran_argument.text;
	if (!server)
		server = said->outtran_result.text;
	type->user_ctype = user ? user : type->name;
	type->server_ctype = server ? server : type->name;
	type->translated_ctype =
	    said->translated.text ? said->translated.text : type->server_ctype;
	check_server_type(types, &said->intran_argument, type->server_ctype,
	    "argument of intran");
	check_server_type(types, &said->outtran_result, type->server_ctype,
	    "result of outtran");
}

static bool
set_translations(
    struct mig_types *types, struct mig_type *type, const struct clauses *said)
{
	const struct mig_word *any = said->intran.text ? &said->intran
	    : said->outtran.text                       ? &said->outtran
	                                               : &said->destructor;

	if (any->text && type->variable) {
		mig_error(types->diag, any->place,
		    "a variable array cannot be translated");
		return false;
	}
	type->intran = said->intran.text;
	type->outtran = said->outtran.text;
	type->destructor = said->destructor.text;
	if ((type->shape == MIG_PORTS || type->shape == MIG_REGIONS) &&
	    (type->intran || type->outtran)) {
		any = type->intran ? &said->intran : &said->outtran;
		mig_warning(types->diag, any->place,
		    "%s has no effect on an array of %s",
		    type->intran ? "intran" : "outtran",
		    type->shape == MIG_PORTS ? "rights" : "regions");
		type->intran = NULL;
		type->outtran = NULL;
		type->translated_ctype = type->server_ctype;
	}
	return true;
}

/* --- making ---------------------------------------------------------------- */

/* The C type of one element, which may have no name. */
static const char *
print_element(
    struct mig_types *types, const struct mig_made *element, enum mig_side side)
{
	const char *part =
	    side == MIG_USER ? element->user_part : element->server_part;

	if (element->parts == 1)
		return part;
	return mig_arena_print(
	    types->arena, "struct { %s e[%u]; }", part, element->parts);
}

static void
set_element_names(struct mig_types *types, struct mig_made *made)
{
	struct mig_type *type = &made->type;

	if (made->element) {
		type->element_user_ctype =
		    print_element(types, made->element, MIG_USER);
		type->element_server_ctype =
		    print_element(types, made->element, MIG_SERVER);
		type->element_is_unnamed =
		    !made->element->type.name || made->element->parts > 1;
	} else {
		type->element_user_ctype = type->user_ctype;
		type->element_server_ctype = type->server_ctype;
	}
	made->user_part = type->user_ctype;
	made->server_part = type->server_ctype;
	made->parts = 1;
}

static bool
names_are_short(struct mig_types *types, const struct mig_named *named)
{
	bool good = mig_name_is_short(types->diag, &named->name);

	for (const struct mig_transl *t = named->transls; t; t = t->next) {
		good &= mig_name_is_short(types->diag, &t->result);
		good &= mig_name_is_short(types->diag, &t->function);
		good &= mig_name_is_short(types->diag, &t->argument);
	}
	return good;
}

/* Only the properties of the message come from what it is made of, not the C
 * names nor the translations: spec/mig.md 6.4. */
static struct mig_made *
make(struct mig_types *types, const struct mig_named *named)
{
	const struct mig_made *of = mig_type_make(types, named->spec);
	struct clauses said = {0};
	struct mig_made *made;

	if (!names_are_short(types, named) || !of)
		return NULL;
	for (const struct mig_transl *t = named->transls; t; t = t->next)
		read_clause(types, t, &said);

	made = mig_arena_new_of(types->arena, struct mig_made);
	*made = *of;
	made->type.name = named->name.text;
	made->type.place = named->name.place;
	set_c_names(types, &made->type, &said);
	if (!set_translations(types, &made->type, &said))
		return NULL;
	set_element_names(types, made);
	return made;
}

void
mig_types_define(struct mig_types *types, const struct mig_named *named)
{
	const struct mig_type_entry *old;
	const struct mig_made *made;

	if (!named->name.text || !named->spec)
		return;
	old = mig_names_find(types->names, named->name.text);
	made = make(types, named);
	if (old && !old->predefined && named->spec->kind != MIG_SPEC_WRONG) {
		mig_warning(types->diag, named->name.place,
		    "overriding previous definition of `%s`", named->name.text);
		mig_note(types->diag, old->place, "previous definition");
	}
	(void)add(types, named->name.text, named->name.place, made);
}

const struct mig_type *
mig_types_of_argument(struct mig_types *types, const struct mig_named *named)
{
	const struct mig_made *made;

	if (named->spec) {
		made = make(types, named);
	} else {
		if (!named->name.text)
			return NULL;
		made = mig_types_find(types, &named->name);
	}
	return made ? &made->type : NULL;
}

/* --- all ------------------------------------------------------------------- */

static void
predefine(struct mig_types *types, const char *name, const char *symbol)
{
	struct mig_spec spec = {
	    .kind = MIG_SPEC_SYMBOL, .word = {.text = symbol}};
	struct mig_named named = {.name = {.text = name}, .spec = &spec};
	const struct mig_made *made = make(types, &named);

	add(types, name, named.name.place, made)->predefined = true;
}

struct mig_types *
mig_types_new(struct mig_arena *arena, struct mig_diag *diag)
{
	struct mig_types *types = mig_arena_new_of(arena, struct mig_types);

	types->arena = arena;
	types->diag = diag;
	types->names = mig_names_new(arena);
	predefine(types, "char", "MACH_MSG_TYPE_CHAR");
	predefine(types, "short", "MACH_MSG_TYPE_INTEGER_16");
	predefine(types, "int", "MACH_MSG_TYPE_INTEGER_32");
	predefine(types, "intptr_t", "MACH_MSG_TYPE_INTEGER_64");
	predefine(types, "uintptr_t", "MACH_MSG_TYPE_INTEGER_64");
	return types;
}

const struct mig_type **
mig_types_all(struct mig_types *types, size_t *count_out)
{
	const struct mig_type **all =
	    mig_arena_alloc(types->arena, types->entries * sizeof(*all));
	size_t count = 0;
	size_t at = 0;

	for (const struct mig_type_entry *e = types->all; e; e = e->before)
		count += e->made && !e->predefined;
	*count_out = count;
	for (const struct mig_type_entry *e = types->all; e; e = e->before)
		if (e->made && !e->predefined)
			all[count - ++at] = &e->made->type;
	return all;
}
