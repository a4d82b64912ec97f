/* The calls: what is checked, in the order of the tables of ports.md 10. */
#include <mach/mig_errors.h>

#include "inside.h"

#define UREFS_MAX ((int64_t)MACH_PORT_UREFS_MAX)

static bool
is_name(label_t name)
{
	return name != LABEL_NULL && name != LABEL_DEAD;
}

/* ports.md 5 and 9: an entry of a kind, for calls that look for that alone. */
static kern_return_t
find(int task, label_t name, mach_port_type_t type, bool sees_dead,
    struct m_entry **entry_out)
{
	struct m_entry *entry = model_find(task, name);

	if (!is_name(name))
		return KERN_INVALID_RIGHT;
	if (!entry || (entry->type == MACH_PORT_TYPE_DEAD_NAME && !sees_dead))
		return KERN_INVALID_NAME;
	if (!(entry->type & type))
		return KERN_INVALID_RIGHT;
	*entry_out = entry;
	return KERN_SUCCESS;
}

static kern_return_t
find_port(int task, label_t name, struct m_port **port_out)
{
	struct m_entry *entry = NULL;
	kern_return_t kr =
	    find(task, name, MACH_PORT_TYPE_RECEIVE, false, &entry);

	if (kr == KERN_SUCCESS)
		*port_out = entry->port;
	return kr;
}

kern_return_t
model_allocate(int task, mach_port_right_t right, label_t *name_out)
{
	struct m_entry *entry;

	if (right != MACH_PORT_RIGHT_RECEIVE &&
	    right != MACH_PORT_RIGHT_PORT_SET &&
	    right != MACH_PORT_RIGHT_DEAD_NAME)
		return KERN_INVALID_VALUE;
	entry = m_new_entry(task, m_new_label());
	entry->type = MACH_PORT_TYPE(right);
	if (right == MACH_PORT_RIGHT_DEAD_NAME)
		entry->urefs = 1;
	if (right == MACH_PORT_RIGHT_RECEIVE) {
		entry->port = m_new_port();
		entry->port->task = task;
		entry->port->label = entry->label;
	}
	*name_out = entry->label;
	return KERN_SUCCESS;
}

/* ports.md 7.2, of an entry that has the receive right. */
static void
destroy_receive(int task, struct m_entry *entry)
{
	struct m_port *port = entry->port;
	struct m_port *notify = NULL;
	label_t name = entry->label;

	/* With a send right: pure send now, and a dead name if the port dies. */
	if (entry->type == MACH_PORT_TYPE_SEND_RECEIVE) {
		entry->type = MACH_PORT_TYPE_SEND;
	} else {
		notify = entry->request == M_NO_REQUEST ? NULL : entry->notify;
		*entry = (struct m_entry){0};
	}
	right_release((struct m_right){port, 0, MACH_MSG_TYPE_PORT_RECEIVE});
	if (notify)
		notice_port_deleted(notify, name);
	(void)task;
}

/* ports.md 10.8: all of it. */
static void
destroy_entry(int task, struct m_entry *entry)
{
	struct m_entry old = *entry;
	struct m_port *notify = NULL;
	struct m_port *no_senders = NULL;
	uint32_t mscount = old.port ? old.port->mscount : 0;

	if (old.request != M_NO_REQUEST)
		notify = old.notify;
	if (old.type & MACH_PORT_TYPE_SEND)
		forget_accepted(task, old.label);
	*entry = (struct m_entry){0};
	/* It fires when the send right goes, and is told when the port has. */
	if ((old.type & MACH_PORT_TYPE_SEND) &&
	    m_count_senders(old.port) == 0) {
		no_senders = old.port->nsrequest;
		old.port->nsrequest = NULL;
	}
	if (old.type & MACH_PORT_TYPE_RECEIVE)
		right_release(
		    (struct m_right){old.port, 0, MACH_MSG_TYPE_PORT_RECEIVE});
	if (no_senders)
		notice_name(MACH_NOTIFY_NO_SENDERS, no_senders, mscount);
	if (old.type == MACH_PORT_TYPE_SEND_ONCE)
		right_release((struct m_right){
		    old.port, 0, MACH_MSG_TYPE_PORT_SEND_ONCE});
	if (old.type == MACH_PORT_TYPE_PORT_SET)
		m_empty_set(task, old.label);
	if (notify)
		notice_port_deleted(notify, old.label);
}

