/*
 * The call (PROCMAP_QUERY, Linux 6.11) that finds a mapping in a file /proc/PID/maps, of
 * <linux/fs.h>, which may be older than Linux.
 */
#ifndef BASE_PROCMAP_H
#define BASE_PROCMAP_H

#include <stdint.h>
#include <sys/ioctl.h>

struct base_procmap {
	uint64_t size;
	uint64_t query_flags; /* in, as is: */
	uint64_t query_address;
	uint64_t begin;
	uint64_t end;
	uint64_t flags;
	uint64_t page_size;
	uint64_t offset;
	uint64_t inode;
	uint32_t device_major;
	uint32_t device_minor;
	uint32_t name_bytes;     /* in and out: 0, no name is wanted */
	uint32_t build_id_bytes; /* the same */
	uint64_t name;
	uint64_t build_id;
};
#define BASE_PROCMAP_QUERY _IOWR('f', 17, struct base_procmap)

/* In `flags`; the last is for `query_flags`. */
#define BASE_PROCMAP_READABLE 0x01u
#define BASE_PROCMAP_WRITABLE 0x02u
#define BASE_PROCMAP_EXECUTABLE 0x04u
#define BASE_PROCMAP_SHARED 0x08u
#define BASE_PROCMAP_COVERING_OR_NEXT 0x10u

#endif
