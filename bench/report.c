/* Results as lines of a table, and as JSON. */
#include "report.h"

#include <stdio.h>

void
report_print_head(void)
{
	(void)printf("%-31s %14s %-10s %14s %-14s %6s  %s\n", "", "ports", "",
	    "", "", "ratio", "(rounds)");
}

/* As many decimals as tell something. */
static int
decimals(double value)
{
	return value < 10 ? 2 : value < 100 ? 1 : 0;
}

void
report_print(const struct bench_result *r)
{
	if (r->skipped[0]) {
		(void)printf("%-31s not measured: %s\n", r->name, r->skipped);
		return;
	}
	(void)printf("%-31s %14.*f %-10s", r->name, decimals(r->value),
	    r->value, r->unit);
	if (r->against[0])
		(void)printf(" %14.*f %-14s %6.*f  (%.3g .. %.3g)",
		    decimals(r->other), r->other, r->against,
		    r->ratio < 0.1 ? 4 : 2, r->ratio, r->low, r->high);
	else
		(void)printf(" %37s (%.*f .. %.*f)", "", decimals(r->value),
		    r->low, decimals(r->value), r->high);
	(void)printf("\n");
	(void)fflush(stdout);
}

json_t *
report_json(const struct bench_result *r)
{
	bool compared = r->against[0] != '\0';

	if (r->skipped[0])
		return json_pack(
		    "{s:s, s:s}", "name", r->name, "skipped", r->skipped);
	return json_pack("{s:s, s:f, s:s, s:o, s:o, s:o, s:f, s:f}", "name",
	    r->name, "value", r->value, "unit", r->unit, "against",
	    compared ? json_string(r->against) : json_null(), "other",
	    compared ? json_real(r->other) : json_null(), "ratio",
	    compared ? json_real(r->ratio) : json_null(), "low", r->low, "high",
	    r->high);
}
