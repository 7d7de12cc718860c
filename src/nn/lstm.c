/*
 * LSTM (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000), as Keras
 * computes it. Tensors: kernel [E, 4H], recurrent_kernel [H, 4H], bias [4H]; gate order i, f, c, o:
 *
 *     z = x kernel + h recurrent_kernel + bias          z is [ zi | zf | zg | zo ], H columns each
 *     i = sigmoid(zi)   f = sigmoid(zf)   g = tanh(zg)   o = sigmoid(zo)
 *     c' = f c + i g
 *     h' = o tanh(c')
 *
 * A masked step copies h and c. With recurrent dropout the product takes h times a scale that is
 * drawn once for each row. The tape, all time-major:
 *
 *     gates      [T, B, 4H]    z, then i f g o in place; backward turns them into dz
 *     cell       [T + 1, B, H] cell[0] is the zero state, cell[t + 1] the state after step t
 *     hidden     [T + 1, B, H] likewise
 *     tanh_cell  [T, B, H]     tanh(c')
 *     d_hidden, d_cell [B, H]  backward's running gradients
 *     scale      [B, H]        with recurrent dropout: what h is multiplied by
 *     fed        [T, B, H]     likewise: h times scale, as each step's product takes it
 */
#include "activations.h"
#include "dropout.h"
#include "gemm.h"
#include "initializers.h"
#include "layer.h"
#include "vec.h"

#include <string.h>

#include "banned.h"

enum { GATES = 4 };

typedef struct lstm_tape {
    float *gates, *cell, *hidden, *tanh_cell, *d_hidden, *d_cell, *scale, *fed;
} lstm_tape;

static lstm_tape split_tape(const sn_layer *layer, size_t batch, float *tape)
{
    const size_t time = layer->input.time, state = batch * layer->spec.units;
    lstm_tape parts;
    parts.gates = tape;
    parts.cell = parts.gates + time * state * GATES;
    parts.hidden = parts.cell + (time + 1) * state;
    parts.tanh_cell = parts.hidden + (time + 1) * state;
    parts.d_hidden = parts.tanh_cell + time * state;
    parts.d_cell = parts.d_hidden + state;
    parts.scale = parts.d_cell + state;
    parts.fed = parts.scale + state;
    return parts;
}

static size_t tape_size(const sn_layer *layer, size_t batch)
{
    const size_t time = layer->input.time, state = batch * layer->spec.units;
    const size_t dropout = layer->spec.recurrent_dropout > 0.0 ? (time + 1) * state : 0;
    return time * state * GATES + 2 * (time + 1) * state + time * state + 2 * state + dropout;
}

static seqnet_status declare(sn_layer *layer, sn_tensor_table *table, seqnet_error *err)
{
    const size_t units = layer->spec.units, gates = GATES * units;
    if (!layer->input.time)
        return sn_fail(err, SEQNET_ERR_USAGE, "an LSTM takes a sequence, not one vector per row");
    const size_t kernel[2] = {layer->input.features, gates};
    const size_t recurrent[2] = {units, gates};
    layer->output.time = layer->spec.return_sequences ? layer->input.time : 0;
    layer->output.features = units;
    SN_TRY(sn_tensor_table_add(table, layer->name, "kernel", 2, kernel,
                               &layer->offsets[SN_LSTM_KERNEL], err));
    SN_TRY(sn_tensor_table_add(table, layer->name, "recurrent_kernel", 2, recurrent,
                               &layer->offsets[SN_LSTM_RECURRENT_KERNEL], err));
    return sn_tensor_table_add(table, layer->name, "bias", 1, &gates, &layer->offsets[SN_LSTM_BIAS],
                               err);
}

static void initialise(const sn_layer *layer, float *weights, double *scratch, sn_rng *rng)
{
    const size_t units = layer->spec.units, gates = GATES * units;
    float *const bias = weights + layer->offsets[SN_LSTM_BIAS];
    sn_init_glorot_uniform(weights + layer->offsets[SN_LSTM_KERNEL], layer->input.features, gates,
                           rng);
    sn_init_orthogonal(weights + layer->offsets[SN_LSTM_RECURRENT_KERNEL], units, gates, scratch,
                       rng);
    memset(bias, 0, gates * sizeof *bias);
    for (size_t i = units; i < 2 * units; i++)
        bias[i] = 1.0F; /* forget gates start open: Jozefowicz et al. 2015 */
}

