/* The calls on a space, and the making of objects, without memory. */
#include <string.h>

#include "base_alloc.h"
#include "ipc_board.h"
#include "ipc_entry.h"
#include "ipc_kobject.h"
#include "ipc_lane.h"
#include "shortage.h"

#define NO_MEMORY                                                              \
	{                                                                      \
		KERN_RESOURCE_SHORTAGE                                         \
	}

/* Names. */

static int
allocate_receive(void)
{
	return ipc_mach_port_allocate(alice, RECEIVE, &scene.made);
}

static int
allocate_set(void)
{
	return ipc_mach_port_allocate(alice, PORT_SET, &scene.made);
}

static int
allocate_dead_name(void)
{
	return ipc_mach_port_allocate(alice, DEAD_NAME, &scene.made);
}

static int
allocate_far_name(void)
{
	return ipc_mach_port_allocate_name(alice, RECEIVE, 0x1234503);
}

TEST(allocating_a_name)
{
	TRY(.run = allocate_receive, .shortages = NO_MEMORY);
	TRY(.run = allocate_set, .shortages = NO_MEMORY);
	TRY(.run = allocate_dead_name, .shortages = NO_MEMORY);
	TRY(.run = allocate_far_name, .shortages = NO_MEMORY);
}

TEST(allocating_a_name_when_the_table_must_grow)
{
	TRY(.prepare = scene_use_up_table, .run = allocate_receive,
	    .shortages = NO_MEMORY);
	TRY(.prepare = scene_use_up_table, .run = allocate_set,
	    .shortages = NO_MEMORY);
}

static int
rename_send(void)
{
	return ipc_mach_port_rename(alice, scene.to_bob, 0x1234503);
}

static int
rename_set(void)
{
	return ipc_mach_port_rename(alice, scene.set, 0x1234503);
}

TEST(renaming)
{
	TRY(.run = rename_send, .shortages = NO_MEMORY);
	TRY(.run = rename_set, .shortages = NO_MEMORY);
	TRY(.prepare = scene_have_requests, .run = rename_send,
	    .shortages = NO_MEMORY);
}

static void
be_mach3(void)
{
	EXPECT(ipc_space_set_mach3(alice, true), KERN_SUCCESS);
	EXPECT(ipc_mach_port_allocate_name(alice, RECEIVE, 111), KERN_SUCCESS);
}

static int
allocate_any_name(void)
{
	return ipc_mach_port_allocate_name(alice, RECEIVE, 122);
}

static int
rename_into_tree(void)
{
	return ipc_mach_port_rename(alice, scene.to_bob, 122);
}

static int
rename_out_of_tree(void)
{
	return ipc_mach_port_rename(alice, 111, 0x1234503);
}

static int
insert_any_name(void)
{
	return ipc_mach_port_insert_right(
	    alice, 122, carol, 0x103, MAKE_SEND_ONCE);
}

TEST(any_name_in_mach_3_mode)
{
	TRY(.prepare = be_mach3, .run = allocate_any_name,
	    .shortages = NO_MEMORY);
	TRY(.prepare = be_mach3, .run = rename_into_tree,
	    .shortages = NO_MEMORY);
	TRY(.prepare = be_mach3, .run = rename_out_of_tree,
	    .shortages = NO_MEMORY);
	TRY(.prepare = be_mach3, .run = insert_any_name, .shortages = NO_MEMORY,
	    .loses = true);
}

/* The next send right of alice's will need more room in the hash. */
static void
use_up_hash(void)
{
	while ((alice->hash_used + 1) * 4 <= alice->hash_size * 3)
		(void)world_give(bob, world_port(bob), MAKE_SEND, alice);
}

static int
construct_with_send(void)
{
	static const mach_port_options_t options = {
	    .flags = MPO_INSERT_SEND_RIGHT | MPO_CONTEXT_AS_GUARD};

	return ipc_mach_port_construct(alice, &options, 7, &scene.made);
}

static int
destruct(void)
{
	return ipc_mach_port_destruct(alice, scene.port, 0, 0);
}

TEST(constructing_and_destructing)
{
	TRY(.run = construct_with_send, .shortages = NO_MEMORY);
	TRY(.prepare = use_up_hash, .run = construct_with_send,
	    .shortages = NO_MEMORY);
	TRY(.prepare = scene_use_up_table, .run = construct_with_send,
	    .shortages = NO_MEMORY);
	TRY(.run = destruct, .frugal = true);
	TRY(.prepare = scene_have_requests, .run = destruct, .frugal = true);
}

static int
list_names(void)
{
	mach_port_name_t *names;
	mach_port_type_t *types;
	uint32_t count;
	kern_return_t kr = ipc_mach_port_names(alice, &names, &types, &count);

	if (kr == KERN_SUCCESS) {
		base_free(names);
		base_free(types);
	}
	return kr;
}

