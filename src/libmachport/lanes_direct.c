/* Lending a port, or the members of a set, to the kernel process. */
#include "lanes_direct.h"

#include "call.h"
#include "lanes.h"
#include "lanes_need.h"
#include "lanes_sleep.h"
#include "lanes_watch.h"

/* One port that is lent, and when. */
struct loan {
	struct lanes_port *port;
	mach_port_name_t name;
	uint32_t stops;
};

/* All for one trap. */
struct loans {
	struct loan list[LANE_LENT_MAX];
	uint32_t count;
	uint32_t
	    stops; /* of what is received from: tells the kernel whether all are so still */
};

static uint32_t
stops_on_board(const struct lanes_port *port)
{
	return atomic_load_explicit(&port->board->stops, memory_order_acquire);
}

/* lane.pml: lend 1. From now on who sends by a lane to @port, which is locked, has the kernel
 * ring. */
static void
add_loan(struct loans *loans, struct lanes_port *port)
{
	const struct loan loan = {
	    .port = port,
	    .name = atomic_load_explicit(&port->name, memory_order_relaxed),
	    .stops = stops_on_board(port),
	};

	if (port->lent_stops != loan.stops)
		port->lent = 0;
	port->lent_stops = loan.stops;
	port->lent++;
	atomic_fetch_add_explicit(
	    &port->sleepers[LANE_KICK], 1, memory_order_relaxed);
	lanes_need_tell(port, false);
	loans->list[loans->count++] = loan;
}

/* False: there are too many, or one cannot be locked. The set is. */
static bool
lend_members(struct loans *loans, struct lanes_port *set)
{
	uint32_t i = lanes_port_next_member(set, 0);

	if (lanes_port_count_members(set) > LANE_LENT_MAX)
		return false;
	for (; i < LANE_BOARD_PORTS; i = lanes_port_next_member(set, i + 1)) {
		struct lanes_port *port;

		if (!lanes_port_lock_member(set, i, &port))
			return false;
		if (port) {
			add_loan(loans, port);
			lanes_lock_give(&port->lock);
		}
	}
	return true;
}

/* False: it cannot be, or is another by now. What was lent of it is in @loans. */
static bool
lend_set(struct loans *loans, struct lanes_port *set, mach_port_name_t name)
{
	bool lent;

	if (!lanes_port_lock(set, name))
		return false;
	loans->stops = stops_on_board(set);
	lent = set->is_set && lend_members(loans, set);
	lanes_lock_give(&set->lock);
	return lent;
}

static bool
lend_port(struct loans *loans, struct lanes_port *port, mach_port_name_t name)
{
	bool lent;

	if (!lanes_port_lock(port, name))
		return false;
	lent = !port->is_set;
	loans->stops = stops_on_board(port);
	if (lent)
		add_loan(loans, port);
	lanes_lock_give(&port->lock);
	return lent;
}

static bool
lend(struct loans *loans, struct lanes_port *port, mach_port_name_t name)
{
	bool lent;

	if (!lanes_port_may_be_set(port))
		return lend_port(loans, port, name);
	/* Who has a member posted lists it before he gives this lock: none is missed here. Of
	 * what is posted later the kernel knows that it is not lent. */
	if (!lanes_lock_take(&lanes_post_lock))
		return false;
	lent = lend_set(loans, port, name);
	lanes_lock_give(&lanes_post_lock);
	return lent;
}

/* lane.pml: lend 4 */
static void
take_back(const struct loan *loan)
{
	struct lanes_port *port = loan->port;

	lanes_port_wake_up(port, LANE_KICK);
	if (!lanes_port_lock(port, loan->name))
		return;
	if (port->lent > 0 && port->lent_stops == loan->stops)
		port->lent--;
	lanes_need_tell(port, false);
	lanes_lock_give(&port->lock);
}

static void
take_all_back(const struct loans *loans)
{
	for (uint32_t i = 0; i < loans->count; i++)
		take_back(&loans->list[i]);
}

mach_msg_return_t
lanes_direct(struct lanes_port *port, const struct msg_call *call)
{
	const mach_port_name_t name = call->rcv_name;
	struct msg_call direct = *call;
	struct loans loans = {.count = 0};
	mach_msg_return_t mr;

	direct.lanes = lanes_known();
	if (!lend(&loans, port, name)) {
		take_all_back(&loans);
		return msg_trap_plain(&direct);
	}
	lane_fence(); /* lane.pml: lend 2. Pairs with publish 4, reply 1. */
	direct.lanes |= WIRE_LANES_DIRECT;
	direct.bell = loans.stops;
	mr = msg_trap_plain(&direct);
	take_all_back(&loans);
	/* The last to come by a lane before its time was over is not late. */
	if (mr == MACH_RCV_TIMED_OUT && lanes_has_any(port, name))
		mr = WIRE_MSG_AGAIN;
	lanes_watch_settle();
	return mr;
}

/* lane.pml: stop 1, 2 */
void
lanes_direct_stop(struct lanes_port *port)
{
	if (port->lent_stops == stops_on_board(port)) {
		const kern_return_t kr = CALL(LANE_STOP, NULL,
		    atomic_load_explicit(&port->name, memory_order_relaxed));

		(void)
		    kr; /* no such port, or no kernel: nor does anybody wait */
	}
	port->lent = 0;
	/* What the kernel has given away before has its numbers. */
	lanes_port_note_seqno(port);
}
