#include "report.h"

#include <stdio.h>
#include <stdlib.h>

#include "owners.h"

mach_port_t mine;
mach_port_t dead;

static void
tell(const char *who, int more, const char *what)
{
	if (more != 0)
		printf("; the %s has %d %s%s too %s", who, abs(more), what,
		    abs(more) == 1 ? "" : "s", more > 0 ? "many" : "few");
}

static void
tell_all(const char *who, held_t before, held_t after)
{
	tell(who, after.rights - before.rights, "right");
	tell(who, after.regions - before.regions, "region");
	tell(who, after.objects - before.objects, "object reference");
	if (after.stale)
		printf("; the %s has an address of nothing", who);
}

static void
report(const struct call *call)
{
	held_t client[2], server[2];
	kern_return_t kr;

	held(bootstrap_port, &server[0]);
	client[0] = hold_now();
	kr = call->function(bootstrap_port);
	client[1] = hold_now();
	held(bootstrap_port, &server[1]);

	printf("%s: %s", call->name,
	    kr == KERN_SUCCESS ? "done" : mach_error_string(kr));
	tell_all("client", client[0], client[1]);
	tell_all("server", server[0], server[1]);
	printf("\n");
}

int
main(void)
{
	held_t first;

	mine = mach_reply_port();
	mach_port_insert_right(
	    mach_task_self(), mine, mine, MACH_MSG_TYPE_MAKE_SEND);
	/* Enough of them to lose some by mistake. */
	mach_port_mod_refs(mach_task_self(), mine, MACH_PORT_RIGHT_SEND, 10);
	dead = mach_reply_port();
	mach_port_insert_right(
	    mach_task_self(), dead, dead, MACH_MSG_TYPE_MAKE_SEND);
	mach_port_mod_refs(mach_task_self(), dead, MACH_PORT_RIGHT_RECEIVE, -1);
	held(bootstrap_port, &first); /* makes the thread's reply port */
	for (const struct call *call = calls; call->name; call++)
		report(call);
	fflush(stdout); /* before the server is gone */
	stop(bootstrap_port);
	return 0;
}
