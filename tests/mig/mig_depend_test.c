/* Dependency files: spec/mig.md 2.2. */
#include "mig_depend.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define RULE "mig: dir/a.defs \\\n inc\\ lude/b.defs\n\ninc\\ lude/b.defs:\n"
#define REST ": dir/a.defs \\\n inc\\ lude/b.defs\n\ninc\\ lude/b.defs:\n"

/* The outputs /nowhere/u.c and /nowhere/s c, with their dependencies. */
struct set {
	struct mig_outputs outputs;
	struct mig_depend depend;
	struct mig_text rule;
};

static void
set_init(struct set *set)
{
	*set = (struct set){
	    .outputs.arena = mig_arena_new(),
	    .depend.kind = MIG_DEPEND_ALL,
	};
	mig_put(&set->rule, RULE);
	(void)mig_outputs_add(&set->outputs, "-user", "/nowhere/u.c");
	(void)mig_outputs_add(&set->outputs, "-server", "/nowhere/s c");
}

static void
set_deinit(struct set *set)
{
	mig_outputs_clear(&set->outputs);
	mig_text_deinit(&set->rule);
	mig_arena_free(set->outputs.arena);
}

static const char *
text_of(const struct set *set, const char *name)
{
	for (struct mig_output *o = set->outputs.first; o; o = o->next)
		if (strcmp(o->name, name) == 0)
			return o->text.bytes;
	return NULL;
}

static void
each_output_has_its_own(void **state)
{
	struct set set;

	(void)state;
	set_init(&set);
	mig_depend_add(&set.outputs, &set.depend, &set.rule);
	assert_string_equal(
	    text_of(&set, "/nowhere/u.c.d"), "/nowhere/u.c" REST);
	assert_string_equal(
	    text_of(&set, "/nowhere/s c.d"), "/nowhere/s\\ c" REST);
	assert_null(text_of(&set, "/nowhere/u.c.d.d"));
	set_deinit(&set);
}

static void
or_one_has_them_all(void **state)
{
	struct set set;

	(void)state;
	set_init(&set);
	set.depend.file = "/nowhere/d";
	mig_depend_add(&set.outputs, &set.depend, &set.rule);
	assert_string_equal(text_of(&set, "/nowhere/d"),
	    "/nowhere/u.c \\\n /nowhere/s\\ c" REST);
	assert_null(text_of(&set, "/nowhere/u.c.d"));
	set_deinit(&set);
}

static void
targets_that_are_given_replace_the_outputs(void **state)
{
	struct set set;

	(void)state;
	set_init(&set);
	set.depend.file = "/nowhere/d";
	mig_words_add(set.outputs.arena, &set.depend.targets, "a");
	mig_words_add(set.outputs.arena, &set.depend.targets, "b");
	mig_depend_add(&set.outputs, &set.depend, &set.rule);
	assert_string_equal(text_of(&set, "/nowhere/d"), "a \\\n b" REST);
	set_deinit(&set);
}

static void
nothing_goes_beside_what_is_no_file(void **state)
{
	struct set set;

	(void)state;
	set_init(&set);
	(void)mig_outputs_add(&set.outputs, "-json", "-");
	(void)mig_outputs_add(&set.outputs, "-list", "/dev/full");
	mig_depend_add(&set.outputs, &set.depend, &set.rule);
	assert_null(text_of(&set, "-.d"));
	assert_null(text_of(&set, "/dev/full.d"));
	set_deinit(&set);
}

static void
nothing_is_written_unless_it_is_asked_for(void **state)
{
	struct set set;
	const struct mig_output *last;

	(void)state;
	set_init(&set);
	set.depend.kind = MIG_DEPEND_NONE;
	last = set.outputs.last;
	mig_depend_add(&set.outputs, &set.depend, &set.rule);
	assert_ptr_equal(set.outputs.last, last);
	set_deinit(&set);
}

static void
what_make_would_take_for_something_else_is_quoted(void **state)
{
	struct mig_arena *arena = mig_arena_new();
	struct mig_words words = {0};

	(void)state;
	mig_depend_quote(arena, &words, "a b\\ c#d$e:f\\g");
	assert_string_equal(words.words[0], "a\\ b\\\\\\ c\\#d$$e\\:f\\g");
	mig_arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_output_has_its_own),
	    cmocka_unit_test(or_one_has_them_all),
	    cmocka_unit_test(targets_that_are_given_replace_the_outputs),
	    cmocka_unit_test(nothing_goes_beside_what_is_no_file),
	    cmocka_unit_test(nothing_is_written_unless_it_is_asked_for),
	    cmocka_unit_test(what_make_would_take_for_something_else_is_quoted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
