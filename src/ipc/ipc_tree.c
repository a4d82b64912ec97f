/* The tree of names outside the table. A node at depth n has in common with all that
 * is below it the n highest bits. */
#include "ipc_tree.h"

#include "base_alloc.h"
#include "base_assert.h"

#define FIRST_BIT 0x80000000u

static unsigned
side_of(mach_port_name_t name, mach_port_name_t bit)
{
	return (name & bit) != 0;
}

/* The link to the node of @name, or the NULL where it would be. */
static struct ipc_tree_node **
find_link(struct ipc_tree *tree, mach_port_name_t name)
{
	struct ipc_tree_node **link = &tree->root;

	for (mach_port_name_t bit = FIRST_BIT; *link && (*link)->name != name;
	     bit >>= 1) {
		mp_assert(bit != 0); /* all bits are equal by now */
		link = &(*link)->child[side_of(name, bit)];
	}
	return link;
}

struct ipc_entry *
ipc_tree_find(const struct ipc_tree *tree, mach_port_name_t name)
{
	struct ipc_tree_node *node = tree->root;

	for (mach_port_name_t bit = FIRST_BIT; node && node->name != name;
	     bit >>= 1)
		node = node->child[side_of(name, bit)];
	return node ? &node->entry : NULL;
}

struct ipc_entry *
ipc_tree_add(struct ipc_tree *tree, mach_port_name_t name)
{
	struct ipc_tree_node **link = find_link(tree, name);

	mp_assert(!*link);
	*link = base_zalloc(1, sizeof(**link));
	if (!*link)
		return NULL;
	(*link)->name = name;
	tree->count++;
	return &(*link)->entry;
}

/* Some link to a node at or below *@link that has nothing below it. */
static struct ipc_tree_node **
find_leaf(struct ipc_tree_node **link)
{
	while ((*link)->child[0] || (*link)->child[1])
		link = &(*link)->child[(*link)->child[0] ? 0 : 1];
	return link;
}

void
ipc_tree_remove(struct ipc_tree *tree, mach_port_name_t name)
{
	struct ipc_tree_node **link = find_link(tree, name);
	struct ipc_tree_node **leaf_link;
	struct ipc_tree_node *node = *link;
	struct ipc_tree_node *leaf;

	/* Any leaf below it shares the bits that its place stands for. */
	mp_assert(node);
	leaf_link = find_leaf(link);
	leaf = *leaf_link;
	*leaf_link = NULL;
	if (leaf != node) {
		leaf->child[0] = node->child[0];
		leaf->child[1] = node->child[1];
		*link = leaf;
	}
	tree->count--;
	base_free(node);
}

static struct ipc_tree_node *
lesser(struct ipc_tree_node *a, struct ipc_tree_node *b)
{
	return !a || (b && b->name < a->name) ? b : a;
}

/* Of @node, or NULL, and all below it. */
static struct ipc_tree_node *
least(struct ipc_tree_node *node)
{
	struct ipc_tree_node *found = NULL;

	for (; node; node = node->child[node->child[0] ? 0 : 1])
		found = lesser(found, node);
	return found;
}

struct ipc_tree_node *
ipc_tree_next(const struct ipc_tree *tree, mach_port_name_t from)
{
	struct ipc_tree_node *node = tree->root;
	struct ipc_tree_node *found = NULL;
	struct ipc_tree_node *greater = NULL; /* all there and below are */

	for (mach_port_name_t bit = FIRST_BIT; node; bit >>= 1) {
		unsigned side = side_of(from, bit);

		if (node->name >= from)
			found = lesser(found, node);
		if (side == 0 && node->child[1])
			greater = node->child[1];
		node = node->child[side];
	}
	return lesser(found, least(greater));
}
