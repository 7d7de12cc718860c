#include "ngram_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dual_descent.h"
#include "memory.h"
#include "ngram_prune.h"
#include "scalar.h"

#include "banned.h"

/* Tolerances of the descent: of the weights, of which a smaller one changes no decision, and of a
 * first fit that only has to tell strong n-grams from weak ones. */
static const double FINE = 0.1, ROUGH = 1.0;

/* One task for each classifier: the support vector machines of all outputs, then those of nb. */
typedef struct fitting {
    const sn_ngram_rows *rows;
    const sn_ngram_recipe *recipe;
    sn_ngrams *ngrams;
    sn_ngram_counts counts;
    sn_ngram_matrix matrix;
    /* [count], each a whole number times idf_scale. */
    float *idf, idf_scale;
    /* [rows] */
    float *costs;
    double tolerance;
    /* [tasks] */
    seqnet_error *errors;
} fitting;

/* The arrays that a task allocates. */
typedef struct workspace {
    /* [rows] */
    int8_t *signs;
    float *row_scales;
    /* [count] */
    float *column_scales, *weights;
} workspace;

static bool has_output(const sn_rows *part, size_t row, size_t output, size_t outputs)
{
    const sn_label_set set = sn_rows_labels(part, row);
    const int32_t wanted = outputs == 1 && !part->sets ? 1 : (int32_t)output;
    for (size_t i = 0; i < set.count; i++)
        if (set.labels[i] == wanted)
            return true;
    return false;
}

static void mark_rows(const fitting *f, size_t output, int8_t *signs)
{
    size_t i = 0;
    for (size_t p = 0; p < f->rows->part_count; p++)
        for (size_t row = 0; row < f->rows->parts[p].count; row++)
            signs[i++] = has_output(&f->rows->parts[p], row, output, f->ngrams->outputs) ? 1 : -1;
}

/* The largest magnitude. */
static float largest(const float *values, size_t count)
{
    float most = 0.0F;
    for (size_t j = 0; j < count; j++)
        most = fmaxf(most, fabsf(values[j]));
    return most;
}

/* The quantised magnitude of a value, up to `most`. */
static long magnitude(float value, float top, long most)
{
    return top > 0.0F ? lrintf(sqrtf(fabsf(value) / top) * (float)most) : 0;
}

/* Stores values as q |q| scale. */
static void quantise(const sn_ngrams *n, const float *values, size_t output, int8_t *quantised,
                     sn_ngram_scale scale)
{
    enum { MOST = 127 };
    const float top = largest(values, n->count);
    n->scales[(size_t)scale * n->outputs + output] = top / (MOST * MOST);
    for (size_t j = 0; j < n->count; j++) {
        const long q = magnitude(values[j], top, MOST);
        quantised[j * n->outputs + output] = (int8_t)(values[j] < 0.0F ? -q : q);
    }
}

/* Stores the magnitudes of values as q^2 scale. */
static void quantise_magnitudes(const sn_ngrams *n, const float *values, size_t output)
{
    enum { MOST = 255 };
    const float top = largest(values, n->count);
    n->scales[SN_SCALE_RATIO * n->outputs + output] = top / (MOST * MOST);
    for (size_t j = 0; j < n->count; j++)
        n->ratios[j * n->outputs + output] = (uint8_t)magnitude(values[j], top, MOST);
}

/* Solves one problem and stores its weights and its bias. */
static seqnet_status solve(const fitting *f, workspace *w, size_t output, bool is_nb,
                           seqnet_error *err)
{
    const sn_ngrams *const n = f->ngrams;
    const sn_dual_problem problem = {.matrix = &f->matrix,
                                     .column_scales = is_nb ? w->column_scales : f->idf,
                                     .row_scales = is_nb ? w->row_scales : NULL,
                                     .signs = w->signs,
                                     .costs = f->costs,
                                     .tolerance = f->tolerance,
                                     .seed = f->recipe->seed};
    float *const biases = n->scales + (is_nb ? SN_BIAS_NB : SN_BIAS_SVM) * n->outputs;
    SN_TRY(sn_dual_descent(&problem, w->weights, &biases[output], err));
    quantise(n, w->weights, output, is_nb ? n->nb : n->svm, is_nb ? SN_SCALE_NB : SN_SCALE_SVM);
    return SEQNET_OK;
}

/* column_scales[j] = idf_j r_j, where r_j = ln(p_j / |p|) - ln(q_j / |q|): p_j is 1 + the number of
 * the class's rows with n-gram j, q_j that of the others. */
