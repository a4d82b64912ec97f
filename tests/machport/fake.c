/* A kernel that is made up. */
#include "fake.h"

#include <mach/ipc_info.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"

#define TASKS_MAX 64
#define NAMES_MAX 512
#define ITEMS_MAX 512
#define NOW (1000 * SECOND)

static struct {
	struct machport_task_record record;
	const char *command;
} tasks[TASKS_MAX];
static size_t task_count;

static struct {
	uint32_t task;
	struct machport_name_record record;
} names[NAMES_MAX];
static size_t name_count;

static struct {
	uint32_t port;
	struct machport_item item;
} items[ITEMS_MAX];
static size_t item_count;

kern_return_t fake_error;
unsigned fake_threads;
struct view fake_view;

void
fake_begin(void)
{
	memset(tasks, 0, sizeof(tasks));
	memset(names, 0, sizeof(names));
	memset(items, 0, sizeof(items));
	task_count = name_count = item_count = 0;
	fake_error = KERN_SUCCESS;
	fake_threads = 1;
}

uint64_t
fake_ago(double seconds)
{
	return NOW - (uint64_t)(seconds * (double)SECOND);
}

struct machport_task_record *
fake_task(pid_t pid, const char *command)
{
	struct machport_task_record *record = &tasks[task_count].record;

	assert_true(task_count < TASKS_MAX);
	record->task = (uint32_t)task_count + 1;
	record->pid = pid;
	record->started_ns = fake_ago(60);
	record->threads = 1;
	tasks[task_count++].command = command;
	return record;
}

struct machport_name_record *
fake_name(mach_port_name_t name, mach_port_type_t type, uint32_t port)
{
	struct machport_task_record *task = &tasks[task_count - 1].record;
	struct machport_name_record *record = &names[name_count].record;

	assert_true(name_count < NAMES_MAX);
	names[name_count++].task = task->task;
	record->name = name;
	record->type = type;
	record->port = port;
	record->urefs = type & MACH_PORT_TYPE_RECEIVE ? 0 : 1;
	record->qlimit = type & MACH_PORT_TYPE_RECEIVE ? 5 : 0;
	if (type & MACH_PORT_TYPE_RECEIVE) {
		record->receiver = task->task;
		record->receiver_pid = task->pid;
		record->receiver_name = name;
		task->receives++;
	}
	task->names++;
	return record;
}

struct machport_item *
fake_item(uint32_t port, enum machport_item_kind kind, pid_t pid)
{
	struct machport_item *item = &items[item_count].item;

	assert_true(item_count < ITEMS_MAX);
	items[item_count++].port = port;
	item->kind = kind;
	item->pid = pid;
	for (size_t i = 0; i < task_count; i++)
		if (tasks[i].record.pid == pid)
			item->task = tasks[i].record.task;
	return item;
}

/* The receive right's record of a port, or NULL. */
static struct machport_name_record *
find_receive(uint32_t port)
{
	for (size_t i = 0; i < name_count; i++)
		if (names[i].record.port == port &&
		    (names[i].record.type & MACH_PORT_TYPE_RECEIVE))
			return &names[i].record;
	return NULL;
}

struct machport_name_record *
fake_port(uint32_t port)
{
	struct machport_name_record *record = find_receive(port);

	assert_non_null(record);
	return record;
}

/* What a send right's record says is what the port says. */
static void
copy_port(
    struct machport_name_record *to, const struct machport_name_record *from)
{
	to->receiver = from->receiver;
	to->receiver_pid = from->receiver_pid;
	to->receiver_name = from->receiver_name;
	to->queued = from->queued;
	to->qlimit = from->qlimit;
	to->oldest_ns = from->oldest_ns;
	to->senders = from->senders;
	to->receivers = from->receivers;
	to->lanes = from->lanes;
	to->lane_why = from->lane_why;
	to->lane_closed_ns = from->lane_closed_ns;
	to->send_rights = from->send_rights;
	to->send_once_rights = from->send_once_rights;
	memcpy(to->label, from->label, sizeof(to->label));
}

