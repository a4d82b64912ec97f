/* What the host tells of itself, against what this process can see of it. */
#include <mach/mach_host.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cmocka.h>
#include <mach/mig_errors.h>
#include <mach/vm_page_size.h>

#include "program.h"

static void
basic(void)
{
	mach_port_t host = mach_host_self();
	mach_msg_type_number_t count = HOST_BASIC_INFO_COUNT;
	host_basic_info_data_t info;

	CHECK_EQ(host_info(host, HOST_BASIC_INFO, (host_info_t)&info, &count),
	    KERN_SUCCESS);
	CHECK_EQ(count, HOST_BASIC_INFO_COUNT);
	CHECK_EQ(info.avail_cpus, sysconf(_SC_NPROCESSORS_ONLN));
	CHECK_EQ(info.max_mem, sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE));
	CHECK(info.memory_size <= info.max_mem);
}
RUN(the_host_knows_its_processors_and_memory, basic)

static void
short_forms(void)
{
	mach_port_t host = mach_host_self();
	integer_t info[HOST_VM_INFO64_COUNT];
	mach_msg_type_number_t count = HOST_BASIC_INFO_OLD_COUNT;

	CHECK_EQ(host_info(host, HOST_BASIC_INFO, info, &count), KERN_SUCCESS);
	CHECK_EQ(count, HOST_BASIC_INFO_OLD_COUNT);
	count = HOST_BASIC_INFO_OLD_COUNT - 1;
	CHECK_EQ(host_info(host, HOST_BASIC_INFO, info, &count), KERN_FAILURE);
	count = HOST_SCHED_INFO_COUNT - 1;
	CHECK_EQ(host_info(host, HOST_SCHED_INFO, info, &count), KERN_FAILURE);
	count = HOST_VM_INFO_REV1_COUNT;
	CHECK_EQ(
	    host_statistics(host, HOST_VM_INFO, info, &count), KERN_SUCCESS);
	CHECK_EQ(count, HOST_VM_INFO_REV1_COUNT);
	count = HOST_VM_INFO_REV0_COUNT - 1;
	CHECK_EQ(
	    host_statistics(host, HOST_VM_INFO, info, &count), KERN_FAILURE);
	count = HOST_VM_INFO64_REV0_COUNT;
	CHECK_EQ(host_statistics64(host, HOST_VM_INFO64, info, &count),
	    KERN_SUCCESS);
	CHECK_EQ(count, HOST_VM_INFO64_REV0_COUNT);
}
RUN(who_has_less_room_is_told_less_or_nothing, short_forms)

static void
more_room(void)
{
	mach_port_t host = mach_host_self();
	integer_t info[HOST_INFO_MAX] = {0};
	mach_msg_type_number_t count = HOST_INFO_MAX;

	CHECK_EQ(
	    host_info(host, HOST_PRIORITY_INFO, info, &count), KERN_SUCCESS);
	CHECK_EQ(count, HOST_PRIORITY_INFO_COUNT);
	CHECK(((host_priority_info_t)info)->user_priority > 0);
}
RUN(who_has_more_room_is_told_how_much_is_used, more_room)

static void
version(void)
{
	kernel_version_t text;
	struct utsname name;

	CHECK_EQ(host_kernel_version(mach_host_self(), text), KERN_SUCCESS);
	CHECK_EQ(uname(&name), 0);
	CHECK(strncmp(text, "Linux ", 6) == 0);
	CHECK(strstr(text, name.release) == text + 6);
}
RUN(the_version_is_that_of_linux, version)

static void
page_size(void)
{
	vm_size_t size = 0;

	CHECK_EQ(host_page_size(MACH_PORT_NULL, &size), KERN_SUCCESS);
	CHECK_EQ(size, sysconf(_SC_PAGESIZE));
}
RUN(a_page_is_as_large_without_a_host, page_size)

static void
statistics(void)
{
	mach_port_t host = mach_host_self();
	host_cpu_load_info_data_t ticks;
	host_load_info_data_t load;
	vm_statistics_data_t memory;
	vm_statistics64_data_t memory64;
	mach_msg_type_number_t count = HOST_CPU_LOAD_INFO_COUNT;

	CHECK_EQ(host_statistics(
	             host, HOST_CPU_LOAD_INFO, (host_info_t)&ticks, &count),
	    KERN_SUCCESS);
	CHECK(ticks.cpu_ticks[CPU_STATE_USER] > 0);
	count = HOST_LOAD_INFO_COUNT;
	CHECK_EQ(
	    host_statistics(host, HOST_LOAD_INFO, (host_info_t)&load, &count),
	    KERN_SUCCESS);
	CHECK(load.avenrun[0] >= 0 && load.mach_factor[0] > 0);
	count = HOST_VM_INFO_COUNT;
	CHECK_EQ(
	    host_statistics(host, HOST_VM_INFO, (host_info_t)&memory, &count),
	    KERN_SUCCESS);
	count = HOST_VM_INFO64_COUNT;
	CHECK_EQ(host_statistics64(
	             host, HOST_VM_INFO64, (host_info64_t)&memory64, &count),
	    KERN_SUCCESS);
	CHECK_EQ(count, HOST_VM_INFO64_COUNT);
	CHECK(memory.free_count > 0 && memory64.free_count > 0);
	CHECK(memory64.faults > 0 && memory64.internal_page_count > 0);
	CHECK(memory64.free_count < (uint64_t)sysconf(_SC_PHYS_PAGES));
}
RUN(the_host_knows_how_busy_it_is, statistics)

static void
refusals(void)
{
	mach_port_t host = mach_host_self();
	integer_t info[HOST_INFO_MAX];
	mach_msg_type_number_t count = HOST_INFO_MAX;

	CHECK_EQ(host_info(host, 77, info, &count), KERN_INVALID_ARGUMENT);
	CHECK_EQ(
	    host_statistics(host, 77, info, &count), KERN_INVALID_ARGUMENT);
	CHECK_EQ(host_statistics(host, HOST_VM_INFO64, info, &count),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(host_statistics64(host, HOST_VM_INFO, info, &count),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(host_info(mach_task_self(), HOST_BASIC_INFO, info, &count),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(host_statistics(mach_task_self(), HOST_VM_INFO, info, &count),
	    KERN_INVALID_HOST);
	CHECK_EQ(host_info(MACH_PORT_NULL, HOST_BASIC_INFO, info, &count),
	    MACH_SEND_INVALID_DEST);
	CHECK_EQ(count, HOST_INFO_MAX);
}
RUN(what_is_not_told_is_refused, refusals)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_host_knows_its_processors_and_memory),
	    cmocka_unit_test(who_has_less_room_is_told_less_or_nothing),
	    cmocka_unit_test(who_has_more_room_is_told_how_much_is_used),
	    cmocka_unit_test(the_version_is_that_of_linux),
	    cmocka_unit_test(a_page_is_as_large_without_a_host),
	    cmocka_unit_test(the_host_knows_how_busy_it_is),
	    cmocka_unit_test(what_is_not_told_is_refused),
	};

	return cmocka_run_group_tests_name("mach_host", tests, NULL, NULL);
}