/* gates = x kernel + bias for all timesteps at once. */
static void project_input(const sn_layer *layer, const sn_pass *pass, const float *input,
                          float *gates)
{
    const size_t rows = layer->input.time * pass->batch, columns = GATES * layer->spec.units;
    const float *const bias = pass->weights + layer->offsets[SN_LSTM_BIAS];
    for (size_t row = 0; row < rows; row++)
        memcpy(gates + row * columns, bias, columns * sizeof *gates);
    sn_gemm(SN_AS_IS, SN_AS_IS, rows, columns, layer->input.features, input,
            pass->weights + layer->offsets[SN_LSTM_KERNEL], 1.0F, gates);
}

/* One row of one step: z [4H] becomes i f g o; c and h are the states before it. */
static void cell_forward(size_t units, float *z, const float *c, float *c_next, float *tanh_c,
                         float *h_next)
{
    const float *const i = z, *const f = z + units, *const g = z + 2 * units,
                       *const o = z + 3 * units;
    sn_sigmoid(z, z, 2 * units);
    sn_tanh(z + 2 * units, z + 2 * units, units);
    sn_sigmoid(z + 3 * units, z + 3 * units, units);
    for (size_t k = 0; k < units; k++)
        c_next[k] = f[k] * c[k] + i[k] * g[k];
    sn_tanh(c_next, tanh_c, units);
    for (size_t k = 0; k < units; k++)
        h_next[k] = o[k] * tanh_c[k];
}

static bool drops(const sn_layer *layer, const sn_pass *pass)
{
    return layer->spec.recurrent_dropout > 0.0 && pass->row_numbers;
}

static void draw_scale(const sn_layer *layer, const sn_pass *pass, float *scale)
{
    const size_t units = layer->spec.units;
    for (size_t row = 0; row < pass->batch; row++)
        sn_dropout_fill(scale + row * units, units, layer->spec.recurrent_dropout,
                        pass->dropout_key, layer->offsets[SN_LSTM_RECURRENT_KERNEL],
                        pass->row_numbers[row]);
}

/* y = a * b */
static void multiply(const float *a, const float *b, float *y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = a[i] * b[i];
}

/* The states before step t as its recurrent product takes them. */
static const float *product_input(const sn_layer *layer, const sn_pass *pass, const lstm_tape *tape,
                                  size_t t)
{
    const size_t state = pass->batch * layer->spec.units;
    return (drops(layer, pass) ? tape->fed : tape->hidden) + t * state;
}

static void step_forward(const sn_layer *layer, const sn_pass *pass, const lstm_tape *tape,
                         size_t t)
{
    const size_t units = layer->spec.units, batch = pass->batch, state = batch * units;
    const float *const cell = tape->cell + t * state, *const hidden = tape->hidden + t * state;
    float *const gates = tape->gates + t * state * GATES;
    if (drops(layer, pass))
        multiply(hidden, tape->scale, tape->fed + t * state, state);
    sn_gemm(SN_AS_IS, SN_AS_IS, batch, GATES * units, units, product_input(layer, pass, tape, t),
            pass->weights + layer->offsets[SN_LSTM_RECURRENT_KERNEL], 1.0F, gates);
    for (size_t row = 0; row < batch; row++) {
        const size_t at = row * units;
        float *const c_next = tape->cell + (t + 1) * state + at;
        float *const h_next = tape->hidden + (t + 1) * state + at;
        cell_forward(units, gates + at * GATES, cell + at, c_next, tape->tanh_cell + t * state + at,
                     h_next);
        if (pass->mask && !pass->mask[t * batch + row]) {
            memcpy(c_next, cell + at, units * sizeof *c_next);
            memcpy(h_next, hidden + at, units * sizeof *h_next);
        }
    }
}

static void forward(const sn_layer *layer, const sn_pass *pass, const float *input, float *output,
                    float *tape)
{
    const size_t time = layer->input.time, state = pass->batch * layer->spec.units;
    const lstm_tape parts = split_tape(layer, pass->batch, tape);
    project_input(layer, pass, input, parts.gates);
    memset(parts.cell, 0, state * sizeof *parts.cell);
    memset(parts.hidden, 0, state * sizeof *parts.hidden);
    if (drops(layer, pass))
        draw_scale(layer, pass, parts.scale);
    for (size_t t = 0; t < time; t++)
        step_forward(layer, pass, &parts, t);
    if (layer->spec.return_sequences)
        memcpy(output, parts.hidden + state, time * state * sizeof *output);
    else
        memcpy(output, parts.hidden + time * state, state * sizeof *output);
}

