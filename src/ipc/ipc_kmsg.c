/* Messages in transit: their memory, and their end. */
#include "ipc_kmsg.h"

#include <string.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_port.h"
#include "ipc_request.h"
#include "ipc_right.h"
#include "ipc_space.h"

/* One allocation: the structure, the rights, the bytes, the regions. */
struct ipc_kmsg *
ipc_kmsg_new(uint32_t byte_count, uint32_t ool_bytes, uint32_t right_count)
{
	size_t rights = right_count * sizeof(struct ipc_kmsg_right);
	size_t bytes = ((size_t)byte_count + 7) & ~(size_t)7;
	struct ipc_kmsg *kmsg =
	    base_alloc(sizeof(*kmsg) + rights + bytes + ool_bytes);
	uint8_t *tail;

	if (!kmsg)
		return NULL;
	tail = (uint8_t *)(kmsg + 1);
	memset(kmsg, 0, sizeof(*kmsg));
	list_init(&kmsg->link);
	kmsg->number = ++ipc_world.messages;
	kmsg->state = IPC_KMSG_TRANSIT;
	if (right_count > 0)
		kmsg->rights = (struct ipc_kmsg_right *)(void *)tail;
	kmsg->bytes = tail + rights;
	kmsg->byte_count = byte_count;
	if (ool_bytes > 0)
		kmsg->ool = kmsg->bytes + bytes;
	kmsg->ool_bytes = ool_bytes;
	return kmsg;
}

void
ipc_memory_free_all(struct ipc_memory *memory)
{
	struct ipc_memory *next;

	for (; memory; memory = next) {
		next = memory->next;
		memory->free(memory);
	}
}

void
ipc_loan_end(struct ipc_loan *loan)
{
	struct ipc_kmsg *kmsg = loan->kmsg;

	if (!kmsg)
		return;
	memcpy(kmsg->ool, loan->regions, kmsg->ool_bytes);
	kmsg->loan = NULL;
	loan->kmsg = NULL;
}

/* All that the files of a message have. False: more than can be counted. */
static bool
count_files(const struct ipc_kmsg *kmsg, struct ipc_charge *charge)
{
	const struct ipc_memory *memory = kmsg->memory;

	if (memory)
		charge->file_bytes = memory->memory_bytes;
	for (memory = kmsg->placed; memory; memory = memory->next)
		if (__builtin_add_overflow(charge->file_bytes,
		        memory->memory_bytes, &charge->file_bytes))
			return false;
	return true;
}

bool
ipc_kmsg_charge(
    struct ipc_kmsg *kmsg, uint32_t right_count, struct ipc_account *account)
{
	const uint64_t rights = (uint64_t)right_count *
	    (sizeof(struct ipc_kmsg_right) + sizeof(struct ipc_port));
	struct ipc_charge charge = {
	    .messages = 1,
	    .bytes = IPC_KMSG_CHARGE + (uint64_t)kmsg->byte_count +
	        kmsg->ool_bytes + rights,
	};

	mp_assert(!kmsg->account);
	if (!count_files(kmsg, &charge) ||
	    !ipc_account_charge(account, &charge))
		return false;
	kmsg->account = ipc_account_ref(account);
	kmsg->charge = charge;
	return true;
}

void
ipc_kmsg_take_charge(
    struct ipc_kmsg *kmsg, struct ipc_account *account, struct ipc_charge *from)
{
	const struct ipc_charge charge = {
	    .messages = 1,
	    .bytes =
	        IPC_KMSG_CHARGE + (uint64_t)kmsg->byte_count + kmsg->ool_bytes,
	};

	mp_assert(!kmsg->account && kmsg->right_count == 0);
	mp_assert(from->messages >= charge.messages);
	mp_assert(from->bytes >= charge.bytes);
	from->messages -= charge.messages;
	from->bytes -= charge.bytes;
	kmsg->account = ipc_account_ref(account);
	kmsg->charge = charge;
}

void
ipc_kmsg_discharge(struct ipc_kmsg *kmsg)
{
	if (!kmsg->account)
		return;
	ipc_account_discharge(kmsg->account, &kmsg->charge);
	kmsg->account = ipc_account_unref(kmsg->account);
}

static void
free_memory(struct ipc_kmsg *kmsg)
{
	ipc_memory_free_all(kmsg->memory);
	ipc_memory_free_all(kmsg->placed);
	kmsg->memory = NULL;
	kmsg->placed = NULL;
	kmsg->ring = ipc_ring_unref(kmsg->ring);
}

void
ipc_kmsg_free(struct ipc_kmsg *kmsg)
{
	if (!kmsg)
		return;
	mp_assert(!list_linked(&kmsg->link));
	mp_assert(!kmsg->accepted);
	free_memory(kmsg);
	if (kmsg->loan)
		kmsg->loan->kmsg = NULL;
	ipc_kmsg_leave_queue(kmsg);
	ipc_kmsg_discharge(kmsg);
	ipc_identity_unref(kmsg->identity);
	base_free(kmsg);
}

/* The destination's right dies with the message. */
static void
destroy_remote(struct ipc_kmsg *kmsg)
{
	struct ipc_port *remote = kmsg->remote;

	kmsg->remote = IPC_PORT_NULL;
	if (kmsg->notice)
		ipc_port_end_notice(remote);
	else
		ipc_right_destroy_naked(remote, kmsg->remote_type);
}

/* The next right of the body dies; false: there is none. */
static bool
destroy_right(struct ipc_kmsg *kmsg)
{
	struct ipc_kmsg_right right;

	if (kmsg->right_first == kmsg->right_count)
		return false;
	right = kmsg->rights[kmsg->right_first++];
	ipc_right_destroy_naked(right.port, right.type);
	return true;
}

void
ipc_kmsg_destroy_body(struct ipc_kmsg *kmsg)
{
	while (destroy_right(kmsg))
		;
	free_memory(kmsg);
	kmsg->right_count = 0;
	kmsg->right_first = 0;
	kmsg->ool_bytes = 0;
}

bool
ipc_kmsg_destroy_step(struct ipc_kmsg *kmsg)
{
	if (kmsg->accepted) {
		struct ipc_request *accepted = kmsg->accepted;

		kmsg->accepted = NULL;
		ipc_request_fire_accepted(accepted);
	}
	if (kmsg->remote) {
		destroy_remote(kmsg);
		return false;
	}
	if (kmsg->local) {
		struct ipc_port *local = kmsg->local;

		kmsg->local = IPC_PORT_NULL;
		ipc_right_destroy_naked(local, kmsg->local_type);
		return false;
	}
	if (destroy_right(kmsg))
		return false;
	list_remove(&kmsg->link);
	ipc_kmsg_free(kmsg);
	return true;
}

void
ipc_kmsg_destroy(struct ipc_kmsg *kmsg)
{
	list_remove(&kmsg->link);
	while (!ipc_kmsg_destroy_step(kmsg))
		;
}
