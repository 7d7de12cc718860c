#include "lower_case.h"

#include <utf8proc.h>

#include "utf8.h"

#include "banned.h"

enum { CAPITAL_I_WITH_DOT = 0x130, DOT_ABOVE = 0x307 };

typedef struct code_range {
    int32_t first, last;
} code_range;

/* Unicode's Other_Lowercase and Other_Uppercase, as far as they are no modifier letters or marks,
 * which sigmas look past. */
static const code_range OTHER_CASED[] = {
    {0xaa, 0xaa},       {0xba, 0xba},       {0x2160, 0x217f},   {0x24b6, 0x24e9},
    {0x1f130, 0x1f149}, {0x1f150, 0x1f169}, {0x1f170, 0x1f189},
};

/* What may be between letters: Word_Break is MidLetter, MidNumLet or Single_Quote. */
static const code_range MID_WORD[] = {
    {'\'', '\''},     {'.', '.'},       {':', ':'},       {0xb7, 0xb7},
    {0x387, 0x387},   {0x55f, 0x55f},   {0x5f4, 0x5f4},   {0x2018, 0x2019},
    {0x2024, 0x2024}, {0x2027, 0x2027}, {0xfe13, 0xfe13}, {0xfe52, 0xfe52},
    {0xfe55, 0xfe55}, {0xff07, 0xff07}, {0xff0e, 0xff0e}, {0xff1a, 0xff1a},
};

static bool is_in(const code_range *ranges, size_t count, int32_t code)
{
    for (size_t i = 0; i < count; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

size_t sn_lower_case(int32_t code, int32_t lowered[2])
{
    if (code == CAPITAL_I_WITH_DOT) {
        lowered[0] = 'i';
        lowered[1] = DOT_ABOVE;
        return 2;
    }
    lowered[0] = utf8proc_tolower(code);
    return 1;
}

/* Case_Ignorable of DerivedCoreProperties.txt. */
static bool is_ignorable(int32_t code)
{
    const utf8proc_category_t category = utf8proc_category(code);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME ||
           category == UTF8PROC_CATEGORY_CF || category == UTF8PROC_CATEGORY_LM ||
           category == UTF8PROC_CATEGORY_SK ||
           is_in(MID_WORD, sizeof MID_WORD / sizeof *MID_WORD, code);
}

/* Cased of DerivedCoreProperties.txt, of characters that are not ignorable. */
static bool is_cased(int32_t code)
{
    const utf8proc_category_t category = utf8proc_category(code);
    return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LL ||
           category == UTF8PROC_CATEGORY_LT ||
           is_in(OTHER_CASED, sizeof OTHER_CASED / sizeof *OTHER_CASED, code);
}

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
    } while (is_ignorable(code));
    return is_cased(code);
}

static bool precedes_letter(const char *text, size_t length, size_t pos)
{
    int32_t code = SN_UTF8_INVALID;
    do {
        if (pos == length)
            return false;
        pos += sn_utf8_decode(text + pos, length - pos, &code);
    } while (is_ignorable(code));
    return is_cased(code);
}

bool sn_is_final_sigma(const char *text, size_t length, size_t pos)
{
    return follows_letter(text, pos) && !precedes_letter(text, length, pos + 2);
}
