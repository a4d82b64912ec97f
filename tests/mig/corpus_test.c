/* The interfaces of tests/mig/corpus, and those that are installed: mig accepts
 * them, and what it makes of them compiles without a warning. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "jobs.h"
#include "scratch.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* For one file; with all of them at once, a machine may be slow. */
#define SECONDS 60

struct input {
	const char *folder; /* of the corpus, or "mach": the installed ones */
	const char *file;   /* without .defs */
	const char *subsystem;
	long base;
	unsigned int two_way;
	unsigned int one_way;
	unsigned int numbers; /* skipped ones, too */
	const char *options;  /* of mig; NULL: none */
	bool apart;           /* what a user calls and what a server has are one
	                         name of two types: the headers must not meet */
};

#define ALL_EXC "-DEXC_SERVER_AUDITTOKEN -DEXC_SERVER_SECTOKEN"
#define ALL_MACH_EXC "-DMACH_EXC_SERVER_AUDITTOKEN -DMACH_EXC_SERVER_SECTOKEN"

/* clang-format off */
static const struct input inputs[] = {
    {"mach", "mach_port", "mach_port", 3200, 43, 0, 43, NULL, true},
    {"mach", "mach_port", "mach_port", 3200, 43, 0, 43,
        "-DMACH_PORT_USER_PREFIX=user_ -DMACH_PORT_SERVER_PREFIX=server_",
        false},
    {"mach", "mach_port", "mach_port", 3200, 43, 0, 43, "-DKERNEL_SERVER",
        true},
    {"mach", "notify", "notify", 64, 0, 6, 9, NULL, false},
    {"mach", "notify", "notify", 64, 0, 6, 9, "-DSEQNOS", false},
    {"mach", "exc", "exc", 2401, 3, 0, 3, NULL, false},
    {"mach", "exc", "exc", 2401, 3, 0, 3, ALL_EXC, false},
    {"mach", "mach_exc", "mach_exc", 2405, 3, 0, 6, NULL, false},
    {"mach", "mach_exc", "mach_exc", 2405, 3, 0, 6, ALL_MACH_EXC, false},

    {"darwin", "task", "task", 3400, 65, 0, 66, NULL, false},
    {"darwin", "thread_act", "thread_act", 3600, 31, 0, 32, NULL, false},
    {"darwin", "thread_act", "thread_act", 3600, 32, 0, 32, "-DTHREAD_ADOPT",
        false},
    {"darwin", "mach_vm", "mach_vm", 4800, 27, 0, 27, NULL, true},
    {"darwin", "mach_vm", "mach_vm", 4800, 27, 0, 27, "-DKERNEL_SERVER", true},
    {"darwin", "vm_map", "vm_map", 3800, 26, 0, 33, NULL, false},
    {"darwin", "vm_map", "vm_map", 3800, 28, 0, 33,
        "-DLIBSYSCALL_INTERFACE -DVM_MAP_EXTENDED", false},
    {"darwin", "vm32_map", "vm32_map", 3800, 28, 0, 32, NULL, false},
    {"darwin", "mach_host", "mach_host", 200, 24, 0, 35, NULL, false},
    {"darwin", "host_priv", "host_priv", 400, 23, 0, 26, NULL, false},
    {"darwin", "host_security", "host_security", 600, 2, 0, 2, NULL, false},
    {"darwin", "mach_notify", "mach_notify", 64, 0, 5, 9, NULL, false},
    {"darwin", "clock", "clock", 1000, 3, 0, 3, NULL, true},
    {"darwin", "clock_priv", "clock_priv", 1200, 2, 0, 2, NULL, true},
    {"darwin", "clock_reply", "clock_reply", 3125107, 0, 1, 1, NULL, true},
    {"darwin", "processor", "processor", 3000, 6, 0, 6, NULL, false},
    {"darwin", "processor_set", "processor_set", 4000, 11, 0, 11, NULL, false},
    {"darwin", "semaphore", "semaphore", 617200, 7, 0, 7, NULL, false},
    {"darwin", "memory_entry", "memory_entry", 4900, 3, 0, 3, NULL, false},
    {"darwin", "ledger", "ledger", 5000, 0, 0, 0, NULL, false},
    {"darwin", "ledger", "ledger", 5000, 1, 0, 1, "-DLEDGERS", false},
    {"darwin", "mach_voucher", "mach_voucher", 5400, 5, 0, 5, NULL, false},
    {"darwin", "mach_voucher_attr_control", "mach_voucher_attr_control", 5600,
        2, 0, 2, NULL, false},
    {"darwin", "mach_eventlink", "mach_eventlink", 716200, 4, 0, 4, NULL,
        false},
    {"darwin", "restartable", "restartable", 8000, 2, 0, 2, NULL, false},
    {"darwin", "task_access", "task_access", 27000, 3, 0, 3, NULL, false},
    {"darwin", "vfs_nspace", "vfs_nspace", 867800, 8, 0, 8, NULL, false},
    {"darwin", "sysdiagnose_notification", "sysdiagnose_notification", 31337,
        1, 1, 2, NULL, false},
    {"darwin", "memory_error_notification", "memory_error_notification", 5900,
        1, 1, 2, NULL, false},
    {"darwin", "resource_notify", "resource_notify", 827800, 0, 5, 6, NULL,
        false},
    {"darwin", "ktrace_background", "ktrace_background", 670, 0, 1, 1, NULL,
        false},
    {"darwin", "prof", "prof", 2450, 0, 2, 2, NULL, false},
    {"darwin", "coalition_notification", "coalition_notification", 660000, 0, 1,
        1, NULL, false},
    {"darwin", "telemetry_notification", "telemetry_notification", 28000, 0, 1,
        1, NULL, false},
    {"darwin", "iocompressionstats_notification",
        "iocompressionstats_notification", 9300, 0, 1, 1, NULL, false},
    {"darwin", "fairplayd_notification", "fairplayd_notification", 6400, 1, 0,
        1, NULL, false},
    {"darwin", "audit_triggers", "audit_triggers", 123, 0, 1, 1, NULL, false},
    {"darwin", "host_notify_reply", "host_notify_reply", 950, 0, 2, 2, NULL,
        false},
    {"darwin", "arcade_register", "arcade_register", 51713, 1, 0, 1, NULL,
        false},
    {"darwin", "arcade_upcall", "arcade_upcall", 43193, 1, 0, 1, NULL, false},
    {"darwin", "mach_test_upcall", "mach_test_upcall", 5402, 1, 1, 2, NULL,
        false},
    {"darwin", "gssd_mach", "gssd_mach", 999, 8, 1, 9, NULL, false},
    {"darwin", "lockd_mach", "lockd_mach", 1023, 1, 2, 3, NULL, false},
    {"darwin", "kextd_mach", "kextd_mach", 77000, 0, 1, 1, NULL, false},
    {"darwin", "doubleagent", "doubleagent", 6300, 4, 0, 4, NULL, false},
    {"darwin", "UNDRequest", "UNDRequest", 6000, 1, 6, 8, NULL, false},
    {"darwin", "UNDReply", "UNDReply", 6200, 0, 2, 2, NULL, false},
    {"darwin", "netname", "netname", 1040, 4, 0, 4, NULL, false},
    {"darwin", "iokit", "iokit", 2800, 0, 0, 0, NULL, false},
    {"darwin", "iokit", "iokit", 2800, 1, 0, 1, "-DIOKIT", false},
    {"darwin", "exc_test", "exc", 2401, 3, 0, 3, NULL, false},
    {"darwin", "notify_test", "notify", 64, 0, 6, 9, NULL, false},
    {"darwin", "vm_test", "mach_vm", 4800, 27, 0, 27, NULL, false},

    {"dispatch", "firehose", "firehose", 11600, 5, 3, 8, NULL, false},
    {"dispatch", "firehoseReply", "firehoseReply", 11700, 0, 3, 4, NULL,
        false},
    {"dispatch", "protocol", "libdispatch_internal_protocol", 64, 0, 8, 14,
        NULL, false},

    {"gnu", "mach", "mach", 2000, 44, 0, 101, NULL, true},
    {"gnu", "mach_host", "mach_host", 2600, 16, 0, 19, NULL, false},
    {"gnu", "gnu_mach_port", "mach_port", 3200, 9, 0, 15, NULL, true},
    {"gnu", "gnu_mach_port", "mach_port", 3200, 10, 0, 15,
        "-DMIGRATING_THREADS", true},
    {"gnu", "mach_debug", "mach_debug", 3000, 6, 0, 16, NULL, false},
    {"gnu", "mach4", "mach4", 4000, 4, 0, 8, NULL, false},
    {"gnu", "gnumach", "gnumach", 4200, 3, 3, 6, NULL, true},
    {"gnu", "device", "device", 2800, 12, 0, 12, NULL, false},
    {"gnu", "device_request", "device_request", 2800, 0, 5, 6, NULL, false},
    {"gnu", "device_reply", "device_reply", 2900, 0, 5, 6, NULL, false},
    {"gnu", "memory_object", "memory_object", 2200, 0, 9, 10, NULL, true},
    {"gnu", "memory_object", "memory_object", 2200, 0, 9, 10, "-DSEQNOS",
        false},
    {"gnu", "memory_object_default", "memory_object_default", 2250, 0, 2, 2,
        NULL, true},
    {"gnu", "default_pager", "default_pager", 2275, 5, 0, 5, NULL, false},
    {"gnu", "gnu_exc", "exc", 2400, 1, 0, 1, NULL, false},
    {"gnu", "gnu_notify", "notify", 64, 0, 6, 9, NULL, false},
    {"gnu", "task_notify", "task_notify", 4400, 0, 1, 1, NULL, false},
    {"gnu", "mach_i386", "mach_i386", 3800, 6, 0, 8, NULL, false},
    {"gnu", "empty", "empty", 4300, 0, 0, 0, NULL, false},
    {"gnu", "device", "device", 2800, 12, 0, 12,
        "-prefix gnu_ -subrprefix run_", false},

    {"constructs", "shapes", "shapes", 12000, 16, 4, 20, NULL, true},
    {"constructs", "special", "special", 12100, 16, 8, 24, NULL, true},
    {"constructs", "words", "words", 12200, 4, 1, 7, NULL, false},
    {"constructs", "imports", "imports", 12300, 2, 0, 2, NULL, false},
    {"constructs", "large", "large", 12400, 5, 1, 6, NULL, true},
    {"constructs", "many", "many", 2147483400, 15, 0, 100, NULL, false},

    /* Once more, written in other ways. */
    {"constructs", "shapes", "shapes", 12000, 16, 4, 20, "-R -b -s", true},
    {"constructs", "shapes", "shapes", 12000, 16, 4, 20,
        "-split -maxonstack 100 -n", true},
    {"constructs", "special", "special", 12100, 16, 8, 24, "-R -split -s",
        true},
    {"constructs", "special", "special", 12100, 16, 8, 24,
        "-maxonstack 50 -novouchers", true},
    {"dispatch", "firehose", "firehose", 11600, 5, 3, 8, "-R -maxonstack 30",
        false},
};
/* clang-format on */

