/* Memory in messages, on each way that it travels; for tasks only. */
#ifndef PROCESS_OOL_H
#define PROCESS_OOL_H

#include <mach/mach.h>
#include <stdbool.h>
#include <stddef.h>

struct ool_way {
	const char *name;
	size_t bytes;               /* of the region; whole pages */
	mach_msg_size_t room_bytes; /* of the message besides */
	bool deallocates;
	bool is_own; /* the memory is of mach_vm_allocate(), or received */
	bool moves;  /* its pages go to the receiver as they are */
	/* New memory to be sent, filled. It makes all that the way needs. */
	unsigned char *(*make)(size_t bytes);
};

/* The last of them has a window made. */
#define OOL_WAYS ((size_t)7)
extern const struct ool_way ool_ways[OOL_WAYS];
/* Of them: memory that is sent and kept; a large file given away. */
#define OOL_SNAPSHOT (&ool_ways[3])
#define OOL_GIVEN (&ool_ways[4])

/* Is each byte as way->make() wrote it? */
bool ool_is_as_filled(const unsigned char *memory, size_t bytes);

void ool_send(mach_port_t to, const struct ool_way *way, void *memory);
/* The region of the next message. */
unsigned char *ool_receive(mach_port_t port, const struct ool_way *way);

/* Free what was received; or what was sent, if it is still there. */
void ool_release(const void *memory, size_t bytes);
void ool_discard(const struct ool_way *way, unsigned char *memory);

#endif
