/* Parse, check, and have each output written: which there are, and what they are
 * called. */
#include "mig_compile.h"

#include <string.h>

#include "mig_check.h"
#include "mig_parse.h"
#include "mig_write.h"

#define NOT_WRITTEN "/dev/null"

/* One set of outputs in the making. */
struct making {
	const struct mig_interface *interface;
	struct mig_options options; /* with the names that were left open */
	struct mig_outputs *outputs;
};

static bool
is_written(const char *name)
{
	return name && strcmp(name, NOT_WRITTEN) != 0;
}

static const char *
default_name(const struct making *making, const char *ending)
{
	if (making->options.only_named)
		return NOT_WRITTEN;
	return mig_arena_print(
	    making->outputs->arena, "%s%s", making->interface->name, ending);
}

static void
name_outputs(struct making *making)
{
	struct mig_options *options = &making->options;

	if (!options->user)
		options->user = default_name(making, "User.c");
	if (!options->server)
		options->server = default_name(making, "Server.c");
	if (!options->header)
		options->header = default_name(making, ".h");
}

/* What the writers are told: nothing includes what goes to standard output. */
static struct mig_options
includable(const struct making *making)
{
	struct mig_options options = making->options;

	if (strcmp(options.header, "-") == 0)
		options.header = NOT_WRITTEN;
	if (options.sheader && strcmp(options.sheader, "-") == 0)
		options.sheader = NOT_WRITTEN;
	return options;
}

static void
make_user_files(const struct making *making, const struct mig_options *options)
{
	const struct mig_interface *interface = making->interface;

	for (size_t i = 0; i < interface->slots_length; i++) {
		const struct mig_routine *routine = interface->slots[i];
		const char *name;

		if (!routine)
			continue;
		name = mig_arena_print(making->outputs->arena, "%s%s.c",
		    options->user_file_prefix, routine->name);
		mig_write_user(mig_outputs_add(making->outputs, "-i", name),
		    interface, options, routine);
	}
}

static void
make_c(const struct making *making)
{
	const struct mig_options options = includable(making);

	if (options.user_file_prefix)
		make_user_files(making, &options);
	else if (is_written(options.user))
		mig_write_user(
		    mig_outputs_add(making->outputs, "-user", options.user),
		    making->interface, &options, NULL);
	if (is_written(options.server))
		mig_write_server(
		    mig_outputs_add(making->outputs, "-server", options.server),
		    making->interface, &options);
}

static void
make_headers(const struct making *making)
{
	const struct mig_options options = includable(making);
	const struct mig_options *names = &making->options;
	struct mig_outputs *outputs = making->outputs;

	if (is_written(names->header))
		mig_write_header(
		    mig_outputs_add(outputs, "-header", names->header),
		    making->interface, &options, MIG_USER);
	if (is_written(names->sheader))
		mig_write_header(
		    mig_outputs_add(outputs, "-sheader", names->sheader),
		    making->interface, &options, MIG_SERVER);
	if (is_written(names->iheader))
		mig_write_iheader(
		    mig_outputs_add(outputs, "-iheader", names->iheader),
		    making->interface);
	if (is_written(names->dheader))
		mig_write_dheader(
		    mig_outputs_add(outputs, "-dheader", names->dheader),
		    making->interface);
}

static void
make_lists(const struct making *making)
{
	const struct mig_options *names = &making->options;
	struct mig_outputs *outputs = making->outputs;

	if (is_written(names->json))
		mig_write_json(mig_outputs_add(outputs, "-json", names->json),
		    making->interface);
	if (is_written(names->list))
		mig_write_list(mig_outputs_add(outputs, "-list", names->list),
		    making->interface);
}

bool
mig_compile(struct mig_diag *diag, const struct mig_options *options,
    const char *name, const char *text, size_t length,
    struct mig_outputs *outputs)
{
	struct making making = {.options = *options, .outputs = outputs};
	const struct mig_tree *tree =
	    mig_parse(diag->arena, diag, name, text, length);

	making.interface = mig_check(diag->arena, diag, options, tree);
	if (!making.interface || diag->errors > 0)
		return false;
	if (options->verbose)
		mig_write_listing(
		    mig_outputs_add(outputs, "-v", "-"), making.interface);
	if (options->check_only)
		return true;
	name_outputs(&making);
	make_c(&making);
	make_headers(&making);
	make_lists(&making);
	return true;
}
