/*
 * The inside of the ragged engine: its stages, one for each layer of the network, and what they
 * share. engine_ragged.c makes an engine and scores with it, engine_ragged_gradients.c trains. A
 * stage runs a layer over a group of rows, forward and backward, in a way of its own:
 *
 *     stage_embedding.c   the ids, which other stages project; or their vectors
 *     stage_recurrent.c   cells over time, in one or two directions
 *     stage_conv.c        convolution over time
 *     stage_pooling.c     maxima and means over time
 *     stage_layer.c       the layer's own functions: on vectors, and on padded sequences for what
 *                         has no other way
 *
 * Sequences between stages are ragged (ragged.h). What the leading pads of a row become is the same
 * for all rows, and is computed once: it is a constant vector below every recurrent layer, and the
 * states of a pad prefix above one.
 */
#ifndef SN_STAGE_H
#define SN_STAGE_H

#include "memory.h"
#include "pieces.h"
#include "projector.h"
#include "ragged.h"
#include "tree_sum.h"

enum {
    /* Rows of a training batch's shard: enough for a step to use the registers, and so few that
     * their tape stays in the second-level cache and that a batch has work for many threads. */
    GROUP_ROWS = 4,
    WAVE_SHARDS = SN_TREE_LEAVES,
    WAVE_ROWS = WAVE_SHARDS * GROUP_ROWS,
    /* of the shards' sums, added up by one task */
    SUM_FLOATS = 512,
    /* sorted together when no ids need indexing */
    SCORE_ROWS = 4 * WAVE_ROWS,
    /* projected by one task */
    PROJECT_IDS = 128,
    /* of the gradients, cleared by one task */
    CLEAR_FLOATS = 1 << 16,
    /* of the embedding's, likewise */
    CLEAR_ROWS = 1 << 10,
    DIRECTIONS = 2,
    /* of as many branches as a Concatenate takes, and of the vectors */
    MAX_PROJECTORS = DIRECTIONS * SN_LAYER_INPUTS + 1
};

typedef struct sn_stage sn_stage;
typedef struct sn_ragged_engine sn_ragged_engine;
typedef struct sn_ragged_ranks sn_ragged_ranks;
typedef struct sn_ragged_workspace sn_ragged_workspace;
typedef struct sn_stage_space sn_stage_space;
typedef struct sn_stage_share sn_stage_share;
typedef struct sn_stage_sums sn_stage_sums;

/* Rows that are run together: when training a shard. */
typedef struct sn_group {
    const sn_ragged_row *rows;
    /* batch: the number of rows */
    const sn_pass *pass;
    bool trains;
    /* The number of the vectors and projections of id 0: that of the wave; backward, that of the
     * shard. Below 0: the rows need none. */
    int32_t pad_token;
    /* by token: its timestep, where the rows are masked; NULL: not wanted */
    const size_t *times;
    /* of the workspace, by layer */
    sn_stage_space *spaces;
    /* of the shard, by layer; NULL when only scoring */
    sn_stage_share *shares;
    /* whose ids and projections the tokens number */
    const sn_ragged_engine *owner;
    /* Backward: the shard's gradients by projections. */
    float *const *d_projections;
} sn_group;

/* A sequence between stages, for the rows of a group. */
typedef struct sn_sequence {
    /* tokens: of ids only */
    sn_ragged_shard shape;
    /* Rows of `stride` floats, those beyond the layer's features being 0; the row of step t, row r
     * has the number starts[t + lead] + r. d_x: the loss's gradients by them, to which each stage
     * above adds; NULL when only scoring. */
    float *x, *d_x;
    size_t stride, lead;
} sn_sequence;

/* Rows of x. */
static inline size_t sn_sequence_rows(const sn_sequence *sequence)
{
    const sn_ragged_shard *const shape = &sequence->shape;
    return shape->starts[shape->steps] + (sequence->lead ? shape->rows : 0);
}

static inline size_t sn_sequence_at(const sn_sequence *sequence, size_t step, size_t row)
{
    return sequence->shape.starts[step + sequence->lead] + row;
}

