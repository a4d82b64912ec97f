/* Watches: from the engine's to levels. */
#include "kern_watch.h"

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_watch.h"

struct kern_watch {
	struct ipc_watch watch;
	struct list link; /* task->watches */
	uint32_t id;
	struct kern_level *level; /* owned */
};

static void
changed(struct ipc_watch *watch)
{
	kern_platform->level_set(
	    CONTAINER_OF(watch, struct kern_watch, watch)->level, watch->ready);
}

static struct kern_watch *
watch_new(struct kern_task *task, mach_port_name_t name)
{
	struct kern_watch *watch = base_zalloc(1, sizeof(*watch));

	if (!watch)
		return NULL;
	mp_assert(task->process);
	watch->level = kern_platform->level_new(task->process);
	if (!watch->level) {
		base_free(watch);
		return NULL;
	}
	watch->id = ipc_new_id();
	list_init(&watch->link);
	list_push_back(&task->watches, &watch->link);
	ipc_watch_init(&watch->watch, changed);
	ipc_watch_begin(&watch->watch, task->space, name);
	if (watch->watch.ready)
		changed(&watch->watch);
	return watch;
}

static void
watch_free(struct kern_watch *watch)
{
	ipc_watch_end(&watch->watch);
	list_remove(&watch->link);
	kern_platform->level_free(watch->level);
	base_free(watch);
}

kern_return_t
kern_watch_open(struct kern_task *task, mach_port_name_t name, uint32_t known,
    uint32_t *id_out, struct kern_level **level_out)
{
	struct ipc_watch *found;
	struct kern_watch *watch;
	kern_return_t kr = ipc_watch_find(task->space, name, &found);

	if (kr != KERN_SUCCESS)
		return kr;
	watch = found ? CONTAINER_OF(found, struct kern_watch, watch)
	              : watch_new(task, name);
	if (!watch)
		return KERN_RESOURCE_SHORTAGE;
	*id_out = watch->id;
	*level_out = watch->id == known ? NULL : watch->level;
	return KERN_SUCCESS;
}

kern_return_t
kern_watch_close(struct kern_task *task, uint32_t id)
{
	LIST_FOREACH (node, &task->watches) {
		struct kern_watch *watch =
		    CONTAINER_OF(node, struct kern_watch, link);

		if (watch->id == id) {
			watch_free(watch);
			return KERN_SUCCESS;
		}
	}
	return KERN_INVALID_VALUE;
}

void
kern_watch_close_all(struct kern_task *task)
{
	LIST_FOREACH_SAFE (node, &task->watches)
		watch_free(CONTAINER_OF(node, struct kern_watch, link));
}
