/* What a message brings with it when it is sent. */
#include "msg_encode.h"

#include <errno.h>
#include <mach/vm_page_size.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "extent.h"
#include "msg_walk.h"
#include "ool_file.h"
#include "packet.h"
#include "user_memory.h"

/* A message with more names is refused before its memory is looked at. */
#define NAMES_LIMIT 16383u

/* Most messages are where nobody has to ask Linux. */
static bool
is_readable(const void *memory, size_t bytes)
{
	return user_memory_is_own(memory, bytes) ||
	    user_memory_readable(memory, bytes);
}

/* Rows 1 to 4 of spec/messages.md 8.1, and the rest of what msg_walk reads. */
static mach_msg_return_t
check_shape(const mach_msg_header_t *message, mach_msg_size_t size)
{
	mach_msg_base_t base;
	uint64_t descriptors;
	size_t fixed = size < sizeof(base) ? sizeof(base.header) : sizeof(base);

	if (size < sizeof(base.header) || size % 4 != 0)
		return MACH_SEND_MSG_TOO_SMALL;
	if (size > MSG_SIZE_LIMIT)
		return MACH_SEND_TOO_LARGE;
	if (!is_readable(message, fixed))
		return MACH_SEND_INVALID_DATA;
	memcpy(&base, message, fixed);
	if (!MACH_MSGH_BITS_IS_COMPLEX(base.header.msgh_bits))
		return MACH_MSG_SUCCESS;
	if (fixed < sizeof(base) ||
	    base.body.msgh_descriptor_count >
	        (size - sizeof(base)) / MSG_DESCRIPTOR_MIN)
		return MACH_SEND_MSG_TOO_SMALL;
	descriptors = (uint64_t)base.body.msgh_descriptor_count *
	    sizeof(mach_msg_descriptor_t);
	if (descriptors > size - sizeof(base))
		descriptors = size - sizeof(base);
	if (descriptors > 0 &&
	    !is_readable((const char *)message + sizeof(base), descriptors))
		return MACH_SEND_INVALID_DATA;
	return MACH_MSG_SUCCESS;
}

/* How many descriptors with memory there are. */
static uint32_t
count_regions(mach_msg_header_t *message, mach_msg_size_t size)
{
	struct msg_walk walk;
	uint32_t count = 0;

	msg_walk_begin(&walk, message, size);
	while (msg_walk_next(&walk))
		if (msg_walk_bytes(&walk) > 0)
			count++;
	return count;
}

static struct msg_region
region_of(const struct msg_walk *walk)
{
	const mach_msg_ool_descriptor_t *memory = &walk->descriptor.out_of_line;

	/* Address and deallocate are in the same place for port arrays. */
	return (struct msg_region){
	    .index = walk->index,
	    .deallocate = memory->deallocate != 0,
	    .is_array = memory->type == MACH_MSG_OOL_PORTS_DESCRIPTOR,
	    .file = -1,
	    .address = memory->address,
	    .bytes = msg_walk_bytes(walk),
	};
}

/* From the first page to behind the last. */
struct span {
	uintptr_t begin;
	uintptr_t end;
};

static struct span
pages_of(const struct msg_region *region)
{
	uintptr_t address = (uintptr_t)region->address;

	return (struct span){
	    trunc_page(address), round_page(address + region->bytes)};
}

static bool
spans_meet(struct span span, struct span other)
{
	return span.begin < other.end && other.begin < span.end;
}

/* Each region is unmapped before the next is read (messages.md 9.3). Here all
 * are read first; so what an earlier one takes away must not be read again.
 * @gone_io spans what was taken: most regions are outside. */
static bool
is_given_away(const struct msg_outgoing *outgoing,
    const struct msg_region *region, struct span *gone_io)
{
	struct span pages = pages_of(region);

	if (spans_meet(pages, *gone_io)) {
		for (uint32_t i = 0; i < outgoing->region_count; i++) {
			const struct msg_region *earlier =
			    &outgoing->regions[i];

			if (earlier->deallocate &&
			    spans_meet(pages_of(earlier), pages))
				return true;
		}
	}
	if (region->deallocate) {
		if (pages.begin < gone_io->begin)
			gone_io->begin = pages.begin;
		if (pages.end > gone_io->end)
			gone_io->end = pages.end;
	}
	return false;
}

