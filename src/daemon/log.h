/*
 * What a program that serves says to whoever runs it: lines on stderr, which a service's
 * journal takes with their priority. No line is waited for: one that cannot be
 * written at once is dropped, and the next tells how many were. Texts may have names in
 * them that tasks have chosen: what would end a line, or a terminal obey, is written as ?.
 */
#ifndef LOG_H
#define LOG_H

/* Once, before anybody could make us wait. @name (borrowed for ever) begins each line
 * that the journal does not take. */
void log_init(const char *name);

/* Something that needs a human. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Something worth knowing. */
void log_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Something that a task did, or can bring about. Only a few such lines a minute
 * are written, so that no task fills a disk. */
void log_task(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
