/*
 * Files in memory, for what is sent or shared.
 */
#ifndef LIBMACHPORT_MEMORY_FILE_H
#define LIBMACHPORT_MEMORY_FILE_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>

/* Nobody can change a file that has these. */
#define MEMORY_FILE_SEALS                                                      \
	(F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)

/* A new empty file that can be sealed, and is closed by exec; @name is seen in /proc. Its
 * descriptor, or -1. errno is as it was. */
int memory_file_new(const char *name);

/* Would Linux raise SIGXFSZ over a file of so many bytes? */
bool memory_file_exceeds_limit(uint64_t bytes);

/* Copy @bytes at @offset of @file to @to; by system calls, which tell if that is no memory.
 * False: that, or the file ends before. */
bool memory_file_read(int file, void *to, uint64_t bytes, uint64_t offset)
    __attribute__((warn_unused_result));

/* Copy @bytes from @from to @file, at @offset; likewise. 0, or a negative errno: -EFAULT: not
 * all of it can be read. */
int memory_file_write(int file, const void *from, uint64_t bytes,
    uint64_t offset) __attribute__((warn_unused_result));

#endif
