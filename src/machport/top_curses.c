/* The screen of top: lines that top_show() has written, below two of our own. */
#include "top_curses.h"

#include <curses.h>
#include <errno.h>
#include <error.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

#include "command.h"
#include "memory.h"
#include "view_kernel.h"

/* Above the rows: the summary, what the keys have chosen, the table's heading. */
#define HEAD_LINES 3

static const char *const help[] = {
    "q           end",
    "s           sort by the next: messages, unread, rights, number",
    "up, down    choose a task",
    "p, Enter    the ports of that task",
    "t           all tasks",
    "space       stop, and go on",
    "h, ?        this",
    NULL,
};

struct display {
	struct top *top;
	struct view view;
	bool shows_self;
	bool is_paused;
	bool shows_help;
	unsigned long looks;
	size_t selected; /* a row */
	size_t first;    /* the row at the top of the screen */
	int status;      /* to end with */
};

static void
restore_terminal(void)
{
	if (!isendwin())
		(void)endwin();
}

/* For error(): on the screen, which goes, nobody would see what it says. */
static void
leave_screen(void)
{
	restore_terminal();
	(void)fprintf(stderr, "%s: ", program_invocation_name);
}

/* --- what is seen ---------------------------------------------------------- */

/* Look anew. False: there is nothing to be seen any more. */
static bool
look(struct display *display)
{
	struct view view;

	display->status = view_open(&view, &view_kernel, display->shows_self);
	if (display->status != EX_OK) {
		view_close(&view);
		return false;
	}
	view_close(&display->view);
	display->view = view;
	/* A task that has ended has no ports; the summary says so. */
	(void)top_look(display->top, &display->view);
	display->looks++;
	return true;
}

/* The table, as lines; +1 to caller. */
static char *
table_text(const struct display *display)
{
	char *text = NULL;
	size_t bytes = 0;
	struct screen screen = {.width = (size_t)COLS};

	screen.stream = open_memstream(&text, &bytes);
	if (!screen.stream)
		memory_fail();
	top_show(display->top, &display->view, &screen);
	if (fclose(screen.stream) != 0)
		memory_fail();
	return text;
}

/* Keep what is chosen on the screen. */
static void
scroll_to_selected(struct display *display)
{
	const size_t rows =
	    LINES > HEAD_LINES ? (size_t)(LINES - HEAD_LINES) : 1;
	const size_t count = display->top->row_count;

	if (display->selected >= count)
		display->selected = count > 0 ? count - 1 : 0;
	if (display->first > display->selected)
		display->first = display->selected;
	if (display->selected >= display->first + rows)
		display->first = display->selected - rows + 1;
}

static void
draw_line(int y, const char *line, attr_t attributes)
{
	(void)attrset((int)attributes);
	(void)mvaddstr(y, 0, line);
	(void)attrset(A_NORMAL);
}

static void
draw_table(struct display *display)
{
	char *text = table_text(display);
	char *rest = text;
	char *line = strsep(&rest, "\n");
	size_t row = 0;

	scroll_to_selected(display);
	draw_line(HEAD_LINES - 1, line ? line : "", A_REVERSE);
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		const int y = HEAD_LINES + (int)row - (int)display->first;

		if (row >= display->first && y < LINES)
			draw_line(y, line,
			    row == display->selected ? A_BOLD : A_NORMAL);
		row++;
	}
	free(text);
}

static void
draw(struct display *display)
{
	char *summary = top_summary(display->top, &display->view);

	(void)erase();
	draw_line(0, summary, A_BOLD);
	(void)mvprintw(1, 0, "%s%s; h for help",
	    top_order_name(display->top->order),
	    display->is_paused ? ", stopped" : "");
	if (display->shows_help)
		for (int i = 0; help[i] && HEAD_LINES + i < LINES; i++)
			draw_line(HEAD_LINES + i, help[i], A_NORMAL);
	else
		draw_table(display);
	(void)refresh();
	free(summary);
}

