/* References to files that tasks passed. */
#ifndef KERN_FILE_H
#define KERN_FILE_H

#include "kern_platform.h"

static inline struct kern_file *
kern_file_ref(struct kern_file *file)
{
	file->refs++;
	return file;
}

/* NULL is fine; returns NULL. */
static inline struct kern_file *
kern_file_unref(struct kern_file *file)
{
	if (file && --file->refs == 0)
		kern_platform->file_free(file);
	return NULL;
}

#endif
