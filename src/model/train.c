/*
 * The training loop, as Keras's fit runs it: the tail of the training rows is set aside for
 * validation before anything is shuffled, each epoch visits the rest in a new order, and the
 * running accuracy and loss of an epoch are means over its batches with the weights moving
 * underneath.
 *
 * Two slabs of weights: `current` moves, `kept` holds those of the best finished epoch and becomes
 * the model's.
 */
#include <seqnet/model.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "cores.h"
#include "dataset.h"
#include "evaluate.h"
#include "kernels.h"
#include "memory.h"
#include "model.h"
#include "optimizer.h"
#include "pieces.h"
#include "training_record.h"
#include "vec.h"

#include "banned.h"

enum {
    MAX_TIME = 100000,
    DEFAULT_MAXLEN = 500,
    UPDATE_CHUNK = 1 << 14, /* floats updated by one task */
    UPDATE_ROWS = 1 << 9,   /* of the embedding, likewise */
    SMALL_TABLE = 1 << 19   /* floats of an embedding that is cleared and updated as a whole: to run
                               through it takes no longer than to pick the rows with a gradient */
};

typedef enum outcome { RUNNING, FINISHED, STOPPED, DIVERGED } outcome;

typedef struct trainer {
    const seqnet_dataset *dataset;
    const seqnet_train_options *options;
    seqnet_model *model;
    const sn_sequences *rows;
    size_t train_rows, validation_rows;
    sn_pool *pool;
    sn_engine *engine;
    sn_optimizer optimizer;
    sn_rng shuffle, dropout;
    uint32_t *order;         /* row numbers in this epoch's order */
    const int32_t **row_ids; /* the batch under way */
    size_t *lengths;
    int32_t *labels;
    float *current, *kept, *gradients;
    bool by_row;       /* the embedding is cleared and updated where it has a gradient */
    sn_id_set touched; /* then the rows of it that have one */
    seqnet_evaluation validation;
    sn_epoch_record *history;
    seqnet_train_result result;
    outcome outcome;
} trainer;

seqnet_train_options seqnet_train_options_default(void)
{
    return (seqnet_train_options){.maxlen = 0,
                                  .padding = SEQNET_PRE,
                                  .truncating = SEQNET_PRE,
                                  .embedding_dim = 32,
                                  .units = 32,
                                  .mask_zero = false,
                                  .optimizer = SEQNET_RMSPROP,
                                  .learning_rate = 1e-3,
                                  .batch_size = 128,
                                  .epochs = 10,
                                  .validation_split = 0.2,
                                  .seed = 1,
                                  .threads = 0};
}

const char *seqnet_train_options_check(const seqnet_train_options *options)
{
    if (options->maxlen < 0 || options->maxlen > MAX_TIME)
        return "maxlen must be from 1 to 100000, or 0 for the default";
    if (options->embedding_dim < 1 || options->embedding_dim > 4096)
        return "embedding_dim must be from 1 to 4096";
    if (options->units < 1 || options->units > 4096)
        return "units must be from 1 to 4096";
    if (!(options->learning_rate > 0.0 && options->learning_rate <= 1e38))
        return "learning_rate must be positive and at most 1e38";
    if (!(options->recurrent_dropout >= 0.0 && options->recurrent_dropout < 1.0))
        return "recurrent_dropout must be at least 0 and below 1";
    if (options->batch_size < 1 || options->batch_size > 1000000)
        return "batch_size must be from 1 to 1000000";
    if (options->epochs < 1 || options->epochs > 100000)
        return "epochs must be from 1 to 100000";
    if (!(options->validation_split >= 0.0 && options->validation_split < 1.0))
        return "validation_split must be at least 0 and below 1";
    if (options->threads < 0 || options->threads > 1024)
        return "threads must be from 1 to 1024, or 0 for all usable cores";
    return NULL;
}