kern_return_t
model_destroy(int task, label_t name)
{
	struct m_entry *entry = model_find(task, name);

	if (!is_name(name))
		return KERN_SUCCESS;
	if (!entry)
		return KERN_INVALID_NAME;
	if ((entry->type & MACH_PORT_TYPE_RECEIVE) && entry->port->guarded &&
	    entry->port->context != 0)
		return KERN_INVALID_RIGHT;
	destroy_entry(task, entry);
	return KERN_SUCCESS;
}

/* Of a send right or a dead name: @delta has been checked. */
static void
change_urefs(int task, struct m_entry *entry, int64_t delta)
{
	int64_t sum = (int64_t)entry->urefs + delta;

	if (entry->urefs == MACH_PORT_UREFS_MAX && delta != -UREFS_MAX)
		return;
	if (sum > 0)
		entry->urefs = sum > UREFS_MAX ? UREFS_MAX : (uint32_t)sum;
	else if (entry->type == MACH_PORT_TYPE_DEAD_NAME)
		*entry = (struct m_entry){0};
	else
		entry_drop_send(task, entry, entry->urefs);
}

kern_return_t
model_deallocate(int task, label_t name)
{
	struct m_entry *entry = model_find(task, name);

	if (!is_name(name))
		return KERN_SUCCESS;
	if (!entry)
		return KERN_INVALID_NAME;
	if (entry->type == MACH_PORT_TYPE_RECEIVE)
		return KERN_INVALID_RIGHT;
	if ((entry->type & MACH_PORT_TYPE_SEND) ||
	    entry->type == MACH_PORT_TYPE_DEAD_NAME)
		change_urefs(task, entry, -1);
	else
		destroy_entry(task, entry);
	return KERN_SUCCESS;
}

static kern_return_t
mod_urefs(int task, struct m_entry *entry, int delta)
{
	bool stuck = entry->urefs == MACH_PORT_UREFS_MAX;

	if (delta > UREFS_MAX || delta < -UREFS_MAX)
		return KERN_INVALID_VALUE;
	if (!stuck && (int64_t)entry->urefs + delta < 0)
		return KERN_INVALID_VALUE;
	change_urefs(task, entry, delta);
	return KERN_SUCCESS;
}

kern_return_t
model_mod_refs(int task, label_t name, mach_port_right_t right, int delta)
{
	struct m_entry *entry = model_find(task, name);

	if (right >= MACH_PORT_RIGHT_NUMBER)
		return KERN_INVALID_VALUE;
	if (!is_name(name))
		return right == MACH_PORT_RIGHT_SEND ||
		        right == MACH_PORT_RIGHT_SEND_ONCE
		    ? KERN_SUCCESS
		    : KERN_INVALID_NAME;
	if (!entry)
		return KERN_INVALID_NAME;
	if (!(entry->type & MACH_PORT_TYPE(right)))
		return KERN_INVALID_RIGHT;
	if (right == MACH_PORT_RIGHT_SEND || right == MACH_PORT_RIGHT_DEAD_NAME)
		return mod_urefs(task, entry, delta);
	if (delta == 0)
		return KERN_SUCCESS;
	if (delta != -1)
		return KERN_INVALID_VALUE;
	if (right == MACH_PORT_RIGHT_RECEIVE) {
		if (entry->port->guarded)
			return KERN_INVALID_RIGHT;
		destroy_receive(task, entry);
	} else {
		destroy_entry(task, entry);
	}
	return KERN_SUCCESS;
}

