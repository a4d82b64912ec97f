/*
 * Requests to kernel ports (kern_mig.h): two tasks send each other's ports, and
 * their own, requests of every routine, whole or spoilt, and at times without
 * memory for all of it. Each reply of subsystem mach_port has to be one that the
 * library takes; the world is recounted after each.
 *
 * An input is a series of steps: which routine, and which allocation fails; flags;
 * what the words of the request are made of; and for SPOILT what of it is how. The
 * last of the routines stands for those of other subsystems: the next bytes say
 * which, and to whom it goes.
 */
#include <mach/mig_errors.h>
#include <mach/notify.h>
#include <mach/task_special_ports.h>
#include <string.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_descriptor.h"
#include "ipc_mach_msg.h"
#include "ipc_mach_port.h"
#include "ipc_region.h"
#include "ipc_right.h"
#include "ipc_space.h"
#include "ipc_waiter.h"
#include "kern/call_message.h"
#include "kern_host.h"
#include "kern_platform.h"
#include "kern_task.h"
#include "kern_thread.h"
#include "kern_timer.h"
#include "kern_trace.h"

/* More steps than this find nothing that fewer do not, but slowly. */
#define STEPS_MAX 200

/* A step's second byte. */
#define BY_BOB 1u
#define TO_OTHER 2u
#define TO_HOST 4u
#define NO_REPLY 8u
#define SPOILT 16u
#define IN_A_FILE 32u
#define TO_NAME_PORT 64u
#define REPLY_BY_SEND 128u
#define TO_THREAD (TO_HOST | TO_NAME_PORT)
#define REPLY_TO_DEAD (NO_REPLY | REPLY_BY_SEND)

/* The routines of mach_port, an id that none has, and the others. */
#define IDS (CALL_MESSAGE_END - CALL_MESSAGE_FIRST + 2)
#define OTHERS (IDS - 1)

/*
 * Those: what they bring, one letter for each descriptor, and how many words. A right
 * that is copied (c), made a send (m) or send-once right (o), or moved (v); an array of
 * rights (a); a region (r).
 */
