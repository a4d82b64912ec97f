/*
 * All that there is about a port or a set, as items, in stages:
 *
 *	TASKS	 for each task that may be seen, or that is known by its pid: its
 *		 send or receive right, the notice it wants of that name, and what
 *		 the kernel keeps for it
 *	ONCE	 the same, for send-once rights, which only a walk over all names finds
 *	MESSAGES what waits in the queue, and the rights in it
 *	PORT	 notices of the port itself, and the sets it is in
 *	LANES	 lanes to it, each with the messages in it
 *	WAITERS	 blocked sends and receives
 *	SLEEPERS the same of those that sleep on lanes
 *
 * and of a set MEMBERS, then WAITERS and SLEEPERS. A cursor is the stage and two numbers that say
 * where in it to go on.
 */
#include <mach/mach2.h>
#include <mach/notify.h>
#include <mach/task_special_ports.h>
#include <string.h>

#include "ipc_inspect.h"
#include "ipc_kmsg.h"
#include "ipc_label.h"
#include "ipc_lane_look.h"
#include "ipc_port.h"
#include "ipc_pset.h"
#include "ipc_request.h"
#include "ipc_space_hash.h"
#include "ipc_waiter.h"
#include "kern_inspect_record.h"

enum stage {
	STAGE_TASKS,
	STAGE_ONCE,
	STAGE_MESSAGES,
	STAGE_PORT,
	STAGE_LANES,
	STAGE_MEMBERS,
	STAGE_WAITERS,
	STAGE_SLEEPERS,
	STAGE_END,
};

struct cursor {
	uint8_t stage; /* enum stage */
	uint32_t at;   /* TASKS, ONCE: id of a task; MESSAGES, WAITERS: index */
	uint32_t
	    within; /* 24 bits. ONCE, MEMBERS: index of a name; MESSAGES: 0:
	                  * the message itself; else of its rights, from 1; LANES:
	                  * the lane; else of what is in it */
};

/* One call. */
struct walk {
	struct kern_look *look;
	const struct ipc_port *port; /* or */
	const struct ipc_pset *pset;
	bool is_receiver; /* who looks sees who receives */
	uint32_t steps;   /* that may still be taken */
	struct cursor cursor;
};

#define STEPS_MOST 16384u

static struct cursor
cursor_of(uint64_t number)
{
	return (struct cursor){
	    .stage = (uint8_t)(number >> 56),
	    .at = (uint32_t)number,
	    .within = (uint32_t)(number >> 32) & 0xffffff,
	};
}

static uint64_t
number_of(const struct cursor *cursor)
{
	return (uint64_t)cursor->stage << 56 |
	    (uint64_t)(cursor->within & 0xffffff) << 32 | cursor->at;
}

static bool
take_steps(struct walk *walk, uint32_t steps)
{
	if (walk->steps == 0)
		return false;
	walk->steps -= steps < walk->steps ? steps : walk->steps;
	return true;
}

/* One more item, or NULL if the portion is full. */
static struct machport_item *
add(enum machport_item_kind kind)
{
	struct machport_item *item =
	    kern_portion_add(sizeof(struct machport_item));

	if (item)
		item->kind = kind;
	return item;
}

/* It leads to @port, or to none. */
static void
set_other(struct machport_item *item, const struct ipc_port *port)
{
	if (!IPC_PORT_VALID(port) || !ipc_port_active(port))
		return;
	item->other = port->id.number;
	ipc_label_get(port, item->label);
}

/* Whose it is: of who may not be seen, the pid. */
static void
set_task(struct walk *walk, struct machport_item *item,
    const struct ipc_space *space)
{
	item->pid = ipc_identity_pid(space->identity);
	if (kern_look_sees(walk->look, space))
		item->task = space->id.number;
}

/* --- tasks ----------------------------------------------------------------- */

/* Is there anything to be told of @space? To whom a port belongs it is told who can
 * send to it. */
static bool
may_tell_of(struct walk *walk, const struct ipc_space *space)
{
	return walk->is_receiver || kern_look_sees(walk->look, space);
}

static mach_msg_id_t
notice_of(const struct ipc_request *request)
{
	return request->kind == IPC_REQUEST_DEAD_NAME
	    ? MACH_NOTIFY_DEAD_NAME
	    : MACH_NOTIFY_SEND_POSSIBLE;
}

