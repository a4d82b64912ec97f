/* Tables of sections and keys, and what each sets. */
#include "config_keys.h"

#include <stdlib.h>
#include <string.h>

#include <mach/port.h>

#include "config_value.h"
#include "words.h"

static const char no_memory[] = "no memory";

/* --- kinds of values ------------------------------------------------------- */

static const char *
set_text(struct config_reading *reading, void *target, const char *value)
{
	char **text = target;

	(void)reading;
	*text = strdup(value);
	return *text ? NULL : no_memory;
}

static const char *
set_path(struct config_reading *reading, void *target, const char *value)
{
	if (value[0] != '/')
		return "the path begins with a slash";
	return set_text(reading, target, value);
}

static const char *
set_command(struct config_reading *reading, void *target, const char *value)
{
	char **words = NULL;
	const char *why = words_split(value, &words);

	(void)reading;
	if (why)
		return why;
	if (words[0][0] != '/') {
		words_free(words);
		return "the path of a program begins with a slash";
	}
	*(char ***)target = words;
	return NULL;
}

static const char *
set_environment(struct config_reading *reading, void *target, const char *value)
{
	char ***environment = target;
	char **more;

	(void)reading;
	if (value[0] == '=' || !strchr(value, '='))
		return "a variable is NAME=VALUE";
	more = words_add(*environment, value);
	if (!more)
		return no_memory;
	*environment = more;
	return NULL;
}

static const char *
set_keep_alive(struct config_reading *reading, void *target, const char *value)
{
	static const char *const names[] = {
	    [LAUNCH_ON_DEMAND] = "never",
	    [LAUNCH_ON_CRASH] = "on-crash",
	    [LAUNCH_ALWAYS] = "always",
	};

	(void)reading;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(value, names[i]) == 0) {
			*(enum launch_keep *)target = (enum launch_keep)i;
			return NULL;
		}
	return "neither always, on-crash nor never";
}

static const char *
set_attempts(struct config_reading *reading, void *target, const char *value)
{
	(void)reading;
	return config_read_number(value, 1, 1000, target);
}

static const char *
set_queue_limit(struct config_reading *reading, void *target, const char *value)
{
	(void)reading;
	return config_read_number(value, 1, MACH_PORT_QLIMIT_MAX, target);
}

static const char *
set_yes(struct config_reading *reading, void *target, const char *value)
{
	(void)reading;
	return config_read_yes(value, target);
}

static const char *
set_time(struct config_reading *reading, void *target, const char *value)
{
	uint64_t ns;
	const char *why = config_read_time(value, &ns);

	(void)reading;
	if (why)
		return why;
	if (ns < UINT64_C(1000000))
		return "less than 1 ms";
	*(uint64_t *)target = ns;
	return NULL;
}

static const char *
set_rules(struct config_reading *reading, void *target, const char *value)
{
	return policy_rules_read(
	    target, value, reading->reason, sizeof(reading->reason));
}

static const char *
set_patterns(struct config_reading *reading, void *target, const char *value)
{
	(void)reading;
	return name_patterns_read(target, value);
}

/* These three are no settings yet. */

static const char *
set_user(struct config_reading *reading, void *target, const char *value)
{
	(void)target;
	return set_text(reading, &reading->program->user, value);
}

static const char *
set_group(struct config_reading *reading, void *target, const char *value)
{
	(void)target;
	return set_text(reading, &reading->program->group, value);
}

static const char *
set_domain(struct config_reading *reading, void *target, const char *value)
{
	(void)target;
	return set_text(reading, &reading->program->domain, value);
}

/* --- kinds of sections ----------------------------------------------------- */

#define SETTING(member) offsetof(struct launch_settings, member)