static int
list_space(void)
{
	ipc_info_space_t info;
	ipc_info_name_t *table;
	uint32_t count;
	kern_return_t kr =
	    ipc_mach_port_space_info(alice, &info, &table, &count);

	if (kr == KERN_SUCCESS)
		base_free(table);
	return kr;
}

static int
list_members(void)
{
	mach_port_name_t *names;
	uint32_t count;
	kern_return_t kr =
	    ipc_mach_port_get_set_status(alice, scene.set, &names, &count);

	if (kr == KERN_SUCCESS)
		base_free(names);
	return kr;
}

static int
insert_member(void)
{
	return ipc_mach_port_insert_member(alice, scene.port, scene.set);
}

static int
move_member(void)
{
	return ipc_mach_port_move_member(alice, scene.port, scene.set);
}

static void
fill_set(void)
{
	EXPECT(ipc_mach_port_insert_member(alice, scene.port, scene.set), 0);
	EXPECT(ipc_mach_port_insert_member(alice, scene.other, scene.set), 0);
}

static void
join_another_set(void)
{
	EXPECT(ipc_mach_port_insert_member(alice, scene.port, world_set(alice)),
	    0);
}

TEST(listing_names_and_members)
{
	TRY(.run = list_names, .shortages = NO_MEMORY);
	TRY(.run = list_space, .shortages = NO_MEMORY);
	TRY(.prepare = fill_set, .run = list_members, .shortages = NO_MEMORY);
}

TEST(joining_a_set)
{
	TRY(.run = insert_member, .shortages = NO_MEMORY);
	TRY(.run = move_member, .shortages = NO_MEMORY);
	TRY(.prepare = join_another_set, .run = move_member,
	    .shortages = NO_MEMORY);
}

/* Rights. */

static int
insert(mach_port_name_t right, mach_msg_type_name_t disposition)
{
	return ipc_mach_port_insert_right(
	    carol, 0x77703, alice, right, disposition);
}

static int
insert_made_send(void)
{
	return insert(scene.port, MAKE_SEND);
}

static int
insert_made_send_once(void)
{
	return insert(scene.port, MAKE_SEND_ONCE);
}

static int
insert_copied_send(void)
{
	return insert(scene.to_bob, COPY_SEND);
}

static int
insert_moved_send(void)
{
	return insert(scene.to_bob, MOVE_SEND);
}

static int
insert_moved_send_once(void)
{
	return insert(scene.once, MOVE_SEND_ONCE);
}

static int
insert_moved_receive(void)
{
	return insert(scene.port, MOVE_RECEIVE);
}

static int
insert_own_send(void)
{
	return ipc_mach_port_insert_right(
	    alice, scene.port, alice, scene.port, MAKE_SEND);
}

/* What was taken is destroyed when it cannot be given: ports.md 10.22. */
TEST(inserting_a_right)
{
	TRY(.run = insert_own_send, .shortages = NO_MEMORY);
	TRY(.prepare = use_up_hash, .run = insert_own_send,
	    .shortages = NO_MEMORY);
	TRY(.run = insert_made_send, .shortages = NO_MEMORY, .loses = true);
	TRY(.run = insert_made_send_once, .shortages = NO_MEMORY,
	    .loses = true);
	TRY(.run = insert_copied_send, .shortages = NO_MEMORY, .loses = true);
	TRY(.run = insert_moved_send, .shortages = NO_MEMORY, .loses = true);
	TRY(.run = insert_moved_send_once, .shortages = NO_MEMORY,
	    .loses = true);
	TRY(.run = insert_moved_receive, .shortages = NO_MEMORY, .loses = true);
}

static int
extract(mach_port_name_t name, mach_msg_type_name_t disposition)
{
	mach_msg_type_name_t type;

	return ipc_mach_port_extract_right(
	    alice, name, disposition, bob, &scene.made, &type);
}

static int
extract_made_send(void)
{
	return extract(scene.port, MAKE_SEND);
}

static int
extract_made_send_once(void)
{
	return extract(scene.port, MAKE_SEND_ONCE);
}

static int
extract_copied_send(void)
{
	return extract(scene.to_carol, COPY_SEND);
}

static int
extract_moved_send(void)
{
	return extract(scene.to_carol, MOVE_SEND);
}

static int
extract_moved_send_once(void)
{
	return extract(scene.once, MOVE_SEND_ONCE);
}

static int
extract_moved_receive(void)
{
	return extract(scene.port, MOVE_RECEIVE);
}

