/*
 * An explanation for people: the text with its words marked, the strongest words both ways, and how
 * the probability goes on from word to word.
 *
 * With colors a word has one of three shades, green for the label and red against it, in black
 * letters, so that it can be read on dark and light terminals. Without colors the number stands
 * behind a word. Either way the lists of words have signs.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "explained.h"
#include "figures.h"
#include "terminal.h"

enum { SHADES = 3, MARK = 24, LISTED = 5 };

/* A word has shade s from this share of the text's largest contribution on. */
static const double SHADE_FROM[SHADES + 1] = {0.0, 0.1, 0.33, 0.66};

/* Black on these of the 256 colors. */
static const int FOR_SHADES[SHADES + 1] = {0, 194, 157, 77};
static const int AGAINST_SHADES[SHADES + 1] = {0, 224, 217, 203};

/* A text that is being printed. */
typedef struct painter {
    const explained_label *e;
    bool colors;
    size_t width, column;
    double largest;
    /* The word at or behind the position. */
    size_t word;
} painter;

bool shows_text(void)
{
    return isatty(STDOUT_FILENO) || has_colors(STDOUT_FILENO);
}

static double largest_contribution(const explained_label *e)
{
    double largest = 0.0;
    for (size_t i = 0; i < e->explanation->count; i++)
        largest = fmax(largest, fabs(e->found->contributions[i]));
    return largest;
}

static int shade_of(const painter *p, double contribution)
{
    int shade = 0;
    while (shade < SHADES && p->largest > 0.0 &&
           fabs(contribution) >= SHADE_FROM[shade + 1] * p->largest)
        shade++;
    return shade;
}

static void begin_shade(const painter *p, int shade, bool is_for)
{
    if (p->colors && shade)
        printf("\033[38;5;16;48;5;%dm", (is_for ? FOR_SHADES : AGAINST_SHADES)[shade]);
}

static void end_shade(const painter *p, int shade)
{
    if (p->colors && shade)
        fputs("\033[0m", stdout);
}

