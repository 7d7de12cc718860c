/*
 * The GRU's step (equations in nn/gru.c) in terms of simd.h. Included by kernels_impl.h only, once
 * for each instruction set. The gates z and r add their product to their projection; the product of
 * g is kept apart, because r is multiplied in between, and is the step's memo.
 */
#ifndef SN_CELL_GRU_H
#define SN_CELL_GRU_H

enum { GRU_GATES = 3, GRU_FUSED = 2 };

/* z, r and g of a tile, in place of their sums; `product` gets that of g. */
SN_INLINE void gru_gates(const sn_step_forward *s, const tile_rows *of, const int rows, size_t unit,
                         gate_sums *z, vfloat *product, const bool usual)
{
    const size_t last = packed_at(unit, GRU_GATES) + GRU_FUSED * SN_LANES;
    SN_FIRST (r, rows, ROWS)
        z[r][1] = v_gate(s->recurrent_activation, z[r][1], usual);
    SN_FIRST (r, rows, ROWS)
        z[r][0] = v_gate(s->recurrent_activation, z[r][0], usual);
    SN_FIRST (r, rows, ROWS) {
        product[r] = z[r][2];
        z[r][2] = v_fma(z[r][1], product[r], v_load(of->projection[r] + last));
    }
    SN_FIRST (r, rows, ROWS)
        z[r][2] = v_state(s->activation, z[r][2], usual);
}

SN_INLINE void gru_cell_forward(const sn_step_forward *s, const tile_rows *of, size_t row,
                                const int rows, size_t unit, gate_sums *z, const bool usual)
{
    vfloat product[ROWS];
    gru_gates(s, of, rows, unit, z, product, usual);
    SN_FIRST (r, rows, ROWS) {
        const size_t at = (row + (size_t)r) * s->units + unit;
        const vfloat h = v_load((s->carry ? s->carry : s->hidden) + at), g = z[r][2];
        const vfloat next = v_fma(z[r][0], h - g, g);
        if (s->carry)
            v_store(s->carry_next + at, next);
        store_hidden(s, at, next);
        if (!s->gates)
            continue;
        store_gates(s->gates + (at - unit) * GRU_GATES + packed_at(unit, GRU_GATES), z[r],
                    GRU_GATES);
        v_store(s->memo + at, product[r]);
    }
}

static void gru_forward(const sn_step_forward *s)
{
    if (is_usual(s->activation, s->recurrent_activation))
        forward_rows(s, GRU_GATES, GRU_FUSED, true, gru_cell_forward);
    else
        forward_rows(s, GRU_GATES, GRU_FUSED, false, gru_cell_forward);
}

/* From gates to the gradients by projections and products, which differ for g, and the part of
 * d_hidden that z passes on. */
SN_INLINE void gru_cell_backward(const sn_step_backward *s, size_t row, size_t unit,
                                 const bool usual)
{
    const int act = s->activation, gate_act = s->recurrent_activation;
    const size_t at = row * s->units + unit, width = s->units * GRU_GATES;
    const size_t column = packed_at(unit, GRU_GATES), last = column + GRU_FUSED * SN_LANES;
    float *const gates = s->gates + row * width + column;
    const vfloat one = v_all(1.0F);
    gate_sums a;
    load_gates(a, gates, GRU_GATES);
    const vfloat z = a[0], r = a[1], g = a[2], dh = v_load(s->d_hidden + at);
    const vfloat h = v_load((s->carry ? s->carry : s->hidden) + at);
    const vfloat dg = dh * (one - z) * v_state_slope(act, g, usual);
    const vfloat dz = dh * (h - g) * v_gate_slope(gate_act, z, usual);
    const vfloat dr = dg * v_load(s->memo + at) * v_gate_slope(gate_act, r, usual);
    const gate_sums by_projection = {dz, dr, dg}, by_product = {dz, dr, dg * r};
    v_store(s->d_hidden + at, dh * z);
    store_gates(gates, by_product, GRU_GATES);
    add_gates(s->d_projections + (size_t)s->tokens[row] * width + column, by_projection, GRU_GATES);
    v_store(s->d_recurrent_bias + last, v_load(s->d_recurrent_bias + last) + by_product[2]);
}

static void gru_backward(const sn_step_backward *s)
{
    if (is_usual(s->activation, s->recurrent_activation))
        backward_rows(s, GRU_GATES, true, true, gru_cell_backward);
    else
        backward_rows(s, GRU_GATES, true, false, gru_cell_backward);
}

#endif
