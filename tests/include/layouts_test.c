/* What the public headers promise to compiled programs: the layout of each
 * structure, against the tables of the specification. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include <mach/ipc_info.h>
#include <mach/mach.h>
#include <mach/mach2.h>
#include <mach/mig.h>
#include <mach/notify.h>

#include "values.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/*
 * A bit-field has no offset: set it, and look where @value appears. The next
 * field's place tells the width.
 */
#define check_bits(type, field, value, first_bit)                              \
	do {                                                                   \
		type object_;                                                  \
		uint32_t words_[sizeof(type) / 4] = {0};                       \
                                                                               \
		memset(&object_, 0, sizeof(object_));                          \
		object_.field = (value);                                       \
		words_[(first_bit) / 32] = (uint32_t)(value)                   \
		    << ((first_bit) % 32);                                     \
		assert_memory_equal(&object_, words_, sizeof(words_));         \
	} while (0)

TEST(the_primitive_types_have_their_widths)
{
	static const struct value sizes[] = {
	    SIZE(natural_t, 4),
	    SIZE(integer_t, 4),
	    SIZE(boolean_t, 4),
	    SIZE(mach_port_name_t, 4),
	    SIZE(mach_port_t, 4),
	    SIZE(mach_msg_bits_t, 4),
	    SIZE(mach_msg_size_t, 4),
	    SIZE(mach_msg_type_number_t, 4),
	    SIZE(mach_msg_id_t, 4),
	    SIZE(mach_msg_option_t, 4),
	    SIZE(mach_msg_options_t, 4),
	    SIZE(mach_msg_return_t, 4),
	    SIZE(kern_return_t, 4),
	    SIZE(mach_msg_timeout_t, 4),
	    SIZE(mach_msg_type_name_t, 4),
	    SIZE(mach_msg_copy_options_t, 4),
	    SIZE(mach_msg_descriptor_type_t, 4),
	    SIZE(mach_msg_guard_flags_t, 4),
	    SIZE(mach_msg_priority_t, 4),
	    SIZE(mach_msg_option64_t, 8),
	    SIZE(mach_port_context_t, 8),
	    SIZE(mach_port_seqno_t, 4),
	    SIZE(mach_msg_trailer_type_t, 4),
	    SIZE(mach_msg_trailer_size_t, 4),
	    SIZE(mach_msg_filter_id, 4),
	};

	check_values(sizes);
}

TEST(the_signed_types_are_signed_and_the_others_are_not)
{
	static const struct value signs[] = {
		VALUE((natural_t)-1 > 0, 1),
		VALUE((integer_t)-1 < 0, 1),
		VALUE((mach_port_t)-1 > 0, 1),
		VALUE((mach_msg_bits_t)-1 > 0, 1),
		VALUE((mach_msg_size_t)-1 > 0, 1),
		VALUE((mach_msg_type_number_t)-1 > 0, 1),
		VALUE((mach_msg_id_t)-1 < 0, 1),
		VALUE((mach_msg_option_t)-1 < 0, 1),
		VALUE((mach_msg_return_t)-1 < 0, 1),
		VALUE((kern_return_t)-1 < 0, 1),
		VALUE((mach_msg_timeout_t)-1 > 0, 1),
		VALUE((mach_msg_type_name_t)-1 > 0, 1),
		VALUE((mach_port_delta_t)-1 < 0, 1),
#if defined(__x86_64__)
		VALUE((boolean_t)-1 > 0, 1),
#else
		VALUE((boolean_t)-1 < 0, 1),
#endif
	};

	check_values(signs);
}

TEST(the_header_has_24_bytes_and_its_offsets)
{
	static const struct value layout[] = {
	    SIZE(mach_msg_header_t, 24),
	    OFFSET(mach_msg_header_t, msgh_bits, 0),
	    OFFSET(mach_msg_header_t, msgh_size, 4),
	    OFFSET(mach_msg_header_t, msgh_remote_port, 8),
	    OFFSET(mach_msg_header_t, msgh_local_port, 12),
	    OFFSET(mach_msg_header_t, msgh_voucher_port, 16),
	    OFFSET(mach_msg_header_t, msgh_reserved, 16),
	    OFFSET(mach_msg_header_t, msgh_id, 20),
	};

	check_values(layout);
}

