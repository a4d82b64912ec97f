/*
 * A port that stands in for a task, a thread or the host: what comes to it a thread of the
 * test's passes on, or answers itself.
 */
#ifndef PROXY_H
#define PROXY_H

#include <mach/mach.h>
#include <stdint.h>

/* A request as received, with its trailer. */
union proxy_request {
	mach_msg_header_t header;
	mach_msg_base_t base;
	uint8_t bytes[4096];
};

extern mach_port_t proxy; /* receive and send */

/* Requests to `proxy` are given to @how, which owns what came with them. It has the
 * whole of a request with a region only in memory that came with it. */
void proxy_start(mach_port_t target, void (*how)(union proxy_request *));
void proxy_stop(void);

/* From now on another; while no request is out. */
void proxy_answer_with(void (*how)(union proxy_request *));

/* Pass the request on to the target, which replies to who asked. */
void proxy_forward(union proxy_request *request);
/* To whom, from now on. */
void proxy_forward_to(mach_port_t target);

#endif
