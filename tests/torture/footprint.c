/* What a process has of the system, as /proc tells. */
#include "footprint.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>

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
private_bytes(pid_t pid)
{
	FILE *status = open_proc(pid, "status");
	uint64_t kib = 0;
	char line[256];

	while (fgets(line, sizeof(line), status))
		(void)sscanf(line, "RssAnon: %" SCNu64, &kib);
	fclose(status);
	return kib << 10;
}

struct footprint
footprint_of(pid_t pid)
{
	return (struct footprint){
	    .files = count_files(pid),
	    .mappings = count_mappings(pid),
	    .private_bytes = private_bytes(pid),
	};
}
