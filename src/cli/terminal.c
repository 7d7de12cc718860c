#include "terminal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "commands.h"

enum { BAR_CELLS = 20, MAX_MESSAGE = 8192 };

terminal_settings terminal;

static bool is_terminal(int fd)
{
    const char *const type = getenv("TERM");
    return isatty(fd) && type && strcmp(type, "dumb") != 0;
}

static bool colors(void)
{
    const char *const no_color = getenv("NO_COLOR");
    if (terminal.color != 0)
        return terminal.color == 1;
    return is_terminal(STDERR_FILENO) && !(no_color && *no_color);
}

/* Ends the line. What a message quotes from a file or an argument must not command the terminal:
 * control characters are spelt out. */
__attribute__((format(printf, 1, 0))) static void print_line(const char *format, va_list args)
{
    char message[MAX_MESSAGE];
    (void)vsnprintf(message, sizeof message, format, args);
    for (const char *c = message; *c; c++) {
        const unsigned char byte = (unsigned char)*c;
        if (byte < ' ' || byte == 0x7f)
            fprintf(stderr, "\\x%02x", byte);
        else
            fputc(byte, stderr);
    }
    fputc('\n', stderr);
}

void complain(const char *format, ...)
{
    va_list args;
    progress_clear();
    fputs(colors() ? "\033[1;31mseqnet:\033[0m " : "seqnet: ", stderr);
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

static size_t terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

static bool utf8_locale(void)
{
    const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < 3; i++) {
        const char *const value = getenv(names[i]);
        if (value && *value)
            return strstr(value, "UTF-8") || strstr(value, "utf8");
    }
    return false;
}

static bool drawn;

static bool due(bool last)
{
    static double latest;
    const double seconds = seconds_now();
    if (!last && drawn && seconds - latest < 0.1)
        return false;
    latest = seconds;
    return true;
}

void progress_draw(size_t done, size_t total, const char *text)
{
    if (terminal.quiet || !is_terminal(STDERR_FILENO) || !due(done == total))
        return;
    const size_t cells = total ? done * BAR_CELLS / total : 0;
    const char *const full = utf8_locale() ? "\xe2\x94\x81" : "=";
    const char *const empty = utf8_locale() ? "\xe2\x94\x80" : ".";
    char count[64];
    const int counted = snprintf(count, sizeof count, "%zu/%zu ", done, total);
    /* The text may wrap nowhere: a wrapped line cannot be drawn over. */
    const size_t used = (size_t)counted + BAR_CELLS + 1, width = terminal_width();
    const size_t room = width > used + 1 ? width - used - 1 : 0;
    fprintf(stderr, "\r%s%s", count, colors() ? "\033[32m" : "");
    for (size_t i = 0; i < BAR_CELLS; i++)
        fputs(i < cells ? full : empty, stderr);
    fprintf(stderr, "%s %.*s\033[K", colors() ? "\033[0m" : "", (int)room, text);
    fflush(stderr);
    drawn = true;
}

void progress_clear(void)
{
    if (drawn)
        fputs("\r\033[K", stderr);
    drawn = false;
}

const char *grouped(size_t number, char buffer[GROUPED_NUMBER])
{
    char digits[GROUPED_NUMBER];
    const size_t length = (size_t)snprintf(digits, sizeof digits, "%zu", number);
    char *out = buffer;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            *out++ = ',';
        *out++ = digits[i];
    }
    *out = '\0';
    return buffer;
}
