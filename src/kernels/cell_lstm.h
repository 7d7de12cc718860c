/*
 * The LSTM's step (equations in nn/lstm.c) in terms of simd.h. Included by kernels_impl.h only,
 * once for each instruction set.
 */
#ifndef SN_CELL_LSTM_H
#define SN_CELL_LSTM_H

enum { LSTM_GATES = 4 };

SN_INLINE void lstm_row_forward(const sn_step_forward *s, size_t row, size_t unit, const vfloat *z,
                                const bool usual)
{
    const size_t at = row * s->units + unit;
    const int act = s->activation, gate_act = s->recurrent_activation;
    const vfloat i = v_gate(gate_act, z[0], usual), f = v_gate(gate_act, z[1], usual);
    const vfloat g = v_state(act, z[2], usual), o = v_gate(gate_act, z[3], usual);
    const vfloat c = v_fma(f, v_load(s->carry + at), i * g);
    const vfloat tanh_c = v_state(act, c, usual);
    v_store(s->carry_next + at, c);
    store_hidden(s, at, o * tanh_c);
    if (!s->gates)
        return;
    const gate_sums gates = {i, f, g, o};
    store_gates(s->gates + row * s->units * LSTM_GATES + packed_at(unit, LSTM_GATES), gates,
                LSTM_GATES);
    v_store(s->memo + at, tanh_c);
}

SN_INLINE void lstm_cell_forward(const sn_step_forward *s, const tile_rows *of, size_t row,
                                 const int rows, size_t unit, gate_sums *z, const bool usual)
{
    (void)of;
    SN_FIRST (r, rows, ROWS)
        lstm_row_forward(s, row + (size_t)r, unit, z[r], usual);
}

static void lstm_forward(const sn_step_forward *s)
{
    if (is_usual(s->activation, s->recurrent_activation))
        forward_rows(s, LSTM_GATES, LSTM_GATES, true, lstm_cell_forward);
    else
        forward_rows(s, LSTM_GATES, LSTM_GATES, false, lstm_cell_forward);
}

/* From gates to dz, and d_carry from after the step to before it. */
SN_INLINE void lstm_cell_backward(const sn_step_backward *s, size_t row, size_t unit,
                                  const bool usual)
{
    const int act = s->activation, gate_act = s->recurrent_activation;
    const size_t at = row * s->units + unit, width = s->units * LSTM_GATES;
    const size_t column = packed_at(unit, LSTM_GATES);
    float *const gates = s->gates + row * width + column;
    gate_sums a;
    load_gates(a, gates, LSTM_GATES);
    const vfloat i = a[0], f = a[1], g = a[2], o = a[3];
    const vfloat dh = v_load(s->d_hidden + at), tanh_c = v_load(s->memo + at);
    const vfloat dc = v_fma(dh * o, v_state_slope(act, tanh_c, usual), v_load(s->d_carry + at));
    const gate_sums dz = {dc * g * v_gate_slope(gate_act, i, usual),
                          dc * v_load(s->carry + at) * v_gate_slope(gate_act, f, usual),
                          dc * i * v_state_slope(act, g, usual),
                          dh * tanh_c * v_gate_slope(gate_act, o, usual)};
    v_store(s->d_carry + at, v_faded(dc * f));
    store_gates(gates, dz, LSTM_GATES);
    if (s->d_projections)
        add_gates(s->d_projections + (size_t)s->tokens[row] * width + column, dz, LSTM_GATES);
}

static void lstm_backward(const sn_step_backward *s)
{
    if (is_usual(s->activation, s->recurrent_activation))
        backward_rows(s, LSTM_GATES, false, true, lstm_cell_backward);
    else
        backward_rows(s, LSTM_GATES, false, false, lstm_cell_backward);
}

#endif
