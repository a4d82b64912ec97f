#include "corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "jobs.h"
#include "scratch.h"

/* For one file; with all of them at once, a machine may be slow. */
enum { SECONDS = 60, PATH_BYTES = 4096 };

#define ALL_EXC "-DEXC_SERVER_AUDITTOKEN -DEXC_SERVER_SECTOKEN"
#define ALL_MACH_EXC "-DMACH_EXC_SERVER_AUDITTOKEN -DMACH_EXC_SERVER_SECTOKEN"

/* clang-format off */
const struct corpus_input corpus_inputs[] = {
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

const size_t corpus_count = sizeof(corpus_inputs) / sizeof(corpus_inputs[0]);

/* From the environment. */
static char mig[PATH_BYTES];
static char corpus[PATH_BYTES];
static char include[PATH_BYTES];

const char *
corpus_home(size_t i)
{
	static char name[16];

	(void)snprintf(name, sizeof(name), "%zu", i);
	return name;
}

const char *
corpus_includes(size_t i)
{
	static char text[3 * PATH_BYTES];

	(void)snprintf(text, sizeof(text), "-I%s/%s -I%s", corpus,
	    corpus_inputs[i].folder, include);
	return text;
}

bool
corpus_is_in_depth(size_t i)
{
	return strcmp(corpus_inputs[i].folder, "constructs") == 0;
}

static const char *
input_path(size_t i)
{
	static char path[2 * PATH_BYTES];
	const struct corpus_input *input = &corpus_inputs[i];

	if (strcmp(input->folder, "mach") == 0)
		(void)snprintf(path, sizeof(path), "%s/mach/%s.defs", include,
		    input->file);
	else
		(void)snprintf(path, sizeof(path), "%s/%s/%s.defs", corpus,
		    input->folder, input->file);
	return path;
}

/* A file that includes @header, and @other if it is not NULL. */
static void
write_headers_file(
    size_t i, const char *name, const char *header, const char *other)
{
	const struct corpus_input *input = &corpus_inputs[i];
	char path[64];
	FILE *stream;

	(void)snprintf(path, sizeof(path), "%s/%s", corpus_home(i), name);
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
	bool apart = corpus_inputs[i].apart;

	write_headers_file(i, "headers.c", "", apart ? NULL : "Server");
	if (apart)
		write_headers_file(i, "server_header.c", "Server", NULL);
}

/* mig, with the options of an input. */
static const char *
mig_for(size_t i)
{
	static char command[5 * PATH_BYTES];
	const char *options = corpus_inputs[i].options;

	(void)snprintf(command, sizeof(command), "%s %s %s", mig,
	    options ? options : "", corpus_includes(i));
	return command;
}

/* Without headers; and a file for each routine of the user. */
static void
add_mig_alone(struct jobs *jobs, size_t i)
{
	jobs_add(jobs,
	    "mkdir %s/alone && cd %s/alone && mig='%s' && input=%s && "
	    "$mig -header /dev/null -user user.c -server server.c $input && "
	    "$mig -header one.h -i one_ -server /dev/null $input",
	    corpus_home(i), corpus_home(i), mig_for(i), input_path(i));
}

static void
add_mig(struct jobs *jobs, size_t i)
{
	const char *s = corpus_inputs[i].subsystem;

	assert_int_equal(mkdir(corpus_home(i), 0700), 0);
	write_headers_files(i);
	jobs_add(jobs,
	    "cd %s && %s -sheader %sServer.h -dheader %s_ids.h -list list %s",
	    corpus_home(i), mig_for(i), s, s, input_path(i));
	if (corpus_is_in_depth(i))
		add_mig_alone(jobs, i);
}

int
corpus_make(void **state)
{
	struct jobs jobs = {0};
	const char *build = getenv("MACHPORT_BUILD");
	const char *source = getenv("MACHPORT_SOURCE");

	assert_true(build && source);
	(void)snprintf(mig, sizeof(mig), "%s/src/mig/mig", build);
	(void)snprintf(corpus, sizeof(corpus), "%s/tests/mig/corpus", source);
	(void)snprintf(include, sizeof(include), "%s/include", source);
	(void)scratch_enter(state);
	for (size_t i = 0; i < corpus_count; i++)
		add_mig(&jobs, i);
	assert_int_equal(jobs_run(&jobs, SECONDS), 0);
	return 0;
}
