/* What a process has of the system, as /proc tells. */
#include "footprint.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"

static FILE *
open_proc(pid_t pid, const char *name)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	file = fopen(path, "re");
	CHECK(file);
	return file;
}

static uint64_t
count_files(pid_t pid)
{
	char path[64];
	DIR *files;
	uint64_t count = 0;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	files = opendir(path);
	CHECK(files);
	for (struct dirent *file; (file = readdir(files)) != NULL;)
		count += file->d_name[0] != '.';
	closedir(files);
	return count;
}

static uint64_t
count_mappings(pid_t pid)
{
	FILE *maps = open_proc(pid, "maps");
	uint64_t count = 0;

	for (int c; (c = fgetc(maps)) != EOF;)
		count += c == '\n';
	fclose(maps);
	return count;
}

static uint64_t
resident_bytes(pid_t pid)
{
	FILE *statm = open_proc(pid, "statm");
	uint64_t pages;

	/* Pages in all, then pages resident. */
	CHECK(fscanf(statm, "%*u %" SCNu64, &pages) == 1);
	fclose(statm);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

struct footprint
footprint_of(pid_t pid)
{
	return (struct footprint){
	    .files = count_files(pid),
	    .mappings = count_mappings(pid),
	    .resident_bytes = resident_bytes(pid),
	};
}
