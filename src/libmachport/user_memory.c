/* Memory that the program says is there. */
#include "user_memory.h"

#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <mach/vm_page_size.h>

#include "mapping.h"

/* No way to change a signal mask: Linux reads the set, then says EINVAL. */
#define NO_SIGNAL_HOW (-1)
#define SIGNALS_BYTES ((size_t)8)

/* From so many pages on, one call for all is cheaper than one for each. */
#define PAGES_MANY 4

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

/* For more than this, mappings are asked for, not pages. */
#define ASK_BYTES ((size_t)64 << 10)

/* What is not far above a frame is on its stack. */
#define STACK_NEAR ((uintptr_t)256 * 1024)

struct user_memory_range user_memory_variables;

/* Where the program's heap begins, and where the stack of its first thread ends. Set before
 * main(). */
static uintptr_t heap_begin;
static uintptr_t first_stack_end;

/* What the loader makes read-only in the end is at the begin of the variables. */
static int
find_variables(struct dl_phdr_info *info, size_t size, void *unused)
{
	struct user_memory_range found = {0, 0};

	(void)size;
	(void)unused;
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		const uintptr_t begin = info->dlpi_addr + part->p_vaddr;

		if (part->p_type == PT_LOAD && (part->p_flags & PF_W))
			found = (struct user_memory_range){
			    begin, begin + part->p_memsz};
	}
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		const uintptr_t end =
		    info->dlpi_addr + part->p_vaddr + part->p_memsz;

		if (part->p_type == PT_GNU_RELRO && end > found.begin)
			found.begin = end;
	}
	user_memory_variables = found;
	return 1; /* the program is the first; no more of them */
}

/* Nearly all of the heap is behind what was allocated before main(). */
__attribute__((constructor)) static void
find_own(void)
{
	void *early = malloc(1);
	const uintptr_t top = (uintptr_t)sbrk(0);

	(void)dl_iterate_phdr(find_variables, NULL);
	/* The program's arguments are there, and some random bytes. */
	first_stack_end = getauxval(AT_RANDOM);
	heap_begin = top;
	if ((uintptr_t)early >= user_memory_variables.end &&
	    (uintptr_t)early < top)
		heap_begin = (uintptr_t)early;
	free(early);
}

/* A thread's own data are above its stack, but for the first thread. */
static uintptr_t
stack_end(uintptr_t frame)
{
	const uintptr_t self = (uintptr_t)pthread_self();

	return self > frame ? self : first_stack_end;
}

/* What brk() has made so far. */
static bool
is_in_heap(const void *memory, size_t bytes)
{
	const struct user_memory_range heap = {heap_begin, (uintptr_t)sbrk(0)};

	return user_memory_is_within(memory, bytes, &heap);
}

/* Not inlined: our own frame, below the caller's. */
__attribute__((noinline)) bool
user_memory_is_stack_or_heap(const void *memory, size_t bytes)
{
	const uintptr_t frame = (uintptr_t)__builtin_frame_address(0);
	const uintptr_t begin = (uintptr_t)memory;

	if (begin < frame)
		return is_in_heap(memory, bytes);
	return begin - frame <= STACK_NEAR &&
	    bytes <= STACK_NEAR - (begin - frame) &&
	    begin + bytes <= stack_end(frame);
}

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

/* Tells by one call of many pages, from Linux 5.14 on. */
static bool
is_range_readable(uintptr_t first, uintptr_t last)
{
	const int saved_errno = errno;
	const bool readable =
	    syscall(SYS_madvise, first, last - first, MADV_POPULATE_READ) == 0;

	errno = saved_errno;
	return readable;
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
	if (last - at >= PAGES_MANY * vm_page_size &&
	    is_range_readable(trunc_page(at), trunc_page(last)))
		return is_word_readable(last);
	for (; trunc_page(at) < trunc_page(last);
	     at = trunc_page(at) + vm_page_size)
		if (!is_word_readable(at))
			return false;
	return is_word_readable(last);
}

/* Is it all in one mapping that can be read, and is of no file? To ask for that is one call,
 * however many pages there are. */
static bool
is_plain(uintptr_t address, size_t bytes)
{
	struct mapping mapping;

	return mapping_find(address, &mapping) && mapping.begin <= address &&
	    bytes <= mapping.end - address && mapping.inode == 0 &&
	    (mapping.protection & PROT_READ) != 0;
}

bool
user_memory_much_readable(const void *memory, size_t bytes)
{
	return (bytes >= ASK_BYTES && is_plain((uintptr_t)memory, bytes)) ||
	    user_memory_readable(memory, bytes);
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

bool
user_memory_copy(void *to, const void *from, size_t bytes)
{
	const struct iovec local = {to, bytes};
	const struct iovec remote = {(void *)(uintptr_t)from, bytes};
	const int saved_errno = errno;
	const ssize_t r = (ssize_t)syscall(SYS_process_vm_readv,
	    syscall(SYS_getpid), &local, 1, &remote, 1, 0);
	/* It is refused where processes may not look at each other. */
	const bool refused = r < 0 && errno != EFAULT;

	errno = saved_errno;
	if (refused)
		memcpy(to, from, bytes);
	return refused || r == (ssize_t)bytes;
}
