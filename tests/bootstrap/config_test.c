/* Service files: what they can say, and what is said of those that are wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "config_tree.h"
#include "files.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#define PROGRAM "[program]\ncommand = /bin/true\n"
#define MS UINT64_C(1000000)

static struct files files;
static struct config_errors errors;

static int
setup(void **state)
{
	(void)state;
	(void)alarm(30);
	files_make(&files);
	config_errors_init(&errors);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	config_errors_deinit(&errors);
	files_remove(&files);
	return 0;
}

static struct config *
load(void)
{
	const char *directories[] = {files.path, NULL};

	return config_load(directories, &errors);
}

/* The files are right. The configuration is the caller's. */
static struct config *
loaded(void)
{
	struct config *config = load();

	for (unsigned i = 0; i < errors.count; i++)
		print_error("%s\n", errors.lines[i]);
	assert_non_null(config);
	return config;
}

/* The only thing that is wrong is @expected, in front of which the directory
 * stands. */
static void
expect_error(const char *expected)
{
	char line[1024];

	(void)snprintf(line, sizeof(line), "%s/%s", files.path, expected);
	assert_null(load());
	assert_int_equal(errors.count, 1);
	assert_string_equal(errors.lines[0], line);
}

/* --- what can be said ------------------------------------------------------ */

TEST(no_directory_is_an_empty_configuration)
{
	const char *directories[] = {"/nowhere/at/all", NULL};
	struct config *config = config_load(directories, &errors);

	assert_non_null(config);
	assert_true(list_empty(&config->programs));
	config_free(config);
}

TEST(a_program_is_called_as_its_file)
{
	struct config *config;

	files_write(
	    &files, "org.example.store.mach", PROGRAM "[port org.example]\n");
	config = loaded();
	assert_non_null(config_find_program(config, "org.example.store"));
	config_free(config);
}

TEST(a_program_has_what_its_keys_say)
{
	const struct launch_settings *settings;
	struct config *config;

	files_write(&files, "a.mach",
	    "[program]\n"
	    "command = /bin/cat -n 'a  b'\n"
	    "directory = /tmp\n"
	    "environment = A=1\n"
	    "environment = B=two words # and more\n"
	    "keep-alive = on-crash\n"
	    "attempts = 7\n"
	    "throttle = 0.25\n"
	    "throttle-limit = 2 min\n"
	    "start-limit = 40ms\n"
	    "stop-limit = 3s\n"
	    "idle-time = 1h\n"
	    "[port a]\n");
	config = loaded();
	settings = config_find_program(config, "a")->settings;
	assert_string_equal(settings->arguments[0], "/bin/cat");
	assert_string_equal(settings->arguments[1], "-n");
	assert_string_equal(settings->arguments[2], "a  b");
	assert_null(settings->arguments[3]);
	assert_string_equal(settings->directory, "/tmp");
	assert_string_equal(settings->environment[0], "A=1");
	assert_string_equal(settings->environment[1], "B=two words # and more");
	assert_null(settings->environment[2]);
	assert_int_equal(settings->keep, LAUNCH_ON_CRASH);
	assert_int_equal(settings->attempts, 7);
	assert_int_equal(settings->throttle_ns, 250 * MS);
	assert_int_equal(settings->throttle_limit_ns, 120000 * MS);
	assert_int_equal(settings->start_limit_ns, 40 * MS);
	assert_int_equal(settings->stop_limit_ns, 3000 * MS);
	assert_int_equal(settings->idle_ns, 3600000 * MS);
	config_free(config);
}

TEST(a_program_runs_as_who_runs_the_server)
{
	const struct launch_settings *settings;
	struct config *config;

	files_write(&files, "a.mach", PROGRAM "[port a]\n");
	config = loaded();
	settings = config_find_program(config, "a")->settings;
	assert_int_equal(settings->uid, geteuid());
	assert_int_equal(settings->account.uid, geteuid());
	config_free(config);
}

TEST(ports_belong_to_the_program_of_their_file)
{
	struct config *config;

	files_write(&files, "a.mach", "[port a.1]\n" PROGRAM "[port a.2]\n");
	files_write(&files, "b.mach", "[port b.1]\n");
	config = loaded();
	assert_ptr_equal(config_find_port(config, "a.1")->program,
	    config_find_program(config, "a"));
	assert_ptr_equal(config_find_port(config, "a.2")->program,
	    config_find_program(config, "a"));
	assert_null(config_find_port(config, "b.1")->program);
	config_free(config);
}

