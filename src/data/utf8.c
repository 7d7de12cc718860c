#include "utf8.h"

#include <string.h>
#include <utf8proc.h>

#include "memory.h"

#include "banned.h"

static const char REPLACEMENT[] = "\xef\xbf\xbd";
enum { REPLACEMENT_SIZE = sizeof REPLACEMENT - 1 };

/* Bytes of the character at text[0 .. length), 0 when there is none. */
static size_t character_size(const char *text, size_t length)
{
    utf8proc_int32_t code;
    const size_t looked_at = length < 4 ? length : 4;
    const utf8proc_ssize_t size =
        utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)looked_at, &code);
    return size > 0 && code != 0 ? (size_t)size : 0;
}

seqnet_status sn_utf8_clean(char **clean, const char *text, size_t length, seqnet_error *err)
{
    if (length > (SIZE_MAX - 1) / REPLACEMENT_SIZE)
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for a text");
    SN_TRY(sn_alloc(clean, length * REPLACEMENT_SIZE + 1, 1, err));
    char *out = *clean;
    for (size_t pos = 0; pos < length;) {
        const size_t size = character_size(text + pos, length - pos);
        memcpy(out, size ? text + pos : REPLACEMENT, size ? size : REPLACEMENT_SIZE);
        out += size ? size : REPLACEMENT_SIZE;
        pos += size ? size : 1;
    }
    *out = '\0';
    return SEQNET_OK;
}
