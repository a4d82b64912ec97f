/* Files in memory. */
#include "memory_file.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

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

/* glibc's calls are cancellation points. */
bool
memory_file_read(int file, void *to, uint64_t bytes, uint64_t offset)
{
	uint64_t done = 0;

	while (done < bytes) {
		long r = syscall(SYS_pread64, file, (char *)to + done,
		    bytes - done, offset + done);

		if (r == 0 || (r < 0 && errno != EINTR))
			return false;
		if (r > 0)
			done += (uint64_t)r;
	}
	return true;
}

int
memory_file_write(int file, const void *from, uint64_t bytes, uint64_t offset)
{
	uint64_t done = 0;

	while (done < bytes) {
		long r = syscall(SYS_pwrite64, file, (const char *)from + done,
		    bytes - done, offset + done);

		if (r < 0 && errno != EINTR)
			return -errno;
		if (r > 0)
			done += (uint64_t)r;
	}
	return 0;
}
