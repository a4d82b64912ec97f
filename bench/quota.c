/*
 * Control groups of both versions. In version 2 a group's processes are in its leaves,
 * so ours is a sibling of the one that we are in; or it is below the root, which is an
 * exception. In version 1 it is below the root of the hierarchy with `cpu`.
 */
#include "quota.h"

#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "bench.h"

#define ROOT "/sys/fs/cgroup"
#define PERIOD_US 10000

static char made[PATH_MAX];   /* the group; empty: none */
static char before[PATH_MAX]; /* that we were in, and are in again */

/* Write @text to @directory/@file. */
static bool
tell(const char *directory, const char *file, const char *text)
{
	char path[PATH_MAX + 64];
	bool written = false;
	FILE *stream;

	(void)snprintf(path, sizeof(path), "%s/%s", directory, file);
	stream = fopen(path, "r+e"); /* "w" would make one that is not there */
	if (stream) {
		written = fputs(text, stream) >= 0;
		written = fclose(stream) == 0 && written;
	}
	return written;
}

static bool
move_to(const char *directory)
{
	char pid[16];

	(void)snprintf(pid, sizeof(pid), "%d", getpid());
	return tell(directory, "cgroup.procs", pid);
}

/* Our group's path in the hierarchy that has @key in a line of /proc/self/cgroup. */
static bool
find_own(const char *key, char *path, size_t bytes)
{
	FILE *file = fopen("/proc/self/cgroup", "re");
	char line[PATH_MAX];
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file)) {
		char *at = strstr(line, key);

		line[strcspn(line, "\n")] = '\0';
		found = at != NULL;
		if (found)
			(void)snprintf(path, bytes, "%s", strchr(at + 1, '/'));
	}
	if (file)
		(void)fclose(file);
	return found;
}

/* Is @directory one of control groups? */
static bool
has_groups(const char *directory)
{
	struct statfs fs;

	return statfs(directory, &fs) == 0 &&
	    (fs.f_type == CGROUP_SUPER_MAGIC ||
	        fs.f_type == CGROUP2_SUPER_MAGIC);
}

/* Have a group at @parent, with what @file, and for version 1 @file_of_period, say. */
static bool
begin_at(const char *parent, const char *own, const char *file,
    const char *quota, const char *file_of_period)
{
	char period[16];

	(void)snprintf(period, sizeof(period), "%d", PERIOD_US);
	(void)snprintf(made, sizeof(made), "%.*s/machport-bench-%d",
	    PATH_MAX - 32, parent, getpid());
	(void)snprintf(before, sizeof(before), "%s", own);
	if (has_groups(parent) && mkdir(made, 0755) == 0 &&
	    (!file_of_period || tell(made, file_of_period, period)) &&
	    tell(made, file, quota) && move_to(made))
		return true;
	if (has_groups(made))
		(void)rmdir(made);
	made[0] = '\0';
	return false;
}

static bool
begin_v2(unsigned percent)
{
	char own[PATH_MAX / 2];
	char directory[PATH_MAX];
	char parent[PATH_MAX];
	char quota[48];

	if (!find_own("0::", own, sizeof(own)))
		return false;
	(void)snprintf(directory, sizeof(directory), ROOT "%s", own);
	(void)snprintf(parent, sizeof(parent), "%s", directory);
	*strrchr(parent, '/') = '\0';
	(void)snprintf(quota, sizeof(quota), "%u %d", PERIOD_US * percent / 100,
	    PERIOD_US);
	return begin_at(parent, directory, "cpu.max", quota, NULL) ||
	    begin_at(ROOT, directory, "cpu.max", quota, NULL);
}

static bool
begin_v1(unsigned percent)
{
	char own[PATH_MAX / 2];
	char directory[PATH_MAX];
	char quota[16];

	if (!find_own(":cpu:", own, sizeof(own)) &&
	    !find_own("cpu,", own, sizeof(own)))
		return false;
	(void)snprintf(directory, sizeof(directory), ROOT "/cpu%s", own);
	(void)snprintf(quota, sizeof(quota), "%u", PERIOD_US * percent / 100);
	return begin_at(ROOT "/cpu", directory, "cpu.cfs_quota_us", quota,
	    "cpu.cfs_period_us");
}

bool
quota_begin(unsigned percent)
{
	return begin_v2(percent) || begin_v1(percent);
}

void
quota_end(void)
{
	if (made[0] == '\0')
		return;
	if (!move_to(before) || rmdir(made) != 0)
		bench_die(made, errno);
	made[0] = '\0';
}
