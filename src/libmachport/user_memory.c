/* Memory that the program says is there. */
#include "user_memory.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <mach/vm_page_size.h>

/* No way to change a signal mask: Linux reads the set, then says EINVAL. */
#define NO_SIGNAL_HOW (-1)
#define SIGNALS_BYTES ((size_t)8)

static bool
is_word_readable(uintptr_t address)
{
	int saved_errno = errno;
	bool faulted;

	if (address == 0)
		return false; /* to Linux, that is no set at all */
	faulted = syscall(SYS_rt_sigprocmask, NO_SIGNAL_HOW, address, NULL,
	              SIGNALS_BYTES) < 0 &&
	    errno == EFAULT;
	errno = saved_errno;
	return !faulted;
}

/* Overwrites 4 bytes at @address. */
static bool
is_word_writable(uintptr_t address)
{
	int saved_errno = errno;
	bool faulted;

	if (address == 0)
		return false; /* the same */
	faulted = syscall(SYS_getcpu, address, NULL, NULL) < 0;
	errno = saved_errno;
	return !faulted;
}

bool
user_memory_readable(const void *memory, size_t bytes)
{
	uintptr_t at = (uintptr_t)memory;
	uintptr_t last;

	if (bytes < SIGNALS_BYTES)
		bytes = SIGNALS_BYTES;
	if (__builtin_add_overflow(at, bytes - SIGNALS_BYTES, &last))
		return false;
	for (; trunc_page(at) < trunc_page(last);
	     at = trunc_page(at) + vm_page_size)
		if (!is_word_readable(at))
			return false;
	return is_word_readable(last);
}

bool
user_memory_write(void *to, const void *from, size_t bytes)
{
	if (!is_word_writable((uintptr_t)to) ||
	    !is_word_writable((uintptr_t)to + bytes - sizeof(uint32_t)))
		return false;
	memcpy(to, from, bytes);
	return true;
}
