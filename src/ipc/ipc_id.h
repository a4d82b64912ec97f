/*
 * Ids: numbers of ports, sets and spaces, by which tasks tell one object from another,
 * and by which those who look find it again. No two objects have the same at a time; one
 * is used again only after all others were.
 */
#ifndef IPC_ID_H
#define IPC_ID_H

#include "ipc.h"

enum ipc_id_kind {
	IPC_ID_PORT,
	IPC_ID_PSET,
	IPC_ID_SPACE,
};

/* Embedded in the object. */
struct ipc_id {
	uint32_t number; /* never 0 */
	uint8_t kind;    /* enum ipc_id_kind */
	struct ipc_id *next;
	struct ipc_id **link; /* what points to it */
};

/* A number that no object has, for what is none of these. */
uint32_t ipc_new_id(void);

void ipc_id_init(struct ipc_id *id, enum ipc_id_kind kind);
void ipc_id_deinit(struct ipc_id *id);

/* The port, set or space with @number, borrowed; NULL: there is none. A port may be
 * dead. */
struct ipc_port *ipc_id_port(uint32_t number);
struct ipc_pset *ipc_id_pset(uint32_t number);
struct ipc_space *ipc_id_space(uint32_t number);

#endif