/* No more than there is room for, should the program change the message between
 * the count and this. */
static void
find_regions(struct msg_outgoing *outgoing, mach_msg_header_t *message)
{
	struct span gone = {.begin = UINTPTR_MAX, .end = 0};
	struct msg_walk walk;
	uint64_t names = 0;

	msg_walk_begin(&walk, message, outgoing->size);
	while (msg_walk_next(&walk)) {
		struct msg_region region = region_of(&walk);

		if (region.bytes == 0)
			continue;
		if (walk.descriptor.type.type == MACH_MSG_OOL_PORTS_DESCRIPTOR)
			names += walk.descriptor.ool_ports.count;
		if (names > NAMES_LIMIT ||
		    outgoing->region_count == outgoing->region_room ||
		    is_given_away(outgoing, &region, &gone)) {
			outgoing->unreadable = walk.index;
			return;
		}
		outgoing->regions[outgoing->region_count++] = region;
	}
}

static void
begin(struct msg_outgoing *outgoing, const mach_msg_header_t *message,
    mach_msg_size_t size)
{
	outgoing->message = message;
	outgoing->size = size;
	outgoing->unreadable = WIRE_ALL_READABLE;
	outgoing->region_count = 0;
	outgoing->region_room = MSG_REGIONS_FEW;
	outgoing->regions = outgoing->few;
}

mach_msg_return_t
msg_outgoing_init(struct msg_outgoing *outgoing, mach_msg_header_t *message,
    mach_msg_size_t size)
{
	mach_msg_return_t mr = check_shape(message, size);
	uint32_t count;

	if (mr != MACH_MSG_SUCCESS)
		return mr;
	begin(outgoing, message, size);
	if (!MACH_MSGH_BITS_IS_COMPLEX(message->msgh_bits))
		return MACH_MSG_SUCCESS;
	count = count_regions(message, size);
	if (count > outgoing->region_room) {
		/* Not malloc(): a handler may have interrupted it. */
		void *memory = mmap(NULL, count * sizeof(struct msg_region),
		    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory == MAP_FAILED)
			return MACH_SEND_NO_BUFFER;
		outgoing->regions = memory;
		outgoing->region_room = count;
	}
	find_regions(outgoing, message);
	return MACH_MSG_SUCCESS;
}

void
msg_outgoing_init_few(struct msg_outgoing *outgoing, mach_msg_header_t *copy,
    mach_msg_size_t size)
{
	begin(outgoing, copy, size);
	find_regions(outgoing, copy);
}

void
msg_outgoing_close(struct msg_outgoing *outgoing)
{
	for (uint32_t i = 0; i < outgoing->region_count; i++) {
		const int file = outgoing->regions[i].file;

		outgoing->regions[i].file = -1;
		if (file >= 0)
			(void)syscall(SYS_close, file);
	}
}

void
msg_outgoing_deinit(struct msg_outgoing *outgoing)
{
	msg_outgoing_close(outgoing);
	if (outgoing->regions != outgoing->few)
		(void)munmap(outgoing->regions,
		    outgoing->region_room * sizeof(struct msg_region));
}

/* Regions that are not sent come last. */
static bool
is_sent(const struct msg_outgoing *outgoing, const struct msg_region *region)
{
	return region->index < outgoing->unreadable;
}

struct iovec
msg_outgoing_head(const struct msg_outgoing *outgoing, struct msg_head *head,
    struct packet_files *files)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < outgoing->region_count; i++) {
		const struct msg_region *region = &outgoing->regions[i];

		if (region->file < 0 || !is_sent(outgoing, region))
			continue;
		head->placed[count++] = (struct wire_placed){
		    .index = region->index,
		    .offset = region->offset,
		};
		files->list[files->count++] = region->file;
	}
	head->request.placed = count;
	head->request.unreadable = outgoing->unreadable;
	head->request.header.files = (uint16_t)files->count;
	return (struct iovec){head, offsetof(struct msg_head, placed[count])};
}

