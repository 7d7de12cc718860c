#include "markup.h"

#include <stdbool.h>
#include <string.h>

#include "banned.h"

enum { TAG_MAX = 256, NAME_MAX = 31, DIGITS_MAX = 8 };

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Whether a byte may belong to a word: letters, digits and all bytes that are not ASCII. */
static bool is_wordlike(char byte)
{
    return is_letter(byte) || is_digit(byte) || (unsigned char)byte >= 0x80;
}

size_t sn_markup_tag(const char *text, size_t size)
{
    if (size < 3 || text[0] != '<' || !(is_letter(text[1]) || text[1] == '/' || text[1] == '!'))
        return 0;
    const size_t limit = size < TAG_MAX ? size : TAG_MAX;
    for (size_t i = 1; i < limit && text[i] != '<'; i++)
        if (text[i] == '>')
            return i + 1;
    return 0;
}

/* In byte order, for binary search. */
static const struct named {
    char name[8];
    int32_t code;
} NAMES[] = {{"AElig", 0x00c6},  {"Aacute", 0x00c1}, {"Acirc", 0x00c2},  {"Agrave", 0x00c0},
             {"Aring", 0x00c5},  {"Atilde", 0x00c3}, {"Auml", 0x00c4},   {"Ccedil", 0x00c7},
             {"ETH", 0x00d0},    {"Eacute", 0x00c9}, {"Ecirc", 0x00ca},  {"Egrave", 0x00c8},
             {"Euml", 0x00cb},   {"Iacute", 0x00cd}, {"Icirc", 0x00ce},  {"Igrave", 0x00cc},
             {"Iuml", 0x00cf},   {"Ntilde", 0x00d1}, {"OElig", 0x0152},  {"Oacute", 0x00d3},
             {"Ocirc", 0x00d4},  {"Ograve", 0x00d2}, {"Oslash", 0x00d8}, {"Otilde", 0x00d5},
             {"Ouml", 0x00d6},   {"Scaron", 0x0160}, {"THORN", 0x00de},  {"Uacute", 0x00da},
             {"Ucirc", 0x00db},  {"Ugrave", 0x00d9}, {"Uuml", 0x00dc},   {"Yacute", 0x00dd},
             {"Yuml", 0x0178},   {"aacute", 0x00e1}, {"acirc", 0x00e2},  {"acute", 0x00b4},
             {"aelig", 0x00e6},  {"agrave", 0x00e0}, {"amp", 0x0026},    {"apos", 0x0027},
             {"aring", 0x00e5},  {"atilde", 0x00e3}, {"auml", 0x00e4},   {"bdquo", 0x201e},
             {"brvbar", 0x00a6}, {"bull", 0x2022},   {"ccedil", 0x00e7}, {"cedil", 0x00b8},
             {"cent", 0x00a2},   {"copy", 0x00a9},   {"curren", 0x00a4}, {"dagger", 0x2020},
             {"deg", 0x00b0},    {"divide", 0x00f7}, {"eacute", 0x00e9}, {"ecirc", 0x00ea},
             {"egrave", 0x00e8}, {"emsp", 0x2003},   {"ensp", 0x2002},   {"eth", 0x00f0},
             {"euml", 0x00eb},   {"euro", 0x20ac},   {"frac12", 0x00bd}, {"frac14", 0x00bc},
             {"frac34", 0x00be}, {"gt", 0x003e},     {"hearts", 0x2665}, {"hellip", 0x2026},
             {"iacute", 0x00ed}, {"icirc", 0x00ee},  {"iexcl", 0x00a1},  {"igrave", 0x00ec},
             {"iquest", 0x00bf}, {"iuml", 0x00ef},   {"laquo", 0x00ab},  {"larr", 0x2190},
             {"ldquo", 0x201c},  {"lrm", 0x200e},    {"lsaquo", 0x2039}, {"lsquo", 0x2018},
             {"lt", 0x003c},     {"macr", 0x00af},   {"mdash", 0x2014},  {"micro", 0x00b5},
             {"middot", 0x00b7}, {"minus", 0x2212},  {"nbsp", 0x00a0},   {"ndash", 0x2013},
             {"not", 0x00ac},    {"ntilde", 0x00f1}, {"oacute", 0x00f3}, {"ocirc", 0x00f4},
             {"oelig", 0x0153},  {"ograve", 0x00f2}, {"ordf", 0x00aa},   {"ordm", 0x00ba},
             {"oslash", 0x00f8}, {"otilde", 0x00f5}, {"ouml", 0x00f6},   {"para", 0x00b6},
             {"permil", 0x2030}, {"plusmn", 0x00b1}, {"pound", 0x00a3},  {"quot", 0x0022},
             {"raquo", 0x00bb},  {"rarr", 0x2192},   {"rdquo", 0x201d},  {"reg", 0x00ae},
             {"rlm", 0x200f},    {"rsaquo", 0x203a}, {"rsquo", 0x2019},  {"sbquo", 0x201a},
             {"scaron", 0x0161}, {"sect", 0x00a7},   {"shy", 0x00ad},    {"star", 0x2606},
             {"starf", 0x2605},  {"sup1", 0x00b9},   {"sup2", 0x00b2},   {"sup3", 0x00b3},
             {"szlig", 0x00df},  {"thinsp", 0x2009}, {"thorn", 0x00fe},  {"times", 0x00d7},
             {"trade", 0x2122},  {"uacute", 0x00fa}, {"ucirc", 0x00fb},  {"ugrave", 0x00f9},
             {"uml", 0x00a8},    {"uuml", 0x00fc},   {"yacute", 0x00fd}, {"yen", 0x00a5},
             {"yuml", 0x00ff},   {"zwj", 0x200d},    {"zwnj", 0x200c}};

