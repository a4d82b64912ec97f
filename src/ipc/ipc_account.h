/*
 * Budgets. Everything that a task can make the kernel hold is charged before it
 * exists. An account belongs to a task and has a parent, the account of its
 * user; a charge must fit both. The object that is held remembers the account
 * and its destructor returns the charge, so an account outlives its task while
 * a message of that task is still queued somewhere.
 */
#ifndef IPC_ACCOUNT_H
#define IPC_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base_list.h"
#include "base_scoped.h"

/* An amount of what is limited; also the limits themselves. */
struct ipc_charge {
	uint32_t names; /* entries of name spaces */
	uint32_t
	    messages; /* in queues, in blocked sends, or kept for notices */
	/* Of the kernel's own memory: carried by those messages; port set members;
	 * tables. */
	uint64_t bytes;
	/* Of files with those messages, which tasks made, or the platform for them:
	 * Linux holds them, and can swap them. */
	uint64_t file_bytes;
};

struct ipc_account {
	struct ipc_account *parent; /* the user's, or NULL; +1 */
	uint32_t refs;
	struct ipc_charge limits;
	struct ipc_charge used;
	/* Of that: messages that the task sent and that are in queues. */
	uint32_t queued;
	uint64_t queued_bytes;
	struct list world_link;
};

/* refs 1, nothing used. @parent is borrowed (and referenced). NULL: no
 * memory. */
struct ipc_account *ipc_account_new(
    struct ipc_account *parent, const struct ipc_charge *limits);
struct ipc_account *ipc_account_ref(struct ipc_account *account);
struct ipc_account *ipc_account_unref(struct ipc_account *account);
DEFINE_SCOPED(struct ipc_account, ipc_account_unref)

/* Take @charge from @account and its parents: all of it or, with false, none.
 * @account may be NULL: the kernel's own, without limits. */
bool ipc_account_charge(struct ipc_account *account,
    const struct ipc_charge *charge) __attribute__((warn_unused_result));
void ipc_account_discharge(
    struct ipc_account *account, const struct ipc_charge *charge);

#endif