void
fake_link(void)
{
	for (size_t i = 0; i < name_count; i++) {
		struct machport_name_record *record = &names[i].record;
		const struct machport_name_record *from;
		struct machport_item *item;

		if (record->port == 0 ||
		    (record->type & MACH_PORT_TYPE_PORT_SET) ||
		    record->place != MACHPORT_PLACE_TASK)
			continue;
		from = find_receive(record->port);
		if (from && from != record)
			copy_port(record, from);
		item = fake_item(record->port, MACHPORT_ITEM_HOLDER,
		    tasks[names[i].task - 1].record.pid);
		item->name = record->name;
		item->type = record->type;
		item->urefs = record->urefs;
	}
}

/* --- the source ------------------------------------------------------------ */

static void
add(void **records, size_t *bytes, const void *record, size_t size)
{
	*records = memory_grow(*records, *bytes + size, 1);
	memcpy((char *)*records + *bytes, record, size);
	*bytes += size;
}

static kern_return_t
fetch_names(uint32_t task, void **records, size_t *bytes)
{
	if (task == 0 || task > task_count)
		return KERN_INVALID_ARGUMENT;
	for (size_t i = 0; i < name_count; i++)
		if (names[i].task == task)
			add(records, bytes, &names[i].record,
			    sizeof(names[i].record));
	return KERN_SUCCESS;
}

static kern_return_t
fetch_port(uint32_t port, void **records, size_t *bytes)
{
	struct machport_name_record record;

	for (size_t i = 0; i < name_count; i++) {
		if (names[i].record.port != port)
			continue;
		record = names[i].record;
		record.name = record.type = record.urefs = 0;
		add(records, bytes, &record, sizeof(record));
		return KERN_SUCCESS;
	}
	return KERN_INVALID_ARGUMENT;
}

static kern_return_t
fetch(void *context, enum view_kind kind, uint32_t id, void **records_out,
    size_t *bytes_out)
{
	(void)context;
	*records_out = NULL;
	*bytes_out = 0;
	if (fake_error != KERN_SUCCESS)
		return fake_error;
	if (kind == VIEW_NAMES)
		return fetch_names(id, records_out, bytes_out);
	if (kind == VIEW_PORT)
		return fetch_port(id, records_out, bytes_out);
	for (size_t i = 0; kind == VIEW_TASKS && i < task_count; i++)
		add(records_out, bytes_out, &tasks[i].record,
		    sizeof(tasks[i].record));
	for (size_t i = 0; kind == VIEW_ITEMS && i < item_count; i++)
		if (items[i].port == id)
			add(records_out, bytes_out, &items[i].item,
			    sizeof(items[i].item));
	return KERN_SUCCESS;
}

static char *
command(void *context, pid_t pid)
{
	(void)context;
	for (size_t i = 0; i < task_count; i++)
		if (tasks[i].record.pid == pid && tasks[i].command)
			return memory_string(tasks[i].command);
	return NULL;
}

static char *
user(void *context, uid_t uid)
{
	(void)context;
	return uid == 0 ? memory_string("root") : NULL;
}

static unsigned
threads(void *context, pid_t pid)
{
	(void)context;
	(void)pid;
	return fake_threads;
}

static uint64_t
now_ns(void *context)
{
	(void)context;
	return NOW;
}

const struct view_source fake_source = {
    .fetch = fetch,
    .command = command,
    .user = user,
    .threads = threads,
    .now_ns = now_ns,
};

/* --- the scene ------------------------------------------------------------- */

static void
kernel_name(mach_port_name_t name, uint32_t port, uint32_t object, pid_t pid,
    uint32_t id)
{
	struct machport_name_record *record =
	    fake_name(name, MACH_PORT_TYPE_SEND, port);

	record->place = MACHPORT_PLACE_KERNEL;
	record->object = object;
	record->object_pid = pid;
	record->object_id = id;
	record->origin = MACHPORT_ORIGIN_KERNEL;
	record->origin_ns = fake_ago(60);
}

