/*
 * Networks of every kind of layer through the ragged engine against the plain one: the same losses,
 * gradients and logits to float32 rounding, whatever the padding, the lengths and the number of
 * rows; and the same bits for any number of threads and any neighbours.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine_fixture.h"
#include "gemm.h"
#include "stage_list.h"

#define EMBED(masked)                                                                              \
    {                                                                                              \
        .kind = SN_EMBEDDING, .embedding = {                                                       \
            .units = 5,                                                                            \
            .id_count = ID_COUNT,                                                                  \
            .mask_zero = (masked)                                                                  \
        }                                                                                          \
    }
#define CELL(KIND, n, ...)                                                                         \
    {                                                                                              \
        .kind = SN_##KIND, .recurrent = {.units = (n), __VA_ARGS__ }                               \
    }
#define CELL_OF(layer, KIND, n, ...)                                                               \
    {                                                                                              \
        .kind = SN_##KIND, .input_count = 1, .inputs = {layer}, .recurrent = {                     \
            .units = (n),                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define STATES .return_sequences = true
#define LAST   .return_sequences = false
#define BOTH   .bidirectional = true
#define CONV(n, size)                                                                              \
    {                                                                                              \
        .kind = SN_CONV1D, .conv1d = {.units = (n), .kernel_size = (size), .activation = SN_RELU } \
    }
#define CONV_OF(layer, n, size)                                                                    \
    {                                                                                              \
        .kind = SN_CONV1D, .input_count = 1, .inputs = {layer}, .conv1d = {                        \
            .units = (n),                                                                          \
            .kernel_size = (size),                                                                 \
            .activation = SN_RELU                                                                  \
        }                                                                                          \
    }
#define CHUNKS(size)                                                                               \
    {                                                                                              \
        .kind = SN_MAX_POOLING1D, .max_pooling1d = {.pool_size = (size) }                          \
    }
#define POOL(how)                                                                                  \
    {                                                                                              \
        .kind = SN_POOLING, .pooling = {.mode = SN_POOL_##how }                                    \
    }
#define POOL_OF(layer, how)                                                                        \
    {                                                                                              \
        .kind = SN_POOLING, .input_count = 1, .inputs = {layer}, .pooling = {                      \
            .mode = SN_POOL_##how                                                                  \
        }                                                                                          \
    }
#define DROP(share)                                                                                \
    {                                                                                              \
        .kind = SN_DROPOUT, .dropout = {.rate = (share) }                                          \
    }
#define DROP_FEATURES(share)                                                                       \
    {                                                                                              \
        .kind = SN_SPATIAL_DROPOUT1D, .dropout = {.rate = (share) }                                \
    }
#define DENSE(n, how)                                                                              \
    {                                                                                              \
        .kind = SN_DENSE, .dense = {.units = (n), .activation = SN_##how }                         \
    }
#define DENSE_OF(layer, n, how)                                                                    \
    {                                                                                              \
        .kind = SN_DENSE, .input_count = 1, .inputs = {layer}, .dense = {                          \
            .units = (n),                                                                          \
            .activation = SN_##how                                                                 \
        }                                                                                          \
    }
#define OUTPUT DENSE(1, ACTIVATION_OWN)
#define FLATTEN                                                                                    \
    {                                                                                              \
        .kind = SN_FLATTEN                                                                         \
    }
#define JOIN(...)                                                                                  \
    {                                                                                              \
        .kind = SN_CONCATENATE, .input_count = sizeof((size_t[]){__VA_ARGS__}) / sizeof(size_t),   \
        .inputs = {                                                                                \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

enum { MOST_LAYERS = 12 };

typedef struct net {
    const char *name;
    /* which of the two engines' paddings it shares its leading pads in */
    bool shares_scoring, shares_training;
    sn_layer_spec layers[MOST_LAYERS];
} net;

