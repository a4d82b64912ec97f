#include "ipc_identity.h"

#include "base_alloc.h"

struct ipc_identity *
ipc_identity_new(const security_token_t *security, const audit_token_t *audit)
{
	struct ipc_identity *identity = base_zalloc(1, sizeof(*identity));

	if (!identity)
		return NULL;
	identity->refs = 1;
	identity->security = *security;
	identity->audit = *audit;
	return identity;
}

struct ipc_identity *
ipc_identity_ref(struct ipc_identity *identity)
{
	if (identity)
		identity->refs++;
	return identity;
}

struct ipc_identity *
ipc_identity_unref(struct ipc_identity *identity)
{
	if (identity && --identity->refs == 0)
		base_free(identity);
	return NULL;
}
