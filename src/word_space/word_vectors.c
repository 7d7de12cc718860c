#include "word_vectors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "blend.h"
#include "memory.h"
#include "vec.h"

#include "banned.h"

/* Whether words are made of character n-grams, too. */
static bool has_ngrams(const seqnet_model *model)
{
    const sn_text_rule *const rule = &model->config.encoding.rule;
    return rule->kind == SN_TEXT_RULE_FASTTEXT && rule->fasttext.longest > 0;
}

static const float *row_of(const seqnet_model *model, size_t id)
{
    const sn_layer *const embedding = &model->network.layers[0];
    return model->weights + embedding->offsets[0] + id * embedding->output.features;
}

/* Sets a vector to the mean of a word's row, where it has one (id above 0), and of the rows of its
 * character n-grams; *found is false where there is neither. */
static seqnet_status compose(seqnet_word_vectors *v, int32_t id, const char *word, size_t length,
                             float *vector, bool *found, seqnet_error *err)
{
    const sn_encoding *const encoding = &v->model->config.encoding;
    sn_text_rule rule = encoding->rule;
    size_t parts = 0;
    sn_looked_up part;
    memset(vector, 0, v->dimension * sizeof *vector);
    if (id > 0) {
        sn_vec_add(vector, row_of(v->model, (size_t)id), v->dimension);
        parts++;
    }
    rule.fasttext.word_ngrams = 0;
    SN_TRY(sn_tokenizer_start(&v->tokenizer, rule, word, length, err));
    while (sn_encoding_next(v->model->vocabulary, &v->tokenizer, true, &part)) {
        if (v->tokenizer.fasttext.bucket < 0)
            continue;
        sn_vec_add(vector, row_of(v->model, part.rank), v->dimension);
        parts++;
    }
    if (parts > 1)
        sn_vec_scale(vector, 1.0F / (float)parts, v->dimension);
    *found = parts > 0;
    return SEQNET_OK;
}

static bool has_own_id(const sn_encoding *encoding, int64_t id)
{
    return id >= encoding->skip_top && id < encoding->id_count && id > encoding->index_from;
}

static seqnet_status list_words(seqnet_word_vectors *v, seqnet_error *err)
{
    const sn_encoding *const encoding = &v->model->config.encoding;
    const size_t ranks = sn_vocabulary_size(v->model->vocabulary);
    SN_TRY(sn_alloc(&v->ids, ranks, sizeof *v->ids, err));
    for (size_t rank = 1; rank <= ranks; rank++) {
        const int64_t id = (int64_t)rank + encoding->index_from;
        size_t length;
        if (has_own_id(encoding, id) && sn_vocabulary_word(v->model->vocabulary, rank, &length))
            v->ids[v->count++] = (int32_t)id;
    }
    return SEQNET_OK;
}

static seqnet_status fill_table(seqnet_word_vectors *v, seqnet_error *err)
{
    SN_TRY(sn_alloc_floats(&v->table, v->count * v->dimension, err));
    SN_TRY(sn_alloc(&v->norms, v->count, sizeof *v->norms, err));
    for (size_t i = 0; i < v->count; i++) {
        float *const vector = v->table + i * v->dimension;
        size_t length;
        bool found;
        const char *const word = sn_word_vectors_word(v, i, &length);
        if (has_ngrams(v->model))
            SN_TRY(compose(v, v->ids[i], word, length, vector, &found, err));
        else
            memcpy(vector, row_of(v->model, (size_t)v->ids[i]), v->dimension * sizeof *vector);
        v->norms[i] = sqrt(sn_vec_sum_squares(vector, v->dimension));
    }
    return SEQNET_OK;
}

static seqnet_status check_model(const seqnet_model *model, seqnet_error *err)
{
    if (!sn_model_has_network(model))
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "the model consists of n-grams alone, and has no vectors; train one with a "
                       "network, by .preset lstm");
    if (!model->vocabulary)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "the model was trained without a word index, so its vectors have no words");
    return SEQNET_OK;
}

seqnet_status seqnet_word_vectors_create(seqnet_word_vectors **vectors, const seqnet_model *model,
                                         seqnet_error *err)
{
    *vectors = NULL;
    SN_TRY(check_model(model, err));
    SN_TRY(sn_alloc(vectors, 1, sizeof **vectors, err));
    (*vectors)->model = model;
    (*vectors)->dimension = model->network.layers[0].output.features;
    seqnet_status status = list_words(*vectors, err);
    if (status == SEQNET_OK)
        status = fill_table(*vectors, err);
    if (status != SEQNET_OK) {
        seqnet_word_vectors_free(*vectors);
        *vectors = NULL;
    }
    return status;
}

