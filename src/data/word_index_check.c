/*
 * In any text the most frequent words make up a large part of it: in English the first twenty are
 * about a third. Ids that were given out by another list have other words at these ranks, which
 * then are rare. An id above the index's ranks has no word in it at all.
 */
#include "word_index_check.h"

#include <stdio.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

enum { FREQUENT = 20, ENOUGH_TOKENS = 1000, SENTENCE = 1024 };

static const double LEAST_SHARE = 0.05;

/* What the rows' ids of words are. */
typedef struct id_counts {
    size_t words;    /* tokens that stand for a word */
    size_t frequent; /* of them those of the first ranks */
    int32_t largest;
} id_counts;

static void count_id(id_counts *counts, const sn_encoding *encoding, int32_t id)
{
    if (id <= encoding->index_from || id == encoding->start_char || id == encoding->oov_char)
        return;
    counts->words++;
    counts->frequent += id - encoding->index_from <= FREQUENT;
    counts->largest = id > counts->largest ? id : counts->largest;
}

static id_counts count_ids(const seqnet_dataset *dataset)
{
    id_counts counts = {0};
    for (size_t part = 0; part < SN_PARTS; part++) {
        const sn_sequences *const rows = &dataset->parts[part];
        const size_t ids = rows->count ? rows->offsets[rows->count] : 0;
        for (size_t i = 0; i < ids; i++)
            count_id(&counts, &dataset->encoding, rows->ids[i]);
    }
    return counts;
}

seqnet_status sn_word_index_check(const seqnet_dataset *dataset, char **problem, seqnet_error *err)
{
    static const char REMEDY[] = "name it with --word-index to use it all the same";
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
