/*
 * The nursery: starts workers, and ends them where they are. It is a task itself,
 * from which they inherit the way to the hub, and it tells the referee of each
 * death.
 */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "chance.h"
#include "mail.h"
#include "parcel.h"
#include "torture.h"

#define CONCURRENT 12
#define TICK_NS 2000000
#define CALM 32 /* ticks in which nothing happens to a worker, for one */

struct nursling {
	pid_t pid; /* 0: a free place */
	uint32_t number;
	bool stopped;
};

struct nursery {
	const struct round *round;
	struct chance chance;
	struct parcel parcel;
	mach_port_t hub;
	struct nursling all[CONCURRENT];
	uint32_t started;
	uint32_t alive;
};

static void
tell(struct nursery *nursery, enum parcel_id id, uint32_t value)
{
	struct parcel_address hub = {
	    .to = nursery->hub, .disposition = MACH_MSG_TYPE_COPY_SEND};

	parcel_begin(&nursery->parcel, (mach_msg_id_t)id);
	parcel_end(&nursery->parcel, &nursery->chance, value, 0);
	CHECK_RETURN(
	    parcel_send(&nursery->parcel, &hub, 0, 0), MACH_MSG_SUCCESS);
}

static void
start(struct nursery *nursery, struct nursling *nursling)
{
	struct life life = {nursery->round, nursery->started++};

	nursling->number = life.number;
	nursling->stopped = false;
	nursling->pid = task_start(worker, &life);
	nursery->alive++;
	tallies->workers++;
}

static void
fill(struct nursery *nursery)
{
	for (unsigned i = 0; i < CONCURRENT; i++)
		if (nursery->all[i].pid == 0 &&
		    nursery->started < nursery->round->workers)
			start(nursery, &nursery->all[i]);
}

/* Wait a moment of any length: this is where the points are random. */
static void
pass_time(struct nursery *nursery)
{
	struct timespec moment = {
	    .tv_nsec = chance_below(&nursery->chance, TICK_NS)};

	(void)nanosleep(&moment, NULL);
}

static void
disturb(struct nursery *nursery, struct nursling *nursling)
{
	switch (chance_below(&nursery->chance, 8)) {
	case 0:
	case 1:
		CHECK(kill(nursling->pid, SIGKILL) == 0);
		break;
	case 2:
		nursling->stopped = true;
		tallies->stopped++;
		CHECK(kill(nursling->pid, SIGSTOP) == 0);
		break;
	case 3:
	case 4:
		nursling->stopped = false;
		CHECK(kill(nursling->pid, SIGCONT) == 0);
		break;
	default:
		break;
	}
}

/* Has it ended? Then it was killed, or has found nothing wrong. */
static void
reap(struct nursery *nursery, struct nursling *nursling)
{
	siginfo_t info = {0};
	int status;

	CHECK(waitid(P_PID, (id_t)nursling->pid, &info,
	          WEXITED | WNOHANG | WNOWAIT) == 0);
	if (info.si_pid == 0)
		return;
	status = child_wait(nursling->pid);
	if (WIFSIGNALED(status)) {
		CHECK(WTERMSIG(status) == SIGKILL);
		tallies->killed++;
	} else {
		CHECK(status == 0);
		tallies->ended++;
	}
	nursling->pid = 0;
	nursery->alive--;
	tell(nursery, PARCEL_ENDED, nursling->number);
}

void
nursery(void *argument)
{
	struct nursery nursery = {.round = argument};

	chance_init(&nursery.chance, nursery.round->seed, UINT32_MAX);
	parcel_init(&nursery.parcel);
	nursery.hub = mail_inherited();
	do {
		fill(&nursery);
		pass_time(&nursery);
		for (unsigned i = 0; i < CONCURRENT; i++) {
			if (nursery.all[i].pid != 0)
				reap(&nursery, &nursery.all[i]);
			if (nursery.all[i].pid != 0 &&
			    chance_once_in(&nursery.chance, CALM))
				disturb(&nursery, &nursery.all[i]);
		}
	} while (nursery.alive > 0 || nursery.started < nursery.round->workers);
	tell(&nursery, PARCEL_ROUND_ENDED, nursery.started);
	parcel_free(&nursery.parcel);
}
