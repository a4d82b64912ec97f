/*
 * mach/message.h - messages: layout, options, codes, and the calls that move
 * them
 *
 * A message is a header, then, when MACH_MSGH_BITS_COMPLEX is set, a count of
 * descriptors and the descriptors, then inline data:
 *
 *	simple:   header(24) | data ...
 *	complex:  header(24) | count(4) | descriptor[0..count-1] | data ...
 *	received: either, then a trailer at offset round_msg(msgh_size)
 *
 * Descriptors are 12 or 16 bytes long and packed without padding: walk them by
 * their type, which is always the byte at offset 11.
 *
 * All structures are packed to 4 bytes; so an 8-byte member may be aligned to 4
 * only, and its address must not be passed on as a pointer to its type.
 *
 * Source: spec/messages.md
 */
#ifndef MACH_MESSAGE_H
#define MACH_MESSAGE_H

#include <mach/boolean.h>
#include <mach/kern_return.h>
#include <mach/machine/vm_types.h>
#include <mach/port.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Primitive types. Source: spec/messages.md 1
 */
typedef natural_t mach_msg_timeout_t; /* milliseconds */
typedef unsigned int mach_msg_bits_t;
typedef natural_t mach_msg_size_t; /* bytes */
typedef integer_t mach_msg_id_t;   /* the kernel does not interpret it */
typedef natural_t mach_msg_type_number_t;
typedef integer_t mach_msg_option_t;
typedef mach_msg_option_t mach_msg_options_t;
typedef uint64_t mach_msg_option64_t;
typedef kern_return_t mach_msg_return_t;
typedef uint32_t mach_msg_priority_t;
typedef int mach_msg_filter_id;

/* Kept in 8 bits of a descriptor, 32 as values. */
typedef unsigned int mach_msg_type_name_t;
typedef unsigned int mach_msg_copy_options_t;
typedef unsigned int mach_msg_descriptor_type_t;
/* Kept in 16 bits of a descriptor. */
typedef unsigned int mach_msg_guard_flags_t;

typedef unsigned int mach_msg_trailer_type_t;
typedef unsigned int mach_msg_trailer_size_t; /* bytes */
typedef char *mach_msg_trailer_info_t;

#define MACH_MSG_TIMEOUT_NONE ((mach_msg_timeout_t)0)
#define MACH_MSG_PRIORITY_UNSPECIFIED ((mach_msg_priority_t)0)
#define MACH_MSG_SIZE_MAX ((mach_msg_size_t)0xffffffffu)
#define MACH_MSG_SIZE_RELIABLE ((mach_msg_size_t)(256 * 1024))

/*
 * msgh_bits. Source: spec/messages.md 3.1
 */
#define MACH_MSGH_BITS_ZERO 0x00000000u
#define MACH_MSGH_BITS_REMOTE_MASK 0x0000001fu
#define MACH_MSGH_BITS_LOCAL_MASK 0x00001f00u
#define MACH_MSGH_BITS_VOUCHER_MASK 0x001f0000u
#define MACH_MSGH_BITS_PORTS_MASK                                              \
	(MACH_MSGH_BITS_REMOTE_MASK | MACH_MSGH_BITS_LOCAL_MASK |              \
	    MACH_MSGH_BITS_VOUCHER_MASK)
#define MACH_MSGH_BITS_COMPLEX 0x80000000u
/* What a user may set; other bits are dropped on send, without an error. */
#define MACH_MSGH_BITS_USER 0x801f1f1fu
/* Kernel only. */
#define MACH_MSGH_BITS_RAISEIMP 0x20000000u
#define MACH_MSGH_BITS_IMPHOLDASRT 0x10000000u
#define MACH_MSGH_BITS_CIRCULAR 0x10000000u
#define MACH_MSGH_BITS_USED 0xb01f1f1fu

/* Make bits from dispositions. */
#define MACH_MSGH_BITS(remote, local)                                          \
	((mach_msg_bits_t)(remote) | ((mach_msg_bits_t)(local) << 8))
#define MACH_MSGH_BITS_SET_PORTS(remote, local, voucher)                       \
	(((mach_msg_bits_t)(remote)&MACH_MSGH_BITS_REMOTE_MASK) |              \
	    (((mach_msg_bits_t)(local) << 8) & MACH_MSGH_BITS_LOCAL_MASK) |    \
	    (((mach_msg_bits_t)(voucher) << 16) &                              \
	        MACH_MSGH_BITS_VOUCHER_MASK))
#define MACH_MSGH_BITS_SET(remote, local, voucher, other)                      \
	(MACH_MSGH_BITS_SET_PORTS(remote, local, voucher) |                    \
	    ((mach_msg_bits_t)(other) & ~MACH_MSGH_BITS_PORTS_MASK))

/* Take bits apart. */
#define MACH_MSGH_BITS_REMOTE(bits) ((bits)&MACH_MSGH_BITS_REMOTE_MASK)
#define MACH_MSGH_BITS_LOCAL(bits) (((bits)&MACH_MSGH_BITS_LOCAL_MASK) >> 8)
#define MACH_MSGH_BITS_VOUCHER(bits)                                           \
	(((bits)&MACH_MSGH_BITS_VOUCHER_MASK) >> 16)
