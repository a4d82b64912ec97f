/* The port where records come, the signals, and the program: one loop for all. */
#include "trace_run.h"

#include <errno.h>
#include <error.h>
#include <mach/mach.h>
#include <machport.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "machport_inspect.h"
#include "trace_child.h"
#include "view_kernel.h"

/* Of records, the kernel's largest messages, and what a trailer takes. */
#define MESSAGE_BYTES (64u * 1024 + MAX_TRAILER_SIZE)
/* What happened is told no later than this. */
#define DUE_NS UINT64_C(20000000)
#define NS_OF_MS UINT64_C(1000000)

struct loop {
	struct trace *trace;
	struct trace_child child;
	mach_port_t sink;
	int signals;
	uint64_t until_ns; /* CLOCK_MONOTONIC; 0: no limit */
	bool has_ended;
	int status;
};

static uint64_t
now_ns(void)
{
	return view_kernel.now_ns(view_kernel.context);
}

/* --- signals ---------------------------------------------------------------- */

/* Those come one by one from a descriptor. */
static int
hold_signals(sigset_t *previous_out)
{
	static const int numbers[] = {
	    SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD};
	sigset_t held;
	int signals;

	sigemptyset(&held);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaddset(&held, numbers[i]);
	/* Were it ignored, nobody could wait. */
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &held, previous_out);
	signals = signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0)
		error(0, errno, "cannot wait for signals");
	return signals;
}

/* After the program, what it did is still to be told. */
static void
look_after_child(struct loop *loop)
{
	if (loop->child.pid == 0 || loop->has_ended ||
	    !trace_child_has_ended(&loop->child))
		return;
	loop->has_ended = true;
	loop->until_ns = now_ns() + DUE_NS;
}

/* What comes from the terminal, the program gets as well: then we wait for it. */
static void
take_signal(struct loop *loop, const struct signalfd_siginfo *info)
{
	if (info->ssi_signo == SIGCHLD)
		look_after_child(loop);
	else if (loop->child.pid == 0)
		loop->until_ns = 1;
	else if (info->ssi_code != SI_KERNEL)
		(void)kill(loop->child.pid, (int)info->ssi_signo);
}

static void
take_signals(struct loop *loop)
{
	struct signalfd_siginfo info;

	while (read(loop->signals, &info, sizeof(info)) == sizeof(info))
		take_signal(loop, &info);
}

/* --- records ---------------------------------------------------------------- */

/* The next message of them, if one is there. false: there will be no more. */
static bool
take_records(struct loop *loop)
{
	static union {
		mach_msg_header_t header;
		char bytes[MESSAGE_BYTES];
	} message;
	mach_msg_return_t mr =
	    mach_msg(&message.header, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
	        sizeof(message), loop->sink, 0, MACH_PORT_NULL);

	if (mr == MACH_RCV_TIMED_OUT)
		return true;
	if (mr != MACH_MSG_SUCCESS) {
		error(0, 0, "the kernel tells no more: %s",
		    mach_error_string(mr));
		return false;
	}
	if (!trace_take(loop->trace, &message.header)) {
		error(0, 0,
		    "the kernel is of another version than this "
		    "command (" MACHPORT_VERSION ")");
		return false;
	}
	(void)fflush(loop->trace->screen.stream);
	return true;
}

/* What is there now. Where more comes than can be shown, that is no end. */
static bool
take_rest(struct loop *loop)
{
	mach_port_status_t status = {0};
	mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;
	bool more = true;

	(void)mach_port_get_attributes(mach_task_self(), loop->sink,
	    MACH_PORT_RECEIVE_STATUS, (mach_port_info_t)&status, &count);
	for (mach_port_msgcount_t i = 0;
	     more && i < status.mps_msgcount && !trace_is_full(loop->trace);
	     i++)
		more = take_records(loop);
	return more;
}

/* The port, with room for much. */
static int
begin(struct loop *loop, const machport_trace_filter_t *filter)
{
	mach_port_limits_t limits = {.mpl_qlimit = MACH_PORT_QLIMIT_MAX};
	kern_return_t kr = mach_port_allocate(
	    mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &loop->sink);

	if (kr == KERN_SUCCESS)
		kr = mach_port_set_attributes(mach_task_self(), loop->sink,
		    MACH_PORT_LIMITS_INFO, (mach_port_info_t)&limits,
		    MACH_PORT_LIMITS_INFO_COUNT);
	if (kr == KERN_SUCCESS)
		kr = machport_trace(mach_host_self(), loop->sink, *filter);
	if (kr == KERN_RESOURCE_SHORTAGE) {
		error(0, 0,
		    "the kernel has no memory for another trace, or there are "
		    "too many; end one");
		return EX_TEMPFAIL;
	}
	return kr == KERN_SUCCESS ? EX_OK : view_complain("the trace", kr);
}

