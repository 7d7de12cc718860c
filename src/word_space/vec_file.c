#include "vec_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "vectors.h"
#include "word_vectors.h"

#include "banned.h"

/* The digits of a decimal number that give the same float again. */
#define DIGITS "9"

static seqnet_status open_vectors(seqnet_word_vectors **vectors, const seqnet_model *model,
                                  seqnet_error *err)
{
    seqnet_error inner = {0};
    const seqnet_status status = seqnet_word_vectors_create(vectors, model, &inner);
    if (status == SEQNET_OK)
        return status;
    return sn_fail(err, status == SEQNET_ERR_MODEL ? SEQNET_ERR_USAGE : status, "%s",
                   inner.message);
}

static bool has_blank(const char *word, size_t length)
{
    const size_t stored = sizeof SN_STORED_NEWLINE - 1;
    for (size_t i = 0; i + stored <= length; i++)
        if (memcmp(word + i, SN_STORED_NEWLINE, stored) == 0)
            return true;
    for (size_t i = 0; i < length; i++)
        if (word[i] == ' ' || (word[i] >= '\t' && word[i] <= '\r') || word[i] == '\0')
            return true;
    return false;
}

static seqnet_status write_word(const seqnet_word_vectors *v, size_t index, sn_buffer *bytes,
                                seqnet_error *err)
{
    size_t length;
    const char *const word = sn_word_vectors_word(v, index, &length);
    if (has_blank(word, length))
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "the model's word number %zu has a blank in it ('%.*s'), which no reader of "
                       ".vec files could tell from the end of a word; train with words that have "
                       "none",
                       index + 1, (int)(length < 80 ? length : 80), word);
    SN_TRY(sn_buffer_add(bytes, word, length, err));
    for (size_t k = 0; k < v->dimension; k++)
        SN_TRY(sn_buffer_format(bytes, err, " %." DIGITS "g",
                                (double)v->table[index * v->dimension + k]));
    return sn_buffer_add_byte(bytes, '\n', err);
}

static seqnet_status write_vectors(const seqnet_word_vectors *v, sn_buffer *bytes,
                                   seqnet_error *err)
{
    if (v->dimension < 2)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "the model's word vectors are of one number each; a .vec file has two or "
                       "more");
    SN_TRY(sn_buffer_format(bytes, err, "%zu %zu\n", v->count, v->dimension));
    for (size_t i = 0; i < v->count; i++)
        SN_TRY(write_word(v, i, bytes, err));
    return SEQNET_OK;
}

seqnet_status sn_vec_file_write(const seqnet_model *model, sn_buffer *bytes, seqnet_error *err)
{
    seqnet_word_vectors *vectors;
    SN_TRY(open_vectors(&vectors, model, err));
    const seqnet_status status = write_vectors(vectors, bytes, err);
    seqnet_word_vectors_free(vectors);
    return status;
}

static seqnet_status compare(const seqnet_word_vectors *v, const float *table, const uint8_t *seen,
                             seqnet_error *err)
{
    for (size_t i = 0; i < v->count; i++) {
        const size_t id = (size_t)v->ids[i];
        if (!seen[id] || memcmp(table + id * v->dimension, v->table + i * v->dimension,
                                v->dimension * sizeof *table) != 0)
            return sn_fail(err, SEQNET_ERR_MODEL,
                           "the file would not hold the vector of word number %zu as it is, so "
                           "nothing is written",
                           i + 1);
    }
    return SEQNET_OK;
}

static seqnet_status read_back(const seqnet_word_vectors *v, const sn_buffer *bytes, float *table,
                               uint8_t *seen, seqnet_error *err)
{
    sn_vectors_found found;
    SN_TRY(sn_vectors_read_bytes(table, seen, &found, bytes->bytes, bytes->length,
                                 "the vectors just made", v->dimension, &v->model->config.encoding,
                                 v->model->vocabulary, err));
    return compare(v, table, seen, err);
}

seqnet_status sn_vec_file_check(const seqnet_model *model, const sn_buffer *bytes,
                                seqnet_error *err)
{
    const size_t ids = (size_t)model->config.encoding.id_count;
    seqnet_word_vectors *v;
    float *table = NULL;
    uint8_t *seen = NULL;
    SN_TRY(open_vectors(&v, model, err));
    seqnet_status status = sn_alloc_floats(&table, ids * v->dimension, err);
    if (status == SEQNET_OK)
        status = sn_alloc(&seen, ids, sizeof *seen, err);
    if (status == SEQNET_OK)
        status = read_back(v, bytes, table, seen, err);
    free(table);
    free(seen);
    seqnet_word_vectors_free(v);
    return status;
}
