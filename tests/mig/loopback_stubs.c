#include "loopback_stubs.h"

#include <stdio.h>
#include <string.h>

const unsigned stub_lengths[] = {0, 1, 2, 3, 4, 6, 29, 2000, 5000};
const size_t stub_lengths_length =
    sizeof(stub_lengths) / sizeof(stub_lengths[0]);

static struct stub of_this_process;

static void
run_as(enum loopback_task task)
{
	stub_be(task == LOOPBACK_CLIENT ? STUB_CALLER : STUB_SERVER);
}

mach_port_t
stubs_begin(void)
{
	mach_port_t server = loopback_reset();

	loopback.demux = stubs_demux;
	loopback.max_size = stubs_max_size;
	loopback.trailer = STUBS_RECEIVE_OPTIONS;
	loopback.context = STUB_CONTEXT;
	loopback.on_task = run_as;
	stub = &of_this_process;
	*stub = (struct stub){.strict = true, .length = 3};
	stub_be(STUB_SERVER);
	stub_forget();
	stub_be(STUB_CALLER);
	stub_forget();
	return server;
}

static bool
check_holdings(const char *name, const char *who,
    const struct loopback_holdings *before,
    const struct loopback_holdings *after)
{
	if (loopback_same(before, after))
		return true;
	fprintf(stderr,
	    "%s: the %s had %u receive, %u send, %u send-once rights, %u "
	    "regions, %zu bytes, %u large messages; now %u, %u, %u, %u, %zu, "
	    "%u\n",
	    name, who, before->receive, before->send, before->send_once,
	    before->regions, before->bytes, before->user_memory, after->receive,
	    after->send, after->send_once, after->regions, after->bytes,
	    after->user_memory);
	return false;
}

/* Does one side have what it had? */
static bool
check_side(const char *name, enum loopback_task task,
    const struct loopback_holdings *before)
{
	struct loopback_holdings after = loopback_holdings(task);

	return check_holdings(name,
	    task == LOOPBACK_CLIENT ? "client" : "server", before, &after);
}

static bool
check_faults(const char *name)
{
	bool clean = true;

	if (loopback.faults > 0 || stub->faults > 0 || stub->objects > 0) {
		fprintf(stderr,
		    "%s: %u faults of the kernel's, %u of the "
		    "tasks', %u objects too many\n",
		    name, loopback.faults, stub->faults, stub->objects);
		clean = false;
	}
	loopback.faults = 0;
	stub->faults = 0;
	stub->objects = 0;
	return clean;
}

/* The caller has looked at what it got: the server's ports may go. */
static void
end_server(void)
{
	loopback_be(LOOPBACK_SERVER);
	stub_end();
	loopback_be(LOOPBACK_CLIENT);
}

struct stubs_outcome
stubs_call(const struct stub_call *call, mach_port_t server)
{
	struct loopback_holdings client = loopback_holdings(LOOPBACK_CLIENT);
	struct loopback_holdings of_server = loopback_holdings(LOOPBACK_SERVER);
	bool kept = stub->kept;
	struct stubs_outcome outcome;

	outcome.kr = call->call(server);
	stub_end();
	stub->kept = false;
	end_server();
	stub->kept = kept;
	outcome.clean = check_side(call->name, LOOPBACK_CLIENT, &client);
	outcome.clean &= check_side(call->name, LOOPBACK_SERVER, &of_server);
	outcome.clean &= check_faults(call->name);
	return outcome;
}

/* The client begins anew; so does the server, if it is not to be trusted. */
static mach_port_t
begin_again(void)
{
	struct loopback old = loopback;
	mach_port_t server = loopback_reset();

	loopback = old;
	stub_be(STUB_CALLER);
	stub_forget();
	return server;
}

/* What a hostile task has is nobody's business, and goes with it. */
static void
forget_side(enum loopback_task task)
{
	loopback_be(task);
	stub_forget();
	loopback_be(LOOPBACK_CLIENT);
	loopback_abandon(task);
}

struct stubs_outcome
stubs_call_hostile(const struct stub_call *call, mach_port_t *server,
    enum loopback_task hostile)
{
	enum loopback_task victim =
	    hostile == LOOPBACK_CLIENT ? LOOPBACK_SERVER : LOOPBACK_CLIENT;
	struct loopback_holdings before = loopback_holdings(victim);
	struct stubs_outcome outcome;

	loopback.has_hostile = true;
	loopback.hostile = hostile;
	stub_distrust(hostile == LOOPBACK_CLIENT ? STUB_CALLER : STUB_SERVER);
	outcome.kr = call->call(*server);
	if (hostile == LOOPBACK_SERVER)
		stub_end();
	stub->kept = false;
	forget_side(hostile);
	if (hostile == LOOPBACK_CLIENT)
		end_server();
	outcome.clean = check_side(call->name, victim, &before);
	outcome.clean &= check_faults(call->name);
	*server = begin_again();
	return outcome;
}
