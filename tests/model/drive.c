/*
 * The engine beside the model. Which name of the engine a label stands for is
 * noted when a step gives it out; that no other has it, that it has no
 * other, and that everything that a task can ask about its names has the same
 * answer is looked at after each step.
 */
#include "drive.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc/world.h"

#define STEPS_MAX 4096
#define LABELS ((STEPS_MAX + 1) * 16)
/* No task has so many names. */
#define ABSENT ((mach_port_name_t)0x01ffff03)
/* Names that the script chooses: beyond all that the engine gives. */
#define CHOSEN(step) ((mach_port_name_t)(((0x1000 + (step)) << 8) | 3))

#define ROOM 4096
#define NO_ROOM sizeof(mach_msg_header_t)

static struct ipc_space *spaces[MODEL_TASKS];
static struct thread *threads[MODEL_TASKS];
static mach_port_name_t names[LABELS];
static char difference[256];
static enum step_kind blind_kind;

const char *
drive_difference(void)
{
	return difference;
}

static bool __attribute__((format(printf, 1, 2)))
differ(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(difference, sizeof(difference), format, arguments);
	va_end(arguments);
	return false;
}

static void
begin_task(int task, struct ipc_space *space)
{
	spaces[task] = space;
	threads[task] = world_thread(space);
}

void
drive_begin(enum step_kind blind)
{
	blind_kind = blind;
	world_begin();
	model_begin();
	memset(names, 0, sizeof(names));
	begin_task(0, alice);
	begin_task(1, bob);
	begin_task(2, carol);
}

void
drive_end(void)
{
	model_end();
	world_end();
}

/*
 * Names and labels
 */

/* The entry of the model's space that has this name; LABEL_NULL: none. */
static label_t
label_of(int task, mach_port_name_t name)
{
	const struct m_space *space = model_space(task);

	for (size_t i = 0; i < space->count; i++)
		if (space->entries[i].label &&
		    names[space->entries[i].label] == name)
			return space->entries[i].label;
	return LABEL_NULL;
}

/* What to call @label in the engine. One that was freed is called what it was
 * called, unless that is somebody else's name now. */
static mach_port_name_t
name_of(int task, label_t label)
{
	mach_port_name_t name;

	if (label == LABEL_NULL)
		return MACH_PORT_NULL;
	if (label == LABEL_DEAD)
		return MACH_PORT_DEAD;
	mp_assert(label < LABELS);
	name = names[label];
	if (name == MACH_PORT_NULL)
		return ABSENT;
	if (!model_find(task, label) && label_of(task, name) != LABEL_NULL)
		return ABSENT;
	return name;
}

/* A name that came out of a step is the one that the model says. */
static bool
same_name(int task, label_t label, mach_port_name_t name, const char *what)
{
	if (label == LABEL_NULL && name == MACH_PORT_NULL)
		return true;
	if (label == LABEL_DEAD && name == MACH_PORT_DEAD)
		return true;
	if (!MACH_PORT_VALID(name) || label == LABEL_NULL ||
	    label == LABEL_DEAD)
		return differ("%s: the engine has 0x%x, the model 0x%x", what,
		    name, label);
	if (names[label] == MACH_PORT_NULL &&
	    label_of(task, name) == LABEL_NULL)
		names[label] = name;
	if (names[label] != name)
		return differ("%s: the engine has 0x%x, the model 0x%x", what,
		    name, names[label]);
	return true;
}

static bool
same(uint64_t engine, uint64_t model, const char *what)
{
	if (engine == model)
		return true;
	return differ("%s: the engine has 0x%llx, the model 0x%llx", what,
	    (unsigned long long)engine, (unsigned long long)model);
}

/*
 * Everything that there is
 */

static bool
compare_port(int task, const struct m_entry *entry, mach_port_name_t name)
{
	static const char *const words[] = {"mps_pset", "mps_seqno",
	    "mps_mscount", "mps_qlimit", "mps_msgcount", "mps_sorights",
	    "mps_srights", "mps_pdrequest", "mps_nsrequest", "mps_flags"};
	mach_port_status_t model = model_status(entry);
	uint32_t expected[MACH_PORT_RECEIVE_STATUS_COUNT];
	uint32_t found[MACH_PORT_RECEIVE_STATUS_COUNT];
	mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;
	mach_port_context_t context = 0;
	kern_return_t kr = ipc_mach_port_get_attributes(
	    spaces[task], name, MACH_PORT_RECEIVE_STATUS, found, &count);

	memcpy(expected, &model, sizeof(expected));
	if (!same((uint64_t)kr, KERN_SUCCESS, "status"))
		return false;
	for (unsigned i = 0; i < MACH_PORT_RECEIVE_STATUS_COUNT; i++)
		if (!same(found[i], expected[i], words[i]))
			return false;
	kr = ipc_mach_port_get_context(spaces[task], name, &context);
	return same((uint64_t)kr, KERN_SUCCESS, "get_context") &&
	    same(context, entry->port->strict ? 0 : entry->port->context,
	        "context");
}

