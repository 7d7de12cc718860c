/*
 * What the steps of all recurrent cells have in common, in terms of simd.h: tiles of the products
 * with packed weights, forward and backward. Included by kernels_impl.h only, once for each
 * instruction set. A cell (cell_lstm.h, cell_gru.h) adds what becomes of its gates.
 *
 * `gates`, `fused` and `rows` are constants where these functions are inlined. The first `fused`
 * gates of a cell add their recurrent product to their projection; the products of the others are
 * kept apart and start from the recurrent bias.
 */
#ifndef SN_CELL_STEP_H
#define SN_CELL_STEP_H

enum { BACKWARD_ROWS = VFLOATS == 16 ? 4 : 8 / PARTS };

/* VFLOATS units of each gate. */
typedef vfloat gate_sums[SN_MAX_GATES];

SN_INLINE void load_gates(vfloat *to, const float *from, const int gates)
{
    SN_FIRST (g, gates, SN_MAX_GATES)
        to[g] = v_load(from + g * SN_LANES);
}

SN_INLINE void store_gates(float *to, const vfloat *from, const int gates)
{
    SN_FIRST (g, gates, SN_MAX_GATES)
        v_store(to + g * SN_LANES, from[g]);
}

/* Adds to packed gates in memory. */
SN_INLINE void add_gates(float *to, const vfloat *from, const int gates)
{
    SN_FIRST (g, gates, SN_MAX_GATES)
        v_store(to + g * SN_LANES, v_load(to + g * SN_LANES) + from[g]);
}

/* Where unit number `unit` of the first gate stands in a packed row; the other gates are SN_LANES
 * floats apart. */
SN_INLINE size_t packed_at(size_t unit, const int gates)
{
    return unit / SN_LANES * (size_t)gates * SN_LANES + unit % SN_LANES;
}

/* The column of packed weights with `depth` rows at which unit number `unit` begins. */
SN_INLINE const float *packed_column(const float *weights, size_t depth, size_t unit,
                                     const int gates)
{
    return weights + unit / SN_LANES * (size_t)gates * SN_LANES * depth + unit % SN_LANES;
}

/* sums[r][g] += x[r][k] w[k][g] for all k < depth; w is one packed block. */
SN_INLINE void accumulate(gate_sums *sums, const int rows, const int gates, const float *const *x,
                          size_t depth, const float *w)
{
    for (size_t k = 0; k < depth; k++, w += gates * SN_LANES) {
        vfloat factor[ROWS];
        SN_FIRST (r, rows, ROWS)
            factor[r] = v_all(x[r][k]);
        SN_FIRST (g, gates, SN_MAX_GATES) {
            const vfloat column = v_load(w + g * SN_LANES);
            SN_FIRST (r, rows, ROWS)
                sums[r][g] = v_fma(factor[r], column, sums[r][g]);
        }
    }
}

/* Projections of ids[first .. first + rows). */
SN_INLINE void project_tile(const sn_projection *p, size_t first, const int rows, const int gates)
{
    const size_t width = p->units * (size_t)gates, stride = p->stride ? p->stride : p->features;
    const float *inputs[ROWS];
    SN_FIRST (r, rows, ROWS) {
        const size_t row = first + (size_t)r;
        inputs[r] = p->table + (p->ids ? (size_t)p->ids[row] : row) * stride;
    }
    for (size_t unit = 0; unit < p->units; unit += VFLOATS) {
        const size_t at = packed_at(unit, gates);
        gate_sums z[ROWS];
        SN_FIRST (r, rows, ROWS)
            load_gates(z[r], p->bias + at, gates);
        accumulate(z, rows, gates, inputs, p->features,
                   packed_column(p->kernel, p->features, unit, gates));
        SN_FIRST (r, rows, ROWS)
            store_gates(p->out + (first + (size_t)r) * width + at, z[r], gates);
    }
}