/* One row of one step: i f g o become dz, and dc moves from c' to c. */
static void cell_backward(size_t units, float *gates, const float *c, const float *tanh_c,
                          const float *dh, float *dc)
{
    float *const zi = gates, *const zf = gates + units, *const zg = gates + 2 * units,
                 *const zo = gates + 3 * units;
    for (size_t k = 0; k < units; k++) {
        const float i = zi[k], f = zf[k], g = zg[k], o = zo[k];
        const float d_c = dc[k] + dh[k] * o * (1.0F - tanh_c[k] * tanh_c[k]);
        zi[k] = d_c * g * i * (1.0F - i);
        zf[k] = d_c * c[k] * f * (1.0F - f);
        zg[k] = d_c * i * (1.0F - g * g);
        zo[k] = dh[k] * tanh_c[k] * o * (1.0F - o);
        dc[k] = d_c * f;
    }
}

/* Turns step t's gates into dz and d_hidden, d_cell from after the step to before it. */
static void step_backward(const sn_layer *layer, const sn_pass *pass, const lstm_tape *tape,
                          size_t t)
{
    const size_t units = layer->spec.units, batch = pass->batch, state = batch * units;
    float *const gates = tape->gates + t * state * GATES;
    const uint8_t *const mask = pass->mask ? pass->mask + t * batch : NULL;
    for (size_t row = 0; row < batch; row++) {
        const size_t at = row * units;
        if (mask && !mask[row])
            memset(gates + at * GATES, 0, GATES * units * sizeof *gates);
        else
            cell_backward(units, gates + at * GATES, tape->cell + t * state + at,
                          tape->tanh_cell + t * state + at, tape->d_hidden + at, tape->d_cell + at);
    }
    const float *const recurrent = pass->weights + layer->offsets[SN_LSTM_RECURRENT_KERNEL];
    if (!mask) {
        sn_gemm(SN_AS_IS, SN_TRANSPOSED, batch, units, GATES * units, gates, recurrent, 0.0F,
                tape->d_hidden);
        if (drops(layer, pass))
            multiply(tape->d_hidden, tape->scale, tape->d_hidden, state);
        return;
    }
    for (size_t row = 0; row < batch; row++) {
        const size_t at = row * units;
        if (!mask[row])
            continue; /* it keeps its d_hidden: h was copied */
        sn_gemm(SN_AS_IS, SN_TRANSPOSED, 1, units, GATES * units, gates + at * GATES, recurrent,
                0.0F, tape->d_hidden + at);
        if (drops(layer, pass))
            multiply(tape->d_hidden + at, tape->scale + at, tape->d_hidden + at, units);
    }
}

/* The weights' gradients, from dz and the inputs of all timesteps at once. */
static void accumulate_gradients(const sn_layer *layer, const sn_pass *pass, const float *input,
                                 const lstm_tape *tape)
{
    const size_t units = layer->spec.units, features = layer->input.features;
    const size_t rows = layer->input.time * pass->batch, columns = GATES * units;
    float *const d_bias = pass->gradients + layer->offsets[SN_LSTM_BIAS];
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, features, columns, rows, input, tape->gates, 1.0F,
            pass->gradients + layer->offsets[SN_LSTM_KERNEL]);
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, units, columns, rows, product_input(layer, pass, tape, 0),
            tape->gates, 1.0F, pass->gradients + layer->offsets[SN_LSTM_RECURRENT_KERNEL]);
    for (size_t row = 0; row < rows; row++)
        sn_vec_add(d_bias, tape->gates + row * columns, columns);
}

static void backward(const sn_layer *layer, const sn_pass *pass, const float *input,
                     const float *d_output, float *d_input, float *tape)
{
    const size_t time = layer->input.time, units = layer->spec.units, state = pass->batch * units;
    const lstm_tape parts = split_tape(layer, pass->batch, tape);
    memset(parts.d_cell, 0, state * sizeof *parts.d_cell);
    memset(parts.d_hidden, 0, state * sizeof *parts.d_hidden);
    for (size_t t = time; t-- > 0;) {
        if (layer->spec.return_sequences)
            sn_vec_add(parts.d_hidden, d_output + t * state, state);
        else if (t + 1 == time)
            sn_vec_add(parts.d_hidden, d_output, state);
        step_backward(layer, pass, &parts, t);
    }
    accumulate_gradients(layer, pass, input, &parts);
    if (d_input)
        sn_gemm(SN_AS_IS, SN_TRANSPOSED, time * pass->batch, layer->input.features, GATES * units,
                parts.gates, pass->weights + layer->offsets[SN_LSTM_KERNEL], 0.0F, d_input);
}

const sn_layer_ops sn_lstm_ops = {.type = "lstm",
                                  .title = "LSTM",
                                  .declare = declare,
                                  .initialise = initialise,
                                  .tape_size = tape_size,
                                  .forward = forward,
                                  .backward = backward};