/* Not placed: behind the message, which ends at @*end_io. */
static bool
add_inline(
    const struct msg_region *region, uint64_t *begin_out, uint64_t *end_io)
{
	if (region->file >= 0)
		return false;
	*begin_out = wire_align(*end_io);
	*end_io = *begin_out + region->bytes;
	return true;
}

bool
msg_outgoing_fits(const struct msg_outgoing *outgoing)
{
	uint64_t room = WIRE_PACKET_MAX - sizeof(struct wire_msg_request);
	uint64_t end = outgoing->size;
	uint32_t count = 0;

	for (uint32_t i = 0; i < outgoing->region_count && end <= room; i++) {
		const struct msg_region *region = &outgoing->regions[i];
		uint64_t begin;

		if (!is_sent(outgoing, region))
			break;
		if (add_inline(region, &begin, &end))
			count++;
		else
			room -= sizeof(struct wire_placed);
	}
	return end <= room && count <= MSG_REGIONS_FEW;
}

size_t
msg_outgoing_packet(const struct msg_outgoing *outgoing, struct iovec head,
    struct iovec parts[MSG_PARTS_MAX])
{
	static const char gap[8];
	uint64_t end = outgoing->size;
	size_t count = 2;

	parts[0] = head;
	parts[1] = packet_part(outgoing->message, outgoing->size);
	for (uint32_t i = 0; i < outgoing->region_count; i++) {
		const struct msg_region *region = &outgoing->regions[i];
		uint64_t message_end = end;
		uint64_t begin;

		if (!is_sent(outgoing, region))
			break;
		if (!add_inline(region, &begin, &end))
			continue;
		if (begin > message_end)
			parts[count++] = packet_part(gap, begin - message_end);
		parts[count++] = packet_part(region->address, region->bytes);
	}
	return count;
}

/* Write the regions, as far as they can be read, and find where they end. */
static mach_msg_return_t
write_regions(struct msg_outgoing *outgoing, int file, uint64_t *end)
{
	for (uint32_t i = 0; i < outgoing->region_count; i++) {
		const struct msg_region *region = &outgoing->regions[i];
		uint64_t begin = round_page(*end);
		int r;

		if (!is_sent(outgoing, region))
			break;
		if (region->file >= 0)
			continue;
		r = ool_file_write(file, region->address, region->bytes, begin);
		if (r == -EFAULT) {
			outgoing->unreadable = region->index;
			return MACH_MSG_SUCCESS;
		}
		if (r < 0)
			return MACH_SEND_NO_BUFFER;
		*end = begin + region->bytes;
	}
	return MACH_MSG_SUCCESS;
}

static mach_msg_return_t
fill_file(struct msg_outgoing *outgoing, int file)
{
	uint64_t end = outgoing->size;
	mach_msg_return_t mr;
	int r;

	r = ool_file_write(file, outgoing->message, outgoing->size, 0);
	if (r < 0)
		return r == -EFAULT ? MACH_SEND_INVALID_DATA
		                    : MACH_SEND_NO_BUFFER;
	mr = write_regions(outgoing, file, &end);
	if (mr != MACH_MSG_SUCCESS)
		return mr;
	/* Cuts off what was written of a region that then could not be read. */
	return ool_file_seal(file, end) == 0 ? MACH_MSG_SUCCESS
	                                     : MACH_SEND_NO_BUFFER;
}

mach_msg_return_t
msg_outgoing_file(struct msg_outgoing *outgoing, int *file_out)
{
	int file = ool_file_new();
	mach_msg_return_t mr = MACH_SEND_NO_BUFFER;

	*file_out = -1;
	if (file >= 0)
		mr = fill_file(outgoing, file);
	if (mr == MACH_MSG_SUCCESS)
		*file_out = file;
	else if (file >= 0)
		(void)syscall(SYS_close, file);
	return mr;
}

void
msg_outgoing_deallocate(const struct msg_outgoing *outgoing, uint32_t taken)
{
	for (uint32_t i = 0; i < outgoing->region_count; i++) {
		const struct msg_region *region = &outgoing->regions[i];

		if (region->index >= taken)
			break;
		if (region->deallocate)
			(void)extent_deallocate(
			    (uintptr_t)region->address, region->bytes);
	}
}
