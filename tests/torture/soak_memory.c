/*
 * The soak of memory: regions of many sizes go from one task to another, in all the
 * ways that there are: moved or copied, from memory of vm_allocate() or any other, one
 * or two in a message, freed whole or in parts, sent back as they came, or dropped
 * with a port. Each arrives as it was sent. When all have gone, both tasks and the
 * kernel have as many descriptors as before, no more mappings than a few that are kept
 * to be used again, and the kernel as much memory.
 *
 *	soak_memory [TRANSFERS [SEED]]
 *
 * A transfer is a message with memory. What grows only at first, as buffers and caches
 * do, has grown when the counts begin: after WARM_UP transfers that are not counted.
 */
#include <inttypes.h>
#include <mach/mach.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "chance.h"
#include "footprint.h"
#include "harness.h"
#include "mail.h"
#include "progress.h"

#define TRANSFERS_DEFAULT 1000000
#define WARM_UP 2000
/* The last of those that are not counted, and of those that are: many are large, and none
 * is unmapped behind the library's back, so that it sees what was. */
#define TIDY 200
/* Of so many, so many one after the other are mostly large: rings for such come and go. */
#define ROUND 1000
#define BULK 100
#define SETTLED_LOOKS 50 /* without a change: nothing goes on any more */
#define SETTLED_NS ((uint64_t)10 * 1000000000)
#define LIMIT_SECONDS 3600

#define PAGE ((uint32_t)4096)
#define REGIONS 2

#define PLAIN_BYTES ((uint32_t)256 << 10)
#define KEPT_BYTES ((uint32_t)64 << 10)

/* Of the kernel's memory: malloc() does not give back each page at once. That of a message's
 * regions it touches only if nobody takes the message in time, some time or other. */
#define SLACK_BYTES ((uint64_t)1 << 20)

/* A sanitizer keeps what was freed, or has memory of its own for all. */
#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer) ||       \
    defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
#define MEMORY_TELLS 0
#else
#define MEMORY_TELLS 1
#endif

/* What the receiver does with what has come. */
enum { FREE_WHOLE, FREE_IN_PARTS, FREE_BY_MUNMAP, SEND_BACK, DEEDS };

struct parcel {
	mach_msg_header_t header; /* its msgh_id: what to do */
	mach_msg_body_t body;
	mach_msg_ool_descriptor_t regions[REGIONS];
	uint64_t seed; /* of what is in the regions */
};

struct received_parcel {
	struct parcel parcel;
	mach_msg_max_trailer_t trailer;
};

/* In memory that both tasks share, and the test. */
struct shared {
	uint64_t transfers;
	uint64_t seed;
	uint64_t ns;
	uint64_t bytes; /* sent */
	pid_t kernel;
	pid_t sender;
	struct bell warm; /* all that is not counted has come */
	struct bell go;
};

/* --- what is in a region ---------------------------------------------------- */

static unsigned char
tag_of(uint64_t seed, uint64_t offset)
{
	return (
	    unsigned char)(((seed + offset) * UINT64_C(0x9e3779b97f4a7c15)) >>
	    56);
}

/* The first and the last byte of each page, or of what there is of it. */
static void
fill(void *memory, uint64_t bytes, uint64_t seed)
{
	unsigned char *byte = memory;

	for (uint64_t at = 0; at < bytes; at += PAGE) {
		uint64_t last = bytes - at < PAGE ? bytes - 1 : at + PAGE - 1;
		unsigned char tag = tag_of(seed, at);

		byte[last] = (unsigned char)~tag;
		byte[at] = tag;
	}
}

static void
check(const void *memory, uint64_t bytes, uint64_t seed)
{
	const unsigned char *byte = memory;

	for (uint64_t at = 0; at < bytes; at += PAGE) {
		uint64_t last = bytes - at < PAGE ? bytes - 1 : at + PAGE - 1;
		unsigned char tag = tag_of(seed, at);

		CHECK(byte[at] == tag);
		CHECK(last == at || byte[last] == (unsigned char)~tag);
	}
}

static void
check_parcel(const struct parcel *parcel)
{
	CHECK(parcel->header.msgh_size == sizeof(*parcel));
	CHECK(parcel->body.msgh_descriptor_count == REGIONS);
	for (uint32_t i = 0; i < REGIONS; i++)
		check(parcel->regions[i].address, parcel->regions[i].size,
		    parcel->seed + i);
}

/* --- memory ----------------------------------------------------------------- */

