/* Telling of results: a table on stdout, and bench.json. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <jansson.h>

#include "bench.h"

void report_print_head(void);
void report_print(const struct bench_result *result);

/* {"name", "value", "unit", "against", "ratio"}, or {"name", "skipped"}. +1 to caller;
 * NULL: no memory. */
json_t *report_json(const struct bench_result *result);

#endif
