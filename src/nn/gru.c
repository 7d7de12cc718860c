/*
 * GRU (Cho et al. 2014) with gate order z, r, h, in the two forms that Keras has. The first is what
 * cuDNN and Keras by default (reset_after) compute, with two biases, [2, 3H]:
 *
 *     x kernel + bias[0] = [ xz | xr | xg ]      h recurrent_kernel + bias[1] = [ hz | hr | hg ]
 *     z = sigmoid(xz + hz)   r = sigmoid(xr + hr)
 *     g = tanh(xg + r hg)
 *     h' = z h + (1 - z) g
 *
 * Its memo is hg. The second (reset_before) is that of the paper, with one bias, [3H]. U_g are the
 * columns of recurrent_kernel that belong to g:
 *
 *     x kernel + bias = [ xz | xr | xg ]         h recurrent_kernel = [ hz | hr | - ]
 *     g = tanh(xg + (r h) U_g)
 *
 * Its memo is r h. Other activations may stand for tanh and sigmoid.
 */
#include <string.h>

#include "activations.h"
#include "recurrent.h"
#include "vec.h"

#include "banned.h"

enum { GATES = 3, FUSED = 2 };

/* h' = z h + (1 - z) g */
static void mix(const sn_cell_row *row)
{
    const float *const z = row->gates, *const g = z + FUSED * row->units;
    for (size_t k = 0; k < row->units; k++)
        row->hidden_next[k] = g[k] + z[k] * (row->hidden[k] - g[k]);
}

static void forward(const sn_cell_row *row)
{
    const size_t units = row->units;
    float *const z = row->gates, *const r = z + units, *const g = r + units;
    memcpy(row->memo, row->products + FUSED * units, units * sizeof *row->memo);
    sn_vec_add(z, row->products, FUSED * units);
    sn_activate(row->recurrent_activation, z, z, FUSED * units);
    for (size_t k = 0; k < units; k++)
        g[k] += r[k] * row->memo[k];
    sn_activate(row->activation, g, g, units);
    mix(row);
}

SN_CELL_INLINE void backward_with(const sn_cell_row *row, int act, int gate_act)
{
    const size_t units = row->units;
    float *const zz = row->gates, *const zr = zz + units, *const zg = zr + units;
    float *const pg = row->products + FUSED * units;
    for (size_t k = 0; k < units; k++) {
        const float z = zz[k], r = zr[k], g = zg[k], dh = row->d_hidden[k];
        const float d_g = sn_activation_gradient(act, g, dh * (1.0F - z));
        zz[k] = sn_activation_gradient(gate_act, z, dh * (row->hidden[k] - g));
        zr[k] = sn_activation_gradient(gate_act, r, d_g * row->memo[k]);
        zg[k] = d_g;
        pg[k] = d_g * r;
        row->d_hidden[k] = dh * z;
    }
}

static void backward(const sn_cell_row *row)
{
    if (sn_cell_is_usual(row))
        backward_with(row, SN_TANH, SN_SIGMOID);
    else
        backward_with(row, row->activation, row->recurrent_activation);
    memcpy(row->products, row->gates, FUSED * row->units * sizeof *row->products);
}

static void reset_before_forward(const sn_cell_row *row)
{
    const size_t units = row->units;
    float *const z = row->gates, *const r = z + units, *const g = r + units;
    sn_activate(row->recurrent_activation, z, z, FUSED * units);
    for (size_t k = 0; k < units; k++)
        row->memo[k] = r[k] * row->fed[k];
    sn_cell_second_product(row, row->memo, g);
    sn_activate(row->activation, g, g, units);
    mix(row);
}

static void reset_before_backward(const sn_cell_row *row)
{
    const size_t units = row->units;
    const int act = row->activation, gate_act = row->recurrent_activation;
    float *const zz = row->gates, *const zr = zz + units, *const zg = zr + units;
    for (size_t k = 0; k < units; k++) {
        const float z = zz[k], g = zg[k], dh = row->d_hidden[k];
        zz[k] = sn_activation_gradient(gate_act, z, dh * (row->hidden[k] - g));
        zg[k] = sn_activation_gradient(act, g, dh * (1.0F - z));
        row->d_hidden[k] = dh * z;
    }
    for (size_t k = 0; k < units; k++) {
        const float d_memo = sn_cell_second_gradient(row, zg, k), r = zr[k];
        zr[k] = sn_activation_gradient(gate_act, r, d_memo * row->fed[k]);
        row->d_fed[k] = d_memo * r;
    }
}

static const sn_cell RESET_BEFORE = {.kind = SN_CELL_GRU_RESET_BEFORE,
                                     .gates = GATES,
                                     .fused = GATES,
                                     .is_direct = true,
                                     .second = SN_SECOND_MEMO,
                                     .second_gate = FUSED,
                                     .forward = reset_before_forward,
                                     .backward = reset_before_backward};

static const sn_cell CELL = {.kind = SN_CELL_GRU,
                             .gates = GATES,
                             .fused = FUSED,
                             .is_direct = true,
                             .reset_before = &RESET_BEFORE,
                             .bidirectional_title = "Bidirectional(GRU)",
                             .forward = forward,
                             .backward = backward};

const sn_layer_ops sn_gru_ops = {.type = "gru", .title = "GRU", .cell = &CELL, SN_RECURRENT_OPS};
