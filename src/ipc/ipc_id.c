/* A hash of all objects that have an id. Ids follow each other, so that the places of
 * objects are spread evenly; it need not grow, since nothing but looking depends on it. */
#include "ipc_id.h"

#include "base_assert.h"
#include "ipc_port.h"
#include "ipc_pset.h"
#include "ipc_space.h"

#define PLACES 8192u

static struct ipc_id *places[PLACES];

static struct ipc_id *
find(uint32_t number)
{
	struct ipc_id *id = places[number % PLACES];

	while (id && id->number != number)
		id = id->next;
	return id;
}

uint32_t
ipc_new_id(void)
{
	do {
		ipc_world.last_id++;
	} while (ipc_world.last_id == 0 || find(ipc_world.last_id));
	return ipc_world.last_id;
}

void
ipc_id_init(struct ipc_id *id, enum ipc_id_kind kind)
{
	struct ipc_id **place;

	id->number = ipc_new_id();
	id->kind = (uint8_t)kind;
	place = &places[id->number % PLACES];
	id->next = *place;
	id->link = place;
	if (id->next)
		id->next->link = &id->next;
	*place = id;
}

void
ipc_id_deinit(struct ipc_id *id)
{
	mp_assert(*id->link == id);
	*id->link = id->next;
	if (id->next)
		id->next->link = id->link;
}

static struct ipc_id *
find_kind(uint32_t number, enum ipc_id_kind kind)
{
	struct ipc_id *id = find(number);

	return id && id->kind == (uint8_t)kind ? id : NULL;
}

struct ipc_port *
ipc_id_port(uint32_t number)
{
	struct ipc_id *id = find_kind(number, IPC_ID_PORT);

	return id ? CONTAINER_OF(id, struct ipc_port, id) : NULL;
}

struct ipc_pset *
ipc_id_pset(uint32_t number)
{
	struct ipc_id *id = find_kind(number, IPC_ID_PSET);

	return id ? CONTAINER_OF(id, struct ipc_pset, id) : NULL;
}

struct ipc_space *
ipc_id_space(uint32_t number)
{
	struct ipc_id *id = find_kind(number, IPC_ID_SPACE);

	return id ? CONTAINER_OF(id, struct ipc_space, id) : NULL;
}
