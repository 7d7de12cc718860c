#include "ngram_part.h"

#include <stdlib.h>

#include "memory.h"
#include "pieces.h"

#include "banned.h"

/* Texts of more tokens in the mean are long, where there are enough of them for n-grams of three
 * words to come again. */
static const double LONG_TEXT = 100.0;
enum { ENOUGH_ROWS = 2000, FEW_ROWS = 20000 };

/* Tokens of the training rows beyond which n-grams of characters add nothing but time. */
static const size_t MANY_TOKENS = 10000000;

/* With more outputs nb says less than svm, and takes longer. */
enum { NB_OUTPUTS = 20 };

/* N-grams that a model knows by default, where its outputs do not make that too many weights. */
enum { KEPT = 100000, MOST_WEIGHTS = 1 << 23 };

sn_ngram_recipe sn_ngram_recipe_for(const seqnet_dataset *dataset, const seqnet_train_options *o)
{
    const sn_rows rows = sn_dataset_fitted_rows(dataset);
    const size_t outputs = sn_dataset_outputs(dataset);
    size_t tokens;
    (void)sn_rows_all_ids(&rows, &tokens);
    const bool is_long =
        rows.count >= ENOUGH_ROWS && (double)tokens > LONG_TEXT * (double)rows.count;
    const bool has_characters = !is_long && tokens <= MANY_TOKENS;
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
    const sn_ngram_rows rows = {.parts = parts, .part_count = all ? 2 : 1};
    float *weights;
    *ngrams = NULL;
    SN_TRY(weigh(plan, &rows, &weights, err));
    const seqnet_status status =
        sn_ngram_fit(ngrams, &rows, weights, sn_dataset_outputs(dataset), recipe, pool, err);
    free(weights);
    return status;
}

/* Rows that one task scores. */
enum { TASK_ROWS = 64 };

typedef struct scoring {
    const sn_ngrams *ngrams;
    const sn_rows *rows;
    float *svm, *nb;
    /* [threads] */
    sn_ngram_scorer *scorers;
    seqnet_error *errors;
} scoring;

static seqnet_status score_rows(const scoring *s, size_t task, sn_ngram_scorer *scorer,
                                seqnet_error *err)
{
    const size_t outputs = s->ngrams->outputs;
    const size_t end = sn_smaller((task + 1) * TASK_ROWS, s->rows->count);
    for (size_t row = task * TASK_ROWS; row < end; row++) {
        const sn_text_info *const text = &s->rows->texts[row];
        SN_TRY(sn_ngrams_score(s->ngrams, scorer, text->text, text->length, s->svm + row * outputs,
                               s->nb + row * outputs, err));
    }
    return SEQNET_OK;
}

static void score_task(void *context, size_t task, size_t worker)
{
    const scoring *const s = context;
    seqnet_error *const error = &s->errors[worker];
    if (error->status == SEQNET_OK)
        error->status = score_rows(s, task, &s->scorers[worker], error);
}

seqnet_status sn_ngram_part_score(const sn_ngrams *ngrams, const sn_rows *rows, float *svm,
                                  float *nb, sn_pool *pool, seqnet_error *err)
{
    const size_t threads = sn_pool_threads(pool);
    scoring s = {.ngrams = ngrams, .rows = rows, .svm = svm, .nb = nb};
    seqnet_status status = SEQNET_OK;
    SN_GOTO(sn_alloc(&s.scorers, threads, sizeof *s.scorers, err));
    SN_GOTO(sn_alloc(&s.errors, threads, sizeof *s.errors, err));
    sn_pool_run(pool, score_task, &s, sn_pieces(rows->count, TASK_ROWS));
    for (size_t i = 0; i < threads && status == SEQNET_OK; i++)
        if (s.errors[i].status != SEQNET_OK)
            status = sn_fail(err, s.errors[i].status, "%s", s.errors[i].message);
out:
    for (size_t i = 0; s.scorers && i < threads; i++)
        sn_ngram_scorer_free(&s.scorers[i]);
    free(s.scorers);
    free(s.errors);
    return status;
}
