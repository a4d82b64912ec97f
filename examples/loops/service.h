/*
 * What the servers in this directory have in common: a port on which clients add to a
 * tally. Each serves it in another event loop; how is all that is in its own file.
 */
#ifndef SERVICE_H
#define SERVICE_H

#include <stdbool.h>

/* Make the port, start the program @client, to which it is the bootstrap port, and
 * return a descriptor that is readable while requests wait. */
int service_begin(char *const client[]);

/* Serve requests that wait, and wait for none. False: the loop is to end. */
bool service_serve(void);

/* The exit status for the server: the client's. */
int service_end(void);

#endif
