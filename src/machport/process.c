/* /proc/PID/comm, cmdline and status. */
#include "process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define COMM_MAX 15 /* bytes that Linux keeps of a name */

/* At most @room - 1 bytes of /proc/@pid/@file, with a NUL behind; 0: none. */
static size_t
read_file(pid_t pid, const char *file, char *text, size_t room)
{
	char path[64];
	size_t bytes = 0;
	FILE *stream;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	stream = fopen(path, "re");
	if (stream) {
		bytes = fread(text, 1, room - 1, stream);
		(void)fclose(stream);
	}
	text[bytes] = '\0';
	return bytes;
}

char *
process_command(pid_t pid)
{
	char comm[64];
	char arguments[4096];
	size_t length = read_file(pid, "comm", comm, sizeof(comm));
	const char *name;

	if (length == 0)
		return NULL;
	if (comm[length - 1] == '\n')
		comm[--length] = '\0';
	if (length == COMM_MAX &&
	    read_file(pid, "cmdline", arguments, sizeof(arguments)) > 0) {
		name = strrchr(arguments, '/');
		name = name ? name + 1 : arguments;
		if (strncmp(name, comm, COMM_MAX) == 0)
			return memory_string(name);
	}
	return memory_string(comm);
}

unsigned
process_threads(pid_t pid)
{
	static const char key[] = "\nThreads:";
	char status[4096];
	const char *found;

	if (read_file(pid, "status", status, sizeof(status)) == 0)
		return 0;
	found = strstr(status, key);
	return found ? (unsigned)strtoul(found + sizeof(key) - 1, NULL, 10) : 0;
}
