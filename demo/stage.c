/* Start the tasks, tell them their steps, see them through. */
#include "stage.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int bell[2];

static mach_port_t stage; /* receive and send right */

/* By letter: this task has done its step, and finish() was not there yet. */
static bool done[128];

/* What comes to the stage. */
struct stage_mail {
	union {
		struct mail mail;
		struct rights rights;
	};
	mach_msg_max_trailer_t trailer_room;
};

/* The signal handler: only what is safe in one. */
static void
step_took_too_long(int number)
{
	static const char text[] =
	    "   *  FAILED: the last step took too long\n";
	ssize_t written = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)number;
	(void)written; /* there is nobody left to tell */
	_exit(EXIT_FAILURE);
}

void
stage_open(void)
{
	/* Lines of several processes: each is written when it is whole. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGALRM, step_took_too_long);
	alarm(STEP_SECONDS);
	MUST_HOLD(pipe(bell) == 0);
	stage = new_port("stage");
	MUST(mach_port_insert_right(
	    mach_task_self(), stage, stage, MACH_MSG_TYPE_MAKE_SEND));
	MUST(mach_ports_register(mach_task_self(), &stage, 1));
}

/* The next message to the stage; the end of a task is one, too. */
static void
receive_on_stage(struct stage_mail *mail_out)
{
	MUST(mach_msg(&mail_out->mail.header, MACH_RCV_MSG, 0,
	    sizeof(*mail_out), stage, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL));
}

/* Receive what one of the tasks has to say. */
static void
listen_for(mach_msg_id_t id, struct stage_mail *mail_out)
{
	receive_on_stage(mail_out);
	if (mail_out->mail.header.msgh_id == MACH_NOTIFY_DEAD_NAME)
		fail("a task has ended before its time");
	if (mail_out->mail.header.msgh_id != id)
		fail("a message came with id %d instead of %d",
		    mail_out->mail.header.msgh_id, id);
}

/* Tell us on the stage when the task behind @cues has gone. */
static void
watch(mach_port_t cues)
{
	mach_port_t previous;

	MUST(mach_port_request_notification(mach_task_self(), cues,
	    MACH_NOTIFY_DEAD_NAME, 0, stage, MACH_MSG_TYPE_MAKE_SEND_ONCE,
	    &previous));
}

void
stage_enter(struct actor *actor, const struct part *part)
{
	pid_t director = getpid();
	struct stage_mail hello;

	actor->part = part;
	actor->pid = fork();
	if (actor->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGALRM, SIG_DFL);
		if (getppid() != director)
			_exit(EXIT_FAILURE);
		play(part);
	}
	MUST_HOLD(actor->pid > 0);
	listen_for(HELLO, &hello);
	actor->cues = hello.mail.header.msgh_remote_port;
	actor->mailbox = hello.mail.parcel.right.name;
	watch(actor->cues);
}

void
begin_with(struct actor *actor, enum step step, mach_port_t right, int number)
{
	alarm(STEP_SECONDS);
	send_right(actor->cues, CUE + (int)step, right, MACH_MSG_TYPE_COPY_SEND,
	    number);
}

void
begin(struct actor *actor, enum step step)
{
	begin_with(actor, step, MACH_PORT_NULL, 0);
}

void
finish(const struct actor *actor)
{
	bool *its_own = &done[(unsigned char)actor->part->letter];
	struct stage_mail mail;

	while (!*its_own) {
		listen_for(DONE, &mail);
		done[mail.mail.note.number & 127] = true;
	}
	*its_own = false;
}

void
take_with(struct actor *actor, enum step step, mach_port_t right, int number)
{
	begin_with(actor, step, right, number);
	finish(actor);
}

void
take(struct actor *actor, enum step step)
{
	take_with(actor, step, MACH_PORT_NULL, 0);
}

/* The state of a process, as proc(5) has it: 'S' sleeps and can be woken. */
static char
process_state(pid_t pid)
{
	char path[32];
	char state = '?';
	FILE *stat;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	stat = fopen(path, "r");
	MUST_HOLD(stat != NULL);
	MUST_HOLD(fscanf(stat, "%*d (%*[^)]) %c", &state) == 1);
	fclose(stat);
	return state;
}

void
wait_until_asleep(const struct actor *actor)
{
	char byte;

	MUST_HOLD(read(bell[0], &byte, 1) == 1);
	while (process_state(actor->pid) != 'S')
		sched_yield();
}

void
stage_kill(struct actor *actor)
{
	struct stage_mail mail;
	int status;

	MUST_HOLD(kill(actor->pid, SIGKILL) == 0);
	MUST_HOLD(waitpid(actor->pid, &status, 0) == actor->pid);
	MUST_HOLD(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	/* The same news that B waits for, about another port of the task. */
	receive_on_stage(&mail);
	MUST_HOLD(mail.mail.header.msgh_id == MACH_NOTIFY_DEAD_NAME);
	MUST_HOLD(mail.mail.notice.not_port == actor->cues);
}

void
stage_rights(struct actor *actor, struct rights *rights_out)
{
	struct stage_mail mail;

	begin(actor, TELL_RIGHTS);
	listen_for(RIGHTS, &mail);
	memcpy(rights_out, &mail.rights, sizeof(*rights_out));
	finish(actor);
}

void
stage_leave(struct actor *actor)
{
	int status;

	begin(actor, LEAVE);
	MUST_HOLD(waitpid(actor->pid, &status, 0) == actor->pid);
	MUST_HOLD(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
}
