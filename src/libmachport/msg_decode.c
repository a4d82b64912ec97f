/* What an answer of mach_msg() brings. */
#include "msg_decode.h"

#include <assert.h>
#include <mach/vm_page_size.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include "extent.h"
#include "memory_file.h"
#include "msg_walk.h"
#include "region_pool.h"
#include "user_memory.h"
#include "window_view.h"

static_assert(PACKET_FILES_MAX == WIRE_FILE_PLACED + WIRE_PLACED_MAX,
    "as many files as an answer of mach_msg() brings");

/* The files of an answer by their numbers: NULL if one did not come. */
struct numbered_files {
	int *list[PACKET_FILES_MAX];
	const struct window *window; /* number WIRE_IN_WINDOW */
};

static struct numbered_files
number_files(const struct wire_msg_answer *answer, struct packet_files *files,
    const struct window *window)
{
	struct numbered_files numbered = {.window = window};
	unsigned next = 0;

	if ((answer->files & WIRE_FILE_SENDER) && next < files->count)
		numbered.list[0] = &files->list[next++];
	if ((answer->files & WIRE_FILE_KERNEL) && next < files->count)
		numbered.list[1] = &files->list[next++];
	for (unsigned i = WIRE_FILE_PLACED;
	     i < PACKET_FILES_MAX && next < files->count; i++)
		numbered.list[i] = &files->list[next++];
	return numbered;
}

static int
numbered_file(const struct numbered_files *files, uint64_t number)
{
	return files->list[number] ? *files->list[number] : -1;
}

/*
 * The packet had only the begin of the message, and behind it the trailer. Read
 * the rest, and put the trailer behind that.
 */
static bool
read_rest(const struct wire_msg_answer *answer,
    const struct numbered_files *files, const struct msg_buffer *buffer)
{
	unsigned char *rest =
	    (unsigned char *)buffer->bytes + answer->inline_bytes;
	uint32_t rest_bytes = answer->size - answer->inline_bytes;
	int file = numbered_file(files, answer->files & WIRE_FILE_REST ? 1 : 0);
	unsigned char trailer[MAX_TRAILER_SIZE];

	if (answer->trailer_bytes > sizeof(trailer) ||
	    (uint64_t)answer->size + answer->trailer_bytes > buffer->size)
		return false;
	memcpy(trailer, rest, answer->trailer_bytes);
	if (!memory_file_read(file, rest, rest_bytes, answer->inline_bytes))
		return false;
	return answer->trailer_bytes == 0 ||
	    user_memory_write(
	        rest + rest_bytes, trailer, answer->trailer_bytes);
}

/* A large region in a file of its own can be sent on without being copied. The
 * file is not ours any more. */
static void
keep_file(int *file, uint64_t offset, const void *memory, uint64_t bytes)
{
	const struct extent_facts facts = {
	    .kind = EXTENT_SNAPSHOT,
	    .max_protection = VM_PROT_ALL,
	    .inheritance = VM_INHERIT_DEFAULT,
	};
	struct extent_view view = {.descriptor = *file, .offset = offset};

	*file = -1;
	extent_adopt((uintptr_t)memory, bytes, view, &facts);
}

/* The region at @offset of the window, as memory of the program's. NULL: there is none. */
static void *
take_region(const struct window *window, uint64_t offset, uint64_t bytes)
{
	void *memory;

	if (!window_has(window, offset, bytes))
		return NULL;
	memory = offset == 0 ? window_view_take(window->view, bytes) : NULL;
	if (!memory) {
		memory = region_pool_take(bytes);
		if (memory)
			memcpy(memory, window->in + offset, bytes);
	}
	/* Unless this is the child of a handler now: what is there is no region. */
	atomic_signal_fence(memory_order_seq_cst);
	return window_has(window, offset, bytes) ? memory : NULL;
}

/* Map the region at @place, which is what the kernel wrote as its address: an
 * offset and the number of a file. NULL if it cannot be mapped. */
static void *
map_region(const struct numbered_files *files, uint64_t place, uint64_t bytes)
{
	uint64_t number = place & vm_page_mask;
	uint64_t offset = place - number;
	void *memory;

	if (number == WIRE_IN_WINDOW)
		return take_region(files->window, offset, bytes);
	if (number >= PACKET_FILES_MAX)
		return NULL;
	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE,
	    numbered_file(files, number), (off_t)offset);
	if (memory == MAP_FAILED)
		return NULL;
	if (number >= WIRE_FILE_PLACED && bytes >= VM_FILE_BYTES)
		keep_file(files->list[number], offset, memory, bytes);
	return memory;
}

/* Copy the region at @place, as in map_region(), to where the receiver wants it.
 * It is the receiver's own already: nothing is to be deallocated. */