TEST(a_port_has_what_its_keys_say)
{
	const struct config_port *port;
	struct config *config;

	files_write(&files, "a.mach",
	    PROGRAM "[port a]\nqueue-limit = 100\nhidden = yes\n"
	            "look-up = anybody\n");
	config = loaded();
	port = config_find_port(config, "a");
	assert_int_equal(port->queue_limit, 100);
	assert_true(port->hidden);
	assert_true(port->policy.operations[POLICY_LOOK_UP].given);
	assert_false(port->policy.operations[POLICY_CHECK_IN].given);
	config_free(config);
}

TEST(a_line_may_go_on_in_the_next)
{
	struct config *config;

	files_write(&files, "a.mach",
	    "[program]\ncommand = /bin/echo \\\n\ta\\\r\n  b\n[port a]\n");
	config = loaded();
	assert_string_equal(
	    config_find_program(config, "a")->settings->arguments[2], "b");
	config_free(config);
}

TEST(comments_and_empty_lines_say_nothing)
{
	struct config *config;

	files_write(&files, "a.mach",
	    "# one \\\n; two\n\n \t\n" PROGRAM "  # three\n[port a]");
	config = loaded();
	assert_non_null(config_find_program(config, "a"));
	config_free(config);
}

TEST(other_files_say_nothing)
{
	struct config *config;

	files_write(&files, "a.mach~", "rubbish");
	files_write(&files, ".a.mach", "rubbish");
	files_write(&files, "a.service", "rubbish");
	files_write(&files, ".mach", "rubbish");
	config = loaded();
	assert_true(list_empty(&config->files));
	config_free(config);
}

TEST(the_first_directory_with_a_file_counts)
{
	struct files second;
	const char *directories[] = {files.path, second.path, NULL};
	struct config *config;

	files_make(&second);
	files_write(&files, "a.mach", PROGRAM "[port first]\n");
	files_write(&files, "masked.mach", "");
	files_write(&second, "a.mach", PROGRAM "[port second]\n");
	files_write(&second, "b.mach", PROGRAM "[port other]\n");
	files_write(&second, "masked.mach", "rubbish");
	config = config_load(directories, &errors);
	files_remove(&second);
	assert_non_null(config);
	assert_non_null(config_find_port(config, "first"));
	assert_null(config_find_port(config, "second"));
	assert_non_null(config_find_port(config, "other"));
	config_free(config);
}

TEST(the_longest_pattern_decides_of_a_name)
{
	const struct policy *all;
	const struct policy *some;
	struct config *config;

	files_write(&files, "a.mach",
	    "[name *]\n[name org.example.*]\n[name org.example.x]\n");
	config = loaded();
	all = config_find_policy(config, "com.example");
	some = config_find_policy(config, "org.example.xy");
	assert_non_null(all);
	assert_ptr_not_equal(all, some);
	assert_ptr_equal(config_find_policy(config, "org.example.z"), some);
	assert_ptr_not_equal(config_find_policy(config, "org.example.x"), some);
	config_free(config);
}

/* --- what is wrong --------------------------------------------------------- */