#define MACH_MSGH_BITS_PORTS(bits) ((bits)&MACH_MSGH_BITS_PORTS_MASK)
#define MACH_MSGH_BITS_OTHER(bits) ((bits) & ~MACH_MSGH_BITS_PORTS_MASK)

#define MACH_MSGH_BITS_HAS_REMOTE(bits)                                        \
	(MACH_MSGH_BITS_REMOTE(bits) != MACH_MSGH_BITS_ZERO)
#define MACH_MSGH_BITS_HAS_LOCAL(bits)                                         \
	(MACH_MSGH_BITS_LOCAL(bits) != MACH_MSGH_BITS_ZERO)
#define MACH_MSGH_BITS_HAS_VOUCHER(bits)                                       \
	(MACH_MSGH_BITS_VOUCHER(bits) != MACH_MSGH_BITS_ZERO)
#define MACH_MSGH_BITS_IS_COMPLEX(bits)                                        \
	(((bits)&MACH_MSGH_BITS_COMPLEX) != MACH_MSGH_BITS_ZERO)
#define MACH_MSGH_BITS_RAISED_IMPORTANCE(bits)                                 \
	(((bits)&MACH_MSGH_BITS_RAISEIMP) != MACH_MSGH_BITS_ZERO)
#define MACH_MSGH_BITS_HOLDS_IMPORTANCE_ASSERTION(bits)                        \
	(((bits)&MACH_MSGH_BITS_IMPHOLDASRT) != MACH_MSGH_BITS_ZERO)

/*
 * Dispositions: what the sender gives up or makes. Received messages show only
 * the first three, under their MACH_MSG_TYPE_PORT_* names.
 * Source: spec/messages.md 3.2
 */
#define MACH_MSG_TYPE_MOVE_RECEIVE 16   /* must hold receive right */
#define MACH_MSG_TYPE_MOVE_SEND 17      /* must hold send right, loses one */
#define MACH_MSG_TYPE_MOVE_SEND_ONCE 18 /* must hold send-once right */
#define MACH_MSG_TYPE_COPY_SEND 19      /* must hold send right, keeps it */
#define MACH_MSG_TYPE_MAKE_SEND 20      /* must hold receive right */
#define MACH_MSG_TYPE_MAKE_SEND_ONCE 21 /* must hold receive right */
/* Reserved: refused in user messages. */
#define MACH_MSG_TYPE_COPY_RECEIVE 22
#define MACH_MSG_TYPE_DISPOSE_RECEIVE 24
#define MACH_MSG_TYPE_DISPOSE_SEND 25
#define MACH_MSG_TYPE_DISPOSE_SEND_ONCE 26

#define MACH_MSG_TYPE_PORT_NONE 0 /* no right */
#define MACH_MSG_TYPE_NONE MACH_MSG_TYPE_PORT_NONE
#define MACH_MSG_TYPE_PORT_NAME 15 /* a number, never a right */
#define MACH_MSG_TYPE_PORT_RECEIVE MACH_MSG_TYPE_MOVE_RECEIVE
#define MACH_MSG_TYPE_PORT_SEND MACH_MSG_TYPE_MOVE_SEND
#define MACH_MSG_TYPE_PORT_SEND_ONCE MACH_MSG_TYPE_MOVE_SEND_ONCE

#define MACH_MSG_TYPE_LAST 22
#define MACH_MSG_TYPE_POLYMORPHIC ((mach_msg_type_name_t)-1)

#define MACH_MSG_TYPE_PORT_ANY(x)                                              \
	(((x) >= MACH_MSG_TYPE_MOVE_RECEIVE) &&                                \
	    ((x) <= MACH_MSG_TYPE_MAKE_SEND_ONCE))
#define MACH_MSG_TYPE_PORT_ANY_SEND(x)                                         \
	(((x) >= MACH_MSG_TYPE_MOVE_SEND) &&                                   \
	    ((x) <= MACH_MSG_TYPE_MAKE_SEND_ONCE))
#define MACH_MSG_TYPE_PORT_ANY_SEND_ONCE(x)                                    \
	(((x) == MACH_MSG_TYPE_MOVE_SEND_ONCE) ||                              \
	    ((x) == MACH_MSG_TYPE_MAKE_SEND_ONCE))
#define MACH_MSG_TYPE_PORT_ANY_RIGHT(x)                                        \
	(((x) >= MACH_MSG_TYPE_MOVE_RECEIVE) &&                                \
	    ((x) <= MACH_MSG_TYPE_MOVE_SEND_ONCE))

/*
 * Descriptor types, copy options, guard flags. Source: spec/messages.md 4
 */
#define MACH_MSG_PORT_DESCRIPTOR 0
#define MACH_MSG_OOL_DESCRIPTOR 1
#define MACH_MSG_OOL_PORTS_DESCRIPTOR 2
#define MACH_MSG_OOL_VOLATILE_DESCRIPTOR 3
#define MACH_MSG_GUARDED_PORT_DESCRIPTOR 4

#define MACH_MSG_PHYSICAL_COPY 0
#define MACH_MSG_VIRTUAL_COPY 1
#define MACH_MSG_ALLOCATE 2      /* refused on send */
#define MACH_MSG_OVERWRITE 3     /* refused on send */
#define MACH_MSG_KALLOC_COPY_T 4 /* kernel only */

