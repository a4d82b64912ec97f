/*
 * Values of keys: numbers, times, yes and no. Each reader returns NULL, or why the
 * text is none (static), with no output written.
 */
#ifndef BOOTSTRAP_CONFIG_VALUE_H
#define BOOTSTRAP_CONFIG_VALUE_H

#include <stdbool.h>
#include <stdint.h>

/* A time: a number, which may have a fraction, of seconds, or of the unit behind it:
 * ms, s, min, h. At most a year. */
const char *config_read_time(const char *text, uint64_t *ns_out);

/* A whole number from @least to @most. */
const char *config_read_number(
    const char *text, uint32_t least, uint32_t most, uint32_t *number_out);

/* "yes" or "no". */
const char *config_read_yes(const char *text, bool *yes_out);

#endif
