/* Support vector machines: the optimum, against a plain gradient descent in the primal problem. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "dual_descent.h"
#include "support.h"

enum { ROWS = 40, COLUMNS = 12, PER_BLOCK = 3 };

/* A small problem, and the same rows as a dense matrix. */
typedef struct problem {
    sn_ngram_matrix matrix;
    uint32_t entries[2 * ROWS * PER_BLOCK];
    size_t starts[2 * ROWS + 1];
    float block_scales[2 * ROWS], column_scales[COLUMNS], row_scales[ROWS], costs[ROWS];
    int8_t signs[ROWS];
    double dense[ROWS][COLUMNS];
    sn_dual_problem problem;
} problem;

static uint32_t seed;

static uint32_t draw(uint32_t bound)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 16) % bound;
}

/* Fills the dense matrix from the sparse one. */
static void spread(problem *p, bool has_row_scales)
{
    memset(p->dense, 0, sizeof p->dense);
    for (size_t b = 0; b < 2 * ROWS; b++)
        for (size_t e = p->starts[b]; e < p->starts[b + 1]; e++) {
            const size_t j = sn_entry_number(p->entries[e]);
            p->dense[b / 2][j] += (double)(p->block_scales[b] * sn_entry_frequency(p->entries[e])) *
                                  (double)p->column_scales[j] *
                                  (has_row_scales ? (double)p->row_scales[b / 2] : 1.0);
        }
}

/* Words are columns 0 to 5, characters the others; some blocks are empty. */
static problem *make_problem(uint32_t number, bool has_row_scales)
{
    problem *const p = calloc(1, sizeof *p);
    size_t used = 0;
    seed = number;
    for (size_t b = 0; b < 2 * ROWS; b++) {
        for (size_t i = b % 7 ? 0 : PER_BLOCK; i < PER_BLOCK; i++)
            p->entries[used++] = sn_walk_entry(b % 2 * 6 + 2 * i + draw(2), 1 + draw(3));
        p->starts[b + 1] = used;
        p->block_scales[b] = 0.3F + 0.1F * (float)draw(5);
    }
    for (size_t j = 0; j < COLUMNS; j++)
        p->column_scales[j] = (j % 5 == 4 ? -1.0F : 1.0F) * (0.5F + 0.25F * (float)draw(6));
    for (size_t i = 0; i < ROWS; i++) {
        p->row_scales[i] = 0.5F + 0.1F * (float)draw(10);
        p->costs[i] = 0.25F + 0.5F * (float)draw(4);
        p->signs[i] = sn_entry_number(p->entries[p->starts[2 * i]]) % 2 || draw(5) == 0 ? 1 : -1;
    }
    p->matrix = (sn_ngram_matrix){.rows = ROWS,
                                  .columns = COLUMNS,
                                  .entries = p->entries,
                                  .starts = p->starts,
                                  .scales = p->block_scales};
    p->problem = (sn_dual_problem){.matrix = &p->matrix,
                                   .tolerance = 0.01,
                                   .column_scales = p->column_scales,
                                   .row_scales = has_row_scales ? p->row_scales : NULL,
                                   .signs = p->signs,
                                   .costs = p->costs,
                                   .seed = 1};
    spread(p, has_row_scales);
    return p;
}

/* The primal objective of weights [COLUMNS] and a bias behind them, and its gradient. */
static double objective(const problem *p, const double *w, double *gradient)
{
    double sum = 0.0;
    for (size_t j = 0; j <= COLUMNS; j++) {
        sum += w[j] * w[j] / 2.0;
        gradient[j] = w[j];
    }
    for (size_t i = 0; i < ROWS; i++) {
        double decision = w[COLUMNS];
        for (size_t j = 0; j < COLUMNS; j++)
            decision += w[j] * p->dense[i][j];
        const double short_of = fmax(0.0, 1.0 - p->signs[i] * decision);
        sum += (double)p->costs[i] * short_of * short_of;
        const double step = -2.0 * (double)p->costs[i] * short_of * p->signs[i];
        for (size_t j = 0; j < COLUMNS; j++)
            gradient[j] += step * p->dense[i][j];
        gradient[COLUMNS] += step;
    }
    return sum;
}

static double least_objective(const problem *p)
{
    double w[COLUMNS + 1] = {0}, gradient[COLUMNS + 1];
    for (int step = 0; step < 4000; step++) {
        (void)objective(p, w, gradient);
        for (size_t j = 0; j <= COLUMNS; j++)
            w[j] -= 0.002 * gradient[j];
    }
    return objective(p, w, gradient);
}

