/*
 * A space: one task's port name table.
 *
 * A name is an index (24 bits) and a generation (8 bits, of which the low two
 * are always set), so that a name freed and used again is a different name. The
 * table is an array of chunks of entries: an entry never moves, and look-up is
 * one bounds check and one compare. Free slots are reused last-in first-out. The
 * table never shrinks, and a task that chooses its names can have much of it for
 * few of them; so its memory is charged by itself.
 *
 * In Mach 3 mode a task may choose any name (ports.md 2). Those that cannot be in
 * the table, because of their form or because another generation of their slot is
 * in use, are in a tree beside it (ipc_tree.h).
 *
 * A space has at most one entry for a port among SEND, RECEIVE and
 * SEND_RECEIVE. It is found from the port: by port->receiver_name if the
 * receive right is here, else by a hash of the space's send rights.
 */
#ifndef IPC_SPACE_H
#define IPC_SPACE_H

#include "ipc.h"
#include "ipc_entry.h"
#include "ipc_id.h"
#include "ipc_identity.h"
#include "ipc_tree.h"

#define IPC_CHUNK_ENTRIES 32
/* Names that a task may choose itself stay below this index (ports.md 2). */
#define IPC_CHOSEN_INDEX_MAX 0x20000

struct ipc_space {
	struct ipc_id id;
	bool active;                 /* false: torn down, or being torn down */
	bool mach3;                  /* in Mach 3 mode */
	struct ipc_account *account; /* +1 */
	struct ipc_identity *identity; /* +1, or NULL: the kernel's */
	void *owner; /* the caller's task; the engine only keeps it */
	struct ipc_board *board; /* owned, or NULL */

	struct ipc_entry **chunks;
	uint32_t chunk_count;
	uint32_t next_index; /* slots from here on were never used */
	uint32_t free_head;  /* index, 0: none */
	uint32_t used;       /* entries in use */
	uint32_t reserved;   /* for tokens; charged as names, as those are */

	struct ipc_tree tree; /* empty unless in Mach 3 mode */

	mach_port_name_t
	    *hash;          /* of entries with SEND; MACH_PORT_NULL: empty */
	uint32_t hash_size; /* a power of two, or 0 */
	uint32_t hash_used;
	uint64_t
	    table_bytes; /* charged: of chunks, their array, and the hash */

	struct list lanes_out; /* struct ipc_lane.from_link: the space sends */
	struct list lanes_in;  /* struct ipc_lane.to_link: it receives */

	/* For those who look; less what was not counted of lanes yet (ipc_lane_look.h). */
	uint32_t receives; /* its receive rights */
	uint64_t born_ns;
	uint64_t sent;       /* messages; what came back does not count */
	uint64_t sent_bytes; /* not of what went by a lane */
	uint64_t received;
	uint64_t received_bytes;

	struct list world_link;
};

/* An empty space. @account and @identity are borrowed (and referenced);
 * @identity may be NULL. NULL: no memory. */
struct ipc_space *ipc_space_new(struct ipc_account *account,
    struct ipc_identity *identity) __attribute__((warn_unused_result));
/* A space that was destroyed; NULL is fine. Returns NULL. */
struct ipc_space *ipc_space_free(struct ipc_space *space);

/* The task has died: every right goes, receive rights first (ports.md 7.3). No
 * waiter may be blocked on behalf of the space. Afterwards it is inactive. */
void ipc_space_destroy(struct ipc_space *space);

/* The entry of @name, or NULL. An entry whose port has died is made a dead name
 * first; a token, a right (ipc_token.h). NULL and DEAD are never found. */
struct ipc_entry *ipc_space_find(
    struct ipc_space *space, mach_port_name_t name);
/* The same but that a send-once right to a dead port is still one. */
struct ipc_entry *ipc_space_find_raw(
    struct ipc_space *space, mach_port_name_t name);

/*
 * Reserve, then commit: a successful alloc returns a free slot that is charged
 * but still of type NONE. The caller fills it in, or gives it back with free.
 *
 * Return:	KERN_NO_SPACE		the task's limit of names
 *		KERN_RESOURCE_SHORTAGE	the user's limit, or no memory
 */
kern_return_t ipc_space_alloc(struct ipc_space *space,
    struct ipc_entry **entry_out, mach_port_name_t *name_out)
    __attribute__((warn_unused_result));

