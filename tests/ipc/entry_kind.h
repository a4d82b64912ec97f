/*
 * Every kind of thing that a name can be, so that a test can walk a table of
 * dispositions over all of them.
 */
#ifndef ENTRY_KIND_H
#define ENTRY_KIND_H

#include "world.h"

enum entry_kind {
	KIND_NULL,
	KIND_DEAD,
	KIND_ABSENT,
	KIND_SEND,
	KIND_RECEIVE,
	KIND_SEND_RECEIVE,
	KIND_SEND_ONCE,
	KIND_PORT_SET,
	KIND_DEAD_NAME,
	KIND_DEAD_SEND,      /* the port has died; not looked at since */
	KIND_DEAD_SEND_ONCE, /* the same */
	KIND_COUNT,
};

/* A name of that kind in alice's space, with one user reference if it has any.
 * Where somebody else has the receive right, that is bob. */
mach_port_name_t kind_make(enum entry_kind kind);
const char *kind_name(enum entry_kind kind);

/* The name is NULL or DEAD. */
bool kind_is_constant(enum entry_kind kind);
/* It is, or will be when looked at, a dead name. */
bool kind_is_dead_name(enum entry_kind kind);
/* It is a live right that the disposition can take. */
bool kind_has(enum entry_kind kind, mach_msg_type_name_t disposition);
/* It is a dead name and the disposition would take send or send-once rights. */
bool kind_has_dead(enum entry_kind kind, mach_msg_type_name_t disposition);

/* The type that the name has as it is made, and after the disposition took a
 * right; MACH_PORT_TYPE_NONE: no such name. */
mach_port_type_t kind_type(enum entry_kind kind);
mach_port_type_t kind_type_after(
    enum entry_kind kind, mach_msg_type_name_t disposition);

#endif
