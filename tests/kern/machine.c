/* Processes on paper. */
#include "machine.h"

#include <string.h>

#include "base_alloc.h"
#include "tasks.h"

#define PROCESSES_MAX 8
#define OWNER 500

static struct machine_process processes[PROCESSES_MAX];
static unsigned process_count;

static struct machine_process *
process_of(const struct kern_process *kern)
{
	const size_t index =
	    (size_t)((const char *)kern - (const char *)&processes[0].kern) /
	    sizeof(processes[0]);

	assert_true(index < process_count);
	return &processes[index];
}

uint64_t machine_now_ns;

static uint64_t
now_ns(void)
{
	return machine_now_ns;
}

uint64_t machine_set_ns;

static uint64_t
calendar_ns(void)
{
	return machine_now_ns + machine_set_ns;
}

static bool
usage(const struct kern_process *kern, struct kern_usage *usage_out)
{
	*usage_out = process_of(kern)->usage;
	return !process_of(kern)->ended;
}

static kern_return_t
threads(const struct kern_process *kern, uint32_t *ids_out, uint32_t room,
    uint32_t *count_out)
{
	const struct machine_process *process = process_of(kern);

	if (process->ended)
		return KERN_FAILURE;
	if (process->thread_count > room)
		return KERN_RESOURCE_SHORTAGE;
	*count_out = process->thread_count;
	memcpy(ids_out, process->threads,
	    process->thread_count * sizeof(*ids_out));
	return KERN_SUCCESS;
}

static bool
thread_usage(const struct kern_process *kern, uint32_t id,
    struct kern_thread_usage *usage_out)
{
	const struct machine_process *process = process_of(kern);
	bool there = false;

	for (uint32_t i = 0; i < process->thread_count; i++)
		there |= process->threads[i] == id;
	*usage_out = process->thread_usage;
	return there && !process->ended;
}

static bool
send_signal(const struct kern_process *kern, enum kern_signal signal)
{
	struct machine_process *process = process_of(kern);

	if (process->ended)
		return false;
	process->stops += signal == KERN_SIGNAL_STOP;
	process->continues += signal == KERN_SIGNAL_CONTINUE;
	process->kills += signal == KERN_SIGNAL_KILL;
	return true;
}

static bool
is_owned_by(const struct kern_process *kern, uid_t uid)
{
	return !process_of(kern)->ended && process_of(kern)->owner == uid;
}

static void
memory(const struct kern_memory_request *request, struct kern_reply *reply)
{
	struct machine_process *process = process_of(request->at.process);

	process->asked = *request;
	if (request->kind == KERN_MEMORY_READ &&
	    process->answer.code == KERN_SUCCESS)
		kern_reply_send(reply, KERN_MEMORY_ERROR); /* there is none */
	else
		kern_memory_answer(request, &process->answer, reply);
}

static struct kern_task *
task_of_pid(pid_t pid)
{
	for (unsigned i = 0; i < process_count; i++)
		if (processes[i].kern.pid == pid && !processes[i].ended)
			return processes[i].task;
	return NULL;
}

static struct kern_file *
file_new(uid_t user, struct ipc_account *account, uint64_t bytes)
{
	(void)user;
	(void)account;
	(void)bytes;
	return NULL;
}

static struct kern_level *
level_new(const struct kern_process *kern)
{
	struct kern_level *level = NULL;

	assert_false(process_of(kern)->ended);
	if (machine_levels < machine_levels_most)
		level = base_zalloc(1, sizeof(*level));
	machine_levels += level != NULL;
	return level;
}

/* Nobody is told what is so already. */
static void
level_set(struct kern_level *level, bool readable)
{
	assert_int_not_equal(level->readable, readable);
	level->readable = readable;
}

static void
level_free(struct kern_level *level)
{
	machine_levels--;
	base_free(level);
}

struct kern_platform machine;
unsigned machine_levels;
unsigned machine_levels_most;

int
machine_setup(void **state)
{
	machine = (struct kern_platform){
	    .now_ns = now_ns,
	    .calendar_ns = calendar_ns,
	    .usage = usage,
	    .threads = threads,
	    .thread_usage = thread_usage,
	    .signal = send_signal,
	    .is_owned_by = is_owned_by,
	    .task_of_pid = task_of_pid,
	    .memory = memory,
	    .file_new = file_new,
	    .level_new = level_new,
	    .level_set = level_set,
	    .level_free = level_free,
	    .owner = OWNER,
	};
	kern_platform = &machine;
	machine_now_ns = 1000000000;
	machine_set_ns = UINT64_C(1000000000) * 1000000000;
	process_count = 0;
	machine_levels = 0;
	machine_levels_most = 100;
	return tasks_setup(state);
}

int
machine_teardown(void **state)
{
	for (unsigned i = 0; i < process_count; i++)
		if (processes[i].task)
			kern_task_destroy(processes[i].task);
	assert_int_equal(machine_levels, 0);
	return tasks_teardown(state);
}

struct machine_process *
machine_process(pid_t pid, uid_t uid)
{
	static const struct ipc_charge limits = {1000, 1000, 1 << 20, 1 << 20};
	const security_token_t security = {{uid, uid}};
	const audit_token_t audit = {{uid, uid, uid, uid, uid, (unsigned)pid}};
	struct machine_process *process = &processes[process_count++];
	SCOPED(ipc_account_unref)
	struct ipc_account *account = ipc_account_new(tasks_user, &limits);
	struct ipc_identity *identity = ipc_identity_new(&security, &audit);

	assert_true(process_count <= PROCESSES_MAX);
	*process = (struct machine_process){
	    .kern.pid = pid,
	    .owner = uid,
	    .task = kern_task_new(account, identity, NULL),
	};
	assert_non_null(process->task);
	process->task->process = &process->kern;
	(void)ipc_identity_unref(identity);
	return process;
}
