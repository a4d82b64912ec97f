/* Memory that nobody writes for a moment. */
#include "freeze.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "packet.h"

/* Of linux/userfaultfd.h, which may be older than Linux. */
#define USER_MODE_ONLY 1
#define FEATURE_FLAG_WP (UINT64_C(1) << 0)
#define FEATURE_WP_SHARED (UINT64_C(1) << 12)      /* 5.19 */
#define FEATURE_WP_UNPOPULATED (UINT64_C(1) << 13) /* 6.4 */

/* A descriptor that has @features, or -1. */
static int
open_with(uint64_t features)
{
	struct uffdio_api api = {.api = UFFD_API, .features = features};
	int descriptor = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (descriptor < 0 && errno == EPERM)
		descriptor = (int)syscall(
		    SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY);
	if (descriptor < 0)
		return -1;
	if (ioctl(descriptor, UFFDIO_API, &api) == 0)
		return packet_raise(descriptor);
	(void)syscall(SYS_close, descriptor);
	return -1;
}

/* Pages that are not there cannot be protected before Linux 6.4: then they are had now. */
static int
open_for(uint64_t begin, uint64_t end)
{
	uint64_t features = FEATURE_FLAG_WP | FEATURE_WP_SHARED;
	int descriptor = open_with(features | FEATURE_WP_UNPOPULATED);

	if (descriptor >= 0)
		return descriptor;
	descriptor = open_with(features);
	if (descriptor >= 0 &&
	    madvise((void *)begin, end - begin, MADV_POPULATE_READ) != 0) {
		(void)syscall(SYS_close, descriptor);
		return -1;
	}
	return descriptor;
}

static bool
protect(int descriptor, uint64_t begin, uint64_t end)
{
	struct uffdio_register range = {
	    .range = {begin, end - begin},
	    .mode = UFFDIO_REGISTER_MODE_WP,
	};
	struct uffdio_writeprotect protection = {
	    .range = {begin, end - begin},
	    .mode = UFFDIO_WRITEPROTECT_MODE_WP,
	};

	return ioctl(descriptor, UFFDIO_REGISTER, &range) == 0 &&
	    ioctl(descriptor, UFFDIO_WRITEPROTECT, &protection) == 0;
}

int
freeze_begin(uint64_t begin, uint64_t end)
{
	int descriptor = open_for(begin, end);

	if (descriptor < 0 || protect(descriptor, begin, end))
		return descriptor;
	freeze_end(descriptor);
	return -1;
}

void
freeze_end(int freeze)
{
	/* Nothing is registered with it any more, so all that wait wake. */
	if (freeze >= 0)
		(void)syscall(SYS_close, freeze);
}
