/* Memory of tasks by messages to their ports, on a machine on paper: what is asked of it,
 * what is told, and what is refused. */
#include <string.h>

#include "kern_memory.h"
#include "kern_mig_mach_vm.h"
#include "kern_mig_vm_map.h"
#include "machine.h"
#include "routine.h"

static struct machine_process *process;
static struct machine_process *caller;
static mach_port_name_t port;  /* the caller's name for the process's task */
static mach_port_name_t plain; /* of a task that has no process */
static mach_port_name_t name;  /* the host's */

static int
setup(void **state)
{
	machine_setup(state);
	process = machine_process(17, 1000);
	caller = machine_process(18, 1001);
	routine_setup(caller->task);
	port = tasks_give_task(process->task, caller->task);
	plain = tasks_give_task(bob, caller->task);
	EXPECT(kern_task_host_self(caller->task, &name), KERN_SUCCESS);
	return 0;
}

#undef CASE
#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, setup, machine_teardown)

/* --- reading and writing ----------------------------------------------------- */

static kern_return_t
read_memory(mach_port_name_t to, uint64_t address, uint64_t size)
{
	const __Request__mach_vm_read_t request = {
	    .Head.msgh_id = 4804,
	    .NDR = {.int_rep = NDR_INT_LITTLE_ENDIAN},
	    .address = address,
	    .size = size,
	};
	__Reply__mach_vm_read_t reply;

	return ROUTINE(to, &request, &reply);
}

TEST(memory_is_asked_for_by_the_right_words)
{
	EXPECT(read_memory(port, 0x12345, 678), KERN_MEMORY_ERROR);
	assert_int_equal(process->asked.kind, KERN_MEMORY_READ);
	assert_int_equal(process->asked.at.address, 0x12345);
	assert_int_equal(process->asked.bytes, 678);
	assert_int_equal(process->asked.at.owner, 1000);
	assert_int_equal(process->asked.user, 1001);
}

TEST(memory_that_cannot_be_is_not_asked_for)
{
	EXPECT(read_memory(port, UINT64_MAX, 2), KERN_INVALID_ADDRESS);
	EXPECT(read_memory(port, 0, UINT64_C(1) << 32), KERN_INVALID_ARGUMENT);
	EXPECT(read_memory(plain, 0, 1), KERN_INVALID_TASK);
	EXPECT(read_memory(name, 0, 1), KERN_INVALID_ARGUMENT);
	EXPECT(read_memory(port, 0x1000, 0), KERN_SUCCESS);
	assert_int_equal(process->asked.bytes, 0);
}

/* What was asked for is there as long as that takes. */
static uint8_t written[4];

static void
note(const struct kern_memory_request *request, struct kern_reply *reply)
{
	process->asked = *request;
	assert_int_equal(request->bytes, sizeof(written));
	if (request->data)
		memcpy(written, request->data, sizeof(written));
	kern_memory_answer(request, &process->answer, reply);
}

static kern_return_t
write_memory(mach_port_name_t to, mach_msg_id_t id)
{
	const __Request__mach_vm_write_t request = {
	    .Head = {.msgh_id = id, .msgh_bits = MACH_MSGH_BITS_COMPLEX},
	    .msgh_body.msgh_descriptor_count = 1,
	    .data = {.size = 4,
	        .copy = MACH_MSG_VIRTUAL_COPY,
	        .type = MACH_MSG_OOL_DESCRIPTOR},
	    .NDR = {.int_rep = NDR_INT_LITTLE_ENDIAN},
	    .address = 0x5000,
	    .dataCnt = 4,
	};
	mig_reply_error_t reply;

	machine.memory = note;
	return ROUTINE(to, &request, &reply);
}

TEST(what_is_written_comes_with_the_request)
{
	routine_region("text", 4);
	EXPECT(write_memory(port, 4806), KERN_SUCCESS);
	assert_int_equal(process->asked.kind, KERN_MEMORY_WRITE);
	assert_int_equal(process->asked.at.address, 0x5000);
	assert_memory_equal(written, "text", 4);
	assert_null(process->asked.memory);
}

