/* Who a task is, as its messages tell; kept by each message that it sent. */
#ifndef IPC_IDENTITY_H
#define IPC_IDENTITY_H

#include <sys/types.h>

#include "ipc.h"

struct ipc_identity {
	uint32_t refs;
	security_token_t security;
	audit_token_t audit;
};

/* With one reference. NULL: no memory. */
struct ipc_identity *ipc_identity_new(
    const security_token_t *security, const audit_token_t *audit);
/* @identity may be NULL: nothing happens. The second returns NULL. */
struct ipc_identity *ipc_identity_ref(struct ipc_identity *identity);
struct ipc_identity *ipc_identity_unref(struct ipc_identity *identity);

/* The process, and its effective ids, as an audit token has them; NULL: 0. */
static inline pid_t
ipc_identity_pid(const struct ipc_identity *identity)
{
	return identity ? (pid_t)identity->audit.val[5] : 0;
}

static inline uid_t
ipc_identity_euid(const struct ipc_identity *identity)
{
	return identity ? identity->audit.val[1] : 0;
}

static inline gid_t
ipc_identity_egid(const struct ipc_identity *identity)
{
	return identity ? identity->audit.val[2] : 0;
}

#endif
