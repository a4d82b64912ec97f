/* The table, and what is asked of processes. */
#include "platform.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "entry_file.h"
#include "kern_platform.h"
#include "level.h"
#include "memory.h"
#include "peer.h"
#include "platform_host.h"
#include "proc.h"
#include "process.h"
#include "server.h"
#include "task.h"

static struct {
	struct kern_platform table;
	struct server *server;
	uint64_t tick_ns;
	uint64_t page;
} platform;

/* A `status` can be longer, which does not matter: what is wanted is at its begin. */
#define STATUS_BYTES 2048
#define OWNER_STATUS_BYTES 16384
#define STAT_BYTES 1024

static bool
usage(const struct kern_process *kern, struct kern_usage *usage_out)
{
	char text[STATUS_BYTES];
	struct proc_stat stat;
	uint64_t most_kb = 0;

	if (!proc_read(kern->pid, "stat", text, STAT_BYTES) ||
	    !proc_stat_parse(text, PROC_STAT_RESIDENT_PAGES, &stat))
		return false;
	if (proc_read(kern->pid, "status", text, sizeof(text)))
		(void)proc_status_number(text, "VmHWM", 0, &most_kb);
	/* As long as it has not ended, its pid was nobody else's. */
	if (peer_has_exited(process_of_kern(kern)->pidfd))
		return false;
	*usage_out = (struct kern_usage){
	    .virtual_bytes = stat.fields[PROC_STAT_VIRTUAL_BYTES],
	    .resident_bytes =
	        stat.fields[PROC_STAT_RESIDENT_PAGES] * platform.page,
	    .resident_bytes_most = most_kb * 1024,
	    .user_ns = stat.fields[PROC_STAT_USER_TICKS] * platform.tick_ns,
	    .system_ns = stat.fields[PROC_STAT_SYSTEM_TICKS] * platform.tick_ns,
	    .faults = stat.fields[PROC_STAT_MINOR_FAULTS] +
	        stat.fields[PROC_STAT_MAJOR_FAULTS],
	    .major_faults = stat.fields[PROC_STAT_MAJOR_FAULTS],
	    .threads = (uint32_t)stat.fields[PROC_STAT_THREADS],
	};
	return true;
}

/* The ids in /proc/PID/task; false: there are more than @room. */
static bool
read_ids(DIR *directory, uint32_t *ids_out, uint32_t room, uint32_t *count_out)
{
	const struct dirent *entry;

	*count_out = 0;
	while ((entry = readdir(directory))) {
		const unsigned long id = strtoul(entry->d_name, NULL, 10);

		if (id == 0)
			continue;
		if (*count_out == room)
			return false;
		ids_out[(*count_out)++] = (uint32_t)id;
	}
	return true;
}

static kern_return_t
threads(const struct kern_process *kern, uint32_t *ids_out, uint32_t room,
    uint32_t *count_out)
{
	char path[32];
	DIR *directory;
	bool all;

	(void)snprintf(path, sizeof(path), "/proc/%d/task", (int)kern->pid);
	directory = opendir(path);
	if (!directory)
		return KERN_FAILURE;
	all = read_ids(directory, ids_out, room, count_out);
	(void)closedir(directory);
	if (peer_has_exited(process_of_kern(kern)->pidfd))
		return KERN_FAILURE;
	return all ? KERN_SUCCESS : KERN_RESOURCE_SHORTAGE;
}

/* Of 1000, how much of the time since @start_ticks after the machine's start. */
static uint32_t
cpu_share(uint64_t used_ns, uint64_t start_ticks)
{
	const uint64_t start_ns = start_ticks * platform.tick_ns;
	struct timespec now = {0};
	uint64_t now_ns;

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	now_ns = (uint64_t)now.tv_sec * 1000 * CLOCK_NS_PER_MS +
	    (uint64_t)now.tv_nsec;
	if (now_ns <= start_ns || used_ns >= now_ns - start_ns)
		return used_ns > 0 ? 1000 : 0;
	return (uint32_t)(used_ns / ((now_ns - start_ns) / 1000 + 1));
}

static bool
thread_usage(const struct kern_process *kern, uint32_t id,
    struct kern_thread_usage *usage_out)
{
	char name[32];
	char text[STAT_BYTES];
	struct proc_stat stat;
	const uint64_t *fields = stat.fields;
	int64_t priority;