/* The first step of a row, whose steps are the last ones of the shape, and their number. */
static inline size_t sn_sequence_first(const sn_sequence *sequence, size_t row)
{
    const sn_ragged_shard *const shape = &sequence->shape;
    size_t first = 0;
    while (first < shape->steps && sn_ragged_active(shape, first) <= row)
        first++;
    return first;
}

static inline size_t sn_sequence_count(const sn_sequence *sequence, size_t row)
{
    return sequence->shape.steps - sn_sequence_first(sequence, row);
}

/* The timesteps of a row, its leading pads included. */
static inline size_t sn_sequence_timesteps(const sn_sequence *sequence, size_t row)
{
    return sn_sequence_count(sequence, row) + sn_ragged_pads(&sequence->shape, row);
}

typedef struct sn_stage_ops {
    /* The stage runs the layer's own functions on padded sequences: for people. */
    bool is_plain;
    /* Each lays out memory, in `block` (NULL: only counts): what all threads share, a thread's, a
     * shard's, and in training the sums. NULL, as all below: the stage has nothing to do. */
    void (*lay_out)(sn_ragged_engine *engine, sn_stage *stage, float *block, size_t *used);
    void (*lay_out_space)(const sn_ragged_engine *engine, const sn_stage *stage,
                          sn_stage_space *space, float *block, size_t *used);
    void (*lay_out_share)(const sn_ragged_engine *engine, const sn_stage *stage,
                          sn_stage_share *share, float *block, size_t *used);
    void (*lay_out_sums)(const sn_stage *stage, sn_stage_sums *sums, float *block, size_t *used);
    /* Takes new weights. */
    void (*use)(sn_ragged_engine *engine, sn_stage *stage);
    /* Computes what up to `pads` leading pads become. */
    void (*extend_pads)(sn_ragged_engine *engine, sn_stage *stage, size_t pads);
    /* Begins the gradients of a batch. */
    void (*begin)(sn_ragged_engine *engine, sn_stage *stage);
    void (*forward)(const sn_ragged_engine *engine, const sn_stage *stage, const sn_group *group);
    void (*backward)(const sn_ragged_engine *engine, const sn_stage *stage, const sn_group *group);
    /* Takes what a shard of the wave hands on besides its sums, in the order of shards. May run
     * while the sums are added up. */
    void (*collect)(sn_ragged_engine *engine, sn_stage *stage, size_t shard);
    /* Takes the gradients by what pads became back to weights and to the stage below. */
    void (*pads_backward)(sn_ragged_engine *engine, sn_stage *stage);
    /* Writes the layer's gradients. */
    void (*finish)(sn_ragged_engine *engine, sn_stage *stage);
} sn_stage_ops;

typedef struct sn_embedding_stage {
    /* without a kernel; NULL: no stage takes vectors */
    sn_projector *projector;
    size_t projector_number;
    /* The stage that takes the vectors looks them up itself: there is no sequence of them. */
    bool is_looked_up;
} sn_embedding_stage;

/* A cell over time in one direction. */
typedef struct sn_run {
    sn_packed_cell packed;
    /* unused for the cell that reads backward */
    sn_pad_prefix prefix;
    /* over ids: of the engine's */
    sn_projector *projector;
    size_t projector_number;
} sn_run;

typedef struct sn_recurrent_stage {
    sn_run runs[DIRECTIONS];
    size_t run_count;
    /* over vectors: 0, 1, 2, ..., the projections of a run in the order of its tokens */
    int32_t *in_order;
    /* The stage of a pooling layer above: the states are pooled as they are made. NULL: none. */
    const sn_stage *pooling;
} sn_recurrent_stage;

typedef struct sn_conv_stage {
    /* floats of an output and of an input vector; the first a multiple of SN_LANES */
    size_t width, depth;
    /* over ids */
    sn_projector *projector;
    size_t projector_number;
    /* Over ids, the projector's: packed [depth, kernel_size width], its transpose, and bias. Over
     * vectors: packed [kernel_size depth, width], [width, kernel_size depth] and [width]. */
    float *kernel, *kernel_transposed, *bias;
    /* over vectors: [kernel_size] [width, depth] */
    float *places;
    /* what a pad becomes, of which projection or window; known: has_pad */
    float *pad, *pad_projection, *pad_window;
    bool has_pad;
    /* [kernel_size width]: the gradient by a pad's projection */
    float *d_pad_projection;
} sn_conv_stage;

