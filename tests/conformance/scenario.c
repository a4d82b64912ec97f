/* Running scenarios: a child for each, and what it must leave as it was. */
#include "scenario.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <mach/mig.h>

#include "backend.h"

/* No scenario takes longer. Some are 3 s of work with TSan, for which a processor that is shared
 * with others takes many times as long. */
#define SCENARIO_SECONDS 100

void
scenario_fail(const char *file, int line, const char *what)
{
	(void)dprintf(STDERR_FILENO, "%s:%d: %s\n", file, line, what);
	_exit(EXIT_FAILURE);
}

void
scenario_expect(
    const char *file, int line, const char *call, int code, int expected)
{
	if (code == expected)
		return;
	(void)dprintf(STDERR_FILENO, "%s:%d: %s returned %#x, not %#x\n", file,
	    line, call, (unsigned)code, (unsigned)expected);
	_exit(EXIT_FAILURE);
}

void
scenario_equal(const char *file, int line, const char *what, uint64_t value,
    uint64_t expected)
{
	if (value == expected)
		return;
	(void)dprintf(STDERR_FILENO, "%s:%d: %s is %#llx, not %#llx\n", file,
	    line, what, (unsigned long long)value,
	    (unsigned long long)expected);
	_exit(EXIT_FAILURE);
}

/* How many files in @directory have @part in their name? */
static unsigned
count_files(const char *directory, const char *part)
{
	DIR *files = opendir(directory);
	unsigned count = 0;

	CHECK(files);
	for (struct dirent *file; (file = readdir(files)) != NULL;)
		count += file->d_name[0] != '.' && strstr(file->d_name, part);
	(void)closedir(files);
	return count;
}

/* How many files this process has open? Not those by which Linux tells of its memory, which
 * the library opens when it needs them, and keeps. */
static unsigned
count_open_files(void)
{
	DIR *files = opendir("/proc/self/fd");
	unsigned count = 0;

	CHECK(files);
	for (struct dirent *file; (file = readdir(files)) != NULL;) {
		char target[6] = "";

		if (readlinkat(dirfd(files), file->d_name, target,
		        sizeof(target)) > 0 &&
		    memcmp(target, "/proc/", sizeof(target)) != 0)
			count++;
	}
	(void)closedir(files);
	return count;
}

/*
 * What a task has: the names of its space, and the files of its process.
 */
#define HOLDINGS_NAMES 256

struct holdings {
	struct {
		mach_port_name_t name;
		mach_port_type_t type;
		mach_port_urefs_t urefs;
	} names[HOLDINGS_NAMES];
	unsigned name_count;
	unsigned files;
};

/* References of the kind that @type can have several of. */
static mach_port_urefs_t
urefs_of(mach_port_name_t name, mach_port_type_t type)
{
	if (type & MACH_PORT_TYPE_SEND)
		return refs_of(name, MACH_PORT_RIGHT_SEND);
	if (type & MACH_PORT_TYPE_DEAD_NAME)
		return refs_of(name, MACH_PORT_RIGHT_DEAD_NAME);
	return 0;
}

static void
holdings_take(struct holdings *all)
{
	mach_port_name_array_t names;
	mach_port_type_array_t types;
	mach_msg_type_number_t count;
	mach_msg_type_number_t type_count;

	EXPECT(mach_port_names(
	           mach_task_self(), &names, &count, &types, &type_count),
	    KERN_SUCCESS);
	CHECK_EQUAL(type_count, count);
	CHECK(count <= HOLDINGS_NAMES);
	memset(all, 0, sizeof(*all));
	for (unsigned i = 0; i < count; i++) {
		all->names[i].name = names[i];
		all->names[i].type = types[i];
		all->names[i].urefs = urefs_of(names[i], types[i]);
	}
	all->name_count = count;
	EXPECT(vm_deallocate(mach_task_self(), (vm_address_t)names,
	           count * sizeof(*names)),
	    KERN_SUCCESS);
	EXPECT(vm_deallocate(mach_task_self(), (vm_address_t)types,
	           count * sizeof(*types)),
	    KERN_SUCCESS);
	all->files = count_open_files();
}

/* The place of @name in @all, or -1. */
static int
holdings_find(const struct holdings *all, mach_port_name_t name)
{
	for (unsigned i = 0; i < all->name_count; i++)
		if (all->names[i].name == name)
			return (int)i;
	return -1;
}

static void
say_name(const struct holdings *all, unsigned i, const char *what)
{
	(void)dprintf(STDERR_FILENO, "name %#x, type %#x, %u references: %s\n",
	    all->names[i].name, all->names[i].type, all->names[i].urefs, what);
}

/* Is @after what was there @before? Says what is not. */
static bool
holdings_agree(const struct holdings *before, const struct holdings *after)
{
	bool agree = after->files == before->files;
	int j;

	if (!agree)
		(void)dprintf(STDERR_FILENO,
		    "%u files are open that were %u before\n", after->files,
		    before->files);
	for (unsigned i = 0; i < after->name_count; i++) {
		j = holdings_find(before, after->names[i].name);
		if (j >= 0 &&
		    memcmp(&before->names[j], &after->names[i],
		        sizeof(after->names[i])) == 0)
			continue;
		say_name(after, i, j < 0 ? "is left" : "was different before");
		agree = false;
	}
	for (unsigned i = 0; i < before->name_count; i++)
		if (holdings_find(after, before->names[i].name) < 0) {
			say_name(before, i, "is gone");
			agree = false;
		}
	return agree;
}

