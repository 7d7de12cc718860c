/*
 * The ragged engine against the plain one: same losses, logits and gradients to float32 rounding,
 * over the shapes and lengths where their ways part. Then what must not change a bit: threads,
 * neighbours, and what was computed before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "engine_fixture.h"
#include "gemm.h"
#include "stage.h"

/* The cell under test; main() runs all tests once for each. */
static sn_layer_kind cell;

/* What is run. */
typedef struct setting {
    size_t units, features, time, id_count;
    bool mask_zero;
    double dropout;
    sn_padding padding;
    bool pools; /* the states, which are masked, by `pooling` */
    sn_pooling pooling;
    double head_dropout; /* of a dropout layer before each Dense layer; 0: there is none */
    size_t hidden;       /* units of a Dense layer in between; 0: there is none */
    size_t outputs;      /* logits of a row */
    bool weighted;       /* rows count by their weights */
    double scale;        /* of the weights */
} setting;

static const setting USUAL = {
    .units = 6, .features = 5, .time = TIME, .id_count = ID_COUNT, .outputs = 1, .scale = 0.5};

static void open_fixture(fixture *f, const setting *s, create_engine *create, size_t threads)
{
    sn_layer_spec specs[SN_MAX_LAYERS] = {
        {.kind = SN_EMBEDDING,
         .embedding = {.units = s->features, .id_count = s->id_count, .mask_zero = s->mask_zero}},
        {.kind = cell,
         .recurrent = {
             .units = s->units, .return_sequences = s->pools, .recurrent_dropout = s->dropout}}};
    const sn_layer_spec dropout = {.kind = SN_DROPOUT, .dropout = {.rate = s->head_dropout}};
    size_t count = 2;
    if (s->pools)
        specs[count++] = (sn_layer_spec){.kind = SN_POOLING, .pooling = {.mode = (int)s->pooling}};
    if (s->head_dropout > 0.0)
        specs[count++] = dropout;
    if (s->hidden)
        specs[count++] =
            (sn_layer_spec){.kind = SN_DENSE, .dense = {.units = s->hidden, .activation = SN_TANH}};
    if (s->hidden && s->head_dropout > 0.0)
        specs[count++] = dropout;
    specs[count++] = (sn_layer_spec){.kind = SN_DENSE, .dense = {.units = s->outputs}};
    open_network(f, specs, count, s->time, s->padding, s->scale, create, threads);
}

static void compare_engines(const setting *s)
{
    fixture plain, ragged;
    d.batch.weights = s->weighted ? d.weights : NULL;
    open_fixture(&plain, s, sn_engine_plain_create, 2);
    open_fixture(&ragged, s, sn_engine_ragged_create, 2);
    compare(&plain, &ragged);
    close_fixture(&plain);
    close_fixture(&ragged);
}

static void every_padding_masked_or_not(void **state)
{
    (void)state;
    for (size_t p = 0; p < 4; p++)
        for (int mask_zero = 0; mask_zero < 2; mask_zero++) {
            setting s = USUAL;
            s.padding = PADDINGS[p];
            s.mask_zero = mask_zero;
            fill_rows(40, 100 + p);
            compare_engines(&s);
        }
}

/* Units that fill no vector, one, one and a bit, two, more; narrow and wide embeddings. */
static void every_width(void **state)
{
    (void)state;
    static const size_t units[] = {1, 6, 16, 20, 32, 33, 50}, features[] = {1, 8, 32, 37};
    for (size_t u = 0; u < sizeof units / sizeof *units; u++)
        for (size_t e = 0; e < sizeof features / sizeof *features; e++) {
            setting s = USUAL;
            s.units = units[u];
            s.features = features[e];
            s.scale = 0.3;
            s.mask_zero = e == 1;
            fill_rows(21, 200 + u);
            compare_engines(&s);
        }
}

static void compare_lengths(size_t count, const size_t *lengths, size_t period)
{
    for (size_t p = 0; p < 4; p += 3)
        for (int mask_zero = 0; mask_zero < 2; mask_zero++) {
            setting s = USUAL;
            s.padding = PADDINGS[p];
            s.mask_zero = mask_zero;
            fill_rows(count, 300 + count);
            for (size_t r = 0; r < count; r++)
                d.lengths[r] = lengths[r % period];
            compare_engines(&s);
        }
}

