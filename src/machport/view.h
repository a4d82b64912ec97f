/*
 * The view: what a kernel tells of its tasks, names and ports, fetched and indexed.
 *
 * The records are those of <machport/inspect.h>. Where they and the names of commands
 * and users come from is a table of functions: view_kernel.h has that of the kernel
 * that this process is a task of; a test has one of records that it made up.
 *
 * This process is a task itself. Its task is left out, unless the caller wants all.
 */
#ifndef MACHPORT_VIEW_H
#define MACHPORT_VIEW_H

#include <mach/kern_return.h>
#include <machport/inspect.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum view_kind {
	VIEW_TASKS, /* struct machport_task_record; no id */
	VIEW_NAMES, /* struct machport_name_record, of the task id */
	VIEW_ITEMS, /* struct machport_item, of the port or set id */
	VIEW_PORT,  /* one struct machport_name_record, of the port id */
};

struct view_source {
	void *context;
	/* All records of a kind, for free(); nothing written if it fails. */
	kern_return_t (*fetch)(void *context, enum view_kind kind, uint32_t id,
	    void **records_out, size_t *bytes_out);
	/* The name of a process's command, for free(); NULL: not known. */
	char *(*command)(void *context, pid_t pid);
	/* The name of a user, for free(); NULL: it has none. */
	char *(*user)(void *context, uid_t uid);
	/* How many threads a process has; 0: not known. */
	unsigned (*threads)(void *context, pid_t pid);
	/* CLOCK_MONOTONIC. */
	uint64_t (*now_ns)(void *context);
};

struct view_task {
	struct machport_task_record record;
	char *command; /* as it is: not escaped; NULL: not known */
	char *user;    /* the same; if it has no name, its number */
	bool is_self;
};

struct view {
	const struct view_source *source;
	bool shows_self;
	uint64_t now_ns;
	struct view_task *tasks; /* by pid; with our own */
	size_t task_count;
};

/**
 * view_open() - fetch the tasks
 * @view_out:	[out] the view; view_close() it whatever is returned
 * @source:	borrowed for the life of the view
 * @shows_self:	count this process in
 *
 * Return:	EX_OK, or after a message on stderr a status to end with
 */
int view_open(struct view *view_out, const struct view_source *source,
    bool shows_self) __attribute__((warn_unused_result));
void view_close(struct view *view);

/* A task that is to be shown. */
bool view_shows(const struct view *view, const struct view_task *task);

/* The task with an id, to be shown or not; NULL: none that we may see. */
const struct view_task *view_task(const struct view *view, uint32_t id);
/* The same by pid. */
const struct view_task *view_process(const struct view *view, pid_t pid);

/* Are @task and @pid of a record those of this process, not to be shown? */
bool view_hides(const struct view *view, uint32_t task, pid_t pid);

/*
 * Tasks by a word: the pid of one, or the name of a command. The first from
 * *@next on, which is 0 at the beginning; NULL: no more.
 */
const struct view_task *view_match(
    const struct view *view, const char *word, size_t *next);

/* Say on stderr that @word means none. Return: EXIT_NOTHING. */
int view_say_unknown(const char *word);

/* The one task that @word means; NULL after a message: there is none, or several. */
const struct view_task *view_match_one(
    const struct view *view, const char *word);

/*
 * Records of a kind. An error is in kr, and told by view_complain(). Names are in
 * the order of their numbers, items in that of their kinds.
 */
struct view_names {
	struct machport_name_record *names;
	size_t count;
};
kern_return_t view_names(
    const struct view *view, uint32_t task, struct view_names *names_out);
void view_names_free(struct view_names *names);
const struct machport_name_record *view_name_find(
    const struct view_names *names, mach_port_name_t name);

struct view_items {
	struct machport_item *items;
	size_t count;
};
kern_return_t view_items(
    const struct view *view, uint32_t port, struct view_items *items_out);
void view_items_free(struct view_items *items);

kern_return_t view_port(const struct view *view, uint32_t port,
    struct machport_name_record *record_out);

/* "@what: why", on stderr; the status to end with. 1: there is no such thing. */
int view_complain(const char *what, kern_return_t kr);

/* How long ago; 0 for what is still to come. */
uint64_t view_age(const struct view *view, uint64_t time_ns);

#endif
