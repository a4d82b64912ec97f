/* mach_msg(): messages.md 8 to 11, notifications.md 7 and 8. */
#include "base_assert.h"
#include "inside.h"

static bool
is_name(label_t name)
{
	return name != LABEL_NULL && name != LABEL_DEAD;
}

static bool
is_disposition(mach_msg_type_name_t disposition)
{
	return right_type(disposition) != 0 &&
	    disposition != MACH_MSG_TYPE_MOVE_RECEIVE;
}

/* messages.md 8.4: does one entry give both? */
static bool
joint_ok(const struct m_entry *entry, const struct m_send *send)
{
	return send->remote_disposition != MACH_MSG_TYPE_MOVE_SEND ||
	    send->local_disposition != MACH_MSG_TYPE_MOVE_SEND ||
	    entry->urefs >= 2;
}

/* messages.md 8.2, by its rows */
static mach_msg_return_t
check_header(int task, const struct m_send *send)
{
	mach_msg_type_name_t local = send->local_disposition;
	mach_msg_type_name_t remote = send->remote_disposition;
	struct m_entry *entry;

	if (local == 0 && send->local != LABEL_NULL)
		return MACH_SEND_INVALID_HEADER;
	if (local != 0 && !is_disposition(local))
		return MACH_SEND_INVALID_HEADER;
	if (!is_disposition(remote))
		return MACH_SEND_INVALID_HEADER;
	if (!is_name(send->remote))
		return MACH_SEND_INVALID_DEST;
	if (send->remote == send->local &&
	    (remote == MACH_MSG_TYPE_MOVE_SEND_ONCE ||
	        local == MACH_MSG_TYPE_MOVE_SEND_ONCE))
		return MACH_SEND_INVALID_DEST;
	entry = model_find(task, send->remote);
	if (!entry || entry->type == MACH_PORT_TYPE_DEAD_NAME ||
	    entry->type == MACH_PORT_TYPE_PORT_SET)
		return MACH_SEND_INVALID_DEST;
	if (is_name(send->local) &&
	    right_check(model_find(task, send->local), local, true) !=
	        KERN_SUCCESS)
		return MACH_SEND_INVALID_REPLY;
	if (right_check(entry, remote, false) != KERN_SUCCESS)
		return MACH_SEND_INVALID_DEST;
	if (send->remote == send->local && !joint_ok(entry, send))
		return MACH_SEND_INVALID_DEST;
	return MACH_MSG_SUCCESS;
}

static bool
queue_full(const struct m_port *port)
{
	return m_count_queued(port) >= port->qlimit;
}

/* notifications.md 7: arms the request of the name. True: queue the message
 * whatever the limit. */
static bool
arm(int task, const struct m_send *send, const struct m_msg *msg)
{
	struct m_entry *entry = model_find(task, send->remote);

	if (!send->notify || is_name(send->notify_port))
		return false;
	if (msg->remote.type != MACH_MSG_TYPE_PORT_SEND)
		return false;
	if (!entry ||
	    (entry->request != M_DELAYED && entry->request != M_ARMED))
		return false;
	if (!queue_full(msg->remote.port))
		return true;
	entry->request = M_ARMED;
	entry->asked = ++m_all.clock;
	return false;
}

/* messages.md 9.1 */
static mach_msg_return_t
take_body(int task, const struct m_send *send, struct m_msg *msg)
{
	msg->complex = send->count > 0;
	for (unsigned i = 0; i < send->count; i++) {
		label_t name = send->body[i].label;
		mach_msg_type_name_t how = send->body[i].disposition;

		if (!is_name(name)) {
			msg->body[msg->count++] =
			    (struct m_right){NULL, name, right_type(how)};
			continue;
		}
		if (right_check(model_find(task, name), how, true) !=
		    KERN_SUCCESS)
			return MACH_SEND_INVALID_RIGHT;
		msg->body[msg->count] = right_take(task, name, how);
		msg->count++;
		if (how == MACH_MSG_TYPE_MOVE_RECEIVE &&
		    port_circular(
		        msg->body[msg->count - 1].port, msg->remote.port))
			msg->circular = true;
	}
	return MACH_MSG_SUCCESS;
}

static void
view(const struct m_msg *msg, struct m_view *view_out)
{
	*view_out = (struct m_view){
	    .id = msg->id,
	    .notice = msg->notice,
	    .complex = msg->complex,
	    .value = msg->value,
	    .count = msg->count,
	};
}

static void
give_body(int task, struct m_msg *msg, struct m_view *view_out)
{
	for (unsigned i = 0; i < msg->count; i++) {
		struct m_right right = msg->body[i];

		msg->body[i] = (struct m_right){0};
		view_out->body[i].type = right.type;
		view_out->body[i].label = right_give(task, right);
	}
}

/* messages.md 10.1: the header is not turned. */
static void
give_back(int task, struct m_msg *msg, struct m_view *back_out)
{
	struct m_right remote = msg->remote;
	struct m_right local = msg->local;

	view(msg, back_out);
	msg->remote = (struct m_right){0};
	msg->local = (struct m_right){0};
	back_out->remote_type = remote.type;
	back_out->remote = right_give(task, remote);
	back_out->local_type = local.type;
	back_out->local = right_give(task, local);
	give_body(task, msg, back_out);
	m_forget_msg(msg);
}

