/*
 * Memory that nobody writes for a moment: other threads that try wait, by userfaultfd(2).
 * Not where that may not be had, or for private mappings of files on disks. Where it may be
 * had for threads but not for system calls (vm.unprivileged_userfaultfd), a system call that
 * writes there meanwhile says EFAULT.
 */
#ifndef LIBMACHPORT_FREEZE_H
#define LIBMACHPORT_FREEZE_H

#include <stdint.h>

/* Until freeze_end(), nobody writes [@begin, @end), whole pages. Its descriptor, or -1: they
 * can. */
int freeze_begin(uint64_t begin, uint64_t end);

/* Those that wait go on, with what is mapped there now. -1 is fine. */
void freeze_end(int freeze);

#endif
