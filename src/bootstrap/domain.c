/* Domains, and patterns of names. */
#include "domain.h"

#include <servers/bootstrap.h>
#include <stdlib.h>
#include <string.h>

#include "config_text.h"

static struct list domains = {&domains, &domains};

static const char no_memory[] = "no memory";

static struct domain *
domain_new(const char *name)
{
	struct domain *domain = calloc(1, sizeof(*domain));

	if (!domain)
		return NULL;
	domain->name = strdup(name);
	if (!domain->name) {
		free(domain);
		return NULL;
	}
	list_push_back(&domains, &domain->node);
	return domain;
}

struct domain *
domain_intern(const char *name)
{
	LIST_FOREACH (node, &domains) {
		struct domain *domain = CONTAINER_OF(node, struct domain, node);

		if (strcmp(domain->name, name) == 0)
			return domain;
	}
	return domain_new(name);
}

void
domain_clear_all(void)
{
	LIST_FOREACH (node, &domains) {
		struct domain *domain = CONTAINER_OF(node, struct domain, node);

		name_patterns_deinit(&domain->look_up);
		name_patterns_deinit(&domain->registers);
	}
}

void
domain_free_all(void)
{
	struct list *node;

	domain_clear_all();
	while ((node = list_pop_front(&domains)) != NULL) {
		struct domain *domain = CONTAINER_OF(node, struct domain, node);

		free(domain->name);
		free(domain);
	}
}

static const char *
add_pattern(struct name_patterns *patterns, const char *text)
{
	const char *why = name_pattern_check(text, true);
	char **all;

	if (why)
		return why;
	all = reallocarray(
	    patterns->patterns, patterns->count + 1, sizeof(char *));
	if (!all)
		return no_memory;
	patterns->patterns = all;
	all[patterns->count] = strdup(text);
	if (!all[patterns->count])
		return no_memory;
	patterns->count++;
	return NULL;
}

const char *
name_patterns_read(struct name_patterns *patterns, const char *text)
{
	char *copy = strdup(text);
	const char *why = NULL;
	char *next = copy;

	*patterns = (struct name_patterns){0};
	if (!copy)
		return no_memory;
	while (next && !why) {
		char *word = next;

		next = strchr(word, ',');
		if (next)
			*next++ = '\0';
		why = add_pattern(patterns, config_text_trim(word));
	}
	free(copy);
	if (why)
		name_patterns_deinit(patterns);
	return why;
}

void
name_patterns_deinit(struct name_patterns *patterns)
{
	for (size_t i = 0; i < patterns->count; i++)
		free(patterns->patterns[i]);
	free(patterns->patterns);
	*patterns = (struct name_patterns){0};
}

bool
name_patterns_match(const struct name_patterns *patterns, const char *name)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (name_pattern_match(patterns->patterns[i], name) > 0)
			return true;
	return false;
}

const char *
name_pattern_check(const char *text, bool is_pattern)
{
	size_t length = strlen(text);

	if (length == 0)
		return "a name is missing";
	if (length >= BOOTSTRAP_MAX_NAME_LEN)
		return "a name has at most 127 bytes";
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)text[i] <= ' ' || text[i] == '\x7f')
			return "a name has no blanks";
		if (text[i] == ',' || text[i] == ']')
			return "a name has neither , nor ]";
		if (text[i] == '*' && !(is_pattern && i == length - 1))
			return is_pattern ? "* stands at the end of a name"
			                  : "the name of a port has no *";
	}
	return NULL;
}

size_t
name_pattern_match(const char *pattern, const char *name)
{
	size_t length = strlen(pattern);

	if (length > 0 && pattern[length - 1] == '*')
		return strncmp(pattern, name, length - 1) == 0 ? length : 0;
	/* "a*" is as long as "ab". */
	return strcmp(pattern, name) == 0 ? length + 1 : 0;
}