static const net NETS[] = {
    {"stacked", true, true, {EMBED(0), CELL(LSTM, 6, STATES), CELL(LSTM, 20, LAST), OUTPUT}},
    {"stacked, masked",
     false,
     false,
     {EMBED(1), CELL(LSTM, 20, STATES), CELL(LSTM, 6, LAST), OUTPUT}},
    {"three cells, two kinds",
     true,
     true,
     {EMBED(0), CELL(GRU, 7, STATES), CELL(LSTM, 16, STATES), CELL(GRU, 5, LAST), OUTPUT}},
    {"states pooled", true, true, {EMBED(0), CELL(LSTM, 6, STATES), POOL(MAX_MEAN), OUTPUT}},
    {"largest states", true, true, {EMBED(0), CELL(GRU, 20, STATES), POOL(MAX), OUTPUT}},
    {"mean states, dropout",
     true,
     false,
     {EMBED(0), CELL(LSTM, 6, STATES, .recurrent_dropout = 0.3), POOL(MEAN), OUTPUT}},
    {"stacked, states pooled",
     true,
     true,
     {EMBED(0), CELL(LSTM, 6, STATES), CELL(LSTM, 6, STATES), POOL(MAX_MEAN), OUTPUT}},
    {"stacked, masked states pooled",
     false,
     false,
     {EMBED(1), CELL(GRU, 6, STATES), CELL(LSTM, 6, STATES), POOL(MAX), OUTPUT}},
    {"two directions", true, true, {EMBED(0), CELL(LSTM, 6, BOTH), OUTPUT}},
    {"two directions, masked", false, false, {EMBED(1), CELL(GRU, 20, BOTH), OUTPUT}},
    {"two directions, dropout",
     true,
     false,
     {EMBED(0), CELL(GRU, 6, BOTH, .recurrent_dropout = 0.3), OUTPUT}},
    {"states of two directions",
     false,
     false,
     {EMBED(0), CELL(LSTM, 6, BOTH, STATES), CELL(LSTM, 5, BOTH), OUTPUT}},
    {"masked states of two directions",
     false,
     false,
     {EMBED(1), CELL(LSTM, 6, BOTH, STATES, .recurrent_dropout = 0.3), CELL(GRU, 20, BOTH),
      OUTPUT}},
    {"Keras's maximum over a mask",
     false,
     false,
     {EMBED(1), CELL(GRU, 20, STATES, .recurrent_dropout = 0.3), POOL(MAX_ALL), OUTPUT}},
    {"Keras's maximum over a mask, two directions",
     false,
     false,
     {EMBED(1), CELL(LSTM, 6, STATES), CELL(LSTM, 6, BOTH, STATES), POOL(MAX_ALL), OUTPUT}},
    {"pooled states of two directions",
     false,
     false,
     {EMBED(0), CELL(GRU, 7, BOTH, STATES), POOL(MAX_MEAN), OUTPUT}},
    {"two directions above one",
     false,
     false,
     {EMBED(0), CELL(GRU, 7, STATES), CELL(GRU, 7, BOTH), OUTPUT}},
    {"no reset after",
     true,
     true,
     {EMBED(0), CELL(GRU, 7, STATES, .reset_before = true),
      CELL(GRU, 20, .reset_before = true, .recurrent_dropout = 0.0), OUTPUT}},
    {"no reset after, dropout",
     true,
     false,
     {EMBED(0), CELL(GRU, 20, BOTH, .reset_before = true, .recurrent_dropout = 0.3), OUTPUT}},
    {"no reset after, masked",
     false,
     false,
     {EMBED(1), CELL(GRU, 20, BOTH, STATES, .reset_before = true), POOL(MAX), OUTPUT}},
    {"simple", true, true, {EMBED(0), CELL(SIMPLE_RNN, 9, LAST), OUTPUT}},
    {"carry track",
     true,
     true,
     {EMBED(0), CELL(LSTM_CARRY, 6, STATES), CELL(LSTM_CARRY, 20, LAST), OUTPUT}},
    {"carry track, dropout",
     true,
     false,
     {EMBED(0), CELL(LSTM_CARRY, 20, BOTH, .recurrent_dropout = 0.3), OUTPUT}},
    {"carry track, masked",
     false,
     false,
     {EMBED(1), CELL(LSTM_CARRY, 6, STATES), POOL(MAX_MEAN), OUTPUT}},
    {"simple, relu",
     true,
     true,
     {EMBED(0), CELL(SIMPLE_RNN, 6, STATES, .activation = SN_RELU), CELL(SIMPLE_RNN, 6, LAST),
      OUTPUT}},
    {"hard gates",
     true,
     true,
     {EMBED(0), CELL(LSTM, 6, STATES, .recurrent_activation = SN_HARD_SIGMOID),
      CELL(GRU, 6, .activation = SN_RELU, .recurrent_activation = SN_HARD_SIGMOID_02), OUTPUT}},
    {"dropout between cells",
     true,
     false,
     {EMBED(0), CELL(LSTM, 6, STATES), DROP(0.3), CELL(LSTM, 6, LAST), DROP(0.3), OUTPUT}},
    {"dropout between masked cells",
     false,
     false,
     {EMBED(1), CELL(LSTM, 6, STATES), DROP(0.3), CELL(LSTM, 6, LAST), OUTPUT}},
    {"dropout in a stack",
     true,
     false,
     {EMBED(0), CELL(GRU, 20, STATES, .recurrent_dropout = 0.3),
      CELL(LSTM, 6, .recurrent_dropout = 0.2), OUTPUT}},
    {"dropout in a masked stack",
     false,
     false,
     {EMBED(1), CELL(LSTM, 20, STATES, .recurrent_dropout = 0.3), CELL(GRU, 6, LAST), OUTPUT}},
    {"spatial dropout", true, false, {EMBED(0), DROP_FEATURES(0.4), CELL(LSTM, 6, LAST), OUTPUT}},
    {"spatial dropout, masked",
     false,
     false,
     {EMBED(1), DROP_FEATURES(0.4), CELL(LSTM, 6, STATES), POOL(MEAN), OUTPUT}},
    {"dense over time, masked",
     false,
     false,
     {EMBED(1), DENSE(6, TANH), CELL(LSTM, 6, LAST), DENSE(4, RELU), OUTPUT}},
    {"bag", true, true, {EMBED(0), POOL(MEAN), DENSE(8, RELU), OUTPUT}},
    {"mean of masked ids", false, false, {EMBED(1), POOL(MEAN), OUTPUT}},
    {"bag beside a maximum",
     true,
     true,
     {EMBED(0), POOL(MEAN), POOL_OF(0, MAX), JOIN(1, 2), OUTPUT}},
    {"bag of maxima", true, true, {EMBED(0), POOL(MAX_MEAN), OUTPUT}},
    {"masked bag", false, false, {EMBED(1), POOL(MAX_MEAN), OUTPUT}},
    {"flat", false, false, {EMBED(0), FLATTEN, DENSE(4, TANH), OUTPUT}},
    {"flat states", false, false, {EMBED(0), CELL(LSTM, 6, STATES), FLATTEN, OUTPUT}},
    {"conv", true, true, {EMBED(0), CONV(6, 3), POOL(MAX), OUTPUT}},
    {"conv of 1", true, true, {EMBED(0), CONV(20, 1), POOL(MEAN), OUTPUT}},
    {"conv, pooled in stretches",
     true,
     true,
     {EMBED(0), CONV(6, 3), CHUNKS(4), CONV(20, 3), POOL(MAX), OUTPUT}},
    {"the book's convnet",
     true,
     true,
     {EMBED(0), CONV(32, 7), CHUNKS(5), CONV(32, 4), POOL(MAX), OUTPUT}},
    {"two convs", true, true, {EMBED(0), CONV(6, 4), CONV(5, 3), POOL(MAX_MEAN), OUTPUT}},
    {"dense conv", true, true, {EMBED(0), CONV(6, 4), CONV(20, 5), POOL(MEAN), OUTPUT}},
    {"conv over dropout",
     false,
     false,
     {EMBED(0), DROP(0.2), CONV(6, 3), DROP(0.2), CHUNKS(2), FLATTEN, OUTPUT}},
    {"stretches of ids", true, true, {EMBED(0), CHUNKS(3), CONV(6, 3), POOL(MEAN), OUTPUT}},
    {"conv below a cell",
     true,
     true,
     {EMBED(0), CONV(6, 3), CHUNKS(2), CELL(LSTM, 6, LAST), OUTPUT}},
    {"conv below a stack",
     true,
     true,
     {EMBED(0), CONV(20, 5), CELL(GRU, 6, STATES), CELL(LSTM, 6, LAST), OUTPUT}},
    {"conv above a cell",
     false,
     false,
     {EMBED(0), CELL(GRU, 6, STATES), CONV(6, 3), POOL(MAX), OUTPUT}},
    {"conv with zeros around",
     false,
     false,
     {EMBED(0),
      {.kind = SN_CONV1D,
       .conv1d = {.units = 6, .kernel_size = 4, .padding = SN_CONV_SAME, .activation = SN_RELU}},
      POOL(MAX),
      OUTPUT}},
    {"mask that a conv drops", true, true, {EMBED(1), CONV(6, 3), POOL(MEAN), OUTPUT}},
    {"branches",
     true,
     true,
     {EMBED(0), CONV_OF(0, 6, 2), POOL(MAX), CONV_OF(0, 6, 3), POOL(MAX), CONV_OF(0, 7, 4),
      POOL(MAX), JOIN(2, 4, 6), DROP(0.2), DENSE(5, RELU), OUTPUT}},
    {"branches of a conv",
     true,
     true,
     {EMBED(0), CONV(6, 3), CONV_OF(1, 6, 2), POOL(MAX), CONV_OF(1, 6, 4), POOL(MAX_MEAN),
      JOIN(3, 5), OUTPUT}},
    {"sequences side by side",
     false,
     false,
     {EMBED(0), CELL_OF(0, LSTM, 6, STATES), CELL_OF(0, GRU, 5, BOTH, STATES), JOIN(1, 0, 2),
      CELL(LSTM, 7, LAST), OUTPUT}},
    {"convolutions side by side",
     false,
     false,
     {EMBED(0), CONV_OF(0, 6, 3), CONV_OF(0, 7, 3), JOIN(1, 2), POOL(MAX_MEAN), OUTPUT}},
    {"one sequence twice, and its pool beside it",
     false,
     false,
     {EMBED(0), CONV(6, 3), JOIN(1, 1), DROP(0.2), POOL(MEAN), POOL_OF(1, MAX), JOIN(4, 5),
      OUTPUT}},
    {"masked sequences side by side",
     false,
     false,
     {EMBED(1), CELL_OF(0, LSTM, 6, STATES), DENSE_OF(0, 5, TANH), JOIN(1, 0, 2),
      CELL(GRU, 7, BOTH), OUTPUT}},
    {"pooled states over a convolution",
     true,
     true,
     {EMBED(0), CONV(6, 4), CELL(GRU, 6, STATES), POOL(MAX_MEAN), OUTPUT}},
    {"states of a same convolution",
     false,
     false,
     {EMBED(0),
      CONV(6, 3),
      {.kind = SN_CONV1D,
       .conv1d = {.units = 17, .kernel_size = 4, .padding = SN_CONV_SAME, .activation = SN_TANH}},
      CELL(LSTM, 6, LAST),
      OUTPUT}},
    {"activation over time",
     false,
     false,
     {EMBED(0),
      CONV(6, 3),
      {.kind = SN_ACTIVATION, .activation = {.activation = SN_TANH}},
      POOL(MEAN),
      OUTPUT}},
};
enum { NET_COUNT = sizeof NETS / sizeof *NETS };

