/*
 * Finite-difference checks of every layer, and of the loss: with L = sum of r * output for random
 * r, the backward pass must give dL/dweights and dL/dinput. The fourth-order stencil
 *
 *     f'(x) = (f(x - 2h) - 8 f(x - h) + 8 f(x + h) - f(x + 2h)) / 12h
 *
 * has an error of h^4, so h can be large enough for float32's rounding to vanish.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agreement.h"
#include "kernels.h"
#include "layer.h"
#include "loss.h"
#include "memory.h"
#include "recurrent.h"
#include "rng.h"

enum { B = 3, T = 6, FEATURES = 5, ID_COUNT = 7 };
static const double STEP = 0.03;
static const size_t ROW_NUMBERS[B] = {4, 0, 9}; /* in a batch that these rows would be part of */

static const double TOLERANCE = 2e-4, SMALL_TOLERANCE = 2e-3; /* the latter of small gradients */

typedef struct setup {
    /* the layer that takes its output, or NULL */
    struct setup *next;
    /* of the largest entry of a tensor */
    double tolerance;
    sn_layer layer;
    sn_tensor_table table;
    sn_pass pass;
    int32_t ids[T * B];
    uint8_t mask[T * B];
    float *weights, *gradients, *input, *d_input, *output, *d_output, *tape;
    sn_value in, out;
    size_t inputs, outputs;
} setup;

/* The cell under test; main() runs all tests once for each, in each of its forms. */
static sn_layer_kind cell;
static bool reset_before;

static float *floats(size_t count)
{
    float *block;
    assert_int_equal(sn_alloc(&block, count, sizeof *block, NULL), SEQNET_OK);
    return block;
}

static void fill(float *values, size_t count, double scale, sn_rng *rng)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(scale * (2.0 * sn_rng_uniform(rng) - 1.0));
}

static void prepare(setup *s, sn_layer_spec spec, sn_shape input, bool masked)
{
    sn_rng rng;
    sn_rng_seed(&rng, 5, SN_RNG_INIT);
    *s = (setup){.tolerance = TOLERANCE};
    assert_int_equal(sn_layer_init(&s->layer, &spec, "layer", input, &s->table, NULL), SEQNET_OK);
    s->inputs = sn_shape_size(input, B);
    s->outputs = sn_shape_size(s->layer.output, B);
    s->weights = floats(s->table.floats);
    s->gradients = floats(s->table.floats);
    s->input = floats(s->inputs);
    s->d_input = floats(s->inputs);
    s->output = floats(s->outputs);
    s->d_output = floats(s->outputs);
    s->tape = floats(sn_layer_tape_size(&s->layer, B));
    fill(s->weights, s->table.floats, s->layer.ops->cell ? 0.5 : 0.8, &rng);
    fill(s->input, s->inputs, 1.0, &rng);
    fill(s->d_output, s->outputs, 1.0, &rng);
    for (size_t i = 0; i < T * B; i++) {
        s->ids[i] = (int32_t)sn_rng_below(&rng, ID_COUNT);
        s->mask[i] = i / B >= i % B; /* row b is masked for its first b steps */
    }
    /* A maximum must stay where it is: values of a feature are 0.2 apart. */
    const bool has_maxima = spec.kind == SN_POOLING || spec.kind == SN_MAX_POOLING1D;
    for (size_t i = 0; has_maxima && i < s->inputs; i++)
        s->input[i] = 0.2F * (float)(i * 7 % 31);
    /* The corners of activations are at multiples of 0.5: values are 0.25 beside them. */
    for (size_t i = 0; spec.kind == SN_ACTIVATION && i < s->inputs; i++)
        s->input[i] = 0.5F * (float)(i % 13) - 3.25F;
    /* variances */
    for (size_t k = 0; spec.kind == SN_BATCH_NORMALIZATION && k < input.features; k++)
        s->weights[s->layer.offsets[3] + k] = 0.5F + 0.3F * (float)k;
    s->pass = (sn_pass){.batch = B,
                        .ids = s->ids,
                        .id_mask = masked ? s->mask : NULL,
                        .weights = s->weights,
                        .gradients = s->gradients,
                        .dropout_key = 77,
                        .row_numbers = ROW_NUMBERS};
    s->in = (sn_value){.x = s->input, .mask = masked ? s->mask : NULL};
    s->out = (sn_value){.x = s->output};
}

