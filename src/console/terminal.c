#include "terminal.h"

#include <stdarg.h>
#include <stdint.h>
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
    return isatty(descriptor) && !terminal.is_relayed && type && strcmp(type, "dumb") != 0;
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

/* Whether a line may be broken at this blank: a number stays with its name, "loss: 0.25", and with
 * its %, and no line begins with a dash. */
static bool may_break(const char *text, size_t at)
{
    if (text[at] != ' ' || text[at + 1] == '%' || strncmp(text + at + 1, "- ", 2) == 0)
        return false;
    const bool is_decimal = text[at + 1] >= '0' && text[at + 1] <= '9' && text[at + 2] == '.';
    return !(at > 0 && text[at - 1] == ':' && is_decimal);
}

size_t wrapped_bytes(const char *text, size_t cells)
{
    size_t width = 0, end = 0, at = 0;
    for (size_t left = strlen(text); left > 0;) {
        const glyph g = first_glyph(text + at, left);
        if (may_break(text, at))
            end = width <= cells ? at : end;
        width += g.width;
        if (width > cells && end > 0)
            return end;
        if (width > cells && may_break(text, at))
            return at;
        at += g.size;
        left -= g.size;
    }
    return at;
}

/* Cells that further lines of a wrapped one begin with. */
enum { INDENT = 2 };

void put_wrapped(FILE *out, const char *text, size_t first, size_t width)
{
    size_t used = first, indent = strspn(text, " ");
    if (width <= 2 * INDENT + indent) {
        put_text(out, text);
        return;
    }
    for (;;) {
        /* Leading blanks belong to the first word. */
        const size_t skipped = used == first ? indent : 0;
        const size_t room = width > used + skipped ? width - used - skipped : 1;
        const size_t bytes = skipped + wrapped_bytes(text + skipped, room);
        put_bytes(out, text, bytes);
        text += bytes + strspn(text + bytes, " ");
        if (!*text)
            return;
        used = indent + INDENT;
        fprintf(out, "\n%*s", (int)used, "");
    }
}

size_t line_cells(int descriptor)
{
    return is_terminal(descriptor) ? terminal_width(descriptor) : SIZE_MAX;
}

/* Prints a message behind `used` cells and ends the line; on a terminal it is wrapped between
 * words. A message may quote a file or an argument, which must not control the terminal. */
static void print_message(size_t used, const char *message)
{
    put_wrapped(stderr, message, used, line_cells(STDERR_FILENO));
    fputc('\n', stderr);
}

__attribute__((format(printf, 2, 0))) static void print_line(size_t used, const char *format,
                                                             va_list args)
{
    char message[MAX_MESSAGE];
    (void)vsnprintf(message, sizeof message, format, args);
    print_message(used, message);
}

static char complaint[MAX_MESSAGE];

void complain(const char *format, ...)
{
    va_list args;
    progress_clear();
    fputs(has_colors(STDERR_FILENO) ? "\033[1;31mseqnet:\033[0m " : "seqnet: ", stderr);
    va_start(args, format);
    (void)vsnprintf(complaint, sizeof complaint, format, args);
    va_end(args);
    print_message(strlen("seqnet: "), complaint);
}

const char *last_complaint(void)
{
    return complaint;
}

void note(const char *format, ...)
{
    va_list args;
    if (terminal.quiet)
        return;
    progress_clear();
    va_start(args, format);
    print_line(0, format, args);
    va_end(args);
}

void detail(const char *format, ...)
{
    va_list args;
    if (!terminal.verbose || terminal.quiet)
        return;
    va_start(args, format);
    print_line(0, format, args);
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

FILE *begin_wrapped(FILE *out, wrapped_text *text)
{
    *text = (wrapped_text){.out = out, .width = line_cells(fileno(out))};
    text->memory = text->width == SIZE_MAX ? NULL : open_memstream(&text->text, &text->size);
    return text->memory ? text->memory : out;
}

void end_wrapped(wrapped_text *text)
{
    if (!text->memory || fclose(text->memory) != 0)
        return;
    for (char *line = text->text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        put_wrapped(text->out, line, 0, text->width);
        fputc('\n', text->out);
    }
    free(text->text);
}

/* The cells of the current line of standard error that are drawn, 0: none. */
static size_t drawn;

/* Whether a line is drawn now: not too often, but always for the first and the last time. */
static bool is_due(bool is_last)
{
    static double latest;
    const double seconds = seconds_now();
    if (!is_last && drawn && seconds - latest < 0.1)
        return false;
    latest = seconds;
    return true;
}

/* Goes to the beginning of the drawn line and removes it. A terminal that has become narrower since
 * has made several lines of it; xterm has cut it. */
static void remove_drawn(void)
{
    const size_t width = terminal_width(STDERR_FILENO);
    const size_t more = getenv("XTERM_VERSION") ? 0 : (drawn - 1) / width;
    if (more)
        fprintf(stderr, "\033[%zuA", more);
    fputs(more ? "\r\033[J" : "\r\033[K", stderr);
}

static void begin_drawing(void)
{
    if (drawn)
        remove_drawn();
    else
        fputc('\r', stderr);
}

/* The beginning of the text in so many cells, without half a field at its end. */
static size_t whole_fields(const char *text, size_t cells)
{
    size_t bytes = fitting_bytes(text, cells);
    if (!text[bytes])
        return bytes;
    while (bytes && text[bytes] != ' ')
        bytes--;
    const size_t name = bytes && text[bytes - 1] == ':' ? 1 : 0;
    while (name && bytes && text[bytes - 1] != ' ')
        bytes--;
    while (bytes && strchr(" -,", text[bytes - 1]))
        bytes--;
    return bytes;
}

void progress_line(const char *text, bool is_last)
{
    if (terminal.quiet || !is_terminal(STDERR_FILENO) || !is_due(is_last))
        return;
    begin_drawing();
    fputs(text, stderr);
    fflush(stderr);
    drawn = display_width(text) + 1;
}

void progress_draw(size_t done, size_t total, const char *text)
{
    if (terminal.quiet || !is_terminal(STDERR_FILENO) || !is_due(done == total))
        return;
    char count[64];
    const size_t counted = (size_t)snprintf(count, sizeof count, "%zu/%zu ", done, total);
    /* The line must not wrap: a wrapped one cannot be drawn over. */
    const size_t width = terminal_width(STDERR_FILENO) - 1;
    const size_t bar = width > counted + BAR_CELLS ? BAR_CELLS
                       : width > counted           ? width - counted
                                                   : 0;
    const size_t room = width > counted + bar + 1 ? width - counted - bar - 1 : 0;
    const size_t cells = total ? done * bar / total : 0, bytes = whole_fields(text, room);
    const char *const full = is_utf8_locale() ? "\xe2\x94\x81" : "=";
    const char *const empty = is_utf8_locale() ? "\xe2\x94\x80" : ".";
    begin_drawing();
    fprintf(stderr, "%s%s", count, has_colors(STDERR_FILENO) ? "\033[32m" : "");
    for (size_t i = 0; i < bar; i++)
        fputs(i < cells ? full : empty, stderr);
    fprintf(stderr, "%s %.*s", has_colors(STDERR_FILENO) ? "\033[0m" : "", (int)bytes, text);
    fflush(stderr);
    drawn = counted + bar + 1 + bytes;
}

void progress_clear(void)
{
    if (drawn)
        remove_drawn();
    drawn = 0;
}
