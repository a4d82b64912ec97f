/* A kernel process, and raw connections to it. */
#include "kernel.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPTIONS_MAX 16

pid_t kernel_pid;
static struct sockaddr_un address;
static socklen_t address_bytes;

/* A listening socket at an address that Linux chooses. */
static int
open_listener(void)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	assert_true(fd >= 0);
	memset(&address, 0, sizeof(address));
	address.sun_family = AF_UNIX;
	assert_int_equal(
	    bind(fd, (const struct sockaddr *)&address, sizeof(sa_family_t)),
	    0);
	address_bytes = sizeof(address);
	assert_int_equal(
	    getsockname(fd, (struct sockaddr *)&address, &address_bytes), 0);
	assert_int_equal(listen(fd, 100), 0);
	return fd;
}

static _Noreturn void
run_kernel(int listener, const char *const options[])
{
	char *arguments[OPTIONS_MAX] = {(char[]){"machportd"}};
	char listen[32];
	unsigned count = 1;

	(void)snprintf(listen, sizeof(listen), "--listen-fd=%d", listener);
	arguments[count++] = listen;
	while (*options && count < OPTIONS_MAX - 1)
		arguments[count++] = strdup(*options++);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)execv(getenv("MACHPORT_KERNEL"), arguments);
	perror("MACHPORT_KERNEL");
	_exit(127);
}

void
kernel_start(const char *const options[])
{
	int listener = open_listener();

	(void)alarm(TEST_SECONDS);
	kernel_pid = fork();
	if (kernel_pid == 0)
		run_kernel(listener, options);
	assert_true(kernel_pid > 0);
	(void)close(listener);
}

void
kernel_stop(void)
{
	int status;

	assert_int_equal(kill(kernel_pid, SIGTERM), 0);
	assert_int_equal(waitpid(kernel_pid, &status, 0), kernel_pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	(void)alarm(0);
}

int
kernel_setup(void **state)
{
	(void)state;
	kernel_start((const char *const[]){NULL});
	return 0;
}

int
kernel_teardown(void **state)
{
	(void)state;
	kernel_stop();
	return 0;
}

long
kernel_rss_kb(void)
{
	char path[64];
	char line[128];
	long kb = -1;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)kernel_pid);
	file = fopen(path, "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, "VmRSS:", 6) == 0)
			kb = strtol(line + 6, NULL, 10);
	(void)fclose(file);
	return kb;
}

unsigned
kernel_descriptors(void)
{
	char path[64];
	unsigned count = 0;
	DIR *directory;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)kernel_pid);
	directory = opendir(path);
	assert_non_null(directory);
	while (readdir(directory))
		count++;
	(void)closedir(directory);
	return count - 2;
}

bool
kernel_sleeps(void)
{
	char path[64];
	char state;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)kernel_pid);
	file = fopen(path, "re");
	assert_non_null(file);
	assert_int_equal(fscanf(file, "%*d (%*[^)]) %c", &state), 1);
	(void)fclose(file);
	return state == 'S';
}

pid_t
start_child(void (*body)(void *), void *argument)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	/* Results are the parent's; nor may a failed assertion return to the
	 * parent's tests. */
	(void)dup2(STDERR_FILENO, STDOUT_FILENO);
	(void)setenv("CMOCKA_TEST_ABORT", "1", 1);
	(void)alarm(TEST_SECONDS);
	body(argument);
	_exit(0);
}

int
child_status(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
in_child(void (*body)(void *), void *argument)
{
	return child_status(start_child(body, argument));
}

int
raw_connect(void)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(
	    connect(fd, (const struct sockaddr *)&address, address_bytes), 0);
	return fd;
}

void
raw_send(int fd, const void *packet, size_t bytes)
{
	raw_send_files(fd, packet, bytes, NULL, 0);
}

