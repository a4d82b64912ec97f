/*
 * The kernel as the source of a view.
 *
 * The commands that look at a kernel become tasks of it. They start none: a private
 * kernel of our own would be empty.
 */
#ifndef MACHPORT_VIEW_KERNEL_H
#define MACHPORT_VIEW_KERNEL_H

#include "options.h"
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

/* The same for who runs a program: of the kernel that this will find; if there is none,
 * one is started, for it and us. */
int view_attach_as_program(void) __attribute__((warn_unused_result));

/**
 * view_show() - attach, open a view, show something of it
 * @options:	which kernel, and whether with our own task
 * @show:	what is called with the view and @arguments; it returns a status
 *
 * Return:	the status to end with
 */
int view_show(const struct options *options,
    int (*show)(const struct view *view, const void *arguments),
    const void *arguments);

#endif
