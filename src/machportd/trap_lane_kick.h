/*
 * A kick: who was sleeping on a lane is to look again.
 */
#ifndef TRAP_LANE_KICK_H
#define TRAP_LANE_KICK_H

struct conn;
struct packet;

/* @packet says that it is a WIRE_KICK, and no answer is due. */
void trap_lane_kick(struct conn *conn, const struct packet *packet);

#endif
