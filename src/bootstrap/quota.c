/* A record for each user who has anything. */
#include "quota.h"

#include "base_alloc.h"
#include "base_assert.h"
#include "base_list.h"
#include "server.h"

struct account {
	struct list node;
	uid_t user;
	uint32_t used[QUOTA_KINDS];
};

static struct list accounts = {&accounts, &accounts};

static uint32_t
limit_of(enum quota_kind kind)
{
	switch (kind) {
	case QUOTA_NAMES:
		return server.options.max_names;
	case QUOTA_CONTEXTS:
		return server.options.max_contexts;
	case QUOTA_PROGRAMS:
		return server.options.max_programs;
	case QUOTA_KINDS:
		break;
	}
	mp_unreachable();
}

static struct account *
account_find(uid_t user)
{
	LIST_FOREACH (node, &accounts) {
		struct account *account =
		    CONTAINER_OF(node, struct account, node);

		if (account->user == user)
			return account;
	}
	return NULL;
}

static struct account *
account_new(uid_t user)
{
	struct account *account = base_zalloc(1, sizeof(*account));

	if (!account)
		return NULL;
	account->user = user;
	list_push_back(&accounts, &account->node);
	return account;
}

bool
quota_take(uid_t user, enum quota_kind kind)
{
	struct account *account;

	if (user == QUOTA_NOBODY)
		return true;
	if (limit_of(kind) == 0)
		return false;
	account = account_find(user);
	if (!account)
		account = account_new(user);
	if (!account || account->used[kind] >= limit_of(kind))
		return false;
	account->used[kind]++;
	return true;
}

void
quota_give(uid_t user, enum quota_kind kind)
{
	struct account *account;
	uint32_t left = 0;

	if (user == QUOTA_NOBODY)
		return;
	account = account_find(user);
	mp_assert(account && account->used[kind] > 0);
	account->used[kind]--;
	for (unsigned i = 0; i < QUOTA_KINDS; i++)
		left += account->used[i];
	if (left > 0)
		return;
	list_remove(&account->node);
	base_free(account);
}
