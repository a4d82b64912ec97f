/* What MACHPORT_DEBUG says. */
#include "debug_report.h"

#include <mach/mach_error.h>
#include <mach/mach_init.h>
#include <mach/mach_port.h>
#include <machport.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "debug.h"
#include "debug_ledger.h"
#include "debug_site.h"

bool debug_aborts;
bool debug_reports_rights;

static const char *const right_names[] = {
    [MACH_PORT_RIGHT_SEND] = "send right",
    [MACH_PORT_RIGHT_RECEIVE] = "receive right",
    [MACH_PORT_RIGHT_SEND_ONCE] = "send-once right",
    [MACH_PORT_RIGHT_PORT_SET] = "port set",
    [MACH_PORT_RIGHT_DEAD_NAME] = "dead name",
};

static const char *
right_name(mach_port_right_t right)
{
	return right < sizeof(right_names) / sizeof(right_names[0])
	    ? right_names[right]
	    : "right";
}

/* What the kernel says that @name is: a mask of types, 0 for nothing. */
static mach_port_type_t
type_of(mach_port_name_t name)
{
	mach_port_type_t type = 0;

	debug_pause();
	if (mach_port_type(mach_task_self(), name, &type) != KERN_SUCCESS)
		type = 0;
	debug_resume();
	return type;
}

/* Does a terminal obey it? The controls above 0x7f are bytes of their own, or behind 0xc2
 * in UTF-8, where behind others they are parts of letters. Something is before @at. */
static bool
is_control(const char *at)
{
	const unsigned char byte = (unsigned char)at[0];
	const unsigned char before = (unsigned char)at[-1];

	if (byte < 0x80)
		return byte < ' ' || byte == 0x7f;
	return byte < 0xa0 && (before < 0x80 || before == 0xc2);
}

/* ` "label"', or nothing, of the port that @name denotes. Not under the lock. */
struct label {
	char text[MACHPORT_LABEL_MAX + 4];
};

static struct label
label_of(mach_port_name_t name)
{
	char label[MACHPORT_LABEL_MAX];
	struct label quoted = {""};

	debug_pause();
	if (name != MACH_PORT_NULL &&
	    machport_get_label(name, label) == KERN_SUCCESS && label[0] != '\0')
		(void)snprintf(
		    quoted.text, sizeof(quoted.text), " \"%s\"", label);
	debug_resume();
	/* Another task may have written it. */
	if (quoted.text[0] != '\0')
		for (char *c = quoted.text + 1; *c != '\0'; c++)
			if (is_control(c))
				*c = '?';
	return quoted;
}

/* All that a name is, in words. */
static void
print_type(FILE *stream, mach_port_type_t type)
{
	const char *between = "";

	for (mach_port_right_t right = 0;
	     right < sizeof(right_names) / sizeof(right_names[0]); right++)
		if (type & MACH_PORT_TYPE(right)) {
			fprintf(stream, "%sa %s", between, right_name(right));
			between = " and ";
		}
}

/* --- complaints ------------------------------------------------------------ */

/* How it was got: "by mach_port_allocate" or "in a message, id 42". */
static void
print_origin(FILE *stream, const struct ledger_right *right)
{
	if (right->call)
		fprintf(stream, "by %s", right->call);
	else
		fprintf(stream, "in a message, id %d", right->msgh_id);
}

static void
print_history(FILE *stream, mach_port_name_t name)
{
	const struct ledger_release *release = ledger_find_release(name);
	const struct ledger_right *right = ledger_find(name);

	if (right) {
		fprintf(stream, "  a %s came to it ", right_name(right->right));
		print_origin(stream, right);
		fputs(":\n", stream);
		debug_site_print(stream, right->site, 4);
	} else if (release) {
		fprintf(stream, "  it was given up by %s:\n", release->call);
		debug_site_print(stream, release->site, 4);
	}
}

/* To a dead port, sending fails with no fault of the program's. */
static bool
is_no_fault(mach_port_type_t type, kern_return_t kr)
{
	return (kr & ~MACH_MSG_MASK) == MACH_SEND_INVALID_DEST &&
	    (type &
	        (MACH_PORT_TYPE_DEAD_NAME | MACH_PORT_TYPE_SEND |
	            MACH_PORT_TYPE_SEND_ONCE));
}

