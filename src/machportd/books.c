/* The books, by a walk over what there is; no counter is kept for them. */
#include "books.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ipc_account.h"
#include "kern_host.h"
#include "server.h"

static uint64_t
count(const struct list *head)
{
	uint64_t nodes = 0;

	LIST_FOREACH (node, head)
		nodes++;
	return nodes;
}

/* What a task is charged its user is charged, too. */
static void
count_accounts(struct books *books)
{
	LIST_FOREACH (node, &ipc_world.accounts) {
		const struct ipc_account *account =
		    CONTAINER_OF(node, struct ipc_account, world_link);

		if (account->parent)
			continue;
		books->charged.names += account->used.names;
		books->charged.messages += account->used.messages;
		books->charged.bytes += account->used.bytes;
		books->charged.file_bytes += account->used.file_bytes;
	}
}

static void
count_users(const struct budget *budget, struct books *books)
{
	LIST_FOREACH (node, &budget->users) {
		const struct user *user = CONTAINER_OF(node, struct user, link);

		books->charged.connections += user->used[USER_CONNECTIONS];
		books->charged.tasks += user->used[USER_TASKS];
		books->charged.files += user->used[USER_FILES];
		books->charged.watches += user->used[USER_WATCHES];
		books->charged.copies += user->used[USER_COPIES];
		books->charged.windows += user->used[USER_WINDOWS];
		books->charged.lanes += user->used[USER_LANES];
	}
}

void
books_count(const struct server *server, struct books *books_out)
{
	memset(books_out, 0, sizeof(*books_out));
	kern_host_bury();
	books_out->ports = count(&ipc_world.ports) - KERN_HOST_PORTS;
	books_out->spaces = count(&ipc_world.spaces);
	books_out->slots = count(&ipc_world.slots) - KERN_HOST_SLOTS;
	count_accounts(books_out);
	count_users(&server->budget, books_out);
	books_out->connections = count(&server->connections);
	books_out->processes = server->processes.count;
}

bool
books_are_empty(const struct books *books)
{
	static const struct books empty;

	/* Nothing but counts of one type: there is no padding. */
	_Static_assert(sizeof(*books) == 16 * sizeof(uint64_t), "padding");
	return memcmp(books, &empty, sizeof(empty)) == 0;
}

void
books_describe(const struct books *books, char *text_out, size_t bytes)
{
	(void)snprintf(text_out, bytes,
	    "%" PRIu64 " ports, %" PRIu64 " spaces, %" PRIu64
	    " kept rights, %" PRIu64 " connections, %" PRIu64
	    " processes; charged for %" PRIu64 " names, %" PRIu64
	    " messages, %" PRIu64 " bytes, %" PRIu64 " bytes in files, %" PRIu64
	    " connections, %" PRIu64 " tasks, %" PRIu64 " files, %" PRIu64
	    " watches, %" PRIu64 " copies, %" PRIu64 " windows, %" PRIu64
	    " ends of lanes",
	    books->ports, books->spaces, books->slots, books->connections,
	    books->processes, books->charged.names, books->charged.messages,
	    books->charged.bytes, books->charged.file_bytes,
	    books->charged.connections, books->charged.tasks,
	    books->charged.files, books->charged.watches, books->charged.copies,
	    books->charged.windows, books->charged.lanes);
}
