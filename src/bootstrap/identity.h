/*
 * Who sent a request, as the kernel says: from the audit trailer of its message, and
 * from nothing that the sender wrote.
 *
 * It is who the sender was when it sent. By now the process may be gone, its pid
 * another's; so the pid is for logs, and for what is looked at before the kernel says
 * that the task by that pid still has pid_version.
 */
#ifndef BOOTSTRAP_IDENTITY_H
#define BOOTSTRAP_IDENTITY_H

#include <mach/message.h>
#include <sys/types.h>

struct identity {
	uid_t euid;
	gid_t egid;
	uid_t ruid;
	gid_t rgid;
	pid_t pid;
	uint32_t pid_version;
};

static inline struct identity
identity_of_token(const audit_token_t *token)
{
	return (struct identity){
	    .euid = token->val[1],
	    .egid = token->val[2],
	    .ruid = token->val[3],
	    .rgid = token->val[4],
	    .pid = (pid_t)token->val[5],
	    .pid_version = token->val[7],
	};
}

#endif
