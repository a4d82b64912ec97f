/*
 * The calls other than mach_msg(): words in, a return code and words out.
 *
 * Request: struct wire_call_request with exactly the words of its number below.
 * Answer: struct wire_call_answer with the words out, if result is 0, and none
 * otherwise. "+ n" stands for n more words, where n is the word before (in) or
 * the first word out; such an answer that does not fit a packet has just that
 * one word, and the n others in a memfd. Where a file comes with an answer besides, or
 * with a request, that is said.
 *
 * What has 64 bits is two words, the low one first.
 *
 * `task` is a name in the caller's space, always its own unless it holds the
 * task port of another. A port that is passed is a name there too; one that
 * comes back is a new name or reference there.
 */
#ifndef WIRE_CALL_H
#define WIRE_CALL_H

#include "wire_packet.h"

/* X(NUMBER, words in, may more follow, words out, may more follow) */
#define WIRE_CALLS(X)                                                          \
	/* task, right -> name */                                              \
	X(PORT_ALLOCATE, 2, 0, 1, 0)                                           \
	/* task, name */                                                       \
	X(PORT_DEALLOCATE, 2, 0, 0, 0)                                         \
	/* task, name */                                                       \
	X(PORT_DESTROY, 2, 0, 0, 0)                                            \
	/* task, name, right, delta */                                         \
	X(PORT_MOD_REFS, 4, 0, 0, 0)                                           \
	/* task, name, right -> urefs */                                       \
	X(PORT_GET_REFS, 3, 0, 1, 0)                                           \
	/* task, name -> type */                                               \
	X(PORT_TYPE, 2, 0, 1, 0)                                               \
	/* task -> n (even), + n: n / 2 names, n / 2 types */                  \
	X(PORT_NAMES, 1, 0, 1, 1)                                              \
	/* task, name, right, disposition */                                   \
	X(PORT_INSERT_RIGHT, 4, 0, 0, 0)                                       \
	/* task, name, disposition -> right, type */                           \
	X(PORT_EXTRACT_RIGHT, 3, 0, 2, 0)                                      \
	/* task, name, id, sync, notify, disposition -> previous */            \
	X(PORT_REQUEST_NOTIFICATION, 6, 0, 1, 0)                               \
	/* task, member, after */                                              \
	X(PORT_MOVE_MEMBER, 3, 0, 0, 0)                                        \
	/* task, name, pset */                                                 \
	X(PORT_INSERT_MEMBER, 3, 0, 0, 0)                                      \
	/* task, name, pset */                                                 \
	X(PORT_EXTRACT_MEMBER, 3, 0, 0, 0)                                     \
	/* task, name -> n, + n members */                                     \
	X(PORT_GET_SET_STATUS, 2, 0, 1, 1)                                     \
	/* task, name, flavor, room -> n, + n words of info */                 \
	X(PORT_GET_ATTRIBUTES, 4, 0, 1, 1)                                     \
	/* task, name, flavor, n, + n words of info */                         \
	X(PORT_SET_ATTRIBUTES, 4, 1, 0, 0)                                     \
	/* task, name, mscount */                                              \
	X(PORT_SET_MSCOUNT, 3, 0, 0, 0)                                        \
	/* -> name */                                                          \
	X(REPLY_PORT, 0, 0, 1, 0)                                              \
	/* -> name, each adding a user reference */                            \
	X(TASK_SELF, 0, 0, 1, 0)                                               \
	X(THREAD_SELF, 0, 0, 1, 0)                                             \
	X(HOST_SELF, 0, 0, 1, 0)                                               \
	/* -> name of the task's notify port, made by the first call */        \
	X(TASK_NOTIFY, 0, 0, 1, 0)                                             \
	/* task, name: a send right got by a call of Mach 2.5 */               \
	X(PORT_COMPAT, 2, 0, 0, 0)                                             \
	/* task, name, backup -> previous */                                   \
	X(PORT_SET_BACKUP, 3, 0, 1, 0)                                         \
	/* task, which -> port */                                              \
	X(TASK_GET_SPECIAL_PORT, 2, 0, 1, 0)                                   \
	/* task, which, port */                                                \
	X(TASK_SET_SPECIAL_PORT, 3, 0, 0, 0)                                   \
	/* task, n, + n ports */                                               \
	X(PORTS_REGISTER, 2, 1, 0, 0)                                          \
	/* task -> 3 ports */                                                  \
	X(PORTS_LOOKUP, 1, 0, 3, 0)                                            \
	/* task, right, name */                                                \
	X(PORT_ALLOCATE_NAME, 3, 0, 0, 0)                                      \
	/* task, name, new name */                                             \
	X(PORT_RENAME, 3, 0, 0, 0)                                             \
	/* task, right, proto, mach_port_qos_t (2 words), name */              \
	/* -> the same, name */                                                \
	X(PORT_ALLOCATE_FULL, 6, 0, 3, 0)                                      \
	/* task, right, mach_port_qos_t (2 words) -> the same, name */         \
	X(PORT_ALLOCATE_QOS, 4, 0, 3, 0)                                       \
	/* task -> n, + n: ipc_info_space_t, any number of ipc_info_name_t */  \
	X(PORT_SPACE_INFO, 1, 0, 1, 1)                                         \
	/* task -> ipc_info_space_basic_t */                                   \
	X(PORT_SPACE_BASIC_INFO, 1, 0, 6, 0)                                   \
	/* task, name, seqno */                                                \
	X(PORT_SET_SEQNO, 3, 0, 0, 0)                                          \
	/* task, name -> context (2 words) */                                  \
	X(PORT_GET_CONTEXT, 2, 0, 2, 0)                                        \
	/* task, name, context (2 words) */                                    \
	X(PORT_SET_CONTEXT, 4, 0, 0, 0)                                        \
	/* task, name, guard (2 words), strict */                              \
	X(PORT_GUARD, 5, 0, 0, 0)                                              \
	/* task, name, guard (2 words), flags (2 words) */                     \
	X(PORT_GUARD_WITH_FLAGS, 6, 0, 0, 0)                                   \
	/* task, name, guard (2 words) */                                      \
	X(PORT_UNGUARD, 4, 0, 0, 0)                                            \
	/* task, name, old guard (2 words), new guard (2 words) */             \
	X(PORT_SWAP_GUARD, 6, 0, 0, 0)                                         \
	/* task, name, flavor, n, + n words of info */                         \
	X(PORT_ASSERT_ATTRIBUTES, 4, 1, 0, 0)                                  \
	/* task, mach_port_options_t (6 words), context (2 words) -> name */   \
	X(PORT_CONSTRUCT, 9, 0, 1, 0)                                          \
	/* task, name, srdelta, guard (2 words) */                             \
	X(PORT_DESTRUCT, 5, 0, 0, 0)                                           \
	/* task, name, trailer type, seqno, bytes of room for trailer */       \
	/* -> n, + n: seqno, size, id, n - 3 words of trailer */               \
	X(PORT_PEEK, 5, 0, 1, 1)                                               \
	/* task, name -> srights */                                            \
	X(PORT_GET_SRIGHTS, 2, 0, 1, 0)                                        \
	/* task, name -> total, used */                                        \
	X(PORT_DNREQUEST_INFO, 2, 0, 2, 0)                                     \
	/* task, name -> type, address */                                      \
	X(PORT_KERNEL_OBJECT, 2, 0, 2, 0)                                      \
	/* task, name -> type, address (2 words) */                            \
	X(PORT_KOBJECT, 2, 0, 3, 0)                                            \
	/* task, name -> n, + n: type, address (2 words), text with 0 */       \
	X(PORT_KOBJECT_DESCRIPTION, 2, 0, 1, 1)                                \
	/* task, name -> n, + n: mach_service_port_info_data_t; refused */     \
	X(PORT_GET_SERVICE_INFO, 2, 0, 1, 1)                                   \
	/* task, name -> lost; refused */                                      \
	X(PORT_RESET_REPLY_LINK, 2, 0, 1, 0)                                   \
	/* task, connection, service -> policy (2 words); refused */           \
	X(PORT_IS_CONNECTION, 3, 0, 2, 0)                                      \
	/* task, entries */                                                    \
	X(TASK_SET_PORT_SPACE, 2, 0, 0, 0)                                     \
	/* task, whether; with $MACHPORT_MACH3, the first call of all */       \
	X(TASK_SET_MACH3, 2, 0, 0, 0)                                          \
	/* thread, which -> port */                                            \
	X(THREAD_GET_SPECIAL_PORT, 2, 0, 1, 0)                                 \
	/* thread, which, port */                                              \
	X(THREAD_SET_SPECIAL_PORT, 3, 0, 0, 0)                                 \
	/* task or task name -> pid */                                         \
	X(PID_FOR_TASK, 1, 0, 1, 0)                                            \
	/* task, pid -> task */                                                \
	X(TASK_FOR_PID, 2, 0, 1, 0)                                            \
	/* task, pid -> task name */                                           \
	X(TASK_NAME_FOR_PID, 2, 0, 1, 0)                                       \
	/* -> name */                                                          \
	X(MK_TIMER_CREATE, 0, 0, 1, 0)                                         \
	/* name */                                                             \
	X(MK_TIMER_DESTROY, 1, 0, 0, 0)                                        \
	/* name, deadline (2 words) */                                         \
	X(MK_TIMER_ARM, 3, 0, 0, 0)                                            \
	/* name -> deadline (2 words) */                                       \
	X(MK_TIMER_CANCEL, 1, 0, 2, 0)                                         \
	/* name, n, + n words of text with 0 */                                \
	X(PORT_SET_LABEL, 2, 1, 0, 0)                                          \
	/* name -> n, + n words of text with 0 */                              \
	X(PORT_GET_LABEL, 1, 0, 1, 1)                                          \
	/* name, known id -> id; and a file, unless it is that */              \
	X(MACHPORT_FD, 2, 0, 1, 0)                                             \
	/* id */                                                               \
	X(MACHPORT_FD_CLOSE, 1, 0, 0, 0)                                       \
	/* protection, offset, bytes (2 words each); and a file -> name */     \
	X(MEMORY_ENTRY_MAKE, 5, 0, 1, 0)                                       \
	/* name, protection -> its protection, offset, bytes; and the file */  \
	X(MEMORY_ENTRY_MAP, 2, 0, 5, 0)                                        \
	/* name, protection -> name */                                         \
	X(MEMORY_ENTRY_DERIVE, 2, 0, 1, 0)                                     \
	/* Lanes: wire_lane.h. */                                              \
	/* -> enum lane_clock; and the board's file */                         \
	X(LANE_BOARD, 0, 0, 1, 0)                                              \
	/* name, ring_bytes, slots, slot_bytes, ticket; and a file -> lane */  \
	X(LANE_OFFER, 6, 0, 1, 0)                                              \
	/* -> enum wire_news, lane, name, ring_bytes, slots, slot_bytes */     \
	X(LANE_NEWS, 0, 0, 6, 0)                                               \
	/* lane; and a file -> n, + n: struct wire_lane_accepted, sets; and */ \
	/* the sender's file */                                                \
	X(LANE_ACCEPT, 1, 0, 1, 1)                                             \
	/* lane: the receiver knows it now; or does not want it */             \
	X(LANE_READY, 1, 0, 0, 0)                                              \
	X(LANE_REFUSE, 1, 0, 0, 0)                                             \
	/* lane -> n, + n: struct wire_lane_joined; and the receiver's file */ \
	X(LANE_JOIN, 1, 0, 1, 1)                                               \
	/* name of a receive right -> n, + n: struct wire_lane_port, sets */   \
	X(LANE_PORT, 1, 0, 1, 1)                                               \
	/* name of a receive right: who receives with DIRECT looks again */    \
	X(LANE_STOP, 1, 0, 0, 0)                                               \
	/* lane: answered when it is not closing any more */                   \
	X(LANE_SYNC, 1, 0, 0, 0)                                               \
	/* lane: close it; and what the peer wrote there cannot be */          \
	X(LANE_CLOSE, 1, 0, 0, 0)                                              \
	X(LANE_DROP, 1, 0, 0, 0)                                               \
	/* lane, closed: the task has read on its board what it wants of it */ \
	X(LANE_FORGET, 1, 0, 0, 0)

