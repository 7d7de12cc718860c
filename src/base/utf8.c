#include "utf8.h"

#include <string.h>

#include "memory.h"

#include "banned.h"

static const char REPLACEMENT[] = "\xef\xbf\xbd";
enum { REPLACEMENT_SIZE = sizeof REPLACEMENT - 1 };

bool sn_utf8_is_clean(const char *text, size_t length)
{
    for (size_t pos = 0; pos < length;) {
        int32_t code;
        pos += sn_utf8_decode(text + pos, length - pos, &code);
        if (code <= 0)
            return false;
    }
    return true;
}

seqnet_status sn_utf8_clean(char **clean, const char *text, size_t length, seqnet_error *err)
{
    if (length > (SIZE_MAX - 1) / REPLACEMENT_SIZE)
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for a text");
    SN_TRY(sn_alloc(clean, length * REPLACEMENT_SIZE + 1, 1, err));
    char *out = *clean;
    for (size_t pos = 0; pos < length;) {
        int32_t code;
        const size_t size = sn_utf8_decode(text + pos, length - pos, &code);
        const bool valid = code > 0;
        memcpy(out, valid ? text + pos : REPLACEMENT, valid ? size : REPLACEMENT_SIZE);
        out += valid ? size : REPLACEMENT_SIZE;
        pos += size;
    }
    *out = '\0';
    return SEQNET_OK;
}
