/*
 * A model of Mach IPC to compare the engine with: the specification said once
 * more, as simply as it can be, with nothing in common with the engine.
 *
 * Nothing is counted that can be looked for: how many send rights a port has is
 * found by going through all spaces and messages. Nothing is ever freed before
 * the world ends. What happens in consequence of something is a function that
 * calls another, however deep.
 *
 * The names of the model are labels. An entry gets a new one when it is made, of
 * the step that made it, and no label is used twice; so a script of steps
 * means the same when some of them are left out. Which names the engine gave is
 * nothing that the model knows. Two more things are the engine's choice, and
 * told to the model: which member of a set is served, and the order in which a
 * dying task's names are taken.
 *
 * No operation blocks, and there is always memory.
 */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mach/mach_port.h>
#include <mach/message.h>
#include <mach/notify.h>
#include <mach/port.h>

#define MODEL_TASKS 3
#define MODEL_BODY 3 /* rights in the body of a message */

typedef uint32_t label_t;
#define LABEL_NULL ((label_t)0)
#define LABEL_DEAD ((label_t)~0u)
/* The nth label that a step makes. */
#define LABEL(step, nth) ((label_t)(((step) + 1) * 16 + (nth)))

enum m_request_kind { M_NO_REQUEST, M_DEAD_NAME, M_DELAYED, M_ARMED };

struct m_entry {
	label_t label;         /* LABEL_NULL: not in use */
	mach_port_type_t type; /* one kind, or SEND | RECEIVE */
	struct m_port *port;   /* not of a set or a dead name */
	uint32_t urefs;        /* of send rights and dead names */
	enum m_request_kind request;
	struct m_port *notify; /* of the request */
	uint64_t asked;        /* when: the order of the table */
};

struct m_port {
	bool alive;
	int task; /* that has the receive right; -1: in a message */
	label_t label;
	uint32_t mscount;
	uint32_t seqno;
	uint32_t qlimit;
	uint64_t context;
	bool guarded;
	bool strict;
	bool immovable;
	bool tempowner; /* shown, and without effect */
	bool importance;
	struct m_port *pdrequest; /* the notify ports */
	struct m_port *nsrequest;
};

/* A right that no space has. */
struct m_right {
	struct m_port *port; /* NULL: `value` */
	label_t value;       /* LABEL_NULL or LABEL_DEAD */
	mach_msg_type_name_t type;
};

struct m_msg {
	struct m_port *at; /* in whose queue; NULL: under way */
	uint64_t order;
	mach_msg_id_t id;
	bool notice;
	uint32_t value; /* of a notification: a label or a count */
	struct m_right remote;
	struct m_right local;
	unsigned count;
	struct m_right body[MODEL_BODY];
	bool complex;
	bool circular;
	/* Message-accepted was asked for. */
	struct m_port *accepted;
	int accepted_task;
	label_t accepted_label;
};

/* What a message looks like to who has it now. */
struct m_view {
	mach_msg_id_t id;
	bool notice;
	bool complex;
	uint32_t value;
	mach_msg_type_name_t remote_type;
	mach_msg_type_name_t local_type;
	label_t remote;
	label_t local;
	unsigned count;
	struct {
		label_t label;
		mach_msg_type_name_t type;
	} body[MODEL_BODY];
	uint32_t seqno;
};

struct m_send {
	label_t remote;
	label_t local;
	mach_msg_type_name_t remote_disposition;
	mach_msg_type_name_t local_disposition;
	mach_msg_id_t id;
	unsigned count;
	struct {
		label_t label;
		mach_msg_type_name_t disposition;
	} body[MODEL_BODY];
	bool notify; /* MACH_SEND_NOTIFY */
	label_t notify_port;
};

/* A new world; it forgets the old one. */
void model_begin(void);
void model_end(void);
/* The step that is about to be made: whose labels are new. */
void model_step(uint32_t step);

/* The calls. Codes and effects are those of mach_port_*() and mach_msg(). A label
 * that goes out is LABEL_NULL if the call fails. */
kern_return_t model_allocate(
    int task, mach_port_right_t right, label_t *name_out);
kern_return_t model_deallocate(int task, label_t name);
kern_return_t model_destroy(int task, label_t name);
kern_return_t model_mod_refs(
    int task, label_t name, mach_port_right_t right, int delta);
/* @name is in use, LABEL_NULL, LABEL_DEAD, or new. */
kern_return_t model_insert_right(int task, label_t name, int caller,
    label_t right, mach_msg_type_name_t disposition);
kern_return_t model_extract_right(int task, label_t name,
    mach_msg_type_name_t disposition, int caller, label_t *right_out,
    mach_msg_type_name_t *type_out);
kern_return_t model_request(int task, label_t name, mach_msg_id_t id,
    uint32_t sync, int caller, label_t notify, mach_msg_type_name_t disposition,
    label_t *previous_out);
kern_return_t model_insert_member(int task, label_t name, label_t set);
kern_return_t model_extract_member(int task, label_t name, label_t set);
kern_return_t model_move_member(int task, label_t name, label_t set);
/* @new: as above. The entry has another label from then on. */
kern_return_t model_rename(int task, label_t old, label_t new);
kern_return_t model_set_mscount(int task, label_t name, uint32_t mscount);
kern_return_t model_set_seqno(int task, label_t name, uint32_t seqno);
kern_return_t model_set_qlimit(int task, label_t name, uint32_t qlimit);
kern_return_t model_set_context(int task, label_t name, uint64_t context);
kern_return_t model_guard(
    int task, label_t name, uint64_t guard, uint64_t flags);
kern_return_t model_unguard(int task, label_t name, uint64_t guard);
kern_return_t model_swap_guard(
    int task, label_t name, uint64_t old, uint64_t new);
kern_return_t model_construct(int task, uint32_t flags, uint32_t qlimit,
    uint64_t context, label_t *name_out);
kern_return_t model_destruct(
    int task, label_t name, int srdelta, uint64_t guard);
/* The task dies, its names in this order; a new task takes its place. */
void model_kill(int task, const label_t *order, size_t count);

/* A send that does not wait. @back_out: what came back, if the code says so. */
mach_msg_return_t model_send(
    int task, const struct m_send *send, struct m_view *back_out);
bool model_came_back(mach_msg_return_t code);
/* A receive that does not wait. @served: for a set, the member that the engine
 * took the message from. @fits: is the buffer large enough? */
mach_msg_return_t model_receive(int task, label_t name, label_t served,
    bool fits, bool large, struct m_view *view_out);

/* A look at it. */
struct m_space {
	struct m_entry *entries; /* unused ones have no label */
	size_t count;
};
struct m_space *model_space(int task);
struct m_entry *model_find(int task, label_t name);
mach_port_type_t model_type(const struct m_entry *entry);
mach_port_status_t model_status(const struct m_entry *entry);
bool model_is_member(int task, label_t name, label_t set);
/* The size of the first message that would be received; 0: there is none. */
unsigned model_members(int task, label_t set);

#endif
