/* Files in memory. */
#include "memory_file.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/resource.h>

/* Linux 6.3; not in older headers. */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8u
#endif

int
memory_file_new(const char *name)
{
	const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	const int saved_errno = errno;
	int file = memfd_create(name, flags | MFD_NOEXEC_SEAL);

	if (file < 0 && errno == EINVAL)
		file = memfd_create(name, flags);
	errno = saved_errno;
	return file;
}

bool
memory_file_exceeds_limit(uint64_t bytes)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_FSIZE, &limit) == 0 && bytes > limit.rlim_cur;
}