static void release(setup *s)
{
    free(s->weights);
    free(s->gradients);
    free(s->input);
    free(s->d_input);
    free(s->output);
    free(s->d_output);
    free(s->tape);
    sn_tensor_table_free(&s->table);
}

static double objective(setup *s)
{
    double sum = 0.0;
    sn_layer_forward(&s->layer, &s->pass, &s->in, &s->out, s->tape);
    if (s->next)
        return objective(s->next);
    for (size_t i = 0; i < s->outputs; i++)
        sum += (double)s->output[i] * (double)s->d_output[i];
    return sum;
}

static double slope(setup *s, float *variable)
{
    static const double at[4] = {-2, -1, 1, 2}, factor[4] = {1, -8, 8, -1};
    const float kept = *variable;
    double sum = 0.0;
    for (size_t i = 0; i < 4; i++) {
        *variable = (float)((double)kept + at[i] * STEP);
        sum += factor[i] * objective(s);
    }
    *variable = kept;
    return sum / (12.0 * STEP);
}

static void compare(setup *s, const char *what, float *variables, const float *gradients,
                    size_t count)
{
    agreement a = {0};
    for (size_t i = 0; i < count; i++)
        agreement_add(&a, (double)gradients[i], slope(s, &variables[i]));
    assert_true(a.largest > 0.0);
    if (!agreement_within(&a, s->tolerance))
        fail_msg("%s: error %g of %g", what, a.worst, a.largest);
}

static void check_prepared(setup *s)
{
    const bool has_input = s->layer.spec.kind != SN_EMBEDDING;
    (void)objective(s);
    if (s->next)
        s->next->layer.ops->backward(&s->next->layer, &s->next->pass, &s->next->in,
                                     s->next->d_output, s->d_output, s->next->tape);
    s->layer.ops->backward(&s->layer, &s->pass, &s->in, s->d_output, has_input ? s->d_input : NULL,
                           s->tape);
    /* The moving mean and variance of a normalisation are not learned by gradients. */
    const size_t tensors = s->layer.spec.kind == SN_BATCH_NORMALIZATION ? 2 : s->table.count;
    for (size_t i = 0; i < tensors; i++) {
        const sn_tensor *const tensor = &s->table.tensors[i];
        compare(s, tensor->name, s->weights + tensor->offset, s->gradients + tensor->offset,
                tensor->count);
    }
    if (has_input)
        compare(s, "input", s->input, s->d_input, s->inputs);
}

static void check(sn_layer_spec spec, sn_shape input, bool masked)
{
    setup s;
    prepare(&s, spec, input, masked);
    check_prepared(&s);
    release(&s);
}

static const sn_shape SEQUENCE = {T, FEATURES}, VECTOR = {0, FEATURES};

static void embedding_gradient(void **state)
{
    (void)state;
    check((sn_layer_spec){.kind = SN_EMBEDDING, .embedding = {.units = 4, .id_count = ID_COUNT}},
          (sn_shape){T, 1}, false);
}

/* Whether the first or the second derivative jumps at 0, so that differences across it are rough.
 */
static bool bends_at_zero(int activation)
{
    return activation == SN_RELU || activation == SN_LEAKY_RELU || activation == SN_ELU ||
           activation == SN_SELU || activation == SN_SOFTSIGN;
}

