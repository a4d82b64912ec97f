#include "stub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stub_types.h"

/* What is sent at most by one side in one call. */
#define KEPT_MAX 512

struct kept_right {
	mach_port_t name; /* sent */
	mach_port_t port; /* its receive right; the same but for a send-once
			     right and a receive right that is sent */
	mach_msg_type_name_t disposition;
};

struct kept_memory {
	vm_address_t address;
	vm_size_t bytes;
	enum stub_memory how;
};

struct kept {
	struct kept_right rights[KEPT_MAX];
	unsigned right_count;
	struct kept_memory memory[KEPT_MAX];
	unsigned memory_count;
};

struct stub *stub;

static struct kept sides[2];
static struct kept *kept = &sides[STUB_CALLER];
static const struct kept *distrusted; /* NULL: none */

void
stub_fault(const char *file, int line, const char *fact)
{
	if (kept == distrusted)
		return;
	if (stub->faults++ < 20)
		fprintf(stderr, "%s:%d: %s side: %s\n", file, line,
		    kept == &sides[STUB_CALLER] ? "caller's" : "server's",
		    fact);
}

/* --- data ------------------------------------------------------------------ */

static unsigned char
byte_of(unsigned seed, size_t index)
{
	return (unsigned char)((size_t)seed * 37 + index * 11 + 1);
}

mach_msg_type_number_t
stub_count(mach_msg_type_number_t max)
{
	return stub->length < max ? stub->length : max;
}

void
stub_fill(void *data, size_t bytes, unsigned seed)
{
	unsigned char *to = data;

	for (size_t i = 0; i < bytes; i++)
		to[i] = byte_of(seed, i);
}

void
stub_look(const void *data, size_t bytes, unsigned seed)
{
	const unsigned char *from = data;
	size_t wrong = 0;

	for (size_t i = 0; i < bytes; i++)
		wrong += from[i] != byte_of(seed, i);
	STUB_EXPECT(wrong == 0);
}

/* Of printable characters. */
static char
character_of(unsigned seed, size_t index)
{
	return (char)('a' + (seed + index) % 26);
}

void
stub_string_fill(char *text, unsigned max, unsigned seed)
{
	unsigned length = stub_count(max - 1);

	for (unsigned i = 0; i < length; i++)
		text[i] = character_of(seed, i);
	text[length] = '\0';
}

void
stub_string_look(const char *text, unsigned max, unsigned seed)
{
	size_t length = strlen(text);
	size_t wrong = 0;

	STUB_CHECK(length < max);
	STUB_EXPECT(length == stub_count(max - 1));
	for (size_t i = 0; i < length; i++)
		wrong += text[i] != character_of(seed, i);
	STUB_EXPECT(wrong == 0);
}

void
stub_array_look(const void *array, mach_msg_type_number_t count,
    size_t element_bytes, mach_msg_type_number_t max, unsigned seed)
{
	STUB_CHECK(count <= max || max == STUB_MANY);
	STUB_EXPECT(count == stub_count(max));
	stub_look(array, count * element_bytes, seed);
}

void
stub_array_fill(void *array, mach_msg_type_number_t *count,
    size_t element_bytes, mach_msg_type_number_t max, unsigned seed)
{
	mach_msg_type_number_t offered = *count;

	STUB_CHECK(offered <= max);
	STUB_EXPECT(offered == max);
	*count = stub_count(offered);
	stub_fill(array, *count * element_bytes, seed);
	if (stub->exceeds)
		*count = offered + 1;
}

/* --- rights ---------------------------------------------------------------- */

static mach_port_t
port_make(void)
{
	mach_port_t name = MACH_PORT_NULL;

	STUB_CHECK(mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE,
	               &name) == KERN_SUCCESS);
	return name;
}

static void
port_add_send(mach_port_t port)
{
	STUB_CHECK(mach_port_insert_right(mach_task_self(), port, port,
	               MACH_MSG_TYPE_MAKE_SEND) == KERN_SUCCESS);
}

