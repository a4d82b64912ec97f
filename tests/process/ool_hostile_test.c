/*
 * Sealed means sealed: whatever a sender keeps of the memory that it sends, and does with
 * it after the send, the receiver has what was sent. Each test is one means (hostile.h),
 * and tries it on each way that memory travels: on a message that is still queued, and on
 * one that was received.
 */
#include "harness.h"
#include "hostile.h"
#include "mail.h"
#include "ool.h"

/* Two tasks: one receives, the other is hostile. */
struct scene {
	struct kernel kernel;
	const struct attack *attack;
	struct bell received;
	struct bell struck;
	struct bell checked;
};

/* --- the attacks ------------------------------------------------------------ */

static void
be_hostile(const struct scene *scene, mach_port_t to, const struct ool_way *way,
    bool queued)
{
	struct target target = {
	    .at = way->make(way->bytes), .bytes = way->bytes};

	hostile_begin(&target, scene->attack);
	ool_send(to, way, target.at);
	if (!queued)
		bell_wait(&scene->received, 1);
	scene->attack->strike(&target);
	bell_ring(&scene->struck);
	bell_wait(&scene->checked, 1);
	hostile_end(&target);
	ool_discard(way, target.at);
}

static void
attack_all_ways(void *argument)
{
	const mach_port_t to = mail_inherited();

	for (size_t i = 0; i < 2 * OOL_WAYS; i++)
		be_hostile(argument, to, &ool_ways[i / 2], i % 2 == 0);
}

static void
check(const struct scene *scene, const struct ool_way *way, bool queued,
    const unsigned char *memory)
{
	if (ool_is_as_filled(memory, way->bytes))
		return;
	print_error("%s: %s changed what came by %s\n",
	    queued ? "queued" : "received", scene->attack->name, way->name);
	CHECK(false);
}

static void
receive_all(void *argument)
{
	const struct scene *scene = argument;
	const mach_port_t port = mail_port();
	pid_t sender;

	mail_bequeath(port);
	sender = task_start(attack_all_ways, argument);
	for (size_t i = 0; i < 2 * OOL_WAYS; i++) {
		const struct ool_way *way = &ool_ways[i / 2];
		const bool queued = i % 2 == 0;
		unsigned char *memory = NULL;

		if (!queued) {
			memory = ool_receive(port, way);
			check(scene, way, queued, memory);
			bell_ring(&scene->received);
		}
		bell_wait(&scene->struck, 1);
		if (queued)
			memory = ool_receive(port, way);
		check(scene, way, queued, memory);
		bell_ring(&scene->checked);
		ool_release(memory, way->bytes);
	}
	task_expect_success(sender);
}

static void
survive(const struct attack *attack)
{
	struct scene scene = {.attack = attack};

	bell_make(&scene.received);
	bell_make(&scene.struck);
	bell_make(&scene.checked);
	kernel_start(&scene.kernel, NULL);
	task_run(receive_all, &scene);
	kernel_expect_end(&scene.kernel);
	bell_free(&scene.received);
	bell_free(&scene.struck);
	bell_free(&scene.checked);
}

#define SURVIVES(name, attack)                                                 \
	static void name(void **state)                                         \
	{                                                                      \
		(void)state;                                                   \
		survive(&(attack));                                            \
	}

SURVIVES(a_second_mapping_changes_nothing, attack_second_mapping)
SURVIVES(a_descriptor_changes_nothing, attack_descriptor)
SURVIVES(a_descriptor_opened_again_changes_nothing, attack_reopened_descriptor)
SURVIVES(a_mapping_by_map_files_changes_nothing, attack_map_files)
SURVIVES(a_mapping_to_read_changes_nothing, attack_read_only_mapping)
SURVIVES(a_forked_child_changes_nothing, attack_forked_child)
SURVIVES(a_child_of_clone_changes_nothing, attack_cloned_child)
SURVIVES(what_a_process_writes_into_itself_changes_nothing, attack_own_memory)
SURVIVES(a_tracer_changes_nothing, attack_tracer)
SURVIVES(removing_pages_changes_nothing, attack_removal)
SURVIVES(pages_in_a_pipe_change_nothing, attack_pipe)
SURVIVES(pages_that_io_uring_has_change_nothing, attack_io_uring)
SURVIVES(pages_that_userfaultfd_brings_change_nothing, attack_userfaultfd)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(a_second_mapping_changes_nothing),
	    PROCESS_TEST(a_descriptor_changes_nothing),
	    PROCESS_TEST(a_descriptor_opened_again_changes_nothing),
	    PROCESS_TEST(a_mapping_by_map_files_changes_nothing),
	    PROCESS_TEST(a_mapping_to_read_changes_nothing),
	    PROCESS_TEST(a_forked_child_changes_nothing),
	    PROCESS_TEST(a_child_of_clone_changes_nothing),
	    PROCESS_TEST(what_a_process_writes_into_itself_changes_nothing),
	    PROCESS_TEST(a_tracer_changes_nothing),
	    PROCESS_TEST(removing_pages_changes_nothing),
	    PROCESS_TEST(pages_in_a_pipe_change_nothing),
	    PROCESS_TEST(pages_that_io_uring_has_change_nothing),
	    PROCESS_TEST(pages_that_userfaultfd_brings_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
