/* machport services: of a list that is made up, and of a real server. */
#include "services.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "fake.h"
#include "look.h"
#include "status.h"

static struct services_entry entries[3];
static const struct services services = {entries, 3};

static int
setup(void **state)
{
	memset(entries, 0, sizeof(entries));
	if (fake_setup(state) != 0)
		return -1;
	strcpy(entries[0].name, "org.example.requests");
	strcpy(entries[0].server, "server");
	entries[0].status = BOOTSTRAP_STATUS_ACTIVE;
	entries[0].record = *fake_port(17);
	strcpy(entries[1].name, "org.example.sleeps");
	strcpy(entries[1].server, "other");
	entries[1].status = BOOTSTRAP_STATUS_ON_DEMAND;
	strcpy(entries[2].name, "\033[31m; rm -rf");
	return 0;
}

#define CASE(function)                                                         \
	cmocka_unit_test_setup_teardown(function, setup, fake_teardown)

static void
services_are_listed(void **state)
{
	(void)state;
	assert_int_equal(
	    services_show(&fake_view, fake_screen(0), &services), EX_OK);
	expect_golden("services.txt");
}

static void
services_are_json(void **state)
{
	(void)state;
	assert_int_equal(
	    services_show_json(&fake_view, fake_screen(0)->stream, &services),
	    EX_OK);
	expect_golden("services.json");
}

static void
names_for_a_shell_are_those_that_it_takes_as_they_are(void **state)
{
	(void)state;
	assert_int_equal(
	    services_show_names(fake_screen(0)->stream, &services), EX_OK);
	assert_string_equal(
	    fake_output(), "org.example.requests\norg.example.sleeps\n");
}

static void
without_services_nothing_is_found(void **state)
{
	const struct services none = {0};

	(void)state;
	assert_int_equal(
	    services_show(&fake_view, fake_screen(0), &none), EXIT_NOTHING);
}

static void
without_a_server_it_is_said_how_to_start_one(void **state)
{
	(void)state;
	MACHPORT("run", built("src/machport/machport"), "services");
	assert_int_equal(outcome.status, EX_UNAVAILABLE);
	assert_non_null(strstr(outcome.errors, "no bootstrap port"));
	assert_non_null(strstr(outcome.errors, "machport-bootstrapd"));
}

/* With a server that declares two, and a message for one of them. */
static void
a_real_server_tells_of_its_services(void **state)
{
	char directory[] = "/tmp/machport-services-XXXXXX";
	char file[64];
	char *machport_path = built("src/machport/machport");
	json_t *said;
	FILE *stream;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(file, sizeof(file), "%s/a.mach", directory);
	stream = fopen(file, "w");
	assert_non_null(stream);
	fputs("[program]\ncommand = /bin/true\n[port org.example.one]\n"
	      "[port org.example.two]\n",
	    stream);
	fclose(stream);
	setenv("MACHPORT_BOOTSTRAPD",
	    built("src/bootstrap/machport-bootstrapd"), 1);
	MACHPORT("run", "--services", directory, machport_path, "services",
	    "--json");
	unlink(file);
	rmdir(directory);
	assert_int_equal(outcome.status, EX_OK);
	said = json_loads(outcome.output, 0, NULL);
	assert_int_equal(json_array_size(json_object_get(said, "services")), 2);
	assert_string_equal(text_of(find_text(json_object_get(said, "services"),
	                                "name", "org.example.two"),
	                        "status"),
	    "on-demand");
	json_decref(said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(services_are_listed),
	    CASE(services_are_json),
	    CASE(names_for_a_shell_are_those_that_it_takes_as_they_are),
	    CASE(without_services_nothing_is_found),
	    PROCESS_TEST(a_real_server_tells_of_its_services),
	    PROCESS_TEST(without_a_server_it_is_said_how_to_start_one),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
