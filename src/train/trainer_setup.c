/* What a training run needs before its first epoch: see trainer.h. */
#include "trainer.h"

#include <stdlib.h>
#include <string.h>

#include "class_weights.h"
#include "cores.h"
#include "memory.h"
#include "pieces.h"
#include "vectors.h"

#include "banned.h"

enum {
    DEFAULT_MAXLEN = 500,
    SMALL_TABLE = 1 << 19 /* floats of an embedding that is cleared and updated as a whole: to run
                             through it takes no longer than to pick the rows with a gradient */
};

/* The rows of one part must differ in their labels. Those of texts do: they are refused where they
 * are split. */
static seqnet_status refuse_one_class(const sn_trainer *t, const char *part, const sn_rows *rows,
                                      seqnet_error *err)
{
    for (size_t i = 1; i < rows->count; i++)
        if (rows->labels[i] != rows->labels[0])
            return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s: the %zu row%s to %s %s of one label, '%.80s', the split being taken from "
                   "the rows' end; shuffle the rows, or choose another --validation-split",
                   t->dataset->source, rows->count, rows->count == 1 ? "" : "s", part,
                   rows->count == 1 ? "is" : "are",
                   seqnet_dataset_label_name(t->dataset, rows->labels[0]));
}

static seqnet_status check_rows(sn_trainer *t, seqnet_error *err)
{
    t->train_rows = t->rows.count;
    t->validation_rows = t->validation_view.count;
    if (t->rows.count == 0)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: has no training rows", t->dataset->source);
    if (t->refit || (t->validation_rows && !t->dataset->tail_split))
        return SEQNET_OK;
    SN_TRY(refuse_one_class(t, "train on", &t->rows, err));
    return t->validation_rows ? refuse_one_class(t, "validate with", &t->validation_view, err)
                              : SEQNET_OK;
}

static size_t choose_maxlen(const sn_trainer *t)
{
    if (t->options->maxlen)
        return (size_t)t->options->maxlen;
    const sn_rows rows = sn_dataset_given_rows(t->dataset);
    size_t length = 0;
    for (size_t row = 0; row < rows.count; row++)
        length = sn_rows_length(&rows, row) > length ? sn_rows_length(&rows, row) : length;
    const size_t limit = t->dataset->width ? SN_MAX_TIME : DEFAULT_MAXLEN;
    return length == 0 ? 1 : length < limit ? length : limit;
}

static void add_layer(sn_model_config *config, sn_layer_spec spec)
{
    config->layers[config->layer_count++] = spec;
}

/* Embedding -> LSTM -> pooling -> dropout -> Dense, without the layers that are not asked for. */
static void add_layers(sn_model_config *config, const seqnet_train_options *o,
                       const seqnet_dataset *data)
{
    static const sn_pooling poolings[] = {[SEQNET_POOLING_MAX] = SN_POOL_MAX,
                                          [SEQNET_POOLING_MEAN] = SN_POOL_MEAN,
                                          [SEQNET_POOLING_MAX_MEAN] = SN_POOL_MAX_MEAN};
    const bool pools = o->pooling != SEQNET_POOLING_LAST;
    const size_t classes = data->labels.count;
    add_layer(config, (sn_layer_spec){.kind = SN_EMBEDDING,
                                      .units = (size_t)o->embedding_dim,
                                      .id_count = (size_t)data->encoding.id_count,
                                      .mask_zero = o->mask_zero});
    add_layer(config, (sn_layer_spec){.kind = SN_LSTM,
                                      .units = (size_t)o->units,
                                      .return_sequences = pools,
                                      .recurrent_dropout = o->recurrent_dropout});
    if (pools)
        add_layer(config, (sn_layer_spec){.kind = SN_POOLING, .pooling = poolings[o->pooling]});
    if (o->dropout > 0.0)
        add_layer(config, (sn_layer_spec){.kind = SN_DROPOUT, .dropout = o->dropout});
    add_layer(config, (sn_layer_spec){.kind = SN_DENSE, .units = classes == 2 ? 1 : classes});
}

static sn_model_config make_config(const sn_trainer *t)
{
    const seqnet_train_options *const o = t->options;
    const seqnet_dataset *const data = t->dataset;
    sn_model_config config = {.maxlen = choose_maxlen(t),
                              .padding = {o->padding, o->truncating},
                              .encoding = data->encoding,
                              .source = data->from_text   ? SN_SOURCE_TEXT
                                        : data->final_ids ? SN_SOURCE_IDS
                                                          : SN_SOURCE_RANKS};
    add_layers(&config, o, data);
    return config;
}

