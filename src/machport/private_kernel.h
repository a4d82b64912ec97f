/*
 * A private kernel: a machportd for one command tree.
 *
 * Its socket has an unpredictable name in the abstract namespace, so nothing in
 * the file system is left behind, whoever dies. It lives as long as any task is
 * attached to it; the process that started it is one.
 */
#ifndef MACHPORT_PRIVATE_KERNEL_H
#define MACHPORT_PRIVATE_KERNEL_H

#include <sys/types.h>

/**
 * private_kernel_start() - start a kernel and attach this process to it
 * @pid_out:	[out] the kernel, a child of ours in a session of its own, so that
 *		      no signal from the terminal reaches it
 *
 * From now on the environment leads us and our children to it.
 *
 * Return:	EX_OK, or after a message on stderr:
 *		EX_OSERR	no socket could be made
 *		EX_UNAVAILABLE	machportd cannot be started, or does not answer
 */
int private_kernel_start(pid_t *pid_out) __attribute__((warn_unused_result));

#endif
