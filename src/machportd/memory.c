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

/* A request that is on its way. */
struct operation {
	struct list link; /* memory.operations */
	uint64_t id;
	struct kern_memory_request
	    request; /* as long as it is borrowed: words */
	struct kern_reply reply;
	struct user *waits_for[2];   /* +1, or NULL; charged one USER_COPIES */
	struct user *user;           /* who asked, +1 */
	struct ipc_account *account; /* +1; charged `charge`. NULL: nothing */
	struct ipc_charge charge;
	struct file_writer file;
};

void
memory_init(struct memory *memory)
{
	*memory = (struct memory){.helper = -1};
	list_init(&memory->operations);
}

/* The file may have been written, and have all the memory that it is charged for. */
static void
close_file(struct operation *operation)
{
	if (operation->file.fd >= 0)
		file_close(operation->user, operation->file.fd,
		    operation->charge.file_bytes);
	operation->file.fd = -1;
}

/* Gives back all but the reply. */
static void
operation_free(struct memory *memory, struct operation *operation)
{
	if (list_linked(&operation->link)) {
		list_remove(&operation->link);
		memory->count--;
	}
	close_file(operation);
	if (operation->account)
		ipc_account_discharge(operation->account, &operation->charge);
	(void)ipc_account_unref(operation->account);
	for (unsigned i = 0; i < 2; i++) {
		if (operation->waits_for[i])
			user_give(operation->waits_for[i], USER_COPIES);
		(void)user_unref(operation->waits_for[i]);
	}
	(void)user_unref(operation->user);
	base_free(operation);
}

/* --- asking ---------------------------------------------------------------- */

static bool
has_file(const struct operation *operation)
{
	return operation->request.kind == KERN_MEMORY_READ ||
	    operation->request.kind == KERN_MEMORY_WRITE;
}

static const struct process *
process_of(const struct kern_memory_place *place)
{
	return (
	    const struct process *)(const void *)((const char *)place->process -
	    offsetof(struct process, kern));
}

/* What it takes while it is on its way: its file. */
static bool
charge(struct operation *operation, struct ipc_account *account)
{
	const struct kern_memory_request *request = &operation->request;

	/* One of ours: the page before it, and what it takes in whole pages. */
	operation->charge.file_bytes = request->memory
	    ? request->memory->memory_bytes
	    : ipc_world.page + (request->bytes | (ipc_world.page - 1)) + 1;
	if (!ipc_account_charge(account, &operation->charge))
		return false;
	operation->account = ipc_account_ref(account);
	return true;
}

/* The user's processes may hold it up. */
static bool
wait_for(struct operation *operation, unsigned which, struct user *user)
{
	if (!user_take(user, USER_COPIES))
		return false;
	operation->waits_for[which] = user_ref(user);
	return true;
}

static bool
reserve(struct operation *operation, struct budget *budget)
{
	const struct kern_memory_request *request = &operation->request;
	struct user *user = process_of(&request->at)->user;
	struct user *other =
	    request->to.process ? process_of(&request->to)->user : user;

	operation->user = user_get(budget, request->user);
	if (!operation->user)
		return false;
	if (has_file(operation) && !charge(operation, request->account))
		return false;
	return wait_for(operation, 0, user) &&
	    (other == user || wait_for(operation, 1, other));
}

/* An operation that is charged for, without its file. NULL: no memory or budget. */
static struct operation *
operation_new(struct server *server, const struct kern_memory_request *request)
{
	struct operation *operation = base_zalloc(1, sizeof(*operation));

	if (!operation)
		return NULL;
	list_init(&operation->link);
	file_writer_init(&operation->file);
	operation->request = *request;
	if (!reserve(operation, &server->budget)) {
		operation_free(&server->memory, operation);
		return NULL;
	}
	operation->id = ++server->memory.last_id;
	list_push_back(&server->memory.operations, &operation->link);
	server->memory.count++;
	return operation;
}

/* The file: with what is to be written, or room for what is read, behind a page that a
 * reply has for itself. */
static bool
make_file(struct operation *operation)
{
	const struct kern_memory_request *request = &operation->request;

	if (request->kind == KERN_MEMORY_WRITE)
		return file_writer_append(
		    &operation->file, request->data, request->bytes);
	file_writer_skip(&operation->file, ipc_world.page);
	return file_writer_grow(&operation->file, request->bytes);
}

/* The request, with its descriptors. False: the helper does not take it. */
static bool
send_request(int helper, const struct helper_request *request, const int *files,
    unsigned count)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(2 * sizeof(int))];
	} control = {.bytes = {0}};
	struct iovec part = {(void *)(uintptr_t)request, sizeof(*request)};
	const struct msghdr message = {
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = CMSG_SPACE(count * sizeof(*files)),
	};

	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(count * sizeof(*files));
	memcpy(CMSG_DATA(&control.header), files, count * sizeof(*files));
	return sendmsg(helper, &message, MSG_DONTWAIT | MSG_NOSIGNAL) ==
	    (ssize_t)sizeof(*request);
}

