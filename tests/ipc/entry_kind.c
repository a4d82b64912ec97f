/* The kinds of names, and what messages.md 8.3 says of each. */
#include "entry_kind.h"

static mach_port_name_t
make_from_bob(mach_msg_type_name_t disposition, bool dead)
{
	mach_port_name_t port = world_port(bob);
	mach_port_name_t name = world_give(bob, port, disposition, alice);

	if (dead)
		world_drop_receive(bob, port);
	return name;
}

mach_port_name_t
kind_make(enum entry_kind kind)
{
	mach_port_name_t name = MACH_PORT_NULL;

	switch (kind) {
	case KIND_NULL:
		return MACH_PORT_NULL;
	case KIND_DEAD:
		return MACH_PORT_DEAD;
	case KIND_ABSENT:
		return world_absent(alice);
	case KIND_SEND:
		return make_from_bob(MAKE_SEND, false);
	case KIND_RECEIVE:
		return world_port(alice);
	case KIND_SEND_RECEIVE:
		name = world_port(alice);
		world_make_send(alice, name);
		return name;
	case KIND_SEND_ONCE:
		return make_from_bob(MAKE_SEND_ONCE, false);
	case KIND_PORT_SET:
		return world_set(alice);
	case KIND_DEAD_NAME:
		return world_dead_name(alice);
	case KIND_DEAD_SEND:
		return make_from_bob(MAKE_SEND, true);
	case KIND_DEAD_SEND_ONCE:
		return make_from_bob(MAKE_SEND_ONCE, true);
	case KIND_COUNT:
		break;
	}
	fail();
	return name;
}

const char *
kind_name(enum entry_kind kind)
{
	static const char *const names[KIND_COUNT] = {"NULL", "DEAD", "absent",
	    "send", "receive", "send+receive", "send-once", "port set",
	    "dead name", "send, dead", "send-once, dead"};

	return names[kind];
}

bool
kind_is_constant(enum entry_kind kind)
{
	return kind == KIND_NULL || kind == KIND_DEAD;
}

bool
kind_is_dead_name(enum entry_kind kind)
{
	return kind == KIND_DEAD_NAME || kind == KIND_DEAD_SEND ||
	    kind == KIND_DEAD_SEND_ONCE;
}

bool
kind_has(enum entry_kind kind, mach_msg_type_name_t disposition)
{
	mach_port_type_t live =
	    kind_is_dead_name(kind) ? MACH_PORT_TYPE_NONE : kind_type(kind);

	switch (disposition) {
	case MOVE_RECEIVE:
	case MAKE_SEND:
	case MAKE_SEND_ONCE:
		return (live & MACH_PORT_TYPE_RECEIVE) != 0;
	case MOVE_SEND:
	case COPY_SEND:
		return (live & MACH_PORT_TYPE_SEND) != 0;
	case MOVE_SEND_ONCE:
		return (live & MACH_PORT_TYPE_SEND_ONCE) != 0;
	default:
		return false;
	}
}

bool
kind_has_dead(enum entry_kind kind, mach_msg_type_name_t disposition)
{
	return kind_is_dead_name(kind) &&
	    (disposition == MOVE_SEND || disposition == COPY_SEND ||
	        disposition == MOVE_SEND_ONCE);
}

mach_port_type_t
kind_type(enum entry_kind kind)
{
	switch (kind) {
	case KIND_SEND:
		return MACH_PORT_TYPE_SEND;
	case KIND_RECEIVE:
		return MACH_PORT_TYPE_RECEIVE;
	case KIND_SEND_RECEIVE:
		return MACH_PORT_TYPE_SEND_RECEIVE;
	case KIND_SEND_ONCE:
		return MACH_PORT_TYPE_SEND_ONCE;
	case KIND_PORT_SET:
		return MACH_PORT_TYPE_PORT_SET;
	case KIND_DEAD_NAME:
	case KIND_DEAD_SEND:
	case KIND_DEAD_SEND_ONCE:
		return MACH_PORT_TYPE_DEAD_NAME;
	case KIND_NULL:
	case KIND_DEAD:
	case KIND_ABSENT:
	case KIND_COUNT:
		break;
	}
	return MACH_PORT_TYPE_NONE;
}

mach_port_type_t
kind_type_after(enum entry_kind kind, mach_msg_type_name_t disposition)
{
	mach_port_type_t type = kind_type(kind);

	switch (disposition) {
	case MOVE_RECEIVE:
		return type & ~MACH_PORT_TYPE_RECEIVE;
	case MOVE_SEND:
		return type & ~(MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DEAD_NAME);
	case MOVE_SEND_ONCE:
		return type &
		    ~(MACH_PORT_TYPE_SEND_ONCE | MACH_PORT_TYPE_DEAD_NAME);
	default:
		return type; /* the sender keeps what it has */
	}
}
