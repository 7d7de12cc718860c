#include "status.h"

#include <stdarg.h>
#include <stdio.h>

#include "banned.h"

void sn_report(seqnet_error *err, seqnet_status status, const char *format, ...)
{
    va_list args;
    if (!err)
        return;
    err->status = status;
    va_start(args, format);
    (void)vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
}