TEST(the_body_follows_the_header_without_a_gap)
{
	static const struct value layout[] = {
	    SIZE(mach_msg_body_t, 4),
	    OFFSET(mach_msg_body_t, msgh_descriptor_count, 0),
	    SIZE(mach_msg_base_t, 28),
	    OFFSET(mach_msg_base_t, header, 0),
	    OFFSET(mach_msg_base_t, body, 24),
	};

	check_values(layout);
}

TEST(the_empty_messages_have_their_sizes)
{
	static const struct value layout[] = {
	    SIZE(mach_msg_empty_send_t, 24),
	    SIZE(mach_msg_empty_rcv_t, 32),
	    OFFSET(mach_msg_empty_rcv_t, trailer, 24),
	    SIZE(mach_msg_empty_t, 32),
	};

	check_values(layout);
}

TEST(the_type_of_a_descriptor_is_at_offset_11)
{
	static const struct value layout[] = {
	    SIZE(mach_msg_type_descriptor_t, 12),
	    OFFSET(mach_msg_type_descriptor_t, pad1, 0),
	    OFFSET(mach_msg_type_descriptor_t, pad2, 4),
	};

	check_values(layout);
	check_bits(mach_msg_type_descriptor_t, pad3, 0xffffff, 64);
	check_bits(mach_msg_type_descriptor_t, type, 0xff, 88);
	check_bits(mach_msg_descriptor_t, type.type, 0xff, 88);
}

TEST(a_port_descriptor_has_12_bytes_and_its_offsets)
{
	static const struct value layout[] = {
	    SIZE(mach_msg_port_descriptor_t, 12),
	    OFFSET(mach_msg_port_descriptor_t, name, 0),
	    OFFSET(mach_msg_port_descriptor_t, pad1, 4),
	};

	check_values(layout);
	check_bits(mach_msg_port_descriptor_t, pad2, 0xffff, 64);
	check_bits(mach_msg_port_descriptor_t, disposition, 0xff, 80);
	check_bits(mach_msg_port_descriptor_t, type, 0xff, 88);
}

TEST(a_memory_descriptor_has_16_bytes_and_its_offsets)
{
	static const struct value layout[] = {
	    SIZE(mach_msg_ool_descriptor_t, 16),
	    OFFSET(mach_msg_ool_descriptor_t, address, 0),
	    OFFSET(mach_msg_ool_descriptor_t, size, 12),
	    SIZE(mach_msg_ool_descriptor64_t, 16),
	    OFFSET(mach_msg_ool_descriptor64_t, address, 0),
	    OFFSET(mach_msg_ool_descriptor64_t, size, 12),
	};

	check_values(layout);
	check_bits(mach_msg_ool_descriptor_t, deallocate, 1, 64);
	check_bits(mach_msg_ool_descriptor_t, copy, 0xff, 72);
	check_bits(mach_msg_ool_descriptor_t, pad1, 0xff, 80);
	check_bits(mach_msg_ool_descriptor_t, type, 0xff, 88);
	check_bits(mach_msg_ool_descriptor64_t, deallocate, 1, 64);
	check_bits(mach_msg_ool_descriptor64_t, copy, 0xff, 72);
	check_bits(mach_msg_ool_descriptor64_t, pad1, 0xff, 80);
	check_bits(mach_msg_ool_descriptor64_t, type, 0xff, 88);
}

