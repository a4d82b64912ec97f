/* Services: their states, and the ports behind them. */
#include "service.h"

#include <mach/mach.h>
#include <mach/mach_port.h>
#include <string.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "context.h"
#include "log.h"
#include "program.h"
#include "quota.h"
#include "server.h"

/* Services of a subset, which a hostile program may fill. */
#define SUBSET_NAMES_MAX 1024

/* --- tables ------------------------------------------------------------------ */

#define NAME_BUCKETS 1024

static struct list by_name[NAME_BUCKETS];
static struct port_map by_port;

static void
tables_init(void)
{
	static bool is_ready;

	if (is_ready)
		return;
	is_ready = true;
	port_map_init(&by_port);
	for (unsigned i = 0; i < NAME_BUCKETS; i++)
		list_init(&by_name[i]);
}

/* FNV-1a, begun with the context: a name chosen to collide needs its address. */
static struct list *
bucket_of(const struct context *context, const char *name)
{
	uint64_t hash = 0xcbf29ce484222325u ^ (uintptr_t)context;

	tables_init();
	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x100000001b3u;
	return &by_name[(hash ^ (hash >> 32)) % NAME_BUCKETS];
}

struct service *
context_find(const struct context *context, const char *name)
{
	LIST_FOREACH (node, bucket_of(context, name)) {
		struct service *service =
		    CONTAINER_OF(node, struct service, name_node);

		if (service->context == context &&
		    strcmp(service->name, name) == 0)
			return service;
	}
	return NULL;
}

static struct service *
service_by_port(mach_port_t port)
{
	struct port_node *node;

	tables_init();
	node = port_map_find(&by_port, port);
	return node ? CONTAINER_OF(node, struct service, port_node) : NULL;
}

/* --- the making and the end of one ------------------------------------------- */

static void watched_died(struct watcher *watcher);

/* HIDDEN, for now: without a port. */
static struct service *
service_new(struct context *context, const char *name, uid_t owner)
{
	bool is_charged = owner != QUOTA_NOBODY;
	struct service *service;

	if (is_charged && context->parent &&
	    context->names_count >= SUBSET_NAMES_MAX)
		return NULL;
	if (!quota_take(owner, QUOTA_NAMES))
		return NULL;
	service = base_zalloc(1, sizeof(*service));
	if (!service) {
		quota_give(owner, QUOTA_NAMES);
		return NULL;
	}
	(void)mig_strncpy(service->name, name, sizeof(service->name));
	service->context = context;
	service->state = SERVICE_HIDDEN;
	service->listed = true;
	service->owner = owner;
	list_init(&service->program_node);
	port_node_init(&service->port_node);
	watcher_init(&service->watcher, watched_died);
	list_push_back(&context->services, &service->node);
	list_push_back(bucket_of(context, name), &service->name_node);
	context->names_count += is_charged ? 1 : 0;
	return service;
}

/* Of a HIDDEN one. */
static void
service_delete(struct service *service)
{
	if (service->owner != QUOTA_NOBODY)
		service->context->names_count--;
	quota_give(service->owner, QUOTA_NAMES);
	list_remove(&service->node);
	list_remove(&service->name_node);
	list_remove(&service->program_node);
	base_free(service);
}

/* HIDDEN becomes INACTIVE, with a new port. False: no room. */
static bool
own_port_begin(struct service *service)
{
	mach_port_t port = port_new(true, service->queue_limit);

	if (port == MACH_PORT_NULL)
		return false;
	service->port = port;
	service->state = SERVICE_INACTIVE;
	port_map_add(&by_port, &service->port_node, port);
	return true;
}

/* INACTIVE or ACTIVE becomes HIDDEN. */
static void
own_port_end(struct service *service)
{
	if (service->state == SERVICE_INACTIVE)
		port_kill(service->port);
	port_map_remove(&service->port_node);
	port_release(service->port);
	service->port = MACH_PORT_NULL;
	service->armed = false;
	service->state = SERVICE_HIDDEN;
}

/* Any becomes HIDDEN. */
static void
port_end(struct service *service)
{
	switch (service->state) {
	case SERVICE_ACTIVE:
		watch_end(&service->watcher);
		own_port_end(service);
		return;
	case SERVICE_INACTIVE:
		own_port_end(service);
		return;
	case SERVICE_REGISTERED:
		watch_end(&service->watcher);
		port_release(service->port);
		service->port = MACH_PORT_NULL;
		service->state = SERVICE_HIDDEN;
		return;
	case SERVICE_HIDDEN:
		return;
	}
}

