/*
 * What the public headers promise to compiled programs: the layout of each
 * structure and the value of each constant, against the tables of the
 * specification.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <mach/ipc_info.h>
#include <mach/mach.h>
#include <mach/mach2.h>
#include <mach/mig.h>
#include <mach/notify.h>

#define TEST(name) static void name(void **state __attribute__((unused)))

struct value {
	const char *name;
	int64_t is;
	int64_t must_be;
};

/* clang-format off */
#define VALUE(expression, value) \
	{ #expression, (int64_t)(expression), (int64_t)(value) }
/* clang-format on */
#define SIZE(type, bytes) VALUE(sizeof(type), bytes)
#define OFFSET(type, field, bytes) VALUE(offsetof(type, field), bytes)

static void
check_table(const struct value *values, size_t values_count)
{
	size_t wrong = 0;

	for (size_t i = 0; i < values_count; i++) {
		if (values[i].is == values[i].must_be)
			continue;
		print_error("%s is %#llx, must be %#llx\n", values[i].name,
		    (unsigned long long)values[i].is,
		    (unsigned long long)values[i].must_be);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

#define check_values(table)                                                    \
	check_table(table, sizeof(table) / sizeof((table)[0]))

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

/*
 * Layouts.
 */
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

/*
 * Values.
 */
static const struct value primitive_values[] = {
    VALUE(MACH_PORT_NULL, 0),
    VALUE(MACH_PORT_DEAD, 0xffffffff),
    VALUE(MACH_MSG_TIMEOUT_NONE, 0),
    VALUE(MACH_MSG_SIZE_MAX, 0xffffffff),
    VALUE(MACH_MSG_SIZE_RELIABLE, 262144),
    VALUE(MACH_MSG_PRIORITY_UNSPECIFIED, 0),
    VALUE(TRUE, 1),
    VALUE(FALSE, 0),
};

static const struct value bits_values[] = {
    VALUE(MACH_MSGH_BITS_ZERO, 0),
    VALUE(MACH_MSGH_BITS_REMOTE_MASK, 0x0000001f),
    VALUE(MACH_MSGH_BITS_LOCAL_MASK, 0x00001f00),
    VALUE(MACH_MSGH_BITS_VOUCHER_MASK, 0x001f0000),
    VALUE(MACH_MSGH_BITS_PORTS_MASK, 0x001f1f1f),
    VALUE(MACH_MSGH_BITS_COMPLEX, 0x80000000),
    VALUE(MACH_MSGH_BITS_USER, 0x801f1f1f),
    VALUE(MACH_MSGH_BITS_RAISEIMP, 0x20000000),
    VALUE(MACH_MSGH_BITS_IMPHOLDASRT, 0x10000000),
    VALUE(MACH_MSGH_BITS_CIRCULAR, 0x10000000),
    VALUE(MACH_MSGH_BITS_USED, 0xb01f1f1f),
};

static const struct value dispositions_values[] = {
    VALUE(MACH_MSG_TYPE_PORT_NONE, 0),
    VALUE(MACH_MSG_TYPE_NONE, 0),
    VALUE(MACH_MSG_TYPE_PORT_NAME, 15),
    VALUE(MACH_MSG_TYPE_MOVE_RECEIVE, 16),
    VALUE(MACH_MSG_TYPE_MOVE_SEND, 17),
    VALUE(MACH_MSG_TYPE_MOVE_SEND_ONCE, 18),
    VALUE(MACH_MSG_TYPE_COPY_SEND, 19),
    VALUE(MACH_MSG_TYPE_MAKE_SEND, 20),
    VALUE(MACH_MSG_TYPE_MAKE_SEND_ONCE, 21),
    VALUE(MACH_MSG_TYPE_COPY_RECEIVE, 22),
    VALUE(MACH_MSG_TYPE_DISPOSE_RECEIVE, 24),
    VALUE(MACH_MSG_TYPE_DISPOSE_SEND, 25),
    VALUE(MACH_MSG_TYPE_DISPOSE_SEND_ONCE, 26),
    VALUE(MACH_MSG_TYPE_LAST, 22),
    VALUE(MACH_MSG_TYPE_POLYMORPHIC, 0xffffffff),
    VALUE(MACH_MSG_TYPE_PORT_RECEIVE, 16),
    VALUE(MACH_MSG_TYPE_PORT_SEND, 17),
    VALUE(MACH_MSG_TYPE_PORT_SEND_ONCE, 18),
};

static const struct value descriptors_values[] = {
    VALUE(MACH_MSG_PORT_DESCRIPTOR, 0),
    VALUE(MACH_MSG_OOL_DESCRIPTOR, 1),
    VALUE(MACH_MSG_OOL_PORTS_DESCRIPTOR, 2),
    VALUE(MACH_MSG_OOL_VOLATILE_DESCRIPTOR, 3),
    VALUE(MACH_MSG_GUARDED_PORT_DESCRIPTOR, 4),
    VALUE(MACH_MSG_PHYSICAL_COPY, 0),
    VALUE(MACH_MSG_VIRTUAL_COPY, 1),
    VALUE(MACH_MSG_ALLOCATE, 2),
    VALUE(MACH_MSG_OVERWRITE, 3),
    VALUE(MACH_MSG_KALLOC_COPY_T, 4),
    VALUE(MACH_MSG_GUARD_FLAGS_NONE, 0),
    VALUE(MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 1),
    VALUE(MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND, 2),
    VALUE(MACH_MSG_GUARD_FLAGS_MASK, 3),
};

static const struct value trailers_values[] = {
    VALUE(MACH_MSG_TRAILER_FORMAT_0, 0),
    VALUE(MACH_MSG_TRAILER_MINIMUM_SIZE, 8),
    VALUE(MAX_TRAILER_SIZE, 68),
    VALUE(MACH_MSG_TRAILER_FORMAT_0_SIZE, 20),
    VALUE(MACH_RCV_TRAILER_MASK, 0xf000000),
    VALUE(MACH_RCV_TRAILER_NULL, 0),
    VALUE(MACH_RCV_TRAILER_SEQNO, 1),
    VALUE(MACH_RCV_TRAILER_SENDER, 2),
    VALUE(MACH_RCV_TRAILER_AUDIT, 3),
    VALUE(MACH_RCV_TRAILER_CTX, 4),
    VALUE(MACH_RCV_TRAILER_AV, 7),
    VALUE(MACH_RCV_TRAILER_LABELS, 8),
};

static const struct value options_values[] = {
    VALUE(MACH_MSG_OPTION_NONE, 0),
    VALUE(MACH_SEND_MSG, 0x00000001),
    VALUE(MACH_RCV_MSG, 0x00000002),
    VALUE(MACH_RCV_LARGE, 0x00000004),
    VALUE(MACH_RCV_LARGE_IDENTITY, 0x00000008),
    VALUE(MACH_SEND_TIMEOUT, 0x00000010),
    VALUE(MACH_SEND_OVERRIDE, 0x00000020),
    VALUE(MACH_SEND_INTERRUPT, 0x00000040),
    VALUE(MACH_SEND_NOTIFY, 0x00000080),
    VALUE(MACH_RCV_TIMEOUT, 0x00000100),
    VALUE(MACH_MSG_STRICT_REPLY, 0x00000200),
    VALUE(MACH_RCV_NOTIFY, 0),
    VALUE(MACH_RCV_INTERRUPT, 0x00000400),
    VALUE(MACH_RCV_VOUCHER, 0x00000800),
    VALUE(MACH_RCV_OVERWRITE, 0),
    VALUE(MACH_RCV_GUARDED_DESC, 0x00001000),
    VALUE(MACH_RCV_SYNC_WAIT, 0x00004000),
    VALUE(MACH_RCV_SYNC_PEEK, 0x00008000),
    VALUE(MACH_SEND_FILTER_NONFATAL, 0x00010000),
    VALUE(MACH_SEND_ALWAYS, 0x00010000),
    VALUE(MACH_SEND_TRAILER, 0x00020000),
    VALUE(MACH_SEND_NOIMPORTANCE, 0x00040000),
    VALUE(MACH_SEND_NODENAP, 0x00040000),
    VALUE(MACH_SEND_IMPORTANCE, 0x00080000),
    VALUE(MACH_SEND_SYNC_OVERRIDE, 0x00100000),
    VALUE(MACH_SEND_PROPAGATE_QOS, 0x00200000),
    VALUE(MACH_SEND_SYNC_USE_THRPRI, 0x00200000),
    VALUE(MACH_SEND_KERNEL, 0x00400000),
    VALUE(MACH_SEND_SYNC_BOOTSTRAP_CHECKIN, 0x00800000),
};

static const struct value options64_values[] = {
    VALUE(MACH64_MSG_VECTOR, 1LL << 32),
    VALUE(MACH64_SEND_KOBJECT_CALL, 1LL << 33),
    VALUE(MACH64_SEND_MQ_CALL, 1LL << 34),
    VALUE(MACH64_SEND_ANY, 1LL << 35),
    VALUE(MACH64_SEND_DK_CALL, 1LL << 36),
};

static const struct value send_codes_values[] = {
    VALUE(MACH_MSG_SUCCESS, 0),
    VALUE(MACH_SEND_IN_PROGRESS, 0x10000001),
    VALUE(MACH_SEND_INVALID_DATA, 0x10000002),
    VALUE(MACH_SEND_INVALID_DEST, 0x10000003),
    VALUE(MACH_SEND_TIMED_OUT, 0x10000004),
    VALUE(MACH_SEND_INVALID_VOUCHER, 0x10000005),
    VALUE(MACH_SEND_WILL_NOTIFY, 0x10000005),
    VALUE(MACH_SEND_NOTIFY_IN_PROGRESS, 0x10000006),
    VALUE(MACH_SEND_INTERRUPTED, 0x10000007),
    VALUE(MACH_SEND_MSG_TOO_SMALL, 0x10000008),
    VALUE(MACH_SEND_INVALID_REPLY, 0x10000009),
    VALUE(MACH_SEND_INVALID_RIGHT, 0x1000000a),
    VALUE(MACH_SEND_INVALID_NOTIFY, 0x1000000b),
    VALUE(MACH_SEND_INVALID_MEMORY, 0x1000000c),
    VALUE(MACH_SEND_NO_BUFFER, 0x1000000d),
    VALUE(MACH_SEND_TOO_LARGE, 0x1000000e),
    VALUE(MACH_SEND_NO_NOTIFY, 0x1000000e),
    VALUE(MACH_SEND_INVALID_TYPE, 0x1000000f),
    VALUE(MACH_SEND_INVALID_HEADER, 0x10000010),
    VALUE(MACH_SEND_INVALID_TRAILER, 0x10000011),
    VALUE(MACH_SEND_INVALID_CONTEXT, 0x10000012),
    VALUE(MACH_SEND_INVALID_OPTIONS, 0x10000013),
    VALUE(MACH_SEND_INVALID_RT_OOL_SIZE, 0x10000015),
    VALUE(MACH_SEND_NO_GRANT_DEST, 0x10000016),
    VALUE(MACH_SEND_MSG_FILTERED, 0x10000017),
    VALUE(MACH_SEND_AUX_TOO_SMALL, 0x10000018),
    VALUE(MACH_SEND_AUX_TOO_LARGE, 0x10000019),
};

static const struct value rcv_codes_values[] = {
    VALUE(MACH_RCV_IN_PROGRESS, 0x10004001),
    VALUE(MACH_RCV_INVALID_NAME, 0x10004002),
    VALUE(MACH_RCV_TIMED_OUT, 0x10004003),
    VALUE(MACH_RCV_TOO_LARGE, 0x10004004),
    VALUE(MACH_RCV_INTERRUPTED, 0x10004005),
    VALUE(MACH_RCV_PORT_CHANGED, 0x10004006),
    VALUE(MACH_RCV_INVALID_NOTIFY, 0x10004007),
    VALUE(MACH_RCV_INVALID_DATA, 0x10004008),
    VALUE(MACH_RCV_PORT_DIED, 0x10004009),
    VALUE(MACH_RCV_IN_SET, 0x1000400a),
    VALUE(MACH_RCV_HEADER_ERROR, 0x1000400b),
    VALUE(MACH_RCV_BODY_ERROR, 0x1000400c),
    VALUE(MACH_RCV_INVALID_TYPE, 0x1000400d),
    VALUE(MACH_RCV_SCATTER_SMALL, 0x1000400e),
    VALUE(MACH_RCV_INVALID_TRAILER, 0x1000400f),
    VALUE(MACH_RCV_IN_PROGRESS_TIMED, 0x10004011),
    VALUE(MACH_RCV_INVALID_REPLY, 0x10004012),
    VALUE(MACH_RCV_INVALID_ARGUMENTS, 0x10004013),
};

static const struct value special_bits_values[] = {
    VALUE(MACH_MSG_MASK, 0x3e00),
    VALUE(MACH_MSG_IPC_SPACE, 0x2000),
    VALUE(MACH_MSG_VM_SPACE, 0x1000),
    VALUE(MACH_MSG_IPC_KERNEL, 0x0800),
    VALUE(MACH_MSG_VM_KERNEL, 0x0400),
};

static const struct value kern_codes_values[] = {
    VALUE(KERN_SUCCESS, 0),
    VALUE(KERN_INVALID_ADDRESS, 1),
    VALUE(KERN_PROTECTION_FAILURE, 2),
    VALUE(KERN_NO_SPACE, 3),
    VALUE(KERN_INVALID_ARGUMENT, 4),
    VALUE(KERN_FAILURE, 5),
    VALUE(KERN_RESOURCE_SHORTAGE, 6),
    VALUE(KERN_NOT_RECEIVER, 7),
    VALUE(KERN_NO_ACCESS, 8),
    VALUE(KERN_MEMORY_FAILURE, 9),
    VALUE(KERN_MEMORY_ERROR, 10),
    VALUE(KERN_ALREADY_IN_SET, 11),
    VALUE(KERN_NOT_IN_SET, 12),
    VALUE(KERN_NAME_EXISTS, 13),
    VALUE(KERN_ABORTED, 14),
    VALUE(KERN_INVALID_NAME, 15),
    VALUE(KERN_INVALID_TASK, 16),
    VALUE(KERN_INVALID_RIGHT, 17),
    VALUE(KERN_INVALID_VALUE, 18),
    VALUE(KERN_UREFS_OVERFLOW, 19),
    VALUE(KERN_INVALID_CAPABILITY, 20),
    VALUE(KERN_RIGHT_EXISTS, 21),
    VALUE(KERN_INVALID_HOST, 22),
    VALUE(KERN_MEMORY_PRESENT, 23),
    VALUE(KERN_MEMORY_DATA_MOVED, 24),
    VALUE(KERN_MEMORY_RESTART_COPY, 25),
    VALUE(KERN_INVALID_PROCESSOR_SET, 26),
    VALUE(KERN_POLICY_LIMIT, 27),
    VALUE(KERN_INVALID_POLICY, 28),
    VALUE(KERN_INVALID_OBJECT, 29),
    VALUE(KERN_ALREADY_WAITING, 30),
    VALUE(KERN_DEFAULT_SET, 31),
    VALUE(KERN_EXCEPTION_PROTECTED, 32),
    VALUE(KERN_INVALID_LEDGER, 33),
    VALUE(KERN_INVALID_MEMORY_CONTROL, 34),
    VALUE(KERN_INVALID_SECURITY, 35),
    VALUE(KERN_NOT_DEPRESSED, 36),
    VALUE(KERN_TERMINATED, 37),
    VALUE(KERN_LOCK_SET_DESTROYED, 38),
    VALUE(KERN_LOCK_UNSTABLE, 39),
    VALUE(KERN_LOCK_OWNED, 40),
    VALUE(KERN_LOCK_OWNED_SELF, 41),
    VALUE(KERN_SEMAPHORE_DESTROYED, 42),
    VALUE(KERN_RPC_SERVER_TERMINATED, 43),
    VALUE(KERN_RPC_TERMINATE_ORPHAN, 44),
    VALUE(KERN_RPC_CONTINUE_ORPHAN, 45),
    VALUE(KERN_NOT_SUPPORTED, 46),
    VALUE(KERN_NODE_DOWN, 47),
    VALUE(KERN_NOT_WAITING, 48),
    VALUE(KERN_OPERATION_TIMED_OUT, 49),
    VALUE(KERN_CODESIGN_ERROR, 50),
    VALUE(KERN_POLICY_STATIC, 51),
    VALUE(KERN_INSUFFICIENT_BUFFER_SIZE, 52),
    VALUE(KERN_DENIED, 53),
    VALUE(KERN_MISSING_KC, 54),
    VALUE(KERN_INVALID_KC, 55),
    VALUE(KERN_NOT_FOUND, 56),
    VALUE(KERN_RETURN_MAX, 0x100),
};

static const struct value mig_codes_values[] = {
    VALUE(MIG_TYPE_ERROR, (-300)),
    VALUE(MIG_REPLY_MISMATCH, (-301)),
    VALUE(MIG_REMOTE_ERROR, (-302)),
    VALUE(MIG_BAD_ID, (-303)),
    VALUE(MIG_BAD_ARGUMENTS, (-304)),
    VALUE(MIG_NO_REPLY, (-305)),
    VALUE(MIG_EXCEPTION, (-306)),
    VALUE(MIG_ARRAY_TOO_LARGE, (-307)),
    VALUE(MIG_SERVER_DIED, (-308)),
    VALUE(MIG_TRAILER_ERROR, (-309)),
};

static const struct value ndr_values[] = {
    VALUE(NDR_PROTOCOL_2_0, 0),
    VALUE(NDR_INT_BIG_ENDIAN, 0),
    VALUE(NDR_INT_LITTLE_ENDIAN, 1),
    VALUE(NDR_CHAR_ASCII, 0),
    VALUE(NDR_CHAR_EBCDIC, 1),
    VALUE(NDR_FLOAT_IEEE, 0),
    VALUE(NDR_FLOAT_VAX, 1),
    VALUE(NDR_FLOAT_CRAY, 2),
    VALUE(NDR_FLOAT_IBM, 3),
    VALUE(__NDR_convert__, 0),
};

static const struct value rights_values[] = {
    VALUE(MACH_PORT_RIGHT_SEND, 0),
    VALUE(MACH_PORT_RIGHT_RECEIVE, 1),
    VALUE(MACH_PORT_RIGHT_SEND_ONCE, 2),
    VALUE(MACH_PORT_RIGHT_PORT_SET, 3),
    VALUE(MACH_PORT_RIGHT_DEAD_NAME, 4),
    VALUE(MACH_PORT_RIGHT_LABELH, 5),
    VALUE(MACH_PORT_RIGHT_NUMBER, 6),
    VALUE(MACH_PORT_UREFS_MAX, 65535),
    VALUE(MACH_PORT_SRIGHTS_NONE, 0),
    VALUE(MACH_PORT_SRIGHTS_PRESENT, 1),
};

static const struct value types_values[] = {
    VALUE(MACH_PORT_TYPE_NONE, 0),
    VALUE(MACH_PORT_TYPE_SEND, 0x00010000),
    VALUE(MACH_PORT_TYPE_RECEIVE, 0x00020000),
    VALUE(MACH_PORT_TYPE_SEND_ONCE, 0x00040000),
    VALUE(MACH_PORT_TYPE_PORT_SET, 0x00080000),
    VALUE(MACH_PORT_TYPE_DEAD_NAME, 0x00100000),
    VALUE(MACH_PORT_TYPE_LABELH, 0x00200000),
    VALUE(MACH_PORT_TYPE_DNREQUEST, 0x80000000),
    VALUE(MACH_PORT_TYPE_SPREQUEST, 0x40000000),
    VALUE(MACH_PORT_TYPE_MAREQUEST, 0x40000000),
    VALUE(MACH_PORT_TYPE_SPREQUEST_DELAYED, 0x20000000),
    VALUE(MACH_PORT_TYPE_COMPAT, 0x20000000),
    VALUE(MACH_PORT_TYPE_SEND_RECEIVE, 0x00030000),
    VALUE(MACH_PORT_TYPE_SEND_RIGHTS, 0x00050000),
    VALUE(MACH_PORT_TYPE_PORT_RIGHTS, 0x00070000),
    VALUE(MACH_PORT_TYPE_PORT_OR_DEAD, 0x00170000),
    VALUE(MACH_PORT_TYPE_ALL_RIGHTS, 0x001f0000),
};

static const struct value qlimits_values[] = {
    VALUE(MACH_PORT_QLIMIT_ZERO, 0),
    VALUE(MACH_PORT_QLIMIT_MIN, 0),
    VALUE(MACH_PORT_QLIMIT_BASIC, 5),
    VALUE(MACH_PORT_QLIMIT_DEFAULT, 5),
    VALUE(MACH_PORT_QLIMIT_SMALL, 16),
    VALUE(MACH_PORT_QLIMIT_LARGE, 1024),
    VALUE(MACH_PORT_QLIMIT_MAX, 1024),
    VALUE(MACH_PORT_QLIMIT_KERNEL, 65534),
};

static const struct value attributes_values[] = {
    VALUE(MACH_PORT_LIMITS_INFO, 1),
    VALUE(MACH_PORT_RECEIVE_STATUS, 2),
    VALUE(MACH_PORT_DNREQUESTS_SIZE, 3),
    VALUE(MACH_PORT_TEMPOWNER, 4),
    VALUE(MACH_PORT_IMPORTANCE_RECEIVER, 5),
    VALUE(MACH_PORT_DENAP_RECEIVER, 6),
    VALUE(MACH_PORT_INFO_EXT, 7),
    VALUE(MACH_PORT_GUARD_INFO, 8),
    VALUE(MACH_PORT_SERVICE_THROTTLED, 9),
    VALUE(MACH_PORT_LIMITS_INFO_COUNT, 1),
    VALUE(MACH_PORT_RECEIVE_STATUS_COUNT, 10),
    VALUE(MACH_PORT_DNREQUESTS_SIZE_COUNT, 1),
    VALUE(MACH_PORT_INFO_EXT_COUNT, 17),
    VALUE(MACH_PORT_GUARD_INFO_COUNT, 2),
    VALUE(MACH_PORT_SERVICE_THROTTLED_COUNT, 1),
};

static const struct value status_flags_values[] = {
    VALUE(MACH_PORT_STATUS_FLAG_TEMPOWNER, 0x01),
    VALUE(MACH_PORT_STATUS_FLAG_GUARDED, 0x02),
    VALUE(MACH_PORT_STATUS_FLAG_STRICT_GUARD, 0x04),
    VALUE(MACH_PORT_STATUS_FLAG_IMP_DONATION, 0x08),
    VALUE(MACH_PORT_STATUS_FLAG_REVIVE, 0x10),
    VALUE(MACH_PORT_STATUS_FLAG_TASKPTR, 0x20),
    VALUE(MACH_PORT_STATUS_FLAG_GUARD_IMMOVABLE_RECEIVE, 0x40),
    VALUE(MACH_PORT_STATUS_FLAG_NO_GRANT, 0x80),
};

static const struct value mpo_flags_values[] = {
    VALUE(MPO_CONTEXT_AS_GUARD, 0x1),
    VALUE(MPO_QLIMIT, 0x2),
    VALUE(MPO_TEMPOWNER, 0x4),
    VALUE(MPO_IMPORTANCE_RECEIVER, 0x8),
    VALUE(MPO_INSERT_SEND_RIGHT, 0x10),
    VALUE(MPO_STRICT, 0x20),
    VALUE(MPO_DENAP_RECEIVER, 0x40),
    VALUE(MPO_IMMOVABLE_RECEIVE, 0x80),
    VALUE(MPO_FILTER_MSG, 0x100),
    VALUE(MPO_TG_BLOCK_TRACKING, 0x200),
    VALUE(MPO_SERVICE_PORT, 0x400),
    VALUE(MPO_CONNECTION_PORT, 0x800),
    VALUE(MPO_REPLY_PORT, 0x1000),
    VALUE(MPO_ENFORCE_REPLY_PORT_SEMANTICS, 0x2000),
    VALUE(MPO_PROVISIONAL_REPLY_PORT, 0x4000),
    VALUE(MPO_EXCEPTION_PORT, 0x8000),
};

static const struct value guards_values[] = {
    VALUE(MPG_FLAGS_NONE, 0),
    VALUE(MPG_STRICT, 1),
    VALUE(MPG_IMMOVABLE_RECEIVE, 2),
    VALUE(GUARD_TYPE_MACH_PORT, 1),
    VALUE(kGUARD_EXC_DESTROY, 1),
    VALUE(kGUARD_EXC_MOD_REFS, 2),
    VALUE(kGUARD_EXC_INVALID_OPTIONS, 3),
    VALUE(kGUARD_EXC_SET_CONTEXT, 4),
    VALUE(kGUARD_EXC_UNGUARDED, 8),
    VALUE(kGUARD_EXC_INCORRECT_GUARD, 16),
    VALUE(kGUARD_EXC_IMMOVABLE, 32),
    VALUE(kGUARD_EXC_STRICT_REPLY, 64),
    VALUE(kGUARD_EXC_MSG_FILTERED, 128),
};

static const struct value kobjects_values[] = {
    VALUE(IKOT_NONE, 0),
    VALUE(IKOT_THREAD, 1),
    VALUE(IKOT_THREAD_CONTROL, 1),
    VALUE(IKOT_TASK, 2),
    VALUE(IKOT_TASK_CONTROL, 2),
    VALUE(IKOT_HOST, 3),
    VALUE(IKOT_HOST_PRIV, 4),
    VALUE(IKOT_PROCESSOR, 5),
    VALUE(IKOT_PSET, 6),
    VALUE(IKOT_PSET_NAME, 7),
    VALUE(IKOT_TIMER, 8),
    VALUE(IKOT_TASK_NAME, 20),
    VALUE(IKOT_SEMAPHORE, 23),
    VALUE(IKOT_CLOCK, 25),
    VALUE(IKOT_NAMED_ENTRY, 28),
    VALUE(IKOT_VOUCHER, 37),
    VALUE(IKOT_TASK_INSPECT, 44),
    VALUE(IKOT_TASK_READ, 45),
};

static const struct value notifications_values[] = {
    VALUE(MACH_NOTIFY_FIRST, 64),
    VALUE(MACH_NOTIFY_PORT_DELETED, 65),
    VALUE(MACH_NOTIFY_SEND_POSSIBLE, 66),
    VALUE(MACH_NOTIFY_MSG_ACCEPTED, 66),
    VALUE(MACH_NOTIFY_PORT_DESTROYED, 69),
    VALUE(MACH_NOTIFY_NO_SENDERS, 70),
    VALUE(MACH_NOTIFY_SEND_ONCE, 71),
    VALUE(MACH_NOTIFY_DEAD_NAME, 72),
    VALUE(MACH_NOTIFY_LAST, 77),
};

static const struct value special_ports_values[] = {
    VALUE(TASK_KERNEL_PORT, 1),
    VALUE(TASK_HOST_PORT, 2),
    VALUE(TASK_NAME_PORT, 3),
    VALUE(TASK_BOOTSTRAP_PORT, 4),
    VALUE(TASK_INSPECT_PORT, 5),
    VALUE(TASK_READ_PORT, 6),
    VALUE(TASK_ACCESS_PORT, 9),
    VALUE(TASK_DEBUG_CONTROL_PORT, 10),
    VALUE(TASK_RESOURCE_NOTIFY_PORT, 11),
    VALUE(TASK_MAX_SPECIAL_PORT, 11),
    VALUE(TASK_NOTIFY_PORT, 32),
    VALUE(TASK_EXCEPTION_PORT, 33),
    VALUE(TASK_PORT_REGISTER_MAX, 3),
    VALUE(NAME_SERVER_SLOT, 0),
    VALUE(ENVIRONMENT_SLOT, 1),
    VALUE(SERVICE_SLOT, 2),
    VALUE(MACH_PORTS_SLOTS_USED, 3),
    VALUE(THREAD_KERNEL_PORT, 1),
    VALUE(THREAD_INSPECT_PORT, 2),
    VALUE(THREAD_READ_PORT, 3),
};

static const struct value host_ports_values[] = {
    VALUE(HOST_LOCAL_NODE, (-1)),
    VALUE(HOST_PORT, 1),
    VALUE(HOST_PRIV_PORT, 2),
    VALUE(HOST_IO_MAIN_PORT, 3),
    VALUE(HOST_MAX_SPECIAL_KERNEL_PORT, 7),
    VALUE(HOST_DYNAMIC_PAGER_PORT, 8),
    VALUE(HOST_AUDIT_CONTROL_PORT, 9),
    VALUE(HOST_USER_NOTIFICATION_PORT, 10),
    VALUE(HOST_AUTOMOUNTD_PORT, 11),
    VALUE(HOST_LOCKD_PORT, 12),
    VALUE(HOST_KTRACE_BACKGROUND_PORT, 13),
    VALUE(HOST_SEATBELT_PORT, 14),
    VALUE(HOST_KEXTD_PORT, 15),
    VALUE(HOST_LAUNCHCTL_PORT, 16),
    VALUE(HOST_CHUD_PORT, 16),
    VALUE(HOST_UNFREED_PORT, 17),
    VALUE(HOST_AMFID_PORT, 18),
    VALUE(HOST_GSSD_PORT, 19),
    VALUE(HOST_TELEMETRY_PORT, 20),
    VALUE(HOST_ATM_NOTIFICATION_PORT, 21),
    VALUE(HOST_COALITION_PORT, 22),
    VALUE(HOST_SYSDIAGNOSE_PORT, 23),
    VALUE(HOST_XPC_EXCEPTION_PORT, 24),
    VALUE(HOST_CONTAINERD_PORT, 25),
    VALUE(HOST_NODE_PORT, 26),
    VALUE(HOST_RESOURCE_NOTIFY_PORT, 27),
    VALUE(HOST_CLOSURED_PORT, 28),
    VALUE(HOST_SYSPOLICYD_PORT, 29),
    VALUE(HOST_FILECOORDINATIOND_PORT, 30),
    VALUE(HOST_FAIRPLAYD_PORT, 31),
    VALUE(HOST_IOCOMPRESSIONSTATS_PORT, 32),
    VALUE(HOST_MEMORY_ERROR_PORT, 33),
    VALUE(HOST_MANAGEDAPPDISTD_PORT, 34),
    VALUE(HOST_DOUBLEAGENTD_PORT, 35),
    VALUE(HOST_MAX_SPECIAL_PORT, 35),
};

static const struct value exceptions_values[] = {
    VALUE(EXC_BAD_ACCESS, 1),
    VALUE(EXC_BAD_INSTRUCTION, 2),
    VALUE(EXC_ARITHMETIC, 3),
    VALUE(EXC_EMULATION, 4),
    VALUE(EXC_SOFTWARE, 5),
    VALUE(EXC_BREAKPOINT, 6),
    VALUE(EXC_SYSCALL, 7),
    VALUE(EXC_MACH_SYSCALL, 8),
    VALUE(EXC_RPC_ALERT, 9),
    VALUE(EXC_CRASH, 10),
    VALUE(EXC_RESOURCE, 11),
    VALUE(EXC_GUARD, 12),
    VALUE(EXC_CORPSE_NOTIFY, 13),
    VALUE(EXC_TYPES_COUNT, 14),
    VALUE(EXC_SOFT_SIGNAL, 0x10003),
    VALUE(EXC_MASK_BAD_ACCESS, 0x2),
    VALUE(EXC_MASK_BAD_INSTRUCTION, 0x4),
    VALUE(EXC_MASK_ARITHMETIC, 0x8),
    VALUE(EXC_MASK_EMULATION, 0x10),
    VALUE(EXC_MASK_SOFTWARE, 0x20),
    VALUE(EXC_MASK_BREAKPOINT, 0x40),
    VALUE(EXC_MASK_SYSCALL, 0x80),
    VALUE(EXC_MASK_MACH_SYSCALL, 0x100),
    VALUE(EXC_MASK_RPC_ALERT, 0x200),
    VALUE(EXC_MASK_CRASH, 0x400),
    VALUE(EXC_MASK_RESOURCE, 0x800),
    VALUE(EXC_MASK_GUARD, 0x1000),
    VALUE(EXC_MASK_CORPSE_NOTIFY, 0x2000),
    VALUE(EXC_MASK_ALL, 0x1bfe),
    VALUE(EXCEPTION_DEFAULT, 1),
    VALUE(EXCEPTION_STATE, 2),
    VALUE(EXCEPTION_STATE_IDENTITY, 3),
    VALUE(EXCEPTION_IDENTITY_PROTECTED, 4),
    VALUE(EXCEPTION_STATE_IDENTITY_PROTECTED, 5),
    VALUE(MACH_EXCEPTION_CODES, 0x80000000),
    VALUE(MACH_EXCEPTION_ERRORS, 0x40000000),
    VALUE(MACH_EXCEPTION_BACKTRACE_PREFERRED, 0x20000000),
};

static const struct value errors_values[] = {
    VALUE(err_none, 0),
    VALUE(ERR_SUCCESS, 0),
    VALUE(err_kern, 0),
    VALUE(err_us, 0x04000000),
    VALUE(err_server, 0x08000000),
    VALUE(err_ipc, 0x0c000000),
    VALUE(err_mach_ipc, 0x10000000),
    VALUE(err_dipc, 0x1c000000),
    VALUE(err_vm, 0x20000000),
    VALUE(err_local, (int32_t)0xf8000000),
    VALUE(err_ipc_compat, (int32_t)0xfc000000),
    VALUE(err_max_system, 0x3f),
    VALUE(system_emask, (int32_t)0xfc000000),
    VALUE(sub_emask, 0x03ffc000),
    VALUE(code_emask, 0x3fff),
};

static const struct value vm_values[] = {
    VALUE(VM_FLAGS_FIXED, 0),
    VALUE(VM_FLAGS_ANYWHERE, 1),
};

static const struct value mach2_values[] = {
    VALUE(PORT_NULL, 0),
    VALUE(PORT_ENABLED, 0xffffffff),
    VALUE(PORT_TYPE_NONE, 0),
    VALUE(PORT_TYPE_SEND, 1),
    VALUE(PORT_TYPE_RECEIVE, 3),
    VALUE(PORT_TYPE_OWN, 5),
    VALUE(PORT_TYPE_RECEIVE_OWN, 7),
    VALUE(PORT_TYPE_SET, 9),
    VALUE(PORT_TYPE_LAST, 10),
    VALUE(PORT_BACKLOG_DEFAULT, 5),
    VALUE(PORT_BACKLOG_MAX, 16),
    VALUE(MSG_SIZE_MAX, 8192),
    VALUE(MSG_TYPE_NORMAL, 0),
    VALUE(MSG_TYPE_EMERGENCY, 1),
    VALUE(MSG_TYPE_BIT, 0),
    VALUE(MSG_TYPE_BOOLEAN, 0),
    VALUE(MSG_TYPE_INTEGER_32, 2),
    VALUE(MSG_TYPE_PORT_OWNERSHIP, 3),
    VALUE(MSG_TYPE_PORT_RECEIVE, 4),
    VALUE(MSG_TYPE_PORT_ALL, 5),
    VALUE(MSG_TYPE_PORT, 6),
    VALUE(MSG_TYPE_CHAR, 8),
    VALUE(MSG_TYPE_BYTE, 9),
    VALUE(MSG_TYPE_INTERNAL_MEMORY, 9),
    VALUE(MSG_TYPE_REAL, 10),
    VALUE(MSG_TYPE_STRING, 12),
    VALUE(MSG_TYPE_STRING_C, 12),
    VALUE(MSG_TYPE_PORT_NAME, 15),
    VALUE(MSG_OPTION_NONE, 0),
    VALUE(SEND_TIMEOUT, 0x1),
    VALUE(SEND_NOTIFY, 0x2),
    VALUE(SEND_INTERRUPT, 0x4),
    VALUE(SEND_SWITCH, 0x20),
    VALUE(RCV_TIMEOUT, 0x100),
    VALUE(RCV_NO_SENDERS, 0x200),
    VALUE(RCV_INTERRUPT, 0x400),
    VALUE(RCV_LARGE, 0x1000),
    VALUE(SEND_SUCCESS, 0),
    VALUE(SEND_INVALID_MEMORY, (-101)),
    VALUE(SEND_INVALID_PORT, (-102)),
    VALUE(SEND_TIMED_OUT, (-103)),
    VALUE(SEND_WILL_NOTIFY, (-105)),
    VALUE(SEND_NOTIFY_IN_PROGRESS, (-106)),
    VALUE(SEND_KERNEL_REFUSED, (-107)),
    VALUE(SEND_INTERRUPTED, (-108)),
    VALUE(SEND_MSG_TOO_LARGE, (-109)),
    VALUE(SEND_MSG_TOO_SMALL, (-110)),
    VALUE(SEND_MSG_SIZE_CHANGE, (-111)),
    VALUE(RCV_SUCCESS, 0),
    VALUE(RCV_INVALID_MEMORY, (-201)),
    VALUE(RCV_INVALID_PORT, (-202)),
    VALUE(RCV_TIMED_OUT, (-203)),
    VALUE(RCV_TOO_LARGE, (-204)),
    VALUE(RCV_NOT_ENOUGH_MEMORY, (-205)),
    VALUE(RCV_ONLY_SENDER, (-206)),
    VALUE(RCV_INTERRUPTED, (-207)),
    VALUE(RCV_PORT_CHANGE, (-208)),
    VALUE(NOTIFY_FIRST, 64),
    VALUE(NOTIFY_PORT_DELETED, 65),
    VALUE(NOTIFY_MSG_ACCEPTED, 66),
    VALUE(NOTIFY_OWNERSHIP_RIGHTS, 67),
    VALUE(NOTIFY_RECEIVE_RIGHTS, 68),
    VALUE(NOTIFY_PORT_DESTROYED, 69),
    VALUE(NOTIFY_NO_MORE_SENDERS, 70),
    VALUE(NOTIFY_LAST, 77),
};

TEST(the_primitive_constants_have_their_values)
{
	check_values(primitive_values);
}

TEST(the_fields_of_msgh_bits_have_their_values) { check_values(bits_values); }

TEST(the_dispositions_have_their_values) { check_values(dispositions_values); }

TEST(the_descriptor_constants_have_their_values)
{
	check_values(descriptors_values);
}

TEST(the_trailer_constants_have_their_values) { check_values(trailers_values); }

TEST(the_options_have_their_values) { check_values(options_values); }

TEST(the_64_bit_options_have_their_values) { check_values(options64_values); }

TEST(the_send_codes_have_their_values) { check_values(send_codes_values); }

TEST(the_receive_codes_have_their_values) { check_values(rcv_codes_values); }

TEST(the_special_bits_have_their_values) { check_values(special_bits_values); }

TEST(the_kernel_codes_have_their_values) { check_values(kern_codes_values); }

TEST(the_mig_codes_have_their_values) { check_values(mig_codes_values); }

TEST(the_ndr_constants_have_their_values) { check_values(ndr_values); }

TEST(the_rights_have_their_values) { check_values(rights_values); }

TEST(the_type_bits_have_their_values) { check_values(types_values); }

TEST(the_queue_limits_have_their_values) { check_values(qlimits_values); }

TEST(the_attribute_flavors_and_counts_have_their_values)
{
	check_values(attributes_values);
}

TEST(the_status_flags_have_their_values) { check_values(status_flags_values); }

TEST(the_options_of_new_ports_have_their_values)
{
	check_values(mpo_flags_values);
}

TEST(the_guard_constants_have_their_values) { check_values(guards_values); }

TEST(the_kinds_of_kernel_object_have_their_values)
{
	check_values(kobjects_values);
}

TEST(the_notifications_have_their_values)
{
	check_values(notifications_values);
}

TEST(the_special_ports_of_tasks_and_threads_have_their_values)
{
	check_values(special_ports_values);
}

TEST(the_special_ports_of_the_host_have_their_values)
{
	check_values(host_ports_values);
}

TEST(the_exception_constants_have_their_values)
{
	check_values(exceptions_values);
}

TEST(the_error_systems_have_their_values) { check_values(errors_values); }

TEST(the_memory_flags_have_their_values) { check_values(vm_values); }

TEST(the_constants_of_Mach_2_5_have_their_values)
{
	check_values(mach2_values);
}

/*
 * Macros with arguments.
 */
TEST(the_bits_of_a_request_and_of_its_reception_are_the_known_ones)
{
	assert_int_equal(MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	                     MACH_MSG_TYPE_MAKE_SEND_ONCE),
	    0x1513);
	assert_int_equal(MACH_MSGH_BITS(MACH_MSG_TYPE_PORT_SEND_ONCE,
	                     MACH_MSG_TYPE_PORT_SEND),
	    0x1112);
}

TEST(bits_are_put_together_and_taken_apart)
{
	mach_msg_bits_t bits = MACH_MSGH_BITS_SET(17, 18, 19, 0xffffffff);

	assert_int_equal(MACH_MSGH_BITS_SET_PORTS(17, 18, 19), 0x00131211);
	assert_int_equal(
	    MACH_MSGH_BITS_SET_PORTS(0xffffffff, 0xffffffff, 0xffffffff),
	    0x001f1f1f);
	assert_int_equal(bits, 0xfff3f2f1);
	assert_int_equal(MACH_MSGH_BITS_REMOTE(bits), 17);
	assert_int_equal(MACH_MSGH_BITS_LOCAL(bits), 18);
	assert_int_equal(MACH_MSGH_BITS_VOUCHER(bits), 19);
	assert_int_equal(MACH_MSGH_BITS_PORTS(bits), 0x00131211);
	assert_int_equal(MACH_MSGH_BITS_OTHER(bits), 0xffe0e0e0);
}

TEST(bits_can_be_tested)
{
	assert_true(MACH_MSGH_BITS_HAS_REMOTE(0x00000011));
	assert_false(MACH_MSGH_BITS_HAS_REMOTE(0xffffffe0));
	assert_true(MACH_MSGH_BITS_HAS_LOCAL(0x00001100));
	assert_false(MACH_MSGH_BITS_HAS_LOCAL(0xffffe0ff));
	assert_true(MACH_MSGH_BITS_HAS_VOUCHER(0x00110000));
	assert_false(MACH_MSGH_BITS_HAS_VOUCHER(0xffe0ffff));
	assert_true(MACH_MSGH_BITS_IS_COMPLEX(0x80000000));
	assert_false(MACH_MSGH_BITS_IS_COMPLEX(0x7fffffff));
	assert_true(MACH_MSGH_BITS_RAISED_IMPORTANCE(0x20000000));
	assert_false(MACH_MSGH_BITS_RAISED_IMPORTANCE(0xdfffffff));
	assert_true(MACH_MSGH_BITS_HOLDS_IMPORTANCE_ASSERTION(0x10000000));
	assert_false(MACH_MSGH_BITS_HOLDS_IMPORTANCE_ASSERTION(0xefffffff));
}

TEST(dispositions_are_classified)
{
	for (mach_msg_type_name_t x = 0; x < 32; x++) {
		bool send_once = x == 18 || x == 21;

		assert_int_equal(MACH_MSG_TYPE_PORT_ANY(x), x >= 16 && x <= 21);
		assert_int_equal(
		    MACH_MSG_TYPE_PORT_ANY_SEND(x), x >= 17 && x <= 21);
		assert_int_equal(
		    MACH_MSG_TYPE_PORT_ANY_SEND_ONCE(x), send_once);
		assert_int_equal(
		    MACH_MSG_TYPE_PORT_ANY_RIGHT(x), x >= 16 && x <= 18);
	}
}

TEST(each_trailer_request_has_its_size)
{
	static const mach_msg_size_t sizes[16] = {
	    8, 12, 20, 52, 60, 68, 68, 68, 68, 68, 68, 68, 68, 68, 68, 68};

	for (unsigned int x = 0; x < 16; x++) {
		mach_msg_option_t option = MACH_RCV_MSG | MACH_RCV_LARGE |
		    MACH_RCV_TRAILER_TYPE(15) | MACH_RCV_TRAILER_ELEMENTS(x);

		assert_int_equal(GET_RCV_ELEMENTS(option), x);
		assert_int_equal(REQUESTED_TRAILER_SIZE(option), sizes[x]);
	}
	assert_int_equal(MACH_RCV_TRAILER_TYPE(1), 0x10000000);
	assert_int_equal(MACH_RCV_TRAILER_ELEMENTS(1), 0x01000000);
	/* As a constant, for the size of a buffer. */
	assert_int_equal(sizeof(char[REQUESTED_TRAILER_SIZE(
	                     MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_CTX))]),
	    60);
}

TEST(a_trailer_begins_at_a_multiple_of_4)
{
	assert_int_equal(round_msg(0), 0);
	assert_int_equal(round_msg(24), 24);
	assert_int_equal(round_msg(25), 28);
	assert_int_equal(round_msg(28), 28);
	assert_int_equal(round_msg(0xffffffff), 0x100000000);
}

TEST(the_token_values_are_those_of_the_kernel_and_of_nobody)
{
	security_token_t security = KERNEL_SECURITY_TOKEN_VALUE;
	audit_token_t kernel = KERNEL_AUDIT_TOKEN_VALUE;
	audit_token_t invalid = INVALID_AUDIT_TOKEN_VALUE;

	assert_int_equal(security.val[0], 0);
	assert_int_equal(security.val[1], 1);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(kernel.val[i], 0);
		assert_int_equal(invalid.val[i], UINT32_MAX);
	}
}

