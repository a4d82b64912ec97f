/* Flags of arguments: spec/mig.md 7.3. One that cannot apply is dropped, and a
 * warning says why. */
#include "mig_checker.h"
#include "mig_symbol.h"

enum { FLAGS = MIG_FLAG_ISNOTLONG + 1 };

static const char *const flag_names[FLAGS] = {
    [MIG_FLAG_DEALLOC] = "dealloc",
    [MIG_FLAG_NOTDEALLOC] = "notdealloc",
    [MIG_FLAG_COUNTINOUT] = "countinout",
    [MIG_FLAG_SAMECOUNT] = "samecount",
    [MIG_FLAG_PHYSICALCOPY] = "physicalcopy",
    [MIG_FLAG_OVERWRITE] = "overwrite",
    [MIG_FLAG_CONST] = "const",
    [MIG_FLAG_AUTO] = "auto",
    [MIG_FLAG_RETCODE] = "retcode",
    [MIG_FLAG_SERVERCOPY] = "servercopy",
    [MIG_FLAG_ISLONG] = "islong",
    [MIG_FLAG_ISNOTLONG] = "isnotlong",
};

/* The flags of one argument. */
struct flags {
	struct mig_checker *checker;
	struct mig_routine *routine;
	struct mig_argument *argument;
	const struct mig_argument *before; /* the one before it; NULL */
	const struct mig_flag_use *uses[FLAGS];
	const struct mig_flag_use *dealloc_runtime; /* dealloc[] */
};

static void
ignore(const struct flags *f, const struct mig_flag_use *use, const char *why)
{
	mig_warning(f->checker->diag, use->place, "%s: %s%s is ignored: %s",
	    f->argument->name, flag_names[use->flag], use->brackets ? "[]" : "",
	    why);
}

static void
collect(struct flags *f, const struct mig_flag_use *uses)
{
	for (const struct mig_flag_use *use = uses; use; use = use->next) {
		const struct mig_flag_use **slot = &f->uses[use->flag];

		if (use->flag == MIG_FLAG_DEALLOC && use->brackets)
			slot = &f->dealloc_runtime;
		if (*slot)
			ignore(f, use, "it is given twice");
		else
			*slot = use;
	}
}

/* --- what a flag applies to ------------------------------------------------ */

static bool
is_data(const struct mig_argument *argument)
{
	return argument->role == MIG_IN || argument->role == MIG_OUT ||
	    argument->role == MIG_INOUT;
}

static bool
is_out_of_line(const struct mig_type *type)
{
	return type->shape == MIG_REGION || type->shape == MIG_REGIONS;
}

static const char not_out_of_line[] = "it is not out of line";
static const char not_data[] = "it is not in, out or inout";

/* NULL: it applies. */
static const char *
why_no_dealloc_runtime(const struct mig_argument *argument)
{
	if (!is_data(argument))
		return not_data;
	return is_out_of_line(argument->type) ? NULL : not_out_of_line;
}

static const char *
why_no_countinout(const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;

	if (argument->role != MIG_OUT)
		return "it is not out";
	if (type->kind == MIG_STRING)
		return "it is a string, which has no count";
	if (!type->variable)
		return "its count is fixed";
	if (is_out_of_line(type))
		return "it is not inline";
	return NULL;
}

static const char *
why_no_samecount(
    const struct mig_argument *argument, const struct mig_argument *before)
{
	const struct mig_type *type = argument->type;

	if (!is_data(argument))
		return not_data;
	if (type->kind == MIG_STRING)
		return "it is a string, which has no count";
	if (!type->variable)
		return "its count is fixed";
	if (!before || before->role != argument->role)
		return "no argument of its direction is right before it";
	if (!before->type->variable || before->type->kind == MIG_STRING)
		return "the argument before it has no count";
	return NULL;
}

static const char *
why_no_physicalcopy(const struct mig_argument *argument)
{
	if (!is_data(argument))
		return not_data;
	if (!is_out_of_line(argument->type))
		return not_out_of_line;
	return argument->type->kind == MIG_RIGHT ? "it holds rights" : NULL;
}

static const char *
why_no_const(const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;

	if (argument->role != MIG_IN)
		return "it is not in";
	if (type->shape != MIG_VARIABLE && type->kind != MIG_STRING)
		return "it is neither a variable inline array nor a string";
	return NULL;
}

static const char *
why_no_auto(const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;

	if (argument->role != MIG_IN)
		return "it is not in";
	if (type->shape == MIG_REGIONS)
		return "it is an array of regions";
	if (type->shape != MIG_REGION)
		return not_out_of_line;
	if (type->unbounded)
		return "the memory of an unbounded array is always freed";
	return type->kind == MIG_RIGHT ? "it holds rights" : NULL;
}

static const char *
why_no_retcode(
    const struct mig_argument *argument, const struct mig_routine *routine)
{
	const struct mig_type *type = argument->type;

	if (argument->role != MIG_IN)
		return "it is not in";
	if (type->kind != MIG_DATA || type->shape != MIG_INLINE ||
	    type->by_reference || type->bytes != 4)
		return "it is not a 32-bit value";
	for (size_t i = 0; i < routine->arguments_length; i++)
		if (routine->arguments[i].role == MIG_IN &&
		    routine->arguments[i].type->descriptors > 0)
			return NULL;
	return "the routine sends neither rights nor memory";
}

/* --- flags one by one ------------------------------------------------------ */

/* The use of a flag, when it applies. */
static bool
applies(const struct flags *f, enum mig_flag flag, const char *why_not)
{
	if (!f->uses[flag])
		return false;
	if (why_not)
		ignore(f, f->uses[flag], why_not);
	return !why_not;
}