static void make_ratios(const fitting *f, workspace *w)
{
    const size_t count = f->ngrams->count;
    float *const inside = w->column_scales;
    double inside_sum = (double)count, outside_sum = (double)count;
    for (size_t j = 0; j < count; j++)
        inside[j] = 0.0F;
    for (size_t i = 0; i < f->matrix.rows; i++)
        for (size_t e = f->matrix.starts[SN_NGRAM_BLOCKS * i];
             w->signs[i] > 0 && e < f->matrix.starts[SN_NGRAM_BLOCKS * (i + 1)]; e++)
            inside[sn_entry_number(f->matrix.entries[e])] += 1.0F;
    for (size_t j = 0; j < count; j++) {
        inside_sum += (double)inside[j];
        outside_sum += (double)((float)f->counts.rows[j] - inside[j]);
    }
    const double shift = sn_scalar_log(outside_sum) - sn_scalar_log(inside_sum);
    for (size_t j = 0; j < count; j++) {
        const double p = 1.0 + (double)inside[j], q = 1.0 + f->counts.rows[j] - (double)inside[j];
        w->column_scales[j] = (float)((sn_scalar_log(p / q) + shift) * (double)f->idf[j]);
    }
}

/* row_scales[i] = 1 / norm of row i, its n-grams multiplied by their ratios. */
static void scale_rows(const fitting *f, workspace *w)
{
    const sn_ngram_matrix *const m = &f->matrix;
    for (size_t i = 0; i < m->rows; i++) {
        double sum = 0.0;
        for (size_t b = SN_NGRAM_BLOCKS * i; b < SN_NGRAM_BLOCKS * (i + 1); b++) {
            double squares = 0.0;
            for (size_t e = m->starts[b]; e < m->starts[b + 1]; e++) {
                const float x = sn_entry_frequency(m->entries[e]) *
                                w->column_scales[sn_entry_number(m->entries[e])];
                squares += (double)(x * x);
            }
            sum += (double)(m->scales[b] * m->scales[b]) * squares;
        }
        w->row_scales[i] = sum > 0.0 ? (float)(1.0 / sqrt(sum)) : 0.0F;
    }
}

static seqnet_status prepare_nb(const fitting *f, workspace *w, size_t output, seqnet_error *err)
{
    SN_TRY(sn_alloc(&w->column_scales, f->ngrams->count, sizeof *w->column_scales, err));
    SN_TRY(sn_alloc(&w->row_scales, f->matrix.rows, sizeof *w->row_scales, err));
    make_ratios(f, w);
    scale_rows(f, w);
    quantise_magnitudes(f->ngrams, w->column_scales, output);
    return SEQNET_OK;
}

static seqnet_status fit_one(const fitting *f, workspace *w, size_t task, seqnet_error *err)
{
    const size_t outputs = f->ngrams->outputs;
    const bool is_nb = task >= outputs;
    SN_TRY(sn_alloc(&w->signs, f->matrix.rows, sizeof *w->signs, err));
    SN_TRY(sn_alloc(&w->weights, f->ngrams->count, sizeof *w->weights, err));
    mark_rows(f, task % outputs, w->signs);
    if (is_nb)
        SN_TRY(prepare_nb(f, w, task % outputs, err));
    return solve(f, w, task % outputs, is_nb, err);
}

static void fit_task(void *context, size_t task, size_t worker)
{
    const fitting *const f = context;
    workspace w = {0};
    (void)worker;
    f->errors[task].status = fit_one(f, &w, task, &f->errors[task]);
    free(w.signs);
    free(w.row_scales);
    free(w.column_scales);
    free(w.weights);
}

/* The inverse document frequencies, as the part stores them. */
static void make_idf(fitting *f)
{
    const double rows = 1.0 + (double)sn_ngram_rows_count(f->rows);
    f->idf_scale = (float)((sn_scalar_log(rows) + 1.0) / 255.0);
    for (size_t j = 0; j < f->counts.count; j++) {
        const double idf = sn_scalar_log(rows / (1.0 + f->counts.rows[j])) + 1.0;
        f->idf[j] = (float)lrint(idf / (double)f->idf_scale) * f->idf_scale;
    }
}

/* Counts the rows' n-grams and makes the matrix of those that are frequent enough. */
static seqnet_status read_rows(fitting *f, const float *weights, sn_pool *pool, seqnet_error *err)
{
    const sn_ngram_recipe *const recipe = f->recipe;
    const size_t rows = sn_ngram_rows_count(f->rows);
    sn_ngram_index index = {0};
    seqnet_status status = SEQNET_OK;
    SN_GOTO(sn_ngram_counts_make(&f->counts, f->rows, &recipe->spec, &recipe->choice, pool, err));
    SN_GOTO(sn_alloc(&f->idf, f->counts.count, sizeof *f->idf, err));
    make_idf(f);
    SN_GOTO(sn_ngram_index_make(&index, f->counts.hashes, f->counts.count, err));
    SN_GOTO(sn_ngram_matrix_make(&f->matrix, f->rows, &recipe->spec, &index, f->idf, pool, err));
    SN_GOTO(sn_alloc(&f->costs, rows, sizeof *f->costs, err));
    for (size_t i = 0; i < rows; i++)
        f->costs[i] = (float)recipe->cost * (weights ? weights[i] : 1.0F);
out:
    sn_ngram_index_free(&index);
    return status;
}