/* The objective of what the descent finds. Its weights are those of unscaled columns. */
static double found_objective(const problem *p, float weights[COLUMNS], float *bias)
{
    double w[COLUMNS + 1], gradient[COLUMNS + 1];
    assert_int_equal(sn_dual_descent(&p->problem, weights, bias, NULL), SEQNET_OK);
    for (size_t j = 0; j < COLUMNS; j++)
        w[j] = (double)weights[j] / (double)p->column_scales[j];
    w[COLUMNS] = (double)*bias;
    return objective(p, w, gradient);
}

static void the_optimum_is_that_of_the_primal_problem(void **state)
{
    (void)state;
    for (uint32_t number = 1; number <= 6; number++) {
        problem *const p = make_problem(number, number % 2);
        float weights[COLUMNS], bias;
        const double least = least_objective(p), found = found_objective(p, weights, &bias);
        if (!(found > 0.9999 * least && found < 1.002 * least))
            fail_msg("%u: the objective is %f, at least %f", number, found, least);
        free(p);
    }
}

static void equal_runs_give_equal_bits(void **state)
{
    (void)state;
    problem *const p = make_problem(9, true);
    float first[COLUMNS], second[COLUMNS], other[COLUMNS], biases[3];
    (void)found_objective(p, first, &biases[0]);
    (void)found_objective(p, second, &biases[1]);
    p->problem.seed = 2;
    (void)found_objective(p, other, &biases[2]);
    assert_memory_equal(first, second, sizeof first);
    assert_true(biases[0] == biases[1]);
    assert_memory_not_equal(first, other, sizeof first);
    free(p);
}

/* Rows of the cost 0 change nothing, whatever they say. */
static void rows_without_a_cost_are_left_out(void **state)
{
    (void)state;
    problem *const p = make_problem(4, false);
    float first[COLUMNS], second[COLUMNS], biases[2];
    for (size_t i = 0; i < ROWS; i += 3)
        p->costs[i] = 0.0F;
    const double least = least_objective(p), found = found_objective(p, first, &biases[0]);
    assert_true(found < 1.002 * least);
    for (size_t i = 0; i < ROWS; i += 3)
        p->signs[i] = (int8_t)-p->signs[i];
    (void)found_objective(p, second, &biases[1]);
    assert_memory_equal(first, second, sizeof first);
    assert_true(biases[0] == biases[1]);
    for (size_t i = 0; i < ROWS; i++)
        p->costs[i] = 0.0F;
    (void)found_objective(p, first, &biases[0]);
    for (size_t j = 0; j < COLUMNS; j++)
        assert_true(first[j] == 0.0F);
    assert_true(biases[0] == 0.0F);
    free(p);
}

/* A row with twice the cost is as good as two rows. */
static void costs_are_as_good_as_rows(void **state)
{
    (void)state;
    problem *const p = make_problem(5, false);
    float weights[COLUMNS], bias;
    for (size_t i = 0; i < ROWS; i++)
        p->costs[i] = 0.5F;
    for (size_t i = 1; i < ROWS; i += 2) { /* as the row before */
        memcpy(p->dense[i], p->dense[i - 1], sizeof p->dense[i]);
        p->signs[i] = p->signs[i - 1];
    }
    const double least = least_objective(p);
    for (size_t i = 0; i < ROWS; i++)
        p->costs[i] = i % 2 ? 0.0F : 1.0F;
    const double found = found_objective(p, weights, &bias);
    assert_true(found > 0.9999 * least && found < 1.002 * least);
    free(p);
}

static void rows_without_ngrams_have_a_bias(void **state)
{
    (void)state;
    problem *const p = make_problem(6, false);
    float weights[COLUMNS], bias;
    memset(p->starts, 0, sizeof p->starts);
    for (size_t i = 0; i < ROWS; i++) {
        p->costs[i] = 1.0F;
        p->signs[i] = i % 4 ? 1 : -1;
    }
    spread(p, false);
    (void)found_objective(p, weights, &bias);
    /* b + sum of -2 y (1 - y b) = 0 for 30 rows of the class and 10 others */
    assert_true(fabs((double)bias - 40.0 / 81.0) < 0.05);
    for (size_t j = 0; j < COLUMNS; j++)
        assert_true(weights[j] == 0.0F);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_optimum_is_that_of_the_primal_problem),
        cmocka_unit_test(equal_runs_give_equal_bits),
        cmocka_unit_test(rows_without_a_cost_are_left_out),
        cmocka_unit_test(costs_are_as_good_as_rows),
        cmocka_unit_test(rows_without_ngrams_have_a_bias),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