static struct helper_place
helper_place(const struct kern_memory_place *place)
{
	if (!place->process)
		return (struct helper_place){.pid = 0};
	return (struct helper_place){
	    .pid = place->process->pid,
	    .owner = place->owner == 0 ? HELPER_ANY_OWNER : place->owner,
	    .address = place->address,
	};
}

static enum helper_kind
helper_kind(enum kern_memory_kind kind)
{
	switch (kind) {
	case KERN_MEMORY_READ:
		return HELPER_READ;
	case KERN_MEMORY_WRITE:
		return HELPER_WRITE;
	case KERN_MEMORY_COPY:
	case KERN_MEMORY_READ_OVERWRITE:
		return HELPER_COPY;
	case KERN_MEMORY_REGION:
		return HELPER_REGION;
	}
	mp_unreachable();
}

static bool
start(int helper, struct operation *operation)
{
	const struct kern_memory_request *request = &operation->request;
	struct helper_request message = {
	    .id = operation->id,
	    .kind = helper_kind(request->kind),
	    .at = helper_place(&request->at),
	    .to = helper_place(&request->to),
	    .bytes = request->bytes,
	    .offset = request->kind == KERN_MEMORY_READ ? ipc_world.page : 0,
	};
	int files[2] = {process_of(&request->at)->pidfd};
	unsigned count = 1;

	if (request->memory) {
		/* The helper has the file from now on. */
		message.offset = request->offset;
		files[count++] = file_of_memory(request->memory)->fd;
	} else if (has_file(operation)) {
		if (!make_file(operation))
			return false;
		files[count++] = operation->file.fd;
	} else if (request->to.process) {
		files[count++] = process_of(&request->to)->pidfd;
	}
	return send_request(helper, &message, files, count);
}

void
memory_ask(struct server *server, const struct kern_memory_request *request,
    struct kern_reply *reply)
{
	struct memory *memory = &server->memory;
	struct operation *operation = NULL;

	if (memory->helper < 0) {
		kern_reply_send(reply, KERN_FAILURE);
		return;
	}
	if (memory->count < HELPER_OPERATIONS)
		operation = operation_new(server, request);
	if (operation && start(memory->helper, operation)) {
		operation->reply = *reply;
		reply->kmsg = NULL;
		return;
	}
	if (operation)
		operation_free(memory, operation);
	kern_reply_send(reply, KERN_RESOURCE_SHORTAGE);
}

/* --- answering ------------------------------------------------------------- */

/* What was read, as a file that can be passed on. NULL: it cannot. */
static struct file *
take_file(struct operation *operation)
{
	struct file_facts facts;
	int fd;

	if (!file_writer_seal(&operation->file) ||
	    !file_check(operation->file.fd, &facts))
		return NULL;
	fd = operation->file.fd;
	operation->file.fd = -1;
	return file_new(operation->user, fd, &facts); /* consumes fd */
}

/* It is over. */
static void
finish(struct memory *memory, struct operation *operation,
    const struct helper_answer *answer)
{
	const struct kern_memory_request request = operation->request;
	struct kern_reply reply = operation->reply;
	struct kern_memory_result result = {
	    .code = answer->code,
	    .offset = ipc_world.page,
	    .region = answer->region,
	};
	struct file *file;

	if (answer->code == KERN_SUCCESS && request.kind == KERN_MEMORY_READ) {
		file = take_file(operation);
		if (file)
			result.memory = &file->memory;
		else
			result.code = KERN_RESOURCE_SHORTAGE;
	}
	/* First the charge is given back, which the reply takes. */
	operation_free(memory, operation);
	kern_memory_answer(&request, &result, &reply);
}

static struct operation *
find_operation(struct memory *memory, uint64_t id)
{
	LIST_FOREACH (node, &memory->operations) {
		struct operation *operation =
		    CONTAINER_OF(node, struct operation, link);

		if (operation->id == id)
			return operation;
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
	const struct helper_answer failure = {.code = KERN_FAILURE};
	struct list *node;

	while ((node = memory->operations.next) != &memory->operations)
		finish(memory, CONTAINER_OF(node, struct operation, link),
		    &failure);
}

static void
helper_ready(struct source *source)
{
	struct server *server =
	    CONTAINER_OF(source, struct server, memory.source);
	struct helper_answer message;
	struct operation *operation;
	const ssize_t got =
	    read(server->memory.helper, &message, sizeof(message));

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	operation = got == (ssize_t)sizeof(message)
	    ? find_operation(&server->memory, message.id)
	    : NULL;
	if (operation) {
		finish(&server->memory, operation, &message);
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
