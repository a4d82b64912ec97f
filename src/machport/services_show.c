/* machport services: a table, or JSON. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "describe.h"
#include "memory.h"
#include "services.h"
#include "status.h"
#include "table.h"
#include "text.h"

static const struct table_column columns[] = {
    {"SERVICE", TABLE_LEFT, true},
    {"STATUS", TABLE_LEFT, false},
    {"SERVER", TABLE_LEFT, true},
    {"RECEIVED BY", TABLE_LEFT, true},
    {"QUEUE", TABLE_RIGHT, false},
    {"OLDEST", TABLE_RIGHT, false},
};

static const char *
status_text(bootstrap_status_t status)
{
	switch (status) {
	case BOOTSTRAP_STATUS_ACTIVE:
		return "active";
	case BOOTSTRAP_STATUS_ON_DEMAND:
		return "on demand";
	default:
		return "inactive";
	}
}

static const char *
status_word(bootstrap_status_t status)
{
	return status == BOOTSTRAP_STATUS_ON_DEMAND ? "on-demand"
	                                            : status_text(status);
}

/* Until a service is active, its receive right is the bootstrap server's. */
static char *
describe_server(const struct view *view, const struct services_entry *entry)
{
	if (entry->record.port == 0 || entry->status != BOOTSTRAP_STATUS_ACTIVE)
		return memory_string("");
	return describe_receiver(view, &entry->record);
}

static void
add_entry(struct table *table, const struct view *view,
    const struct services_entry *entry)
{
	const struct machport_name_record *record = &entry->record;

	table_row(table,
	    entry->status == BOOTSTRAP_STATUS_ACTIVE ? SCREEN_PLAIN
	                                             : SCREEN_FAINT);
	table_take(table, text_escape_bytes(entry->name, sizeof(entry->name)));
	table_cell(table, "%s", status_text(entry->status));
	table_take(
	    table, text_escape_bytes(entry->server, sizeof(entry->server)));
	table_take(table, describe_server(view, entry));
	if (record->port == 0)
		return;
	table_cell(table, "%u/%u", record->queued, record->qlimit);
	if (record->oldest_ns)
		table_take(table, text_age(view_age(view, record->oldest_ns)));
}

int
services_show(const struct view *view, const struct screen *screen,
    const struct services *services)
{
	struct table *table =
	    table_new(columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; i < services->count; i++)
		add_entry(table, view, &services->entries[i]);
	if (services->count > 0)
		table_print(table, screen, 0);
	else
		fputs("The bootstrap server has no service that you may look "
		      "up.\n",
		    stderr);
	table_free(table);
	return services->count > 0 ? EX_OK : EXIT_NOTHING;
}

static json_t *
entry_json(const struct view *view, const struct services_entry *entry)
{
	const struct machport_name_record *record = &entry->record;
	bool is_known = record->port != 0;
	json_t *object = json_record();

	json_put(
	    object, "name", json_text_bytes(entry->name, sizeof(entry->name)));
	json_put(object, "status", json_text(status_word(entry->status)));
	json_put(object, "server",
	    *entry->server
	        ? json_text_bytes(entry->server, sizeof(entry->server))
	        : json_null());
	json_put(object, "port",
	    is_known ? describe_port_json(record->port, record->label)
	             : json_null());
	json_put(object, "receiver",
	    is_known ? describe_receiver_json(view, record) : json_null());
	json_put(object, "queued",
	    is_known ? json_count(record->queued) : json_null());
	json_put(object, "limit",
	    is_known ? json_count(record->qlimit) : json_null());
	return object;
}

int
services_show_json(
    const struct view *view, FILE *stream, const struct services *services)
{
	json_t *document = json_document("services");
	json_t *list = json_list();

	for (size_t i = 0; i < services->count; i++)
		json_add(list, entry_json(view, &services->entries[i]));
	json_put(document, "services", list);
	json_print(document, stream);
	return services->count > 0 ? EX_OK : EXIT_NOTHING;
}

/* Is it a word that a shell takes as it is? */
static bool
is_plain(const char *name, size_t room)
{
	size_t length = strnlen(name, room);

	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)name[i]) &&
		    strchr("._-+/", name[i]) == NULL)
			return false;
	return length > 0 && length < room && name[0] != '-';
}

int
services_show_names(FILE *stream, const struct services *services)
{
	for (size_t i = 0; i < services->count; i++)
		if (is_plain(services->entries[i].name, BOOTSTRAP_MAX_NAME_LEN))
			fprintf(stream, "%s\n", services->entries[i].name);
	return EX_OK;
}
