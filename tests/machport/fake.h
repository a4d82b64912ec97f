/*
 * A kernel that is made up: records that a test fills in, as the source of a view. So
 * what commands say of them is the same each time, to the letter.
 */
#ifndef TESTS_MACHPORT_FAKE_H
#define TESTS_MACHPORT_FAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <mach/port.h>

#include "screen.h"
#include "view.h"

#define SECOND 1000000000ull

/* Forget all records. Its clock says 1000 s. */
void fake_begin(void);
uint64_t fake_ago(double seconds);

/* Each is zeroed but for what is told; there until fake_begin(). */
struct machport_task_record *fake_task(pid_t pid, const char *command);
/* A name of the task last made. It counts in that; a receive right says who the
 * receiver is, a send right to be found by fake_link() as well. */
struct machport_name_record *fake_name(
    mach_port_name_t name, mach_port_type_t type, uint32_t port);
struct machport_item *fake_item(
    uint32_t port, enum machport_item_kind kind, pid_t pid);
/* What view_port() tells of ports, and holders of them, from the names there are. */
void fake_link(void);

/* The record with the receive right of a port; there must be one. */
struct machport_name_record *fake_port(uint32_t port);

/* How many threads its processes have; 1 at the beginning. */
extern unsigned fake_threads;

/* What it answers instead, from now on. */
extern kern_return_t fake_error;

extern const struct view_source fake_source;

/* The scene that most tests look at; all of it is in fake_scene(). */
void fake_scene(void);

/* A view of it, for a case: setup and teardown. */
extern struct view fake_view;
int fake_setup(void **state);
int fake_teardown(void **state);
#define FAKE_CASE(function)                                                    \
	cmocka_unit_test_setup_teardown(function, fake_setup, fake_teardown)
/* Look again, with the command's own task or without. */
void fake_look(bool shows_self);

/* Where a command writes: a text, as wide as @width, without colours. */
const struct screen *fake_screen(size_t width);
/* What was written since; until the next call of either. */
const char *fake_output(void);

/* The output is that of golden/@name. With MACHPORT_WRITE_GOLDEN set it is written
 * there instead, to be read by whoever changed it. */
void expect_golden(const char *name);

#endif
