/*
 * The kernel's side of a window (wire_window.h): two mappings, no descriptor.
 *
 * The task writes what is in `out` at any time. So it is copied once, and only the copy
 * is looked at: straight to where the receiver finds it, if he takes the message while
 * the sender waits (struct ipc_loan), else to the message. Reading it waits for nobody: its
 * pages are there, and stay.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include "budget.h"
#include "wire_window.h"

struct conn;
struct packet;

struct window {
	struct user *user;  /* +1; charged one USER_WINDOWS */
	const uint8_t *out; /* from the task; WIRE_WINDOW_BYTES */
	uint8_t *in;        /* to the task; all parts */
	uint32_t parts;     /* of it that have all their pages */
};

/* @packet is a WIRE_WINDOW: answer it. */
void window_handle(struct conn *conn, struct packet *packet);

/* The part of the kernel's half that the task wants the next answer in, with all its pages. They
 * are made when it is first used, except the first part's. NULL: no memory for that. */
uint8_t *window_part(struct window *window, uint32_t part);

/* NULL is fine. */
void window_free(struct window *window);

#endif