TEST(a_name_is_an_index_and_a_generation)
{
	mach_port_name_t name = 0x12345607;

	assert_int_equal(MACH_PORT_INDEX(name), 0x123456);
	assert_int_equal(MACH_PORT_GEN(name), 0x07000000);
	assert_int_equal(
	    MACH_PORT_MAKE(MACH_PORT_INDEX(name), MACH_PORT_GEN(name)), name);
}

TEST(neither_null_nor_dead_is_a_valid_name)
{
	assert_false(MACH_PORT_VALID(MACH_PORT_NULL));
	assert_false(MACH_PORT_VALID(MACH_PORT_DEAD));
	assert_true(MACH_PORT_VALID((mach_port_name_t)1));
	assert_true(MACH_PORT_VALID((mach_port_name_t)0xfffffffe));
}

TEST(an_error_is_taken_apart_into_system_subsystem_and_code)
{
	mach_error_t error = err_local | err_sub(0xabc) | 0x1234;

	assert_int_equal(err_get_system(error), 0x3e);
	assert_int_equal(err_get_sub(error), 0xabc);
	assert_int_equal(err_get_code(error), 0x1234);
	assert_int_equal(error & system_emask, err_local);
	assert_int_equal(error & sub_emask, err_sub(0xabc));
	assert_int_equal(error & code_emask, 0x1234);
	assert_int_equal(unix_err(2), 0xc002);
	assert_int_equal(err_get_system(MACH_RCV_TIMED_OUT), 4);
	assert_int_equal(err_get_sub(MACH_RCV_TIMED_OUT), 1);
	assert_int_equal(err_get_code(MACH_RCV_TIMED_OUT), 3);
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
	    cmocka_unit_test(the_primitive_constants_have_their_values),
	    cmocka_unit_test(the_fields_of_msgh_bits_have_their_values),
	    cmocka_unit_test(the_dispositions_have_their_values),
	    cmocka_unit_test(the_descriptor_constants_have_their_values),
	    cmocka_unit_test(the_trailer_constants_have_their_values),
	    cmocka_unit_test(the_options_have_their_values),
	    cmocka_unit_test(the_64_bit_options_have_their_values),
	    cmocka_unit_test(the_send_codes_have_their_values),
	    cmocka_unit_test(the_receive_codes_have_their_values),
	    cmocka_unit_test(the_special_bits_have_their_values),
	    cmocka_unit_test(the_kernel_codes_have_their_values),
	    cmocka_unit_test(the_mig_codes_have_their_values),
	    cmocka_unit_test(the_ndr_constants_have_their_values),
	    cmocka_unit_test(the_rights_have_their_values),
	    cmocka_unit_test(the_type_bits_have_their_values),
	    cmocka_unit_test(the_queue_limits_have_their_values),
	    cmocka_unit_test(
	        the_attribute_flavors_and_counts_have_their_values),
	    cmocka_unit_test(the_status_flags_have_their_values),
	    cmocka_unit_test(the_options_of_new_ports_have_their_values),
	    cmocka_unit_test(the_guard_constants_have_their_values),
	    cmocka_unit_test(the_kinds_of_kernel_object_have_their_values),
	    cmocka_unit_test(the_notifications_have_their_values),
	    cmocka_unit_test(
	        the_special_ports_of_tasks_and_threads_have_their_values),
	    cmocka_unit_test(the_special_ports_of_the_host_have_their_values),
	    cmocka_unit_test(the_exception_constants_have_their_values),
	    cmocka_unit_test(the_error_systems_have_their_values),
	    cmocka_unit_test(the_memory_flags_have_their_values),
	    cmocka_unit_test(the_constants_of_Mach_2_5_have_their_values),
	    cmocka_unit_test(
	        the_bits_of_a_request_and_of_its_reception_are_the_known_ones),
	    cmocka_unit_test(bits_are_put_together_and_taken_apart),
	    cmocka_unit_test(bits_can_be_tested),
	    cmocka_unit_test(dispositions_are_classified),
	    cmocka_unit_test(each_trailer_request_has_its_size),
	    cmocka_unit_test(a_trailer_begins_at_a_multiple_of_4),
	    cmocka_unit_test(
	        the_token_values_are_those_of_the_kernel_and_of_nobody),
	    cmocka_unit_test(a_name_is_an_index_and_a_generation),
	    cmocka_unit_test(neither_null_nor_dead_is_a_valid_name),
	    cmocka_unit_test(
	        an_error_is_taken_apart_into_system_subsystem_and_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