/* What was taken is destroyed when it cannot be given, as in a message. */
TEST(extracting_a_right)
{
	TRY(.run = extract_made_send, .shortages = NO_MEMORY, .loses = true);
	TRY(.run = extract_made_send_once, .shortages = NO_MEMORY,
	    .loses = true);
	TRY(.run = extract_copied_send, .shortages = NO_MEMORY, .loses = true);
	TRY(.run = extract_moved_send, .shortages = NO_MEMORY, .loses = true);
	TRY(.run = extract_moved_send_once, .shortages = NO_MEMORY,
	    .loses = true);
	TRY(.run = extract_moved_receive, .shortages = NO_MEMORY,
	    .loses = true);
}

TEST(extracting_a_right_when_the_table_must_grow)
{
	TRY(.prepare = scene_use_up_bobs_table, .run = extract_made_send,
	    .shortages = NO_MEMORY, .loses = true);
	TRY(.prepare = scene_use_up_bobs_table, .run = extract_made_send_once,
	    .shortages = NO_MEMORY, .loses = true);
	TRY(.prepare = scene_use_up_bobs_table, .run = extract_moved_receive,
	    .shortages = NO_MEMORY, .loses = true);
}

/* Requests. What is given is destroyed on every error: notifications.md 2. */

static int
request(mach_port_name_t name, mach_msg_id_t id, mach_port_mscount_t sync)
{
	return ipc_mach_port_request_notification(alice, name, id, sync, alice,
	    scene.other, MAKE_SEND_ONCE, &scene.made);
}

static int
request_dead_name(void)
{
	return request(scene.to_bob, MACH_NOTIFY_DEAD_NAME, 0);
}

static int
request_send_possible(void)
{
	return request(scene.to_bob, MACH_NOTIFY_SEND_POSSIBLE, 0);
}

static int
request_send_possible_now(void)
{
	return request(scene.to_bob, MACH_NOTIFY_SEND_POSSIBLE, 1);
}

static int
request_no_senders(void)
{
	return request(scene.port, MACH_NOTIFY_NO_SENDERS, 1);
}

static int
request_no_senders_now(void)
{
	return request(scene.port, MACH_NOTIFY_NO_SENDERS, 0);
}

static int
request_port_destroyed(void)
{
	return request(scene.port, MACH_NOTIFY_PORT_DESTROYED, 0);
}

TEST(requesting_a_notification)
{
	TRY(.run = request_dead_name, .shortages = NO_MEMORY, .loses = true);
	TRY(.run = request_send_possible, .shortages = NO_MEMORY,
	    .loses = true);
	TRY(.run = request_send_possible_now, .shortages = NO_MEMORY,
	    .loses = true);
	TRY(.run = request_no_senders, .shortages = NO_MEMORY, .loses = true);
	TRY(.run = request_no_senders_now, .shortages = NO_MEMORY,
	    .loses = true);
	TRY(.run = request_port_destroyed, .shortages = NO_MEMORY,
	    .loses = true);
}

TEST(replacing_a_request)
{
	TRY(.prepare = scene_have_requests, .run = request_dead_name,
	    .shortages = NO_MEMORY, .loses = true);
	TRY(.prepare = scene_have_requests, .run = request_send_possible_now,
	    .shortages = NO_MEMORY, .loses = true);
	TRY(.prepare = scene_have_requests, .run = request_no_senders,
	    .shortages = NO_MEMORY, .loses = true);
}

static int
make_compat(void)
{
	return ipc_mach_port_compat(
	    alice, scene.to_bob, ipc_space_find(alice, scene.other)->port);
}

static void
kill_bobs_port(void)
{
	world_drop_receive(bob, scene.inbox);
	(void)world_type(alice, scene.to_bob); /* it is noticed */
}

static int
make_compat_for_nobody(void)
{
	return ipc_mach_port_compat(alice, scene.to_bob, NULL);
}

TEST(making_a_right_of_mach_2)
{
	TRY(.run = make_compat_for_nobody, .shortages = NO_MEMORY);
	TRY(.run = make_compat, .shortages = NO_MEMORY);
	TRY(.prepare = scene_have_requests, .run = make_compat, .frugal = true);
	TRY(.prepare = kill_bobs_port, .run = make_compat,
	    .shortages = NO_MEMORY);
}

/* The right that comes back will need more room in the hash. */
static void
have_backup(void)
{
	mach_port_name_t previous;
	mach_port_name_t backup = world_port(bob);

	backup = world_give(bob, backup, MAKE_SEND, alice);
	EXPECT(ipc_mach_port_set_backup(
	           alice, scene.port, alice, backup, &previous),
	    KERN_SUCCESS);
	EXPECT(ipc_mach_port_deallocate(alice, backup), KERN_SUCCESS);
	use_up_hash();
}

