/*
 * What comes over the server's ports: requests and notices.
 */
#ifndef BOOTSTRAP_SERVE_H
#define BOOTSTRAP_SERVE_H

#include <stdbool.h>

/* Handle all notices that there are. */
void serve_notices(void);

/* Serve some of the requests that there are. True: there may be more. */
bool serve_requests(void);

#endif
