/*
 * Files of /proc that only tell numbers. Reading these waits for nobody; what would
 * wait for the process (its memory, its command line) is never read here.
 *
 * What they tell is of whoever has the pid at that moment: the caller sees to it, by a
 * pidfd, that this is whom he means.
 */
#ifndef PROC_H
#define PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Read the begin of /proc/@pid/@name as a string; pid 0: of /proc/@name. False: it is
 * not to be had. */
bool proc_read(pid_t pid, const char *name, char *text_out, size_t room);

/* The fields of `stat` that are of use, by their numbers in proc(5). */
enum {
	PROC_STAT_STATE = 3, /* a character */
	PROC_STAT_PARENT = 4,
	PROC_STAT_MINOR_FAULTS = 10,
	PROC_STAT_MAJOR_FAULTS = 12,
	PROC_STAT_USER_TICKS = 14,
	PROC_STAT_SYSTEM_TICKS = 15,
	PROC_STAT_PRIORITY = 18,
	PROC_STAT_NICE = 19,
	PROC_STAT_THREADS = 20,
	PROC_STAT_START_TICKS = 22, /* since the machine started */
	PROC_STAT_VIRTUAL_BYTES = 23,
	PROC_STAT_RESIDENT_PAGES = 24,
	PROC_STAT_POLICY = 41, /* SCHED_* */
	PROC_STAT_END = 42,
};

struct proc_stat {
	char name[64]; /* of the program, or the thread */
	uint64_t fields[PROC_STAT_END];
};

/* The name, and fields up to @last, of a `stat` that was read; false: there are not so
 * many. Negative ones are as large as they are as uint64_t. */
bool proc_stat_parse(
    const char *text, unsigned last, struct proc_stat *stat_out);

/* The number at @index in the line "@key:" of a `status` that was read. */
bool proc_status_number(
    const char *status, const char *key, unsigned index, uint64_t *number_out);

/* The only number of a line, if it stands there whole, in hexadecimal. */
bool proc_status_hex(const char *status, const char *key, uint64_t *number_out);

#endif