static void *
allocate(uint32_t bytes)
{
	vm_address_t address;

	CHECK_RETURN(
	    vm_allocate(mach_task_self(), &address, bytes, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	return (void *)address;
}

static void
deallocate(void *memory, uint64_t bytes)
{
	CHECK_RETURN(
	    vm_deallocate(mach_task_self(), (vm_address_t)memory, bytes),
	    KERN_SUCCESS);
}

/* The second half first, then the rest. */
static void
deallocate_in_parts(char *memory, uint32_t bytes)
{
	uint32_t half = bytes / 2 / PAGE * PAGE;

	deallocate(memory + half, bytes - half);
	deallocate(memory, half);
}

/* What is sent just now. */
enum phase { ORDINARY, MANY_LARGE, TIDYING };

static enum phase
phase_of(uint64_t left)
{
	if (left <= TIDY)
		return TIDYING;
	return left % ROUND < BULK ? MANY_LARGE : ORDINARY;
}

/* Most regions are small or nothing; a few have files of their own. */
static uint32_t
choose_bytes(struct chance *chance, enum phase phase)
{
	if (chance_once_in(chance, phase == TIDYING ? 10 : 3000))
		return chance_below(chance, 6 << 20);
	if (phase == MANY_LARGE)
		return chance_below(chance, 1 << 20);
	if (chance_once_in(chance, 300))
		return chance_below(chance, 1 << 20);
	if (chance_once_in(chance, 10))
		return chance_below(chance, 64 << 10);
	return chance_below(chance, 2 * PAGE);
}

/* --- messages --------------------------------------------------------------- */

/* @reply: MACH_PORT_NULL, or a port of ours on which it is to come back. */
static void
send_parcel(struct parcel *parcel, mach_port_t to, mach_port_t reply)
{
	parcel->header.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	        reply ? MACH_MSG_TYPE_MAKE_SEND_ONCE : 0);
	parcel->header.msgh_remote_port = to;
	parcel->header.msgh_local_port = reply;
	parcel->body.msgh_descriptor_count = REGIONS;
	for (uint32_t i = 0; i < REGIONS; i++) {
		parcel->regions[i].type = MACH_MSG_OOL_DESCRIPTOR;
		parcel->regions[i].copy = MACH_MSG_VIRTUAL_COPY;
	}
	CHECK_RETURN(mach_msg(&parcel->header, MACH_SEND_MSG, sizeof(*parcel),
	                 0, MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

static void
receive_parcel(struct received_parcel *received, mach_port_t port)
{
	CHECK_RETURN(mach_msg(&received->parcel.header, MACH_RCV_MSG, 0,
	                 sizeof(*received), port, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	check_parcel(&received->parcel);
}

/* Move the regions of @parcel back to whoever sent it. */
static void
send_back(struct parcel *parcel)
{
	parcel->header.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	    MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
	parcel->header.msgh_local_port = MACH_PORT_NULL;
	for (uint32_t i = 0; i < REGIONS; i++)
		parcel->regions[i].deallocate = true;
	CHECK_RETURN(mach_msg(&parcel->header, MACH_SEND_MSG, sizeof(*parcel),
	                 0, MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

/* Free what has come, in the way that the sender has chosen. */
static void
free_regions(const struct parcel *parcel)
{
	for (uint32_t i = 0; i < REGIONS; i++) {
		const mach_msg_ool_descriptor_t *region = &parcel->regions[i];

		if (parcel->header.msgh_id == FREE_IN_PARTS)
			deallocate_in_parts(region->address, region->size);
		else if (parcel->header.msgh_id != FREE_BY_MUNMAP)
			deallocate(region->address, region->size);
		else if (region->size > 0)
			CHECK(munmap(region->address, region->size) == 0);
	}
}

/* --- the sender ------------------------------------------------------------- */

struct sender {
	struct chance chance;
	mach_port_t queue;
	mach_port_t reply;
	char *plain; /* PLAIN_BYTES */
	char
	    *kept; /* KEPT_BYTES of vm_allocate(), to be sent again and again */
	uint64_t bytes; /* sent */
	enum phase phase;
};

/* Memory to send. True: the sender still has it then, and is to free it. */
static bool
choose_region(struct sender *sender, mach_msg_ool_descriptor_t *region)
{
	struct chance *chance = &sender->chance;
	uint32_t limit = UINT32_MAX;
	uint32_t way = chance_below(chance, 4);

	region->deallocate = way == 0;
	region->size = choose_bytes(chance, sender->phase);
	switch (way) {
	case 0:
	case 1:
		region->address = allocate(region->size);
		return way == 1;
	case 2:
		region->address = sender->kept;
		limit = KEPT_BYTES;
		break;
	default: /* not aligned */
		region->address =
		    sender->plain + chance_below(chance, PLAIN_BYTES / 2);
		limit = PLAIN_BYTES / 2;
		break;
	}
	if (region->size > limit)
		region->size = limit;
	return false;
}

/* Send to a port that then dies, and the message with it. */
static void
send_into_void(struct parcel *parcel)
{
	mach_port_t port = mail_port();

	send_parcel(parcel, port, MACH_PORT_NULL);
	CHECK_RETURN(mach_port_destroy(mach_task_self(), port), KERN_SUCCESS);
}

static void
send_and_have_back(struct parcel *parcel, mach_port_t queue, mach_port_t reply)
{
	struct received_parcel received;

	send_parcel(parcel, queue, reply);
	receive_parcel(&received, reply);
	for (uint32_t i = 0; i < REGIONS; i++)
		deallocate(received.parcel.regions[i].address,
		    received.parcel.regions[i].size);
}

/* True: the receiver gets it; else nobody does. */
static bool
send_one(struct sender *sender, uint64_t seed)
{
	struct parcel parcel = {.seed = seed};
	struct chance *chance = &sender->chance;
	bool is_mine = choose_region(sender, &parcel.regions[0]);
	mach_msg_ool_descriptor_t first = parcel.regions[0];
	mach_msg_ool_descriptor_t *second = &parcel.regions[1];
	bool arrives = !chance_once_in(chance, 50);

	second->size =
	    chance_once_in(chance, 4) ? choose_bytes(chance, sender->phase) : 0;
	second->address = allocate(second->size);
	second->deallocate = true;
	for (uint32_t i = 0; i < REGIONS; i++) {
		fill(parcel.regions[i].address, parcel.regions[i].size,
		    seed + i);
		sender->bytes += parcel.regions[i].size;
	}
	parcel.header.msgh_id = (mach_msg_id_t)chance_below(chance, DEEDS);
	if (sender->phase == TIDYING && parcel.header.msgh_id == FREE_BY_MUNMAP)
		parcel.header.msgh_id = FREE_WHOLE;
	if (!arrives)
		send_into_void(&parcel);
	else if (parcel.header.msgh_id == SEND_BACK)
		send_and_have_back(&parcel, sender->queue, sender->reply);
	else
		send_parcel(&parcel, sender->queue, MACH_PORT_NULL);
	if (is_mine)
		deallocate(first.address, first.size);
	return arrives;
}

static void
send_count(struct sender *sender, uint64_t count)
{
	while (count > 0) {
		sender->phase = phase_of(count);
		count -= send_one(sender, count);
	}
}

static void
send_all(void *argument)
{
	static char plain[PLAIN_BYTES];
	struct shared *shared = argument;
	struct sender sender = {
	    .queue = mail_inherited(),
	    .reply = mail_port(),
	    .plain = plain,
	    .kept = allocate(KEPT_BYTES),
	};

	chance_init(&sender.chance, shared->seed, 0);
	send_count(&sender, WARM_UP);
	bell_ring(&shared->warm);
	bell_wait(&shared->go, 1);
	sender.bytes = 0;
	send_count(&sender, shared->transfers);
	shared->bytes = sender.bytes;
	bell_ring(&shared->warm);
	bell_wait(&shared->go, 1);
}

/* --- the receiver ----------------------------------------------------------- */

static void
receive_count(mach_port_t queue, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		struct received_parcel received;

		receive_parcel(&received, queue);
		if (received.parcel.header.msgh_id == SEND_BACK)
			send_back(&received.parcel);
		else
			free_regions(&received.parcel);
		if (i % 100 == 0)
			progress_show("soak: %" PRIu64 " of %" PRIu64
			              " transfers",
			    i, count);
	}
	progress_clear();
}

enum { RECEIVER, SENDER, KERNEL, PROCESSES };

static const char *const names[PROCESSES] = {"receiver", "sender", "kernel"};

static void
look(const struct shared *shared, struct footprint footprints[PROCESSES])
{
	footprints[RECEIVER] = footprint_of(getpid());
	footprints[SENDER] = footprint_of(shared->sender);
	footprints[KERNEL] = footprint_of(shared->kernel);
}

/* So many threads that close files may have been at work at once, whose stacks the
 * C library keeps: two mappings each. */
#define STACK_MAPPINGS (2 * 8)
/* So many regions does the library keep to use them again. */
#define POOL_MAPPINGS 64

/* Only the kernel's memory is compared: a task's is also what its program does. There were more
 * descriptors before if a lane was just opening, whose memory is handed over. */
static bool
is_as_before(const struct footprint *before, const struct footprint *now)
{
	for (unsigned i = 0; i < PROCESSES; i++) {
		uint64_t slack = i == KERNEL ? STACK_MAPPINGS : POOL_MAPPINGS;

		if (now[i].files > before[i].files ||
		    (MEMORY_TELLS &&
		        now[i].mappings > before[i].mappings + slack))
			return false;
	}
	return !MEMORY_TELLS ||
	    now[KERNEL].private_bytes <=
	    before[KERNEL].private_bytes + SLACK_BYTES;
}

static void
show(const struct footprint *before, const struct footprint *now)
{
	for (unsigned i = 0; i < PROCESSES; i++)
		printf("soak: %-8s  %" PRIu64 " descriptors, were %" PRIu64
		       "; %" PRIu64 " mappings, were %" PRIu64 "; %" PRIu64
		       " KiB, were %" PRIu64 "\n",
		    names[i], now[i].files, before[i].files, now[i].mappings,
		    before[i].mappings, now[i].private_bytes >> 10,
		    before[i].private_bytes >> 10);
	fflush(stdout);
}

/* All that was sent has come, but the kernel may still close files. */
static void
look_when_settled(const struct shared *shared, struct footprint *footprints)
{
	struct footprint last[PROCESSES];
	unsigned same = 0;

	look(shared, footprints);
	while (same < SETTLED_LOOKS) {
		memcpy(last, footprints, sizeof(last));
		look(shared, footprints);
		same =
		    memcmp(last, footprints, sizeof(last)) == 0 ? same + 1 : 0;
	}
}

/* The same at the end: a busy machine takes its time to close what is large. */
static void
look_when_as_before(const struct shared *shared, const struct footprint *before,
    struct footprint *now)
{
	const uint64_t until = now_ns() + SETTLED_NS;

	do
		look_when_settled(shared, now);
	while (!is_as_before(before, now) && now_ns() < until);
}

static void
soak(void *argument)
{
	struct shared *shared = argument;
	struct footprint before[PROCESSES];
	struct footprint now[PROCESSES];
	mach_port_t queue = mail_port();
	uint64_t began;

	mail_bequeath(queue);
	shared->sender = task_start(send_all, shared);
	receive_count(queue, WARM_UP);
	bell_wait(&shared->warm, 1);
	look_when_settled(shared, before);
	bell_ring(&shared->go);
	began = now_ns();
	receive_count(queue, shared->transfers);
	shared->ns = now_ns() - began;
	bell_wait(&shared->warm, 1);
	look_when_as_before(shared, before, now);
	show(before, now);
	CHECK(is_as_before(before, now));
	bell_ring(&shared->go);
	task_expect_success(shared->sender);
}

/* --- the test --------------------------------------------------------------- */

static uint64_t
parse(const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 10);

	if (end == text || *end != '\0' || value == 0) {
		fprintf(stderr, "usage: soak_memory [TRANSFERS [SEED]]\n");
		exit(EXIT_FAILURE);
	}
	return value;
}

static void
summarize(const struct shared *shared)
{
	double seconds = (double)shared->ns / 1e9;

	printf("soak: %" PRIu64 " transfers of %.1f GB in %.1f s, %.0f a "
	       "second%s\n",
	    shared->transfers, (double)shared->bytes / 1e9, seconds,
	    (double)shared->transfers / seconds,
	    MEMORY_TELLS
	        ? ""
	        : "; a sanitizer's memory and mappings are not compared");
}

int
main(int argc, char **argv)
{
	/* Without the sandbox, /proc tells of the kernel. */
	static const char *const options[] = {"--no-sandbox", NULL};
	struct kernel kernel;
	struct shared *shared = mmap(NULL, sizeof(*shared),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	CHECK(shared != MAP_FAILED);
	shared->transfers = argc > 1 ? parse(argv[1]) : TRANSFERS_DEFAULT;
	shared->seed = argc > 2 ? parse(argv[2]) : chance_new_seed();
	printf("soak: seed %" PRIu64 "\n", shared->seed);
	fflush(stdout);
	process_limit(LIMIT_SECONDS);
	kernel_start(&kernel, options);
	shared->kernel = kernel.pid;
	bell_make(&shared->warm);
	bell_make(&shared->go);
	task_run(soak, shared);
	kernel_expect_end(&kernel);
	summarize(shared);
	return EXIT_SUCCESS;
}
