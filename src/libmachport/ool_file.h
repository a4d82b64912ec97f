/*
 * New files in memory that out-of-line memory travels in: filled, then sealed,
 * so that whoever gets one can rely on what is in it.
 *
 * Made by syscall() where libc has a cancellation point (packet.h).
 */
#ifndef LIBMACHPORT_OOL_FILE_H
#define LIBMACHPORT_OOL_FILE_H

#include <stdint.h>

/* A new empty file, the caller's; -1: no memory, or no descriptor. */
int ool_file_new(void);

/**
 * ool_file_write() - put memory of the program into a file
 * @from:	[in] @bytes of them, from @offset on
 *
 * Return:	0 or a negative errno. -EFAULT: not all can be read. -EFBIG: the
 *		process may have no such files (RLIMIT_FSIZE); no signal was raised
 */
int ool_file_write(int file, const void *from, uint64_t bytes, uint64_t offset);

/* Cut it, or fill it up with zeroes, to the page in which @end is, and seal it
 * for good. 0 or a negative errno. */
int ool_file_seal(int file, uint64_t end);

/* A new sealed file that is a copy of @bytes of memory: its descriptor, the
 * caller's, or a negative errno as of ool_file_write(). */
int ool_file_copy(const void *from, uint64_t bytes);

#endif