SN_INLINE void project_all(const sn_projection *p, const int gates)
{
    size_t i = 0;
    for (; i + ROWS <= p->count; i += ROWS)
        project_tile(p, i, ROWS, gates);
    for (; i < p->count; i++)
        project_tile(p, i, 1, gates);
}

static void project(const sn_projection *p)
{
    switch (p->gates) {
    case 1:
        project_all(p, 1);
        break;
    case 3:
        project_all(p, 3);
        break;
    default:
        project_all(p, 4);
        break;
    }
}

/* From the sums of a row's gates to its next state, for VFLOATS units. */
typedef void cell_forward(const sn_step_forward *s, size_t row, size_t unit, const vfloat *z);

/* What the sums of a row's gates start from. */
SN_INLINE void start_sums(const sn_step_forward *s, vfloat *z, const float *projection, size_t at,
                          const int gates, const int fused)
{
    SN_FIRST (g, gates, SN_MAX_GATES)
        z[g] = v_load((g < fused ? projection : s->recurrent_bias) + at + g * SN_LANES);
}

/* Rows row .. row + rows of a step. */
SN_INLINE void forward_tile(const sn_step_forward *s, size_t row, const int rows, const int gates,
                            const int fused, cell_forward *cell)
{
    const size_t width = s->units * (size_t)gates;
    const float *hidden[ROWS], *projection[ROWS];
    SN_FIRST (r, rows, ROWS) {
        hidden[r] = s->hidden + (row + (size_t)r) * s->units;
        projection[r] = s->projections + (size_t)s->tokens[row + (size_t)r] * width;
    }
    for (size_t unit = 0; unit < s->units; unit += VFLOATS) {
        gate_sums z[ROWS];
        SN_FIRST (r, rows, ROWS)
            start_sums(s, z[r], projection[r], packed_at(unit, gates), gates, fused);
        accumulate(z, rows, gates, hidden, s->units,
                   packed_column(s->recurrent, s->units, unit, gates));
        SN_FIRST (r, rows, ROWS)
            cell(s, row + (size_t)r, unit, z[r]);
    }
}

SN_INLINE void forward_rows(const sn_step_forward *s, const int gates, const int fused,
                            cell_forward *cell)
{
    size_t row = 0;
    for (; row + ROWS <= s->rows; row += ROWS)
        forward_tile(s, row, ROWS, gates, fused, cell);
    for (; row < s->rows; row++)
        forward_tile(s, row, 1, gates, fused, cell);
}

/* Stores the hidden state after a step, at float number `at`. */
SN_INLINE void store_hidden(const sn_step_forward *s, size_t at, vfloat hidden)
{
    if (!s->hidden_scale) {
        v_store(s->hidden_next + at, hidden);
        return;
    }
    v_store(s->hidden_next + at, hidden * v_load(s->hidden_scale + at));
    if (s->unscaled)
        v_store(s->unscaled + at, hidden);
}

/* A tile of d_hidden: some rows, the SN_LANES units of a block. */
typedef vfloat state_sums[BACKWARD_ROWS][PARTS];

/* sums[g] = the part of gate first + g, for `some` of the gates. */
SN_INLINE void sum_gates(const float *const *dz, const float *w, size_t units, const int rows,
                         const int gates, const int first, const int some, state_sums *sums)
{
    const size_t width = units * (size_t)gates, skip = (size_t)(gates - 1) * SN_LANES;
    SN_FIRST (g, some, SN_MAX_GATES)
        SN_FIRST (r, rows, BACKWARD_ROWS)
            SN_FOR (p, PARTS)
                sums[g][r][p] = v_all(0.0F);
    for (size_t at = (size_t)first * SN_LANES; at < width; at += skip)
        for (const size_t end = at + SN_LANES; at < end; at++)
            SN_FIRST (g, some, SN_MAX_GATES)
                SN_FOR (p, PARTS) {
                    const size_t k = at + (size_t)g * SN_LANES;
                    const vfloat column = v_load(w + k * SN_LANES + p * VFLOATS);
                    SN_FIRST (r, rows, BACKWARD_ROWS)
                        sums[g][r][p] = v_fma(v_all(dz[r][k]), column, sums[g][r][p]);
                }
}

