/* One file: its text to programs, ports, names and domains. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config_keys.h"
#include "config_text.h"

/* Who is told of the text, and what was read before. */
struct reader {
	struct config_reader reader;
	struct config_reading reading;
	struct config_errors *errors;
	const struct config_section *section;
	void *object; /* NULL: something is wrong with the section */
	unsigned lines[CONFIG_KEYS_MAX]; /* where each key stands; 0: nowhere */
};

static void
complain(const struct reader *reader, const char *why)
{
	config_error(reader->errors, &reader->reading.place, "%s", why);
}

static void
begin_section(struct reader *reader, const char *kind, const char *name)
{
	const struct config_section *section = reader->section;
	const struct config_place *place = &reader->reading.place;
	const char *why;

	if (!section)
		config_error(
		    reader->errors, place, "there is no section [%s]", kind);
	else if (section->has_name && *name == '\0')
		config_error(
		    reader->errors, place, "the section is [%s NAME]", kind);
	else if (!section->has_name && *name != '\0')
		config_error(reader->errors, place,
		    "the section is [%s], without a name", kind);
	else if ((why = section->begin(
	              &reader->reading, name, &reader->object)) != NULL) {
		complain(reader, why);
		reader->object = NULL;
	}
}

static void
take_section(struct config_reader *told, const struct config_place *place,
    const char *kind, const char *name)
{
	struct reader *reader = (struct reader *)(void *)told;

	reader->reading.place.line = place->line;
	reader->section = config_section_find(kind);
	reader->object = NULL;
	memset(reader->lines, 0, sizeof(reader->lines));
	begin_section(reader, kind, name);
}

/* The key of this name in the section; NULL, having told so: there is none, or it
 * stood there already. */
static const struct config_key *
find_key(struct reader *reader, const char *name)
{
	const struct config_key *keys = reader->section->keys;
	const struct config_place *place = &reader->reading.place;
	size_t i = 0;

	while (keys[i].name && strcmp(keys[i].name, name) != 0)
		i++;
	if (!keys[i].name) {
		config_error(reader->errors, place, "[%s] has no key %s",
		    reader->section->kind, name);
		return NULL;
	}
	if (reader->lines[i] != 0 && !keys[i].repeats) {
		config_error(reader->errors, place,
		    "%s stands in line %u already", name, reader->lines[i]);
		return NULL;
	}
	reader->lines[i] = place->line;
	return &keys[i];
}

static void
take_key(struct config_reader *told, const struct config_place *place,
    const char *name, char *value)
{
	struct reader *reader = (struct reader *)(void *)told;
	const struct config_key *key;
	const char *why;

	if (!reader->object)
		return;
	reader->reading.place.line = place->line;
	key = find_key(reader, name);
	if (!key)
		return;
	why = *value == '\0' ? "a value is missing"
	                     : key->set(&reader->reading,
	                           (char *)reader->object + key->offset, value);
	if (why)
		config_error(reader->errors, &reader->reading.place, "%s: %s",
		    name, why);
}

/* Whom the program runs as. NULL, or why it cannot. */
static const char *
find_account(const struct config_program *program)
{
	struct account *account = &program->settings->account;
	const char *why = account_find(account, program->user, geteuid());

	if (!why && program->group)
		why = account_set_group(account, program->group);
	if (!why && !account_is_possible(account))
		why = "only root's server can run a program as another user";
	return why;
}

/* What can be told when the whole section was read. */
static void
finish_program(struct reader *reader)
{
	struct config_program *program = reader->reading.program;
	struct launch_settings *settings = program->settings;
	const char *why = find_account(program);

	reader->reading.place.line = program->entry.place.line;
	settings->uid = settings->account.uid;
	if (why)
		complain(reader, why);
	if (!settings->arguments)
		complain(reader, "the command is missing");
	if (settings->throttle_limit_ns < settings->throttle_ns)
		complain(reader, "throttle-limit is less than throttle");
}

static struct config_file *
add_file(struct config *config, const char *path, const char *name)
{
	struct config_file *file = calloc(1, sizeof(*file));

	if (!file)
		return NULL;
	list_push_back(&config->files, &file->node);
	file->path = strdup(path);
	file->name = strdup(name);
	return file->path && file->name ? file : NULL;
}

/* The program is that of the ports of its file, which came last. */
static void
take_ports(
    struct config_program *program, struct list *ports, struct list *last)
{
	for (struct list *node = last->next; node != ports; node = node->next)
		CONFIG_ENTRY(node, port)->program = program;
}

void
config_read_file(struct config *config, const char *path, const char *name,
    char *text, size_t bytes, struct config_errors *errors)
{
	struct reader reader = {
	    .reader = {.section = take_section, .key = take_key},
	    .reading = {.config = config, .place = {.file = path}},
	    .errors = errors,
	};
	struct list *last_port = config->ports.prev;

	reader.reading.file = add_file(config, path, name);
	if (!reader.reading.file) {
		complain(&reader, "no memory");
		return;
	}
	/* It outlives this call, as do the places. */
	reader.reading.place.file = reader.reading.file->path;
	config_text_read(path, text, bytes, &reader.reader, errors);
	if (reader.reading.program) {
		finish_program(&reader);
		take_ports(reader.reading.program, &config->ports, last_port);
	}
}