#define MACH_MSG_GUARD_FLAGS_NONE 0x0000
#define MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE 0x0001
#define MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND 0x0002
#define MACH_MSG_GUARD_FLAGS_MASK 0x0003

#pragma pack(push, 4)

/*
 * The header. Source: spec/messages.md 2
 *
 *			to send			as received
 * msgh_bits		dispositions, COMPLEX	what was received, COMPLEX
 * msgh_size		ignored			bytes, without the trailer
 * msgh_remote_port	destination		reply port
 * msgh_local_port	reply port		where the message arrived
 * msgh_voucher_port	0			0; no vouchers exist here
 * msgh_id		the message's meaning	unchanged
 */
typedef struct {
	mach_msg_bits_t msgh_bits;
	mach_msg_size_t msgh_size;
	mach_port_t msgh_remote_port;
	mach_port_t msgh_local_port;
	mach_port_name_t msgh_voucher_port;
	mach_msg_id_t msgh_id;
} mach_msg_header_t;

#define msgh_reserved msgh_voucher_port
#define MACH_MSG_NULL ((mach_msg_header_t *)0)

/* Follows the header of a complex message. */
typedef struct {
	mach_msg_size_t msgh_descriptor_count; /* descriptors, not bytes */
} mach_msg_body_t;

#define MACH_MSG_BODY_NULL ((mach_msg_body_t *)0)

typedef struct {
	mach_msg_header_t header;
	mach_msg_body_t body;
} mach_msg_base_t;

/*
 * Descriptors. Source: spec/messages.md 4
 */

/* To find out a descriptor's type, and nothing else. */
typedef struct {
	natural_t pad1;
	mach_msg_size_t pad2;
	unsigned int pad3 : 24;
	mach_msg_descriptor_type_t type : 8;
} mach_msg_type_descriptor_t;

#define MACH_MSG_DESCRIPTOR_NULL ((mach_msg_descriptor_t *)0)

/* One right. */
typedef struct {
	mach_port_t name;
	mach_msg_size_t pad1;
	unsigned int pad2 : 16;
	mach_msg_type_name_t disposition : 8;
	mach_msg_descriptor_type_t type : 8;
} mach_msg_port_descriptor_t;

/* A region of memory. */
typedef struct {
	void *address;
	boolean_t deallocate : 8; /* send: unmap. received: yours to unmap */
	mach_msg_copy_options_t copy : 8;
	unsigned int pad1 : 8;
	mach_msg_descriptor_type_t type : 8;
	mach_msg_size_t size; /* bytes */
} mach_msg_ool_descriptor_t;

/* An array of names, all with one disposition. */
typedef struct {
	void *address; /* of mach_port_t[count] */
	boolean_t deallocate : 8;
	mach_msg_copy_options_t copy : 8;
	mach_msg_type_name_t disposition : 8;
	mach_msg_descriptor_type_t type : 8;
	mach_msg_size_t count; /* names, not bytes */
} mach_msg_ool_ports_descriptor_t;

/* A receive right that arrives guarded. */
typedef struct {
	mach_port_context_t context; /* the guard */
	mach_msg_guard_flags_t flags : 16;
	mach_msg_type_name_t disposition : 8;
	mach_msg_descriptor_type_t type : 8;
	mach_port_name_t name;
} mach_msg_guarded_port_descriptor_t;

/*
 * One descriptor of any kind. Its size is that of the largest: an array of
 * these does not lie in a message.
 */
typedef union {
	mach_msg_port_descriptor_t port;
	mach_msg_ool_descriptor_t out_of_line;
	mach_msg_ool_ports_descriptor_t ool_ports;
	mach_msg_type_descriptor_t type;
	mach_msg_guarded_port_descriptor_t guarded_port;
} mach_msg_descriptor_t;

/* With the address as a number of 64 bits: the layouts above. */
typedef struct {
	uint64_t address;
	boolean_t deallocate : 8;
	mach_msg_copy_options_t copy : 8;
	unsigned int pad1 : 8;
	mach_msg_descriptor_type_t type : 8;
	mach_msg_size_t size;
} mach_msg_ool_descriptor64_t;

typedef struct {
	uint64_t address;
	boolean_t deallocate : 8;
	mach_msg_copy_options_t copy : 8;
	mach_msg_type_name_t disposition : 8;
	mach_msg_descriptor_type_t type : 8;
	mach_msg_size_t count;
} mach_msg_ool_ports_descriptor64_t;

typedef struct {
	uint64_t context;
	mach_msg_guard_flags_t flags : 16;
	mach_msg_type_name_t disposition : 8;
	mach_msg_descriptor_type_t type : 8;
	mach_port_name_t name;
} mach_msg_guarded_port_descriptor64_t;

/* With the address as a number of 32 bits: never used here. */
typedef struct {
	uint32_t address;
	mach_msg_size_t size;
	boolean_t deallocate : 8;
	mach_msg_copy_options_t copy : 8;
	unsigned int pad1 : 8;
	mach_msg_descriptor_type_t type : 8;
} mach_msg_ool_descriptor32_t;

typedef struct {
	uint32_t address;
	mach_msg_size_t count;
	boolean_t deallocate : 8;
	mach_msg_copy_options_t copy : 8;
	mach_msg_type_name_t disposition : 8;
	mach_msg_descriptor_type_t type : 8;
} mach_msg_ool_ports_descriptor32_t;

