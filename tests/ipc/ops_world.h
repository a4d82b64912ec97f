/* The world of ops.h, and how the operations make their choices. */
#ifndef OPS_WORLD_H
#define OPS_WORLD_H

#include <mach/message.h>

#include "ipc.h"
#include "ipc_account.h"
#include "ipc_board.h"
#include "ipc_kobject.h"
#include "ipc_mach_msg.h"
#include "ipc_mqueue.h"
#include "ipc_slot.h"
#include "ipc_watch.h"
#include "ops.h"

#define OPS_TASKS 3
#define OPS_THREADS 3 /* of each task */
#define OPS_SLOTS 2
#define OPS_WATCHES 2 /* of each task */

/* A watch, and what was last told of it. */
struct ops_watch {
	struct ipc_watch watch;
	bool ready;
};

struct ops_task {
	struct ipc_space *space;
	struct ipc_waiter threads[OPS_THREADS];
	struct ops_watch watches[OPS_WATCHES];
	struct lane_board board; /* if it has one */
	bool compat; /* it was given rights of Mach 2.5, whose names vanish */
};

struct ops_world {
	struct ipc_account *user;
	struct ops_task tasks[OPS_TASKS];
	struct ipc_slot slots[OPS_SLOTS];
	struct ipc_kobject device; /* serves requests with an error reply */
	uint64_t live_before;
	unsigned files_made; /* memory that travels with messages */
	unsigned files_freed;
	unsigned operation; /* counts; for choosing names */
};

extern struct ops_world ops_world;

void ops_task_begin(struct ops_task *task);
void ops_task_end(struct ops_task *task);
void ops_device_begin(void);

/* Choices. */
uint8_t ops_byte(struct ops_input *input);
uint32_t ops_word(struct ops_input *input);
/* Less than @limit, which is at most 256 and not 0. */
unsigned ops_below(struct ops_input *input, unsigned limit);
/* True once in @times. */
bool ops_once_in(struct ops_input *input, unsigned times);
struct ops_task *ops_pick_task(struct ops_input *input);
/* A name: mostly one that exists, else NULL, DEAD, stale or nonsense. */
mach_port_name_t ops_pick_name(
    struct ops_input *input, const struct ipc_space *space);
/* The same, preferring names with one of the rights in @types. */
mach_port_name_t ops_pick_typed(struct ops_input *input,
    const struct ipc_space *space, mach_port_type_t types);
/* A disposition that mostly fits what @name denotes. */
mach_msg_type_name_t ops_pick_disposition(struct ops_input *input,
    struct ipc_space *space, mach_port_name_t name, bool receive_too);

/* The value of a guard: mostly one that is in use. */
mach_port_context_t ops_pick_guard(struct ops_input *input);

/* ops_guard.c: those on what guards a port. */
void ops_guard(struct ops_input *input);
void ops_construct(struct ops_input *input);
void ops_destruct(struct ops_input *input);

/* ops_watch.c: those of a task, before it begins and after it has died; and the
 * operation. */
void ops_watch_begin(struct ops_watch *watch);
void ops_watch_end(struct ops_watch *watch);
void ops_watch(struct ops_input *input);

/* ops_board.c: what the engine asks for boards; the operation; and how a receive gets
 * along with boards. */
extern const struct ipc_lane_world ops_lanes;
void ops_board(struct ops_input *input);
void ops_pick_lanes(struct ops_input *input, struct ipc_space *space,
    struct ipc_msg_args *args);

/* The task has a board, if there is memory. */
void ops_add_board(struct ops_task *task);

/* ops_lane.c: its operation; and when there is a world, and no task any more. */
void ops_lanes_begin(void);
void ops_lanes_end(void);
void ops_lane(struct ops_input *input);

/* ops_message.c: the operations that move messages. */
void ops_send(struct ops_input *input);
void ops_receive(struct ops_input *input);
void ops_cancel(struct ops_input *input);
void ops_abandon(struct ops_input *input);

#endif
