/*
 * What the steps of all recurrent cells have in common, in terms of simd.h: tiles of the products
 * with packed weights, forward and backward. Included by kernels_impl.h only, once for each
 * instruction set. A cell (cell_lstm.h, cell_gru.h) adds what becomes of its gates.
 *
 * `gates`, `fused`, `rows`, `vectors` and `usual` are constants where these functions are inlined.
 * The first `fused` gates of a cell add their recurrent product to their projection; the products
 * of the others are kept apart and start from the recurrent bias. A cell whose activations are
 * tanh and sigmoid is `usual`; the others switch at run time.
 *
 * A tile has some rows and, of each, some vectors of sums: as many as hide the latency of a
 * multiplication. They are the gates of VFLOATS units, or, of a product with one gate only, units
 * that follow each other.
 */
#ifndef SN_CELL_STEP_H
#define SN_CELL_STEP_H

/* Rows of a tile backward; ONE_GATE_ROWS of a cell with one gate. */
enum {
    BACKWARD_ROWS = VFLOATS == 16 ? 4 : 8 / PARTS,
    ONE_GATE_ROWS = 8 / PARTS,
    MOST_ROWS = ONE_GATE_ROWS > BACKWARD_ROWS ? ONE_GATE_ROWS : BACKWARD_ROWS
};

/* Does CALL for stretches of `units` units; in it `unit` is the first one and `vectors`, a
 * constant, how many vectors they fill. */
#define SN_STRETCHES(units, CALL)                                                                  \
    do {                                                                                           \
        size_t unit = 0;                                                                           \
        SN_STRETCHES_OF(4, units, CALL)                                                            \
        SN_STRETCHES_OF(2, units, CALL)                                                            \
        SN_STRETCHES_OF(1, units, CALL)                                                            \
    } while (0)
#define SN_STRETCHES_OF(count, units, CALL)                                                        \
    for (; unit + (count)*VFLOATS <= (units); unit += (count)*VFLOATS) {                           \
        enum { vectors = (count) };                                                                \
        CALL;                                                                                      \
    }

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

/* How far vector v of a tile is from its first, in packed weights with `depth` rows; in a packed
 * row the depth is 1. */
SN_INLINE size_t vector_at(const int v, const int gates, size_t depth)
{
    if (gates > 1)
        return (size_t)v * SN_LANES;
    return (size_t)(v / PARTS) * SN_LANES * depth + (size_t)(v % PARTS) * VFLOATS;
}

/* Rows of a tile whose rows have this many vectors: those for which the registers hold the sums, a
 * row of weights and a factor. */
SN_INLINE int tile_rows_for(const int vectors)
{
    return VFLOATS == 8 && vectors == 3 ? ROWS : WIDE_ROWS;
}

/* sums[r][v] += x[r][k] w[k][v] for all k < depth; w is a column of packed weights. */
SN_INLINE void accumulate(gate_sums *sums, const int rows, const int gates, const int vectors,
                          const float *const *x, size_t depth, const float *w)
{
    for (size_t k = 0; k < depth; k++, w += gates * SN_LANES) {
        if (rows > vectors) {
            vfloat column[SN_MAX_GATES];
            SN_FIRST (v, vectors, SN_MAX_GATES)
                column[v] = v_load(w + vector_at(v, gates, depth));
            SN_FIRST (r, rows, ROWS) {
                const vfloat factor = v_all(x[r][k]);
                SN_FIRST (v, vectors, SN_MAX_GATES)
                    sums[r][v] = v_fma(factor, column[v], sums[r][v]);
            }
            continue;
        }
        vfloat factor[ROWS];
        SN_FIRST (r, rows, ROWS)
            factor[r] = v_all(x[r][k]);
        SN_FIRST (v, vectors, SN_MAX_GATES) {
            const vfloat column = v_load(w + vector_at(v, gates, depth));
            SN_FIRST (r, rows, ROWS)
                sums[r][v] = v_fma(factor[r], column, sums[r][v]);
        }
    }
}

/* Projections of some ids, whose embeddings are `inputs`, at `out`. */
SN_INLINE void project_tile(const sn_projection *p, const float *const *inputs, float *out,
                            size_t unit, const int rows, const int gates, const int vectors)
{
    const size_t width = p->units * (size_t)gates, at = packed_at(unit, gates);
    gate_sums z[ROWS];
    SN_FIRST (r, rows, ROWS)
        SN_FIRST (v, vectors, SN_MAX_GATES)
            z[r][v] = v_load(p->bias + at + vector_at(v, gates, 1));
    accumulate(z, rows, gates, vectors, inputs, p->features,
               packed_column(p->kernel, p->features, unit, gates));
    SN_FIRST (r, rows, ROWS)
        SN_FIRST (v, vectors, SN_MAX_GATES)
            v_store(out + (size_t)r * width + at + vector_at(v, gates, 1), z[r][v]);
}