static int32_t code_of_name(const char *name, size_t length)
{
    size_t first = 0, end = sizeof NAMES / sizeof NAMES[0];
    while (first < end) {
        const size_t middle = first + (end - first) / 2;
        const int order = strncmp(name, NAMES[middle].name, length);
        if (order == 0 && NAMES[middle].name[length] == '\0')
            return NAMES[middle].code;
        if (order > 0)
            first = middle + 1;
        else
            end = middle;
    }
    return SN_MARKUP_UNKNOWN;
}

static size_t named_reference(const char *text, size_t size, int32_t *code)
{
    const size_t limit = size < NAME_MAX + 2 ? size : NAME_MAX + 2;
    size_t end = 1;
    while (end < limit && (is_letter(text[end]) || (end > 1 && is_digit(text[end]))))
        end++;
    /* A name has at least two letters: the end of "AT&T;" is not a reference. */
    if (end < 3 || end == limit || text[end] != ';')
        return 0;
    *code = code_of_name(text + 1, end - 1);
    return end + 1;
}

/* The value of a digit of the base, or -1. */
static int32_t digit_value(char byte, int32_t base)
{
    if (is_digit(byte))
        return byte - '0';
    const char small = (char)(byte | 0x20);
    return base == 16 && small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

static size_t numeric_reference(const char *text, size_t size, int32_t *code)
{
    const int32_t base = size > 2 && (text[2] | 0x20) == 'x' ? 16 : 10;
    const size_t first = base == 16 ? 3 : 2;
    size_t end = first;
    int64_t value = 0;
    for (; end < size && end < first + DIGITS_MAX && digit_value(text[end], base) >= 0; end++)
        value = value * base + digit_value(text[end], base);
    if (end == first || end == size || text[end] != ';')
        return 0;
    const bool is_surrogate = value >= 0xd800 && value <= 0xdfff;
    *code = value > 0x10ffff || is_surrogate ? SN_MARKUP_UNKNOWN : (int32_t)value;
    return end + 1;
}

size_t sn_markup_reference(const char *text, size_t size, int32_t *code)
{
    if (size < 4 || text[0] != '&')
        return 0;
    return text[1] == '#' ? numeric_reference(text, size, code) : named_reference(text, size, code);
}

size_t sn_markup_escaped(const char *text, size_t size, int32_t *code)
{
    enum { AGAIN_MAX = 2 };
    size_t length = sn_markup_reference(text, size, code);
    for (int again = 0; length && *code == '&' && again < AGAIN_MAX; again++) {
        char inner[NAME_MAX + 2] = "&";
        const size_t left = size - length, room = sizeof inner - 1;
        const size_t rest = left < room ? left : room;
        int32_t meant;
        memcpy(inner + 1, text + length, rest);
        const size_t more = sn_markup_reference(inner, rest + 1, &meant);
        if (!more || meant == SN_MARKUP_UNKNOWN)
            break;
        length += more - 1;
        *code = meant;
    }
    return length;
}

/* Whether the text begins with this small prefix, whatever the case of its letters. */
static bool has_prefix(const char *text, size_t size, const char *prefix)
{
    size_t i = 0;
    while (prefix[i] && i < size && (is_letter(text[i]) ? text[i] | 0x20 : text[i]) == prefix[i])
        i++;
    return prefix[i] == '\0';
}

/* The offset behind the first `end` at `start` or behind it, and behind the rest of a tag that it
 * begins; 0 when there is none. */
static size_t find_end(const char *text, size_t size, size_t start, const char *end)
{
    const char *at = text + start;
    while ((at = memchr(at, end[0], size - (size_t)(at - text)))) {
        const size_t rest = size - (size_t)(at - text);
        if (has_prefix(at, rest, end)) {
            const size_t tag = sn_markup_tag(at, rest);
            return (size_t)(at - text) + (tag ? tag : strlen(end));
        }
        at++;
    }
    return 0;
}

size_t sn_markup_element(const char *text, size_t size, unsigned char *unclosed)
{
    static const struct element {
        char begin[8], behind[8], end[9];
        size_t inside;
    } elements[] = {{"<!--", "", "-->", 2}, /* <!--> is a comment, too */
                    {"<script", " \t\n\f\r/>", "</script", 7},
                    {"<style", " \t\n\f\r/>", "</style", 6}};
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++) {
        const struct element *const e = &elements[i];
        const size_t begin = strlen(e->begin);
        if (size <= begin || !has_prefix(text, size, e->begin) ||
            (e->behind[0] && !memchr(e->behind, text[begin], strlen(e->behind))))
            continue;
        const size_t length = *unclosed & 1U << i ? 0 : find_end(text, size, e->inside, e->end);
        if (!length)
            *unclosed |= (unsigned char)(1U << i);
        return length;
    }
    return 0;
}

