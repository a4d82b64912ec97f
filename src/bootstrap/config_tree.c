/* The tree, and whether its parts go together. */
#include "config_tree.h"

#include <stdlib.h>
#include <string.h>

#include "config.h"

struct config *
config_new(void)
{
	struct config *config = malloc(sizeof(*config));

	if (!config)
		return NULL;
	list_init(&config->files);
	list_init(&config->programs);
	list_init(&config->ports);
	list_init(&config->names);
	list_init(&config->domains);
	return config;
}

static void
policy_deinit(struct policy *policy)
{
	for (size_t i = 0; i < POLICY_OPERATION_COUNT; i++)
		policy_rules_deinit(&policy->operations[i]);
}

static void
file_free(struct config_file *file)
{
	free(file->path);
	free(file->name);
	free(file);
}

/* @object begins with @entry. */
static void
entry_free(struct config_entry *entry, void *object)
{
	free(entry->name);
	free(object);
}

static void
program_free(struct config_program *program)
{
	launch_settings_free(program->settings);
	free(program->user);
	free(program->group);
	free(program->domain);
	entry_free(&program->entry, program);
}

static void
port_free(struct config_port *port)
{
	policy_deinit(&port->policy);
	entry_free(&port->entry, port);
}

static void
name_free(struct config_name *name)
{
	policy_deinit(&name->policy);
	entry_free(&name->entry, name);
}

static void
domain_free(struct config_domain *domain)
{
	name_patterns_deinit(&domain->look_up);
	name_patterns_deinit(&domain->registers);
	entry_free(&domain->entry, domain);
}

void
config_free(struct config *config)
{
	struct list *node;

	if (!config)
		return;
	while ((node = list_pop_front(&config->programs)) != NULL)
		program_free(CONFIG_ENTRY(node, program));
	while ((node = list_pop_front(&config->ports)) != NULL)
		port_free(CONFIG_ENTRY(node, port));
	while ((node = list_pop_front(&config->names)) != NULL)
		name_free(CONFIG_ENTRY(node, name));
	while ((node = list_pop_front(&config->domains)) != NULL)
		domain_free(CONFIG_ENTRY(node, domain));
	while ((node = list_pop_front(&config->files)) != NULL)
		file_free(CONTAINER_OF(node, struct config_file, node));
	free(config);
}

/* The first of a list of sections that is called so; NULL: none. */
static struct config_entry *
find_entry(const struct list *entries, const char *name)
{
	LIST_FOREACH (node, entries) {
		struct config_entry *entry =
		    CONTAINER_OF(node, struct config_entry, node);

		if (entry->name && strcmp(entry->name, name) == 0)
			return entry;
	}
	return NULL;
}

struct config_program *
config_find_program(const struct config *config, const char *name)
{
	struct config_entry *entry = find_entry(&config->programs, name);

	return entry ? CONFIG_ENTRY(&entry->node, program) : NULL;
}

struct config_port *
config_find_port(const struct config *config, const char *name)
{
	struct config_entry *entry = find_entry(&config->ports, name);

	return entry ? CONFIG_ENTRY(&entry->node, port) : NULL;
}

/* Is each of the sections [@kind NAME] there once? */
static void
check_twins(
    const struct list *entries, const char *kind, struct config_errors *errors)
{
	LIST_FOREACH (node, entries) {
		const struct config_entry *entry =
		    CONTAINER_OF(node, struct config_entry, node);
		const struct config_entry *first =
		    entry->name ? find_entry(entries, entry->name) : NULL;

		if (first && first != entry)
			config_error(errors, &entry->place,
			    "[%s %s] stands in %s:%u already", kind,
			    entry->name, first->place.file, first->place.line);
	}
}

/* Do the rules speak of domains that there are? */
static void
check_rules(const struct config *config, const struct policy_rules *rules,
    const struct config_place *place, struct config_errors *errors)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct policy_rule *rule = &rules->rules[i];

		for (size_t j = 0; j < rule->count; j++)
			if (rule->terms[j].kind == POLICY_TERM_DOMAIN &&
			    !find_entry(&config->domains, rule->terms[j].text))
				config_error(errors, place,
				    "there is no domain %s",
				    rule->terms[j].text);
	}
}

static void
check_policy(const struct config *config, const struct policy *policy,
    const struct config_place *place, struct config_errors *errors)
{
	for (size_t i = 0; i < POLICY_OPERATION_COUNT; i++)
		check_rules(config, &policy->operations[i], place, errors);
}

/* Can something start it? */
static bool
can_start(const struct config *config, const struct config_program *program)
{
	if (program->settings->keep == LAUNCH_ALWAYS)
		return true;
	LIST_FOREACH (node, &config->ports)
		if (CONFIG_ENTRY(node, port)->program == program)
			return true;
	return false;
}

static void
check_program(const struct config *config, const struct config_program *program,
    struct config_errors *errors)
{
	const struct config_place *place = &program->entry.place;

	if (program->domain && !find_entry(&config->domains, program->domain))
		config_error(
		    errors, place, "there is no domain %s", program->domain);
	if (program->settings && !can_start(config, program))
		config_error(errors, place,
		    "nothing ever starts it: it has no [port], and keep-alive "
		    "is not always");
}

void
config_check_whole(const struct config *config, struct config_errors *errors)
{
	LIST_FOREACH (node, &config->programs)
		check_program(config, CONFIG_ENTRY(node, program), errors);
	check_twins(&config->ports, "port", errors);
	check_twins(&config->names, "name", errors);
	check_twins(&config->domains, "domain", errors);
	LIST_FOREACH (node, &config->ports) {
		const struct config_port *port = CONFIG_ENTRY(node, port);

		check_policy(config, &port->policy, &port->entry.place, errors);
	}
	LIST_FOREACH (node, &config->names) {
		const struct config_name *name = CONFIG_ENTRY(node, name);

		check_policy(config, &name->policy, &name->entry.place, errors);
	}
}

const struct policy *
config_find_policy(const struct config *config, const char *name)
{
	const struct policy *found = NULL;
	size_t longest = 0;

	LIST_FOREACH (node, &config->names) {
		const struct config_name *entry = CONFIG_ENTRY(node, name);
		size_t match = name_pattern_match(entry->entry.name, name);

		if (match > longest) {
			longest = match;
			found = &entry->policy;
		}
	}
	return found;
}
