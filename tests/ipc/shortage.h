/*
 * Operations tried without memory: with the first allocation failing, then the
 * second, and so on until it gets through. Whatever fails, the world adds up, the
 * code is one that is documented for a shortage, and what must not change has not.
 */
#ifndef SHORTAGE_H
#define SHORTAGE_H

#include "world.h"

/* What the operations have to work with. */
struct scene {
	mach_port_name_t inbox;  /* bob's receive right */
	mach_port_name_t to_bob; /* alice's send right for it */
	mach_port_name_t port;   /* alice's receive rights */
	mach_port_name_t other;
	mach_port_name_t set;      /* alice's */
	mach_port_name_t once;     /* alice's, for a port of carol's */
	mach_port_name_t to_carol; /* alice's send right for that port */
	mach_port_name_t made;     /* what the operation gave */
	struct thread *thread;     /* alice's */
	struct thread *receiver;   /* bob's */
};

extern struct scene scene;

/* One operation. */
struct operation {
	void (*prepare)(void); /* more than the scene, or NULL */
	int (*run)(void);
	int code;         /* when it gets through */
	int shortages[3]; /* what else it may return; 0 ends the list */
	bool loses;       /* what it had taken may be gone after a failure */
	bool frugal;      /* it never needs memory */
};

void shortage_try(const struct operation *operation);

/* TRY(.run = ..., .shortages = ...) */
#define TRY(...)                                                               \
	do {                                                                   \
		static const struct operation operation = {__VA_ARGS__};       \
		shortage_try(&operation);                                      \
	} while (0)

/* Preparations. The next name will need more of the table. */
void scene_use_up_table(void);
void scene_use_up_bobs_table(void);
/* Alice is to be told of to_bob's death and of port's lack of senders. */
void scene_have_requests(void);

#endif
