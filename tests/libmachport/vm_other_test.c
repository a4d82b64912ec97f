/* The calls on memory, made on another task: what can be done and what cannot. */
#include <mach/mach_vm.h>
#include <mach/vm_map.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <mach/mach_traps.h>

#include "program.h"

/* What parent and child have at the same address, each for itself. */
static char *area;
static int ready[2];
static pid_t kernel;
static pid_t pid;
static mach_port_t task;

#define BYTES (4 * vm_page_size)
#define AT(page) ((mach_vm_address_t)(uintptr_t)area + (page)*vm_page_size)

static void
be_other(void)
{
	memset(area, 'c', vm_page_size);
	CHECK_EQ(mach_init(), 0);
	CHECK_EQ(write(ready[1], "", 1), 1);
	(void)pause();
}

static void
start_other(void)
{
	char byte;

	CHECK_EQ(pipe(ready), 0);
	pid = program_fork(be_other);
	CHECK_EQ(read(ready[0], &byte, 1), 1);
	CHECK_EQ(task_for_pid(mach_task_self(), pid, &task), KERN_SUCCESS);
}

static void
begin(void)
{
	kernel = program_start_kernel();
	area = mmap(NULL, BYTES, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(area != MAP_FAILED);
	/* Regions of their own. */
	CHECK_EQ(mprotect(area + 2 * vm_page_size, vm_page_size, PROT_READ), 0);
	CHECK_EQ(mprotect(area + 3 * vm_page_size, vm_page_size, PROT_NONE), 0);
	start_other();
}

static void
end(void)
{
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
	program_kill_kernel(kernel);
}

static void
refuse(void)
{
	const task_t self = mach_task_self();
	vm_address_t address = 77;
	vm_prot_t now = 77;
	vm_prot_t most = 77;

	begin();
	CHECK_EQ(vm_allocate(task, &address, 1, VM_FLAGS_ANYWHERE),
	    KERN_NOT_SUPPORTED);
	CHECK_EQ(mach_vm_deallocate(task, AT(0), BYTES), KERN_NOT_SUPPORTED);
	CHECK_EQ(mach_vm_protect(task, AT(0), BYTES, FALSE, VM_PROT_NONE),
	    KERN_NOT_SUPPORTED);
	CHECK_EQ(mach_vm_inherit(task, AT(0), BYTES, VM_INHERIT_NONE),
	    KERN_NOT_SUPPORTED);
	CHECK_EQ(
	    vm_map(task, &address, 1, 0, VM_FLAGS_ANYWHERE, MEMORY_OBJECT_NULL,
	        0, FALSE, VM_PROT_READ, VM_PROT_READ, VM_INHERIT_COPY),
	    KERN_NOT_SUPPORTED);
	CHECK_EQ(vm_remap(task, &address, 1, 0, VM_FLAGS_ANYWHERE, self,
	             (vm_address_t)area, FALSE, &now, &most, VM_INHERIT_COPY),
	    KERN_NOT_SUPPORTED);
	CHECK_EQ(vm_remap(self, &address, 1, 0, VM_FLAGS_ANYWHERE, task,
	             (vm_address_t)area, FALSE, &now, &most, VM_INHERIT_COPY),
	    KERN_NOT_SUPPORTED);
	CHECK_EQ(vm_msync(task, (vm_address_t)area, 1, VM_SYNC_SYNCHRONOUS),
	    KERN_NOT_SUPPORTED);
	CHECK_EQ(address, 77);
	CHECK_EQ(now, 77);
	CHECK_EQ(most, 77);
	/* Its memory is as it was, and so is ours. */
	CHECK_EQ(area[0], 0);
	end();
}

static void
copy(void)
{
	mach_vm_size_t size;
	char byte = 0;

	begin();
	CHECK_EQ(mach_vm_copy(task, AT(0), 5, AT(1) + 3), KERN_SUCCESS);
	CHECK_EQ(area[vm_page_size + 3], 0);
	CHECK_EQ(
	    mach_vm_read_overwrite(task, AT(1) + 7, 1, (uintptr_t)&byte, &size),
	    KERN_SUCCESS);
	CHECK_EQ(byte, 'c');
	CHECK_EQ(vm_copy(task, (vm_address_t)area, 1, (vm_address_t)AT(2)),
	    KERN_PROTECTION_FAILURE);
	end();
}

/* A copy of @pages of the other's, from @from on; what the call returns. */
static kern_return_t
remap_copy(
    mach_vm_address_t from, unsigned pages, mach_vm_address_t *address_out)
{
	vm_prot_t now = 77;
	vm_prot_t most = 77;
	kern_return_t kr;

	*address_out = 0;
	kr = mach_vm_remap(mach_task_self(), address_out, pages * vm_page_size,
	    0, VM_FLAGS_ANYWHERE, task, from, TRUE, &now, &most,
	    VM_INHERIT_COPY);
	if (kr == KERN_SUCCESS)
		CHECK_EQ(now & VM_PROT_READ, VM_PROT_READ);
	return kr;
}

static void
remap(void)
{
	const char *pages;
	mach_vm_address_t copy;
	char byte;
	mach_vm_size_t size;

	begin();
	CHECK_EQ(remap_copy(AT(0), 2, &copy), KERN_SUCCESS);
	pages = (const char *)(uintptr_t)copy;
	CHECK_EQ(pages[0], 'c');
	CHECK_EQ(pages[vm_page_size - 1], 'c');
	CHECK_EQ(pages[vm_page_size], 0);
	/* Neither sees what the other writes. */
	*(char *)(uintptr_t)copy = 'p';
	CHECK_EQ(
	    mach_vm_read_overwrite(task, AT(0), 1, (uintptr_t)&byte, &size),
	    KERN_SUCCESS);
	CHECK_EQ(byte, 'c');
	CHECK_EQ(mach_vm_copy(task, AT(1), 1, AT(0) + vm_page_size - 1),
	    KERN_SUCCESS);
	CHECK_EQ(pages[vm_page_size - 1], 'c');
	CHECK_EQ(mach_vm_deallocate(mach_task_self(), copy, 2 * vm_page_size),
	    KERN_SUCCESS);
	end();
}

static void
remap_what_is_not(void)
{
	mach_vm_address_t copy;

	begin();
	/* Linux maps nothing there. */
	CHECK_EQ(remap_copy(vm_page_size, 1, &copy), KERN_INVALID_ADDRESS);
	CHECK_EQ(copy, 0);
	CHECK_EQ(remap_copy(AT(3), 1, &copy), KERN_PROTECTION_FAILURE);
	CHECK_EQ(copy, 0);
	end();
}

static void
look(void)
{
	vm_region_basic_info_data_64_t info;
	vm_region_basic_info_data_t old;
	mach_msg_type_number_t count = VM_REGION_BASIC_INFO_COUNT_64;
	mach_vm_address_t address;
	vm_address_t narrow;
	mach_vm_size_t size = 0;
	vm_size_t narrow_size = 0;
	mach_port_t name = 77;

	begin();
	address = AT(2) + 5;
	CHECK_EQ(mach_vm_region(task, &address, &size, VM_REGION_BASIC_INFO_64,
	             (vm_region_info_t)&info, &count, &name),
	    KERN_SUCCESS);
	CHECK_EQ(address, AT(2));
	CHECK_EQ(size, vm_page_size);
	CHECK_EQ(count, VM_REGION_BASIC_INFO_COUNT_64);
	CHECK_EQ(info.protection, VM_PROT_READ);
	CHECK_EQ(info.shared, FALSE);
	CHECK_EQ(name, MACH_PORT_NULL);

	narrow = (vm_address_t)AT(2);
	count = VM_REGION_BASIC_INFO_COUNT;
	CHECK_EQ(vm_region(task, &narrow, &narrow_size, VM_REGION_BASIC_INFO,
	             (vm_region_info_t)&old, &count, &name),
	    KERN_SUCCESS);
	CHECK_EQ(narrow, (vm_address_t)AT(2));
	CHECK_EQ(narrow_size, vm_page_size);
	CHECK_EQ(old.protection, VM_PROT_READ);
	end();
}

static void
what_linux_has_no_call_for_is_refused(void **state)
{
	(void)state;
	program_run(refuse);
}

static void
another_task_s_memory_is_copied_within_it(void **state)
{
	(void)state;
	program_run(copy);
}

static void
another_task_s_pages_are_mapped_as_a_copy(void **state)
{
	(void)state;
	program_run(remap);
}

static void
what_another_task_has_not_is_not_mapped(void **state)
{
	(void)state;
	program_run(remap_what_is_not);
}

static void
another_task_s_regions_are_told(void **state)
{
	(void)state;
	program_run(look);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_linux_has_no_call_for_is_refused),
	    cmocka_unit_test(another_task_s_memory_is_copied_within_it),
	    cmocka_unit_test(another_task_s_pages_are_mapped_as_a_copy),
	    cmocka_unit_test(what_another_task_has_not_is_not_mapped),
	    cmocka_unit_test(another_task_s_regions_are_told),
	};

	return cmocka_run_group_tests_name("vm_other", tests, NULL, NULL);
}
