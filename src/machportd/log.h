/*
 * What the kernel says to whoever runs it: lines on stderr, which a service's
 * journal takes with their priority.
 */
#ifndef LOG_H
#define LOG_H

/* Something that needs a human. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Something worth knowing. */
void log_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Something that a task did. Only a few such lines a minute are written, so
 * that no task fills a disk. */
void log_task(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
