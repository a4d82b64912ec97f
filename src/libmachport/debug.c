/* MACHPORT_DEBUG: whether anything is watched, and what calls do to rights. */
#include "debug.h"

#include <ctype.h>
#include <mach/mach_init.h>
#include <mach/mach_port.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach.h"
#include "debug_ledger.h"
#include "debug_report.h"
#include "debug_site.h"

bool debug_on;
bool debug_strict;
struct lock debug_lock = {PTHREAD_MUTEX_INITIALIZER};

static __thread unsigned paused;

void
debug_pause(void)
{
	paused++;
}

void
debug_resume(void)
{
	paused--;
}

bool
debug_watches(void)
{
	return debug_on && paused == 0;
}

void
debug_gained(mach_port_name_t name, mach_port_right_t right, uint32_t count,
    const char *call, mach_msg_id_t msgh_id)
{
	struct ledger_right entry = {
	    .name = name,
	    .right = right,
	    .count = count,
	    .call = call,
	    .msgh_id = msgh_id,
	};
	struct lock_hold hold;

	if (!MACH_PORT_VALID(name) || count == 0)
		return;
	lock_take(&debug_lock, &hold);
	entry.site = debug_site_here();
	ledger_add(&entry);
	lock_give(&debug_lock, &hold);
}

void
debug_lost(mach_port_name_t name, mach_port_right_t right, uint32_t count,
    const char *call)
{
	struct lock_hold hold;

	if (!MACH_PORT_VALID(name) || count == 0)
		return;
	lock_take(&debug_lock, &hold);
	(void)ledger_release(name, right, count, call, debug_site_here());
	lock_give(&debug_lock, &hold);
}

/* --- calls ----------------------------------------------------------------- */

struct made {
	const char *call;
	const uint32_t *in;
	const uint32_t *out;
};

static void
gained(const struct made *made, mach_port_name_t name, mach_port_right_t right)
{
	debug_gained(name, right, 1, made->call, 0);
}

/* The right that a disposition makes, moves or copies. */
static mach_port_right_t
right_of(mach_msg_type_name_t disposition)
{
	switch (disposition) {
	case MACH_MSG_TYPE_MOVE_RECEIVE:
		return MACH_PORT_RIGHT_RECEIVE;
	case MACH_MSG_TYPE_MOVE_SEND_ONCE:
	case MACH_MSG_TYPE_MAKE_SEND_ONCE:
		return MACH_PORT_RIGHT_SEND_ONCE;
	default:
		return MACH_PORT_RIGHT_SEND;
	}
}

static bool
is_moved(mach_msg_type_name_t disposition)
{
	return disposition == MACH_MSG_TYPE_MOVE_RECEIVE ||
	    disposition == MACH_MSG_TYPE_MOVE_SEND ||
	    disposition == MACH_MSG_TYPE_MOVE_SEND_ONCE;
}

/* task, mach_port_options_t, of which the flags are first -> name */
static void
constructed(const struct made *made)
{
	gained(made, made->out[0], MACH_PORT_RIGHT_RECEIVE);
	if (made->in[1] & MPO_INSERT_SEND_RIGHT)
		gained(made, made->out[0], MACH_PORT_RIGHT_SEND);
}

/* task, right -> name */
static void
allocated(const struct made *made)
{
	gained(made, made->out[0], made->in[1]);
}

/* task, right, name */
static void
allocated_name(const struct made *made)
{
	gained(made, made->in[2], made->in[1]);
}

/* task, right, ... -> two words, name */
static void
allocated_third(const struct made *made)
{
	gained(made, made->out[2], made->in[1]);
}

static void
got_receive(const struct made *made)
{
	gained(made, made->out[0], MACH_PORT_RIGHT_RECEIVE);
}

static void
got_send(const struct made *made)
{
	gained(made, made->out[0], MACH_PORT_RIGHT_SEND);
}

static void
got_three_sends(const struct made *made)
{
	for (unsigned i = 0; i < 3; i++)
		gained(made, made->out[i], MACH_PORT_RIGHT_SEND);
}

static void
got_send_once(const struct made *made)
{
	gained(made, made->out[0], MACH_PORT_RIGHT_SEND_ONCE);
}

/* task, name */
static void
deallocated(const struct made *made)
{
	debug_lost(made->in[1], MACH_PORT_RIGHT_SEND, 1, made->call);
}

static void
destroyed(const struct made *made)
{
	struct lock_hold hold;

	lock_take(&debug_lock, &hold);
	ledger_release_all(made->in[1], made->call, debug_site_here());
	lock_give(&debug_lock, &hold);
}

