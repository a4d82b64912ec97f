#ifndef SUM_TYPES_H
#define SUM_TYPES_H

typedef int numbers_t[16];

#endif
