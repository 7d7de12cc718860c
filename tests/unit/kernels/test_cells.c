/*
 * Every instruction set's steps of every cell, with each activation, against the plain cell's
 * equations (nn), which gradient checks and reference numbers stand behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kernels.h"
#include "recurrent.h"
#include "rng.h"

enum { ROWS = 11, TOKENS = 5, MOST_UNITS = 48, MOST_COLUMNS = 4 * MOST_UNITS };

static const double TOLERANCE = 5e-6;
static const size_t UNITS[] = {16, 32, 48};

/* What is under test, which main() and each test set. */
static const sn_kernels *kernels;
static const sn_cell *cell;
static size_t units, columns;

/* Operands and results of a step. Matrices are [units, columns], gates one after the other, and
 * packed as the kernels take them. */
typedef struct step_data {
    float recurrent[MOST_UNITS * MOST_COLUMNS], second[MOST_UNITS * MOST_UNITS];
    float packed[MOST_UNITS * MOST_COLUMNS], transposed[MOST_UNITS * MOST_COLUMNS];
    float packed_second[MOST_UNITS * MOST_UNITS], transposed_second[MOST_UNITS * MOST_UNITS];
    float bias[MOST_COLUMNS], projections[TOKENS * MOST_COLUMNS];
    int32_t tokens[ROWS];
    /* fed: the state as the product takes it; carry: the state h of a cell that carries none */
    float fed[ROWS * MOST_UNITS], carry[ROWS * MOST_UNITS], scale[ROWS * MOST_UNITS];
    float hidden_next[ROWS * MOST_UNITS], carry_next[ROWS * MOST_UNITS];
    float unscaled[ROWS * MOST_UNITS];
    float gates[ROWS * MOST_COLUMNS], memo[ROWS * MOST_UNITS];
    float d_hidden[ROWS * MOST_UNITS], d_carry[ROWS * MOST_UNITS];
    float d_projections[TOKENS * MOST_COLUMNS], d_bias[MOST_COLUMNS];
} step_data;

static sn_rng rng;

static void fill(float *values, size_t count, double scale)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(scale * (2.0 * sn_rng_uniform(&rng) - 1.0));
}

/* Where a gate of a unit stands in a packed row, of a cell with so many gates. */
static size_t packed_at(size_t gates, size_t gate, size_t unit)
{
    return (unit / SN_LANES * gates + gate) * SN_LANES + unit % SN_LANES;
}

static void pack(const float *from, size_t gates, float *packed, float *transposed)
{
    for (size_t k = 0; k < units; k++)
        for (size_t gate = 0; gate < gates; gate++)
            for (size_t unit = 0; unit < units; unit++) {
                const float weight = from[(k * gates + gate) * units + unit];
                const size_t block = unit / SN_LANES * units + k;
                packed[(block * gates + gate) * SN_LANES + unit % SN_LANES] = weight;
                transposed[(k / SN_LANES * gates * units + packed_at(gates, gate, unit)) *
                               SN_LANES +
                           k % SN_LANES] = weight;
            }
}

static void fill_step(step_data *s)
{
    fill(s->recurrent, units * columns, 0.5);
    for (size_t k = 0; cell->second == SN_SECOND_MEMO && k < units; k++)
        memset(s->recurrent + k * columns + cell->second_gate * units, 0,
               units * sizeof *s->recurrent);
    fill(s->second, units * units, 0.5);
    pack(s->recurrent, cell->gates, s->packed, s->transposed);
    pack(s->second, 1, s->packed_second, s->transposed_second);
    fill(s->bias, columns, 0.5);
    fill(s->projections, TOKENS * columns, 2.0);
    fill(s->fed, ROWS * units, 1.0);
    fill(s->carry, ROWS * units, 1.0);
    fill(s->scale, ROWS * units, 1.5);
    fill(s->d_hidden, ROWS * units, 1.0);
    fill(s->d_carry, ROWS * units, 1.0);
    fill(s->d_projections, TOKENS * columns, 1.0);
    fill(s->d_bias, columns, 1.0);
    for (size_t row = 0; row < ROWS; row++)
        s->tokens[row] = (int32_t)sn_rng_below(&rng, TOKENS);
}

typedef struct choice {
    int activation, recurrent_activation;
    /* with recurrent dropout */
    bool scaled;
} choice;

static bool takes_carry(const choice *c)
{
    return cell->carries || (c->scaled && cell->is_direct);
}

