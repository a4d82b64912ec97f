/* Kernels that listen: sockets with the names that kernels take. */
#include "kernels.h"

#include <stdbool.h>
#include <string.h>

#include "text.h"

#include <stdlib.h>

#define LISTENING "00010000" /* __SO_ACCEPTCON, in the flags */

/* A private kernel's, the session's or the system's (libmachport's kernel_find). */
static bool
is_kernel(const char *address)
{
	const char *file = strrchr(address, '/');

	return strncmp(address, "@machport/", 10) == 0 ||
	    (file && strcmp(file, "/machport.sock") == 0);
}

/* Num: RefCount Protocol Flags Type St Inode Path */
static bool
parse(char *line, char **address_out)
{
	char *rest = line;
	char *field = NULL;

	for (int i = 0; i < 4; i++)
		field = strsep(&rest, " ");
	if (!rest || !field || strcmp(field, LISTENING) != 0)
		return false;
	*address_out = strpbrk(rest, "@/");
	return *address_out && is_kernel(*address_out);
}

void
kernels_tell(FILE *stream)
{
	FILE *table = fopen("/proc/net/unix", "re");
	char line[512];
	bool is_first = true;

	while (table && fgets(line, sizeof(line), table)) {
		char *address;
		char *shown;

		line[strcspn(line, "\n")] = '\0';
		if (!parse(line, &address))
			continue;
		if (is_first)
			fputs("Sockets with the names of kernels; choose one "
			      "with --socket ADDRESS:\n",
			    stream);
		is_first = false;
		shown = text_escape(address);
		fprintf(stream, "  %s\n", shown);
		free(shown);
	}
	if (table)
		(void)fclose(table);
}
