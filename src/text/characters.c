#include "characters.h"

#include <string.h>
#include <utf8proc.h>

#include "banned.h"

enum {
    SP = SN_CHAR_SPACE,
    LE = SN_CHAR_LETTER,
    DI = SN_CHAR_DIGIT,
    CO = SN_CHAR_CONNECTOR,
    SY = SN_CHAR_SYMBOL
};

const uint8_t sn_char_ascii[256] = {
    SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, /* 00 */
    SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, /* 10 */
    SP, SY, SY, SY, SY, SY, SY, SY, SY, SY, SY, SY, SY, SY, SY, SY, /* 20 */
    DI, DI, DI, DI, DI, DI, DI, DI, DI, DI, SY, SY, SY, SY, SY, SY, /* 30 */
    SY, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, /* 40 */
    LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, SY, SY, SY, SY, CO, /* 50 */
    SY, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, /* 60 */
    LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, SY, SY, SY, SY, SP, /* 70 */
};

typedef struct range {
    int32_t first, last;
} range;

static bool is_in(const range *ranges, size_t count, int32_t code)
{
    size_t i = 0;
    while (i < count && code > ranges[i].last)
        i++;
    return i < count && code >= ranges[i].first;
}

#define IS_IN(ranges, code) is_in(ranges, sizeof(ranges) / sizeof(ranges)[0], code)

/* Whether a character is ignored although its category is not Cf (format characters). */
static bool is_ignored(int32_t code)
{
    static const range ranges[] = {
        {0x034f, 0x034f},   /* combining grapheme joiner */
        {0x0640, 0x0640},   /* tatweel */
        {0x115f, 0x1160},   /* Hangul fillers */
        {0x17b4, 0x17b5},   /* Khmer inherent vowels */
        {0x180b, 0x180f},   /* Mongolian variation selectors */
        {0x3164, 0x3164},   /* Hangul filler */
        {0xfe00, 0xfe0f},   /* variation selectors */
        {0xffa0, 0xffa0},   /* halfwidth Hangul filler */
        {0xe0100, 0xe01ef}, /* variation selectors */
    };
    return IS_IN(ranges, code);
}

/* Whether a character is in a block of a script without spaces between words. The caller counts
 * only the letters of these blocks as unspaced. */
static bool is_unspaced(int32_t code)
{
    static const range ranges[] = {
        {0x0e00, 0x0eff},   /* Thai, Lao */
        {0x1000, 0x109f},   /* Myanmar */
        {0x1780, 0x17ff},   /* Khmer */
        {0x2e80, 0x312f},   /* radicals, iteration marks, kana, Bopomofo */
        {0x31a0, 0x31ff},   /* Bopomofo and Katakana extended */
        {0x3400, 0x4dbf},   /* ideographs */
        {0x4e00, 0x9fff},   /* ideographs */
        {0xa9e0, 0xa9ff},   /* Myanmar */
        {0xaa60, 0xaa7f},   /* Myanmar */
        {0xf900, 0xfaff},   /* compatibility ideographs */
        {0xff66, 0xff9f},   /* halfwidth Katakana */
        {0x16fe0, 0x18aff}, /* ideographic marks, Tangut */
        {0x1aff0, 0x1b2ff}, /* kana supplements, Nushu */
        {0x20000, 0x3fffd}, /* ideographs */
    };
    return code >= 0x0e00 && IS_IN(ranges, code);
}

static sn_char_class class_of_category(int category)
{
    switch (category) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return SN_CHAR_LETTER;
    case UTF8PROC_CATEGORY_ND:
        return SN_CHAR_DIGIT;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return SN_CHAR_MARK;
    case UTF8PROC_CATEGORY_PC:
        return SN_CHAR_CONNECTOR;
    case UTF8PROC_CATEGORY_CF:
        return SN_CHAR_IGNORED;
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
        return SN_CHAR_SPACE;
    default:
        return SN_CHAR_SYMBOL;
    }
}

