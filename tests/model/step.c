/* Steps: made at random, written and read. */
#include "step.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base_assert.h"

/*
 * What each kind is called, and its arguments: t task, n label, r right,
 * d disposition, q notification, x a number, i one with a sign.
 */
static const struct {
	const char *name;
	const char *arguments;
	unsigned weight; /* how often it is made */
} kinds[STEP_KINDS] = {
    [STEP_ALLOCATE] = {"allocate", "tr", 14},
    [STEP_DEALLOCATE] = {"deallocate", "tn", 12},
    [STEP_DESTROY] = {"destroy", "tn", 5},
    [STEP_MOD_REFS] = {"mod_refs", "tnri", 10},
    [STEP_INSERT_RIGHT] = {"insert_right", "tntnd", 16},
    [STEP_EXTRACT_RIGHT] = {"extract_right", "tndt", 10},
    [STEP_REQUEST] = {"request_notification", "tnqxtnd", 18},
    [STEP_INSERT_MEMBER] = {"insert_member", "tnn", 6},
    [STEP_EXTRACT_MEMBER] = {"extract_member", "tnn", 4},
    [STEP_MOVE_MEMBER] = {"move_member", "tnn", 4},
    [STEP_RENAME] = {"rename", "tnn", 4},
    [STEP_SET_MSCOUNT] = {"set_mscount", "tnx", 2},
    [STEP_SET_SEQNO] = {"set_seqno", "tnx", 2},
    [STEP_SET_QLIMIT] = {"set_qlimit", "tnx", 6},
    [STEP_SET_CONTEXT] = {"set_context", "tnx", 2},
    [STEP_GUARD] = {"guard", "tnxx", 4},
    [STEP_UNGUARD] = {"unguard", "tnx", 4},
    [STEP_SWAP_GUARD] = {"swap_guard", "tnxx", 2},
    [STEP_CONSTRUCT] = {"construct", "txxx", 5},
    [STEP_DESTRUCT] = {"destruct", "tnix", 4},
    [STEP_SEND] = {"send", "tndndqxnxndndnd", 60},
    [STEP_RECEIVE] = {"receive", "tnxx", 40},
    [STEP_KILL] = {"kill", "t", 1},
};

static const char *const tasks[] = {"alice", "bob", "carol"};
static const char *const rights[] = {
    "send", "receive", "send_once", "port_set", "dead_name", "labelh", "bad"};
static const char *const dispositions[] = {"none", "move_receive", "move_send",
    "move_send_once", "copy_send", "make_send", "make_send_once", "bad"};
#define FIRST_DISPOSITION 15 /* that of "none" is 0 */

uint64_t
step_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* 0 .. @count - 1 */
static uint32_t
pick(uint64_t *state, uint32_t count)
{
	return (uint32_t)(step_random(state) >> 32) % count;
}

static bool
one_in(uint64_t *state, uint32_t count)
{
	return pick(state, count) == 0;
}

/* A label of the task of one of @types, if it has some; any, at times. */
static label_t
pick_label(uint64_t *state, int task, mach_port_type_t types)
{
	const struct m_space *space = model_space(task);
	size_t start;

	if (one_in(state, 40))
		return one_in(state, 3) ? LABEL_DEAD : LABEL_NULL;
	if (one_in(state, 40))
		return LABEL(pick(state, 1000), 0);
	if (space->count == 0)
		return LABEL_NULL;
	if (one_in(state, 12))
		types = MACH_PORT_TYPE_ALL_RIGHTS;
	start = pick(state, (uint32_t)space->count);
	for (size_t i = 0; i < space->count; i++) {
		const struct m_entry *entry =
		    &space->entries[(start + i) % space->count];

		if (entry->label && (entry->type & types))
			return entry->label;
	}
	return LABEL_NULL;
}

static int
pick_task(uint64_t *state)
{
	return (int)pick(state, MODEL_TASKS);
}

static mach_msg_type_name_t
pick_disposition(uint64_t *state)
{
	static const uint8_t some[] = {17, 18, 19, 19, 20, 20, 21, 21};

	if (one_in(state, 60))
		return one_in(state, 2) ? 22 : 16;
	return some[pick(state, sizeof(some))];
}