static bool tell(trainer *t, seqnet_train_event event)
{
    event.model = t->model;
    event.train_rows = t->train_rows;
    event.validation_rows = t->validation_rows;
    event.epochs = (size_t)t->options->epochs;
    if (!t->options->callback || t->options->callback(t->options->user, &event))
        return true;
    t->outcome = STOPPED;
    return false;
}

/* Keras's split: int(n (1 - split)) rows train, the tail validates. */
static seqnet_status split_rows(trainer *t, seqnet_error *err)
{
    const size_t count = t->rows->count;
    const double share = t->options->validation_split;
    t->train_rows = (size_t)floor((double)count * (1.0 - share));
    t->validation_rows = count - t->train_rows;
    if (count == 0)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: has no training rows", t->dataset->source);
    if (t->train_rows == 0 || (share > 0.0 && t->validation_rows == 0))
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "a validation split of %g leaves nothing to train on or to validate with: "
                       "there are %zu training rows",
                       share, count);
    return SEQNET_OK;
}

static size_t choose_maxlen(const trainer *t)
{
    if (t->options->maxlen)
        return (size_t)t->options->maxlen;
    const seqnet_pad_options longest = {0};
    const size_t length = seqnet_dataset_padded_length(t->dataset, SEQNET_TRAIN, &longest);
    const size_t limit = t->dataset->width ? MAX_TIME : DEFAULT_MAXLEN;
    return length == 0 ? 1 : length < limit ? length : limit;
}

static sn_model_config make_config(const trainer *t)
{
    const seqnet_train_options *const o = t->options;
    const seqnet_dataset *const data = t->dataset;
    sn_model_config config = {.layer_count = 3,
                              .maxlen = choose_maxlen(t),
                              .padding = {o->padding, o->truncating},
                              .encoding = data->encoding,
                              .source = data->from_text   ? SN_SOURCE_TEXT
                                        : data->final_ids ? SN_SOURCE_IDS
                                                          : SN_SOURCE_RANKS};
    config.layers[0] = (sn_layer_spec){.kind = SN_EMBEDDING,
                                       .units = (size_t)o->embedding_dim,
                                       .id_count = (size_t)data->encoding.id_count,
                                       .mask_zero = o->mask_zero};
    config.layers[1] = (sn_layer_spec){
        .kind = SN_LSTM, .units = (size_t)o->units, .recurrent_dropout = o->recurrent_dropout};
    config.layers[2] = (sn_layer_spec){.kind = SN_DENSE, .units = 1};
    return config;
}

/* The words whose ids the embedding has. */
static seqnet_status copy_vocabulary(trainer *t, seqnet_error *err)
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

static seqnet_status make_model(trainer *t, seqnet_error *err)
{
    seqnet_model *const model = t->model;
    model->config = make_config(t);
    SN_TRY(sn_network_init(&model->network, model->config.layers, model->config.layer_count,
                           model->config.maxlen, err));
    SN_TRY(sn_config_to_json(&model->config, &model->config_json, err));
    SN_TRY(sn_model_set_labels(model, t->dataset->label_names,
                               sn_class_count(model->network.outputs), err));
    SN_TRY(seqnet_evaluation_init(&t->validation, model->label_count, err));
    return copy_vocabulary(t, err);
}

static seqnet_status allocate(trainer *t, seqnet_error *err)
{
    const size_t floats = t->model->network.table.floats;
    const size_t batch = (size_t)t->options->batch_size;
    const size_t rows = batch < t->train_rows ? batch : t->train_rows;
    SN_TRY(sn_alloc_floats(&t->current, floats, err));
    SN_TRY(sn_alloc_floats(&t->kept, floats, err));
    SN_TRY(sn_alloc_floats(&t->gradients, floats, err));
    SN_TRY(sn_alloc(&t->order, t->train_rows, sizeof *t->order, err));
    SN_TRY(sn_alloc(&t->row_ids, rows, sizeof *t->row_ids, err));
    SN_TRY(sn_alloc(&t->lengths, rows, sizeof *t->lengths, err));
    SN_TRY(sn_alloc(&t->labels, rows, sizeof *t->labels, err));
    return sn_alloc(&t->history, (size_t)t->options->epochs, sizeof *t->history, err);
}

