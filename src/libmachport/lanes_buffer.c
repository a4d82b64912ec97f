/* Asking Linux of a buffer, and remembering what it said. */
#include "lanes_buffer.h"

#include <errno.h>
#include <mach/vm_page_size.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "user_memory.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

#define RANGES 4u

__thread struct lanes_buffer lanes_buffer_last;

static __thread struct {
	struct lanes_buffer list[RANGES];
	unsigned oldest;
	bool
	    busy; /* it is being written: a handler in the middle leaves it alone */
} known __attribute__((tls_model("initial-exec")));

/* A handler in the middle finds nothing there. */
static void
set(struct lanes_buffer *to, const struct lanes_buffer *from)
{
	to->end = 0;
	atomic_signal_fence(memory_order_seq_cst);
	to->first = from->first;
	atomic_signal_fence(memory_order_seq_cst);
	to->end = from->end;
}

static const struct lanes_buffer *
find_known(const struct lanes_buffer *wanted)
{
	for (unsigned i = 0; i < RANGES; i++)
		if (known.list[i].first <= wanted->first &&
		    wanted->end <= known.list[i].end)
			return &known.list[i];
	return NULL;
}

/* One that it touches becomes larger: a stack, as it is used. */
static void
add(const struct lanes_buffer *range)
{
	for (unsigned i = 0; i < RANGES; i++) {
		struct lanes_buffer *old = &known.list[i];

		if (range->first > old->end || old->first > range->end)
			continue;
		if (range->first < old->first)
			old->first = range->first;
		if (range->end > old->end)
			old->end = range->end;
		return;
	}
	set(&known.list[known.oldest++ % RANGES], range);
}

/* @range can be written, and is among those that are known if @found. */
static void
remember(const struct lanes_buffer *range, const struct lanes_buffer *found)
{
	if (known.busy)
		return;
	known.busy = true;
	atomic_signal_fence(memory_order_seq_cst);
	if (!found)
		add(range);
	set(&lanes_buffer_last, found ? found : range);
	atomic_signal_fence(memory_order_seq_cst);
	known.busy = false;
}

static bool
populate(uintptr_t first, size_t bytes)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr) */
	return madvise((void *)first, bytes, MADV_POPULATE_WRITE) == 0;
}

/* A Linux that does not know the question, not even of no bytes, is not asked. */
static bool
ask(const struct lanes_buffer *range)
{
	const int saved_errno = errno;
	const bool writable =
	    populate(range->first, range->end - range->first) ||
	    !populate(range->first, 0);

	errno = saved_errno;
	return writable;
}

bool
lanes_buffer_writable_slowly(void *buffer, size_t bytes)
{
	const uintptr_t at = (uintptr_t)buffer;
	struct lanes_buffer range = {at, at + bytes};
	const struct lanes_buffer *found;

	if (at == 0 || range.end < at)
		return false;
	found = find_known(&range);
	if (!found && !user_memory_is_own(buffer, bytes)) {
		range.first = trunc_page(at);
		range.end = round_page(at + bytes);
		if (range.end < range.first || !ask(&range))
			return false;
	}
	remember(&range, found);
	return true;
}