sn_char_class sn_char_classify(int32_t code)
{
    enum { BRAILLE_BLANK = 0x2800, REPLACEMENT = 0xfffd };
    if (code < 0x80)
        return (sn_char_class)sn_char_ascii[code];
    if ((code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3041 && code <= 0x3096))
        return SN_CHAR_UNSPACED; /* for speed: the most frequent ones */
    if (is_ignored(code))
        return SN_CHAR_IGNORED;
    const utf8proc_property_t *const property = utf8proc_get_property(code);
    const sn_char_class class = class_of_category(property->category);
    if (class == SN_CHAR_LETTER)
        return is_unspaced(code) ? SN_CHAR_UNSPACED : class;
    if (class == SN_CHAR_MARK || class == SN_CHAR_DIGIT)
        return class;
    if (property->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC)
        return SN_CHAR_EMOJI;
    if (property->boundclass == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR)
        return SN_CHAR_REGIONAL;
    return code == BRAILLE_BLANK || code == REPLACEMENT ? SN_CHAR_SPACE : class;
}

/* C1 controls as the characters of Windows-1252; the five that it lacks stay controls. */
static int32_t unify_control(int32_t code)
{
    static const uint16_t windows[32] = {
        0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x008d, 0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
        0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178};
    const int32_t character = windows[code - 0x80];
    return character < 0xa0 ? character : sn_char_unify(character);
}

/* For U+2010 to U+203A. */
static int32_t unify_general_punctuation(int32_t code)
{
    if (code <= 0x2015)
        return '-';
    if ((code >= 0x2018 && code <= 0x201b) || code == 0x2032 || code >= 0x2039)
        return '\'';
    return (code >= 0x201c && code <= 0x201f) || code == 0x2033 ? '"' : code;
}

/* For U+0180 to U+200F, where most alphabets are. */
static int32_t unify_alphabetic(int32_t code)
{
    switch (code) {
    case 0x0345:
        return 0x03b9;
    case 0x037e:
        return ';';
    case 0x1fef:
    case 0x1ffd:
        return '\'';
    default:
        return code;
    }
}

int32_t sn_char_unify(int32_t code)
{
    if (code >= 0x0180 && code < 0x2010)
        return unify_alphabetic(code);
    if (code >= 0x2010 && code <= 0x203a)
        return unify_general_punctuation(code);
    if (code >= 0xff01 && code <= 0xff5e)
        return sn_char_unify(code - 0xff01 + '!');
    if (code >= 0x80 && code < 0xa0)
        return unify_control(code);
    if (code == '`' || code == 0x00b4)
        return '\'';
    if (code == 0x00ab || code == 0x00bb)
        return '"';
    return code == 0x2212 ? '-' : code;
}

int32_t sn_char_unify_letters(int32_t code)
{
    static const range apostrophes[] = {
        {0x02b9, 0x02b9}, /* prime */
        {0x02bb, 0x02bd}, /* turned comma, apostrophe, reversed comma */
        {0x0374, 0x0374}, /* which NFC replaces by U+02B9 */
        {0x055a, 0x055a}, /* Armenian apostrophe */
        {0xa78b, 0xa78c}, /* saltillo */
    };
    enum { N_AFTER_APOSTROPHE = 0x0149 };
    if (code == N_AFTER_APOSTROPHE)
        return 'n';
    return code >= 0x80 && IS_IN(apostrophes, code) ? '\'' : sn_char_unify(code);
}

int32_t sn_char_plain(int32_t code)
{
    enum { NO_BREAK_SPACE = 0xa0, ELLIPSIS = 0x2026, IDEOGRAPHIC_SPACE = 0x3000 };
    if (code < NO_BREAK_SPACE)
        return code;
    const sn_char_class class = sn_char_classify(code);
    if (class == SN_CHAR_IGNORED)
        return '\0';
    if (class == SN_CHAR_SPACE &&
        (code == NO_BREAK_SPACE || code == IDEOGRAPHIC_SPACE || (code >= 0x2000 && code <= 0x205f)))
        return ' ';
    const int32_t unified = sn_char_unify_letters(code);
    const bool is_typographic = unified == '\'' || unified == '"' || unified == '-';
    return code == ELLIPSIS ? '.' : is_typographic ? unified : code;
}

