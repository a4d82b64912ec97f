/*
 * Tokens: the right to reply that a request brings by a lane (lanes.md 6).
 *
 * A token is a promise of A to accept one reply in one slot, of one generation. B's program
 * sees the name of a send-once right. The space of B has a slot reserved for each slot of the
 * lane: its index, with a generation that tells which token it is, makes the name. Whoever
 * looks that name up finds a send-once right: the token *is resolved* just then. So nobody can
 * tell a token from a right; and what is reserved and has no token out, none can see.
 *
 * A right has the memory of its notification with it (ipc_port.h). A lane has that of each
 * slot in store, from when it is offered; when the right that a token became is used up, there
 * is to be another before A may use the slot again.
 */
#ifndef IPC_TOKEN_H
#define IPC_TOKEN_H

#include "ipc.h"
#include "ipc_lane.h"

/* When the lane is offered: the memory for all notifications. False: none of it. */
bool ipc_token_prepare(struct ipc_lane *lane)
    __attribute__((warn_unused_result));
/* When it is accepted: all names. False: none of them. */
bool ipc_token_reserve(struct ipc_lane *lane)
    __attribute__((warn_unused_result));
/* Both go. Rights stay. */
void ipc_token_release_names(struct ipc_lane *lane);
void ipc_token_release_notices(struct ipc_lane *lane);

/* The naked send-once right that a token is for A's port @index: +1 to caller. NULL: A has no
 * such port, or has issued what the kernel has not freed. */
struct ipc_port *ipc_token_right(struct ipc_lane *lane, uint32_t index);

/* Close: the token of @slot that B holds becomes a right in its space. CONSUMES @port. */
void ipc_token_enter(struct ipc_lane *lane, uint32_t slot, uint32_t generation,
    struct ipc_port *port);

/* Has B's program another token of @slot, which was not answered? Then A lies about that of
 * @generation. */
bool ipc_token_is_late(
    const struct ipc_lane *lane, uint32_t slot, uint32_t generation);

/* Close: what B's program has, and what no right was made of, since A lied, are dead names. */
void ipc_token_bury(struct ipc_lane *lane);

/* Tell both tasks what the kernel has done with a token; or A alone, of one that B has not
 * seen. */
void ipc_token_tell(const struct ipc_lane *lane, uint32_t slot,
    uint32_t generation, enum lane_kslot_state state);
void ipc_token_tell_sender(const struct ipc_lane *lane, uint32_t slot,
    uint32_t generation, enum lane_kslot_state state);

/* The ticket of the first reply of @lane that A has not accepted at its port @index; 0: there
 * is none. */
uint64_t ipc_token_first(const struct ipc_lane *lane, uint32_t index);

/* Tokens of @lane that are out for A's port @index. */
uint32_t ipc_token_count(const struct ipc_lane *lane, uint32_t index);

#endif