/* The words whose ids the embedding has. */
static seqnet_status copy_vocabulary(sn_trainer *t, seqnet_error *err)
{
    const sn_encoding *const encoding = &t->dataset->encoding;
    if (!t->dataset->vocabulary)
        return SEQNET_OK;
    const int64_t usable = (int64_t)encoding->id_count - encoding->index_from - 1;
    size_t size;
    const char *const lines =
        sn_vocabulary_lines(t->dataset->vocabulary, usable > 0 ? (size_t)usable : 0, &size);
    return sn_vocabulary_from_lines(&t->model->vocabulary, lines, size, err);
}

static seqnet_status copy_labels(sn_trainer *t, seqnet_error *err)
{
    const size_t count = t->dataset->labels.count;
    const char **names;
    SN_TRY(sn_alloc(&names, count, sizeof *names, err));
    for (size_t i = 0; i < count; i++)
        names[i] = sn_string_set_get(&t->dataset->labels, i, NULL);
    const seqnet_status status = sn_model_set_labels(t->model, names, count, err);
    free(names);
    return status;
}

static seqnet_status make_model(sn_trainer *t, seqnet_error *err)
{
    seqnet_model *const model = t->model;
    model->config = make_config(t);
    SN_TRY(sn_network_init(&model->network, model->config.layers, model->config.layer_count,
                           model->config.maxlen, err));
    SN_TRY(sn_config_to_json(&model->config, &model->config_json, err));
    SN_TRY(copy_labels(t, err));
    t->validation = seqnet_evaluation_totals(model->label_count);
    return copy_vocabulary(t, err);
}

static seqnet_status allocate(sn_trainer *t, seqnet_error *err)
{
    const size_t floats = t->model->network.table.floats;
    const size_t rows = sn_smaller((size_t)t->options->batch_size, t->train_rows);
    SN_TRY(sn_alloc_floats(&t->current, floats, err));
    SN_TRY(sn_alloc_floats(&t->kept, floats, err));
    SN_TRY(sn_alloc_floats(&t->gradients, floats, err));
    SN_TRY(sn_alloc(&t->validated, 1, sizeof *t->validated, err));
    SN_TRY(sn_alloc(&t->order, t->train_rows, sizeof *t->order, err));
    SN_TRY(sn_alloc(&t->row_ids, rows, sizeof *t->row_ids, err));
    SN_TRY(sn_alloc(&t->lengths, rows, sizeof *t->lengths, err));
    SN_TRY(sn_alloc(&t->labels, rows, sizeof *t->labels, err));
    return sn_alloc(&t->history, (size_t)t->options->epochs, sizeof *t->history, err);
}

/* Weights of rows are a class's times a row's own. */
static seqnet_status prepare_weights(sn_trainer *t, seqnet_error *err)
{
    const size_t classes = t->dataset->labels.count;
    if (!t->options->class_weight && !t->rows.weights)
        return SEQNET_OK;
    const size_t rows = sn_smaller((size_t)t->options->batch_size, t->train_rows);
    size_t *counts;
    SN_TRY(sn_alloc(&t->weights, rows, sizeof *t->weights, err));
    SN_TRY(sn_alloc(&t->class_weights, classes, sizeof *t->class_weights, err));
    SN_TRY(sn_alloc(&counts, classes, sizeof *counts, err));
    for (size_t i = 0; i < t->train_rows; i++)
        counts[t->rows.labels[i]]++;
    for (size_t i = 0; i < classes; i++)
        t->class_weights[i] = 1.0F;
    seqnet_status status = SEQNET_OK;
    if (t->options->class_weight)
        status =
            sn_class_weights(t->class_weights, t->options->class_weight, t->dataset, counts, err);
    free(counts);
    return status;
}

static seqnet_status prepare_word_dropout(sn_trainer *t, seqnet_error *err)
{
    const size_t rows = sn_smaller((size_t)t->options->batch_size, t->train_rows);
    if (t->options->word_dropout == 0.0)
        return SEQNET_OK;
    if (t->dataset->encoding.oov_char < 0)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "word dropout needs an out-of-vocabulary id to put in the words' places");
    sn_rng_seed(&t->word_dropout, t->options->seed, SN_STREAM_WORDS);
    return sn_alloc(&t->masked_ids, rows * t->model->config.maxlen, sizeof *t->masked_ids, err);
}

/* Share of the training tokens whose word has a vector. */
static double vector_coverage(const sn_trainer *t, const uint8_t *seen)
{
    size_t count, covered = 0, words = 0;
    const int32_t *const ids = sn_rows_all_ids(&t->rows, &count);
    for (size_t i = 0; i < count; i++) {
        words += ids[i] > t->dataset->encoding.index_from;
        covered += seen[ids[i]];
    }
    return words ? (double)covered / (double)words : 0.0;
}

