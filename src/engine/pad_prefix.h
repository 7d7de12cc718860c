/*
 * The states of a recurrent layer after 0, 1, 2, ... pads. Rows that begin with pads all go through
 * the same ones, so that they are computed once, as a single row: a row that begins with k pads
 * starts from state k. Backward, rows hand their gradients by the states they started from to the
 * prefix, which takes them back to the weights.
 *
 * Once a step leaves every bit of the state as it was, all further ones do: the state is stationary
 * and no more are computed.
 */
#ifndef SN_PAD_PREFIX_H
#define SN_PAD_PREFIX_H

#include "packed_cell.h"

typedef struct sn_pad_prefix {
    const sn_packed_cell *packed;
    /* What brings each pad to the cell: NULL, and all bring the same projection; or the states of
     * the recurrent layer below, the one after pad k being the input of step k. */
    struct sn_pad_prefix *below;
    /* states 0 .. steps are known, those after `distinct` being equal */
    size_t steps;
    /* states 0 .. distinct are stored */
    size_t distinct;
    bool is_stationary;
    /* packed rows: a pad's projection; above another prefix [time + 1, G width], that of each of
     * its states, of which `projected` are known */
    float *projections;
    size_t projected;
    /* [time + 1, width]; carry: of a cell that carries a state, else NULL, as below */
    float *hidden, *carry;
    /* [time + 1, width], row k: the maxima of states 1 .. k, the numbers of the states that have
     * them, and the sums; those of stationary states are not in it. NULL: not wanted. */
    float *most, *at, *sum;
    /* [time, G width] and [time, width]: the tape; NULL when only scoring, as is all below */
    float *gates, *memo;
    /* [time + 1, width]: gradients by each state, handed in by rows; zero before that, and again
     * after sn_pad_prefix_backward */
    float *d_hidden, *d_carry;
    /* [time + 1, width], likewise, row k: by each of states 1 .. k; NULL without `sum` */
    float *d_sum;
    /* [sn_packed_recurrent_rows, G width] */
    float *d_recurrent;
    /* [G width]: the sum over all steps; above another prefix [time + 1, G width], those of each
     * step, at the number of the state that is its input */
    float *d_projections;
    /* [G width]: the sums over the steps from the stationary state; the first not above another */
    float *d_stationary_projection, *d_stationary_product;
    /* [G width]: scratch */
    float *d_gates;
} sn_pad_prefix;

/* What a prefix is made for. Both pointers are borrowed; `below` may be NULL. */
typedef struct sn_pad_prefix_plan {
    const sn_packed_cell *packed;
    sn_pad_prefix *below;
    /* the most pads */
    size_t time;
    bool trains;
    /* The states are pooled: their maxima are wanted, their sums. */
    bool pools_max, pools_mean;
} sn_pad_prefix_plan;

/* Lays the arrays out in `block` (NULL: only counts), whose start is that of a line of the cache;
 * returns their floats, which end with one. */
size_t sn_pad_prefix_init(sn_pad_prefix *prefix, const sn_pad_prefix_plan *plan, float *block);

/* Forgets all states: the weights have changed. */
void sn_pad_prefix_reset(sn_pad_prefix *prefix);

/* Computes what is missing of states 0 .. steps. `pad` is the vector of a pad, [features]; a prefix
 * above another, which has as many steps, takes that one's states instead. */
void sn_pad_prefix_extend(sn_pad_prefix *prefix, const float *pad, size_t steps);

/* The number under which the state after this number of pads is stored. */
static inline size_t sn_pad_prefix_at(const sn_pad_prefix *prefix, size_t pads)
{
    return pads < prefix->distinct ? pads : prefix->distinct;
}

/* Adds a row's gradients by the state that the row started from, the one after `pads` pads. */
void sn_pad_prefix_add_gradients(sn_pad_prefix *prefix, size_t pads, const float *d_hidden,
                                 const float *d_carry);

/* Begins the pooling of a row after `pads` pads: its maxima so far, whose steps are minus the
 * numbers of the states, and its sums. NULL: not wanted. */
void sn_pad_prefix_pool(const sn_pad_prefix *prefix, size_t pads, float *most, float *at,
                        float *sum);

/* Adds a row's gradients by what was pooled: d_most where `at` is below 0, and d_sum to each state.
 * Either may be NULL. */
void sn_pad_prefix_unpool(sn_pad_prefix *prefix, size_t pads, const float *d_most, const float *at,
                          const float *d_sum);

/* From d_hidden and d_carry to d_recurrent and d_projections, both overwritten; above another
 * prefix, adds to the d_hidden of that one, and to d_kernel [features, G width] and d_bias. The one
 * above goes first. Consumes the tape: the prefix is reset. */
void sn_pad_prefix_backward(sn_pad_prefix *prefix, float *d_kernel, float *d_bias);

#endif
