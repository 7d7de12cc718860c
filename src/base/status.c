#include "status.h"

#include <stdarg.h>
#include <stdio.h>

#include "banned.h"

seqnet_status sn_fail(seqnet_error *err, seqnet_status status, const char *format, ...)
{
    if (err) {
        va_list args;
        va_start(args, format);
        err->status = status;
        (void)vsnprintf(err->message, sizeof err->message, format, args);
        va_end(args);
    }
    return status;
}