static size_t count_layers(const net *n)
{
    size_t count = 1;
    while (count < MOST_LAYERS && n->layers[count].kind != SN_EMBEDDING)
        count++;
    return count;
}

static void open_net(fixture *f, const net *n, sn_padding padding, create_engine *create,
                     size_t threads)
{
    const double scale = is_gated(n->layers, count_layers(n)) ? 0.5 : 0.3;
    open_network(f, n->layers, count_layers(n), TIME, padding, scale, create, threads);
    if (!sn_engine_ragged_takes(&f->network))
        fail_msg("%s is left to the plain engine", n->name);
}

static void compare_net(const net *n, sn_padding padding)
{
    fixture plain, ragged;
    print_message("%s\n", n->name);
    open_net(&plain, n, padding, sn_engine_plain_create, 2);
    open_net(&ragged, n, padding, sn_engine_ragged_create, 2);
    compare(&plain, &ragged);
    close_fixture(&plain);
    close_fixture(&ragged);
}

static void every_net_in_every_padding(void **state)
{
    (void)state;
    for (size_t i = 0; i < NET_COUNT; i++)
        for (size_t p = 0; p < 4; p++) {
            fill_rows(40, 100 + p);
            compare_net(&NETS[i], PADDINGS[p]);
        }
}

static void lengths_at_every_edge(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, TIME, TIME + 1, LONGEST, TIME - 1, 17, 2};
    for (size_t i = 0; i < NET_COUNT; i++)
        for (size_t k = 0; k <= 8; k++) {
            fill_rows(k == 8 ? 33 : 5, 300);
            for (size_t r = 0; r < d.batch.count; r++)
                d.lengths[r] = lengths[k == 8 ? r % 8 : k];
            compare_net(&NETS[i], PADDINGS[0]);
        }
}

