/* Clocks, medians, CPUs, what /proc tells, and the kernel that a scenario runs on. */
#include "bench.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static pid_t kernel_started; /* 0: none */

uint64_t
bench_now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static _Noreturn void
end(void)
{
	if (kernel_started)
		(void)kill(kernel_started, SIGTERM);
	_exit(EXIT_FAILURE);
}

_Noreturn void
bench_die(const char *what, long code)
{
	(void)fprintf(stderr, "bench: %s: %ld (0x%lx)%s%s\n", what, code,
	    (unsigned long)code, errno ? ": " : "",
	    errno ? strerror(errno) : "");
	end();
}

static int
compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;

	return (a > b) - (a < b);
}

static void
sort(const double *values, unsigned count, double *sorted)
{
	memcpy(sorted, values, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_doubles);
}

double
bench_median(const double *values, unsigned count)
{
	double sorted[BENCH_ROUNDS];

	sort(values, count, sorted);
	return count % 2 ? sorted[count / 2]
	                 : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

struct bench_result
bench_summary(const char *name, const char *unit, const char *against,
    const struct bench_rounds *rounds)
{
	struct bench_result result = {0};
	double spread[BENCH_ROUNDS];
	double sorted[BENCH_ROUNDS];
	unsigned count = rounds->count;

	(void)snprintf(result.name, sizeof(result.name), "%s", name);
	(void)snprintf(result.unit, sizeof(result.unit), "%s", unit);
	(void)snprintf(result.against, sizeof(result.against), "%s", against);
	result.value = bench_median(rounds->ours, count);
	for (unsigned i = 0; i < count; i++)
		spread[i] = *against ? rounds->ours[i] / rounds->theirs[i]
		                     : rounds->ours[i];
	if (*against) {
		result.other = bench_median(rounds->theirs, count);
		result.ratio = bench_median(spread, count);
	}
	sort(spread, count, sorted);
	result.low = sorted[0];
	result.high = sorted[count - 1];
	return result;
}

struct bench_result
bench_skipped(const char *name, const char *why)
{
	struct bench_result result = {0};

	(void)snprintf(result.name, sizeof(result.name), "%s", name);
	(void)snprintf(result.skipped, sizeof(result.skipped), "%s", why);
	return result;
}

void
bench_use_cpus(unsigned first, unsigned last)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	for (unsigned cpu = first; cpu <= last; cpu++)
		CPU_SET(cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus) != 0)
		bench_die("sched_setaffinity", first);
}

static void
end_if_child_failed(int number, siginfo_t *child, void *context)
{
	(void)number;
	(void)context;
	if (child->si_code != CLD_EXITED || child->si_status != 0)
		end();
}

pid_t
bench_fork(void)
{
	struct sigaction action = {.sa_sigaction = end_if_child_failed,
	    .sa_flags = SA_SIGINFO | SA_RESTART | SA_NOCLDSTOP};

	if (sigaction(SIGCHLD, &action, NULL) != 0)
		bench_die("sigaction", 0);
	return fork();
}

/* Wait until the kernel answers at @name. */
static void
wait_for_kernel(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t bytes =
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
	struct timespec pause = {.tv_nsec = 1000000};

	memcpy(address.sun_path, name, strlen(name));
	address.sun_path[0] = '\0';
	for (unsigned attempt = 0; attempt < 5000; attempt++) {
		int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
		int failed =
		    connect(fd, (const struct sockaddr *)&address, bytes);

		(void)close(fd);
		if (!failed)
			return;
		(void)nanosleep(&pause, NULL);
	}
	bench_die("machportd does not answer", 0);
}

pid_t
bench_kernel_start(void)
{
	const char *kernel = getenv("MACHPORT_KERNEL");
	char name[64];
	char option[80];
	char program[] = "machportd";
	char *arguments[] = {program, option, NULL};
	pid_t pid;

	(void)snprintf(name, sizeof(name), "@machport-bench/%d", getpid());
	(void)snprintf(option, sizeof(option), "--socket=%s", name);
	if (posix_spawnp(&pid, kernel ? kernel : program, NULL, NULL, arguments,
	        environ) != 0)
		bench_die("cannot start machportd: see MACHPORT_KERNEL", 0);
	kernel_started = pid;
	wait_for_kernel(name);
	if (setenv("MACHPORT_SOCKET", name, 1) != 0)
		bench_die("setenv", errno);
	return pid;
}

void
bench_kernel_stop(pid_t kernel)
{
	kernel_started = 0;
	(void)kill(kernel, SIGTERM);
	(void)waitpid(kernel, NULL, 0);
}

double
bench_resident_bytes(pid_t pid)
{
	char path[64];
	char line[128];
	const char *second = NULL; /* pages in all, then pages resident */
	long pages = -1;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/statm", pid);
	file = fopen(path, "re");
	if (file) {
		if (fgets(line, sizeof(line), file))
			second = strchr(line, ' ');
		(void)fclose(file);
	}
	if (second)
		pages = strtol(second, NULL, 10);
	if (pages < 0)
		bench_die(path, pages);
	return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

double
bench_pss_bytes(pid_t pid)
{
	char path[64];
	uint64_t kib;

	(void)snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	kib = bench_proc_number(path, "Pss:");
	if (kib == 0)
		bench_die(path, 0);
	return (double)kib * 1024;
}

void
bench_socket_pair(int ends[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		bench_die("socketpair", errno);
}

uint64_t
bench_proc_number(const char *path, const char *key)
{
	FILE *file = fopen(path, "re");
	uint64_t number = 0;
	char line[256];

	while (file && number == 0 && fgets(line, sizeof(line), file))
		if (strncmp(line, key, strlen(key)) == 0)
			number = strtoull(line + strlen(key), NULL, 10);
	if (file)
		(void)fclose(file);
	return number;
}
