/*
 * Task C was given nothing. It tries every name that it can think of: all that
 * A and B use are among them, but here they are only numbers.
 */
#include <stdbool.h>

#include "demo.h"

/* The kernel makes names from an index, from 1 on, and a generation, of which
 * the low two bits are always set. */
#define LAST_INDEX 500
#define FIRST_GENERATION 0x03
#define LAST_GENERATION 0xff
#define GENERATION_STEP 4

/* Our own names, as the kernel tells them. */
static mach_port_name_t *own;
static mach_msg_type_number_t own_count;

static bool
is_own(mach_port_name_t name)
{
	for (unsigned i = 0; i < own_count; i++)
		if (own[i] == name)
			return true;
	return false;
}

static void
try(mach_port_name_t name)
{
	mach_port_type_t type;

	MUST_RETURN(MACH_SEND_INVALID_DEST,
	    send_note(name, ADD, 1000, MACH_PORT_NULL, MACH_SEND_TIMEOUT,
	        MACH_PORT_NULL));
	MUST_RETURN(
	    KERN_INVALID_NAME, mach_port_type(mach_task_self(), name, &type));
}

static void
tries_everything(const struct cue *cue)
{
	mach_port_type_t *types;
	mach_msg_type_number_t type_count;
	unsigned tried = 0;
	unsigned met = 0;

	(void)cue;
	MUST(mach_port_names(
	    mach_task_self(), &own, &own_count, &types, &type_count));
	for (mach_port_name_t index = 1; index <= LAST_INDEX; index++)
		for (mach_port_name_t generation = FIRST_GENERATION;
		     generation <= LAST_GENERATION;
		     generation += GENERATION_STEP) {
			mach_port_name_t name = index << 8 | generation;

			tried++;
			if (is_own(name))
				met++;
			else
				try(name);
		}
	MUST_HOLD(met == own_count);
	tell("sends to every name it can think of", "%u tried, none reached",
	    tried - met);
	tell("finds only what it had from the start", "%u names, its own", met);
	vm_deallocate(
	    mach_task_self(), (vm_address_t)own, own_count * sizeof(*own));
	vm_deallocate(
	    mach_task_self(), (vm_address_t)types, type_count * sizeof(*types));
}

const struct part part_c = {
    .letter = 'C',
    .steps = {[C_TRIES_EVERYTHING] = tries_everything},
};