static void lengths_at_every_edge(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, TIME, TIME + 1, LONGEST, TIME - 1, 17, 2};
    compare_lengths(8, lengths, 8);
    for (size_t i = 0; i < 8; i++) {
        compare_lengths(1, lengths + i, 1);  /* a batch of one */
        compare_lengths(33, lengths + i, 1); /* all-equal lengths; a shard with one row */
    }
}

/* Every number of rows up to some shards; then around those of a wave, and two waves. */
static void every_number_of_rows(void **state)
{
    (void)state;
    static const size_t counts[] = {63, 64, 65, 127, 128, 129, 255, 256, 257, 300, 512, 513, 700};
    for (size_t count = 1; count < 20; count++) {
        fill_rows(count, 400 + count);
        compare_engines(&USUAL);
    }
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        fill_rows(counts[i], 500 + i);
        compare_engines(&USUAL);
    }
}

/* As many distinct ids as there can be: what is kept for each of a shard's is full. */
static void every_token_its_own_id(void **state)
{
    (void)state;
    enum { ROWS = 300, SHORT = 3 };
    setting s = USUAL;
    s.time = SHORT;
    s.id_count = ROWS * SHORT + 1;
    for (size_t p = 0; p < 4; p++)
        for (int mask_zero = 0; mask_zero < 2; mask_zero++) {
            s.padding = PADDINGS[p];
            s.mask_zero = mask_zero;
            fill_rows(ROWS, 9);
            for (size_t r = 0; r < ROWS; r++) {
                d.lengths[r] = r % 7 ? SHORT : r % SHORT;
                for (size_t i = 0; i < SHORT; i++)
                    d.ids[r][i] = (int32_t)(1 + r * SHORT + i);
            }
            compare_engines(&s);
        }
}

static void recurrent_dropout(void **state)
{
    (void)state;
    for (size_t p = 0; p < 4; p++)
        for (int mask_zero = 0; mask_zero < 2; mask_zero++) {
            setting s = USUAL;
            s.units = 20;
            s.dropout = 0.3;
            s.padding = PADDINGS[p];
            s.mask_zero = mask_zero;
            fill_rows(70, 600 + p);
            compare_engines(&s);
        }
}

/* Long padding with weak weights: the pads' state has come to rest long before the first word. */
static void a_pad_prefix_at_rest(void **state)
{
    (void)state;
    setting s = USUAL;
    s.time = 400;
    s.scale = 0.1;
    fill_rows(40, 7);
    compare_engines(&s);
}

static void layers_on_top(void **state)
{
    (void)state;
    setting s = USUAL;
    s.hidden = 7;
    fill_rows(50, 8);
    compare_engines(&s);
}

static void several_outputs_and_weighted_rows(void **state)
{
    (void)state;
    for (size_t outputs = 1; outputs <= MOST_OUTPUTS; outputs++)
        for (int weighted = 0; weighted < 2; weighted++) {
            setting s = USUAL;
            s.outputs = outputs;
            s.weighted = weighted;
            s.mask_zero = outputs % 2;
            fill_rows(70, 800 + outputs);
            for (size_t r = 0; r < d.batch.count; r++)
                d.labels[r] = (int32_t)(r % (outputs == 1 ? 2 : outputs));
            compare_engines(&s);
        }
}

static setting pooled(sn_pooling mode)
{
    setting s = USUAL;
    s.mask_zero = s.pools = true;
    s.pooling = mode;
    return s;
}

static void pooling_at_every_width_and_length(void **state)
{
    (void)state;
    static const size_t units[] = {1, 6, 16, 20, 33};
    static const size_t lengths[] = {0, 1, TIME, TIME + 1, LONGEST, TIME - 1, 17, 2};
    for (sn_pooling mode = SN_POOL_MAX; mode < SN_POOLINGS; mode++)
        for (size_t u = 0; u < sizeof units / sizeof *units; u++)
            for (size_t p = 0; p < 4; p++) {
                setting s = pooled(mode);
                s.units = units[u];
                s.padding = PADDINGS[p];
                fill_rows(45, 900 + u);
                for (size_t r = 0; r < 16; r++)
                    d.lengths[r] = lengths[r % 8];
                compare_engines(&s);
            }
}

