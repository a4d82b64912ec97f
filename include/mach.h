/*
 * mach.h - as programs for GNU Mach and for Mach 2.5 include it
 *
 * All of <mach/mach.h>. If MACH_2_5 is defined before, the names of Mach 2.5,
 * too: <mach/mach2.h>. They are short and common, and a program for GNU Mach may
 * use some of them for itself.
 *
 *	cc -DMACH_2_5 program.c $(pkg-config --cflags --libs machport)
 *
 * Source: spec/mach2-mach3-differences.md
 */
#ifndef MACH_H
#define MACH_H

#include <mach/mach.h>
#ifdef MACH_2_5
#include <mach/mach2.h>
#endif

#endif /* MACH_H */