/* task, name, srdelta: send rights that are not taken away live on, as a dead name */
static void
destructed(const struct made *made)
{
	const int32_t delta = (int32_t)made->in[2];

	debug_lost(made->in[1], MACH_PORT_RIGHT_RECEIVE, 1, made->call);
	if (delta < 0)
		debug_lost(made->in[1], MACH_PORT_RIGHT_SEND, -(uint32_t)delta,
		    made->call);
}

/* name */
static void
destroyed_timer(const struct made *made)
{
	struct lock_hold hold;

	lock_take(&debug_lock, &hold);
	ledger_release_all(made->in[0], made->call, debug_site_here());
	lock_give(&debug_lock, &hold);
}

/* task, name, right, delta */
static void
modified(const struct made *made)
{
	int32_t delta = (int32_t)made->in[3];

	if (delta > 0)
		debug_gained(
		    made->in[1], made->in[2], (uint32_t)delta, made->call, 0);
	else
		debug_lost(
		    made->in[1], made->in[2], -(uint32_t)delta, made->call);
}

/* task, name, right, disposition */
static void
inserted(const struct made *made)
{
	if (is_moved(made->in[3]))
		return; /* from and to the same task */
	gained(made, made->in[1], right_of(made->in[3]));
}

/* task, name, disposition -> right, type */
static void
extracted(const struct made *made)
{
	gained(made, made->out[0], right_of(made->in[2]));
	if (is_moved(made->in[2]))
		debug_lost(made->in[1], right_of(made->in[2]), 1, made->call);
}

/* task, name, new name */
static void
renamed(const struct made *made)
{
	struct lock_hold hold;

	lock_take(&debug_lock, &hold);
	ledger_rename(made->in[1], made->in[2]);
	lock_give(&debug_lock, &hold);
}

/* What a call that was made has done to the task's rights. */
static const struct {
	uint16_t number;
	void (*note)(const struct made *made);
} effects[] = {
    {WIRE_PORT_ALLOCATE, allocated},
    {WIRE_PORT_ALLOCATE_NAME, allocated_name},
    {WIRE_PORT_ALLOCATE_FULL, allocated_third},
    {WIRE_PORT_ALLOCATE_QOS, allocated_third},
    {WIRE_PORT_CONSTRUCT, constructed},
    {WIRE_PORT_DEALLOCATE, deallocated},
    {WIRE_PORT_DESTROY, destroyed},
    {WIRE_PORT_DESTRUCT, destructed},
    {WIRE_PORT_MOD_REFS, modified},
    {WIRE_PORT_INSERT_RIGHT, inserted},
    {WIRE_PORT_EXTRACT_RIGHT, extracted},
    {WIRE_PORT_RENAME, renamed},
    {WIRE_PORT_REQUEST_NOTIFICATION, got_send_once},
    {WIRE_REPLY_PORT, got_receive},
    {WIRE_TASK_SELF, got_send},
    {WIRE_THREAD_SELF, got_send},
    {WIRE_HOST_SELF, got_send},
    {WIRE_TASK_GET_SPECIAL_PORT, got_send},
    {WIRE_THREAD_GET_SPECIAL_PORT, got_send},
    {WIRE_PORTS_LOOKUP, got_three_sends},
    {WIRE_MK_TIMER_CREATE, got_receive},
    {WIRE_MK_TIMER_DESTROY, destroyed_timer},
    {WIRE_MEMORY_ENTRY_MAKE, got_send},
    {WIRE_MEMORY_ENTRY_DERIVE, got_send},
};

/* Calls that do not begin with a task and then the name that they are about. */
static const struct about {
	uint16_t number;
	bool begins_with_task;
	uint8_t name; /* which of its words; behind all that it has: none */
	const char *function; /* NULL: the call has its name */
} abouts[] = {
    {WIRE_TASK_SET_SPECIAL_PORT, true, 2, NULL},
    {WIRE_MK_TIMER_DESTROY, false, 0, NULL},
    {WIRE_MK_TIMER_ARM, false, 0, NULL},
    {WIRE_MK_TIMER_CANCEL, false, 0, NULL},
    {WIRE_PORT_SET_LABEL, false, 0, "machport_set_label"},
    {WIRE_PORT_GET_LABEL, false, 0, "machport_get_label"},
    {WIRE_MACHPORT_FD, false, 0, NULL},
    {WIRE_MACHPORT_FD_CLOSE, false, UINT8_MAX, NULL},
    {WIRE_MEMORY_ENTRY_MAKE, false, UINT8_MAX, "mach_make_memory_entry"},
    {WIRE_MEMORY_ENTRY_MAP, false, 0, NULL},
    {WIRE_MEMORY_ENTRY_DERIVE, false, 0, "mach_make_memory_entry"},
};

