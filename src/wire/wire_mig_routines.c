/* The routines: spec/ports.md 10.43, with the arguments of 10.1 to 10.42. */
#include <mach/port.h>

#include "wire_mig.h"

#define WORDS(n)                                                               \
	{                                                                      \
		WIRE_MIG_WORDS, 0, 0, n                                        \
	}
#define COPY_SEND                                                              \
	{                                                                      \
		WIRE_MIG_PORT, MACH_MSG_TYPE_COPY_SEND,                        \
		    MACH_MSG_TYPE_PORT_SEND, 0                                 \
	}
#define SEND_ONCE                                                              \
	{                                                                      \
		WIRE_MIG_PORT, MACH_MSG_TYPE_PORT_SEND_ONCE,                   \
		    MACH_MSG_TYPE_PORT_SEND_ONCE, 0                            \
	}
#define POLY_SEND_ONCE                                                         \
	{                                                                      \
		WIRE_MIG_POLY, 0, MACH_MSG_TYPE_PORT_SEND_ONCE, 0              \
	}
#define POLY                                                                   \
	{                                                                      \
		WIRE_MIG_POLY, 0, 0, 0                                         \
	}
#define ARRAY(max)                                                             \
	{                                                                      \
		WIRE_MIG_ARRAY, 0, 0, max                                      \
	}
#define BYTES(max)                                                             \
	{                                                                      \
		WIRE_MIG_BYTES, 0, 0, max                                      \
	}
#define ROOM(max)                                                              \
	{                                                                      \
		WIRE_MIG_ROOM, 0, 0, max                                       \
	}
#define STRING(max)                                                            \
	{                                                                      \
		WIRE_MIG_STRING, 0, 0, max                                     \
	}
#define OPTIONS(n)                                                             \
	{                                                                      \
		WIRE_MIG_OPTIONS, 0, 0, n                                      \
	}
#define REGION(n)                                                              \
	{                                                                      \
		WIRE_MIG_REGION, 0, 0, n                                       \
	}
#define REGION_AGAIN(n)                                                        \
	{                                                                      \
		WIRE_MIG_REGION_AGAIN, 0, 0, n                                 \
	}
#define REGION_UNUSED(n)                                                       \
	{                                                                      \
		WIRE_MIG_REGION_UNUSED, 0, 0, n                                \
	}

#define IN(...)                                                                \
	{                                                                      \
		.items = { __VA_ARGS__ }                                       \
	}
#define OUT(...)                                                               \
	{                                                                      \
		.reply = true, .items = { __VA_ARGS__ }                        \
	}
