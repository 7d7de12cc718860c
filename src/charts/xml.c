#include "xml.h"

#include <string.h>

#include "terminal.h"

/* U+FFFE and U+FFFF are characters of UTF-8, but not of XML. */
static const char *forbidden(const char *bytes, size_t size)
{
    if (size != 3 || memcmp(bytes, "\xef\xbf", 2) != 0)
        return NULL;
    return bytes[2] == '\xbe' ? "\\ufffe" : bytes[2] == '\xbf' ? "\\uffff" : NULL;
}

/* The reference for a character that is markup, or NULL. */
static const char *reference(char c)
{
    switch (c) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void put_xml(FILE *out, const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        const glyph g = first_glyph(text + at, length - at);
        const char *shown = *g.spelt ? g.spelt : forbidden(text + at, g.size);
        shown = shown ? shown : reference(text[at]);
        if (shown)
            fputs(shown, out);
        else
            (void)fwrite(text + at, 1, g.size, out);
        at += g.size;
    }
}
