/* Names, rights and regions of the loopback's two tasks. */
#include "loopback_space.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES 2048
#define REGIONS 2048

/* What a name denotes. A dead name is a right for a port that is not alive. */
struct entry {
	struct port *port; /* NULL: free */
	bool receive;
	unsigned send; /* user references */
	bool send_once;
	uint8_t generation;
};

struct region {
	void *address; /* NULL: free */
	size_t bytes;
};

struct space {
	struct entry entries[ENTRIES];
	unsigned entries_used; /* the highest, and one */
	struct region regions[REGIONS];
	unsigned regions_used;
};

enum loopback_task loopback_current;
mach_port_t mach_task_self_ = 0xffff;

static struct space spaces[2];

void
loopback_fault(const char *file, int line, const char *fact)
{
	if (loopback.has_hostile && loopback.hostile == loopback_current)
		return;
	if (loopback.faults++ < 20)
		fprintf(stderr, "%s:%d: %s: %s\n", file, line,
		    loopback_current == LOOPBACK_CLIENT ? "client" : "server",
		    fact);
}

/* --- ports ----------------------------------------------------------------- */

static struct port *
port_new(void)
{
	struct port *port = calloc(1, sizeof(*port));

	if (!port)
		abort();
	port->refs = 1;
	port->alive = true;
	port->end = &port->first;
	return port;
}

struct port *
port_ref(struct port *port)
{
	port->refs++;
	return port;
}

void
port_unref(struct port *port)
{
	if (--port->refs == 0) {
		if (port->alive)
			abort();
		free(port);
	}
}

static void
port_die(struct port *port)
{
	port->alive = false;
	messages_drop(port);
}

/* --- names ----------------------------------------------------------------- */

/* A name says whose it is, and is not used again soon. */
static mach_port_t
entry_name(enum loopback_task task, const struct entry *entry)
{
	unsigned slot = (unsigned)(entry - spaces[task].entries);

	return (slot + 1) << 9 | (unsigned)task << 8 | entry->generation;
}

static struct entry *
entry_find(enum loopback_task task, mach_port_t name)
{
	unsigned slot = (name >> 9) - 1;
	struct entry *entry;

	if (name >> 9 == 0 || slot >= spaces[task].entries_used)
		return NULL;
	entry = &spaces[task].entries[slot];
	return entry->port && entry_name(task, entry) == name ? entry : NULL;
}

/* A new name for @port, whose reference is CONSUMED. */
static struct entry *
entry_new(enum loopback_task task, struct port *port)
{
	struct space *space = &spaces[task];
	unsigned slot = 0;

	while (slot < space->entries_used && space->entries[slot].port)
		slot++;
	if (slot == ENTRIES)
		abort();
	if (slot == space->entries_used)
		space->entries_used++;
	space->entries[slot].port = port;
	space->entries[slot].generation++;
	return &space->entries[slot];
}

/* A name whose last right has gone is gone. */
static void
entry_settle(struct entry *entry)
{
	struct port *port = entry->port;

	if (entry->receive || entry->send > 0 || entry->send_once)
		return;
	entry->port = NULL;
	port_unref(port);
}

/* The name for all rights for @port but send-once rights. */
static struct entry *
entry_of(enum loopback_task task, struct port *port)
{
	struct space *space = &spaces[task];

	for (unsigned i = 0; i < space->entries_used; i++)
		if (space->entries[i].port == port &&
		    !space->entries[i].send_once)
			return &space->entries[i];
	return entry_new(task, port_ref(port));
}

struct port *
space_receiver(enum loopback_task task, mach_port_t name)
{
	struct entry *entry = entry_find(task, name);

	return entry && entry->receive ? entry->port : NULL;
}

/* --- rights on their way --------------------------------------------------- */

