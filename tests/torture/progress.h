/* What a long run says meanwhile: on a terminal, one line that changes; else
 * nothing. */
#ifndef TORTURE_PROGRESS_H
#define TORTURE_PROGRESS_H

/* A few times a second at most; more often is fine. */
void progress_show(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Before the first line that is to stay. */
void progress_clear(void);

#endif
