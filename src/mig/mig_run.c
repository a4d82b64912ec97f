/* Up to three pipes at a time, served by poll() as the program is ready for them:
 * whichever the program waits on, this never waits on another. */
#include "mig_run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mig_signal.h"

extern char **environ;

enum { INPUT, OUTPUT, SIDE, PIPES };

/* One pipe; both ends are -1 when there is none. */
struct channel {
	int ours;
	int theirs;
	int descriptor; /* what `theirs` is in the program */
};

static void
close_end(int *end)
{
	if (*end >= 0)
		(void)close(*end); /* a pipe: nothing is lost */
	*end = -1;
}

static void
close_all(struct channel *channels)
{
	for (int i = 0; i < PIPES; i++) {
		close_end(&channels[i].ours);
		close_end(&channels[i].theirs);
	}
}

static bool
open_channel(struct channel *channel, bool we_write)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	channel->ours = ends[we_write ? 1 : 0];
	channel->theirs = ends[we_write ? 0 : 1];
	/* The program may leave its input unread while it writes. */
	return !we_write || fcntl(channel->ours, F_SETFL, O_NONBLOCK) == 0;
}

static bool
open_channels(struct channel *channels, const struct mig_run *run)
{
	for (int i = 0; i < PIPES; i++)
		channels[i] = (struct channel){.ours = -1, .theirs = -1};
	channels[INPUT].descriptor = STDIN_FILENO;
	channels[OUTPUT].descriptor = STDOUT_FILENO;
	channels[SIDE].descriptor = MIG_RUN_SIDE;

	if ((!run->input || open_channel(&channels[INPUT], true)) &&
	    (!run->output || open_channel(&channels[OUTPUT], false)) &&
	    (!run->side || open_channel(&channels[SIDE], false)))
		return true;
	close_all(channels);
	return false;
}

/* Signals that we ignore are the program's default again, and those that we hold
 * are not held. Returns an errno. */
static int
spawn(pid_t *pid_out, char **words, const struct channel *channels)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int error;

	error = posix_spawn_file_actions_init(&actions);
	if (error)
		return error;
	error = posix_spawnattr_init(&attributes);
	if (error) {
		(void)posix_spawn_file_actions_destroy(&actions);
		return error;
	}

	(void)sigemptyset(&defaults);
	(void)sigaddset(&defaults, SIGPIPE);
	(void)sigaddset(&defaults, SIGXFSZ);
	(void)posix_spawnattr_setsigdefault(&attributes, &defaults);
	(void)posix_spawnattr_setsigmask(&attributes, mig_signal_mask());
	(void)posix_spawnattr_setflags(
	    &attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	/* In this order: no end is overwritten before its turn, because none is
	 * 0, 1 or 2, and the one that goes to 3 is the last. */
	for (int i = 0; i < PIPES && !error; i++)
		if (channels[i].theirs >= 0)
			error = posix_spawn_file_actions_adddup2(&actions,
			    channels[i].theirs, channels[i].descriptor);
	if (!error)
		error = posix_spawnp(
		    pid_out, words[0], &actions, &attributes, words, environ);

	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);
	return error;
}

static void
write_some(struct channel *channel, const struct mig_run *run, size_t *written)
{
	ssize_t count = write(
	    channel->ours, run->input + *written, run->input_length - *written);

	if (count >= 0)
		*written += (size_t)count;
	else if (errno == EAGAIN || errno == EINTR)
		return;
	/* Who does not read to the end will say so, by its status. */
	if (count < 0 || *written == run->input_length)
		close_end(&channel->ours);
}

/* False: too much. */
static bool
read_some(struct channel *channel, struct mig_text *text)
{
	char bytes[64 * 1024];
	ssize_t count = read(channel->ours, bytes, sizeof(bytes));

	if (count > 0) {
		mig_put_bytes(text, bytes, (size_t)count);
		return text->length <= MIG_RUN_OUTPUT_MAX;
	}
	if (count == 0 || errno != EINTR)
		close_end(&channel->ours);
	return true;
}

/* Until the program has closed what it writes. False: it wrote too much. */
static bool
serve(struct channel *channels, const struct mig_run *run)
{
	size_t written = 0;

	while (channels[INPUT].ours >= 0 || channels[OUTPUT].ours >= 0 ||
	    channels[SIDE].ours >= 0) {
		struct pollfd ends[PIPES];

		for (int i = 0; i < PIPES; i++)
			ends[i] = (struct pollfd){
			    .fd = channels[i].ours, /* -1: not looked at */
			    .events = i == INPUT ? POLLOUT : POLLIN,
			};
		if (poll(ends, PIPES, -1) < 0)
			continue; /* EINTR */
		if (ends[INPUT].revents)
			write_some(&channels[INPUT], run, &written);
		if (ends[OUTPUT].revents &&
		    !read_some(&channels[OUTPUT], run->output))
			return false;
		if (ends[SIDE].revents &&
		    !read_some(&channels[SIDE], run->side))
			return false;
	}
	return true;
}

/* What the shell says when a program ends with a status for it to explain. */
static bool
judge(struct mig_diag *diag, const struct mig_run *run, int status)
{
	const char *name = run->command->words[0];
	const struct mig_place nowhere = {0};

	if (WIFSIGNALED(status))
		mig_error(diag, nowhere, "%s `%s` was killed: %s", run->role,
		    name, strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status) != 0)
		mig_error(diag, nowhere, "%s `%s` failed: status %d", run->role,
		    name, WEXITSTATUS(status));
	return status == 0;
}

/* --- the whole ------------------------------------------------------------- */

/* It would go on when we have ended, if it does not write. */
static pid_t running;

static void
end_program(int signal_number)
{
	(void)kill(running, signal_number);
}

/* It stays a zombie while signals are allowed: its id must not be another's. */
static int
wait_for_end(pid_t pid)
{
	siginfo_t info;
	int status;

	while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) < 0 &&
	    errno == EINTR)
		;
	mig_signal_hold();
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* @channels are open; they are closed in any case. Signals are held. */
static bool
run_through(
    struct mig_diag *diag, const struct mig_run *run, struct channel *channels)
{
	const char *name = run->command->words[0];
	const struct mig_place nowhere = {0};
	int error = spawn(&running, run->command->words, channels);
	int status;
	bool fits;

	if (error) {
		mig_error(diag, nowhere, "cannot run %s `%s`: %s", run->role,
		    name, strerror(error));
		close_all(channels);
		return false;
	}
	mig_signal_allow();
	for (int i = 0; i < PIPES; i++)
		close_end(&channels[i].theirs);
	fits = serve(channels, run);
	if (!fits) {
		mig_error(diag, nowhere, "%s `%s` writes more than %d MiB",
		    run->role, name, MIG_RUN_OUTPUT_MAX >> 20);
		(void)kill(running, SIGKILL);
	}
	close_all(channels);
	status = wait_for_end(running);
	return fits && judge(diag, run, status);
}

bool
mig_run(struct mig_diag *diag, const struct mig_run *run)
{
	const struct mig_place nowhere = {0};
	struct channel channels[PIPES];
	bool good;

	if (!open_channels(channels, run)) {
		mig_error(diag, nowhere, "cannot run %s `%s`: %s", run->role,
		    run->command->words[0], strerror(errno));
		return false;
	}
	mig_signal_catch(end_program);
	good = run_through(diag, run, channels);
	mig_signal_release();
	return good;
}