static void
right_keep(mach_port_t name, mach_port_t port, mach_msg_type_name_t disposition)
{
	if (kept->right_count == KEPT_MAX)
		abort();
	kept->rights[kept->right_count++] =
	    (struct kept_right){name, port, disposition};
}

mach_port_t
stub_right(mach_msg_type_name_t disposition)
{
	mach_port_t port = port_make();
	mach_port_t name = port;
	mach_msg_type_name_t type;

	if (disposition == MACH_MSG_TYPE_COPY_SEND ||
	    disposition == MACH_MSG_TYPE_MOVE_SEND)
		port_add_send(port);
	if (disposition == MACH_MSG_TYPE_MOVE_SEND_ONCE)
		STUB_CHECK(mach_port_extract_right(mach_task_self(), port,
		               MACH_MSG_TYPE_MAKE_SEND_ONCE, &name,
		               &type) == KERN_SUCCESS);
	right_keep(name, port, disposition);
	return name;
}

static mach_port_type_t
right_type(mach_port_t name)
{
	mach_port_type_t type = MACH_PORT_TYPE_NONE;

	if (mach_port_type(mach_task_self(), name, &type) != KERN_SUCCESS)
		return MACH_PORT_TYPE_NONE;
	return type & MACH_PORT_TYPE_ALL_RIGHTS;
}

/* MACH_MSG_TYPE_PORT_* and MACH_PORT_TYPE_* come in different orders. */
static mach_port_type_t
type_of(mach_msg_type_name_t received)
{
	switch (received) {
	case MACH_MSG_TYPE_PORT_RECEIVE:
		return MACH_PORT_TYPE_RECEIVE;
	case MACH_MSG_TYPE_PORT_SEND_ONCE:
		return MACH_PORT_TYPE_SEND_ONCE;
	default:
		return MACH_PORT_TYPE_SEND;
	}
}

void
stub_right_look(mach_port_t name, mach_msg_type_name_t received)
{
	STUB_EXPECT(MACH_PORT_VALID(name));
	STUB_CHECK(!MACH_PORT_VALID(name) ||
	    (right_type(name) & type_of(received)) != 0);
}

void
stub_reply_look(mach_port_t name, mach_msg_type_name_t received)
{
	STUB_EXPECT((right_type(name) & type_of(received)) != 0);
}

void
stub_right_drop(mach_port_t name, mach_msg_type_name_t received)
{
	mach_port_type_t type;
	kern_return_t kr;

	if (!MACH_PORT_VALID(name))
		return;
	type = right_type(name);
	/* Where the disposition is nobody's business to check, it may be
	 * another right. */
	if (type & type_of(received))
		type = type_of(received);
	if (type & MACH_PORT_TYPE_RECEIVE)
		kr = mach_port_mod_refs(
		    mach_task_self(), name, MACH_PORT_RIGHT_RECEIVE, -1);
	else
		kr = mach_port_deallocate(mach_task_self(), name);
	STUB_CHECK(kr == KERN_SUCCESS);
}

void
stub_right_take(mach_port_t name, mach_msg_type_name_t received)
{
	stub_right_look(name, received);
	stub_right_drop(name, received);
}

void
stub_rights_fixed(mach_port_t *names, mach_msg_type_number_t count,
    mach_msg_type_name_t disposition)
{
	for (mach_msg_type_number_t i = 0; i < count; i++)
		names[i] = stub_right(disposition);
}

void
stub_rights(mach_port_t *names, mach_msg_type_number_t *count,
    mach_msg_type_number_t max, mach_msg_type_name_t disposition)
{
	mach_msg_type_number_t offered = *count;

	STUB_CHECK(offered <= max);
	STUB_EXPECT(offered == max);
	*count = stub_count(offered);
	stub_rights_fixed(names, *count, disposition);
	if (stub->exceeds)
		*count = offered + 1;
}

