/* Where the machine is found. */
#include "kern_platform.h"

const struct kern_platform *kern_platform;
