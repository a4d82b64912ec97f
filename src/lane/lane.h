/*
 * A lane: memory by which one task sends to one port of another without the kernel
 * (design: lanes.md of the specification). A, the sending task, writes one file; B, which
 * has the receive right, another; the kernel process a third for each task, its board.
 * Each is read by the two others at most, and written by nobody else: that is what makes
 * it safe, so a reader copies what it reads once, and looks at the copy only.
 *
 * This part is what all three do with such memory. It makes no system call but those of
 * lane_memory, lane_clock, lane_spin and lane_sleep, keeps no state but what the caller gives
 * it (and whether Linux can sleep on several words), and takes no lock.
 * The steps are those of the model, tests/lane/lane.pml, by the same names: a comment
 * "lane.pml: publish 4" says which one.
 *
 *	lane_memory	making the files, looking at them, mapping them
 *	lane_clock	tickets
 *	lane_send	publish 0-8: A puts a record into the ring (lane_publish: 0-6)
 *	lane_receive	take 1-7: B takes one out (lane_take: 1-6); pick: which source is next
 *	lane_reply	reply and accept: the answer, in a slot
 *	lane_drain	close 2-4: what the kernel reads of a lane that it closes
 *	lane_spin	looking again and again, while that pays
 *	lane_sleep	sleeping on several words
 *
 * Where a message has descriptors of memory and no others, the bytes of its regions travel
 * with it in the ring (LANE_KIND_REGIONS), and B copies them to memory of its own.
 *
 * Where this is more than lanes.md: head and tail have a count of records beside the
 * position, in one word of 64 bits, so that queue depths and sequence numbers are known
 * without a walk; a slot has the number of its request's record, not its end, since
 * positions may go round while a token is held; A counts the replies that it accepted by
 * reply port; a board tells of a lane how many messages it may hold, and of a port its
 * context and sequence number; B tells which tokens its program has, so that a name stays
 * one, if only a dead one, whatever A says of them later. A request that was answered is not drained. And the smallest ticket
 * always goes first: a sender whose tickets lie is told by B's own clock (lane_note_taken()),
 * not by how often others were overtaken.
 */
#ifndef LANE_H
#define LANE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sizes that a lane may have. A ring above LANE_RING_PLAIN is for messages with regions. */
#define LANE_RING_MIN (1u << 14)
#define LANE_RING_PLAIN (1u << 18)
#define LANE_RING_MAX (1u << 22)
#define LANE_SLOTS_MAX 16u
/* A reply slot has 1,024, 4,096 or 16,384 bytes, its header of 32 included. */
#define LANE_SLOT_BYTES_MIN 1024u
#define LANE_SLOT_BYTES_MAX 16384u

/* What a sleeper asks of who publishes. */
enum lane_waiting {
	LANE_RUN,   /* nothing: nobody sleeps */
	LANE_FUTEX, /* wake the word that was published */
	LANE_KICK,  /* have the kernel ring */
};

/* How far A has written, or B has read: a position in bytes, which is the futex word,
 * and how many records there were. Both run free. */
typedef _Atomic uint64_t lane_mark_t;

static inline uint32_t
lane_position(uint64_t mark)
{
	return (uint32_t)mark;
}

static inline uint32_t
lane_count(uint64_t mark)
{
	return (uint32_t)(mark >> 32);
}

/* The word of @mark on which one sleeps. */
static inline const _Atomic uint32_t *
lane_position_word(const lane_mark_t *mark)
{
	return (const _Atomic uint32_t *)(uintptr_t)mark;
}

static inline uint64_t
lane_mark(uint32_t position, uint32_t count)
{
	return position | (uint64_t)count << 32;
}

/* A word with a generation, of 28 bits, from 1 on, and a state. */
static inline uint32_t
lane_word(uint32_t generation, uint32_t state)
{
	return generation << 2 | state;
}
#define LANE_GENERATION_MAX ((1u << 28) - 1)

/* States in the word of a request's slot: A's. */
enum lane_slot_state {
	LANE_SLOT_FREE,
	LANE_SLOT_ISSUED, /* a token for it is out */
	LANE_SLOT_DONE,   /* answered, or never sent */
};

/* In that of a reply: B's. */
#define LANE_REPLIED 1u

/* In the kernel's word for a slot, on the board. */
enum lane_kslot_state {
	LANE_KSLOT_NONE,
	LANE_KSLOT_RIGHT, /* the token is a real right now */
	LANE_KSLOT_REPLY, /* the kernel has taken the reply over */
	LANE_KSLOT_FREED, /* that right was used up: the slot is free again */
};

/* --- what A writes ---------------------------------------------------------- */

