/* What the files of the model share: everything that there is, and looking
 * through it. */
#ifndef MODEL_INSIDE_H
#define MODEL_INSIDE_H

#include "model.h"

struct m_member {
	struct m_port *port; /* NULL: not in use */
	int task;
	label_t set;
};

struct m_world {
	struct m_space spaces[MODEL_TASKS];
	struct m_port **ports;
	size_t port_count;
	struct m_msg **msgs; /* those that are somewhere */
	size_t msg_count;
	struct m_member *members;
	size_t member_count;
	uint64_t clock; /* of orders */
	uint32_t step;
	uint32_t labels; /* made in this step */
};
extern struct m_world m_all;

/* Memory until the world ends. */
void *m_alloc(size_t bytes);
void *m_grow(void *array, size_t count, size_t bytes);

/* Spaces */
struct m_entry *m_new_entry(int task, label_t label);
struct m_entry *m_find_port(int task, const struct m_port *port);
label_t m_new_label(void);

/* Ports */
struct m_port *m_new_port(void);
uint32_t m_count_senders(const struct m_port *port);
uint32_t m_count_send_onces(const struct m_port *port);
bool m_in_a_set(const struct m_port *port);
void m_leave_sets(const struct m_port *port);
void m_empty_set(int task, label_t set);

/* Messages */
struct m_msg *m_new_msg(void);
struct m_msg *m_first(const struct m_port *port);
uint32_t m_count_queued(const struct m_port *port);
void m_queue(struct m_msg *msg, struct m_port *port);
void m_forget_msg(struct m_msg *msg);

/*
 * Rights
 */
mach_msg_type_name_t right_type(mach_msg_type_name_t disposition);
/* May the entry give it? The code of mach_port_insert_right(). */
kern_return_t right_check(const struct m_entry *entry,
    mach_msg_type_name_t disposition, bool dead_ok);
struct m_right right_take(
    int task, label_t name, mach_msg_type_name_t disposition);
label_t right_give(int task, struct m_right right);
/* It is destroyed, with what follows from that. */
void right_release(struct m_right right);
void msg_release(struct m_msg *msg);
/* The receive right leaves its space: what is reset. */
void port_leave(struct m_port *port);
/* Would a receive right of @port, in a message to @destination, be its own
 * destination? */
bool port_circular(const struct m_port *port, const struct m_port *destination);
/* An entry's send right, its receive right, or all of it, goes. */
void entry_free(int task, struct m_entry *entry);
void entry_drop_send(int task, struct m_entry *entry, uint32_t urefs);

/* Notifications: through a send-once right for @notify. */
void notice_name(mach_msg_id_t id, struct m_port *notify, label_t name);
void notice_port_deleted(struct m_port *notify, label_t name);
void fire_armed(const struct m_port *port);
void fire_accepted(struct m_msg *msg);
/* The name loses its send right: its pending message-accepted knows no name. */
void forget_accepted(int task, label_t name);

#endif