/* Chooses how the embedding is updated; both ways give the same bits. */
static seqnet_status prepare_rows(trainer *t, seqnet_error *err)
{
    const sn_layer *const embedding = &t->model->network.layers[0];
    const size_t rows = embedding->spec.id_count;
    t->by_row = embedding->parameters > SMALL_TABLE;
    if (!t->by_row)
        return SEQNET_OK;
    memset(t->gradients, 0, t->model->network.table.floats * sizeof *t->gradients);
    SN_TRY(sn_id_set_init(&t->touched, rows, rows, err));
    return sn_optimizer_use_rows(&t->optimizer, rows, embedding->spec.units, err);
}

static seqnet_status prepare(trainer *t, seqnet_error *err)
{
    const seqnet_train_options *const o = t->options;
    const size_t threads = o->threads ? (size_t)o->threads : sn_usable_cores();
    SN_TRY(split_rows(t, err));
    SN_TRY(make_model(t, err));
    SN_TRY(allocate(t, err));
    SN_TRY(sn_network_initialise(&t->model->network, t->current, o->seed, err));
    SN_TRY(sn_optimizer_init(&t->optimizer, o->optimizer == SEQNET_ADAM ? SN_ADAM : SN_RMSPROP,
                             o->learning_rate, t->model->network.table.floats, err));
    SN_TRY(prepare_rows(t, err));
    sn_rng_seed(&t->shuffle, o->seed, SN_STREAM_SHUFFLE);
    sn_rng_seed(&t->dropout, o->seed, SN_STREAM_DROPOUT);
    for (size_t i = 0; i < t->train_rows; i++)
        t->order[i] = (uint32_t)i;
    SN_TRY(sn_pool_create(&t->pool, threads, err));
    return sn_engine_create(&t->engine, &t->model->network, t->model->config.padding, t->pool, true,
                            err);
}

static void release(trainer *t)
{
    sn_engine_free(t->engine);
    sn_pool_free(t->pool);
    sn_optimizer_free(&t->optimizer);
    free(t->order);
    free(t->row_ids);
    free(t->lengths);
    free(t->labels);
    free(t->current);
    free(t->kept);
    free(t->gradients);
    sn_id_set_free(&t->touched);
    seqnet_evaluation_free(&t->validation);
    free(t->history);
}

/* Where what is updated as a whole begins: behind the embedding when its rows are on their own. */
static size_t dense_start(const trainer *t)
{
    return sn_optimizer_by_row(&t->optimizer) ? t->model->network.layers[0].parameters : 0;
}

static size_t count_chunks(const trainer *t)
{
    return sn_pieces(t->model->network.table.floats - dense_start(t), UPDATE_CHUNK);
}

static void update_task(void *context, size_t task, size_t worker)
{
    (void)worker;
    trainer *const t = context;
    const size_t chunks = count_chunks(t);
    const unsigned before = sn_subnormals_flush(); /* running means of rare words fade */
    if (task < chunks) {
        const size_t first = dense_start(t) + task * UPDATE_CHUNK;
        sn_optimizer_update(&t->optimizer, t->current, t->gradients, first,
                            sn_smaller(t->model->network.table.floats - first, UPDATE_CHUNK));
    } else {
        const size_t first = (task - chunks) * UPDATE_ROWS;
        sn_optimizer_update_rows(&t->optimizer, t->current, t->gradients, t->touched.ids + first,
                                 sn_smaller(t->touched.used - first, UPDATE_ROWS));
    }
    sn_subnormals_restore(before);
}

