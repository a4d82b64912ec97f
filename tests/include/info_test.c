/* What the public headers promise of hosts, tasks and threads: the layout of each
 * structure, and how many words that is. The numbers are Darwin's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <mach/mach.h>
#include <mach/mach_host.h>

#define TEST(name) static void name(void **state __attribute__((unused)))
#define AT(type, field, offset)                                                \
	assert_int_equal(offsetof(struct type, field), offset)

TEST(each_flavor_has_its_number)
{
	assert_int_equal(HOST_BASIC_INFO, 1);
	assert_int_equal(HOST_SCHED_INFO, 3);
	assert_int_equal(HOST_PRIORITY_INFO, 5);
	assert_int_equal(HOST_LOAD_INFO, 1);
	assert_int_equal(HOST_VM_INFO, 2);
	assert_int_equal(HOST_CPU_LOAD_INFO, 3);
	assert_int_equal(HOST_VM_INFO64, 4);
	assert_int_equal(TASK_EVENTS_INFO, 2);
	assert_int_equal(TASK_THREAD_TIMES_INFO, 3);
	assert_int_equal(TASK_BASIC_INFO_32, 4);
	assert_int_equal(TASK_BASIC_INFO, 5);
	assert_int_equal(TASK_SECURITY_TOKEN, 13);
	assert_int_equal(TASK_AUDIT_TOKEN, 15);
	assert_int_equal(MACH_TASK_BASIC_INFO, 20);
	assert_int_equal(THREAD_BASIC_INFO, 3);
	assert_int_equal(THREAD_IDENTIFIER_INFO, 4);
	assert_int_equal(THREAD_EXTENDED_INFO, 5);
}

TEST(each_flavor_has_its_count)
{
	assert_int_equal(HOST_BASIC_INFO_COUNT, 12);
	assert_int_equal(HOST_SCHED_INFO_COUNT, 2);
	assert_int_equal(HOST_PRIORITY_INFO_COUNT, 8);
	assert_int_equal(HOST_LOAD_INFO_COUNT, 6);
	assert_int_equal(HOST_VM_INFO_COUNT, 15);
	assert_int_equal(HOST_CPU_LOAD_INFO_COUNT, 4);
	assert_int_equal(HOST_VM_INFO64_COUNT, 38);
	assert_int_equal(TASK_EVENTS_INFO_COUNT, 8);
	assert_int_equal(TASK_THREAD_TIMES_INFO_COUNT, 4);
	assert_int_equal(TASK_BASIC_INFO_32_COUNT, 8);
	assert_int_equal(TASK_BASIC_INFO_COUNT, 10);
	assert_int_equal(TASK_SECURITY_TOKEN_COUNT, 2);
	assert_int_equal(TASK_AUDIT_TOKEN_COUNT, 8);
	assert_int_equal(MACH_TASK_BASIC_INFO_COUNT, 12);
	assert_int_equal(THREAD_BASIC_INFO_COUNT, 10);
	assert_int_equal(THREAD_IDENTIFIER_INFO_COUNT, 6);
	assert_int_equal(THREAD_EXTENDED_INFO_COUNT, 28);
}

TEST(what_a_host_tells_is_laid_out_as_on_darwin)
{
	AT(host_basic_info, cpu_threadtype, 20);
	AT(host_basic_info, logical_cpu_max, 36);
	AT(host_basic_info, max_mem, 40);
	AT(vm_statistics, speculative_count, 56);
	AT(vm_statistics64, zero_fill_count, 16);
	AT(vm_statistics64, purgeable_count, 88);
	AT(vm_statistics64, decompressions, 96);
	AT(vm_statistics64, compressor_page_count, 128);
	AT(vm_statistics64, total_uncompressed_pages_in_compressor, 144);
}

TEST(what_a_task_tells_is_laid_out_as_on_darwin)
{
	AT(task_basic_info_32, policy, 28);
	AT(task_basic_info_64, virtual_size, 4);
	AT(task_basic_info_64, policy, 36);
	AT(mach_task_basic_info, resident_size_max, 16);
	AT(mach_task_basic_info, suspend_count, 44);
	AT(task_events_info, csw, 28);
}

TEST(what_a_thread_tells_is_laid_out_as_on_darwin)
{
	AT(thread_basic_info, cpu_usage, 16);
	AT(thread_basic_info, sleep_time, 36);
	AT(thread_identifier_info, dispatch_qaddr, 16);
	AT(thread_extended_info, pth_cpu_usage, 16);
	AT(thread_extended_info, pth_name, 48);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_flavor_has_its_number),
	    cmocka_unit_test(each_flavor_has_its_count),
	    cmocka_unit_test(what_a_host_tells_is_laid_out_as_on_darwin),
	    cmocka_unit_test(what_a_task_tells_is_laid_out_as_on_darwin),
	    cmocka_unit_test(what_a_thread_tells_is_laid_out_as_on_darwin),
	};

	return cmocka_run_group_tests_name("info", tests, NULL, NULL);
}
