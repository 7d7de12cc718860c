#include "text_cells.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

/* Whether a terminal or a reader of lines acts on the character: controls, the separators of lines
 * and paragraphs, and the controls of the writing direction. */
static bool is_control(utf8proc_int32_t code)
{
    return code < ' ' || (code >= 0x7f && code <= 0x9f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

static void spell(glyph *g, utf8proc_int32_t code)
{
    const char *const letter = code == '\t' ? "\\t" : code == '\n' ? "\\n" : "\\r";
    if (code == '\t' || code == '\n' || code == '\r')
        (void)snprintf(g->spelt, sizeof g->spelt, "%s", letter);
    else
        (void)snprintf(g->spelt, sizeof g->spelt, code < 0x80 ? "\\x%02x" : "\\u%04x",
                       (unsigned)code & 0xffff);
    g->width = strlen(g->spelt);
}

/* The cells that terminals give a character, as wcwidth(3) counts them: spacing marks, such as the
 * vowel signs of Devanagari, stand beside their letter, and the vowels and finals of Hangul that
 * is decomposed stand in their syllable's. */
static size_t letter_cells(utf8proc_int32_t code)
{
    if ((code >= 0x1160 && code <= 0x11ff) || (code >= 0xd7b0 && code <= 0xd7fb))
        return 0;
    const int cells = utf8proc_charwidth(code);
    return cells == 0 && utf8proc_category(code) == UTF8PROC_CATEGORY_MC ? 1 : (size_t)cells;
}

glyph first_glyph(const char *bytes, size_t size)
{
    utf8proc_int32_t code;
    const utf8proc_ssize_t length =
        utf8proc_iterate((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)size, &code);
    glyph g = {.size = length > 0 ? (size_t)length : 1};
    if (length <= 0)
        g.width =
            (size_t)snprintf(g.spelt, sizeof g.spelt, "\\x%02x", (unsigned)(unsigned char)*bytes);
    else if (is_control(code))
        spell(&g, code);
    else
        g.width = letter_cells(code);
    return g;
}

void put_bytes(FILE *out, const char *bytes, size_t length)
{
    size_t from = 0, at = 0;
    while (at < length) {
        const glyph g = first_glyph(bytes + at, length - at);
        if (*g.spelt) {
            (void)fwrite(bytes + from, 1, at - from, out);
            fputs(g.spelt, out);
            from = at + g.size;
        }
        at += g.size;
    }
    (void)fwrite(bytes + from, 1, length - from, out);
}

void put_text(FILE *out, const char *text)
{
    put_bytes(out, text, strlen(text));
}

size_t bytes_width(const char *bytes, size_t length)
{
    size_t width = 0;
    for (size_t at = 0; at < length;) {
        const glyph g = first_glyph(bytes + at, length - at);
        width += g.width;
        at += g.size;
    }
    return width;
}

size_t display_width(const char *text)
{
    return bytes_width(text, strlen(text));
}

/* The first glyph of a text that is not empty, however long it is. */
static glyph glyph_at(const char *text)
{
    enum { MOST_BYTES = 4 };
    return first_glyph(text, strnlen(text, MOST_BYTES));
}

size_t fitting_bytes(const char *text, size_t cells)
{
    size_t at = 0;
    while (text[at]) {
        const glyph g = glyph_at(text + at);
        if (g.width > cells)
            break;
        cells -= g.width;
        at += g.size;
    }
    return at;
}

/* Whether the word before a blank is an option, such as --map, and its value follows. */
static bool ends_option(const char *text, size_t at)
{
    size_t start = at;
    while (start > 0 && text[start - 1] != ' ')
        start--;
    return at > start + 2 && strncmp(text + start, "--", 2) == 0 &&
           isalnum((unsigned char)text[at - 1]) && text[at + 1] != '-';
}

/* Whether a line may be broken at this blank: a number stays with its name, "loss: 0.25", and with
 * its %, a value with its option, and no line begins with a dash. */
static bool may_break(const char *text, size_t at)
{
    if (text[at] != ' ' || text[at + 1] == '%' || strncmp(text + at + 1, "- ", 2) == 0)
        return false;
    if (at > 0 && (text[at - 1] == ' ' || ends_option(text, at)))
        return false;
    const bool is_decimal = text[at + 1] >= '0' && text[at + 1] <= '9' && text[at + 2] == '.';
    return !(at > 0 && text[at - 1] == ':' && is_decimal);
}

/* The end of the 'quoted words' that begin here, which stay on one line where they fit, since they
 * may be copied into a command; `at` if none begin. */
static size_t quoted_end(const char *text, size_t at, size_t cells)
{
    enum { MOST_QUOTED = 1024 };
    if (text[at] != '\'' || (at > 0 && isalnum((unsigned char)text[at - 1])))
        return at;
    size_t end = at + 1;
    while (text[end] && end - at < MOST_QUOTED &&
           (text[end] != '\'' || isalnum((unsigned char)text[end + 1])))
        end++;
    return text[end] == '\'' && bytes_width(text + at, end + 1 - at) <= cells ? end + 1 : at;
}

size_t wrapped_bytes(const char *text, size_t cells)
{
    size_t width = 0, end = 0, column = 0, at = 0, quoted = 0;
    while (text[at]) {
        const glyph g = glyph_at(text + at);
        if (at >= quoted)
            quoted = quoted_end(text, at, cells);
        const bool is_break = at >= quoted && may_break(text, at);
        if (is_break && width <= cells)
            end = at;
        if (is_break && width <= cells && text[at + 1] == ' ' && 2 * width >= cells)
            column = at;
        width += g.width;
        if (width > cells && end > 0)
            return column ? column : end;
        if (width > cells && is_break)
            return at;
        at += g.size;
    }
    return at;
}

/* Cells that further lines of a wrapped one begin with. */
enum { INDENT = 2 };

void put_wrapped(FILE *out, const char *text, size_t first, size_t width)
{
    size_t used = first, indent = strspn(text, " ");
    bool is_first = true;
    if (width <= 2 * INDENT + indent) {
        put_text(out, text);
        return;
    }
    for (;;) {
        /* Leading blanks belong to the first word. */
        const size_t skipped = is_first ? indent : 0;
        const size_t room = width > used + skipped ? width - used - skipped : 1;
        const size_t bytes = skipped + wrapped_bytes(text + skipped, room);
        put_bytes(out, text, bytes);
        text += bytes + strspn(text + bytes, " ");
        if (!*text)
            return;
        is_first = false;
        used = indent + INDENT;
        fprintf(out, "\n%*s", (int)used, "");
    }
}
