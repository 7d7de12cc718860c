#include "errors.h"

#include "terminal.h"

int fail(const seqnet_error *err)
{
    complain("%s", err->message);
    return exit_code(err->status);
}

int exit_code(seqnet_status status)
{
    return status == SEQNET_ERR_MEMORY ? SEQNET_ERR_DATA : (int)status;
}