/* A right that the caller names for a call on another task's space, too. */
static kern_return_t
take_argument(int task, int caller, label_t name,
    mach_msg_type_name_t disposition, struct m_right *right_out)
{
	kern_return_t kr =
	    right_check(model_find(caller, name), disposition, true);

	if (kr != KERN_SUCCESS)
		return task == caller ? kr : MACH_SEND_INVALID_RIGHT;
	*right_out = right_take(caller, name, disposition);
	return KERN_SUCCESS;
}

/* ports.md 10.22 step 2 */
static kern_return_t
insert(int task, label_t name, struct m_right right)
{
	struct m_entry *entry = model_find(task, name);
	struct m_entry *other;

	if (!is_name(name))
		return KERN_INVALID_VALUE;
	if (!right.port)
		return KERN_INVALID_CAPABILITY;
	if (!right.port->alive)
		return KERN_INVALID_CAPABILITY;
	if (right.type != MACH_MSG_TYPE_PORT_SEND_ONCE) {
		other = m_find_port(task, right.port);
		if (other && other != entry)
			return KERN_RIGHT_EXISTS;
		if (other) {
			(void)right_give(task, right);
			return KERN_SUCCESS;
		}
	}
	if (entry)
		return KERN_NAME_EXISTS;
	entry = m_new_entry(task, name);
	entry->port = right.port;
	if (right.type == MACH_MSG_TYPE_PORT_SEND_ONCE)
		entry->type = MACH_PORT_TYPE_SEND_ONCE;
	else
		entry->type = right.type == MACH_MSG_TYPE_PORT_SEND
		    ? MACH_PORT_TYPE_SEND
		    : MACH_PORT_TYPE_RECEIVE;
	if (entry->type == MACH_PORT_TYPE_SEND)
		entry->urefs = 1;
	if (entry->type == MACH_PORT_TYPE_RECEIVE) {
		right.port->task = task;
		right.port->label = name;
	}
	return KERN_SUCCESS;
}

kern_return_t
model_insert_right(int task, label_t name, int caller, label_t right,
    mach_msg_type_name_t disposition)
{
	struct m_entry *entry = model_find(caller, right);
	struct m_right taken = {.value = right};
	kern_return_t kr = KERN_SUCCESS;

	if (task == caller && name == right &&
	    (disposition == MACH_MSG_TYPE_MAKE_SEND ||
	        disposition == MACH_MSG_TYPE_COPY_SEND)) {
		if (entry && entry->type == MACH_PORT_TYPE_DEAD_NAME)
			return KERN_INVALID_CAPABILITY;
		kr = right_check(entry, disposition, false);
		if (kr == KERN_SUCCESS)
			(void)right_give(
			    task, right_take(task, name, disposition));
		return kr;
	}
	if (task == caller || is_name(right))
		kr = take_argument(task, caller, right, disposition, &taken);
	if (kr != KERN_SUCCESS)
		return kr;
	kr = insert(task, name, taken);
	if (kr != KERN_SUCCESS)
		right_release(taken);
	return kr;
}

kern_return_t
model_extract_right(int task, label_t name, mach_msg_type_name_t disposition,
    int caller, label_t *right_out, mach_msg_type_name_t *type_out)
{
	kern_return_t kr;

	if (right_type(disposition) == 0)
		return KERN_INVALID_VALUE;
	if (!is_name(name))
		return KERN_INVALID_RIGHT;
	kr = right_check(model_find(task, name), disposition, true);
	if (kr != KERN_SUCCESS)
		return kr;
	*right_out = right_give(caller, right_take(task, name, disposition));
	*type_out = right_type(disposition);
	return KERN_SUCCESS;
}

/* notifications.md 5 and 6: requests on a receive right. */
static kern_return_t
request_on_port(int task, label_t name, mach_msg_id_t id, uint32_t sync,
    struct m_port *notify, struct m_port **previous_out)
{
	struct m_port *port;
	kern_return_t kr;

