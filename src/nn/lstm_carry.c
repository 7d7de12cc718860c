/*
 * The cell that textbooks write down as a carry track: the output reads the carry through a matrix
 * of its own and is the state. Gate order i, f, k, o; one bias [4H]; the second product is that of
 * the carry before the step, with carry_kernel [H, H].
 *
 *     z = x kernel + h recurrent_kernel + bias          z is [ zi | zf | zk | zo ], H columns each
 *     i = sigmoid(zi)   f = sigmoid(zf)   k = tanh(zk)
 *     h' = o = tanh(zo + c carry_kernel)
 *     c' = i k + c f
 *
 * Other activations may stand for tanh and sigmoid.
 */
#include <string.h>

#include "activations.h"
#include "recurrent.h"

#include "banned.h"

enum { GATES = 4, OUTPUT = 3 };

/* The forget gates start open, as those of an LSTM. */
static void initialise_bias(float *bias, size_t units)
{
    for (size_t k = units; k < 2 * units; k++)
        bias[k] = 1.0F;
}

static void forward(const sn_cell_row *row)
{
    const size_t units = row->units;
    float *const i = row->gates, *const f = i + units, *const k = f + units, *const o = k + units;
    sn_cell_second_product(row, row->carry, o);
    sn_activate(row->recurrent_activation, i, i, 2 * units);
    sn_activate(row->activation, k, k, 2 * units);
    for (size_t unit = 0; unit < units; unit++)
        row->carry_next[unit] = i[unit] * k[unit] + row->carry[unit] * f[unit];
    memcpy(row->hidden_next, o, units * sizeof *o);
}

static void backward(const sn_cell_row *row)
{
    const size_t units = row->units;
    const int act = row->activation, gate_act = row->recurrent_activation;
    float *const zi = row->gates, *const zf = zi + units, *const zk = zf + units,
                 *const zo = zk + units;
    for (size_t unit = 0; unit < units; unit++) {
        const float i = zi[unit], f = zf[unit], k = zk[unit], d_c = row->d_carry[unit];
        zi[unit] = sn_activation_gradient(gate_act, i, d_c * k);
        zf[unit] = sn_activation_gradient(gate_act, f, d_c * row->carry[unit]);
        zk[unit] = sn_activation_gradient(act, k, d_c * i);
        zo[unit] = sn_activation_gradient(act, zo[unit], row->d_hidden[unit]);
        row->d_carry[unit] = d_c * f;
    }
    for (size_t unit = 0; unit < units; unit++)
        row->d_carry[unit] += sn_cell_second_gradient(row, zo, unit);
}

static const sn_cell CELL = {.kind = SN_CELL_LSTM_CARRY,
                             .gates = GATES,
                             .fused = GATES,
                             .carries = true,
                             .second = SN_SECOND_CARRY,
                             .second_gate = OUTPUT,
                             .bidirectional_title = "Bidirectional(LSTMCarry)",
                             .initialise_bias = initialise_bias,
                             .forward = forward,
                             .backward = backward};

const sn_layer_ops sn_lstm_carry_ops = {
    .type = "lstm_carry", .title = "LSTMCarry", .cell = &CELL, SN_RECURRENT_OPS};