/* May @entry give what @disposition says? */
static bool
entry_has(const struct entry *entry, mach_msg_type_name_t disposition)
{
	switch (disposition) {
	case MACH_MSG_TYPE_MOVE_RECEIVE:
	case MACH_MSG_TYPE_MAKE_SEND:
	case MACH_MSG_TYPE_MAKE_SEND_ONCE:
		return entry->receive;
	case MACH_MSG_TYPE_MOVE_SEND:
	case MACH_MSG_TYPE_COPY_SEND:
		return entry->send > 0;
	case MACH_MSG_TYPE_MOVE_SEND_ONCE:
		/* As with a kernel, any dead name will do. */
		return entry->send_once ||
		    (entry->send > 0 && !entry->port->alive);
	default:
		return false;
	}
}

static mach_msg_type_name_t
received_as(mach_msg_type_name_t disposition)
{
	switch (disposition) {
	case MACH_MSG_TYPE_COPY_SEND:
	case MACH_MSG_TYPE_MAKE_SEND:
		return MACH_MSG_TYPE_PORT_SEND;
	case MACH_MSG_TYPE_MAKE_SEND_ONCE:
		return MACH_MSG_TYPE_PORT_SEND_ONCE;
	default:
		return disposition;
	}
}

/* What moves leaves the name. */
static void
entry_take(struct entry *entry, mach_msg_type_name_t disposition)
{
	if (disposition == MACH_MSG_TYPE_MOVE_RECEIVE)
		entry->receive = false;
	else if (disposition == MACH_MSG_TYPE_MOVE_SEND_ONCE &&
	    entry->send_once)
		entry->send_once = false;
	else if (disposition == MACH_MSG_TYPE_MOVE_SEND ||
	    disposition == MACH_MSG_TYPE_MOVE_SEND_ONCE)
		entry->send--;
	entry_settle(entry);
}

static struct port *
right_take_port(struct right *right)
{
	struct port *port = right->port;

	right->port = NULL;
	return port;
}

bool
right_copyin(enum loopback_task task, mach_port_t name,
    mach_msg_type_name_t disposition, struct right *right_out)
{
	struct entry *entry;

	*right_out =
	    (struct right){.type = received_as(disposition), .name = name};
	if (!MACH_PORT_VALID(name))
		return true;
	entry = entry_find(task, name);
	if (!entry || !entry_has(entry, disposition))
		return false;
	if (entry->port->alive)
		right_out->port = port_ref(entry->port);
	else
		right_out->name = MACH_PORT_DEAD;
	entry_take(entry, disposition);
	return true;
}

mach_port_t
right_copyout(enum loopback_task task, struct right *right)
{
	struct port *port = right_take_port(right);
	struct entry *entry;

	if (!port)
		return right->name;
	if (!port->alive) {
		port_unref(port);
		return MACH_PORT_DEAD;
	}
	if (right->type == MACH_MSG_TYPE_PORT_SEND_ONCE) {
		entry = entry_new(task, port);
		entry->send_once = true;
		return entry_name(task, entry);
	}
	entry = entry_of(task, port);
	port_unref(port);
	if (right->type == MACH_MSG_TYPE_PORT_RECEIVE)
		entry->receive = true;
	else
		entry->send++;
	return entry_name(task, entry);
}

void
right_release(struct right *right)
{
	struct port *port = right_take_port(right);

	if (!port)
		return;
	if (right->type == MACH_MSG_TYPE_PORT_RECEIVE)
		port_die(port);
	else if (right->type == MACH_MSG_TYPE_PORT_SEND_ONCE && port->alive)
		message_notify(port);
	port_unref(port);
}

/* --- regions --------------------------------------------------------------- */

static struct region *
region_find(enum loopback_task task, const void *address)
{
	struct space *space = &spaces[task];

	for (unsigned i = 0; i < space->regions_used; i++)
		if (space->regions[i].address == address)
			return &space->regions[i];
	return NULL;
}

void *
region_new(enum loopback_task task, size_t bytes)
{
	struct space *space = &spaces[task];
	unsigned slot = 0;

	if (bytes == 0)
		return NULL;
	while (slot < space->regions_used && space->regions[slot].address)
		slot++;
	if (slot == REGIONS)
		abort();
	if (slot == space->regions_used)
		space->regions_used++;
	space->regions[slot] = (struct region){calloc(1, bytes), bytes};
	if (!space->regions[slot].address)
		abort();
	return space->regions[slot].address;
}

