#include "dual_descent.h"

#include <math.h>
#include <stdlib.h>

#include "memory.h"
#include "rng.h"

#include "banned.h"

/* Over the rows. */
enum { MOST_PASSES = 300 };

/* A column: its weight times its scale, and the square of the scale, which lie side by side because
 * each step reads one or both at random places. */
typedef struct column {
    float weight, square;
} column;

typedef struct descent {
    const sn_dual_problem *problem;
    column *columns;
    double bias;
    /* [rows]: the dual variables, and the squared norms of rows with 1 / (2 C_i). */
    double *alphas, *diagonal;
    /* Rows in the order of a pass; the first `active` are not shrunk. */
    uint32_t *order;
    size_t rows, active;
    /* The highest projected gradient of the last pass, which shrinking goes by, and the highest and
     * the lowest one of the current pass. */
    double upper, highest, lowest;
} descent;

static double block_product(const descent *d, const uint32_t *entries, size_t count)
{
    float sum = 0.0F;
    for (size_t i = 0; i < count; i++)
        sum += d->columns[sn_entry_number(entries[i])].weight * sn_entry_frequency(entries[i]);
    return (double)sum;
}

/* What block b of a row is multiplied by. */
static double block_scale(const sn_dual_problem *p, size_t row, size_t b)
{
    const float scale = p->matrix->scales[SN_NGRAM_BLOCKS * row + b];
    return (double)scale * (p->row_scales ? (double)p->row_scales[row] : 1.0);
}

/* w x + b */
static double decision(const descent *d, size_t row)
{
    const sn_ngram_matrix *const m = d->problem->matrix;
    const size_t *const starts = m->starts + SN_NGRAM_BLOCKS * row;
    double sum = d->bias;
    for (size_t b = 0; b < SN_NGRAM_BLOCKS; b++)
        if (starts[b + 1] > starts[b])
            sum += block_scale(d->problem, row, b) *
                   block_product(d, m->entries + starts[b], starts[b + 1] - starts[b]);
    return sum;
}

/* Adds `step` times the row to the weights. */
static void move(descent *d, size_t row, double step)
{
    const sn_ngram_matrix *const m = d->problem->matrix;
    const size_t *const starts = m->starts + SN_NGRAM_BLOCKS * row;
    d->bias += step;
    for (size_t b = 0; b < SN_NGRAM_BLOCKS; b++) {
        const float scaled = (float)(step * block_scale(d->problem, row, b));
        for (size_t i = starts[b]; i < starts[b + 1]; i++) {
            column *const c = &d->columns[sn_entry_number(m->entries[i])];
            c->weight += scaled * sn_entry_frequency(m->entries[i]) * c->square;
        }
    }
}

/* The squared norm of a row with its bias feature. */
static double squared_norm(const descent *d, size_t row)
{
    const sn_ngram_matrix *const m = d->problem->matrix;
    const size_t *const starts = m->starts + SN_NGRAM_BLOCKS * row;
    double sum = 1.0;
    for (size_t b = 0; b < SN_NGRAM_BLOCKS; b++) {
        const double scale = block_scale(d->problem, row, b);
        double squares = 0.0;
        for (size_t i = starts[b]; i < starts[b + 1]; i++) {
            const float f = sn_entry_frequency(m->entries[i]);
            squares += (double)(f * f * d->columns[sn_entry_number(m->entries[i])].square);
        }
        sum += scale * scale * squares;
    }
    return sum;
}

static seqnet_status prepare(descent *d, const sn_dual_problem *p, seqnet_error *err)
{
    const size_t rows = p->matrix->rows, columns = p->matrix->columns;
    *d = (descent){.problem = p, .upper = (double)INFINITY};
    SN_TRY(sn_alloc(&d->columns, columns, sizeof *d->columns, err));
    SN_TRY(sn_alloc(&d->alphas, rows, sizeof *d->alphas, err));
    SN_TRY(sn_alloc(&d->diagonal, rows, sizeof *d->diagonal, err));
    SN_TRY(sn_alloc(&d->order, rows, sizeof *d->order, err));
    for (size_t j = 0; j < columns; j++)
        d->columns[j].square = p->column_scales[j] * p->column_scales[j];
    for (size_t i = 0; i < rows; i++) {
        if (p->costs[i] <= 0.0F)
            continue;
        d->order[d->rows++] = (uint32_t)i;
        d->diagonal[i] = 0.5 / (double)p->costs[i] + squared_norm(d, i);
    }
    d->active = d->rows;
    return SEQNET_OK;
}

