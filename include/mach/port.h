/*
 * mach/port.h - port names, kinds of right, and what a port can tell of itself
 *
 * A port is a message queue inside the kernel with exactly one receive right.
 * A task holds rights, and knows each by a name: a 32-bit number that means
 * something in that task's space only. Names for rights to one port coincide
 * (send and receive), except that each send-once right has a name of its own.
 *
 * The calls are in <mach/mach_port.h>.
 *
 * Source: spec/ports.md 2, 3, 6, 10.6, 10.24-10.30, 10.41
 */
#ifndef MACH_PORT_H
#define MACH_PORT_H

#include <mach/boolean.h>
#include <mach/machine/vm_types.h>
#include <stdint.h>

/*
 * A name. mach_port_t says that the holder means the right behind the name,
 * mach_port_name_t that it means the number; to a task the two are one type.
 */
typedef natural_t mach_port_name_t;
typedef mach_port_name_t *mach_port_name_array_t;
typedef mach_port_name_t mach_port_t;
typedef mach_port_t *mach_port_array_t;

/* Neither is ever the name of a right. */
#define MACH_PORT_NULL 0                       /* no port; loosely typed */
#define MACH_PORT_DEAD ((mach_port_name_t)~0u) /* a port that has died */
#define MACH_PORT_VALID(name)                                                  \
	(((name) != MACH_PORT_NULL) && ((name) != MACH_PORT_DEAD))

/* A name is a slot index and that slot's generation. */
#define MACH_PORT_INDEX(name) ((name) >> 8)
#define MACH_PORT_GEN(name) (((name)&0xffu) << 24)
#define MACH_PORT_MAKE(index, gen) (((index) << 8) | ((gen) >> 24))

/* Kinds of right. */
typedef natural_t mach_port_right_t;

#define MACH_PORT_RIGHT_SEND ((mach_port_right_t)0)
#define MACH_PORT_RIGHT_RECEIVE ((mach_port_right_t)1)
#define MACH_PORT_RIGHT_SEND_ONCE ((mach_port_right_t)2)
#define MACH_PORT_RIGHT_PORT_SET ((mach_port_right_t)3)
#define MACH_PORT_RIGHT_DEAD_NAME ((mach_port_right_t)4)
#define MACH_PORT_RIGHT_LABELH ((mach_port_right_t)5) /* obsolete */
#define MACH_PORT_RIGHT_NUMBER ((mach_port_right_t)6)

/* What a name denotes: one bit per kind of right, and pending requests. */
typedef natural_t mach_port_type_t;
typedef mach_port_type_t *mach_port_type_array_t;

#define MACH_PORT_TYPE(right)                                                  \
	((mach_port_type_t)((mach_port_type_t)1 << ((right) + 16)))
#define MACH_PORT_TYPE_NONE ((mach_port_type_t)0)
#define MACH_PORT_TYPE_SEND MACH_PORT_TYPE(MACH_PORT_RIGHT_SEND)
#define MACH_PORT_TYPE_RECEIVE MACH_PORT_TYPE(MACH_PORT_RIGHT_RECEIVE)
#define MACH_PORT_TYPE_SEND_ONCE MACH_PORT_TYPE(MACH_PORT_RIGHT_SEND_ONCE)
#define MACH_PORT_TYPE_PORT_SET MACH_PORT_TYPE(MACH_PORT_RIGHT_PORT_SET)
#define MACH_PORT_TYPE_DEAD_NAME MACH_PORT_TYPE(MACH_PORT_RIGHT_DEAD_NAME)
#define MACH_PORT_TYPE_LABELH MACH_PORT_TYPE(MACH_PORT_RIGHT_LABELH)

#define MACH_PORT_TYPE_SEND_RECEIVE                                            \
	(MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_RECEIVE)
#define MACH_PORT_TYPE_SEND_RIGHTS                                             \
	(MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_SEND_ONCE)
#define MACH_PORT_TYPE_PORT_RIGHTS                                             \
	(MACH_PORT_TYPE_SEND_RIGHTS | MACH_PORT_TYPE_RECEIVE)
#define MACH_PORT_TYPE_PORT_OR_DEAD                                            \
	(MACH_PORT_TYPE_PORT_RIGHTS | MACH_PORT_TYPE_DEAD_NAME)
#define MACH_PORT_TYPE_ALL_RIGHTS                                              \
	(MACH_PORT_TYPE_PORT_OR_DEAD | MACH_PORT_TYPE_PORT_SET)

