/*
 * A scene to look at with machport(1): six tasks that stand still. docs/looking.md
 * shows what the commands say of it, and tests see whether that is so.
 *
 *	store	receives requests, from a port in a set, but is busy with its stdin
 *	alice	has called store, and waits for the reply; knows bob by store; has a
 *		dead name
 *	bob	has sent store a send right and a receive right
 *	carol	is blocked in a send to store, whose queue is full
 *	ping	and pong know each other by store, and each waits to hear of the other
 *		first: a circle, for nobody else can send to them
 *
 * It prints their pids when all of them are where they are to be, and ends when its
 * stdin does.
 */
#include <err.h>
#include <fcntl.h>
#include <mach/mach.h>
#include <machport.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	MSG_REQUEST = 100,
	MSG_GIFT = 200,
	MSG_INTRODUCE = 300,
	MSG_PEER = 301,
	MSG_FLOOD = 400,
};

enum { ALICE, BOB, CAROL, PING, PONG, CHILDREN };

static const char *const names[] = {"alice", "bob", "carol", "ping", "pong"};
static pid_t pids[CHILDREN];
static mach_port_t requests;
static int bell[2]; /* a child rings before its last trap */

/* A message that carries rights. */
struct gift {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_port_descriptor_t ports[2];
	mach_msg_max_trailer_t trailer; /* of what is received */
};

static void
check(kern_return_t kr, const char *what)
{
	if (kr != KERN_SUCCESS)
		errx(1, "%s: %s", what, mach_error_string(kr));
}

static mach_port_t
make_port(const char *label)
{
	mach_port_t port;

	check(mach_port_allocate(
	          mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port),
	    "mach_port_allocate");
	check(machport_set_label(port, label), "machport_set_label");
	return port;
}

static void
send_simple(mach_port_t port, mach_msg_id_t id, mach_port_t reply)
{
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	        reply ? MACH_MSG_TYPE_MAKE_SEND_ONCE : 0),
	    .msgh_size = sizeof(header),
	    .msgh_remote_port = port,
	    .msgh_local_port = reply,
	    .msgh_id = id,
	};

	check(mach_msg(&header, MACH_SEND_MSG, sizeof(header), 0,
	          MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    "send");
}

