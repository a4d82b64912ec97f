/* Rights taken, given and destroyed; ports that die; what is told of it. Unlike the
 * engine, it recurses, as the specification does. */
#include "base_assert.h"
#include "inside.h"

mach_msg_type_name_t
right_type(mach_msg_type_name_t disposition)
{
	switch (disposition) {
	case MACH_MSG_TYPE_MOVE_RECEIVE:
		return MACH_MSG_TYPE_PORT_RECEIVE;
	case MACH_MSG_TYPE_MOVE_SEND:
	case MACH_MSG_TYPE_COPY_SEND:
	case MACH_MSG_TYPE_MAKE_SEND:
		return MACH_MSG_TYPE_PORT_SEND;
	case MACH_MSG_TYPE_MOVE_SEND_ONCE:
	case MACH_MSG_TYPE_MAKE_SEND_ONCE:
		return MACH_MSG_TYPE_PORT_SEND_ONCE;
	default:
		return 0;
	}
}

static bool
is_receive_disposition(mach_msg_type_name_t disposition)
{
	return disposition == MACH_MSG_TYPE_MOVE_RECEIVE ||
	    disposition == MACH_MSG_TYPE_MAKE_SEND ||
	    disposition == MACH_MSG_TYPE_MAKE_SEND_ONCE;
}

/* messages.md 8.3, 9.1 */
kern_return_t
right_check(
    const struct m_entry *entry, mach_msg_type_name_t disposition, bool dead_ok)
{
	mach_port_type_t needed = MACH_PORT_TYPE_SEND;

	if (!entry)
		return KERN_INVALID_NAME;
	if (right_type(disposition) == 0)
		return KERN_INVALID_RIGHT;
	if (entry->type == MACH_PORT_TYPE_DEAD_NAME)
		return dead_ok && !is_receive_disposition(disposition)
		    ? KERN_SUCCESS
		    : KERN_INVALID_RIGHT;
	if (is_receive_disposition(disposition))
		needed = MACH_PORT_TYPE_RECEIVE;
	else if (disposition == MACH_MSG_TYPE_MOVE_SEND_ONCE)
		needed = MACH_PORT_TYPE_SEND_ONCE;
	if (!(entry->type & needed))
		return KERN_INVALID_RIGHT;
	if (disposition == MACH_MSG_TYPE_MOVE_RECEIVE && entry->port->immovable)
		return KERN_INVALID_CAPABILITY;
	return KERN_SUCCESS;
}

/* A request that its name took along: port-deleted. */
static void
end_request(struct m_port *notify, label_t name)
{
	if (notify)
		notice_port_deleted(notify, name);
}

/* The entry goes; the notify port of its request. */
static struct m_port *
remove_entry(int task, struct m_entry *entry)
{
	struct m_port *notify =
	    entry->request == M_NO_REQUEST ? NULL : entry->notify;

	if (entry->type & MACH_PORT_TYPE_SEND)
		forget_accepted(task, entry->label);
	*entry = (struct m_entry){0};
	return notify;
}

void
entry_free(int task, struct m_entry *entry)
{
	label_t name = entry->label;

	end_request(remove_entry(task, entry), name);
}

static bool
pegged(const struct m_entry *entry)
{
	return entry->urefs == MACH_PORT_UREFS_MAX;
}

/* One user reference of a send right or a dead name is moved away. */
static void
move_uref(int task, struct m_entry *entry)
{
	if (pegged(entry) || --entry->urefs > 0)
		return;
	if (entry->type == MACH_PORT_TYPE_SEND_RECEIVE) {
		entry->type = MACH_PORT_TYPE_RECEIVE;
		forget_accepted(task, entry->label);
	} else {
		entry_free(task, entry);
	}
}

/* ports.md 7.1 */
static void
take_receive(int task, struct m_entry *entry)
{
	struct m_port *port = entry->port;
	struct m_port *notify = NULL;
	label_t name = entry->label;

	if (entry->type == MACH_PORT_TYPE_SEND_RECEIVE)
		entry->type = MACH_PORT_TYPE_SEND;
	else
		notify = remove_entry(task, entry);
	port_leave(port);
	end_request(notify, name);
}

void
port_leave(struct m_port *port)
{
	m_leave_sets(port);
	port->task = -1;
	port->label = LABEL_NULL;
	port->mscount = 0;
	port->seqno = 0;
	port->context = 0;
	port->guarded = false;
	port->strict = false;
	port->immovable = false;
}