/* A dead-name or send-possible request is registered on the name. */
#define MACH_PORT_TYPE_DNREQUEST ((mach_port_type_t)0x80000000u)
/* A send-possible request is armed; in Mach 3, msg-accepted is pending. */
#define MACH_PORT_TYPE_SPREQUEST ((mach_port_type_t)0x40000000u)
#define MACH_PORT_TYPE_MAREQUEST MACH_PORT_TYPE_SPREQUEST
/* A send-possible request is registered but not yet armed. */
#define MACH_PORT_TYPE_SPREQUEST_DELAYED ((mach_port_type_t)0x20000000u)
#define MACH_PORT_TYPE_COMPAT MACH_PORT_TYPE_SPREQUEST_DELAYED

/* Counts. */
typedef natural_t mach_port_urefs_t;      /* user references of one name */
typedef integer_t mach_port_delta_t;      /* a change of user references */
typedef natural_t mach_port_seqno_t;      /* numbers messages as dequeued */
typedef natural_t mach_port_mscount_t;    /* send rights ever made */
typedef natural_t mach_port_msgcount_t;   /* messages queued, or their limit */
typedef natural_t mach_port_rights_t;     /* rights that exist */
typedef unsigned int mach_port_srights_t; /* whether send rights exist */

#define MACH_PORT_UREFS_MAX ((mach_port_urefs_t)65535)

#define MACH_PORT_SRIGHTS_NONE 0
#define MACH_PORT_SRIGHTS_PRESENT 1

/* Queue limits, in messages. */
#define MACH_PORT_QLIMIT_ZERO 0
#define MACH_PORT_QLIMIT_BASIC 5
#define MACH_PORT_QLIMIT_SMALL 16
#define MACH_PORT_QLIMIT_LARGE 1024
#define MACH_PORT_QLIMIT_KERNEL 65534
#define MACH_PORT_QLIMIT_MIN MACH_PORT_QLIMIT_ZERO
#define MACH_PORT_QLIMIT_DEFAULT MACH_PORT_QLIMIT_BASIC
#define MACH_PORT_QLIMIT_MAX MACH_PORT_QLIMIT_LARGE

#pragma pack(push, 4)

/* MACH_PORT_RECEIVE_STATUS: the state of a receive right; 40 bytes. */
typedef struct mach_port_status {
	mach_port_rights_t mps_pset;       /* 1 when in any port set, else 0;
	                                    * in Mach 3 mode: name of one */
	mach_port_seqno_t mps_seqno;       /* of the next message dequeued */
	mach_port_mscount_t mps_mscount;   /* make-send count */
	mach_port_msgcount_t mps_qlimit;   /* queue limit */
	mach_port_msgcount_t mps_msgcount; /* messages queued */
	mach_port_rights_t mps_sorights;   /* send-once rights that exist */
	boolean_t mps_srights;             /* does any send right exist? */
	boolean_t mps_pdrequest;           /* port-destroyed requested? */
	boolean_t mps_nsrequest;           /* no-senders requested? */
	natural_t mps_flags;               /* MACH_PORT_STATUS_FLAG_* */
} mach_port_status_t;

#define MACH_PORT_STATUS_FLAG_TEMPOWNER 0x01
#define MACH_PORT_STATUS_FLAG_GUARDED 0x02
#define MACH_PORT_STATUS_FLAG_STRICT_GUARD 0x04
#define MACH_PORT_STATUS_FLAG_IMP_DONATION 0x08
#define MACH_PORT_STATUS_FLAG_REVIVE 0x10
#define MACH_PORT_STATUS_FLAG_TASKPTR 0x20
#define MACH_PORT_STATUS_FLAG_GUARD_IMMOVABLE_RECEIVE 0x40
#define MACH_PORT_STATUS_FLAG_NO_GRANT 0x80

/* MACH_PORT_LIMITS_INFO. */
typedef struct mach_port_limits {
	mach_port_msgcount_t mpl_qlimit; /* queue limit, in messages */
} mach_port_limits_t;

/* MACH_PORT_INFO_EXT; 68 bytes. */
typedef struct mach_port_info_ext {
	mach_port_status_t mpie_status;
	mach_port_msgcount_t mpie_boost_cnt; /* always 0 here */
	uint32_t reserved[6];
} mach_port_info_ext_t;

/* MACH_PORT_GUARD_INFO. */
typedef struct mach_port_guard_info {
	uint64_t mpgi_guard;
} mach_port_guard_info_t;

/* How mach_port_allocate_qos() and _full() shall allocate; 8 bytes. */
typedef struct mach_port_qos {
	unsigned int name : 1;     /* the caller chooses the name */
	unsigned int prealloc : 1; /* memory for one message of len bytes */
	unsigned int pad1 : 30;
	natural_t len;
} mach_port_qos_t;

#pragma pack(pop)

/* Attributes: the caller passes an array of words and its length in words. */
typedef integer_t *mach_port_info_t;
typedef int mach_port_flavor_t;