/* Those of style.md 15.2 that both compilers know, and those that one does. */
static const char c_flags[] =
    "-std=c11 -Werror -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion "
    "-Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla "
    "-Wcast-qual -Wcast-align -Wformat=2 -Wswitch-enum -Wimplicit-fallthrough "
    "-Wnull-dereference";
static const char gcc_flags[] =
    "-Wlogical-op -Wduplicated-cond -Wduplicated-branches";
static const char clang_flags[] = "-Wthread-safety -Wcomma -Wunreachable-code";
static const char cxx_flags[] =
    "-x c++ -std=c++17 -Werror -Wall -Wextra -Wpedantic";

/* From the environment. */
static char mig[4096];
static char corpus[4096];
static char include[4096];

/* A directory in the working directory for all that is made of inputs[@i]. */
static const char *
home(size_t i)
{
	static char name[16];

	(void)snprintf(name, sizeof(name), "%zu", i);
	return name;
}

/* Where the C headers and the other files are that inputs[@i] includes. */
static const char *
includes(size_t i)
{
	static char text[3 * 4096];

	(void)snprintf(text, sizeof(text), "-I%s/%s -I%s", corpus,
	    inputs[i].folder, include);
	return text;
}

static void
input_path(size_t i, char path[2 * 4096])
{
	const struct input *input = &inputs[i];

	if (strcmp(input->folder, "mach") == 0)
		(void)snprintf(
		    path, 2 * 4096, "%s/mach/%s.defs", include, input->file);
	else
		(void)snprintf(path, 2 * 4096, "%s/%s/%s.defs", corpus,
		    input->folder, input->file);
}

