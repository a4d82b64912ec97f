/* Clocks, their ports, and their alarms. */
#include "kern_clock.h"

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_port.h"
#include "kern_mig.h"
#include "kern_platform.h"
#include "kern_timer.h"

#define NS_PER_S UINT64_C(1000000000)
#define CLOCKS 2

/* The one message of subsystem clock_reply: its id, and its words behind the code. */
#define ALARM_REPLY_ID 3125107
#define ALARM_REPLY_WORDS 3
/* What there is room for in a reply of any kind. */
#define ALARM_REPLY_BYTES 48

/* Each with a port, or without. */
static struct ipc_kobject clocks[CLOCKS];

struct alarm {
	struct kern_reply reply;
	struct kern_timer timer; /* its place is reserved */
	clock_id_t clock;
	alarm_type_t type;
	uint64_t at_ns;              /* by the clock */
	struct ipc_account *account; /* +1; charged for it */
};

/* Besides the message, which is charged as such. */
static const struct ipc_charge alarm_cost = {
    .bytes = sizeof(struct alarm) + sizeof(struct kern_timer *),
};

static void
no_senders(struct ipc_kobject *object)
{
	ipc_kobject_deinit(object);
}

struct ipc_port *
kern_clock_make_send(clock_id_t id)
{
	struct ipc_kobject *clock = &clocks[id];

	if (!clock->port) {
		if (!ipc_kobject_init(clock, IPC_KOBJECT_CLOCK, kern_mig_serve))
			return IPC_PORT_NULL;
		clock->no_senders = no_senders;
	}
	return ipc_kobject_make_send(clock);
}

int
kern_clock_of(const struct ipc_kobject *object)
{
	for (int id = 0; id < CLOCKS; id++)
		if (object == &clocks[id])
			return id;
	return -1;
}

uint64_t
kern_clock_now_ns(clock_id_t id)
{
	return id == CALENDAR_CLOCK ? kern_platform->calendar_ns()
	                            : kern_platform->now_ns();
}

mach_timespec_t
kern_clock_timespec(uint64_t ns)
{
	return (mach_timespec_t){
	    .tv_sec = (unsigned int)(ns / NS_PER_S),
	    .tv_nsec = (clock_res_t)(ns % NS_PER_S),
	};
}

/* --- alarms ---------------------------------------------------------------- */

static void
send_message(struct kern_reply *reply, clock_id_t clock, alarm_type_t type,
    kern_return_t code)
{
	const mach_timespec_t now =
	    kern_clock_timespec(kern_clock_now_ns(clock));
	const uint32_t words[ALARM_REPLY_WORDS] = {
	    (uint32_t)type, now.tv_sec, (uint32_t)now.tv_nsec};

	kern_reply_send_result(reply, code, words, ALARM_REPLY_WORDS);
}

/* The alarm has done its work, or nobody wants it. */
static void
free_alarm(struct alarm *alarm)
{
	kern_timer_disarm(&alarm->timer);
	kern_timer_unreserve();
	ipc_account_discharge(alarm->account, &alarm_cost);
	(void)ipc_account_unref(alarm->account);
	base_free(alarm);
}

static void
forsaken(struct ipc_promise *promise)
{
	struct kern_reply *reply =
	    CONTAINER_OF(promise, struct kern_reply, promise);
	struct alarm *alarm = CONTAINER_OF(reply, struct alarm, reply);

	kern_reply_send(&alarm->reply, KERN_ABORTED);
	free_alarm(alarm);
}

/* Tell of it if it is time, else wait for that. */
static void
look(struct alarm *alarm)
{
	const uint64_t now_ns = kern_clock_now_ns(alarm->clock);

	if (alarm->at_ns > now_ns) {
		kern_timer_arm(&alarm->timer,
		    kern_platform->now_ns() + (alarm->at_ns - now_ns));
		return;
	}
	send_message(&alarm->reply, alarm->clock, alarm->type, KERN_SUCCESS);
	free_alarm(alarm);
}

static void
fire(struct kern_timer *timer)
{
	look(CONTAINER_OF(timer, struct alarm, timer));
}

static struct alarm *
new_alarm(struct ipc_account *account)
{
	struct alarm *alarm;

	if (!ipc_account_charge(account, &alarm_cost))
		return NULL;
	if (!kern_timer_reserve())
		goto discharge;
	alarm = base_zalloc(1, sizeof(*alarm));
	if (!alarm)
		goto unreserve;
	alarm->timer.fire = fire;
	alarm->account = ipc_account_ref(account);
	return alarm;

unreserve:
	kern_timer_unreserve();
discharge:
	ipc_account_discharge(account, &alarm_cost);
	return NULL;
}

kern_return_t
kern_clock_alarm(clock_id_t id, uint64_t at_ns, alarm_type_t type,
    struct ipc_kmsg_right right, struct ipc_account *account)
{
	struct alarm *alarm = new_alarm(account);

	if (!alarm)
		return KERN_RESOURCE_SHORTAGE;
	if (!kern_reply_init_to(&alarm->reply, right, ALARM_REPLY_ID,
	        ALARM_REPLY_BYTES, account)) {
		free_alarm(alarm);
		return KERN_RESOURCE_SHORTAGE;
	}
	alarm->clock = id;
	alarm->type = type;
	alarm->at_ns = at_ns;
	if (kern_reply_wanted(&alarm->reply)) {
		kern_reply_watch(&alarm->reply, forsaken);
		look(alarm);
	} else {
		free_alarm(alarm);
	}
	return KERN_SUCCESS;
}

kern_return_t
kern_clock_refuse_alarm(clock_id_t id, kern_return_t code, alarm_type_t type,
    struct ipc_kmsg_right right, struct ipc_account *account)
{
	struct kern_reply reply;

	if (!kern_reply_init_to(
	        &reply, right, ALARM_REPLY_ID, ALARM_REPLY_BYTES, account))
		return KERN_RESOURCE_SHORTAGE;
	send_message(&reply, id, type, code);
	return KERN_SUCCESS;
}
