/*
 * A terminal: what a person would see of a program, and the keys that he presses.
 */
#ifndef PROCESS_TERMINAL_H
#define PROCESS_TERMINAL_H

#include <stdbool.h>

struct terminal;

/* Start @arguments[0], which ends with NULL, on a terminal of that size. */
struct terminal *terminal_start(char *const *arguments, int rows, int columns);

/* Wait until @text is on the screen, or gone from it. It fails the case, with the
 * screen, if that takes longer than a test may. */
void terminal_await(struct terminal *terminal, const char *text);
void terminal_await_gone(struct terminal *terminal, const char *text);

void terminal_type(struct terminal *terminal, const char *keys);
void terminal_resize(struct terminal *terminal, int rows, int columns);
void terminal_signal(struct terminal *terminal, int number);

/* What is on the screen: its rows, each with a newline. Until the next call. */
const char *terminal_screen(struct terminal *terminal);

/* Is it as it was before the program: its modes, the screen, the cursor? Or wait until it
 * is. Somebody has to have the program's end of it open, as a shell has: a descriptor,
 * for close(). */
bool terminal_is_restored(const struct terminal *terminal);
void terminal_await_restored(struct terminal *terminal);
int terminal_open_end(const struct terminal *terminal);

/* Wait for the program's end; the status, 128 + N for signal N. */
int terminal_wait(struct terminal *terminal);

void terminal_free(struct terminal *terminal);

#endif