/* Writes what stands behind a word without colors. Returns its width. */
static size_t mark_of(const painter *p, size_t word, char mark[MARK])
{
    const double c = p->e->found->contributions[word];
    *mark = '\0';
    if (p->colors || !shade_of(p, c))
        return 0;
    return (size_t)snprintf(mark, MARK, "[%+.2f]", c);
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void new_line(painter *p)
{
    putchar('\n');
    p->column = 0;
}

/* Prints bytes that stand together, on the next line if they do not fit. */
static void put_piece(painter *p, const char *bytes, size_t length, const char *mark, int shade,
                      bool is_for)
{
    const size_t width = bytes_width(bytes, length) + strlen(mark);
    if (p->column > 0 && p->column + width > p->width)
        new_line(p);
    begin_shade(p, shade, is_for);
    put_bytes(stdout, bytes, length);
    fputs(mark, stdout);
    end_shade(p, shade);
    p->column += width;
}

/* The end of what begins at a position and has no blanks; *width becomes its width. */
static size_t find_chunk(const painter *p, size_t start, size_t *width)
{
    const placed_text *const text = p->e->text;
    const seqnet_explanation *const x = p->e->explanation;
    size_t end = start;
    char mark[MARK];
    while (end < text->length && !is_blank(text->text[end]))
        end++;
    *width = bytes_width(text->text + start, end - start);
    for (size_t i = p->word; i < x->count && x->words[i].end <= end; i++)
        *width += mark_of(p, i, mark);
    return end;
}

/* Prints the words and the rest from `start` to `end`. A word may go on behind the end. */
static size_t put_chunk(painter *p, size_t start, size_t end)
{
    const placed_text *const text = p->e->text;
    const seqnet_explanation *const x = p->e->explanation;
    while (start < end) {
        const seqnet_explained_word *const word = p->word < x->count ? &x->words[p->word] : NULL;
        if (!word || word->start >= end) {
            put_piece(p, text->text + start, end - start, "", 0, false);
            return end;
        }
        if (word->start > start)
            put_piece(p, text->text + start, word->start - start, "", 0, false);
        char mark[MARK];
        const double c = p->e->found->contributions[p->word];
        (void)mark_of(p, p->word, mark);
        put_piece(p, text->text + word->start, word->end - word->start, mark, shade_of(p, c),
                  c > 0.0);
        start = word->end > start ? word->end : start;
        p->word++;
    }
    return start;
}

/* Prints the text, wrapped between its words. */
static void put_whole_text(painter *p)
{
    const placed_text *const text = p->e->text;
    for (size_t at = 0; at < text->length;) {
        size_t width;
        if (is_blank(text->text[at])) {
            at++;
            continue;
        }
        const size_t end = find_chunk(p, at, &width);
        if (p->column > 0 && p->column + 1 + width > p->width)
            new_line(p);
        else if (p->column > 0)
            p->column += (size_t)(putchar(' ') != EOF);
        at = put_chunk(p, at, end);
    }
    if (p->column > 0)
        new_line(p);
}

/* Prints a phrase behind the last one, or on the next line if it does not fit. */
__attribute__((format(printf, 3, 4))) static void put_phrase(painter *p, int shade,
                                                             const char *format, ...)
{
    char phrase[64];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(phrase, sizeof phrase, format, args);
    va_end(args);
    if (p->column > 0 && p->column + 1 + strlen(phrase) > p->width)
        new_line(p);
    else if (p->column > 0)
        p->column += (size_t)(putchar(' ') != EOF);
    put_piece(p, phrase, strlen(phrase), "", abs(shade), shade > 0);
}

/* Prints the scores: what the words change, and what they leave unexplained if that shows. */
static void put_heading(painter *p)
{
    enum { ROUNDING = 5 }; /* thousandths */
    const seqnet_label_explanation *const f = p->e->found;
    const size_t words = p->e->explanation->count, cut = p->e->explanation->cut;
    put_text(stdout, p->e->name);
    printf(" %.4f\n", f->probability);
    put_phrase(p, 0, "score %+.2f", f->score);
    put_phrase(p, 0, "= %+.2f without words%s", f->baseline, words ? "," : "");
    if (words)
        put_phrase(p, 0, "%+.2f by %zu %s", f->score - f->baseline - f->gap, words,
                   plural(words, "word", "words"));
    if (fabs(f->gap) * 1000 >= ROUNDING)
        put_phrase(p, 0, ", %+.2f by none", f->gap);
    if (cut)
        put_phrase(p, 0, "(%zu of them are cut)", cut);
    new_line(p);
}

/* Prints "for pos:  great +2.09  wonderful +1.66". */
static seqnet_status put_strongest(painter *p, bool against, seqnet_error *err)
{
    const explained_label *const e = p->e;
    size_t *numbers, count;
    char mark[MARK];
    TRY(strongest_words(e, against, e->options->has_top ? (size_t)e->options->top : LISTED,
                        &numbers, &count, err));
    p->column = (size_t)printf(against ? "against " : "for ") + display_width(e->name) + 1;
    put_text(stdout, e->name);
    putchar(':');
    for (size_t i = 0; i < count; i++) {
        const seqnet_explained_word *const word = &e->explanation->words[numbers[i]];
        const double c = e->found->contributions[numbers[i]];
        const size_t width = bytes_width(word->text, word->length) +
                             (size_t)snprintf(mark, sizeof mark, " %+.2f", c);
        if (p->column + 2 + width > p->width)
            fputs("\n  ", stdout);
        p->column = p->column + 2 + width > p->width ? 2 : p->column + 2;
        fputs(p->column == 2 ? "" : "  ", stdout);
        put_piece(p, word->text, word->length, mark, shade_of(p, c), !against);
    }
    puts(count ? "" : " no word");
    free(numbers);
    return SEQNET_OK;
}

/* Prints what the shades mean. */
static void put_legend(painter *p)
{
    if (!p->colors || p->largest == 0.0)
        return;
    put_phrase(p, 0, "shades:");
    for (int shade = -SHADES; shade <= SHADES; shade++)
        if (shade != 0)
            put_phrase(p, shade, " %+.2f ",
                       (shade > 0 ? 1.0 : -1.0) * SHADE_FROM[abs(shade)] * p->largest);
    new_line(p);
}

/* Prints one sign for each word, or for some words each where they are more than fit. */
static void put_running(const painter *p)
{
    static const char *const blocks[] = {"\u2581", "\u2582", "\u2583", "\u2584",
                                         "\u2585", "\u2586", "\u2587", "\u2588"};
    enum { LEVELS = 8, BESIDE = 22, LEAST = 8 };
    const double *const running = p->e->found->running;
    const size_t words = p->e->explanation->count;
    const size_t room = p->width > BESIDE + LEAST ? p->width - BESIDE : LEAST;
    const size_t cells = words < room ? words : room;
    if (!running || words == 0)
        return;
    fputs("word by word: ", stdout);
    for (size_t i = 0; i < cells; i++) {
        const double at = running[(i + 1) * words / cells - 1];
        const int level = (int)fmin(at * LEVELS, LEVELS - 1);
        if (is_utf8_locale())
            fputs(blocks[level], stdout);
        else
            putchar('0' + (int)fmin(at * 10, 9));
    }
    printf(" %.4f\n", running[words - 1]);
}

seqnet_status show_as_text(const explained_label *e, seqnet_error *err)
{
    painter p = {.e = e,
                 .colors = has_colors(STDOUT_FILENO),
                 .width = terminal_width(STDOUT_FILENO),
                 .largest = largest_contribution(e)};
    put_heading(&p);
    put_whole_text(&p);
    TRY(put_strongest(&p, false, err));
    TRY(put_strongest(&p, true, err));
    put_running(&p);
    p.column = 0;
    put_legend(&p);
    putchar('\n');
    return SEQNET_OK;
}
