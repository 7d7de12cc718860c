/*
 * Networks drawn at random, all kinds of layers over any number of timesteps, through the ragged
 * engine against the plain one; and what must not change a bit: threads, neighbours, tables that
 * engines share, an engine that only scores, and calls before. The draws depend on the number of
 * the network alone, which a failure names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "engine_fixture.h"
#include "gemm.h"
#include "random_networks.h"
#include "stage_list.h"

enum { NETWORKS = 400 };

/* Rows as fill_rows makes them, with lengths at the edges of the padding. */
static void draw_rows(plan *p, size_t number)
{
    fill_rows(ONE_OF(p, 1, 3, 3, 17, 17, 40, 129, 300), number);
    for (size_t r = 0; r < d.batch.count; r++) {
        const size_t choice = below(p, 8);
        if (choice < 6)
            d.lengths[r] = choice < 2 ? choice : p->time - 1 + choice % 3;
        if (choice == 6)
            memset(d.ids[r], 0, sizeof d.ids[r]);
        if (choice == 7)
            d.lengths[r] = below(p, p->time + 1);
    }
    if (with_chance(p, 0.5))
        d.batch.weights = d.weights;
}

/* What normalises divides by the root of weights. */
static void make_variances_positive(const fixture *f)
{
    for (size_t k = 0; k < f->network.table.count; k++) {
        const sn_tensor *const tensor = &f->network.table.tensors[k];
        for (size_t i = 0; strstr(tensor->name, "variance") && i < tensor->count; i++)
            f->weights[tensor->offset + i] = 0.5F + fabsf(f->weights[tensor->offset + i]);
    }
}

static void open_plan(fixture *f, const plan *p, create_engine *create, size_t threads)
{
    open_network(f, p->layers, p->count, p->time, p->padding, 0.3, create, threads);
    make_variances_positive(f);
    sn_engine_use(f->engine, f->weights);
}

static void describe(size_t number, const plan *p)
{
    print_message("network %zu: time %zu, padding %d %d, rows %zu:", number, p->time,
                  (int)p->padding.padding, (int)p->padding.truncating, d.batch.count);
    for (size_t i = 0; i < p->count; i++)
        print_message(" %s", sn_layer_ops_of(p->layers[i].kind)->type);
    print_message("\n");
}

/* Gradients are also right within the rounding of the losses'. */
static void assert_close(const fixture *plain, const fixture *ragged, double tolerance)
{
    for (size_t k = 0; k < plain->network.table.count; k++) {
        const sn_tensor *const tensor = &plain->network.table.tensors[k];
        agreement a = {.largest = 1e-7 / tolerance};
        for (size_t i = tensor->offset; i < tensor->offset + tensor->count; i++)
            agreement_add(&a, (double)ragged->gradients[i], (double)plain->gradients[i]);
        if (!agreement_within(&a, tolerance))
            fail_msg("%s: error %g of %g", tensor->name, a.worst, a.largest);
    }
}

static float wanted[MOST_ROWS * MOST_OUTPUTS], got[MOST_ROWS * MOST_OUTPUTS];

static void compare_with_plain(const plan *p, fixture *ragged)
{
    fixture plain;
    sn_loss_sums plain_sums = {0}, ragged_sums = {0};
    open_plan(&plain, p, sn_engine_plain_create, 1);
    sn_engine_gradients(plain.engine, &d.batch, plain.gradients, &plain_sums);
    sn_engine_gradients(ragged->engine, &d.batch, ragged->gradients, &ragged_sums);
    if (!(fabs(ragged_sums.loss - plain_sums.loss) <= 2e-6 * plain_sums.loss + 1e-6))
        fail_msg("loss %.9g instead of %.9g", ragged_sums.loss, plain_sums.loss);
    assert_close(&plain, ragged, p->has_kinks ? 2e-3 : plain.gated ? 4e-5 : UNGATED_TOLERANCE);
    sn_engine_score(plain.engine, &d.batch, wanted);
    sn_engine_score(ragged->engine, &d.batch, got);
    for (size_t i = 0; i < d.batch.count * plain.network.outputs; i++)
        if (!(fabs((double)got[i] - (double)wanted[i]) <= TOLERANCE))
            fail_msg("logit %zu: %g instead of %g", i, (double)got[i], (double)wanted[i]);
    close_fixture(&plain);
}

/* The gradients of another engine, its threads and calls before: the same bits. `f` has those of
 * the batch. */
static void compare_with_another(const plan *p, const fixture *f)
{
    fixture other;
    sn_loss_sums sums = {0};
    open_plan(&other, p, sn_engine_ragged_create, 3);
    const size_t count = d.batch.count;
    d.batch.count = (count + 1) / 2;
    sn_engine_score(other.engine, &d.batch, wanted);
    sn_engine_gradients(other.engine, &d.batch, other.gradients, &sums);
    d.batch.count = count;
    sn_engine_gradients(other.engine, &d.batch, other.gradients, &sums);
    assert_memory_equal(f->gradients, other.gradients, f->floats * sizeof *f->gradients);
    sn_engine_score(other.engine, &d.batch, wanted);
    assert_memory_equal(wanted, got, count * f->network.outputs * sizeof *got);
    close_fixture(&other);
}

