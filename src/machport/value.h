/*
 * Values of arguments, as interface_unpack() and interface_peek() have them, for people.
 */
#ifndef MACHPORT_VALUE_H
#define MACHPORT_VALUE_H

#include <stdio.h>

#include "json.h"

/* 7, "text", "a send right", 1, 2: escaped. */
void value_print(FILE *stream, const json_t *value);

/* "a=7, b=text"; nothing for NULL. */
void value_print_arguments(FILE *stream, const json_t *arguments);

#endif
