/* Everything that there is, and looking through it. */
#include <stdlib.h>
#include <string.h>

#include "base_assert.h"
#include "inside.h"

struct m_world m_all;

static void **memory;
static size_t memory_count;

void *
m_alloc(size_t bytes)
{
	void *block = calloc(1, bytes);
	void **more = realloc(memory, (memory_count + 1) * sizeof(*more));

	mp_assert(block && more);
	more[memory_count++] = block;
	memory = more;
	return block;
}

/* For arrays that double when they are full: when @count is a power of two. */
void *
m_grow(void *array, size_t count, size_t bytes)
{
	void *larger;

	if (count & (count - 1))
		return array;
	larger = m_alloc((count ? 2 * count : 1) * bytes);
	if (count > 0)
		memcpy(larger, array, count * bytes);
	return larger;
}

void
model_begin(void)
{
	m_all = (struct m_world){0};
}

void
model_end(void)
{
	for (size_t i = 0; i < memory_count; i++)
		free(memory[i]);
	free(memory);
	memory = NULL;
	memory_count = 0;
}

void
model_step(uint32_t step)
{
	m_all.step = step;
	m_all.labels = 0;
}

label_t
m_new_label(void)
{
	mp_assert(m_all.labels < 15); /* 15 is for chosen names */
	return LABEL(m_all.step, m_all.labels++);
}

struct m_space *
model_space(int task)
{
	return &m_all.spaces[task];
}

struct m_entry *
model_find(int task, label_t name)
{
	struct m_space *space = &m_all.spaces[task];

	if (name == LABEL_NULL || name == LABEL_DEAD)
		return NULL;
	for (size_t i = 0; i < space->count; i++)
		if (space->entries[i].label == name)
			return &space->entries[i];
	return NULL;
}

struct m_entry *
m_find_port(int task, const struct m_port *port)
{
	struct m_space *space = &m_all.spaces[task];

	for (size_t i = 0; i < space->count; i++) {
		struct m_entry *entry = &space->entries[i];

		if (entry->label && entry->port == port &&
		    (entry->type & MACH_PORT_TYPE_SEND_RECEIVE))
			return entry;
	}
	return NULL;
}

struct m_entry *
m_new_entry(int task, label_t label)
{
	struct m_space *space = &m_all.spaces[task];
	struct m_entry *entry = NULL;

	for (size_t i = 0; i < space->count && !entry; i++)
		if (!space->entries[i].label)
			entry = &space->entries[i];
	if (!entry) {
		space->entries =
		    m_grow(space->entries, space->count, sizeof(*entry));
		entry = &space->entries[space->count++];
	}
	*entry = (struct m_entry){.label = label};
	return entry;
}

struct m_port *
m_new_port(void)
{
	struct m_port *port = m_alloc(sizeof(*port));

	port->alive = true;
	port->task = -1;
	port->qlimit = MACH_PORT_QLIMIT_DEFAULT;
	m_all.ports =
	    m_grow(m_all.ports, m_all.port_count, sizeof(*m_all.ports));
	m_all.ports[m_all.port_count++] = port;
	return port;
}

static bool
is_right(const struct m_right *right, const struct m_port *port,
    mach_msg_type_name_t type)
{
	return right->port == port && right->type == type;
}

static uint32_t
count_in_messages(const struct m_port *port, mach_msg_type_name_t type)
{
	uint32_t count = 0;

	for (size_t i = 0; i < m_all.msg_count; i++) {
		const struct m_msg *msg = m_all.msgs[i];

		count += is_right(&msg->remote, port, type);
		count += is_right(&msg->local, port, type);
		for (unsigned b = 0; b < msg->count; b++)
			count += is_right(&msg->body[b], port, type);
	}
	return count;
}

/* What is said of each entry of each space. */
static uint32_t
count_entries(const struct m_port *port,
    bool (*counts)(const struct m_entry *, const struct m_port *))
{
	uint32_t count = 0;

	for (int task = 0; task < MODEL_TASKS; task++)
		for (size_t i = 0; i < m_all.spaces[task].count; i++) {
			struct m_entry *e = &m_all.spaces[task].entries[i];

			count += e->label && counts(e, port);
		}
	return count;
}

static bool
sends_to(const struct m_entry *entry, const struct m_port *port)
{
	return (entry->type & MACH_PORT_TYPE_SEND) && entry->port == port;
}

static bool
sends_once_to(const struct m_entry *entry, const struct m_port *port)
{
	return entry->type == MACH_PORT_TYPE_SEND_ONCE && entry->port == port;
}

static bool
notifies(const struct m_entry *entry, const struct m_port *port)
{
	return entry->request != M_NO_REQUEST && entry->notify == port;
}

uint32_t
m_count_senders(const struct m_port *port)
{
	return count_entries(port, sends_to) +
	    count_in_messages(port, MACH_MSG_TYPE_PORT_SEND);
}

uint32_t
m_count_send_onces(const struct m_port *port)
{
	uint32_t count = count_entries(port, sends_once_to) +
	    count_entries(port, notifies) +
	    count_in_messages(port, MACH_MSG_TYPE_PORT_SEND_ONCE);

	for (size_t i = 0; i < m_all.msg_count; i++)
		count += m_all.msgs[i]->accepted == port;
	for (size_t i = 0; i < m_all.port_count; i++) {
		const struct m_port *other = m_all.ports[i];

		count += other->alive && other->pdrequest == port;
		count += other->alive && other->nsrequest == port;
	}
	return count;
}

bool
m_in_a_set(const struct m_port *port)
{
	for (size_t i = 0; i < m_all.member_count; i++)
		if (m_all.members[i].port == port)
			return true;
	return false;
}

void
m_leave_sets(const struct m_port *port)
{
	for (size_t i = 0; i < m_all.member_count; i++)
		if (m_all.members[i].port == port)
			m_all.members[i].port = NULL;
}

void
m_empty_set(int task, label_t set)
{
	for (size_t i = 0; i < m_all.member_count; i++)
		if (m_all.members[i].task == task &&
		    m_all.members[i].set == set)
			m_all.members[i].port = NULL;
}

struct m_msg *
m_new_msg(void)
{
	struct m_msg *msg = m_alloc(sizeof(*msg));

	m_all.msgs = m_grow(m_all.msgs, m_all.msg_count, sizeof(*m_all.msgs));
	m_all.msgs[m_all.msg_count++] = msg;
	return msg;
}

void
m_forget_msg(struct m_msg *msg)
{
	size_t i = 0;

	while (m_all.msgs[i] != msg)
		i++;
	/* The array keeps its size: growing goes by the count. */
	m_all.msgs[i] = m_all.msgs[--m_all.msg_count];
}

struct m_msg *
m_first(const struct m_port *port)
{
	struct m_msg *first = NULL;

	for (size_t i = 0; i < m_all.msg_count; i++) {
		struct m_msg *msg = m_all.msgs[i];

		if (msg->at == port && (!first || msg->order < first->order))
			first = msg;
	}
	return first;
}

uint32_t
m_count_queued(const struct m_port *port)
{
	uint32_t count = 0;

	for (size_t i = 0; i < m_all.msg_count; i++)
		count += m_all.msgs[i]->at == port;
	return count;
}

void
m_queue(struct m_msg *msg, struct m_port *port)
{
	msg->at = port;
	msg->order = ++m_all.clock;
}