bool
region_exists(enum loopback_task task, const void *address, size_t bytes)
{
	const struct region *region = region_find(task, address);

	return bytes == 0 || (address && region && region->bytes == bytes);
}

bool
region_free(enum loopback_task task, const void *address, size_t bytes)
{
	struct region *region = address ? region_find(task, address) : NULL;
	bool whole = region && region->bytes == bytes;

	if (bytes == 0)
		return true;
	if (!region)
		return false;
	free(region->address);
	*region = (struct region){0};
	return whole;
}

/* --- all that a task has --------------------------------------------------- */

void
space_clear(enum loopback_task task)
{
	struct space *space = &spaces[task];

	reply_ports_forget(task);
	for (unsigned i = 0; i < space->entries_used; i++) {
		struct entry *entry = &space->entries[i];
		struct port *port = entry->port;

		if (!port)
			continue;
		if (entry->receive)
			port_die(port);
		if (entry->send_once && port->alive)
			message_notify(port);
		entry->receive = false;
		entry->send = 0;
		entry->send_once = false;
		entry_settle(entry);
	}
	for (unsigned i = 0; i < space->regions_used; i++)
		free(space->regions[i].address);
	memset(space->regions, 0, space->regions_used * sizeof(struct region));
	space->entries_used = 0;
	space->regions_used = 0;
}

void
space_reset(void)
{
	space_clear(LOOPBACK_CLIENT);
	space_clear(LOOPBACK_SERVER);
	/* The same names will come in the same order. */
	for (unsigned i = 0; i < ENTRIES; i++) {
		spaces[LOOPBACK_CLIENT].entries[i].generation = 0;
		spaces[LOOPBACK_SERVER].entries[i].generation = 0;
	}
}

struct loopback_holdings
loopback_holdings(enum loopback_task task)
{
	const struct space *space = &spaces[task];
	struct loopback_holdings all = {0};

	for (unsigned i = 0; i < space->entries_used; i++) {
		const struct entry *entry = &space->entries[i];

		if (!entry->port ||
		    is_reply_port(task, entry_name(task, entry)))
			continue;
		all.receive += entry->receive;
		all.send += entry->send;
		all.send_once += entry->send_once;
	}
	for (unsigned i = 0; i < space->regions_used; i++) {
		all.regions += space->regions[i].address != NULL;
		all.bytes += space->regions[i].bytes;
	}
	all.user_memory = user_memory_count;
	return all;
}

bool
loopback_same(
    const struct loopback_holdings *a, const struct loopback_holdings *b)
{
	return a->receive == b->receive && a->send == b->send &&
	    a->send_once == b->send_once && a->regions == b->regions &&
	    a->bytes == b->bytes && a->user_memory == b->user_memory;
}

/* --- what tasks call ------------------------------------------------------- */

kern_return_t
mach_port_allocate(
    ipc_space_t task, mach_port_right_t right, mach_port_name_t *name)
{
	struct entry *entry = entry_new(loopback_current, port_new());

	(void)task;
	LOOPBACK_CHECK(right == MACH_PORT_RIGHT_RECEIVE);
	entry->receive = true;
	*name = entry_name(loopback_current, entry);
	return KERN_SUCCESS;
}

kern_return_t
mach_port_insert_right(ipc_space_t task, mach_port_name_t name,
    mach_port_t poly, mach_msg_type_name_t poly_poly)
{
	struct right right;

	(void)task;
	LOOPBACK_CHECK(name == poly);
	LOOPBACK_CHECK(poly_poly == MACH_MSG_TYPE_MAKE_SEND);
	if (!right_copyin(loopback_current, poly, poly_poly, &right))
		return KERN_INVALID_RIGHT;
	(void)right_copyout(loopback_current, &right);
	return KERN_SUCCESS;
}