typedef struct {
	uint32_t context;
	mach_port_name_t name;
	mach_msg_guard_flags_t flags : 16;
	mach_msg_type_name_t disposition : 8;
	mach_msg_descriptor_type_t type : 8;
} mach_msg_guarded_port_descriptor32_t;

/*
 * Trailers. Each has the fields of the one before it, and more.
 * Source: spec/messages.md 5
 */
typedef struct {
	mach_msg_trailer_type_t msgh_trailer_type;
	mach_msg_trailer_size_t msgh_trailer_size; /* bytes */
} mach_msg_trailer_t;

typedef struct {
	mach_msg_trailer_type_t msgh_trailer_type;
	mach_msg_trailer_size_t msgh_trailer_size;
	mach_port_seqno_t msgh_seqno; /* the port's, when dequeued */
} mach_msg_seqno_trailer_t;

/* The sender's effective uid and gid. */
typedef struct {
	unsigned int val[2];
} security_token_t;

typedef struct {
	mach_msg_trailer_type_t msgh_trailer_type;
	mach_msg_trailer_size_t msgh_trailer_size;
	mach_port_seqno_t msgh_seqno;
	security_token_t msgh_sender;
} mach_msg_security_trailer_t;

/*
 * The sender when it sent: audit uid, euid, egid, ruid, rgid, pid, audit
 * session id, pid version.
 */
typedef struct {
	unsigned int val[8];
} audit_token_t;

typedef struct {
	mach_msg_trailer_type_t msgh_trailer_type;
	mach_msg_trailer_size_t msgh_trailer_size;
	mach_port_seqno_t msgh_seqno;
	security_token_t msgh_sender;
	audit_token_t msgh_audit;
} mach_msg_audit_trailer_t;

typedef struct {
	mach_msg_trailer_type_t msgh_trailer_type;
	mach_msg_trailer_size_t msgh_trailer_size;
	mach_port_seqno_t msgh_seqno;
	security_token_t msgh_sender;
	audit_token_t msgh_audit;
	mach_port_context_t msgh_context; /* the port's, when received */
} mach_msg_context_trailer_t;

typedef struct {
	mach_port_name_t sender;
} msg_labels_t;

typedef struct {
	mach_msg_trailer_type_t msgh_trailer_type;
	mach_msg_trailer_size_t msgh_trailer_size;
	mach_port_seqno_t msgh_seqno;
	security_token_t msgh_sender;
	audit_token_t msgh_audit;
	mach_port_context_t msgh_context;
	mach_msg_filter_id msgh_ad; /* 0 */
	msg_labels_t msgh_labels;   /* MACH_PORT_NULL */
} mach_msg_mac_trailer_t;

typedef mach_msg_mac_trailer_t mach_msg_max_trailer_t;
typedef mach_msg_security_trailer_t mach_msg_format_0_trailer_t;

/* A message without a body, to send and with the least trailer. */
typedef struct {
	mach_msg_header_t header;
} mach_msg_empty_send_t;

typedef struct {
	mach_msg_header_t header;
	mach_msg_trailer_t trailer;
} mach_msg_empty_rcv_t;

typedef union {
	mach_msg_empty_send_t send;
	mach_msg_empty_rcv_t rcv;
} mach_msg_empty_t;

#pragma pack(pop)

#define MACH_MSG_TRAILER_FORMAT_0 0
#define MACH_MSG_TRAILER_FORMAT_0_SIZE                                         \
	((mach_msg_size_t)sizeof(mach_msg_format_0_trailer_t))
#define MACH_MSG_TRAILER_MINIMUM_SIZE                                          \
	((mach_msg_size_t)sizeof(mach_msg_trailer_t))
#define MAX_TRAILER_SIZE ((mach_msg_size_t)sizeof(mach_msg_max_trailer_t))

/* In the trailers of messages that the kernel made. */
/* clang-format off */
#define KERNEL_SECURITY_TOKEN_VALUE { { 0, 1 } }
#define KERNEL_AUDIT_TOKEN_VALUE { { 0, 0, 0, 0, 0, 0, 0, 0 } }
/* clang-format on */

/* Of nobody. */
#define INVALID_AUDIT_TOKEN_VALUE                                              \
	{                                                                      \
		{                                                              \
			0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu,    \
			    0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu \
		}                                                              \
	}

/* The offset of the trailer in a received message. */
#define round_msg(x)                                                           \
	(((size_t)(mach_msg_size_t)(x) + sizeof(natural_t) - 1) &              \
	    ~(sizeof(natural_t) - 1))

/*
 * Options. Unknown bits never cause an error. Source: spec/messages.md 7.1
 */
#define MACH_MSG_OPTION_NONE 0x00000000

#define MACH_SEND_MSG 0x00000001 /* send */
#define MACH_RCV_MSG 0x00000002  /* receive, after the send if both */

#define MACH_RCV_LARGE 0x00000004          /* what is too large stays queued */
#define MACH_RCV_LARGE_IDENTITY 0x00000008 /* then also name the member */

#define MACH_SEND_TIMEOUT 0x00000010   /* bound the wait for queue room */
#define MACH_SEND_OVERRIDE 0x00000020  /* notify is a priority; ignored */
#define MACH_SEND_INTERRUPT 0x00000040 /* do not restart after a signal */
#define MACH_SEND_NOTIFY 0x00000080    /* tell when there is room */

