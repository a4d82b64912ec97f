/*
 * One name of each kind in alice's space, for the tables of ports.md 10.
 */
#ifndef NAMES_H
#define NAMES_H

#include "world.h"

struct names {
	mach_port_name_t send; /* for bob's port `service` */
	mach_port_name_t receive;
	mach_port_name_t both; /* send and receive */
	mach_port_name_t once; /* for the same port of bob's */
	mach_port_name_t set;
	mach_port_name_t dead;
	mach_port_name_t absent;  /* not there */
	mach_port_name_t service; /* bob's receive right */
};

extern struct names names;

/* A world with them. */
int names_setup(void **state);

/* The answers of a call that looks for a receive right alone, by name: succeeds
 * on receive rights, and else as ports.md 5 chooses. */
void names_expect_receive_only(kern_return_t (*call)(mach_port_name_t name));
/* The same of a call to which NULL and DEAD are not there. */
void names_expect_receive_or_absent(
    kern_return_t (*call)(mach_port_name_t name));

#endif
