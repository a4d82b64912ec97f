/* Users and their limits. */
#include "budget.h"

#include "base_alloc.h"
#include "base_assert.h"

#define MIB (UINT64_C(1) << 20)

/* Descriptors that no user gets: what one packet can bring, which cannot be
 * refused, and our own. */
#define RESERVE 300
/* Of memory that is given back in one batch of events, which takes some 5 ms: all the
 * files of one message, or a thousand small ones. */
#define CLOSE_BATCH_BYTES (18 * MIB)
/* To be closed for one user, if there are descriptors in plenty. */
#define CLOSE_MOST 1024

const struct budget_limits budget_defaults = {
    .task = {.names = 262144,
        .messages = 131072,
        .bytes = 256 * MIB,
        .file_bytes = 256 * MIB},
    .user = {.names = 1048576,
        .messages = 524288,
        .bytes = 1024 * MIB,
        .file_bytes = 1024 * MIB},
    .user_resources =
        {
            [USER_CONNECTIONS] = 16384,
            [USER_TASKS] = 4096,
            [USER_FILES] = 16384,
            [USER_WATCHES] = 16384,
            [USER_COPIES] = 8,
            [USER_WINDOWS] = 64,
            [USER_LANES] = 8192,
        },
    .task_connections = 4096,
};

void
budget_limits_scale(struct budget_limits *limits, uint64_t memory_bytes)
{
	if (limits->task.file_bytes < memory_bytes / 4)
		limits->task.file_bytes = memory_bytes / 4;
	if (limits->user.file_bytes < memory_bytes / 2)
		limits->user.file_bytes = memory_bytes / 2;
}

void
budget_init(struct budget *budget, const struct budget_limits *limits,
    uint64_t descriptors)
{
	/* Four kinds of descriptor, a few of two others, and lanes, which have one only while
	 * they open: a user gets little more than four fifths. */
	const uint64_t most = descriptors / 5;
	const uint64_t lanes_most = most / 4;
	uint32_t *resources = budget->limits.user_resources;

	budget->limits = *limits;
	list_init(&budget->users);
	budget->used = 0;
	budget->closed_bytes = 0;
	budget->used_most = descriptors > 2 * (uint64_t)RESERVE
	    ? descriptors - RESERVE
	    : descriptors / 2;
	budget->close_most =
	    descriptors / 16 < CLOSE_MOST ? descriptors / 16 : CLOSE_MOST;
	for (unsigned i = 0; i < USER_RESOURCES; i++)
		if (resources[i] > most)
			resources[i] = (uint32_t)most;
	if (resources[USER_LANES] > lanes_most)
		resources[USER_LANES] = (uint32_t)lanes_most;
}

static void
user_free(struct user *user)
{
	for (unsigned i = 0; i < USER_RESOURCES; i++)
		mp_assert(user->used[i] == 0);
	list_remove(&user->link);
	closer_queue_free(user->closing);
	(void)ipc_account_unref(user->account);
	base_free(user);
}

/*
 * A user without a task may still have messages in queues, and descriptors that
 * are being closed. Forgetting him then would give him a new budget, so he stays
 * until they are gone, which is looked at when the next user comes.
 */
static bool
is_needed(const struct user *user)
{
	return user->refs > 0 || user->account->refs > 1 ||
	    closer_backlog(user->closing) > 0;
}

static void
forget_users(struct budget *budget)
{
	LIST_FOREACH_SAFE (node, &budget->users) {
		struct user *user = CONTAINER_OF(node, struct user, link);

		if (!is_needed(user))
			user_free(user);
	}
}

void
budget_deinit(struct budget *budget)
{
	LIST_FOREACH_SAFE (node, &budget->users) {
		struct user *user = CONTAINER_OF(node, struct user, link);

		/* Closing may take as long as it likes. */
		mp_assert(user->refs == 0 && user->account->refs == 1);
		user_free(user);
	}
}

static struct user *
user_new(struct budget *budget, uid_t uid)
{
	struct user *user;

	forget_users(budget);
	user = base_zalloc(1, sizeof(*user));
	if (!user)
		return NULL;
	user->closing = closer_queue_new();
	user->account = ipc_account_new(NULL, &budget->limits.user);
	if (!user->closing || !user->account) {
		closer_queue_free(user->closing);
		(void)ipc_account_unref(user->account);
		base_free(user);
		return NULL;
	}
	user->budget = budget;
	user->uid = uid;
	list_init(&user->link);
	list_push_back(&budget->users, &user->link);
	return user;
}

struct user *
user_get(struct budget *budget, uid_t uid)
{
	struct user *user;

	LIST_FOREACH (node, &budget->users) {
		user = CONTAINER_OF(node, struct user, link);
		if (user->uid == uid)
			return user_ref(user);
	}
	user = user_new(budget, uid);
	return user ? user_ref(user) : NULL;
}

struct user *
user_ref(struct user *user)
{
	mp_assert(user->refs < UINT32_MAX);
	user->refs++;
	return user;
}

struct user *
user_unref(struct user *user)
{
	if (!user)
		return NULL;
	mp_assert(user->refs > 0);
	user->refs--;
	if (!is_needed(user))
		user_free(user);
	return NULL;
}

void
user_close(struct user *user, int fd)
{
	closer_close(user ? user->closing : NULL, fd);
}

bool
user_is_behind(const struct user *user)
{
	return closer_backlog(user->closing) > user->budget->close_most;
}

bool
budget_take_close(struct budget *budget, uint64_t memory_bytes)
{
	if (memory_bytes > CLOSE_BATCH_BYTES - budget->closed_bytes)
		return false;
	budget->closed_bytes += memory_bytes;
	return true;
}

void
budget_begin_batch(struct budget *budget)
{
	budget->closed_bytes = 0;
}

bool
user_take(struct user *user, enum user_resource resource)
{
	struct budget *budget = user->budget;
	uint64_t used = user->used[resource];

	if (resource == USER_FILES)
		used += closer_backlog(user->closing);
	if (used >= budget->limits.user_resources[resource] ||
	    budget->used + closer_total() >= budget->used_most)
		return false;
	user->used[resource]++;
	budget->used++;
	return true;
}

void
user_give(struct user *user, enum user_resource resource)
{
	mp_assert(user->used[resource] > 0);
	user->used[resource]--;
	user->budget->used--;
}

bool
user_take_turn(struct user *user, uint64_t batch)
{
	if (user->batch != batch) {
		user->batch = batch;
		user->turns = 0;
	}
	return user->turns++ < USER_TURNS;
}
