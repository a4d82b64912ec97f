/* Memory of processes, with a helper that the test plays: it answers what it likes, or not
 * at all. */
#include "memory.h"

#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "closer.h"
#include "file.h"
#include "helper.h"
#include "inside.h"
#include "kern_platform.h"
#include "kernel.h"

#define MEMORY(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#define ONE_USERS 8
#define BUDGET ((uint64_t)1 << 20)

static int helper; /* our end */
static struct ipc_account *account;
static struct process one;
static struct process other;

static void
process_init(struct process *process, uid_t uid)
{
	*process = (struct process){
	    .kern.pid = getpid(),
	    .pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0),
	    .user = user_get(&inside_server.budget, uid),
	};
	assert_non_null(process->user);
}

static void
process_deinit(struct process *process)
{
	(void)close(process->pidfd);
	process->user = user_unref(process->user);
}

static int
setup(void **state)
{
	const struct ipc_charge limits = {.file_bytes = BUDGET};
	int ends[2];

	(void)state;
	inside_init();
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
	assert_int_equal(memory_attach(&inside_server, ends[0]), 0);
	helper = ends[1];
	account = ipc_account_new(NULL, &limits);
	process_init(&one, 1000);
	process_init(&other, 1001);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	(void)close(helper);
	memory_end(&inside_server.memory);
	assert_int_equal(account->used.file_bytes, 0);
	assert_int_equal(account->refs, 1);
	(void)ipc_account_unref(account);
	process_deinit(&one);
	process_deinit(&other);
	inside_deinit();
	return 0;
}

/* Ask; nobody wants the reply. Is it on its way? */
static bool
ask_for(struct kern_memory_request request)
{
	struct kern_reply reply = {0};
	const unsigned before = inside_server.memory.count;

	request.user = 1002;
	request.account = account;
	memory_ask(&inside_server, &request, &reply);
	return inside_server.memory.count == before + 1;
}

static struct kern_memory_place
place(const struct process *process, uint64_t address)
{
	return (struct kern_memory_place){
	    .process = &process->kern,
	    .owner = process->user->uid,
	    .address = address,
	};
}

/* For @bytes of it, or to write so many. */
static bool
ask(const struct process *process, uint32_t bytes, const void *data)
{
	return ask_for((struct kern_memory_request){
	    .kind = data ? KERN_MEMORY_WRITE : KERN_MEMORY_READ,
	    .at = place(process, 0x1000),
	    .bytes = bytes,
	    .data = data,
	});
}

static bool
ask_copy(const struct process *from, const struct process *to)
{
	return ask_for((struct kern_memory_request){
	    .kind = KERN_MEMORY_COPY,
	    .at = place(from, 0x1000),
	    .to = place(to, 0x2000),
	    .bytes = UINT64_C(5) << 32,
	});
}

static void
take(struct helper_request *request)
{
	assert_int_equal(
	    recv(helper, request, sizeof(*request), 0), sizeof(*request));
}

static void
answer(uint64_t id, kern_return_t code)
{
	const struct helper_answer message = {.id = id, .code = code};

	assert_int_equal(
	    send(helper, &message, sizeof(message), 0), sizeof(message));
	inside_server.memory.source.ready(&inside_server.memory.source);
}

TEST(a_request_says_what_is_wanted)
{
	struct helper_request request;

	assert_true(ask(&one, 5000, NULL));
	take(&request);
	assert_int_equal(request.kind, HELPER_READ);
	assert_int_equal(request.at.pid, getpid());
	assert_int_equal(request.at.owner, 1000);
	assert_int_equal(request.at.address, 0x1000);
	assert_int_equal(request.bytes, 5000);
	answer(request.id, KERN_SUCCESS);
	assert_int_equal(inside_server.memory.count, 0);
}

TEST(a_copy_names_two_places_and_takes_no_budget)
{
	struct helper_request request;

	assert_true(ask_copy(&one, &other));
	assert_int_equal(account->used.file_bytes, 0);
	take(&request);
	assert_int_equal(request.kind, HELPER_COPY);
	assert_int_equal(request.at.owner, 1000);
	assert_int_equal(request.to.owner, 1001);
	assert_int_equal(request.to.address, 0x2000);
	assert_int_equal(request.bytes, UINT64_C(5) << 32);
	answer(request.id, KERN_SUCCESS);
	assert_int_equal(inside_server.memory.count, 0);
}

/* Take what the event loop would close at once. */
static void
exhaust_batch(void)
{
	while (budget_take_close(&inside_server.budget, 65536))
		;
}

TEST(a_file_that_comes_to_nothing_keeps_nobody_waiting)
{
	struct user *asking = user_get(&inside_server.budget, 1002);
	struct helper_request request;
	int peer;

	/* What else is to be closed waits behind this. */
	user_close(asking, lingering_socket(TEST_SECONDS, &peer));
	assert_true(ask(&one, 5000, NULL));
	exhaust_batch();
	take(&request);
	answer(request.id, KERN_MEMORY_ERROR);
	assert_int_equal(closer_backlog(asking->closing), 2);
	(void)close(peer);
	while (closer_backlog(asking->closing) > 0)
		(void)sched_yield();
	(void)user_unref(asking);
}

