#include "terminal.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "figures.h"
#include "shell_line.h"

/* Cells of a progress bar, on terminals from WIDE columns on and on others. */
enum { WIDE = 80, BAR = 20, NARROW_BAR = 10, MAX_MESSAGE = 8192 };

terminal_settings terminal;

bool is_terminal(int descriptor)
{
    const char *const type = getenv("TERM");
    return isatty(descriptor) && !terminal.is_relayed && type && *type && strcmp(type, "dumb") != 0;
}

bool has_colors(int descriptor)
{
    const char *const no_color = getenv("NO_COLOR");
    if (terminal.color != COLOR_AUTO)
        return terminal.color == COLOR_ALWAYS;
    return is_terminal(descriptor) && !(no_color && *no_color);
}

size_t line_cells(int descriptor)
{
    /* The width is known of terminals that obey no escape sequences, too. */
    return isatty(descriptor) && !terminal.is_relayed ? terminal_width(descriptor) : SIZE_MAX;
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
    begin_color(stderr, has_colors(STDERR_FILENO), ROLE_PROBLEM);
    fputs("seqnet:", stderr);
    end_color(stderr, has_colors(STDERR_FILENO));
    fputc(' ', stderr);
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

void note_command(const char *title, const char *command)
{
    if (terminal.quiet)
        return;
    progress_clear();
    fputs(title, stderr);
    put_shell_line(stderr, command, strlen(command), strlen(title), line_cells(STDERR_FILENO));
    fputc('\n', stderr);
}

void detail(const char *format, ...)
{
    va_list args;
    if (!terminal.verbose || terminal.quiet)
        return;
    progress_clear();
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

void print_wrapped(const char *format, ...)
{
    char line[MAX_MESSAGE];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    put_wrapped(stdout, line, 0, line_cells(STDOUT_FILENO));
    putchar('\n');
}

FILE *begin_wrapped(FILE *out, wrapped_text *text)
{
    *text = (wrapped_text){.out = out, .width = line_cells(fileno(out))};
    progress_yield();
    text->memory = text->width == SIZE_MAX ? NULL : open_memstream(&text->text, &text->size);
    return text->memory ? text->memory : out;
}

static int lost;

int lost_output(void)
{
    return lost;
}

static void put_lines(const wrapped_text *text)
{
    char *line = text->text;
    for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        put_wrapped(text->out, line, 0, text->width);
        fputc('\n', text->out);
    }
    put_wrapped(text->out, line, 0, text->width);
}

void end_wrapped(wrapped_text *text)
{
    if (!text->memory)
        return;
    const bool is_short = ferror(text->memory) != 0;
    if (fclose(text->memory) != 0)
        lost = errno;
    else if (is_short)
        lost = ENOMEM;
    else
        put_lines(text);
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

/* Whether a field of a drawn line's text ends here: "2s, ETA 9s - acc: 0.9". */
static bool ends_field(const char *text)
{
    return !*text || strncmp(text, ", ", 2) == 0 || strncmp(text, " - ", 3) == 0;
}

/* The beginning of the text in so many cells, without half a field at its end. */
static size_t whole_fields(const char *text, size_t cells)
{
    size_t bytes = fitting_bytes(text, cells);
    while (bytes && !ends_field(text + bytes))
        bytes--;
    return bytes;
}

/* Draws how much is done, a bar of it and as much of the text as fits: the line must not wrap,
 * since a wrapped one cannot be drawn over. */
static void draw_bar(const char *count, double share, const char *text)
{
    const size_t counted = strlen(count) + 1, columns = terminal_width(STDERR_FILENO);
    const size_t wanted = columns < WIDE ? NARROW_BAR : BAR, width = columns - 1;
    const size_t bar = width > counted + wanted ? wanted : width > counted ? width - counted : 0;
    const size_t room = width > counted + bar + 1 ? width - counted - bar - 1 : 0;
    const size_t full = (size_t)(share * (double)bar), bytes = whole_fields(text, room);
    begin_drawing();
    fprintf(stderr, "%s ", count);
    begin_color(stderr, has_colors(STDERR_FILENO), ROLE_BAR);
    for (size_t i = 0; i < bar; i++)
        if (is_utf8_locale())
            fputs(i < full ? "\xe2\x94\x81" : "\xe2\x94\x80", stderr);
        else
            fputc(i < full ? '=' : '.', stderr);
    end_color(stderr, has_colors(STDERR_FILENO));
    fprintf(stderr, " %.*s", (int)bytes, text);
    fflush(stderr);
    drawn = counted + bar + 1 + bytes_width(text, bytes);
}

/* Whether the terminal is this job's: a job in the background would draw over what is typed. */
static bool is_in_foreground(void)
{
    const pid_t job = tcgetpgrp(STDERR_FILENO);
    return job < 0 || job == getpgrp();
}

bool progress_is_drawn(void)
{
    return !terminal.quiet && is_terminal(STDERR_FILENO) && is_in_foreground();
}

void progress_line(const char *text, bool is_last)
{
    if (!progress_is_drawn() || !is_due(is_last))
        return;
    begin_drawing();
    fputs(text, stderr);
    fflush(stderr);
    drawn = display_width(text) + 1;
}

void progress_draw(size_t done, size_t total, const char *text)
{
    char count[64];
    if (!progress_is_drawn() || !is_due(done == total))
        return;
    (void)snprintf(count, sizeof count, "%zu/%zu", done, total);
    draw_bar(count, total ? (double)done / (double)total : 0.0, text);
}

void progress_records(size_t done, size_t total, size_t records, double seconds)
{
    static const double MEGA = 1e6;
    char count[64], text[80] = "", rate[GROUPED_NUMBER], left[DURATION_TEXT];
    if (!progress_is_drawn() || total == 0 || !is_due(false))
        return;
    const double share = fmin((double)done / (double)total, 1.0);
    (void)snprintf(count, sizeof count, "%.1f/%.1f MB", share * (double)total / MEGA,
                   (double)total / MEGA);
    if (share > 0.0 && seconds > 0.0)
        (void)snprintf(text, sizeof text, "%s records/s, ETA %s",
                       grouped((size_t)((double)records / seconds), rate),
                       duration(seconds * (1.0 - share) / share, left));
    draw_bar(count, share, text);
}

void progress_clear(void)
{
    if (drawn)
        remove_drawn();
    drawn = 0;
}

void progress_yield(void)
{
    if (isatty(STDOUT_FILENO))
        progress_clear();
}