/* Its queue: two messages of the client, one of them with rights. */
static void
queue_of_requests(void)
{
	struct machport_item *item = fake_item(17, MACHPORT_ITEM_MESSAGE, 1202);

	item->index = 0;
	item->msgh_id = 2210;
	item->bytes = 36;
	item->time_ns = fake_ago(3.21);
	item->other = 30;
	strcpy(item->label, "replies");
	item = fake_item(17, MACHPORT_ITEM_MESSAGE, 1203);
	item->index = 1;
	item->msgh_id = 2211;
	item->bytes = 4096;
	item->rights = 2;
	item->time_ns = fake_ago(0.05);
	item = fake_item(17, MACHPORT_ITEM_RIGHT, 0);
	item->index = 1;
	item->other = 30;
	item->type = 17; /* send */
	strcpy(item->label, "replies");
	item = fake_item(17, MACHPORT_ITEM_RIGHT, 0);
	item->index = 1;
	item->other = 40;
	item->type = 16; /* receive */
}

static void
rest_of_requests(void)
{
	struct machport_item *item = fake_item(17, MACHPORT_ITEM_REQUEST, 1201);

	item->type = 70; /* no-senders */
	item->name = 0x303;
	item->other = 18;
	item = fake_item(17, MACHPORT_ITEM_SET, 1201);
	item->name = 0x403;
	item->other = 19;
	fake_item(17, MACHPORT_ITEM_SENDER, 1203);
	item = fake_item(19, MACHPORT_ITEM_MEMBER, 1201);
	item->name = 0x303;
	item->other = 17;
	fake_item(19, MACHPORT_ITEM_RECEIVER, 1201);
	item = fake_item(17, MACHPORT_ITEM_SLOT, 1202);
	item->index = 4; /* bootstrap */
	item = fake_item(17, MACHPORT_ITEM_LANE, 1202);
	item->index = 1;
	item->bytes = 5;
	item->time_ns = fake_ago(61);
	item->messages = 100;
	item->replies = 99;
	item->type = MACHPORT_LANE_AWAITED;
	item = fake_item(17, MACHPORT_ITEM_LANE_MESSAGE, 1202);
	item->msgh_id = 2212;
	item->bytes = 88;
	item->other = 30;
	strcpy(item->label, "replies");
}

static void
server(void)
{
	struct machport_task_record *task = fake_task(1201, "server");
	struct machport_name_record *record;

	task->threads = 2;
	task->lanes_in = 1;
	task->sent = 12;
	task->received = 130;
	kernel_name(0x103, 1, IKOT_TASK, 1201, task->task);
	fake_name(0x203, MACH_PORT_TYPE_DEAD_NAME, 0);
	record = fake_name(0x303, MACH_PORT_TYPE_SEND_RECEIVE, 17);
	record->urefs = 1;
	record->queued = 2;
	record->oldest_ns = fake_ago(3.21);
	record->enqueued = 120;
	record->seqno = 118;
	record->send_rights = 3;
	record->senders = 1;
	record->members = 1;
	record->lanes = 1;
	record->lane_why = MACHPORT_LANE_FULL;
	record->lane_closed_ns = fake_ago(64);
	record->requests = MACHPORT_REQUEST_NO_SENDERS;
	record->origin = MACHPORT_ORIGIN_MADE;
	record->origin_ns = fake_ago(59);
	strcpy(record->label, "requests");
	record = fake_name(0x403, MACH_PORT_TYPE_PORT_SET, 19);
	record->members = 1;
	record->receivers = 1;
	record = fake_name(0x503, MACH_PORT_TYPE_RECEIVE, 18);
	record->receiver_name = 0x503;
	record->send_once_rights = 1;
}

