/* What tests of memory do with it. */
#include "memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <mach/mach_vm.h>

mach_vm_address_t
memory_new(mach_vm_size_t bytes)
{
	mach_vm_address_t address = 0;

	assert_int_equal(mach_vm_allocate(mach_task_self(), &address, bytes,
	                     VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	return address;
}

void
memory_free(mach_vm_address_t address, mach_vm_size_t bytes)
{
	assert_int_equal(
	    mach_vm_deallocate(mach_task_self(), address, bytes), KERN_SUCCESS);
}

static uint64_t
number(mach_vm_size_t offset, int seed)
{
	return offset * 2654435761u + (uint64_t)seed;
}

void
memory_fill(mach_vm_address_t address, mach_vm_size_t bytes, int seed)
{
	for (mach_vm_size_t i = 0; i < bytes; i += vm_page_size)
		*(uint64_t *)(address + i) = number(i, seed);
}

bool
memory_holds(mach_vm_address_t address, mach_vm_size_t bytes, int seed)
{
	for (mach_vm_size_t i = 0; i < bytes; i += vm_page_size)
		if (*(uint64_t *)(address + i) != number(i, seed))
			return false;
	return true;
}

bool
memory_is_readable(mach_vm_address_t address)
{
	char byte;
	const struct iovec local = {&byte, 1};
	const struct iovec remote = {(void *)address, 1};

	return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == 1;
}

bool
memory_is_writable(mach_vm_address_t address)
{
	const struct iovec there = {(void *)address, 1};

	/* Linux reads the byte before it writes it. */
	return process_vm_readv(getpid(), &there, 1, &there, 1, 0) == 1;
}

bool
memory_in_child(bool (*body)(mach_vm_address_t, mach_vm_size_t),
    mach_vm_address_t address, mach_vm_size_t bytes)
{
	const pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(body(address, bytes) ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) == 0;
}
