/* Makes the plan of a training: see trainer.h. */
#include "trainer.h"

#include <stdlib.h>
#include <string.h>

#include "architecture.h"
#include "assemble.h"
#include "carry_over.h"
#include "class_weights.h"
#include "memory.h"
#include "pieces.h"

#include "banned.h"

enum {
    /* Floats of the largest embedding that is cleared and updated as a whole: going through all of
     * it takes no longer than picking the rows that have a gradient. */
    SMALL_TABLE = 1 << 19
};

/* Refuses a part whose rows all have one label. Texts do not come here with such a part: splitting
 * refuses it. */
static seqnet_status refuse_one_class(const sn_train_plan *plan, const char *part,
                                      const sn_rows *rows, seqnet_error *err)
{
    for (size_t i = 1; i < rows->count; i++)
        if (rows->labels[i] != rows->labels[0])
            return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s: the %zu row%s to %s %s of one label, '%.80s', the split being taken from "
                   "the rows' end; shuffle the rows, or choose another .validation_split",
                   plan->dataset->source, rows->count, rows->count == 1 ? "" : "s", part,
                   rows->count == 1 ? "is" : "are",
                   seqnet_dataset_label_name(plan->dataset, rows->labels[0]));
}

/* A threshold for answers is found on validation rows of one label each. */
static seqnet_status check_precision(const sn_train_plan *plan, seqnet_error *err)
{
    if (plan->dataset->multi_label)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: .precision is for rows of one label each, and here a row has any "
                       "number of them; leave it out",
                       plan->dataset->source);
    if (plan->validation.count == 0 && !plan->is_refit)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: .precision is measured on validation rows, of which there are none; "
                       "choose .validation_split",
                       plan->dataset->source);
    return SEQNET_OK;
}

static seqnet_status take_rows(sn_train_plan *plan, seqnet_error *err)
{
    const seqnet_dataset *const dataset = plan->dataset;
    plan->train = plan->is_refit ? sn_dataset_fitted_rows(dataset) : dataset->parts[SEQNET_TRAIN];
    plan->validation = plan->is_refit ? (sn_rows){0} : dataset->parts[SEQNET_VALIDATION];
    if (plan->train.count == 0)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: has no training rows", dataset->source);
    if (plan->options->precision > 0.0)
        SN_TRY(check_precision(plan, err));
    if (plan->is_refit || dataset->multi_label || (plan->validation.count && !dataset->tail_split))
        return SEQNET_OK;
    SN_TRY(refuse_one_class(plan, "train on", &plan->train, err));
    return plan->validation.count ? refuse_one_class(plan, "validate with", &plan->validation, err)
                                  : SEQNET_OK;
}

static size_t choose_maxlen(const sn_train_plan *plan)
{
    const int64_t given = plan->options->maxlen;
    return given ? (size_t)given : seqnet_dataset_default_maxlen(plan->dataset);
}

/* The rows may have fewer ids than the model only where none of their ids is another one's. */
static seqnet_status check_initial(const sn_train_plan *plan, seqnet_error *err)
{
    const int32_t count = plan->dataset->encoding.id_count;
    const int32_t known = plan->options->initial->config.encoding.id_count;
    if (count >= known)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_USAGE,
                   "%s: has ids below %d, and the model that .initial names ids below %d; choose "
                   ".num_words %d",
                   plan->dataset->source, (int)count, (int)known, (int)known);
}

static seqnet_status make_config(sn_train_plan *t, seqnet_error *err)
{
    const seqnet_train_options *const o = t->options;
    const seqnet_dataset *const data = t->dataset;
    t->config = (sn_model_config){.maxlen = choose_maxlen(t),
                                  .padding = {o->padding, o->truncating},
                                  .encoding = data->encoding,
                                  .row_kind = data->from_text   ? SN_ROWS_TEXT
                                              : data->final_ids ? SN_ROWS_IDS
                                                                : SN_ROWS_RANKS,
                                  .multi_label = data->multi_label,
                                  .threshold = data->multi_label ? 0.5 : 0.0,
                                  .reproducible = o->reproducible};
    memcpy(t->config.label_separator, data->label_separator, SN_SEPARATOR);
    if (o->ngrams == SEQNET_NGRAMS_ONLY) {
        t->config.ngrams = (sn_ngram_config){.words = 1, .outputs = sn_dataset_outputs(data)};
        return SEQNET_OK;
    }
    if (o->initial) {
        t->config.padding = o->initial->config.padding;
        t->config.maxlen = o->maxlen ? (size_t)o->maxlen : o->initial->config.maxlen;
        sn_config_take_layers(&t->config, &o->initial->config, (size_t)data->encoding.id_count,
                              sn_dataset_outputs(data));
        return check_initial(t, err);
    }
    return sn_architecture_make(&t->config, o, (size_t)data->encoding.id_count,
                                sn_dataset_outputs(data), err);
}

