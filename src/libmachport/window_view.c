/* Regions that stay in the window. */
#include "window_view.h"

#include <mach/vm_page_size.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "wire_window.h"

/* Smaller regions are as soon copied. */
#define LEAST_BYTES ((uint64_t)128 << 10)

/* Linux copies the pages that the program writes, which takes twenty times as long as we do.
 * Who writes them once mostly does it again: so many regions are copied then. */
#define COPIES_AFTER_WRITING 500

/* As many as a user has windows. */
#define VIEWS 64

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

enum state {
	NONE, /* not in use */
	UNSIZED,
	WAITS,
	LENT,
	LOST,
};

struct window_view {
	uint8_t state;       /* enum state (vm_lock) */
	atomic_bool is_lent; /* LENT, LOST */
	uint64_t address;    /* (vm_lock) */
	uint64_t bytes;      /* UNSIZED: of the last region, or 0 (vm_lock) */
	uint32_t copies; /* regions to be copied before the next (vm_lock) */
	dev_t device;
	ino_t inode;
};

static struct window_view views[VIEWS];

static struct window_view *
find_locked(enum state state, uint64_t address) REQUIRES(&vm_lock)
{
	for (struct window_view *view = views; view < views + VIEWS; view++)
		if (view->state == state &&
		    (state == NONE || view->address == address))
			return view;
	return NULL;
}

static void
set_state_locked(struct window_view *view, enum state state) REQUIRES(&vm_lock)
{
	view->state = (uint8_t)state;
	/* What the program did with the region came before. Pairs with
	 * window_view_part(). */
	atomic_store_explicit(&view->is_lent, state == LENT || state == LOST,
	    memory_order_release);
}

struct window_view *
window_view_new(int file)
{
	struct window_view *view = NULL;
	struct lock_hold hold;
	struct stat status;
	void *memory;

	if (fstat(file, &status) != 0)
		return NULL;
	memory = mmap(NULL, WIRE_WINDOW_BYTES, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_NORESERVE, file, 0);
	if (memory == MAP_FAILED)
		return NULL;
	vm_lock_take(&hold);
	/* Where Linux does not tell what was written, it would be of no use. */
	if (mapping_count_changed_locked(
	        (uintptr_t)memory, (uintptr_t)memory + WIRE_WINDOW_BYTES) == 0)
		view = find_locked(NONE, 0);
	if (view) {
		*view = (struct window_view){
		    .address = (uintptr_t)memory,
		    .device = status.st_dev,
		    .inode = status.st_ino,
		};
		set_state_locked(view, UNSIZED);
	}
	vm_lock_give(&hold);
	if (!view)
		(void)munmap(memory, WIRE_WINDOW_BYTES);
	return view;
}

static uint64_t
mapped_bytes(const struct window_view *view)
{
	return view->state == UNSIZED ? WIRE_WINDOW_BYTES : view->bytes;
}

/* Is it as we mapped it, and nothing else? */
static bool
is_there_locked(const struct window_view *view) REQUIRES(&vm_lock)
{
	struct mapping mapping;

	return mapping_find_locked(view->address, &mapping) &&
	    mapping.begin == view->address &&
	    mapping.end == view->address + mapped_bytes(view) &&
	    mapping.inode == view->inode && mapping.device == view->device &&
	    mapping.offset == 0 && !mapping.shared &&
	    mapping.protection == (PROT_READ | PROT_WRITE);
}

static void
drop_locked(struct window_view *view) REQUIRES(&vm_lock)
{
	if ((view->state == UNSIZED || view->state == WAITS) &&
	    is_there_locked(view))
		(void)munmap((void *)view->address, mapped_bytes(view));
	set_state_locked(view, NONE);
}

void
window_view_free(struct window_view *view)
{
	struct lock_hold hold;

	if (!view)
		return;
	vm_lock_take(&hold);
	drop_locked(view);
	vm_lock_give(&hold);
}