static void several_waves(void **state)
{
    (void)state;
    for (size_t i = 0; i < NET_COUNT; i++) {
        fill_rows(300, 700 + i);
        compare_net(&NETS[i], PADDINGS[0]);
    }
}

static void pads_are_shared_where_rows_do_not_differ_in_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < NET_COUNT; i++) {
        sn_network network;
        sn_stage_plan plan;
        assert_int_equal(
            sn_network_init(&network, NETS[i].layers, count_layers(&NETS[i]), TIME, NULL),
            SEQNET_OK);
        assert_true(sn_stage_plan_make(&plan, &network));
        if (plan.shares_scoring != NETS[i].shares_scoring ||
            plan.shares_training != NETS[i].shares_training)
            fail_msg("%s: %d, %d", NETS[i].name, plan.shares_scoring, plan.shares_training);
        sn_network_free(&network);
    }
}

/* So that a model may take texts of any length. */
static void a_mean_of_ids_takes_no_room_for_timesteps(void **state)
{
    (void)state;
    enum { LONG = 1000000 };
    static const sn_layer_spec layers[] = {EMBED(1), POOL(MEAN), OUTPUT};
    sn_network network;
    size_t shared;
    assert_int_equal(sn_network_init(&network, layers, 3, LONG, NULL), SEQNET_OK);
    assert_in_range(sn_engine_ragged_bytes(&network, 1, false, &shared), 1, LONG);
    assert_true(sn_engine_ragged_bytes(&network, 1, true, &shared) > 4 * (size_t)LONG);
    sn_network_free(&network);
}

