/*
 * D-Bus. The broker is started without its launcher, which needs a systemd: whoever
 * starts it is its controller, and tells it where to listen and who may do what.
 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "compared.h"

#define SERVICE "org.machport.Bench"
#define OBJECT "/bench"
#define BATCH                                                                  \
	64 /* messages that are written before a sender waits for the socket */

/* What dbus-broker's AddListener takes: rules for users, for groups, for SELinux and for
 * AppArmor. */
#define RULES "bta(btbs)a(btssssuutt)a(btssssuutt)"
#define POLICY "a(u(" RULES "))a(buu(" RULES "))a(ss)bs"

extern char **environ;

static sd_bus *controller;
static sd_bus *bus;
static char address[80]; /* of the broker; abstract, without its first byte */
static struct pair_message message;

static void
check(const char *what, int result)
{
	if (result < 0)
		bench_die(what, result);
}

/* --- the broker ------------------------------------------------------------ */

static int
listen_at(const char *name)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	size_t bytes =
	    offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	memcpy(at.sun_path + 1, name, strlen(name));
	if (fd < 0 ||
	    bind(fd, (const struct sockaddr *)&at, (socklen_t)bytes) != 0 ||
	    listen(fd, SOMAXCONN) != 0)
		bench_die(name, errno);
	return fd;
}

/* All may do everything. */
static int
append_policy(sd_bus_message *m)
{
	int r = sd_bus_message_open_container(m, 'v', "(" POLICY ")");

	r = r < 0 ? r : sd_bus_message_open_container(m, 'r', POLICY);
	r = r < 0
	    ? r
	    : sd_bus_message_append(m, "a(u(" RULES "))", 1, (uint32_t)-1, 1,
	          (uint64_t)1, 1, 1, (uint64_t)1, 1, "", 1, 1, (uint64_t)1, "",
	          "", "", "", 0u, 0u, (uint64_t)0, UINT64_MAX, 1, 1,
	          (uint64_t)1, "", "", "", "", 0u, 0u, (uint64_t)0, UINT64_MAX);
	r = r < 0 ? r : sd_bus_message_append(m, "a(buu(" RULES "))", 0);
	r = r < 0 ? r : sd_bus_message_append(m, "a(ss)bs", 0, 0, "");
	r = r < 0 ? r : sd_bus_message_close_container(m);
	return r < 0 ? r : sd_bus_message_close_container(m);
}

/* Have the broker at the other end of @fd listen at @listener. */
static void
control_broker(int fd, int listener)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *m;

	check("sd_bus_new", sd_bus_new(&controller));
	check("sd_bus_set_fd", sd_bus_set_fd(controller, fd, fd));
	check("sd_bus_start", sd_bus_start(controller));
	check("AddListener",
	    sd_bus_message_new_method_call(controller, &m, NULL,
	        "/org/bus1/DBus/Broker", "org.bus1.DBus.Broker",
	        "AddListener"));
	check("AddListener",
	    sd_bus_message_append(
	        m, "oh", "/org/bus1/DBus/Listener/0", listener));
	check("AddListener", append_policy(m));
	check("AddListener", sd_bus_call(controller, m, 0, &error, NULL));
	(void)sd_bus_message_unref(m);
}