static void dense_gradient(void **state)
{
    (void)state;
    for (int activation = 0; activation < SN_ACTIVATIONS; activation++) {
        if (bends_at_zero(activation)) /* which may lie within a step */
            continue;
        const sn_layer_spec spec = {.kind = SN_DENSE,
                                    .dense = {.units = 2, .activation = activation}};
        check(spec, VECTOR, false);
        check(spec, SEQUENCE, false);
    }
}

static void conv1d_gradient(void **state)
{
    (void)state;
    for (int padding = 0; padding < SN_CONV_PADDINGS; padding++)
        for (size_t kernel_size = 1; kernel_size <= T; kernel_size++) {
            sn_layer_spec spec = {.kind = SN_CONV1D,
                                  .conv1d = {.units = 4,
                                             .kernel_size = kernel_size,
                                             .padding = padding,
                                             .activation = kernel_size % 2 ? SN_TANH : 0}};
            check(spec, SEQUENCE, false);
            check(spec, SEQUENCE, true);
        }
}

static void activation_gradient(void **state)
{
    (void)state;
    for (int activation = 0; activation < SN_ACTIVATIONS; activation++) {
        const sn_layer_spec spec = {.kind = SN_ACTIVATION, .activation = {activation}};
        check(spec, SEQUENCE, false);
        check(spec, VECTOR, false);
    }
}

static void max_pooling1d_gradient(void **state)
{
    (void)state;
    for (size_t pool_size = 1; pool_size <= T; pool_size++)
        check((sn_layer_spec){.kind = SN_MAX_POOLING1D, .max_pooling1d = {pool_size}}, SEQUENCE,
              pool_size % 2 == 0);
}

static void flatten_gradient(void **state)
{
    (void)state;
    check((sn_layer_spec){.kind = SN_FLATTEN}, SEQUENCE, false);
    check((sn_layer_spec){.kind = SN_FLATTEN}, VECTOR, false);
}

static void batch_normalization_gradient(void **state)
{
    (void)state;
    const sn_layer_spec spec = {.kind = SN_BATCH_NORMALIZATION,
                                .batch_normalization = {SN_BATCH_NORMALIZATION_EPSILON}};
    check(spec, SEQUENCE, false);
    check(spec, SEQUENCE, true);
    check(spec, VECTOR, false);
}

/* A layer of the cell under test. */
static sn_layer_spec of_cell(sn_recurrent_spec chosen)
{
    chosen.units = 4;
    chosen.reset_before = reset_before;
    return (sn_layer_spec){.kind = cell, .recurrent = chosen};
}

/* One cell and two, masked and not. */
static void check_cell(sn_recurrent_spec chosen)
{
    for (int masked = 0; masked < 2; masked++)
        for (int two = 0; two < 2; two++) {
            chosen.bidirectional = two;
            check(of_cell(chosen), SEQUENCE, masked);
        }
}

static void recurrent_gradient(void **state)
{
    (void)state;
    check_cell((sn_recurrent_spec){0});
}

static void recurrent_sequences_gradient(void **state)
{
    (void)state;
    check_cell((sn_recurrent_spec){.return_sequences = true});
}

/* The same masks are drawn at every call, so that the objective stays a function of the weights. */
static void recurrent_dropout_gradient(void **state)
{
    (void)state;
    check_cell((sn_recurrent_spec){.recurrent_dropout = 0.4});
    check_cell((sn_recurrent_spec){.return_sequences = true, .recurrent_dropout = 0.4});
}

/* Weights so small that no sum comes near a bend of an activation; those of relu and its like are
 * above 0. */
static void check_bent(int activation, int recurrent_activation)
{
    setup s;
    prepare(&s,
            of_cell((sn_recurrent_spec){.activation = activation,
                                        .recurrent_activation = recurrent_activation}),
            SEQUENCE, false);
    s.tolerance = SMALL_TOLERANCE;
    const bool is_lifted = bends_at_zero(activation) || bends_at_zero(recurrent_activation);
    for (size_t i = 0; i < s.table.floats; i++)
        s.weights[i] *= 0.3F;
    const sn_tensor *const bias = &s.table.tensors[SN_BIAS];
    for (size_t i = 0; is_lifted && i < bias->count; i++)
        s.weights[bias->offset + i] += 0.5F;
    check_prepared(&s);
    release(&s);
}

