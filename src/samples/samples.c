/*
 * The first rows have the lengths at which something may go wrong: none, one, around the model's
 * maxlen; the others have lengths that are drawn. Texts are words that are drawn from the model's
 * vocabulary, every tenth of them one that it does not know.
 */
#include "samples.h"

#include <stdlib.h>

#include <seqnet/predict.h>

#include "memory.h"
#include "pieces.h"
#include "rng.h"

#include "banned.h"

enum {
    MOST_ROWS = 24,
    LEAST_ROWS = 9,
    UNKNOWN_EVERY = 10,
    SEED = 20,
    /* A model that cuts no text may have any maxlen. */
    MOST_WORDS = 20000
};

/* Multiplications of all samples together, so that a large model does not take minutes. */
#define MOST_WORK 2e9

static const char UNKNOWN_WORD[] = "qzxvqzxv";

/* How many rows there are: fewer of a model that takes long. */
static size_t count_rows(const seqnet_model *model)
{
    size_t weights = 1;
    for (size_t i = 1; i < model->network.count; i++)
        weights += model->network.layers[i].parameters;
    const double rows = MOST_WORK / ((double)weights * (double)model->config.maxlen);
    return rows > MOST_ROWS ? MOST_ROWS : rows < LEAST_ROWS ? LEAST_ROWS : (size_t)rows;
}

/* The number of words of a row. */
static size_t length_of(size_t row, size_t maxlen, sn_rng *rng)
{
    const size_t lengths[LEAST_ROWS] = {
        0, 1, 2, maxlen, maxlen + 1, maxlen - 1, 2 * maxlen + 3, maxlen / 2, maxlen / 2 + 1};
    return row < LEAST_ROWS ? lengths[row] : (size_t)sn_rng_below(rng, maxlen + 1);
}

static bool takes_texts(const seqnet_model *model)
{
    return seqnet_model_vocabulary_size(model) > 0;
}

/* A word that is drawn; the unknown one where the id that is drawn has none. */
static const char *draw_word(const seqnet_model *model, sn_rng *rng, size_t *length)
{
    const uint64_t ids = (uint64_t)model->config.encoding.id_count;
    const int32_t id = (int32_t)sn_rng_below(rng, ids);
    const bool is_known = sn_rng_below(rng, UNKNOWN_EVERY) != 0;
    const char *const word = is_known ? seqnet_model_word(model, id, length) : NULL;
    if (word)
        return word;
    *length = sizeof UNKNOWN_WORD - 1;
    return UNKNOWN_WORD;
}

static seqnet_status add_words(sn_samples *samples, const seqnet_model *model, size_t words,
                               sn_rng *rng, seqnet_error *err)
{
    for (size_t i = 0; i < words; i++) {
        size_t length;
        const char *const word = draw_word(model, rng, &length);
        if (i)
            SN_TRY(sn_buffer_add_byte(&samples->text, ' ', err));
        SN_TRY(sn_buffer_add(&samples->text, word, length, err));
    }
    return SEQNET_OK;
}

/* A row of ids that grows. */
typedef struct growing_row {
    int32_t *ids;
    size_t count, capacity;
    seqnet_status status;
    seqnet_error *err;
} growing_row;

/* A dropped word has the id -1. */
static void add_id(growing_row *row, int32_t id)
{
    if (row->status != SEQNET_OK || id < 0)
        return;
    row->status = sn_grow(&row->ids, &row->capacity, row->count + 1, sizeof id, row->err);
    if (row->status == SEQNET_OK)
        row->ids[row->count++] = id;
}

static void add_token(void *user, const seqnet_token *token)
{
    add_id(user, token->id);
}

/* The ids of a text. */
static seqnet_status encode_text(growing_row *row, sn_samples *samples, const seqnet_model *model,
                                 size_t number)
{
    size_t length;
    const char *const text = sn_samples_text(samples, number, &length);
    const seqnet_status status = seqnet_model_tokens(model, text, length, add_token, row, row->err);
    return status == SEQNET_OK ? row->status : status;
}

