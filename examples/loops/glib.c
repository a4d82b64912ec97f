#include <glib-unix.h>

#include "service.h"

static gboolean
ready(gint fd, GIOCondition condition, gpointer loop)
{
	if (service_serve())
		return G_SOURCE_CONTINUE;
	g_main_loop_quit(loop);
	return G_SOURCE_REMOVE;
}

int
main(int argc, char *argv[])
{
	GMainLoop *loop = g_main_loop_new(NULL, FALSE);

	g_unix_fd_add(service_begin(argv + 1), G_IO_IN, ready, loop);
	g_main_loop_run(loop);
	g_main_loop_unref(loop);
	return service_end();
}
