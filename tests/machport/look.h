/*
 * Looking at the scene (demo/scene.c) with the commands, under a kernel of the test's
 * own: what a user types, and the JSON that comes back.
 */
#ifndef TESTS_MACHPORT_LOOK_H
#define TESTS_MACHPORT_LOOK_H

#include <jansson.h>

#include "process/harness.h"

enum scene_part { STORE, ALICE, BOB, CAROL, PING, PONG, SCENE_PARTS };

struct scene {
	struct kernel kernel;
	pid_t pids[SCENE_PARTS];
	pid_t task; /* of store */
	int input;  /* it ends when this does */
};

/* The scene of the case, set by its setup. */
extern struct scene scene;

/* A case that begins with a scene, and sees that nothing is left of it. */
#define SCENE_CASE(function)                                                   \
	cmocka_unit_test_setup_teardown(function, scene_setup, scene_teardown)
int scene_setup(void **state);
int scene_teardown(void **state);

/* machport with these arguments: at most eight. */
extern struct outcome outcome;
#define MACHPORT(...) machport((const char *const[]){__VA_ARGS__, NULL})
void machport(const char *const *words);

/* The same with --json: what it says, for json_decref(); its status is @status. */
#define LOOK(status, ...) look(status, (const char *const[]){__VA_ARGS__, NULL})
json_t *look(int status, const char *const *words);

/* A pid as a word; static, until the next call but three. */
const char *pid_word(pid_t pid);

/* The one of a list whose @key is this number; it must be there. */
const json_t *find_number(
    const json_t *list, const char *key, json_int_t value);
/* The same of a text. */
const json_t *find_text(const json_t *list, const char *key, const char *value);

json_int_t number_of(const json_t *object, const char *key);
const char *text_of(const json_t *object, const char *key);

#endif