/* notifications.md 8, steps 2 and 3 */
static mach_msg_return_t
ask_accepted(int task, const struct m_send *send, struct m_msg *msg)
{
	struct m_port *port = msg->remote.port;
	struct m_entry *entry = m_find_port(task, port);
	struct m_entry *notify = model_find(task, send->notify_port);
	label_t name = LABEL_NULL;

	if (entry && (entry->type & MACH_PORT_TYPE_SEND))
		name = entry->label;
	for (size_t i = 0; name && i < m_all.msg_count; i++)
		if (m_all.msgs[i]->accepted &&
		    m_all.msgs[i]->accepted_task == task &&
		    m_all.msgs[i]->accepted_label == name)
			return MACH_SEND_NOTIFY_IN_PROGRESS;
	if (!notify || !(notify->type & MACH_PORT_TYPE_RECEIVE))
		return MACH_SEND_INVALID_NOTIFY;
	msg->accepted = notify->port;
	msg->accepted_task = task;
	msg->accepted_label = name;
	m_queue(msg, port);
	return MACH_SEND_WILL_NOTIFY;
}

bool
model_came_back(mach_msg_return_t code)
{
	return code == MACH_SEND_TIMED_OUT ||
	    code == MACH_SEND_NOTIFY_IN_PROGRESS ||
	    code == MACH_SEND_INVALID_NOTIFY;
}

static mach_msg_return_t
deliver(int task, const struct m_send *send, struct m_msg *msg, bool forced)
{
	struct m_port *port = msg->remote.port;

	if (msg->circular || !port->alive) {
		msg_release(msg);
		return MACH_MSG_SUCCESS;
	}
	if (forced || msg->remote.type == MACH_MSG_TYPE_PORT_SEND_ONCE ||
	    !queue_full(port)) {
		m_queue(msg, port);
		return MACH_MSG_SUCCESS;
	}
	if (!send->notify || !is_name(send->notify_port))
		return MACH_SEND_TIMED_OUT;
	return ask_accepted(task, send, msg);
}

/* What is moved to the destination is taken last: if both are one name, it may be
 * the last reference. */
static void
take_header(int task, const struct m_send *send, struct m_msg *msg)
{
	bool local_first =
	    send->remote_disposition == MACH_MSG_TYPE_MOVE_SEND ||
	    send->remote_disposition == MACH_MSG_TYPE_MOVE_SEND_ONCE;

	if (!local_first)
		msg->remote =
		    right_take(task, send->remote, send->remote_disposition);
	msg->local = is_name(send->local)
	    ? right_take(task, send->local, send->local_disposition)
	    : (struct m_right){
	          NULL, send->local, right_type(send->local_disposition)};
	if (local_first)
		msg->remote =
		    right_take(task, send->remote, send->remote_disposition);
}

mach_msg_return_t
model_send(int task, const struct m_send *send, struct m_view *back_out)
{
	mach_msg_return_t mr = check_header(task, send);
	struct m_msg *msg;
	bool forced;

	if (mr != MACH_MSG_SUCCESS)
		return mr;
	msg = m_new_msg();
	msg->id = send->id;
	take_header(task, send, msg);
	forced = arm(task, send, msg);
	mr = take_body(task, send, msg);
	if (mr != MACH_MSG_SUCCESS) {
		msg_release(msg);
		return mr;
	}
	mr = deliver(task, send, msg, forced);
	if (model_came_back(mr))
		give_back(task, msg, back_out);
	return mr;
}

/* What happens when a message is taken from its queue. */
static void
dequeue(struct m_msg *msg, struct m_view *view_out)
{
	struct m_port *port = msg->at;

	msg->at = NULL;
	view_out->seqno = port->seqno++;
	fire_accepted(msg);
}

/* The destination's right has done its work (messages.md 11.4). */
static void
use_destination(struct m_msg *msg)
{
	struct m_right right = msg->remote;

	msg->remote = (struct m_right){0};
	if (right.type == MACH_MSG_TYPE_PORT_SEND)
		right_release(right);
}

/* messages.md 11.3, without MACH_RCV_LARGE: a bare header. */
static void
bare(struct m_msg *msg, struct m_view *view_out)
{
	view_out->count = 0;
	view_out->complex = false;
	view_out->remote = msg->local.port ? LABEL_NULL : msg->local.value;
	use_destination(msg);
	msg_release(msg);
}

mach_msg_return_t
model_receive(int task, label_t name, label_t served, bool fits, bool large,
    struct m_view *view_out)
{
	struct m_entry *entry = model_find(task, name);
	struct m_msg *msg = NULL;
	struct m_right reply;
	struct m_port *port;

	if (!entry ||
	    !(entry->type & (MACH_PORT_TYPE_RECEIVE | MACH_PORT_TYPE_PORT_SET)))
		return MACH_RCV_INVALID_NAME;
	if (entry->type & MACH_PORT_TYPE_RECEIVE) {
		served = name;
		msg = m_first(entry->port);
	} else if (model_is_member(task, served, name)) {
		msg = m_first(model_find(task, served)->port);
	}
	if (!msg)
		return MACH_RCV_TIMED_OUT;
	if (!fits && large)
		return MACH_RCV_TOO_LARGE;
	port = msg->at;
	view(msg, view_out);
	dequeue(msg, view_out);
	view_out->local = served;
	view_out->local_type = msg->remote.type;
	view_out->remote_type = msg->local.type;
	if (!fits) {
		bare(msg, view_out);
		fire_armed(port);
		return MACH_RCV_TOO_LARGE;
	}
	reply = msg->local;
	use_destination(msg);
	msg->local = (struct m_right){0};
	view_out->remote = right_give(task, reply);
	give_body(task, msg, view_out);
	m_forget_msg(msg);
	fire_armed(port);
	return MACH_MSG_SUCCESS;
}
