/*
 * Two processes with lanes between them: a server, which makes a port, and its fork
 * children, which find it.
 */
#ifndef TESTS_LIBMACHPORT_LANE_PAIR_H
#define TESTS_LIBMACHPORT_LANE_PAIR_H

#include <mach/mach.h>
#include <stdbool.h>
#include <stdint.h>

/* An hour: whoever sleeps so long that he looks for messages himself was forgotten, and the test
 * ends before that. For lanes_sleep_max_ns. */
#define LANE_FOR_EVER_NS ((int64_t)3600 * 1000000000)

/* The number of the last note of a stream. */
#define LANE_LAST INT32_MAX

/* Use lanes by @mode ($MACHPORT_LANES), and have a port for the children to find. Before
 * the first trap. */
mach_port_t lane_server(const char *mode);

/* In a child: that port. */
mach_port_t lane_find_server(void);

/* Is there a lane from here to @port? */
bool lane_exists(mach_port_t port);

/* Send notes from @number on, until a lane takes them; the number after them. Somebody
 * must receive. */
int32_t lane_send_until_open(mach_port_t port, int32_t number);

/* Send notes @number and so on, @count of them; the number after them. */
int32_t lane_send_many(mach_port_t port, int32_t number, int32_t count);
void lane_send_last(mach_port_t port);

/* Receive notes from 0 on, each once and in order, to the last. */
void lane_expect_stream(mach_port_t port);

/* Ask @port, and be answered on @reply. */
void lane_ask(mach_port_t port, mach_port_t reply, int32_t number);

/* Ask until a lane with slots takes it, and send the last note. Somebody must answer. */
void lane_ask_until_open(mach_port_t port, mach_port_t reply);

/* How many traps this thread has made. */
uint32_t lane_count_traps(void);

/* Close all lanes to @port, which is ours: its queue limit is another. */
void lane_close_all(mach_port_t port);

/* Receive a note, and answer it if that was asked for, after @before(its number), which may
 * be NULL. False: it was the last. */
bool lane_answer_next(mach_port_t port, void (*before)(int32_t number));

/* Answer what is asked, until the last note comes. */
void lane_answer(mach_port_t port);

#endif
