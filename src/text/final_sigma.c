/* Sigmas at the ends of words, apart from the properties of characters: exported C files hold this
 * text as it is, and tables for the properties. */
#include "lower_case.h"
#include "utf8.h"

#include "banned.h"

/* Decodes the character that ends at a position and returns where it begins. */
static size_t decode_back(const char *text, size_t end, int32_t *code)
{
    size_t start = end - 1;
    while (start > 0 && end - start < 4 && ((uint8_t)text[start] & 0xc0) == 0x80)
        start--;
    if (sn_utf8_decode(text + start, end - start, code) == end - start)
        return start;
    *code = SN_UTF8_INVALID;
    return end - 1;
}

static bool follows_letter(const char *text, size_t pos)
{
    int32_t code = SN_UTF8_INVALID;
    do {
        if (pos == 0)
            return false;
        pos = decode_back(text, pos, &code);
    } while (sn_is_case_ignorable(code));
    return sn_is_cased(code);
}

static bool precedes_letter(const char *text, size_t length, size_t pos)
{
    int32_t code = SN_UTF8_INVALID;
    do {
        if (pos == length)
            return false;
        pos += sn_utf8_decode(text + pos, length - pos, &code);
    } while (sn_is_case_ignorable(code));
    return sn_is_cased(code);
}

bool sn_is_final_sigma(const char *text, size_t length, size_t pos)
{
    return follows_letter(text, pos) && !precedes_letter(text, length, pos + 2);
}