/* It has been checked. */
struct m_right
right_take(int task, label_t name, mach_msg_type_name_t disposition)
{
	struct m_entry *entry = model_find(task, name);
	struct m_right right = {.type = right_type(disposition)};

	if (entry->type == MACH_PORT_TYPE_DEAD_NAME) {
		right.value = LABEL_DEAD;
		if (disposition != MACH_MSG_TYPE_COPY_SEND)
			move_uref(task, entry);
		return right;
	}
	right.port = entry->port;
	switch (disposition) {
	case MACH_MSG_TYPE_MOVE_RECEIVE:
		take_receive(task, entry);
		break;
	case MACH_MSG_TYPE_MOVE_SEND:
		move_uref(task, entry);
		break;
	case MACH_MSG_TYPE_MOVE_SEND_ONCE:
		entry_free(task, entry);
		break;
	case MACH_MSG_TYPE_MAKE_SEND:
		right.port->mscount++;
		break;
	default:
		break;
	}
	return right;
}

/* messages.md 11.5 */
label_t
right_give(int task, struct m_right right)
{
	struct m_entry *entry;

	if (!right.port)
		return right.value;
	if (!right.port->alive)
		return LABEL_DEAD;
	entry = right.type == MACH_MSG_TYPE_PORT_SEND_ONCE
	    ? NULL
	    : m_find_port(task, right.port);
	if (!entry) {
		entry = m_new_entry(task, m_new_label());
		entry->port = right.port;
	}
	if (right.type == MACH_MSG_TYPE_PORT_SEND_ONCE) {
		entry->type = MACH_PORT_TYPE_SEND_ONCE;
	} else if (right.type == MACH_MSG_TYPE_PORT_RECEIVE) {
		entry->type |= MACH_PORT_TYPE_RECEIVE;
		right.port->task = task;
		right.port->label = entry->label;
	} else {
		entry->type |= MACH_PORT_TYPE_SEND;
		if (!pegged(entry))
			entry->urefs++;
	}
	return entry->label;
}

bool
port_circular(const struct m_port *port, const struct m_port *destination)
{
	while (destination && destination != port) {
		const struct m_port *next = NULL;

		for (size_t i = 0; i < m_all.msg_count; i++) {
			const struct m_msg *msg = m_all.msgs[i];

			for (unsigned b = 0; b < msg->count; b++)
				if (msg->body[b].port == destination &&
				    msg->body[b].type ==
				        MACH_MSG_TYPE_PORT_RECEIVE)
					next = msg->at;
		}
		destination = next;
	}
	return destination == port;
}

/* All entries for a port that died become dead names (ports.md 5). What is still
 * to be told of a message in its queue is told with the name. */
static void
make_dead_names(const struct m_port *port)
{
	for (int task = 0; task < MODEL_TASKS; task++)
		for (size_t i = 0; i < m_all.spaces[task].count; i++) {
			struct m_entry *e = &m_all.spaces[task].entries[i];

			if (!e->label || e->port != port)
				continue;
			if (e->type == MACH_PORT_TYPE_SEND_ONCE)
				e->urefs = 1;
			if (e->request != M_NO_REQUEST && !pegged(e))
				e->urefs++;
			e->type = MACH_PORT_TYPE_DEAD_NAME;
			/* The port stays until its requests have fired. */
		}
}

/* The order of the table: by when they were asked for, those armed behind. */
static bool
comes_before(const struct m_entry *a, const struct m_entry *b)
{
	if ((a->request == M_ARMED) != (b->request == M_ARMED))
		return b->request == M_ARMED;
	return a->asked < b->asked;
}

/* The first request of those for a port; NULL: none. @armed: of those alone. */
static struct m_entry *
first_request(const struct m_port *port, bool armed)
{
	struct m_entry *first = NULL;

	for (int task = 0; task < MODEL_TASKS; task++)
		for (size_t i = 0; i < m_all.spaces[task].count; i++) {
			struct m_entry *e = &m_all.spaces[task].entries[i];

			if (!e->label || e->port != port ||
			    e->request == M_NO_REQUEST ||
			    (armed && e->request != M_ARMED))
				continue;
			if (!first || comes_before(e, first))
				first = e;
		}
	return first;
}

static void
fire_dead_names(const struct m_port *port)
{
	struct m_entry *entry;

	while ((entry = first_request(port, false))) {
		entry->request = M_NO_REQUEST;
		notice_name(MACH_NOTIFY_DEAD_NAME, entry->notify, entry->label);
		entry->notify = NULL;
	}
	for (int task = 0; task < MODEL_TASKS; task++)
		for (size_t i = 0; i < m_all.spaces[task].count; i++)
			if (m_all.spaces[task].entries[i].port == port)
				m_all.spaces[task].entries[i].port = NULL;
}

