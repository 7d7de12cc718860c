/* The strict numbers of seqnet/number.h: the whole text is a decimal number, in every locale. */
#include <seqnet/number.h>

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "banned.h"

bool seqnet_parse_int64(const char *text, int64_t *value)
{
    const char *const digits = text + (*text == '-' || *text == '+');
    if (*digits < '0' || *digits > '9')
        return false;
    char *end = NULL;
    errno = 0;
    const long long parsed = strtoll(text, &end, 10);
    if (errno || *end != '\0')
        return false;
    *value = parsed;
    return true;
}

/* Whether a text has only characters of decimal numbers, since strtod also takes "inf", "nan",
 * "0x1p3" and spaces. */
static bool looks_decimal(const char *text)
{
    return *text != '\0' && text[strspn(text, "+-.0123456789eE")] == '\0';
}

bool seqnet_parse_double(const char *text, double *value)
{
    char copy[64];
    const size_t length = strlen(text);
    if (length >= sizeof copy || !looks_decimal(text))
        return false;
    memcpy(copy, text, length + 1);
    /* strtod expects the locale's decimal point; a program that uses the library may have set
     * one. */
    char *const point = strchr(copy, '.');
    const char *const local_point = localeconv()->decimal_point;
    if (point && local_point[0] != '\0' && local_point[1] == '\0')
        *point = local_point[0];
    char *end = NULL;
    const double parsed = strtod(copy, &end);
    if (end == copy || *end != '\0' || !isfinite(parsed))
        return false;
    *value = parsed;
    return true;
}
