/*
 * Signals, as events of the loop; and the command that the server runs for, if there
 * is one.
 */
#ifndef BOOTSTRAP_SIGNALS_H
#define BOOTSTRAP_SIGNALS_H

#include <stdbool.h>

/* Before anything is started: signals wait for the loop; more of them if there will be
 * a command. False, having said so: they cannot. */
bool signals_init(bool for_command) __attribute__((warn_unused_result));
int signals_fd(void);
/* Handle those that came: SIGHUP reloads the configuration, SIGTERM and SIGINT end the
 * server, but with a command all go on to that; SIGCHLD is for the launcher and us. */
void signals_handle(void);

/* In a child, before it executes another program: as they were before
 * signals_init(). */
void signals_restore(void);

/* Run @command (ends with NULL) with our root's bootstrap port; when it ends the server
 * ends as it did. False, having said so: it cannot. */
bool signals_run_command(char **command) __attribute__((warn_unused_result));
/* Is there one, that has not ended? */
bool signals_have_command(void);

#endif