static const struct routine {
	mach_msg_id_t id;
	const char *descriptors;
	uint32_t words;
} others[] = {
    {200, "", 2}, /* mach_host */
    {201, "", 0},
    {202, "", 0},
    {206, "", 1},
    {216, "", 2},
    {219, "", 2},
    {412, "", 2}, /* host_priv */
    {413, "c", 1},
    {414, "c", 3},
    {415, "", 1},
    {416, "c", 3},
    {1000, "", 0}, /* clock */
    {1001, "", 2},
    {1002, "o", 3},
    {3403, "a", 1}, /* task */
    {3404, "", 0},
    {3409, "", 1},
    {3410, "c", 1},
    {3413, "c", 3},
    {3414, "", 1},
    {3415, "c", 3},
    {3418, "", 2},
    {3419, "v", 0},
    {3610, "", 1}, /* thread_act */
    {3611, "c", 1},
    {3613, "c", 3},
    {3614, "", 1},
    {3615, "c", 3},
    {3800, "", 4}, /* vm_map */
    {3801, "", 5},
    {3802, "", 4},
    {3803, "", 6},
    {3804, "", 5},
    {3805, "", 4},
    {3807, "r", 3},
    {3808, "", 6},
    {3809, "", 6},
    {3810, "", 5},
    {3812, "c", 13},
    {3814, "c", 11},
    {3824, "", 4},
    {4800, "", 5}, /* mach_vm */
    {4801, "", 4},
    {4802, "", 6},
    {4803, "", 5},
    {4804, "", 4},
    {4806, "r", 3},
    {4807, "", 6},
    {4808, "", 6},
    {4809, "", 5},
    {4811, "c", 13},
    {4813, "c", 11},
    {4816, "", 4},
    {9100, "", 2}, /* machport_inspect */
    {9101, "", 3},
    {9102, "", 3},
    {9103, "", 1},
    {9104, "m", 4},
    {617200, "", 0}, /* semaphore */
    {617201, "", 0},
    {617202, "", 0},
    {617203, "c", 0},
    {617204, "", 2},
    {617205, "c", 2},
    {617206, "c", 0},
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

/* Time goes on by as much as a step says. */
static uint64_t now_ns;

static struct {
	const uint8_t *bytes;
	size_t count;
} input;

/* alice and bob: the task, and what it calls the other's ports, the host's and the
 * port for replies; and a thread of the task, with its port. */
static struct side {
	struct kern_task *task;
	mach_port_name_t other;
	mach_port_name_t host;
	mach_port_name_t name_port; /* the other's */
	struct kern_thread *thread;
	mach_port_name_t thread_port;
	mach_port_name_t reply;
} sides[2];

/* Of both: nobody knows anything of it, or does anything to it. */
static const struct kern_process process;

static uint8_t
take_byte(void)
{
	if (input.count == 0)
		return 0;
	input.count--;
	return *input.bytes++;
}

static uint32_t
take_number(void)
{
	uint32_t number = 0;

	for (unsigned i = 0; i < 4; i++)
		number = number << 8 | take_byte();
	return number;
}

/* The nth name in use of @space. */
static mach_port_name_t
nth_name(struct ipc_space *space, unsigned nth)
{
	mach_port_name_t from = 0;
	mach_port_name_t name = MACH_PORT_NULL;

	nth %= space->used + 1;
	while (nth-- > 0 && ipc_space_next(space, &from, &name))
		;
	return name;
}

/* A name of either task, a small number such as a disposition, or anything. */
static uint32_t
take_word(void)
{
	uint8_t kind = take_byte();

	switch (kind >> 6) {
	case 0:
		return nth_name(sides[0].task->space, kind & 63);
	case 1:
		return nth_name(sides[1].task->space, kind & 63);
	case 2:
		return kind & 63;
	default:
		return (kind & 1) ? take_number() : 64u + (kind & 63);
	}
}

/* The words of a request, as many as its call has. */
static uint32_t
take_words(enum wire_call call, uint32_t *words)
{
	const struct wire_call_shape *shape = wire_call_shape((uint16_t)call);
	const uint32_t count = shape->in - 1u;
	uint32_t more = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (shape->in_more && i == count - 1)
			words[i] = more =
			    take_byte() % (MACH_PORT_INFO_EXT_COUNT + 1u);
		else
			words[i] = take_word();
	}
	for (uint32_t i = 0; i < more; i++)
		words[count + i] = take_word();
	return count + more;
}

/* A request, with its region behind it. */
struct request {
	uint32_t size;
	uint32_t bytes;
	uint8_t message[sizeof(((struct mig_request *)NULL)->message)];
};

/* Change a byte, the size, or how much comes behind the message. */
static void
spoil_once(struct request *request)
{
	unsigned at = take_byte();

	at |= (unsigned)(take_byte() & 1) << 8;
	if (at < request->size) {
		request->message[at] = take_byte();
	} else if (at % 2 == 0) {
		request->size = take_byte() & ~3u;
		if (request->size < sizeof(mach_msg_header_t))
			request->size = sizeof(mach_msg_header_t);
		if (request->bytes < request->size)
			request->bytes = request->size;
	} else {
		request->bytes = ((request->size + 7) & ~7u) + take_byte();
	}
}

static void
spoil(struct request *request)
{
	do
		spoil_once(request);
	while (take_byte() & 1);
}

/* Where the reply goes, and by which right. */
static void
address_reply(mach_msg_header_t *header, const struct side *side, uint8_t flags)
{
	mach_msg_type_name_t disposition = MACH_MSG_TYPE_MAKE_SEND_ONCE;

	header->msgh_local_port = side->reply;
	if ((flags & REPLY_TO_DEAD) == REPLY_TO_DEAD) {
		header->msgh_local_port = MACH_PORT_DEAD;
	} else if (flags & NO_REPLY) {
		header->msgh_local_port = MACH_PORT_NULL;
		disposition = 0;
	} else if (flags & REPLY_BY_SEND) {
		disposition = MACH_MSG_TYPE_MAKE_SEND;
	}
	header->msgh_bits |=
	    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, disposition);
}

/* The descriptor that @letter stands for. Returns its size; what it has out of line is
 * of *@count words. */
