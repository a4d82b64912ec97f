/* Whether a descriptor is readable that shows a port with lanes. */
#include "lanes_watch.h"

#include "lanes.h"
#include "lanes_need.h"
#include "lanes_sleep.h"
#include "port_fd.h"

_Atomic bool lanes_watch_any;

/* A bit for each board index that is watched: where to look, of all that there are. */
#define WORDS (LANE_BOARD_PORTS / 32)
static _Atomic uint32_t marks[WORDS];

static void
mark(struct lanes_port *port, bool watched)
{
	const uint32_t index = lanes_port_index(port);
	_Atomic uint32_t *word = &marks[index / 32];

	atomic_store_explicit(&port->watched, watched, memory_order_relaxed);
	if (watched)
		atomic_fetch_or_explicit(
		    word, 1u << index % 32, memory_order_relaxed);
	else
		atomic_fetch_and_explicit(
		    word, ~(1u << index % 32), memory_order_relaxed);
}

/* Tell who sends to @port, or to the members of it, what is needed now. */
static void
tell_all(struct lanes_port *port, mach_port_name_t name)
{
	if (!lanes_port_lock(port, name))
		return;
	for (uint32_t i = 0; port->is_set && i < LANE_BOARD_PORTS; i++) {
		struct lanes_port *member;

		if (lanes_port_lock_member(port, i, &member) && member) {
			lanes_need_tell(member, false);
			lanes_lock_give(&member->lock);
		}
	}
	if (!port->is_set)
		lanes_need_tell(port, false);
	lanes_lock_give(&port->lock);
}

static void
settle(struct lanes_port *port)
{
	const mach_port_name_t name =
	    atomic_load_explicit(&port->name, memory_order_acquire);
	uint32_t bell;

	if (name == MACH_PORT_NULL ||
	    !atomic_load_explicit(&port->watched, memory_order_relaxed))
		return;
	bell = atomic_load_explicit(&port->board->bell, memory_order_acquire);
	if (bell ==
	        atomic_load_explicit(&port->settled, memory_order_relaxed) ||
	    lanes_has_any(port, name))
		return;
	port_fd_set_level(name, false);
	/* What is being posted has been told of before, perhaps; what is later will be. */
	if (lanes_port_may_be_set(port))
		(void)lanes_port_await();
	if (lanes_has_any(port, name))
		port_fd_set_level(name, true);
	else
		atomic_store_explicit(
		    &port->settled, bell, memory_order_relaxed);
}

/* The kernel makes the descriptor readable when it posts a port or begins to watch one that
 * is. */
static void
unsettle(struct lanes_port *port)
{
	atomic_store_explicit(&port->settled,
	    atomic_load_explicit(&port->board->bell, memory_order_relaxed) - 1,
	    memory_order_relaxed);
}

/* That of @name, for sure: lanes_port_find() may miss one that another thread moves. */
static struct lanes_port *
find_port(mach_port_name_t name)
{
	for (uint32_t i = 0; i < LANE_BOARD_PORTS; i++)
		if (atomic_load_explicit(
		        &lanes_port_at(i)->name, memory_order_acquire) == name)
			return lanes_port_at(i);
	return NULL;
}

/* Is there a descriptor now? Whoever is the last to ask, with its lock, knows. One whose lock is
 * lost for ever is noted all the same. */
static void
note_watched(struct lanes_port *port, mach_port_name_t name)
{
	const bool locked = lanes_port_lock(port, name);

	if (!locked &&
	    atomic_load_explicit(&port->name, memory_order_relaxed) != name)
		return;
	unsettle(port);
	mark(port, port_fd_watches(name));
	if (locked)
		lanes_lock_give(&port->lock);
}

/* A descriptor of @name came or went. */
static void
look_again(mach_port_name_t name)
{
	struct lanes_port *port;

	/* Pairs with lanes_watch_enter(): either sees the other. */
	lane_fence();
	port = lanes_active() ? find_port(name) : NULL;
	if (!port)
		return;
	note_watched(port, name);
	tell_all(port, name);
	/* What came before has rung, or is seen now. */
	lane_fence();
	settle(port);
}

void
lanes_watch_begin(mach_port_name_t name)
{
	atomic_store_explicit(&lanes_watch_any, true, memory_order_relaxed);
	look_again(name);
}

void
lanes_watch_end(mach_port_name_t name)
{
	look_again(name);
}

void
lanes_watch_enter(struct lanes_port *port, mach_port_name_t name)
{
	bool watched;

	lane_fence();
	watched =
	    atomic_load_explicit(&lanes_watch_any, memory_order_relaxed) &&
	    port_fd_watches(name);
	unsettle(port);
	mark(port, watched);
}

void
lanes_watch_settle_all(void)
{
	for (uint32_t i = 0; i < WORDS; i++) {
		uint32_t left =
		    atomic_load_explicit(&marks[i], memory_order_relaxed);

		for (; left != 0; left &= left - 1)
			settle(lanes_port_at(
			    i * 32 + (uint32_t)__builtin_ctz(left)));
	}
}
