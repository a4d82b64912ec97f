/* A port as it is said on a command line. */
#include "port_word.h"

#include <ctype.h>
#include <errno.h>
#include <error.h>
#include <stdlib.h>
#include <sysexits.h>

#include "status.h"

bool
port_word_number(const char *word, uint32_t *number_out)
{
	unsigned long number;
	char *end;

	if (!isdigit((unsigned char)*word))
		return false;
	errno = 0;
	number = strtoul(word, &end, 0);
	if (errno != 0 || *end != '\0' || number > UINT32_MAX)
		return false;
	*number_out = (uint32_t)number;
	return true;
}

int
port_word_find(const struct view *view, const char *task, const char *name,
    const struct view_task **task_out, struct machport_name_record *record_out)
{
	const struct view_task *found;
	const struct machport_name_record *record;
	struct view_names names;
	uint32_t number;
	kern_return_t kr;

	if (!port_word_number(name, &number)) {
		error(0, 0,
		    "a name is a number, as 0x103; see `machport ls PID'");
		return EX_USAGE;
	}
	found = view_match_one(view, task);
	if (!found)
		return EXIT_NOTHING;
	kr = view_names(view, found->record.task, &names);
	if (kr != KERN_SUCCESS)
		return view_complain(task, kr);
	record = view_name_find(&names, number);
	if (record) {
		*record_out = *record;
		*task_out = found;
	} else {
		error(0, 0, "task %d has no name %#x; see `machport ls %d'",
		    found->record.pid, number, found->record.pid);
	}
	view_names_free(&names);
	return record ? EX_OK : EXIT_NOTHING;
}