struct lane_request_slot {
	_Atomic uint32_t word;   /* generation and enum lane_slot_state */
	_Atomic uint32_t number; /* the request's record is that of A's: the
	                          * count of tail with it */
	_Atomic uint32_t port;   /* board index of the reply port */
	/* DONE by a reply: what accepted[port] is with it. A writes that only when it knows
	 * that the reply counts; the kernel takes the later of the two. */
	_Atomic uint32_t accepted;
};

/* Ports and sets that a board has room for. */
#define LANE_BOARD_PORTS 448u
/* A set with more members on the board is not lent to the kernel: it looks at all of them. */
#define LANE_LENT_MAX 8u

struct lane_sender {
	lane_mark_t tail;
	/* LANE_RUN: nobody sleeps for room; else the number of the last who began to,
	 * another for each. */
	_Alignas(64) _Atomic uint32_t space_wait;
	_Atomic uint32_t cpu; /* where A last ran: a hint */
	_Alignas(64) _Atomic uint32_t slot_wait[LANE_SLOTS_MAX];
	_Alignas(0x100) struct lane_request_slot slot[LANE_SLOTS_MAX];
	/* Replies accepted on this lane, by the board index of their port. */
	_Alignas(0x800) _Atomic uint32_t accepted[LANE_BOARD_PORTS];
	_Alignas(0x1000) uint8_t ring[];
};

/* --- what B writes ---------------------------------------------------------- */

struct lane_receiver {
	lane_mark_t head;
	_Alignas(
	    64) _Atomic uint32_t wait; /* enum lane_waiting; KICK at first */
	_Atomic uint32_t cpu;
	/* The token of each slot that B's program has: its generation, or 0. A may lie
	 * about what it has issued; the name stays B's all the same. */
	_Alignas(64) _Atomic uint32_t held[LANE_SLOTS_MAX];
	_Alignas(0x1000) uint8_t slots[]; /* of slot_bytes each */
};

struct lane_reply_slot {
	_Atomic uint32_t word; /* generation and LANE_REPLIED */
	uint32_t bytes;        /* of the body */
	uint64_t ticket;
	int32_t id; /* msgh_id */
	uint32_t spare[3];
	uint8_t body[];
};

/* --- what the kernel writes, for each task ---------------------------------- */

enum lane_state {
	LANE_NONE,
	LANE_OPEN,
	LANE_CLOSING,
	LANE_CLOSED,
};

struct lane_board_lane {
	/* enum lane_state; a futex word. */
	_Alignas(128) _Atomic uint32_t state;
	_Atomic uint32_t end;  /* CLOSED: how far what A wrote counts */
	_Atomic uint32_t from; /* CLOSED: how far what B took counts */
	/* How many messages it may hold. It may grow while the lane is open; what it was
	 * is a futex word for who waits for room. */
	_Atomic uint32_t limit;
	/* 1: no other sender is in sight, and who finds it full waits for room. 0: it has
	 * a share, and who finds it full sends by trap. */
	_Atomic uint32_t whole;
	/* CLOSED: 1: it was closed before it had paid, and would be again soon. */
	_Atomic uint32_t forced;
	uint32_t spare[2];
	_Atomic uint32_t
	    kslot[LANE_SLOTS_MAX]; /* generation, lane_kslot_state */
};

struct lane_board_port {
	/* Changes when a sleeper should look; a futex word. */
	_Alignas(64) _Atomic uint32_t bell;
	_Atomic uint32_t
	    serial; /* odd while the entry is of a right; changes when that
	                          * gets it, and when it goes */
	/* Ticket of the oldest message in the kernel's queue, 0: none; of a set, in
	 * those of its members that have no entry here. */
	_Atomic uint64_t oldest;
	_Atomic uint64_t context; /* of the port, for trailers */
	_Atomic uint32_t reset; /* changes when the sequence number was set: */
	_Atomic uint32_t seqno; /* to this, of the next message */
	_Atomic uint32_t stops; /* changes when those who wait for messages of
	                         * the kernel alone are to look again; of a set,
	                         * also when a member gets an entry; and when the
	                         * entry goes */
};

#define LANE_BOARD_VERSION 1u
#define LANE_BOARD_LANES 256u
#define LANE_BOARD_BYTES 0x10000u

struct lane_board {
	uint32_t version;
	_Atomic uint32_t news; /* changes when LANE_NEWS has more to tell */
	_Alignas(0x1000) struct lane_board_lane lane[LANE_BOARD_LANES];
	struct lane_board_port port[LANE_BOARD_PORTS];
};

/* --- records ---------------------------------------------------------------- */

/* Records and the ring are multiples of this, so a header never wraps. */
#define LANE_ALIGN 32u
#define LANE_KIND_MESSAGE 1u
/* The body has descriptors of memory, and no others, whose addresses are 0; the block of
 * regions follows it. */
