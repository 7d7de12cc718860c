#include "colors.h"

static const char *const CODES[] = {[ROLE_PROBLEM] = "1;31",
                                    [ROLE_ANSWER] = "1",
                                    [ROLE_BEST] = "1",
                                    [ROLE_BAR] = "32",
                                    [ROLE_HEADING] = "1"};

/* First blue and red, which most readers tell apart, and can read on white and on black. Cyan,
 * green and yellow are pale on white, and come last. */
static const int LINE_CODES[] = {94, 31, 35, 36, 32, 33, 39};

void begin_color(FILE *out, bool has_colors, color_role role)
{
    if (has_colors)
        fprintf(out, "\033[%sm", CODES[role]);
}

void end_color(FILE *out, bool has_colors)
{
    if (has_colors)
        fputs("\033[0m", out);
}

void put_line_colored(FILE *out, size_t line, bool has_colors, const char *text)
{
    if (has_colors)
        fprintf(out, "\033[%dm", LINE_CODES[line % (sizeof LINE_CODES / sizeof *LINE_CODES)]);
    fputs(text, out);
    end_color(out, has_colors);
}