static bool
compare_set(int task, const struct m_entry *entry, mach_port_name_t name)
{
	mach_port_name_t *members = NULL;
	uint32_t count = 0;
	bool ok;
	kern_return_t kr =
	    ipc_mach_port_get_set_status(spaces[task], name, &members, &count);

	ok = same((uint64_t)kr, KERN_SUCCESS, "set status") &&
	    same(count, model_members(task, entry->label), "members");
	for (uint32_t i = 0; i < count && ok; i++)
		if (!model_is_member(
		        task, label_of(task, members[i]), entry->label))
			ok = differ("0x%x is a member of 0x%x in the engine",
			    members[i], name);
	base_free(members);
	return ok;
}

static bool
compare_entry(int task, mach_port_name_t name, mach_port_type_t type)
{
	label_t label = label_of(task, name);
	const struct m_entry *entry = model_find(task, label);
	mach_port_right_t counted = MACH_PORT_RIGHT_DEAD_NAME;
	mach_port_urefs_t refs = 0;

	if (!entry)
		return differ("0x%x is in the engine alone", name);
	if (!same(type, model_type(entry), "type"))
		return false;
	if (type & MACH_PORT_TYPE_SEND)
		counted = MACH_PORT_RIGHT_SEND;
	if ((type & (MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DEAD_NAME)) &&
	    !(ipc_mach_port_get_refs(spaces[task], name, counted, &refs) ==
	            KERN_SUCCESS &&
	        same(refs, entry->urefs, "urefs")))
		return false;
	if (type & MACH_PORT_TYPE_RECEIVE)
		return compare_port(task, entry, name);
	if (type & MACH_PORT_TYPE_PORT_SET)
		return compare_set(task, entry, name);
	return true;
}

static bool
compare_space(int task)
{
	mach_port_name_t *found = NULL;
	mach_port_type_t *types = NULL;
	size_t expected = 0;
	uint32_t count = 0;
	bool ok;
	kern_return_t kr =
	    ipc_mach_port_names(spaces[task], &found, &types, &count);

	for (size_t i = 0; i < model_space(task)->count; i++)
		expected += model_space(task)->entries[i].label != LABEL_NULL;
	ok = same((uint64_t)kr, KERN_SUCCESS, "names");
	for (uint32_t i = 0; i < count && ok; i++)
		ok = compare_entry(task, found[i], types[i]);
	ok = ok && same(count, expected, "number of names");
	base_free(found);
	base_free(types);
	return ok;
}

/*
 * Messages
 */

static bool
compare_rights(int task, const struct got *got, const struct m_view *view)
{
	if (!same(got_descriptor_count(got), view->count, "descriptors"))
		return false;
	for (unsigned i = 0; i < view->count; i++) {
		mach_msg_port_descriptor_t port = got_port(got, i);

		if (!same(port.disposition, view->body[i].type,
		        "type of a right") ||
		    !same_name(task, view->body[i].label, port.name, "a right"))
			return false;
	}
	return true;
}

/* What a notification tells, which is a number in the message. */
static bool
compare_notice(const struct got *got, const struct m_view *view)
{
	uint32_t value = 0;

	switch (view->id) {
	case MACH_NOTIFY_PORT_DESTROYED:
	case MACH_NOTIFY_SEND_ONCE:
		return true;
	case MACH_NOTIFY_NO_SENDERS:
		got_bytes(got, 32, &value, sizeof(value));
		return same(value, view->value, "not_count");
	default:
		got_bytes(got, 32, &value, sizeof(value));
		return same(value,
		    view->value == LABEL_NULL ? MACH_PORT_NULL
		                              : names[view->value],
		    "not_port");
	}
}