/* May a task choose @name, be it free or in use? KERN_SUCCESS, or
 * KERN_INVALID_VALUE, KERN_NO_SPACE, KERN_FAILURE (ports.md 2). A lane that has reserved
 * its slot is closed, so that the answer is as without it. */
kern_return_t ipc_space_check_name(struct ipc_space *space,
    mach_port_name_t name) __attribute__((warn_unused_result));

/*
 * As ipc_space_alloc() with a name of the task's choosing, which
 * ipc_space_check_name() allows.
 *
 * Return:	also KERN_NAME_EXISTS
 */
kern_return_t ipc_space_alloc_name(struct ipc_space *space,
    mach_port_name_t name, struct ipc_entry **entry_out)
    __attribute__((warn_unused_result));

/*
 * The right @name, at @entry, is called @new_name from now on: a free name that
 * ipc_space_check_name() allows. The entry moves to *@entry_out, the hash follows,
 * and @name is gone; what else knows the name is the caller's business. The task's
 * budget is not asked: it has as many names as before.
 *
 * Return:	KERN_RESOURCE_SHORTAGE	no memory; nothing has changed
 */
kern_return_t ipc_space_rename(struct ipc_space *space, mach_port_name_t name,
    struct ipc_entry *entry, mach_port_name_t new_name,
    struct ipc_entry **entry_out) __attribute__((warn_unused_result));

/* Slots that exist, in use or not, and names in the tree. */
uint32_t ipc_space_size(const struct ipc_space *space);

/* Enter Mach 3 mode, or leave it: KERN_FAILURE while there are names that the other
 * mode has no place for. */
kern_return_t ipc_space_set_mach3(struct ipc_space *space, bool mach3)
    __attribute__((warn_unused_result));

/*
 * A slot for tokens of @lane: charged as a name, found by none. False: no budget, no memory,
 * or names are in the tree, which could be the same as those of tokens.
 */
bool ipc_space_reserve(struct ipc_space *space, struct ipc_lane *lane,
    uint32_t *index_out) __attribute__((warn_unused_result));
/* That slot, a send-once right with a lane by now or not: it is the lane's no more. The
 * last name that a token had there had this @generation. */
void ipc_space_unreserve(
    struct ipc_space *space, uint32_t index, uint8_t generation);
/* A token becomes a right: CONSUMES the naked send-once right @port. */
void ipc_space_enter_token(struct ipc_space *space, uint32_t index,
    uint8_t generation, struct ipc_port *port, const struct ipc_origin *origin);
/* The same where there is no right behind the name. */
void ipc_space_enter_dead(struct ipc_space *space, uint32_t index,
    uint8_t generation, const struct ipc_origin *origin);
/* Is the slot of a token free for one? */
bool ipc_space_is_reserved(const struct ipc_space *space, uint32_t index);

/* The slot is free again, and its name gone; or it is reserved again. The object and the
 * requests have been taken out by the caller. */
void ipc_space_free_name(
    struct ipc_space *space, mach_port_name_t name, struct ipc_entry *entry);

/* Walk all entries in use, by ascending name: start with *@from 0; NULL ends. What
 * comes and goes meanwhile does no harm. No conversion. */
struct ipc_entry *ipc_space_next(const struct ipc_space *space,
    mach_port_name_t *from, mach_port_name_t *name_out);
/* The same of the names below @end alone, so that a large table that is nearly empty
 * can be walked piece by piece: NULL, and *@from is where the next piece begins, or
 * MACH_PORT_DEAD if there is none. */
struct ipc_entry *ipc_space_next_below(const struct ipc_space *space,
    mach_port_name_t end, mach_port_name_t *from, mach_port_name_t *name_out);

/* For the hash (ipc_space_hash.h): the entry of a @name that is in use, and memory that
 * lasts as long as the space, charged to its task. NULL: no memory, or over its budget. */
struct ipc_entry *ipc_space_known(
    const struct ipc_space *space, mach_port_name_t name);
void *ipc_space_table_zalloc(struct ipc_space *space, size_t count, size_t size)
    __attribute__((warn_unused_result));
/* @memory, which may be NULL, is as large as it says. */
void ipc_space_table_free(
    struct ipc_space *space, void *memory, size_t count, size_t size);

#endif