int
service_declare(struct context *context, const char *name,
    struct program *program, uid_t owner, struct service **service_out)
{
	struct service *service;

	if (context_find(context, name))
		return BOOTSTRAP_NAME_IN_USE;
	service = service_new(context, name, owner);
	if (!service)
		return BOOTSTRAP_NO_MEMORY;
	if (!own_port_begin(service)) {
		service_delete(service);
		return BOOTSTRAP_NO_MEMORY;
	}
	service->declared = true;
	if (program) {
		service->program = program;
		list_push_back(&program->services, &service->program_node);
	}
	service_update(service);
	*service_out = service;
	return BOOTSTRAP_SUCCESS;
}

int
service_create(struct context *context, const char *name, uid_t owner,
    struct service **service_out)
{
	int code = service_declare(context, name, NULL, owner, service_out);

	if (code == BOOTSTRAP_SUCCESS)
		(*service_out)->declared = false;
	return code;
}

void
service_adopt(struct service *service)
{
	service->declared = true;
	if (service->owner == QUOTA_NOBODY)
		return;
	service->context->names_count--;
	quota_give(service->owner, QUOTA_NAMES);
	service->owner = QUOTA_NOBODY;
}

void
service_free(struct service *service)
{
	port_end(service);
	service_delete(service);
}

void
service_remove(struct service *service)
{
	service->declared = false;
	service->policy = NULL;
	if (service->state == SERVICE_INACTIVE ||
	    service->state == SERVICE_HIDDEN) {
		service_free(service);
		return;
	}
	/* It may outlive its program. */
	service->program = NULL;
	list_remove(&service->program_node);
}

/* --- check-in ------------------------------------------------------------------ */

int
service_check_in(struct service *service, mach_port_t *port_out)
{
	mach_port_t previous = MACH_PORT_NULL;

	mp_assert(service->state == SERVICE_INACTIVE);
	if (!watch_begin(&service->watcher, service->port))
		return BOOTSTRAP_NO_MEMORY;
	if (mach_port_request_notification(mach_task_self(), service->port,
	        MACH_NOTIFY_PORT_DESTROYED, 0, server.returns,
	        MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous) != KERN_SUCCESS) {
		watch_end(&service->watcher);
		return BOOTSTRAP_NO_MEMORY;
	}
	/* Moving the right takes it out of the set of demand. */
	service->armed = false;
	service->state = SERVICE_ACTIVE;
	*port_out = service->port;
	return BOOTSTRAP_SUCCESS;
}

/* Its holder may have changed the limit of its queue. */
static void
reset_queue_limit(const struct service *service)
{
	mach_port_limits_t limits = {
	    .mpl_qlimit = service->queue_limit > 0 ? service->queue_limit
	                                           : MACH_PORT_QLIMIT_DEFAULT,
	};

	(void)mach_port_set_attributes(mach_task_self(), service->port,
	    MACH_PORT_LIMITS_INFO, (mach_port_info_t)&limits,
	    MACH_PORT_LIMITS_INFO_COUNT);
}

void
service_change(
    struct service *service, struct program *program, uint32_t queue_limit)
{
	list_remove(&service->program_node);
	service->program = program;
	if (program)
		list_push_back(&program->services, &service->program_node);
	service->queue_limit = queue_limit;
	if (service->state == SERVICE_INACTIVE)
		reset_queue_limit(service);
	service_update(service);
}

void
service_returned(mach_port_t port)
{
	struct service *service = service_by_port(port);

	if (!service || service->state != SERVICE_ACTIVE) {
		/* Of one that has gone meanwhile, or that we never gave. */
		port_kill(port);
		return;
	}
	watch_end(&service->watcher);
	service->state = SERVICE_INACTIVE;
	if (!service->declared) {
		service_free(service);
		return;
	}
	reset_queue_limit(service);
	service_update(service);
}

/* --- registration -------------------------------------------------------------- */