static bool
compare_message(int task, const struct got *got, const struct m_view *view)
{
	const mach_msg_header_t *header = &got->header;

	if (!same((uint64_t)header->msgh_id, (uint64_t)view->id, "id") ||
	    !same(MACH_MSGH_BITS_IS_COMPLEX(header->msgh_bits), view->complex,
	        "complex") ||
	    !same(MACH_MSGH_BITS_REMOTE(header->msgh_bits), view->remote_type,
	        "remote type") ||
	    !same(MACH_MSGH_BITS_LOCAL(header->msgh_bits), view->local_type,
	        "local type") ||
	    !same_name(
	        task, view->remote, header->msgh_remote_port, "remote port") ||
	    !same_name(
	        task, view->local, header->msgh_local_port, "local port"))
		return false;
	return compare_rights(task, got, view) &&
	    (!view->notice || got->outcome == IPC_OUTCOME_BARE ||
	        compare_notice(got, view));
}

static bool
do_send(const struct step *step)
{
	int task = (int)step->arguments[SEND_TASK];
	struct m_send send = step_message(step);
	mach_msg_option_t option = MACH_SEND_TIMEOUT;
	mach_port_name_t notify = name_of(task, send.notify_port);
	struct m_view back;
	struct message message;
	struct got got;
	mach_msg_return_t mr;

	message_init(&message, name_of(task, send.remote),
	    send.remote_disposition, name_of(task, send.local),
	    send.local_disposition);
	message_header(&message)->msgh_id = send.id;
	for (unsigned i = 0; i < send.count; i++)
		message_add_port(&message, name_of(task, send.body[i].label),
		    send.body[i].disposition);
	if (send.notify)
		option |= MACH_SEND_NOTIFY;
	(void)thread_send(threads[task], &message, option, notify);
	got = thread_got(threads[task]);
	mr = model_send(task, &send, &back);
	if (!same((uint64_t)got.code, (uint64_t)mr, "send"))
		return false;
	return !model_came_back(mr) || compare_message(task, &got, &back);
}

/* Which member of a set the engine took a message from. */
static label_t
served_by(int task, const struct got *got)
{
	if (got->outcome == IPC_OUTCOME_SIZE)
		return label_of(task, got->large_name);
	return label_of(task, got->header.msgh_local_port);
}

static bool
do_receive(const struct step *step)
{
	const int64_t *a = step->arguments;
	int task = (int)a[0];
	bool fits = a[2] != 0;
	bool large = a[3] != 0;
	mach_msg_option_t option = MACH_RCV_TIMEOUT | MACH_RCV_LARGE_IDENTITY |
	    MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SEQNO);
	struct m_view view;
	struct got got;
	mach_msg_return_t mr;

	if (large)
		option |= MACH_RCV_LARGE;
	(void)thread_receive(threads[task], name_of(task, (label_t)a[1]),
	    option, fits ? ROOM : NO_ROOM);
	got = thread_got(threads[task]);
	mr = model_receive(
	    task, (label_t)a[1], served_by(task, &got), fits, large, &view);
	if (!same((uint64_t)got.code, (uint64_t)mr, "receive"))
		return false;
	if (mr != MACH_MSG_SUCCESS && !(mr == MACH_RCV_TOO_LARGE && !large))
		return true;
	return compare_message(task, &got, &view) &&
	    same(got.trailer.msgh_seqno, view.seqno, "seqno");
}

/*
 * The other steps
 */

static bool
do_kill(int task)
{
	struct ipc_space **tasks[] = {&alice, &bob, &carol};
	mach_port_name_t *found = NULL;
	mach_port_type_t *types = NULL;
	uint32_t count = 0;
	label_t *order;

	(void)ipc_mach_port_names(spaces[task], &found, &types, &count);
	order = base_zalloc(count + 1u, sizeof(*order));
	mp_assert(order);
	for (uint32_t i = 0; i < count; i++)
		order[i] = label_of(task, found[i]);
	base_free(found);
	base_free(types);
	model_kill(task, order, count);
	base_free(order);
	world_kill(tasks[task]);
	*tasks[task] = world_new_task();
	begin_task(task, *tasks[task]);
	return true;
}

static bool
do_allocate(int task, mach_port_right_t right)
{
	mach_port_name_t name = MACH_PORT_NULL;
	label_t label = LABEL_NULL;
	kern_return_t kr = ipc_mach_port_allocate(spaces[task], right, &name);

	if (!same((uint64_t)kr, (uint64_t)model_allocate(task, right, &label),
	        "allocate"))
		return false;
	return kr != KERN_SUCCESS || same_name(task, label, name, "name");
}

