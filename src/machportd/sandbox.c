/*
 * The filter is a list of what is allowed. What is not gets EPERM rather than a
 * signal: a C library that tries something new then goes on without it.
 */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper_target.h"
#include "level.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||     \
    __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static const int kernel_calls[] = {
    /* connections */
    SCMP_SYS(accept4),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),
    SCMP_SYS(sendto),
    SCMP_SYS(shutdown),
    SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt),
    /* waiting */
    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(futex),
    SCMP_SYS(timerfd_create),
    SCMP_SYS(timerfd_settime),
    /* files that were passed, or that we make; the listener's files */
    SCMP_SYS(close),
    SCMP_SYS(fcntl),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(lstat),
    SCMP_SYS(fstatfs),
    SCMP_SYS(memfd_create),
    SCMP_SYS(ftruncate),
    SCMP_SYS(fallocate),
    SCMP_SYS(lseek),
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(pwrite64),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(getdents64),
    /* processes */
    SCMP_SYS(pidfd_open),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(geteuid),
    /* time and chance */
    SCMP_SYS(clock_gettime),
    SCMP_SYS(getrandom),
    SCMP_SYS(restart_syscall),
    /* memory */
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    /* threads that close, and how a process ends */
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

/* Only these to other processes. Whose they may be is Linux's business; which of them
 * a task may have it done to is kern's. */
static int
add_signals(scmp_filter_ctx filter)
{
	static const int signals[] = {SIGSTOP, SIGCONT, SIGKILL};
	int error = 0;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (error == 0)
			error = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
			    SCMP_SYS(pidfd_send_signal), 1,
			    SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)signals[i], 0));
	/* And any to ourselves, which is what abort() does. */
	if (error == 0)
		error =
		    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill),
		        1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
	return error;
}

/* No memory that can be executed, and no process but threads. */
static int
add_common(scmp_filter_ctx filter)
{
	int error;

	error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (error == 0)
		error =
		    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect),
		        1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	/* The flags of clone3() cannot be seen; without it the C library falls
	 * back to clone(). */
	if (error == 0)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
		    SCMP_SYS(clone), 1,
		    SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
	if (error == 0)
		error = seccomp_rule_add(
		    filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	return error;
}

/* What the kernel is allowed in part. */
static int
add_kernel_part(scmp_filter_ctx filter)
{
	static const unsigned requests[] = {SIOCOUTQ, LEVEL_REQUEST};
	int error;

	/* No file that can be changed. */
	error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
	    SCMP_A2(
	        SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY));
	/* Nothing to be done to a descriptor but to ask what its peer has not read,
	 * and to make a level readable. */
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (error == 0)
			error = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
			    SCMP_SYS(ioctl), 1,
			    SCMP_A1(
			        SCMP_CMP_MASKED_EQ, UINT32_MAX, requests[i]));
	return error == 0 ? add_signals(filter) : error;
}

static const int helper_calls[] = {
    /* the kernel */
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendto),
    /* a process, and its files */
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(newfstatat),
    SCMP_SYS(fstat),
    SCMP_SYS(close),
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(pwrite64),
    SCMP_SYS(lseek),
    /* what assertions and the C library say */
    SCMP_SYS(write),
    SCMP_SYS(writev),
    /* threads and their memory */
    SCMP_SYS(futex),
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(getrandom),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

/* O_TMPFILE without O_DIRECTORY, which alone makes nothing. */
#define MAKES_TEMPORARY (O_TMPFILE & ~O_DIRECTORY)

/* No file is made or cut; of a descriptor no more is asked than what is mapped. */
static int
add_helper_part(scmp_filter_ctx filter)
{
	int error;

	error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
	    SCMP_A2(
	        SCMP_CMP_MASKED_EQ, O_CREAT | O_TRUNC | MAKES_TEMPORARY, 0));
	if (error == 0)
		error =
		    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
		        SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX,
		            HELPER_TARGET_REQUEST));
	return error;
}

/* Who is in it, and what he keeps. */
struct sandbox {
	const int *calls;
	size_t call_count;
	int (*add_part)(scmp_filter_ctx filter); /* calls allowed in part */
	uint32_t capabilities;
};

static int
add_all(const struct sandbox *sandbox, scmp_filter_ctx filter)
{
	int error = 0;

	for (size_t i = 0; i < sandbox->call_count; i++)
		if (error == 0 && sandbox->calls[i] >= 0)
			error = seccomp_rule_add(
			    filter, SCMP_ACT_ALLOW, sandbox->calls[i], 0);
	if (error == 0)
		error = add_common(filter);
	return error == 0 ? sandbox->add_part(filter) : error;
}

static int
load_filter(const struct sandbox *sandbox)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int error;

	if (!filter)
		return -ENOMEM;
	error = add_all(sandbox, filter);
	if (error == 0)
		error = seccomp_load(filter);
	seccomp_release(filter);
	return error;
}

static int
drop_capabilities(uint32_t kept)
{
	struct __user_cap_header_struct header = {
	    .version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};

	if (syscall(SYS_capget, &header, sets) != 0)
		return -errno;
	for (unsigned i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		/* All that are kept are in the first. */
		sets[i].permitted &= i == 0 ? kept : 0;
		sets[i].effective &= sets[i].permitted;
		sets[i].inheritable = 0;
	}
	return syscall(SYS_capset, &header, sets) == 0 ? 0 : -errno;
}

static int
enter(const struct sandbox *sandbox)
{
	int error;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -errno;
	error = drop_capabilities(sandbox->capabilities);
	if (error < 0)
		return error;
	if (SANITIZED)
		return 0;
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return -errno;
	return load_filter(sandbox);
}

#define CALLS(list)                                                            \
	.calls = (list), .call_count = sizeof(list) / sizeof((list)[0])

int
sandbox_enter(void)
{
	static const struct sandbox kernel = {
	    CALLS(kernel_calls),
	    .add_part = add_kernel_part,
	    /*
	     * Of root's capabilities, those that are of use: to pass more
	     * descriptors than any one user may have in flight, to read whose
	     * process a task is in a /proc that hides the processes of others
	     * (hidepid), and to suspend and terminate the tasks of others.
	     */
	    .capabilities = (1u << CAP_SYS_RESOURCE) | (1u << CAP_SYS_PTRACE) |
	        (1u << CAP_KILL),
	};

	return enter(&kernel);
}

int
sandbox_enter_helper(void)
{
	static const struct sandbox helper = {
	    CALLS(helper_calls),
	    .add_part = add_helper_part,
	    /* The memory of a process is a file that only its user may open. */
	    .capabilities = (1u << CAP_SYS_PTRACE) | (1u << CAP_DAC_OVERRIDE),
	};

	return enter(&helper);
}
