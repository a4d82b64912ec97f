/*
 * Names of a space that are outside its table: those that only Mach 3 mode lets a
 * task choose (ports.md 2). They may be any; so they are in a tree.
 *
 * It is a digital search tree: below the root are those names whose highest bit is
 * 0 on one side and 1 on the other, below each of these those of one second
 * highest bit, and so on; each node also has a name of its own. So whatever names a
 * task chooses, none is deeper than they have bits. An entry never moves.
 */
#ifndef IPC_TREE_H
#define IPC_TREE_H

#include "ipc_entry.h"

struct ipc_tree_node {
	struct ipc_entry entry;
	mach_port_name_t name;
	struct ipc_tree_node *child[2];
};

/* All zero: empty. */
struct ipc_tree {
	struct ipc_tree_node *root;
	uint32_t count;
};

/* The entry of @name, also if it is of type NONE; or NULL. */
struct ipc_entry *ipc_tree_find(
    const struct ipc_tree *tree, mach_port_name_t name);

/* An entry of type NONE for @name, which has none. NULL: no memory. */
struct ipc_entry *ipc_tree_add(struct ipc_tree *tree, mach_port_name_t name)
    __attribute__((warn_unused_result));

/* Frees the entry of @name, which has one. */
void ipc_tree_remove(struct ipc_tree *tree, mach_port_name_t name);

/* The node of the least name that is not below @from; or NULL. */
struct ipc_tree_node *ipc_tree_next(
    const struct ipc_tree *tree, mach_port_name_t from);

#endif