/* A file that includes @header, and @other if it is not NULL. */
static void
write_headers_file(
    size_t i, const char *name, const char *header, const char *other)
{
	const struct input *input = &inputs[i];
	char path[64];
	FILE *stream;

	(void)snprintf(path, sizeof(path), "%s/%s", home(i), name);
	stream = fopen(path, "w");
	assert_non_null(stream);
	(void)fprintf(
	    stream, "#include \"%s%s.h\"\n", input->subsystem, header);
	if (other)
		(void)fprintf(
		    stream, "#include \"%s%s.h\"\n", input->subsystem, other);
	(void)fprintf(stream,
	    "#include \"%s_ids.h\"\n"
	    "typedef char as_many[%s_MSG_COUNT == %u ? 1 : -1];\n",
	    input->subsystem, input->subsystem, input->numbers);
	assert_int_equal(fclose(stream), 0);
}

static void
write_headers_files(size_t i)
{
	bool apart = inputs[i].apart;

	write_headers_file(i, "headers.c", "", apart ? NULL : "Server");
	if (apart)
		write_headers_file(i, "server_header.c", "Server", NULL);
}

static void
add_mig(struct jobs *jobs, size_t i)
{
	const struct input *input = &inputs[i];
	const char *s = input->subsystem;
	char path[2 * 4096];

	assert_int_equal(mkdir(home(i), 0700), 0);
	input_path(i, path);
	write_headers_files(i);
	jobs_add(jobs,
	    "cd %s && %s %s %s -sheader %sServer.h -dheader %s_ids.h -list "
	    "list %s",
	    home(i), mig, input->options ? input->options : "", includes(i), s,
	    s, path);
}

