/* Which rules count, and asking them. */
#include "policy.h"

#include <fcntl.h>
#include <mach/mach.h>
#include <mach/mach_traps.h>
#include <mach/task_info.h>
#include <stdio.h>
#include <sys/stat.h>

#include "config.h"
#include "context.h"
#include "domain.h"
#include "gate.h"
#include "policy_rules.h"
#include "port.h"
#include "program.h"
#include "server.h"
#include "service.h"

const struct domain *
policy_domain(const struct gate *gate)
{
	if (gate->context->domain)
		return gate->context->domain;
	return gate->program ? gate->program->launch.settings->domain : NULL;
}

/* Does @service, or a new one if it is NULL, belong to @domain itself? */
static bool
is_within(const struct gate *gate, const struct service *service,
    const struct domain *domain)
{
	const struct context *context =
	    service ? service->context : gate->context;

	return context->domain == domain;
}

/* Does a domain let a request out? */
static bool
domain_allows(const struct domain *domain, enum policy_operation operation,
    const char *name)
{
	switch (operation) {
	case POLICY_LOOK_UP:
		return name_patterns_match(&domain->look_up, name);
	case POLICY_CHECK_IN:
	case POLICY_REGISTER:
	case POLICY_CREATE:
		return name_patterns_match(&domain->registers, name);
	}
	return false;
}

/* The file behind @path, without waiting for whoever may have mounted it. */
static bool
find_file(const char *path, struct statx *file_out)
{
	return statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_INO, file_out) ==
	    0 &&
	    (file_out->stx_mask & STATX_INO);
}

/* Is the process still the task that asked, and not one that came after it? */
static bool
is_still_there(const struct identity *who)
{
	mach_msg_type_number_t count = TASK_AUDIT_TOKEN_COUNT;
	mach_port_name_t task = MACH_PORT_NULL;
	audit_token_t token = {{0}};
	kern_return_t kr;

	if (task_name_for_pid(mach_task_self(), who->pid, &task) !=
	    KERN_SUCCESS)
		return false;
	kr = task_info(task, TASK_AUDIT_TOKEN, (task_info_t)token.val, &count);
	port_release(task);
	return kr == KERN_SUCCESS && count == TASK_AUDIT_TOKEN_COUNT &&
	    identity_of_token(&token).pid_version == who->pid_version;
}

/* It is looked for afterwards: until then it was there. Who sends and then runs the
 * file itself is another task by that, a moment after Linux says what he runs: first
 * it takes his memory down, then it closes his connections. */
static bool
runs_file(const struct identity *who, const char *path)
{
	struct statx running;
	struct statx wanted;
	char link[32];

	(void)snprintf(link, sizeof(link), "/proc/%d/exe", (int)who->pid);
	return find_file(link, &running) && find_file(path, &wanted) &&
	    running.stx_ino == wanted.stx_ino &&
	    running.stx_dev_major == wanted.stx_dev_major &&
	    running.stx_dev_minor == wanted.stx_dev_minor &&
	    is_still_there(who);
}

bool
policy_allows(const struct gate *gate, const char *name,
    const struct service *service, enum policy_operation operation,
    const struct identity *who)
{
	static const struct policy_rules by_default;
	const struct domain *domain = policy_domain(gate);
	const struct policy *policy =
	    service && service->policy ? service->policy : config_policy(name);
	struct policy_subject subject = {
	    .who = who,
	    .server_owner = server.owner,
	    .name_owner = service ? service->owner : server.owner,
	    .domain = domain ? domain->name : NULL,
	    .runs = runs_file,
	};

	/* What is a program's own needs nobody's permission. */
	if (service && gate->program && service->program == gate->program)
		return true;
	if (domain && !is_within(gate, service, domain) &&
	    !domain_allows(domain, operation, name))
		return false;
	return policy_rules_hold(
	    policy ? &policy->operations[operation] : &by_default, &subject);
}
