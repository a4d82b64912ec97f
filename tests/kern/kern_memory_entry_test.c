/* Memory entries: what may be one, of what, and who pays for how long. */
#include "kern_memory_entry.h"

#include <mach/memory_object_types.h>

#include "base_alloc.h"
#include "ipc_mach_port.h"
#include "kern_call.h"
#include "kern_file.h"
#include "kern_mig_mach_vm.h"
#include "machine.h"
#include "routine.h"
#include "tasks.h"

#define PAGE ((uint64_t)4096)
#define BYTES (4 * PAGE)

/* A file on paper: is it still there, and can it be written? */
static struct kern_file file;
static bool there;
static bool writable;

static bool
is_writable(const struct kern_file *asked)
{
	assert_ptr_equal(asked, &file);
	return writable;
}

static void
free_file(struct kern_file *freed)
{
	assert_ptr_equal(freed, &file);
	assert_true(there);
	there = false;
}

static int
setup(void **state)
{
	(void)machine_setup(state);
	machine.file_is_writable = is_writable;
	machine.file_free = free_file;
	file = (struct kern_file){.refs = 1, .bytes = BYTES};
	there = true;
	writable = true;
	return 0;
}

#define CASE_ENTRY(name)                                                       \
	cmocka_unit_test_setup_teardown(name, setup, machine_teardown)

static kern_return_t
call(enum wire_call number, const uint32_t *in, struct kern_file *with,
    struct kern_call *call_out)
{
	kern_return_t kr;

	*call_out = (struct kern_call){
	    .number = number,
	    .caller = alice,
	    .file_in = with,
	    .in = in,
	};
	kr = kern_call(call_out);
	ipc_check();
	return kr;
}

static kern_return_t
make(vm_prot_t protection, uint64_t offset, uint64_t bytes,
    mach_port_name_t *name_out)
{
	const uint32_t in[] = {(uint32_t)protection, WIRE_TWO_WORDS(offset),
	    WIRE_TWO_WORDS(bytes)};
	struct kern_call made;
	kern_return_t kr = call(WIRE_MEMORY_ENTRY_MAKE, in, &file, &made);

	*name_out = made.out[0];
	return kr;
}

static kern_return_t
derive(
    mach_port_name_t parent, vm_prot_t protection, mach_port_name_t *name_out)
{
	const uint32_t in[] = {parent, (uint32_t)protection};
	struct kern_call made;
	kern_return_t kr = call(WIRE_MEMORY_ENTRY_DERIVE, in, NULL, &made);

	*name_out = made.out[0];
	return kr;
}

static mach_port_name_t
make_well(vm_prot_t protection)
{
	mach_port_name_t name;

	assert_int_equal(make(protection, 0, BYTES, &name), KERN_SUCCESS);
	return name;
}

static void
release(mach_port_name_t name)
{
	EXPECT(ipc_mach_port_deallocate(alice->space, name), KERN_SUCCESS);
}

TEST(an_entry_is_a_send_right_that_brings_its_file)
{
	const uint32_t in[] = {make_well(VM_PROT_DEFAULT), VM_PROT_READ};
	struct kern_call mapped;

	assert_int_equal(tasks_type(alice, in[0]), MACH_PORT_TYPE_SEND);
	assert_int_equal(
	    call(WIRE_MEMORY_ENTRY_MAP, in, NULL, &mapped), KERN_SUCCESS);
	assert_ptr_equal(mapped.file_out, &file);
	assert_int_equal(mapped.out[0], VM_PROT_DEFAULT);
	assert_int_equal(wire_two_words(mapped.out + 1), 0);
	assert_int_equal(wire_two_words(mapped.out + 3), BYTES);
	release(in[0]);
}

TEST(who_looks_is_told_what_it_is)
{
	mach_port_name_t name = make_well(VM_PROT_DEFAULT);
	uint32_t type;

	EXPECT(ipc_mach_port_kobject(alice->space, name, &type), KERN_SUCCESS);
	assert_int_equal(type, IPC_KOBJECT_MEMORY_ENTRY);
	assert_string_equal(ipc_kobject_description(type), "memory-entry");
	release(name);
}