static const struct about *
about_of(enum wire_call number)
{
	static const struct about most = {0, true, 1, NULL};

	for (size_t i = 0; i < sizeof(abouts) / sizeof(abouts[0]); i++)
		if (abouts[i].number == number)
			return &abouts[i];
	return &most;
}

#define CALL_NAME(number, in, in_more, out, out_more) #number,
static const char *const numbers[] = {WIRE_CALLS(CALL_NAME)};
#undef CALL_NAME

/* PORT_ALLOCATE is mach_port_allocate(), TASK_SELF is task_self(). One for each call, made
 * once, under the lock. */
static const char *
call_name(enum wire_call number)
{
	static char names[sizeof(numbers) / sizeof(numbers[0])][48];
	const size_t index = (size_t)number - WIRE_CALL_FIRST;
	const char *from = numbers[index];
	char *name = names[index];
	struct lock_hold hold;

	if (about_of(number)->function)
		return about_of(number)->function;
	lock_take(&debug_lock, &hold);
	if (name[0] == '\0') {
		(void)snprintf(name, sizeof(names[0]), "%s%s",
		    strncmp(from, "PORT", 4) == 0 ? "mach_" : "", from);
		for (char *c = name; *c != '\0'; c++)
			*c = (char)tolower((unsigned char)*c);
	}
	lock_give(&debug_lock, &hold);
	return name;
}

/* Is that a mistake, of a call about a name? What a name is, is asked by those who do not
 * know, and nobody is to be told off for that. */
static bool
is_mistake(enum wire_call number, kern_return_t kr)
{
	if (number == WIRE_PORT_TYPE || number == WIRE_PORT_GET_REFS)
		return false;
	return kr == KERN_INVALID_NAME || kr == KERN_INVALID_RIGHT ||
	    kr == KERN_INVALID_CAPABILITY ||
	    (kr == KERN_INVALID_VALUE && number == WIRE_PORT_MOD_REFS);
}

void
debug_call_made(enum wire_call number, const uint32_t *in, size_t in_count,
    const uint32_t *out, kern_return_t kr)
{
	const struct about *about = about_of(number);
	struct made made = {call_name(number), in, out};
	struct lock_hold hold;

	if (in_count > 0 && in[0] != mach_task_self() &&
	    about->begins_with_task)
		return;
	if (kr != KERN_SUCCESS) {
		if (debug_strict && in_count > about->name &&
		    is_mistake(number, kr))
			debug_complain(made.call, in[about->name], kr);
		return;
	}
	for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++)
		if (effects[i].number == number) {
			effects[i].note(&made);
			return;
		}
	if (in_count <= about->name)
		return;
	lock_take(&debug_lock, &hold);
	ledger_use(in[about->name]);
	lock_give(&debug_lock, &hold);
}

/* --- the beginning --------------------------------------------------------- */

static struct lock_hold fork_hold;

static void
fork_prepare(void) UNCHECKED_LOCKING
{
	lock_take(&debug_lock, &fork_hold);
}

static void
fork_parent(void) UNCHECKED_LOCKING
{
	lock_give(&debug_lock, &fork_hold);
}

/* The child's names are none of its parent's. */
static void
fork_child(void) UNCHECKED_LOCKING
{
	ledger_forget();
	lock_give(&debug_lock, &fork_hold);
}

static bool
has_word(const char *list, const char *word)
{
	const size_t length = strlen(word);

	for (const char *at = list; (at = strstr(at, word)) != NULL; at++)
		if ((at == list || at[-1] == ',') &&
		    (at[length] == ',' || at[length] == '\0'))
			return true;
	return false;
}

static void
report_at_exit(void)
{
	if (debug_on)
		debug_report_end();
}

bool
debug_start(const char *list)
{
	const bool rights = has_word(list, "rights");

	debug_aborts = has_word(list, "abort");
	debug_strict = debug_aborts || has_word(list, "strict");
	debug_reports_rights = rights;
	if (!rights && !debug_strict) {
		(void)fprintf(stderr,
		    "machport: MACHPORT_DEBUG=%s has no word that is known: it "
		    "is a list of rights, strict, abort\n",
		    list);
		return false;
	}
	if (!ledger_init() || !debug_site_init() ||
	    atexit(report_at_exit) != 0 ||
	    pthread_atfork(fork_prepare, fork_parent, fork_child) != 0) {
		(void)fprintf(stderr,
		    "machport: no memory for what MACHPORT_DEBUG asks for\n");
		return false;
	}
	debug_on = true;
	return true;
}

/* Before any other code of the program. */
__attribute__((constructor(102))) static void
debug_init(void)
{
	const char *list = secure_getenv("MACHPORT_DEBUG");

	if (list && *list != '\0')
		(void)debug_start(list);
}
