/* Terminals: a pseudo terminal, and libvterm at its other end. */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

#include "harness.h"

struct terminal {
	int master;
	pid_t program;
	int rows;
	int columns;
	bool has_ended; /* nobody has the other end open */
	bool is_alternate;
	bool is_cursor_hidden;
	struct termios before;
	VTerm *vterm;
	VTermScreen *screen;
	char text[200 * 301];
};

static int
set_property(VTermProp property, VTermValue *value, void *user)
{
	struct terminal *terminal = user;

	if (property == VTERM_PROP_ALTSCREEN)
		terminal->is_alternate = value->boolean;
	else if (property == VTERM_PROP_CURSORVISIBLE)
		terminal->is_cursor_hidden = !value->boolean;
	return 1;
}

static void
make_screen(struct terminal *terminal)
{
	static const VTermScreenCallbacks callbacks = {
	    .settermprop = set_property,
	};

	terminal->vterm = vterm_new(terminal->rows, terminal->columns);
	assert_non_null(terminal->vterm);
	vterm_set_utf8(terminal->vterm, 1);
	terminal->screen = vterm_obtain_screen(terminal->vterm);
	vterm_screen_set_callbacks(terminal->screen, &callbacks, terminal);
	vterm_screen_enable_altscreen(terminal->screen, 1);
	vterm_screen_reset(terminal->screen, 1);
}

_Noreturn static void
become_program(char *const *arguments, int end)
{
	if (login_tty(end) == 0) {
		(void)setenv("TERM", "xterm", 1);
		execv(arguments[0], arguments);
	}
	_exit(EXIT_FAILURE);
}

struct terminal *
terminal_start(char *const *arguments, int rows, int columns)
{
	struct terminal *terminal = calloc(1, sizeof(*terminal));
	struct winsize size = {
	    .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
	int end;

	assert_non_null(terminal);
	terminal->rows = rows;
	terminal->columns = columns;
	make_screen(terminal);
	assert_int_equal(
	    openpty(&terminal->master, &end, NULL, NULL, &size), 0);
	/* Before there is a program, which would change it. */
	assert_int_equal(tcgetattr(terminal->master, &terminal->before), 0);
	terminal->program = fork();
	if (terminal->program == 0) {
		(void)close(terminal->master);
		become_program(arguments, end);
	}
	child_began(terminal->program);
	(void)close(end);
	return terminal;
}

/* What the program writes within so many milliseconds comes to the screen; false:
 * nothing. */
static bool
await_output(struct terminal *terminal, int ms)
{
	struct pollfd ready = {.fd = terminal->master, .events = POLLIN};
	char bytes[4096];
	ssize_t got;

	if (poll(&ready, 1, ms) <= 0)
		return false;
	got = read(terminal->master, bytes, sizeof(bytes));
	if (got > 0)
		(void)vterm_input_write(terminal->vterm, bytes, (size_t)got);
	else if (got == 0 || errno == EIO)
		terminal->has_ended = true;
	return true;
}

static void
read_more(struct terminal *terminal, uint64_t deadline_ns)
{
	const uint64_t now = now_ns();

	if (now >= deadline_ns ||
	    !await_output(terminal, (int)((deadline_ns - now) / 1000000) + 1))
		fail_msg("this stays on the terminal:\n%s",
		    terminal_screen(terminal));
}

const char *
terminal_screen(struct terminal *terminal)
{
	size_t length = 0;

	for (int row = 0; row < terminal->rows; row++) {
		const VTermRect line = {row, row + 1, 0, terminal->columns};

		length += vterm_screen_get_text(terminal->screen,
		    terminal->text + length,
		    sizeof(terminal->text) - length - 2, line);
		terminal->text[length++] = '\n';
	}
	terminal->text[length] = '\0';
	return terminal->text;
}

/* Until @text is there, or is not. */
static void
await(struct terminal *terminal, const char *text, bool there)
{
	const uint64_t deadline =
	    now_ns() + (TEST_SECONDS / 2) * UINT64_C(1000000000);

	while ((strstr(terminal_screen(terminal), text) != NULL) != there) {
		if (terminal->has_ended)
			fail_msg("the program has ended; the terminal:\n%s",
			    terminal_screen(terminal));
		read_more(terminal, deadline);
	}
}

void
terminal_await(struct terminal *terminal, const char *text)
{
	await(terminal, text, true);
}

void
terminal_await_gone(struct terminal *terminal, const char *text)
{
	await(terminal, text, false);
}

void
terminal_type(struct terminal *terminal, const char *keys)
{
	const size_t length = strlen(keys);

	assert_int_equal(write(terminal->master, keys, length), length);
}

void
terminal_resize(struct terminal *terminal, int rows, int columns)
{
	struct winsize size = {
	    .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

	terminal->rows = rows;
	terminal->columns = columns;
	vterm_set_size(terminal->vterm, rows, columns);
	assert_int_equal(ioctl(terminal->master, TIOCSWINSZ, &size), 0);
}

void
terminal_signal(struct terminal *terminal, int number)
{
	assert_int_equal(kill(terminal->program, number), 0);
}

bool
terminal_is_restored(const struct terminal *terminal)
{
	struct termios now;

	assert_int_equal(tcgetattr(terminal->master, &now), 0);
	return !terminal->is_alternate && !terminal->is_cursor_hidden &&
	    now.c_lflag == terminal->before.c_lflag &&
	    now.c_iflag == terminal->before.c_iflag &&
	    now.c_oflag == terminal->before.c_oflag;
}

void
terminal_await_restored(struct terminal *terminal)
{
	const uint64_t deadline =
	    now_ns() + (TEST_SECONDS / 2) * UINT64_C(1000000000);

	/* The modes may be set after the last that is written. */
	while (!terminal_is_restored(terminal))
		if (!await_output(terminal, 10) && now_ns() > deadline)
			fail_msg("the terminal is not as it was:\n%s",
			    terminal_screen(terminal));
}

int
terminal_open_end(const struct terminal *terminal)
{
	int end =
	    ioctl(terminal->master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);

	assert_true(end >= 0);
	return end;
}

int
terminal_wait(struct terminal *terminal)
{
	const uint64_t deadline =
	    now_ns() + (TEST_SECONDS / 2) * UINT64_C(1000000000);
	int status;

	while (!terminal->has_ended)
		read_more(terminal, deadline);
	status = child_wait(terminal->program);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
	                           : WEXITSTATUS(status);
}

void
terminal_free(struct terminal *terminal)
{
	vterm_free(terminal->vterm);
	(void)close(terminal->master);
	free(terminal);
}
