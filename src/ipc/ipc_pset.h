/*
 * Port sets: receive from any of several ports of one space.
 *
 * A port may be in several sets. A membership is in the set's list `ready`
 * while its port has queued messages, else in `idle`; the set serves the first
 * of `ready` and moves it to the end, so that a busy member cannot starve the
 * rest. While its port is posted (ipc_board.h), it is in `posted` instead, and is
 * not served.
 */
#ifndef IPC_PSET_H
#define IPC_PSET_H

#include "ipc.h"
#include "ipc_board.h"
#include "ipc_id.h"

/* A port is in no more sets than this: all are looked at for each message. */
#define IPC_SETS_MAX 1024

struct ipc_pset {
	mach_port_name_t name;
	struct ipc_id id;
	struct ipc_space *space; /* borrowed */
	struct list ready;       /* struct ipc_member.pset_link */
	struct list idle;
	struct list posted;
	struct list receivers;   /* struct ipc_waiter.link, FIFO */
	struct ipc_watch *watch; /* on all members, or NULL; borrowed */
	uint32_t member_count;
	uint32_t board_index; /* or IPC_BOARD_NONE: no member is posted */
};

struct ipc_member {
	struct list port_link;       /* port->members */
	struct list pset_link;       /* pset->ready, ->idle or ->posted */
	struct ipc_port *port;       /* borrowed: the membership ends first */
	struct ipc_pset *pset;       /* borrowed: the same */
	struct ipc_account *account; /* +1; charged for this structure */
};

static inline bool
ipc_pset_is_posted(const struct ipc_pset *pset)
{
	return pset->board_index != IPC_BOARD_NONE;
}

struct ipc_pset *ipc_pset_new(struct ipc_space *space)
    __attribute__((warn_unused_result));
/* The set is gone: members leave, receivers are told. Frees it. */
void ipc_pset_destroy(struct ipc_pset *pset);

/* It gets another name: its members are withdrawn (ipc_board.h). */
void ipc_pset_withdraw(struct ipc_pset *pset);

struct ipc_member *ipc_pset_find(
    const struct ipc_pset *pset, const struct ipc_port *port);
/* KERN_ALREADY_IN_SET, or KERN_RESOURCE_SHORTAGE: no memory, no budget, or in too
 * many sets. Serves waiting receivers. */
kern_return_t ipc_pset_add(struct ipc_pset *pset, struct ipc_port *port)
    __attribute__((warn_unused_result));
void ipc_member_remove(struct ipc_member *member);
void ipc_port_leave_sets(struct ipc_port *port);

/* The port's queue has become non-empty, or empty, or was served. */
void ipc_pset_note_ready(struct ipc_port *port);
void ipc_pset_note_idle(struct ipc_port *port);

#endif