static void activations_gradient(void **state)
{
    (void)state;
    for (int activation = SN_LINEAR; activation < SN_ACTIVATIONS; activation++) {
        check_bent(activation, SN_ACTIVATION_OWN);
        if (sn_layer_ops_of(cell)->cell->gates > 1)
            check_bent(SN_ACTIVATION_OWN, activation);
    }
}

static void own_activations_are_tanh_and_sigmoid(void **state)
{
    (void)state;
    setup own, named;
    prepare(&own, of_cell((sn_recurrent_spec){0}), SEQUENCE, false);
    prepare(&named,
            of_cell((sn_recurrent_spec){.activation = SN_TANH, .recurrent_activation = SN_SIGMOID}),
            SEQUENCE, false);
    assert_true(objective(&own) == objective(&named));
    named.layer.spec.recurrent.activation = SN_LINEAR;
    assert_true(objective(&own) != objective(&named));
    release(&own);
    release(&named);
}

static void two_layers_gradient(void **state)
{
    (void)state;
    for (int masked = 0; masked < 2; masked++) {
        setup low, high;
        prepare(&low, of_cell((sn_recurrent_spec){.return_sequences = true, .bidirectional = true}),
                SEQUENCE, masked);
        prepare(&high, of_cell((sn_recurrent_spec){0}), low.layer.output, masked);
        high.in.x = low.output;
        low.next = &high;
        check_prepared(&low);
        release(&low);
        release(&high);
    }
}

static void pooling_gradient(void **state)
{
    (void)state;
    for (sn_pooling mode = SN_POOL_MAX; mode < SN_POOLINGS; mode++) {
        const sn_layer_spec spec = {.kind = SN_POOLING, .pooling = {.mode = (int)mode}};
        check(spec, SEQUENCE, false);
        check(spec, SEQUENCE, true);
    }
}

/* A row that is masked throughout gives zeros and takes no gradient. */
static void pooling_of_nothing_is_zero(void **state)
{
    (void)state;
    for (sn_pooling mode = SN_POOL_MAX; mode <= SN_POOL_MAX_MEAN; mode++) {
        setup s;
        prepare(&s, (sn_layer_spec){.kind = SN_POOLING, .pooling = {.mode = (int)mode}}, SEQUENCE,
                true);
        for (size_t t = 0; t < T; t++)
            s.mask[t * B + 1] = 0;
        (void)objective(&s);
        s.layer.ops->backward(&s.layer, &s.pass, &s.in, s.d_output, s.d_input, s.tape);
        for (size_t i = 0; i < s.layer.output.features; i++)
            assert_true(s.output[s.layer.output.features + i] == 0.0F);
        for (size_t i = 0; i < s.inputs; i++)
            assert_true(i / FEATURES % B != 1 || s.d_input[i] == 0.0F);
        release(&s);
    }
}

/* What Keras's maximum makes of a mask: nothing. */
static void the_maximum_of_all_looks_at_no_mask(void **state)
{
    (void)state;
    setup s;
    float unmasked[B * FEATURES];
    prepare(&s, (sn_layer_spec){.kind = SN_POOLING, .pooling = {.mode = SN_POOL_MAX_ALL}}, SEQUENCE,
            true);
    for (size_t i = 0; i < T * B; i++)
        s.mask[i] = 1;
    (void)objective(&s);
    memcpy(unmasked, s.output, sizeof unmasked);
    for (size_t i = 0; i < T * B; i++)
        s.mask[i] = i % 3 == 0;
    (void)objective(&s);
    assert_memory_equal(s.output, unmasked, sizeof unmasked);
    s.layer.spec.pooling.mode = SN_POOL_MAX;
    (void)objective(&s);
    assert_memory_not_equal(s.output, unmasked, sizeof unmasked);
    release(&s);
}

