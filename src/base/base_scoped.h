/*
 * Scoped cleanup: a local variable that is released when its block is left,
 * unless it was handed on with TAKE.
 *
 *	SCOPED(ipc_kmsg_free) struct ipc_kmsg *kmsg = ipc_kmsg_new(bytes, 0, 0);
 *	...
 *	*kmsg_out = TAKE(kmsg);
 */
#ifndef BASE_SCOPED_H
#define BASE_SCOPED_H

#define SCOPED(fn) __attribute__((cleanup(fn##_at)))

#define DEFINE_SCOPED(T, fn)                                                   \
	static inline void fn##_at(T **slot) { (void)fn(*slot); }

#define TAKE(p)                                                                \
	__extension__({                                                        \
		__typeof__(p) taken_ = (p);                                    \
		(p) = NULL;                                                    \
		taken_;                                                        \
	})

#endif
