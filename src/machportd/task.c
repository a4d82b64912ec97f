/* Tasks: born with their first connection, dead with it. */
#include "task.h"

#include <errno.h>
#include <sys/random.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "conn.h"
#include "server.h"

static struct ipc_identity *
identity_of(const struct peer *peer, uint32_t generation)
{
	const security_token_t security = {{peer->euid, peer->egid}};
	const audit_token_t audit = {{
	    peer->ruid,
	    peer->euid,
	    peer->egid,
	    peer->ruid,
	    peer->rgid,
	    (unsigned)peer->pid,
	    0, /* no audit sessions exist here */
	    generation,
	}};

	return ipc_identity_new(&security, &audit);
}

/* The engine's side, with an account and an identity of its own. */
static struct kern_task *
new_kern_task(struct server *server, struct user *user, const struct peer *peer,
    const struct heritage *heritage)
{
	struct ipc_account *account;
	struct ipc_identity *identity;
	struct kern_task *kern = NULL;

	account = ipc_account_new(user->account, &server->budget.limits.task);
	identity = identity_of(peer, ++server->generation);
	if (account && identity)
		kern = kern_task_new(account, identity, heritage->ports);
	if (kern && heritage->euid != peer->euid)
		kern_ports_change_user(&kern->ports);
	/* The space has references of its own. */
	if (account)
		(void)ipc_account_unref(account);
	if (identity)
		(void)ipc_identity_unref(identity);
	return kern;
}

int
task_new(struct process *process, struct user *user, const struct peer *peer,
    const struct heritage *heritage, struct conn *main)
{
	struct task *task = base_zalloc(1, sizeof(*task));

	mp_assert(!process->task);
	if (!task)
		return -ENOMEM;
	if (getrandom(task->token.bytes, sizeof(task->token.bytes),
	        GRND_NONBLOCK) != (ssize_t)sizeof(task->token.bytes)) {
		base_free(task);
		return -EAGAIN;
	}
	task->kern = new_kern_task(process->server, user, peer, heritage);
	if (!task->kern) {
		base_free(task);
		return -ENOMEM;
	}
	task->kern->process = &process->kern;
	/* What waited for this task has arrived. */
	kern_ports_clear(&process->ports);
	task->process = process;
	process->task = task;
	process->euid = peer->euid;
	list_init(&task->conns);
	task_lanes_init(&task->lanes);
	task->main = main;
	task_join(task, main);
	return 0;
}

void
task_die(struct task *task)
{
	struct process *process = task->process;
	struct list *node;

	/* From here on no connection finds the task. */
	process->task = NULL;
	task->main = NULL;
	while ((node = task->conns.next) != &task->conns)
		conn_close(CONTAINER_OF(node, struct conn, task_link));
	mp_assert(task->conn_count == 0);
	if (!peer_has_exited(process->pidfd))
		kern_ports_inherit(&process->ports, &task->kern->ports);
	task_lanes_deinit(task);
	kern_task_destroy(task->kern);
	base_free(task);
	if (process->waiter && list_empty(&process->vacant_link))
		list_push_back(&process->server->vacant, &process->vacant_link);
}

struct task *
task_of_space(const struct ipc_space *space)
{
	const struct kern_task *kern = space->owner;

	return process_of_kern(kern->process)->task;
}

/* One of them is the task's own, by which it lives; no thread traps by it. */
static void
tell_connections(struct task *task)
{
	task->kern->connections = task->conn_count ? task->conn_count - 1 : 0;
}

void
task_join(struct task *task, struct conn *conn)
{
	list_push_back(&task->conns, &conn->task_link);
	task->conn_count++;
	tell_connections(task);
	conn->task = task;
}

void
task_leave(struct task *task, struct conn *conn)
{
	list_remove(&conn->task_link);
	task->conn_count--;
	tell_connections(task);
	conn->task = NULL;
}

bool
task_has_token(const struct task *task, const struct wire_token *token)
{
	unsigned difference = 0;

	for (size_t i = 0; i < sizeof(token->bytes); i++)
		difference |=
		    (unsigned)(token->bytes[i] ^ task->token.bytes[i]);
	return difference == 0;
}
