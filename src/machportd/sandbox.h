/*
 * Dropping what the kernel does not need: new privileges, most of root's, core
 * dumps and debuggers (both would show every task's messages), and the system
 * calls that it does not make.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

/* From here on; also for threads yet to come. Return: 0 or a negative errno.
 * Under a sanitizer, which makes calls of its own, the filter is left out. */
int sandbox_enter(void);

/* The same for the helper (helper.h): what it takes to open two files of a process and
 * copy from one to another. Of root's capabilities it keeps those that let it. */
int sandbox_enter_helper(void);

#endif