static void pooling_of_equal_lengths_and_single_rows(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, 2, TIME, LONGEST};
    for (sn_pooling mode = SN_POOL_MAX; mode < SN_POOLINGS; mode++)
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
            for (size_t count = 1; count < 70; count += 32) {
                setting s = pooled(mode);
                fill_rows(count, 950 + i);
                for (size_t r = 0; r < count; r++)
                    d.lengths[r] = lengths[i];
                compare_engines(&s);
            }
}

static void pooling_of_several_waves(void **state)
{
    (void)state;
    for (sn_pooling mode = SN_POOL_MAX; mode < SN_POOLINGS; mode++) {
        const setting s = pooled(mode);
        fill_rows(MOST_ROWS, 960 + mode);
        compare_engines(&s);
    }
}

/* What is pooled are the states as they are, not what the next step sees of them. */
static void pooling_with_recurrent_dropout(void **state)
{
    (void)state;
    for (sn_pooling mode = SN_POOL_MAX; mode < SN_POOLINGS; mode++) {
        setting s = pooled(mode);
        s.units = 20;
        s.dropout = 0.4;
        fill_rows(70, 970 + mode);
        compare_engines(&s);
    }
}

static void dropout_in_the_head(void **state)
{
    (void)state;
    for (int variant = 0; variant < 6; variant++) {
        setting s = variant % 2 ? pooled((sn_pooling)(variant / 2)) : USUAL;
        s.head_dropout = 0.4;
        s.hidden = variant < 3 ? 0 : 11;
        s.dropout = variant == 5 ? 0.3 : 0.0;
        fill_rows(70, 980 + (uint64_t)variant);
        compare_engines(&s);
    }
}

/* A step's key is another mask; without it nothing but the loss of the same rows would change. */
static void dropout_follows_the_key(void **state)
{
    (void)state;
    fixture f;
    setting s = USUAL;
    double losses[3];
    s.head_dropout = 0.5;
    fill_rows(50, 17);
    open_fixture(&f, &s, sn_engine_ragged_create, 2);
    for (size_t i = 0; i < 3; i++) {
        sn_loss_sums sums = {0};
        d.batch.dropout_key = i / 2;
        sn_engine_gradients(f.engine, &d.batch, f.gradients, &sums);
        losses[i] = sums.loss;
    }
    assert_true(losses[0] == losses[1]);
    assert_true(losses[0] != losses[2]);
    close_fixture(&f);
}

/* ---- To the bit ---- */

static void run(const setting *s, size_t threads, float *gradients, float *logits, double *loss)
{
    fixture f;
    sn_loss_sums sums = {0};
    open_fixture(&f, s, sn_engine_ragged_create, threads);
    sn_engine_gradients(f.engine, &d.batch, f.gradients, &sums);
    sn_engine_score(f.engine, &d.batch, logits);
    memcpy(gradients, f.gradients, f.floats * sizeof *gradients);
    *loss = sums.loss;
    close_fixture(&f);
}

static void threads_do_not_change_a_bit(void **state)
{
    (void)state;
    enum { FLOATS = 4096 };
    static float one[FLOATS], more[FLOATS], logits_one[MOST_ROWS], logits_more[MOST_ROWS];
    double loss_one, loss_more;
    for (int variant = 0; variant < 6; variant++) {
        setting s = variant > 2 ? pooled((sn_pooling)(variant - 3)) : USUAL;
        s.mask_zero = s.mask_zero || variant == 1;
        s.dropout = variant == 2 || variant == 5 ? 0.4 : 0.0;
        s.head_dropout = variant == 4 ? 0.3 : 0.0;
        fill_rows(variant ? 100 : MOST_ROWS, 9);
        run(&s, 1, one, logits_one, &loss_one);
        for (size_t threads = 2; threads <= 5; threads++) {
            run(&s, threads, more, logits_more, &loss_more);
            assert_memory_equal(one, more, sizeof one);
            assert_memory_equal(logits_one, logits_more, sizeof logits_one);
            assert_true(loss_one == loss_more);
        }
    }
}

