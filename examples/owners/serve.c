/* What the two servers share: all but the routines that the rules are about. */
#include "serve.h"

#include <err.h>
#include <stdlib.h>
#include <unistd.h>

#include "ownersServer.h"

static struct object {
	int refs;
} object;

mach_port_t own;
mach_port_t kept;

object_ref_t
object_find(mach_port_t port)
{
	object_refs++;
	return &object;
}

void
object_unref(object_ref_t found)
{
	object_refs--;
}

loan_ref_t
loan_new(mach_port_t right)
{
	struct loan *loan = malloc(sizeof(*loan));

	if (loan)
		loan->right = right;
	return loan;
}

void
loan_free(loan_ref_t loan)
{
	free(loan);
}

kern_return_t
serve_held(mach_port_t server, held_t *held)
{
	*held = hold_now();
	return KERN_SUCCESS;
}

kern_return_t
serve_stop(mach_port_t server)
{
	exit(EXIT_SUCCESS);
}

int
main(int argc, char **argv)
{
	/* All that is mapped is counted, and lanes would be, too. */
	setenv("MACHPORT_LANES", "off", 1);
	own = kept = mach_reply_port();
	mach_port_insert_right(
	    mach_task_self(), own, own, MACH_MSG_TYPE_MAKE_SEND);
	/* Enough of them to lose some by mistake. */
	mach_port_mod_refs(mach_task_self(), own, MACH_PORT_RIGHT_SEND, 10);
	task_set_bootstrap_port(mach_task_self(), own); /* children have it */
	if (fork() == 0) {
		execvp(argv[1], argv + 1);
		err(EXIT_FAILURE, "%s", argv[1]);
	}
	return mach_msg_server(owners_server, 4096, own, 0);
}
