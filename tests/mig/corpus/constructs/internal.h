/* For what is generated, not for who includes its headers: those have the same
 * types by a dimport. */
#ifndef INTERNAL_H
#define INTERNAL_H
#include "declared.h"
#endif
