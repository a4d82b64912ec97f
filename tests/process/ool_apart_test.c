/*
 * Memory that moves without being copied is of two tasks afterwards, and neither sees
 * what the other does; Linux has it once, and the kernel process not at all.
 */
#include <fcntl.h>
#include <mach/mach.h>
#include <mach/mach_vm.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness.h"
#include "hostile.h"
#include "mail.h"
#include "ool.h"

#define PAGE ((size_t)4096)
#define MUCH_BYTES ((size_t)64 << 20)

/* A task that receives, and its child that sends. */
struct scene {
	struct kernel kernel;
	struct bell forth;
	struct bell back;
	void (*send)(const struct scene *scene, mach_port_t to);
	void (*receive)(const struct scene *scene, mach_port_t port);
	pid_t peer; /* of the receiver: the sender */
};

static void
run_sender(void *argument)
{
	const struct scene *scene = argument;

	scene->send(scene, mail_inherited());
}

static void
run_receiver(void *argument)
{
	struct scene *scene = argument;
	const mach_port_t port = mail_port();

	mail_bequeath(port);
	scene->peer = task_start(run_sender, scene);
	scene->receive(scene, port);
	task_expect_success(scene->peer);
}

static void
play(struct scene *scene)
{
	/* A kernel that may be looked at. */
	static const char *const options[] = {"--no-sandbox", NULL};

	bell_make(&scene->forth);
	bell_make(&scene->back);
	kernel_start(&scene->kernel, options);
	task_run(run_receiver, scene);
	kernel_expect_end(&scene->kernel);
	bell_free(&scene->forth);
	bell_free(&scene->back);
}

/* --- what the other tests rely on -------------------------------------------- */

static void
go_each_way(void *argument)
{
	const mach_port_t port = mail_port();

	(void)argument;
	for (size_t i = 0; i < OOL_WAYS; i++) {
		const struct ool_way *way = &ool_ways[i];
		unsigned char *memory = way->make(way->bytes);
		struct hostile_mapping sent;
		struct hostile_mapping received;
		unsigned char *other;

		CHECK(hostile_find(memory, &sent));
		ool_send(port, way, memory);
		other = ool_receive(port, way);
		CHECK(ool_is_as_filled(other, way->bytes));
		CHECK(hostile_find(other, &received));
		CHECK(received.flags[3] == 'p');
		CHECK((received.inode != 0 && received.inode == sent.inode) ==
		    way->moves);
		ool_release(other, way->bytes);
		ool_discard(way, memory);
	}
}

static void
large_memory_moves_and_the_rest_is_copied(void **state)
{
	struct kernel kernel;

	(void)state;
	kernel_start(&kernel, NULL);
	task_run(go_each_way, NULL);
	kernel_expect_end(&kernel);
}

/* --- the sender has what it had ---------------------------------------------- */

static void
send_and_keep(const struct scene *scene, mach_port_t to)
{
	for (size_t i = 0; i < OOL_WAYS; i++) {
		const struct ool_way *way = &ool_ways[i];
		unsigned char *memory;

		if (way->deallocates)
			continue;
		memory = way->make(way->bytes);
		for (size_t j = 0; j < HOSTILE_ATTACKS; j++) {
			ool_send(to, way, memory);
			bell_wait(&scene->back, 1);
			CHECK(ool_is_as_filled(memory, way->bytes));
		}
		ool_discard(way, memory);
	}
}

static void
receive_and_strike(const struct scene *scene, mach_port_t port)
{
	for (size_t i = 0; i < OOL_WAYS; i++)
		for (size_t j = 0; j < HOSTILE_ATTACKS; j++) {
			const struct ool_way *way = &ool_ways[i];
			struct target target = {.bytes = way->bytes};

			if (way->deallocates)
				continue;
			target.at = ool_receive(port, way);
			hostile_begin(&target, hostile_attacks[j]);
			hostile_attacks[j]->strike(&target);
			bell_ring(&scene->back);
			hostile_end(&target);
			ool_release(target.at, way->bytes);
		}
}

static void
nothing_that_a_receiver_does_is_seen_by_the_sender(void **state)
{
	struct scene scene = {
	    .send = send_and_keep, .receive = receive_and_strike};

	(void)state;
	play(&scene);
}

static void
send_snapshot(const struct scene *scene, mach_port_t to)
{
	unsigned char *memory = OOL_SNAPSHOT->make(OOL_SNAPSHOT->bytes);

	ool_send(to, OOL_SNAPSHOT, memory);
	bell_wait(&scene->back, 1);
	CHECK(ool_is_as_filled(memory, OOL_SNAPSHOT->bytes));
	ool_discard(OOL_SNAPSHOT, memory);
}

