/* Requests to the helper, and its answers. */
#include "memory.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "file.h"
#include "helper.h"
#include "kern_platform.h"
#include "kern_reply.h"
#include "log.h"
#include "server.h"

struct copy {
	struct list link; /* memory.copies */
	uint64_t id;
	struct kern_reply reply;
	struct user *waits_for;      /* +1; charged one USER_COPIES */
	struct user *user;           /* who asked, +1 */
	struct ipc_account *account; /* +1; charged `charge` */
	struct ipc_charge charge;
	struct file_writer file;
	uint32_t bytes;
	bool reads;
};

void
memory_init(struct memory *memory)
{
	*memory = (struct memory){.helper = -1};
	list_init(&memory->copies);
}

/* Gives back all but the reply. */
static void
copy_free(struct memory *memory, struct copy *copy)
{
	list_remove(&copy->link);
	memory->count--;
	file_writer_deinit(&copy->file);
	ipc_account_discharge(copy->account, &copy->charge);
	(void)ipc_account_unref(copy->account);
	user_give(copy->waits_for, USER_COPIES);
	(void)user_unref(copy->waits_for);
	(void)user_unref(copy->user);
	base_free(copy);
}

/* --- asking ---------------------------------------------------------------- */

/* What it takes while it is on its way: its file. */
static bool
charge(struct copy *copy, struct ipc_account *account)
{
	/* The page before it, and what it takes in whole pages. */
	copy->charge.bytes = ipc_world.page;
	copy->charge.bytes +=
	    ((uint64_t)copy->bytes | (ipc_world.page - 1)) + 1;
	if (!ipc_account_charge(account, &copy->charge))
		return false;
	copy->account = ipc_account_ref(account);
	return true;
}

/* A copy that is charged for, without its file. NULL: no memory or budget. */
static struct copy *
copy_new(struct server *server, const struct process *process,
    const struct kern_memory_copy *from)
{
	struct copy *copy = base_zalloc(1, sizeof(*copy));

	if (!copy)
		return NULL;
	copy->bytes = from->bytes;
	copy->reads = !from->data;
	copy->user = user_get(&server->budget, from->user);
	if (!copy->user || !charge(copy, from->account))
		goto free_copy;
	if (!user_take(process->user, USER_COPIES))
		goto discharge;
	copy->waits_for = user_ref(process->user);
	copy->id = ++server->memory.last_id;
	file_writer_init(&copy->file);
	list_init(&copy->link);
	list_push_back(&server->memory.copies, &copy->link);
	server->memory.count++;
	return copy;

discharge:
	ipc_account_discharge(copy->account, &copy->charge);
	(void)ipc_account_unref(copy->account);
free_copy:
	(void)user_unref(copy->user);
	base_free(copy);
	return NULL;
}

/* The file: with what is to be written, or room for what is read, behind a page that a
 * reply has for itself. */
static bool
make_file(struct copy *copy, const void *data)
{
	if (!copy->reads)
		return file_writer_append(&copy->file, data, copy->bytes);
	file_writer_skip(&copy->file, ipc_world.page);
	return file_writer_grow(&copy->file, copy->bytes);
}

/* The request, with its two descriptors. False: the helper does not take it. */
static bool
ask(int helper, const struct helper_request *request, int pidfd, int file)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(2 * sizeof(int))];
	} control = {.bytes = {0}};
	const int files[2] = {pidfd, file};
	struct iovec part = {(void *)(uintptr_t)request, sizeof(*request)};
	const struct msghdr message = {
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof(control),
	};

	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(files));
	memcpy(CMSG_DATA(&control.header), files, sizeof(files));
	return sendmsg(helper, &message, MSG_DONTWAIT | MSG_NOSIGNAL) ==
	    (ssize_t)sizeof(*request);
}