static void update_weights(trainer *t)
{
    const size_t rows = sn_optimizer_by_row(&t->optimizer) ? t->touched.used : 0;
    sn_optimizer_begin_step(&t->optimizer);
    sn_pool_run(t->pool, update_task, t, count_chunks(t) + sn_pieces(rows, UPDATE_ROWS));
}

/* One optimiser step on the rows order[first .. first + count). */
static void train_batch(trainer *t, size_t first, size_t count, sn_loss_sums *sums)
{
    for (size_t i = 0; i < count; i++) {
        const size_t row = t->order[first + i];
        t->row_ids[i] = sn_sequences_row(t->rows, row);
        t->lengths[i] = sn_sequences_length(t->rows, row);
        t->labels[i] = t->rows->labels[row];
    }
    const sn_batch batch = {.rows = t->row_ids,
                            .lengths = t->lengths,
                            .labels = t->labels,
                            .count = count,
                            .dropout_key = sn_rng_next(&t->dropout)};
    sn_engine_use(t->engine, t->current);
    if (t->by_row)
        sn_engine_gradients_by_row(t->engine, &batch, t->gradients, &t->touched, sums);
    else
        sn_engine_gradients(t->engine, &batch, t->gradients, sums);
    update_weights(t);
}

/* All batches of an epoch; false when the training is to end. */
static bool run_batches(trainer *t, size_t epoch, double start, seqnet_train_event *event)
{
    const size_t batch_size = (size_t)t->options->batch_size;
    sn_loss_sums sums = {0};
    for (size_t done = 0; done < t->train_rows;) {
        const size_t left = t->train_rows - done;
        const size_t count = left < batch_size ? left : batch_size;
        train_batch(t, done, count, &sums);
        done += count;
        *event = (seqnet_train_event){.kind = SEQNET_TRAIN_BATCH_END,
                                      .epoch = epoch,
                                      .batch = (done + batch_size - 1) / batch_size,
                                      .batches = (t->train_rows + batch_size - 1) / batch_size,
                                      .accuracy = (double)sums.correct / (double)done,
                                      .loss = sums.loss / (double)done,
                                      .val_accuracy = (double)NAN,
                                      .val_loss = (double)NAN,
                                      .seconds = sn_clock() - start};
        if (!isfinite(sums.loss)) {
            t->outcome = DIVERGED;
            return false;
        }
        if (!tell(t, *event))
            return false;
    }
    return true;
}

static void keep_if_best(trainer *t, size_t epoch, const sn_epoch_record *record)
{
    const seqnet_train_result *const best = &t->result;
    const bool better =
        t->validation_rows == 0 || best->kept_epoch == 0 ||
        record->val_accuracy > best->val_accuracy ||
        (record->val_accuracy == best->val_accuracy && record->val_loss < best->val_loss);
    if (!better)
        return;
    memcpy(t->kept, t->current, t->model->network.table.floats * sizeof *t->kept);
    t->result.kept_epoch = epoch;
    t->result.val_accuracy = record->val_accuracy;
    t->result.val_loss = record->val_loss;
}

static void validate(trainer *t, seqnet_train_event *event)
{
    if (t->validation_rows == 0)
        return;
    seqnet_evaluation_clear(&t->validation);
    sn_engine_use(t->engine, t->current);
    sn_evaluate_rows(t->engine, t->rows, t->train_rows, t->validation_rows, &t->validation);
    event->val_accuracy = t->validation.accuracy;
    event->val_loss = t->validation.loss;
}

static bool run_epoch(trainer *t, size_t epoch)
{
    const double start = sn_clock();
    seqnet_train_event event = {.kind = SEQNET_TRAIN_EPOCH_BEGIN, .epoch = epoch};
    if (!tell(t, event))
        return false;
    sn_rng_shuffle(&t->shuffle, t->order, t->train_rows);
    if (!run_batches(t, epoch, start, &event))
        return false;
    validate(t, &event);
    if (!sn_vec_all_finite(t->current, t->model->network.table.floats) ||
        (t->validation_rows && !isfinite(event.val_loss))) {
        t->outcome = DIVERGED;
        return false;
    }
    event.kind = SEQNET_TRAIN_EPOCH_END;
    event.seconds = sn_clock() - start;
    const sn_epoch_record record = {event.accuracy, event.loss, event.val_accuracy, event.val_loss,
                                    event.seconds};
    t->history[t->result.epochs_run++] = record;
    keep_if_best(t, epoch, &record);
    return tell(t, event);
}

