/*
 * Telling systemd that a service is ready (sd_notify(3)), in two steps: the
 * socket is opened while that is allowed, and used when it is true.
 */
#ifndef NOTIFY_H
#define NOTIFY_H

/* A descriptor; -1: nobody wants to know. */
int notify_open(void);

/* Say so, on @fd of notify_open(), which is CONSUMED. */
void notify_ready(int fd);

#endif
