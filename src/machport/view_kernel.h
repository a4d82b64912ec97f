/*
 * The kernel as the source of a view.
 *
 * The commands that look at a kernel become tasks of it. They start none: a private
 * kernel of our own would be empty.
 */
#ifndef MACHPORT_VIEW_KERNEL_H
#define MACHPORT_VIEW_KERNEL_H

#include "view.h"

/* Valid after view_attach(). */
extern const struct view_source view_kernel;

/**
 * view_attach() - become a task of a kernel that runs
 * @socket:	where it listens, as in $MACHPORT_SOCKET; NULL: where the library
 *		finds it
 *
 * Return:	EX_OK, or EX_UNAVAILABLE after a message that tells where kernels are
 */
int view_attach(const char *socket) __attribute__((warn_unused_result));

#endif
