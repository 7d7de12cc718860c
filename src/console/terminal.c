#include "terminal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

#include "figures.h"

enum { BAR_CELLS = 20, MAX_MESSAGE = 8192 };

terminal_settings terminal;

bool is_terminal(int descriptor)
{
    const char *const type = getenv("TERM");
    return isatty(descriptor) && type && strcmp(type, "dumb") != 0;
}

bool has_colors(int descriptor)
{
    const char *const no_color = getenv("NO_COLOR");
    if (terminal.color != COLOR_AUTO)
        return terminal.color == COLOR_ALWAYS;
    return is_terminal(descriptor) && !(no_color && *no_color);
}

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
        g.width = (size_t)utf8proc_charwidth(code);
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

size_t display_width(const char *text)
{
    size_t width = 0;
    for (size_t left = strlen(text); left > 0;) {
        const glyph g = first_glyph(text, left);
        width += g.width;
        text += g.size;
        left -= g.size;
    }
    return width;
}

size_t fitting_bytes(const char *text, size_t cells)
{
    size_t at = 0;
    for (size_t left = strlen(text); left > 0;) {
        const glyph g = first_glyph(text + at, left);
        if (g.width > cells)
            break;
        cells -= g.width;
        at += g.size;
        left -= g.size;
    }
    return at;
}

/* Prints a message and ends the line. A message may quote a file or an argument, which must not
 * control the terminal. */
__attribute__((format(printf, 1, 0))) static void print_line(const char *format, va_list args)
{
    char message[MAX_MESSAGE];
    (void)vsnprintf(message, sizeof message, format, args);
    put_text(stderr, message);
    fputc('\n', stderr);
}

void complain(const char *format, ...)
{
    va_list args;
    progress_clear();
    fputs(has_colors(STDERR_FILENO) ? "\033[1;31mseqnet:\033[0m " : "seqnet: ", stderr);
    va_start(args, format);
    print_line(format, args);
    va_end(args);
}

void note(const char *format, ...)
{
    va_list args;
    if (terminal.quiet)
        return;
    progress_clear();
    va_start(args, format);
    print_line(format, args);
    va_end(args);
}

void detail(const char *format, ...)
{
    va_list args;
    if (!terminal.verbose || terminal.quiet)
        return;
    va_start(args, format);
    print_line(format, args);
    va_end(args);
}

size_t terminal_width(int descriptor)
{
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

bool is_utf8_locale(void)
{
    const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < 3; i++) {
        const char *const value = getenv(names[i]);
        if (value && *value)
            return strstr(value, "UTF-8") || strstr(value, "utf8");
    }
    return false;
}

/* The current line of standard error shows the bar. */
static bool is_drawn;

/* Whether the bar is drawn now: not too often, but always for the first and the last time. */
static bool is_due(bool is_last)
{
    static double latest;
    const double seconds = seconds_now();
    if (!is_last && is_drawn && seconds - latest < 0.1)
        return false;
    latest = seconds;
    return true;
}

void progress_draw(size_t done, size_t total, const char *text)
{
    if (terminal.quiet || !is_terminal(STDERR_FILENO) || !is_due(done == total))
        return;
    const size_t cells = total ? done * BAR_CELLS / total : 0;
    const char *const full = is_utf8_locale() ? "\xe2\x94\x81" : "=";
    const char *const empty = is_utf8_locale() ? "\xe2\x94\x80" : ".";
    char count[64];
    const int counted = snprintf(count, sizeof count, "%zu/%zu ", done, total);
    /* The text must not wrap: a wrapped line cannot be drawn over. */
    const size_t used = (size_t)counted + BAR_CELLS + 1, width = terminal_width(STDERR_FILENO);
    const size_t room = width > used + 1 ? width - used - 1 : 0;
    fprintf(stderr, "\r%s%s", count, has_colors(STDERR_FILENO) ? "\033[32m" : "");
    for (size_t i = 0; i < BAR_CELLS; i++)
        fputs(i < cells ? full : empty, stderr);
    fprintf(stderr, "%s %.*s\033[K", has_colors(STDERR_FILENO) ? "\033[0m" : "", (int)room, text);
    fflush(stderr);
    is_drawn = true;
}

void progress_clear(void)
{
    if (is_drawn)
        fputs("\r\033[K", stderr);
    is_drawn = false;
}