/* Of a cell. */
typedef struct sn_run_sums {
    /* [sn_packed_recurrent_rows, G width] */
    float *d_recurrent;
    /* over vectors: [features, G width] and [G width] */
    float *d_kernel, *d_bias;
} sn_run_sums;

/* Gradients that each shard sums on its own, and the totals: those of all shards and of the pads.
 */
struct sn_stage_sums {
    /* [stride]: by what a leading pad becomes, where that is a constant */
    float *d_pad;
    sn_run_sums runs[DIRECTIONS];
    /* Of a convolution over vectors: [width, kernel_size depth] and, to be added to it,
     * [kernel_size depth, width]; and [width]. */
    float *d_kernel, *d_products, *d_bias;
};

/* What becomes of a layer. */
struct sn_stage {
    const sn_stage_ops *ops;
    const sn_layer *layer;
    /* of the layer in the network */
    size_t number;
    size_t input_count;
    size_t inputs[SN_LAYER_INPUTS];
    /* Its outputs are a sequence. */
    bool is_sequence;
    /* It does nothing when only scoring. */
    bool drops_only;
    /* A layer on vectors: nothing else adds to the gradient by its input. */
    bool writes_input_gradient;
    /* floats of an output vector of a sequence */
    size_t stride;
    /* What a leading pad becomes: [stride], a constant; NULL: none */
    const float *pad;
    /* the totals */
    sn_stage_sums sums;
    /* the states of a pad prefix; NULL: none */
    sn_pad_prefix *prefix;
    union {
        sn_embedding_stage embedding;
        sn_recurrent_stage recurrent;
        sn_conv_stage conv;
    };
};

typedef struct sn_run_space {
    /* scale and d_outputs: NULL; they are below */
    sn_ragged_tape tape;
    /* [rows, width] and [tokens, width], where the tape may need them, else NULL */
    float *scale, *d_outputs;
    sn_pooled pooled;
    bool from_zero[SN_SHARD_ROWS];
    sn_ragged_shard shard;
    /* the shard's, of a cell that reads backward */
    size_t *starts;
    /* by token: the number of its input, where it is not that of the ids */
    int32_t *tokens;
    /* Over vectors: by token, where the tape's gates cannot serve; and by row of the input's x,
     * where gates do not become these. Else NULL. */
    float *projections, *d_projections;
} sn_run_space;

/* One thread's memory of a stage. */
struct sn_stage_space {
    /* of a stage whose outputs are a sequence */
    sn_sequence sequence;
    /* of others: [rows, features], and the loss's gradient by it */
    sn_value vector;
    float *d_vector;
    /* of the stage's own shape, where it differs from the input's */
    size_t *starts, *pads;
    /* of the layer's own functions */
    float *layer_tape;
    /* of all its inputs, one after the other */
    float *layer_input, *d_layer_input;
    sn_value layer_output;
    float *d_layer_output;
    /* the sequence's x and d_x of a stage that may hand on its input's */
    float *own_x, *own_d_x;
    sn_run_space runs[DIRECTIONS];
    /* Of a convolution: the tokens or vectors of a row, with the pads that its windows see, and its
     * outputs. Of a pooling over all steps: running sums (row) and maxima (outputs) of the rows. */
    int32_t *row_tokens;
    float *row, *d_row, *outputs, *d_outputs;
    /* of a pooling: at which step the maxima are */
    float *at;
};

/* The states that the rows of a shard started from. */
typedef struct sn_start_share {
    /* [rows]: after how many pads */
    size_t *pads;
    /* [rows, width]: the gradients by them; d_carry: NULL without such a state */
    float *d_hidden, *d_carry;
    /* [rows, width]: of states that are pooled, the gradients by the maxima, the steps of these,
     * below 0 in the pads, and the gradients by the sums; NULL: not wanted */
    float *d_most, *at, *d_sum;
} sn_start_share;

