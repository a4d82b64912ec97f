/* A server with many clients. */
#include "crowd.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define BODY_BYTES 40 /* with the header, 64 */
#define WARM_UP_NS 250000000
#define SET_SHARE 20   /* of so many clients of a set one uses lanes */
#define END UINT32_MAX /* no turn: the client is to end */

struct message {
	mach_msg_header_t header;
	char body[BODY_BYTES];
};

struct received {
	struct message message;
	mach_msg_max_trailer_t trailer;
};

static void
futex(_Atomic uint32_t *word, int operation, uint32_t value)
{
	(void)syscall(SYS_futex, word, operation, value, NULL, NULL, 0);
}

/* --- a client -------------------------------------------------------------- */

static void
call(mach_port_t service, mach_port_t reply)
{
	struct received buffer = {
	    .message.header.msgh_bits = MACH_MSGH_BITS(
	        MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE),
	    .message.header.msgh_remote_port = service,
	    .message.header.msgh_local_port = reply,
	};

	bench_check("call",
	    mach_msg(&buffer.message.header, MACH_SEND_MSG | MACH_RCV_MSG,
	        sizeof(struct message), sizeof(buffer), reply, 0,
	        MACH_PORT_NULL));
}

static void
finish_turn(struct crowd *crowd)
{
	if (atomic_fetch_sub(&crowd->running, 1) == 1)
		futex(&crowd->running, FUTEX_WAKE, 1);
}

/* What client @number sends to. */
static mach_port_t
find_service(const struct crowd *crowd, unsigned number)
{
	const unsigned member =
	    crowd->service == CROWD_SET ? number % SET_SHARE != 0 : 0;

	/* It is read with the first message. */
	if (member > 0 && setenv("MACHPORT_LANES", "off", 1))
		bench_die("setenv", errno);
	return bench_service_find_member(member);
}

static _Noreturn void
be_client(struct crowd *crowd, unsigned number)
{
	struct crowd_seat *seat = &crowd->seats[number];
	mach_port_t service = find_service(crowd, number);
	mach_port_t reply = mach_reply_port();
	uint32_t turn = 0;

	seat->client = getpid();
	finish_turn(crowd); /* the 0th, to connect */
	for (;;) {
		while (atomic_load(&seat->turn) == turn)
			futex(&seat->turn, FUTEX_WAIT, turn);
		turn = atomic_load(&seat->turn);
		if (turn == END)
			_exit(EXIT_SUCCESS);
		seat->count = 0;
		while (bench_now_ns() < atomic_load(&crowd->deadline_ns)) {
			call(service, reply);
			seat->count++;
		}
		finish_turn(crowd);
	}
}

/* --- the server ------------------------------------------------------------ */

static pid_t server_kernel;
static unsigned server_clients; /* that have not ended */

/* The last client has ended; or one too early, or the kernel. */
static void
end_with_children(int number)
{
	int status;
	pid_t child;

	(void)number;
	while ((child = waitpid(-1, &status, WNOHANG)) > 0) {
		server_clients--;
		if (status == 0 && child != server_kernel && server_clients > 0)
			continue;
		bench_kernel_stop(server_kernel);
		_exit(status ? EXIT_FAILURE : EXIT_SUCCESS);
	}
}

/* The scenario's process has ended. */
static void
end_with_parent(int number)
{
	(void)number;
	bench_kernel_stop(server_kernel);
	_exit(EXIT_FAILURE);
}

static _Noreturn void
serve(mach_port_t service)
{
	mach_msg_option_t option = MACH_RCV_MSG;
	struct received buffer;
	mach_msg_header_t *h = &buffer.message.header;

	for (;;) {
		bench_check("serve",
		    mach_msg(h, option,
		        option & MACH_SEND_MSG ? sizeof(struct message) : 0,
		        sizeof(buffer), service, 0, MACH_PORT_NULL));
		option = MACH_SEND_MSG | MACH_RCV_MSG;
		h->msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
		h->msgh_local_port = MACH_PORT_NULL;
	}
}

