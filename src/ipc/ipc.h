/*
 * The engine as a whole: the world of ports, spaces and rights.
 *
 * Pure C: no system call, no clock, no thread, no log. There is one world and
 * one caller. What the engine asks of its caller is in three small places:
 * memory (base_alloc.h), wake-ups (struct ipc_waiter, struct ipc_watch) and the
 * contents of files that travel with a message (struct ipc_memory).
 *
 * Reading order: ipc_port, ipc_entry and ipc_space, ipc_right, ipc_kmsg,
 * ipc_waiter, ipc_mqueue, ipc_pset, ipc_watch, ipc_request and ipc_notify; then
 * ipc_mach_port and ipc_mach_msg, which are what a task can ask for. At last
 * ipc_board and ipc_lane: messages that do not pass the kernel.
 */
#ifndef IPC_H
#define IPC_H

#include <mach/kern_return.h>
#include <mach/message.h>
#include <mach/port.h>
#include <stdbool.h>
#include <stdint.h>

#include "base_list.h"

struct ipc_account;
struct ipc_attachment;
struct ipc_entry;
struct ipc_id;
struct ipc_identity;
struct ipc_kmsg;
struct ipc_kobject;
struct ipc_label;
struct ipc_lane;
struct ipc_lane_world;
struct ipc_memory;
struct ipc_origin;
struct ipc_port;
struct ipc_pset;
struct ipc_request;
struct ipc_space;
struct ipc_tracer;
struct ipc_waiter;
struct ipc_watch;

/* Everything that exists, for ipc_check(); and what holds for all of it. */
struct ipc_world {
	struct list ports;
	struct list spaces;
	struct list slots;
	struct list accounts;
	uint32_t page;    /* by which regions in files are aligned */
	uint32_t last_id; /* ipc_id.h */
	/* What time it is, for those who look (ipc_inspect.h): set by the caller, now
	 * and then. Nothing here acts on it. */
	uint64_t now_ns;
	uint64_t messages; /* that there ever were: the last has this number */
	uint64_t
	    last_ticket; /* where nobody has a clock: ipc_mqueue_ticket() */
	/* NULL: no task has a board (ipc_board.h). Set before the first one does. */
	const struct ipc_lane_world *lanes;
	const struct ipc_tracer *tracer; /* or NULL (ipc_trace.h) */
};
extern struct ipc_world ipc_world;

/* An empty world. @page: the machine's page size, a power of two. */
void ipc_init(uint32_t page);

/* The world must be empty again: every port, space and slot given back. */
void ipc_deinit(void);

/**
 * ipc_check() - recount the world
 *
 * Verifies, by a walk over everything, that the rights in spaces, messages,
 * requests, slots and replies to come add up to the counters in the ports; that each live port
 * has exactly one receiver; that references, memberships, free slots and the
 * charges for names are accounted for, and no charge for a message is missing;
 * that nothing waits for what is there. Aborts at the first lie.
 * Call it between operations, never within one.
 */
void ipc_check(void);

#endif