static void of_equal_maxima_the_earliest_counts(void **state)
{
    (void)state;
    setup s;
    prepare(&s, (sn_layer_spec){.kind = SN_POOLING}, SEQUENCE, false);
    for (size_t i = 0; i < s.inputs; i++)
        s.input[i] = i / (B * FEATURES) % 3 == 1 ? 2.0F : 1.0F; /* at the steps 1 and 4 */
    (void)objective(&s);
    s.layer.ops->backward(&s.layer, &s.pass, &s.in, s.d_output, s.d_input, s.tape);
    for (size_t i = 0; i < s.inputs; i++)
        assert_true(s.d_input[i] ==
                    (i / (B * FEATURES) == 1 ? s.d_output[i % (B * FEATURES)] : 0.0F));
    release(&s);
}

static void pooled_values(void **state)
{
    (void)state;
    setup s;
    prepare(&s, (sn_layer_spec){.kind = SN_POOLING, .pooling = {.mode = SN_POOL_MAX_MEAN}},
            SEQUENCE, true);
    (void)objective(&s);
    for (size_t row = 0; row < B; row++)
        for (size_t k = 0; k < FEATURES; k++) {
            double most = -1.0, sum = 0.0;
            for (size_t t = row; t < T; t++) {
                const double x = (double)s.input[(t * B + row) * FEATURES + k];
                most = fmax(most, x);
                sum += x;
            }
            const float *const out = s.output + row * 2 * FEATURES;
            assert_true((double)out[k] == most);
            assert_true(fabs((double)out[FEATURES + k] - sum / (double)(T - row)) < 1e-6);
        }
    release(&s);
}

static void dropout_layer_gradient(void **state)
{
    (void)state;
    const sn_layer_spec spec = {.kind = SN_DROPOUT, .dropout = {.rate = 0.4}};
    check(spec, SEQUENCE, false);
    check(spec, VECTOR, false);
    check((sn_layer_spec){.kind = SN_SPATIAL_DROPOUT1D, .dropout = {.rate = 0.4}}, SEQUENCE, true);
}

/* A feature of a row passes scaled up at all timesteps or at none. */
static void spatial_dropout_hides_whole_features(void **state)
{
    (void)state;
    static const sn_shape wide = {T, 100};
    setup s;
    size_t dropped = 0, like_row = 0;
    prepare(&s, (sn_layer_spec){.kind = SN_SPATIAL_DROPOUT1D, .dropout = {.rate = 0.4}}, wide,
            false);
    (void)objective(&s);
    for (size_t i = 0; i < s.inputs; i++) {
        const float scaled = s.input[i] * (float)(1.0 / 0.6);
        const bool is_hidden = s.output[i % (B * 100)] == 0.0F;
        assert_true(s.output[i] == (is_hidden ? 0.0F : scaled));
        if (i < B * 100)
            dropped += is_hidden;
        if (i >= 100 && i < B * 100)
            like_row += is_hidden == (s.output[i - 100] == 0.0F);
    }
    assert_in_range(dropped, B * 30, B * 50);
    assert_in_range(like_row, (B - 1) * 40, (B - 1) * 65);
    s.pass.row_numbers = NULL;
    (void)objective(&s);
    assert_memory_equal(s.output, s.input, s.inputs * sizeof *s.input);
    release(&s);
}