void seqnet_word_vectors_free(seqnet_word_vectors *vectors)
{
    if (!vectors)
        return;
    sn_text_vectors_free(vectors->texts);
    sn_tokenizer_free(&vectors->tokenizer);
    sn_encoded_free(&vectors->encoded);
    free(vectors->ids);
    free(vectors->table);
    free(vectors->norms);
    free(vectors);
}

size_t seqnet_word_vectors_dimension(const seqnet_word_vectors *vectors)
{
    return vectors->dimension;
}

size_t seqnet_word_vectors_count(const seqnet_word_vectors *vectors)
{
    return vectors->count;
}

const char *seqnet_word_vectors_word(const seqnet_word_vectors *vectors, size_t index,
                                     size_t *length)
{
    return sn_word_vectors_word(vectors, index, length);
}

/* The number of the word with an id; SEQNET_NO_WORD: it has no vector of its own. */
static size_t index_of(const seqnet_word_vectors *v, int64_t id)
{
    size_t low = 0, high = v->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (v->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < v->count && v->ids[low] == id ? low : SEQNET_NO_WORD;
}

/* The id of a word, or of the only word that the text rule makes of it; 0: there is none. */
static seqnet_status id_of(seqnet_word_vectors *v, const char *word, size_t length, int64_t *id,
                           seqnet_error *err)
{
    const sn_encoding *const encoding = &v->model->config.encoding;
    const size_t rank = sn_vocabulary_rank(v->model->vocabulary, word, length);
    *id = rank ? (int64_t)rank + encoding->index_from : 0;
    if (rank || encoding->rule.kind == SN_TEXT_RULE_FASTTEXT)
        return SEQNET_OK;
    SN_TRY(sn_encode_text(&v->encoded, encoding, v->model->vocabulary, &v->tokenizer, word, length,
                          err));
    if (v->encoded.tokens == 1 && v->encoded.oov == 0)
        *id = v->encoded.ids[v->encoded.length - 1];
    return SEQNET_OK;
}

seqnet_status seqnet_word_vectors_find(seqnet_word_vectors *vectors, const char *word,
                                       size_t length, float *vector, size_t *index, bool *found,
                                       seqnet_error *err)
{
    int64_t id;
    SN_TRY(id_of(vectors, word, length, &id, err));
    *index = index_of(vectors, id);
    *found = *index != SEQNET_NO_WORD;
    if (*found && vector)
        memcpy(vector, vectors->table + *index * vectors->dimension,
               vectors->dimension * sizeof *vector);
    if (*found || !vector || !has_ngrams(vectors->model))
        return SEQNET_OK;
    return compose(vectors, 0, word, length, vector, found, err);
}

static bool is_among(size_t index, const size_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == index)
            return true;
    return false;
}

/* Puts a word among the nearest ones so far, of which there are `found`, at most `count`. Returns
 * their new number. */
static size_t insert(seqnet_neighbor *neighbors, size_t found, size_t count, seqnet_neighbor word)
{
    size_t at = found;
    while (at > 0 && neighbors[at - 1].cosine < word.cosine)
        at--;
    if (at == count)
        return found;
    const size_t kept = found < count ? found : count - 1;
    memmove(neighbors + at + 1, neighbors + at, (kept - at) * sizeof *neighbors);
    neighbors[at] = word;
    return kept + 1;
}

size_t seqnet_word_vectors_nearest(const seqnet_word_vectors *vectors, const float *vector,
                                   const size_t *without, size_t without_count,
                                   seqnet_neighbor *neighbors, size_t count)
{
    const double norm = sqrt(sn_vec_sum_squares(vector, vectors->dimension));
    size_t found = 0;
    for (size_t i = 0; norm > 0.0 && count && i < vectors->count; i++) {
        const float *const other = vectors->table + i * vectors->dimension;
        double product = 0.0;
        if (!(vectors->norms[i] > 0.0) || is_among(i, without, without_count))
            continue;
        for (size_t k = 0; k < vectors->dimension; k++)
            product += (double)vector[k] * (double)other[k];
        const seqnet_neighbor word = {.index = i, .cosine = product / (norm * vectors->norms[i])};
        found = insert(neighbors, found, count, word);
    }
    return found;
}
