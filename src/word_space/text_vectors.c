/* Vectors of texts: the model's network without its last layer scores them. */
#include "word_vectors.h"

#include <stdlib.h>

#include "memory.h"
#include "pad.h"
#include "sequences.h"

#include "banned.h"

struct sn_text_vectors {
    sn_network trunk;
    sn_pool *pool;
    sn_engine *engine;
    sn_encoded encoded;
    /* The rows of a call, and where each begins and how long it is. */
    sn_sequences rows;
    const int32_t **starts;
    size_t *lengths;
    size_t starts_capacity, lengths_capacity;
};

size_t sn_text_vectors_features(const seqnet_model *model)
{
    return model->network.layers[model->network.count - 1].input.features;
}

void sn_text_vectors_free(sn_text_vectors *texts)
{
    if (!texts)
        return;
    sn_engine_free(texts->engine);
    sn_pool_free(texts->pool);
    sn_network_free(&texts->trunk);
    sn_encoded_free(&texts->encoded);
    sn_sequences_free(&texts->rows);
    free(texts->starts);
    free(texts->lengths);
    free(texts);
}

size_t seqnet_text_vectors_dimension(const seqnet_word_vectors *vectors)
{
    return sn_text_vectors_features(vectors->model);
}

static seqnet_status prepare(sn_text_vectors *t, const seqnet_model *model, seqnet_error *err)
{
    const sn_model_config *const config = &model->config;
    t->encoded.keep = config->maxlen;
    t->encoded.cut = config->padding.truncating;
    SN_TRY(sn_network_init_trunk(&t->trunk, config->layers, config->layer_count - 1, config->maxlen,
                                 err));
    t->trunk.arithmetic = model->network.arithmetic;
    SN_TRY(sn_pool_create(&t->pool, 1, err));
    SN_TRY(sn_engine_create(&t->engine, &t->trunk, config->padding, t->pool, false, err));
    sn_engine_use(t->engine, model->weights);
    return SEQNET_OK;
}

static seqnet_status open_texts(seqnet_word_vectors *v, seqnet_error *err)
{
    sn_text_vectors *texts;
    if (v->texts)
        return SEQNET_OK;
    SN_TRY(sn_alloc(&texts, 1, sizeof *texts, err));
    const seqnet_status status = prepare(texts, v->model, err);
    if (status == SEQNET_OK)
        v->texts = texts;
    else
        sn_text_vectors_free(texts);
    return status;
}

static seqnet_status add_text(seqnet_word_vectors *v, const seqnet_text_view *text,
                              seqnet_error *err)
{
    const sn_model_config *const config = &v->model->config;
    sn_text_vectors *const t = v->texts;
    SN_TRY(sn_encode_text(&t->encoded, &config->encoding, v->model->vocabulary, &v->tokenizer,
                          text->text, text->length, err));
    size_t length = t->encoded.length;
    const int32_t *const ids =
        sn_truncate(t->encoded.ids, &length, config->maxlen, config->padding.truncating);
    return sn_sequences_add(&t->rows, ids, length, 0, err);
}

seqnet_status seqnet_text_vectors(seqnet_word_vectors *vectors, const seqnet_text_view *texts,
                                  size_t count, float *made, seqnet_error *err)
{
    SN_TRY(open_texts(vectors, err));
    sn_text_vectors *const t = vectors->texts;
    t->rows.count = 0;
    for (size_t i = 0; i < count; i++)
        SN_TRY(add_text(vectors, &texts[i], err));
    SN_TRY(sn_grow(&t->starts, &t->starts_capacity, count, sizeof *t->starts, err));
    SN_TRY(sn_grow(&t->lengths, &t->lengths_capacity, count, sizeof *t->lengths, err));
    for (size_t i = 0; i < count; i++) {
        t->starts[i] = sn_sequences_row(&t->rows, i);
        t->lengths[i] = sn_sequences_length(&t->rows, i);
    }
    const sn_minibatch batch = {.rows = t->starts, .lengths = t->lengths, .count = count};
    if (count)
        sn_engine_score(t->engine, &batch, made);
    return SEQNET_OK;
}
