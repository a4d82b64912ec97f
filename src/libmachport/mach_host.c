/* Calls on the host: messages to its port. */
#include <mach/mach_host.h>
#include <mach/vm_page_size.h>

#include "rpc.h"
#include "rpc_mach_host.h"

kern_return_t
host_info(host_t host, host_flavor_t flavor, host_info_t host_info_out,
    mach_msg_type_number_t *host_info_outCnt)
{
	return RPC(host_info(host, flavor, host_info_out, host_info_outCnt));
}

kern_return_t
host_kernel_version(host_t host, kernel_version_t kernel_version)
{
	return RPC(host_kernel_version(host, kernel_version));
}

kern_return_t
host_page_size(host_t host, vm_size_t *out_page_size)
{
	(void)host;
	*out_page_size = vm_page_size;
	return KERN_SUCCESS;
}

kern_return_t
host_statistics(host_t host_priv, host_flavor_t flavor,
    host_info_t host_info_out, mach_msg_type_number_t *host_info_outCnt)
{
	return RPC(host_statistics(
	    host_priv, flavor, host_info_out, host_info_outCnt));
}

kern_return_t
host_statistics64(host_t host_priv, host_flavor_t flavor,
    host_info64_t host_info64_out, mach_msg_type_number_t *host_info64_outCnt)
{
	return RPC(host_statistics64(
	    host_priv, flavor, host_info64_out, host_info64_outCnt));
}