static const struct {
	const char *text;
	const char *error; /* behind the file's name */
} wrong[] = {
    {"command = /bin/true\n", ":1: this belongs to no section"},
    {"[program\n", ":1: a section is [kind] or [kind name]"},
    {"[program] x\n", ":1: a section is [kind] or [kind name]"},
    {"\n[service]\nkey = value\n", ":2: there is no section [service]"},
    {"[program x]\n", ":1: the section is [program], without a name"},
    {"[port]\nhidden = yes\n", ":1: the section is [port NAME]"},
    {PROGRAM "[port a]\nrubbish\n", ":4: neither a [section] nor key = value"},
    {PROGRAM "[port a]\n= 1\n", ":4: neither a [section] nor key = value"},
    {PROGRAM "[port a]\nsize = 1\n", ":4: [port] has no key size"},
    {PROGRAM "[port a]\nhidden =\n", ":4: hidden: a value is missing"},
    {PROGRAM "[port a]\nhidden = 1\n", ":4: hidden: neither yes nor no"},
    {PROGRAM "[port a]\nhidden = no\n\nhidden = no\n",
        ":6: hidden stands in line 4 already"},
    {PROGRAM "[port a]\nqueue-limit = 0\n",
        ":4: queue-limit: too small a number"},
    {PROGRAM "[port a]\nqueue-limit = 99999999999999999999\n",
        ":4: queue-limit: too large a number"},
    {PROGRAM "[port a]\nqueue-limit = 1x\n", ":4: queue-limit: no number"},
    {PROGRAM "[port a]\nqueue-limit = -1\n", ":4: queue-limit: no number"},
    {PROGRAM "[port a b]\n[port a]\n", ":3: a name has no blanks"},
    {PROGRAM "[port a*]\n[port a]\n", ":3: the name of a port has no *"},
    {PROGRAM "[port a,b]\n[port a]\n", ":3: a name has neither , nor ]"},
    {"[name a*b]\n", ":1: * stands at the end of a name"},
    {PROGRAM "[port a]\n[port a]\n", ":4: [port a] stands in FILE:3 already"},
    {"[name a]\n[name a]\n", ":2: [name a] stands in FILE:1 already"},
    {"[domain a]\n[domain a]\n", ":2: [domain a] stands in FILE:1 already"},
    {PROGRAM "[port a]\n[program]\n", ":4: a file has one [program]"},
    {"\n[program]\nkeep-alive = always\n", ":2: the command is missing"},
    {PROGRAM,
        ":1: nothing ever starts it: it has no [port], and keep-alive "
        "is not always"},
    {PROGRAM "keep-alive = yes\n[port a]\n",
        ":3: keep-alive: neither always, on-crash nor never"},
    {PROGRAM "directory = tmp\n[port a]\n",
        ":3: directory: the path begins with a slash"},
    {PROGRAM "environment = A\n[port a]\n",
        ":3: environment: a variable is NAME=VALUE"},
    {PROGRAM "environment = =A\n[port a]\n",
        ":3: environment: a variable is NAME=VALUE"},
    {PROGRAM "user = no-such-user\n[port a]\n", ":1: there is no such user"},
    {PROGRAM "group = no-such-group\n[port a]\n", ":1: there is no such group"},
    {PROGRAM "domain = box\n[port a]\n", ":1: there is no domain box"},
    {PROGRAM "attempts = 0\n[port a]\n", ":3: attempts: too small a number"},
    {PROGRAM "throttle = soon\n[port a]\n",
        ":3: throttle: no time: a number of seconds, or with ms, s, min or h "
        "behind it"},
    {PROGRAM "throttle = 1.\n[port a]\n",
        ":3: throttle: no time: a number of seconds, or with ms, s, min or h "
        "behind it"},
    {PROGRAM "throttle = 1 day\n[port a]\n",
        ":3: throttle: no time: a number of seconds, or with ms, s, min or h "
        "behind it"},
    {PROGRAM "throttle = 0\n[port a]\n", ":3: throttle: less than 1 ms"},
    {PROGRAM "throttle = 9000h\n[port a]\n", ":3: throttle: more than a year"},
    {PROGRAM "throttle = 2min\n[port a]\n",
        ":1: throttle-limit is less than throttle"},
    {"[domain d]\nlook-up = a,, b\n", ":2: look-up: a name is missing"},
    {"[domain d]\nregister = a b\n", ":2: register: a name has no blanks"},
    {"[name a]\nlook-up = everybody\n",
        ":2: look-up: everybody: who is that? anybody, nobody, owner, "
        "user:NAME, group:NAME, exe:PATH and domain:NAME are known"},
    {"[name a]\nlook-up = anybody,\n",
        ":2: look-up: nobody is named where somebody should be"},
    {"[name a]\nlook-up = user:no-such-user\n",
        ":2: look-up: there is no user no-such-user"},
    {"[name a]\nlook-up = group:no-such-group\n",
        ":2: look-up: there is no group no-such-group"},
    {"[name a]\nlook-up = exe:sh\n",
        ":2: look-up: exe:sh: a path begins with a slash"},
    {"[name a]\nlook-up = domain:box\n", ":1: there is no domain box"},
    {"[program]\ncommand = true\n[port a]\n",
        ":2: command: the path of a program begins with a slash"},
    {"[program]\ncommand = /bin/true 'a\n[port a]\n",
        ":2: command: a quotation mark has no end"},
};

/* The text of row @row with the path of the file for FILE. */
static void
expected_error(size_t row, char *text, size_t room)
{
	const char *error = wrong[row].error;
	const char *mark = strstr(error, "FILE");

	if (mark)
		(void)snprintf(text, room, "a.mach%.*s%s/a.mach%s",
		    (int)(mark - error), error, files.path, mark + 4);
	else
		(void)snprintf(text, room, "a.mach%s", error);
}

TEST(what_is_wrong_is_told_with_file_and_line)
{
	char expected[1024];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		files_write(&files, "a.mach", wrong[i].text);
		expected_error(i, expected, sizeof(expected));
		/* A missing command is wrong besides. */
		if (strstr(wrong[i].text, "command = /bin/true '") ||
		    strstr(wrong[i].text, "command = true")) {
			assert_null(load());
			assert_non_null(strstr(errors.lines[0], expected));
		} else {
			expect_error(expected);
		}
		config_errors_deinit(&errors);
	}
}