/* What one shard of a wave hands on from a stage. */
struct sn_stage_share {
    sn_stage_sums sums;
    /* of the cell that reads forward */
    sn_start_share start;
};

/* One thread's memory. */
struct sn_ragged_workspace {
    size_t *starts, *pads, *times;
    int32_t *tokens;
    /* the block that the others point into */
    float *floats;
    sn_stage_space spaces[SN_MAX_LAYERS];
    /* of a training engine */
    int32_t *slots;
    sn_projector_scratch scratch;
};

/* What one shard of a wave hands on. */
typedef struct sn_shard_result {
    /* A bit for each id: whether the shard has it. */
    uint64_t *bits;
    /* by projector: rows for each id that the shard has, in the order of ids */
    float *d_projections[MAX_PROJECTORS];
    /* of the ranges of the wave's ids: the first row of d_projections; and their number */
    uint32_t range_slots[SN_ID_RANGES + 1];
    /* engine->sum_floats: the block of d_own and the stages' sums */
    float *sums;
    /* of the layers that run their own functions: the slab from engine->own_start on */
    float *d_own;
    sn_stage_share shares[SN_MAX_LAYERS];
    /* engine->share_floats: the block of what the stages hand on besides sums */
    float *share;
    sn_loss_sums loss;
} sn_shard_result;

/* Part of a call that spreads over the threads: task number `task` on a thread with this workspace.
 */
typedef void sn_ragged_phase(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws);

struct sn_ragged_engine {
    sn_engine base;
    const sn_network *network;
    /* by layer */
    sn_stage stages[SN_MAX_LAYERS];
    sn_padding padding;
    sn_pool *pool;
    bool trains;
    /* Rows share their leading pads: when scoring, and when training. */
    bool shares_scoring, shares_training;
    /* Some stage takes pads as tokens. */
    bool needs_pad_token;
    /* Some stage must know the timesteps of tokens in rows that are masked. */
    bool needs_times;
    /* of a group when scoring */
    size_t score_rows;
    const float *weights;
    sn_id_set ids;
    sn_projector projectors[MAX_PROJECTORS];
    size_t projector_count;
    /* of the id set, and of a shard's rows of gradients by projections */
    size_t capacity, shard_capacity;
    /* numbers below this are projected */
    size_t projected;
    /* whose ids and projections scoring takes instead, or NULL */
    const sn_ragged_engine *owner;
    sn_ragged_workspace *workspaces;
    sn_shard_result *shards;
    /* Where the gradients begin that shards write as the slab has them, and how many floats. */
    size_t own_start, own_floats;
    /* the sums of all shards, laid out as theirs, which the stages' totals point into */
    float *totals, *d_own;
    size_t sum_floats, share_floats;
    /* the block behind all of these, and the one behind the shards' bits, `words` each */
    float *floats;
    uint64_t *bits;
    size_t words;

    /* The processes that share training batches (ragged_ranks.h); NULL: one alone. */
    sn_ragged_ranks *ranks;

    /* the call in progress */
    const sn_minibatch *batch;
    float *gradients, *logits;
    /* rows of the embedding's gradient; NULL: not wanted */
    sn_id_set *touched;
    sn_ragged_row rows[SCORE_ROWS], scratch_rows[SCORE_ROWS];
    /* the wave's shards when training, those with the longest rows first */
    uint8_t order[WAVE_SHARDS];
    /* of all shards but the wave's last */
    size_t shard_rows;
    size_t row_count, shard_count;
    size_t most_pads;
    /* the numbers at which the ranges of the wave's ids begin, and end */
    size_t range_firsts[SN_ID_RANGES + 1];
    /* Of the ranges' shares every so many-th one is a sum of all up to the next. */
    size_t ranges_apart;
    bool first_wave, last_wave;
    /* Some row of the batch so far begins with pads that are shared. */
    bool has_pads;
    sn_ragged_phase *phase;
};

/* Rows of the embedding. */
static inline size_t sn_ragged_id_count(const sn_ragged_engine *engine)
{
    return engine->network->layers[0].spec.embedding.id_count;
}

