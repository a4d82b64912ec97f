/* Messages that were received and turned out too large. */
#include "mach2_aside.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "attach.h"
#include "base_list.h"
#include "lock.h"

struct aside {
	struct list link;
	mach_port_name_t name; /* port or set that was received from */
	mach_port_name_t port; /* that it came to */
	uint32_t generation;   /* attach_generation that the names are of */
	mach_msg_return_t result;
	size_t bytes;
	uint64_t message[];
};

/* (lock) In the order in which they came. */
static struct list asides GUARDED_BY(&process_lock) = {&asides, &asides};

static void
aside_free(struct aside *aside)
{
	(void)munmap(aside, sizeof(*aside) + aside->bytes);
}

bool
mach2_aside_put(mach_port_name_t name, const mach_msg_header_t *message,
    size_t bytes, mach_msg_return_t result)
{
	int saved_errno = errno;
	struct lock_hold hold;
	struct aside *aside;

	aside = mmap(NULL, sizeof(*aside) + bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	errno = saved_errno;
	if ((void *)aside == MAP_FAILED)
		return false;
	list_init(&aside->link);
	aside->name = name;
	aside->port = message->msgh_local_port;
	aside->generation = attach_generation;
	aside->result = result;
	aside->bytes = bytes;
	memcpy(aside->message, message, bytes);
	lock_take(&process_lock, &hold);
	list_push_back(&asides, &aside->link);
	lock_give(&process_lock, &hold);
	return true;
}

static bool
is_for(const struct aside *aside, mach_port_name_t name)
{
	return (aside->name == name || aside->port == name) &&
	    aside->generation == attach_generation;
}

static bool
is_to_port(const struct aside *aside, mach_port_name_t name)
{
	return aside->port == name && aside->generation == attach_generation;
}

/* The first one that @matches @name, which is the caller's; or NULL. */
static struct aside *
take_first(mach_port_name_t name,
    bool (*matches)(const struct aside *, mach_port_name_t))
{
	struct aside *found = NULL;
	struct lock_hold hold;

	lock_take(&process_lock, &hold);
	LIST_FOREACH (node, &asides) {
		found = CONTAINER_OF(node, struct aside, link);
		if (matches(found, name)) {
			list_remove(node);
			break;
		}
		found = NULL;
	}
	lock_give(&process_lock, &hold);
	return found;
}

bool
mach2_aside_take(mach_port_name_t name, struct mach2_buffer *buffer,
    mach_msg_return_t *result_out)
{
	struct aside *aside = take_first(name, is_for);

	if (!aside)
		return false;
	if (!mach2_buffer_grow(buffer, aside->bytes)) {
		struct lock_hold hold;

		lock_take(&process_lock, &hold);
		list_insert_after(&asides, &aside->link);
		lock_give(&process_lock, &hold);
		return false;
	}
	memcpy(buffer->message, aside->message, aside->bytes);
	buffer->message->msgh_local_port = aside->port; /* it may be renamed */
	*result_out = aside->result;
	aside_free(aside);
	return true;
}

uint32_t
mach2_aside_count(mach_port_name_t name)
{
	struct lock_hold hold;
	uint32_t count = 0;

	lock_take(&process_lock, &hold);
	LIST_FOREACH (node, &asides) {
		if (is_for(CONTAINER_OF(node, struct aside, link), name))
			count++;
	}
	lock_give(&process_lock, &hold);
	return count;
}

void
mach2_aside_drop(mach_port_name_t name)
{
	struct lock_hold hold;
	struct aside *aside;

	while ((aside = take_first(name, is_to_port)) != NULL) {
		mach_msg_destroy((mach_msg_header_t *)aside->message);
		aside_free(aside);
	}
	/* Another set may get the name. */
	lock_take(&process_lock, &hold);
	LIST_FOREACH (node, &asides) {
		aside = CONTAINER_OF(node, struct aside, link);
		if (is_for(aside, name))
			aside->name = aside->port;
	}
	lock_give(&process_lock, &hold);
}

void
mach2_aside_rename(mach_port_name_t old_name, mach_port_name_t new_name)
{
	struct lock_hold hold;

	lock_take(&process_lock, &hold);
	LIST_FOREACH (node, &asides) {
		struct aside *aside = CONTAINER_OF(node, struct aside, link);

		if (aside->generation != attach_generation)
			continue;
		if (aside->name == old_name)
			aside->name = new_name;
		if (aside->port == old_name)
			aside->port = new_name;
	}
	lock_give(&process_lock, &hold);
}
