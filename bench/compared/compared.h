/*
 * Other ways to exchange messages, as ports are compared with by bench/compare: each as
 * its programs are written, with what it offers to send bytes and wait for bytes.
 *
 * A message has as many bytes of the program's as one to a port has with its header.
 */
#ifndef BENCH_COMPARED_H
#define BENCH_COMPARED_H

#include "pair.h"

/* D-Bus: sd-bus and a dbus-broker of the pair's own. */
extern const struct pair_way compared_dbus;

/* ZeroMQ over a Unix socket: REQ and REP, or PUSH and PULL. */
extern const struct pair_way compared_zeromq;

/* iceoryx: client and server, or publisher and subscriber. A wait is a WaitSet's; or
 * begins with looking for as long as a ring's does (pair_ways.c). */
extern const struct pair_way compared_iceoryx;
extern const struct pair_way compared_iceoryx_spins;

/* iceoryx needs its RouDi, one for the whole machine, with as much memory as @config
 * says; what it has to tell goes to @log. It ends with this process, and this process
 * with it. */
pid_t compared_roudi_start(const char *config, const char *log);
void compared_roudi_stop(pid_t roudi);

#endif
