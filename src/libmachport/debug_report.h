/*
 * What MACHPORT_DEBUG says, on stderr: complaints at once, and what is left at the end.
 */
#ifndef LIBMACHPORT_DEBUG_REPORT_H
#define LIBMACHPORT_DEBUG_REPORT_H

#include <stdbool.h>

extern bool debug_aborts;         /* the first complaint is the last */
extern bool debug_reports_rights; /* at the end: all rights that are left */

/* At the end of the process: the rights that are left, and in strict mode those that came
 * and were never used. */
void debug_report_end(void);

#endif
