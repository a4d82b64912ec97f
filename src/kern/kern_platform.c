/* Where the machine is found, and one that has nothing. */
#include "kern_platform.h"

static uint64_t
no_clock(void)
{
	return 0;
}

static bool
no_usage(const struct kern_process *process, struct kern_usage *usage_out)
{
	(void)process;
	(void)usage_out;
	return false;
}

static kern_return_t
no_threads(const struct kern_process *process, uint32_t *ids_out, uint32_t room,
    uint32_t *count_out)
{
	(void)process;
	(void)ids_out;
	(void)room;
	(void)count_out;
	return KERN_FAILURE;
}

static bool
no_thread_usage(const struct kern_process *process, uint32_t id,
    struct kern_thread_usage *usage_out)
{
	(void)process;
	(void)id;
	(void)usage_out;
	return false;
}

static bool
no_signal(const struct kern_process *process, enum kern_signal signal)
{
	(void)process;
	(void)signal;
	return false;
}

static bool
no_owner(const struct kern_process *process, uid_t uid)
{
	(void)process;
	(void)uid;
	return false;
}

static struct kern_task *
no_task(pid_t pid)
{
	(void)pid;
	return NULL;
}

static bool
no_load(struct kern_host_load *load_out)
{
	(void)load_out;
	return false;
}

static void
no_memory(const struct kern_memory_request *request, struct kern_reply *reply)
{
	(void)request;
	kern_reply_send(reply, KERN_FAILURE);
}

static struct kern_file *
no_file(uid_t user, struct ipc_account *account, uint64_t bytes)
{
	(void)user;
	(void)account;
	(void)bytes;
	return NULL;
}

static const struct kern_platform nothing = {
    .now_ns = no_clock,
    .usage = no_usage,
    .threads = no_threads,
    .thread_usage = no_thread_usage,
    .signal = no_signal,
    .is_owned_by = no_owner,
    .task_of_pid = no_task,
    .memory = no_memory,
    .host_load = no_load,
    .file_new = no_file,
};

const struct kern_platform *kern_platform = &nothing;