/* In all ways that memory can be shared. */
static void
receive_and_share(const struct scene *scene, mach_port_t port)
{
	const size_t bytes = OOL_SNAPSHOT->bytes;
	unsigned char *memory = ool_receive(port, OOL_SNAPSHOT);
	memory_object_size_t size = bytes;
	mach_vm_address_t other = 0;
	mach_port_t entry;

	CHECK_RETURN(
	    mach_make_memory_entry_64(mach_task_self(), &size,
	        (uintptr_t)memory, VM_PROT_DEFAULT, &entry, MACH_PORT_NULL),
	    KERN_SUCCESS);
	CHECK_RETURN(mach_vm_map(mach_task_self(), &other, bytes, 0,
	                 VM_FLAGS_ANYWHERE, entry, 0, FALSE, VM_PROT_DEFAULT,
	                 VM_PROT_DEFAULT, VM_INHERIT_SHARE),
	    KERN_SUCCESS);
	CHECK(ool_is_as_filled((unsigned char *)other, bytes));
	memset((void *)other, 1, bytes);
	CHECK(memory[bytes - 1] == 1);
	bell_ring(&scene->back);
}

static void
what_is_shared_after_it_came_is_not_the_senders(void **state)
{
	struct scene scene = {
	    .send = send_snapshot, .receive = receive_and_share};

	(void)state;
	play(&scene);
}

/* --- writers that never stop ------------------------------------------------- */

struct writer {
	unsigned char *memory;
	size_t bytes;
	int file; /* of the memory; -1: none */
	bool ends;
};

/* Two threads: one writes the memory, the other its file. */
struct writers {
	struct writer writer;
	pthread_t threads[2];
};

/* To TSan it would be a race with the send: that is what it is for. */
__attribute__((no_sanitize_thread)) static void *
write_always(void *argument)
{
	struct writer *writer = argument;

	for (unsigned char value = 0;
	     !__atomic_load_n(&writer->ends, __ATOMIC_RELAXED); value++)
		for (size_t i = 0; i < writer->bytes; i += 1024)
			__atomic_store_n(
			    writer->memory + i, value, __ATOMIC_RELAXED);
	return NULL;
}

static void *
write_file_always(void *argument)
{
	struct writer *writer = argument;

	for (unsigned char value = 0;
	     !__atomic_load_n(&writer->ends, __ATOMIC_RELAXED); value++)
		for (size_t i = 512; i < writer->bytes; i += PAGE)
			(void)!pwrite(writer->file, &value, 1, (off_t)i);
	return NULL;
}

static void
start_writers(struct writers *writers)
{
	struct writer *writer = &writers->writer;
	struct target target = {.at = writer->memory, .bytes = writer->bytes};

	hostile_begin(&target, &attack_descriptor);
	writer->file = target.file;
	CHECK(pthread_create(
	          &writers->threads[0], NULL, write_always, writer) == 0);
	CHECK(pthread_create(
	          &writers->threads[1], NULL, write_file_always, writer) == 0);
}

static void
end_writers(struct writers *writers)
{
	__atomic_store_n(&writers->writer.ends, true, __ATOMIC_RELAXED);
	for (int i = 0; i < 2; i++)
		CHECK(pthread_join(writers->threads[i], NULL) == 0);
	if (writers->writer.file >= 0)
		CHECK(close(writers->writer.file) == 0);
}

static void
send_while_writing(const struct scene *scene, mach_port_t to)
{
	for (size_t i = 0; i < OOL_WAYS; i++) {
		const struct ool_way *way = &ool_ways[i];
		struct writers writers = {.writer.bytes = way->bytes};
		unsigned char *memory;

		if (way->deallocates)
			continue; /* the writer would have nothing */
		memory = way->make(way->bytes);
		writers.writer.memory = memory;
		start_writers(&writers);
		ool_send(to, way, memory);
		bell_ring(&scene->forth);
		bell_wait(&scene->back, 1);
		end_writers(&writers);
		/* It has not lost what it wrote since, either. */
		memset(memory, 0xAB, way->bytes);
		for (size_t j = 0; j < way->bytes; j++)
			CHECK(memory[j] == 0xAB);
		ool_discard(way, memory);
	}
}

/* Two looks at memory that somebody else seems to write. */
static void
check_twice(const struct ool_way *way, const unsigned char *memory)
{
	unsigned char *before = malloc(way->bytes);

	CHECK(before);
	memcpy(before, memory, way->bytes);
	for (int i = 0; i < 3; i++)
		CHECK(memcmp(before, memory, way->bytes) == 0);
	free(before);
}