/* What the name is now: nothing, or something with a label perhaps. */
static void
print_now(FILE *stream, mach_port_name_t name, mach_port_type_t type)
{
	if (name == MACH_PORT_NULL)
		return;
	fprintf(stream, "  %#x is ", name);
	if (type == 0)
		fputs("no name", stream);
	else
		print_type(stream, type);
	fputs(type == 0 && ledger_find_release(name) ? " any more\n" : "\n",
	    stream);
}

void
debug_complain(const char *call, mach_port_name_t name, kern_return_t kr)
{
	const mach_port_type_t type =
	    name == MACH_PORT_NULL ? 0 : type_of(name);
	const struct label label = label_of(type != 0 ? name : MACH_PORT_NULL);
	struct lock_hold hold;

	if (is_no_fault(type, kr))
		return;
	lock_take(&debug_lock, &hold);
	fprintf(stderr, "machport[%d]: %s", (int)getpid(), call);
	if (name != MACH_PORT_NULL)
		fprintf(stderr, " of %#x%s", name, label.text);
	fprintf(stderr, ": %s\n", mach_error_string(kr));
	debug_site_print(stderr, debug_site_here(), 4);
	print_now(stderr, name, type);
	if (name != MACH_PORT_NULL)
		print_history(stderr, name);
	lock_give(&debug_lock, &hold);
	if (debug_aborts)
		abort();
}

/* --- the end --------------------------------------------------------------- */

/* What the kernel says of the task's names, sorted. */
struct name_table {
	struct name_type {
		mach_port_name_t name;
		mach_port_type_t type;
	} * list;
	size_t count;
};

static int
compare_names(const void *a, const void *b)
{
	const struct name_type *left = a;
	const struct name_type *right = b;

	return (left->name > right->name) - (left->name < right->name);
}

/* False: the kernel cannot be asked. */
static bool
fetch_names(struct name_table *table_out)
{
	mach_msg_type_number_t count = 0;
	mach_msg_type_number_t type_count = 0;
	mach_port_name_array_t names = NULL;
	mach_port_type_array_t types = NULL;
	struct name_type *list;

	if (mach_port_names(mach_task_self(), &names, &count, &types,
	        &type_count) != KERN_SUCCESS)
		return false;
	list = calloc(count ? count : 1, sizeof(*list));
	for (mach_msg_type_number_t i = 0; list && i < count; i++)
		list[i] = (struct name_type){names[i], types[i]};
	(void)munmap(names, count * sizeof(*names));
	(void)munmap(types, count * sizeof(*types));
	if (!list)
		return false;
	qsort(list, count, sizeof(*list), compare_names);
	*table_out = (struct name_table){list, count};
	return true;
}

static mach_port_type_t
find_type(const struct name_table *table, mach_port_name_t name)
{
	const struct name_type key = {.name = name};
	const struct name_type *found = bsearch(
	    &key, table->list, table->count, sizeof(key), compare_names);

	return found ? found->type : 0;
}

/* Rights that one place got, and in one way. */
struct group {
	struct ledger_right right; /* the first of them */
	mach_port_type_t now;      /* its type */
	uint64_t names;
	uint64_t rights;
	uint64_t unused;
	mach_port_name_t examples[4];
	struct label label; /* of the first */
};

struct groups {
	struct group *list;
	size_t count;
	size_t room;
};

static bool
is_alike(const struct ledger_right *a, const struct ledger_right *b)
{
	return a->site == b->site && a->right == b->right &&
	    a->call == b->call && a->msgh_id == b->msgh_id;
}

/* The group of @right, which may be new. NULL: no memory. */
static struct group *
find_group(struct groups *groups, const struct ledger_right *right)
{
	for (size_t i = 0; i < groups->count; i++)
		if (is_alike(&groups->list[i].right, right))
			return &groups->list[i];
	if (groups->count == groups->room) {
		size_t room = groups->room ? 2 * groups->room : 64;
		struct group *list =
		    realloc(groups->list, room * sizeof(*list));

		if (!list)
			return NULL;
		groups->list = list;
		groups->room = room;
	}
	groups->list[groups->count] = (struct group){.right = *right};
	return &groups->list[groups->count++];
}