/* Takes the step of one row. Returns false when the row is shrunk instead. */
static bool step(descent *d, size_t row)
{
    const double sign = d->problem->signs[row], alpha = d->alphas[row];
    const double slack = 0.5 / (double)d->problem->costs[row];
    const double gradient = sign * decision(d, row) - 1.0 + alpha * slack;
    double projected = gradient;
    if (alpha == 0.0) {
        if (gradient > d->upper)
            return false;
        projected = gradient < 0.0 ? gradient : 0.0;
    }
    d->highest = projected > d->highest ? projected : d->highest;
    d->lowest = projected < d->lowest ? projected : d->lowest;
    if (fabs(projected) < 1e-12)
        return true;
    const double moved = alpha - gradient / d->diagonal[row];
    d->alphas[row] = moved > 0.0 ? moved : 0.0;
    move(d, row, sign * (d->alphas[row] - alpha));
    return true;
}

/* Asks for a row that comes some steps later, where rows lie in a file. */
static void read_ahead(const descent *d, size_t i)
{
    enum { STEPS = 64 };
    const sn_ngram_matrix *const m = d->problem->matrix;
    if (!sn_is_spilled(&m->place) || i + STEPS >= d->active)
        return;
    const size_t *const starts = m->starts + SN_NGRAM_BLOCKS * d->order[i + STEPS];
    sn_read_ahead(m->entries + starts[0],
                  (starts[SN_NGRAM_BLOCKS] - starts[0]) * sizeof *m->entries);
}

static void pass(descent *d, sn_rng *rng)
{
    d->highest = -(double)INFINITY;
    d->lowest = (double)INFINITY;
    sn_rng_shuffle(rng, d->order, d->active);
    for (size_t i = 0; i < d->active; i++) {
        const uint32_t row = d->order[i];
        read_ahead(d, i);
        if (step(d, row))
            continue;
        d->active--;
        d->order[i] = d->order[d->active];
        d->order[d->active] = row;
        i--;
    }
}

/* Passes until the active rows are at their optimum, then once more over all, since a row may have
 * been shrunk too early. */
static void descend(descent *d)
{
    sn_rng rng;
    sn_rng_seed(&rng, d->problem->seed, SN_RNG_DESCENT);
    for (int i = 0; i < MOST_PASSES && d->rows; i++) {
        pass(d, &rng);
        const bool is_still = d->highest - d->lowest <= d->problem->tolerance || d->active == 0;
        if (is_still && d->active == d->rows)
            return;
        if (is_still)
            d->active = d->rows;
        d->upper = is_still || d->highest <= 0.0 ? (double)INFINITY : d->highest;
    }
}

seqnet_status sn_dual_descent(const sn_dual_problem *problem, float *weights, float *bias,
                              seqnet_error *err)
{
    descent d;
    const sn_ngram_matrix *const m = problem->matrix;
    const size_t bytes = m->starts[SN_NGRAM_BLOCKS * m->rows] * sizeof *m->entries;
    const seqnet_status status = prepare(&d, problem, err);
    if (status == SEQNET_OK) {
        if (sn_is_spilled(&m->place))
            sn_read_at_random(m->entries, bytes);
        descend(&d);
        if (sn_is_spilled(&m->place))
            sn_read_in_order(m->entries, bytes);
        for (size_t j = 0; j < problem->matrix->columns; j++)
            weights[j] = d.columns[j].weight;
        *bias = (float)d.bias;
    }
    free(d.columns);
    free(d.alphas);
    free(d.diagonal);
    free(d.order);
    return status;
}
