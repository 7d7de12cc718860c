/*
 * The LSTM's step (equations in nn/lstm.c) in terms of simd.h. Included by kernels_impl.h only,
 * once for each instruction set.
 */
#ifndef SN_CELL_LSTM_H
#define SN_CELL_LSTM_H

enum { LSTM_GATES = 4 };

SN_INLINE void lstm_cell_forward(const sn_step_forward *s, size_t row, size_t unit, const vfloat *z)
{
    const size_t at = row * s->units + unit;
    const vfloat i = v_sigmoid(z[0]), f = v_sigmoid(z[1]), g = v_tanh(z[2]), o = v_sigmoid(z[3]);
    const vfloat c = v_fma(f, v_load(s->carry + at), i * g);
    const vfloat tanh_c = v_tanh(c);
    v_store(s->carry_next + at, c);
    store_hidden(s, at, o * tanh_c);
    if (!s->gates)
        return;
    const gate_sums gates = {i, f, g, o};
    store_gates(s->gates + row * s->units * LSTM_GATES + packed_at(unit, LSTM_GATES), gates,
                LSTM_GATES);
    v_store(s->memo + at, tanh_c);
}

static void lstm_forward(const sn_step_forward *s)
{
    forward_rows(s, LSTM_GATES, LSTM_GATES, lstm_cell_forward);
}

/* From gates to dz, and d_carry from after the step to before it. */
SN_INLINE void lstm_cell_backward(const sn_step_backward *s, size_t row, size_t unit)
{
    const size_t at = row * s->units + unit, width = s->units * LSTM_GATES;
    const size_t column = packed_at(unit, LSTM_GATES);
    float *const gates = s->gates + row * width + column;
    const vfloat one = v_all(1.0F);
    gate_sums a;
    load_gates(a, gates, LSTM_GATES);
    const vfloat i = a[0], f = a[1], g = a[2], o = a[3];
    const vfloat dh = v_load(s->d_hidden + at), tanh_c = v_load(s->memo + at);
    const vfloat dc = v_fma(dh * o, v_fnma(tanh_c, tanh_c, one), v_load(s->d_carry + at));
    const gate_sums dz = {dc * g * (i * (one - i)), dc * v_load(s->carry + at) * (f * (one - f)),
                          dc * i * v_fnma(g, g, one), dh * tanh_c * (o * (one - o))};
    v_store(s->d_carry + at, dc * f);
    store_gates(gates, dz, LSTM_GATES);
    add_gates(s->d_projections + (size_t)s->tokens[row] * width + column, dz, LSTM_GATES);
}

static void lstm_backward(const sn_step_backward *s)
{
    backward_rows(s, LSTM_GATES, false, lstm_cell_backward);
}

#endif
