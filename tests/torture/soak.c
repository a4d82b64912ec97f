/*
 * The soak: three threads of one task send into a queue of 100, never block, and
 * wait for send-possible notifications when it is full; another task receives, at
 * a pace that varies. Each message arrives once, in its sender's order, and each
 * request for a notification ends exactly once.
 *
 *	soak [MESSAGES [SEED]]
 *
 * The threads of a task have one name for the queue, and a name has one request.
 * So a thread that registers may replace another's request, whose right it is
 * given; it owes that thread a wake-up. It pays as soon as it has seen room itself:
 * its message went, or its own notification came. It pays by giving the right back,
 * which makes a send-once notification. Thus each request brings its maker either
 * 66 or 71, and to wait for neither in vain is what this is about.
 */
#include <inttypes.h>
#include <mach/mach.h>
#include <mach/notify.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "chance.h"
#include "harness.h"
#include "mail.h"
#include "progress.h"

#define SENDERS 3
#define QUEUE_LIMIT 100
#define MESSAGES_DEFAULT 3000000
#define LOST_MS 20000 /* who waits longer has lost a wake-up */
#define LIMIT_SECONDS 3600

struct count {
	uint64_t full;          /* sends that found the queue full */
	uint64_t requests;      /* registered */
	uint64_t send_possible; /* notifications 66 */
	uint64_t handed_on; /* notifications 71: another's request took over */
};

struct sender {
	pthread_t thread;
	uint32_t number;
	mach_port_t queue;
	mach_port_t notify;
	bool registered;
	mach_port_t owed; /* send-once right of whom we are to wake, or NULL */
	uint64_t share;   /* how many messages to send */
	struct count count;
};

struct parcel {
	mach_msg_header_t header;
	uint32_t sender;
	uint32_t filler;
	uint64_t sequence;
};

/* In memory that both tasks share. */
struct shared {
	uint64_t messages;
	uint64_t seed;
	uint64_t ns;
	struct count senders[SENDERS];
};

