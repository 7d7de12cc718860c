#include "fasttext_vectors.h"

#include <stdlib.h>
#include <string.h>

#include "fasttext_file.h"
#include "memory.h"
#include "text_rule.h"
#include "vec.h"

#include "banned.h"

/* A row of the file's input matrix is a part of the vector of an id. */
typedef struct part {
    size_t row, id;
} part;

typedef struct reading {
    sn_fasttext_file file;
    float *table;
    uint8_t *seen;
    sn_vectors_found *found;
    const sn_encoding *encoding;
    const sn_vocabulary *vocabulary;
    /* In the order of their rows, once all are listed. */
    part *parts;
    size_t count, capacity;
    /* [id_count]: how many parts an id has. */
    uint32_t *counts;
    sn_vector_words words;
    /* Cuts words into n-grams of characters. */
    sn_tokenizer cutter;
} reading;

seqnet_status sn_fasttext_vectors_dimension(const char *path, size_t *dimension, seqnet_error *err)
{
    sn_fasttext_file file;
    const seqnet_status status = sn_fasttext_open(&file, path, SEQNET_ERR_DATA, err);
    *dimension = file.dimension;
    sn_fasttext_close(&file);
    return status;
}

static seqnet_status add_part(reading *r, size_t row, size_t id, seqnet_error *err)
{
    SN_TRY(sn_grow(&r->parts, &r->capacity, r->count + 1, sizeof *r->parts, err));
    r->parts[r->count++] = (part){.row = row, .id = id};
    r->counts[id]++;
    return SEQNET_OK;
}

static seqnet_status add_ngrams(reading *r, const char *word, size_t length, size_t id,
                                seqnet_error *err)
{
    sn_text_rule rule = {.kind = SN_TEXT_RULE_FASTTEXT, .fasttext = r->file.rule};
    rule.fasttext.word_ngrams = 0;
    SN_TRY(sn_tokenizer_start(&r->cutter, rule, word, length, err));
    const char *ngram;
    size_t size;
    while (sn_tokenizer_next(&r->cutter, &ngram, &size))
        if (r->cutter.fasttext.bucket >= 0)
            SN_TRY(add_part(r, r->file.words + (size_t)r->cutter.fasttext.bucket, id, err));
    return SEQNET_OK;
}

static seqnet_status add_word(reading *r, size_t row, const char *word, size_t length,
                              seqnet_error *err)
{
    size_t id;
    bool exact;
    SN_TRY(sn_vector_words_find(&r->words, r->encoding, r->vocabulary, word, length, &id, &exact,
                                err));
    if (id == 0 || id >= (size_t)r->encoding->id_count || r->seen[id])
        return SEQNET_OK;
    r->seen[id] = 1;
    SN_TRY(add_part(r, row, id, err));
    return add_ngrams(r, word, length, id, err);
}

static seqnet_status add_words(reading *r, seqnet_error *err)
{
    const char *word = r->file.names.bytes;
    for (size_t row = 0; row < r->file.words; row++) {
        const char *const end = strchr(word, '\n');
        SN_TRY(add_word(r, row, word, (size_t)(end - word), err));
        word = end + 1;
    }
    return SEQNET_OK;
}

/* Adds what n-grams say of the words that the file lacks. */
static seqnet_status add_unknown(reading *r, seqnet_error *err)
{
    for (int32_t id = 1; id < r->encoding->id_count; id++) {
        size_t length;
        const char *const word =
            r->seen[id] ? NULL : sn_encoding_word(r->encoding, r->vocabulary, id, &length);
        if (word)
            SN_TRY(add_ngrams(r, word, length, (size_t)id, err));
    }
    return SEQNET_OK;
}

static int compare_parts(const void *a, const void *b)
{
    const part *const x = a, *const y = b;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* Marks the ids that have parts, and sets their vectors to zero. */
static void begin_vectors(reading *r)
{
    const size_t dimension = r->file.dimension;
    for (size_t id = 0; id < (size_t)r->encoding->id_count; id++) {
        r->seen[id] = r->counts[id] > 0;
        r->found->words += r->seen[id];
        if (r->seen[id])
            memset(r->table + id * dimension, 0, dimension * sizeof *r->table);
    }
}

static bool is_fine(const float *row, size_t dimension)
{
    for (size_t i = 0; i < dimension; i++)
        if (!sn_vector_number_is_fine((double)row[i]))
            return false;
    return true;
}

/* Reads the rows and adds each to the vectors of which it is a part. */
static seqnet_status add_rows(reading *r, float *row, seqnet_error *err)
{
    const size_t dimension = r->file.dimension;
    const part *next = r->parts, *const end = r->parts + r->count;
    for (size_t i = 0; next < end; i++) {
        SN_TRY(sn_fasttext_row(&r->file, row, err));
        if (next->row == i && !is_fine(row, dimension))
            return sn_fail(err, SEQNET_ERR_DATA,
                           "%s: its vector number %zu has numbers that are none; train it again",
                           sn_stream_place(r->file.stream), i + 1);
        for (; next < end && next->row == i; next++)
            sn_vec_add(r->table + next->id * dimension, row, dimension);
    }
    return SEQNET_OK;
}

static seqnet_status read_rows(reading *r, seqnet_error *err)
{
    float *row;
    SN_TRY(sn_alloc_floats(&row, r->file.dimension, err));
    begin_vectors(r);
    const seqnet_status status = add_rows(r, row, err);
    for (size_t id = 0; id < (size_t)r->encoding->id_count; id++)
        if (r->counts[id] > 1)
            sn_vec_scale(r->table + id * r->file.dimension, 1.0F / (float)r->counts[id],
                         r->file.dimension);
    free(row);
    return status;
}

static seqnet_status read_all(reading *r, const char *path, seqnet_error *err)
{
    SN_TRY(sn_fasttext_open(&r->file, path, SEQNET_ERR_DATA, err));
    if (r->file.dimension != r->found->dimension)
        return sn_vector_words_refuse(path, r->file.dimension, r->found->dimension, err);
    r->found->vectors = r->file.words;
    SN_TRY(sn_alloc(&r->counts, (size_t)r->encoding->id_count, sizeof *r->counts, err));
    SN_TRY(add_words(r, err));
    SN_TRY(add_unknown(r, err));
    if (r->count)
        qsort(r->parts, r->count, sizeof *r->parts, compare_parts);
    return read_rows(r, err);
}

seqnet_status sn_fasttext_vectors_read(float *table, uint8_t *seen, sn_vectors_found *found,
                                       const char *path, size_t dimension,
                                       const sn_encoding *encoding, const sn_vocabulary *vocabulary,
                                       seqnet_error *err)
{
    reading r = {.table = table,
                 .seen = seen,
                 .found = found,
                 .encoding = encoding,
                 .vocabulary = vocabulary};
    *found = (sn_vectors_found){.dimension = dimension};
    const seqnet_status status = read_all(&r, path, err);
    sn_fasttext_close(&r.file);
    free(r.parts);
    free(r.counts);
    sn_vector_words_free(&r.words);
    sn_tokenizer_free(&r.cutter);
    return status;
}