#define WIRE_CALL_NUMBER(number, in, in_more, out, out_more) WIRE_##number,
enum wire_call {
	WIRE_CALL_BEFORE = WIRE_CALL_FIRST - 1,
	WIRE_CALLS(WIRE_CALL_NUMBER) WIRE_CALL_END,
};
#undef WIRE_CALL_NUMBER

/* In place of a result: the first word names a port whose receiver is a program.
 * What the call is then is a message to that, as <mach/mach_port.defs> has it. No
 * program sees it. */
#define WIRE_CALL_BY_MESSAGE INT32_MIN

/* No request has more words. */
#define WIRE_CALL_WORDS 64

struct wire_call_request {
	struct wire_header header;
	uint32_t words[WIRE_CALL_WORDS]; /* only those in use are sent */
};

struct wire_call_answer {
	struct wire_header header;
	int32_t
	    result; /* kern_return_t, or mach_msg_return_t where the spec has */
	uint32_t words[]; /* only those in use */
};

/* 64 bits, the low word first; and as two of a call's words. */
static inline uint64_t
wire_two_words(const uint32_t *words)
{
	return words[0] | (uint64_t)words[1] << 32;
}
#define WIRE_TWO_WORDS(value)                                                  \
	(uint32_t)((uint64_t)(value)), (uint32_t)((uint64_t)(value) >> 32)

/* The shape of a call. */
struct wire_call_shape {
	uint8_t in;
	bool in_more;
	uint8_t out;
	bool out_more;
};

/* NULL if @number is no call. */
const struct wire_call_shape *wire_call_shape(uint16_t number);

/* How many files come with a request. */
static inline unsigned
wire_call_files(uint16_t number)
{
	return number == WIRE_MEMORY_ENTRY_MAKE || number == WIRE_LANE_OFFER ||
	        number == WIRE_LANE_ACCEPT
	    ? 1
	    : 0;
}

/* Is @packet one request of a call, with just its words, and as many files as it has to
 * have? That is what it says of them. Copies it out. */
bool wire_call_check(
    const void *packet, size_t bytes, struct wire_call_request *request_out);

#endif