/* The scenario's process, from its start to its end. */
static _Noreturn void
be_scenario(const struct scenario *scenario, pid_t program, int errors)
{
	static struct holdings before;
	static struct holdings after;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != program)
		_exit(EXIT_FAILURE);
	(void)alarm(SCENARIO_SECONDS);
	/* What it starts is its group, so that it can be ended with it. */
	(void)setpgid(0, 0);
	if (dup2(errors, STDERR_FILENO) < 0 || dup2(errors, STDOUT_FILENO) < 0)
		_exit(EXIT_FAILURE);
	(void)close(errors);
	backend_enter(scenario->flags);
	holdings_take(&before);
	scenario->run();
	backend_settle();
	/* The library keeps one for each thread that asked for it. */
	mig_dealloc_reply_port(mig_get_reply_port());
	holdings_take(&after);
	if (!holdings_agree(&before, &after))
		_exit(EXIT_FAILURE);
	backend_leave();
	_exit(EXIT_SUCCESS);
}

/* Read @file to its end, for no longer than a scenario may take. False: it did
 * not end. */
static bool
read_to_end(int file, char *text, size_t room)
{
	struct pollfd event = {.fd = file, .events = POLLIN};
	char rest[256];
	size_t length = 0;
	ssize_t got;

	do {
		if (poll(&event, 1, 2 * SCENARIO_SECONDS * 1000) <= 0)
			return false;
		if (length < room - 1) {
			got = read(file, text + length, room - 1 - length);
			length += got > 0 ? (size_t)got : 0;
			text[length] = '\0';
		} else {
			got = read(file, rest, sizeof(rest));
		}
	} while (got > 0);
	return got == 0;
}

/* Those that the scenario started and that outlived it: our children now. */
static void
end_group(pid_t group)
{
	(void)kill(-group, SIGKILL);
	while (waitpid(-group, NULL, 0) > 0)
		;
}

/* One case. */
static void
run_scenario(void **state)
{
	const struct scenario *scenario = *state;
	const unsigned files = count_files("/proc/self/fd", "");
	char text[8192] = "";
	pid_t program = getpid();
	bool ended;
	int ends[2];
	int status;
	pid_t pid;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		be_scenario(scenario, program, ends[1]);
	(void)setpgid(pid, pid);
	(void)close(ends[1]);
	ended = read_to_end(ends[0], text, sizeof(text));
	(void)close(ends[0]);
	if (!ended)
		(void)kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	end_group(pid);
	if (!ended)
		fail_msg("a process is left: %s", text);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		fail_msg("no end after %d s: %s", SCENARIO_SECONDS, text);
	if (status != 0)
		fail_msg("status %#x: %s", (unsigned)status, text);
	if (text[0] != '\0')
		fail_msg("it said: %s", text);
	assert_int_equal(count_files("/proc/self/fd", ""), files);
}

static int
group_begin(void **state)
{
	(void)state;
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	backend_begin();
	return 0;
}

static int
group_end(void **state)
{
	(void)state;
	if (!backend_end()) {
		print_error("the %s did not end well\n", backend_name);
		return 1;
	}
	if (count_files("/dev/shm", "mach") != 0) {
		print_error("shared memory is left\n");
		return 1;
	}
	return 0;
}

/* "file<TAB>function<TAB>clauses<TAB>backend or -", for tools/conformance. */
static int
list(const char *file, const struct scenario *scenarios, size_t count)
{
	const char *base = strrchr(file, '/');

	for (size_t i = 0; i < count; i++)
		(void)printf("%s\t%s\t%s\t%s\n", base ? base + 1 : file,
		    scenarios[i].name, scenarios[i].clauses,
		    backend_runs(scenarios[i].flags) ? backend_name : "-");
	return EXIT_SUCCESS;
}

/* Is it among those that were asked for by name? */
static bool
is_wanted(const struct scenario *scenario, int argc, char **argv)
{
	if (!backend_runs(scenario->flags))
		return false;
	for (int i = 1; i < argc; i++)
		if (strcmp(scenario->name, argv[i]) == 0)
			return true;
	return argc < 2;
}

static struct CMUnitTest
make_case(const struct scenario *scenario)
{
	struct CMUnitTest test = {.test_func = run_scenario};
	char *name;

	if (asprintf(&name, "%s%s%s", scenario->clauses,
	        scenario->clauses[0] ? ": " : "", scenario->name) < 0)
		abort();
	test.name = name;
	/* cmocka hands it on; nobody writes there. */
	test.initial_state = (void *)(uintptr_t)scenario;
	return test;
}

int
conformance_main(int argc, char **argv, const char *file,
    const struct scenario *scenarios, size_t count)
{
	struct CMUnitTest *cases = calloc(count, sizeof(*cases));
	size_t wanted = 0;
	int failures;

	if (!cases)
		abort();
	if (argc == 2 && strcmp(argv[1], "--list") == 0) {
		free(cases);
		return list(file, scenarios, count);
	}
	for (size_t i = 0; i < count; i++)
		if (is_wanted(&scenarios[i], argc, argv))
			cases[wanted++] = make_case(&scenarios[i]);
	failures = _cmocka_run_group_tests(
	    backend_name, cases, wanted, group_begin, group_end);
	for (size_t i = 0; i < wanted; i++)
		free((void *)(uintptr_t)cases[i].name);
	free(cases);
	return failures;
}