/* The right @entry of @space, and the notice that is asked for of its name. */
static bool
add_holder(struct walk *walk, const struct ipc_space *space,
    mach_port_name_t name, const struct ipc_entry *entry)
{
	const struct ipc_request *request = ipc_request_made(entry);
	struct machport_item *item = add(MACHPORT_ITEM_HOLDER);

	if (!item)
		return false;
	set_task(walk, item, space);
	item->type = entry->type;
	if (item->task == 0)
		return true;
	item->name = name;
	item->urefs = entry->urefs;
	if (!request)
		return true;
	item = add(MACHPORT_ITEM_REQUEST);
	if (!item)
		return false;
	set_task(walk, item, space);
	item->name = name;
	item->type = (uint32_t)notice_of(request);
	set_other(item, request->notify);
	return true;
}

/* TASK_*_PORT of a slot; 0: another. */
static uint32_t
which_slot(unsigned slot)
{
	switch (slot) {
	case KERN_PORTS_BOOTSTRAP:
		return TASK_BOOTSTRAP_PORT;
	case KERN_PORTS_ACCESS:
		return TASK_ACCESS_PORT;
	case KERN_PORTS_DEBUG_CONTROL:
		return TASK_DEBUG_CONTROL_PORT;
	case KERN_PORTS_RESOURCE_NOTIFY:
		return TASK_RESOURCE_NOTIFY_PORT;
	case KERN_PORTS_NOTIFY:
		return TASK_NOTIFY_PORT;
	default:
		return 0;
	}
}

static bool
add_slot(struct walk *walk, const struct ipc_space *space,
    const struct ipc_slot *slot, uint32_t which)
{
	struct machport_item *item;

	if (slot->port != walk->port)
		return true;
	item = add(MACHPORT_ITEM_SLOT);
	if (!item)
		return false;
	set_task(walk, item, space);
	item->index = which;
	return true;
}

static bool
add_slots(struct walk *walk, const struct ipc_space *space)
{
	const struct kern_task *task = space->owner;
	const struct kern_ports *ports = &task->ports;

	for (unsigned i = 0; i < KERN_PORTS_COUNT; i++)
		if (!add_slot(walk, space, &ports->slots[i], which_slot(i)))
			return false;
	for (unsigned i = 0; i < EXC_TYPES_COUNT; i++)
		if (!add_slot(
		        walk, space, &ports->exceptions.actions[i].handler, 0))
			return false;
	return true;
}

static bool
add_task(struct walk *walk, struct ipc_space *space)
{
	const struct ipc_entry *entry;
	mach_port_name_t name;

	entry = ipc_space_find_port(space, walk->port, &name);
	if (entry && !add_holder(walk, space, name, entry))
		return false;
	return !kern_look_sees(walk->look, space) || add_slots(walk, space);
}

/* The task to go on with: that with the id of the cursor, or one made later. */
static struct list *
first_task(const struct walk *walk)
{
	struct ipc_space *space = ipc_id_space(walk->cursor.at);

	if (space)
		return &space->world_link;
	LIST_FOREACH (node, &ipc_world.spaces)
		if (CONTAINER_OF(node, struct ipc_space, world_link)
		        ->id.number > walk->cursor.at)
			return node;
	return &ipc_world.spaces;
}

/* Have @tell tell of each task, from the cursor on: of each all, or, if it @goes_on, from
 * where the cursor says that it came to. False: not of all yet. */
static bool
each_task(struct walk *walk,
    bool (*tell)(struct walk *walk, struct ipc_space *space), bool goes_on)
{
	for (struct list *node = first_task(walk); node != &ipc_world.spaces;
	     node = node->next) {
		struct ipc_space *space =
		    CONTAINER_OF(node, struct ipc_space, world_link);
		uint32_t before = kern_portion_used();

		if (space->id.number != walk->cursor.at)
			walk->cursor.within = 0;
		walk->cursor.at = space->id.number;
		if (!take_steps(walk, 1))
			return false;
		if (!may_tell_of(walk, space) || tell(walk, space))
			continue;
		if (!goes_on)
			kern_portion_cut(before);
		return false;
	}
	return true;
}

/* --- names ----------------------------------------------------------------- */

/* The first name of another index than @name's. */
static mach_port_name_t
end_of_index(mach_port_name_t name)
{
	const mach_port_name_t last = name | 0xff;

	return last == MACH_PORT_DEAD ? last : last + 1;
}

/*
 * Have @tell tell of each name of @space, from the cursor on. Names of one index, of
 * which the tree of a Mach 3 task can have some, are told together: the cursor has no
 * more bits. False: not of all yet.
 */
