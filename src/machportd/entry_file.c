/* Files behind memory entries: taken, charged, looked at, closed. */
#include "entry_file.h"

#include <fcntl.h>

#include "base_alloc.h"
#include "file.h"

struct entry_file {
	struct kern_file kern;
	struct user *user;           /* +1; charged one USER_FILES */
	struct ipc_account *account; /* +1; charged `charge` */
	struct ipc_charge charge;
	int fd;
};

static const struct entry_file *
file_of(const struct kern_file *kern)
{
	return (const struct entry_file *)(const void *)kern;
}

/* Charges are taken, or none is. */
static bool
charge(struct user *user, struct ipc_account *account,
    const struct ipc_charge *charge)
{
	if (!user_take(user, USER_FILES))
		return false;
	if (ipc_account_charge(account, charge))
		return true;
	user_give(user, USER_FILES);
	return false;
}

kern_return_t
entry_file_new(struct user *user, struct ipc_account *account, int fd,
    struct kern_file **file_out)
{
	struct ipc_charge cost;
	struct entry_file *file;
	struct file_facts facts;

	if (!file_check_shared(fd, &facts)) {
		user_close(user, fd);
		return KERN_INVALID_ARGUMENT;
	}
	cost = (struct ipc_charge){.file_bytes = facts.memory_bytes};
	if (!charge(user, account, &cost))
		goto close_fd;
	file = base_zalloc(1, sizeof(*file));
	if (!file)
		goto discharge;
	file->kern = (struct kern_file){.refs = 1, .bytes = facts.bytes};
	file->user = user_ref(user);
	file->account = ipc_account_ref(account);
	file->charge = cost;
	file->fd = fd;
	*file_out = &file->kern;
	return KERN_SUCCESS;

discharge:
	ipc_account_discharge(account, &cost);
	user_give(user, USER_FILES);
close_fd:
	file_close(user, fd, facts.memory_bytes);
	return KERN_RESOURCE_SHORTAGE;
}

kern_return_t
entry_file_create(struct user *user, struct ipc_account *account,
    uint64_t bytes, struct kern_file **file_out)
{
	struct file_writer writer;
	kern_return_t kr = KERN_RESOURCE_SHORTAGE;

	file_writer_init(&writer);
	if (bytes <= INT64_MAX && file_writer_grow(&writer, bytes) &&
	    fcntl(writer.fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0)
		kr = entry_file_new(user, account, writer.fd, file_out);
	else
		file_writer_deinit(&writer);
	return kr;
}

bool
entry_file_is_writable(const struct kern_file *file)
{
	/* It cannot fail, and waits for nobody. */
	int seals = fcntl(file_of(file)->fd, F_GET_SEALS);

	return (seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) == 0;
}

void
entry_file_free(struct kern_file *kern)
{
	struct entry_file *file = CONTAINER_OF(kern, struct entry_file, kern);

	file_close(file->user, file->fd, file->charge.file_bytes);
	ipc_account_discharge(file->account, &file->charge);
	(void)ipc_account_unref(file->account);
	user_give(file->user, USER_FILES);
	(void)user_unref(file->user);
	base_free(file);
}

int
entry_file_descriptor(const struct kern_file *file)
{
	return file_of(file)->fd;
}
