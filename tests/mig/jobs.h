/* Commands that run side by side, as many at once as there are processors. */
#ifndef TESTS_MIG_JOBS_H
#define TESTS_MIG_JOBS_H

#include <stddef.h>

struct job {
	char *command; /* for sh */
	char *output;  /* a file for what it says */
};

/* Begins as zeros. */
struct jobs {
	struct job *jobs;
	size_t count;
	size_t room;
};

/* Adds a command, as printf() does. */
void jobs_add(struct jobs *jobs, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Runs all of them in the working directory, each for so long at most, and forgets
 * them. Of those that fail it shows, on standard error, the command and how its
 * output begins.
 *
 * Return: how many failed */
size_t jobs_run(struct jobs *jobs, unsigned int seconds);

#endif /* TESTS_MIG_JOBS_H */
