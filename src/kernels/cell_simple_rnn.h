/*
 * The SimpleRNN's step (equations in nn/simple_rnn.c) in terms of simd.h. Included by
 * kernels_impl.h only, once for each instruction set.
 */
#ifndef SN_CELL_SIMPLE_RNN_H
#define SN_CELL_SIMPLE_RNN_H

SN_INLINE void simple_rnn_cell_forward(const sn_step_forward *s, const tile_rows *of, size_t row,
                                       const int rows, size_t unit, gate_sums *z, const bool usual)
{
    (void)of;
    SN_FIRST (r, rows, ROWS) {
        const size_t at = (row + (size_t)r) * s->units + unit;
        const vfloat h = v_state(s->activation, z[r][0], usual);
        store_hidden(s, at, h);
        if (s->gates)
            v_store(s->gates + at, h);
    }
}

static void simple_rnn_forward(const sn_step_forward *s)
{
    if (s->activation == SN_TANH)
        forward_rows(s, 1, 1, true, simple_rnn_cell_forward);
    else
        forward_rows(s, 1, 1, false, simple_rnn_cell_forward);
}

/* From h' to dz. */
SN_INLINE void simple_rnn_cell_backward(const sn_step_backward *s, size_t row, size_t unit,
                                        const bool usual)
{
    const size_t at = row * s->units + unit;
    const vfloat h = v_load(s->gates + at);
    const vfloat dz = v_load(s->d_hidden + at) * v_state_slope(s->activation, h, usual);
    v_store(s->gates + at, dz);
    if (s->d_projections)
        add_gates(s->d_projections + (size_t)s->tokens[row] * s->units + unit, &dz, 1);
}

static void simple_rnn_backward(const sn_step_backward *s)
{
    if (s->activation == SN_TANH)
        backward_rows(s, 1, false, true, simple_rnn_cell_backward);
    else
        backward_rows(s, 1, false, false, simple_rnn_cell_backward);
}

#endif
