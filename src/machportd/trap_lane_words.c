/* Words out: a copy, which is freed with the answer. */
#include "trap_lane_words.h"

#include <string.h>

#include "base_alloc.h"
#include "ipc_port.h"
#include "ipc_pset.h"
#include "wire_lane.h"

kern_return_t
trap_lane_put_words(struct kern_call *call, const void *fixed, size_t count,
    const struct ipc_port *port)
{
	const size_t sets = port ? port->member_count : 0;
	const size_t total =
	    count + sets * TRAP_LANE_WORDS(struct wire_lane_set);
	uint32_t *words = base_alloc(total * sizeof(*words));
	struct wire_lane_set set;
	uint32_t *at;

	if (!words)
		return KERN_RESOURCE_SHORTAGE;
	memcpy(words, fixed, count * sizeof(*words));
	at = words + count;
	if (port) {
		LIST_FOREACH (node, &port->members) {
			const struct ipc_pset *pset =
			    CONTAINER_OF(node, struct ipc_member, port_link)
			        ->pset;

			set = (struct wire_lane_set){
			    pset->name, pset->board_index};
			memcpy(at, &set, sizeof(set));
			at += TRAP_LANE_WORDS(set);
		}
	}
	call->more[0] = (struct kern_call_words){words, (uint32_t)total};
	call->out[0] = (uint32_t)total;
	return KERN_SUCCESS;
}
