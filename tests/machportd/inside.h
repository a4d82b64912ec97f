/*
 * A kernel inside the test: its server without the loop, so that an allocation
 * of it can be made to fail. The test's process is its one task.
 */
#ifndef INSIDE_H
#define INSIDE_H

#include "conn.h"
#include "server.h"

extern struct server inside_server;

/* An empty kernel. */
void inside_init(void);
/* Proves that nothing is left. */
void inside_deinit(void);

/* A new connection: the task's end of it. *@conn_out is the kernel's, valid
 * until the next inside_reap(); NULL if it was refused. */
int inside_connect(struct conn **conn_out);

/* What the kernel would do with a packet that came on @conn, with @file
 * (CONSUMED) unless that is -1. */
void inside_handle(
    struct conn *conn, const void *packet, size_t bytes, int file);

/* The same with @file_count files, all CONSUMED. */
void inside_handle_files(struct conn *conn, const void *packet, size_t bytes,
    const int *files, unsigned file_count);

/* HELLO for a task; false if it was refused, which closes it. */
bool inside_hello(struct conn *conn);

/* Packets that came on the task's end, and are forgotten now. */
unsigned inside_drain(int end);

/* Forget what was closed. */
void inside_reap(void);
/* The task dies, and nothing is kept of its process. */
void inside_end_task(void);

#endif