static bool
do_construct(int task, uint32_t flags, uint32_t qlimit, uint64_t context)
{
	mach_port_options_t options = {.flags = flags, .mpl = {qlimit}};
	mach_port_name_t name = MACH_PORT_NULL;
	label_t label = LABEL_NULL;
	kern_return_t kr;

	kr = ipc_mach_port_construct(spaces[task], &options, context, &name);
	if (!same((uint64_t)kr,
	        (uint64_t)model_construct(task, flags, qlimit, context, &label),
	        "construct"))
		return false;
	return kr != KERN_SUCCESS || same_name(task, label, name, "name");
}

/* A label that is to become a name: one that is, or a new one. */
static label_t
choose(const struct step *step, int task, label_t label)
{
	if (label == LABEL_NULL || label == LABEL_DEAD ||
	    model_find(task, label))
		return label;
	label = LABEL(step->number, 15);
	names[label] = CHOSEN(step->number);
	return label;
}

static bool
do_insert_right(const struct step *step)
{
	const int64_t *a = step->arguments;
	int task = (int)a[0];
	int caller = (int)a[2];
	label_t label = choose(step, task, (label_t)a[1]);
	mach_msg_type_name_t how = (mach_msg_type_name_t)a[4];
	kern_return_t kr;

	kr = ipc_mach_port_insert_right(spaces[task], name_of(task, label),
	    spaces[caller], name_of(caller, (label_t)a[3]), how);
	return same((uint64_t)kr,
	    (uint64_t)model_insert_right(
	        task, label, caller, (label_t)a[3], how),
	    "insert_right");
}

static bool
do_extract_right(const struct step *step)
{
	const int64_t *a = step->arguments;
	int task = (int)a[0];
	int caller = (int)a[3];
	mach_msg_type_name_t how = (mach_msg_type_name_t)a[2];
	mach_msg_type_name_t type = 0;
	mach_msg_type_name_t model_type = 0;
	mach_port_name_t right = MACH_PORT_NULL;
	label_t label = LABEL_NULL;
	kern_return_t kr = ipc_mach_port_extract_right(spaces[task],
	    name_of(task, (label_t)a[1]), how, spaces[caller], &right, &type);

	if (!same((uint64_t)kr,
	        (uint64_t)model_extract_right(
	            task, (label_t)a[1], how, caller, &label, &model_type),
	        "extract_right"))
		return false;
	return kr != KERN_SUCCESS ||
	    (same(type, model_type, "type of the right") &&
	        same_name(caller, label, right, "right"));
}

static bool
do_rename(const struct step *step)
{
	const int64_t *a = step->arguments;
	int task = (int)a[0];
	label_t old = (label_t)a[1];
	label_t new = choose(step, task, (label_t)a[2]);
	kern_return_t kr = ipc_mach_port_rename(
	    spaces[task], name_of(task, old), name_of(task, new));

	return same(
	    (uint64_t)kr, (uint64_t)model_rename(task, old, new), "rename");
}

static bool
do_request(const struct step *step)
{
	const int64_t *a = step->arguments;
	int task = (int)a[0];
	int caller = (int)a[4];
	mach_msg_type_name_t how = (mach_msg_type_name_t)a[6];
	mach_port_name_t previous = MACH_PORT_NULL;
	label_t label = LABEL_NULL;
	kern_return_t kr = ipc_mach_port_request_notification(spaces[task],
	    name_of(task, (label_t)a[1]), (mach_msg_id_t)a[2], (uint32_t)a[3],
	    spaces[caller], name_of(caller, (label_t)a[5]), how, &previous);

	if (!same((uint64_t)kr,
	        (uint64_t)model_request(task, (label_t)a[1],
	            (mach_msg_id_t)a[2], (uint32_t)a[3], caller, (label_t)a[5],
	            how, &label),
	        "request_notification"))
		return false;
	return kr != KERN_SUCCESS ||
	    same_name(caller, label, previous, "previous");
}