static void neighbours_do_not_change_a_bit(void **state)
{
    (void)state;
    static const size_t sizes[] = {2, 37, 256, MOST_ROWS};
    static float logits[MOST_ROWS * MOST_OUTPUTS];
    fill_rows(MOST_ROWS, 10);
    for (int variant = 0; variant < 5; variant++)
        for (size_t n = 0; n < sizeof sizes / sizeof *sizes; n++) {
            fixture f;
            setting s = variant > 1 ? pooled((sn_pooling)(variant - 2)) : USUAL;
            s.units = 20;
            s.hidden = 7;
            s.outputs = n % 2 ? 1 : 3;
            s.mask_zero = s.mask_zero || variant == 1;
            open_fixture(&f, &s, sn_engine_ragged_create, 2);
            d.batch.count = sizes[n];
            sn_engine_score(f.engine, &d.batch, logits);
            for (size_t row = 0; row < sizes[n]; row++)
                assert_same_alone(f.engine, row, logits + row * s.outputs);
            close_fixture(&f);
        }
}

/* The gradients of the batch by row: those of the whole slab, and no row is left out. */
static void assert_rows_agree(fixture *by_row, fixture *whole, sn_id_set *touched)
{
    const size_t features = by_row->network.layers[0].spec.embedding.units;
    sn_loss_sums sums = {0}, wanted = {0};
    sn_engine_gradients_by_row(by_row->engine, &d.batch, by_row->gradients, touched, &sums);
    sn_engine_gradients(whole->engine, &d.batch, whole->gradients, &wanted);
    assert_memory_equal(by_row->gradients, whole->gradients, by_row->floats * sizeof(float));
    assert_true(sums.loss == wanted.loss);
    for (int32_t id = 0; id < (int32_t)by_row->network.layers[0].spec.embedding.id_count; id++)
        for (size_t i = 0; i < features; i++)
            assert_true(by_row->gradients[(size_t)id * features + i] == 0.0F ||
                        sn_id_set_has(touched, id));
}

static void compare_rows(const setting *s, create_engine *create)
{
    static const size_t counts[] = {3, 300, 1, 40};
    fixture by_row, whole;
    sn_id_set touched;
    open_fixture(&by_row, s, create, 2);
    open_fixture(&whole, s, create, 2);
    assert_int_equal(sn_id_set_init(&touched, s->id_count, s->id_count, NULL), SEQNET_OK);
    memset(by_row.gradients, 0, by_row.floats * sizeof(float));
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        fill_rows(counts[i], 30 + i);
        assert_rows_agree(&by_row, &whole, &touched);
        assert_true(touched.used <= s->id_count);
    }
    fill_rows(1, 40);
    d.lengths[0] = 2;
    assert_rows_agree(&by_row, &whole, &touched);
    if (create == sn_engine_ragged_create)
        assert_true(touched.used <= 3); /* two ids and the pad */
    sn_id_set_free(&touched);
    close_fixture(&by_row);
    close_fixture(&whole);
}

static void gradients_by_row_are_the_whole_ones(void **state)
{
    (void)state;
    for (size_t p = 0; p < 4; p++)
        for (int variant = 0; variant < 3; variant++) {
            setting s = USUAL;
            s.id_count = 3000; /* more rows than one task clears */
            s.padding = PADDINGS[p];
            s.mask_zero = variant == 1;
            s.dropout = variant == 2 ? 0.4 : 0.0;
            compare_rows(&s, sn_engine_ragged_create);
        }
    compare_rows(&USUAL, sn_engine_plain_create);
}

