/* Descriptors, signals and limits of whoever started us. */
#include "inherited.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
#include <unistd.h>

/* closer.h has a word for each. */
#define DESCRIPTORS_MAX ((rlim_t)1 << 22)

/* Without a standard descriptor, its number would go to some connection, which
 * would then be sent what we log. */
static void
fill_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		(void)close(fd);
}

/* Their system calls fail instead: nobody reads stderr any more (EPIPE), a file
 * grows beyond RLIMIT_FSIZE (EFBIG). Of a terminal in whose background we are,
 * the call succeeds. */
static void
ignore_signals(void)
{
	static const int ignored[] = {SIGPIPE, SIGXFSZ, SIGTTOU};

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		(void)signal(ignored[i], SIG_IGN);
}

/* What we may have of @resource after asking for all of it, but no more than
 * @most. If that is refused, we have what we had. */
static rlim_t
raise_limit(__rlimit_resource_t resource, rlim_t most)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) != 0)
		return 0;
	limit.rlim_cur = limit.rlim_max < most ? limit.rlim_max : most;
	(void)setrlimit(resource, &limit);
	(void)getrlimit(resource, &limit);
	return limit.rlim_cur;
}

uint64_t
inherited_settle(void)
{
	static const __rlimit_resource_t resources[] = {
	    RLIMIT_AS, RLIMIT_CPU, RLIMIT_DATA, RLIMIT_FSIZE, RLIMIT_STACK};

	fill_standard_descriptors();
	ignore_signals();
	for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++)
		(void)raise_limit(resources[i], RLIM_INFINITY);
	/* Tasks are made of descriptors. */
	return raise_limit(RLIMIT_NOFILE, DESCRIPTORS_MAX);
}