TEST(a_port_array_descriptor_has_16_bytes_and_its_offsets)
{
	static const struct value layout[] = {
	    SIZE(mach_msg_ool_ports_descriptor_t, 16),
	    OFFSET(mach_msg_ool_ports_descriptor_t, address, 0),
	    OFFSET(mach_msg_ool_ports_descriptor_t, count, 12),
	    SIZE(mach_msg_ool_ports_descriptor64_t, 16),
	    OFFSET(mach_msg_ool_ports_descriptor64_t, address, 0),
	    OFFSET(mach_msg_ool_ports_descriptor64_t, count, 12),
	};

	check_values(layout);
	check_bits(mach_msg_ool_ports_descriptor_t, deallocate, 1, 64);
	check_bits(mach_msg_ool_ports_descriptor_t, copy, 0xff, 72);
	check_bits(mach_msg_ool_ports_descriptor_t, disposition, 0xff, 80);
	check_bits(mach_msg_ool_ports_descriptor_t, type, 0xff, 88);
	check_bits(mach_msg_ool_ports_descriptor64_t, deallocate, 1, 64);
	check_bits(mach_msg_ool_ports_descriptor64_t, copy, 0xff, 72);
	check_bits(mach_msg_ool_ports_descriptor64_t, disposition, 0xff, 80);
	check_bits(mach_msg_ool_ports_descriptor64_t, type, 0xff, 88);
}

TEST(a_guarded_port_descriptor_has_16_bytes_and_its_offsets)
{
	static const struct value layout[] = {
	    SIZE(mach_msg_guarded_port_descriptor_t, 16),
	    OFFSET(mach_msg_guarded_port_descriptor_t, context, 0),
	    OFFSET(mach_msg_guarded_port_descriptor_t, name, 12),
	    SIZE(mach_msg_guarded_port_descriptor64_t, 16),
	    OFFSET(mach_msg_guarded_port_descriptor64_t, context, 0),
	    OFFSET(mach_msg_guarded_port_descriptor64_t, name, 12),
	};

	check_values(layout);
	check_bits(mach_msg_guarded_port_descriptor_t, flags, 0xffff, 64);
	check_bits(mach_msg_guarded_port_descriptor_t, disposition, 0xff, 80);
	check_bits(mach_msg_guarded_port_descriptor_t, type, 0xff, 88);
	check_bits(mach_msg_guarded_port_descriptor64_t, flags, 0xffff, 64);
	check_bits(mach_msg_guarded_port_descriptor64_t, disposition, 0xff, 80);
	check_bits(mach_msg_guarded_port_descriptor64_t, type, 0xff, 88);
}

TEST(the_descriptor_union_is_as_large_as_its_largest_member)
{
	static const struct value layout[] = {
	    SIZE(mach_msg_descriptor_t, 16),
	    OFFSET(mach_msg_descriptor_t, port, 0),
	    OFFSET(mach_msg_descriptor_t, out_of_line, 0),
	    OFFSET(mach_msg_descriptor_t, ool_ports, 0),
	    OFFSET(mach_msg_descriptor_t, guarded_port, 0),
	};

	check_values(layout);
}

TEST(the_32_bit_descriptors_have_12_bytes)
{
	static const struct value layout[] = {
	    SIZE(mach_msg_ool_descriptor32_t, 12),
	    SIZE(mach_msg_ool_ports_descriptor32_t, 12),
	    SIZE(mach_msg_guarded_port_descriptor32_t, 12),
	};

	check_values(layout);
	check_bits(mach_msg_ool_descriptor32_t, type, 0xff, 88);
	check_bits(mach_msg_ool_ports_descriptor32_t, type, 0xff, 88);
	check_bits(mach_msg_guarded_port_descriptor32_t, type, 0xff, 88);
}

TEST(descriptors_of_12_and_16_bytes_lie_packed_in_a_message)
{
	struct message {
		mach_msg_base_t base;
		mach_msg_port_descriptor_t port;
		mach_msg_ool_descriptor_t memory;
	};

	assert_int_equal(offsetof(struct message, port), 28);
	/* A compiler that is not told to pack would leave a gap here. */
	assert_int_equal(offsetof(struct message, memory), 40);
	assert_int_equal(sizeof(struct message), 56);
}