static sn_step_forward make_forward(step_data *s, const choice *c)
{
    return (sn_step_forward){.rows = ROWS,
                             .units = units,
                             .recurrent = s->packed,
                             .second = s->packed_second,
                             .activation = c->activation,
                             .recurrent_activation = c->recurrent_activation,
                             .recurrent_bias = s->bias,
                             .projections = s->projections,
                             .tokens = s->tokens,
                             .hidden = s->fed,
                             .carry = takes_carry(c) ? s->carry : NULL,
                             .hidden_next = s->hidden_next,
                             .carry_next = takes_carry(c) ? s->carry_next : NULL,
                             .gates = s->gates,
                             .memo = s->memo,
                             .hidden_scale = c->scaled ? s->scale : NULL,
                             .unscaled = c->scaled ? s->unscaled : NULL};
}

static sn_step_backward make_backward(step_data *s, const choice *c)
{
    return (sn_step_backward){.rows = ROWS,
                              .units = units,
                              .recurrent_transposed = s->transposed,
                              .second_transposed = s->transposed_second,
                              .activation = c->activation,
                              .recurrent_activation = c->recurrent_activation,
                              .gates = s->gates,
                              .hidden = s->fed,
                              .carry = takes_carry(c) ? s->carry : NULL,
                              .memo = s->memo,
                              .d_hidden = s->d_hidden,
                              .d_carry = s->d_carry,
                              .d_hidden_scale = c->scaled ? s->scale : NULL,
                              .d_projections = s->d_projections,
                              .tokens = s->tokens,
                              .d_recurrent_bias = s->d_bias};
}

static void assert_near(const char *what, float got, double wanted)
{
    if (!(fabs((double)got - wanted) <= TOLERANCE * (1.0 + fabs(wanted))))
        fail_msg("%s, cell %d, %zu units, %s: %.9g instead of %.9g", kernels->name, (int)cell->kind,
                 units, what, (double)got, wanted);
}

/* A row as the plain cell has it, with room for what it writes. */
typedef struct plain_row {
    float gates[MOST_COLUMNS], products[MOST_COLUMNS];
    float hidden_next[MOST_UNITS], carry_next[MOST_UNITS], memo[MOST_UNITS];
    float d_hidden[MOST_UNITS], d_carry[MOST_UNITS], d_fed[MOST_UNITS];
    sn_cell_row row;
} plain_row;

static void make_row(plain_row *p, const step_data *s, size_t row, const choice *c)
{
    const size_t at = row * units;
    const float *const projection = s->projections + (size_t)s->tokens[row] * columns;
    const bool keeps = sn_cell_keeps_products(cell);
    for (size_t gate = 0; gate < cell->gates; gate++)
        for (size_t unit = 0; unit < units; unit++) {
            const size_t column = gate * units + unit;
            const size_t packed = packed_at(cell->gates, gate, unit);
            double sum = keeps && gate >= cell->fused ? (double)s->bias[packed] : 0.0;
            for (size_t k = 0; k < units; k++)
                sum += (double)s->fed[at + k] * (double)s->recurrent[k * columns + column];
            p->gates[column] = (float)((double)projection[packed] + (keeps ? 0.0 : sum));
            p->products[column] = (float)sum;
        }
    p->row = (sn_cell_row){.units = units,
                           .activation = c->activation,
                           .recurrent_activation = c->recurrent_activation,
                           .gates = p->gates,
                           .products = p->products,
                           .hidden = (takes_carry(c) ? s->carry : s->fed) + at,
                           .fed = s->fed + at,
                           .carry = s->carry + at,
                           .hidden_next = p->hidden_next,
                           .carry_next = p->carry_next,
                           .memo = p->memo,
                           .second = s->second,
                           .second_stride = units,
                           .d_hidden = p->d_hidden,
                           .d_carry = p->d_carry,
                           .d_fed = p->d_fed};
}

static void check_forward_row(plain_row *p, const step_data *s, size_t row, const choice *c)
{
    const size_t at = row * units;
    for (size_t unit = 0; unit < units; unit++) {
        const double h = (double)p->hidden_next[unit];
        assert_near("hidden_next", s->hidden_next[at + unit],
                    c->scaled ? h * (double)s->scale[at + unit] : h);
        if (c->scaled)
            assert_near("unscaled", s->unscaled[at + unit], h);
        if (takes_carry(c))
            assert_near("carry_next", s->carry_next[at + unit],
                        cell->carries ? (double)p->carry_next[unit] : h);
        for (size_t gate = 0; gate < cell->gates; gate++)
            assert_near("gate", s->gates[row * columns + packed_at(cell->gates, gate, unit)],
                        (double)p->gates[gate * units + unit]);
    }
}

/* The gradient by the state before the step. */
static double d_hidden_of(const plain_row *p, const step_data *s, size_t row, size_t unit,
                          const choice *c)
{
    const float *const d_products = sn_cell_keeps_products(cell) ? p->products : p->gates;
    double sum = cell->second == SN_SECOND_MEMO ? (double)p->d_fed[unit] : 0.0;
    for (size_t k = 0; k < columns; k++)
        sum += (double)d_products[k] * (double)s->recurrent[unit * columns + k];
    sum *= c->scaled ? (double)s->scale[row * units + unit] : 1.0;
    return sum + (cell->is_direct ? (double)p->d_hidden[unit] : 0.0);
}