void
stub_rights_look(const mach_port_t *names, mach_msg_type_number_t count,
    mach_msg_type_number_t max, mach_msg_type_name_t received)
{
	STUB_CHECK(count <= max || max == STUB_MANY_RIGHTS);
	STUB_EXPECT(count == stub_count(max));
	for (mach_msg_type_number_t i = 0; i < count; i++)
		stub_right_look(names[i], received);
}

void
stub_rights_drop(const mach_port_t *names, mach_msg_type_number_t count,
    mach_msg_type_name_t received)
{
	for (mach_msg_type_number_t i = 0; i < count; i++)
		stub_right_drop(names[i], received);
}

void
stub_rights_take(const mach_port_t *names, mach_msg_type_number_t count,
    mach_msg_type_number_t max, mach_msg_type_name_t received)
{
	stub_rights_look(names, count, max, received);
	stub_rights_drop(names, count, received);
}

/* --- memory ---------------------------------------------------------------- */

static void *
memory_make(size_t bytes, enum stub_memory how)
{
	vm_address_t address = 0;

	if (bytes == 0)
		return NULL;
	if (vm_allocate(mach_task_self(), &address, bytes, VM_FLAGS_ANYWHERE) !=
	        KERN_SUCCESS ||
	    kept->memory_count == KEPT_MAX)
		abort();
	kept->memory[kept->memory_count++] =
	    (struct kept_memory){address, bytes, how};
	return (void *)address;
}

void *
stub_memory(size_t bytes, unsigned seed, enum stub_memory how)
{
	void *memory = memory_make(bytes, how);

	stub_fill(memory, bytes, seed);
	return memory;
}

mach_port_t *
stub_memory_rights(mach_msg_type_number_t count,
    mach_msg_type_name_t disposition, enum stub_memory how)
{
	mach_port_t *names = memory_make(count * sizeof(*names), how);

	stub_rights_fixed(names, count, disposition);
	return names;
}

void
stub_memory_free(const void *memory, size_t bytes)
{
	STUB_CHECK(vm_deallocate(mach_task_self(), (vm_address_t)memory,
	               bytes) == KERN_SUCCESS);
}

void
stub_memory_take(const void *memory, mach_msg_type_number_t count,
    size_t element_bytes, mach_msg_type_number_t max, unsigned seed)
{
	stub_array_look(memory, count, element_bytes, max, seed);
	stub_memory_free(memory, count * element_bytes);
}

void
stub_memory_rights_take(const mach_port_t *names, mach_msg_type_number_t count,
    mach_msg_type_number_t max, mach_msg_type_name_t received)
{
	stub_rights_look(names, count, max, received);
	stub_rights_drop(names, count, received);
	stub_memory_free(names, count * sizeof(*names));
}

int *
stub_ints(mach_msg_type_number_t *count, mach_msg_type_number_t max,
    unsigned seed, enum stub_memory how)
{
	*count = stub_count(max);
	return stub_memory(*count * sizeof(int), seed, how);
}

mach_port_t *
stub_names(mach_msg_type_number_t *count, mach_msg_type_number_t max,
    mach_msg_type_name_t disposition, enum stub_memory how)
{
	*count = stub_count(max);
	return stub_memory_rights(*count, disposition, how);
}

/* --- sides ----------------------------------------------------------------- */

void
stub_be(enum stub_side side)
{
	kept = &sides[side];
}

void
stub_distrust(enum stub_side side)
{
	distrusted = &sides[side];
}

/* How many send rights does @right leave with its sender? */
static mach_port_urefs_t
right_sends_left(const struct kept_right *right)
{
	return right->disposition == MACH_MSG_TYPE_COPY_SEND ||
	    (right->disposition == MACH_MSG_TYPE_MOVE_SEND && stub->kept);
}

