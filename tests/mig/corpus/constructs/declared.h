/* For the headers. */
#ifndef DECLARED_H
#define DECLARED_H
typedef struct {
	int first;
	int second;
} declared_t;
#endif
