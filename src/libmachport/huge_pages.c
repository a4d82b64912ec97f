/* Large pages for new memory in a file, where the machine has any. */
#include "huge_pages.h"

#include <errno.h>
#include <fcntl.h>
#include <mach/vm_page_size.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

/* Bytes that may be populated. At first, as much as a program may lose by not using it. */
static uint64_t credit GUARDED_BY(&vm_lock) = (uint64_t)64 << 20;

/* The number behind @key in @text, in bytes; there it is in KiB. */
static uint64_t
number_of(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? strtoull(at + strlen(key), NULL, 10) << 10 : 0;
}

/* Will half of the machine's memory be left? */
static bool
is_affordable(uint64_t bytes)
{
	char text[256]; /* the first lines are enough */
	uint64_t available;
	long got = -1;
	/* No calls of the C library, where a thread could be cancelled. */
	int file = (int)syscall(
	    SYS_openat, AT_FDCWD, "/proc/meminfo", O_RDONLY | O_CLOEXEC);

	if (file >= 0) {
		got = syscall(SYS_read, file, text, sizeof(text) - 1);
		(void)syscall(SYS_close, file);
	}
	if (got <= 0)
		return false;
	text[got] = '\0';
	available = number_of(text, "MemAvailable:");
	return bytes <= available &&
	    available - bytes >= number_of(text, "MemTotal:") / 2;
}

/* Linux makes a large page only of what has a small one. Asked for it so, a lack of memory
 * is an error and no signal. */
static bool
collapse(char *at)
{
	return madvise(at, vm_page_size, MADV_POPULATE_READ) == 0 &&
	    madvise(at, HUGE_PAGE_BYTES, MADV_COLLAPSE) == 0;
}

void
huge_pages_populate(uint64_t address, uint64_t bytes)
{
	int saved_errno = errno;
	uint64_t done = 0;

	if (bytes >= HUGE_PAGE_BYTES && address % HUGE_PAGE_BYTES == 0 &&
	    is_affordable(bytes))
		while (bytes - done >= HUGE_PAGE_BYTES &&
		    collapse((char *)(address + done)))
			done += HUGE_PAGE_BYTES;
	errno = saved_errno;
}

bool
huge_pages_take_credit_locked(uint64_t bytes)
{
	if (bytes > credit)
		return false;
	credit -= bytes;
	return true;
}

/* For two such regions at once, but not for all that was ever sent. */
void
huge_pages_give_credit_locked(uint64_t bytes)
{
	if (credit / 2 < bytes)
		credit += bytes;
}