static void
right_end(const struct kept_right *right)
{
	mach_port_urefs_t left = right_sends_left(right);
	mach_port_urefs_t sends = 0;

	if (right->disposition == MACH_MSG_TYPE_MOVE_RECEIVE && !stub->kept)
		return;
	if (right->disposition == MACH_MSG_TYPE_MOVE_SEND_ONCE && stub->kept)
		stub_right_drop(right->name, MACH_MSG_TYPE_PORT_SEND_ONCE);
	(void)mach_port_get_refs(
	    mach_task_self(), right->port, MACH_PORT_RIGHT_SEND, &sends);
	STUB_CHECK(sends == left);
	while (sends-- > 0)
		stub_right_drop(right->port, MACH_MSG_TYPE_PORT_SEND);
	STUB_CHECK(mach_port_mod_refs(mach_task_self(), right->port,
	               MACH_PORT_RIGHT_RECEIVE, -1) == KERN_SUCCESS);
}

void
stub_end(void)
{
	for (unsigned i = 0; i < kept->right_count; i++)
		right_end(&kept->rights[i]);
	for (unsigned i = 0; i < kept->memory_count; i++)
		if (kept->memory[i].how == STUB_MEMORY_KEPT || stub->kept)
			stub_memory_free((void *)kept->memory[i].address,
			    kept->memory[i].bytes);
	stub_forget();
}

void
stub_forget(void)
{
	kept->right_count = 0;
	kept->memory_count = 0;
}

/* --- implementations ------------------------------------------------------- */

void
stub_serve(void)
{
	stub->served++;
	stub->owns_reply = false;
}

bool
stub_refuses(void)
{
	return stub->result != KERN_SUCCESS && stub->result != MIG_NO_REPLY;
}

bool
stub_is_done(void)
{
	return stub->result == MIG_NO_REPLY || stub->forgets;
}

/* --- translations ---------------------------------------------------------- */

#define MARK ((uint64_t)0x0b1ec7 << 32)

static object_t
object_make(unsigned number)
{
	stub->translations++;
	stub->objects++;
	return (object_t){MARK | number};
}

/* What is behind it; 0: an object that nobody made. */
static unsigned
object_number(object_t object)
{
	STUB_CHECK((object.marked & ~(uint64_t)UINT32_MAX) == MARK ||
	    (stub->forgets && object.marked == 0));
	return (unsigned)object.marked;
}

object_t
handle_in(int number)
{
	return object_make((unsigned)number);
}

int
handle_out(object_t object)
{
	stub->translations++;
	return (int)object_number(object);
}

void
handle_drop(object_t object)
{
	(void)object_number(object);
	stub->objects--;
}

object_t
port_in(mach_port_t name)
{
	return object_make(name);
}

mach_port_t
port_out(object_t object)
{
	stub->translations++;
	return object_number(object);
}

void
port_drop(object_t object)
{
	(void)object_number(object);
	stub->objects--;
}

object_t
server_in(mach_port_t name)
{
	return object_make(name);
}

void
server_drop(object_t object)
{
	(void)object_number(object);
	stub->objects--;
}

void
dropped_drop(mach_port_t name)
{
	stub_right_drop(name, MACH_MSG_TYPE_PORT_SEND);
}

void
dropped3_drop(p3_t names)
{
	stub_rights_drop(names, 3, MACH_MSG_TYPE_PORT_SEND);
}

void
memory_drop(memory_t memory)
{
	stub_memory_free(memory, 4 * sizeof(*memory));
}

void
memory2_drop(fregions_t memory)
{
	memory_drop(memory[0]);
	memory_drop(memory[1]);
}

record_object_t
record_in(record_t record)
{
	record_object_t object = {.record = record, .object = object_make(1)};

	memset(object.more, 0x55, sizeof(object.more));
	return object;
}

record_t
record_out(record_object_t object)
{
	stub->translations++;
	(void)object_number(object.object);
	return object.record;
}

void
record_drop(record_object_t object)
{
	(void)object_number(object.object);
	stub->objects--;
}
