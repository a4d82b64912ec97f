/* The kernel as a source: requests to the host port, and /proc. */
#include "view_kernel.h"

#include <errno.h>
#include <error.h>
#include <mach/mach.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "kernels.h"
#include "machport_inspect.h"
#include "memory.h"
#include "process.h"

static mach_port_t host;

int
view_attach(const char *socket)
{
	if (socket && setenv("MACHPORT_SOCKET", socket, 1) != 0)
		memory_fail();
	if (setenv("MACHPORT_START", "no", 1) != 0)
		memory_fail();
	/* The first call attaches; if it cannot, it says why. */
	host = mach_host_self();
	if (host != MACH_PORT_NULL)
		return EX_OK;
	kernels_tell(stderr);
	return EX_UNAVAILABLE;
}

int
view_attach_as_program(void)
{
	host = mach_host_self();
	return host != MACH_PORT_NULL ? EX_OK : EX_UNAVAILABLE;
}

static kern_return_t
ask(enum view_kind kind, uint32_t id, uint64_t *cursor,
    machport_records_t *records, mach_msg_type_number_t *bytes)
{
	switch (kind) {
	case VIEW_TASKS:
		return machport_inspect_tasks(host, cursor, records, bytes);
	case VIEW_NAMES:
		return machport_inspect_names(host, id, cursor, records, bytes);
	case VIEW_ITEMS:
		return machport_inspect_port(host, id, cursor, records, bytes);
	case VIEW_PORT:
		*cursor = 0;
		return machport_inspect_find(host, id, records, bytes);
	}
	abort();
}

/* Portion by portion, until there is no more. */
static kern_return_t
fetch(void *context, enum view_kind kind, uint32_t id, void **records_out,
    size_t *bytes_out)
{
	char *all = NULL;
	size_t total = 0;
	uint64_t cursor = 0;

	(void)context;
	do {
		machport_records_t portion = NULL;
		mach_msg_type_number_t bytes = 0;
		kern_return_t kr = ask(kind, id, &cursor, &portion, &bytes);

		if (kr != KERN_SUCCESS) {
			free(all);
			return kr;
		}
		all = memory_grow(all, total + bytes, 1);
		if (bytes > 0)
			memcpy(all + total, portion, bytes);
		total += bytes;
		(void)vm_deallocate(
		    mach_task_self(), (vm_address_t)portion, bytes);
	} while (cursor != 0);
	*records_out = all;
	*bytes_out = total;
	return KERN_SUCCESS;
}

static char *
command(void *context, pid_t pid)
{
	(void)context;
	return process_command(pid);
}

static unsigned
threads(void *context, pid_t pid)
{
	(void)context;
	return process_threads(pid);
}

static char *
user(void *context, uid_t uid)
{
	const struct passwd *entry = getpwuid(uid);

	(void)context;
	return entry ? memory_string(entry->pw_name) : NULL;
}

static uint64_t
now_ns(void *context)
{
	struct timespec now;

	(void)context;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

const struct view_source view_kernel = {
    .fetch = fetch,
    .command = command,
    .user = user,
    .threads = threads,
    .now_ns = now_ns,
};

int
view_show(const struct options *options,
    int (*show)(const struct view *view, const void *arguments),
    const void *arguments)
{
	struct view view;
	int status = view_attach(options->socket);

	if (status != EX_OK)
		return status;
	status = view_open(&view, &view_kernel, options->all);
	if (status == EX_OK)
		status = show(&view, arguments);
	view_close(&view);
	return status;
}