/* Its port is dead: the registration is over, or it does not come back. */
static void
port_died(struct service *service)
{
	if (!service->declared) {
		service_free(service);
		return;
	}
	port_end(service);
	if (own_port_begin(service)) {
		service_update(service);
		return;
	}
	log_error("%s: no memory for a new port; it is not declared any more",
	    service->name);
	service_free(service);
}

static void
watched_died(struct watcher *watcher)
{
	port_died(CONTAINER_OF(watcher, struct service, watcher));
}

int
service_register(struct service *service, mach_port_t port)
{
	if (MACH_PORT_VALID(port) && !watch_begin(&service->watcher, port))
		return BOOTSTRAP_NO_MEMORY;
	if (service->state == SERVICE_INACTIVE && port != MACH_PORT_DEAD)
		own_port_end(service);
	if (MACH_PORT_VALID(port)) {
		service->port = port;
		service->state = SERVICE_REGISTERED;
	} else if (port == MACH_PORT_DEAD && service->state == SERVICE_HIDDEN) {
		port_died(service); /* it has died already */
	}
	return BOOTSTRAP_SUCCESS;
}

int
service_register_new(
    struct context *context, const char *name, mach_port_t port, uid_t owner)
{
	struct service *service;
	int code;

	if (port == MACH_PORT_DEAD)
		return BOOTSTRAP_SUCCESS;
	service = service_new(context, name, owner);
	if (!service)
		return BOOTSTRAP_NO_MEMORY;
	code = service_register(service, port);
	if (code != BOOTSTRAP_SUCCESS)
		service_free(service);
	return code;
}

/* --- demand -------------------------------------------------------------------- */

/* Would a message to it start its program? */
static bool
is_wanted_armed(const struct service *service)
{
	const struct program *program = service->program;

	return service->state == SERVICE_INACTIVE && program &&
	    program_can_start(program);
}

static void
arm(struct service *service)
{
	if (mach_port_insert_member(
	        mach_task_self(), service->port, server.demand) == KERN_SUCCESS)
		service->armed = true;
	else
		log_error("%s: no memory to wait for messages; none starts %s",
		    service->name, service->program->name);
}

static void
disarm(struct service *service)
{
	(void)mach_port_extract_member(
	    mach_task_self(), service->port, server.demand);
	service->armed = false;
}

void
service_update(struct service *service)
{
	bool wanted = is_wanted_armed(service);

	if (wanted && !service->armed)
		arm(service);
	else if (!wanted && service->armed)
		disarm(service);
}

/* The port that has the first message in the set of demand; the message stays. */
static mach_port_t
first_in_demand(void)
{
	mach_msg_header_t header;
	mach_msg_return_t mr = mach_msg(&header,
	    MACH_RCV_MSG | MACH_RCV_TIMEOUT | MACH_RCV_LARGE |
	        MACH_RCV_LARGE_IDENTITY,
	    0, sizeof(header), server.demand, 0, MACH_PORT_NULL);

	/* No message is smaller than that with its trailer. */
	return mr == MACH_RCV_TOO_LARGE ? header.msgh_local_port
	                                : MACH_PORT_NULL;
}

void
service_demand(void)
{
	mach_port_t port;

	while ((port = first_in_demand()) != MACH_PORT_NULL) {
		struct service *service = service_by_port(port);

		if (!service || !service->armed) {
			/* Not reached: what is in the set is armed. But to look
			 * at it again and again would be worse. */
			(void)mach_port_extract_member(
			    mach_task_self(), port, server.demand);
			continue;
		}
		/* Out of the set, whatever the launcher does; program_changed()
		 * puts it back. */
		disarm(service);
		launch_demand(service->program);
	}
}

unsigned
service_waiting(const struct service *service)
{
	mach_port_status_t status;
	mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;

	if (service->state != SERVICE_INACTIVE ||
	    mach_port_get_attributes(mach_task_self(), service->port,
	        MACH_PORT_RECEIVE_STATUS, (mach_port_info_t)&status,
	        &count) != KERN_SUCCESS)
		return 0;
	return status.mps_msgcount;
}

void
service_flush(struct service *service)
{
	/* As many as there are now: who sends more meanwhile is not waited for. */
	for (unsigned left = service_waiting(service); left > 0; left--)
		(void)mach_msg(NULL, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, 0,
		    service->port, 0, MACH_PORT_NULL);
}