#define LANE_KIND_REGIONS 2u

struct lane_record {
	uint32_t bytes; /* of the whole record */
	uint32_t kind;
	uint64_t ticket;
	uint32_t token; /* generation << 4 | slot; 0: no reply is expected */
	uint32_t body;  /* bytes: msgh_size less the header */
	int32_t id;     /* msgh_id */
	/* KIND_REGIONS: bytes of the block, to the last of the last region. Else not
	 * looked at. */
	uint32_t regions;
};

/* A body of KIND_REGIONS is no larger: who takes it out copies it before he believes any
 * size in it. */
#define LANE_REGIONS_BODY_MAX 4096u

/* It has no more regions that have bytes, and a descriptor at least. */
#define LANE_REGIONS_MAX 32u

/* In the block the regions that have bytes lie in the order of their descriptors, each at a
 * multiple of this: as kmsg->ool has them. */
#define LANE_REGION_ALIGN 8u

static inline uint32_t
lane_region_align(uint32_t offset)
{
	return (offset + LANE_REGION_ALIGN - 1) & ~(LANE_REGION_ALIGN - 1);
}

/* Where the block begins, from the begin of a body of @body bytes on. */
static inline uint32_t
lane_regions_at(uint32_t body)
{
	return lane_region_align(body);
}

/* The bytes of a record with a body of @body bytes, and @regions of regions. */
static inline uint32_t
lane_record_bytes(uint32_t body, uint32_t regions)
{
	const uint32_t most =
	    regions > 0 ? lane_regions_at(body) + regions : body;

	return ((uint32_t)sizeof(struct lane_record) + most + LANE_ALIGN - 1) &
	    ~(LANE_ALIGN - 1);
}

/* A message in a ring of @ring_bytes has no more than this of body and regions, with what is
 * between them. */
static inline uint32_t
lane_body_max(uint32_t ring_bytes)
{
	return (ring_bytes <= LANE_RING_PLAIN ? ring_bytes / 4
	                                      : ring_bytes / 2) -
	    (uint32_t)sizeof(struct lane_record);
}

/* And no more body than this, if it is of KIND_MESSAGE. */
static inline uint32_t
lane_plain_max(uint32_t ring_bytes)
{
	return lane_body_max(
	    ring_bytes < LANE_RING_PLAIN ? ring_bytes : LANE_RING_PLAIN);
}

/* Can a ring of @ring_bytes have a message with so much of body and of regions? */
static inline bool
lane_regions_fit(uint32_t ring_bytes, uint32_t body, uint32_t regions)
{
	const uint32_t most = lane_body_max(ring_bytes);

	return body <= LANE_REGIONS_BODY_MAX && lane_regions_at(body) <= most &&
	    regions <= most - lane_regions_at(body);
}

/* The low byte of the name that B's program sees for generation @generation. */
static inline uint8_t
lane_name_generation(uint32_t generation)
{
	return (uint8_t)(generation << 2 | 3);
}

/* The sizes of a lane, agreed when it opens and the same for all three. */
struct lane_sizes {
	uint32_t ring_bytes; /* a power of two */
	uint32_t slots;
	uint32_t slot_bytes;
};

bool lane_sizes_check(const struct lane_sizes *sizes);

static inline size_t
lane_sender_bytes(const struct lane_sizes *sizes)
{
	return sizeof(struct lane_sender) + sizes->ring_bytes;
}

static inline size_t
lane_receiver_bytes(const struct lane_sizes *sizes)
{
	return sizeof(struct lane_receiver) +
	    (size_t)sizes->slots * sizes->slot_bytes;
}

/* Reply slot @slot of a lane. */
static inline struct lane_reply_slot *
lane_reply_slot(const struct lane_receiver *receiver,
    const struct lane_sizes *sizes, uint32_t slot)
{
	return (struct lane_reply_slot *)(uintptr_t)(receiver->slots +
	    (size_t)slot * sizes->slot_bytes);
}

/* gcc's TSan does not know the standard's fence, and says so. */
static inline void
lane_fence(void)
{
#ifdef __SANITIZE_THREAD__
	__sync_synchronize();
#else
	atomic_thread_fence(memory_order_seq_cst);
#endif
}

_Static_assert(sizeof(struct lane_sender) == 0x1000, "");
_Static_assert(sizeof(struct lane_receiver) == 0x1000, "");
_Static_assert(sizeof(struct lane_reply_slot) == 32, "");
_Static_assert(sizeof(struct lane_record) == LANE_ALIGN, "");
_Static_assert(sizeof(struct lane_board_lane) == 128, "");
_Static_assert(sizeof(struct lane_board_port) == 64, "");
_Static_assert(sizeof(struct lane_board) == LANE_BOARD_BYTES, "");

#endif
