/* Peers of a scenario under a kernel process: processes. */
#ifndef KERNEL_PEER_H
#define KERNEL_PEER_H

/* End those that are left, and give back the names of their task ports. */
void kernel_peers_end(void);

#endif
