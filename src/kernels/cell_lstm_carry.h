/*
 * The step of the cell with a carry track (equations in nn/lstm_carry.c) in terms of simd.h.
 * Included by kernels_impl.h only, once for each instruction set. The second product, of the carry,
 * is summed beside that of the state, so that its additions wait for nothing.
 */
#ifndef SN_CELL_LSTM_CARRY_H
#define SN_CELL_LSTM_CARRY_H

enum { CARRY_GATES = 4, CARRY_OUTPUT = 3 };

/* Adds both products to the sums of the gates of VFLOATS units. */
SN_INLINE void carry_sums(const sn_step_forward *s, const tile_rows *of, size_t row, size_t unit,
                          const int rows, gate_sums *z)
{
    const float *w = packed_column(s->recurrent, s->units, unit, CARRY_GATES);
    const float *second = packed_column(s->second, s->units, unit, 1);
    const float *const carry = s->carry + row * s->units;
    vfloat sums[ROWS];
    SN_FIRST (r, rows, ROWS)
        sums[r] = v_all(0.0F);
    for (size_t k = 0; k < s->units; k++, w += CARRY_GATES * SN_LANES, second += SN_LANES) {
        SN_FOR (g, CARRY_GATES)
            SN_FIRST (r, rows, ROWS)
                z[r][g] = v_fma(v_all(of->hidden[r][k]), v_load(w + g * SN_LANES), z[r][g]);
        SN_FIRST (r, rows, ROWS)
            sums[r] = v_fma(v_all(carry[(size_t)r * s->units + k]), v_load(second), sums[r]);
    }
    SN_FIRST (r, rows, ROWS)
        z[r][CARRY_OUTPUT] = z[r][CARRY_OUTPUT] + sums[r];
}

SN_INLINE void carry_cell_forward(const sn_step_forward *s, size_t row, size_t unit,
                                  const vfloat *z, const bool usual)
{
    const size_t at = row * s->units + unit;
    const int act = s->activation, gate_act = s->recurrent_activation;
    const vfloat i = v_gate(gate_act, z[0], usual), f = v_gate(gate_act, z[1], usual);
    const vfloat k = v_state(act, z[2], usual), o = v_state(act, z[CARRY_OUTPUT], usual);
    v_store(s->carry_next + at, v_fma(f, v_load(s->carry + at), i * k));
    store_hidden(s, at, o);
    if (!s->gates)
        return;
    const gate_sums gates = {i, f, k, o};
    store_gates(s->gates + row * s->units * CARRY_GATES + packed_at(unit, CARRY_GATES), gates,
                CARRY_GATES);
}

SN_INLINE void carry_rows(const sn_step_forward *s, size_t row, const int rows, const bool usual)
{
    tile_rows of;
    find_rows(s, row, rows, CARRY_GATES, &of);
    for (size_t unit = 0; unit < s->units; unit += VFLOATS) {
        gate_sums z[ROWS];
        SN_FIRST (r, rows, ROWS)
            load_gates(z[r], of.projection[r] + packed_at(unit, CARRY_GATES), CARRY_GATES);
        carry_sums(s, &of, row, unit, rows, z);
        SN_FIRST (r, rows, ROWS)
            carry_cell_forward(s, row + (size_t)r, unit, z[r], usual);
    }
}

SN_INLINE void carry_forward(const sn_step_forward *s, const bool usual)
{
    size_t row = 0;
    for (; row + WIDE_ROWS <= s->rows; row += WIDE_ROWS)
        carry_rows(s, row, WIDE_ROWS, usual);
    for (; row < s->rows; row++)
        carry_rows(s, row, 1, usual);
}

static void lstm_carry_forward(const sn_step_forward *s)
{
    if (is_usual(s->activation, s->recurrent_activation))
        carry_forward(s, true);
    else
        carry_forward(s, false);
}

/* From gates to dz, and d_carry to what does not go through the second product. */
SN_INLINE void carry_cell_backward(const sn_step_backward *s, size_t row, size_t unit,
                                   const bool usual)
{
    const size_t at = row * s->units + unit, width = s->units * CARRY_GATES;
    const size_t column = packed_at(unit, CARRY_GATES);
    const int act = s->activation, gate_act = s->recurrent_activation;
    float *const gates = s->gates + row * width + column;
    gate_sums a;
    load_gates(a, gates, CARRY_GATES);
    const vfloat i = a[0], f = a[1], k = a[2], dc = v_load(s->d_carry + at);
    const gate_sums dz = {dc * k * v_gate_slope(gate_act, i, usual),
                          dc * v_load(s->carry + at) * v_gate_slope(gate_act, f, usual),
                          dc * i * v_state_slope(act, k, usual),
                          v_load(s->d_hidden + at) * v_state_slope(act, a[CARRY_OUTPUT], usual)};
    v_store(s->d_carry + at, v_faded(dc * f));
    store_gates(gates, dz, CARRY_GATES);
    if (s->d_projections)
        add_gates(s->d_projections + (size_t)s->tokens[row] * width + column, dz, CARRY_GATES);
}

SN_INLINE void carry_second(const sn_step_backward *s, size_t row, size_t unit, vfloat gradient,
                            const bool usual)
{
    (void)usual;
    float *const d_carry = s->d_carry + row * s->units + unit;
    v_store(d_carry, v_load(d_carry) + gradient);
}

SN_INLINE void carry_backward(const sn_step_backward *s, const bool usual)
{
    backward_rows(s, CARRY_GATES, false, usual, carry_cell_backward);
    backward_second(s, CARRY_GATES, CARRY_OUTPUT, usual, carry_second);
}

static void lstm_carry_backward(const sn_step_backward *s)
{
    if (is_usual(s->activation, s->recurrent_activation))
        carry_backward(s, true);
    else
        carry_backward(s, false);
}

#endif