/* Copies the words that have an id in the embedding: the most frequent ones. */
static seqnet_status copy_vocabulary(const sn_train_plan *plan, seqnet_model *model,
                                     seqnet_error *err)
{
    const sn_encoding *const encoding = &plan->config.encoding;
    if (!plan->dataset->vocabulary)
        return SEQNET_OK;
    const int64_t usable = (int64_t)encoding->id_count - encoding->index_from - 1;
    return sn_vocabulary_first(&model->vocabulary, plan->dataset->vocabulary,
                               usable > 0 ? (size_t)usable : 0, err);
}

static seqnet_status copy_labels(const sn_train_plan *plan, seqnet_model *model, seqnet_error *err)
{
    const size_t count = plan->dataset->labels.count;
    const char **names;
    SN_TRY(sn_alloc(&names, count, sizeof *names, err));
    for (size_t i = 0; i < count; i++)
        names[i] = sn_string_set_get(&plan->dataset->labels, i, NULL);
    const seqnet_status status = sn_model_set_labels(model, names, count, err);
    free(names);
    return status;
}

seqnet_status sn_train_plan_outline(const sn_train_plan *plan, seqnet_model **outline,
                                    seqnet_error *err)
{
    SN_TRY(sn_model_outline(outline, &plan->config, err));
    seqnet_status status = copy_labels(plan, *outline, err);
    if (status == SEQNET_OK)
        status = copy_vocabulary(plan, *outline, err);
    if (status != SEQNET_OK) {
        seqnet_model_free(*outline);
        *outline = NULL;
    }
    return status;
}

/* Fills the class weights. A row's weight in the loss is its class's times its own, so that they
 * are needed with either. */
static seqnet_status prepare_weights(sn_train_plan *plan, seqnet_error *err)
{
    const sn_label_sets *const sets = plan->train.sets;
    const size_t classes = sets ? sets->count : plan->dataset->labels.count;
    const char *const asked = plan->options->class_weight;
    if (asked && sets)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "class weights are for rows of one label each; leave .class_weight or "
                       ".multi_label out");
    if (!asked && !plan->train.weights)
        return SEQNET_OK;
    SN_TRY(sn_alloc(&plan->class_weights, classes, sizeof *plan->class_weights, err));
    for (size_t i = 0; i < classes; i++)
        plan->class_weights[i] = 1.0F;
    if (!asked)
        return SEQNET_OK;
    size_t *counts;
    SN_TRY(sn_alloc(&counts, classes, sizeof *counts, err));
    for (size_t i = 0; i < plan->train.count; i++)
        counts[plan->train.labels[i]]++;
    const seqnet_status status =
        sn_class_weights(plan->class_weights, asked, plan->dataset, counts, err);
    free(counts);
    return status;
}

static seqnet_status check_word_dropout(const sn_train_plan *plan, seqnet_error *err)
{
    if (plan->options->word_dropout != 0.0 && plan->config.encoding.oov_char < 0)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "word dropout needs an out-of-vocabulary id to put in the words' places");
    return SEQNET_OK;
}

static sn_optimizer_spec choose_optimizer(const seqnet_train_options *o)
{
    static const sn_optimizer_kind kinds[] = {[SEQNET_RMSPROP] = SN_RMSPROP,
                                              [SEQNET_ADAM] = SN_ADAM,
                                              [SEQNET_LAZY_ADAM] = SN_LAZY_ADAM,
                                              [SEQNET_ADAMW] = SN_ADAMW,
                                              [SEQNET_SGD] = SN_SGD};
    return (sn_optimizer_spec){.kind = kinds[o->optimizer],
                               .learning_rate = o->learning_rate,
                               .weight_decay = o->weight_decay,
                               .momentum = o->momentum,
                               .nesterov = o->nesterov};
}

