/*
 * The death of A, or of B, at each step of a lane's life: nothing of it is left in the
 * kernel, and who lives has all that was sent to him.
 */
#include <mach/notify.h>
#include <string.h>
#include <unistd.h>

#include "lane_tasks.h"

enum step {
	OFFERED,
	ASKED,
	ACCEPTED,
	READY,
	TOLD,
	JOINED,
	SENT,
	TAKEN,
	REPLIED,
	CLOSED,
	STEPS,
};

struct scene {
	struct lane_pair *pair;
	mach_port_name_t reply; /* in A */
	uint32_t slot;
	mach_port_name_t token; /* in B; TAKEN */
};

static mach_port_name_t
post_reply_port(uint32_t *index_out)
{
	const mach_port_name_t reply = raw_port(lane_a.fd);
	struct lane_call call = {0};

	assert_int_equal(
	    LANE_CALL(lane_a.fd, WIRE_LANE_PORT, &call, reply), KERN_SUCCESS);
	*index_out = call.out[1];
	return reply;
}

static void
send_request(struct scene *scene)
{
	struct lane_message message = {.id = 7, .replies = true};
	struct lane_wake wake;

	scene->reply = post_reply_port(&message.reply_port);
	assert_int_equal(
	    lane_publish(&scene->pair->out, &message, &scene->slot, &wake),
	    LANE_TAKEN);
}

static void
take_request(struct scene *scene)
{
	assert_int_equal(lane_get(scene->pair), 7);
	scene->token =
	    scene->pair->accepted.names[scene->slot] | lane_name_generation(1);
}

static void
reply(const struct scene *scene)
{
	struct lane_wake wake;

	assert_int_equal(lane_reply(&scene->pair->in, scene->slot, 1,
	                     lane_a.clock, 8, "", 0, &wake),
	    LANE_REPLY_SENT);
}

/* The life of a lane, until @step has been made. */
static struct scene
live_until(enum step last)
{
	struct scene scene = {.pair = lane_pair_new()};
	uint32_t id;

	for (enum step step = OFFERED; step <= last; step++) {
		switch (step) {
		case OFFERED:
			assert_int_equal(
			    lane_offer(scene.pair, LANE_DEST), KERN_SUCCESS);
			break;
		case ASKED:
			assert_int_equal(
			    lane_news(lane_b.fd, &id), WIRE_NEWS_REQUEST);
			break;
		case ACCEPTED:
			assert_int_equal(
			    lane_accept_it(scene.pair), KERN_SUCCESS);
			break;
		case READY:
			assert_int_equal(lane_ready(scene.pair), KERN_SUCCESS);
			break;
		case TOLD:
			assert_int_equal(
			    lane_news(lane_a.fd, &id), WIRE_NEWS_JOIN);
			break;
		case JOINED:
			assert_int_equal(lane_join(scene.pair), KERN_SUCCESS);
			break;
		case SENT:
			send_request(&scene);
			break;
		case TAKEN:
			take_request(&scene);
			break;
		case REPLIED:
			reply(&scene);
			break;
		case CLOSED:
			assert_int_equal(
			    lane_say(lane_a.fd, WIRE_LANE_CLOSE, scene.pair),
			    KERN_SUCCESS);
			break;
		case STEPS:
			break;
		}
	}
	return scene;
}

static mach_msg_id_t
id_of_answer(void)
{
	mach_msg_header_t header;

	memcpy(&header, lane_answer.bytes, sizeof(header));
	return header.msgh_id;
}

/* B goes on: what it was sent is there; its token is a right that goes nowhere. */
static void
check_receiver(const struct scene *scene, enum step step)
{
	const bool has_message = step == SENT;

	assert_int_equal(lane_poll(lane_b.fd, lane_port, 0),
	    has_message ? MACH_MSG_SUCCESS : MACH_RCV_TIMED_OUT);
	if (has_message)
		assert_int_equal(id_of_answer(), 7);
	if (step == TAKEN)
		assert_int_equal(raw_type(lane_b.fd, scene->token),
		    MACH_PORT_TYPE_DEAD_NAME);
}

/* A goes on: its request, if it was taken, is answered by B's death. */
static void
check_sender(const struct scene *scene, enum step step)
{
	uint32_t id;

	if (step < JOINED)
		assert_int_equal(lane_news(lane_a.fd, &id), WIRE_NEWS_NEVER);
	else
		assert_int_equal(
		    lane_say(lane_a.fd, WIRE_LANE_FORGET, scene->pair),
		    KERN_SUCCESS);
	if (step < SENT)
		return;
	assert_int_equal(lane_poll(lane_a.fd, scene->reply, WIRE_LANES_QUEUE),
	    MACH_MSG_SUCCESS);
	assert_int_equal(
	    id_of_answer(), step >= REPLIED ? 8 : MACH_NOTIFY_SEND_ONCE);
}

TEST(a_sender_may_die_at_each_step)
{
	for (enum step step = OFFERED; step < STEPS; step++) {
		struct scene scene;

		lane_tasks_start((const char *const[]){"--verify", NULL});
		lane_fetch_board(&lane_a);
		scene = live_until(step);
		proxy_stop(&lane_a_proxy);
		lane_a.fd = -1;
		raw_works(lane_b.fd);
		check_receiver(&scene, step);
		lane_tasks_stop();
		lane_pair_free(scene.pair);
	}
}

TEST(a_receiver_may_die_at_each_step)
{
	for (enum step step = OFFERED; step < STEPS; step++) {
		struct scene scene;

		lane_tasks_start((const char *const[]){"--verify", NULL});
		lane_fetch_board(&lane_a);
		scene = live_until(step);
		lane_b_die();
		raw_works(lane_a.fd);
		check_sender(&scene, step);
		lane_tasks_stop();
		lane_pair_free(scene.pair);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_sender_may_die_at_each_step),
	    cmocka_unit_test(a_receiver_may_die_at_each_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
