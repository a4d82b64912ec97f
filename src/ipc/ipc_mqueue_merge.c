/*
 * Messages that did not come by the kernel, and are in its queues from now on.
 *
 * What they say of when they were sent may be a lie, and the queues long: so they are sorted,
 * and each queue is walked once, for all that go there.
 */
#include "ipc_mqueue.h"

#include "ipc_board.h"
#include "ipc_port.h"

/* Tickets that are not of the past are taken for lies. */
static void
limit_tickets(struct ipc_kmsg *batch)
{
	const uint64_t now = ipc_mqueue_ticket();

	for (; batch; batch = batch->next)
		if (batch->ticket - 1 >= now)
			batch->ticket = now;
}

/* The latest first; of equal ones, @a's. */
static struct ipc_kmsg *
merge_two(struct ipc_kmsg *a, struct ipc_kmsg *b)
{
	struct ipc_kmsg *first = NULL;
	struct ipc_kmsg **end = &first;

	while (a && b) {
		struct ipc_kmsg **later = b->ticket > a->ticket ? &b : &a;

		*end = *later;
		end = &(*end)->next;
		*later = *end;
	}
	*end = a ? a : b;
	return first;
}

/* By ticket, the latest first; equal ones as they are in @batch. */
static struct ipc_kmsg *
sort(struct ipc_kmsg *batch)
{
	struct ipc_kmsg *runs[32] = {NULL}; /* runs[i]: of 2^i messages */
	struct ipc_kmsg *sorted = NULL;

	while (batch) {
		struct ipc_kmsg *run = batch;
		unsigned i = 0;

		batch = batch->next;
		run->next = NULL;
		for (; runs[i]; i++) {
			run = merge_two(runs[i], run);
			runs[i] = NULL;
		}
		runs[i] = run;
	}
	for (unsigned i = 0; i < 32; i++)
		sorted = merge_two(runs[i], sorted);
	return sorted;
}

/* Where @ticket belongs, which is no later than those before: what it goes behind. */
static struct list *
place_of(const struct ipc_port *port, uint64_t ticket)
{
	struct list *node = port->merged ? port->merged : port->messages.prev;

	while (node != &port->messages &&
	    CONTAINER_OF(node, struct ipc_kmsg, link)->ticket > ticket)
		node = node->prev;
	return node;
}

/* False: there is no room for it. */
static bool
enter(struct ipc_kmsg *kmsg)
{
	struct ipc_port *port = kmsg->remote;

	if (port->msgcount >= IPC_QUEUE_MAX)
		return false;
	port->merged = place_of(port, kmsg->ticket);
	ipc_mqueue_enter(port, kmsg, port->merged);
	return true;
}

/* All of @batch are in queues: those who wait there are to look. */
static void
ring(struct ipc_kmsg *batch)
{
	while (batch) {
		struct ipc_port *port = batch->remote;
		struct ipc_kmsg *next = batch->next;

		batch->next = NULL;
		if (port->merged) {
			port->merged = NULL;
			ipc_board_ring(port);
		}
		batch = next;
	}
}

void
ipc_mqueue_merge(struct ipc_kmsg *batch)
{
	struct ipc_kmsg *entered = NULL;
	struct ipc_kmsg *next;

	if (!batch)
		return;
	limit_tickets(batch);
	for (batch = sort(batch); batch; batch = next) {
		next = batch->next;
		if (enter(batch)) {
			batch->next = entered;
			entered = batch;
		} else {
			batch->next = NULL;
			ipc_kmsg_destroy(batch);
		}
	}
	ring(entered);
}