static seqnet_status read_vectors(sn_trainer *t, seqnet_error *err)
{
    const sn_layer *const embedding = &t->model->network.layers[0];
    sn_vectors_found found;
    uint8_t *seen;
    if (!t->options->vectors)
        return SEQNET_OK;
    if (!t->model->vocabulary)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: word vectors need words, and the data holds ids without a word index",
                       t->options->vectors);
    SN_TRY(sn_alloc(&seen, embedding->spec.id_count, sizeof *seen, err));
    const seqnet_status status =
        sn_vectors_read(t->current + embedding->offsets[0], seen, &found, t->options->vectors,
                        embedding->spec.units, &t->dataset->encoding, t->model->vocabulary, err);
    if (status == SEQNET_OK) {
        t->result.vector_words = found.words;
        t->result.vector_coverage = vector_coverage(t, seen);
    }
    free(seen);
    return status;
}

static const sn_optimizer_kind OPTIMIZERS[] = {
    [SEQNET_RMSPROP] = SN_RMSPROP, [SEQNET_ADAM] = SN_ADAM, [SEQNET_LAZY_ADAM] = SN_LAZY_ADAM};

/* Chooses how the embedding is updated. For RMSprop both ways give the same bits; lazy Adam is by
 * row, Adam is not. */
static seqnet_status prepare_rows(sn_trainer *t, seqnet_error *err)
{
    const sn_layer *const embedding = &t->model->network.layers[0];
    const size_t rows = embedding->spec.id_count, size = embedding->spec.units;
    const seqnet_optimizer optimizer = t->options->optimizer;
    t->by_row = optimizer == SEQNET_LAZY_ADAM ||
                (optimizer == SEQNET_RMSPROP && embedding->parameters > SMALL_TABLE);
    if (!t->by_row)
        return SEQNET_OK;
    memset(t->gradients, 0, t->model->network.table.floats * sizeof *t->gradients);
    SN_TRY(sn_id_set_init(&t->touched, rows, rows, err));
    if (t->options->ema > 0.0)
        SN_TRY(sn_average_use_rows(&t->average, rows, size, err));
    return sn_optimizer_use_rows(&t->optimizer, rows, size, err);
}

static seqnet_status prepare_optimizer(sn_trainer *t, seqnet_error *err)
{
    const seqnet_train_options *const o = t->options;
    const size_t floats = t->model->network.table.floats;
    SN_TRY(
        sn_optimizer_init(&t->optimizer, OPTIMIZERS[o->optimizer], o->learning_rate, floats, err));
    if (o->ema > 0.0)
        SN_TRY(sn_average_init(&t->average, o->ema, t->current, floats, err));
    return prepare_rows(t, err);
}

static void prepare_order(sn_trainer *t)
{
    sn_rng_seed(&t->shuffle, t->options->seed, SN_STREAM_SHUFFLE);
    sn_rng_seed(&t->dropout, t->options->seed, SN_STREAM_DROPOUT);
    for (size_t i = 0; i < t->train_rows; i++)
        t->order[i] = (uint32_t)i;
}

seqnet_status sn_trainer_prepare(sn_trainer *t, seqnet_error *err)
{
    const seqnet_train_options *const o = t->options;
    const size_t threads = o->threads ? (size_t)o->threads : sn_usable_cores();
    SN_TRY(check_rows(t, err));
    SN_TRY(make_model(t, err));
    SN_TRY(allocate(t, err));
    SN_TRY(prepare_weights(t, err));
    SN_TRY(prepare_word_dropout(t, err));
    SN_TRY(sn_network_initialise(&t->model->network, t->current, o->seed, err));
    SN_TRY(read_vectors(t, err));
    SN_TRY(prepare_optimizer(t, err));
    prepare_order(t);
    SN_TRY(sn_pool_create(&t->pool, threads, err));
    return sn_engine_create(&t->engine, &t->model->network, t->model->config.padding, t->pool, true,
                            err);
}

void sn_trainer_release(sn_trainer *t)
{
    sn_engine_free(t->engine);
    sn_pool_free(t->pool);
    sn_optimizer_free(&t->optimizer);
    sn_average_free(&t->average);
    free(t->validated);
    free(t->order);
    free(t->row_ids);
    free(t->lengths);
    free(t->labels);
    free(t->weights);
    free(t->class_weights);
    free(t->masked_ids);
    free(t->current);
    free(t->kept);
    free(t->gradients);
    sn_id_set_free(&t->touched);
    free(t->history);
}