	if (id == MACH_NOTIFY_PORT_DESTROYED && sync != 0)
		return KERN_INVALID_VALUE;
	kr = find_port(task, name, &port);
	if (kr != KERN_SUCCESS)
		return kr;
	if (id == MACH_NOTIFY_PORT_DESTROYED) {
		if (port->pdrequest)
			return KERN_FAILURE;
		port->pdrequest = notify;
		return KERN_SUCCESS;
	}
	*previous_out = port->nsrequest;
	port->nsrequest = notify;
	if (notify && m_count_senders(port) == 0 && sync <= port->mscount) {
		port->nsrequest = NULL;
		notice_name(MACH_NOTIFY_NO_SENDERS, notify, port->mscount);
	}
	return KERN_SUCCESS;
}

/* notifications.md 7, first table */
static bool
possible_now(const struct m_entry *entry)
{
	return entry->type == MACH_PORT_TYPE_SEND_ONCE ||
	    m_count_queued(entry->port) < entry->port->qlimit;
}

/* notifications.md 3 and 7: requests on a name. */
static kern_return_t
request_on_name(int task, label_t name, mach_msg_id_t id, uint32_t sync,
    struct m_port *notify, struct m_port **previous_out)
{
	struct m_entry *entry = model_find(task, name);
	bool possible = id == MACH_NOTIFY_SEND_POSSIBLE;

	if (!is_name(name))
		return KERN_INVALID_ARGUMENT;
	if (!entry)
		return KERN_INVALID_NAME;
	if (notify && entry->type == MACH_PORT_TYPE_PORT_SET)
		return KERN_INVALID_RIGHT;
	if (notify && entry->type == MACH_PORT_TYPE_DEAD_NAME) {
		if (!possible && sync == 0)
			return KERN_INVALID_ARGUMENT;
		if (entry->urefs < MACH_PORT_UREFS_MAX)
			entry->urefs++;
		notice_name(MACH_NOTIFY_DEAD_NAME, notify, name);
		return KERN_SUCCESS;
	}
	if (entry->request != M_NO_REQUEST)
		*previous_out = entry->notify;
	entry->request = M_NO_REQUEST;
	if (!notify)
		return KERN_SUCCESS;
	if (possible && sync != 0 && possible_now(entry)) {
		notice_name(MACH_NOTIFY_SEND_POSSIBLE, notify, name);
		return KERN_SUCCESS;
	}
	entry->request = M_DEAD_NAME;
	if (possible)
		entry->request = sync ? M_ARMED : M_DELAYED;
	entry->asked = ++m_all.clock;
	entry->notify = notify;
	return KERN_SUCCESS;
}

kern_return_t
model_request(int task, label_t name, mach_msg_id_t id, uint32_t sync,
    int caller, label_t notify, mach_msg_type_name_t disposition,
    label_t *previous_out)
{
	struct m_right right = {.type = MACH_MSG_TYPE_PORT_SEND_ONCE};
	struct m_port *previous = NULL;
	kern_return_t kr;

	if (disposition != MACH_MSG_TYPE_MAKE_SEND_ONCE &&
	    disposition != MACH_MSG_TYPE_MOVE_SEND_ONCE)
		return MIG_TYPE_ERROR;
	if (notify == LABEL_DEAD)
		return KERN_INVALID_CAPABILITY;
	if (notify != LABEL_NULL) {
		kr = take_argument(task, caller, notify, disposition, &right);
		if (kr != KERN_SUCCESS)
			return kr;
		if (!right.port)
			return KERN_INVALID_CAPABILITY;
	}
	if (id == MACH_NOTIFY_PORT_DESTROYED || id == MACH_NOTIFY_NO_SENDERS)
		kr = request_on_port(
		    task, name, id, sync, right.port, &previous);
	else if (id == MACH_NOTIFY_DEAD_NAME || id == MACH_NOTIFY_SEND_POSSIBLE)
		kr = request_on_name(
		    task, name, id, sync, right.port, &previous);
	else
		kr = KERN_INVALID_VALUE;
	if (kr != KERN_SUCCESS) {
		right_release(right);
		return kr;
	}
	right.port = previous;
	*previous_out = right_give(caller, right);
	return KERN_SUCCESS;
}

