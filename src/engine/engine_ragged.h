/*
 * The inside of the ragged engine: what its files share. engine_ragged.c makes one and scores with
 * it, engine_ragged_gradients.c trains.
 */
#ifndef SN_ENGINE_RAGGED_H
#define SN_ENGINE_RAGGED_H

#include "pieces.h"
#include "ragged.h"

enum {
    /* Rows of a shard that are run forward and backward before the next: their tape stays in the
     * second-level cache. */
    GROUP_ROWS = 4,
    WAVE_SHARDS = 16,
    WAVE_ROWS = WAVE_SHARDS * SN_SHARD_ROWS,
    /* sorted together when no ids need indexing */
    SCORE_ROWS = 4 * WAVE_ROWS,
    /* projected by one task */
    PROJECT_IDS = 128,
    /* parts of the distinct ids in the embedding phase */
    RANGES = 16,
    /* of a range, multiplied at once */
    RANGE_IDS = 64,
    /* of the gradients, cleared by one task */
    CLEAR_FLOATS = 1 << 16,
    /* of the embedding's, likewise */
    CLEAR_ROWS = 1 << 10
};

/* The stages that the layers of a network are for the engine: embedding, recurrent layer, pooling
 * of its states or none, and the head: the layers above. */
typedef struct sn_ragged_stages {
    const sn_layer *embedding, *recurrent;
    /* NULL: the last state is the recurrent layer's output */
    const sn_layer *pooling;
    const sn_layer *head;
    size_t head_count;
    /* Where the head's tensors lie in a slab, to its end. */
    size_t head_start, head_floats;
} sn_ragged_stages;

/* One thread's memory. */
typedef struct sn_ragged_workspace {
    size_t *starts, *pads;
    int32_t *tokens;
    /* the block that the others point into */
    float *floats;
    sn_ragged_tape tape;
    /* of the head */
    sn_value values[SN_MAX_LAYERS];
    float *d_values[SN_MAX_LAYERS], *tapes[SN_MAX_LAYERS];
    /* of recurrent dropout */
    float *scale;
    /* where the recurrent layer's states are pooled */
    sn_pooled pooled;
    /* what the head takes */
    sn_value features;
    float *d_features;
    /* RANGE_IDS rows each */
    float *range_sums, *range_embeddings, *range_d_embeddings;
} sn_ragged_workspace;

/* What one shard of a wave hands on. */
typedef struct sn_shard_result {
    /* by id number: its row of d_projections, or below 0 */
    int32_t *slots;
    /* rows of d_projections */
    size_t used;
    /* packed rows, one for each id that the shard's rows have */
    float *d_projections;
    /* [sn_packed_recurrent_rows, G width] */
    float *d_recurrent;
    /* the head's tensors */
    float *d_head;
    /* [rows, width]: by the states rows started from; d_start_carry: NULL without such a state */
    float *d_start_hidden, *d_start_carry;
    sn_loss_sums sums;
} sn_shard_result;

/* What one range of ids adds to the gradients that all ids share. */
typedef struct sn_range_result {
    /* [features, G width] and [G width], packed order */
    float *d_kernel, *d_bias;
} sn_range_result;

typedef struct sn_ragged_engine sn_ragged_engine;

/* Part of a call that spreads over the threads: task number `task` on a thread with this workspace.
 */
typedef void sn_ragged_phase(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws);

struct sn_ragged_engine {
    sn_engine base;
    const sn_network *network;
    sn_ragged_stages stages;
    sn_padding padding;
    sn_pool *pool;
    bool trains;
    const float *weights;
    sn_packed_cell packed;
    sn_pad_prefix prefix;
    /* that the head takes, of a row */
    size_t features;
    sn_id_set ids;
    /* of the id set, and of a shard's d_projections */
    size_t capacity, shard_capacity;
    /* numbers below this are in `projections` */
    size_t projected;
    /* packed rows by id number */
    float *projections;
    /* whose ids and projections scoring takes instead, or NULL */
    const sn_ragged_engine *owner;
    sn_ragged_workspace *workspaces;
    sn_shard_result *shards;
    sn_range_result ranges[RANGES];
    /* total, packed order */
    float *d_recurrent;
    /* the block behind all of these, and the one behind the shards' slots */
    float *floats;
    int32_t *slots;

    /* the call in progress */
    const sn_minibatch *batch;
    float *gradients, *logits;
    /* rows of the embedding's gradient; NULL: not wanted */
    sn_id_set *touched;
    sn_ragged_row rows[SCORE_ROWS], scratch_rows[SCORE_ROWS];
    /* of all shards but the wave's last */
    size_t shard_rows;
    size_t row_count, shard_count;
    size_t most_pads;
    bool first_wave, last_wave;
    sn_ragged_phase *phase;
};

static inline bool sn_ragged_drops(const sn_ragged_engine *engine)
{
    return engine->stages.recurrent->spec.recurrent.recurrent_dropout > 0.0;
}

/* Rows of the embedding. */
static inline size_t sn_ragged_id_count(const sn_ragged_engine *engine)
{
    return engine->stages.embedding->spec.embedding.id_count;
}

/* Floats of a matrix of gradients by the recurrent weights. */
static inline size_t sn_ragged_recurrent_floats(const sn_ragged_engine *engine)
{
    return sn_packed_recurrent_rows(&engine->packed) * engine->packed.columns;
}

/* Rows of one of the wave's shards. */
static inline size_t sn_ragged_shard_rows(const sn_ragged_engine *engine, size_t shard)
{
    return sn_smaller(engine->row_count - shard * engine->shard_rows, engine->shard_rows);
}

/* Runs the phase's tasks on the threads of the pool. */
void sn_ragged_run(sn_ragged_engine *engine, sn_ragged_phase *phase, size_t tasks);

/* Takes the rows first .. first + count of engine->batch as the wave. */
void sn_ragged_load_rows(sn_ragged_engine *engine, size_t first, size_t count, bool share_pads);

/* The largest number of pads that a row of the wave begins with. */
size_t sn_ragged_most_pads(const sn_ragged_engine *engine);

/* The wave's rows first .. first + count as the recurrent layer takes them, tokens numbered by
 * `ids`. */
sn_ragged_shard sn_ragged_fill_rows(const sn_ragged_engine *engine, const sn_id_set *ids,
                                    size_t first, size_t count, sn_ragged_workspace *ws);

/* Brings the projections up to date with engine->ids. */
void sn_ragged_project(sn_ragged_engine *engine);

/* Runs the head on the wave's rows first .. first + pass->batch, whose final states these are, or
 * from what ws->pooled holds of them. */
void sn_ragged_head(const sn_ragged_engine *engine, sn_ragged_workspace *ws, const sn_pass *pass,
                    const float *states, size_t first);

/* sn_engine_gradients and sn_engine_gradients_by_row for this engine. */
void sn_ragged_gradients(sn_engine *engine, const sn_minibatch *batch, float *gradients,
                         sn_id_set *touched, sn_loss_sums *sums);

#endif
