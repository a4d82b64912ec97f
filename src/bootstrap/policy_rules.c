/* Reading rules, and asking them. */
#include "policy_rules.h"

#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"

#define BLANKS " \t"

static const char no_memory[] = "no memory";

/* Where something is read, and why it was refused. */
struct reading {
	char *reason;
	size_t reason_room;
};

static const char *refuse(const struct reading *reading, const char *format,
    ...) __attribute__((format(printf, 2, 3)));

static const char *
refuse(const struct reading *reading, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(
	    reading->reason, reading->reason_room, format, arguments);
	va_end(arguments);
	return reading->reason;
}

static const char *
read_user(
    const struct reading *reading, struct policy_term *term, const char *name)
{
	const struct passwd *user;

	if (account_read_id(name, &term->uid))
		return NULL;
	user = getpwnam(name);
	if (!user)
		return refuse(reading, "there is no user %s", name);
	term->uid = user->pw_uid;
	return NULL;
}

/* The users whom the database lists as members of @group. A member who is no user
 * is nobody. */
static const char *
read_members(struct policy_term *term, const struct group *group)
{
	size_t count = 0;

	while (group->gr_mem[count])
		count++;
	term->members = calloc(count + 1, sizeof(uid_t));
	if (!term->members)
		return no_memory;
	for (size_t i = 0; i < count; i++) {
		const struct passwd *user = getpwnam(group->gr_mem[i]);

		if (user)
			term->members[term->member_count++] = user->pw_uid;
	}
	return NULL;
}

static const char *
read_group(
    const struct reading *reading, struct policy_term *term, const char *name)
{
	bool is_number = account_read_id(name, &term->gid);
	const struct group *group =
	    is_number ? getgrgid(term->gid) : getgrnam(name);

	if (!group)
		return is_number
		    ? NULL
		    : refuse(reading, "there is no group %s", name);
	term->gid = group->gr_gid;
	return read_members(term, group);
}

static const char *
read_text(struct policy_term *term, const char *text)
{
	term->text = strdup(text);
	return term->text ? NULL : no_memory;
}

static const char *
read_exe(
    const struct reading *reading, struct policy_term *term, const char *path)
{
	if (*path != '/')
		return refuse(
		    reading, "exe:%s: a path begins with a slash", path);
	return read_text(term, path);
}

/* The kind of @word, and what stands behind its colon; NULL: it is no term. */
static const char *
split_term(const char *word, enum policy_term_kind *kind_out)
{
	static const char *const kinds[] = {
	    [POLICY_TERM_ANYBODY] = "anybody",
	    [POLICY_TERM_OWNER] = "owner",
	    [POLICY_TERM_USER] = "user:",
	    [POLICY_TERM_GROUP] = "group:",
	    [POLICY_TERM_EXE] = "exe:",
	    [POLICY_TERM_DOMAIN] = "domain:",
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t length = strlen(kinds[i]);
		bool has_value = kinds[i][length - 1] == ':';

		if (strncmp(word, kinds[i], length) == 0 &&
		    has_value == (word[length] != '\0')) {
			*kind_out = (enum policy_term_kind)i;
			return word + length;
		}
	}
	return NULL;
}

static const char *
read_term(
    const struct reading *reading, struct policy_term *term, const char *word)
{
	const char *value = split_term(word, &term->kind);

	if (!value)
		return refuse(reading,
		    "%s: who is that? anybody, nobody, owner, user:NAME, "
		    "group:NAME, exe:PATH and domain:NAME are known",
		    word);
	switch (term->kind) {
	case POLICY_TERM_ANYBODY:
	case POLICY_TERM_OWNER:
		return NULL;
	case POLICY_TERM_USER:
		return read_user(reading, term, value);
	case POLICY_TERM_GROUP:
		return read_group(reading, term, value);
	case POLICY_TERM_EXE:
		return read_exe(reading, term, value);
	case POLICY_TERM_DOMAIN:
		return read_text(term, value);
	}
	return NULL;
}

