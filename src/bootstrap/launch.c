/* Programs' processes: when they begin, how they end, when they begin again. */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base_assert.h"
#include "launch_child.h"
#include "log.h"
#include "program.h"
#include "words.h"

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S (1000 * NS_PER_MS)

/* When a fork has failed, at least. */
#define FORK_DELAY_NS (100 * NS_PER_MS)

/* A process that is to end and is nobody's program any more. */
struct ending {
	struct list node;
	pid_t pid;
	struct loop_timer timer; /* until it is killed */
};

static struct list alive = {&alive, &alive};       /* struct launch.node */
static struct list endings = {&endings, &endings}; /* struct ending.node */

static struct program *
program_of(struct launch *launch)
{
	return CONTAINER_OF(launch, struct program, launch);
}

/* To a program's process, and to its group once it has made that. */
static void
send_signal(pid_t pid, int number)
{
	if (kill(-pid, number) != 0)
		(void)kill(pid, number);
}

/* --- the beginning --------------------------------------------------------- */

static void
close_report(struct launch *launch)
{
	if (launch->report >= 0)
		(void)close(launch->report);
	launch->report = -1;
}

/* Not before the throttle allows, which is longer the next time unless the program
 * runs that long. */
static void
throttle(struct launch *launch, uint64_t now)
{
	const struct launch_settings *settings = launch->settings;
	uint64_t ran_ns = now - launch->started_ns;
	uint64_t delay_ns = launch->delay_ns;

	launch->not_before_ns = launch->started_ns + delay_ns;
	if (ran_ns >= delay_ns)
		launch->delay_ns = settings->throttle_ns;
	else if (delay_ns >= settings->throttle_limit_ns / 2)
		launch->delay_ns = settings->throttle_limit_ns;
	else
		launch->delay_ns = 2 * delay_ns;
}

/* As fork(), with the end of a pipe for either side. */
static pid_t
fork_with_report(struct program *program, char **environment)
{
	pid_t server = getpid();
	int ends[2];
	pid_t pid;
	int error;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return -1;
	pid = program_fork(program);
	if (pid == 0)
		launch_become(
		    program->launch.settings, environment, server, ends[1]);
	error = errno;
	(void)close(ends[1]);
	if (pid < 0)
		(void)close(ends[0]);
	else
		program->launch.report = ends[0];
	errno = error;
	return pid;
}

static pid_t
begin_process(struct program *program)
{
	char **environment = launch_environment(program->launch.settings);
	pid_t pid;
	int error;

	if (!environment) {
		errno = ENOMEM;
		return -1;
	}
	pid = fork_with_report(program, environment);
	error = errno;
	words_free(environment);
	errno = error;
	return pid;
}

/* There is a process: it has to check in, if there is something to check in. */
static void
began(struct program *program, pid_t pid)
{
	struct launch *launch = &program->launch;

	launch->pid = pid;
	launch->hangs = false;
	list_push_back(&alive, &launch->node);
	if (list_empty(&program->services)) {
		launch->state = LAUNCH_RUNNING;
		return;
	}
	launch->state = LAUNCH_STARTING;
	loop_timer_set(&launch->timer, launch->settings->start_limit_ns);
}

/* One more failure in a row: after the last attempt, and then each time, the program
 * is given up. */
static void
count_failure(struct program *program)
{
	struct launch *launch = &program->launch;

	if (launch->failures < launch->settings->attempts)
		launch->failures++;
	if (launch->failures < launch->settings->attempts)
		return;
	log_error("%s: has not come to life in %u attempts", program->name,
	    launch->failures);
	program_give_up(program);
}

/* It begins as soon as its throttle allows. */
static void
delay(struct launch *launch, uint64_t now)
{
	launch->state = LAUNCH_DELAYED;
	loop_timer_set(&launch->timer, launch->not_before_ns - now);
}

/* No process could be made: a later message, or keep-alive, tries again. */
static void
could_not_begin(struct program *program)
{
	struct launch *launch = &program->launch;
	uint64_t delay_ns = launch->delay_ns;

	log_error("%s: cannot be started: %s", program->name, strerror(errno));
	if (delay_ns < FORK_DELAY_NS)
		delay_ns = FORK_DELAY_NS;
	launch->not_before_ns = launch->started_ns + delay_ns;
	count_failure(program);
	if (launch->settings->keep == LAUNCH_ALWAYS)
		delay(launch, launch->started_ns);
}