/* Projections of ids[first .. first + rows). */
SN_INLINE void project_rows(const sn_projection *p, size_t first, const int rows, const int gates)
{
    float *const out = p->out + first * p->units * (size_t)gates;
    const size_t stride = p->stride ? p->stride : p->features;
    const float *inputs[ROWS];
    SN_FIRST (r, rows, ROWS) {
        const size_t row = first + (size_t)r;
        inputs[r] = p->table + (p->ids ? (size_t)p->ids[row] : row) * stride;
    }
    if (gates == 1)
        SN_STRETCHES(p->units, project_tile(p, inputs, out, unit, rows, 1, vectors));
    else
        for (size_t unit = 0; unit < p->units; unit += VFLOATS)
            project_tile(p, inputs, out, unit, rows, gates, gates);
}

SN_INLINE void project_all(const sn_projection *p, const int gates)
{
    const int most = tile_rows_for(gates == 1 ? SN_MAX_GATES : gates);
    size_t i = 0;
    for (; i + (size_t)most <= p->count; i += (size_t)most)
        project_rows(p, i, most, gates);
    for (; i < p->count; i++)
        project_rows(p, i, 1, gates);
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

SN_INLINE bool is_usual(int activation, int recurrent_activation)
{
    return activation == SN_TANH && recurrent_activation == SN_SIGMOID;
}

/* The states and projections of the rows of a tile. */
typedef struct tile_rows {
    const float *hidden[ROWS], *projection[ROWS];
} tile_rows;

/* From the sums of the gates of a tile, whose first row has this number, to its next states, for
 * VFLOATS units. Activations that wait for others stand behind those of all rows, so that the
 * processor has something to do meanwhile. */
typedef void cell_forward(const sn_step_forward *s, const tile_rows *of, size_t row, const int rows,
                          size_t unit, gate_sums *z, const bool usual);

SN_INLINE void find_rows(const sn_step_forward *s, size_t row, const int rows, const int gates,
                         tile_rows *found)
{
    SN_FIRST (r, rows, ROWS) {
        found->hidden[r] = s->hidden + (row + (size_t)r) * s->units;
        found->projection[r] =
            s->projections + (size_t)s->tokens[row + (size_t)r] * s->units * (size_t)gates;
    }
}

/* The sums of a tile, from what they start from. */
SN_INLINE void sum_tile(const sn_step_forward *s, const tile_rows *of, size_t unit, const int rows,
                        const int gates, const int vectors, const int fused, gate_sums *z)
{
    const size_t at = packed_at(unit, gates);
    SN_FIRST (r, rows, ROWS)
        SN_FIRST (v, vectors, SN_MAX_GATES)
            z[r][v] = v_load((gates == 1 || v < fused ? of->projection[r] : s->recurrent_bias) +
                             at + vector_at(v, gates, 1));
    accumulate(z, rows, gates, vectors, of->hidden, s->units,
               packed_column(s->recurrent, s->units, unit, gates));
}

/* `vectors` vectors of units of a cell with one gate. */
SN_INLINE void forward_stretch(const sn_step_forward *s, const tile_rows *of, size_t row,
                               size_t unit, const int rows, const int vectors, const bool usual,
                               cell_forward *cell)
{
    gate_sums z[ROWS];
    sum_tile(s, of, unit, rows, 1, vectors, 1, z);
    SN_FIRST (v, vectors, SN_MAX_GATES) {
        gate_sums one[ROWS];
        SN_FIRST (r, rows, ROWS)
            one[r][0] = z[r][v];
        cell(s, of, row, rows, unit + (size_t)v * VFLOATS, one, usual);
    }
}

/* Rows row .. row + rows of a step. */
SN_INLINE void forward_tile(const sn_step_forward *s, size_t row, const int rows, const int gates,
                            const int fused, const bool usual, cell_forward *cell)
{
    tile_rows of;
    find_rows(s, row, rows, gates, &of);
    if (gates == 1) {
        SN_STRETCHES(s->units, forward_stretch(s, &of, row, unit, rows, vectors, usual, cell));
        return;
    }
    for (size_t unit = 0; unit < s->units; unit += VFLOATS) {
        gate_sums z[ROWS];
        sum_tile(s, &of, unit, rows, gates, gates, fused, z);
        cell(s, &of, row, rows, unit, z, usual);
    }
}

SN_INLINE void forward_rows(const sn_step_forward *s, const int gates, const int fused,
                            const bool usual, cell_forward *cell)
{
    const int most = tile_rows_for(gates == 1 ? SN_MAX_GATES : gates);
    size_t row = 0;
    for (; row + (size_t)most <= s->rows; row += (size_t)most)
        forward_tile(s, row, most, gates, fused, usual, cell);
    for (; row + (size_t)most / 2 <= s->rows && most > 2; row += (size_t)most / 2)
        forward_tile(s, row, most / 2, gates, fused, usual, cell);
    for (; row < s->rows; row++)
        forward_tile(s, row, 1, gates, fused, usual, cell);
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

/* Gradients of long sequences fade, into numbers that some processors are slow with and treat
 * differently when they flush them to 0. The reproducible arithmetic, which flushes nothing, lets
 * them end well before. */
SN_INLINE vfloat v_faded(vfloat gradient)
{
#ifdef SN_REPRODUCIBLE_KERNELS
    const vfloat least = v_all(0x1p-96F), size = v_max(gradient, -gradient);
    return v_if_less(size, least, v_all(0.0F), gradient);
#else
    return gradient;
#endif
}

/* A tile of d_hidden: some rows, the SN_LANES units of a block, or of two that follow each other,
 * which share the loads of dz. */
enum { MOST_PARTS = VFLOATS == 16 ? 2 : PARTS };
typedef vfloat state_sums[MOST_ROWS][MOST_PARTS];

/* How far part p of a tile is from its first, in blocks that are `block` floats apart. */
SN_INLINE size_t part_at(const int p, size_t block)
{
    return (size_t)(p / PARTS) * block + (size_t)(p % PARTS) * VFLOATS;
}

/* sums[g] = the part of gate first + g, for `some` of the gates. */
SN_INLINE void sum_gates(const float *const *dz, const float *w, size_t units, const int rows,
                         const int parts, const int gates, const int first, const int some,
                         state_sums *sums)
{
    const size_t width = units * (size_t)gates, skip = (size_t)(gates - 1) * SN_LANES;
    SN_FIRST (g, some, SN_MAX_GATES)
        SN_FIRST (r, rows, MOST_ROWS)
            SN_FIRST (p, parts, MOST_PARTS)
                sums[g][r][p] = v_all(0.0F);
    for (size_t at = (size_t)first * SN_LANES; at < width; at += skip)
        for (const size_t end = at + SN_LANES; at < end; at++)
            SN_FIRST (g, some, SN_MAX_GATES) {
                const size_t k = at + (size_t)g * SN_LANES;
                vfloat column[MOST_PARTS];
                SN_FIRST (p, parts, MOST_PARTS)
                    column[p] = v_load(w + k * SN_LANES + part_at(p, width * SN_LANES));
                SN_FIRST (r, rows, MOST_ROWS) {
                    const vfloat factor = v_all(dz[r][k]);
                    SN_FIRST (p, parts, MOST_PARTS)
                        sums[g][r][p] = v_fma(factor, column[p], sums[g][r][p]);
                }
            }
}

/* sums = dz second^T for `rows` rows and the units of one block, where dz is the gradient by gate
 * number `gate`. */
SN_INLINE void sum_second(const sn_step_backward *s, size_t row, size_t block, const int rows,
                          const int gates, const int gate, state_sums sums)
{
    const size_t width = s->units * (size_t)gates;
    const float *const w = s->second_transposed + block * s->units * SN_LANES;
    const float *const dz = s->gates + row * width + (size_t)gate * SN_LANES;
    SN_FIRST (r, rows, MOST_ROWS)
        SN_FOR (p, PARTS)
            sums[r][p] = v_all(0.0F);
    for (size_t unit = 0; unit < s->units; unit++)
        SN_FOR (p, PARTS) {
            const vfloat column = v_load(w + unit * SN_LANES + p * VFLOATS);
            SN_FIRST (r, rows, MOST_ROWS)
                sums[r][p] = v_fma(v_all(dz[(size_t)r * width + packed_at(unit, gates)]), column,
                                   sums[r][p]);
        }
}

/* What a cell does with the gradient by what its second product takes, for VFLOATS units. */
typedef void cell_second(const sn_step_backward *s, size_t row, size_t unit, vfloat gradient,
                         const bool usual);

SN_INLINE void second_tile(const sn_step_backward *s, size_t row, size_t block, const int rows,
                           const int gates, const int gate, const bool usual, cell_second *cell)
{
    state_sums sums;
    sum_second(s, row, block, rows, gates, gate, sums);
    SN_FIRST (r, rows, MOST_ROWS)
        SN_FOR (p, PARTS)
            cell(s, row + (size_t)r, block * SN_LANES + (size_t)p * VFLOATS, sums[r][p], usual);
}

SN_INLINE void backward_second(const sn_step_backward *s, const int gates, const int gate,
                               const bool usual, cell_second *cell)
{
    for (size_t block = 0; block < s->units / SN_LANES; block++) {
        size_t row = 0;
        for (; row + ONE_GATE_ROWS <= s->rows; row += ONE_GATE_ROWS)
            second_tile(s, row, block, ONE_GATE_ROWS, gates, gate, usual, cell);
        for (; row < s->rows; row++)
            second_tile(s, row, block, 1, gates, gate, usual, cell);
    }
}

/* d_hidden = dz recurrent^T over the first `used` gates, for `rows` rows and the `parts` vectors of
 * units from a block on; with `direct`, what the cell has left in d_hidden is added. Each gate's
 * part is summed on its own, in the order of units, and the parts are added in the order of gates,
 * whether one, two or all of them (`some`) are under way at the same time. */
SN_INLINE void d_hidden_tile(const sn_step_backward *s, size_t row, size_t block, const int rows,
                             const int parts, const int gates, const int used, const int some,
                             const bool direct)
{
    const size_t width = s->units * (size_t)gates;
    const float *dz[MOST_ROWS];
    state_sums total, sums[SN_MAX_GATES];
    SN_FIRST (r, rows, MOST_ROWS)
        dz[r] = s->gates + (row + (size_t)r) * width;
    SN_FIRST (r, rows, MOST_ROWS)
        SN_FIRST (p, parts, MOST_PARTS)
            total[r][p] = v_all(0.0F);
    for (int first = 0; first < used; first += some) {
        sum_gates(dz, s->recurrent_transposed + block * width * SN_LANES, s->units, rows, parts,
                  gates, first, some, sums);
        SN_FIRST (g, some, SN_MAX_GATES)
            SN_FIRST (r, rows, MOST_ROWS)
                SN_FIRST (p, parts, MOST_PARTS)
                    total[r][p] = total[r][p] + sums[g][r][p];
    }
    SN_FIRST (r, rows, MOST_ROWS)
        SN_FIRST (p, parts, MOST_PARTS) {
            const size_t at =
                (row + (size_t)r) * s->units + block * SN_LANES + part_at(p, SN_LANES);
            if (s->d_hidden_scale)
                total[r][p] = total[r][p] * v_load(s->d_hidden_scale + at);
            if (direct)
                total[r][p] = total[r][p] + v_load(s->d_hidden + at);
            v_store(s->d_hidden + at, v_faded(total[r][p]));
        }
}

/* How many gates a tile of `rows` rows sums at the same time: as many as make eight sums grow.
 * Where that does not divide the cell's gates, all of them if the registers hold their sums. */
SN_INLINE int gates_at_once(const int rows, const int parts, const int gates)
{
    const int wanted = 8 / parts / rows, most = VFLOATS == 16 ? 24 : 12;
    if (wanted >= gates || (wanted > 0 && gates % wanted == 0))
        return wanted < gates ? wanted : gates;
    return rows * parts * gates <= most ? gates : 1;
}

/* From the activated gates of a row to the gradients by its projection and by its recurrent
 * product, for VFLOATS units; leaves in d_hidden what does not go through the product. */
typedef void cell_backward(const sn_step_backward *s, size_t row, size_t unit, const bool usual);

SN_INLINE void backward_cells(const sn_step_backward *s, const bool usual, cell_backward *cell)
{
    for (size_t row = 0; row < s->rows; row++)
        for (size_t unit = 0; unit < s->units; unit += VFLOATS)
            cell(s, row, unit, usual);
}

/* d_hidden of all rows for the `parts` vectors of units from a block on. */
SN_INLINE void d_hidden_block(const sn_step_backward *s, size_t block, const int parts,
                              const int gates, const int used, const bool direct)
{
    enum { HALF = BACKWARD_ROWS / 2 };
    const int most = used == 1 && parts == PARTS ? ONE_GATE_ROWS : BACKWARD_ROWS;
    size_t row = 0;
    for (; row + (size_t)most <= s->rows; row += (size_t)most)
        d_hidden_tile(s, row, block, most, parts, gates, used, gates_at_once(most, parts, used),
                      direct);
    for (; row + HALF <= s->rows; row += HALF)
        d_hidden_tile(s, row, block, HALF, parts, gates, used, gates_at_once(HALF, parts, used),
                      direct);
    for (; row < s->rows; row++)
        d_hidden_tile(s, row, block, 1, parts, gates, used, used, direct);
}

/* d_hidden from the gradients by the products of the first `used` gates. */
SN_INLINE void backward_products(const sn_step_backward *s, const int gates, const int used,
                                 const bool direct)
{
    const size_t blocks = s->units / SN_LANES;
    size_t block = 0;
    for (; (int)MOST_PARTS > (int)PARTS && block + 2 <= blocks; block += 2)
        d_hidden_block(s, block, MOST_PARTS, gates, used, direct);
    for (; block < blocks; block++)
        d_hidden_block(s, block, PARTS, gates, used, direct);
}

SN_INLINE void backward_rows(const sn_step_backward *s, const int gates, const bool direct,
                             const bool usual, cell_backward *cell)
{
    backward_cells(s, usual, cell);
    backward_products(s, gates, gates, direct);
}

#endif