TEST(a_file_with_a_0_byte_is_no_text)
{
	files_write_bytes(&files, "a.mach", "[name a]\n\0x", 11);
	expect_error("a.mach: no text: it has a 0 byte");
}

TEST(a_name_of_128_bytes_is_too_long)
{
	char text[200];

	(void)snprintf(text, sizeof(text), PROGRAM "[port %0127d]\n", 1);
	files_write(&files, "a.mach", text);
	config_free(loaded());
	(void)snprintf(text, sizeof(text), "[domain %0128d]\n", 1);
	files_write(&files, "a.mach", text);
	expect_error("a.mach:1: a name has at most 127 bytes");
}

TEST(all_that_is_wrong_is_told)
{
	files_write(&files, "a.mach", "a\nb\n[c]\n");
	files_write(&files, "b.mach", "d\n");
	assert_null(load());
	assert_int_equal(errors.count, 4);
}

TEST(errors_without_end_are_counted)
{
	char text[1000];

	memset(text, '\n', sizeof(text));
	for (size_t i = 0; i < sizeof(text); i += 2)
		text[i] = 'x';
	files_write_bytes(&files, "a.mach", text, sizeof(text));
	assert_null(load());
	assert_int_equal(errors.count, sizeof(text) / 2);
}

TEST(a_port_of_two_files_is_refused)
{
	files_write(&files, "a.mach", "[port a]\n");
	files_write(&files, "b.mach", "\n[port a]\n");
	assert_null(load());
	assert_int_equal(errors.count, 1);
	assert_non_null(
	    strstr(errors.lines[0], "/b.mach:2: [port a] stands in "));
	assert_non_null(strstr(errors.lines[0], "/a.mach:1 already"));
}

TEST(a_file_that_others_may_write_is_refused)
{
	files_write(&files, "a.mach", "[port a]\n");
	assert_int_equal(chmod(files_path(&files, "a.mach"), 0664), 0);
	expect_error("a.mach: others than its owner may write to it");
}

TEST(a_directory_that_others_may_write_is_refused)
{
	char line[128];

	assert_int_equal(chmod(files.path, 0777), 0);
	(void)snprintf(line, sizeof(line),
	    "%s: others than its owner may write to it", files.path);
	assert_null(load());
	assert_int_equal(errors.count, 1);
	assert_string_equal(errors.lines[0], line);
}

TEST(a_file_of_somebody_else_is_refused)
{
	files_write(&files, "a.mach", "[port a]\n");
	if (geteuid() != 0) {
		/* Nobody but root can make one; then nothing is wrong with ours. */
		config_free(loaded());
		return;
	}
	assert_int_equal(chown(files_path(&files, "a.mach"), 1, 1), 0);
	expect_error(
	    "a.mach: it belongs neither to root nor to who runs the server");
}

TEST(a_fifo_is_refused_and_not_waited_for)
{
	assert_int_equal(mkfifo(files_path(&files, "a.mach"), 0600), 0);
	expect_error("a.mach: it is no regular file");
}

TEST(a_link_to_nowhere_is_refused)
{
	assert_int_equal(symlink("nowhere", files_path(&files, "a.mach")), 0);
	expect_error("a.mach: No such file or directory");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(no_directory_is_an_empty_configuration),
	    CASE(a_program_is_called_as_its_file),
	    CASE(a_program_has_what_its_keys_say),
	    CASE(a_program_runs_as_who_runs_the_server),
	    CASE(ports_belong_to_the_program_of_their_file),
	    CASE(a_port_has_what_its_keys_say),
	    CASE(a_line_may_go_on_in_the_next),
	    CASE(comments_and_empty_lines_say_nothing),
	    CASE(other_files_say_nothing),
	    CASE(the_first_directory_with_a_file_counts),
	    CASE(the_longest_pattern_decides_of_a_name),
	    CASE(what_is_wrong_is_told_with_file_and_line),
	    CASE(a_file_with_a_0_byte_is_no_text),
	    CASE(a_name_of_128_bytes_is_too_long),
	    CASE(all_that_is_wrong_is_told),
	    CASE(errors_without_end_are_counted),
	    CASE(a_port_of_two_files_is_refused),
	    CASE(a_file_that_others_may_write_is_refused),
	    CASE(a_directory_that_others_may_write_is_refused),
	    CASE(a_file_of_somebody_else_is_refused),
	    CASE(a_fifo_is_refused_and_not_waited_for),
	    CASE(a_link_to_nowhere_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