#define MACH_PORT_LIMITS_INFO 1         /* mach_port_limits_t */
#define MACH_PORT_RECEIVE_STATUS 2      /* mach_port_status_t */
#define MACH_PORT_DNREQUESTS_SIZE 3     /* int: slots for requests */
#define MACH_PORT_TEMPOWNER 4           /* accepted, no behaviour */
#define MACH_PORT_IMPORTANCE_RECEIVER 5 /* accepted, no behaviour */
#define MACH_PORT_DENAP_RECEIVER 6      /* accepted, no behaviour */
#define MACH_PORT_INFO_EXT 7            /* mach_port_info_ext_t */
#define MACH_PORT_GUARD_INFO 8          /* mach_port_guard_info_t; asserted */
#define MACH_PORT_SERVICE_THROTTLED 9   /* integer_t; no such ports here */

#define MACH_PORT_LIMITS_INFO_COUNT                                            \
	((natural_t)(sizeof(mach_port_limits_t) / sizeof(natural_t)))
#define MACH_PORT_RECEIVE_STATUS_COUNT                                         \
	((natural_t)(sizeof(mach_port_status_t) / sizeof(natural_t)))
#define MACH_PORT_DNREQUESTS_SIZE_COUNT 1
#define MACH_PORT_INFO_EXT_COUNT                                               \
	((natural_t)(sizeof(mach_port_info_ext_t) / sizeof(natural_t)))
#define MACH_PORT_GUARD_INFO_COUNT                                             \
	((natural_t)(sizeof(mach_port_guard_info_t) / sizeof(natural_t)))
#define MACH_PORT_SERVICE_THROTTLED_COUNT 1

/* Service ports: the types exist for source compatibility only. */
typedef struct mach_service_port_info {
	char mspi_string_name[255];
	uint8_t mspi_domain_type;
} mach_service_port_info_data_t;
typedef struct mach_service_port_info *mach_service_port_info_t;

/* What mach_port_construct() shall make; 24 bytes. */
typedef struct mach_port_options {
	uint32_t flags; /* MPO_* */
	mach_port_limits_t mpl;
	__extension__ union {
		uint64_t reserved[2];
		mach_port_name_t work_interval_port;
		mach_service_port_info_t service_port_info;
		mach_port_name_t service_port_name;
	};
} mach_port_options_t;
typedef mach_port_options_t *mach_port_options_ptr_t;

#define MPO_CONTEXT_AS_GUARD 0x1    /* the context is a guard */
#define MPO_QLIMIT 0x2              /* mpl.mpl_qlimit is valid */
#define MPO_TEMPOWNER 0x4           /* accepted */
#define MPO_IMPORTANCE_RECEIVER 0x8 /* accepted */
#define MPO_INSERT_SEND_RIGHT 0x10  /* also make a send right */
#define MPO_STRICT 0x20             /* with a guard: a strict one */
#define MPO_DENAP_RECEIVER 0x40     /* accepted */
#define MPO_IMMOVABLE_RECEIVE 0x80  /* with a guard: never to move */
#define MPO_FILTER_MSG 0x100        /* accepted */
#define MPO_TG_BLOCK_TRACKING 0x200 /* KERN_DENIED */
#define MPO_SERVICE_PORT 0x400      /* KERN_DENIED */
#define MPO_CONNECTION_PORT 0x800   /* out of scope */
#define MPO_REPLY_PORT 0x1000       /* an ordinary port here */
#define MPO_ENFORCE_REPLY_PORT_SEMANTICS 0x2000 /* accepted */
#define MPO_PROVISIONAL_REPLY_PORT 0x4000       /* an ordinary port here */
#define MPO_EXCEPTION_PORT 0x8000               /* an ordinary port here */

/* Flags of mach_port_guard_with_flags(). */
#define MPG_FLAGS_NONE 0x0
#define MPG_STRICT 0x1
#define MPG_IMMOVABLE_RECEIVE 0x2

/* What Darwin's guard exceptions report. Here only the call's code tells. */
#define GUARD_TYPE_MACH_PORT 0x1

enum mach_port_guard_exception_codes {
	kGUARD_EXC_DESTROY = 1,
	kGUARD_EXC_MOD_REFS = 2,
	kGUARD_EXC_INVALID_OPTIONS = 3,
	kGUARD_EXC_SET_CONTEXT = 4,
	kGUARD_EXC_UNGUARDED = 8,
	kGUARD_EXC_INCORRECT_GUARD = 16,
	kGUARD_EXC_IMMOVABLE = 32,
	kGUARD_EXC_STRICT_REPLY = 64,
	kGUARD_EXC_MSG_FILTERED = 128
};

#endif /* MACH_PORT_H */