static const sn_pad_prefix *prefix_of(const fixture *f, size_t layer)
{
    return &((const sn_ragged_engine *)f->engine)->stages[layer].recurrent.runs[0].prefix;
}

/* Weak weights and many pads: the states of the pads come to rest, and are pooled all the same. */
static void states_at_rest_are_pooled(void **state)
{
    (void)state;
    enum { PADDED = 120 };
    static const sn_layer_spec nets[][5] = {
        {EMBED(0), CELL(LSTM, 6, STATES), POOL(MAX_MEAN), OUTPUT},
        {EMBED(0), CELL(GRU, 6, STATES), POOL(MEAN), OUTPUT},
        {EMBED(0), CELL(SIMPLE_RNN, 6, STATES), POOL(MAX), OUTPUT},
        {EMBED(0), CELL(LSTM, 6, STATES), CELL(GRU, 6, STATES), POOL(MAX_MEAN), OUTPUT}};
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        const size_t count = nets[i][4].kind == SN_DENSE ? 5 : 4;
        fixture plain, ragged;
        fill_rows(40, 900 + i);
        open_network(&plain, nets[i], count, PADDED, PADDINGS[0], 0.1, sn_engine_plain_create, 1);
        open_network(&ragged, nets[i], count, PADDED, PADDINGS[0], 0.1, sn_engine_ragged_create, 2);
        compare(&plain, &ragged);
        assert_true(prefix_of(&ragged, count - 3)->is_stationary); /* from scoring */
        assert_in_range(prefix_of(&ragged, count - 3)->distinct, 3, PADDED - LONGEST);
        close_fixture(&plain);
        close_fixture(&ragged);
    }
}

