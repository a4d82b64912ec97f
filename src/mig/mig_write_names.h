/* What the writers of declarations, comments and JSON ask of the model. */
#ifndef MIG_WRITE_NAMES_H
#define MIG_WRITE_NAMES_H

#include "mig_model.h"

/* In messages, and in the parameters of the user function. */
static inline const char *
mig_ctype(const struct mig_type *type, enum mig_side side)
{
	return side == MIG_USER ? type->user_ctype : type->server_ctype;
}

static inline const char *
mig_element_ctype(const struct mig_type *type, enum mig_side side)
{
	return side == MIG_USER ? type->element_user_ctype
	                        : type->element_server_ctype;
}

/* In the parameters of the function of either side. */
static inline const char *
mig_parameter_ctype(const struct mig_type *type, enum mig_side side)
{
	return side == MIG_USER ? type->user_ctype : type->translated_ctype;
}

static inline const char *
mig_function_name(const struct mig_routine *routine, enum mig_side side)
{
	return side == MIG_USER ? routine->user_name : routine->server_name;
}

static inline bool
mig_is_parameter(const struct mig_argument *argument, enum mig_side side)
{
	return side == MIG_USER ? argument->on_user : argument->on_server;
}

/* Its value goes from the user to the server in the body of the request. */
static inline bool
mig_goes_in(const struct mig_argument *argument)
{
	return argument->role == MIG_IN || argument->role == MIG_INOUT;
}

/* Its value comes back in the body of the reply. */
static inline bool
mig_comes_out(const struct mig_argument *argument)
{
	return argument->role == MIG_OUT || argument->role == MIG_INOUT;
}

/* It has a count of its own among the parameters. */
static inline bool
mig_has_count(const struct mig_argument *argument)
{
	return argument->count_name && !argument->count_of;
}

static inline bool
mig_has_poly(const struct mig_argument *argument, enum mig_side side)
{
	return argument->poly_name &&
	    (side == MIG_USER ? argument->poly_on_user
	                      : argument->poly_on_server);
}

/* dealloc[]: whoever sends the region says what becomes of it. */
static inline bool
mig_has_dealloc(const struct mig_argument *argument, enum mig_side side)
{
	return argument->dealloc_name &&
	    (side == MIG_USER ? mig_goes_in(argument)
	                      : mig_comes_out(argument));
}

#endif /* MIG_WRITE_NAMES_H */