/* Start one with its end of the connection, @fd, as descriptor 3. */
static pid_t
start_broker(int fd)
{
	char program[] = "dbus-broker";
	char control[] = "--controller=3";
	char machine[] = "--machine-id=00000000000000000000000000000001";
	char *arguments[] = {program, control, machine, NULL};
	posix_spawn_file_actions_t actions;
	pid_t broker;
	int failed;

	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_adddup2(&actions, fd, 3);
	failed =
	    posix_spawnp(&broker, program, &actions, NULL, arguments, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	if (failed)
		bench_die("dbus-broker", failed);
	return broker;
}

static sd_bus *
connect_to_broker(void)
{
	char where[sizeof(address) + 16];
	sd_bus *made;

	(void)snprintf(where, sizeof(where), "unix:abstract=%s", address);
	check("sd_bus_new", sd_bus_new(&made));
	check("sd_bus_set_address", sd_bus_set_address(made, where));
	check("sd_bus_set_bus_client", sd_bus_set_bus_client(made, true));
	check("sd_bus_start", sd_bus_start(made));
	return made;
}

/* --- both sides ------------------------------------------------------------ */

static pid_t
open_dbus(const struct pair_setting *setting)
{
	int control[2];
	pid_t broker;

	(void)setting;
	(void)snprintf(address, sizeof(address), "machport-bench/%d", getpid());
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control))
		bench_die("socketpair", errno);
	broker = start_broker(control[1]);
	(void)close(control[1]);
	control_broker(control[0], listen_at(address));
	bus = connect_to_broker();
	check("sd_bus_request_name", sd_bus_request_name(bus, SERVICE, 0));
	return broker;
}

/* A connection does not outlive a fork. */
static void
join_dbus(const struct pair_setting *setting)
{
	(void)setting;
	bus = connect_to_broker();
}

/* Take the bytes out. */
static void
read_message(sd_bus_message *m)
{
	const void *bytes;
	size_t count;

	check("sd_bus_message_read_array",
	    sd_bus_message_read_array(m, 'y', &bytes, &count));
	memcpy(&message, bytes, count);
}

static int
answer(sd_bus_message *m, void *context, sd_bus_error *error)
{
	const struct pair_setting *setting = context;
	sd_bus_message *reply;

	(void)error;
	read_message(m);
	if (!message.wants_answer)
		return 1;
	check("sd_bus_message_new_method_return",
	    sd_bus_message_new_method_return(m, &reply));
	check("sd_bus_message_append_array",
	    sd_bus_message_append_array(reply, 'y', &message, setting->bytes));
	check("sd_bus_send", sd_bus_send(bus, reply, NULL));
	(void)sd_bus_message_unref(reply);
	return 1;
}

static const sd_bus_vtable object[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("Call", "ay", "ay", answer, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END,
};

static _Noreturn void
serve_dbus(const struct pair_setting *setting)
{
	struct pair_setting own = *setting;

	check("sd_bus_add_object_vtable",
	    sd_bus_add_object_vtable(bus, NULL, OBJECT, SERVICE, object, &own));
	for (;;) {
		int worked = sd_bus_process(bus, NULL);

		check("sd_bus_process", worked);
		if (worked == 0)
			check("sd_bus_wait", sd_bus_wait(bus, UINT64_MAX));
	}
}

static sd_bus_message *
new_call(const struct pair_setting *setting)
{
	sd_bus_message *m;

	check("sd_bus_message_new_method_call",
	    sd_bus_message_new_method_call(
	        bus, &m, SERVICE, OBJECT, SERVICE, "Call"));
	check("sd_bus_message_append_array",
	    sd_bus_message_append_array(m, 'y', &message, setting->bytes));
	return m;
}

static void
call_dbus(const struct pair_setting *setting)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *request;
	sd_bus_message *reply;

	message.wants_answer = true;
	request = new_call(setting);
	check("sd_bus_call", sd_bus_call(bus, request, 0, &error, &reply));
	read_message(reply);
	(void)sd_bus_message_unref(request);
	(void)sd_bus_message_unref(reply);
}

/* The library queues what the socket does not take: do not let that grow. */
static void
send_dbus(const struct pair_setting *setting)
{
	static unsigned sent;
	sd_bus_message *m;

	message.wants_answer = false;
	m = new_call(setting);
	check("sd_bus_message_set_expect_reply",
	    sd_bus_message_set_expect_reply(m, false));
	check("sd_bus_send", sd_bus_send(bus, m, NULL));
	if (++sent % BATCH == 0)
		check("sd_bus_flush", sd_bus_flush(bus));
	(void)sd_bus_message_unref(m);
}

const struct pair_way compared_dbus = {"dbus-broker", NULL, open_dbus,
    join_dbus, serve_dbus, call_dbus, send_dbus};