static uint32_t
make_descriptor(char letter, uint8_t *at, uint32_t *count)
{
	union ipc_descriptor d = {.port.type = MACH_MSG_PORT_DESCRIPTOR};

	switch (letter) {
	case 'a':
		*count = take_byte() % 5;
		d.ool_ports = (mach_msg_ool_ports_descriptor_t){
		    .type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
		    .disposition = MACH_MSG_TYPE_COPY_SEND,
		    .count = *count,
		};
		break;
	case 'r':
		*count = take_byte() % 8;
		d.ool = (mach_msg_ool_descriptor_t){
		    .type = MACH_MSG_OOL_DESCRIPTOR,
		    .copy = MACH_MSG_VIRTUAL_COPY,
		    .size = *count * (uint32_t)sizeof(*count),
		};
		break;
	default:
		d.port.name = take_word();
		d.port.disposition = letter == 'c' ? MACH_MSG_TYPE_COPY_SEND
		    : letter == 'm'                ? MACH_MSG_TYPE_MAKE_SEND
		    : letter == 'o' ? MACH_MSG_TYPE_MAKE_SEND_ONCE
		                    : MACH_MSG_TYPE_MOVE_SEND;
		break;
	}
	memcpy(at, &d, ipc_descriptor_size(&d));
	return ipc_descriptor_size(&d);
}

static void
put_words(struct request *request, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const uint32_t word = take_word();

		memcpy(request->message + request->bytes, &word, sizeof(word));
		request->bytes += (uint32_t)sizeof(word);
	}
}

/* A request of another subsystem; the last word may be the count of what is out of
 * line. */
static void
make_other(struct request *request, uint8_t flags)
{
	const struct routine *routine =
	    &others[take_byte() % (sizeof(others) / sizeof(others[0]))];
	const struct side *side = &sides[(flags & BY_BOB) != 0];
	mach_msg_base_t base = {.header.msgh_id = routine->id};
	uint32_t count = 0;
	const uint32_t to = take_word();

	address_reply(&base.header, side, flags);
	base.header.msgh_remote_port = (flags & TO_OTHER) ? side->other : to;
	request->bytes = sizeof(base.header);
	if (routine->descriptors[0]) {
		base.header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
		base.body.msgh_descriptor_count =
		    (uint32_t)strlen(routine->descriptors);
		request->bytes = sizeof(base);
	}
	memcpy(request->message, &base, request->bytes);
	for (const char *letter = routine->descriptors; *letter; letter++)
		request->bytes += make_descriptor(
		    *letter, request->message + request->bytes, &count);
	if (routine->words > 0)
		request->bytes += (uint32_t)sizeof(NDR_record_t);
	put_words(request, routine->words);
	if (count > 0 && (take_byte() & 1) == 0)
		memcpy(request->message + request->bytes - sizeof(count),
		    &count, sizeof(count));
	request->size = request->bytes;
	if (count > 0)
		request->bytes = (request->bytes + 7) & ~7u;
	put_words(request, count);
	if (flags & SPOILT)
		spoil(request);
}

static void
make_request(struct request *request, mach_msg_id_t id, uint8_t flags)
{
	const enum wire_call call =
	    call_message_call(id < CALL_MESSAGE_END ? id : CALL_MESSAGE_FIRST);
	const struct side *side = &sides[(flags & BY_BOB) != 0];
	struct mig_request sound;
	uint32_t words[CALL_MESSAGE_WORDS];
	mach_msg_header_t header;

	sound = mig_request(call, words, take_words(call, words));
	header = sound.message.header;
	address_reply(&header, side, flags);
	header.msgh_remote_port = KERN_TASK_SELF_NAME;
	if (flags & TO_OTHER)
		header.msgh_remote_port = side->other;
	if (flags & TO_HOST)
		header.msgh_remote_port = side->host;
	if (flags & TO_NAME_PORT)
		header.msgh_remote_port = side->name_port;
	if ((flags & TO_THREAD) == TO_THREAD)
		header.msgh_remote_port = side->thread_port;
	header.msgh_id = id;
	request->size = header.msgh_size;
	request->bytes = sound.bytes;
	memcpy(request->message, &sound.message, sizeof(request->message));
	memcpy(request->message, &header, sizeof(header));
	if (flags & SPOILT)
		spoil(request);
}