TEST(a_region_is_asked_for_without_budget)
{
	struct helper_request request;

	assert_true(ask_for((struct kern_memory_request){
	    .kind = KERN_MEMORY_REGION,
	    .at = place(&one, 0x5000),
	    .flavor = VM_REGION_BASIC_INFO_64,
	}));
	assert_int_equal(account->used.file_bytes, 0);
	take(&request);
	assert_int_equal(request.kind, HELPER_REGION);
	assert_int_equal(request.at.address, 0x5000);
	answer(request.id, KERN_SUCCESS);
	assert_int_equal(inside_server.memory.count, 0);
}

TEST(what_is_on_its_way_is_charged)
{
	struct helper_request request;

	assert_true(ask(&one, 5000, NULL));
	assert_int_equal(account->used.file_bytes, 3 * ipc_world.page);
	assert_false(ask(&one, BUDGET, NULL));
	take(&request);
	answer(request.id, KERN_INVALID_ADDRESS);
	assert_int_equal(account->used.file_bytes, 0);
}

TEST(a_file_that_a_task_passed_is_written_as_it_is)
{
	const struct file_facts facts = {
	    .bytes = ipc_world.page + 5, .memory_bytes = 3 * ipc_world.page};
	struct file *file =
	    file_new(one.user, memfd_create("test", MFD_CLOEXEC), &facts);
	struct kern_memory_request request = {
	    .kind = KERN_MEMORY_WRITE,
	    .at = place(&one, 0x1000),
	    .bytes = 5,
	    .memory = &file->memory,
	    .offset = ipc_world.page,
	};
	struct helper_request asked;

	assert_true(ask_for(request));
	/* It is in memory as a whole, whatever of it is written. */
	assert_int_equal(account->used.file_bytes, 3 * ipc_world.page);
	file->memory.free(&file->memory);
	take(&asked);
	assert_int_equal(asked.kind, HELPER_WRITE);
	assert_int_equal(asked.offset, ipc_world.page);
	assert_int_equal(asked.bytes, 5);
	answer(asked.id, KERN_SUCCESS);
}

TEST(a_user_whose_processes_stall_holds_up_nobody_else)
{
	for (unsigned i = 0; i < ONE_USERS; i++)
		assert_true(ask(&one, 1, NULL));
	assert_false(ask(&one, 1, NULL));
	assert_false(ask(&one, 4, "text"));
	assert_true(ask(&other, 1, NULL));
}

TEST(a_copy_counts_against_both_users_whose_processes_it_touches)
{
	for (unsigned i = 0; i < ONE_USERS; i++)
		assert_true(ask_copy(&one, &other));
	assert_false(ask(&one, 1, NULL));
	assert_false(ask(&other, 1, NULL));
}

TEST(a_copy_within_a_process_counts_once)
{
	for (unsigned i = 0; i < ONE_USERS; i++)
		assert_true(ask_copy(&one, &one));
	assert_false(ask_copy(&one, &one));
}

TEST(answers_come_in_any_order)
{
	struct helper_request first;
	struct helper_request second;

	assert_true(ask(&one, 4, "text"));
	assert_true(ask(&one, 1, NULL));
	take(&first);
	take(&second);
	assert_int_equal(first.kind, HELPER_WRITE);
	answer(second.id, KERN_PROTECTION_FAILURE);
	answer(first.id, KERN_SUCCESS);
	assert_int_equal(inside_server.memory.count, 0);
	assert_true(ask(&one, 1, NULL));
}

static void
expect_no_helper(void)
{
	assert_int_equal(inside_server.memory.helper, -1);
	assert_int_equal(inside_server.memory.count, 0);
	assert_false(ask(&one, 1, NULL));
	inside_reap();
}

TEST(a_helper_that_ends_leaves_nothing_on_its_way)
{
	assert_true(ask(&one, 1, NULL));
	assert_true(ask(&other, 1, NULL));
	(void)shutdown(helper, SHUT_RDWR);
	inside_server.memory.source.ready(&inside_server.memory.source);
	expect_no_helper();
}

TEST(a_helper_that_talks_nonsense_is_given_up)
{
	assert_true(ask(&one, 1, NULL));
	answer(77, KERN_SUCCESS);
	expect_no_helper();
}

TEST(a_helper_that_does_not_read_is_asked_no_more)
{
	unsigned asked = 0;

	for (uid_t uid = 2000; uid < 2040; uid++) {
		struct process process;

		process_init(&process, uid);
		for (unsigned i = 0; i < ONE_USERS; i++)
			asked += ask(&process, 1, NULL);
		process_deinit(&process);
	}
	assert_true(asked > 0 && asked <= HELPER_OPERATIONS);
	assert_int_equal(inside_server.memory.count, asked);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    MEMORY(a_request_says_what_is_wanted),
	    MEMORY(a_copy_names_two_places_and_takes_no_budget),
	    MEMORY(a_file_that_comes_to_nothing_keeps_nobody_waiting),
	    MEMORY(a_region_is_asked_for_without_budget),
	    MEMORY(what_is_on_its_way_is_charged),
	    MEMORY(a_file_that_a_task_passed_is_written_as_it_is),
	    MEMORY(a_user_whose_processes_stall_holds_up_nobody_else),
	    MEMORY(a_copy_counts_against_both_users_whose_processes_it_touches),
	    MEMORY(a_copy_within_a_process_counts_once),
	    MEMORY(answers_come_in_any_order),
	    MEMORY(a_helper_that_ends_leaves_nothing_on_its_way),
	    MEMORY(a_helper_that_talks_nonsense_is_given_up),
	    MEMORY(a_helper_that_does_not_read_is_asked_no_more),
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
