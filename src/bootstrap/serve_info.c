/* bootstrap_info(): three arrays of what can be looked up. */
#include <mach/mach.h>
#include <string.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "bootstrapServer.h"
#include "context.h"
#include "gate.h"
#include "policy.h"
#include "program.h"
#include "service.h"

/* What is told of: found once, since what a rule says of a process may change while
 * it is asked again and again. */
struct listing {
	const struct gate *gate;
	const struct identity *who;
	const struct service **services; /* owned; @room of them */
	mach_msg_type_number_t room;
	mach_msg_type_number_t count;
	name_t *names;
	name_t *servers;
	boolean_t *active;
};

/* Is it what a look-up finds by its name? */
static bool
is_visible(const struct listing *listing, const struct service *service)
{
	return service->listed &&
	    context_resolve(listing->gate->context, service->name) == service &&
	    policy_allows(listing->gate, service->name, service, POLICY_LOOK_UP,
	        listing->who);
}

/* How many services there are here and in the parents; more than are told of. */
static mach_msg_type_number_t
count_all(const struct context *context)
{
	mach_msg_type_number_t count = 0;

	for (; context; context = context->parent)
		LIST_FOREACH (node, &context->services)
			count++;
	return count;
}

/* False: no memory. */
static bool
find_all(struct listing *listing)
{
	const struct context *context = listing->gate->context;

	listing->room = count_all(context);
	if (listing->room == 0)
		return true;
	listing->services =
	    base_zalloc(listing->room, sizeof(*listing->services));
	if (!listing->services)
		return false;
	for (; context; context = context->parent)
		LIST_FOREACH (node, &context->services) {
			const struct service *service =
			    CONTAINER_OF(node, struct service, node);

			if (!is_visible(listing, service))
				continue;
			mp_assert(listing->count < listing->room);
			listing->services[listing->count++] = service;
		}
	return true;
}

static void
list_service(struct listing *listing, mach_msg_type_number_t i,
    const struct service *service)
{
	(void)mig_strncpy_zerofill(
	    listing->names[i], service->name, sizeof(name_t));
	(void)mig_strncpy_zerofill(listing->servers[i],
	    service->program ? service->program->name : "", sizeof(name_t));
	listing->active[i] = service->state != SERVICE_INACTIVE;
}

/* Memory for @count services. False: there is none. */
static bool
listing_alloc(struct listing *listing, mach_msg_type_number_t count)
{
	vm_address_t names = 0;
	vm_address_t servers = 0;
	vm_address_t active = 0;

	mig_allocate(&names, count * sizeof(name_t));
	mig_allocate(&servers, count * sizeof(name_t));
	mig_allocate(&active, count * sizeof(boolean_t));
	if (names && servers && active) {
		listing->names = (name_t *)names;
		listing->servers = (name_t *)servers;
		listing->active = (boolean_t *)active;
		return true;
	}
	if (names)
		mig_deallocate(names, count * sizeof(name_t));
	if (servers)
		mig_deallocate(servers, count * sizeof(name_t));
	if (active)
		mig_deallocate(active, count * sizeof(boolean_t));
	return false;
}

kern_return_t
serve_bootstrap_info(mach_port_t bp, audit_token_t token,
    name_array_t *service_names, mach_msg_type_number_t *service_namesCnt,
    name_array_t *server_names, mach_msg_type_number_t *server_namesCnt,
    bool_array_t *service_active, mach_msg_type_number_t *service_activeCnt)
{
	const struct identity who = identity_of_token(&token);
	struct listing listing = {.gate = gate_find(bp), .who = &who};

	bool done;

	if (!listing.gate)
		return KERN_INVALID_ARGUMENT;
	done = find_all(&listing) &&
	    (listing.count == 0 || listing_alloc(&listing, listing.count));
	for (mach_msg_type_number_t i = 0; done && i < listing.count; i++)
		list_service(&listing, i, listing.services[i]);
	base_free(listing.services);
	if (!done)
		return BOOTSTRAP_NO_MEMORY;
	*service_names = listing.names;
	*server_names = listing.servers;
	*service_active = listing.active;
	*service_namesCnt = listing.count;
	*server_namesCnt = listing.count;
	*service_activeCnt = listing.count;
	return BOOTSTRAP_SUCCESS;
}
