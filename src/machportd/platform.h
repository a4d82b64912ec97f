/*
 * The machine, as kern uses it (kern_platform.h): Linux, through pidfds and /proc.
 */
#ifndef PLATFORM_H
#define PLATFORM_H

struct server;

/* kern_platform is the table of this server, whose options are set, from now on. */
void platform_init(struct server *server);

#endif
