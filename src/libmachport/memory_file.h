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

#endif