/* The request as a file. */
struct file {
	struct ipc_memory memory;
	uint8_t bytes[8192];
};

static bool
file_read(
    const struct ipc_memory *memory, uint64_t offset, void *to, size_t count)
{
	const struct file *file = (const struct file *)(const void *)memory;

	memcpy(to, file->bytes + offset, count);
	return true;
}

static void
file_free(struct ipc_memory *memory)
{
	base_free(CONTAINER_OF(memory, struct file, memory));
}

static struct ipc_memory *
new_file(const struct request *request)
{
	struct file *file = base_zalloc(1, sizeof(*file));
	uint32_t behind = (request->size + 7) & ~7u;

	mp_assert(file);
	file->memory.read = file_read;
	file->memory.free = file_free;
	file->memory.bytes = sizeof(file->bytes);
	memcpy(file->bytes, request->message, request->size);
	if (request->bytes > behind)
		memcpy(file->bytes + ipc_world.page, request->message + behind,
		    request->bytes - behind);
	return &file->memory;
}

static void
send(const struct side *side, const struct request *request, uint8_t flags,
    unsigned fail_at)
{
	const struct ipc_msg_args args = {
	    .option = MACH_SEND_MSG | MACH_SEND_TIMEOUT};
	struct ipc_kmsg_source source = {
	    .bytes = request->message,
	    .byte_count = request->bytes,
	    .size = request->size,
	    .unreadable = UINT32_MAX,
	};
	struct ipc_waiter waiter;
	uint32_t taken;

	if (flags & IN_A_FILE)
		source.memory = new_file(request);
	ipc_waiter_init(&waiter, NULL);
	base_alloc_fail_at(fail_at);
	(void)ipc_mach_msg_send(
	    side->task->space, &args, &source, &waiter, &taken);
	base_alloc_fail_at(0);
	ipc_waiter_reset(&waiter);
}

/* What the kernel says must be a reply; a task may say anything. */
static void
check_reply(const struct ipc_kmsg *kmsg)
{
	static uint32_t words[1 << 16];
	uint8_t bytes[CALL_MESSAGE_BYTES];
	struct ipc_descriptors walk;
	union ipc_descriptor d;
	mig_reply_error_t error;
	struct ipc_regions regions = ipc_regions_of(kmsg);
	mach_msg_id_t id;
	uint32_t count;
	bool good;

	if (kmsg->sender != 0 || kmsg->size < sizeof(error) ||
	    kmsg->size > sizeof(bytes))
		return; /* what a task sent; a notification */
	memcpy(&error, kmsg->bytes, sizeof(error));
	id = error.Head.msgh_id - CALL_MESSAGE_REPLY;
	if (id < CALL_MESSAGE_FIRST || id >= CALL_MESSAGE_END ||
	    (!(error.Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) &&
	        kmsg->size == sizeof(error) && error.RetCode != 0))
		return;
	memcpy(bytes, kmsg->bytes, kmsg->size);
	walk = ipc_descriptors_of(bytes, kmsg->size);
	while (walk.index < walk.count && ipc_descriptor_peek(&walk, &d)) {
		if (d.type.type == MACH_MSG_OOL_DESCRIPTOR && d.ool.size > 0)
			d.ool.address = kmsg->ool +
			    ipc_regions_next(&regions, walk.index, d.ool.size)
			        .offset;
		ipc_descriptor_put(&walk, bytes, &d);
	}
	good = call_message_reply_words(call_message_call(id), bytes,
	    kmsg->size, words, sizeof(words) / sizeof(words[0]), &count);
	mp_assert(good);
}

