/* Telling of results: a table on stdout, and bench.json. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <jansson.h>

#include "bench.h"

void report_print_head(void);
void report_print(const struct bench_result *result);

/* {"name", "value", "unit", "against", "other", "ratio", "low", "high"}: what it is
 * compared with and that one's value may be null, and low and high are of the ratio or,
 * then, of the value; or {"name", "skipped"}. +1 to caller; NULL: no memory. */
json_t *report_json(const struct bench_result *result);

#endif
