/* Contexts, and finding names in them. */
#include "context.h"

#include <servers/bootstrap.h>
#include <string.h>

#include "base_alloc.h"
#include "policy.h"
#include "port.h"
#include "program.h"
#include "quota.h"
#include "server.h"
#include "service.h"

/* A subset of a subset of ...: nothing that walks them takes long. */
#define DEPTH_MAX 32

static void
requestor_died(struct watcher *watcher)
{
	context_free(CONTAINER_OF(watcher, struct context, watcher));
}

static struct context *
context_new(uid_t owner)
{
	struct context *context = base_zalloc(1, sizeof(*context));

	if (!context)
		return NULL;
	list_init(&context->node);
	list_init(&context->children);
	list_init(&context->services);
	list_init(&context->programs);
	watcher_init(&context->watcher, requestor_died);
	context->owner = owner;
	if (gate_init(&context->gate, context, NULL, true) == 0)
		return context;
	base_free(context);
	return NULL;
}

struct context *
context_root_new(void)
{
	return context_new(QUOTA_NOBODY);
}

/* Last, when nothing of the context is left but its ports. */
static void
context_end(struct context *context)
{
	gate_deinit(&context->gate);
	gate_deinit(&context->unprivileged);
	watch_end(&context->watcher);
	list_remove(&context->node);
	base_free(context);
}

int
context_subset(const struct gate *gate, mach_port_t requestor, uid_t owner,
    struct context **context_out)
{
	struct context *parent = gate->context;
	struct context *context;

	if (parent->depth >= DEPTH_MAX || !quota_take(owner, QUOTA_CONTEXTS))
		return BOOTSTRAP_NO_MEMORY;
	context = context_new(owner);
	if (context && !watch_begin(&context->watcher, requestor)) {
		context_end(context);
		context = NULL;
	}
	if (!context) {
		quota_give(owner, QUOTA_CONTEXTS);
		return BOOTSTRAP_NO_MEMORY;
	}
	context->requestor = requestor;
	context->parent = parent;
	context->depth = parent->depth + 1;
	context->domain = policy_domain(gate);
	list_push_back(&parent->children, &context->node);
	*context_out = context;
	return BOOTSTRAP_SUCCESS;
}

/* Its programs and services, and all requests to it. */
static void
context_empty(struct context *context)
{
	while (!list_empty(&context->programs))
		program_free(
		    CONTAINER_OF(context->programs.next, struct program, node));
	while (!list_empty(&context->services))
		service_free(
		    CONTAINER_OF(context->services.next, struct service, node));
}

/* One within it that has none within itself; perhaps itself. */
static struct context *
innermost(struct context *context)
{
	while (!list_empty(&context->children))
		context =
		    CONTAINER_OF(context->children.next, struct context, node);
	return context;
}

static void
free_one(struct context *context)
{
	mach_port_t requestor = context->requestor;

	context_empty(context);
	quota_give(context->owner, QUOTA_CONTEXTS);
	context_end(context);
	port_release(requestor);
}

void
context_free(struct context *context)
{
	struct context *inner;

	while ((inner = innermost(context)) != context)
		free_one(inner);
	free_one(context);
}

struct context *
context_next(const struct context *context)
{
	if (!list_empty(&context->children))
		return CONTAINER_OF(
		    context->children.next, struct context, node);
	for (; context->parent; context = context->parent)
		if (context->node.next != &context->parent->children)
			return CONTAINER_OF(
			    context->node.next, struct context, node);
	return NULL;
}

struct service *
context_resolve(struct context *context, const char *name)
{
	for (; context; context = context->parent) {
		struct service *service = context_find(context, name);

		if (service)
			return service->state == SERVICE_HIDDEN ? NULL
			                                        : service;
	}
	return NULL;
}
