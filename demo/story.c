/*
 * make demo: what Mach ports are, told by four processes that use them.
 *
 * This is the director. It starts the tasks and says who does what, and when;
 * what is done, and the checks, are in the actors' own files. demo.h tells which.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "stage.h"

static void
title(const char *text)
{
	printf("\n%s\n", text);
}

static void
one_object(struct actor *a, struct actor *b)
{
	title("1. An object is a port; to reach it, you need a right to it");
	take(a, A_MAKES_A_COUNTER);
	take_with(a, A_HANDS_IT_OUT, b->mailbox, 0);
	take(b, B_TAKES_THE_RIGHT);

	title("2. B uses the object: a request, and a reply");
	begin(a, A_SERVES_A_REQUEST);
	take(b, B_ASKS);
	finish(a);
}

static void
protection(struct actor *a, struct actor *b, struct actor *c)
{
	title("3. Nobody else can: not with the wrong right, not with none");
	take(b, B_TRIES_TO_RECEIVE);
	take(c, C_TRIES_EVERYTHING);
	take(a, A_FINDS_NOTHING);
}

static void
bounded_queue(struct actor *a, struct actor *b)
{
	title(
	    "4. A queue is bounded: A stops reading, and B has three choices");
	take(b, B_FILLS_THE_QUEUE);
	begin(b, B_WAITS_FOR_ROOM);
	wait_until_asleep(b);
	tell("sees B asleep in a send: there is no room", "B waits");
	take(a, A_READS_ONE);
	finish(b);
	take(b, B_WAS_WOKEN);
	take(b, B_LEAVES_IT_TO_THE_KERNEL);
	take(a, A_READS_ALL);
	take(b, B_HEARS_OF_IT);
}

static void
port_set(struct actor *a, struct actor *b)
{
	title("5. One thread serves many objects: a port set");
	take(a, A_MAKES_A_SET);
	take(b, B_TAKES_TWO_MORE);
	begin(a, A_SERVES_THE_SET);
	take(b, B_ASKS_ALL_THREE);
	finish(a);
}

static void
moving(struct actor *a, struct actor *b, struct actor *d)
{
	title("6. An object moves, with all that waits for it");
	take(b, B_QUEUES_THREE);
	take_with(a, A_MOVES_THE_RECEIVE_RIGHT, d->mailbox, 0);
	take(d, D_TAKES_THE_RECEIVE_RIGHT);
	take(d, D_SERVES_WHAT_WAITED);
	begin(d, D_SERVES_A_REQUEST);
	take_with(b, B_ASKS_D, MACH_PORT_NULL, d->pid);
	finish(d);
}

static void
death(struct actor *b, struct actor *d)
{
	title("7. A task dies, and all who should know are told");
	take(b, B_WANTS_TO_KNOW);
	begin(b, B_ASKS_AND_WAITS);
	take(d, D_TAKES_A_REQUEST);
	stage_kill(d);
	tell("kills D with SIGKILL", "D has gone");
	finish(b);
	take(b, B_KNOWS);
}

static void
ending(struct actor *a, struct actor *b, struct actor *c)
{
	const struct actor *const columns[] = {a, b, c};
	struct rights rights[3];

	stage_rights(a, &rights[0]);
	stage_rights(b, &rights[1]);
	stage_rights(c, &rights[2]);
	title("In the end: who holds which right, and by which name. A name is "
	      "a number\nthat means something in one task only.");
	putchar('\n');
	picture(columns, rights, 3);

	stage_leave(a);
	stage_leave(b);
	stage_leave(c);
	printf("\nHow it works, and where: docs/architecture.md. "
	       "This story's code: demo/story.c.\n");
}

int
main(void)
{
	struct actor a;
	struct actor b;
	struct actor c;
	struct actor d;

	stage_open();
	stage_enter(&a, &part_a);
	stage_enter(&b, &part_b);
	stage_enter(&c, &part_c);
	stage_enter(&d, &part_d);
	printf("Four tasks, each a process: A is %d, B %d, C %d and D %d.\n"
	       "The director (*), who tells them what to do, is %d.\n",
	    a.pid, b.pid, c.pid, d.pid, getpid());

	one_object(&a, &b);
	protection(&a, &b, &c);
	bounded_queue(&a, &b);
	port_set(&a, &b);
	moving(&a, &b, &d);
	death(&b, &d);
	ending(&a, &b, &c);
	return EXIT_SUCCESS;
}