TEST(each_trailer_has_the_fields_of_the_one_before)
{
	static const struct value layout[] = {
	    SIZE(mach_msg_trailer_t, 8),
	    OFFSET(mach_msg_trailer_t, msgh_trailer_type, 0),
	    OFFSET(mach_msg_trailer_t, msgh_trailer_size, 4),
	    SIZE(mach_msg_seqno_trailer_t, 12),
	    OFFSET(mach_msg_seqno_trailer_t, msgh_trailer_size, 4),
	    OFFSET(mach_msg_seqno_trailer_t, msgh_seqno, 8),
	    SIZE(mach_msg_security_trailer_t, 20),
	    OFFSET(mach_msg_security_trailer_t, msgh_seqno, 8),
	    OFFSET(mach_msg_security_trailer_t, msgh_sender, 12),
	    SIZE(mach_msg_format_0_trailer_t, 20),
	    SIZE(mach_msg_audit_trailer_t, 52),
	    OFFSET(mach_msg_audit_trailer_t, msgh_sender, 12),
	    OFFSET(mach_msg_audit_trailer_t, msgh_audit, 20),
	    SIZE(mach_msg_context_trailer_t, 60),
	    OFFSET(mach_msg_context_trailer_t, msgh_audit, 20),
	    OFFSET(mach_msg_context_trailer_t, msgh_context, 52),
	    SIZE(mach_msg_mac_trailer_t, 68),
	    OFFSET(mach_msg_mac_trailer_t, msgh_context, 52),
	    OFFSET(mach_msg_mac_trailer_t, msgh_ad, 60),
	    OFFSET(mach_msg_mac_trailer_t, msgh_labels, 64),
	    OFFSET(mach_msg_mac_trailer_t, msgh_labels.sender, 64),
	    SIZE(mach_msg_max_trailer_t, 68),
	    SIZE(security_token_t, 8),
	    SIZE(audit_token_t, 32),
	};

	check_values(layout);
}

TEST(the_attribute_structures_have_their_layouts)
{
	static const struct value layout[] = {
	    SIZE(mach_port_status_t, 40),
	    OFFSET(mach_port_status_t, mps_pset, 0),
	    OFFSET(mach_port_status_t, mps_seqno, 4),
	    OFFSET(mach_port_status_t, mps_mscount, 8),
	    OFFSET(mach_port_status_t, mps_qlimit, 12),
	    OFFSET(mach_port_status_t, mps_msgcount, 16),
	    OFFSET(mach_port_status_t, mps_sorights, 20),
	    OFFSET(mach_port_status_t, mps_srights, 24),
	    OFFSET(mach_port_status_t, mps_pdrequest, 28),
	    OFFSET(mach_port_status_t, mps_nsrequest, 32),
	    OFFSET(mach_port_status_t, mps_flags, 36),
	    SIZE(mach_port_limits_t, 4),
	    OFFSET(mach_port_limits_t, mpl_qlimit, 0),
	    SIZE(mach_port_info_ext_t, 68),
	    OFFSET(mach_port_info_ext_t, mpie_status, 0),
	    OFFSET(mach_port_info_ext_t, mpie_boost_cnt, 40),
	    OFFSET(mach_port_info_ext_t, reserved, 44),
	    SIZE(mach_port_guard_info_t, 8),
	    OFFSET(mach_port_guard_info_t, mpgi_guard, 0),
	};

	check_values(layout);
}

TEST(the_structures_that_make_ports_have_their_layouts)
{
	static const struct value layout[] = {
	    SIZE(mach_port_options_t, 24),
	    OFFSET(mach_port_options_t, flags, 0),
	    OFFSET(mach_port_options_t, mpl, 4),
	    OFFSET(mach_port_options_t, reserved, 8),
	    OFFSET(mach_port_options_t, work_interval_port, 8),
	    OFFSET(mach_port_options_t, service_port_info, 8),
	    OFFSET(mach_port_options_t, service_port_name, 8),
	    SIZE(mach_port_qos_t, 8),
	    OFFSET(mach_port_qos_t, len, 4),
	    SIZE(mach_service_port_info_data_t, 256),
	    OFFSET(mach_service_port_info_data_t, mspi_domain_type, 255),
	};

	check_values(layout);
	check_bits(mach_port_qos_t, name, 1, 0);
	check_bits(mach_port_qos_t, prealloc, 1, 1);
	check_bits(mach_port_qos_t, pad1, 0x3fffffff, 2);
}

