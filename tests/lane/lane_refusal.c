#include "lane_refusal.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>

struct refusal {
	struct lane_call call;
	int error;
	void (*function)(void *argument);
	void *argument;
};

static void *
run(void *of)
{
	const struct refusal *refusal = of;
	const struct lane_call *call = &refusal->call;
	/* Whatever its second argument is, none of its bits count. */
	const uint32_t mask = call->second ? UINT32_MAX : 0;
	struct sock_filter filter[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
	        (uint32_t)offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call->number, 0, 4),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
	        (uint32_t)offsetof(struct seccomp_data, args[1])),
	    BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call->second, 0, 1),
	    BPF_STMT(
	        BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)refusal->error),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {
	    .len = sizeof(filter) / sizeof(filter[0]),
	    .filter = filter,
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		abort();
	refusal->function(refusal->argument);
	return NULL;
}

void
lane_refuse(struct lane_call call, int error, void (*function)(void *argument),
    void *argument)
{
	struct refusal refusal = {call, error, function, argument};
	pthread_t thread;

	if (pthread_create(&thread, NULL, run, &refusal) != 0 ||
	    pthread_join(thread, NULL) != 0)
		abort();
}
