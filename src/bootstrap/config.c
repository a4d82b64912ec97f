/* A configuration takes the place of another: all that may fail, then the rest. */
#include "config.h"

#include <stdio.h>
#include <systemd/sd-daemon.h>

#include "config_tree.h"
#include "context.h"
#include "log.h"
#include "loop.h"
#include "program.h"
#include "quota.h"
#include "server.h"
#include "service.h"

/* What is true now; NULL: nothing was ever configured. */
static struct config *current;

const struct policy *
config_policy(const char *name)
{
	return current ? config_find_policy(current, name) : NULL;
}

/* --- all that may fail ----------------------------------------------------- */

/* The program that was configured by this name until now; NULL: none. */
static struct program *
find_current(const char *name)
{
	const struct config_program *before =
	    current ? config_find_program(current, name) : NULL;

	return before ? before->program : NULL;
}

/* No domain lists anything yet, that it did not list before. */
static bool
make_domains(const struct config *config)
{
	LIST_FOREACH (node, &config->domains)
		if (!domain_intern(CONFIG_ENTRY(node, domain)->entry.name))
			return false;
	return true;
}

/* New programs are not started by that. */
static bool
make_programs(struct config *config, struct context *root)
{
	LIST_FOREACH (node, &config->programs) {
		struct config_program *program = CONFIG_ENTRY(node, program);

		program->program = find_current(program->entry.name);
		if (program->program)
			continue;
		if (program_new(root, program->entry.name, program->settings,
		        QUOTA_NOBODY, &program->program) != 0) {
			program->program = NULL;
			return false;
		}
		program->settings = NULL; /* the program's now */
		program->is_new = true;
	}
	return true;
}

/* Somebody has said that there is no such name, and it is declared now. Whoever else
 * has a name that is to be declared may keep it. */
static bool
is_hidden_only(const struct service *service)
{
	return !service->declared && service->state == SERVICE_HIDDEN;
}

static bool
make_ports(struct config *config, struct context *root)
{
	LIST_FOREACH (node, &config->ports) {
		struct config_port *port = CONFIG_ENTRY(node, port);
		struct service *service;

		service = context_find(root, port->entry.name);
		if (service && !is_hidden_only(service))
			continue;
		if (service)
			service_free(service);
		if (service_declare(root, port->entry.name,
		        port->program ? port->program->program : NULL,
		        QUOTA_NOBODY, &service) != 0)
			return false;
		port->is_new = true;
	}
	return true;
}

/* Nothing was to be seen of what was made. */
static void
unmake(struct config *config, struct context *root)
{
	LIST_FOREACH (node, &config->ports) {
		const struct config_port *port = CONFIG_ENTRY(node, port);

		if (port->is_new)
			service_free(context_find(root, port->entry.name));
	}
	LIST_FOREACH (node, &config->programs) {
		const struct config_program *program =
		    CONFIG_ENTRY(node, program);

		if (program->is_new)
			program_free(program->program);
	}
}

/* --- the rest -------------------------------------------------------------- */

static void
change_domains(struct config *config)
{
	domain_clear_all();
	LIST_FOREACH (node, &config->domains) {
		struct config_domain *entry = CONFIG_ENTRY(node, domain);
		struct domain *domain = domain_intern(entry->entry.name);

		domain->look_up = entry->look_up;
		domain->registers = entry->registers;
		/* They are the domain's now. */
		entry->look_up = (struct name_patterns){0};
		entry->registers = (struct name_patterns){0};
	}
}

static void
change_programs(struct config *config)
{
	LIST_FOREACH (node, &config->programs) {
		struct config_program *entry = CONFIG_ENTRY(node, program);
		struct program *program = entry->program;

		if (entry->settings)
			launch_change(program, entry->settings);
		entry->settings = NULL;
		program->launch.settings->domain =
		    entry->domain ? domain_intern(entry->domain) : NULL;
	}
}

/* The port is what the configuration says, whatever it was. */
static void
change_port(const struct config_port *port, struct service *service)
{
	struct program *program = port->program ? port->program->program : NULL;

	service_adopt(service);
	service->listed = !port->hidden;
	service->policy = &port->policy;
	service_change(service, program, port->queue_limit);
}

static void
change_ports(const struct config *config, struct context *root)
{
	LIST_FOREACH (node, &config->ports) {
		const struct config_port *port = CONFIG_ENTRY(node, port);

		change_port(port, context_find(root, port->entry.name));
	}
}

/* What was configured, and is no more. */
static void
remove_ports(const struct config *config, struct context *root)
{
	LIST_FOREACH (node, &current->ports) {
		const char *name = CONFIG_ENTRY(node, port)->entry.name;
		struct service *service = context_find(root, name);

		if (service && service->declared &&
		    !config_find_port(config, name))
			service_remove(service);
	}
}

static void
remove_programs(const struct config *config)
{
	LIST_FOREACH (node, &current->programs) {
		const struct config_program *program =
		    CONFIG_ENTRY(node, program);

		if (!config_find_program(config, program->entry.name))
			program_remove(program->program);
	}
}

/* Those that are to be kept alive, and were not. */
static void
begin_programs(const struct config *config)
{
	LIST_FOREACH (node, &config->programs)
		launch_begin(CONFIG_ENTRY(node, program)->program);
}

bool
config_apply(
    struct config *config, struct context *root, struct config_errors *errors)
{
	const struct config_place place = {.file = "the configuration"};

	if (!make_domains(config) || !make_programs(config, root) ||
	    !make_ports(config, root)) {
		unmake(config, root);
		config_free(config);
		config_error(errors, &place, "no memory");
		return false;
	}
	change_domains(config);
	change_programs(config);
	change_ports(config, root);
	if (current) {
		remove_ports(config, root);
		remove_programs(config);
	}
	config_free(current);
	current = config;
	begin_programs(config);
	return true;
}

void
config_deinit(void)
{
	config_free(current);
	current = NULL;
	domain_free_all();
}

/* --- at the start, and for SIGHUP ------------------------------------------ */

static void
tell_errors(const struct config_errors *errors)
{
	for (unsigned i = 0; i < errors->count && i < CONFIG_ERRORS_MAX; i++)
		if (errors->lines[i])
			log_error("%s", errors->lines[i]);
	if (errors->count > CONFIG_ERRORS_MAX)
		log_error("%u errors in all", errors->count);
}

static bool
reload(struct config_errors *errors)
{
	struct config *config = config_load(server.options.directories, errors);

	return config && config_apply(config, server.root, errors);
}

bool
config_reload(void)
{
	struct config_errors errors;
	bool done;

	if (current)
		(void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu",
		    (unsigned long long)(loop_now_ns() / 1000));
	config_errors_init(&errors);
	done = reload(&errors);
	tell_errors(&errors);
	config_errors_deinit(&errors);
	if (!current)
		return false;
	if (!done)
		log_error("the configuration stays as it was");
	(void)sd_notifyf(0, "READY=1\nSTATUS=%s",
	    done ? "The configuration is the one in the files."
	         : "The configuration in the files is wrong; it is as before.");
	return done;
}

bool
config_check(const char *const *directories)
{
	struct config_errors errors;
	struct config *config;

	config_errors_init(&errors);
	config = config_load(directories, &errors);
	for (unsigned i = 0; i < errors.count && i < CONFIG_ERRORS_MAX; i++)
		(void)fprintf(stderr, "%s\n",
		    errors.lines[i] ? errors.lines[i] : "no memory");
	config_errors_deinit(&errors);
	config_free(config);
	return config != NULL;
}