static int
replace_backup(void)
{
	return ipc_mach_port_set_backup(
	    alice, scene.port, alice, scene.to_bob, &scene.made);
}

static int
cancel_backup(void)
{
	return ipc_mach_port_request_notification(alice, scene.port,
	    MACH_NOTIFY_PORT_DESTROYED, 0, alice, MACH_PORT_NULL,
	    MAKE_SEND_ONCE, &scene.made);
}

static void
have_backup_and_mach3(void)
{
	have_backup();
	EXPECT(ipc_space_set_mach3(alice, true), KERN_SUCCESS);
}

TEST(replacing_a_backup_port)
{
	TRY(.run = replace_backup, .shortages = NO_MEMORY);
	TRY(.prepare = have_backup, .run = replace_backup,
	    .shortages = NO_MEMORY);
	TRY(.prepare = have_backup_and_mach3, .run = cancel_backup,
	    .shortages = NO_MEMORY);
}

/* The caller's own objects. */

static int
new_account(void)
{
	struct ipc_account *account =
	    ipc_account_new(world_user, &world_user->limits);

	(void)ipc_account_unref(account);
	return account ? KERN_SUCCESS : KERN_RESOURCE_SHORTAGE;
}

static int
new_identity(void)
{
	struct ipc_identity *identity = ipc_identity_new(
	    &alice->identity->security, &alice->identity->audit);

	if (!identity)
		return KERN_RESOURCE_SHORTAGE;
	(void)ipc_identity_unref(identity);
	return KERN_SUCCESS;
}

static int
new_space(void)
{
	struct ipc_space *space =
	    ipc_space_new(alice->account, alice->identity);

	if (!space)
		return KERN_RESOURCE_SHORTAGE;
	ipc_space_destroy(space);
	(void)ipc_space_free(space);
	return KERN_SUCCESS;
}

static struct ipc_kobject object;

static void
serve(struct ipc_kobject *served, struct ipc_kmsg *request_message)
{
	(void)served;
	ipc_kobject_reply_error(request_message, KERN_INVALID_VALUE);
}

static int
new_object(void)
{
	if (!ipc_kobject_init(&object, IPC_KOBJECT_TASK, serve))
		return KERN_RESOURCE_SHORTAGE;
	ipc_kobject_deinit(&object);
	return KERN_SUCCESS;
}

TEST(making_spaces_and_objects)
{
	TRY(.run = new_account, .shortages = NO_MEMORY);
	TRY(.run = new_identity, .shortages = NO_MEMORY);
	TRY(.run = new_space, .shortages = NO_MEMORY);
	TRY(.run = new_object, .shortages = NO_MEMORY);
}

/* Boards. */

static struct lane_board board; /* bob's */

static uint64_t
read_clock(void)
{
	return ++ipc_world.last_ticket;
}

static void
wake(const void *word)
{
	(void)word;
}

static const struct ipc_lane_world lanes = {.ticket = read_clock, .wake = wake};

static void
have_lanes(void)
{
	memset(&board, 0, sizeof(board));
	ipc_world.lanes = &lanes;
}

static int
add_board(void)
{
	return ipc_board_add(bob, &board) ? KERN_SUCCESS
	                                  : KERN_RESOURCE_SHORTAGE;
}

static void
have_board(void)
{
	have_lanes();
	assert_int_equal(add_board(), KERN_SUCCESS);
}

static int
post(void)
{
	return ipc_board_post(world_lookup(bob, scene.inbox));
}

TEST(posting_a_port)
{
	TRY(.prepare = have_lanes, .run = add_board, .shortages = NO_MEMORY);
	TRY(.prepare = have_board, .run = post, .frugal = true);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(allocating_a_name),
	    cmocka_unit_test(allocating_a_name_when_the_table_must_grow),
	    cmocka_unit_test(renaming),
	    cmocka_unit_test(any_name_in_mach_3_mode),
	    cmocka_unit_test(constructing_and_destructing),
	    cmocka_unit_test(listing_names_and_members),
	    cmocka_unit_test(joining_a_set),
	    cmocka_unit_test(inserting_a_right),
	    cmocka_unit_test(extracting_a_right),
	    cmocka_unit_test(extracting_a_right_when_the_table_must_grow),
	    cmocka_unit_test(requesting_a_notification),
	    cmocka_unit_test(replacing_a_request),
	    cmocka_unit_test(making_a_right_of_mach_2),
	    cmocka_unit_test(replacing_a_backup_port),
	    cmocka_unit_test(making_spaces_and_objects),
	    cmocka_unit_test(posting_a_port),
	};

	return RUN("alloc_failure", tests);
}