void
raw_send_files(int fd, const void *packet, size_t bytes, const int *files,
    unsigned file_count)
{
	union {
		struct cmsghdr header;
		uint8_t room[CMSG_SPACE(253 * sizeof(int))];
	} control;
	struct iovec part = {(void *)(uintptr_t)packet, bytes};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	struct cmsghdr *header;

	if (file_count > 0) {
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(file_count * sizeof(int));
		header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(file_count * sizeof(int));
		memcpy(CMSG_DATA(header), files, file_count * sizeof(int));
	}
	/* The kernel may have closed it already: the test will see. */
	if (sendmsg(fd, &message, MSG_NOSIGNAL) < 0)
		assert_true(errno == EPIPE || errno == ECONNRESET);
}

size_t
raw_receive_files(int fd, void *packet, size_t room, int files[RAW_FILES_MAX],
    unsigned *file_count)
{
	union {
		struct cmsghdr header;
		uint8_t room[CMSG_SPACE(RAW_FILES_MAX * sizeof(int))];
	} control;
	struct iovec part = {packet, room};
	struct msghdr message = {
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof(control),
	};
	struct cmsghdr *header;
	ssize_t got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);

	*file_count = 0;
	if (got < 0) {
		assert_int_equal(errno, ECONNRESET);
		return 0;
	}
	assert_int_equal(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC), 0);
	header = CMSG_FIRSTHDR(&message);
	if (header) {
		*file_count =
		    (unsigned)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		memcpy(files, CMSG_DATA(header), *file_count * sizeof(int));
	}
	return (size_t)got;
}

size_t
raw_receive(int fd, void *packet, size_t room)
{
	int files[RAW_FILES_MAX];
	unsigned file_count;
	size_t got;

	got = raw_receive_files(fd, packet, room, files, &file_count);
	assert_int_equal(file_count, 0);
	return got;
}

bool
raw_is_closed(int fd)
{
	uint8_t packet[WIRE_PACKET_MAX];

	return raw_receive(fd, packet, sizeof(packet)) == 0;
}

static int
hello_answer(int fd, struct wire_token *token)
{
	struct wire_hello_answer answer = {0};

	assert_int_equal(
	    raw_receive(fd, &answer, sizeof(answer)), sizeof(answer));
	assert_int_equal(answer.version, WIRE_VERSION);
	assert_int_equal(answer.header.sequence, 77);
	if (answer.error == 0)
		*token = answer.token;
	return answer.error;
}

int
raw_hello(
    int fd, enum wire_kind kind, uint32_t thread, struct wire_token *token)
{
	struct wire_hello hello = {
	    .header = {.number = WIRE_HELLO, .sequence = 77},
	    .version = WIRE_VERSION,
	    .kind = kind,
	    .thread = thread,
	};
	struct wire_token ignored;

	if (kind != WIRE_KIND_TASK)
		hello.token = *token;
	raw_send(fd, &hello, sizeof(hello));
	return hello_answer(fd, kind == WIRE_KIND_TASK ? token : &ignored);
}

int
raw_task(struct wire_token *token_out)
{
	int fd = raw_connect();

	assert_int_equal(raw_hello(fd, WIRE_KIND_TASK, 0, token_out), 0);
	return fd;
}

int
raw_thread(const struct wire_token *token, uint32_t thread)
{
	struct wire_token copy = *token;
	int fd = raw_connect();

	assert_int_equal(raw_hello(fd, WIRE_KIND_THREAD, thread, &copy), 0);
	return fd;
}

int
raw_born(int fd, struct wire_token *token)
{
	const struct wire_header born = {.number = WIRE_BORN, .sequence = 77};

	raw_send(fd, &born, sizeof(born));
	return hello_answer(fd, token);
}

