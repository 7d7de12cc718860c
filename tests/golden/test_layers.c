/*
 * Small networks against float64 reference numbers: logits, loss and the gradient of every
 * tensor. float32 code stays within 1e-5 of the tensor's largest value.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "agreement.h"
#include "engine.h"
#include "kernels.h"
#include "memory.h"

enum { B = 5, T = 7, V = 12, E = 4, H = 3, MOST_OUTPUTS = 4 };

typedef struct golden_case {
    const char *name;
    sn_layer_spec layer;
    bool mask_zero, stacked;
    size_t outputs;
    const double *weights, *gradients, *logits;
    const int32_t *ids, *labels;
    double loss;
} golden_case;

#include "layer_cases.h"

static void build(sn_network *network, const golden_case *c)
{
    sn_layer_spec specs[4] = {
        {.kind = SN_EMBEDDING, .embedding = {.units = E, .id_count = V, .mask_zero = c->mask_zero}},
        c->layer};
    size_t count = 2;
    if (c->layer.kind == SN_CONV1D)
        specs[count++] = (sn_layer_spec){.kind = SN_POOLING, .pooling = {SN_POOL_MAX}};
    if (c->stacked) {
        specs[1].recurrent.return_sequences = true;
        specs[count++] = c->layer;
    }
    specs[count++] = (sn_layer_spec){.kind = SN_DENSE, .dense = {.units = c->outputs}};
    assert_int_equal(sn_network_init(network, specs, count, T, NULL), SEQNET_OK);
}

/* Of a tensor's largest value; returns the error in these terms. */
static double assert_near(const char *what, const char *name, const float *got,
                          const double *wanted, size_t count)
{
    agreement a = {0};
    for (size_t i = 0; i < count; i++)
        agreement_add(&a, (double)got[i], wanted[i]);
    if (!agreement_within(&a, 1e-5))
        fail_msg("%s of %s: error %g, largest value %g", what, name, a.worst, a.largest);
    return a.largest > 0.0 ? a.worst / a.largest : 0.0;
}

/* The rows of the case, without their leading zeros when `stripped`: padding puts them back. */
static sn_minibatch make_batch(const golden_case *c, bool stripped, const int32_t **rows,
                               size_t *lengths)
{
    for (size_t b = 0; b < B; b++) {
        size_t start = 0;
        while (stripped && c->ids[b * T + start] == 0)
            start++;
        rows[b] = c->ids + b * T + start;
        lengths[b] = T - start;
    }
    return (sn_minibatch){.rows = rows, .lengths = lengths, .labels = c->labels, .count = B};
}

typedef seqnet_status create_engine(sn_engine **engine, const sn_network *network,
                                    sn_padding padding, sn_pool *pool, bool trains,
                                    seqnet_error *err);

static void check_case(const golden_case *c, bool stripped, create_engine *create)
{
    sn_network network;
    sn_pool *pool;
    sn_engine *engine;
    const int32_t *rows[B];
    size_t lengths[B];
    float logits[B * MOST_OUTPUTS], *weights, *gradients;
    build(&network, c);
    const size_t floats = network.table.floats;
    assert_int_equal(sn_alloc_floats(&weights, floats, NULL), SEQNET_OK);
    assert_int_equal(sn_alloc_floats(&gradients, floats, NULL), SEQNET_OK);
    for (size_t i = 0; i < floats; i++)
        weights[i] = (float)c->weights[i];
    assert_int_equal(sn_pool_create(&pool, 1, NULL), SEQNET_OK);
    const sn_padding padding = {SEQNET_PRE, SEQNET_PRE};
    assert_int_equal(create(&engine, &network, padding, pool, true, NULL), SEQNET_OK);

    const sn_minibatch batch = make_batch(c, stripped, rows, lengths);
    sn_loss_sums sums = {0};
    sn_engine_use(engine, weights);
    sn_engine_score(engine, &batch, logits);
    const double of_logits = assert_near("logits", c->name, logits, c->logits, B * c->outputs);
    sn_engine_use(engine, weights);
    sn_engine_gradients(engine, &batch, gradients, &sums);
    assert_true(fabs(sums.loss / B - c->loss) <= 1e-5 * c->loss);
    double worst = 0.0;
    for (size_t i = 0; i < network.table.count; i++) {
        const sn_tensor *const tensor = &network.table.tensors[i];
        worst = fmax(worst, assert_near(tensor->name, c->name, gradients + tensor->offset,
                                        c->gradients + tensor->offset, tensor->count));
    }
    print_message("%-30s %-6s logits %.1e  loss %.1e  gradients %.1e\n", c->name,
                  create == sn_engine_plain_create ? "plain" : "ragged", of_logits,
                  fabs(sums.loss / B - c->loss) / c->loss, worst);
    sn_engine_free(engine);
    sn_pool_free(pool);
    sn_network_free(&network);
    free(weights);
    free(gradients);
}

static void cases_match_the_reference(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof GOLDEN_CASES / sizeof *GOLDEN_CASES; i++) {
        check_case(&GOLDEN_CASES[i], false, sn_engine_create);
        check_case(&GOLDEN_CASES[i], true, sn_engine_create);
        check_case(&GOLDEN_CASES[i], true, sn_engine_plain_create);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cases_match_the_reference)};
    return cmocka_run_group_tests_name("golden layers", tests, NULL, NULL);
}