static kern_return_t
start_copy(struct memory *memory, struct copy *copy,
    const struct process *process, const struct kern_memory_copy *from)
{
	const struct helper_request request = {
	    .id = copy->id,
	    .kind = copy->reads ? HELPER_READ : HELPER_WRITE,
	    .pid = process->kern.pid,
	    .owner = from->owner == 0 ? HELPER_ANY_OWNER : from->owner,
	    .bytes = from->bytes,
	    .address = from->address,
	    .offset = copy->reads ? ipc_world.page : 0,
	};

	if (!make_file(copy, from->data) ||
	    !ask(memory->helper, &request, process->pidfd, copy->file.fd))
		return KERN_RESOURCE_SHORTAGE;
	return KERN_SUCCESS;
}

void
memory_copy(struct server *server, const struct process *process,
    const struct kern_memory_copy *from, struct kern_reply *reply)
{
	struct memory *memory = &server->memory;
	struct copy *copy;
	kern_return_t kr;

	if (memory->helper < 0) {
		kern_reply_send(reply, KERN_FAILURE);
		return;
	}
	copy = memory->count < HELPER_OPERATIONS
	    ? copy_new(server, process, from)
	    : NULL;
	if (!copy) {
		kern_reply_send(reply, KERN_RESOURCE_SHORTAGE);
		return;
	}
	kr = start_copy(memory, copy, process, from);
	if (kr == KERN_SUCCESS) {
		copy->reply = *reply;
		reply->kmsg = NULL;
		return;
	}
	copy_free(memory, copy);
	kern_reply_send(reply, kr);
}

/* --- answering ------------------------------------------------------------- */

/* What was read, as a file that can be passed on. NULL: it cannot. */
static struct file *
take_file(struct copy *copy)
{
	struct file_facts facts;
	int fd;

	if (!file_writer_seal(&copy->file) ||
	    !file_check(copy->file.fd, &facts))
		return NULL;
	fd = copy->file.fd;
	copy->file.fd = -1;
	return file_new(copy->user, fd, &facts); /* consumes fd */
}

/* It is over. */
static void
answer(struct memory *memory, struct copy *copy, kern_return_t code)
{
	struct kern_reply reply = copy->reply;
	const uint32_t bytes = copy->bytes;
	struct file *file = NULL;

	if (code == KERN_SUCCESS && copy->reads) {
		file = take_file(copy);
		if (!file)
			code = KERN_RESOURCE_SHORTAGE;
	}
	/* First the charge is given back, which the reply takes. */
	copy_free(memory, copy);
	if (file)
		kern_reply_send_memory(
		    &reply, &file->memory, ipc_world.page, bytes);
	else
		kern_reply_send(&reply, code);
}

static struct copy *
find_copy(struct memory *memory, uint64_t id)
{
	LIST_FOREACH (node, &memory->copies) {
		struct copy *copy = CONTAINER_OF(node, struct copy, link);

		if (copy->id == id)
			return copy;
	}
	return NULL;
}

/* It was forgotten in the source's place: it is part of the server. */
static void
memory_free(struct source *source)
{
	(void)source;
}

static void
fail_all(struct memory *memory)
{
	struct list *node;

	while ((node = memory->copies.next) != &memory->copies)
		answer(memory, CONTAINER_OF(node, struct copy, link),
		    KERN_FAILURE);
}

static void
helper_ready(struct source *source)
{
	struct server *server =
	    CONTAINER_OF(source, struct server, memory.source);
	struct helper_answer message;
	struct copy *copy;
	const ssize_t got =
	    read(server->memory.helper, &message, sizeof(message));

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	copy = got == (ssize_t)sizeof(message)
	    ? find_copy(&server->memory, message.id)
	    : NULL;
	if (copy) {
		answer(&server->memory, copy, message.code);
		return;
	}
	log_error("the helper has ended: no task's memory can be had");
	(void)close(server->memory.helper);
	server->memory.helper = -1;
	server_retire(server, source);
	fail_all(&server->memory);
}

int
memory_attach(struct server *server, int fd)
{
	int error;

	server->memory.source.ready = helper_ready;
	server->memory.source.free = memory_free;
	error = server_watch(server, &server->memory.source, fd);
	if (error == 0)
		server->memory.helper = fd;
	return error;
}

void
memory_end(struct memory *memory)
{
	if (memory->helper >= 0)
		(void)close(memory->helper);
	memory->helper = -1;
	fail_all(memory);
	mp_assert(memory->count == 0);
}