/* The calls that only have a code. @name is that of the first label. */
static kern_return_t
call_engine(const struct step *step, mach_port_name_t name)
{
	const int64_t *a = step->arguments;
	int task = (int)a[0];
	struct ipc_space *space = spaces[task];
	uint32_t number = (uint32_t)a[2];

	switch (step->kind) {
	case STEP_DEALLOCATE:
		return ipc_mach_port_deallocate(space, name);
	case STEP_DESTROY:
		return ipc_mach_port_destroy(space, name);
	case STEP_MOD_REFS:
		return ipc_mach_port_mod_refs(space, name, number, (int)a[3]);
	case STEP_INSERT_MEMBER:
		return ipc_mach_port_insert_member(
		    space, name, name_of(task, number));
	case STEP_EXTRACT_MEMBER:
		return ipc_mach_port_extract_member(
		    space, name, name_of(task, number));
	case STEP_MOVE_MEMBER:
		return ipc_mach_port_move_member(
		    space, name, name_of(task, number));
	case STEP_SET_MSCOUNT:
		return ipc_mach_port_set_mscount(space, name, number);
	case STEP_SET_SEQNO:
		return ipc_mach_port_set_seqno(space, name, number);
	case STEP_SET_QLIMIT:
		return ipc_mach_port_set_attributes(
		    space, name, MACH_PORT_LIMITS_INFO, &number, 1);
	case STEP_SET_CONTEXT:
		return ipc_mach_port_set_context(space, name, number);
	case STEP_GUARD:
		return ipc_mach_port_guard(space, name, number, (uint64_t)a[3]);
	case STEP_UNGUARD:
		return ipc_mach_port_unguard(space, name, number);
	case STEP_SWAP_GUARD:
		return ipc_mach_port_swap_guard(
		    space, name, number, (uint64_t)a[3]);
	default:
		return ipc_mach_port_destruct(
		    space, name, (int)a[2], (uint64_t)a[3]);
	}
}

static kern_return_t
call_model(const struct step *step)
{
	const int64_t *a = step->arguments;
	int task = (int)a[0];
	label_t name = (label_t)a[1];
	uint32_t number = (uint32_t)a[2];

	switch (step->kind) {
	case STEP_DEALLOCATE:
		return model_deallocate(task, name);
	case STEP_DESTROY:
		return model_destroy(task, name);
	case STEP_MOD_REFS:
		return model_mod_refs(task, name, number, (int)a[3]);
	case STEP_INSERT_MEMBER:
		return model_insert_member(task, name, number);
	case STEP_EXTRACT_MEMBER:
		return model_extract_member(task, name, number);
	case STEP_MOVE_MEMBER:
		return model_move_member(task, name, number);
	case STEP_SET_MSCOUNT:
		return model_set_mscount(task, name, number);
	case STEP_SET_SEQNO:
		return model_set_seqno(task, name, number);
	case STEP_SET_QLIMIT:
		return model_set_qlimit(task, name, number);
	case STEP_SET_CONTEXT:
		return model_set_context(task, name, number);
	case STEP_GUARD:
		return model_guard(task, name, number, (uint64_t)a[3]);
	case STEP_UNGUARD:
		return model_unguard(task, name, number);
	case STEP_SWAP_GUARD:
		return model_swap_guard(task, name, number, (uint64_t)a[3]);
	default:
		return model_destruct(task, name, (int)a[2], (uint64_t)a[3]);
	}
}

static bool
make_step(const struct step *step)
{
	const int64_t *a = step->arguments;
	int task = (int)a[0];
	kern_return_t kr;

	switch (step->kind) {
	case STEP_ALLOCATE:
		return do_allocate(task, (mach_port_right_t)a[1]);
	case STEP_CONSTRUCT:
		return do_construct(
		    task, (uint32_t)a[1], (uint32_t)a[2], (uint64_t)a[3]);
	case STEP_INSERT_RIGHT:
		return do_insert_right(step);
	case STEP_EXTRACT_RIGHT:
		return do_extract_right(step);
	case STEP_REQUEST:
		return do_request(step);
	case STEP_RENAME:
		return do_rename(step);
	case STEP_SEND:
		return do_send(step);
	case STEP_RECEIVE:
		return do_receive(step);
	case STEP_KILL:
		return do_kill(task);
	default:
		kr = call_engine(step, name_of(task, (label_t)a[1]));
		if (step->kind == blind_kind)
			return true;
		return same((uint64_t)kr, (uint64_t)call_model(step), "code");
	}
}

bool
drive_step(const struct step *step)
{
	mp_assert(step->number < STEPS_MAX);
	model_step(step->number);
	if (!make_step(step))
		return false;
	ipc_check();
	for (int task = 0; task < MODEL_TASKS; task++)
		if (!compare_space(task))
			return false;
	return true;
}
