/* Looking at the scene with the commands. */
#include "look.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct scene scene;
struct outcome outcome;

/* What it reads and writes. */
struct ends {
	int input;
	int output;
};

static void
become_scene(void *argument)
{
	const struct ends *ends = argument;
	char *path = built("demo/scene");

	dup2(ends->input, STDIN_FILENO);
	dup2(ends->output, STDOUT_FILENO);
	execl(path, path, (char *)NULL);
	task_fail(__FILE__, __LINE__, "exec");
}

/* "store=12 alice=13 ...", in the order of the parts. */
static void
read_pids(int output)
{
	char line[256];
	size_t length = 0;
	const char *at = line;

	while (length == 0 || line[length - 1] != '\n') {
		ssize_t bytes =
		    read(output, line + length, sizeof(line) - 1 - length);

		assert_true(bytes > 0);
		length += (size_t)bytes;
	}
	line[length] = '\0';
	for (int i = 0; i < SCENE_PARTS; i++) {
		at = strchr(at, '=');
		assert_non_null(at);
		scene.pids[i] = (pid_t)strtol(++at, NULL, 10);
	}
}

int
scene_setup(void **state)
{
	int input[2], output[2];
	struct ends ends;

	if (process_test_begin(state) != 0)
		return -1;
	kernel_start(&scene.kernel, NULL);
	assert_int_equal(pipe2(input, O_CLOEXEC), 0);
	assert_int_equal(pipe2(output, O_CLOEXEC), 0);
	ends = (struct ends){input[0], output[1]};
	scene.task = task_start(become_scene, &ends);
	close(input[0]);
	close(output[1]);
	read_pids(output[0]);
	close(output[0]);
	scene.input = input[1];
	return 0;
}

int
scene_teardown(void **state)
{
	close(scene.input);
	task_expect_success(scene.task);
	kernel_expect_end(&scene.kernel);
	return process_test_end(state);
}

void
machport(const char *const *words)
{
	char *arguments[16] = {built("src/machport/machport")};

	for (int i = 0; words[i]; i++) {
		assert_true(i < 14);
		arguments[i + 1] = (char *)(uintptr_t)words[i];
	}
	command_run(arguments, &outcome);
}

json_t *
look(int status, const char *const *words)
{
	const char *all[16];
	json_error_t problem;
	json_t *said;
	int count = 0;

	for (; words[count]; count++)
		all[count] = words[count];
	all[count++] = "--json";
	all[count] = NULL;
	machport(all);
	if (outcome.status != status)
		print_error("%s%s", outcome.output, outcome.errors);
	assert_int_equal(outcome.status, status);
	said = json_loads(outcome.output, 0, &problem);
	if (!said)
		print_error("%s: %s\n", problem.text, outcome.output);
	assert_non_null(said);
	assert_int_equal(number_of(said, "version"), 1);
	assert_string_equal(text_of(said, "command"), words[0]);
	return said;
}

const char *
pid_word(pid_t pid)
{
	static char words[4][16];
	static unsigned next;
	char *word = words[next++ % 4];

	(void)snprintf(word, sizeof(words[0]), "%d", (int)pid);
	return word;
}

json_int_t
number_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	assert_true(json_is_integer(value));
	return json_integer_value(value);
}

const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	assert_non_null(text);
	return text;
}

const json_t *
find_number(const json_t *list, const char *key, json_int_t value)
{
	size_t i;
	json_t *one;

	json_array_foreach(list, i, one)
	{
		if (json_integer_value(json_object_get(one, key)) == value)
			return one;
	}
	fail_msg("none has %s %lld", key, (long long)value);
	return NULL;
}

const json_t *
find_text(const json_t *list, const char *key, const char *value)
{
	size_t i;
	json_t *one;

	json_array_foreach(list, i, one)
	{
		const char *text = json_string_value(json_object_get(one, key));

		if (text && strcmp(text, value) == 0)
			return one;
	}
	fail_msg("none has %s %s", key, value);
	return NULL;
}
