#include "ngram_part.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "pieces.h"

#include "banned.h"

/* Texts of more tokens in the mean are long, where there are enough of them for n-grams of three
 * words to come again. */
static const double LONG_TEXT = 100.0;
enum { ENOUGH_ROWS = 2000, FEW_ROWS = 20000 };

/* Tokens of the training rows beyond which n-grams of characters add nothing but time, and the
 * cost is not worth a search. */
static const size_t MANY_TOKENS = 10000000;

/* With more outputs nb says less than svm, and takes longer. */
enum { NB_OUTPUTS = 20 };

/* N-grams that a model knows by default, where its outputs do not make that too many weights. */
enum { KEPT = 100000, MOST_WEIGHTS = 1 << 23 };

/* The array of a checkpoint that says how long fitting took. */
static const char SECONDS[] = "seconds";

bool sn_has_long_texts(const seqnet_dataset *dataset)
{
    const sn_rows rows = sn_dataset_fitted_rows(dataset);
    if (rows.count < ENOUGH_ROWS)
        return false;
    return (double)sn_rows_id_count(&rows) > LONG_TEXT * (double)rows.count;
}

/* Whether the texts are neither long nor very many. */
static bool has_small_texts(const seqnet_dataset *dataset)
{
    const sn_rows rows = sn_dataset_fitted_rows(dataset);
    return !sn_has_long_texts(dataset) && sn_rows_id_count(&rows) <= MANY_TOKENS;
}

bool sn_ngram_cost_is_open(const seqnet_dataset *dataset, const seqnet_train_options *options)
{
    return options->ngram_cost == 0.0 && has_small_texts(dataset);
}

sn_ngram_recipe sn_ngram_recipe_for(const seqnet_dataset *dataset, const seqnet_train_options *o)
{
    const sn_rows rows = sn_dataset_fitted_rows(dataset);
    const size_t outputs = sn_dataset_outputs(dataset);
    const bool is_long = sn_has_long_texts(dataset);
    const bool has_characters = has_small_texts(dataset);
    const size_t common = rows.count <= FEW_ROWS ? 2 : 3;
    return (sn_ngram_recipe){
        .spec = {.words = o->word_ngrams ? (size_t)o->word_ngrams
                          : is_long      ? 3
                                         : 2,
                 .characters = o->character_ngrams >= 0 ? (size_t)o->character_ngrams
                               : has_characters         ? 5
                                                        : 0,
                 .rule = dataset->encoding.rule},
        .choice = {.min_word_rows = is_long          ? 2
                                    : has_characters ? 1
                                                     : common,
                   .min_character_rows = 2,
                   .limit = SN_MAX_NGRAMS},
        .cost = o->ngram_cost > 0.0 ? o->ngram_cost
                : is_long           ? 1.0
                                    : 0.3,
        .has_nb = outputs <= NB_OUTPUTS,
        .kept = o->ngram_limit ? (size_t)o->ngram_limit : sn_smaller(KEPT, MOST_WEIGHTS / outputs),
        .seed = o->seed};
}

/* The weight of each row of two parts in the loss; NULL: all 1. */
static seqnet_status weigh(const sn_train_plan *plan, const sn_ngram_rows *rows, float **weights,
                           seqnet_error *err)
{
    size_t used = 0;
    *weights = NULL;
    if (!plan->class_weights)
        return SEQNET_OK;
    SN_TRY(sn_alloc(weights, sn_ngram_rows_count(rows), sizeof **weights, err));
    for (size_t p = 0; p < rows->part_count; p++) {
        const sn_rows *const part = &rows->parts[p];
        for (size_t i = 0; i < part->count; i++)
            (*weights)[used++] =
                plan->class_weights[part->labels[i]] * (part->weights ? part->weights[i] : 1.0F);
    }
    return SEQNET_OK;
}

