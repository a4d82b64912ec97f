/* Requests for which there is no memory: each allocation of each fails once, and what
 * was refused has left nothing. */
#include <mach/mach.h>
#include <mach/mach_port.h>
#include <stdio.h>
#include <unistd.h>

#include "base_alloc.h"
#include "bootstrapServer.h"
#include "context.h"
#include "harness.h"
#include "log.h"
#include "port.h"
#include "serve.h"
#include "server.h"

static const struct server_options options = {
    .directories = (const char *const[]){NULL},
    .max_names = 100,
    .max_contexts = 100,
    .max_programs = 100,
};

static audit_token_t
token(void)
{
	return (audit_token_t){{geteuid(), geteuid(), getegid(), getuid(),
	    getgid(), (unsigned)getpid(), 0, 0}};
}

static mach_port_t
root(void)
{
	return server.root->gate.port;
}

/* --- requests; what they gave is given back ------------------------------------------ */

static kern_return_t
check_in(void)
{
	name_t name = "org.test";
	mach_port_t port;
	kern_return_t kr =
	    serve_bootstrap_check_in(root(), name, token(), &port);

	if (kr == BOOTSTRAP_SUCCESS)
		port_kill(port);
	return kr;
}

static kern_return_t
registering(void)
{
	name_t name = "org.test";
	mach_port_t port = port_new(true, 0);
	kern_return_t kr =
	    serve_bootstrap_register(root(), name, port, token());

	/* The loop releases what was refused. */
	if (kr != BOOTSTRAP_SUCCESS)
		port_release(port);
	port_kill(port);
	return kr;
}

static kern_return_t
hiding(void)
{
	static unsigned count;
	name_t name;

	(void)snprintf(name, sizeof(name), "hidden.%u", count++);
	return serve_bootstrap_register(root(), name, MACH_PORT_NULL, token());
}

static kern_return_t
create_service(void)
{
	static unsigned count;
	name_t name;
	mach_port_t port;

	(void)snprintf(name, sizeof(name), "service.%u", count++);
	return serve_bootstrap_create_service(root(), name, token(), &port);
}

static kern_return_t
subset(void)
{
	mach_port_t requestor = port_new(true, 0);
	mach_port_t port;
	kern_return_t kr =
	    serve_bootstrap_subset(root(), requestor, token(), &port);

	if (kr != BOOTSTRAP_SUCCESS)
		port_release(requestor);
	port_kill(requestor);
	return kr;
}

static kern_return_t
create_server(void)
{
	cmd_t command = "/bin/true";
	mach_port_t port;

	return serve_bootstrap_create_server(
	    root(), command, geteuid(), TRUE, token(), &port);
}

static kern_return_t
info(void)
{
	name_array_t names;
	name_array_t servers;
	bool_array_t active;
	mach_msg_type_number_t counts[3];
	kern_return_t kr = serve_bootstrap_info(root(), token(), &names,
	    &counts[0], &servers, &counts[1], &active, &counts[2]);

	if (kr != BOOTSTRAP_SUCCESS)
		return kr;
	mig_deallocate((vm_address_t)names, counts[0] * sizeof(name_t));
	mig_deallocate((vm_address_t)servers, counts[1] * sizeof(name_t));
	mig_deallocate((vm_address_t)active, counts[2] * sizeof(boolean_t));
	return kr;
}

/* --- the test ---------------------------------------------------------------------- */

typedef kern_return_t request(void);

/* Until it gets through. How many allocations that took. */
static unsigned
fail_each(request *make)
{
	for (unsigned nth = 1;; nth++) {
		kern_return_t kr;

		base_alloc_fail_at(nth);
		kr = make();
		if (!base_alloc_has_failed()) {
			base_alloc_fail_at(0);
			CHECK_RETURN(kr, BOOTSTRAP_SUCCESS);
			return nth - 1;
		}
		CHECK_RETURN(kr, BOOTSTRAP_NO_MEMORY);
		serve_notices();
	}
}

static void
requests(void *argument)
{
	static request *const all[] = {check_in, registering, hiding,
	    create_service, subset, create_server, info};

	(void)argument;
	log_init("request_shortage_test");
	CHECK(server_init(&options));
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		CHECK(fail_each(all[i]) > 0);
		serve_notices();
	}
	server_deinit();
	CHECK(server_is_empty());
}

static void
what_is_refused_for_want_of_memory_leaves_nothing(void **state)
{
	struct kernel kernel;

	(void)state;
	kernel_start(&kernel, NULL);
	task_run(requests, NULL);
	kernel_expect_end(&kernel);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(what_is_refused_for_want_of_memory_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