/* All that came to @side's port for replies; false: it has none any more. */
static bool
receive_all(struct side *side)
{
	const struct ipc_msg_args args = {
	    .option = MACH_RCV_MSG | MACH_RCV_TIMEOUT,
	    .rcv_size = 1 << 20,
	    .rcv_name = side->reply,
	};
	struct ipc_waiter waiter;
	mach_msg_return_t mr;

	do {
		ipc_waiter_init(&waiter, NULL);
		mr = ipc_mach_msg_receive(side->task->space, &args, &waiter);
		if (mr == MACH_MSG_SUCCESS)
			check_reply(waiter.kmsg);
		ipc_waiter_reset(&waiter);
	} while (mr == MACH_MSG_SUCCESS || mr == MACH_RCV_BODY_ERROR);
	return mr == MACH_RCV_TIMED_OUT;
}

/* The names that a side needs are made again where they have gone. */
static void
restore(struct side *side, struct kern_task *other)
{
	struct ipc_space *space = side->task->space;

	if (!receive_all(side))
		(void)ipc_mach_port_allocate(
		    space, MACH_PORT_RIGHT_RECEIVE, &side->reply);
	if (!ipc_space_find(space, side->other)) {
		struct ipc_port *right = ipc_kobject_make_send(&other->self);

		if (ipc_right_copyout(space, right, MACH_MSG_TYPE_PORT_SEND,
		        &side->other) != KERN_SUCCESS)
			ipc_right_destroy_naked(right, MACH_MSG_TYPE_PORT_SEND);
	}
	if (!ipc_space_find(space, side->host))
		(void)kern_task_host_self(side->task, &side->host);
	if (!ipc_space_find(space, side->name_port))
		(void)kern_task_get_special_port(
		    other, TASK_NAME_PORT, space, &side->name_port);
	if (!ipc_space_find(space, side->thread_port))
		(void)kern_thread_self(
		    side->thread, side->task, &side->thread_port);
}

static void
step(void)
{
	const unsigned which = take_byte();
	const mach_msg_id_t id = CALL_MESSAGE_FIRST + (int)(which % IDS);
	const uint8_t flags = take_byte();
	struct request request = {0};

	if (which % IDS == OTHERS)
		make_other(&request, flags);
	else
		make_request(&request, id, flags);
	/* 0: none fails. */
	send(&sides[(flags & BY_BOB) != 0], &request, flags, which / IDS);
	ipc_check();
	now_ns += (uint64_t)flags << 12; /* up to a millisecond */
	ipc_world.now_ns = now_ns;
	kern_timer_expire(now_ns, 8);
	kern_trace_flush();
	ipc_check();
	for (unsigned i = 0; i < 2; i++)
		restore(&sides[i], sides[1 - i].task);
}

static uint64_t
what_time_it_is(void)
{
	return now_ns;
}

/* Time is all there is on this machine. */
static void
begin_machine(void)
{
	static const struct kern_platform *nothing;
	static struct kern_platform machine;

	if (!nothing)
		nothing = kern_platform;
	machine = *nothing;
	machine.now_ns = what_time_it_is;
	kern_platform = &machine;
	now_ns = 1000;
}

static void
begin(void)
{
	static const struct ipc_charge limits = {300, 300, 1 << 18, 1 << 18};
	struct ipc_account *account;
	bool made;

	begin_machine();
	ipc_init(4096);
	made = kern_host_init();
	mp_assert(made);
	for (unsigned i = 0; i < 2; i++) {
		account = ipc_account_new(NULL, &limits);
		sides[i] =
		    (struct side){.task = kern_task_new(account, NULL, NULL)};
		mp_assert(sides[i].task);
		sides[i].task->process = &process;
		sides[i].thread = kern_thread_get(sides[i].task, 1);
		mp_assert(sides[i].thread);
		(void)ipc_account_unref(account);
	}
	for (unsigned i = 0; i < 2; i++)
		restore(&sides[i], sides[1 - i].task);
}

static void
end(void)
{
	for (unsigned i = 0; i < 2; i++) {
		(void)kern_thread_unref(sides[i].thread);
		kern_task_destroy(sides[i].task);
	}
	kern_host_deinit();
	ipc_check();
	ipc_deinit();
	mp_assert(base_alloc_live() == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	input.bytes = bytes;
	input.count = count;
	begin();
	for (unsigned i = 0; i < STEPS_MAX && input.count > 0; i++)
		step();
	end();
	return 0;
}