/*
 * Sets
 */

static struct m_member *
find_member(const struct m_port *port, int task, label_t set)
{
	for (size_t i = 0; i < m_all.member_count; i++) {
		struct m_member *member = &m_all.members[i];

		if (member->port == port && member->task == task &&
		    member->set == set)
			return member;
	}
	return NULL;
}

static void
add_member(struct m_port *port, int task, label_t set)
{
	struct m_member *member = find_member(NULL, task, set);

	for (size_t i = 0; i < m_all.member_count && !member; i++)
		if (!m_all.members[i].port)
			member = &m_all.members[i];
	if (!member) {
		m_all.members =
		    m_grow(m_all.members, m_all.member_count, sizeof(*member));
		member = &m_all.members[m_all.member_count++];
	}
	*member = (struct m_member){port, task, set};
}

/* Of a membership: both are names before either is of the right kind. */
static kern_return_t
find_both(int task, label_t name, label_t set, struct m_entry **member_out)
{
	struct m_entry *in = NULL;
	kern_return_t kr;

	if (!is_name(name) || !is_name(set))
		return KERN_INVALID_RIGHT;
	if (!model_find(task, name) || !model_find(task, set))
		return KERN_INVALID_NAME;
	kr = find(task, name, MACH_PORT_TYPE_RECEIVE, true, member_out);
	if (kr != KERN_SUCCESS)
		return kr;
	return find(task, set, MACH_PORT_TYPE_PORT_SET, true, &in);
}

kern_return_t
model_insert_member(int task, label_t name, label_t set)
{
	struct m_entry *member = NULL;
	kern_return_t kr;

	kr = find_both(task, name, set, &member);
	if (kr != KERN_SUCCESS)
		return kr;
	if (find_member(member->port, task, set))
		return KERN_ALREADY_IN_SET;
	add_member(member->port, task, set);
	return KERN_SUCCESS;
}

kern_return_t
model_extract_member(int task, label_t name, label_t set)
{
	struct m_entry *member = NULL;
	struct m_member *found;
	kern_return_t kr;

	kr = find_both(task, name, set, &member);
	if (kr != KERN_SUCCESS)
		return kr;
	found = find_member(member->port, task, set);
	if (!found)
		return KERN_NOT_IN_SET;
	found->port = NULL;
	return KERN_SUCCESS;
}

kern_return_t
model_move_member(int task, label_t name, label_t set)
{
	struct m_entry *member = NULL;
	struct m_entry *in = NULL;
	kern_return_t kr;

	kr = find(task, name, MACH_PORT_TYPE_RECEIVE, true, &member);
	if (kr == KERN_SUCCESS && set != LABEL_NULL)
		kr = find(task, set, MACH_PORT_TYPE_PORT_SET, true, &in);
	if (kr != KERN_SUCCESS)
		return kr;
	if (set == LABEL_NULL && !m_in_a_set(member->port))
		return KERN_NOT_IN_SET;
	m_leave_sets(member->port);
	if (set != LABEL_NULL)
		add_member(member->port, task, set);
	return KERN_SUCCESS;
}

/* ports.md 10.3: whatever knew the name knows the new one. */
kern_return_t
model_rename(int task, label_t old, label_t new)
{
	struct m_entry *entry = model_find(task, old);

	if (!is_name(new))
		return KERN_INVALID_VALUE;
	if (model_find(task, new))
		return KERN_NAME_EXISTS;
	if (!entry)
		return KERN_INVALID_NAME;
	entry->label = new;
	if (entry->type & MACH_PORT_TYPE_RECEIVE)
		entry->port->label = new;
	for (size_t i = 0; i < m_all.member_count; i++)
		if (m_all.members[i].task == task &&
		    m_all.members[i].set == old)
			m_all.members[i].set = new;
	for (size_t i = 0; i < m_all.msg_count; i++)
		if (m_all.msgs[i]->accepted_task == task &&
		    m_all.msgs[i]->accepted_label == old)
			m_all.msgs[i]->accepted_label = new;
	return KERN_SUCCESS;
}