#define MACH_RCV_TIMEOUT 0x00000100      /* bound the wait for a message */
#define MACH_MSG_STRICT_REPLY 0x00000200 /* accepted, ignored */
#define MACH_RCV_NOTIFY 0x00000000       /* historical; was 0x200 */
#define MACH_RCV_INTERRUPT 0x00000400    /* do not restart after a signal */
#define MACH_RCV_VOUCHER 0x00000800      /* will receive a voucher */
#define MACH_RCV_OVERWRITE 0x00000000    /* historical; was 0x1000 */
#define MACH_RCV_GUARDED_DESC 0x00001000 /* will receive guarded ports */
#define MACH_RCV_SYNC_WAIT 0x00004000    /* accepted, ignored */
#define MACH_RCV_SYNC_PEEK 0x00008000    /* accepted, ignored */

#define MACH_SEND_FILTER_NONFATAL 0x00010000 /* accepted, ignored */
#define MACH_SEND_ALWAYS 0x00010000          /* kernel only */
#define MACH_SEND_TRAILER 0x00020000         /* accepted, ignored */
#define MACH_SEND_NOIMPORTANCE 0x00040000    /* accepted, ignored */
#define MACH_SEND_NODENAP MACH_SEND_NOIMPORTANCE
#define MACH_SEND_IMPORTANCE 0x00080000    /* kernel only */
#define MACH_SEND_SYNC_OVERRIDE 0x00100000 /* accepted, ignored */
#define MACH_SEND_PROPAGATE_QOS 0x00200000 /* accepted, ignored */
#define MACH_SEND_SYNC_USE_THRPRI MACH_SEND_PROPAGATE_QOS
#define MACH_SEND_KERNEL 0x00400000                 /* kernel only */
#define MACH_SEND_SYNC_BOOTSTRAP_CHECKIN 0x00800000 /* accepted, ignored */

/* Bits 32 and up: of the private mach_msg2() only. */
#define MACH64_MSG_VECTOR ((mach_msg_option64_t)1 << 32)
#define MACH64_SEND_KOBJECT_CALL ((mach_msg_option64_t)1 << 33)
#define MACH64_SEND_MQ_CALL ((mach_msg_option64_t)1 << 34)
#define MACH64_SEND_ANY ((mach_msg_option64_t)1 << 35)
#define MACH64_SEND_DK_CALL ((mach_msg_option64_t)1 << 36)

/*
 * Bits 24-27 ask for trailer elements, bits 28-31 name the format.
 * Source: spec/messages.md 5.2
 */
#define MACH_RCV_TRAILER_NULL 0
#define MACH_RCV_TRAILER_SEQNO 1
#define MACH_RCV_TRAILER_SENDER 2
#define MACH_RCV_TRAILER_AUDIT 3
#define MACH_RCV_TRAILER_CTX 4
#define MACH_RCV_TRAILER_AV 7
#define MACH_RCV_TRAILER_LABELS 8

#define MACH_RCV_TRAILER_TYPE(x)                                               \
	((mach_msg_option_t)(((unsigned int)(x)&0xfu) << 28))
#define MACH_RCV_TRAILER_ELEMENTS(x)                                           \
	((mach_msg_option_t)(((unsigned int)(x)&0xfu) << 24))
#define MACH_RCV_TRAILER_MASK (0xf << 24)
#define GET_RCV_ELEMENTS(y) (((unsigned int)(y) >> 24) & 0xf)

/* The bytes of trailer that a receive with these options writes. */
/* clang-format off */
#define REQUESTED_TRAILER_SIZE(options)                                        \
	((mach_msg_trailer_size_t)(                                            \
	    GET_RCV_ELEMENTS(options) == MACH_RCV_TRAILER_NULL ?               \
	        sizeof(mach_msg_trailer_t) :                                   \
	    GET_RCV_ELEMENTS(options) == MACH_RCV_TRAILER_SEQNO ?              \
	        sizeof(mach_msg_seqno_trailer_t) :                             \
	    GET_RCV_ELEMENTS(options) == MACH_RCV_TRAILER_SENDER ?             \
	        sizeof(mach_msg_security_trailer_t) :                          \
	    GET_RCV_ELEMENTS(options) == MACH_RCV_TRAILER_AUDIT ?              \
	        sizeof(mach_msg_audit_trailer_t) :                             \
	    GET_RCV_ELEMENTS(options) == MACH_RCV_TRAILER_CTX ?                \
	        sizeof(mach_msg_context_trailer_t) :                           \
	        sizeof(mach_msg_mac_trailer_t)))
/* clang-format on */
#define REQUESTED_TRAILER_SIZE_NATIVE(options) REQUESTED_TRAILER_SIZE(options)

/*
 * Return codes. Source: spec/messages.md 12
 */
#define MACH_MSG_SUCCESS 0x00000000

/*
 * Bits that HEADER_ERROR, BODY_ERROR and a message come back to the sender may
 * carry: what was short. Test with (mr & ~MACH_MSG_MASK).
 */
#define MACH_MSG_MASK 0x00003e00
#define MACH_MSG_IPC_SPACE 0x00002000  /* names */
#define MACH_MSG_VM_SPACE 0x00001000   /* addresses, for memory */
#define MACH_MSG_IPC_KERNEL 0x00000800 /* the kernel's memory, for a right */
#define MACH_MSG_VM_KERNEL 0x00000400  /* the kernel's memory, for memory */