/* Makes a part of the n-grams that are counted, without weights. */
static seqnet_status make_part(fitting *f, size_t outputs, bool has_nb, seqnet_error *err)
{
    const size_t count = f->counts.count;
    SN_TRY(sn_ngrams_create(&f->ngrams, &f->recipe->spec, count, outputs, has_nb, err));
    sn_ngrams *const n = f->ngrams;
    memcpy(n->hashes, f->counts.hashes, count * sizeof *n->hashes);
    for (size_t k = 0; k < outputs; k++)
        n->scales[SN_SCALE_IDF * outputs + k] = f->idf_scale;
    for (size_t j = 0; j < count; j++)
        n->idf[j] = (uint8_t)lrintf(f->idf[j] / f->idf_scale);
    return SEQNET_OK;
}

/* Fits all classifiers of the part. */
static seqnet_status fit_part(fitting *f, sn_pool *pool, seqnet_error *err)
{
    const size_t tasks = (f->ngrams->nb ? 2 : 1) * f->ngrams->outputs;
    seqnet_status status = SEQNET_OK;
    SN_TRY(sn_alloc(&f->errors, tasks, sizeof *f->errors, err));
    sn_pool_run(pool, fit_task, f, tasks);
    for (size_t i = 0; i < tasks && status == SEQNET_OK; i++)
        if (f->errors[i].status != SEQNET_OK)
            status = sn_fail(err, f->errors[i].status, "%s", f->errors[i].message);
    free(f->errors);
    return status;
}

/* The largest weight of an n-gram. */
static float strongest(const sn_ngrams *n, size_t j)
{
    float most = 0.0F;
    for (size_t k = 0; k < n->outputs; k++) {
        const int q = n->svm[j * n->outputs + k];
        const float weight = (float)(q * q) * sn_ngrams_scale(n, SN_SCALE_SVM, k);
        most = weight > most ? weight : most;
    }
    return most;
}

/* Chooses the n-grams that the part is to have, where there are too many: those that move the
 * decisions of a first fit most, each over all rows that have it. */
static seqnet_status choose(fitting *f, size_t outputs, sn_pool *pool, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    float *importance = NULL;
    f->tolerance = ROUGH;
    SN_GOTO(make_part(f, outputs, false, err));
    SN_GOTO(fit_part(f, pool, err));
    SN_GOTO(sn_alloc(&importance, f->counts.count, sizeof *importance, err));
    for (size_t j = 0; j < f->counts.count; j++)
        importance[j] = strongest(f->ngrams, j) * sqrtf((float)f->counts.rows[j]);
    SN_GOTO(sn_ngram_prune(&f->counts, &f->matrix, f->idf, importance, f->recipe->kept, err));
out:
    free(importance);
    sn_ngrams_free(f->ngrams);
    f->ngrams = NULL;
    return status;
}

static seqnet_status fit(fitting *f, const float *weights, size_t outputs, sn_pool *pool,
                         seqnet_error *err)
{
    SN_TRY(read_rows(f, weights, pool, err));
    if (f->counts.count > f->recipe->kept)
        SN_TRY(choose(f, outputs, pool, err));
    f->tolerance = FINE;
    SN_TRY(make_part(f, outputs, f->recipe->has_nb, err));
    SN_TRY(fit_part(f, pool, err));
    return sn_ngrams_complete(f->ngrams, err);
}

seqnet_status sn_ngram_fit(sn_ngrams **ngrams, const sn_ngram_rows *rows, const float *weights,
                           size_t outputs, const sn_ngram_recipe *recipe, sn_pool *pool,
                           seqnet_error *err)
{
    fitting f = {.rows = rows, .recipe = recipe};
    const seqnet_status status = fit(&f, weights, outputs, pool, err);
    if (status != SEQNET_OK) {
        sn_ngrams_free(f.ngrams);
        f.ngrams = NULL;
    }
    *ngrams = f.ngrams;
    sn_ngram_counts_free(&f.counts);
    sn_ngram_matrix_free(&f.matrix);
    free(f.idf);
    free(f.costs);
    return status;
}
