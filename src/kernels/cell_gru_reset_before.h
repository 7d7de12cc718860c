/*
 * The step of the GRU whose reset gate comes before the product (equations in nn/gru.c) in terms of
 * simd.h. Included by kernels_impl.h only, once for each instruction set. The second product takes
 * r h, the memo, of all units, so that z and r of a row are known before its g is begun.
 */
#ifndef SN_CELL_GRU_RESET_BEFORE_H
#define SN_CELL_GRU_RESET_BEFORE_H

/* z, r and r h of some rows; g waits. */
SN_INLINE void reset_tile(const sn_step_forward *s, const tile_rows *of, size_t row, size_t unit,
                          const int rows, const bool usual)
{
    gate_sums z[ROWS];
    sum_tile(s, of, unit, rows, GRU_GATES, GRU_FUSED, GRU_FUSED, z);
    SN_FIRST (r, rows, ROWS) {
        const size_t at = (row + (size_t)r) * s->units;
        const gate_sums a = {v_gate(s->recurrent_activation, z[r][0], usual),
                             v_gate(s->recurrent_activation, z[r][1], usual)};
        store_gates(s->gates + at * GRU_GATES + packed_at(unit, GRU_GATES), a, GRU_FUSED);
        v_store(s->memo + at + unit, a[1] * v_load(of->hidden[r] + unit));
    }
}

/* From the sum of g to the next state. */
SN_INLINE void reset_cell_forward(const sn_step_forward *s, size_t row, size_t unit, vfloat sum,
                                  const bool usual)
{
    const size_t at = row * s->units + unit;
    float *const gates = s->gates + row * s->units * GRU_GATES + packed_at(unit, GRU_GATES);
    const vfloat z = v_load(gates), g = v_state(s->activation, sum, usual);
    const vfloat h = v_load((s->carry ? s->carry : s->hidden) + at);
    const vfloat next = v_fma(z, h - g, g);
    if (s->carry)
        v_store(s->carry_next + at, next);
    store_hidden(s, at, next);
    v_store(gates + GRU_FUSED * SN_LANES, g);
}

SN_INLINE void candidate_tile(const sn_step_forward *s, const tile_rows *of, size_t row,
                              size_t unit, const int rows, const int vectors, const bool usual)
{
    const float *memo[ROWS];
    gate_sums sums[ROWS];
    SN_FIRST (r, rows, ROWS) {
        memo[r] = s->memo + (row + (size_t)r) * s->units;
        SN_FIRST (v, vectors, SN_MAX_GATES)
            sums[r][v] = v_load(of->projection[r] + GRU_FUSED * SN_LANES +
                                packed_at(unit + (size_t)v * VFLOATS, GRU_GATES));
    }
    accumulate(sums, rows, 1, vectors, memo, s->units, packed_column(s->second, s->units, unit, 1));
    SN_FIRST (r, rows, ROWS)
        SN_FIRST (v, vectors, SN_MAX_GATES)
            reset_cell_forward(s, row + (size_t)r, unit + (size_t)v * VFLOATS, sums[r][v], usual);
}

SN_INLINE void reset_rows(const sn_step_forward *s, size_t row, const int rows, const bool usual)
{
    tile_rows of;
    find_rows(s, row, rows, GRU_GATES, &of);
    for (size_t unit = 0; unit < s->units; unit += VFLOATS)
        reset_tile(s, &of, row, unit, rows, usual);
}

SN_INLINE void candidate_rows(const sn_step_forward *s, size_t row, const int rows,
                              const bool usual)
{
    tile_rows of;
    find_rows(s, row, rows, GRU_GATES, &of);
    SN_STRETCHES(s->units, candidate_tile(s, &of, row, unit, rows, vectors, usual));
}

SN_INLINE void reset_forward(const sn_step_forward *s, const bool usual)
{
    size_t row = 0;
    for (; row + ROWS <= s->rows; row += ROWS)
        reset_rows(s, row, ROWS, usual);
    for (; row < s->rows; row++)
        reset_rows(s, row, 1, usual);
    for (row = 0; row + WIDE_ROWS <= s->rows; row += WIDE_ROWS)
        candidate_rows(s, row, WIDE_ROWS, usual);
    for (; row < s->rows; row++)
        candidate_rows(s, row, 1, usual);
}

static void gru_reset_before_forward(const sn_step_forward *s)
{
    if (is_usual(s->activation, s->recurrent_activation))
        reset_forward(s, true);
    else
        reset_forward(s, false);
}

/* z and g become the gradients by their projections; r waits for that by r h. */
SN_INLINE void reset_cell_backward(const sn_step_backward *s, size_t row, size_t unit,
                                   const bool usual)
{
    const size_t at = row * s->units + unit;
    float *const gates = s->gates + row * s->units * GRU_GATES + packed_at(unit, GRU_GATES);
    float *const last = gates + GRU_FUSED * SN_LANES;
    const vfloat z = v_load(gates), g = v_load(last), dh = v_load(s->d_hidden + at);
    const vfloat h = v_load((s->carry ? s->carry : s->hidden) + at);
    v_store(gates, dh * (h - g) * v_gate_slope(s->recurrent_activation, z, usual));
    v_store(last, dh * (v_all(1.0F) - z) * v_state_slope(s->activation, g, usual));
    v_store(s->d_hidden + at, dh * z);
}

/* From the gradient by r h to those by r's projection and, past the product of z and r, by h. */
SN_INLINE void reset_gate_backward(const sn_step_backward *s, size_t row, size_t unit,
                                   vfloat d_memo, const bool usual)
{
    const size_t at = row * s->units + unit;
    float *const gate =
        s->gates + row * s->units * GRU_GATES + packed_at(unit, GRU_GATES) + SN_LANES;
    const vfloat r = v_load(gate);
    vfloat d_fed = d_memo * r;
    if (s->d_hidden_scale)
        d_fed = d_fed * v_load(s->d_hidden_scale + at);
    v_store(gate,
            d_memo * v_load(s->hidden + at) * v_gate_slope(s->recurrent_activation, r, usual));
    v_store(s->d_hidden + at, v_load(s->d_hidden + at) + d_fed);
}

SN_INLINE void reset_backward(const sn_step_backward *s, const bool usual)
{
    const size_t width = s->units * GRU_GATES;
    backward_cells(s, usual, reset_cell_backward);
    backward_second(s, GRU_GATES, GRU_FUSED, usual, reset_gate_backward);
    for (size_t row = 0; s->d_projections && row < s->rows; row++)
        add(s->d_projections + (size_t)s->tokens[row] * width, s->gates + row * width, width);
    backward_products(s, GRU_GATES, GRU_FUSED, true);
}

static void gru_reset_before_backward(const sn_step_backward *s)
{
    if (is_usual(s->activation, s->recurrent_activation))
        reset_backward(s, true);
    else
        reset_backward(s, false);
}

#endif
