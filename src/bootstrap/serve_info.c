/* bootstrap_info(): three arrays of what can be looked up. */
#include <mach/mach.h>
#include <string.h>

#include "bootstrapServer.h"
#include "context.h"
#include "gate.h"
#include "policy.h"
#include "program.h"
#include "service.h"

/* The arrays, as far as they are filled. Without them: only counting. */
struct listing {
	const struct gate *gate;
	const struct identity *who;
	name_t *names;
	name_t *servers;
	boolean_t *active;
	mach_msg_type_number_t count;
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

static void
list_service(struct listing *listing, const struct service *service)
{
	mach_msg_type_number_t i = listing->count++;

	if (!listing->names)
		return;
	(void)mig_strncpy_zerofill(
	    listing->names[i], service->name, sizeof(name_t));
	(void)mig_strncpy_zerofill(listing->servers[i],
	    service->program ? service->program->name : "", sizeof(name_t));
	listing->active[i] = service->state != SERVICE_INACTIVE;
}

static void
list_all(struct listing *listing)
{
	listing->count = 0;
	for (const struct context *context = listing->gate->context; context;
	     context = context->parent)
		LIST_FOREACH (node, &context->services) {
			const struct service *service =
			    CONTAINER_OF(node, struct service, node);

			if (is_visible(listing, service))
				list_service(listing, service);
		}
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

	if (!listing.gate)
		return KERN_INVALID_ARGUMENT;
	list_all(&listing);
	if (listing.count > 0 && !listing_alloc(&listing, listing.count))
		return BOOTSTRAP_NO_MEMORY;
	if (listing.count > 0)
		list_all(&listing);
	*service_names = listing.names;
	*server_names = listing.servers;
	*service_active = listing.active;
	*service_namesCnt = listing.count;
	*server_namesCnt = listing.count;
	*service_activeCnt = listing.count;
	return BOOTSTRAP_SUCCESS;
}
