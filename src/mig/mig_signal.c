/* Signals that would end us, while there is something to undo. */
#include "mig_signal.h"

#include <stddef.h>

static const int deadly[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
enum { DEADLY = sizeof(deadly) / sizeof(deadly[0]) };

static struct {
	void (*undo)(int signal_number);
	struct sigaction actions[DEADLY]; /* as they were */
	sigset_t mask;                    /* as it was */
} caught;

static void
undo_and_end(int signal_number)
{
	caught.undo(signal_number);
	(void)signal(signal_number, SIG_DFL);
	(void)raise(signal_number); /* takes effect when this returns */
}

void
mig_signal_hold(void)
{
	sigset_t held;

	(void)sigemptyset(&held);
	for (int i = 0; i < DEADLY; i++)
		(void)sigaddset(&held, deadly[i]);
	(void)sigprocmask(SIG_BLOCK, &held, NULL);
}

void
mig_signal_allow(void)
{
	(void)sigprocmask(SIG_SETMASK, &caught.mask, NULL);
}

void
mig_signal_catch(void (*undo)(int signal_number))
{
	struct sigaction action = {.sa_handler = undo_and_end};

	caught.undo = undo;
	(void)sigprocmask(SIG_SETMASK, NULL, &caught.mask);
	mig_signal_hold();
	(void)sigfillset(&action.sa_mask);
	for (int i = 0; i < DEADLY; i++) {
		struct sigaction *old = &caught.actions[i];

		(void)sigaction(deadly[i], NULL, old);
		if (old->sa_handler != SIG_IGN)
			(void)sigaction(deadly[i], &action, NULL);
	}
}

void
mig_signal_release(void)
{
	for (int i = 0; i < DEADLY; i++)
		(void)sigaction(deadly[i], &caught.actions[i], NULL);
	mig_signal_allow();
}

const sigset_t *
mig_signal_mask(void)
{
	return &caught.mask;
}