/* As many rights as @count; those of MACH_PORT_NULL are none. */
static void
send_ports(mach_port_t port, mach_msg_type_name_t disposition, mach_msg_id_t id,
    mach_port_t reply, const mach_port_t *ports,
    const mach_msg_type_name_t *types, unsigned count)
{
	struct gift gift = {
	    .header =
	        {
	            .msgh_bits = MACH_MSGH_BITS(disposition,
	                             reply ? MACH_MSG_TYPE_MAKE_SEND_ONCE : 0) |
	                MACH_MSGH_BITS_COMPLEX,
	            .msgh_size =
	                (mach_msg_size_t)(offsetof(struct gift, ports) +
	                    count * sizeof(gift.ports[0])),
	            .msgh_remote_port = port,
	            .msgh_local_port = reply,
	            .msgh_id = id,
	        },
	    .body = {count},
	};

	for (unsigned i = 0; i < count; i++)
		gift.ports[i] = (mach_msg_port_descriptor_t){
		    .name = ports[i],
		    .disposition = types[i] & 0xff,
		    .type = MACH_MSG_PORT_DESCRIPTOR,
		};
	check(mach_msg(&gift.header, MACH_SEND_MSG, gift.header.msgh_size, 0,
	          MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    "send rights");
}

static void
receive(mach_port_t port, struct gift *gift)
{
	check(mach_msg(&gift->header, MACH_RCV_MSG, 0, sizeof(*gift), port, 0,
	          MACH_PORT_NULL),
	    "receive");
}

static void
ring(void)
{
	if (write(bell[1], "!", 1) != 1)
		err(1, "bell");
}

/* --- who is in it ---------------------------------------------------------- */

/* Tell store of a port of ours, and be told of that of somebody else. */
static mach_port_t
meet(const char *label)
{
	const mach_msg_type_name_t type = MACH_MSG_TYPE_MAKE_SEND;
	mach_port_t port = make_port(label);
	mach_port_t answer = mach_reply_port();
	struct gift gift;

	send_ports(bootstrap_port, MACH_MSG_TYPE_COPY_SEND, MSG_INTRODUCE,
	    answer, &port, &type, 1);
	receive(answer, &gift);
	check(mach_port_mod_refs(
	          mach_task_self(), answer, MACH_PORT_RIGHT_RECEIVE, -1),
	    "mod_refs");
	return port;
}

static void
be_alice(void)
{
	mach_port_t dead = make_port("");
	mach_port_t replies;
	struct gift gift;

	(void)meet("alice: news");
	replies = make_port("alice: replies");
	check(mach_port_insert_right(
	          mach_task_self(), dead, dead, MACH_MSG_TYPE_MAKE_SEND),
	    "insert_right");
	check(mach_port_mod_refs(
	          mach_task_self(), dead, MACH_PORT_RIGHT_RECEIVE, -1),
	    "mod_refs");
	send_simple(bootstrap_port, MSG_REQUEST, replies);
	ring();
	receive(replies, &gift);
}

static void
be_bob(void)
{
	const mach_msg_type_name_t types[] = {
	    MACH_MSG_TYPE_MAKE_SEND, MACH_MSG_TYPE_MOVE_RECEIVE};
	mach_port_t ports[2];

	ports[0] = meet("bob: news");
	ports[1] = make_port("bob: gift");
	send_ports(bootstrap_port, MACH_MSG_TYPE_COPY_SEND, MSG_GIFT,
	    MACH_PORT_NULL, ports, types, 2);
	ring();
	for (;;)
		pause();
}

/* Five are in the queue, of which two are of alice and bob. */
static void
be_carol(void)
{
	for (int i = 0; i < 3; i++)
		send_simple(bootstrap_port, MSG_FLOOD + i, MACH_PORT_NULL);
	ring();
	send_simple(bootstrap_port, MSG_FLOOD + 3, MACH_PORT_NULL);
}

static void
wait_for_news(const char *label)
{
	mach_port_t port = meet(label);
	struct gift gift;

	ring();
	receive(port, &gift);
}

static void
be_child(int who)
{
	prctl(PR_SET_NAME, names[who]);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	switch (who) {
	case ALICE:
		be_alice();
		break;
	case BOB:
		be_bob();
		break;
	case CAROL:
		be_carol();
		break;
	case PING:
		wait_for_news("ping: news");
		break;
	case PONG:
		wait_for_news("pong: news");
		break;
	}
	_exit(0);
}

static void
start(int who)
{
	pids[who] = fork();
	if (pids[who] < 0)
		err(1, "fork");
	if (pids[who] == 0)
		be_child(who);
}

/* It rings, and then sleeps in its last call: of all but bob a trap. */
static void
await(int who)
{
	char path[64], line[64], byte;
	long call = -1;

	if (read(bell[0], &byte, 1) != 1)
		err(1, "bell");
	(void)snprintf(path, sizeof(path), "/proc/%d/syscall", (int)pids[who]);
	while (call != (who == BOB ? SYS_pause : SYS_recvmsg)) {
		FILE *file = fopen(path, "re");

		if (!file)
			err(1, "%s", path);
		if (fgets(line, sizeof(line), file))
			call = strtol(line, NULL, 10);
		(void)fclose(file);
		(void)sched_yield();
	}
}

/* --- store ----------------------------------------------------------------- */

/* Start two, and tell each of the other's port, the first of them first. */
static void
introduce(int first, int second, mach_msg_type_name_t type)
{
	struct gift gifts[2];

	start(first);
	receive(requests, &gifts[0]);
	start(second);
	receive(requests, &gifts[1]);
	for (int i = 0; i < 2; i++) {
		send_ports(gifts[i].header.msgh_remote_port,
		    MACH_MSG_TYPE_MOVE_SEND_ONCE, MSG_PEER, MACH_PORT_NULL,
		    &gifts[1 - i].ports[0].name, &type, 1);
		await(i == 0 ? first : second);
	}
}

static void
open_store(void)
{
	mach_port_t set, events, previous;

	requests = make_port("store: requests");
	events = make_port("store: events");
	check(mach_port_insert_right(mach_task_self(), requests, requests,
	          MACH_MSG_TYPE_MAKE_SEND),
	    "insert_right");
	check(mach_port_allocate(
	          mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &set),
	    "allocate set");
	check(mach_port_insert_member(mach_task_self(), requests, set),
	    "insert_member");
	check(mach_port_insert_member(mach_task_self(), events, set),
	    "insert_member");
	check(mach_port_request_notification(mach_task_self(), requests,
	          MACH_NOTIFY_NO_SENDERS, 0, events,
	          MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    "request_notification");
	check(task_set_bootstrap_port(mach_task_self(), requests),
	    "set_bootstrap_port");
}

int
main(void)
{
	char byte;

	prctl(PR_SET_NAME, "store");
	if (pipe2(bell, O_CLOEXEC) != 0)
		err(1, "pipe");
	open_store();
	introduce(PING, PONG, MACH_MSG_TYPE_MOVE_SEND);
	introduce(ALICE, BOB, MACH_MSG_TYPE_COPY_SEND);
	start(CAROL);
	await(CAROL);
	printf("store=%d", (int)getpid());
	for (int i = 0; i < CHILDREN; i++)
		printf(" %s=%d", names[i], (int)pids[i]);
	putchar('\n');
	(void)fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	for (int i = 0; i < CHILDREN; i++)
		(void)kill(pids[i], SIGKILL);
	while (wait(NULL) > 0)
		;
	return 0;
}