/* The type of entry that gives a right so. */
static mach_port_type_t
giver(mach_msg_type_name_t disposition)
{
	switch (disposition) {
	case MACH_MSG_TYPE_MOVE_SEND:
	case MACH_MSG_TYPE_COPY_SEND:
		return MACH_PORT_TYPE_SEND;
	case MACH_MSG_TYPE_MOVE_SEND_ONCE:
		return MACH_PORT_TYPE_SEND_ONCE;
	default:
		return MACH_PORT_TYPE_RECEIVE;
	}
}

static int64_t
pick_number(uint64_t *state)
{
	static const int64_t some[] = {0, 0, 1, 1, 1, 2, 3, 4, 1024, 1025};

	return some[pick(state, sizeof(some) / sizeof(some[0]))];
}

static int64_t
pick_delta(uint64_t *state)
{
	static const int64_t some[] = {
	    0, 1, 1, 2, -1, -1, -1, -2, 65534, 65535, -65535, 65536, -65536};

	return some[pick(state, sizeof(some) / sizeof(some[0]))];
}

/* A right to be passed: how, and of which name. */
static void
make_right(uint64_t *state, int task, int64_t *label, int64_t *disposition)
{
	mach_msg_type_name_t how = one_in(state, 6) ? MACH_MSG_TYPE_MOVE_RECEIVE
	                                            : pick_disposition(state);

	*disposition = how;
	*label = pick_label(state, task, giver(how));
}

static void
make_send_step(struct step *step, uint64_t *state)
{
	int64_t *a = step->arguments;
	int task = pick_task(state);
	mach_msg_type_name_t how = pick_disposition(state);

	a[SEND_TASK] = task;
	a[SEND_REMOTE_DISPOSITION] = how;
	a[SEND_REMOTE] = pick_label(state, task, giver(how));
	if (one_in(state, 2)) {
		how = pick_disposition(state);
		a[SEND_LOCAL_DISPOSITION] = how;
		a[SEND_LOCAL] = one_in(state, 12)
		    ? a[SEND_REMOTE]
		    : pick_label(state, task, giver(how));
	} else if (one_in(state, 60)) {
		a[SEND_LOCAL] = pick_label(state, task, MACH_PORT_TYPE_SEND);
	}
	a[SEND_ID] = 1000 + pick(state, 9000);
	if (one_in(state, 4)) {
		a[SEND_NOTIFY] = 1;
		if (one_in(state, 2))
			a[SEND_NOTIFY_PORT] =
			    pick_label(state, task, MACH_PORT_TYPE_RECEIVE);
	}
	if (one_in(state, 3))
		a[SEND_COUNT] = 1 + pick(state, MODEL_BODY);
	for (int64_t i = 0; i < a[SEND_COUNT]; i++)
		make_right(state, task, &a[SEND_BODY + 2 * i],
		    &a[SEND_BODY + 2 * i + 1]);
}

static void
make_request(struct step *step, uint64_t *state)
{
	static const mach_msg_id_t ids[] = {66, 66, 69, 70, 72, 72};
	int64_t *a = step->arguments;
	int task = pick_task(state);
	int caller = one_in(state, 8) ? pick_task(state) : task;
	mach_msg_id_t id = one_in(state, 50)
	    ? (mach_msg_id_t)(60 + pick(state, 20))
	    : ids[pick(state, sizeof(ids) / sizeof(ids[0]))];

	a[0] = task;
	a[1] = pick_label(state, task,
	    id == 69 || id == 70 ? MACH_PORT_TYPE_RECEIVE
	                         : MACH_PORT_TYPE_ALL_RIGHTS);
	a[2] = id;
	a[3] = id == 69 && !one_in(state, 10) ? 0 : pick(state, 3);
	a[4] = caller;
	a[6] = one_in(state, 4) ? MACH_MSG_TYPE_MOVE_SEND_ONCE
	                        : MACH_MSG_TYPE_MAKE_SEND_ONCE;
	if (!one_in(state, 8))
		a[5] = pick_label(
		    state, caller, giver((mach_msg_type_name_t)a[6]));
	if (one_in(state, 60))
		a[6] = pick_disposition(state);
}

static void
make_insert(struct step *step, uint64_t *state)
{
	int64_t *a = step->arguments;
	int task = pick_task(state);
	int caller = one_in(state, 3) ? pick_task(state) : task;

	a[0] = task;
	a[2] = caller;
	make_right(state, caller, &a[3], &a[4]);
	if (task == caller && !one_in(state, 4)) {
		if (!one_in(state, 6))
			a[4] = MACH_MSG_TYPE_MAKE_SEND;
		a[3] = pick_label(
		    state, caller, giver((mach_msg_type_name_t)a[4]));
		a[1] = a[3];
	} else if (one_in(state, 3)) {
		a[1] = pick_label(state, task, MACH_PORT_TYPE_ALL_RIGHTS);
	} else {
		a[1] = LABEL(step->number, 15);
	}
}