/*
 * What a receive right is like
 */

kern_return_t
model_set_mscount(int task, label_t name, uint32_t mscount)
{
	struct m_port *port;
	kern_return_t kr = find_port(task, name, &port);

	if (kr == KERN_SUCCESS)
		port->mscount = mscount;
	return kr;
}

kern_return_t
model_set_seqno(int task, label_t name, uint32_t seqno)
{
	struct m_port *port;
	kern_return_t kr = find_port(task, name, &port);

	if (kr == KERN_SUCCESS)
		port->seqno = seqno;
	return kr;
}

kern_return_t
model_set_qlimit(int task, label_t name, uint32_t qlimit)
{
	struct m_port *port;
	kern_return_t kr;

	if (qlimit > MACH_PORT_QLIMIT_MAX)
		return KERN_INVALID_VALUE;
	kr = find_port(task, name, &port);
	if (kr == KERN_SUCCESS)
		port->qlimit = qlimit;
	return kr;
}

kern_return_t
model_set_context(int task, label_t name, uint64_t context)
{
	struct m_port *port;
	kern_return_t kr = find_port(task, name, &port);

	if (kr != KERN_SUCCESS)
		return kr;
	if (port->strict)
		return KERN_INVALID_ARGUMENT;
	port->context = context;
	return KERN_SUCCESS;
}

/* The family of guards says KERN_INVALID_NAME of NULL and DEAD. */
static kern_return_t
find_guarded(int task, label_t name, struct m_port **port_out)
{
	return is_name(name) ? find_port(task, name, port_out)
	                     : KERN_INVALID_NAME;
}

kern_return_t
model_guard(int task, label_t name, uint64_t guard, uint64_t flags)
{
	struct m_port *port;
	kern_return_t kr = find_guarded(task, name, &port);

	if (kr != KERN_SUCCESS)
		return kr;
	if (port->context != 0)
		return KERN_INVALID_ARGUMENT;
	port->guarded = true;
	port->context = guard;
	if (flags & MPG_STRICT)
		port->strict = true;
	if (flags & MPG_IMMOVABLE_RECEIVE)
		port->immovable = true;
	return KERN_SUCCESS;
}

kern_return_t
model_unguard(int task, label_t name, uint64_t guard)
{
	struct m_port *port;
	kern_return_t kr = find_guarded(task, name, &port);

	if (kr != KERN_SUCCESS)
		return kr;
	if (!port->guarded || port->context != guard)
		return KERN_INVALID_ARGUMENT;
	port->guarded = false;
	port->strict = false;
	port->context = 0;
	return KERN_SUCCESS;
}

kern_return_t
model_swap_guard(int task, label_t name, uint64_t old, uint64_t new)
{
	struct m_port *port;
	kern_return_t kr = find_guarded(task, name, &port);

	if (kr != KERN_SUCCESS)
		return kr;
	if (!port->guarded || port->strict || port->context != old)
		return KERN_INVALID_ARGUMENT;
	port->context = new;
	return KERN_SUCCESS;
}

kern_return_t
model_construct(int task, uint32_t flags, uint32_t qlimit, uint64_t context,
    label_t *name_out)
{
	struct m_entry *entry;
	struct m_port *port;

	if ((flags & MPO_QLIMIT) && qlimit > MACH_PORT_QLIMIT_MAX)
		return KERN_INVALID_VALUE;
	(void)model_allocate(task, MACH_PORT_RIGHT_RECEIVE, name_out);
	entry = model_find(task, *name_out);
	port = entry->port;
	port->context = context;
	port->tempowner = flags & MPO_TEMPOWNER;
	port->importance = flags & MPO_IMPORTANCE_RECEIVER;
	if (flags & MPO_QLIMIT)
		port->qlimit = qlimit;
	if (flags & MPO_CONTEXT_AS_GUARD) {
		port->guarded = true;
		port->strict = flags & MPO_STRICT;
		port->immovable = flags & MPO_IMMOVABLE_RECEIVE;
	}
	if (flags & MPO_INSERT_SEND_RIGHT) {
		entry->type |= MACH_PORT_TYPE_SEND;
		entry->urefs = 1;
		port->mscount = 1;
	}
	return KERN_SUCCESS;
}