static void
begin(struct program *program)
{
	struct launch *launch = &program->launch;
	pid_t pid = begin_process(program);

	launch->started_ns = loop_now_ns();
	if (pid < 0)
		could_not_begin(program);
	else
		began(program, pid);
	program_changed(program);
}

void
launch_demand(struct program *program)
{
	struct launch *launch = &program->launch;
	uint64_t now = loop_now_ns();

	if (program->held || program->removed || launch->state != LAUNCH_IDLE)
		return;
	if (now >= launch->not_before_ns) {
		begin(program);
		return;
	}
	delay(launch, now);
	program_changed(program);
}

void
launch_begin(struct program *program)
{
	if (program->launch.settings->keep == LAUNCH_ALWAYS)
		launch_demand(program);
}

void
launch_checked_in(struct program *program)
{
	struct launch *launch = &program->launch;

	if (launch->state != LAUNCH_STARTING)
		return;
	launch->state = LAUNCH_RUNNING;
	launch->failures = 0;
	loop_timer_cancel(&launch->timer);
	close_report(launch);
	program_changed(program);
}

static void
hangs(struct program *program)
{
	log_error("%s: has not checked in within %llu ms, and is killed",
	    program->name,
	    (unsigned long long)(program->launch.settings->start_limit_ns /
	        NS_PER_MS));
	program->launch.hangs = true;
	send_signal(program->launch.pid, SIGKILL);
}

static void
timer_fired(struct loop_timer *timer)
{
	struct launch *launch = CONTAINER_OF(timer, struct launch, timer);

	switch (launch->state) {
	case LAUNCH_DELAYED:
		launch->state = LAUNCH_IDLE;
		launch->not_before_ns = 0;
		if (program_of(launch)->removed)
			program_changed(program_of(launch));
		else
			launch_demand(program_of(launch));
		return;
	case LAUNCH_STARTING:
		hangs(program_of(launch));
		return;
	case LAUNCH_IDLE:
	case LAUNCH_RUNNING:
		mp_unreachable();
	}
}

/* --- the end --------------------------------------------------------------- */

/* Could the program not be run at all? Then say why. */
static bool
was_not_run(struct program *program)
{
	struct launch_report report;
	int fd = program->launch.report;

	if (fd < 0 || read(fd, &report, sizeof(report)) != sizeof(report))
		return false;
	log_error("%s: cannot be run: %s: %s", program->name,
	    report.step >= 0 ? launch_report_text(&report) : "",
	    strerror(report.error));
	return true;
}

/* Say how it ended. */
static void
tell_end(const struct program *program, int status, bool has_failed)
{
	const char *early = has_failed ? ", before it has checked in" : "";

	if (WIFSIGNALED(status))
		log_error("%s: was killed by signal %d (%s)%s", program->name,
		    WTERMSIG(status), strsignal(WTERMSIG(status)), early);
	else if (WEXITSTATUS(status) != 0 || has_failed)
		log_error("%s: ended with status %d%s", program->name,
		    WEXITSTATUS(status), early);
	else
		log_note("%s: ended", program->name);
}

/* Is it to run again though nobody asks for it? */
static bool
is_kept(const struct program *program, int status)
{
	bool has_crashed = !WIFEXITED(status) || WEXITSTATUS(status) != 0;

	switch (program->launch.settings->keep) {
	case LAUNCH_ON_DEMAND:
		return false;
	case LAUNCH_ON_CRASH:
		return has_crashed;
	case LAUNCH_ALWAYS:
		return true;
	}
	return false;
}

/* The process of @program, which may go with it, has ended. */
static void
program_ended(struct program *program, int status)
{
	struct launch *launch = &program->launch;
	bool was_run = !was_not_run(program);
	bool has_failed = launch->state == LAUNCH_STARTING || !was_run;

	if (was_run && !launch->hangs)
		tell_end(program, status, has_failed);
	close_report(launch);
	loop_timer_cancel(&launch->timer);
	list_remove(&launch->node);
	launch->pid = 0;
	launch->state = LAUNCH_IDLE;
	throttle(launch, loop_now_ns());
	if (has_failed)
		count_failure(program);
	if (is_kept(program, status) && !program->removed)
		launch_demand(program);
	else
		program_changed(program);
}

/* Has the process of this child ended? Then the rest of its group is killed, while
 * that cannot be another's yet. */
static bool
reap(pid_t pid, int *status_out)
{
	siginfo_t info = {.si_pid = 0};

	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
	    info.si_pid != pid)
		return false;
	(void)kill(-pid, SIGKILL);
	return waitpid(pid, status_out, 0) == pid;
}

