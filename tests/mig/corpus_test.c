/* mig accepts the interfaces of the corpus, and has their routines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "corpus.h"
#include "scratch.h"

/* The next word of a line, which is a number. */
static long
next_number(char **rest)
{
	const char *word = strtok_r(NULL, " \n", rest);
	char *end;
	long number;

	assert_non_null(word);
	number = strtol(word, &end, 10);
	assert_true(*end == '\0');
	return number;
}

/* A line of `-list`: subsystem, base, routine, number, ids of request and reply.
 * Return: whether there is a reply */
static bool
check_line(const struct corpus_input *input, char *line)
{
	char *rest;
	long number;
	long id;
	long reply;

	assert_string_equal(strtok_r(line, " ", &rest), input->subsystem);
	assert_int_equal(next_number(&rest), input->base);
	assert_non_null(strtok_r(NULL, " ", &rest));
	number = next_number(&rest);
	id = next_number(&rest);
	reply = next_number(&rest);
	assert_int_equal(id, input->base + number);
	assert_true(reply == 0 || reply == id + 100);
	return reply != 0;
}

static void
check_list(size_t i)
{
	const struct corpus_input *input = &corpus_inputs[i];
	unsigned int two_way = 0;
	unsigned int one_way = 0;
	char line[512];
	char path[32];
	FILE *stream;

	(void)snprintf(path, sizeof(path), "%s/list", corpus_home(i));
	stream = fopen(path, "r");
	assert_non_null(stream);
	while (fgets(line, sizeof(line), stream))
		*(check_line(input, line) ? &two_way : &one_way) += 1;
	(void)fclose(stream);
	if (two_way != input->two_way || one_way != input->one_way)
		fail_msg("%s: %u and %u one-way, not %u and %u", input->file,
		    two_way, one_way, input->two_way, input->one_way);
}

static void
each_interface_has_its_routines_and_ids(void **state)
{
	(void)state;
	for (size_t i = 0; i < corpus_count; i++)
		check_list(i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_interface_has_its_routines_and_ids),
	};

	return cmocka_run_group_tests(tests, corpus_make, scratch_leave);
}