/* --- keys ------------------------------------------------------------------ */

/* The ports of a task, or 0: all tasks. False: as for look(). */
static bool
choose(struct display *display, uint32_t task)
{
	top_choose(display->top, task);
	display->selected = 0;
	return look(display);
}

static bool
choose_ports(struct display *display)
{
	const struct top *top = display->top;

	if (top->task != 0 || display->selected >= top->row_count)
		return true;
	return choose(display, top->rows[display->selected].task->record.task);
}

/* False: the user has seen enough, or there is nothing to be seen any more. */
static bool
obey(struct display *display, int key)
{
	switch (key) {
	case 'q':
		return false;
	case 's':
		top_sort(
		    display->top, (display->top->order + 1) % TOP_ORDER_COUNT);
		break;
	case 'p':
	case '\n':
	case KEY_ENTER:
		return choose_ports(display);
	case 't':
		return choose(display, 0);
	case ' ':
		display->is_paused = !display->is_paused;
		break;
	case 'h':
	case '?':
		display->shows_help = !display->shows_help;
		break;
	case KEY_UP:
		if (display->selected > 0)
			display->selected--;
		break;
	case KEY_DOWN:
		display->selected++;
		break;
	default: /* a new size, or nothing that we know */
		break;
	}
	return true;
}

/* --- what ends it ------------------------------------------------------------ */

/* A signal ends us, but not before the terminal is as it was; and it is not slept over:
 * those that end come from a descriptor. */
static int
hold_signals(void)
{
	sigset_t held;

	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigaddset(&held, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &held, NULL);
	return signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Return: its number, or 0. */
static int
take_signal(int signals)
{
	struct signalfd_siginfo info;

	return read(signals, &info, sizeof(info)) == sizeof(info)
	    ? (int)info.ssi_signo
	    : 0;
}

/* ERR: there is none yet. */
static int
wait_for_key(int signals, int delay_ms)
{
	struct pollfd ready[] = {
	    {.fd = STDIN_FILENO, .events = POLLIN},
	    {.fd = signals, .events = POLLIN},
	};
	int key = getch(); /* curses may have read more than one */

	if (key != ERR)
		return key;
	(void)poll(ready, 2, delay_ms);
	/* Without a terminal, nobody sees anything. */
	return ready[0].revents & ~POLLIN ? 'q' : getch();
}

/* The delay has passed: look anew. False: there is nothing to be seen any more, or
 * @count looks were asked for, without the first, which has no rates. */
static bool
go_on(struct display *display, unsigned long count)
{
	if (display->is_paused)
		return true;
	return (count == 0 || display->looks <= count) && look(display);
}

/* Return: the number of the signal that has ended it, or 0. */
static int
run(struct display *display, int signals, int delay_ms, unsigned long count)
{
	int key = ERR;
	int ended;

	timeout(0);
	while ((ended = take_signal(signals)) == 0) {
		if (key == ERR && !go_on(display, count))
			break;
		if (key != ERR && !obey(display, key))
			break;
		draw(display);
		key = wait_for_key(signals, delay_ms);
	}
	return ended;
}

int
top_curses(struct top *top, bool shows_self, int delay_ms, unsigned long count)
{
	struct display display = {.top = top, .shows_self = shows_self};
	const int signals = hold_signals();
	int ended;

	if (signals < 0) {
		error(0, errno, "cannot wait for signals");
		return EX_OSERR;
	}
	if (!initscr())
		return EX_UNAVAILABLE;
	(void)atexit(restore_terminal);
	error_print_progname = leave_screen;
	(void)cbreak();
	(void)noecho();
	(void)nonl();
	(void)keypad(stdscr, true);
	(void)curs_set(0);
	ended = run(&display, signals, delay_ms, count);
	restore_terminal();
	(void)close(signals);
	view_close(&display.view);
	if (ended == SIGTERM || ended == SIGHUP)
		return EXIT_SIGNAL + ended;
	return display.status;
}