/* One more term, empty; NULL: no memory. */
static struct policy_term *
add_term(struct policy_rule *rule)
{
	struct policy_term *terms = reallocarray(
	    rule->terms, rule->count + 1, sizeof(struct policy_term));

	if (!terms)
		return NULL;
	rule->terms = terms;
	terms[rule->count] = (struct policy_term){0};
	return &terms[rule->count++];
}

static struct policy_rule *
add_rule(struct policy_rules *rules)
{
	struct policy_rule *all = reallocarray(
	    rules->rules, rules->count + 1, sizeof(struct policy_rule));

	if (!all)
		return NULL;
	rules->rules = all;
	all[rules->count] = (struct policy_rule){0};
	return &all[rules->count++];
}

/* The terms of @text, which is changed by that. */
static const char *
read_rule(const struct reading *reading, struct policy_rules *rules, char *text)
{
	struct policy_rule *rule = add_rule(rules);
	const char *why = NULL;
	char *rest = NULL;

	if (!rule)
		return no_memory;
	for (char *word = strtok_r(text, BLANKS, &rest); word && !why;
	     word = strtok_r(NULL, BLANKS, &rest)) {
		struct policy_term *term = add_term(rule);

		why = term ? read_term(reading, term, word) : no_memory;
	}
	if (!why && rule->count == 0)
		return "nobody is named where somebody should be";
	return why;
}

static const char *
read_rules(
    const struct reading *reading, struct policy_rules *rules, char *text)
{
	const char *why = NULL;
	char *next;

	do {
		next = strchr(text, ',');
		if (next)
			*next++ = '\0';
		why = read_rule(reading, rules, text);
		text = next;
	} while (next && !why);
	return why;
}

const char *
policy_rules_read(struct policy_rules *rules, const char *text, char *reason,
    size_t reason_room)
{
	struct reading reading = {.reason = reason, .reason_room = reason_room};
	const char *why;
	char *copy;

	*rules = (struct policy_rules){.given = true};
	if (strcmp(text, "nobody") == 0)
		return NULL;
	copy = strdup(text);
	why = copy ? read_rules(&reading, rules, copy) : no_memory;
	free(copy);
	if (why)
		policy_rules_deinit(rules);
	return why;
}

static void
rule_deinit(struct policy_rule *rule)
{
	for (size_t i = 0; i < rule->count; i++) {
		free(rule->terms[i].members);
		free(rule->terms[i].text);
	}
	free(rule->terms);
}

void
policy_rules_deinit(struct policy_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		rule_deinit(&rules->rules[i]);
	free(rules->rules);
	*rules = (struct policy_rules){0};
}

static bool
is_owner(const struct policy_subject *subject)
{
	uid_t euid = subject->who->euid;

	return euid == 0 || euid == subject->server_owner ||
	    euid == subject->name_owner;
}

static bool
is_in_group(
    const struct policy_term *term, const struct policy_subject *subject)
{
	if (subject->who->egid == term->gid)
		return true;
	for (size_t i = 0; i < term->member_count; i++)
		if (subject->who->euid == term->members[i])
			return true;
	return false;
}

static bool
term_holds(const struct policy_term *term, const struct policy_subject *subject)
{
	switch (term->kind) {
	case POLICY_TERM_ANYBODY:
		return true;
	case POLICY_TERM_OWNER:
		return is_owner(subject);
	case POLICY_TERM_USER:
		return subject->who->euid == term->uid;
	case POLICY_TERM_GROUP:
		return is_in_group(term, subject);
	case POLICY_TERM_EXE:
		return subject->runs(subject->who, term->text);
	case POLICY_TERM_DOMAIN:
		return subject->domain &&
		    strcmp(subject->domain, term->text) == 0;
	}
	return false;
}

static bool
rule_holds(const struct policy_rule *rule, const struct policy_subject *subject)
{
	for (size_t i = 0; i < rule->count; i++)
		if (!term_holds(&rule->terms[i], subject))
			return false;
	return true;
}

bool
policy_rules_hold(
    const struct policy_rules *rules, const struct policy_subject *subject)
{
	if (!rules->given)
		return is_owner(subject);
	for (size_t i = 0; i < rules->count; i++)
		if (rule_holds(&rules->rules[i], subject))
			return true;
	return false;
}
