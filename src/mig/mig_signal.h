/* What is to be done before a signal ends us: SIGHUP, SIGINT, SIGQUIT, SIGTERM.
 *
 * Between mig_signal_catch() and mig_signal_release(), which do not nest, these
 * signals are either held or allowed. One that is allowed has @undo called, and
 * then its usual effect. Those that were ignored stay so: nohup(1). */
#ifndef MIG_SIGNAL_H
#define MIG_SIGNAL_H

#include <signal.h>

/* From here on they are held. @undo is called as a signal handler is. */
void mig_signal_catch(void (*undo)(int signal_number));

void mig_signal_hold(void);
void mig_signal_allow(void);

/* All is as it was before mig_signal_catch(). */
void mig_signal_release(void);

/* The mask as it was, for programs that are run. */
const sigset_t *mig_signal_mask(void);

#endif /* MIG_SIGNAL_H */