size_t sn_markup_url(const char *text, size_t size)
{
    static const char *const prefixes[] = {"http://", "https://", "www."};
    size_t end = 0;
    if (size < 5 || !strchr("tTwW", text[1])) /* rejects most words that begin with h or w early */
        return 0;
    for (size_t i = 0; i < 3 && !end; i++)
        end = has_prefix(text, size, prefixes[i]) ? strlen(prefixes[i]) : 0;
    if (!end || end == size || !(is_letter(text[end]) || is_digit(text[end])))
        return 0;
    while (end < size && text[end] > ' ' && text[end] < 0x7f && !strchr("\"<>", text[end]))
        end++;
    while (strchr(".,;:!?'*_~)]}", text[end - 1]))
        end--;
    return end;
}

/* The eyes that go with a mouth, and the common form of the mouth. Letters have both cases. */
static const struct mouth {
    char mouth, common;
    char eyes[4];
} MOUTHS[] = {{')', ')', ":;="}, {'(', '(', ":;="}, {']', ')', ":="}, {'[', '(', ":="},
              {'d', 'd', ":;="}, {'p', 'p', ":;="}, {'o', 'o', ":"},  {'/', '/', ":"},
              {'\\', '/', ":"},  {'|', '|', ":"},   {'*', '*', ":"}};

/* The common form of a mouth with these eyes; NUL when the byte is not a mouth. */
static char common_mouth(char eyes, char mouth)
{
    const char small = is_letter(mouth) ? (char)(mouth | 0x20) : mouth;
    for (size_t i = 0; i < sizeof MOUTHS / sizeof MOUTHS[0]; i++)
        if (MOUTHS[i].mouth == small && strchr(MOUTHS[i].eyes, eyes))
            return MOUTHS[i].common;
    return '\0';
}

/* Whether the byte is part of a word or of "://" and not a mouth. */
static bool is_part_of_more(char mouth, const char *rest, size_t size, bool after_word)
{
    const bool is_wide = mouth == ')' || mouth == '(';
    return (is_letter(mouth) && after_word) || (mouth == '/' && size > 0 && rest[0] == '/') ||
           (!is_wide && size > 0 && is_wordlike(rest[0]));
}

static size_t sideways_face(const char *text, size_t size, bool after_word, char *face)
{
    const bool weeps = size > 1 && text[1] == '\'';
    const size_t nose = weeps || (size > 1 && text[1] == '-');
    if (size < nose + 2 || !(text[0] == ':' || text[0] == ';' || text[0] == '='))
        return 0;
    const char mouth = text[1 + nose], common = common_mouth(text[0], mouth);
    size_t end = nose + 2;
    while (mouth != '/' && end < size && text[end] == mouth)
        end++;
    if (!common || is_part_of_more(mouth, text + end, size - end, after_word))
        return 0;
    *face++ = text[0];
    if (weeps)
        *face++ = '\'';
    *face++ = common;
    *face = '\0';
    return end;
}

/* The length of <3 or </3. */
static size_t heart(const char *text, size_t size, char *face)
{
    const bool is_broken = size > 1 && text[1] == '/';
    size_t end = is_broken ? 2 : 1;
    if (size <= end || text[end] != '3')
        return 0;
    while (end < size && text[end] == '3')
        end++;
    if (end < size && is_wordlike(text[end]))
        return 0;
    memcpy(face, is_broken ? "</3" : "<3", is_broken ? 4 : 3);
    return end;
}

size_t sn_markup_face(const char *text, size_t size, bool after_word, char face[SN_MARKUP_FACE])
{
    return text[0] == '<' ? heart(text, size, face) : sideways_face(text, size, after_word, face);
}
