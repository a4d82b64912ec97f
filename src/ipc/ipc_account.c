/* Charges walk from the task to its user: all of them fit, or none is taken. */
#include "ipc_account.h"

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc.h"

struct ipc_account *
ipc_account_new(struct ipc_account *parent, const struct ipc_charge *limits)
{
	struct ipc_account *account = base_zalloc(1, sizeof(*account));

	if (!account)
		return NULL;
	account->refs = 1;
	account->limits = *limits;
	account->parent = ipc_account_ref(parent);
	list_init(&account->world_link);
	list_push_back(&ipc_world.accounts, &account->world_link);
	return account;
}

struct ipc_account *
ipc_account_ref(struct ipc_account *account)
{
	if (account)
		account->refs++;
	return account;
}

struct ipc_account *
ipc_account_unref(struct ipc_account *account)
{
	while (account && --account->refs == 0) {
		struct ipc_account *parent = account->parent;

		mp_assert(account->used.names == 0);
		mp_assert(account->used.messages == 0);
		mp_assert(account->used.bytes == 0);
		mp_assert(account->used.file_bytes == 0);
		list_remove(&account->world_link);
		base_free(account);
		account = parent;
	}
	return NULL;
}

/* A limit may have been lowered below what is used. */
static bool
fits_one(uint64_t amount, uint64_t used, uint64_t limit)
{
	return amount == 0 || (used <= limit && amount <= limit - used);
}

static bool
fits(const struct ipc_account *account, const struct ipc_charge *charge)
{
	const struct ipc_charge *limits = &account->limits;
	const struct ipc_charge *used = &account->used;

	return fits_one(charge->names, used->names, limits->names) &&
	    fits_one(charge->messages, used->messages, limits->messages) &&
	    fits_one(charge->bytes, used->bytes, limits->bytes) &&
	    fits_one(charge->file_bytes, used->file_bytes, limits->file_bytes);
}

bool
ipc_account_charge(struct ipc_account *account, const struct ipc_charge *charge)
{
	for (struct ipc_account *a = account; a; a = a->parent)
		if (!fits(a, charge))
			return false;
	for (struct ipc_account *a = account; a; a = a->parent) {
		a->used.names += charge->names;
		a->used.messages += charge->messages;
		a->used.bytes += charge->bytes;
		a->used.file_bytes += charge->file_bytes;
	}
	return true;
}

void
ipc_account_discharge(
    struct ipc_account *account, const struct ipc_charge *charge)
{
	for (struct ipc_account *a = account; a; a = a->parent) {
		mp_assert(a->used.names >= charge->names);
		mp_assert(a->used.messages >= charge->messages);
		mp_assert(a->used.bytes >= charge->bytes);
		mp_assert(a->used.file_bytes >= charge->file_bytes);
		a->used.names -= charge->names;
		a->used.messages -= charge->messages;
		a->used.bytes -= charge->bytes;
		a->used.file_bytes -= charge->file_bytes;
	}
}