static bool
each_name(struct walk *walk, const struct ipc_space *space,
    bool (*tell)(struct walk *walk, const struct ipc_space *space,
        mach_port_name_t name, const struct ipc_entry *entry))
{
	mach_port_name_t from = walk->cursor.within << 8;

	while (from != MACH_PORT_DEAD) {
		const uint32_t before = kern_portion_used();
		const mach_port_name_t end = end_of_index(from);
		const struct ipc_entry *entry;
		mach_port_name_t name;

		walk->cursor.within = from >> 8;
		if (!take_steps(walk, 1))
			return false;
		while (
		    (entry = ipc_space_next_below(space, end, &from, &name))) {
			if (tell(walk, space, name, entry))
				continue;
			kern_portion_cut(before);
			return false;
		}
	}
	return true;
}

static bool
tell_once(struct walk *walk, const struct ipc_space *space,
    mach_port_name_t name, const struct ipc_entry *entry)
{
	return entry->type != MACH_PORT_TYPE_SEND_ONCE ||
	    entry->port != walk->port || add_holder(walk, space, name, entry);
}

static bool
add_once(struct walk *walk, struct ipc_space *space)
{
	if (walk->cursor.within == 0)
		ipc_lane_resolve_all(space);
	return each_name(walk, space, tell_once);
}

static bool
tell_member(struct walk *walk, const struct ipc_space *space,
    mach_port_name_t name, const struct ipc_entry *entry)
{
	struct machport_item *item;

	if (!(entry->type & MACH_PORT_TYPE_RECEIVE))
		return true;
	(void)take_steps(walk, entry->port->member_count);
	if (!ipc_pset_find(walk->pset, entry->port))
		return true;
	item = add(MACHPORT_ITEM_MEMBER);
	if (!item)
		return false;
	set_task(walk, item, space);
	item->name = name;
	set_other(item, entry->port);
	return true;
}

/* --- messages -------------------------------------------------------------- */

static void
fill_message(struct walk *walk, struct machport_item *item,
    const struct ipc_kmsg *kmsg, uint32_t index)
{
	const struct ipc_space *sender = ipc_id_space(kmsg->sender);
	mach_msg_header_t header;

	memcpy(&header, kmsg->bytes, sizeof(header));
	item->index = index;
	if (sender)
		set_task(walk, item, sender);
	item->pid = ipc_identity_pid(kmsg->identity);
	item->msgh_id = header.msgh_id;
	item->bytes = kmsg->size;
	item->rights = kmsg->right_count;
	item->time_ns = kmsg->queued_ns;
	set_other(item, kmsg->local);
}

/* The message at the cursor, and its rights. False: not all of them yet. */
static bool
add_message(struct walk *walk, const struct ipc_kmsg *kmsg)
{
	struct cursor *cursor = &walk->cursor;
	struct machport_item *item;

	for (; cursor->within <= kmsg->right_count; cursor->within++) {
		const struct ipc_kmsg_right *right;

		if (!take_steps(walk, 1))
			return false;
		if (cursor->within == 0) {
			item = add(MACHPORT_ITEM_MESSAGE);
			if (!item)
				return false;
			fill_message(walk, item, kmsg, cursor->at);
			continue;
		}
		right = &kmsg->rights[cursor->within - 1];
		if (!IPC_PORT_VALID(right->port))
			continue;
		item = add(MACHPORT_ITEM_RIGHT);
		if (!item)
			return false;
		item->index = cursor->at;
		item->type = right->type;
		set_other(item, right->port);
	}
	cursor->within = 0;
	cursor->at++;
	return true;
}

static bool
each_message(struct walk *walk)
{
	uint32_t index = 0;

	LIST_FOREACH (node, &walk->port->messages)
		if (index++ >= walk->cursor.at &&
		    !add_message(
		        walk, CONTAINER_OF(node, struct ipc_kmsg, link)))
			return false;
	return true;
}

/* --- the port itself ------------------------------------------------------- */

static bool
add_port_request(const struct ipc_port *notify, mach_msg_id_t id)
{
	struct machport_item *item;

	if (!notify)
		return true;
	item = add(MACHPORT_ITEM_REQUEST);
	if (!item)
		return false;
	item->type = (uint32_t)id;
	set_other(item, notify);
	return true;
}

/* The first of the stage. */
static bool
add_port_requests(struct walk *walk)
{
	const uint32_t before = kern_portion_used();

	if (walk->cursor.at > 0)
		return true;
	if (!add_port_request(walk->port->nsrequest, MACH_NOTIFY_NO_SENDERS) ||
	    !add_port_request(
	        walk->port->pdrequest, MACH_NOTIFY_PORT_DESTROYED)) {
		kern_portion_cut(before);
		return false;
	}
	walk->cursor.at = 1;
	return true;
}

