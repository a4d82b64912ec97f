/*
 * The policy: who may do what with which name.
 *
 * Of a name that is declared its own policy decides, of others that of the longest
 * pattern which the configuration has for it. What neither says, root and the server's
 * owner may; with a name that is registered, also whoever registered it.
 *
 * Who asks from within a domain sees, besides what there is within the domain itself,
 * the names that the domain lists, as far as their own policy allows.
 *
 * Nothing is logged. A process is looked at only if a rule asks for what it runs.
 */
#ifndef BOOTSTRAP_POLICY_H
#define BOOTSTRAP_POLICY_H

#include <stdbool.h>

#include "identity.h"

struct domain;
struct gate;
struct service;

enum policy_operation {
	POLICY_LOOK_UP, /* also bootstrap_status() and bootstrap_info() */
	POLICY_CHECK_IN,
	POLICY_REGISTER,
	POLICY_CREATE, /* bootstrap_create_service(), and a check-in that declares */
};
#define POLICY_OPERATION_COUNT 4

struct policy; /* of one name; the configuration's. policy_rules.h */

/**
 * policy_allows() - may @who do this?
 * @gate:	by which it asked: context, program
 * @name:	of which service
 * @service:	that the name denotes there; NULL: none
 *
 * That a service belongs to another program, and that a request needs privilege,
 * the caller has seen to.
 *
 * Who is refused a look-up is told BOOTSTRAP_UNKNOWN_SERVICE, and of anything else
 * BOOTSTRAP_NOT_PRIVILEGED.
 */
bool policy_allows(const struct gate *gate, const char *name,
    const struct service *service, enum policy_operation operation,
    const struct identity *who);

/* The domain from which requests over @gate come; NULL: none. A context that is made
 * over it is in that domain, too. */
const struct domain *policy_domain(const struct gate *gate);

#endif
