/* An engine computes in the arithmetic of its network, whatever the thread that calls it does; a
 * process may have engines of both kinds. */
#include "engine_fixture.h"

enum { ROWS = 40 };

static const sn_layer_spec LAYERS[] = {
    {.kind = SN_EMBEDDING, .embedding = {.units = 5, .id_count = ID_COUNT}},
    {.kind = SN_LSTM, .recurrent = {.units = 20}},
    {.kind = SN_DENSE, .dense = {.units = 1}}};

/* What an engine gives. */
typedef struct result {
    float logits[ROWS], gradients[4096];
} result;

static void run(const fixture *f, sn_engine *engine, sn_arithmetic of_thread, result *r)
{
    sn_loss_sums sums = {0};
    memset(r, 0, sizeof *r);
    assert_true(f->floats <= sizeof r->gradients / sizeof *r->gradients);
    const sn_arithmetic before = sn_arithmetic_use(of_thread);
    sn_engine_use(engine, f->weights);
    sn_engine_score(engine, &d.batch, r->logits);
    sn_engine_gradients(engine, &d.batch, r->gradients, &sums);
    assert_int_equal(sn_arithmetic_use(before), of_thread);
}

static void assert_follows_network(create_engine *create)
{
    fixture f;
    sn_engine *reproducible;
    static result fast, exact, again;
    fill_rows(ROWS, 2);
    open_network(&f, LAYERS, 3, TIME, PADDINGS[0], 0.5, create, 2);
    f.network.arithmetic = SN_REPRODUCIBLE;
    assert_int_equal(create(&reproducible, &f.network, PADDINGS[0], f.pool, true, NULL), SEQNET_OK);
    run(&f, f.engine, SN_FAST, &fast);
    run(&f, reproducible, SN_FAST, &exact);
    run(&f, f.engine, SN_REPRODUCIBLE, &again);
    assert_memory_equal(&again, &fast, sizeof fast);
    run(&f, reproducible, SN_REPRODUCIBLE, &again);
    assert_memory_equal(&again, &exact, sizeof exact);
    for (size_t i = 0; i < ROWS; i++)
        assert_true(fabs((double)(fast.logits[i] - exact.logits[i])) <= TOLERANCE);
    sn_engine_free(reproducible);
    close_fixture(&f);
}

static void engines_follow_their_network(void **state)
{
    (void)state;
    assert_follows_network(sn_engine_create);
    assert_follows_network(sn_engine_plain_create);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(engines_follow_their_network)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
