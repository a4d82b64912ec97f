/* Scripts in processes; and the shortest that still fails. */
#include "script.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base_assert.h"

/* What a child leaves for its parent. */
struct shared {
	char why[256];
	size_t count;
	struct step steps[SCRIPT_STEPS];
};

static struct shared *
share(void)
{
	struct shared *shared = mmap(NULL, sizeof(*shared),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	mp_assert(shared != MAP_FAILED);
	return shared;
}

/* The child's part: it dies of a signal as any process, and says nothing, since it
 * is run again and again. */
static void
be_quiet(void)
{
	static const int signals[] = {SIGSEGV, SIGILL, SIGFPE, SIGBUS};
	const struct rlimit none = {0, 0};
	int null = open("/dev/null", O_WRONLY);

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)signal(signals[i], SIG_DFL); /* cmocka has them */
	(void)setrlimit(RLIMIT_CORE, &none);
	if (null >= 0)
		(void)dup2(null, STDERR_FILENO);
}

static bool
child_agrees(pid_t child, struct shared *shared)
{
	int status = 0;

	mp_assert(waitpid(child, &status, 0) == child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (WIFSIGNALED(status))
		(void)snprintf(shared->why, sizeof(shared->why),
		    "ended by signal %d (%s)", WTERMSIG(status),
		    strsignal(WTERMSIG(status)));
	else if (shared->why[0] == '\0')
		(void)snprintf(shared->why, sizeof(shared->why),
		    "ended with status %d", WEXITSTATUS(status));
	return false;
}

static _Noreturn void
end_child(struct shared *shared, bool agrees)
{
	if (!agrees)
		(void)snprintf(shared->why, sizeof(shared->why), "step %u: %s",
		    shared->steps[shared->count - 1].number,
		    drive_difference());
	else
		drive_end();
	_exit(agrees ? 0 : 1);
}

static _Noreturn void
run_steps(
    struct shared *shared, const struct script *script, enum step_kind blind)
{
	bool agrees = true;

	be_quiet();
	drive_begin(blind);
	for (size_t i = 0; i < script->count && agrees; i++) {
		shared->steps[0] = script->steps[i];
		shared->count = 1;
		agrees = drive_step(&script->steps[i]);
	}
	end_child(shared, agrees);
}

bool
script_run(const struct script *script, enum step_kind blind, char *why)
{
	struct shared *shared = share();
	pid_t child = fork();
	bool agrees;

	mp_assert(child >= 0);
	if (child == 0)
		run_steps(shared, script, blind);
	agrees = child_agrees(child, shared);
	if (why)
		memcpy(why, shared->why, sizeof(shared->why));
	(void)munmap(shared, sizeof(*shared));
	return agrees;
}

static _Noreturn void
make_steps(
    struct shared *shared, uint64_t seed, size_t count, enum step_kind blind)
{
	uint64_t state = seed;
	bool agrees = true;

	be_quiet();
	drive_begin(blind);
	while (shared->count < count && agrees) {
		struct step *step = &shared->steps[shared->count];

		*step = step_make((uint32_t)shared->count, &state);
		shared->count++;
		agrees = drive_step(step);
	}
	end_child(shared, agrees);
}

bool
script_make(uint64_t seed, size_t count, enum step_kind blind,
    struct script *script_out)
{
	struct shared *shared = share();
	pid_t child = fork();
	bool agrees;

	mp_assert(child >= 0 && count <= SCRIPT_STEPS);
	if (child == 0)
		make_steps(shared, seed, count, blind);
	agrees = child_agrees(child, shared);
	script_out->count = shared->count;
	script_out->steps =
	    calloc(shared->count + 1, sizeof(*script_out->steps));
	mp_assert(script_out->steps);
	memcpy(script_out->steps, shared->steps,
	    shared->count * sizeof(*script_out->steps));
	(void)munmap(shared, sizeof(*shared));
	return agrees;
}

/* Does it still fail without the @count steps from @first on? Then they go. */
static bool
leave_out(
    struct script *script, size_t first, size_t count, enum step_kind blind)
{
	struct script rest = {.count = script->count - count};

	rest.steps = calloc(rest.count + 1, sizeof(*rest.steps));
	mp_assert(rest.steps);
	memcpy(rest.steps, script->steps, first * sizeof(*rest.steps));
	memcpy(rest.steps + first, script->steps + first + count,
	    (rest.count - first) * sizeof(*rest.steps));
	if (script_run(&rest, blind, NULL)) {
		script_free(&rest);
		return false;
	}
	script_free(script);
	*script = rest;
	return true;
}

void
script_shrink(struct script *script, enum step_kind blind)
{
	bool shorter;

	for (size_t part = script->count / 2; part > 0; part /= 2)
		do {
			shorter = false;
			/* From the end: what comes last needs most. */
			for (size_t at = script->count; at >= part; at -= part)
				if (leave_out(script, at - part, part, blind))
					shorter = true;
		} while (shorter && part == 1);
}

void
script_print(const struct script *script, int fd)
{
	char line[STEP_LINE];

	for (size_t i = 0; i < script->count; i++) {
		step_print(&script->steps[i], line);
		(void)!write(fd, line, strlen(line));
	}
}

bool
script_read(const char *path, struct script *script_out)
{
	FILE *file = fopen(path, "re");
	char line[STEP_LINE];
	bool ok = file != NULL;

	*script_out = (struct script){
	    .steps = calloc(SCRIPT_STEPS, sizeof(*script_out->steps))};
	mp_assert(script_out->steps);
	while (ok && fgets(line, sizeof(line), file))
		ok = script_out->count < SCRIPT_STEPS &&
		    step_parse(line, &script_out->steps[script_out->count++]);
	if (file)
		(void)fclose(file);
	return ok;
}

void
script_free(struct script *script)
{
	free(script->steps);
	*script = (struct script){0};
}
