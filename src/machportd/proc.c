/* Numbers in text. */
#include "proc.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool
proc_read(pid_t pid, const char *name, char *text_out, size_t room)
{
	char path[64];
	ssize_t got;
	int fd;

	if (pid > 0)
		(void)snprintf(
		    path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	else
		(void)snprintf(path, sizeof(path), "/proc/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = read(fd, text_out, room - 1);
	(void)close(fd);
	if (got <= 0)
		return false;
	text_out[got] = '\0';
	return true;
}

/* One field behind spaces; false: there is none. */
static bool
take_field(const char **at, uint64_t *field_out)
{
	char *end;

	while (**at == ' ')
		(*at)++;
	if (**at == '-' || isdigit((unsigned char)**at)) {
		*field_out = strtoull(*at, &end, 10);
		*at = end;
		return true;
	}
	*field_out = (unsigned char)**at;
	if (**at == '\0')
		return false;
	(*at)++;
	return true;
}

bool
proc_stat_parse(const char *text, unsigned last, struct proc_stat *stat_out)
{
	/* "pid (name) state ppid ...", and the name may hold anything. */
	const char *begin = strchr(text, '(');
	const char *at = strrchr(text, ')');
	size_t length;

	if (!begin || !at || at < begin || last >= PROC_STAT_END)
		return false;
	length = (size_t)(at - begin) - 1;
	if (length >= sizeof(stat_out->name))
		length = sizeof(stat_out->name) - 1;
	memset(stat_out->name, 0, sizeof(stat_out->name));
	memcpy(stat_out->name, begin + 1, length);
	at++;
	for (unsigned i = PROC_STAT_STATE; i <= last; i++)
		if (!take_field(&at, &stat_out->fields[i]))
			return false;
	return true;
}

/* What follows "key:" at the begin of a line. */
static const char *
find_line(const char *status, const char *key)
{
	const size_t length = strlen(key);
	const char *line = status;

	while (line) {
		if (strncmp(line, key, length) == 0 && line[length] == ':')
			return line + length + 1;
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	return NULL;
}

bool
proc_status_hex(const char *status, const char *key, uint64_t *number_out)
{
	const char *at = find_line(status, key);
	char *end;

	if (!at)
		return false;
	*number_out = strtoull(at, &end, 16);
	return end != at && *end == '\n';
}

bool
proc_status_number(
    const char *status, const char *key, unsigned index, uint64_t *number_out)
{
	const char *at = find_line(status, key);

	if (!at)
		return false;
	for (unsigned i = 0;; i++) {
		char *end;

		while (*at == ' ' || *at == '\t')
			at++;
		if (!isdigit((unsigned char)*at))
			return false;
		*number_out = strtoull(at, &end, 10);
		if (i == index)
			return true;
		at = end;
	}
}