/* Each number of the input passes scaled up or not at all, on its own; when scoring all pass. */
static void dropout_layer_hides_or_scales(void **state)
{
    (void)state;
    static const sn_shape wide = {T, 100};
    setup s;
    size_t dropped = 0, like_row = 0, like_step = 0;
    prepare(&s, (sn_layer_spec){.kind = SN_DROPOUT, .dropout = {.rate = 0.4}}, wide, false);
    (void)objective(&s);
    for (size_t i = 0; i < s.inputs; i++) {
        const float scaled = s.input[i] * (float)(1.0 / 0.6);
        assert_true(s.output[i] == 0.0F || s.output[i] == scaled);
        dropped += s.output[i] == 0.0F;
        if (i >= 100) /* the same feature of the row before; of the step before */
            like_row += (s.output[i] == 0.0F) == (s.output[i - 100] == 0.0F);
        if (i >= 100 * B)
            like_step += (s.output[i] == 0.0F) == (s.output[i - 100 * B] == 0.0F);
    }
    assert_in_range(dropped, s.inputs * 35 / 100, s.inputs * 45 / 100);
    assert_in_range(like_row, s.inputs * 40 / 100, s.inputs * 60 / 100); /* .52 of 17 in 18 */
    assert_in_range(like_step, s.inputs * 35 / 100, s.inputs * 55 / 100);
    s.pass.row_numbers = NULL;
    (void)objective(&s);
    assert_memory_equal(s.output, s.input, s.inputs * sizeof *s.input);
    release(&s);
}

static void dropout_layers_draw_apart(void **state)
{
    (void)state;
    setup a, b;
    const sn_layer_spec spec = {.kind = SN_DROPOUT, .dropout = {.rate = 0.5}};
    prepare(&a, spec, SEQUENCE, false);
    prepare(&b, spec, SEQUENCE, false);
    (void)objective(&a);
    (void)objective(&b);
    assert_memory_equal(a.output, b.output, a.outputs * sizeof *a.output);
    (void)snprintf(b.layer.name, sizeof b.layer.name, "another");
    (void)objective(&b);
    assert_memory_not_equal(a.output, b.output, a.outputs * sizeof *a.output);
    release(&a);
    release(&b);
}

static void dropout_changes_training_but_not_scores(void **state)
{
    (void)state;
    setup with, without;
    prepare(&with, of_cell((sn_recurrent_spec){.recurrent_dropout = 0.4}), SEQUENCE, false);
    prepare(&without, of_cell((sn_recurrent_spec){0}), SEQUENCE, false);
    assert_true(objective(&with) != objective(&without));
    with.pass.row_numbers = NULL;
    assert_true(objective(&with) == objective(&without));
    release(&with);
    release(&without);
}

/* ---- The loss ---- */

enum { ROWS = 4, MOST_OUTPUTS = 5 };

/* The loss divided by 8, as a function of the logits. */
static double loss_of(const float *logits, size_t outputs, const sn_label_sets *sets,
                      const float *weights, float *d_logits)
{
    static const int32_t labels[ROWS] = {1, 0, 0, 1};
    sn_loss_sums sums = {0};
    sn_rows_loss(logits, outputs, sets, labels, weights, ROWS, 0.125F, d_logits, &sums);
    return sums.loss / 8.0;
}

static void check_loss(size_t outputs, const sn_label_sets *sets, const float *weights)
{
    static const double at[4] = {-2, -1, 1, 2}, factor[4] = {1, -8, 8, -1};
    float logits[ROWS * MOST_OUTPUTS], d_logits[ROWS * MOST_OUTPUTS];
    sn_rng rng;
    agreement a = {0};
    sn_rng_seed(&rng, 6, SN_RNG_INIT);
    fill(logits, ROWS * outputs, 2.0, &rng);
    (void)loss_of(logits, outputs, sets, weights, d_logits);
    for (size_t i = 0; i < ROWS * outputs; i++) {
        const float kept = logits[i];
        double sum = 0.0;
        for (size_t k = 0; k < 4; k++) {
            logits[i] = (float)((double)kept + at[k] * STEP);
            sum += factor[k] * loss_of(logits, outputs, sets, weights, NULL);
        }
        logits[i] = kept;
        agreement_add(&a, (double)d_logits[i], sum / (12.0 * STEP));
    }
    if (!(a.largest > 0.0 && agreement_within(&a, TOLERANCE)))
        fail_msg("%zu outputs: error %g of %g", outputs, a.worst, a.largest);
}

