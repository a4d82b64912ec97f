#include "round_trip.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "golden.h"

struct round_trip *round_trip;

/* --- counting -------------------------------------------------------------- */

/* Of all mappings: their number says less, for neighbours become one. Lanes come and go
 * with what is sent, and are nobody's holding. */
static unsigned
count_pages(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	uint64_t bytes = 0;
	char line[512];

	CHECK(maps);
	while (fgets(line, sizeof(line), maps)) {
		uint64_t begin;
		uint64_t end;

		CHECK(sscanf(line, "%" SCNx64 "-%" SCNx64, &begin, &end) == 2);
		if (!strstr(line, "/memfd:machport-lane") &&
		    !strstr(line, "/memfd:machport-board"))
			bytes += end - begin;
	}
	fclose(maps);
	return (unsigned)(bytes / (uint64_t)sysconf(_SC_PAGESIZE));
}

static void
count_name(struct round_trip_holdings *all, mach_port_name_t name,
    mach_port_type_t type)
{
	mach_port_urefs_t refs = 0;

	all->names++;
	all->receive += (type & MACH_PORT_TYPE_RECEIVE) != 0;
	all->send_once += (type & MACH_PORT_TYPE_SEND_ONCE) != 0;
	if (type & MACH_PORT_TYPE_SEND)
		CHECK_RETURN(mach_port_get_refs(mach_task_self(), name,
		                 MACH_PORT_RIGHT_SEND, &refs),
		    KERN_SUCCESS);
	else if (type & MACH_PORT_TYPE_DEAD_NAME)
		CHECK_RETURN(mach_port_get_refs(mach_task_self(), name,
		                 MACH_PORT_RIGHT_DEAD_NAME, &refs),
		    KERN_SUCCESS);
	all->references += refs;
}

static struct round_trip_holdings
count_holdings(void)
{
	struct round_trip_holdings all = {0};
	mach_port_name_array_t names;
	mach_port_type_array_t types;
	mach_msg_type_number_t count;

	CHECK_RETURN(
	    mach_port_names(mach_task_self(), &names, &count, &types, &count),
	    KERN_SUCCESS);
	for (unsigned i = 0; i < count; i++)
		count_name(&all, names[i], types[i]);
	(void)vm_deallocate(
	    mach_task_self(), (vm_address_t)names, count * sizeof(*names));
	(void)vm_deallocate(
	    mach_task_self(), (vm_address_t)types, count * sizeof(*types));
	all.pages = count_pages();
	return all;
}

void
round_trip_count(mach_port_t server, struct round_trip_both *both)
{
	struct stub told = *stub;

	/* The server counts when this comes. */
	stub->result = KERN_SUCCESS;
	CHECK_RETURN(g_void(server), KERN_SUCCESS);
	stub->result = told.result;
	both->client = count_holdings();
	both->server = round_trip->server;
}

static void
compare(const char *what, const char *who,
    const struct round_trip_holdings *before,
    const struct round_trip_holdings *after)
{
	/* Memory may become less: what was there for the first time. With the board
	 * comes a page that tells of a fork. */
	if (before->names == after->names &&
	    before->references == after->references &&
	    before->receive == after->receive &&
	    before->send_once == after->send_once &&
	    (uint64_t)before->pages + 1 >= after->pages)
		return;
	fprintf(stderr,
	    "%s: the %s had %u names, %u references, %u receive, %u send-once "
	    "rights, %u pages; now %u, %u, %u, %u, %u\n",
	    what, who, before->names, before->references, before->receive,
	    before->send_once, before->pages, after->names, after->references,
	    after->receive, after->send_once, after->pages);
	CHECK(false);
}

void
round_trip_compare(
    mach_port_t server, const struct round_trip_both *before, const char *what)
{
	struct round_trip_both after;

	round_trip_count(server, &after);
	compare(what, "client", &before->client, &after.client);
	compare(what, "server", &before->server, &after.server);
}

/* --- the two tasks --------------------------------------------------------- */

static mach_port_t service;
static bool client_gone;

/* The client has found the service: when it ends, say so. */
static void
watch_client(void)
{
	mach_port_t previous;

	CHECK_RETURN(
	    mach_ports_register(mach_task_self(), NULL, 0), KERN_SUCCESS);
	CHECK_RETURN(mach_port_request_notification(mach_task_self(), service,
	                 MACH_NOTIFY_NO_SENDERS, 0, service,
	                 MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
}

static boolean_t
serve(mach_msg_header_t *request, mach_msg_header_t *reply)
{
	client_gone = request->msgh_id == MACH_NOTIFY_NO_SENDERS;
	if (!round_trip->began)
		watch_client();
	round_trip->began = true;
	/* What was sent with the last reply has gone. */
	stub_end();
	if (round_trip->dies)
		_exit(EXIT_SUCCESS);
	if (request->msgh_id == 5000)
		round_trip->server = count_holdings();
	return stubs_demux(request, reply);
}

static void
make_service(void)
{
	mach_port_t port;

	CHECK_RETURN(mach_port_allocate(
	                 mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port),
	    KERN_SUCCESS);
	CHECK_RETURN(mach_port_insert_right(
	                 mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	CHECK_RETURN(
	    mach_port_set_context(mach_task_self(), port, STUB_CONTEXT),
	    KERN_SUCCESS);
	CHECK_RETURN(
	    mach_ports_register(mach_task_self(), &port, 1), KERN_SUCCESS);
	CHECK_RETURN(
	    mach_port_deallocate(mach_task_self(), port), KERN_SUCCESS);
	service = port;
}

static mach_port_t
look_up_service(void)
{
	mach_port_array_t ports;
	mach_msg_type_number_t count;
	mach_port_t port;

	CHECK_RETURN(
	    mach_ports_lookup(mach_task_self(), &ports, &count), KERN_SUCCESS);
	CHECK(count >= 1);
	port = ports[0];
	(void)vm_deallocate(
	    mach_task_self(), (vm_address_t)ports, count * sizeof(*ports));
	return port;
}

typedef void client_fn(mach_port_t server);

static void
be_client(void *argument)
{
	client_fn *const *client = argument;

	/* It may have to see its server die. */
	(void)prctl(PR_SET_PDEATHSIG, 0);
	stub_be(STUB_CALLER);
	(*client)(look_up_service());
	CHECK(stub->faults == 0);
	CHECK(stub->objects == 0);
	round_trip->ended = true;
}

/* Serves until the client has ended, and nobody has a right to send. */
static void
be_server(void *argument)
{
	pid_t client;

	make_service();
	client = task_start(be_client, argument);
	stub_be(STUB_SERVER);
	while (!client_gone) {
		mach_msg_return_t mr = mach_msg_server_once(
		    serve, stubs_max_size, service, STUBS_RECEIVE_OPTIONS);

		CHECK_RETURN(mr, MACH_MSG_SUCCESS);
	}
	task_expect_success(client);
}

void
round_trip_run(void (*client)(mach_port_t server))
{
	struct kernel kernel;

	round_trip = mmap(NULL, sizeof(*round_trip), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(round_trip != MAP_FAILED);
	stub = &round_trip->stub;
	*stub = (struct stub){.strict = true, .length = 3};
	kernel_start(&kernel, NULL);
	task_run(be_server, &client);
	kernel_expect_end(&kernel);
	assert_true(round_trip->ended);
	munmap(round_trip, sizeof(*round_trip));
}
