/* Asking Linux of a buffer, and remembering what it said. */
#include "lanes_buffer.h"

#include <errno.h>
#include <mach/vm_page_size.h>
#include <stdint.h>
#include <sys/mman.h>

#include "user_memory.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

/* Memory in one piece. */
struct range {
	uintptr_t first;
	uintptr_t end;
};

#define RANGES 4u

/* initial-exec: the caller may be a handler, which must not allocate memory. */
static __thread struct {
	struct range list[RANGES];
	unsigned oldest;
} known __attribute__((tls_model("initial-exec")));

static bool
is_known(const struct range *wanted)
{
	for (unsigned i = 0; i < RANGES; i++)
		if (known.list[i].first <= wanted->first &&
		    wanted->end <= known.list[i].end)
			return true;
	return false;
}

/* One that it touches becomes larger: a stack, as it is used. */
static void
remember(const struct range *range)
{
	for (unsigned i = 0; i < RANGES; i++) {
		struct range *old = &known.list[i];

		if (range->first > old->end || old->first > range->end)
			continue;
		if (range->first < old->first)
			old->first = range->first;
		if (range->end > old->end)
			old->end = range->end;
		return;
	}
	known.list[known.oldest++ % RANGES] = *range;
}

static bool
populate(uintptr_t first, size_t bytes)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr) */
	return madvise((void *)first, bytes, MADV_POPULATE_WRITE) == 0;
}

/* A Linux that does not know the question, not even of no bytes, is not asked. */
static bool
ask(const struct range *range)
{
	const int saved_errno = errno;
	const bool writable =
	    populate(range->first, range->end - range->first) ||
	    !populate(range->first, 0);

	errno = saved_errno;
	return writable;
}

bool
lanes_buffer_writable(void *buffer, size_t bytes)
{
	const uintptr_t at = (uintptr_t)buffer;
	struct range range;

	if (at == 0 || at + bytes < at)
		return false;
	range.first = at;
	range.end = at + bytes;
	if (is_known(&range))
		return true;
	if (user_memory_is_own(buffer, bytes)) {
		remember(&range);
		return true;
	}
	range.first = trunc_page(at);
	range.end = round_page(at + bytes);
	if (range.end < range.first || !ask(&range))
		return false;
	remember(&range);
	return true;
}