/* Ids that are drawn, behind the start id where rows have one. */
static seqnet_status draw_ids(growing_row *row, const seqnet_model *model, size_t count,
                              sn_rng *rng)
{
    const sn_encoding *const encoding = &model->config.encoding;
    if (count && encoding->start_char >= 0)
        add_id(row, sn_encoding_limit(encoding, encoding->start_char));
    for (size_t i = row->count; i < count && encoding->id_count > 1; i++)
        add_id(row, 1 + (int32_t)sn_rng_below(rng, (uint64_t)encoding->id_count - 1));
    return row->status;
}

static seqnet_status add_row(sn_samples *samples, const seqnet_model *model, sn_rng *rng,
                             seqnet_error *err)
{
    const size_t number = samples->count;
    const size_t words = length_of(number, sn_smaller(model->config.maxlen, MOST_WORDS), rng);
    growing_row row = {.err = err};
    samples->starts[number] = samples->text.length;
    seqnet_status status =
        samples->has_texts ? add_words(samples, model, words, rng, err) : SEQNET_OK;
    samples->starts[number + 1] = samples->text.length;
    if (status == SEQNET_OK)
        status = samples->has_texts ? encode_text(&row, samples, model, number)
                                    : draw_ids(&row, model, words, rng);
    if (status == SEQNET_OK)
        status = sn_sequences_add(&samples->ids, row.ids, row.count, 0, err);
    free(row.ids);
    samples->count += status == SEQNET_OK;
    return status;
}

static seqnet_status add_to_batch(seqnet_batch *batch, const sn_samples *samples, size_t row,
                                  seqnet_error *err)
{
    if (!samples->has_texts)
        return seqnet_batch_add_ids(batch, sn_sequences_row(&samples->ids, row),
                                    sn_sequences_length(&samples->ids, row), err);
    size_t length;
    const char *const text = sn_samples_text(samples, row, &length);
    return seqnet_batch_add_text(batch, text, length, err);
}

static seqnet_status score_batch(sn_samples *samples, seqnet_predictor *predictor,
                                 seqnet_batch *batch, seqnet_error *err)
{
    for (size_t row = 0; row < samples->count; row++)
        SN_TRY(add_to_batch(batch, samples, row, err));
    SN_TRY(seqnet_predictor_score(predictor, batch, err));
    const seqnet_prediction *const predictions = seqnet_batch_predictions(batch);
    for (size_t i = 0; i < samples->count * samples->labels; i++)
        samples->probabilities[i] =
            predictions[i / samples->labels].probabilities[i % samples->labels];
    return SEQNET_OK;
}

/* Asks the model what it says of the rows. */
static seqnet_status score(sn_samples *samples, const seqnet_model *model, seqnet_error *err)
{
    const seqnet_predictor_options options = {.threads = 1};
    seqnet_predictor *predictor = NULL;
    seqnet_batch *batch = NULL;
    seqnet_status status;
    SN_GOTO(sn_alloc(&samples->probabilities, samples->count * samples->labels,
                     sizeof *samples->probabilities, err));
    SN_GOTO(seqnet_predictor_create(&predictor, model, &options, err));
    SN_GOTO(seqnet_batch_create(&batch, predictor, err));
    SN_GOTO(score_batch(samples, predictor, batch, err));
out:
    seqnet_batch_free(batch);
    seqnet_predictor_free(predictor);
    return status;
}

seqnet_status sn_samples_make(sn_samples *samples, const seqnet_model *model, seqnet_error *err)
{
    const size_t rows = count_rows(model);
    sn_rng rng;
    *samples = (sn_samples){.has_texts = takes_texts(model), .labels = model->label_count};
    sn_rng_seed(&rng, SEED, SN_RNG_SAMPLES);
    SN_TRY(sn_alloc(&samples->starts, rows + 1, sizeof *samples->starts, err));
    SN_TRY(sn_buffer_reserve(&samples->text, 0, err)); /* bytes, even of empty texts */
    for (size_t row = 0; row < rows; row++)
        SN_TRY(add_row(samples, model, &rng, err));
    return score(samples, model, err);
}

void sn_samples_free(sn_samples *samples)
{
    sn_buffer_free(&samples->text);
    free(samples->starts);
    sn_sequences_free(&samples->ids);
    free(samples->probabilities);
    *samples = (sn_samples){0};
}
