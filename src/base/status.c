#include "status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "banned.h"

/* Drops the middle of a sentence that is too long. The middle is most likely part of a path, and
 * the end says what is wrong. */
static void shorten(char *message, size_t size, const char *whole, size_t length)
{
    static const char GAP[] = "[...]";
    const size_t gap = sizeof GAP - 1, head = size / 4, tail = size - 1 - head - gap;
    memcpy(message, whole, head);
    memcpy(message + head, GAP, gap);
    memcpy(message + head + gap, whole + length - tail, tail + 1);
}

void sn_report(seqnet_error *err, seqnet_status status, const char *format, ...)
{
    enum { LONGEST = 8192 };
    char whole[LONGEST];
    va_list args;
    if (!err)
        return;
    err->status = status;
    va_start(args, format);
    whole[0] = '\0';
    const int written = vsnprintf(whole, sizeof whole, format, args);
    va_end(args);
    const size_t length = written < 0 ? 0 : strlen(whole);
    if (length < sizeof err->message)
        memcpy(err->message, whole, length + 1);
    else
        shorten(err->message, sizeof err->message, whole, length);
}

const char *sn_reason(int number, char text[SN_REASON])
{
    text[0] = '\0';
    if (strerror_r(number, text, SN_REASON) != 0 && text[0] == '\0')
        (void)snprintf(text, SN_REASON, "error %d", number);
    return text;
}

void sn_report_errno(seqnet_error *err, seqnet_status status, const char *place, const char *what)
{
    char reason[SN_REASON];
    if (*place)
        sn_report(err, status, "%s: cannot be %s: %s", place, what, sn_reason(errno, reason));
    else
        sn_report(err, status, "'': cannot be %s: an empty name is no file; name one", what);
}