/* By the letters of the kind. */
static void
make_any(struct step *step, uint64_t *state)
{
	const char *letters = kinds[step->kind].arguments;
	mach_port_type_t types = MACH_PORT_TYPE_ALL_RIGHTS;
	int task = 0;

	if (step->kind >= STEP_INSERT_MEMBER)
		types = MACH_PORT_TYPE_RECEIVE;
	if (step->kind == STEP_RECEIVE)
		types |= MACH_PORT_TYPE_PORT_SET;
	for (unsigned i = 0; letters[i]; i++) {
		int64_t *a = &step->arguments[i];

		switch (letters[i]) {
		case 't':
			*a = task = pick_task(state);
			break;
		case 'n':
			*a = pick_label(state, task, types);
			types = MACH_PORT_TYPE_PORT_SET; /* a second */
			break;
		case 'r':
			*a =
			    one_in(state, 40) ? pick(state, 7) : pick(state, 5);
			break;
		case 'i':
			*a = pick_delta(state);
			break;
		default:
			*a = pick_number(state);
			break;
		}
	}
}

/* Make it fit the name that it is about, most of the time. */
static void
improve(struct step *step, uint64_t *state)
{
	int64_t *a = step->arguments;
	const struct m_entry *entry;

	switch (step->kind) {
	case STEP_ALLOCATE:
		if (!one_in(state, 10))
			a[1] = one_in(state, 5) ? MACH_PORT_RIGHT_PORT_SET
			                        : MACH_PORT_RIGHT_RECEIVE;
		break;
	case STEP_MOD_REFS:
		entry = model_find((int)a[0], (label_t)a[1]);
		for (uint32_t r = 0; entry && r < 5 && !one_in(state, 8); r++)
			if (entry->type & MACH_PORT_TYPE(r))
				a[2] = r;
		break;
	case STEP_MOVE_MEMBER:
		if (one_in(state, 4))
			a[2] = LABEL_NULL;
		break;
	case STEP_EXTRACT_RIGHT:
		make_right(state, (int)a[0], &a[1], &a[2]);
		break;
	case STEP_RENAME:
		a[1] = pick_label(state, (int)a[0], MACH_PORT_TYPE_ALL_RIGHTS);
		if (!one_in(state, 4))
			a[2] = LABEL(step->number, 15);
		break;
	case STEP_GUARD:
		a[3] = pick(state, 4);
		break;
	case STEP_CONSTRUCT:
		/* Only flags that are accepted. */
		a[1] = pick(state, 0x100);
		break;
	case STEP_RECEIVE:
		a[2] = !one_in(state, 12); /* does it fit? */
		a[3] = one_in(state, 2);
		break;
	default:
		break;
	}
}

struct step
step_make(uint32_t number, uint64_t *state)
{
	struct step step = {.number = number};
	unsigned total = 0;
	unsigned at;

	for (unsigned i = 0; i < STEP_KINDS; i++)
		total += kinds[i].weight;
	at = pick(state, total);
	while (at >= kinds[step.kind].weight)
		at -= kinds[step.kind++].weight;
	switch (step.kind) {
	case STEP_SEND:
		make_send_step(&step, state);
		break;
	case STEP_REQUEST:
		make_request(&step, state);
		break;
	case STEP_INSERT_RIGHT:
		make_insert(&step, state);
		break;
	default:
		make_any(&step, state);
		improve(&step, state);
		break;
	}
	return step;
}

struct m_send
step_message(const struct step *step)
{
	const int64_t *a = step->arguments;
	struct m_send send = {
	    .remote = (label_t)a[SEND_REMOTE],
	    .local = (label_t)a[SEND_LOCAL],
	    .remote_disposition =
	        (mach_msg_type_name_t)a[SEND_REMOTE_DISPOSITION],
	    .local_disposition =
	        (mach_msg_type_name_t)a[SEND_LOCAL_DISPOSITION],
	    .id = (mach_msg_id_t)a[SEND_ID],
	    .notify = a[SEND_NOTIFY] != 0,
	    .notify_port = (label_t)a[SEND_NOTIFY_PORT],
	    .count = (unsigned)a[SEND_COUNT],
	};

	for (unsigned i = 0; i < send.count; i++) {
		send.body[i].label = (label_t)a[SEND_BODY + 2 * i];
		send.body[i].disposition =
		    (mach_msg_type_name_t)a[SEND_BODY + 2 * i + 1];
	}
	return send;
}