static bool
each_set(struct walk *walk)
{
	uint32_t index = 1; /* behind the requests */

	LIST_FOREACH (node, &walk->port->members) {
		const struct ipc_pset *pset =
		    CONTAINER_OF(node, struct ipc_member, port_link)->pset;
		struct machport_item *item;

		if (index++ < walk->cursor.at)
			continue;
		item = add(MACHPORT_ITEM_SET);
		if (!item)
			return false;
		set_task(walk, item, pset->space);
		item->name = pset->name;
		item->other = pset->id.number;
		walk->cursor.at++;
	}
	return true;
}

static void
fill_lane(
    struct walk *walk, struct machport_item *item, const struct ipc_lane *lane)
{
	const struct ipc_lane_passed passed = ipc_lane_passed(lane);

	set_task(walk, item, lane->from);
	item->index = lane_drain_depth(&lane->view, lane->limit);
	item->bytes = lane->limit;
	item->time_ns = lane->opened_ns;
	item->messages = passed.messages;
	item->replies = passed.replies;
	if (lane_drain_sleeps_for_message(&lane->view))
		item->type |= MACHPORT_LANE_AWAITED;
	if (lane_drain_sleeps_for_room(&lane->view))
		item->type |= MACHPORT_LANE_BLOCKED;
}

static void
fill_lane_message(struct walk *walk, struct machport_item *item,
    const struct ipc_lane *lane, const struct lane_record *record)
{
	uint32_t index;

	set_task(walk, item, lane->from);
	item->msgh_id = record->id;
	item->bytes = (uint32_t)sizeof(mach_msg_header_t) + record->body;
	if (lane_drain_reply_port(&lane->view, record->token, &index))
		set_other(item, ipc_board_port(lane->from->board, index));
}

/* The lane at the cursor, and then what is in it. False: not all of that yet. */
static bool
add_lane(struct walk *walk, const struct ipc_lane *lane)
{
	const struct lane_cut cut = lane_drain_cut(&lane->view);
	uint32_t *within = &walk->cursor.within;
	uint32_t position = lane_position(cut.from);
	struct lane_record record;
	struct machport_item *item;

	if (*within == 0) {
		item = add(MACHPORT_ITEM_LANE);
		if (!item)
			return false;
		fill_lane(walk, item, lane);
		*within = 1;
	}
	for (uint32_t i = 1; i <= lane->limit &&
	     lane_drain_peek(&lane->view, &cut, &position, &record);
	     i++) {
		if (i < *within)
			continue;
		item = take_steps(walk, 1) ? add(MACHPORT_ITEM_LANE_MESSAGE)
		                           : NULL;
		if (!item)
			return false;
		fill_lane_message(walk, item, lane, &record);
		item->index = i - 1;
		*within = i + 1;
	}
	*within = 0;
	return true;
}

static bool
each_lane(struct walk *walk)
{
	uint32_t index = 0;

	LIST_FOREACH (node, &walk->port->lanes) {
		const struct ipc_lane *lane =
		    CONTAINER_OF(node, struct ipc_lane, port_link);

		if (index++ < walk->cursor.at)
			continue;
		if (lane->state == IPC_LANE_OPEN && !add_lane(walk, lane))
			return false;
		walk->cursor.at = index;
	}
	return true;
}

/* --- who waits ------------------------------------------------------------- */

/* Those of @waiters, the first of whom is the nth of all. */
static bool
each_waiter(struct walk *walk, const struct list *waiters,
    enum machport_item_kind kind, uint32_t nth)
{
	uint32_t index = 0;

	LIST_FOREACH (node, waiters) {
		const struct ipc_waiter *waiter =
		    CONTAINER_OF(node, struct ipc_waiter, link);
		struct machport_item *item;

		if (nth + index++ < walk->cursor.at)
			continue;
		item = add(kind);
		if (!item)
			return false;
		set_task(walk, item, waiter->space);
		item->index = index - 1;
		walk->cursor.at++;
	}
	return true;
}

/* Who sleeps on the lanes of the port, or the set: the first of the stage. */
static bool
add_sleeping_receiver(struct walk *walk)
{
	const struct ipc_space *space;
	struct machport_item *item;

	if (walk->cursor.at > 0)
		return true;
	if (walk->pset ? ipc_lane_set_is_awaited(walk->pset)
	               : ipc_lane_port_is_awaited(walk->port)) {
		space = walk->pset ? walk->pset->space : walk->port->receiver;
		item = add(MACHPORT_ITEM_RECEIVER);
		if (!item)
			return false;
		set_task(walk, item, space);
	}
	walk->cursor.at = 1;
	return true;
}

