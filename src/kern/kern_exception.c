/* Exception ports. */
#include "kern_exception.h"

#include "ipc_port.h"

/* Flavors are the numbers of a machine's thread states. None is ever looked at here: what
 * could be one is taken for one. */
#define FLAVOR_END 64

#define FLAGS                                                                  \
	(MACH_EXCEPTION_CODES | MACH_EXCEPTION_ERRORS |                        \
	    MACH_EXCEPTION_BACKTRACE_PREFERRED)

#define MASK_VALID (EXC_MASK_ALL | EXC_MASK_CRASH | EXC_MASK_CORPSE_NOTIFY)

void
kern_exceptions_init(struct kern_exceptions *exceptions)
{
	for (unsigned i = 0; i < EXC_TYPES_COUNT; i++) {
		struct kern_exception_action *action = &exceptions->actions[i];

		ipc_slot_init(&action->handler);
		action->behavior = 0;
		action->flavor = 0;
	}
}

void
kern_exceptions_deinit(struct kern_exceptions *exceptions)
{
	for (unsigned i = 0; i < EXC_TYPES_COUNT; i++)
		ipc_slot_deinit(&exceptions->actions[i].handler);
}

static void
set(struct kern_exception_action *action, struct ipc_port *handler,
    exception_behavior_t behavior, thread_state_flavor_t flavor)
{
	action->behavior = behavior;
	action->flavor = flavor;
	ipc_slot_set(&action->handler, handler);
}

void
kern_exceptions_clear(struct kern_exceptions *exceptions)
{
	for (unsigned i = 0; i < EXC_TYPES_COUNT; i++)
		set(&exceptions->actions[i], IPC_PORT_NULL, 0, 0);
}

void
kern_exceptions_inherit(
    struct kern_exceptions *child, const struct kern_exceptions *parent)
{
	for (unsigned i = 0; i < EXC_TYPES_COUNT; i++) {
		const struct kern_exception_action *from = &parent->actions[i];

		set(&child->actions[i], ipc_slot_copy(&from->handler),
		    from->behavior, from->flavor);
	}
}

bool
kern_exceptions_mask_is_valid(exception_mask_t mask)
{
	return !(mask & ~MASK_VALID);
}

static bool
behavior_is_valid(exception_behavior_t behavior)
{
	const unsigned flags = (unsigned)behavior & FLAGS;
	const bool codes = flags & MACH_EXCEPTION_CODES;

	if ((flags & MACH_EXCEPTION_BACKTRACE_PREFERRED) && !codes)
		return false;
	switch ((unsigned)behavior & ~FLAGS) {
	case EXCEPTION_DEFAULT:
	case EXCEPTION_STATE:
	case EXCEPTION_STATE_IDENTITY:
		return true;
	case EXCEPTION_IDENTITY_PROTECTED:
	case EXCEPTION_STATE_IDENTITY_PROTECTED:
		return codes;
	default:
		return false;
	}
}

kern_return_t
kern_exceptions_check(exception_mask_t mask, const struct ipc_port *handler,
    exception_behavior_t behavior, thread_state_flavor_t flavor)
{
	if (!kern_exceptions_mask_is_valid(mask) ||
	    (IPC_PORT_VALID(handler) && !behavior_is_valid(behavior)) ||
	    flavor < 0 || flavor >= FLAVOR_END)
		return KERN_INVALID_ARGUMENT;
	return KERN_SUCCESS;
}

/* One more right like @handler; DEAD if its port has died. */
static struct ipc_port *
copy(struct ipc_port *handler)
{
	if (!IPC_PORT_VALID(handler))
		return handler;
	if (!ipc_port_active(handler))
		return IPC_PORT_DEAD;
	ipc_port_copy_send(handler);
	return handler;
}

void
kern_exceptions_set(struct kern_exceptions *exceptions, exception_mask_t mask,
    struct ipc_port *handler, exception_behavior_t behavior,
    thread_state_flavor_t flavor)
{
	for (unsigned i = 0; i < EXC_TYPES_COUNT; i++)
		if (mask & (1u << i))
			set(&exceptions->actions[i], copy(handler), behavior,
			    flavor);
	if (IPC_PORT_VALID(handler))
		ipc_port_release_send(handler);
}

/* Does the group have the action? */
static bool
is_of(const struct kern_exception_group *group,
    const struct kern_exception_action *action)
{
	struct ipc_port *handler = action->handler.port;

	if (IPC_PORT_VALID(handler) && !ipc_port_active(handler))
		handler = IPC_PORT_DEAD;
	return group->handler == handler &&
	    group->behavior == action->behavior &&
	    group->flavor == action->flavor;
}

uint32_t
kern_exceptions_get(const struct kern_exceptions *exceptions,
    exception_mask_t mask,
    struct kern_exception_group groups_out[KERN_EXCEPTION_GROUPS_MAX])
{
	uint32_t count = 0;

	for (unsigned i = 0; i < EXC_TYPES_COUNT; i++) {
		const struct kern_exception_action *action =
		    &exceptions->actions[i];
		uint32_t at = 0;

		if (!(mask & (1u << i)))
			continue;
		while (at < count && !is_of(&groups_out[at], action))
			at++;
		if (at == count)
			groups_out[count++] = (struct kern_exception_group){
			    .handler = ipc_slot_copy(&action->handler),
			    .behavior = action->behavior,
			    .flavor = action->flavor,
			};
		groups_out[at].mask |= 1u << i;
	}
	return count;
}

struct ipc_port *
kern_exceptions_copy_all(const struct kern_exceptions *exceptions)
{
	for (unsigned i = 0; i < EXC_TYPES_COUNT; i++) {
		const struct kern_exception_action *action =
		    &exceptions->actions[i];

		if ((EXC_MASK_ALL & (1u << i)) &&
		    action->behavior == EXCEPTION_DEFAULT)
			return ipc_slot_copy(&action->handler);
	}
	return IPC_PORT_NULL;
}

void
kern_exceptions_set_all(
    struct kern_exceptions *exceptions, struct ipc_port *handler)
{
	kern_exceptions_set(
	    exceptions, EXC_MASK_ALL, handler, EXCEPTION_DEFAULT, 0);
}
