/*
 * One's own memory, region by region: what Linux says of it, and what it cannot know.
 */
#ifndef LIBMACHPORT_VM_LOOK_H
#define LIBMACHPORT_VM_LOOK_H

#include <mach/vm_inherit.h>
#include <mach/vm_prot.h>
#include <stdbool.h>
#include <stdint.h>

/* A range in which all of this holds. */
struct vm_facts {
	uint64_t begin;
	uint64_t end;
	uint64_t offset; /* of begin, in what is mapped */
	vm_prot_t protection;
	vm_prot_t max_protection;
	vm_inherit_t inheritance;
	bool shared;  /* others may have it, or have it twice */
	bool foreign; /* shared, and not by a call of ours */
};

/* The region that has @address, or else the first behind it. False: there is none. */
bool vm_look(uint64_t address, struct vm_facts *facts_out);

/* What can be done with all of a range, and whether all of it is mapped. */
bool vm_survey(uint64_t address, uint64_t bytes, vm_prot_t *protection_out,
    vm_prot_t *max_protection_out);

/* PROT_* of VM_PROT_*. */
int vm_linux_protection(vm_prot_t protection);

#endif