#define ROUTINE(id, call, in, out)                                             \
	[(id)-WIRE_MIG_FIRST] = {WIRE_##call, in, out}

/* mach_port_info_t, mach_msg_trailer_info_t, kobject_description_t */
#define INFO 17
#define TRAILER 68
#define TEXT 512

/* clang-format off */
static const struct wire_mig_routine routines[] = {
    ROUTINE(3200, PORT_NAMES, IN(), OUT(REGION(1), REGION_AGAIN(1))),
    /* name -> type */
    ROUTINE(3201, PORT_TYPE, IN(WORDS(1)), OUT(WORDS(1))),
    /* old name, new name */
    ROUTINE(3202, PORT_RENAME, IN(WORDS(2)), OUT()),
    /* right, name */
    ROUTINE(3203, PORT_ALLOCATE_NAME, IN(WORDS(2)), OUT()),
    /* right -> name */
    ROUTINE(3204, PORT_ALLOCATE, IN(WORDS(1)), OUT(WORDS(1))),
    /* name */
    ROUTINE(3205, PORT_DESTROY, IN(WORDS(1)), OUT()),
    ROUTINE(3206, PORT_DEALLOCATE, IN(WORDS(1)), OUT()),
    /* name, right -> refs */
    ROUTINE(3207, PORT_GET_REFS, IN(WORDS(2)), OUT(WORDS(1))),
    /* name, right, delta */
    ROUTINE(3208, PORT_MOD_REFS, IN(WORDS(3)), OUT()),
    /* name, trailer type, seqno, room for the trailer
     * -> seqno, size, id, trailer */
    ROUTINE(3209, PORT_PEEK,
        IN(WORDS(3), ROOM(TRAILER)), OUT(WORDS(3), BYTES(TRAILER))),
    /* name, mscount */
    ROUTINE(3210, PORT_SET_MSCOUNT, IN(WORDS(2)), OUT()),
    /* name -> members */
    ROUTINE(3211, PORT_GET_SET_STATUS, IN(WORDS(1)), OUT(REGION(1))),
    /* member, after */
    ROUTINE(3212, PORT_MOVE_MEMBER, IN(WORDS(2)), OUT()),
    /* name, id, sync, notify -> previous */
    ROUTINE(3213, PORT_REQUEST_NOTIFICATION,
        IN(WORDS(3), POLY_SEND_ONCE), OUT(SEND_ONCE)),
    /* name, right */
    ROUTINE(3214, PORT_INSERT_RIGHT, IN(WORDS(1), POLY), OUT()),
    /* name, disposition -> right */
    ROUTINE(3215, PORT_EXTRACT_RIGHT, IN(WORDS(2)), OUT(POLY)),
    /* name, seqno */
    ROUTINE(3216, PORT_SET_SEQNO, IN(WORDS(2)), OUT()),
    /* name, flavor, room for info -> info */
    ROUTINE(3217, PORT_GET_ATTRIBUTES,
        IN(WORDS(2), ROOM(INFO)), OUT(ARRAY(INFO))),
    /* name, flavor, info */
    ROUTINE(3218, PORT_SET_ATTRIBUTES, IN(WORDS(2), ARRAY(INFO)), OUT()),
    /* right, qos -> qos, name */
    ROUTINE(3219, PORT_ALLOCATE_QOS, IN(WORDS(3)), OUT(WORDS(3))),
    /* right, proto, qos, name -> qos, name */
    ROUTINE(3220, PORT_ALLOCATE_FULL,
        IN(WORDS(1), COPY_SEND, WORDS(3)), OUT(WORDS(3))),
    /* entries */
    ROUTINE(3221, TASK_SET_PORT_SPACE, IN(WORDS(1)), OUT()),
    /* name -> srights */
    ROUTINE(3222, PORT_GET_SRIGHTS, IN(WORDS(1)), OUT(WORDS(1))),
    /* -> ipc_info_space_t, table, tree */
    ROUTINE(3223, PORT_SPACE_INFO,
        IN(), OUT(WORDS(6), REGION(7), REGION_UNUSED(9))),
    /* name -> total, used */
    ROUTINE(3224, PORT_DNREQUEST_INFO, IN(WORDS(1)), OUT(WORDS(2))),
    /* name -> type, address of 32 bits */
    ROUTINE(3225, PORT_KERNEL_OBJECT, IN(WORDS(1)), OUT(WORDS(2))),
    /* name, pset */
    ROUTINE(3226, PORT_INSERT_MEMBER, IN(WORDS(2)), OUT()),
    ROUTINE(3227, PORT_EXTRACT_MEMBER, IN(WORDS(2)), OUT()),
    /* name -> context */
    ROUTINE(3228, PORT_GET_CONTEXT, IN(WORDS(1)), OUT(WORDS(2))),
    /* name, context */
    ROUTINE(3229, PORT_SET_CONTEXT, IN(WORDS(3)), OUT()),
    /* name -> type, address */
    ROUTINE(3230, PORT_KOBJECT, IN(WORDS(1)), OUT(WORDS(3))),
    /* options, context -> name */
    ROUTINE(3231, PORT_CONSTRUCT, IN(OPTIONS(6), WORDS(2)), OUT(WORDS(1))),
    /* name, srdelta, guard */
    ROUTINE(3232, PORT_DESTRUCT, IN(WORDS(4)), OUT()),
    /* name, guard, strict */
    ROUTINE(3233, PORT_GUARD, IN(WORDS(4)), OUT()),
    /* name, guard */
    ROUTINE(3234, PORT_UNGUARD, IN(WORDS(3)), OUT()),
    /* -> ipc_info_space_basic_t */
    ROUTINE(3235, PORT_SPACE_BASIC_INFO, IN(), OUT(WORDS(6))),
    /* name -> lost link */
    ROUTINE(3236, PORT_RESET_REPLY_LINK, IN(WORDS(1)), OUT(WORDS(1))),
    /* name, guard, flags */
    ROUTINE(3237, PORT_GUARD_WITH_FLAGS, IN(WORDS(5)), OUT()),
    /* name, old guard, new guard */
    ROUTINE(3238, PORT_SWAP_GUARD, IN(WORDS(5)), OUT()),
    /* name -> type, address, text */
    ROUTINE(3239, PORT_KOBJECT_DESCRIPTION,
        IN(WORDS(1)), OUT(WORDS(3), STRING(TEXT))),
    /* connection, service -> policy */
    ROUTINE(3240, PORT_IS_CONNECTION, IN(WORDS(2)), OUT(WORDS(2))),
    /* name -> mach_service_port_info_data_t */
    ROUTINE(3241, PORT_GET_SERVICE_INFO, IN(WORDS(1)), OUT(WORDS(64))),
    /* name, flavor, info */
    ROUTINE(3242, PORT_ASSERT_ATTRIBUTES, IN(WORDS(2), ARRAY(INFO)), OUT()),
};
/* clang-format on */

_Static_assert(
    sizeof(routines) / sizeof(routines[0]) == WIRE_MIG_END - WIRE_MIG_FIRST,
    "each id has its routine");

const struct wire_mig_routine *
wire_mig_routine(mach_msg_id_t id)
{
	if (id < WIRE_MIG_FIRST || id >= WIRE_MIG_END)
		return NULL;
	return &routines[id - WIRE_MIG_FIRST];
}

mach_msg_id_t
wire_mig_id(enum wire_call call)
{
	for (mach_msg_id_t id = WIRE_MIG_FIRST; id < WIRE_MIG_END; id++)
		if (routines[id - WIRE_MIG_FIRST].call == call)
			return id;
	return 0;
}