/* A call's result does not depend on the calls before it. */
static void check_nothing_is_left_behind(const setting *s)
{
    fixture f;
    static float first[MOST_ROWS], second[MOST_ROWS];
    open_fixture(&f, s, sn_engine_ragged_create, 2);
    float *const gradients = floats(f.floats);
    sn_loss_sums sums = {0}, again = {0};
    fill_rows(90, 11);
    sn_engine_gradients(f.engine, &d.batch, f.gradients, &sums);
    memcpy(gradients, f.gradients, f.floats * sizeof *gradients);
    sn_engine_score(f.engine, &d.batch, first);
    fill_rows(300, 12); /* another batch in between */
    sn_engine_score(f.engine, &d.batch, second);
    sn_engine_gradients(f.engine, &d.batch, f.gradients, &again);
    fill_rows(90, 11);
    again = (sn_loss_sums){0};
    sn_engine_score(f.engine, &d.batch, second);
    sn_engine_gradients(f.engine, &d.batch, f.gradients, &again);
    assert_memory_equal(first, second, 90 * sizeof *first);
    assert_memory_equal(gradients, f.gradients, f.floats * sizeof *gradients);
    assert_true(sums.loss == again.loss);
    free(gradients);
    close_fixture(&f);
}

static void nothing_is_left_behind(void **state)
{
    (void)state;
    const setting s = pooled(SN_POOL_MAX_MEAN);
    check_nothing_is_left_behind(&USUAL);
    check_nothing_is_left_behind(&s);
}

static void new_weights_are_used(void **state)
{
    (void)state;
    fixture f, fresh;
    static float used[MOST_ROWS], wanted[MOST_ROWS];
    fill_rows(MOST_ROWS, 13);
    open_fixture(&f, &USUAL, sn_engine_ragged_create, 2);
    open_fixture(&fresh, &USUAL, sn_engine_ragged_create, 2);
    sn_engine_score(f.engine, &d.batch, used);
    fill_weights(&f, 0.7, 99);
    fill_weights(&fresh, 0.7, 99);
    sn_engine_use(f.engine, f.weights);
    sn_engine_use(fresh.engine, fresh.weights);
    sn_engine_score(f.engine, &d.batch, used);
    sn_engine_score(fresh.engine, &d.batch, wanted);
    assert_memory_equal(used, wanted, sizeof used);
    close_fixture(&f);
    close_fixture(&fresh);
}

static void assert_same_scores(const fixture *f, const fixture *fresh, size_t count)
{
    static float got[MOST_ROWS], wanted[MOST_ROWS];
    d.batch.count = count;
    sn_engine_score(f->engine, &d.batch, got);
    sn_engine_score(fresh->engine, &d.batch, wanted);
    assert_memory_equal(got, wanted, count * sizeof *got);
}

/* Few rows make no table; a borrowed one gives the bits of one's own, until there are new weights.
 */
static void a_table_is_lent(void **state)
{
    (void)state;
    fixture owner, borrower, fresh;
    fill_rows(MOST_ROWS, 15);
    open_fixture(&owner, &USUAL, sn_engine_ragged_create, 2);
    open_fixture(&borrower, &USUAL, sn_engine_ragged_create, 1);
    open_fixture(&fresh, &USUAL, sn_engine_ragged_create, 1);
    d.batch.count = 1;
    assert_false(sn_engine_complete_table(owner.engine, &d.batch));
    d.batch.count = 100;
    assert_true(sn_engine_complete_table(owner.engine, &d.batch));
    d.batch.count = 1;
    assert_true(sn_engine_complete_table(owner.engine, &d.batch));
    sn_engine_share_table(borrower.engine, owner.engine);
    assert_same_scores(&borrower, &fresh, 1);
    assert_same_scores(&borrower, &fresh, MOST_ROWS);
    assert_same_scores(&owner, &fresh, MOST_ROWS);
    fill_weights(&borrower, 0.7, 98);
    fill_weights(&fresh, 0.7, 98);
    sn_engine_use(borrower.engine, borrower.weights);
    sn_engine_use(fresh.engine, fresh.weights);
    assert_same_scores(&borrower, &fresh, MOST_ROWS);
    close_fixture(&borrower);
    close_fixture(&owner);
    close_fixture(&fresh);
}

