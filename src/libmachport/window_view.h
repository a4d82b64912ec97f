/*
 * Views: regions that are received without being copied out of the window.
 *
 * A window has one view: a private mapping of the first part of the kernel's half. While
 * the program has no use for it, it waits where the program does not know of it; then a
 * region that came there and is as large as the view becomes the program's as it is, and that
 * part of the window is lent: answers come in the other, and are copied. When the program
 * gives the region back, whole, that ends. What it writes is its own (Linux copies such pages),
 * and what it does not write stays, as the kernel writes no part that is lent.
 *
 *	UNSIZED	waits, as large as the part: no region has had its size twice
 *	WAITS	as large as such a region
 *	LENT	the program has it
 *	LOST	the program has unmapped, moved or protected some of it, or shares it with a
 *		child: so the part is lent for good
 *
 *	UNSIZED -> WAITS -> LENT	window_view_take()
 *	LENT -> WAITS, LOST		window_view_give_locked()
 *	LENT -> LOST			window_views_fork_locked()
 */
#ifndef LIBMACHPORT_WINDOW_VIEW_H
#define LIBMACHPORT_WINDOW_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "mapping.h"

struct window_view;

/* One of the window whose kernel's half is @file. NULL: there is none. */
struct window_view *window_view_new(int file);

/* Its connection is closed. What the program has stays. NULL is fine. */
void window_view_free(struct window_view *view);

/* The part of the kernel's half that the kernel may write next. NULL is fine. */
uint32_t window_view_part(const struct window_view *view);

/* The region of @bytes at the begin of the first part, as the program's memory. NULL: it has
 * to be copied. So is @view. */
void *window_view_take(struct window_view *view, uint64_t bytes);

/* Is the range such a region, whole? Then it is given back, and not mapped there any more;
 * unless false is returned, for whatever reason. */
bool window_view_give_locked(uint64_t address, uint64_t bytes)
    REQUIRES(&vm_lock);

/* Before fork(): the child's regions must not change when the parent's are given back. */
void window_views_fork_locked(void) REQUIRES(&vm_lock);

/* In the child: there are no windows. What was lent is plain memory, or, where there is none,
 * unmapped. */
void window_views_forget_locked(void) REQUIRES(&vm_lock);

#endif