/* notifications.md 5: true if it was sent away instead of dying. */
static bool
rescue(struct m_port *port)
{
	struct m_port *notify = port->pdrequest;
	struct m_msg *msg;

	port->pdrequest = NULL;
	if (!notify || !notify->alive || port_circular(port, notify))
		return false;
	port_leave(port);
	msg = m_new_msg();
	msg->id = MACH_NOTIFY_PORT_DESTROYED;
	msg->notice = true;
	msg->complex = true;
	msg->remote = (struct m_right){notify, 0, MACH_MSG_TYPE_PORT_SEND_ONCE};
	msg->count = 1;
	msg->body[0] = (struct m_right){port, 0, MACH_MSG_TYPE_PORT_RECEIVE};
	m_queue(msg, notify);
	return true;
}

/* The receive right is destroyed, and in no entry any more (ports.md 7.2). */
static void
kill_port(struct m_port *port) // NOLINT(misc-no-recursion)
{
	struct m_msg *msg;

	if (rescue(port))
		return;
	port_leave(port);
	port->alive = false;
	make_dead_names(port);
	while ((msg = m_first(port)))
		msg_release(msg);
	if (port->nsrequest)
		right_release((struct m_right){
		    port->nsrequest, 0, MACH_MSG_TYPE_PORT_SEND_ONCE});
	port->nsrequest = NULL;
	fire_dead_names(port);
}

static void
fire_no_senders(struct m_port *port)
{
	struct m_port *notify = port->nsrequest;

	if (!notify || m_count_senders(port) > 0)
		return;
	port->nsrequest = NULL;
	notice_name(MACH_NOTIFY_NO_SENDERS, notify, port->mscount);
}

void
right_release(struct m_right right) // NOLINT(misc-no-recursion)
{
	if (!right.port)
		return;
	if (right.type == MACH_MSG_TYPE_PORT_RECEIVE)
		kill_port(right.port);
	else if (!right.port->alive)
		return;
	else if (right.type == MACH_MSG_TYPE_PORT_SEND_ONCE)
		notice_name(MACH_NOTIFY_SEND_ONCE, right.port, 0);
	else
		fire_no_senders(right.port);
}

/* One after the other; each is out of the message before it goes. */
void
msg_release(struct m_msg *msg) // NOLINT(misc-no-recursion)
{
	struct m_right right = msg->remote;

	msg->at = NULL;
	fire_accepted(msg);
	msg->remote = (struct m_right){0};
	/* A notification's own right has done its work. */
	if (!msg->notice)
		right_release(right);
	right = msg->local;
	msg->local = (struct m_right){0};
	right_release(right);
	for (unsigned i = 0; i < msg->count; i++) {
		right = msg->body[i];
		msg->body[i] = (struct m_right){0};
		right_release(right);
	}
	m_forget_msg(msg);
}

/* The send right of an entry loses references; at 0 it goes (ports.md 10.9). */
void
entry_drop_send(int task, struct m_entry *entry, uint32_t urefs)
{
	struct m_port *port = entry->port;
	struct m_port *notify = NULL;
	label_t name = entry->label;

	entry->urefs -= urefs;
	if (entry->urefs > 0)
		return;
	if (entry->type == MACH_PORT_TYPE_SEND_RECEIVE) {
		entry->type = MACH_PORT_TYPE_RECEIVE;
		forget_accepted(task, name);
	} else {
		notify = remove_entry(task, entry);
	}
	fire_no_senders(port);
	end_request(notify, name);
}

/* notifications.md 1.3: whatever the limit; nothing if nobody is there. */
void
notice_name(mach_msg_id_t id, struct m_port *notify, uint32_t value)
{
	struct m_msg *msg;

	if (!notify->alive)
		return;
	msg = m_new_msg();
	msg->id = id;
	msg->notice = true;
	msg->value = value;
	msg->remote = (struct m_right){notify, 0, MACH_MSG_TYPE_PORT_SEND_ONCE};
	m_queue(msg, notify);
}

void
notice_port_deleted(struct m_port *notify, label_t name)
{
	notice_name(MACH_NOTIFY_PORT_DELETED, notify, name);
}

/* A message has left the queue (notifications.md 7). */
void
fire_armed(const struct m_port *port)
{
	struct m_entry *entry;

	while ((entry = first_request(port, true))) {
		entry->request = M_NO_REQUEST;
		notice_name(
		    MACH_NOTIFY_SEND_POSSIBLE, entry->notify, entry->label);
	}
}

/* The same (notifications.md 8). */
void
fire_accepted(struct m_msg *msg)
{
	struct m_port *notify = msg->accepted;

	msg->accepted = NULL;
	if (notify)
		notice_name(
		    MACH_NOTIFY_MSG_ACCEPTED, notify, msg->accepted_label);
}

void
forget_accepted(int task, label_t name)
{
	for (size_t i = 0; i < m_all.msg_count; i++)
		if (m_all.msgs[i]->accepted &&
		    m_all.msgs[i]->accepted_task == task &&
		    m_all.msgs[i]->accepted_label == name)
			m_all.msgs[i]->accepted_label = LABEL_NULL;
}