/* Only rows of the embedding that are touched are written, and all that have a gradient are. */
static void compare_by_row(const fixture *f)
{
    const size_t units = f->network.layers[0].output.features;
    float *const gradients = floats(f->floats);
    sn_id_set touched;
    sn_loss_sums sums = {0};
    assert_int_equal(sn_id_set_init(&touched, ID_COUNT, ID_COUNT, NULL), SEQNET_OK);
    memset(gradients, 0, f->floats * sizeof *gradients);
    for (size_t part = 0; part < 2; part++) {
        const sn_minibatch some = {.rows = d.rows + part,
                                   .lengths = d.lengths + part,
                                   .labels = d.labels + part,
                                   .count = 1};
        if (part < d.batch.count)
            sn_engine_gradients_by_row(f->engine, &some, gradients, &touched, &sums);
    }
    sn_engine_gradients_by_row(f->engine, &d.batch, gradients, &touched, &sums);
    assert_memory_equal(gradients, f->gradients, f->floats * sizeof *gradients);
    for (size_t id = 0; id < ID_COUNT; id++)
        for (size_t k = 0; k < units && !sn_id_set_has(&touched, (int32_t)id); k++)
            assert_true(gradients[id * units + k] == 0.0F);
    sn_id_set_free(&touched);
    free(gradients);
}

/* Two engines that only score, one with the table of the other, if that is complete. */
static void compare_scoring(const plan *p, const fixture *f)
{
    sn_engine *owner, *guest;
    const size_t bytes = d.batch.count * f->network.outputs * sizeof *got;
    assert_int_equal(sn_engine_ragged_create(&owner, &f->network, p->padding, f->pool, false, NULL),
                     SEQNET_OK);
    assert_int_equal(sn_engine_ragged_create(&guest, &f->network, p->padding, f->pool, false, NULL),
                     SEQNET_OK);
    sn_engine_use(owner, f->weights);
    sn_engine_use(guest, f->weights);
    sn_engine_score(owner, &d.batch, wanted);
    assert_memory_equal(wanted, got, bytes);
    if (sn_engine_complete_table(owner, &d.batch))
        sn_engine_share_table(guest, owner);
    sn_engine_score(guest, &d.batch, wanted);
    assert_memory_equal(wanted, got, bytes);
    for (size_t row = 0; row < d.batch.count; row += 1 + d.batch.count / 8)
        assert_same_alone(guest, row, got + row * f->network.outputs);
    sn_engine_free(owner);
    sn_engine_free(guest);
}

static void try_network(size_t number)
{
    plan p;
    fixture f;
    draw_plan(&p, number, ID_COUNT);
    draw_rows(&p, number);
    describe(number, &p);
    sn_network network;
    seqnet_error err;
    if (sn_network_init(&network, p.layers, p.count, p.time, &err) != SEQNET_OK)
        fail_msg("%s", err.message);
    const bool takes = sn_engine_ragged_takes(&network);
    sn_network_free(&network);
    if (!takes)
        return;
    open_plan(&f, &p, sn_engine_ragged_create, 1);
    compare_with_plain(&p, &f);
    compare_with_another(&p, &f);
    compare_by_row(&f);
    compare_scoring(&p, &f);
    close_fixture(&f);
}

static void random_networks_agree(void **state)
{
    (void)state;
    for (size_t number = 0; number < NETWORKS; number++)
        try_network(number);
}

/* Fails unless a stage lays out as many floats as it counts. */
static void assert_counts(sn_ragged_engine *engine, sn_stage *stage)
{
    const sn_stage_ops *const ops = stage->ops;
    sn_stage_space space = {0};
    sn_stage_share share = {0};
    for (size_t part = 0; part < 4; part++) {
        size_t counted = 0, used = 0;
        float *block = NULL;
        for (size_t *size = &counted; size; size = size == &counted ? &used : NULL) {
            block = size == &used ? floats(counted) : NULL;
            if (part == 0 && ops->lay_out_space)
                ops->lay_out_space(engine, stage, &space, block, size);
            if (part == 1 && ops->lay_out_share && engine->trains)
                ops->lay_out_share(engine, stage, &share, block, size);
            if (part == 2 && ops->lay_out_sums && engine->trains)
                ops->lay_out_sums(stage, &share.sums, block, size);
            if (part == 3 && ops->lay_out) /* the engine is not run again */
                ops->lay_out(engine, stage, block, size);
        }
        free(block);
        assert_int_equal(counted, used);
    }
}

static void memory_is_counted_as_it_is_used(void **state)
{
    (void)state;
    for (size_t number = 0; number < NETWORKS; number++) {
        plan p;
        sn_network network;
        sn_pool *pool;
        draw_plan(&p, number, ID_COUNT);
        assert_int_equal(sn_network_init(&network, p.layers, p.count, p.time, NULL), SEQNET_OK);
        assert_int_equal(sn_pool_create(&pool, 1, NULL), SEQNET_OK);
        for (int trains = 0; trains < 2 && sn_engine_ragged_takes(&network); trains++) {
            sn_engine *engine;
            assert_int_equal(
                sn_engine_ragged_create(&engine, &network, p.padding, pool, trains, NULL),
                SEQNET_OK);
            sn_ragged_engine *const ragged = (sn_ragged_engine *)engine;
            for (size_t i = 0; i < network.count; i++)
                assert_counts(ragged, &ragged->stages[i]);
            sn_engine_free(engine);
        }
        sn_pool_free(pool);
        sn_network_free(&network);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_networks_agree),
        cmocka_unit_test(memory_is_counted_as_it_is_used),
    };
    if (sn_gemm_prepare(5, NULL) != SEQNET_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