/* Whether a letter is one that NFC keeps, although it may have a decomposition, and that folds to
 * one such letter. This holds for most letters of Latin, Greek and Cyrillic texts, for kana and
 * ideographs, and for all Hangul syllables. */
static bool is_precomposed(int32_t code)
{
    static const range ranges[] = {
        {0x00c0, 0x012f}, {0x0131, 0x01ef}, {0x01f1, 0x0233}, {0x0386, 0x0386}, {0x0388, 0x038f},
        {0x0391, 0x03af}, {0x03b1, 0x03ce}, {0x0400, 0x04ff}, {0x1e00, 0x1e95}, {0x1ea0, 0x1eff},
        {0x3041, 0x3096}, {0x30a1, 0x30fe}, {0x4e00, 0x9fff}, {0xac00, 0xd7a3},
    };
    return IS_IN(ranges, code);
}

bool sn_char_stands_alone(int32_t code, sn_char_class class)
{
    if (code < 0x80)
        return true;
    const bool is_jamo = code >= 0x1100 && code <= 0x11ff;
    if (class == SN_CHAR_MARK || is_jamo)
        return false;
    if (is_precomposed(code))
        return true;
    const utf8proc_property_t *const property = utf8proc_get_property(code);
    const bool is_canonical = property->decomp_type == 0;
    return !is_canonical || property->decomp_seqindex == UINT16_MAX;
}

size_t sn_char_fold(int32_t code, int32_t folded[4])
{
    int boundclass = 0;
    const utf8proc_ssize_t count =
        utf8proc_decompose_char(code, folded, 4, UTF8PROC_CASEFOLD, &boundclass);
    return count > 0 && count <= 4 ? (size_t)count : 0;
}

/* Decomposes a text to NFD, then folds each of its characters. */
static size_t decompose_and_fold(const char *text, size_t length, int32_t *folded, size_t room)
{
    int32_t codes[2 * SN_NORMALISE_MAX];
    const utf8proc_ssize_t count =
        utf8proc_decompose((const uint8_t *)text, (utf8proc_ssize_t)length, codes,
                           2 * SN_NORMALISE_MAX, UTF8PROC_DECOMPOSE);
    size_t used = 0;
    for (utf8proc_ssize_t i = 0; i < count && room - used >= 4; i++) {
        int boundclass = 0;
        used += (size_t)utf8proc_decompose_char(
            codes[i], folded + used, 4, UTF8PROC_CASEFOLD | UTF8PROC_DECOMPOSE, &boundclass);
    }
    return used;
}

/* Drops the dots above on i, with marks below between them or not; returns the new count. */
static size_t drop_dots(int32_t *folded, size_t count)
{
    enum { DOT_ABOVE = 0x0307, ABOVE = 230 /* the combining class of marks above */ };
    size_t used = 0;
    bool is_on_i = false;
    for (size_t i = 0; i < count; i++) {
        if (is_on_i && folded[i] == DOT_ABOVE)
            continue;
        const int class = utf8proc_get_property(folded[i])->combining_class;
        is_on_i = folded[i] == 'i' || (is_on_i && class != 0 && class != ABOVE);
        folded[used++] = folded[i];
    }
    return used;
}

/* The length of the longest beginning that has whole characters and at most `room` bytes. */
static size_t cut_at_character(const char *text, size_t length, size_t room)
{
    if (length <= room)
        return length;
    while (room > 0 && ((uint8_t)text[room] & 0xc0) == 0x80)
        room--;
    return room;
}

size_t sn_normalise(char *text, size_t length, size_t room, bool drops_dots)
{
    int32_t codes[2 * SN_NORMALISE_MAX + 1]; /* utf8proc_reencode appends a NUL */
    size_t count = decompose_and_fold(text, length, codes, 2 * SN_NORMALISE_MAX);
    if (drops_dots)
        count = drop_dots(codes, count);
    const utf8proc_ssize_t size =
        utf8proc_reencode(codes, (utf8proc_ssize_t)count, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (size <= 0)
        return 0;
    const size_t kept = cut_at_character((const char *)codes, (size_t)size, room);
    memcpy(text, codes, kept);
    return kept;
}

const char *sn_unicode_version(void)
{
    return utf8proc_unicode_version();
}
