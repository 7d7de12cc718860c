/*
 * LSTM (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000), as Keras
 * computes it: gate order i, f, c, o, one bias [4H].
 *
 *     z = x kernel + h recurrent_kernel + bias          z is [ zi | zf | zg | zo ], H columns each
 *     i = sigmoid(zi)   f = sigmoid(zf)   g = tanh(zg)   o = sigmoid(zo)
 *     c' = f c + i g
 *     h' = o tanh(c')
 *
 * c is what the cell carries; the memo is tanh(c'). Other activations may stand for tanh and
 * sigmoid.
 */
#include "activations.h"
#include "recurrent.h"

#include "banned.h"

enum { GATES = 4 };

/* The forget gates start open: Jozefowicz et al. 2015. */
static void initialise_bias(float *bias, size_t units)
{
    for (size_t k = units; k < 2 * units; k++)
        bias[k] = 1.0F;
}

static void forward(const sn_cell_row *row)
{
    const size_t units = row->units;
    float *const i = row->gates, *const f = i + units, *const g = f + units, *const o = g + units;
    sn_activate(row->recurrent_activation, i, i, 2 * units);
    sn_activate(row->activation, g, g, units);
    sn_activate(row->recurrent_activation, o, o, units);
    for (size_t k = 0; k < units; k++)
        row->carry_next[k] = f[k] * row->carry[k] + i[k] * g[k];
    sn_activate(row->activation, row->carry_next, row->memo, units);
    for (size_t k = 0; k < units; k++)
        row->hidden_next[k] = o[k] * row->memo[k];
}

SN_CELL_INLINE void backward_with(const sn_cell_row *row, int act, int gate_act)
{
    const size_t units = row->units;
    float *const zi = row->gates, *const zf = zi + units, *const zg = zf + units,
                 *const zo = zg + units;
    for (size_t k = 0; k < units; k++) {
        const float i = zi[k], f = zf[k], g = zg[k], o = zo[k];
        const float act_c = row->memo[k], dh = row->d_hidden[k];
        const float d_c = row->d_carry[k] + sn_activation_gradient(act, act_c, dh * o);
        zi[k] = sn_activation_gradient(gate_act, i, d_c * g);
        zf[k] = sn_activation_gradient(gate_act, f, d_c * row->carry[k]);
        zg[k] = sn_activation_gradient(act, g, d_c * i);
        zo[k] = sn_activation_gradient(gate_act, o, dh * act_c);
        row->d_carry[k] = d_c * f;
    }
}

static void backward(const sn_cell_row *row)
{
    if (sn_cell_is_usual(row))
        backward_with(row, SN_TANH, SN_SIGMOID);
    else
        backward_with(row, row->activation, row->recurrent_activation);
}

static const sn_cell CELL = {.kind = SN_CELL_LSTM,
                             .gates = GATES,
                             .fused = GATES,
                             .carries = true,
                             .bidirectional_title = "Bidirectional(LSTM)",
                             .initialise_bias = initialise_bias,
                             .forward = forward,
                             .backward = backward};

const sn_layer_ops sn_lstm_ops = {.type = "lstm", .title = "LSTM", .cell = &CELL, SN_RECURRENT_OPS};