/* d_hidden = dz recurrent^T for `rows` rows and the units of one block; with `direct`, what the
 * cell has left in d_hidden is added. Each gate's part is summed on its own, in the order of units,
 * and the parts are added in the order of gates, whether one, two or all of them (`some`) are under
 * way at the same time. */
SN_INLINE void d_hidden_tile(const sn_step_backward *s, size_t row, size_t block, const int rows,
                             const int gates, const int some, const bool direct)
{
    const size_t width = s->units * (size_t)gates;
    const float *dz[BACKWARD_ROWS];
    state_sums total, sums[SN_MAX_GATES];
    SN_FIRST (r, rows, BACKWARD_ROWS)
        dz[r] = s->gates + (row + (size_t)r) * width;
    SN_FIRST (r, rows, BACKWARD_ROWS)
        SN_FOR (p, PARTS)
            total[r][p] = v_all(0.0F);
    for (int first = 0; first < gates; first += some) {
        sum_gates(dz, s->recurrent_transposed + block * width * SN_LANES, s->units, rows, gates,
                  first, some, sums);
        SN_FIRST (g, some, SN_MAX_GATES)
            SN_FIRST (r, rows, BACKWARD_ROWS)
                SN_FOR (p, PARTS)
                    total[r][p] = total[r][p] + sums[g][r][p];
    }
    SN_FIRST (r, rows, BACKWARD_ROWS)
        SN_FOR (p, PARTS) {
            const size_t at = (row + (size_t)r) * s->units + block * SN_LANES + (size_t)p * VFLOATS;
            if (s->d_hidden_scale)
                total[r][p] = total[r][p] * v_load(s->d_hidden_scale + at);
            if (direct)
                total[r][p] = total[r][p] + v_load(s->d_hidden + at);
            v_store(s->d_hidden + at, total[r][p]);
        }
}

/* How many gates a tile of `rows` rows sums at the same time: as many as make eight sums grow.
 * Where that does not divide the cell's gates, all of them if the registers hold their sums. */
SN_INLINE int gates_at_once(const int rows, const int gates)
{
    const int wanted = 8 / PARTS / rows, most = VFLOATS == 16 ? 24 : 12;
    if (wanted >= gates || gates % wanted == 0)
        return wanted < gates ? wanted : gates;
    return rows * PARTS * gates <= most ? gates : 1;
}

/* From the activated gates of a row to the gradients by its projection and by its recurrent
 * product, for VFLOATS units; leaves in d_hidden what does not go through the product. */
typedef void cell_backward(const sn_step_backward *s, size_t row, size_t unit);

SN_INLINE void backward_rows(const sn_step_backward *s, const int gates, const bool direct,
                             cell_backward *cell)
{
    enum { HALF = BACKWARD_ROWS / 2 };
    for (size_t row = 0; row < s->rows; row++)
        for (size_t unit = 0; unit < s->units; unit += VFLOATS)
            cell(s, row, unit);
    for (size_t block = 0; block < s->units / SN_LANES; block++) {
        size_t row = 0;
        for (; row + BACKWARD_ROWS <= s->rows; row += BACKWARD_ROWS)
            d_hidden_tile(s, row, block, BACKWARD_ROWS, gates, gates_at_once(BACKWARD_ROWS, gates),
                          direct);
        for (; row + HALF <= s->rows; row += HALF)
            d_hidden_tile(s, row, block, HALF, gates, gates_at_once(HALF, gates), direct);
        for (; row < s->rows; row++)
            d_hidden_tile(s, row, block, 1, gates, gates, direct);
    }
}

#endif