static void loss_gradient(void **state)
{
    (void)state;
    static const float weights[ROWS] = {2.0F, 0.5F, 0.0F, 1.25F};
    for (size_t outputs = 1; outputs <= MOST_OUTPUTS; outputs++) {
        check_loss(outputs, NULL, NULL);
        check_loss(outputs, NULL, weights);
    }
}

static void label_loss_gradient(void **state)
{
    (void)state;
    static const float weights[ROWS] = {2.0F, 0.5F, 0.0F, 1.25F};
    int32_t none[1] = {0}, some[] = {1, 0}, number;
    sn_label_sets sets = {0};
    assert_int_equal(sn_label_sets_add(&sets, none, 0, &number, NULL), SEQNET_OK);
    assert_int_equal(sn_label_sets_add(&sets, some, 2, &number, NULL), SEQNET_OK);
    for (size_t outputs = 2; outputs <= MOST_OUTPUTS; outputs++) {
        check_loss(outputs, &sets, NULL);
        check_loss(outputs, &sets, weights);
    }
    sn_label_sets_free(&sets);
}

static void gradients_are_added_to_what_is_there(void **state)
{
    (void)state;
    setup s;
    prepare(&s, of_cell((sn_recurrent_spec){0}), SEQUENCE, false);
    (void)objective(&s);
    s.layer.ops->backward(&s.layer, &s.pass, &s.in, s.d_output, s.d_input, s.tape);
    const float once = s.gradients[3];
    (void)objective(&s);
    s.layer.ops->backward(&s.layer, &s.pass, &s.in, s.d_output, s.d_input, s.tape);
    assert_true(fabsf(s.gradients[3] - 2.0F * once) <= 1e-6F * fabsf(once));
    release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(embedding_gradient),
        cmocka_unit_test(dense_gradient),
        cmocka_unit_test(conv1d_gradient),
        cmocka_unit_test(activation_gradient),
        cmocka_unit_test(max_pooling1d_gradient),
        cmocka_unit_test(flatten_gradient),
        cmocka_unit_test(batch_normalization_gradient),
        cmocka_unit_test(recurrent_gradient),
        cmocka_unit_test(recurrent_sequences_gradient),
        cmocka_unit_test(recurrent_dropout_gradient),
        cmocka_unit_test(activations_gradient),
        cmocka_unit_test(own_activations_are_tanh_and_sigmoid),
        cmocka_unit_test(two_layers_gradient),
        cmocka_unit_test(pooling_gradient),
        cmocka_unit_test(pooling_of_nothing_is_zero),
        cmocka_unit_test(the_maximum_of_all_looks_at_no_mask),
        cmocka_unit_test(of_equal_maxima_the_earliest_counts),
        cmocka_unit_test(pooled_values),
        cmocka_unit_test(dropout_layer_gradient),
        cmocka_unit_test(dropout_layer_hides_or_scales),
        cmocka_unit_test(spatial_dropout_hides_whole_features),
        cmocka_unit_test(dropout_layers_draw_apart),
        cmocka_unit_test(dropout_changes_training_but_not_scores),
        cmocka_unit_test(loss_gradient),
        cmocka_unit_test(label_loss_gradient),
        cmocka_unit_test(gradients_are_added_to_what_is_there),
    };
    int failures = 0;
    for (cell = 0; cell < SN_LAYER_KINDS; cell++) {
        const sn_layer_ops *const ops = sn_layer_ops_of(cell);
        if (!ops->cell)
            continue;
        failures += cmocka_run_group_tests_name(ops->title, tests, NULL, NULL);
        reset_before = true;
        if (ops->cell->reset_before)
            failures += cmocka_run_group_tests_name("reset_before", tests, NULL, NULL);
        reset_before = false;
    }
    return failures;
}
