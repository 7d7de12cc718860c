/*
 * Rows that hold the same words as an earlier row. Rows are compared by 128-bit hashes: of the
 * words that the text rule finds when the texts were kept, else of the ids.
 */
#include <stdlib.h>
#include <xxhash.h>

#include "buffer.h"
#include "dataset.h"
#include "memory.h"

#include "banned.h"

typedef struct hashed_row {
    XXH128_hash_t hash;
    seqnet_part part;
    /* Within the part, and in the order of parts and rows. */
    size_t row, place;
} hashed_row;

/* The order in which rows count as earlier: a test row can repeat a training row. */
static const seqnet_part ORDER[SN_PARTS] = {SEQNET_TRAIN, SEQNET_VALIDATION, SEQNET_TEST};

static int compare_rows(const void *left, const void *right)
{
    const hashed_row *const a = left, *const b = right;
    const int order = XXH128_cmp(&a->hash, &b->hash);
    return order ? order : (a->place > b->place) - (a->place < b->place);
}

/* Text as words, each with a newline behind it, which no word holds. */
typedef struct word_list {
    sn_tokenizer tokenizer;
    sn_buffer words;
} word_list;

static seqnet_status list_words(word_list *list, sn_text_rule rule, const char *text, size_t length,
                                seqnet_error *err)
{
    const char *word;
    list->words.length = 0;
    SN_TRY(sn_tokenizer_start(&list->tokenizer, rule, text, length, err));
    while (sn_tokenizer_next(&list->tokenizer, &word, &length)) {
        SN_TRY(sn_buffer_add(&list->words, word, length, err));
        SN_TRY(sn_buffer_add_byte(&list->words, '\n', err));
    }
    return SEQNET_OK;
}

static seqnet_status hash_row(const seqnet_dataset *dataset, hashed_row *row, word_list *list,
                              seqnet_error *err)
{
    size_t length;
    const char *const text = seqnet_dataset_text(dataset, row->part, row->row, &length, NULL, NULL);
    if (text) {
        SN_TRY(list_words(list, dataset->encoding.rule, text, length, err));
        row->hash = XXH3_128bits(list->words.bytes, list->words.length);
        return SEQNET_OK;
    }
    const int32_t *const ids = seqnet_dataset_row(dataset, row->part, row->row, &length, NULL);
    row->hash = XXH3_128bits(ids, length * sizeof *ids);
    return SEQNET_OK;
}

static seqnet_status hash_rows(const seqnet_dataset *dataset, hashed_row *rows, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    word_list list = {0};
    size_t place = 0;
    for (size_t p = 0; p < SN_PARTS; p++)
        for (size_t row = 0; row < dataset->parts[ORDER[p]].count && status == SEQNET_OK; row++) {
            rows[place] = (hashed_row){.part = ORDER[p], .row = row, .place = place};
            status = hash_row(dataset, &rows[place++], &list, err);
        }
    sn_tokenizer_free(&list.tokenizer);
    sn_buffer_free(&list.words);
    return status;
}

static seqnet_duplicate make_duplicate(const seqnet_dataset *dataset, const hashed_row *row,
                                       const hashed_row *first)
{
    return (seqnet_duplicate){.part = row->part,
                              .row = row->row,
                              .first_part = first->part,
                              .first_row = first->row,
                              .same_label = dataset->parts[row->part].labels[row->row] ==
                                            dataset->parts[first->part].labels[first->row]};
}

static int compare_duplicates(const void *left, const void *right)
{
    const seqnet_duplicate *const a = left, *const b = right;
    if (a->part != b->part)
        return a->part < b->part ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

seqnet_status seqnet_dataset_duplicates(const seqnet_dataset *dataset,
                                        seqnet_duplicate **duplicates, size_t *count,
                                        seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    hashed_row *rows = NULL;
    size_t total = 0, first = 0;
    *duplicates = NULL;
    *count = 0;
    for (size_t p = 0; p < SN_PARTS; p++)
        total += dataset->parts[p].count;
    SN_GOTO(sn_alloc(&rows, total, sizeof *rows, err));
    SN_GOTO(hash_rows(dataset, rows, err));
    qsort(rows, total, sizeof *rows, compare_rows);
    SN_GOTO(sn_alloc(duplicates, total, sizeof **duplicates, err));
    for (size_t i = 1; i < total; i++) {
        if (XXH128_cmp(&rows[i].hash, &rows[first].hash) == 0)
            (*duplicates)[(*count)++] = make_duplicate(dataset, &rows[i], &rows[first]);
        else
            first = i;
    }
    qsort(*duplicates, *count, sizeof **duplicates, compare_duplicates);
out:
    free(rows);
    return status;
}
