#include "prose.h"

#include <math.h>

#include "terminal.h"
#include "xml.h"

enum {
    /* Words that are shown of a text, and cells of one word and of what is between two words. */
    SHOWN_WORDS = 90,
    WORD_CELLS = 48,
    BETWEEN_CELLS = 24,
    LEVELS = 4
};

static const char CUT[] = "\xe2\x80\xa6";

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

void put_prose(FILE *out, const char *text, size_t length, size_t most)
{
    size_t cells = 0;
    for (size_t at = 0; at < length;) {
        const glyph g = first_glyph(text + at, length - at);
        if (cells >= most) {
            fputs(CUT, out);
            return;
        }
        if (!is_blank(text[at]))
            put_xml(out, text + at, g.size);
        else if (at == 0 || !is_blank(text[at - 1]))
            fputc(' ', out);
        cells += is_blank(text[at]) ? 1 : g.width;
        at += g.size;
    }
}

static double largest(const double *contributions, size_t count)
{
    double most = 0.0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs(contributions[i]));
    return most;
}

/* The first of the words that are shown: no others have larger contributions together. */
static size_t choose_first(const double *contributions, size_t count)
{
    double sum = 0.0, best = 0.0;
    size_t first = 0;
    for (size_t i = 0; i < count; i++) {
        sum += fabs(contributions[i]);
        if (i >= SHOWN_WORDS)
            sum -= fabs(contributions[i - SHOWN_WORDS]);
        if (i + 1 >= SHOWN_WORDS && sum > best + 1e-9) {
            best = sum;
            first = i + 1 - SHOWN_WORDS;
        }
    }
    return first;
}

static void put_word(FILE *out, const char *word, size_t length, double contribution, double most)
{
    /* A word of less than half the first level is left as it is. */
    const double share = most > 0.0 ? fabs(contribution) / most : 0.0;
    const int level = share < 0.5 / LEVELS ? 0 : (int)fmax(1.0, ceil(share * LEVELS - 1e-9));
    if (level)
        fprintf(out, "<mark class=\"%s%d\" title=\"%+.2f\">",
                contribution > 0.0 ? "for" : "against", level, contribution);
    put_prose(out, word, length, WORD_CELLS);
    fputs(level ? "</mark>" : "", out);
}

void put_explained(FILE *out, const char *text, size_t length, const seqnet_explanation *e,
                   const double *contributions)
{
    const double most = largest(contributions, e->count);
    const size_t first = e->count > SHOWN_WORDS ? choose_first(contributions, e->count) : 0;
    const size_t end = first + SHOWN_WORDS < e->count ? first + SHOWN_WORDS : e->count;
    size_t at = first < e->count ? e->words[first].start : 0;
    if (first > 0)
        fprintf(out, "%s ", CUT);
    for (size_t i = first; i < end; i++) {
        const seqnet_explained_word *const word = &e->words[i];
        put_prose(out, text + at, word->start - at, BETWEEN_CELLS);
        put_word(out, text + word->start, word->end - word->start, contributions[i], most);
        at = word->end;
    }
    if (end < e->count)
        fprintf(out, " %s", CUT);
    else
        put_prose(out, text + at, length - at, BETWEEN_CELLS);
}