static bool
each_sleeping_sender(struct walk *walk)
{
	uint32_t index = 1; /* behind the receiver */

	LIST_FOREACH (node, &walk->port->lanes) {
		const struct ipc_lane *lane =
		    CONTAINER_OF(node, struct ipc_lane, port_link);
		struct machport_item *item;

		if (index++ < walk->cursor.at || lane->state != IPC_LANE_OPEN ||
		    !lane_drain_sleeps_for_room(&lane->view))
			continue;
		item = add(MACHPORT_ITEM_SENDER);
		if (!item)
			return false;
		set_task(walk, item, lane->from);
		walk->cursor.at = index;
	}
	return true;
}

/* --- stages ---------------------------------------------------------------- */

static bool
add_waiters(struct walk *walk)
{
	if (walk->pset)
		return each_waiter(
		    walk, &walk->pset->receivers, MACHPORT_ITEM_RECEIVER, 0);
	return each_waiter(
	           walk, &walk->port->senders, MACHPORT_ITEM_SENDER, 0) &&
	    each_waiter(walk, &walk->port->receivers, MACHPORT_ITEM_RECEIVER,
	        ipc_inspect_count(&walk->port->senders));
}

/* The rest of the stage at the cursor. False: not all of it yet. */
static bool
add_stage(struct walk *walk)
{
	switch ((enum stage)walk->cursor.stage) {
	case STAGE_TASKS:
		return each_task(walk, add_task, false);
	case STAGE_ONCE:
		return walk->port->sorights + ipc_lane_sorights(walk->port) ==
		    0 ||
		    each_task(walk, add_once, true);
	case STAGE_MESSAGES:
		return each_message(walk);
	case STAGE_PORT:
		return add_port_requests(walk) && each_set(walk);
	case STAGE_LANES:
		return each_lane(walk);
	case STAGE_MEMBERS:
		return !walk->pset ||
		    each_name(walk, walk->pset->space, tell_member);
	case STAGE_WAITERS:
		return add_waiters(walk);
	case STAGE_SLEEPERS:
		return add_sleeping_receiver(walk) &&
		    (walk->pset || each_sleeping_sender(walk));
	case STAGE_END:
		break;
	}
	return true;
}

static void
add_items(struct walk *walk)
{
	struct cursor *cursor = &walk->cursor;

	if (walk->pset && cursor->stage < STAGE_MEMBERS)
		*cursor = (struct cursor){.stage = STAGE_MEMBERS};
	while (cursor->stage < STAGE_END) {
		if (!add_stage(walk))
			return;
		*cursor = (struct cursor){.stage = cursor->stage + 1};
	}
	*cursor = (struct cursor){0};
}

/* What has @id, if who looks may see it. */
static kern_return_t
find(struct walk *walk, uint32_t id)
{
	const struct ipc_port *end;

	walk->port = ipc_id_port(id);
	walk->pset = ipc_id_pset(id);
	if (walk->pset) {
		walk->is_receiver =
		    kern_look_sees(walk->look, walk->pset->space);
		return walk->is_receiver ? KERN_SUCCESS : KERN_NO_ACCESS;
	}
	if (!walk->port || !ipc_port_active(walk->port))
		return KERN_INVALID_ARGUMENT;
	if (!kern_inspect_sees_port(walk->look, walk->port))
		return KERN_NO_ACCESS;
	end = ipc_inspect_end(walk->port);
	walk->is_receiver = end->place == IPC_PORT_PLACE_SPACE;
	return KERN_SUCCESS;
}

kern_return_t
kern_inspect_port(struct kern_look *look, uint32_t port, uint64_t *cursor,
    struct kern_portion *portion_out)
{
	struct walk walk = {
	    .look = look,
	    .steps = STEPS_MOST,
	    .cursor = cursor_of(*cursor),
	};
	kern_return_t kr = find(&walk, port);

	if (kr != KERN_SUCCESS)
		return kr;
	kern_portion_begin();
	add_items(&walk);
	*cursor = number_of(&walk.cursor);
	kern_portion_end(portion_out);
	return KERN_SUCCESS;
}

kern_return_t
kern_inspect_find(
    struct kern_look *look, uint32_t port, struct kern_portion *portion_out)
{
	struct walk walk = {.look = look};
	kern_return_t kr = find(&walk, port);
	struct machport_name_record *record;

	if (kr != KERN_SUCCESS)
		return kr;
	kern_portion_begin();
	record = kern_portion_add(sizeof(*record));
	if (walk.pset)
		kern_inspect_record_set(walk.pset, record);
	else
		kern_inspect_record_port(look, walk.port, record);
	kern_portion_end(portion_out);
	return KERN_SUCCESS;
}