static void run(trainer *t)
{
    const seqnet_train_event begin = {.kind = SEQNET_TRAIN_BEGIN};
    bool goes_on = tell(t, begin);
    for (size_t epoch = 1; goes_on && epoch <= (size_t)t->options->epochs; epoch++)
        goes_on = run_epoch(t, epoch);
    if (t->outcome == RUNNING)
        t->outcome = FINISHED;
}

static seqnet_status record_training(trainer *t, seqnet_error *err)
{
    char hash[SN_HASH_TEXT];
    SN_TRY(sn_dataset_hash(t->dataset, hash, err));
    const sn_training_record record = {.data = t->dataset->source,
                                       .data_hash = hash,
                                       .word_index = t->dataset->word_index_path,
                                       .train_rows = t->train_rows,
                                       .validation_rows = t->validation_rows,
                                       .threads = sn_pool_threads(t->pool),
                                       .kept_epoch = t->result.kept_epoch,
                                       .stopped = t->outcome == STOPPED    ? "interrupted"
                                                  : t->outcome == DIVERGED ? "diverged"
                                                                           : "finished",
                                       .history = t->history,
                                       .epochs_run = t->result.epochs_run};
    return sn_training_record_to_json(&t->model->training_json, &record, t->options, err);
}

/* Gives the model its weights, its record and its fingerprint. */
static seqnet_status finish(trainer *t, seqnet_error *err)
{
    float **const weights = t->result.kept_epoch ? &t->kept : &t->current;
    t->model->owned_weights = *weights;
    t->model->weights = *weights;
    *weights = NULL;
    SN_TRY(record_training(t, err));
    return sn_model_compute_fingerprint(t->model, t->model->fingerprint, err);
}

static seqnet_status train(trainer *t, seqnet_error *err)
{
    SN_TRY(prepare(t, err));
    run(t);
    if (t->outcome == DIVERGED && t->result.kept_epoch == 0)
        return sn_fail(err, SEQNET_ERR_DIVERGED,
                       "the loss became NaN or infinite in the first epoch, so nothing is saved; "
                       "lower the learning rate with --lr");
    SN_TRY(finish(t, err));
    if (t->outcome == DIVERGED)
        return sn_fail(err, SEQNET_ERR_DIVERGED,
                       "the loss became NaN or infinite in epoch %zu; lower the learning rate with "
                       "--lr",
                       t->result.epochs_run + 1);
    return t->outcome == STOPPED ? SEQNET_INTERRUPTED : SEQNET_OK;
}

seqnet_status seqnet_model_train(seqnet_model **model, const seqnet_dataset *dataset,
                                 const seqnet_train_options *options, seqnet_train_result *result,
                                 seqnet_error *err)
{
    *model = NULL;
    const char *const reason = seqnet_train_options_check(options);
    if (reason)
        return sn_fail(err, SEQNET_ERR_USAGE, "%s", reason);
    trainer t = {.dataset = dataset,
                 .options = options,
                 .rows = &dataset->parts[SEQNET_TRAIN],
                 .result = {.val_accuracy = (double)NAN, .val_loss = (double)NAN}};
    SN_TRY(sn_alloc(&t.model, 1, sizeof *t.model, err));
    const seqnet_status status = train(&t, err);
    release(&t);
    *result = t.result;
    if (t.model->training_json && t.model->fingerprint[0])
        *model = t.model;
    else
        seqnet_model_free(t.model);
    return status;
}
