/*
 * machport services: asking. What the bootstrap server does not tell, who receives and
 * what waits, the kernel tells of the right that a look-up gives. A look-up starts
 * nothing: a message would.
 */
#include <error.h>
#include <mach/mach.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "memory.h"
#include "services.h"

/* What bootstrap_info() gives. */
struct info {
	name_array_t names;
	name_array_t servers;
	bool_array_t active;
	mach_msg_type_number_t name_count;
	mach_msg_type_number_t server_count;
	mach_msg_type_number_t active_count;
};

static int
complain(kern_return_t kr)
{
	if (kr == MACH_SEND_INVALID_DEST)
		error(0, 0,
		    "this task has no bootstrap port; start a server with "
		    "`machport run --services' or machport-bootstrapd(8)");
	else
		error(0, 0, "the bootstrap server does not tell: %s",
		    bootstrap_strerror(kr));
	return EX_UNAVAILABLE;
}

static void
free_info(const struct info *info)
{
	(void)vm_deallocate(mach_task_self(), (vm_address_t)info->names,
	    info->name_count * sizeof(name_t));
	(void)vm_deallocate(mach_task_self(), (vm_address_t)info->servers,
	    info->server_count * sizeof(name_t));
	(void)vm_deallocate(mach_task_self(), (vm_address_t)info->active,
	    info->active_count * sizeof(boolean_t));
}

static void
fill_entry(struct services_entry *entry, const name_t name, const name_t server,
    boolean_t active)
{
	memcpy(entry->name, name, sizeof(entry->name) - 1);
	memcpy(entry->server, server, sizeof(entry->server) - 1);
	entry->status =
	    active ? BOOTSTRAP_STATUS_ACTIVE : BOOTSTRAP_STATUS_INACTIVE;
	/* It may have gone since: then this is all there is to tell. */
	(void)bootstrap_status(bootstrap_port, entry->name, &entry->status);
	if (bootstrap_look_up(bootstrap_port, entry->name, &entry->port) !=
	    BOOTSTRAP_SUCCESS)
		entry->port = MACH_PORT_NULL;
}

static int
compare_entries(const void *a, const void *b)
{
	const struct services_entry *left = a;
	const struct services_entry *right = b;

	return strcmp(left->name, right->name);
}

/* What our own names say of these ports. */
static void
find_records(const struct view *view, struct services *services)
{
	const struct view_task *self = view_process(view, getpid());
	struct view_names names;

	if (!self ||
	    view_names(view, self->record.task, &names) != KERN_SUCCESS)
		return;
	for (size_t i = 0; i < services->count; i++) {
		const struct machport_name_record *record =
		    view_name_find(&names, services->entries[i].port);

		if (record)
			services->entries[i].record = *record;
	}
	view_names_free(&names);
}

int
services_fetch(const struct view *view, struct services *services_out)
{
	struct info info;
	kern_return_t kr;

	*services_out = (struct services){0};
	kr = bootstrap_info(bootstrap_port, &info.names, &info.name_count,
	    &info.servers, &info.server_count, &info.active,
	    &info.active_count);
	if (kr != BOOTSTRAP_SUCCESS)
		return complain(kr);
	if (info.server_count == info.name_count &&
	    info.active_count == info.name_count)
		services_out->count = info.name_count;
	services_out->entries =
	    memory_new(services_out->count, sizeof(*services_out->entries));
	for (size_t i = 0; i < services_out->count; i++)
		fill_entry(&services_out->entries[i], info.names[i],
		    info.servers[i], info.active[i]);
	free_info(&info);
	/* memory_new() gave memory even for none. */
	qsort(services_out->entries, services_out->count,
	    sizeof(*services_out->entries), compare_entries);
	find_records(view, services_out);
	return EX_OK;
}

void
services_free(struct services *services)
{
	for (size_t i = 0; i < services->count; i++)
		if (services->entries[i].port != MACH_PORT_NULL)
			(void)mach_port_deallocate(
			    mach_task_self(), services->entries[i].port);
	free(services->entries);
	*services = (struct services){0};
}