static int
make_all(void **state)
{
	struct jobs jobs = {0};
	const char *build = getenv("MACHPORT_BUILD");
	const char *source = getenv("MACHPORT_SOURCE");

	assert_true(build && source);
	(void)snprintf(mig, sizeof(mig), "%s/src/mig/mig", build);
	(void)snprintf(corpus, sizeof(corpus), "%s/tests/mig/corpus", source);
	(void)snprintf(include, sizeof(include), "%s/include", source);
	(void)scratch_enter(state);
	for (size_t i = 0; i < COUNT_OF(inputs); i++)
		add_mig(&jobs, i);
	assert_int_equal(jobs_run(&jobs, SECONDS), 0);
	return 0;
}

/* Lines of `-list`: subsystem, base, routine, number, ids of request and reply. */
static void
check_list(size_t i)
{
	const struct input *input = &inputs[i];
	unsigned int two_way = 0;
	unsigned int one_way = 0;
	char subsystem[128];
	char path[32];
	long base;
	long id;
	long reply;
	unsigned int number;
	FILE *stream;

	(void)snprintf(path, sizeof(path), "%s/list", home(i));
	stream = fopen(path, "r");
	assert_non_null(stream);
	while (fscanf(stream, "%127s %ld %*s %u %ld %ld", subsystem, &base,
	           &number, &id, &reply) == 5) {
		assert_string_equal(subsystem, input->subsystem);
		assert_int_equal(base, input->base);
		assert_int_equal(id, base + number);
		assert_true(reply == 0 || reply == id + 100);
		*(reply == 0 ? &one_way : &two_way) += 1;
	}
	assert_true(feof(stream));
	(void)fclose(stream);
	if (two_way != input->two_way || one_way != input->one_way)
		fail_msg("%s: %u and %u one-way, not %u and %u", input->file,
		    two_way, one_way, input->two_way, input->one_way);
}

static void
each_interface_has_its_routines_and_ids(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(inputs); i++)
		check_list(i);
}

/* --- compiling --------------------------------------------------------------- */

/* Files that have a folder of the corpus in common: one call of a compiler. */
struct batch {
	struct jobs *jobs;
	const char *compiler;
	const char *folder; /* NULL: the batch is empty */
	char files[2048];
	size_t length;
};

/* Compilers start slowly, but too many files are not done side by side. */
#define BATCH_BYTES 400

static void
batch_end(struct batch *batch)
{
	if (batch->folder)
		jobs_add(batch->jobs, "%s -I%s/%s -I%s -fsyntax-only%s",
		    batch->compiler, corpus, batch->folder, include,
		    batch->files);
	batch->folder = NULL;
	batch->length = 0;
}

/* Adds a file of inputs[@i]: its subsystem's name and @suffix, or @suffix alone. */
static void
batch_add(struct batch *batch, size_t i, bool named, const char *suffix)
{
	const char *folder = inputs[i].folder;

	if (batch->folder &&
	    (strcmp(batch->folder, folder) != 0 || batch->length > BATCH_BYTES))
		batch_end(batch);
	batch->folder = folder;
	batch->length += (size_t)snprintf(batch->files + batch->length,
	    sizeof(batch->files) - batch->length, " %s/%s%s", home(i),
	    named ? inputs[i].subsystem : "", suffix);
}