/* dealloc, when neither dealloc[] nor notdealloc is stronger. */
static void
check_plain_dealloc(struct flags *f)
{
	const struct mig_flag_use *use = f->uses[MIG_FLAG_DEALLOC];
	struct mig_argument *argument = f->argument;
	const struct mig_type *type = argument->type;

	if (type->kind != MIG_RIGHT && !is_out_of_line(type)) {
		ignore(f, use, not_out_of_line);
		return;
	}
	if (f->uses[MIG_FLAG_NOTDEALLOC]) {
		ignore(f, use, "notdealloc cancels it");
		return;
	}
	/* Of a region of rights it frees the memory: that is worth something. */
	if (argument->role == MIG_OUT && !is_out_of_line(type) &&
	    type->sent_as == MIG_COPY_SEND)
		mig_warning(f->checker->diag, use->place,
		    "%s: dealloc does not give the server's send right away: "
		    "it is sent as MACH_MSG_TYPE_COPY_SEND",
		    argument->name);
	if (is_data(argument) && is_out_of_line(type))
		argument->dealloc = MIG_DEALLOC_YES;
}

static void
check_dealloc(struct flags *f)
{
	struct mig_argument *argument = f->argument;
	const char *why_not = why_no_dealloc_runtime(argument);

	if (f->dealloc_runtime && why_not)
		ignore(f, f->dealloc_runtime, why_not);
	if (f->dealloc_runtime && !why_not) {
		argument->dealloc = MIG_DEALLOC_RUNTIME;
		if (f->uses[MIG_FLAG_DEALLOC])
			ignore(f, f->uses[MIG_FLAG_DEALLOC],
			    "dealloc[] is stronger");
		if (f->uses[MIG_FLAG_NOTDEALLOC])
			ignore(f, f->uses[MIG_FLAG_NOTDEALLOC],
			    "dealloc[] is stronger");
	} else if (f->uses[MIG_FLAG_DEALLOC]) {
		check_plain_dealloc(f);
	}
	if (f->checker->options->warn_no_dealloc && argument->role == MIG_OUT &&
	    argument->type->shape == MIG_REGION &&
	    argument->dealloc == MIG_DEALLOC_NO)
		mig_warning(f->checker->diag, argument->place,
		    "`%s` goes out without dealloc: the server must free it "
		    "after the reply was sent",
		    argument->name);
}

static void
check_samecount(struct flags *f)
{
	const struct mig_argument *before = f->before;
	struct mig_argument *argument = f->argument;

	if (!applies(
	        f, MIG_FLAG_SAMECOUNT, why_no_samecount(argument, before)) ||
	    !before)
		return;
	argument->count_of = before->count_of ? before->count_of : before;
	/* They share the capacity, too. */
	argument->count_in_out = argument->count_of->count_in_out;
	if (f->uses[MIG_FLAG_COUNTINOUT]) {
		ignore(f, f->uses[MIG_FLAG_COUNTINOUT],
		    "with samecount it has no count of its own");
		f->uses[MIG_FLAG_COUNTINOUT] = NULL;
	}
}

static void
check_overwrite(struct flags *f)
{
	const struct mig_argument *argument = f->argument;
	const char *why_not = "it is obsolete";

	if (argument->role != MIG_OUT)
		why_not = "it is not out";
	else if (argument->type->shape != MIG_REGION ||
	    argument->type->unbounded)
		why_not = not_out_of_line;
	(void)applies(f, MIG_FLAG_OVERWRITE, why_not);
}

static void
check_retcode(struct flags *f)
{
	const struct mig_flag_use *use = f->uses[MIG_FLAG_RETCODE];
	struct mig_routine *routine = f->routine;

	if (!use)
		return;
	if (!routine->one_way) {
		mig_error(f->checker->diag, use->place,
		    "%s: retcode is for a simpleroutine", f->argument->name);
		return;
	}
	if (!applies(f, MIG_FLAG_RETCODE, why_no_retcode(f->argument, routine)))
		return;
	if (routine->retcode) {
		mig_error(f->checker->diag, f->argument->place,
		    "`%s` has a second retcode, `%s`", routine->name,
		    f->argument->name);
		mig_note(f->checker->diag, routine->retcode->place,
		    "the first one is `%s`", routine->retcode->name);
		return;
	}
	f->argument->retcode = true;
	routine->retcode = f->argument;
}

static void
check_flags(struct flags *f)
{
	struct mig_argument *argument = f->argument;

	check_samecount(f);
	check_dealloc(f);
	if (applies(f, MIG_FLAG_COUNTINOUT, why_no_countinout(argument)))
		argument->count_in_out = true;
	if (applies(f, MIG_FLAG_PHYSICALCOPY, why_no_physicalcopy(argument)))
		argument->physical_copy = true;
	check_overwrite(f);
	if (applies(f, MIG_FLAG_CONST, why_no_const(argument)))
		argument->is_const = true;
	if (applies(f, MIG_FLAG_AUTO, why_no_auto(argument)))
		argument->is_auto = true;
	check_retcode(f);
}

void
mig_check_flags(struct mig_checker *checker, struct mig_routine *routine,
    const struct mig_parameter *parameters)
{
	const struct mig_parameter *p = parameters;

	for (size_t i = 0; i < routine->arguments_length; i++, p = p->next) {
		struct flags f = {
		    .checker = checker,
		    .routine = routine,
		    .argument = &routine->arguments[i],
		    .before = i > 0 ? &routine->arguments[i - 1] : NULL,
		};

		collect(&f, p->flags);
		check_flags(&f);
	}
}
