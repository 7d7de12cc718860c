/*
 * GRU (Cho et al. 2014) in the form that cuDNN and Keras (reset_after, its default) compute: gate
 * order z, r, h; two biases, [2, 3H].
 *
 *     x kernel + bias[0] = [ xz | xr | xg ]      h recurrent_kernel + bias[1] = [ hz | hr | hg ]
 *     z = sigmoid(xz + hz)   r = sigmoid(xr + hr)
 *     g = tanh(xg + r hg)
 *     h' = z h + (1 - z) g
 *
 * The memo is hg.
 */
#include <string.h>

#include "activations.h"
#include "recurrent.h"
#include "vec.h"

#include "banned.h"

enum { GATES = 3, FUSED = 2 };

static void forward(const sn_cell_row *row)
{
    const size_t units = row->units;
    float *const z = row->gates, *const r = z + units, *const g = r + units;
    memcpy(row->memo, row->products + FUSED * units, units * sizeof *row->memo);
    sn_vec_add(z, row->products, FUSED * units);
    sn_sigmoid(z, z, FUSED * units);
    for (size_t k = 0; k < units; k++)
        g[k] += r[k] * row->memo[k];
    sn_tanh(g, g, units);
    for (size_t k = 0; k < units; k++)
        row->hidden_next[k] = g[k] + z[k] * (row->hidden[k] - g[k]);
}

static void backward(const sn_cell_row *row)
{
    const size_t units = row->units;
    float *const zz = row->gates, *const zr = zz + units, *const zg = zr + units;
    float *const pg = row->products + FUSED * units;
    for (size_t k = 0; k < units; k++) {
        const float z = zz[k], r = zr[k], g = zg[k], dh = row->d_hidden[k];
        const float d_g = dh * (1.0F - z) * (1.0F - g * g);
        zz[k] = dh * (row->hidden[k] - g) * z * (1.0F - z);
        zr[k] = d_g * row->memo[k] * r * (1.0F - r);
        zg[k] = d_g;
        pg[k] = d_g * r;
        row->d_hidden[k] = dh * z;
    }
    memcpy(row->products, row->gates, FUSED * units * sizeof *row->products);
}

static const sn_cell CELL = {.kind = SN_CELL_GRU,
                             .gates = GATES,
                             .fused = FUSED,
                             .is_direct = true,
                             .forward = forward,
                             .backward = backward};

const sn_layer_ops sn_gru_ops = {.type = "gru", .title = "GRU", .cell = &CELL, SN_RECURRENT_OPS};
