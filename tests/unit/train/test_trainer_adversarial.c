/* A step with options.adversarial: its gradients are those of the minibatch as it is and with its
 * words moved against the model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include <seqnet/seqnet.h>

#include "demo_rows.h"
#include "support.h"
#include "trainer.h"

/* LARGE_DIM makes an embedding so large that it is updated by row. */
enum { SMALL_DIM = 4, LARGE_DIM = 4096, ROWS = 24 };

/* The weights then show what the gradients were. */
static seqnet_train_options sgd_options(int64_t embedding_dim)
{
    seqnet_train_options options = seqnet_train_options_default();
    options.units[0] = 5;
    options.embedding_dim = embedding_dim;
    options.batch_size = ROWS;
    options.threads = 2;
    options.dropout = 0.3; /* the same features for both passes */
    options.word_dropout = 0.2;
    options.optimizer = SEQNET_SGD;
    options.learning_rate = 0.5;
    return options;
}

static seqnet_trainer *open_trainer(const seqnet_train_options *options)
{
    seqnet_error err = {0};
    seqnet_trainer *t;
    assert_ok(seqnet_trainer_create(&t, corpus, options, &err), &err);
    return t;
}

static double step(seqnet_trainer *t)
{
    sn_loss_sums sums = {0};
    sn_trainer_take_batch(t, 0, ROWS, &sums);
    return sums.loss;
}

static size_t floats_of(const seqnet_trainer *t)
{
    return t->plan.outline->network.table.floats;
}

/* Moves the embedding of `moved` as a step on `plain` says, whose weights were the same before. */
static void move_embedding(seqnet_trainer *moved, const seqnet_trainer *plain, double share)
{
    const sn_layer *const embedding = &plain->plan.outline->network.layers[0];
    const size_t units = embedding->spec.embedding.units, first = embedding->offsets[0];
    const float *const g = plain->scratch.gradients + first;
    float *const w = moved->state.current + first;
    double vectors = 0.0, gradients = 0.0;
    for (size_t id = 0; id < embedding->spec.embedding.id_count; id++) {
        double own = 0.0, length = 0.0;
        for (size_t i = id * units; i < (id + 1) * units; i++) {
            own += (double)g[i] * (double)g[i];
            length += (double)w[i] * (double)w[i];
        }
        gradients += own;
        vectors += own > 0.0 ? length : 0.0;
    }
    for (size_t i = 0; i < embedding->parameters; i++)
        w[i] += (float)(share * sqrt(vectors / gradients) * (double)g[i]);
}

static void check_gradients(int64_t embedding_dim, size_t tables)
{
    seqnet_train_options options = sgd_options(embedding_dim);
    seqnet_trainer *const plain = open_trainer(&options), *const moved = open_trainer(&options);
    const double loss = step(plain);
    move_embedding(moved, plain, 0.3);
    const double moved_loss = step(moved);
    assert_true(moved_loss > loss);
    options.adversarial = 0.3;
    seqnet_trainer *const fresh = open_trainer(&options), *const t = open_trainer(&options);
    assert_int_equal(t->plan.table_count, tables);
    assert_true(step(t) == loss);
    for (size_t i = 0; i < floats_of(t); i++) {
        const double wanted =
            (double)plain->scratch.gradients[i] + (double)moved->scratch.gradients[i];
        assert_true(fabs((double)t->scratch.gradients[i] - wanted) < 1e-6);
        assert_true(fabs((double)fresh->state.current[i] - 0.5 * wanted -
                         (double)t->state.current[i]) < 1e-6);
    }
    seqnet_trainer_free(plain);
    seqnet_trainer_free(moved);
    seqnet_trainer_free(fresh);
    seqnet_trainer_free(t);
}

static void the_gradients_with_moved_words_are_added(void **state)
{
    (void)state;
    check_gradients(SMALL_DIM, 0);
}

static void they_are_added_by_row(void **state)
{
    (void)state;
    check_gradients(LARGE_DIM, 1);
}

static void threads_change_no_bit(void **state)
{
    (void)state;
    seqnet_train_options options = sgd_options(LARGE_DIM);
    options.adversarial = 0.1;
    options.threads = 1;
    seqnet_trainer *const one = open_trainer(&options);
    options.threads = 3;
    seqnet_trainer *const three = open_trainer(&options);
    for (int i = 0; i < 2; i++)
        assert_true(step(one) == step(three));
    assert_memory_equal(one->state.current, three->state.current, floats_of(one) * sizeof(float));
    seqnet_trainer_free(one);
    seqnet_trainer_free(three);
}

static void the_share_is_from_0_to_1(void **state)
{
    (void)state;
    seqnet_train_options options = sgd_options(SMALL_DIM);
    const double bad[] = {-0.1, 1.1, NAN};
    for (size_t i = 0; i < 3; i++) {
        options.adversarial = bad[i];
        assert_string_equal(seqnet_train_options_check(&options),
                            "adversarial must be from 0 to 1");
    }
    options.adversarial = 1.0;
    assert_null(seqnet_train_options_check(&options));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_gradients_with_moved_words_are_added),
                                       cmocka_unit_test(they_are_added_by_row),
                                       cmocka_unit_test(threads_change_no_bit),
                                       cmocka_unit_test(the_share_is_from_0_to_1)};
    return cmocka_run_group_tests(tests, load_corpora, free_corpora);
}