static bool
copy_region(const struct numbered_files *files,
    mach_msg_ool_descriptor_t *memory, void *to, uint64_t bytes)
{
	uint64_t place = (uintptr_t)memory->address;
	uint64_t number = place & vm_page_mask;

	memory->address = to;
	memory->deallocate = FALSE;
	if (number == WIRE_IN_WINDOW)
		return window_has(files->window, place - number, bytes) &&
		    user_memory_copy(
		        to, files->window->in + (place - number), bytes);
	return number < PACKET_FILES_MAX &&
	    memory_file_read(
	        numbered_file(files, number), to, bytes, place - number);
}

/* Give the region of a descriptor its address. False: it cannot be had. */
static bool
bring_region(const struct numbered_files *files,
    mach_msg_ool_descriptor_t *memory, uint64_t bytes,
    struct msg_scatter *scatter)
{
	void *to =
	    scatter ? msg_scatter_next(scatter, memory->type, bytes) : NULL;

	if (bytes == 0)
		return true;
	if (to)
		return copy_region(files, memory, to, bytes);
	memory->address = map_region(files, (uintptr_t)memory->address, bytes);
	return memory->address != NULL;
}

/* Give each region its address. False: one of them has none. */
static bool
bring_regions(const struct numbered_files *files, void *message, uint32_t size,
    struct msg_scatter *scatter)
{
	struct msg_walk walk;
	bool brought_all = true;

	msg_walk_begin(&walk, message, size);
	while (msg_walk_next(&walk)) {
		/* Address and size are in the same places for port arrays. */
		mach_msg_ool_descriptor_t *memory =
		    &walk.descriptor.out_of_line;

		if (!msg_walk_is_region(&walk))
			continue;
		if (!bring_region(
		        files, memory, msg_walk_bytes(&walk), scatter)) {
			memory->address = NULL;
			memory->size = 0;
			brought_all = false;
		}
		memcpy(walk.at, memory, sizeof(*memory));
	}
	return brought_all;
}

static mach_msg_return_t
decode_message(const struct wire_msg_answer *answer,
    const struct numbered_files *files, const struct msg_buffer *buffer,
    struct msg_scatter *scatter)
{
	if (answer->inline_bytes < answer->size &&
	    !read_rest(answer, files, buffer))
		return msg_decode_lost(answer);
	if (answer->pseudo)
		scatter = NULL; /* it is no receive */
	if (bring_regions(files, buffer->bytes, answer->size, scatter))
		return answer->result == MACH_MSG_SUCCESS && scatter
		    ? scatter->result
		    : answer->result;
	if (answer->pseudo)
		return answer->result | MACH_MSG_VM_SPACE;
	/* The kernel may have said already that something did not fit. */
	return answer->result | MACH_RCV_BODY_ERROR | MACH_MSG_VM_SPACE;
}

/* A message that was too large stays queued: say how large. If the buffer
 * cannot be written, then not. Source: spec/messages.md 11.3 */
static void
decode_size(const struct wire_msg_answer *answer,
    const struct msg_buffer *buffer, mach_msg_option_t option)
{
	mach_msg_header_t *header = buffer->bytes;

	if (!header)
		return;
	if (buffer->size >= 8)
		(void)user_memory_write(&header->msgh_size, &answer->size,
		    sizeof(header->msgh_size));
	if ((option & MACH_RCV_LARGE_IDENTITY) && buffer->size >= 16)
		(void)user_memory_write(&header->msgh_local_port, &answer->name,
		    sizeof(header->msgh_local_port));
}

mach_msg_return_t
msg_decode(const struct wire_msg_answer *answer, struct packet_files *files,
    const struct window *window, const struct msg_buffer *buffer,
    mach_msg_option_t option, struct msg_scatter *scatter)
{
	struct numbered_files numbered = number_files(answer, files, window);
	mach_msg_return_t mr = answer->result;

	switch ((enum wire_outcome)answer->outcome) {
	case WIRE_OUTCOME_NONE:
	case WIRE_OUTCOME_BARE: /* it is in the buffer, whole */
		break;
	case WIRE_OUTCOME_MESSAGE:
		mr = decode_message(answer, &numbered, buffer, scatter);
		break;
	case WIRE_OUTCOME_SIZE:
		decode_size(answer, buffer, option);
		break;
	}
	packet_files_close(files);
	return mr;
}

mach_msg_return_t
msg_decode_lost(const struct wire_msg_answer *answer)
{
	switch ((enum wire_outcome)answer->outcome) {
	case WIRE_OUTCOME_NONE:
	case WIRE_OUTCOME_SIZE:
		return answer->result;
	case WIRE_OUTCOME_MESSAGE:
	case WIRE_OUTCOME_BARE:
		break;
	}
	return answer->pseudo ? answer->result : MACH_RCV_INVALID_DATA;
}
