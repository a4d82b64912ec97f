/*
 * bootstrap.h - <servers/bootstrap.h>, by its other name
 */
#ifndef BOOTSTRAP_H
#define BOOTSTRAP_H

#include <servers/bootstrap.h>

#endif /* BOOTSTRAP_H */