TEST(the_structures_for_debuggers_have_their_layouts)
{
	static const struct value layout[] = {
	    SIZE(ipc_info_space_t, 24),
	    OFFSET(ipc_info_space_t, iis_tree_hash, 20),
	    SIZE(ipc_info_space_basic_t, 24),
	    OFFSET(ipc_info_space_basic_t, iisb_table_inuse, 12),
	    OFFSET(ipc_info_space_basic_t, iisb_reserved, 16),
	    SIZE(ipc_info_name_t, 28),
	    OFFSET(ipc_info_name_t, iin_name, 0),
	    OFFSET(ipc_info_name_t, iin_collision, 4),
	    OFFSET(ipc_info_name_t, iin_type, 8),
	    OFFSET(ipc_info_name_t, iin_urefs, 12),
	    OFFSET(ipc_info_name_t, iin_object, 16),
	    OFFSET(ipc_info_name_t, iin_next, 20),
	    OFFSET(ipc_info_name_t, iin_hash, 24),
	    SIZE(ipc_info_tree_name_t, 36),
	    SIZE(kobject_description_t, 512),
	};

	check_values(layout);
}

TEST(the_notifications_have_their_layouts)
{
	static const struct value layout[] = {
	    SIZE(mach_port_deleted_notification_t, 56),
	    OFFSET(mach_port_deleted_notification_t, NDR, 24),
	    OFFSET(mach_port_deleted_notification_t, not_port, 32),
	    OFFSET(mach_port_deleted_notification_t, trailer, 36),
	    SIZE(mach_send_possible_notification_t, 56),
	    OFFSET(mach_send_possible_notification_t, NDR, 24),
	    OFFSET(mach_send_possible_notification_t, not_port, 32),
	    OFFSET(mach_send_possible_notification_t, trailer, 36),
	    SIZE(mach_msg_accepted_notification_t, 56),
	    OFFSET(mach_msg_accepted_notification_t, not_port, 32),
	    SIZE(mach_dead_name_notification_t, 56),
	    OFFSET(mach_dead_name_notification_t, NDR, 24),
	    OFFSET(mach_dead_name_notification_t, not_port, 32),
	    OFFSET(mach_dead_name_notification_t, trailer, 36),
	    SIZE(mach_no_senders_notification_t, 56),
	    OFFSET(mach_no_senders_notification_t, NDR, 24),
	    OFFSET(mach_no_senders_notification_t, not_count, 32),
	    OFFSET(mach_no_senders_notification_t, trailer, 36),
	    SIZE(mach_port_destroyed_notification_t, 60),
	    OFFSET(mach_port_destroyed_notification_t, not_body, 24),
	    OFFSET(mach_port_destroyed_notification_t, not_port, 28),
	    OFFSET(mach_port_destroyed_notification_t, trailer, 40),
	    SIZE(mach_send_once_notification_t, 44),
	    OFFSET(mach_send_once_notification_t, not_header, 0),
	    OFFSET(mach_send_once_notification_t, trailer, 24),
	};

	check_values(layout);
}

TEST(the_mig_structures_have_their_layouts)
{
	static const struct value layout[] = {
	    SIZE(NDR_record_t, 8),
	    OFFSET(NDR_record_t, mig_vers, 0),
	    OFFSET(NDR_record_t, if_vers, 1),
	    OFFSET(NDR_record_t, reserved1, 2),
	    OFFSET(NDR_record_t, mig_encoding, 3),
	    OFFSET(NDR_record_t, int_rep, 4),
	    OFFSET(NDR_record_t, char_rep, 5),
	    OFFSET(NDR_record_t, float_rep, 6),
	    OFFSET(NDR_record_t, reserved2, 7),
	    SIZE(mig_reply_error_t, 36),
	    OFFSET(mig_reply_error_t, Head, 0),
	    OFFSET(mig_reply_error_t, NDR, 24),
	    OFFSET(mig_reply_error_t, RetCode, 32),
	    OFFSET(struct mig_subsystem, server, 0),
	    OFFSET(struct mig_subsystem, start, 8),
	    OFFSET(struct mig_subsystem, end, 12),
	    OFFSET(struct mig_subsystem, maxsize, 16),
	    OFFSET(struct mig_subsystem, reserved, 24),
	    OFFSET(struct mig_subsystem, routine, 32),
	    SIZE(struct routine_descriptor, 40),
	    OFFSET(struct routine_descriptor, impl_routine, 0),
	    OFFSET(struct routine_descriptor, stub_routine, 8),
	    OFFSET(struct routine_descriptor, argc, 16),
	    OFFSET(struct routine_descriptor, descr_count, 20),
	    OFFSET(struct routine_descriptor, arg_descr, 24),
	    OFFSET(struct routine_descriptor, max_reply_msg, 32),
	    SIZE(mig_symtab_t, 24),
	    OFFSET(mig_symtab_t, ms_routine_name, 0),
	    OFFSET(mig_symtab_t, ms_routine_number, 8),
	    OFFSET(mig_symtab_t, ms_routine, 16),
	};

	check_values(layout);
}