TEST(offsets_have_64_bits)
{
	const uint64_t offset = (uint64_t)3 << 40;
	uint32_t in[] = {0, VM_PROT_READ};
	struct kern_call mapped;

	file.bytes = (uint64_t)1 << 50;
	assert_int_equal(
	    make(VM_PROT_DEFAULT, offset, offset, &in[0]), KERN_SUCCESS);
	assert_int_equal(
	    call(WIRE_MEMORY_ENTRY_MAP, in, NULL, &mapped), KERN_SUCCESS);
	assert_int_equal(wire_two_words(mapped.out + 1), offset);
	assert_int_equal(wire_two_words(mapped.out + 3), offset);
	release(in[0]);
}

TEST(the_last_right_takes_the_entry_and_the_last_entry_the_file)
{
	mach_port_name_t parent = make_well(VM_PROT_DEFAULT);
	mach_port_name_t child;

	assert_int_equal(derive(parent, VM_PROT_DEFAULT, &child), KERN_SUCCESS);
	assert_int_equal(file.refs, 3);
	release(parent);
	assert_int_equal(file.refs, 2);
	(void)kern_file_unref(&file);
	assert_true(there);
	release(child);
	assert_false(there);
}

TEST(an_entry_of_a_task_that_dies_is_gone_unless_another_has_a_right)
{
	mach_port_name_t given = 0x7703;
	mach_port_name_t name = make_well(VM_PROT_DEFAULT);

	EXPECT(ipc_mach_port_insert_right(bob->space, given, alice->space, name,
	           MACH_MSG_TYPE_COPY_SEND),
	    KERN_SUCCESS);
	(void)make_well(VM_PROT_DEFAULT);
	assert_int_equal(file.refs, 3);
	kern_task_destroy(alice);
	alice = NULL;
	assert_int_equal(file.refs, 2);
	EXPECT(ipc_mach_port_deallocate(bob->space, given), KERN_SUCCESS);
	assert_int_equal(file.refs, 1);
	alice = tasks_new(NULL);
}

TEST(what_can_be_written_is_no_read_only_entry)
{
	mach_port_name_t parent = make_well(VM_PROT_DEFAULT);
	mach_port_name_t name;

	assert_int_equal(
	    make(VM_PROT_READ, 0, BYTES, &name), KERN_NOT_SUPPORTED);
	assert_int_equal(
	    derive(parent, VM_PROT_READ, &name), KERN_NOT_SUPPORTED);
	writable = false;
	assert_int_equal(
	    make(VM_PROT_DEFAULT, 0, BYTES, &name), KERN_PROTECTION_FAILURE);
	assert_int_equal(derive(parent, VM_PROT_READ, &name), KERN_SUCCESS);
	release(name);
	/* There would be nobody who can map it. */
	assert_int_equal(
	    derive(parent, VM_PROT_DEFAULT, &name), KERN_PROTECTION_FAILURE);
	release(parent);
	assert_int_equal(file.refs, 1);
}

TEST(an_entry_costs_its_maker_until_it_goes)
{
	const struct ipc_charge before = alice->space->account->used;
	mach_port_name_t name = make_well(VM_PROT_DEFAULT);

	assert_true(alice->space->account->used.bytes > before.bytes);
	release(name);
	assert_int_equal(alice->space->account->used.bytes, before.bytes);
}

TEST(who_has_no_budget_makes_none)
{
	struct ipc_account *account = alice->space->account;
	const struct ipc_charge limits = account->limits;
	mach_port_name_t name;

	account->limits.bytes = account->used.bytes;
	assert_int_equal(
	    make(VM_PROT_DEFAULT, 0, BYTES, &name), KERN_RESOURCE_SHORTAGE);
	account->limits = limits;
	account->limits.names = account->used.names;
	assert_int_equal(make(VM_PROT_DEFAULT, 0, BYTES, &name), KERN_NO_SPACE);
	account->limits = limits;
	assert_int_equal(file.refs, 1);
}

