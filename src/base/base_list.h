/*
 * The one intrusive list: circular and doubly linked. A head and an unlinked
 * node both point at themselves, so "is it linked?" needs no flag.
 */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
	struct list *next;
	struct list *prev;
};

/* The object of type T whose member is the node. */
#define CONTAINER_OF(node, T, member)                                          \
	((T *)(void *)((char *)(node)-offsetof(T, member)))

static inline void
list_init(struct list *node)
{
	node->next = node;
	node->prev = node;
}

static inline bool
list_empty(const struct list *head)
{
	return head->next == head;
}

static inline bool
list_linked(const struct list *node)
{
	return node->next != node;
}

static inline void
list_insert_after(struct list *at, struct list *node)
{
	node->next = at->next;
	node->prev = at;
	at->next->prev = node;
	at->next = node;
}

static inline void
list_push_back(struct list *head, struct list *node)
{
	list_insert_after(head->prev, node);
}

/* Unlink; harmless for a node that is not linked. */
static inline void
list_remove(struct list *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	list_init(node);
}

/* Unlink and return the first node, or NULL. */
static inline struct list *
list_pop_front(struct list *head)
{
	struct list *node = head->next;

	if (node == head)
		return NULL;
	/* What the list's owner has freed is not in it any more. */
	list_remove(node); /* NOLINT(clang-analyzer-unix.Malloc) */
	return node;
}

/* Append all nodes of @from, which becomes empty, to @head. */
static inline void
list_splice_back(struct list *head, struct list *from)
{
	if (list_empty(from))
		return;
	from->next->prev = head->prev;
	head->prev->next = from->next;
	from->prev->next = head;
	head->prev = from->prev;
	list_init(from);
}

#define LIST_FOREACH(node, head)                                               \
	for (struct list *node = (head)->next; node != (head);                 \
	     node = node->next)

/* As LIST_FOREACH, but the body may unlink @node (and no other). */
#define LIST_FOREACH_SAFE(node, head)                                          \
	for (struct list *node = (head)->next, *node##_next = node->next;      \
	     node != (head); node = node##_next, node##_next = node->next)

#endif
