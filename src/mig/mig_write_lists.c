/* Lists of an interface: -iheader, -dheader, -list, and what -v says. spec/mig.md 2,
 * 15. */
#include "mig_write.h"

#include <stdlib.h>

#include "mig_write_names.h"

void
mig_write_iheader(struct mig_text *out, const struct mig_interface *interface)
{
	mig_put(out, "#ifndef _%s_internal_\n#define _%s_internal_\n\n",
	    interface->name, interface->name);
	for (size_t i = 0; i < interface->slots_length; i++) {
		const struct mig_routine *routine = interface->slots[i];

		if (routine)
			mig_put(out, "#define %s %s_external\n",
			    routine->user_name, routine->user_name);
	}
	mig_put(out, "\n#endif /* _%s_internal_ */\n", interface->name);
}

/* Not toupper(): the result must not depend on the locale. */
static void
put_capitals(struct mig_text *out, const char *name)
{
	for (; *name; name++)
		mig_put(out, "%c",
		    *name >= 'a' && *name <= 'z' ? *name - 'a' + 'A' : *name);
}

static void
put_id(struct mig_text *out, const struct mig_routine *routine,
    const char *suffix, int32_t id)
{
	mig_put(out, "#define MACH_ID_");
	put_capitals(out, routine->name);
	mig_put(out, "%s %d\n", suffix, (int)id);
}

void
mig_write_dheader(struct mig_text *out, const struct mig_interface *interface)
{
	mig_put(out, "#ifndef _%s_defines\n#define _%s_defines\n",
	    interface->name, interface->name);
	for (size_t i = 0; i < interface->slots_length; i++) {
		const struct mig_routine *routine = interface->slots[i];

		if (!routine)
			continue;
		mig_put(out, "\n/* %s %s */\n",
		    routine->one_way ? "SimpleRoutine" : "Routine",
		    routine->name);
		put_id(out, routine, "", routine->id);
		if (!routine->one_way)
			put_id(out, routine, "_REPLY", routine->reply_id);
	}
	mig_put(out, "\n#endif /* _%s_defines */\n", interface->name);
}

void
mig_write_list(struct mig_text *out, const struct mig_interface *interface)
{
	for (size_t i = 0; i < interface->slots_length; i++) {
		const struct mig_routine *routine = interface->slots[i];

		if (routine)
			mig_put(out, "%s %d %s %u %d %d\n", interface->name,
			    (int)interface->base, routine->name,
			    (unsigned)routine->number, (int)routine->id,
			    routine->one_way ? 0 : (int)routine->reply_id);
	}
}

/* --- -v -------------------------------------------------------------------- */

static const char *
shape_name(enum mig_shape shape)
{
	switch (shape) {
	case MIG_INLINE:
		return "inline";
	case MIG_VARIABLE:
		return "variable";
	case MIG_PORT:
		return "right";
	case MIG_PORTS:
		return "rights";
	case MIG_REGION:
		return "out of line";
	case MIG_REGIONS:
		return "out of line, each";
	}
	abort();
}

static void
put_type(struct mig_text *out, const struct mig_type *type)
{
	mig_put(out, "type %s: %s, %s", type->name, shape_name(type->shape),
	    type->symbol);
	if (type->shape == MIG_INLINE)
		mig_put(out, ", %u bytes", (unsigned)type->bytes);
	else if (type->shape != MIG_PORT && type->max == 0)
		mig_put(out, ", any number");
	else if (type->shape != MIG_PORT)
		mig_put(out, ", %s%u", type->variable ? "up to " : "",
		    (unsigned)type->max);
	mig_put(out, "\n");
}

static void
put_message(
    struct mig_text *out, const char *kind, const struct mig_message *message)
{
	mig_put(out, "\t%s %d: ", kind, (int)message->id);
	if (message->min_size != message->size)
		mig_put(out, "%u to ", (unsigned)message->min_size);
	mig_put(out, "%u bytes", (unsigned)message->size);
	if (message->complex)
		mig_put(out, ", %u descriptors",
		    (unsigned)message->descriptor_count);
	mig_put(out, "\n");
}

static void
put_routine(struct mig_text *out, const struct mig_routine *routine)
{
	mig_put(out, "%s %u %s\n",
	    routine->one_way ? "simpleroutine" : "routine",
	    (unsigned)routine->number, routine->name);
	put_message(out, "request", &routine->request);
	if (!routine->one_way)
		put_message(out, "reply", &routine->reply);
}

void
mig_write_listing(struct mig_text *out, const struct mig_interface *interface)
{
	mig_put(out, "subsystem %s: base %d, %zu routines, %zu skipped\n",
	    interface->name, (int)interface->base, interface->routines,
	    interface->slots_length - interface->routines);
	for (size_t i = 0; i < interface->types_length; i++)
		put_type(out, interface->types[i]);
	for (size_t i = 0; i < interface->slots_length; i++)
		if (interface->slots[i])
			put_routine(out, interface->slots[i]);
		else
			mig_put(out, "skip %zu\n", i);
}
