/*
 * mach/boolean.h - the truth value of the Mach interfaces
 *
 * 32 bits wide on every machine; its signedness follows Darwin's two ABIs.
 *
 * Source: spec/messages.md 1
 */
#ifndef MACH_BOOLEAN_H
#define MACH_BOOLEAN_H

#if defined(__x86_64__)
typedef unsigned int boolean_t;
#else
typedef int boolean_t;
#endif

/* Many Linux headers define these two; whoever comes first wins. */
#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif

#endif /* MACH_BOOLEAN_H */