/* A file of two pages; its bytes. */
static uint8_t stored[8192];
static unsigned freed;

static bool
read_stored(
    const struct ipc_memory *memory, uint64_t offset, void *to, size_t count)
{
	if (offset > memory->bytes || count > memory->bytes - offset)
		return false;
	memcpy(to, stored + offset, count);
	return true;
}

static void
free_stored(struct ipc_memory *memory)
{
	(void)memory;
	freed++;
}

static struct ipc_memory
new_file(void)
{
	memset(stored, 0, sizeof(stored));
	freed = 0;
	return (struct ipc_memory){.bytes = sizeof(stored),
	    .offset = 4096,
	    .read = read_stored,
	    .free = free_stored};
}

TEST(what_is_written_may_be_in_a_file_of_its_own)
{
	struct ipc_memory file = new_file();

	routine_memory(NULL, &file);
	EXPECT(write_memory(port, 4806), KERN_SUCCESS);
	assert_ptr_equal(process->asked.memory, &file);
	assert_int_equal(process->asked.offset, 4096);
	assert_null(process->asked.data);
	assert_int_equal(freed, 1);
	file = new_file();
	routine_memory(NULL, &file);
	EXPECT(write_memory(port, 3807), KERN_SUCCESS);
	assert_int_equal(freed, 1);
}

/* With ports of the caller's in its header, as kern_mig's tests have them. */
static void
store_request(mach_port_name_t to, const void *request, size_t bytes)
{
	mach_msg_header_t header;

	memcpy(stored, request, bytes);
	memcpy(&header, stored, sizeof(header));
	header.msgh_bits |= MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
	header.msgh_remote_port = to;
	header.msgh_size = (mach_msg_size_t)bytes;
	memcpy(stored, &header, sizeof(header));
}