static bool
reap_program(void)
{
	int status;

	LIST_FOREACH (node, &alive) {
		struct launch *launch = CONTAINER_OF(node, struct launch, node);

		if (reap(launch->pid, &status)) {
			program_ended(program_of(launch), status);
			return true;
		}
	}
	return false;
}

static void
ending_free(struct ending *ending)
{
	list_remove(&ending->node);
	loop_timer_cancel(&ending->timer);
	free(ending);
}

static void
reap_endings(void)
{
	int status;

	LIST_FOREACH_SAFE (node, &endings) {
		struct ending *ending = CONTAINER_OF(node, struct ending, node);

		if (reap(ending->pid, &status))
			ending_free(ending);
	}
}

void
launch_reap(void)
{
	/* Each may change the list. */
	while (reap_program())
		;
	reap_endings();
}

static void
ending_is_late(struct loop_timer *timer)
{
	struct ending *ending = CONTAINER_OF(timer, struct ending, timer);

	send_signal(ending->pid, SIGKILL);
}

/* End the process @pid, of which nobody is to hear. */
static void
end_process(pid_t pid, uint64_t limit_ns)
{
	struct ending *ending = malloc(sizeof(*ending));
	int status;

	if (!ending) {
		send_signal(pid, SIGKILL);
		(void)waitpid(pid, &status, 0);
		return;
	}
	ending->pid = pid;
	list_push_back(&endings, &ending->node);
	loop_timer_init(&ending->timer, ending_is_late);
	loop_timer_set(&ending->timer, limit_ns);
	send_signal(pid, SIGTERM);
}

/* --- the launcher's part of a program -------------------------------------- */

void
launch_init(struct launch *launch, struct launch_settings *settings)
{
	*launch = (struct launch){
	    .settings = settings,
	    .state = LAUNCH_IDLE,
	    .report = -1,
	    .delay_ns = settings->throttle_ns,
	};
	list_init(&launch->node);
	loop_timer_init(&launch->timer, timer_fired);
}

void
launch_deinit(struct launch *launch)
{
	loop_timer_cancel(&launch->timer);
	close_report(launch);
	list_remove(&launch->node);
	if (launch->pid != 0)
		end_process(launch->pid, launch->settings->stop_limit_ns);
	launch->pid = 0;
	launch->state = LAUNCH_IDLE;
	launch_settings_free(launch->settings);
	launch->settings = NULL;
}

void
launch_change(struct program *program, struct launch_settings *settings)
{
	struct launch *launch = &program->launch;

	launch_settings_free(launch->settings);
	launch->settings = settings;
	launch->delay_ns = settings->throttle_ns;
	launch->failures = 0;
	launch->not_before_ns = 0;
	if (launch->state == LAUNCH_DELAYED)
		loop_timer_set(&launch->timer, 0);
}

/* --- the end of all of them ------------------------------------------------ */

/* Let no process be a program's any more. */
static void
end_programs(void)
{
	while (!list_empty(&alive)) {
		struct launch *launch =
		    CONTAINER_OF(alive.next, struct launch, node);

		loop_timer_cancel(&launch->timer);
		close_report(launch);
		list_remove(&launch->node);
		end_process(launch->pid, launch->settings->stop_limit_ns);
		launch->pid = 0;
		launch->state = LAUNCH_IDLE;
	}
}

/* When the last of those that are to end has had its time. */
static uint64_t
last_ending_ns(void)
{
	uint64_t last_ns = 0;

	LIST_FOREACH (node, &endings) {
		const struct ending *ending =
		    CONTAINER_OF(node, struct ending, node);

		if (ending->timer.due_ns > last_ns)
			last_ns = ending->timer.due_ns;
	}
	return last_ns;
}

/* Wait until all have ended; false: not in time. SIGCHLD is blocked, so it waits for
 * us. */
static bool
await_endings(uint64_t until_ns)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	for (reap_endings(); !list_empty(&endings); reap_endings()) {
		uint64_t now = loop_now_ns();
		struct timespec left;

		if (now >= until_ns)
			return false;
		left.tv_sec = (time_t)((until_ns - now) / NS_PER_S);
		left.tv_nsec = (long)((until_ns - now) % NS_PER_S);
		(void)sigtimedwait(&set, NULL, &left);
	}
	return true;
}

void
launch_end_all(void)
{
	end_programs();
	if (await_endings(last_ending_ns()))
		return;
	LIST_FOREACH (node, &endings)
		send_signal(
		    CONTAINER_OF(node, struct ending, node)->pid, SIGKILL);
	(void)await_endings(loop_now_ns() + NS_PER_S);
}