/* Rows of one of the wave's shards. */
static inline size_t sn_ragged_shard_rows(const sn_ragged_engine *engine, size_t shard)
{
    return sn_smaller(engine->row_count - shard * engine->shard_rows, engine->shard_rows);
}

/* The outputs of the stage's only input, for a group. */
static inline const sn_sequence *sn_stage_input(const sn_stage *stage, const sn_group *group)
{
    return &group->spaces[stage->inputs[0]].sequence;
}

/* Whether the stage takes ids rather than vectors. */
static inline bool sn_stage_takes_ids(const sn_stage *stage)
{
    return stage->inputs[0] == 0;
}

/* Tokens of a training group or, where sequences are kept, of a scoring one. */
static inline size_t sn_ragged_group_tokens(const sn_ragged_engine *engine)
{
    return engine->network->time * GROUP_ROWS;
}

/* Room for sizes, or for ids, in a block of floats. */
static inline size_t *sn_carve_sizes(float *block, size_t *used, size_t count)
{
    return (void *)sn_carve(block, used, count * (sizeof(size_t) / sizeof(float)));
}

static inline int32_t *sn_carve_ids(float *block, size_t *used, size_t count)
{
    return (void *)sn_carve(block, used, count);
}

/* Lays out the gradient by a constant pad. */
void sn_stage_lay_out_pad(const sn_stage *stage, sn_stage_sums *sums, float *block, size_t *used);

/* Takes what the stage below makes of a leading pad. */
void sn_stage_use_input_pad(sn_ragged_engine *engine, sn_stage *stage);

/* Lays out the sequence that a stage gives, of `rows` vectors. */
void sn_stage_lay_out_sequence(const sn_ragged_engine *engine, const sn_stage *stage,
                               sn_stage_space *space, size_t rows, float *block, size_t *used);

/* Lays out the vectors that a stage gives. */
void sn_stage_lay_out_vector(const sn_ragged_engine *engine, const sn_stage *stage,
                             sn_stage_space *space, float *block, size_t *used);

/* Whether the maximum of a row of the group takes zeros in: it is Keras's, and a cell gives zeros
 * for masked timesteps, one that reads forward only for those before the first that is not masked.
 */
bool sn_stage_pools_zero(const sn_ragged_engine *engine, const sn_stage *pooling,
                         const sn_group *group, size_t row);

extern const sn_stage_ops sn_stage_embedding, sn_stage_recurrent, sn_stage_conv, sn_stage_max_pool,
    sn_stage_global_pool, sn_stage_mean_of_ids, sn_stage_sequence_layer, sn_stage_vector_layer;

/* Runs the phase's tasks on the threads of the pool. */
void sn_ragged_run(sn_ragged_engine *engine, sn_ragged_phase *phase, size_t tasks);

/* Takes the rows first .. first + count of engine->batch as the wave, in shards of this size. */
void sn_ragged_load_rows(sn_ragged_engine *engine, size_t first, size_t count, size_t shard_rows,
                         bool share_pads);

/* The largest number of pads that a row of the wave begins with. */
size_t sn_ragged_most_pads(const sn_ragged_engine *engine);

/* Fills the group's ids: its tokens, numbered by the owner's ids. */
void sn_ragged_fill_group(const sn_ragged_engine *engine, const sn_group *group,
                          sn_ragged_workspace *ws);

/* Brings the projections up to date with engine->ids, and what pads become. */
void sn_ragged_project(sn_ragged_engine *engine);
void sn_ragged_extend_pads(sn_ragged_engine *engine, size_t pads);

/* The number that id 0 has as a token of a wave, or -1. */
int32_t sn_ragged_pad_token(const sn_ragged_engine *engine, const sn_ragged_engine *owner);

/* Runs the stages of the network on a group. */
void sn_ragged_forward_group(const sn_ragged_engine *engine, const sn_group *group);

/* sn_engine_gradients and sn_engine_gradients_by_row for this engine. */
void sn_ragged_gradients(sn_engine *engine, const sn_minibatch *batch, float *gradients,
                         sn_id_set *touched, sn_loss_sums *sums);

#endif