/* And writes of its own. */
static void
receive_while_written(const struct scene *scene, mach_port_t port)
{
	for (size_t i = 0; i < OOL_WAYS; i++) {
		const struct ool_way *way = &ool_ways[i];
		unsigned char *memory;

		if (way->deallocates)
			continue;
		bell_wait(&scene->forth, 1);
		memory = ool_receive(port, way);
		check_twice(way, memory);
		memset(memory, 0xCD, way->bytes / 2);
		check_twice(way, memory);
		bell_ring(&scene->back);
		ool_release(memory, way->bytes);
	}
}

static void
what_threads_write_while_memory_is_sent_ends_at_the_send(void **state)
{
	struct scene scene = {
	    .send = send_while_writing, .receive = receive_while_written};

	(void)state;
	play(&scene);
}

/* --- where it is ------------------------------------------------------------- */

/* kB: a process's part of all that it has mapped. */
static unsigned long
count_memory(pid_t process)
{
	unsigned long kilobytes = 0;
	char path[64];
	char line[256];
	FILE *rollup;

	(void)snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", process);
	rollup = fopen(path, "re");
	CHECK(rollup);
	while (fgets(line, sizeof(line), rollup))
		if (strncmp(line, "Pss:", 4) == 0)
			kilobytes = strtoul(line + 4, NULL, 10);
	(void)fclose(rollup);
	return kilobytes;
}

/* Each page is read; TSan would make memory of its own for that. */
__attribute__((no_sanitize_thread)) static bool
is_filled_with_ones(const unsigned char *memory)
{
	for (size_t i = 0; i < MUCH_BYTES; i += PAGE)
		if (memory[i] != 1)
			return false;
	return true;
}

