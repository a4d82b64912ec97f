/* Port sets: memberships, and which member is served next. */
#include "ipc_pset.h"

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_account.h"
#include "ipc_mqueue.h"
#include "ipc_port.h"
#include "ipc_space.h"
#include "ipc_watch.h"

static const struct ipc_charge member_charge = {
    .bytes = sizeof(struct ipc_member)};

struct ipc_pset *
ipc_pset_new(struct ipc_space *space)
{
	struct ipc_pset *pset = base_zalloc(1, sizeof(*pset));

	if (!pset)
		return NULL;
	ipc_id_init(&pset->id, IPC_ID_PSET);
	pset->space = space;
	list_init(&pset->ready);
	list_init(&pset->idle);
	list_init(&pset->posted);
	pset->board_index = IPC_BOARD_NONE;
	list_init(&pset->receivers);
	return pset;
}

void
ipc_pset_destroy(struct ipc_pset *pset)
{
	ipc_pset_withdraw(pset);
	ipc_watch_over(pset->watch);
	LIST_FOREACH_SAFE (node, &pset->ready)
		ipc_member_remove(
		    CONTAINER_OF(node, struct ipc_member, pset_link));
	LIST_FOREACH_SAFE (node, &pset->idle)
		ipc_member_remove(
		    CONTAINER_OF(node, struct ipc_member, pset_link));
	ipc_mqueue_end(&pset->receivers, MACH_RCV_PORT_CHANGED);
	ipc_id_deinit(&pset->id);
	base_free(pset);
}

void
ipc_pset_withdraw(struct ipc_pset *pset)
{
	while (!list_empty(&pset->posted))
		ipc_board_withdraw(CONTAINER_OF(
		    pset->posted.next, struct ipc_member, pset_link)
		                       ->port);
}

struct ipc_member *
ipc_pset_find(const struct ipc_pset *pset, const struct ipc_port *port)
{
	LIST_FOREACH (node, &port->members) {
		struct ipc_member *member =
		    CONTAINER_OF(node, struct ipc_member, port_link);

		if (member->pset == pset)
			return member;
	}
	return NULL;
}

kern_return_t
ipc_pset_add(struct ipc_pset *pset, struct ipc_port *port)
{
	struct ipc_account *account = pset->space->account;
	struct ipc_member *member;

	if (ipc_pset_find(pset, port))
		return KERN_ALREADY_IN_SET;
	if (port->member_count >= IPC_SETS_MAX)
		return KERN_RESOURCE_SHORTAGE;
	if (!ipc_account_charge(account, &member_charge))
		return KERN_RESOURCE_SHORTAGE;
	member = base_zalloc(1, sizeof(*member));
	if (!member) {
		ipc_account_discharge(account, &member_charge);
		return KERN_RESOURCE_SHORTAGE;
	}
	ipc_board_withdraw(port);
	member->account = ipc_account_ref(account);
	member->port = port;
	member->pset = pset;
	list_init(&member->port_link);
	list_init(&member->pset_link);
	list_push_back(&port->members, &member->port_link);
	list_push_back(list_empty(&port->messages) ? &pset->idle : &pset->ready,
	    &member->pset_link);
	pset->member_count++;
	port->member_count++;
	ipc_mqueue_serve(port);
	ipc_watch_update(pset->watch);
	ipc_board_note_queue(port);
	ipc_board_ring_sets(port);
	return KERN_SUCCESS;
}

void
ipc_member_remove(struct ipc_member *member)
{
	ipc_board_withdraw(member->port);
	list_remove(&member->port_link);
	list_remove(&member->pset_link);
	member->pset->member_count--;
	member->port->member_count--;
	ipc_watch_update(member->pset->watch);
	ipc_board_note_set(member->pset);
	ipc_account_discharge(member->account, &member_charge);
	ipc_account_unref(member->account);
	base_free(member);
}

void
ipc_port_leave_sets(struct ipc_port *port)
{
	LIST_FOREACH_SAFE (node, &port->members)
		ipc_member_remove(
		    CONTAINER_OF(node, struct ipc_member, port_link));
}

void
ipc_pset_note_ready(struct ipc_port *port)
{
	if (ipc_port_is_posted(port))
		return;
	LIST_FOREACH (node, &port->members) {
		struct ipc_member *member =
		    CONTAINER_OF(node, struct ipc_member, port_link);

		list_remove(&member->pset_link);
		list_push_back(&member->pset->ready, &member->pset_link);
		ipc_watch_update(member->pset->watch);
	}
}

void
ipc_pset_note_idle(struct ipc_port *port)
{
	if (ipc_port_is_posted(port))
		return;
	LIST_FOREACH (node, &port->members) {
		struct ipc_member *member =
		    CONTAINER_OF(node, struct ipc_member, port_link);

		list_remove(&member->pset_link);
		list_push_back(&member->pset->idle, &member->pset_link);
		ipc_watch_update(member->pset->watch);
	}
}
