/* What a process has of the system: what must not grow with what it has done. */
#ifndef TORTURE_FOOTPRINT_H
#define TORTURE_FOOTPRINT_H

#include <stdint.h>
#include <sys/types.h>

struct footprint {
	uint64_t files; /* descriptors */
	uint64_t mappings;
	uint64_t private_bytes; /* resident, of its own and of no file */
};

/* Of a process whose /proc this one may read. */
struct footprint footprint_of(pid_t pid);

#endif
