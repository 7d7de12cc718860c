#include <seqnet/evaluate.h>

#include <math.h>
#include <stdlib.h>

#include "clock.h"
#include "cores.h"
#include "dataset.h"
#include "memory.h"
#include "ngram_fit.h"
#include "ngram_rows.h"
#include "pieces.h"
#include "scores.h"

#include "banned.h"

/* Rows above which an n-gram has to occur in three of them, not two; and rows that are scored at a
 * time. */
enum { FEW_ROWS = 20000, BLOCK_ROWS = 1024 };

typedef struct baseline {
    const seqnet_dataset *dataset;
    size_t outputs;
    sn_pool *pool;
    sn_ngrams *ngrams;
    /* [block of rows, outputs]: the decisions, and zeros for nb, which is not used. */
    float *decisions, *unused;
    seqnet_scores *scores;
} baseline;

/* Words and pairs of words: longer n-grams take more time and add little. All that are counted are
 * kept, since choosing among them would need a second fit. */
static sn_ngram_recipe recipe_for(const seqnet_dataset *dataset)
{
    const size_t common = dataset->parts[SEQNET_TRAIN].count <= FEW_ROWS ? 2 : 3;
    return (sn_ngram_recipe){
        .spec = {.words = 2, .has_ids = true},
        .choice = {.min_word_rows = common, .min_character_rows = common, .limit = SN_MAX_NGRAMS},
        .cost = 1.0,
        .kept = SN_MAX_NGRAMS,
        .seed = 1};
}

static seqnet_status fit(baseline *b, seqnet_error *err)
{
    const sn_ngram_recipe recipe = recipe_for(b->dataset);
    const sn_rows train = b->dataset->parts[SEQNET_TRAIN];
    const sn_ngram_rows rows = {
        .parts = &train, .part_count = 1, .spill = b->dataset->fitted.spill};
    return sn_ngram_fit(&b->ngrams, &rows, train.weights, b->outputs, &recipe, b->pool, err);
}

/* Scores rows and adds them: of rows with any number of labels the scores are kept, since their
 * threshold depends on all of them, of others only counts. */
static seqnet_status score_block(baseline *b, const sn_rows *rows, seqnet_evaluation *e,
                                 seqnet_error *err)
{
    SN_TRY(sn_ngrams_score_rows(b->ngrams, rows, b->decisions, b->unused, b->pool, err));
    SN_TRY(sn_scores_add_rows(b->scores, rows, b->decisions, err));
    if (rows->sets)
        return SEQNET_OK;
    seqnet_scores_evaluate(b->scores, e);
    b->scores->count = 0;
    return SEQNET_OK;
}

static seqnet_status measure(baseline *b, double *accuracy, seqnet_error *err)
{
    double threshold;
    const sn_rows *const rows = &b->dataset->parts[SEQNET_VALIDATION];
    const size_t block = sn_smaller(rows->count, BLOCK_ROWS);
    SN_TRY(sn_alloc(&b->decisions, block * b->outputs, sizeof *b->decisions, err));
    SN_TRY(sn_alloc(&b->unused, block * b->outputs, sizeof *b->unused, err));
    SN_TRY(sn_scores_create(&b->scores, b->outputs, rows->sets != NULL, err));
    seqnet_evaluation e = seqnet_evaluation_totals(seqnet_scores_classes(b->scores));
    for (size_t first = 0; first < rows->count; first += block) {
        const sn_rows slice = sn_rows_slice(rows, first, sn_smaller(rows->count - first, block));
        SN_TRY(score_block(b, &slice, &e, err));
    }
    *accuracy = e.accuracy;
    return rows->sets ? seqnet_scores_best_threshold(b->scores, &threshold, accuracy, err)
                      : SEQNET_OK;
}

static seqnet_status make(baseline *b, size_t threads, double *accuracy, seqnet_error *err)
{
    SN_TRY(sn_pool_create(&b->pool, threads ? threads : sn_usable_cores(), err));
    SN_TRY(fit(b, err));
    return measure(b, accuracy, err);
}

seqnet_status seqnet_dataset_baseline(const seqnet_dataset *dataset, size_t threads,
                                      seqnet_baseline *baseline_measure, seqnet_error *err)
{
    const double start = sn_clock();
    baseline b = {.dataset = dataset, .outputs = sn_dataset_outputs(dataset)};
    *baseline_measure =
        (seqnet_baseline){.accuracy = (double)NAN, .rows = dataset->parts[SEQNET_VALIDATION].count};
    if (baseline_measure->rows == 0)
        return SEQNET_OK;
    const seqnet_status status = make(&b, threads, &baseline_measure->accuracy, err);
    if (b.ngrams)
        baseline_measure->ngrams = b.ngrams->count;
    baseline_measure->seconds = sn_clock() - start;
    seqnet_scores_free(b.scores);
    free(b.decisions);
    free(b.unused);
    sn_ngrams_free(b.ngrams);
    sn_pool_free(b.pool);
    return status;
}