TEST(each_allocation_may_fail)
{
	kern_return_t kr = KERN_FAILURE;
	mach_port_name_t name;

	for (uint64_t nth = 1; kr != KERN_SUCCESS; nth++) {
		base_alloc_fail_at(nth);
		kr = make(VM_PROT_DEFAULT, 0, BYTES, &name);
		base_alloc_fail_at(0);
		assert_true(kr == KERN_SUCCESS || kr == KERN_RESOURCE_SHORTAGE);
		assert_int_equal(file.refs, 1 + (kr == KERN_SUCCESS));
	}
	release(name);
}

TEST(a_call_without_a_file_makes_no_entry)
{
	const uint32_t in[] = {
	    VM_PROT_DEFAULT, WIRE_TWO_WORDS(0), WIRE_TWO_WORDS(PAGE)};
	struct kern_call made;

	assert_int_equal(call(WIRE_MEMORY_ENTRY_MAKE, in, NULL, &made),
	    KERN_INVALID_ARGUMENT);
}

TEST(another_object_is_no_entry)
{
	struct kern_call mapped;
	uint32_t in[] = {0, VM_PROT_READ};
	mach_port_name_t name;

	EXPECT(kern_task_host_self(alice, &in[0]), KERN_SUCCESS);
	assert_int_equal(call(WIRE_MEMORY_ENTRY_MAP, in, NULL, &mapped),
	    KERN_INVALID_OBJECT);
	assert_int_equal(
	    derive(in[0], VM_PROT_READ, &name), KERN_INVALID_ARGUMENT);
	assert_null(kern_memory_entry_of(NULL));
}

/* --- by message ------------------------------------------------------------ */

static uint64_t new_bytes;

static struct kern_file *
new_file(uid_t user, struct ipc_account *account, uint64_t bytes)
{
	(void)user;
	assert_non_null(account);
	new_bytes = bytes;
	if (bytes > BYTES)
		return NULL;
	file.bytes = bytes;
	return kern_file_ref(&file);
}

struct asked {
	uint64_t offset;
	uint64_t size; /* becomes that of the entry */
	vm_prot_t permission;
	mach_port_name_t parent;
};

static kern_return_t
ask(mach_port_name_t to, struct asked *asked, mach_port_name_t *name_out)
{
	__Request___mach_make_memory_entry_t request = {
	    .Head = {.msgh_bits = MACH_MSGH_BITS_COMPLEX, .msgh_id = 4817},
	    .msgh_body.msgh_descriptor_count = 1,
	    .parent_entry = ROUTINE_COPY_SEND(asked->parent),
	    .size = asked->size,
	    .offset = asked->offset,
	    .permission = asked->permission,
	};
	__Reply___mach_make_memory_entry_t reply;
	kern_return_t kr;

	machine.file_new = new_file;
	kr = ROUTINE(to, &request, &reply);
	if (kr != KERN_SUCCESS)
		return kr;
	asked->size = reply.size;
	*name_out = reply.object_handle.name;
	return KERN_SUCCESS;
}

/* Of alice's own task. */
static kern_return_t
ask_for(vm_prot_t permission, mach_port_name_t parent, uint64_t offset,
    uint64_t size)
{
	struct asked asked = {offset, size, permission, parent};
	mach_port_name_t name = MACH_PORT_NULL;
	kern_return_t kr;

	routine_setup(alice);
	kr = ask(KERN_TASK_SELF_NAME, &asked, &name);
	if (kr == KERN_SUCCESS)
		release(name);
	return kr;
}

TEST(new_memory_can_be_asked_for_by_message)
{
	struct asked asked = {
	    .offset = 17, /* not looked at */
	    .size = PAGE + 1,
	    .permission = MAP_MEM_NAMED_CREATE | VM_PROT_DEFAULT,
	};
	mach_port_name_t name = MACH_PORT_NULL;

	routine_setup(alice);
	assert_int_equal(ask(KERN_TASK_SELF_NAME, &asked, &name), KERN_SUCCESS);
	assert_int_equal(asked.size, 2 * PAGE);
	assert_int_equal(new_bytes, 2 * PAGE);
	assert_int_equal(file.refs, 2);
	release(name);
	assert_int_equal(file.refs, 1);
	asked.size = BYTES + 1;
	assert_int_equal(
	    ask(KERN_TASK_SELF_NAME, &asked, &name), KERN_RESOURCE_SHORTAGE);
}

