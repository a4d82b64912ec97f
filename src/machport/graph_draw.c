/* machport graph --svg: by graphviz. */
#include <errno.h>
#include <error.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "graph.h"

static int
wait_for(pid_t dot)
{
	int status;

	while (waitpid(dot, &status, 0) < 0)
		if (errno != EINTR) {
			error(0, errno, "cannot wait for dot");
			return EX_OSERR;
		}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return EX_OK;
	error(0, 0, "dot, of graphviz, could not draw the graph");
	return EX_SOFTWARE;
}

int
graph_draw(int dot, int output)
{
	static char name[] = "dot";
	static char svg[] = "-Tsvg";
	char *arguments[] = {name, svg, NULL};
	posix_spawn_file_actions_t files;
	pid_t pid;
	int failed = posix_spawn_file_actions_init(&files);

	/* Were it ignored, as we may have inherited it, nobody could wait. */
	(void)signal(SIGCHLD, SIG_DFL);
	if (failed == 0) {
		failed =
		    posix_spawn_file_actions_adddup2(&files, dot, STDIN_FILENO);
		if (failed == 0)
			failed = posix_spawn_file_actions_adddup2(
			    &files, output, STDOUT_FILENO);
		if (failed == 0)
			failed = posix_spawnp(&pid, arguments[0], &files, NULL,
			    arguments, environ);
		posix_spawn_file_actions_destroy(&files);
	}
	if (failed == 0)
		return wait_for(pid);
	error(0, failed,
	    "cannot run dot, which draws the graph; install the package "
	    "graphviz, or leave --svg out to get what it reads");
	return EX_UNAVAILABLE;
}