static void check_backward_row(plain_row *p, const step_data *before, const step_data *after,
                               size_t row, const choice *c, double *d_projection, double *d_bias)
{
    const size_t at = row * units;
    const bool keeps = sn_cell_keeps_products(cell);
    memcpy(p->d_hidden, before->d_hidden + at, units * sizeof *p->d_hidden);
    memcpy(p->d_carry, before->d_carry + at, units * sizeof *p->d_carry);
    cell->backward(&p->row);
    for (size_t unit = 0; unit < units; unit++) {
        assert_near("d_hidden", after->d_hidden[at + unit], d_hidden_of(p, before, row, unit, c));
        if (cell->carries)
            assert_near("d_carry", after->d_carry[at + unit], (double)p->d_carry[unit]);
        for (size_t gate = 0; gate < cell->gates; gate++) {
            const size_t column = gate * units + unit;
            const size_t packed = packed_at(cell->gates, gate, unit);
            const double by_product = (double)(keeps ? p->products : p->gates)[column];
            assert_near("d_product", after->gates[row * columns + packed], by_product);
            d_projection[(size_t)before->tokens[row] * columns + packed] +=
                (double)p->gates[column];
            d_bias[packed] += gate >= cell->fused ? by_product : 0.0;
        }
    }
}

static void check_step(const choice *c)
{
    static step_data before, after;
    static plain_row rows[ROWS];
    double d_projection[TOKENS * MOST_COLUMNS] = {0}, d_bias[MOST_COLUMNS] = {0};
    fill_step(&before);
    const sn_step_forward forward = make_forward(&before, c);
    kernels->cells[cell->kind].forward(&forward);
    for (size_t row = 0; row < ROWS; row++) {
        make_row(&rows[row], &before, row, c);
        cell->forward(&rows[row].row);
        check_forward_row(&rows[row], &before, row, c);
    }
    after = before;
    const sn_step_backward backward = make_backward(&after, c);
    kernels->cells[cell->kind].backward(&backward);
    for (size_t row = 0; row < ROWS; row++)
        check_backward_row(&rows[row], &before, &after, row, c, d_projection, d_bias);
    for (size_t i = 0; i < TOKENS * columns; i++)
        assert_near("d_projections", after.d_projections[i],
                    (double)before.d_projections[i] + d_projection[i]);
    for (size_t i = 0; i < columns && sn_cell_keeps_products(cell); i++)
        assert_near("d_recurrent_bias", after.d_bias[i], (double)before.d_bias[i] + d_bias[i]);
}

static void check_choices(int activation, int recurrent_activation)
{
    for (size_t n = 0; n < sizeof UNITS / sizeof *UNITS; n++)
        for (int scaled = 0; scaled < 2; scaled++) {
            units = UNITS[n];
            columns = cell->gates * units;
            check_step(&(choice){activation, recurrent_activation, scaled});
        }
}

static void a_step_is_that_of_the_plain_cell(void **state)
{
    (void)state;
    check_choices(SN_TANH, SN_SIGMOID);
}

static void so_it_is_with_each_activation(void **state)
{
    (void)state;
    for (int activation = SN_LINEAR; activation < SN_ACTIVATIONS; activation++) {
        check_choices(activation, SN_SIGMOID);
        check_choices(SN_TANH, activation);
    }
}

static int seed(void **state)
{
    (void)state;
    sn_rng_seed(&rng, 14, SN_RNG_INIT);
    return 0;
}

static int run_cell(const char *title)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_is_that_of_the_plain_cell),
        cmocka_unit_test(so_it_is_with_each_activation),
    };
    char name[100];
    (void)snprintf(name, sizeof name, "%s, %s, cell %d", kernels->name, title, (int)cell->kind);
    return cmocka_run_group_tests_name(name, tests, seed, NULL);
}

int main(void)
{
    int failures = 0;
    for (int i = 0; i < SN_ISA_COUNT * SN_ARITHMETICS; i++) {
        kernels = sn_kernels_of((sn_isa)(i / SN_ARITHMETICS), (sn_arithmetic)(i % SN_ARITHMETICS));
        for (sn_layer_kind kind = 0; kernels && kind < SN_LAYER_KINDS; kind++) {
            const sn_layer_ops *const ops = sn_layer_ops_of(kind);
            for (cell = ops->cell; cell; cell = cell->reset_before)
                failures += run_cell(ops->title);
        }
    }
    return failures;
}
