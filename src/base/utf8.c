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

/* Moves over ASCII, eight bytes at a time. */
static size_t skip_ascii(const char *text, size_t pos, size_t length)
{
    for (uint64_t word; length - pos >= sizeof word; pos += sizeof word) {
        memcpy(&word, text + pos, sizeof word);
        if (word & 0x8080808080808080U)
            break;
    }
    while (pos < length && (uint8_t)text[pos] < 0x80)
        pos++;
    return pos;
}

size_t sn_utf8_count_invalid(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t pos = skip_ascii(text, 0, length); pos < length;) {
        int32_t code;
        pos += sn_utf8_decode(text + pos, length - pos, &code);
        count += code < 0;
        if (pos < length && (uint8_t)text[pos] < 0x80)
            pos = skip_ascii(text, pos, length);
    }
    return count;
}

/* Whether a character is a space of Unicode (White_Space). */
static bool is_space(int32_t code)
{
    return code == ' ' || (code >= '\t' && code <= '\r') || code == 0x85 || code == 0xa0 ||
           code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028 ||
           code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

void sn_utf8_trim(const char **text, size_t *length)
{
    size_t first = 0, last = 0;
    bool has_begun = false;
    for (size_t pos = 0; pos < *length;) {
        int32_t code;
        const size_t size = sn_utf8_decode(*text + pos, *length - pos, &code);
        if (!is_space(code)) {
            first = has_begun ? first : pos;
            has_begun = true;
            last = pos + size;
        }
        pos += size;
    }
    *text += first;
    *length = last - first;
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
