#include "escaped.h"

#include <string.h>

#include "banned.h"

const char *sn_take_escaped(const char *text, const char *ends, char *out, size_t *length,
                            bool *escaped)
{
    bool has_escapes = false;
    *length = 0;
    for (; *text && !strchr(ends, *text); text++) {
        if (*text == '\\' && text[1]) {
            text++;
            has_escapes = true;
        }
        out[(*length)++] = *text;
    }
    out[*length] = '\0';
    if (escaped)
        *escaped = has_escapes;
    return text;
}