/* Nobody waits for the reply. */
static void
send_stored(mach_port_name_t to, uint32_t size, struct ipc_memory *file)
{
	struct mig_request request = {
	    .memory = file, .message.header.msgh_size = size};

	EXPECT(mig_send(caller->task, to, &request, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	assert_int_equal(freed, 1);
}

TEST(what_is_written_may_be_in_a_file_with_its_request)
{
	const __Request__mach_vm_write_t request = {
	    .Head = {.msgh_id = 4806, .msgh_bits = MACH_MSGH_BITS_COMPLEX},
	    .msgh_body.msgh_descriptor_count = 1,
	    .data = {.size = 4,
	        .copy = MACH_MSG_VIRTUAL_COPY,
	        .type = MACH_MSG_OOL_DESCRIPTOR},
	    .NDR = {.int_rep = NDR_INT_LITTLE_ENDIAN},
	    .address = 0x5000,
	    .dataCnt = 4,
	};
	struct ipc_memory file = new_file();

	machine.memory = note;
	store_request(port, &request, sizeof(request));
	send_stored(port, sizeof(request), &file);
	assert_int_equal(process->asked.kind, KERN_MEMORY_WRITE);
	assert_int_equal(process->asked.at.address, 0x5000);
	assert_ptr_equal(process->asked.memory, &file);
	assert_int_equal(process->asked.offset, 4096);
}

TEST(an_array_of_rights_in_a_file_is_not_written)
{
	const struct {
		mach_msg_base_t base;
		mach_msg_ool_ports_descriptor_t ports;
		uint8_t rest[20];
	} request = {
	    .base = {.header = {.msgh_id = 4806,
	                 .msgh_bits = MACH_MSGH_BITS_COMPLEX},
	        .body.msgh_descriptor_count = 1},
	    .ports = {.count = 2,
	        .disposition = MACH_MSG_TYPE_COPY_SEND,
	        .type = MACH_MSG_OOL_PORTS_DESCRIPTOR},
	};
	const mach_port_name_t names[2] = {port, name};
	struct ipc_memory file = new_file();

	store_request(port, &request, sizeof(request));
	memcpy(stored + 4096, names, sizeof(names));
	send_stored(port, sizeof(request), &file);
	assert_null(process->asked.at.process);
}

/* --- copies within a task ---------------------------------------------------- */

static kern_return_t
copy_memory(mach_port_name_t to, mach_msg_id_t id, uint64_t source,
    uint64_t size, uint64_t dest)
{
	const __Request__mach_vm_copy_t request = {
	    .Head.msgh_id = id,
	    .NDR = {.int_rep = NDR_INT_LITTLE_ENDIAN},
	    .source_address = source,
	    .size = size,
	    .dest_address = dest,
	};
	mig_reply_error_t reply;

	return ROUTINE(to, &request, &reply);
}

TEST(a_copy_is_from_and_to_the_same_task)
{
	EXPECT(copy_memory(port, 4807, 0x1000, 5, 0x2000), KERN_SUCCESS);
	assert_int_equal(process->asked.kind, KERN_MEMORY_COPY);
	assert_ptr_equal(process->asked.at.process, &process->kern);
	assert_ptr_equal(process->asked.to.process, &process->kern);
	assert_int_equal(process->asked.at.address, 0x1000);
	assert_int_equal(process->asked.to.address, 0x2000);
	assert_int_equal(process->asked.to.owner, 1000);
	assert_int_equal(process->asked.bytes, 5);
}

TEST(a_copy_by_its_other_name_is_the_same)
{
	EXPECT(copy_memory(port, 3808, 0x1000, 5, 0x2000), KERN_SUCCESS);
	assert_int_equal(process->asked.to.address, 0x2000);
}

TEST(a_copy_may_be_larger_than_any_reply)
{
	EXPECT(copy_memory(port, 4807, 0, UINT64_C(5) << 32, 0x2000),
	    KERN_SUCCESS);
	assert_int_equal(process->asked.bytes, UINT64_C(5) << 32);
}

TEST(a_copy_that_cannot_be_is_not_asked_for)
{
	EXPECT(copy_memory(port, 4807, UINT64_MAX, 2, 0), KERN_INVALID_ADDRESS);
	EXPECT(copy_memory(port, 4807, 0, 2, UINT64_MAX), KERN_INVALID_ADDRESS);
	EXPECT(copy_memory(plain, 4807, 0, 2, 0), KERN_INVALID_TASK);
	EXPECT(copy_memory(name, 4807, 0, 2, 0), KERN_INVALID_ARGUMENT);
	EXPECT(copy_memory(port, 4807, 1, 0, 1), KERN_SUCCESS);
	assert_int_equal(process->asked.bytes, 0);
}

/* --- copies to the caller ---------------------------------------------------- */

static kern_return_t
read_overwrite(mach_port_name_t to, mach_msg_id_t id, uint64_t address,
    uint64_t size, uint64_t data, uint64_t *size_out)
{
	const __Request__mach_vm_read_overwrite_t request = {
	    .Head.msgh_id = id,
	    .NDR = {.int_rep = NDR_INT_LITTLE_ENDIAN},
	    .address = address,
	    .size = size,
	    .data = data,
	};
	__Reply__mach_vm_read_overwrite_t reply = {.outsize = *size_out};
	const kern_return_t kr = ROUTINE(to, &request, &reply);

	*size_out = reply.outsize;
	return kr;
}

TEST(what_is_read_overwrites_the_memory_of_who_calls)
{
	uint64_t size = 0;

	EXPECT(
	    read_overwrite(port, 4808, 0x1000, 5, 0x2000, &size), KERN_SUCCESS);
	assert_int_equal(size, 5);
	assert_int_equal(process->asked.kind, KERN_MEMORY_READ_OVERWRITE);
	assert_ptr_equal(process->asked.at.process, &process->kern);
	assert_int_equal(process->asked.at.owner, 1000);
	assert_ptr_equal(process->asked.to.process, &caller->kern);
	assert_int_equal(process->asked.to.owner, 1001);
	assert_int_equal(process->asked.to.address, 0x2000);
	EXPECT(
	    read_overwrite(port, 3809, 0x1000, 6, 0x2000, &size), KERN_SUCCESS);
	assert_int_equal(size, 6);
}

TEST(nothing_is_overwritten_without_being_asked_for)
{
	uint64_t size = 7;

	EXPECT(read_overwrite(port, 4808, UINT64_MAX, 2, 0, &size),
	    KERN_INVALID_ADDRESS);
	EXPECT(read_overwrite(port, 4808, 0, 2, UINT64_MAX, &size),
	    KERN_INVALID_ADDRESS);
	EXPECT(
	    read_overwrite(name, 4808, 0, 2, 0, &size), KERN_INVALID_ARGUMENT);
	assert_int_equal(size, 7);
	EXPECT(read_overwrite(port, 4808, 0x1000, 0, 0, &size), KERN_SUCCESS);
	assert_int_equal(size, 0);
	assert_int_equal(process->asked.bytes, 0);
}

TEST(a_process_that_has_the_caller_s_pid_by_now_is_not_overwritten)
{
	const pid_t pid = caller->kern.pid;
	struct machine_process *heir = machine_process(pid, 1001);
	uint64_t size = 0;

	caller->kern.pid = 19;
	EXPECT(read_overwrite(port, 4808, 0x1000, 5, 0x2000, &size),
	    KERN_INVALID_TASK);
	heir->ended = true;
	EXPECT(read_overwrite(port, 4808, 0x1000, 5, 0x2000, &size),
	    KERN_INVALID_TASK);
	assert_int_equal(process->asked.bytes, 0);
}

/* --- regions ----------------------------------------------------------------- */

static const struct kern_memory_region some = {
    .address = 0x7f0000001000,
    .bytes = UINT64_C(3) << 32,
    .offset = UINT64_C(5) << 32 | 0x6000,
    .protection = VM_PROT_READ | VM_PROT_EXECUTE,
    .shared = true,
};

/* Its reply is as long as its flavor. */
static kern_return_t
region(mach_port_name_t to, mach_msg_id_t id, vm_region_flavor_t flavor,
    mach_msg_type_number_t count, __Reply__mach_vm_region_t *reply)
{
	const __Request__mach_vm_region_t request = {
	    .Head.msgh_id = id,
	    .NDR = {.int_rep = NDR_INT_LITTLE_ENDIAN},
	    .address = 0x12345,
	    .flavor = flavor,
	    .infoCnt = count,
	};
	kern_return_t kr;

	memset(reply, 0, sizeof(*reply));
	(void)routine_any(
	    to, &request, sizeof(request), reply, sizeof(*reply), &kr);
	return kr;
}

static void
expect_region_64(const __Reply__mach_vm_region_t *reply)
{
	struct vm_region_basic_info_64 info;

	assert_int_equal(reply->Head.msgh_size,
	    sizeof(*reply) - sizeof(reply->info) + sizeof(info));
	assert_int_equal(reply->object_name.name, MACH_PORT_NULL);
	assert_int_equal(reply->object_name.type, MACH_MSG_PORT_DESCRIPTOR);
	assert_int_equal(reply->address, some.address);
	assert_int_equal(reply->size, some.bytes);
	assert_int_equal(reply->infoCnt, VM_REGION_BASIC_INFO_COUNT_64);
	memcpy(&info, reply->info, sizeof(info));
	assert_int_equal(info.protection, VM_PROT_READ | VM_PROT_EXECUTE);
	assert_int_equal(info.max_protection, VM_PROT_READ | VM_PROT_EXECUTE);
	assert_int_equal(info.inheritance, VM_INHERIT_SHARE);
	assert_true(info.shared);
	assert_false(info.reserved);
	assert_int_equal(info.offset, some.offset);
}

TEST(a_region_is_told_of)
{
	__Reply__mach_vm_region_t reply;

	process->answer.region = some;
	EXPECT(region(port, 4816, VM_REGION_BASIC_INFO_64,
	           VM_REGION_BASIC_INFO_COUNT_64, &reply),
	    KERN_SUCCESS);
	expect_region_64(&reply);
	assert_int_equal(process->asked.kind, KERN_MEMORY_REGION);
	assert_int_equal(process->asked.at.address, 0x12345);
	assert_int_equal(process->asked.at.owner, 1000);
	assert_null(process->asked.to.process);
}

TEST(the_older_form_of_a_region_is_the_newer_one)
{
	__Reply__mach_vm_region_t reply;

	process->answer.region = some;
	EXPECT(
	    region(port, 4816, VM_REGION_BASIC_INFO, 16, &reply), KERN_SUCCESS);
	expect_region_64(&reply);
	EXPECT(
	    region(port, 3824, VM_REGION_BASIC_INFO, 16, &reply), KERN_SUCCESS);
	expect_region_64(&reply);
	EXPECT(region(port, 3800, VM_REGION_BASIC_INFO_64, 16, &reply),
	    KERN_SUCCESS);
	expect_region_64(&reply);
}

TEST(the_older_call_has_the_older_form_of_a_region)
{
	struct vm_region_basic_info info;
	__Reply__mach_vm_region_t reply;

	process->answer.region = some;
	process->answer.region.shared = false;
	EXPECT(region(port, 3800, VM_REGION_BASIC_INFO,
	           VM_REGION_BASIC_INFO_COUNT, &reply),
	    KERN_SUCCESS);
	assert_int_equal(reply.infoCnt, VM_REGION_BASIC_INFO_COUNT);
	memcpy(&info, reply.info, sizeof(info));
	assert_int_equal(info.protection, VM_PROT_READ | VM_PROT_EXECUTE);
	assert_int_equal(info.inheritance, VM_INHERIT_COPY);
	assert_int_equal(info.max_protection, VM_PROT_ALL);
	assert_false(info.shared);
	assert_int_equal(info.offset, 0x6000);
}

TEST(a_region_that_is_not_told_of_is_refused)
{
	__Reply__mach_vm_region_t reply;

	EXPECT(region(port, 4816, VM_REGION_BASIC_INFO_64,
	           VM_REGION_BASIC_INFO_COUNT_64 - 1, &reply),
	    KERN_INVALID_ARGUMENT);
	EXPECT(region(port, 4816, VM_REGION_BASIC_INFO,
	           VM_REGION_BASIC_INFO_COUNT, &reply),
	    KERN_INVALID_ARGUMENT);
	EXPECT(region(port, 4816, 77, 16, &reply), KERN_INVALID_ARGUMENT);
	EXPECT(region(name, 4816, VM_REGION_BASIC_INFO_64, 16, &reply),
	    KERN_INVALID_ARGUMENT);
	EXPECT(region(plain, 4816, VM_REGION_BASIC_INFO_64, 16, &reply),
	    KERN_INVALID_TASK);
	assert_null(process->asked.at.process);
	process->answer.code = KERN_INVALID_ADDRESS;
	EXPECT(region(port, 4816, VM_REGION_BASIC_INFO_64, 16, &reply),
	    KERN_INVALID_ADDRESS);
}

/* --- what only the task itself can do ---------------------------------------- */

/* An error whatever its arguments are, if only they are as long as they should be. */
static kern_return_t
order(mach_port_name_t to, mach_msg_id_t id, uint32_t bytes)
{
	union {
		mach_msg_header_t header;
		__Request__mach_vm_remap_t largest;
	} request = {.header.msgh_id = id};
	uint8_t reply[256];
	kern_return_t kr;

	request.largest.NDR.int_rep = NDR_INT_LITTLE_ENDIAN;
	(void)routine_any(to, &request, bytes, reply, sizeof(reply), &kr);
	return kr;
}

TEST(no_other_process_maps_for_a_task)
{
	static const struct {
		mach_msg_id_t id;
		uint32_t bytes;
	} orders[] = {
	    {4800, sizeof(__Request__mach_vm_allocate_t)},
	    {4801, sizeof(__Request__mach_vm_deallocate_t)},
	    {4802, sizeof(__Request__mach_vm_protect_t)},
	    {4803, sizeof(__Request__mach_vm_inherit_t)},
	    {4809, sizeof(__Request__mach_vm_msync_t)},
	    {3801, sizeof(__Request__vm_allocate_t)},
	    {3802, sizeof(__Request__vm_deallocate_t)},
	    {3803, sizeof(__Request__vm_protect_t)},
	    {3804, sizeof(__Request__vm_inherit_t)},
	    {3810, sizeof(__Request__vm_msync_t)},
	};

	for (unsigned i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		EXPECT(order(port, orders[i].id, orders[i].bytes),
		    KERN_NOT_SUPPORTED);
		EXPECT(order(name, orders[i].id, orders[i].bytes),
		    KERN_INVALID_ARGUMENT);
	}
}

static kern_return_t
map(mach_port_name_t to, mach_msg_id_t id, mach_port_name_t object)
{
	const __Request__mach_vm_map_t request = {
	    .Head = {.msgh_id = id, .msgh_bits = MACH_MSGH_BITS_COMPLEX},
	    .msgh_body.msgh_descriptor_count = 1,
	    .object = ROUTINE_COPY_SEND(object),
	    .NDR = {.int_rep = NDR_INT_LITTLE_ENDIAN},
	};
	__Reply__mach_vm_map_t reply;

	return ROUTINE(to, &request, &reply);
}

static kern_return_t
remap(mach_port_name_t to, mach_msg_id_t id, mach_port_name_t source)
{
	const __Request__mach_vm_remap_t request = {
	    .Head = {.msgh_id = id, .msgh_bits = MACH_MSGH_BITS_COMPLEX},
	    .msgh_body.msgh_descriptor_count = 1,
	    .src_task = ROUTINE_COPY_SEND(source),
	    .NDR = {.int_rep = NDR_INT_LITTLE_ENDIAN},
	};
	__Reply__mach_vm_remap_t reply;

	return ROUTINE(to, &request, &reply);
}

/* machine_teardown() counts what is left of the rights. */
TEST(what_is_not_mapped_is_released)
{
	const mach_port_name_t object = tasks_send_port(caller->task);

	EXPECT(map(port, 4811, object), KERN_NOT_SUPPORTED);
	EXPECT(map(port, 3812, object), KERN_NOT_SUPPORTED);
	EXPECT(map(name, 4811, object), KERN_INVALID_ARGUMENT);
	EXPECT(remap(port, 4813, plain), KERN_NOT_SUPPORTED);
	EXPECT(remap(port, 3814, plain), KERN_NOT_SUPPORTED);
	EXPECT(remap(name, 4813, plain), KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    tasks_refs(caller->task, object, MACH_PORT_RIGHT_SEND), 1);
	ipc_check();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(memory_is_asked_for_by_the_right_words),
	    CASE(memory_that_cannot_be_is_not_asked_for),
	    CASE(what_is_written_comes_with_the_request),
	    CASE(what_is_written_may_be_in_a_file_of_its_own),
	    CASE(what_is_written_may_be_in_a_file_with_its_request),
	    CASE(an_array_of_rights_in_a_file_is_not_written),
	    CASE(a_copy_is_from_and_to_the_same_task),
	    CASE(a_copy_by_its_other_name_is_the_same),
	    CASE(a_copy_may_be_larger_than_any_reply),
	    CASE(a_copy_that_cannot_be_is_not_asked_for),
	    CASE(what_is_read_overwrites_the_memory_of_who_calls),
	    CASE(nothing_is_overwritten_without_being_asked_for),
	    CASE(a_process_that_has_the_caller_s_pid_by_now_is_not_overwritten),
	    CASE(a_region_is_told_of),
	    CASE(the_older_form_of_a_region_is_the_newer_one),
	    CASE(the_older_call_has_the_older_form_of_a_region),
	    CASE(a_region_that_is_not_told_of_is_refused),
	    CASE(no_other_process_maps_for_a_task),
	    CASE(what_is_not_mapped_is_released),
	};

	return cmocka_run_group_tests_name("kern_serve_vm", tests, NULL, NULL);
}