static void
client(void)
{
	struct machport_task_record *task = fake_task(1202, "client");
	struct machport_name_record *record;

	task->queued = 1;
	task->queued_bytes = 36;
	task->sent = 90;
	task->received = 88;
	task->suspend_count = 1;
	task->parent = 1;
	task->lanes_out = 1;
	kernel_name(0x103, 2, IKOT_TASK, 1202, task->task);
	kernel_name(0x303, 3, IKOT_HOST, 0, 0);
	kernel_name(0x403, 4, IKOT_THREAD, 1202, 1209);
	record = fake_name(0x503, MACH_PORT_TYPE_SEND, 17);
	record->urefs = 2;
	record->own_lane = 1;
	record->origin = MACHPORT_ORIGIN_MESSAGE;
	record->origin_pid = 1203;
	record->origin_task = 3;
	record->origin_msgh_id = 500;
	record->origin_ns = fake_ago(31.4);
	record = fake_name(0x603, MACH_PORT_TYPE_RECEIVE, 30);
	record->send_rights = 1;
	record->send_once_rights = 1;
	strcpy(record->label, "replies");
}

/* What it chose is to deceive who looks at it. */
static void
hostile(void)
{
	struct machport_task_record *task =
	    fake_task(1203, "evil\033[31m\npid 1");
	struct machport_name_record *record;

	task->euid = 1000;
	task->egid = 1000;
	task->queued = 3;
	task->queued_bytes = 70000;
	kernel_name(0x103, 5, IKOT_TASK, 1203, task->task);
	record = fake_name(0x203, MACH_PORT_TYPE_SEND, 17);
	record->origin = MACHPORT_ORIGIN_MESSAGE;
	record->origin_pid = 1201;
	record->origin_task = 1;
	record->origin_msgh_id = 400;
	record->origin_ns = fake_ago(42);
	record = fake_name(0x303, MACH_PORT_TYPE_RECEIVE, 41);
	/* NOLINTNEXTLINE(misc-misleading-bidirectional): that is the point */
	strcpy(record->label, "\033]0;title\007 \xc3\xa9 \xe2\x80\xae \xff\\");
}

void
fake_scene(void)
{
	fake_begin();
	server();
	client();
	hostile();
	fake_task(getpid(), "machport");
	kernel_name(0x103, 6, IKOT_TASK, getpid(), 4);
	fake_name(0x203, MACH_PORT_TYPE_SEND, 17);
	queue_of_requests();
	rest_of_requests();
	fake_link();
}

void
fake_look(bool shows_self)
{
	view_close(&fake_view);
	assert_int_equal(view_open(&fake_view, &fake_source, shows_self), 0);
}

/* --- output ---------------------------------------------------------------- */

static struct screen screen;
static char *output;
static size_t output_bytes;

int
fake_setup(void **state)
{
	(void)state;
	fake_scene();
	return view_open(&fake_view, &fake_source, false);
}

static void
close_screen(void)
{
	if (screen.stream)
		fclose(screen.stream);
	screen.stream = NULL;
}

int
fake_teardown(void **state)
{
	(void)state;
	view_close(&fake_view);
	close_screen();
	free(output);
	output = NULL;
	return 0;
}

const struct screen *
fake_screen(size_t width)
{
	close_screen();
	free(output);
	output = NULL;
	screen.stream = open_memstream(&output, &output_bytes);
	assert_non_null(screen.stream);
	screen.width = width;
	return &screen;
}

const char *
fake_output(void)
{
	close_screen();
	return output;
}

static char *
read_whole(FILE *file)
{
	char *text = calloc(1, 65536);

	assert_non_null(text);
	assert_true(fread(text, 1, 65535, file) < 65535);
	return text;
}

void
expect_golden(const char *name)
{
	char path[4096];
	char *expected;
	FILE *file;
	bool writes = getenv("MACHPORT_WRITE_GOLDEN") != NULL;

	snprintf(path, sizeof(path), "%s/tests/machport/golden/%s",
	    getenv("MACHPORT_SOURCE"), name);
	file = fopen(path, writes ? "w" : "r");
	if (!file)
		fail_msg("%s: cannot be opened", path);
	if (writes) {
		fputs(fake_output(), file);
		fclose(file);
		return;
	}
	expected = read_whole(file);
	fclose(file);
	assert_string_equal(fake_output(), expected);
	free(expected);
}
