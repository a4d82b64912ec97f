/* The loopback's rights and regions: what its messages are made of. */
#ifndef LOOPBACK_SPACE_H
#define LOOPBACK_SPACE_H

#include "loopback.h"

/* Messages that wait: loopback.c. */
struct message;

struct port {
	unsigned refs; /* entries, rights on their way, messages for it */
	bool alive;    /* its receive right exists */
	struct message *first;
	struct message **end;
	mach_port_seqno_t seqno;
};

/* A right on its way. Without a port it is a name that is no right. */
struct right {
	struct port *port;
	mach_msg_type_name_t type; /* MACH_MSG_TYPE_PORT_* */
	mach_port_t name;          /* MACH_PORT_NULL, MACH_PORT_DEAD */
};

/* A fact about what the tasks do that must hold. */
#define LOOPBACK_CHECK(fact)                                                   \
	((fact) ? (void)0 : loopback_fault(__FILE__, __LINE__, #fact))
void loopback_fault(const char *file, int line, const char *fact);

/* Who runs. */
extern enum loopback_task loopback_current;

void space_reset(void);
/* All that @task has goes. */
void space_clear(enum loopback_task task);

/* Take a right as @disposition says; false: @task has none such. */
bool right_copyin(enum loopback_task task, mach_port_t name,
    mach_msg_type_name_t disposition, struct right *right_out);
/* Give @right, which is CONSUMED, to @task. */
mach_port_t right_copyout(enum loopback_task task, struct right *right);
/* Nobody gets it; CONSUMED. */
void right_release(struct right *right);

/* The port behind a receive right of @task; NULL: there is none. */
struct port *space_receiver(enum loopback_task task, mach_port_t name);

struct port *port_ref(struct port *port);
void port_unref(struct port *port);

/* @bytes of memory of @task; NULL if none. */
void *region_new(enum loopback_task task, size_t bytes);
/* Is this a region of @task, all of it? */
bool region_exists(enum loopback_task task, const void *address, size_t bytes);
/* False: no region, or not all of one. */
bool region_free(enum loopback_task task, const void *address, size_t bytes);

/* loopback.c: a send-once right for @port is gone, unused. */
void message_notify(struct port *port);
/* loopback.c: the messages that wait at @port go. */
void messages_drop(struct port *port);

/* loopback_support.c: is it a reply port, which does not count? */
bool is_reply_port(enum loopback_task task, mach_port_t name);
void reply_ports_forget(enum loopback_task task);
/* Pieces of memory that mig_user_allocate() gave and has not back. */
extern unsigned user_memory_count;

#endif