	/* Within the process: that of another one is not there. */
	(void)snprintf(name, sizeof(name), "task/%u/stat", (unsigned)id);
	if (!proc_read(kern->pid, name, text, sizeof(text)) ||
	    !proc_stat_parse(text, PROC_STAT_POLICY, &stat) ||
	    peer_has_exited(process_of_kern(kern)->pidfd))
		return false;
	priority = (int64_t)fields[PROC_STAT_PRIORITY];
	*usage_out = (struct kern_thread_usage){
	    .user_ns = fields[PROC_STAT_USER_TICKS] * platform.tick_ns,
	    .system_ns = fields[PROC_STAT_SYSTEM_TICKS] * platform.tick_ns,
	    .policy = (int)fields[PROC_STAT_POLICY],
	    .nice = (int)(int64_t)fields[PROC_STAT_NICE],
	    /* It is told as minus one minus that. */
	    .real_time = priority < -1 ? (int)(-1 - priority) : 0,
	    .state = (char)fields[PROC_STAT_STATE],
	};
	usage_out->cpu = cpu_share(usage_out->user_ns + usage_out->system_ns,
	    fields[PROC_STAT_START_TICKS]);
	memcpy(usage_out->name, stat.name, sizeof(usage_out->name));
	return true;
}

/* As kill(2) asks: is the real or the saved user of the process still that of its task?
 * Root's task may become whom it likes. */
static bool
is_users_still(const struct process *process)
{
	char status[STATUS_BYTES];
	uint64_t real;
	uint64_t saved;

	if (process->euid == 0)
		return true;
	return proc_read(process->kern.pid, "status", status, sizeof(status)) &&
	    proc_status_number(status, "Uid", 0, &real) &&
	    proc_status_number(status, "Uid", 2, &saved) &&
	    (real == process->euid || saved == process->euid);
}

static bool
send_signal(const struct kern_process *kern, enum kern_signal signal)
{
	static const int numbers[] = {
	    [KERN_SIGNAL_STOP] = SIGSTOP,
	    [KERN_SIGNAL_CONTINUE] = SIGCONT,
	    [KERN_SIGNAL_KILL] = SIGKILL,
	};

	return is_users_still(process_of_kern(kern)) &&
	    syscall(SYS_pidfd_send_signal, process_of_kern(kern)->pidfd,
	        numbers[signal], NULL, 0) == 0;
}

/* Are all of the process's user ids @uid, and has it no capabilities? Whoever reaches
 * into it would have these, too, as ptrace() has it; of root's none counts. Those of a
 * process with thousands of groups stand too far behind: it is nobody's. */
static bool
has_one_uid(pid_t pid, uid_t uid)
{
	char status[OWNER_STATUS_BYTES];
	uint64_t capabilities;
	uint64_t id;

	if (!proc_read(pid, "status", status, sizeof(status)))
		return false;
	for (unsigned i = 0; i < 4; i++)
		if (!proc_status_number(status, "Uid", i, &id) || id != uid)
			return false;
	return uid == 0 ||
	    (proc_status_hex(status, "CapPrm", &capabilities) &&
	        capabilities == 0);
}

/* The files in /proc of a process that may not be dumped are root's, though not the
 * directory. */
static bool
is_owned_by(const struct kern_process *kern, uid_t uid)
{
	char path[32];
	struct stat status;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)kern->pid);
	return has_one_uid(kern->pid, uid) && stat(path, &status) == 0 &&
	    status.st_uid == uid &&
	    !peer_has_exited(process_of_kern(kern)->pidfd);
}

static struct kern_task *
task_of_pid(pid_t pid)
{
	struct process *process =
	    process_find(&platform.server->processes, pid);

	/* Another process may have the pid by now. */
	if (!process || !process->task || peer_has_exited(process->pidfd))
		return NULL;
	return process->task->kern;
}

static struct kern_level *
new_level(const struct kern_process *kern)
{
	return level_new(process_of_kern(kern)->user);
}

static struct kern_file *
new_file(uid_t uid, struct ipc_account *account, uint64_t bytes)
{
	struct user *user = user_get(&platform.server->budget, uid);
	struct kern_file *file = NULL;
	kern_return_t kr;

	if (!user)
		return NULL;
	kr = entry_file_create(user, account, bytes, &file);
	(void)user_unref(user);
	return kr == KERN_SUCCESS ? file : NULL;
}

static void
memory(const struct kern_memory_request *request, struct kern_reply *reply)
{
	memory_ask(platform.server, request, reply);
}

void
platform_init(struct server *server)
{
	platform.server = server;
	platform.tick_ns =
	    UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK);
	platform.page = (uint64_t)sysconf(_SC_PAGESIZE);
	platform.table = (struct kern_platform){
	    .now_ns = clock_now_ns,
	    .calendar_ns = clock_calendar_ns,
	    .usage = usage,
	    .threads = threads,
	    .thread_usage = thread_usage,
	    .signal = send_signal,
	    .is_owned_by = is_owned_by,
	    .task_of_pid = task_of_pid,
	    .memory = memory,
	    .host_load = platform_host_load,
	    .level_new = new_level,
	    .level_set = level_set,
	    .level_free = level_free,
	    .file_new = new_file,
	    .file_is_writable = entry_file_is_writable,
	    .file_free = entry_file_free,
	    .owner = geteuid(),
	    .task_for_pid = server->options.task_for_pid,
	};
	platform_host_facts(&platform.table.host);
	kern_platform = &platform.table;
}