static mach_msg_return_t
send_one(const struct sender *sender, uint64_t sequence)
{
	struct parcel parcel = {
	    .header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .header.msgh_remote_port = sender->queue,
	    .sender = sender->number,
	    .sequence = sequence,
	};

	return mach_msg(&parcel.header,
	    MACH_SEND_MSG | MACH_SEND_TIMEOUT | MACH_SEND_NOTIFY,
	    sizeof(parcel), 0, MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

/* Wake whom we replaced. */
static void
pay(struct sender *sender)
{
	if (sender->owed == MACH_PORT_NULL)
		return;
	CHECK_RETURN(
	    mach_port_deallocate(mach_task_self(), sender->owed), KERN_SUCCESS);
	sender->owed = MACH_PORT_NULL;
}

/* Ask to be told of room; not yet armed. */
static void
arm(struct sender *sender)
{
	if (sender->registered)
		return;
	CHECK_RETURN(
	    mach_port_request_notification(mach_task_self(), sender->queue,
	        MACH_NOTIFY_SEND_POSSIBLE, 0, sender->notify,
	        MACH_MSG_TYPE_MAKE_SEND_ONCE, &sender->owed),
	    KERN_SUCCESS);
	sender->registered = true;
	sender->count.requests++;
}

/* The one notification that our request brings. */
static void
wait_for_notice(struct sender *sender)
{
	mach_send_possible_notification_t notice = {0};
	mach_msg_return_t code =
	    mach_msg(&notice.not_header, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
	        sizeof(notice), sender->notify, LOST_MS, MACH_PORT_NULL);

	if (code == MACH_RCV_TIMED_OUT)
		fprintf(stderr, "soak: sender %u: a wake-up was lost\n",
		    sender->number);
	CHECK_RETURN(code, MACH_MSG_SUCCESS);
	if (notice.not_header.msgh_id == MACH_NOTIFY_SEND_POSSIBLE) {
		CHECK(notice.not_port == sender->queue);
		sender->count.send_possible++;
	} else {
		CHECK(notice.not_header.msgh_id == MACH_NOTIFY_SEND_ONCE);
		sender->count.handed_on++;
	}
	CHECK(sender->registered);
	sender->registered = false;
}

/* Our request goes, or what is in its place; and there is no more to come. */
static void
disarm(struct sender *sender)
{
	struct mail mail;

	CHECK_RETURN(
	    mach_port_request_notification(mach_task_self(), sender->queue,
	        MACH_NOTIFY_SEND_POSSIBLE, 0, MACH_PORT_NULL,
	        MACH_MSG_TYPE_MAKE_SEND_ONCE, &sender->owed),
	    KERN_SUCCESS);
	pay(sender);
	if (sender->registered)
		wait_for_notice(sender);
	CHECK_RETURN(mail_receive(sender->notify, &mail, MACH_RCV_TIMEOUT, 0),
	    MACH_RCV_TIMED_OUT);
}

static void *
send_share(void *argument)
{
	struct sender *sender = argument;
	mach_msg_return_t code;

	for (uint64_t i = 0; i < sender->share;) {
		arm(sender);
		code = send_one(sender, i);
		if (code == MACH_MSG_SUCCESS) {
			i++;
		} else {
			CHECK_RETURN(code, MACH_SEND_TIMED_OUT);
			sender->count.full++;
			wait_for_notice(sender);
		}
		pay(sender);
	}
	disarm(sender);
	return NULL;
}

static uint64_t
share_of(uint32_t sender, uint64_t messages)
{
	return messages / SENDERS + (sender < messages % SENDERS);
}

static void
send_all(void *argument)
{
	struct shared *shared = argument;
	struct sender senders[SENDERS] = {0};
	mach_port_t queue = mail_inherited();

	for (uint32_t i = 0; i < SENDERS; i++) {
		senders[i].number = i;
		senders[i].queue = queue;
		senders[i].notify = mail_port();
		senders[i].share = share_of(i, shared->messages);
		CHECK(pthread_create(&senders[i].thread, NULL, send_share,
		          &senders[i]) == 0);
	}
	for (uint32_t i = 0; i < SENDERS; i++) {
		CHECK(pthread_join(senders[i].thread, NULL) == 0);
		shared->senders[i] = senders[i].count;
	}
}

/* The next message of its sender. */
static void
receive_one(mach_port_t queue, uint64_t *next_of_senders)
{
	struct {
		struct parcel parcel;
		mach_msg_max_trailer_t trailer;
	} received;
	mach_msg_return_t code =
	    mach_msg(&received.parcel.header, MACH_RCV_MSG | MACH_RCV_TIMEOUT,
	        0, sizeof(received), queue, LOST_MS, MACH_PORT_NULL);

	if (code == MACH_RCV_TIMED_OUT)
		fprintf(stderr, "soak: the receiver: a wake-up was lost\n");
	CHECK_RETURN(code, MACH_MSG_SUCCESS);
	CHECK(received.parcel.header.msgh_size == sizeof(received.parcel));
	CHECK(received.parcel.sender < SENDERS);
	CHECK(received.parcel.sequence ==
	    next_of_senders[received.parcel.sender]);
	next_of_senders[received.parcel.sender]++;
}

/* How long until the next message: a few calls to the kernel, or none. */
static void
dawdle(mach_port_t queue, uint32_t calls)
{
	mach_port_type_t type;

	for (uint32_t i = 0; i < calls; i++)
		CHECK_RETURN(mach_port_type(mach_task_self(), queue, &type),
		    KERN_SUCCESS);
}

static void
receive_all(mach_port_t queue, const struct shared *shared)
{
	uint64_t next_of_senders[SENDERS] = {0};
	struct chance chance;
	uint32_t left = 0; /* of a stretch of one pace */
	uint32_t calls = 0;

	chance_init(&chance, shared->seed, 0);
	for (uint64_t i = 0; i < shared->messages; i++) {
		if (left-- == 0) {
			left = chance_below(&chance, 3 * QUEUE_LIMIT);
			calls = chance_below(&chance, 6);
			calls = calls > 2 ? 0 : calls;
			progress_show("soak: %" PRIu64 " of %" PRIu64
			              " messages",
			    i, shared->messages);
		}
		receive_one(queue, next_of_senders);
		dawdle(queue, calls);
	}
	progress_clear();
}

static void
soak(void *argument)
{
	struct shared *shared = argument;
	mach_port_limits_t limits = {.mpl_qlimit = QUEUE_LIMIT};
	mach_port_t queue = mail_port();
	struct mail mail;
	pid_t senders;
	uint64_t began;

	CHECK_RETURN(mach_port_set_attributes(mach_task_self(), queue,
	                 MACH_PORT_LIMITS_INFO, (mach_port_info_t)&limits,
	                 MACH_PORT_LIMITS_INFO_COUNT),
	    KERN_SUCCESS);
	mail_bequeath(queue);
	began = now_ns();
	senders = task_start(send_all, shared);
	receive_all(queue, shared);
	shared->ns = now_ns() - began;
	task_expect_success(senders);
	CHECK_RETURN(mail_receive(queue, &mail, MACH_RCV_TIMEOUT, 0),
	    MACH_RCV_TIMED_OUT);
}

static struct count
total(const struct shared *shared)
{
	struct count sum = {0};

	for (uint32_t i = 0; i < SENDERS; i++) {
		sum.full += shared->senders[i].full;
		sum.requests += shared->senders[i].requests;
		sum.send_possible += shared->senders[i].send_possible;
		sum.handed_on += shared->senders[i].handed_on;
	}
	return sum;
}

static void
summarize(const struct shared *shared)
{
	struct count sum = total(shared);

	printf("soak: %" PRIu64 " messages in %.1f s, %.0f a second; the queue "
	       "was full for %" PRIu64 " sends\n",
	    shared->messages, (double)shared->ns / 1e9,
	    (double)shared->messages * 1e9 / (double)shared->ns, sum.full);
	printf("soak: %" PRIu64 " requests: %" PRIu64
	       " send-possible notifications, %" PRIu64
	       " handed on; no lost wake-up\n",
	    sum.requests, sum.send_possible, sum.handed_on);
}

static uint64_t
parse(const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 10);

	if (end == text || *end != '\0' || value == 0) {
		fprintf(stderr, "usage: soak [MESSAGES [SEED]]\n");
		exit(EXIT_FAILURE);
	}
	return value;
}

int
main(int argc, char **argv)
{
	static const char *const options[] = {"--verify", NULL};
	struct kernel kernel;
	struct shared *shared = mmap(NULL, sizeof(*shared),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	CHECK(shared != MAP_FAILED);
	shared->messages = argc > 1 ? parse(argv[1]) : MESSAGES_DEFAULT;
	shared->seed = argc > 2 ? parse(argv[2]) : chance_new_seed();
	printf("soak: seed %" PRIu64 "\n", shared->seed);
	fflush(stdout);
	process_limit(LIMIT_SECONDS);
	kernel_start(&kernel, options);
	task_run(soak, shared);
	kernel_expect_end(&kernel);
	summarize(shared);
	return EXIT_SUCCESS;
}