/* Somebody who sees nothing yet shall know that it is on. */
static void
tell_beginning(const struct trace *trace)
{
	const struct screen *screen = &trace->screen;

	if (trace->json || !isatty(fileno(screen->stream)))
		return;
	screen_put(screen, SCREEN_FAINT, "Tracing; Ctrl-C ends it.\n");
	(void)fflush(screen->stream);
}

/* --- the loop --------------------------------------------------------------- */

/* -1: for good. */
static int
wait_ms(const struct loop *loop)
{
	const uint64_t now = now_ns();

	if (loop->until_ns == 0)
		return -1;
	if (loop->until_ns <= now)
		return 0;
	return loop->until_ns - now > UINT64_C(1000) * 3600 * NS_OF_MS
	    ? 3600 * 1000
	    : (int)((loop->until_ns - now) / NS_OF_MS) + 1;
}

static bool
is_over(const struct loop *loop)
{
	return trace_is_full(loop->trace) ||
	    (loop->until_ns != 0 && now_ns() >= loop->until_ns);
}

/* Two calls are answered one after the other: in between, the kernel has sent what was
 * due before the first. */
static void
let_kernel_tell(const struct loop *loop)
{
	mach_port_urefs_t urefs;

	for (int i = 0; i < 2; i++)
		(void)mach_port_get_refs(mach_task_self(), loop->sink,
		    MACH_PORT_RIGHT_RECEIVE, &urefs);
}

static int
follow(struct loop *loop)
{
	struct pollfd ready[] = {
	    {.fd = machport_fd(loop->sink), .events = POLLIN},
	    {.fd = loop->signals, .events = POLLIN},
	};

	if (ready[0].fd < 0) {
		error(0, errno, "cannot wait for records");
		return EX_OSERR;
	}
	while (!is_over(loop)) {
		if (poll(ready, 2, wait_ms(loop)) < 0 && errno != EINTR)
			return EX_OSERR;
		take_signals(loop);
		if (ready[0].revents != 0 && !take_records(loop))
			return EX_UNAVAILABLE;
		if (ferror(loop->trace->screen.stream))
			return EX_IOERR;
	}
	let_kernel_tell(loop);
	return take_rest(loop) ? EX_OK : EX_UNAVAILABLE;
}

static int
start(struct loop *loop, const struct trace_request *request,
    const sigset_t *signals)
{
	int status = EX_OK;

	if (request->command)
		status =
		    trace_child_make(&loop->child, request->command, signals);
	if (status == EX_OK)
		status = trace_tasks_look(&loop->trace->tasks);
	if (status == EX_OK)
		status = begin(loop, &request->filter);
	if (status != EX_OK)
		return status;
	if (request->command)
		trace_tasks_choose(&loop->trace->tasks, loop->child.pid);
	if (request->duration_ns > 0)
		loop->until_ns = now_ns() + request->duration_ns;
	if (request->command)
		trace_child_begin(&loop->child);
	else
		tell_beginning(loop->trace);
	return EX_OK;
}

int
trace_run(struct trace *trace, const struct trace_request *request)
{
	struct loop loop = {.trace = trace};
	sigset_t previous;
	int status = EX_OSERR;
	int ended;

	loop.signals = hold_signals(&previous);
	if (loop.signals >= 0)
		status = start(&loop, request, &previous);
	if (status == EX_OK) {
		status = follow(&loop);
		trace_summary(trace);
	}
	if (loop.signals >= 0)
		close(loop.signals);
	sigprocmask(SIG_SETMASK, &previous, NULL);
	/* The trace, which costs all others something. */
	if (loop.sink != MACH_PORT_NULL)
		(void)mach_port_mod_refs(
		    mach_task_self(), loop.sink, MACH_PORT_RIGHT_RECEIVE, -1);
	if (loop.child.pid == 0)
		return status;
	ended = trace_child_end(&loop.child);
	return status == EX_OK ? ended : status;
}
