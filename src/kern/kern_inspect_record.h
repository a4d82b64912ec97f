/* For kern_inspect*.c: how a portion is filled, and the record of a name. */
#ifndef KERN_INSPECT_RECORD_H
#define KERN_INSPECT_RECORD_H

#include "kern_inspect.h"

/* The portion is empty; has one more record, all 0, of a multiple of 8 bytes, or NULL if
 * it is full; is complete. */
void kern_portion_begin(void);
void *kern_portion_add(uint32_t bytes);
/* The bytes of it that are used; and back to no more than so many. */
uint32_t kern_portion_used(void);
void kern_portion_cut(uint32_t bytes);
void kern_portion_end(struct kern_portion *portion_out);

/* @entry, which is called @name in @space. */
void kern_inspect_record_entry(struct kern_look *look,
    const struct ipc_space *space, mach_port_name_t name,
    const struct ipc_entry *entry, struct machport_name_record *record);

/* All of a record that is about the port, or the set. @record is 0. */
void kern_inspect_record_port(struct kern_look *look,
    const struct ipc_port *port, struct machport_name_record *record);
void kern_inspect_record_set(
    const struct ipc_pset *pset, struct machport_name_record *record);

/* May he who looks see what is with the port, or only that it is there? It is whose it
 * is, or will be, to receive from it. */
bool kern_inspect_sees_port(
    struct kern_look *look, const struct ipc_port *port);

#endif
