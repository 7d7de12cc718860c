/*
 * An LSTM over a shard of rows of different length, without the work that padding would cost. The
 * equations are those of lstm.c; what differs is what is computed, not its result:
 *
 *   - Rows are sorted by length, longest first, and aligned at their ends: active at a step are
 *     always the first ones. States and gates are stored by step, without gaps.
 *   - A row that begins with pads starts from the state after that many pads, which all rows share:
 *     the trajectory. Backward, a row hands its gradient by that state to the trajectory.
 *   - The input of a token is its projection, x kernel + bias, computed once for each distinct id.
 *
 * Weights come packed (kernels.h), the units padded to `width`, a multiple of SN_LANES. Matrices of
 * gradients are row-major with columns in packed order, 4 * width of them.
 */
#ifndef SN_LSTM_RAGGED_H
#define SN_LSTM_RAGGED_H

#include "kernels.h"
#include "layer.h"

/* An embedding's and an LSTM's weights as kernels take them. The arrays lie in one block of
 * sn_packed_lstm_size() floats, but for the table. */
typedef struct sn_packed_lstm {
    size_t features, units, width;
    const float *table;          /* the embedding, [id_count, features] */
    float *kernel;               /* packed [features, 4 width] */
    float *kernel_transposed;    /* [4 width, features] */
    float *bias;                 /* packed row */
    float *recurrent;            /* packed [width, 4 width] */
    float *recurrent_transposed; /* as sn_lstm_backward wants it */
} sn_packed_lstm;

/* Units as they are stored: rounded up to a multiple of SN_LANES. */
size_t sn_lstm_width(size_t units);

/* Floats of the block for an LSTM layer. */
size_t sn_packed_lstm_size(const sn_layer *lstm);

/* Lays the arrays out in `block`, which stays the caller's. */
void sn_packed_lstm_init(sn_packed_lstm *packed, const sn_layer *lstm, float *block);

/* Packs the weights of the two layers, which follow each other, from the slab. */
void sn_packed_lstm_load(sn_packed_lstm *packed, const sn_layer *embedding, const sn_layer *lstm,
                         const float *weights);

/* Writes an LSTM's gradients to the slab: kernel [features, 4 width], recurrent [width, 4 width]
 * and bias [4 width] with columns in packed order. */
void sn_packed_lstm_store_gradients(const sn_packed_lstm *packed, const sn_layer *lstm,
                                    const float *kernel, const float *recurrent, const float *bias,
                                    float *gradients);

/* out[i] = projection of ids[i]. */
void sn_packed_lstm_project(const sn_packed_lstm *packed, const int32_t *ids, size_t count,
                            float *out);

/* The states after 0, 1, 2, ... pads. Once a step leaves every bit of the state as it was, all
 * further ones do: the state is stationary and no more are computed. */
typedef struct sn_trajectory {
    size_t width;
    size_t steps;    /* states 0 .. steps are known, those after `distinct` being equal */
    size_t distinct; /* states 0 .. distinct are stored */
    bool stationary;
    float *projection;    /* of a pad */
    float *hidden, *cell; /* [time + 1, width] */
    float *gates,
        *tanh_cell; /* [time, 4 width] and [time, width]: the tape; NULL when only scoring */
    float *d_hidden, *d_cell; /* [time + 1, width]: gradients by each state, handed in by rows; zero
                                 before that, and again after sn_trajectory_backward */
    float *d_recurrent;       /* [width, 4 width] */
    float *d_projection;      /* [4 width]: the sum over all steps */
    float *d_stationary;      /* [4 width]: the part of it that fell to the stationary state */
    float *d_gates;           /* [4 width]: scratch */
} sn_trajectory;

/* Lays the arrays out in `block` (NULL: only counts) for up to `time` pads; returns their floats.
 */
size_t sn_trajectory_init(sn_trajectory *trajectory, size_t width, size_t time, bool trains,
                          float *block);

/* Forgets all states: the weights have changed. */
void sn_trajectory_reset(sn_trajectory *trajectory);

/* Computes what is missing of states 0 .. steps. */
void sn_trajectory_extend(sn_trajectory *trajectory, const sn_packed_lstm *packed, size_t steps);

static inline size_t sn_trajectory_at(const sn_trajectory *trajectory, size_t pads)
{
    return pads < trajectory->distinct ? pads : trajectory->distinct;
}

/* From d_hidden and d_cell to d_recurrent and d_projection, both overwritten. Consumes the tape:
 * the trajectory is reset. */
void sn_trajectory_backward(sn_trajectory *trajectory, const sn_packed_lstm *packed);

/* A shard: tokens stand by step, each step's in the order of rows. */
typedef struct sn_ragged_shard {
    size_t rows, steps;
    const size_t *starts;  /* [steps + 1]: where a step's tokens begin; the last is their number */
    const int32_t *tokens; /* [starts[steps]]: a token's row of the projections */
    const size_t *pads;    /* [rows]: pads before the first token; NULL: none */
} sn_ragged_shard;

static inline size_t sn_ragged_active(const sn_ragged_shard *shard, size_t step)
{
    return shard->starts[step + 1] - shard->starts[step];
}

/* Pooling over the steps of each row (pooling.c) instead of its last state. [rows, width] each;
 * NULL: what is not wanted. */
typedef struct sn_ragged_pool {
    float *most;     /* the largest state; -infinity for a row without steps */
    float *at;       /* at which step, counted from the shard's first; NULL when only scoring */
    float *sum;      /* of the states */
    float *unscaled; /* scratch, with recurrent dropout: the states of a step */
    float *d_most;   /* the loss's gradient by `most` */
    float *d_sum;    /* and by `sum` */
} sn_ragged_pool;

/* What forward leaves for backward. */
typedef struct sn_ragged_tape {
    float *hidden, *cell; /* [tokens + rows, width]: the states that go into each token, by step;
                             the last `rows` are those after the last step */
    float *gates;         /* packed [tokens, 4 width] */
    float *tanh_cell;     /* [tokens, width] */
    float *d_hidden, *d_cell;   /* [rows, width] */
    const float *scale;         /* [rows, width]: recurrent dropout's; NULL: nothing is dropped. The
                                   hidden states on the tape are then scaled, but for the last */
    const sn_ragged_pool *pool; /* NULL: nothing is pooled */
} sn_ragged_tape;

/* Runs the shard; its final states are tape->hidden + starts[steps] * width. */
void sn_ragged_forward(const sn_packed_lstm *packed, const sn_trajectory *trajectory,
                       const sn_ragged_shard *shard, const float *projections,
                       const sn_ragged_tape *tape);

/* From tape->d_hidden, the loss's gradient by the final states, and from those by what was pooled
 * to that by the states the rows started from (in d_hidden and d_cell); adds to d_recurrent and
 * d_projections. */
void sn_ragged_backward(const sn_packed_lstm *packed, const sn_ragged_shard *shard,
                        const sn_ragged_tape *tape, float *d_projections, float *d_recurrent);

/* Scores without a tape: hidden and cell are [2 * rows, width] each, pool may be NULL. Returns the
 * final states. */
const float *sn_ragged_score(const sn_packed_lstm *packed, const sn_trajectory *trajectory,
                             const sn_ragged_shard *shard, const float *projections, float *hidden,
                             float *cell, const sn_ragged_pool *pool);

#endif