#define MACH_SEND_IN_PROGRESS 0x10000001 /* never seen by a program */
#define MACH_SEND_INVALID_DATA 0x10000002
#define MACH_SEND_INVALID_DEST 0x10000003
#define MACH_SEND_TIMED_OUT 0x10000004
#define MACH_SEND_INVALID_VOUCHER 0x10000005
#define MACH_SEND_INTERRUPTED 0x10000007
#define MACH_SEND_MSG_TOO_SMALL 0x10000008
#define MACH_SEND_INVALID_REPLY 0x10000009
#define MACH_SEND_INVALID_RIGHT 0x1000000a
#define MACH_SEND_INVALID_NOTIFY 0x1000000b
#define MACH_SEND_INVALID_MEMORY 0x1000000c
#define MACH_SEND_NO_BUFFER 0x1000000d
#define MACH_SEND_TOO_LARGE 0x1000000e
#define MACH_SEND_INVALID_TYPE 0x1000000f
#define MACH_SEND_INVALID_HEADER 0x10000010
#define MACH_SEND_INVALID_TRAILER 0x10000011
#define MACH_SEND_INVALID_CONTEXT 0x10000012
#define MACH_SEND_INVALID_OPTIONS 0x10000013
#define MACH_SEND_INVALID_RT_OOL_SIZE 0x10000015
#define MACH_SEND_NO_GRANT_DEST 0x10000016
#define MACH_SEND_MSG_FILTERED 0x10000017
#define MACH_SEND_AUX_TOO_SMALL 0x10000018
#define MACH_SEND_AUX_TOO_LARGE 0x10000019

/*
 * Mach 3, only after MACH_SEND_NOTIFY with a valid notify port. Two share their
 * number with a code above, so one switch cannot list both.
 */
#define MACH_SEND_WILL_NOTIFY 0x10000005 /* the message was sent */
#define MACH_SEND_NOTIFY_IN_PROGRESS 0x10000006
#define MACH_SEND_NO_NOTIFY 0x1000000e

#define MACH_RCV_IN_PROGRESS 0x10004001 /* never seen by a program */
#define MACH_RCV_INVALID_NAME 0x10004002
#define MACH_RCV_TIMED_OUT 0x10004003
#define MACH_RCV_TOO_LARGE 0x10004004
#define MACH_RCV_INTERRUPTED 0x10004005
#define MACH_RCV_PORT_CHANGED 0x10004006
#define MACH_RCV_INVALID_NOTIFY 0x10004007
#define MACH_RCV_INVALID_DATA 0x10004008
#define MACH_RCV_PORT_DIED 0x10004009 /* Mach 3 only */
#define MACH_RCV_IN_SET 0x1000400a    /* Mach 3 only */
#define MACH_RCV_HEADER_ERROR 0x1000400b
#define MACH_RCV_BODY_ERROR 0x1000400c
#define MACH_RCV_INVALID_TYPE 0x1000400d
#define MACH_RCV_SCATTER_SMALL 0x1000400e
#define MACH_RCV_INVALID_TRAILER 0x1000400f
#define MACH_RCV_IN_PROGRESS_TIMED 0x10004011 /* never seen by a program */
#define MACH_RCV_INVALID_REPLY 0x10004012
#define MACH_RCV_INVALID_ARGUMENTS 0x10004013

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * mach_msg() - send a message, receive one, or both
 * @msg:	[in/out] the message to send; where the one received is stored
 * @option:	[in]	MACH_SEND_* and MACH_RCV_* bits. With neither
 *			MACH_SEND_MSG nor MACH_RCV_MSG the call does nothing
 * @send_size:	[in]	bytes to send, a multiple of 4; msgh_size is not looked
 *			at
 * @rcv_size:	[in]	room in @msg for a message and its trailer
 * @rcv_name:	[in]	the receive right or port set to receive on; borrowed
 * @timeout:	[in]	with MACH_SEND_TIMEOUT bounds the send, with
 *			MACH_RCV_TIMEOUT the receive: each has it in full
 * @notify:	[in]	with MACH_SEND_NOTIFY and without MACH_SEND_OVERRIDE:
 *			a receive right to tell when a message that found the
 *			queue full has left it; else ignored
 *
 * The send comes first; when it fails, nothing is received. When the receive
 * fails, the send stays done. A wait that a signal interrupts is begun again,
 * timeout and all, unless MACH_SEND_INTERRUPT or MACH_RCV_INTERRUPT is given.
 * The call is no cancellation point: pthread_cancel() takes effect after it,
 * of either type.
 * A message needs MACH_MSG_TRAILER_MINIMUM_SIZE bytes of room, or the trailer
 * asked for, beyond msgh_size. When the destination dies while the message
 * waits, the send succeeds and the message is destroyed.
 *
 * Units:	sizes are bytes, @timeout is milliseconds
 * Rights:	CONSUMED on success, as their dispositions say; received rights
 *		are +1 to caller. On failure:
 *		kept	header errors: nothing was touched
 *		back	"pseudo-receive": all that was taken is in @msg again,
 *			as if received, header not swapped; names and addresses
 *			may have changed. Send it again or mach_msg_destroy() it
 *		part	the header's rights and the descriptors before the bad
 *			one are destroyed, the others kept
 * Return:	MACH_MSG_SUCCESS, or from the send:
 *		MACH_SEND_INVALID_DATA	kept: @msg cannot be read
 *		MACH_SEND_MSG_TOO_SMALL	kept: @send_size is below what the
 *					message needs, or no multiple of 4
 *		MACH_SEND_TOO_LARGE	kept: too many bytes, or ports
 *		MACH_SEND_INVALID_HEADER kept: bad dispositions in msgh_bits
 *		MACH_SEND_INVALID_DEST	kept: msgh_remote_port is no right of
 *					its kind, or its port is dead
 *		MACH_SEND_INVALID_REPLY	kept: msgh_local_port is no right of its
 *					kind
 *		MACH_SEND_INVALID_VOUCHER kept: there are no vouchers
 *		MACH_SEND_INVALID_TYPE	kept: bad type, copy option or guard in
 *					a descriptor
 *		MACH_SEND_NO_BUFFER	kept: no memory, or the process may open
 *					no more files; or back: far too many
 *					messages are queued
 *		MACH_SEND_TIMED_OUT	back: no room within @timeout
 *		MACH_SEND_INTERRUPTED	back: a signal came
 *		MACH_SEND_INVALID_RIGHT	part: no right of its kind
 *		MACH_SEND_INVALID_MEMORY part: memory cannot be read
 *		MACH_MSG_VM_KERNEL	part: no memory for memory
 *		with MACH_SEND_NOTIFY and @notify:
 *		MACH_SEND_WILL_NOTIFY	consumed: the message was sent
 *		MACH_SEND_INVALID_NOTIFY back: @notify is no receive right
 *		MACH_SEND_NOTIFY_IN_PROGRESS back: one message is out already
 *		MACH_SEND_NO_NOTIFY	back: no memory
 *	or from the receive:
 *		MACH_RCV_INVALID_NAME	@rcv_name is no receive right or set
 *		MACH_RCV_TIMED_OUT	no message within @timeout
 *		MACH_RCV_INTERRUPTED	a signal came
 *		MACH_RCV_PORT_CHANGED	the right has gone meanwhile
 *		MACH_RCV_TOO_LARGE	@rcv_size is too small. The message is
 *					destroyed and a bare header stored; with
 *					MACH_RCV_LARGE it stays queued
 *		MACH_RCV_INVALID_DATA	@msg cannot be written
 *		MACH_RCV_HEADER_ERROR	no room for the reply right; the message
 *					is destroyed, a bare header stored
 *		MACH_RCV_BODY_ERROR	received, but some rights or memory are
 *					missing: null in their descriptors
 *		MACH_MSG_IPC_KERNEL	the process may open no more files;
 *					nothing was received
 *		HEADER_ERROR, BODY_ERROR, and a send whose message is back, may have
 *		MACH_MSG_MASK bits that tell what was short.
 * Source:	spec/messages.md 7-12, spec/notifications.md 8
 */