TEST(the_structures_of_Mach_2_5_have_their_layouts)
{
	static const struct value layout[] = {
	    SIZE(msg_header_t, 24),
	    OFFSET(msg_header_t, msg_size, 4),
	    OFFSET(msg_header_t, msg_type, 8),
	    OFFSET(msg_header_t, msg_local_port, 12),
	    OFFSET(msg_header_t, msg_remote_port, 16),
	    OFFSET(msg_header_t, msg_id, 20),
	    SIZE(msg_type_t, 4),
	    SIZE(msg_type_long_t, 12),
	    OFFSET(msg_type_long_t, msg_type_long_name, 4),
	    OFFSET(msg_type_long_t, msg_type_long_size, 6),
	    OFFSET(msg_type_long_t, msg_type_long_number, 8),
	    SIZE(notification_t, 32),
	    OFFSET(notification_t, notify_type, 24),
	    OFFSET(notification_t, notify_port, 28),
	};

	check_values(layout);
	check_bits(msg_header_t, msg_unused, 0xffffff, 0);
	check_bits(msg_header_t, msg_simple, 0xff, 24);
	check_bits(msg_type_t, msg_type_name, 0xff, 0);
	check_bits(msg_type_t, msg_type_size, 0xff, 8);
	check_bits(msg_type_t, msg_type_number, 0xfff, 16);
	check_bits(msg_type_t, msg_type_inline, 1, 28);
	check_bits(msg_type_t, msg_type_longform, 1, 29);
	check_bits(msg_type_t, msg_type_deallocate, 1, 30);
	check_bits(msg_type_t, msg_type_unused, 1, 31);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_primitive_types_have_their_widths),
	    cmocka_unit_test(
	        the_signed_types_are_signed_and_the_others_are_not),
	    cmocka_unit_test(the_header_has_24_bytes_and_its_offsets),
	    cmocka_unit_test(the_body_follows_the_header_without_a_gap),
	    cmocka_unit_test(the_empty_messages_have_their_sizes),
	    cmocka_unit_test(the_type_of_a_descriptor_is_at_offset_11),
	    cmocka_unit_test(a_port_descriptor_has_12_bytes_and_its_offsets),
	    cmocka_unit_test(a_memory_descriptor_has_16_bytes_and_its_offsets),
	    cmocka_unit_test(
	        a_port_array_descriptor_has_16_bytes_and_its_offsets),
	    cmocka_unit_test(
	        a_guarded_port_descriptor_has_16_bytes_and_its_offsets),
	    cmocka_unit_test(
	        the_descriptor_union_is_as_large_as_its_largest_member),
	    cmocka_unit_test(the_32_bit_descriptors_have_12_bytes),
	    cmocka_unit_test(
	        descriptors_of_12_and_16_bytes_lie_packed_in_a_message),
	    cmocka_unit_test(each_trailer_has_the_fields_of_the_one_before),
	    cmocka_unit_test(the_attribute_structures_have_their_layouts),
	    cmocka_unit_test(the_structures_that_make_ports_have_their_layouts),
	    cmocka_unit_test(the_structures_for_debuggers_have_their_layouts),
	    cmocka_unit_test(the_notifications_have_their_layouts),
	    cmocka_unit_test(the_mig_structures_have_their_layouts),
	    cmocka_unit_test(the_structures_of_Mach_2_5_have_their_layouts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
