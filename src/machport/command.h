/*
 * What the subcommands of machport(1) have in common.
 *
 * Each is one file with an argp parser of its own and one entry in the table of
 * main.c. It returns the status with which machport exits.
 */
#ifndef MACHPORT_COMMAND_H
#define MACHPORT_COMMAND_H

#include <sysexits.h>

/* Statuses of our own, beside those of <sysexits.h>: as of a shell. */
enum {
	EXIT_NOTHING = 1,      /* what was asked for is not there */
	EXIT_CANNOT_RUN = 126, /* the program is there but cannot be run */
	EXIT_NOT_FOUND = 127,  /* there is no such program */
	EXIT_SIGNAL = 128, /* plus the number of the signal that killed it */
};

/* argv[0] is the full name of the command, as "machport run". */
int command_graph(int argc, char **argv);
int command_inspect(int argc, char **argv);
int command_ls(int argc, char **argv);
int command_run(int argc, char **argv);
int command_send(int argc, char **argv);
int command_top(int argc, char **argv);
int command_why(int argc, char **argv);

#endif
