/* The preprocessor's rule, with other targets. What it depends on stays as it is:
 * quoted, and folded. */
#include "mig_depend.h"

#include <string.h>
#include <sys/stat.h>

/* As gcc does it: make(1) counts the backslashes before a blank. */
void
mig_depend_quote(
    struct mig_arena *arena, struct mig_words *targets, const char *word)
{
	struct mig_text quoted = {0};
	size_t backslashes = 0;

	mig_put(&quoted, "%s", "");
	for (; *word; word++) {
		if (*word == ' ' || *word == '\t')
			while (backslashes-- > 0)
				mig_put(&quoted, "\\");
		if (strchr(" \t#:", *word))
			mig_put(&quoted, "\\");
		if (*word == '$')
			mig_put(&quoted, "$");
		mig_put(&quoted, "%c", *word);
		backslashes = *word == '\\' ? backslashes + 1 : 0;
	}
	mig_words_add(arena, targets, quoted.bytes);
	mig_text_deinit(&quoted);
}

/* A file that can be made, and made again: no dependency file goes beside
 * /dev/stdout. */
static bool
is_target(const struct mig_output *output)
{
	struct stat status;

	if (strcmp(output->name, "-") == 0)
		return false;
	return stat(output->name, &status) < 0 || S_ISREG(status.st_mode);
}

static void
put_rule(struct mig_text *text, const struct mig_words *targets,
    const struct mig_text *rule)
{
	const size_t length = strlen(MIG_DEPEND_TARGET ":");
	const char *separator = "";

	for (size_t i = 0; i < targets->length; i++) {
		mig_put(text, "%s%s", separator, targets->words[i]);
		separator = " \\\n ";
	}
	/* A compiler that knows no -MT ... is none that we know. */
	if (rule->length >= length &&
	    memcmp(rule->bytes, MIG_DEPEND_TARGET ":", length) == 0)
		mig_put_bytes(
		    text, rule->bytes + length - 1, rule->length - length + 1);
	else
		mig_put(text, ":\n");
}

static void
add_one(struct mig_outputs *outputs, const struct mig_depend *depend,
    const struct mig_text *rule)
{
	struct mig_words targets = depend->targets;

	for (struct mig_output *o = outputs->first;
	     o && depend->targets.length == 0; o = o->next)
		if (is_target(o))
			mig_depend_quote(outputs->arena, &targets, o->name);
	if (targets.length > 0)
		put_rule(mig_outputs_add(outputs, "-MF", depend->file),
		    &targets, rule);
}

static void
add_each(struct mig_outputs *outputs, const struct mig_depend *depend,
    const struct mig_text *rule)
{
	struct mig_arena *arena = outputs->arena;
	const struct mig_output *last = outputs->last;

	for (struct mig_output *o = outputs->first; o; o = o->next) {
		struct mig_words targets = depend->targets;

		if (is_target(o)) {
			if (targets.length == 0)
				mig_depend_quote(arena, &targets, o->name);
			put_rule(mig_outputs_add(outputs, "-MD",
			             mig_arena_print(arena, "%s.d", o->name)),
			    &targets, rule);
		}
		if (o == last)
			break; /* those that follow are dependency files */
	}
}

void
mig_depend_add(struct mig_outputs *outputs, const struct mig_depend *depend,
    const struct mig_text *rule)
{
	if (depend->kind == MIG_DEPEND_NONE)
		return;
	if (depend->file)
		add_one(outputs, depend, rule);
	else
		add_each(outputs, depend, rule);
}

void
mig_depend_replace(struct mig_outputs *outputs, const struct mig_depend *depend,
    const struct mig_text *rule)
{
	const struct mig_output *last = outputs->last;

	mig_depend_add(outputs, depend, rule);
	while (last && outputs->first != last->next) {
		mig_text_deinit(&outputs->first->text);
		outputs->first = outputs->first->next;
	}
}