static void
watch_family(unsigned clients)
{
	struct sigaction children = {
	    .sa_handler = end_with_children, .sa_flags = SA_RESTART};
	struct sigaction parent = {.sa_handler = end_with_parent};

	server_clients = clients;
	if (sigaction(SIGCHLD, &children, NULL) ||
	    sigaction(SIGTERM, &parent, NULL) ||
	    prctl(PR_SET_PDEATHSIG, SIGTERM))
		bench_die("sigaction", errno);
}

/* On the first CPU: where the server is, or its kernel, makes a turn twice as fast as another,
 * and it does not stay there by itself. */
static void
keep_in_place(pid_t pid)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	if (sched_setaffinity(pid, sizeof(cpus), &cpus) != 0)
		bench_die("sched_setaffinity", errno);
}

static _Noreturn void
be_server(struct crowd *crowd)
{
	mach_port_t service;
	sigset_t signals;
	sigset_t none;

	(void)signal(SIGCHLD, SIG_DFL);
	server_kernel = bench_kernel_start();
	crowd->kernel = server_kernel;
	service = crowd->service == CROWD_SET
	    ? bench_service_make_set(MACH_PORT_QLIMIT_MAX)
	    : bench_service_make(MACH_PORT_QLIMIT_MAX);
	(void)sigfillset(&signals);
	(void)sigprocmask(SIG_BLOCK, &signals, &none);
	watch_family(crowd->clients);
	for (unsigned i = 0; i < crowd->clients; i++) {
		pid_t client = fork();

		if (client < 0)
			bench_die("fork", errno);
		if (client > 0)
			continue;
		(void)signal(SIGCHLD, SIG_DFL);
		(void)signal(SIGTERM, SIG_DFL);
		(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
		(void)sigprocmask(SIG_SETMASK, &none, NULL);
		be_client(crowd, i);
	}
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	keep_in_place(getpid());
	keep_in_place(server_kernel);
	serve(service);
}

/* --- the scenario ---------------------------------------------------------- */

static void
await_clients(struct crowd *crowd)
{
	uint32_t running;

	while ((running = atomic_load(&crowd->running)) != 0)
		futex(&crowd->running, FUTEX_WAIT, running);
}

double
crowd_run(struct crowd *crowd, unsigned busy, uint64_t ns)
{
	uint64_t begin = bench_now_ns();
	double count = 0;

	crowd->turn++;
	atomic_store(&crowd->running, busy);
	atomic_store(&crowd->deadline_ns, begin + ns);
	for (unsigned i = 0; i < busy; i++) {
		atomic_store(&crowd->seats[i].turn, crowd->turn);
		futex(&crowd->seats[i].turn, FUTEX_WAKE, 1);
	}
	await_clients(crowd);
	begin = bench_now_ns() - begin;
	for (unsigned i = 0; i < busy; i++)
		count += (double)crowd->seats[i].count;
	return count * 1e9 / (double)begin;
}

struct crowd *
crowd_gather(unsigned clients, enum crowd_service service, const char *lanes)
{
	size_t bytes =
	    sizeof(struct crowd) + clients * sizeof(struct crowd_seat);
	struct crowd *crowd = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	pid_t server;

	if (crowd == MAP_FAILED)
		bench_die("mmap", (long)clients);
	crowd->clients = clients;
	crowd->service = service;
	atomic_store(&crowd->running, clients);
	server = bench_fork();
	if (server == 0) {
		if (lanes && setenv("MACHPORT_LANES", lanes, 1))
			bench_die("setenv", errno);
		be_server(crowd);
	}
	crowd->server = server;
	await_clients(crowd);
	(void)crowd_run(crowd, clients, WARM_UP_NS);
	return crowd;
}

void
crowd_dismiss(struct crowd *crowd)
{
	for (unsigned i = 0; i < crowd->clients; i++) {
		atomic_store(&crowd->seats[i].turn, END);
		futex(&crowd->seats[i].turn, FUTEX_WAKE, 1);
	}
	(void)waitpid(crowd->server, NULL, 0);
}