/* Is what the ledger has still there, in the kernel's view? A send right may be a dead
 * name now. */
static bool
is_left(const struct ledger_right *right, mach_port_type_t now)
{
	return (now & MACH_PORT_TYPE(right->right)) ||
	    (now & MACH_PORT_TYPE_DEAD_NAME);
}

static void
gather(struct groups *groups, const struct name_table *table)
{
	const struct ledger_right *right;

	for (uint32_t i = 0; (i = ledger_next(i, &right)) != 0;) {
		const mach_port_type_t now = find_type(table, right->name);
		struct group *group;

		if (!is_left(right, now))
			continue;
		group = find_group(groups, right);
		if (!group)
			return;
		if (group->names < 4)
			group->examples[group->names] = right->name;
		group->now |= now;
		group->names++;
		group->rights += right->count;
		group->unused += !right->used;
	}
}

static int
compare_groups(const void *a, const void *b)
{
	const struct group *left = a;
	const struct group *right = b;

	return (left->rights < right->rights) - (left->rights > right->rights);
}

static void
print_group(FILE *stream, const struct group *group)
{
	fprintf(stream, "  %llu %s%s got ", (unsigned long long)group->rights,
	    right_name(group->right.right), group->rights == 1 ? "" : "s");
	print_origin(stream, &group->right);
	if (!group->right.call && group->unused > 0)
		fprintf(stream, ", %llu never used",
		    (unsigned long long)group->unused);
	fputs(" (", stream);
	for (size_t i = 0; i < group->names && i < 4; i++)
		fprintf(stream, "%s%#x", i ? " " : "", group->examples[i]);
	fprintf(stream, "%s%s%s)\n", group->names > 4 ? " ..." : "",
	    group->label.text,
	    group->now & MACH_PORT_TYPE_DEAD_NAME ? ", some dead now" : "");
	debug_site_print(stream, group->right.site, 4);
}

/* Of all rights; or of those only that came in messages and were never used. */
static uint64_t
rights_told(const struct group *group, bool all)
{
	if (all)
		return group->rights;
	return group->right.call ? 0 : group->unused;
}

static void
print_groups(FILE *stream, const struct groups *groups, bool all)
{
	uint64_t rights = 0;
	size_t places = 0;

	for (size_t i = 0; i < groups->count; i++) {
		rights += rights_told(&groups->list[i], all);
		places += rights_told(&groups->list[i], all) > 0;
	}
	if (rights == 0)
		return;
	fprintf(stream, "machport[%d]: %llu right%s %s, of %zu place%s\n",
	    (int)getpid(), (unsigned long long)rights, rights == 1 ? "" : "s",
	    all ? "left" : "came and never used", places,
	    places == 1 ? "" : "s");
	for (size_t i = 0; i < groups->count; i++)
		if (rights_told(&groups->list[i], all) > 0)
			print_group(stream, &groups->list[i]);
	if (ledger_lost() > 0)
		fprintf(stream, "  %llu more were too many to be known of\n",
		    (unsigned long long)ledger_lost());
}

static void
report(FILE *stream, bool all)
{
	struct groups groups = {0};
	const struct ledger_right *right;
	struct name_table table;
	struct lock_hold hold;

	/* A process that never made a trap is not to become a task for this. */
	lock_take(&debug_lock, &hold);
	if (ledger_next(0, &right) == 0) {
		lock_give(&debug_lock, &hold);
		return;
	}
	lock_give(&debug_lock, &hold);
	debug_pause();
	if (fetch_names(&table)) {
		lock_take(&debug_lock, &hold);
		gather(&groups, &table);
		if (groups.count > 1)
			qsort(groups.list, groups.count, sizeof(*groups.list),
			    compare_groups);
		lock_give(&debug_lock, &hold);
		for (size_t i = 0; i < groups.count; i++)
			groups.list[i].label =
			    label_of(groups.list[i].examples[0]);
		lock_take(&debug_lock, &hold);
		print_groups(stream, &groups, all);
		lock_give(&debug_lock, &hold);
		free(groups.list);
		free(table.list);
	}
	debug_resume();
}

void
debug_report_end(void)
{
	report(stderr, debug_reports_rights);
}

void
machport_report_rights(void)
{
	if (debug_on)
		report(stderr, true);
}