uint32_t
window_view_part(const struct window_view *view)
{
	/* Pairs with set_state_locked(). */
	return view &&
	        atomic_load_explicit(&view->is_lent, memory_order_acquire)
	    ? 1
	    : 0;
}

/* The second region of @bytes in turn makes it as large as that. */
static void
size_locked(struct window_view *view, uint64_t bytes) REQUIRES(&vm_lock)
{
	const uint64_t rest = WIRE_WINDOW_BYTES - bytes;

	if (view->bytes != bytes) {
		view->bytes = bytes;
	} else if (is_there_locked(view) &&
	    (rest == 0 || munmap((void *)(view->address + bytes), rest) == 0)) {
		view->state = WAITS;
	}
}

static void *
take_locked(struct window_view *view, uint64_t bytes) REQUIRES(&vm_lock)
{
	if (view->state == UNSIZED)
		size_locked(view, bytes);
	if (view->state != WAITS || view->bytes != bytes)
		return NULL;
	if (view->copies > 0) {
		view->copies--;
		return NULL;
	}
	if (!is_there_locked(view)) {
		set_state_locked(view, LOST);
		return NULL;
	}
	set_state_locked(view, LENT);
	return (void *)view->address;
}

void *
window_view_take(struct window_view *view, uint64_t bytes)
{
	struct lock_hold hold;
	void *memory;

	if (!view || bytes < LEAST_BYTES || (bytes & vm_page_mask) != 0)
		return NULL;
	vm_lock_take(&hold);
	memory = take_locked(view, bytes);
	vm_lock_give(&hold);
	return memory;
}

/* Have the window's pages there again, instead of those that the program wrote. */
static bool
clean_locked(struct window_view *view) REQUIRES(&vm_lock)
{
	if (mapping_count_changed_locked(
	        view->address, view->address + view->bytes) == 0)
		return true;
	view->copies = COPIES_AFTER_WRITING;
	return madvise((void *)view->address, view->bytes, MADV_DONTNEED) == 0;
}

bool
window_view_give_locked(uint64_t address, uint64_t bytes)
{
	struct window_view *view = find_locked(LENT, address);

	if (!view)
		return false;
	if (bytes != view->bytes || !is_there_locked(view) ||
	    !mapping_hide_locked(&view->address, bytes)) {
		set_state_locked(view, LOST);
		return false;
	}
	/* Not before: a thread may be writing to what it has no more. */
	if (clean_locked(view)) {
		set_state_locked(view, WAITS);
	} else {
		(void)munmap((void *)view->address, bytes);
		set_state_locked(view, LOST);
	}
	return true;
}

/* Linux copies all pages that are still the window's. */
void
window_views_fork_locked(void)
{
	for (struct window_view *view = views; view < views + VIEWS; view++)
		if (view->state == LENT &&
		    (!is_there_locked(view) ||
		        madvise((void *)view->address, view->bytes,
		            MADV_POPULATE_WRITE) != 0))
			set_state_locked(view, LOST);
}

/* Put plain memory in place of what was lent: of the file, madvise() would show what came to
 * the parent since. */
static void
replace_locked(const struct window_view *view) REQUIRES(&vm_lock)
{
	void *const region = (void *)view->address;
	void *copy;

	if (!is_there_locked(view))
		return;
	copy = mmap(NULL, view->bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (copy == MAP_FAILED) {
		(void)munmap(region, view->bytes);
		return;
	}
	memcpy(copy, region, view->bytes);
	if (mremap(copy, view->bytes, view->bytes,
	        MREMAP_MAYMOVE | MREMAP_FIXED, region) == MAP_FAILED) {
		(void)munmap(copy, view->bytes);
		(void)munmap(region, view->bytes);
	}
}

void
window_views_forget_locked(void)
{
	for (struct window_view *view = views; view < views + VIEWS; view++) {
		if (view->state == LENT)
			replace_locked(view);
		drop_locked(view);
	}
}