TEST(an_entry_is_derived_by_message)
{
	mach_port_name_t parent = make_well(VM_PROT_DEFAULT);

	assert_int_equal(
	    ask_for(VM_PROT_DEFAULT, parent, 0, BYTES), KERN_SUCCESS);
	assert_int_equal(
	    ask_for(VM_PROT_DEFAULT, parent, 1, BYTES - 1), KERN_SUCCESS);
	assert_int_equal(
	    ask_for(VM_PROT_ALL, parent, 0, BYTES), KERN_PROTECTION_FAILURE);
	release(parent);
}

TEST(a_part_is_not_derived)
{
	mach_port_name_t parent = make_well(VM_PROT_DEFAULT);

	assert_int_equal(
	    ask_for(VM_PROT_DEFAULT, parent, 0, PAGE), KERN_NOT_SUPPORTED);
	assert_int_equal(ask_for(VM_PROT_DEFAULT, parent, PAGE, BYTES - PAGE),
	    KERN_NOT_SUPPORTED);
	assert_int_equal(ask_for(VM_PROT_DEFAULT, parent, PAGE, BYTES),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(ask_for(VM_PROT_DEFAULT, parent, 2 * BYTES, PAGE),
	    KERN_INVALID_ARGUMENT);
	release(parent);
}

TEST(a_tasks_own_memory_is_out_of_a_messages_reach)
{
	assert_int_equal(ask_for(VM_PROT_DEFAULT, MACH_PORT_NULL, PAGE, PAGE),
	    KERN_NOT_SUPPORTED);
	assert_int_equal(ask_for(VM_PROT_DEFAULT | MAP_MEM_VM_COPY,
	                     MACH_PORT_NULL, PAGE, PAGE),
	    KERN_NOT_SUPPORTED);
}

TEST(a_message_that_asks_for_nothing_is_told_so)
{
	const vm_prot_t create = MAP_MEM_NAMED_CREATE;

	assert_int_equal(
	    ask_for(create | VM_PROT_DEFAULT, MACH_PORT_NULL, 0, 0),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    ask_for(create | VM_PROT_DEFAULT, MACH_PORT_NULL, 0, UINT64_MAX),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(ask_for(create | VM_PROT_DEFAULT | MAP_MEM_PURGABLE,
	                     MACH_PORT_NULL, 0, PAGE),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(ask_for(VM_PROT_DEFAULT, KERN_TASK_SELF_NAME, 0, PAGE),
	    KERN_INVALID_ARGUMENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE_ENTRY(an_entry_is_a_send_right_that_brings_its_file),
	    CASE_ENTRY(who_looks_is_told_what_it_is),
	    CASE_ENTRY(offsets_have_64_bits),
	    CASE_ENTRY(
	        the_last_right_takes_the_entry_and_the_last_entry_the_file),
	    CASE_ENTRY(
	        an_entry_of_a_task_that_dies_is_gone_unless_another_has_a_right),
	    CASE_ENTRY(what_can_be_written_is_no_read_only_entry),
	    CASE_ENTRY(an_entry_costs_its_maker_until_it_goes),
	    CASE_ENTRY(who_has_no_budget_makes_none),
	    CASE_ENTRY(each_allocation_may_fail),
	    CASE_ENTRY(a_call_without_a_file_makes_no_entry),
	    CASE_ENTRY(another_object_is_no_entry),
	    CASE_ENTRY(new_memory_can_be_asked_for_by_message),
	    CASE_ENTRY(an_entry_is_derived_by_message),
	    CASE_ENTRY(a_part_is_not_derived),
	    CASE_ENTRY(a_tasks_own_memory_is_out_of_a_messages_reach),
	    CASE_ENTRY(a_message_that_asks_for_nothing_is_told_so),
	};

	return cmocka_run_group_tests_name(
	    "kern_memory_entry", tests, NULL, NULL);
}
