/*
 * In any text the most frequent words make up a large part of it: in English the first twenty are
 * about a third. Ids that were given out by another list have other words at these ranks, which
 * then are rare. An id above the index's ranks has no word in it at all.
 */
#include "word_index_check.h"

#include <stdio.h>
#include <string.h>

#include "memory.h"
#include "pieces.h"

#include "banned.h"

enum { FREQUENT = 20, ENOUGH_TOKENS = 1000, SENTENCE = 1024, STRETCH = 1 << 20 };

static const double LEAST_SHARE = 0.05;

/* What the rows' ids of words are. */
typedef struct id_counts {
    /* Tokens that stand for a word and, of them, those of the first ranks. */
    size_t words, frequent;
    int32_t largest;
} id_counts;

/* Adds a stretch of ids. Without branches, and with counters as wide as the ids, the loop runs over
 * several of them at once. */
static void count_stretch(id_counts *counts, const sn_encoding *encoding, const int32_t *ids,
                          size_t count)
{
    const int32_t from = encoding->index_from, start = encoding->start_char;
    const int32_t oov = encoding->oov_char;
    int32_t words = 0, frequent = 0, largest = 0;
    for (size_t i = 0; i < count; i++) {
        const int32_t id = ids[i], is_word = (id > from) & (id != start) & (id != oov);
        const int32_t known = is_word ? id : 0;
        words += is_word;
        frequent += is_word & (id <= from + FREQUENT);
        largest = known > largest ? known : largest;
    }
    counts->words += (size_t)words;
    counts->frequent += (size_t)frequent;
    counts->largest = largest > counts->largest ? largest : counts->largest;
}

static id_counts count_ids(const seqnet_dataset *dataset)
{
    id_counts counts = {0};
    for (size_t part = 0; part < SN_PARTS; part++) {
        const sn_rows *const rows = &dataset->parts[part];
        size_t first, end;
        sn_rows_places(rows, &first, &end);
        for (size_t i = first; i < end; i += STRETCH)
            count_stretch(&counts, &dataset->encoding, rows->ids + i, sn_smaller(STRETCH, end - i));
    }
    return counts;
}

seqnet_status sn_word_index_check(const seqnet_dataset *dataset, char **problem, seqnet_error *err)
{
    static const char REMEDY[] = "name it with .word_index to use it all the same";
    const char *const path = dataset->word_index_path;
    const id_counts counts = count_ids(dataset);
    const int64_t last =
        (int64_t)sn_vocabulary_size(dataset->vocabulary) + dataset->encoding.index_from;
    const double share = counts.words ? (double)counts.frequent / (double)counts.words : 1.0;
    char text[SENTENCE];
    *problem = NULL;
    if (!dataset->final_ids && counts.largest > last)
        (void)snprintf(text, sizeof text,
                       "%.800s is left out: its words end at id %lld, the data's at %d; %s", path,
                       (long long)last, (int)counts.largest, REMEDY);
    else if (dataset->encoding.skip_top == 0 && counts.words >= ENOUGH_TOKENS &&
             share < LEAST_SHARE)
        (void)snprintf(text, sizeof text,
                       "%.800s is left out: its %d most frequent words are %.1f %% of the data's; "
                       "%s",
                       path, (int)FREQUENT, 100.0 * share, REMEDY);
    else
        return SEQNET_OK;
    return sn_copy_string(problem, text, strlen(text), err);
}