kern_return_t
mach_port_extract_right(ipc_space_t task, mach_port_name_t name,
    mach_msg_type_name_t msgt_name, mach_port_t *poly,
    mach_msg_type_name_t *poly_poly)
{
	struct right right;

	(void)task;
	if (!right_copyin(loopback_current, name, msgt_name, &right))
		return KERN_INVALID_RIGHT;
	*poly_poly = right.type;
	*poly = right_copyout(loopback_current, &right);
	return KERN_SUCCESS;
}

/* Release a reference that is no receive right. */
static kern_return_t
entry_deallocate(struct entry *entry)
{
	struct right once = {.type = MACH_MSG_TYPE_PORT_SEND_ONCE};

	if (entry->send > 0) {
		entry->send--;
	} else if (entry->send_once) {
		entry->send_once = false;
		once.port = port_ref(entry->port);
	} else {
		return KERN_INVALID_RIGHT;
	}
	entry_settle(entry);
	right_release(&once);
	return KERN_SUCCESS;
}

kern_return_t
mach_port_deallocate(ipc_space_t task, mach_port_name_t name)
{
	struct entry *entry = entry_find(loopback_current, name);
	kern_return_t kr;

	(void)task;
	kr = entry ? entry_deallocate(entry) : KERN_INVALID_NAME;
	LOOPBACK_CHECK(kr == KERN_SUCCESS || !MACH_PORT_VALID(name));
	return kr;
}

kern_return_t
mach_port_mod_refs(ipc_space_t task, mach_port_name_t name,
    mach_port_right_t right, mach_port_delta_t delta)
{
	struct entry *entry = entry_find(loopback_current, name);

	(void)task;
	LOOPBACK_CHECK(delta == -1);
	if (right != MACH_PORT_RIGHT_RECEIVE)
		return mach_port_deallocate(task, name);
	LOOPBACK_CHECK(entry && entry->receive);
	if (!entry || !entry->receive)
		return KERN_INVALID_RIGHT;
	entry->receive = false;
	port_die(entry->port);
	entry_settle(entry);
	return KERN_SUCCESS;
}

kern_return_t
mach_port_type(ipc_space_t task, mach_port_name_t name, mach_port_type_t *ptype)
{
	const struct entry *entry = entry_find(loopback_current, name);

	(void)task;
	if (!entry)
		return KERN_INVALID_NAME;
	*ptype = MACH_PORT_TYPE_DEAD_NAME;
	if (entry->port->alive)
		*ptype = (entry->receive ? MACH_PORT_TYPE_RECEIVE : 0) |
		    (entry->send > 0 ? MACH_PORT_TYPE_SEND : 0) |
		    (entry->send_once ? MACH_PORT_TYPE_SEND_ONCE : 0);
	return KERN_SUCCESS;
}

kern_return_t
mach_port_get_refs(ipc_space_t task, mach_port_name_t name,
    mach_port_right_t right, mach_port_urefs_t *refs)
{
	const struct entry *entry = entry_find(loopback_current, name);

	(void)task;
	LOOPBACK_CHECK(right == MACH_PORT_RIGHT_SEND);
	if (!entry)
		return KERN_INVALID_NAME;
	*refs = entry->port->alive ? entry->send : 0;
	return KERN_SUCCESS;
}

/* mach_msg_destroy() would call it: there are no guards here. */
kern_return_t
mach_port_unguard(
    ipc_space_t task, mach_port_name_t name, mach_port_context_t guard)
{
	(void)task;
	(void)name;
	(void)guard;
	return KERN_INVALID_RIGHT;
}

kern_return_t
vm_allocate(vm_map_t task, vm_address_t *address, vm_size_t size, int flags)
{
	(void)task;
	(void)flags;
	*address = (vm_address_t)region_new(loopback_current, size);
	return KERN_SUCCESS;
}

kern_return_t
vm_deallocate(vm_map_t task, vm_address_t address, vm_size_t size)
{
	bool whole = region_free(loopback_current, (const void *)address, size);

	(void)task;
	/* As with a kernel, there is nothing at 0 that could be missed. */
	LOOPBACK_CHECK(whole || address == 0);
	return whole ? KERN_SUCCESS : KERN_INVALID_ADDRESS;
}