static void the_plain_engine_has_no_table(void **state)
{
    (void)state;
    fixture plain;
    fill_rows(MOST_ROWS, 16);
    open_fixture(&plain, &USUAL, sn_engine_plain_create, 1);
    assert_false(sn_engine_complete_table(plain.engine, &d.batch));
    close_fixture(&plain);
}

/* More ids than the table for scoring holds: it starts anew when it might overflow. */
static void more_ids_than_the_table_holds(void **state)
{
    (void)state;
    static float wanted[MOST_ROWS], got[MOST_ROWS];
    fixture plain, ragged;
    setting s = USUAL;
    s.time = 2;
    s.id_count = 5000;
    fill_rows(MOST_ROWS, 14);
    open_fixture(&plain, &s, sn_engine_plain_create, 2);
    open_fixture(&ragged, &s, sn_engine_ragged_create, 2);
    for (int32_t call = 0; call < 5; call++) {
        for (size_t r = 0; r < MOST_ROWS; r++) {
            d.lengths[r] = r % 9 ? 2 : 1;
            d.ids[r][0] = 1 + (call * 997 + (int32_t)r * 7) % 4999;
            d.ids[r][1] = 1 + (call * 499 + (int32_t)r * 5) % 4999;
        }
        sn_engine_score(plain.engine, &d.batch, wanted);
        sn_engine_score(ragged.engine, &d.batch, got);
        for (size_t r = 0; r < MOST_ROWS; r++)
            assert_true(fabs((double)got[r] - (double)wanted[r]) <= TOLERANCE);
    }
    close_fixture(&plain);
    close_fixture(&ragged);
}

/* What layers write by their own functions is the end of the slab. */
static void the_head_is_the_end_of_the_slab(void **state)
{
    (void)state;
    fixture f;
    setting s = USUAL;
    s.hidden = 7;
    s.head_dropout = 0.5;
    open_fixture(&f, &s, sn_engine_ragged_create, 1);
    const sn_ragged_engine *const engine = (const sn_ragged_engine *)f.engine;
    assert_int_equal(engine->own_floats, 6 * 7 + 7 + 7 + 1);
    assert_int_equal(engine->own_start, f.floats - engine->own_floats);
    assert_int_equal(f.network.layers[3].offsets[0], engine->own_start);
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_padding_masked_or_not),
        cmocka_unit_test(every_width),
        cmocka_unit_test(lengths_at_every_edge),
        cmocka_unit_test(every_number_of_rows),
        cmocka_unit_test(every_token_its_own_id),
        cmocka_unit_test(recurrent_dropout),
        cmocka_unit_test(a_pad_prefix_at_rest),
        cmocka_unit_test(layers_on_top),
        cmocka_unit_test(several_outputs_and_weighted_rows),
        cmocka_unit_test(pooling_at_every_width_and_length),
        cmocka_unit_test(pooling_of_equal_lengths_and_single_rows),
        cmocka_unit_test(pooling_of_several_waves),
        cmocka_unit_test(pooling_with_recurrent_dropout),
        cmocka_unit_test(dropout_in_the_head),
        cmocka_unit_test(dropout_follows_the_key),
        cmocka_unit_test(threads_do_not_change_a_bit),
        cmocka_unit_test(neighbours_do_not_change_a_bit),
        cmocka_unit_test(gradients_by_row_are_the_whole_ones),
        cmocka_unit_test(nothing_is_left_behind),
        cmocka_unit_test(new_weights_are_used),
        cmocka_unit_test(a_table_is_lent),
        cmocka_unit_test(the_plain_engine_has_no_table),
        cmocka_unit_test(more_ids_than_the_table_holds),
        cmocka_unit_test(the_head_is_the_end_of_the_slab),
    };
    if (sn_gemm_prepare(5, NULL) != SEQNET_OK) /* as sn_engine_create does */
        return 1;
    int failures = 0;
    for (cell = 0; cell < SN_LAYER_KINDS; cell++)
        if (sn_layer_ops_of(cell)->cell)
            failures +=
                cmocka_run_group_tests_name(sn_layer_ops_of(cell)->title, tests, NULL, NULL);
    return failures;
}