/*
 * Lines
 */

static void
print_label(int64_t value, char *text, size_t room)
{
	label_t label = (label_t)value;

	if (label == LABEL_NULL)
		(void)snprintf(text, room, "null");
	else if (label == LABEL_DEAD)
		(void)snprintf(text, room, "dead");
	else
		(void)snprintf(
		    text, room, "n%u.%u", label / 16 - 1, label % 16);
}

static void
print_argument(char letter, int64_t value, char *text, size_t room)
{
	int64_t nth =
	    value >= FIRST_DISPOSITION ? value - FIRST_DISPOSITION : 0;

	switch (letter) {
	case 't':
		(void)snprintf(text, room, "%s", tasks[value]);
		break;
	case 'n':
		print_label(value, text, room);
		break;
	case 'r':
		(void)snprintf(text, room, "%s", rights[value]);
		break;
	case 'd':
		(void)snprintf(text, room, "%s", dispositions[nth]);
		break;
	default:
		(void)snprintf(text, room, "%" PRId64, value);
		break;
	}
}

void
step_print(const struct step *step, char line[STEP_LINE])
{
	const char *letters = kinds[step->kind].arguments;
	size_t at = (size_t)snprintf(
	    line, STEP_LINE, "%u: %s", step->number, kinds[step->kind].name);

	for (unsigned i = 0; letters[i]; i++) {
		line[at++] = ' ';
		print_argument(letters[i], step->arguments[i], line + at,
		    STEP_LINE - at - 1);
		at += strlen(line + at);
	}
	line[at++] = '\n';
	line[at] = '\0';
}

/* The place of @text in @list, or -1. */
static int64_t
find_text(const char *text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(text, list[i]) == 0)
			return (int64_t)i;
	return -1;
}

static bool
parse_label(const char *text, int64_t *value)
{
	unsigned step;
	unsigned nth;

	if (strcmp(text, "null") == 0)
		*value = LABEL_NULL;
	else if (strcmp(text, "dead") == 0)
		*value = LABEL_DEAD;
	else if (sscanf(text, "n%u.%u", &step, &nth) == 2) // NOLINT
		*value = LABEL(step, nth);
	else
		return false;
	return true;
}

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool
parse_argument(char letter, const char *text, int64_t *value)
{
	char *end;

	switch (letter) {
	case 't':
		*value = find_text(text, tasks, COUNT(tasks));
		return *value >= 0;
	case 'r':
		*value = find_text(text, rights, COUNT(rights));
		return *value >= 0;
	case 'd':
		*value = find_text(text, dispositions, COUNT(dispositions));
		if (*value > 0)
			*value += FIRST_DISPOSITION;
		return *value >= 0;
	case 'n':
		return parse_label(text, value);
	default:
		*value = strtoll(text, &end, 0);
		return *text && !*end;
	}
}

bool
step_parse(const char *line, struct step *step_out)
{
	char copy[STEP_LINE];
	char *rest = copy;
	const char *letters;
	const char *word;

	*step_out = (struct step){0};
	if (strlen(line) >= sizeof(copy))
		return false;
	(void)strcpy(copy, line); // NOLINT: it fits
	word = strsep(&rest, " \n");
	step_out->number = (uint32_t)strtoul(word, NULL, 10);
	word = strsep(&rest, " \n");
	while (word && step_out->kind < STEP_KINDS &&
	    strcmp(word, kinds[step_out->kind].name) != 0)
		step_out->kind++;
	if (!word || step_out->kind == STEP_KINDS)
		return false;
	letters = kinds[step_out->kind].arguments;
	for (unsigned i = 0; letters[i]; i++) {
		word = strsep(&rest, " \n");
		if (!word ||
		    !parse_argument(letters[i], word, &step_out->arguments[i]))
			return false;
	}
	return step_out->kind != STEP_SEND ||
	    (step_out->arguments[SEND_COUNT] >= 0 &&
	        step_out->arguments[SEND_COUNT] <= MODEL_BODY);
}
