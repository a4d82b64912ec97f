#include "jobs.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* What fails usually fails often: the first few tell all. */
#define SHOWN_JOBS 10
#define SHOWN_BYTES 2000

void
jobs_add(struct jobs *jobs, const char *format, ...)
{
	struct job *job;
	va_list args;

	if (jobs->count == jobs->room) {
		jobs->room = jobs->room ? 2 * jobs->room : 64;
		jobs->jobs =
		    realloc(jobs->jobs, jobs->room * sizeof(*jobs->jobs));
		assert_non_null(jobs->jobs);
	}
	job = &jobs->jobs[jobs->count];
	va_start(args, format);
	assert_true(vasprintf(&job->command, format, args) > 0);
	va_end(args);
	assert_true(asprintf(&job->output, "job-%zu.txt", jobs->count) > 0);
	jobs->count++;
}

/* In the child. */
static void
job_run(const struct job *job, unsigned int seconds)
{
	char limit[16];
	int output = open(job->output, O_CREAT | O_TRUNC | O_WRONLY, 0600);

	if (output < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0)
		_exit(126);
	(void)snprintf(limit, sizeof(limit), "%u", seconds);
	(void)execlp("timeout", "timeout", limit, "sh", "-c", job->command,
	    (char *)NULL);
	_exit(127);
}

static void
job_show(const struct job *job, int status)
{
	char text[SHOWN_BYTES + 1];
	FILE *stream = fopen(job->output, "r");
	size_t length = stream ? fread(text, 1, SHOWN_BYTES, stream) : 0;

	text[length] = '\0';
	if (stream)
		(void)fclose(stream);
	(void)fprintf(
	    stderr, "$ %s\n%s\n(status %#x)\n", job->command, text, status);
}

static size_t
processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count > 0 ? (size_t)count : 1;
}

/* Starts as many as there is room for; returns how many are running then. */
static size_t
start_some(struct jobs *jobs, pid_t *pids, size_t *next, size_t running,
    unsigned int seconds)
{
	for (; running < processors() && *next < jobs->count; ++*next) {
		pids[*next] = fork();
		assert_true(pids[*next] >= 0);
		if (pids[*next] == 0)
			job_run(&jobs->jobs[*next], seconds);
		running++;
	}
	return running;
}

static size_t
index_of(const pid_t *pids, size_t count, pid_t pid)
{
	for (size_t i = 0; i < count; i++)
		if (pids[i] == pid)
			return i;
	fail_msg("process %d is none of ours", (int)pid);
	return 0;
}

size_t
jobs_run(struct jobs *jobs, unsigned int seconds)
{
	pid_t *pids = calloc(jobs->count + 1, sizeof(*pids));
	size_t failed = 0;
	size_t next = 0;
	size_t running = 0;

	assert_non_null(pids);
	while (
	    (running = start_some(jobs, pids, &next, running, seconds)) > 0) {
		int status;
		pid_t pid = wait(&status);

		assert_true(pid > 0);
		running--;
		if (status != 0 && failed++ < SHOWN_JOBS)
			job_show(
			    &jobs->jobs[index_of(pids, next, pid)], status);
	}
	free(pids);
	for (size_t i = 0; i < jobs->count; i++) {
		free(jobs->jobs[i].command);
		free(jobs->jobs[i].output);
	}
	free(jobs->jobs);
	*jobs = (struct jobs){0};
	return failed;
}
