/* What the public headers promise of memory: the value of each constant, and the layout
 * of what mach_vm_region() tells. They are Darwin's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <mach/mach.h>

#include "values.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

TEST(each_protection_and_inheritance_has_its_number)
{
	static const struct value values[] = {
	    VALUE(VM_PROT_NONE, 0),
	    VALUE(VM_PROT_READ, 1),
	    VALUE(VM_PROT_WRITE, 2),
	    VALUE(VM_PROT_EXECUTE, 4),
	    VALUE(VM_PROT_DEFAULT, 3),
	    VALUE(VM_PROT_ALL, 7),
	    VALUE(VM_PROT_COPY, 0x10),
	    VALUE(VM_PROT_WANTS_COPY, 0x10),
	    VALUE(VM_INHERIT_SHARE, 0),
	    VALUE(VM_INHERIT_COPY, 1),
	    VALUE(VM_INHERIT_NONE, 2),
	    VALUE(VM_INHERIT_DEFAULT, 1),
	    VALUE(VM_INHERIT_LAST_VALID, 2),
	};

	check_values(values);
}

TEST(each_flag_has_its_number)
{
	static const struct value values[] = {
	    VALUE(VM_FLAGS_FIXED, 0),
	    VALUE(VM_FLAGS_ANYWHERE, 1),
	    VALUE(VM_FLAGS_RANDOM_ADDR, 8),
	    VALUE(VM_FLAGS_NO_CACHE, 0x10),
	    VALUE(VM_FLAGS_PURGABLE, 0x2),
	    VALUE(VM_FLAGS_OVERWRITE, 0x4000),
	    VALUE(VM_FLAGS_RETURN_DATA_ADDR, 0x100000),
	    VALUE(VM_FLAGS_ALIAS_MASK, 0xff000000),
	    VALUE(VM_SYNC_ASYNCHRONOUS, 1),
	    VALUE(VM_SYNC_SYNCHRONOUS, 2),
	    VALUE(VM_SYNC_INVALIDATE, 4),
	    VALUE(VM_SYNC_KILLPAGES, 8),
	    VALUE(VM_SYNC_DEACTIVATE, 0x10),
	    VALUE(VM_SYNC_CONTIGUOUS, 0x20),
	    VALUE(VM_SYNC_REUSABLEPAGES, 0x40),
	    VALUE(VM_BEHAVIOR_DEFAULT, 0),
	    VALUE(VM_BEHAVIOR_RANDOM, 1),
	    VALUE(VM_BEHAVIOR_SEQUENTIAL, 2),
	    VALUE(VM_BEHAVIOR_RSEQNTL, 3),
	};

	check_values(values);
}

TEST(a_tag_is_in_the_upper_byte_of_the_flags)
{
	const int flags =
	    VM_MAKE_TAG(VM_MEMORY_APPLICATION_SPECIFIC_16) | VM_FLAGS_ANYWHERE;
	int tag;

	VM_GET_FLAGS_ALIAS((unsigned int)flags, tag);
	assert_int_equal(tag, 255);
	assert_int_equal(VM_MAKE_TAG(1), 0x01000000);
}

TEST(each_flavor_has_its_number_and_its_count)
{
	static const struct value values[] = {
	    VALUE(VM_REGION_BASIC_INFO_64, 9),
	    VALUE(VM_REGION_BASIC_INFO_COUNT_64, 9),
	    VALUE(VM_REGION_BASIC_INFO, 10),
	    VALUE(VM_REGION_BASIC_INFO_COUNT, 8),
	    VALUE(VM_REGION_INFO_MAX, 1024),
	};

	check_values(values);
}

TEST(what_is_told_of_a_region_is_laid_out_as_on_darwin)
{
	static const struct value values[] = {
	    SIZE(vm_region_basic_info_data_64_t, 36),
	    OFFSET(vm_region_basic_info_data_64_t, protection, 0),
	    OFFSET(vm_region_basic_info_data_64_t, max_protection, 4),
	    OFFSET(vm_region_basic_info_data_64_t, inheritance, 8),
	    OFFSET(vm_region_basic_info_data_64_t, shared, 12),
	    OFFSET(vm_region_basic_info_data_64_t, reserved, 16),
	    OFFSET(vm_region_basic_info_data_64_t, offset, 20),
	    OFFSET(vm_region_basic_info_data_64_t, behavior, 28),
	    OFFSET(vm_region_basic_info_data_64_t, user_wired_count, 32),
	    SIZE(vm_region_basic_info_data_t, 32),
	    OFFSET(vm_region_basic_info_data_t, offset, 20),
	    OFFSET(vm_region_basic_info_data_t, behavior, 24),
	    OFFSET(vm_region_basic_info_data_t, user_wired_count, 28),
	};

	check_values(values);
}

TEST(the_types_of_memory_have_their_widths)
{
	static const struct value values[] = {
	    SIZE(vm_prot_t, 4),
	    SIZE(vm_inherit_t, 4),
	    SIZE(vm_sync_t, 4),
	    SIZE(vm_behavior_t, 4),
	    SIZE(vm_region_flavor_t, 4),
	    SIZE(vm_address_t, sizeof(void *)),
	    SIZE(vm_size_t, sizeof(void *)),
	    SIZE(mach_vm_address_t, 8),
	    SIZE(mach_vm_size_t, 8),
	    SIZE(memory_object_offset_t, 8),
	};

	check_values(values);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_protection_and_inheritance_has_its_number),
	    cmocka_unit_test(each_flag_has_its_number),
	    cmocka_unit_test(a_tag_is_in_the_upper_byte_of_the_flags),
	    cmocka_unit_test(each_flavor_has_its_number_and_its_count),
	    cmocka_unit_test(what_is_told_of_a_region_is_laid_out_as_on_darwin),
	    cmocka_unit_test(the_types_of_memory_have_their_widths),
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