seqnet_status sn_ngram_part_fit(sn_ngrams **ngrams, const sn_train_plan *plan,
                                const sn_ngram_recipe *recipe, bool all, sn_pool *pool,
                                seqnet_error *err)
{
    const seqnet_dataset *const dataset = plan->dataset;
    const sn_rows parts[] = {dataset->parts[SEQNET_TRAIN], dataset->parts[SEQNET_VALIDATION]};
    const sn_ngram_rows rows = {
        .parts = parts, .part_count = all ? 2 : 1, .spill = dataset->fitted.spill};
    float *weights;
    *ngrams = NULL;
    SN_TRY(weigh(plan, &rows, &weights, err));
    const seqnet_status status =
        sn_ngram_fit(ngrams, &rows, weights, sn_dataset_outputs(dataset), recipe, pool, err);
    free(weights);
    return status;
}

/* A list of the arrays of a part; quantised numbers of either sign are bytes like others. */
static seqnet_status list_arrays(const sn_ngrams *ngrams, double *seconds, sn_named_arrays *arrays,
                                 seqnet_error *err)
{
    sn_ngram_tensor tensors[SN_NGRAM_TENSORS];
    const size_t count = sn_ngrams_tensors(ngrams, tensors);
    SN_TRY(sn_named_arrays_add(arrays, SECONDS, SN_ARRAY_F64, seconds, 1, err));
    for (size_t i = 0; i < count; i++) {
        const sn_array_type type = strcmp(tensors[i].type, "U32") == 0   ? SN_ARRAY_U32
                                   : strcmp(tensors[i].type, "F32") == 0 ? SN_ARRAY_F32
                                                                         : SN_ARRAY_U8;
        SN_TRY(sn_named_arrays_add(arrays, tensors[i].name, type, tensors[i].data,
                                   tensors[i].bytes / sn_array_type_size(type), err));
    }
    return SEQNET_OK;
}

void sn_ngram_part_keep(const sn_ngrams *ngrams, sn_checkpoint *checkpoint, const char *name,
                        double seconds)
{
    sn_named_arrays arrays = {0};
    if (list_arrays(ngrams, &seconds, &arrays, NULL) == SEQNET_OK)
        (void)sn_checkpoint_keep(checkpoint, name, &arrays, NULL);
    sn_named_arrays_free(&arrays);
}

static seqnet_status fill(sn_ngrams *ngrams, const sn_checkpoint *checkpoint, const char *name,
                          double *seconds, seqnet_error *err)
{
    sn_named_arrays arrays = {0};
    seqnet_error inner = {0};
    seqnet_status status = list_arrays(ngrams, seconds, &arrays, err);
    if (status == SEQNET_OK)
        status = sn_checkpoint_restore(checkpoint, name, &arrays, err);
    sn_named_arrays_free(&arrays);
    if (status == SEQNET_OK && (status = sn_ngrams_complete(ngrams, &inner)) != SEQNET_OK)
        return sn_fail(err, status == SEQNET_ERR_MEMORY ? status : SEQNET_ERR_MODEL,
                       "%s: is damaged: %s; begin anew without .resume", checkpoint->options.resume,
                       inner.message);
    return status;
}

seqnet_status sn_ngram_part_restore(sn_ngrams **ngrams, const sn_train_plan *plan,
                                    const sn_ngram_recipe *recipe, const sn_checkpoint *checkpoint,
                                    const char *name, double *seconds, seqnet_error *err)
{
    const size_t outputs = sn_dataset_outputs(plan->dataset);
    const sn_stored_array *const hashes = sn_checkpoint_find(checkpoint, name, "ngrams.hashes");
    const sn_stored_array *const weights = sn_checkpoint_find(checkpoint, name, "ngrams.svm");
    *ngrams = NULL;
    /* Before there is memory for them: a damaged number may ask for any amount. */
    if (!hashes || !weights || hashes->count > SN_MAX_NGRAMS ||
        weights->count / outputs != hashes->count)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: is damaged: its n-grams do not fit the training; begin anew without "
                       ".resume",
                       checkpoint->options.resume);
    SN_TRY(sn_ngrams_create(ngrams, &recipe->spec, hashes->count, outputs, recipe->has_nb, err));
    const seqnet_status status = fill(*ngrams, checkpoint, name, seconds, err);
    if (status != SEQNET_OK) {
        sn_ngrams_free(*ngrams);
        *ngrams = NULL;
    }
    return status;
}