mach_msg_return_t mach_msg(mach_msg_header_t *msg, mach_msg_option_t option,
    mach_msg_size_t send_size, mach_msg_size_t rcv_size,
    mach_port_name_t rcv_name, mach_msg_timeout_t timeout,
    mach_port_name_t notify);

/**
 * mach_msg_trap() - mach_msg() with MACH_SEND_INTERRUPT and MACH_RCV_INTERRUPT
 * @msg:	[in/out] as for mach_msg()
 * @option:	[in]	as for mach_msg()
 * @send_size:	[in]	as for mach_msg()
 * @rcv_size:	[in]	as for mach_msg()
 * @rcv_name:	[in]	as for mach_msg()
 * @timeout:	[in]	as for mach_msg()
 * @notify:	[in]	as for mach_msg()
 *
 * What programs for GNU Mach call to try again themselves.
 *
 * Units:	as for mach_msg()
 * Rights:	as for mach_msg()
 * Return:	as for mach_msg()
 * Source:	spec/messages.md 7.2
 */
mach_msg_return_t mach_msg_trap(mach_msg_header_t *msg,
    mach_msg_option_t option, mach_msg_size_t send_size,
    mach_msg_size_t rcv_size, mach_port_name_t rcv_name,
    mach_msg_timeout_t timeout, mach_port_name_t notify);

/**
 * mach_msg_overwrite() - mach_msg() with two buffers
 * @msg:	[in/out] the message to send
 * @option:	[in]	as for mach_msg()
 * @send_size:	[in]	bytes to send
 * @rcv_size:	[in]	room in the buffer for the message received
 * @rcv_name:	[in]	as for mach_msg()
 * @timeout:	[in]	as for mach_msg()
 * @notify:	[in]	as for mach_msg()
 * @rcv_msg:	[out]	where the message received is stored; NULL for @msg
 * @rcv_limit:	[in]	with MACHPORT_RCV_OVERWRITE (<machport.h>), the bytes of the
 *			list in the buffer; else ignored
 *
 * A message that comes back because it could not be sent is stored in @msg.
 *
 * Units:	as for mach_msg()
 * Rights:	as for mach_msg()
 * Return:	as for mach_msg()
 * Source:	spec/messages.md 7
 */