static void
send_much(const struct scene *scene, mach_port_t to)
{
	const struct ool_way way = {.bytes = MUCH_BYTES};
	mach_vm_address_t at = 0;

	CHECK_RETURN(mach_vm_allocate(
	                 mach_task_self(), &at, MUCH_BYTES, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	memset((void *)at, 1, MUCH_BYTES);
	bell_ring(&scene->forth);
	bell_wait(&scene->back, 1);
	ool_send(to, &way, (void *)at);
	/* It is still the sender's, too. */
	CHECK(is_filled_with_ones((unsigned char *)at));
	bell_ring(&scene->forth);
	bell_wait(&scene->back, 1);
}

static void
receive_much(const struct scene *scene, mach_port_t port)
{
	const struct ool_way way = {.bytes = MUCH_BYTES};
	const unsigned char *memory;
	unsigned long before;
	unsigned long after;

	bell_wait(&scene->forth, 1);
	before = count_memory(getpid()) + count_memory(scene->peer);
	bell_ring(&scene->back);
	bell_wait(&scene->forth, 1);
	memory = ool_receive(port, &way);
	CHECK(is_filled_with_ones(memory));
	after = count_memory(getpid()) + count_memory(scene->peer);
	CHECK(before >= MUCH_BYTES / 1024);
	/* 2 % of it. */
	CHECK(after < before + MUCH_BYTES / 1024 / 50);
	bell_ring(&scene->back);
}

static void
memory_of_two_tasks_is_there_once(void **state)
{
	struct scene scene = {.send = send_much, .receive = receive_much};

	(void)state;
	play(&scene);
}

static void
send_large(const struct scene *scene, mach_port_t to)
{
	unsigned char *memory = OOL_GIVEN->make(OOL_GIVEN->bytes);

	CHECK(hostile_count_mapped_files(scene->kernel.pid) == 0);
	ool_send(to, OOL_GIVEN, memory);
	CHECK(hostile_count_mapped_files(scene->kernel.pid) == 0);
	bell_ring(&scene->forth);
}

static void
receive_large(const struct scene *scene, mach_port_t port)
{
	const unsigned before = kernel_count_files(&scene->kernel);
	unsigned char *memory;

	bell_wait(&scene->forth, 1);
	memory = ool_receive(port, OOL_GIVEN);
	CHECK(hostile_count_mapped_files(scene->kernel.pid) == 0);
	CHECK(kernel_count_files(&scene->kernel) <= before + 4);
	ool_release(memory, OOL_GIVEN->bytes);
}

static void
the_kernel_maps_nothing_that_it_forwards(void **state)
{
	struct scene scene = {.send = send_large, .receive = receive_large};

	(void)state;
	play(&scene);
}

/* --- entries, and memory that is read --------------------------------------- */

/* The sender shares what may not be written. */
static void
send_entry(const struct scene *scene, mach_port_t to)
{
	const size_t bytes = OOL_SNAPSHOT->bytes;
	unsigned char *memory = OOL_SNAPSHOT->make(bytes);
	memory_object_size_t size = bytes;
	mach_port_t entry;

	CHECK_RETURN(
	    mach_make_memory_entry_64(mach_task_self(), &size,
	        (uintptr_t)memory, VM_PROT_READ, &entry, MACH_PORT_NULL),
	    KERN_SUCCESS);
	CHECK_RETURN(mail_send_right(to, entry, MACH_MSG_TYPE_MOVE_SEND),
	    MACH_MSG_SUCCESS);
	bell_wait(&scene->back, 1);
	CHECK(ool_is_as_filled(memory, bytes));
	/* The sender may write, and everybody sees it. */
	memory[0] = 77;
	bell_ring(&scene->forth);
	bell_wait(&scene->back, 1);
}

/* Those for which nothing has to be prepared. */
static const struct attack *const strikes[] = {
    &attack_descriptor, &attack_own_memory, &attack_removal, &attack_tracer};
#define STRIKES (sizeof(strikes) / sizeof(strikes[0]))

static void
strike_entry(const struct scene *scene, mach_port_t port)
{
	const size_t bytes = OOL_SNAPSHOT->bytes;
	mach_vm_address_t at = 0;
	struct mail mail;

	CHECK_RETURN(mail_receive(port, &mail, 0, 0), MACH_MSG_SUCCESS);
	CHECK_RETURN(mach_vm_map(mach_task_self(), &at, bytes, 0,
	                 VM_FLAGS_ANYWHERE, mail_right(&mail), 0, FALSE,
	                 VM_PROT_READ, VM_PROT_READ, VM_INHERIT_SHARE),
	    KERN_SUCCESS);
	CHECK(mprotect((void *)at, bytes, PROT_READ | PROT_WRITE) != 0);
	for (size_t i = 0; i < STRIKES; i++) {
		struct target target = {
		    .at = (unsigned char *)at, .bytes = bytes, .file = -1};

		strikes[i]->strike(&target);
	}
	bell_ring(&scene->back);
	bell_wait(&scene->forth, 1);
	CHECK(((volatile unsigned char *)at)[0] == 77);
	bell_ring(&scene->back);
}

static void
who_may_read_an_entry_cannot_write_it(void **state)
{
	struct scene scene = {.send = send_entry, .receive = strike_entry};

	(void)state;
	play(&scene);
}

/* The sender is read; it tells where. */
static void
be_read(const struct scene *scene, mach_port_t to)
{
	const size_t bytes = OOL_SNAPSHOT->bytes;
	unsigned char *memory = OOL_SNAPSHOT->make(bytes);

	CHECK(write(scene->forth.ends[1], &memory, sizeof(memory)) ==
	    sizeof(memory));
	bell_wait(&scene->back, 1);
	memset(memory, 0xEE, bytes);
	CHECK_RETURN(mail_send(to, 1, MACH_PORT_NULL, 0, 0), MACH_MSG_SUCCESS);
	bell_wait(&scene->back, 1);
	for (size_t i = 0; i < bytes; i++)
		CHECK(memory[i] == 0xEE);
	ool_discard(OOL_SNAPSHOT, memory);
}

static void
read_another(const struct scene *scene, mach_port_t port)
{
	const size_t bytes = OOL_SNAPSHOT->bytes;
	mach_msg_type_number_t count;
	uintptr_t address;
	vm_offset_t read_at;
	mach_port_t task;
	struct mail mail;

	CHECK(read(scene->forth.ends[0], &address, sizeof(address)) ==
	    sizeof(address));
	CHECK_RETURN(
	    task_for_pid(mach_task_self(), scene->peer, &task), KERN_SUCCESS);
	CHECK_RETURN(
	    mach_vm_read(task, address, bytes, &read_at, &count), KERN_SUCCESS);
	bell_ring(&scene->back);
	CHECK_RETURN(mail_receive(port, &mail, 0, 0), MACH_MSG_SUCCESS);
	CHECK(count == bytes);
	CHECK(ool_is_as_filled((unsigned char *)read_at, bytes));
	memset((void *)read_at, 1, bytes);
	bell_ring(&scene->back);
	ool_release((void *)read_at, bytes);
}

static void
what_was_read_of_another_task_is_apart_from_it(void **state)
{
	struct scene scene = {.send = be_read, .receive = read_another};

	(void)state;
	play(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(large_memory_moves_and_the_rest_is_copied),
	    PROCESS_TEST(nothing_that_a_receiver_does_is_seen_by_the_sender),
	    PROCESS_TEST(what_is_shared_after_it_came_is_not_the_senders),
	    PROCESS_TEST(
	        what_threads_write_while_memory_is_sent_ends_at_the_send),
	    PROCESS_TEST(memory_of_two_tasks_is_there_once),
	    PROCESS_TEST(the_kernel_maps_nothing_that_it_forwards),
	    PROCESS_TEST(who_may_read_an_entry_cannot_write_it),
	    PROCESS_TEST(what_was_read_of_another_task_is_apart_from_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
