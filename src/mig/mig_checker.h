/* What the parts of mig_check() share: mig_check.c has the statements,
 * mig_check_routine.c the routines, mig_check_flags.c the flags of arguments and
 * mig_check_names.c their names. */
#ifndef MIG_CHECKER_H
#define MIG_CHECKER_H

#include "mig_check.h"
#include "mig_names.h"
#include "mig_type.h"

/* What statements have set, for the routines after them. */
struct mig_settings {
	const char *user_prefix;
	const char *server_prefix;
	const char *option;   /* NULL: none */
	struct mig_word wait; /* text NULL: none */
	struct mig_word send;
	bool wait_warned; /* of a timeout without ConsumeOnSendError */
	bool send_warned;
	bool special_reply_port;
	enum mig_consume consume;
	uint32_t on_stack_limit;
};

struct mig_checker {
	struct mig_arena *arena;
	struct mig_diag *diag;
	const struct mig_options *options;
	struct mig_interface *interface;
	struct mig_types *types;
	struct mig_settings settings;

	/* Of the whole file, to struct mig_routine. */
	struct mig_names *routine_names;
	struct mig_names *user_names;
	struct mig_names *server_names;
	/* Of one routine, to struct mig_argument. */
	struct mig_names *argument_names;

	struct mig_place subsystem_place;
	bool subsystem_wrong; /* there is one, but not all of it is known */
	struct mig_place special_place; /* of UseSpecialReplyPort; line 0 */
	const struct mig_routine *first_routine;
};

/* mig_check_routine.c. NULL after an error. The ids are not set. */
struct mig_routine *mig_check_routine(
    struct mig_checker *checker, const struct mig_statement *statement);

/* mig_check_flags.c. Of all arguments of a routine, whose types are known;
 * @parameters are what they were made from. Sets also count_of. */
void mig_check_flags(struct mig_checker *checker, struct mig_routine *routine,
    const struct mig_parameter *parameters);

/* mig_check_names.c. Gives names to the implicit arguments, and finds clashes. */
void mig_check_argument_names(
    struct mig_checker *checker, struct mig_routine *routine);
/* Finds clashes of the routine with those before it. */
void mig_check_routine_names(
    struct mig_checker *checker, const struct mig_routine *routine);

#endif /* MIG_CHECKER_H */