/* A second training may be shorter than its warm-up: by then it is too late to refuse it. */
static seqnet_status prepare_schedule(sn_train_plan *plan, seqnet_error *err)
{
    const seqnet_train_options *const o = plan->options;
    const size_t batches = sn_pieces(plan->train.count, (size_t)o->batch_size);
    const sn_schedule schedule =
        sn_schedule_make(o->schedule, o->warmup, (uint64_t)o->epochs * batches);
    plan->schedule = schedule;
    if (schedule.warmup >= schedule.total && !plan->is_refit)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "a warm-up of %llu steps leaves none of the training's %llu; choose a "
                       "smaller .warmup",
                       (unsigned long long)schedule.warmup, (unsigned long long)schedule.total);
    return SEQNET_OK;
}

/* Whether the layer's tensor is a table that is updated by row. Lazy Adam is defined by row. For
 * other optimisers that can do so both ways give the same bits, and the faster one is chosen. */
static bool is_row_table(const sn_layer *layer, const sn_optimizer_spec *optimizer)
{
    if (layer->spec.kind != SN_EMBEDDING)
        return false;
    return optimizer->kind == SN_LAZY_ADAM ||
           (sn_optimizer_waits(optimizer) && layer->parameters > SMALL_TABLE);
}

static void add_dense_part(sn_train_plan *plan, size_t first, size_t end)
{
    if (first < end)
        plan->dense[plan->dense_count++] = (sn_slab_part){first, end - first};
}

/* Divides the slab into tables and the parts between them. Layers are in slab order. */
static void divide_slab(sn_train_plan *plan)
{
    const sn_network *const network = &plan->outline->network;
    size_t end = 0; /* of the last table */
    for (size_t i = 0; i < network->count && plan->table_count < SN_MAX_ROW_TABLES; i++) {
        const sn_layer *const layer = &network->layers[i];
        if (!is_row_table(layer, &plan->optimizer))
            continue;
        const sn_row_table table = {.offset = layer->offsets[0],
                                    .rows = layer->spec.embedding.id_count,
                                    .row_size = layer->spec.embedding.units};
        add_dense_part(plan, end, table.offset);
        plan->tables[plan->table_count++] = table;
        end = table.offset + table.rows * table.row_size;
    }
    add_dense_part(plan, end, network->table.floats);
}

/* Says where layers come from that do not fit each other, or what to change. */
static seqnet_status explain_layers(const seqnet_train_options *o, seqnet_status status,
                                    seqnet_error *err)
{
    if (status != SEQNET_ERR_USAGE || !err)
        return status;
    const seqnet_error reason = *err;
    if (o->layer_list)
        return sn_fail(err, SEQNET_ERR_DATA, "%.200s: %s", sn_layer_list_name(o), reason.message);
    if (o->cell == SEQNET_CELL_CONV1D)
        return sn_fail(err, status,
                       "%s; choose a larger .maxlen, fewer .layers, or a smaller .kernel_size or "
                       ".pool_size",
                       reason.message);
    return status;
}

seqnet_status sn_train_plan_make(sn_train_plan *plan, seqnet_error *err)
{
    SN_TRY(take_rows(plan, err));
    plan->batch_rows = sn_smaller((size_t)plan->options->batch_size, plan->train.count);
    SN_TRY(make_config(plan, err));
    SN_TRY(explain_layers(plan->options, sn_train_plan_outline(plan, &plan->outline, err), err));
    SN_TRY(sn_network_check_trainable(&plan->outline->network, err));
    SN_TRY(prepare_weights(plan, err));
    if (plan->options->ngrams == SEQNET_NGRAMS_ONLY)
        return SEQNET_OK;
    SN_TRY(check_word_dropout(plan, err));
    SN_TRY(prepare_schedule(plan, err));
    plan->optimizer = choose_optimizer(plan->options);
    divide_slab(plan);
    return SEQNET_OK;
}

void sn_train_plan_free(sn_train_plan *plan)
{
    seqnet_model_free(plan->outline);
    free(plan->class_weights);
    plan->outline = NULL;
    plan->class_weights = NULL;
}