kern_return_t
raw_call(int fd, enum wire_call number, const uint32_t *in, size_t in_count,
    uint32_t *out, size_t out_count)
{
	struct wire_call_request request = {
	    .header = {.number = (uint16_t)number, .sequence = 12}};
	struct {
		struct wire_header header;
		int32_t result;
		uint32_t words[64];
	} answer = {0};
	size_t got;

	if (in_count > 0)
		memcpy(request.words, in, in_count * sizeof(*in));
	raw_send(fd, &request, sizeof(request.header) + in_count * sizeof(*in));
	got = raw_receive(fd, &answer, sizeof(answer));
	assert_in_range(got, 12, sizeof(answer));
	assert_int_equal(answer.header.number, number);
	assert_int_equal(answer.header.sequence, 12);
	if (answer.result != KERN_SUCCESS) {
		assert_int_equal(got, 12);
		return answer.result;
	}
	assert_int_equal(got, 12 + out_count * sizeof(*out));
	if (out_count > 0)
		memcpy(out, answer.words, out_count * sizeof(*out));
	return KERN_SUCCESS;
}

mach_port_name_t
raw_port(int fd)
{
	mach_port_name_t name = MACH_PORT_NULL;

	assert_int_equal(RAW_CALL(fd, WIRE_PORT_ALLOCATE, &name, 1, SELF,
	                     MACH_PORT_RIGHT_RECEIVE),
	    KERN_SUCCESS);
	assert_int_equal(RAW_CALL(fd, WIRE_PORT_INSERT_RIGHT, NULL, 0, SELF,
	                     name, name, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	return name;
}

mach_port_type_t
raw_type(int fd, mach_port_name_t name)
{
	mach_port_type_t type = MACH_PORT_TYPE_NONE;

	assert_int_equal(
	    RAW_CALL(fd, WIRE_PORT_TYPE, &type, 1, SELF, name), KERN_SUCCESS);
	return type;
}

kern_return_t
raw_level(int fd, mach_port_name_t name, uint32_t known, uint32_t *id_out,
    int *level_out)
{
	const struct wire_call_request request = {
	    .header = {.number = WIRE_MACHPORT_FD, .sequence = 7},
	    .words = {name, known},
	};
	struct {
		struct wire_header header;
		int32_t result;
		uint32_t id;
	} answer;
	unsigned count;
	int files[RAW_FILES_MAX];

	raw_send(fd, &request, sizeof(request.header) + 2 * sizeof(uint32_t));
	assert_true(raw_receive_files(fd, &answer, sizeof(answer), files,
	                &count) >= sizeof(struct wire_call_answer));
	assert_int_equal(answer.header.number, WIRE_MACHPORT_FD);
	assert_int_equal(answer.header.files, count);
	*id_out = answer.id;
	*level_out = count > 0 ? files[0] : -1;
	return answer.result;
}

void
raw_works(int fd)
{
	assert_int_equal(raw_type(fd, SELF), MACH_PORT_TYPE_SEND);
}

void
raw_msg_send(int fd, const struct raw_msg *msg)
{
	static uint8_t packet[WIRE_PACKET_MAX];
	const uint32_t placed = msg->request.placed;
	struct wire_msg_request request = msg->request;
	size_t bytes = sizeof(request);
	int files[1 + WIRE_PLACED_MAX] = {msg->file};
	unsigned count = msg->file != 0;

	memcpy(files + count, msg->placed_files, placed * sizeof(int));
	count += placed;
	request.header.files = (uint16_t)count;
	memcpy(packet, &request, bytes);
	memcpy(packet + bytes, msg->placed, placed * sizeof(msg->placed[0]));
	bytes += placed * sizeof(msg->placed[0]);
	if (msg->body_bytes > 0)
		memcpy(packet + bytes, msg->body, msg->body_bytes);
	raw_send_files(fd, packet, bytes + msg->body_bytes, files, count);
}

void
raw_msg_place(struct raw_msg *msg, uint32_t index, int file, uint64_t offset)
{
	const uint32_t place = msg->request.placed++;

	assert_in_range(place, 0, WIRE_PLACED_MAX - 1);
	msg->placed[place] =
	    (struct wire_placed){.index = index, .offset = offset};
	msg->placed_files[place] = file;
}

void
raw_msg_receive(int fd, struct raw_answer *answer)
{
	static uint8_t packet[WIRE_PACKET_MAX];
	int files[RAW_FILES_MAX] = {-1, -1};
	unsigned file_count;
	unsigned next = 0;
	size_t got;

	got = raw_receive_files(fd, packet, sizeof(packet), files, &file_count);
	assert_in_range(got, sizeof(answer->answer), sizeof(packet));
	memcpy(&answer->answer, packet, sizeof(answer->answer));
	assert_int_equal(answer->answer.header.number, WIRE_MSG);
	assert_int_equal(answer->answer.header.files, file_count);
	got -= sizeof(answer->answer);
	assert_int_equal(
	    got, answer->answer.inline_bytes + answer->answer.trailer_bytes);
	memcpy(answer->bytes, packet + sizeof(answer->answer), got);
	answer->files[0] =
	    answer->answer.files & WIRE_FILE_SENDER ? files[next++] : -1;
	answer->files[1] =
	    answer->answer.files & WIRE_FILE_KERNEL ? files[next++] : -1;
	for (unsigned i = WIRE_FILE_PLACED; i < RAW_FILES_MAX; i++)
		answer->files[i] = next < file_count ? files[next++] : -1;
	assert_int_equal(next, file_count);
}

void
raw_answer_close(struct raw_answer *answer)
{
	for (unsigned i = 0; i < RAW_FILES_MAX; i++)
		if (answer->files[i] >= 0)
			(void)close(answer->files[i]);
}

struct raw_msg
raw_sending(const void *message, size_t bytes)
{
	return (struct raw_msg){
	    .request =
	        {
	            .header = {.number = WIRE_MSG, .sequence = 3},
	            .option = MACH_SEND_MSG,
	            .send_size = (uint32_t)bytes,
	            .unreadable = WIRE_ALL_READABLE,
	        },
	    .body = message,
	    .body_bytes = bytes,
	};
}

struct raw_msg
raw_receiving(mach_port_name_t name, mach_msg_size_t size)
{
	return (struct raw_msg){
	    .request =
	        {
	            .header = {.number = WIRE_MSG, .sequence = 3},
	            .option = MACH_RCV_MSG,
	            .rcv_name = name,
	            .rcv_size = size,
	            .unreadable = WIRE_ALL_READABLE,
	        },
	};
}

mach_msg_return_t
raw_msg(int fd, const struct raw_msg *msg, struct raw_answer *answer)
{
	raw_msg_send(fd, msg);
	raw_msg_receive(fd, answer);
	assert_int_equal(
	    answer->answer.header.sequence, msg->request.header.sequence);
	return answer->answer.result;
}

mach_msg_header_t
raw_header(mach_port_name_t remote, mach_msg_id_t id)
{
	return (mach_msg_header_t){
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .msgh_size = sizeof(mach_msg_header_t),
	    .msgh_remote_port = remote,
	    .msgh_id = id,
	};
}

mach_msg_return_t
raw_send_empty(int fd, mach_port_name_t remote, mach_msg_id_t id)
{
	const mach_msg_header_t header = raw_header(remote, id);
	struct raw_msg msg = raw_sending(&header, sizeof(header));
	static struct raw_answer answer;

	msg.request.option |= MACH_SEND_TIMEOUT;
	return raw_msg(fd, &msg, &answer);
}

int
memfd_with(const void *content, size_t bytes, int seals)
{
	int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)bytes), 0);
	if (content)
		assert_int_equal(pwrite(fd, content, bytes, 0), (ssize_t)bytes);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

int
lingering_socket(int seconds, int *peer)
{
	static const uint8_t data[65536];
	const struct linger linger = {1, seconds};
	struct sockaddr_in local = {
	    .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t bytes = sizeof(local);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(
	    bind(listener, (const struct sockaddr *)&local, bytes), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(
	    getsockname(listener, (struct sockaddr *)&local, &bytes), 0);
	assert_int_equal(
	    connect(fd, (const struct sockaddr *)&local, bytes), 0);
	*peer = accept(listener, NULL, NULL);
	(void)close(listener);
	assert_int_equal(
	    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)), 0);
	while (send(fd, data, sizeof(data), MSG_DONTWAIT) > 0)
		;
	return fd;
}
