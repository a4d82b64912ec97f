/* What the public headers promise to compiled programs: the value of each constant,
 * against the tables of the specification. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <mach/ipc_info.h>
#include <mach/mach.h>
#include <mach/mach2.h>
#include <mach/mig.h>
#include <mach/notify.h>

#include "values.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

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

static const struct value memory_entry_values[] = {
    VALUE(MAP_MEM_ONLY, 0x10000),
    VALUE(MAP_MEM_NAMED_CREATE, 0x20000),
    VALUE(MAP_MEM_PURGABLE, 0x40000),
    VALUE(MAP_MEM_NAMED_REUSE, 0x80000),
    VALUE(MAP_MEM_USE_DATA_ADDR, 0x100000),
    VALUE(MAP_MEM_VM_COPY, 0x200000),
    VALUE(MAP_MEM_VM_SHARE, 0x400000),
    VALUE(MAP_MEM_4K_DATA_ADDR, 0x800000),
    VALUE(MAP_MEM_FLAGS_MASK, 0xffff00),
    VALUE(MAP_MEM_NOOP, 0),
    VALUE(GET_MAP_MEM(0x12345678), 0x12),
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

TEST(the_flags_of_memory_entries_have_their_values)
{
	check_values(memory_entry_values);
}
TEST(the_memory_flags_have_their_values) { check_values(vm_values); }

TEST(the_constants_of_Mach_2_5_have_their_values)
{
	check_values(mach2_values);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
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
	    cmocka_unit_test(the_flags_of_memory_entries_have_their_values),
	    cmocka_unit_test(the_memory_flags_have_their_values),
	    cmocka_unit_test(the_constants_of_Mach_2_5_have_their_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