static void threads_and_neighbours_do_not_change_a_bit(void **state)
{
    (void)state;
    static float logits[MOST_ROWS];
    for (size_t i = 0; i < NET_COUNT; i++) {
        fixture one, more;
        sn_loss_sums sums = {0}, again = {0};
        fill_rows(100, 9);
        print_message("%s\n", NETS[i].name);
        open_net(&one, &NETS[i], PADDINGS[0], sn_engine_ragged_create, 1);
        open_net(&more, &NETS[i], PADDINGS[0], sn_engine_ragged_create, 3);
        sn_engine_gradients(one.engine, &d.batch, one.gradients, &sums);
        sn_engine_score(more.engine, &d.batch, logits); /* which leaves nothing behind */
        sn_engine_gradients(more.engine, &d.batch, more.gradients, &again);
        assert_memory_equal(one.gradients, more.gradients, one.floats * sizeof *one.gradients);
        assert_true(sums.loss == again.loss);
        sn_engine_score(more.engine, &d.batch, logits);
        for (size_t row = 0; row < 100; row++)
            assert_same_alone(one.engine, row, logits + row);
        close_fixture(&one);
        close_fixture(&more);
    }
}

/* A thread that multiplies needs a buffer of the BLAS, whose memory is asked for beforehand. */
static void only_convolutions_that_pad_multiply_when_scoring(void **state)
{
    (void)state;
    for (size_t i = 0; i < NET_COUNT; i++) {
        sn_network network;
        const size_t count = count_layers(&NETS[i]);
        bool pads = false;
        for (size_t k = 0; k < count; k++)
            pads |= NETS[i].layers[k].kind == SN_CONV1D &&
                    NETS[i].layers[k].conv1d.padding == SN_CONV_SAME;
        assert_int_equal(sn_network_init(&network, NETS[i].layers, count, TIME, NULL), SEQNET_OK);
        assert_int_equal(sn_engine_ragged_multiplies(&network), pads);
        sn_network_free(&network);
    }
}

static void all_branches_of_a_concatenate_are_taken(void **state)
{
    (void)state;
    enum { LAST_LAYER = 2 * SN_LAYER_INPUTS + 2 };
    sn_layer_spec layers[LAST_LAYER + 1] = {EMBED(0)};
    sn_layer_spec join = {.kind = SN_CONCATENATE, .input_count = SN_LAYER_INPUTS};
    fixture plain, ragged;
    for (size_t i = 0; i < SN_LAYER_INPUTS; i++) {
        layers[2 * i + 1] = (sn_layer_spec)CONV_OF(0, 3, i + 1);
        layers[2 * i + 2] = (sn_layer_spec)POOL(MAX);
        join.inputs[i] = 2 * i + 2;
    }
    layers[LAST_LAYER - 1] = join;
    layers[LAST_LAYER] = (sn_layer_spec)OUTPUT;
    fill_rows(20, 1);
    open_network(&plain, layers, LAST_LAYER + 1, TIME, PADDINGS[0], 0.5, sn_engine_plain_create, 1);
    assert_true(sn_engine_ragged_takes(&plain.network));
    open_network(&ragged, layers, LAST_LAYER + 1, TIME, PADDINGS[0], 0.5, sn_engine_ragged_create,
                 2);
    compare(&plain, &ragged);
    close_fixture(&plain);
    close_fixture(&ragged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_net_in_every_padding),
        cmocka_unit_test(lengths_at_every_edge),
        cmocka_unit_test(several_waves),
        cmocka_unit_test(pads_are_shared_where_rows_do_not_differ_in_them),
        cmocka_unit_test(a_mean_of_ids_takes_no_room_for_timesteps),
        cmocka_unit_test(states_at_rest_are_pooled),
        cmocka_unit_test(threads_and_neighbours_do_not_change_a_bit),
        cmocka_unit_test(only_convolutions_that_pad_multiply_when_scoring),
        cmocka_unit_test(all_branches_of_a_concatenate_are_taken),
    };
    if (sn_gemm_prepare(5, NULL) != SEQNET_OK) /* as sn_engine_create does */
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
