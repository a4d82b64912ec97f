/*
 * What commands say with --json: one object, {"version": 1, "command": ...}, whose
 * keys docs/looking-json.md tells. Without memory the command ends.
 */
#ifndef MACHPORT_JSON_H
#define MACHPORT_JSON_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

/* Changes when a key goes away, or changes its meaning. */
#define JSON_VERSION 1

/* The object of a command; +1 to caller, as all below. */
json_t *json_document(const char *command);

json_t *json_list(void);
json_t *json_record(void);

/* @value is CONSUMED. */
void json_put(json_t *object, const char *key, json_t *value);
void json_add(json_t *array, json_t *value);

/* Any bytes up to a NUL; what is not UTF-8 becomes U+FFFD. NULL: null. */
json_t *json_text(const char *text);
json_t *json_text_bytes(const char *text, size_t room);
json_t *json_count(uint64_t count);
json_t *json_flag(int flag);
/* 0: null. */
json_t *json_some(uint64_t value);

/* @document, which is CONSUMED, and a newline. */
void json_print(json_t *document, FILE *stream);
/* The same in one line, for many of them. */
void json_print_line(json_t *document, FILE *stream);

#endif
