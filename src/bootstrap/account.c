/* Users and groups. */
#include "account.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char no_memory[] = "no memory";

bool
account_read_id(const char *text, id_t *id_out)
{
	unsigned long long value;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno != 0 || *end != '\0' || value >= (id_t)-1)
		return false;
	*id_out = (id_t)value;
	return true;
}

/* The groups of @name, with its own. */
static bool
find_groups(struct account *account, const char *name)
{
	int room = 16;
	int count;
	gid_t *groups;

	do {
		count = room;
		groups =
		    reallocarray(account->groups, (size_t)room, sizeof(gid_t));
		if (!groups)
			return false;
		account->groups = groups;
		room *= 2;
	} while (getgrouplist(name, account->gid, groups, &count) < 0);
	account->group_count = (size_t)count;
	return true;
}

static bool
copy_user(struct account *account, const struct passwd *user)
{
	account->uid = user->pw_uid;
	account->gid = user->pw_gid;
	account->name = strdup(user->pw_name);
	account->home = strdup(user->pw_dir);
	account->shell = strdup(user->pw_shell);
	return account->name && account->home && account->shell &&
	    find_groups(account, user->pw_name);
}

/* A number that no user has. */
static const char *
be_nameless(struct account *account, uid_t uid)
{
	account->uid = uid;
	account->gid = uid == geteuid() ? getegid() : (gid_t)uid;
	account->groups = malloc(sizeof(gid_t));
	if (!account->groups)
		return no_memory;
	account->groups[0] = account->gid;
	account->group_count = 1;
	return NULL;
}

const char *
account_find(struct account *account, const char *text, uid_t uid)
{
	const struct passwd *user;

	*account = (struct account){0};
	user = text && !account_read_id(text, &uid) ? getpwnam(text)
	                                            : getpwuid(uid);
	if (!user)
		return text && !account_read_id(text, &uid)
		    ? "there is no such user"
		    : be_nameless(account, uid);
	if (!copy_user(account, user)) {
		account_deinit(account);
		return no_memory;
	}
	return NULL;
}

const char *
account_set_group(struct account *account, const char *text)
{
	gid_t gid;
	const struct group *group;

	if (account_read_id(text, &gid)) {
		account->gid = gid;
	} else {
		group = getgrnam(text);
		if (!group)
			return "there is no such group";
		account->gid = group->gr_gid;
	}
	/* Its place was the user's own group's. */
	account->groups[0] = account->gid;
	return NULL;
}

void
account_deinit(struct account *account)
{
	free(account->groups);
	free(account->name);
	free(account->home);
	free(account->shell);
	*account = (struct account){0};
}

static bool
is_ours(const struct account *account)
{
	return account->uid == geteuid() && account->gid == getegid();
}

bool
account_is_possible(const struct account *account)
{
	return geteuid() == 0 || is_ours(account);
}

int
account_become(const struct account *account)
{
	if (is_ours(account))
		return 0;
	if (setgroups(account->group_count, account->groups) != 0 ||
	    setresgid(account->gid, account->gid, account->gid) != 0 ||
	    setresuid(account->uid, account->uid, account->uid) != 0)
		return -errno;
	return 0;
}