kern_return_t
model_destruct(int task, label_t name, int srdelta, uint64_t guard)
{
	struct m_port *port;
	struct m_entry *entry;
	kern_return_t kr = find_guarded(task, name, &port);

	if (kr != KERN_SUCCESS)
		return kr;
	entry = model_find(task, name);
	if (srdelta != 0 && !(entry->type & MACH_PORT_TYPE_SEND))
		return KERN_INVALID_RIGHT;
	if (srdelta > 0 || -(int64_t)srdelta > entry->urefs)
		return KERN_INVALID_VALUE;
	if (port->guarded && port->context != guard)
		return KERN_INVALID_ARGUMENT;
	if (srdelta != 0)
		change_urefs(task, entry, srdelta);
	destroy_receive(task, entry);
	return KERN_SUCCESS;
}

/* ports.md 7.3 */
void
model_kill(int task, const label_t *order, size_t count)
{
	struct m_entry *entry;

	for (size_t i = 0; i < count; i++) {
		entry = model_find(task, order[i]);
		if (entry && (entry->type & MACH_PORT_TYPE_RECEIVE))
			destroy_entry(task, entry);
	}
	for (size_t i = 0; i < count; i++) {
		entry = model_find(task, order[i]);
		if (entry)
			destroy_entry(task, entry);
	}
	m_all.spaces[task] = (struct m_space){0};
}

/*
 * A look
 */

mach_port_type_t
model_type(const struct m_entry *entry)
{
	mach_port_type_t type = entry->type;

	if (entry->request != M_NO_REQUEST)
		type |= MACH_PORT_TYPE_DNREQUEST;
	if (entry->request == M_DELAYED)
		type |= MACH_PORT_TYPE_SPREQUEST_DELAYED;
	if (entry->request == M_ARMED)
		type |= MACH_PORT_TYPE_SPREQUEST;
	return type;
}

mach_port_status_t
model_status(const struct m_entry *entry)
{
	const struct m_port *port = entry->port;
	mach_port_status_t status = {
	    .mps_pset = m_in_a_set(port),
	    .mps_seqno = port->seqno,
	    .mps_mscount = port->mscount,
	    .mps_qlimit = port->qlimit,
	    .mps_msgcount = m_count_queued(port),
	    .mps_sorights = m_count_send_onces(port),
	    .mps_srights = m_count_senders(port) > 0,
	    .mps_pdrequest = port->pdrequest != NULL,
	    .mps_nsrequest = port->nsrequest != NULL,
	};

	if (port->importance)
		status.mps_flags |= MACH_PORT_STATUS_FLAG_IMP_DONATION;
	if (port->importance && port->tempowner)
		status.mps_flags |= MACH_PORT_STATUS_FLAG_TEMPOWNER;
	if (port->guarded) {
		status.mps_flags |= MACH_PORT_STATUS_FLAG_GUARDED;
		if (port->strict)
			status.mps_flags |= MACH_PORT_STATUS_FLAG_STRICT_GUARD;
		if (port->immovable)
			status.mps_flags |=
			    MACH_PORT_STATUS_FLAG_GUARD_IMMOVABLE_RECEIVE;
	}
	return status;
}

bool
model_is_member(int task, label_t name, label_t set)
{
	const struct m_entry *entry = model_find(task, name);

	return entry && (entry->type & MACH_PORT_TYPE_RECEIVE) &&
	    find_member(entry->port, task, set);
}

unsigned
model_members(int task, label_t set)
{
	unsigned count = 0;

	for (size_t i = 0; i < m_all.member_count; i++)
		count += m_all.members[i].port &&
		    m_all.members[i].task == task &&
		    m_all.members[i].set == set;
	return count;
}
