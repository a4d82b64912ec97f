/*
 * The torture (torture.h): rounds until the time is up, in one kernel, which must
 * have nothing left at the end.
 *
 *	torture [--seconds=N | --rounds=N] [--workers=N] [--seed=N]
 */
#include <getopt.h>
#include <inttypes.h>
#include <mach/notify.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "chance.h"
#include "progress.h"
#include "torture.h"

#define WORKERS_DEFAULT 150
#define GRACE_SECONDS 600 /* beyond the time asked for */

struct tallies *tallies;

struct plan {
	const struct kernel *kernel;
	uint64_t seconds; /* 0: as many rounds as `rounds` says */
	uint64_t rounds;
	uint64_t workers; /* of a round */
	uint64_t seed;    /* of the first round; the next has the next */
};

static uint64_t
parse(const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 10);

	if (end == text || *end != '\0') {
		fprintf(stderr, "torture: %s: not a number\n", text);
		exit(EXIT_FAILURE);
	}
	return value;
}

static void
parse_options(int argc, char **argv, struct plan *plan)
{
	static const struct option options[] = {
	    {"seconds", required_argument, NULL, 's'},
	    {"rounds", required_argument, NULL, 'r'},
	    {"workers", required_argument, NULL, 'w'},
	    {"seed", required_argument, NULL, 'S'},
	    {0},
	};
	int key;

	while ((key = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (key == 's')
			plan->seconds = parse(optarg);
		else if (key == 'r')
			plan->rounds = parse(optarg);
		else if (key == 'w')
			plan->workers = parse(optarg);
		else if (key == 'S')
			plan->seed = parse(optarg);
		else
			exit(EXIT_FAILURE);
	}
}

static bool
is_over(const struct plan *plan, uint64_t began)
{
	if (plan->seconds == 0)
		return tallies->rounds == plan->rounds;
	return now_ns() - began >= plan->seconds * UINT64_C(1000000000);
}

/* In the referee. */
static void
run_rounds(void *argument)
{
	const struct plan *plan = argument;
	uint64_t began = now_ns();
	struct round round = {
	    .kernel = plan->kernel, .workers = (uint32_t)plan->workers};

	referee_begin(plan->kernel);
	while (!is_over(plan, began)) {
		round.number = tallies->rounds;
		round.seed = plan->seed + round.number;
		referee_round(&round);
	}
	progress_clear();
}

static uint64_t
notices(mach_msg_id_t id)
{
	return tallies->notices[id - MACH_NOTIFY_FIRST];
}

static void
summarize(void)
{
	printf("torture: %u rounds, %u workers: %u killed, %u ended by "
	       "themselves; stopped %u times\n",
	    tallies->rounds, tallies->workers, tallies->killed, tallies->ended,
	    tallies->stopped);
	printf("torture: about %" PRIu64 " messages sent, %" PRIu64
	       " received; the referee received %" PRIu64 "\n",
	    tallies->sent, tallies->received, tallies->chatter);
	printf("torture: %u workers got gifts; what was promised came: %" PRIu64
	       " dead names, %" PRIu64 " ports deleted, %" PRIu64
	       " no senders, %" PRIu64 " ports destroyed, %" PRIu64
	       " send possible, %" PRIu64 " send-once, %" PRIu64
	       " messages in its place\n",
	    tallies->welcomed, notices(MACH_NOTIFY_DEAD_NAME),
	    notices(MACH_NOTIFY_PORT_DELETED), notices(MACH_NOTIFY_NO_SENDERS),
	    notices(MACH_NOTIFY_PORT_DESTROYED),
	    notices(MACH_NOTIFY_SEND_POSSIBLE), notices(MACH_NOTIFY_SEND_ONCE),
	    tallies->used);
	printf("torture: the kernel had %u descriptors after each round, and "
	       "nothing at the end\n",
	    tallies->files);
}

int
main(int argc, char **argv)
{
	static const char *const options[] = {"--verify", "--no-sandbox", NULL};
	struct kernel kernel;
	struct plan plan = {
	    .kernel = &kernel,
	    .rounds = 1,
	    .workers = WORKERS_DEFAULT,
	    .seed = chance_new_seed(),
	};

	parse_options(argc, argv, &plan);
	tallies = mmap(NULL, sizeof(*tallies), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(tallies != MAP_FAILED);
	printf("torture: seed %" PRIu64 "\n", plan.seed);
	fflush(stdout);
	process_limit((unsigned)plan.seconds + GRACE_SECONDS);
	kernel_start(&kernel, options);
	task_run(run_rounds, &plan);
	kernel_expect_end(&kernel);
	summarize();
	return EXIT_SUCCESS;
}