/* What mig made, without making code of it. */
static void
compile_all(const char *compiler, const char *flags)
{
	char command[1024];
	struct jobs jobs = {0};
	struct batch batch = {.jobs = &jobs, .compiler = command};

	(void)snprintf(
	    command, sizeof(command), "%s %s %s", compiler, c_flags, flags);
	for (size_t i = 0; i < COUNT_OF(inputs); i++) {
		batch_add(&batch, i, true, "User.c");
		batch_add(&batch, i, true, "Server.c");
	}
	batch_end(&batch);
	assert_int_equal(jobs_run(&jobs, SECONDS), 0);
}

/* MIG_COMPILERS: "gcc clang", or without clang where there is none. */
static void
compilers_have_nothing_to_say(void **state)
{
	const char *compilers = getenv("MIG_COMPILERS");

	(void)state;
	assert_non_null(compilers);
	assert_non_null(strstr(compilers, "gcc"));
	compile_all("gcc", gcc_flags);
	if (strstr(compilers, "clang"))
		compile_all("clang", clang_flags);
}

/* Some warnings come only when code is made, of what was looked at in depth. */
static void
an_optimizing_compiler_has_nothing_to_say(void **state)
{
	static const char *const sides[] = {"User", "Server"};
	struct jobs jobs = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(inputs); i++) {
		if (strcmp(inputs[i].folder, "constructs") != 0)
			continue;
		for (size_t k = 0; k < COUNT_OF(sides); k++)
			jobs_add(&jobs,
			    "cd %s && gcc -O2 %s %s -I. %s -S -o /dev/null "
			    "%s%s.c",
			    home(i), c_flags, gcc_flags, includes(i),
			    inputs[i].subsystem, sides[k]);
	}
	assert_int_equal(jobs_run(&jobs, SECONDS), 0);
}

/* Without headers, and with one file for each routine of a user. */
static void
files_can_stand_alone(void **state)
{
	struct jobs jobs = {0};
	char path[2 * 4096];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(inputs); i++) {
		if (strcmp(inputs[i].folder, "constructs") != 0)
			continue;
		input_path(i, path);
		jobs_add(&jobs,
		    "mkdir -p %s/alone && cd %s/alone && %s %s %s -header "
		    "/dev/null -user user.c -server server.c %s && %s %s -i "
		    "one_ -server /dev/null -header one.h %s %s && gcc %s %s "
		    "%s -fsyntax-only *.c",
		    home(i), home(i), mig,
		    inputs[i].options ? inputs[i].options : "", includes(i),
		    path, mig, inputs[i].options ? inputs[i].options : "",
		    includes(i), path, c_flags, gcc_flags, includes(i));
	}
	assert_int_equal(jobs_run(&jobs, SECONDS), 0);
}

static void
compile_headers(const char *compiler)
{
	struct jobs jobs = {0};
	struct batch batch = {.jobs = &jobs, .compiler = compiler};

	for (size_t i = 0; i < COUNT_OF(inputs); i++) {
		batch_add(&batch, i, false, "headers.c");
		if (inputs[i].apart)
			batch_add(&batch, i, false, "server_header.c");
	}
	batch_end(&batch);
	assert_int_equal(jobs_run(&jobs, SECONDS), 0);
}

static void
headers_are_cxx(void **state)
{
	char compiler[256];

	(void)state;
	(void)snprintf(compiler, sizeof(compiler), "g++ %s", cxx_flags);
	compile_headers(compiler);
}

static void
headers_are_c99(void **state)
{
	(void)state;
	compile_headers(
	    "gcc -std=c99 -Werror -Wall -Wextra -Wpedantic -Wundef");
}

/* Its user header and <mach/mach_port.h> declare the same functions. */
static void
the_calls_on_ports_are_those_of_the_library(void **state)
{
	struct jobs jobs = {0};

	(void)state;
	assert_string_equal(inputs[0].file, "mach_port");
	jobs_add(&jobs,
	    "cd %s && echo '#include <mach/mach_port.h>' >same.c && "
	    "echo '#include \"mach_port.h\"' >>same.c && "
	    "gcc %s -I. %s -fsyntax-only same.c",
	    home(0), c_flags, includes(0));
	assert_int_equal(jobs_run(&jobs, SECONDS), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_interface_has_its_routines_and_ids),
	    cmocka_unit_test(compilers_have_nothing_to_say),
	    cmocka_unit_test(an_optimizing_compiler_has_nothing_to_say),
	    cmocka_unit_test(files_can_stand_alone),
	    cmocka_unit_test(headers_are_cxx),
	    cmocka_unit_test(headers_are_c99),
	    cmocka_unit_test(the_calls_on_ports_are_those_of_the_library),
	};

	return cmocka_run_group_tests(tests, make_all, scratch_leave);
}
