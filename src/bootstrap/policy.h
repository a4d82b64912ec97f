/*
 * The policy: who may do what with which name. Pure: nothing is asked for and nothing
 * is logged.
 */
#ifndef BOOTSTRAP_POLICY_H
#define BOOTSTRAP_POLICY_H

#include <stdbool.h>

#include "identity.h"

struct context;
struct gate;
struct service;

enum policy_operation {
	POLICY_LOOK_UP, /* also bootstrap_status() and bootstrap_info() */
	POLICY_CHECK_IN,
	POLICY_REGISTER,
	POLICY_CREATE, /* bootstrap_create_service(), and a check-in that declares */
};

struct policy; /* of one name, or of a domain; the configuration's */
struct domain;

/**
 * policy_allows() - may @who do this?
 * @gate:	by which it asked: context, program
 * @name:	of which service
 * @service:	that the name denotes there; NULL: none, so the default decides
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

#endif
