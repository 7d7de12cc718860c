/*
 * A recurrent layer over a shard of rows of different length, without the work that padding would
 * cost. It computes what the plain layer does (nn/recurrent.h), in another way:
 *
 *   - Rows are sorted by length, longest first, and aligned at their ends: active at a step are
 *     always the first ones. States and gates are stored by step, without gaps.
 *   - A row that begins with pads starts from the state after that many pads (pad_prefix.h).
 *   - The input of a token is its projection, x kernel + bias, computed once for each distinct id.
 *
 * The layer's cell is the descriptor of nn/recurrent.h and the kernels of kernels/kernels.h;
 * nothing here names one.
 */
#ifndef SN_RECURRENT_RAGGED_H
#define SN_RECURRENT_RAGGED_H

#include "pad_prefix.h"

/* A shard: tokens stand by step, each step's in the order of rows. */
typedef struct sn_ragged_shard {
    size_t rows, steps;
    /* [steps + 1]: where a step's tokens begin; the last is their number */
    const size_t *starts;
    /* [starts[steps]]: a token's row of the projections */
    const int32_t *tokens;
    /* [rows]: pads before the first token; NULL: none */
    const size_t *pads;
} sn_ragged_shard;

static inline size_t sn_ragged_active(const sn_ragged_shard *shard, size_t step)
{
    return shard->starts[step + 1] - shard->starts[step];
}

/* The leading pads of a row. */
static inline size_t sn_ragged_pads(const sn_ragged_shard *shard, size_t row)
{
    return shard->pads ? shard->pads[row] : 0;
}

/* Pooling over the steps of each row (nn/pooling.c) instead of its last state. [rows, width] each;
 * NULL: what is not wanted. */
typedef struct sn_pooled {
    /* the largest state, those of pads included; -infinity for a row without steps */
    float *most;
    /* at which step, counted from the shard's first, or below 0 after how many pads; NULL when only
     * scoring */
    float *at;
    /* of the states */
    float *sum;
    /* [rows]: the maximum takes a state of zeros in, which no step of the shard gives; NULL: none
     */
    const bool *from_zero;
    /* the loss's gradients by `most` and by `sum` */
    float *d_most, *d_sum;
} sn_pooled;

/* Begins the maxima of a row with zeros, at a step that is none, to which no gradient goes. `at`
 * may be NULL. */
void sn_pool_zero(float *most, float *at, size_t width);

/* What forward leaves for backward. */
typedef struct sn_ragged_tape {
    /* [tokens + rows, width]: the states that go into each token, by step; the last `rows` are
     * those after the last step. carry: NULL for a cell that needs none */
    float *hidden, *carry;
    /* packed [tokens, G width]; NULL when only scoring */
    float *gates;
    /* [tokens, width] */
    float *memo;
    /* [rows, width]; d_carry: of a cell that carries a state, else NULL */
    float *d_hidden, *d_carry;
    /* [rows, width]: recurrent dropout's; NULL: nothing is dropped. The hidden states on the tape
     * are then scaled, but for the last */
    const float *scale;
    /* [rows, width]: scratch, with dropout, for the states of a step; NULL: not wanted */
    float *unscaled;
    /* NULL: nothing is pooled */
    const sn_pooled *pooled;
    /* [tokens, width]: the states after each token, by step, not scaled; NULL: not wanted */
    float *outputs;
    /* The loss's gradients by the states after each token, where the layer above takes them all,
     * else NULL: rows of `d_stride` floats, those of step t from row starts[t + d_lead] on. */
    const float *d_outputs;
    size_t d_stride, d_lead;
    /* [rows, width]: each row's state after its last token, where rows end before the last step
     * (their number falls from step to step); NULL: all rows end with it */
    float *final;
} sn_ragged_tape;

/* Whether the tape of a cell needs the states that it carries: those of a cell that carries some,
 * and with dropout the unscaled hidden states of one whose gradient does not all go through the
 * product. */
bool sn_ragged_needs_carry(const sn_cell *cell, bool drops);

/* Runs the shard. `prefix` may be NULL where the shard has no pads. The rows' final states are
 * tape->hidden + starts[steps] * width, or tape->final. */
void sn_ragged_forward(const sn_packed_cell *packed, const sn_pad_prefix *prefix,
                       const sn_ragged_shard *shard, const float *projections,
                       const sn_ragged_tape *tape);

/* From tape->d_hidden, the loss's gradient by the final states, and from those by what was pooled
 * and by outputs, to that by the states the rows started from (in d_hidden and d_carry); adds to
 * d_recurrent ([sn_packed_recurrent_rows, G width]) and d_projections, which may be NULL where the
 * kernels say so. */
void sn_ragged_backward(const sn_packed_cell *packed, const sn_ragged_shard *shard,
                        const sn_ragged_tape *tape, float *d_projections, float *d_recurrent);

/* Runs the shard and leaves nothing for backward: the tape's hidden is [2 * rows, width], carry too
 * where the cell carries a state; gates and memo, of one step, are those of a cell that works in
 * them, else NULL. Returns the final states. */
const float *sn_ragged_score(const sn_packed_cell *packed, const sn_pad_prefix *prefix,
                             const sn_ragged_shard *shard, const float *projections,
                             const sn_ragged_tape *tape);

#endif