static const struct config_key program_keys[] = {
    {"command", set_command, SETTING(arguments), false},
    {"directory", set_path, SETTING(directory), false},
    {"environment", set_environment, SETTING(environment), true},
    {"user", set_user, 0, false},
    {"group", set_group, 0, false},
    {"domain", set_domain, 0, false},
    {"keep-alive", set_keep_alive, SETTING(keep), false},
    {"attempts", set_attempts, SETTING(attempts), false},
    {"throttle", set_time, SETTING(throttle_ns), false},
    {"throttle-limit", set_time, SETTING(throttle_limit_ns), false},
    {"start-limit", set_time, SETTING(start_limit_ns), false},
    {"stop-limit", set_time, SETTING(stop_limit_ns), false},
    {"idle-time", set_time, SETTING(idle_ns), false},
    {0},
};

/* The section that is read gets @name, and a place in @list. @entry is its object's
 * begin, so that NULL is no memory for that. */
static const char *
begin_entry(const struct config_reading *reading, struct config_entry *entry,
    const char *name, struct list *list)
{
	if (!entry)
		return no_memory;
	entry->name = strdup(name);
	entry->place = reading->place;
	list_push_back(list, &entry->node);
	return entry->name ? NULL : no_memory;
}

static const char *
begin_program(
    struct config_reading *reading, const char *name, void **object_out)
{
	struct config_program *program;
	const char *why;

	(void)name;
	if (reading->program)
		return "a file has one [program]";
	program = calloc(1, sizeof(*program));
	why = begin_entry(reading, (struct config_entry *)program,
	    reading->file->name, &reading->config->programs);
	if (why)
		return why;
	program->settings = launch_settings_new();
	if (!program->settings)
		return no_memory;
	reading->program = program;
	*object_out = program->settings;
	return NULL;
}

#define PORT_RULES(operation)                                                  \
	offsetof(struct config_port, policy.operations[operation])

static const struct config_key port_keys[] = {
    {"queue-limit", set_queue_limit, offsetof(struct config_port, queue_limit),
        false},
    {"hidden", set_yes, offsetof(struct config_port, hidden), false},
    {"look-up", set_rules, PORT_RULES(POLICY_LOOK_UP), false},
    {"check-in", set_rules, PORT_RULES(POLICY_CHECK_IN), false},
    {0},
};

static const char *
begin_port(struct config_reading *reading, const char *name, void **object_out)
{
	const char *why = name_pattern_check(name, false);

	if (why)
		return why;
	*object_out = calloc(1, sizeof(struct config_port));
	return begin_entry(reading, *object_out, name, &reading->config->ports);
}

#define NAME_RULES(operation)                                                  \
	offsetof(struct config_name, policy.operations[operation])

static const struct config_key name_keys[] = {
    {"look-up", set_rules, NAME_RULES(POLICY_LOOK_UP), false},
    {"register", set_rules, NAME_RULES(POLICY_REGISTER), false},
    {"create", set_rules, NAME_RULES(POLICY_CREATE), false},
    {0},
};

static const char *
begin_name(struct config_reading *reading, const char *name, void **object_out)
{
	const char *why = name_pattern_check(name, true);

	if (why)
		return why;
	*object_out = calloc(1, sizeof(struct config_name));
	return begin_entry(reading, *object_out, name, &reading->config->names);
}

static const struct config_key domain_keys[] = {
    {"look-up", set_patterns, offsetof(struct config_domain, look_up), false},
    {"register", set_patterns, offsetof(struct config_domain, registers),
        false},
    {0},
};

static const char *
begin_domain(
    struct config_reading *reading, const char *name, void **object_out)
{
	const char *why = name_pattern_check(name, false);

	if (why)
		return why;
	*object_out = calloc(1, sizeof(struct config_domain));
	return begin_entry(
	    reading, *object_out, name, &reading->config->domains);
}

const struct config_section *
config_section_find(const char *kind)
{
	static const struct config_section sections[] = {
	    {"program", false, begin_program, program_keys},
	    {"port", true, begin_port, port_keys},
	    {"name", true, begin_name, name_keys},
	    {"domain", true, begin_domain, domain_keys},
	};

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		if (strcmp(sections[i].kind, kind) == 0)
			return &sections[i];
	return NULL;
}

/* finding a key that stands twice has a place for each */
_Static_assert(
    sizeof(program_keys) / sizeof(program_keys[0]) <= CONFIG_KEYS_MAX,
    "room for the lines of all keys");
