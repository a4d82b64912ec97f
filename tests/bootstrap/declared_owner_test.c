/* Whose a name is that somebody had before it was configured. */
#include <mach/mach.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bootstrapServer.h"
#include "config.h"
#include "config_tree.h"
#include "context.h"
#include "harness.h"
#include "log.h"
#include "port.h"
#include "serve.h"
#include "server.h"
#include "service.h"

#define USER 1001

static const struct server_options options = {
    .directories = (const char *const[]){NULL},
    .max_names = 1,
};

static audit_token_t
token(void)
{
	return (audit_token_t){{USER, USER, USER, USER, USER, 1, 0, 1}};
}

static mach_port_t
root(void)
{
	return server.root->gate.port;
}

/* The configuration is what @text says. */
static void
configure(const char *text)
{
	struct config *config = config_new();
	struct config_errors errors;
	char copy[256];

	config_errors_init(&errors);
	CHECK(config);
	(void)snprintf(copy, sizeof(copy), "%s", text);
	config_read_file(config, "/a.mach", "a", copy, strlen(copy), &errors);
	config_check_whole(config, &errors);
	CHECK(errors.count == 0);
	CHECK(config_apply(config, server.root, &errors));
	config_errors_deinit(&errors);
}

static kern_return_t
registering(const char *text, mach_port_t port)
{
	name_t name = {0};

	(void)snprintf(name, sizeof(name), "%s", text);
	return serve_bootstrap_register(root(), name, port, token());
}

#define RULES "[name *]\nregister = user:1001\n"

static void
configured_over_a_user(void *argument)
{
	mach_port_t port = port_new(true, 0);
	mach_port_t got;
	name_t name = "org.test";

	(void)argument;
	log_init("declared_owner_test");
	CHECK(server_init(&options));
	configure(RULES);
	CHECK_RETURN(registering("org.test", port), BOOTSTRAP_SUCCESS);
	CHECK_RETURN(
	    registering("another", MACH_PORT_NULL), BOOTSTRAP_NO_MEMORY);
	configure(RULES "[port org.test]\n");
	/* He keeps the name, and does not pay for it. */
	CHECK(context_find(server.root, name)->port == port);
	CHECK_RETURN(registering("another", MACH_PORT_NULL), BOOTSTRAP_SUCCESS);
	/* When it is free again it is his no more than anybody's. */
	port_kill(port);
	serve_notices();
	CHECK(context_find(server.root, name)->state == SERVICE_INACTIVE);
	CHECK_RETURN(serve_bootstrap_check_in(root(), name, token(), &got),
	    BOOTSTRAP_NOT_PRIVILEGED);
	server_deinit();
	config_deinit();
	CHECK(server_is_empty());
}

static void
a_configured_name_is_nobody_s_who_had_it_before(void **state)
{
	struct kernel kernel;

	(void)state;
	kernel_start(&kernel, NULL);
	task_run(configured_over_a_user, NULL);
	kernel_expect_end(&kernel);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(a_configured_name_is_nobody_s_who_had_it_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