mach_msg_return_t mach_msg_overwrite(mach_msg_header_t *msg,
    mach_msg_option_t option, mach_msg_size_t send_size,
    mach_msg_size_t rcv_size, mach_port_name_t rcv_name,
    mach_msg_timeout_t timeout, mach_port_name_t notify,
    mach_msg_header_t *rcv_msg, mach_msg_size_t rcv_limit);

/**
 * mach_msg_send() - send a message, however long it takes
 * @msg:	[in/out] the message, of msgh_size bytes
 *
 * Units:	msgh_size is bytes
 * Rights:	as for mach_msg()
 * Return:	as for the send of mach_msg()
 * Source:	spec/messages.md 7
 */
mach_msg_return_t mach_msg_send(mach_msg_header_t *msg);

/**
 * mach_msg_receive() - receive a message, however long it takes
 * @msg:	[in/out] msgh_size: room, trailer included. msgh_local_port: the
 *			receive right or port set. Then the message received
 *
 * Units:	msgh_size is bytes
 * Rights:	as for mach_msg()
 * Return:	as for the receive of mach_msg()
 * Source:	spec/messages.md 7
 */
mach_msg_return_t mach_msg_receive(mach_msg_header_t *msg);

/**
 * mach_msg_destroy() - release what a message holds
 * @msg:	[in]	a message that was received, came back, or was never
 *			sent; the buffer stays as it is
 *
 * Rights:	those in msgh_remote_port, msgh_voucher_port and the descriptors
 *		are CONSUMED as their dispositions say: MOVE_* is released,
 *		MAKE_* is made and released, COPY_* is kept. Memory marked
 *		deallocate is unmapped. msgh_local_port is not touched
 * Source:	spec/messages.md 13
 */
void mach_msg_destroy(mach_msg_header_t *msg);

/**
 * mach_msg_server() - receive requests, serve them and reply, for ever
 * @demux:	[in]	serves one request: gets the request and the buffer for
 *			the reply, the first bytes of which are zero. Its result
 *			is ignored; what it means is in the reply
 * @max_size:	[in]	bytes of the largest request and of the largest reply,
 *			without trailers
 * @rcv_name:	[in]	the receive right or port set to serve; borrowed
 * @options:	[in]	MACH_RCV_* and MACH_SEND_* bits for all receives and
 *			sends. With MACH_RCV_LARGE a larger request is served,
 *			too. With MACH_RCV_TIMEOUT the call ends when no request
 *			is waiting
 *
 * What @demux leaves in the reply decides, its RetCode (mig_reply_error_t)
 * above all, which a complex reply has not:
 *
 *	KERN_SUCCESS, complex	the reply is sent
 *	MIG_NO_REPLY		nothing is sent
 *	another code		the request is released, but for its reply
 *				right, which is the reply's; the reply is sent
 *	null msgh_remote_port	nothing is sent
 *
 * A reply that its client does not take is dropped, and the loop goes on: the
 * client is dead, its queue is full of other replies, or a signal came.
 *
 * Units:	@max_size is bytes
 * Rights:	@demux owns the rights and the memory in a request, unless it
 *		answers with an error; those in the reply are CONSUMED
 * Return:	what ended the loop, never MACH_MSG_SUCCESS: a code of the
 *		receive of mach_msg(), one of its send other than
 *		MACH_SEND_INVALID_DEST, MACH_SEND_TIMED_OUT and
 *		MACH_SEND_INTERRUPTED, or
 *		KERN_NO_SPACE
 *		KERN_RESOURCE_SHORTAGE	no memory for a buffer
 *		After MACH_RCV_BODY_ERROR what came of the request is released
 * Source:	spec/messages.md 14
 */
mach_msg_return_t mach_msg_server(
    boolean_t (*demux)(mach_msg_header_t *, mach_msg_header_t *),
    mach_msg_size_t max_size, mach_port_t rcv_name, mach_msg_options_t options);

/**
 * mach_msg_server_once() - receive one request, serve it and reply
 * @demux:	[in]	as for mach_msg_server()
 * @max_size:	[in]	as for mach_msg_server()
 * @rcv_name:	[in]	as for mach_msg_server()
 * @options:	[in]	as for mach_msg_server()
 *
 * Units:	as for mach_msg_server()
 * Rights:	as for mach_msg_server()
 * Return:	MACH_MSG_SUCCESS	a request was served, and its reply sent
 *					or dropped
 *		else as for mach_msg_server()
 * Source:	spec/messages.md 14
 */
mach_msg_return_t mach_msg_server_once(
    boolean_t (*demux)(mach_msg_header_t *, mach_msg_header_t *),
    mach_msg_size_t max_size, mach_port_t rcv_name, mach_msg_options_t options);

/**
 * mach_msg_server_importance() - the same as mach_msg_server()
 * @demux:	[in]	as for mach_msg_server()
 * @max_size:	[in]	as for mach_msg_server()
 * @rcv_name:	[in]	as for mach_msg_server()
 * @options:	[in]	as for mach_msg_server()
 *
 * There is no importance to pass on here.
 *
 * Units:	as for mach_msg_server()
 * Rights:	as for mach_msg_server()
 * Return:	as for mach_msg_server()
 * Source:	spec/messages.md 14
 */
mach_msg_return_t mach_msg_server_importance(
    boolean_t (*demux)(mach_msg_header_t *, mach_msg_header_t *),
    mach_msg_size_t max_size, mach_port_t rcv_name, mach_msg_options_t options);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_MESSAGE_H */
