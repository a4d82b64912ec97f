/*
 * A CPU quota for this process and its children, as a container has one: a control group
 * of their own, which only root can make on most machines.
 */
#ifndef BENCH_QUOTA_H
#define BENCH_QUOTA_H

#include <stdbool.h>

/* Have all together run for @percent of one CPU's time. False: no group can be made. */
bool quota_begin(unsigned percent);

/* Leave the group, which is to have no other process any more. */
void quota_end(void);

#endif
