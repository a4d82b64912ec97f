/*
 * Looking at what tasks have, as kern_inspect.h lets them: all portions of it, in one
 * array.
 */
#ifndef TESTS_KERN_LOOK_H
#define TESTS_KERN_LOOK_H

#include <machport/inspect.h>

#include "kern_inspect.h"
#include "tasks.h"

/* More than any test has. */
#define LOOK_MOST 1200

extern struct machport_task_record look_task_records[LOOK_MOST];
extern struct machport_name_record look_name_records[LOOK_MOST];

/* How many portions the last of these took. */
extern unsigned look_portions;

/* As @who (NULL: the kernel) sees it; how many records. These must succeed. */
uint32_t look_tasks(const struct ipc_identity *who);
uint32_t look_names(
    const struct ipc_identity *who, const struct kern_task *task);

/* The record of @name; it must be there. */
struct machport_name_record look_name(
    const struct kern_task *task, mach_port_name_t name);
struct machport_name_record look_name_as(const struct ipc_identity *who,
    const struct kern_task *task, mach_port_name_t name);
/* How many items of @kind there are about a port or set; and then the nth of them. */
uint32_t look_count_items(const struct ipc_identity *who, uint32_t port,
    enum machport_item_kind kind);
struct machport_item look_item(enum machport_item_kind kind, uint32_t nth);
/* Of a task. */
struct machport_task_record look_task(const struct kern_task *task);

/* A message with @id from @task to its send right @to, with the right @name in its body
 * if there is one, and a reply to its receive right @reply if there is that. */
void look_send(struct kern_task *task, mach_port_name_t to, mach_msg_id_t id,
    mach_port_name_t name, mach_msg_type_name_t disposition,
    mach_port_name_t reply);
/* A bare one. */
void look_send_bare(struct kern_task *task, mach_port_name_t to);

/* The next message on @port, which must be there, with its port descriptors. */
struct look_message {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_port_descriptor_t ports[2];
};
struct look_message look_receive(struct kern_task *task, mach_port_name_t port);

/* A right of @from's, put into @to as by mach_port_extract_right(). */
mach_port_name_t look_give(struct kern_task *from, mach_port_name_t name,
    mach_msg_type_name_t disposition, struct kern_task *to);

#endif
