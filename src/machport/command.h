/*
 * What the subcommands of machport(1) have in common.
 *
 * Each is one file with an argp parser of its own and one entry in the table of
 * main.c. It returns the status with which machport exits.
 */
#ifndef MACHPORT_COMMAND_H
#define MACHPORT_COMMAND_H

#include "status.h"

/* argv[0] is the full name of the command, as "machport run". */
int command_graph(int argc, char **argv);
int command_inspect(int argc, char **argv);
int command_ls(int argc, char **argv);
int command_run(int argc, char **argv);
int command_send(int argc, char **argv);
int command_top(int argc, char **argv);
int command_services(int argc, char **argv);
int command_trace(int argc, char **argv);
int command_why(int argc, char **argv);

#endif
