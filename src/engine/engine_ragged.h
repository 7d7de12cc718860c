/*
 * The inside of the ragged engine: what its files share. engine_ragged.c makes one and scores with
 * it, engine_ragged_gradients.c trains.
 */
#ifndef SN_ENGINE_RAGGED_H
#define SN_ENGINE_RAGGED_H

#include "pieces.h"
#include "ragged.h"

enum {
    GROUP_ROWS = 4, /* of a shard, run forward and backward before the next: their tape stays in the
                       second-level cache */
    WAVE_SHARDS = 16,
    WAVE_ROWS = WAVE_SHARDS * SN_SHARD_ROWS,
    SCORE_ROWS = 4 * WAVE_ROWS, /* sorted together when no ids need indexing */
    PROJECT_IDS = 128,          /* projected by one task */
    RANGES = 16,                /* parts of the distinct ids in the embedding phase */
    RANGE_IDS = 64,             /* of a range, multiplied at once */
    CLEAR_FLOATS = 1 << 16,     /* of the gradients, cleared by one task */
    CLEAR_ROWS = 1 << 10        /* of the embedding's, likewise */
};

/* One thread's memory. */
typedef struct sn_ragged_workspace {
    size_t *starts, *pads;
    int32_t *tokens;
    float *floats; /* the block that the others point into */
    sn_ragged_tape tape;
    float *values[SN_MAX_LAYERS], *d_values[SN_MAX_LAYERS], *tapes[SN_MAX_LAYERS]; /* of the head */
    float *scale;                 /* of recurrent dropout */
    sn_ragged_pool pool;          /* where the LSTM's states are pooled */
    float *features, *d_features; /* what the head takes */
    float *range_sums, *range_embeddings, *range_d_embeddings; /* RANGE_IDS rows each */
} sn_ragged_workspace;

/* What one shard of a wave hands on. */
typedef struct sn_shard_result {
    int32_t *slots;       /* by id number: its row of d_projections, or below 0 */
    size_t used;          /* rows of d_projections */
    float *d_projections; /* packed rows, one for each id that the shard's rows have */
    float *d_recurrent;   /* [width, 4 width] */
    float *d_head;        /* the head's tensors */
    float *d_start_hidden, *d_start_cell; /* [rows, width]: by the states rows started from */
    sn_loss_sums sums;
} sn_shard_result;

/* What one range of ids adds to the gradients that all ids share. */
typedef struct sn_range_result {
    float *d_kernel, *d_bias; /* [features, 4 width] and [4 width], packed order */
} sn_range_result;

typedef struct sn_ragged_engine sn_ragged_engine;

/* Part of a call that spreads over the threads: task number `task` on a thread with this workspace.
 */
typedef void sn_ragged_phase(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws);

struct sn_ragged_engine {
    sn_engine base;
    const sn_network *network;
    sn_padding padding;
    sn_pool *pool;
    bool trains;
    const float *weights;
    sn_packed_lstm packed;
    sn_trajectory trajectory;
    const sn_layer *pooling;      /* of the LSTM's states; NULL: the last one is its output */
    size_t features;              /* that the head takes, of a row */
    sn_layer head[SN_MAX_LAYERS]; /* the layers above, offsets counted from head_start */
    size_t head_count, head_start, head_floats;
    sn_id_set ids;
    size_t capacity;                /* of the id set */
    size_t shard_capacity;          /* of a shard's d_projections */
    size_t projected;               /* numbers below this are in `projections` */
    float *projections;             /* packed rows by id number */
    const sn_ragged_engine *lender; /* whose ids and projections scoring takes instead, or NULL */
    sn_ragged_workspace *workspaces;
    sn_shard_result *shards;
    sn_range_result ranges[RANGES];
    float *d_recurrent; /* total, packed order */
    float *floats;      /* the block behind all of these */
    int32_t *slots;     /* the block behind the shards' */

    /* the call in progress */
    const sn_batch *batch;
    float *gradients, *logits;
    sn_id_set *touched; /* rows of the embedding's gradient; NULL: nobody asks */
    sn_ragged_row rows[SCORE_ROWS], scratch_rows[SCORE_ROWS];
    size_t shard_rows; /* of all shards but the wave's last */
    size_t row_count, shard_count;
    size_t most_pads;
    bool first_wave, last_wave;
    sn_ragged_phase *phase;
};

static inline size_t sn_ragged_columns(const sn_ragged_engine *engine)
{
    return SN_LSTM_GATES * engine->packed.width;
}

static inline const sn_layer *sn_ragged_lstm(const sn_ragged_engine *engine)
{
    return &engine->network->layers[1];
}

static inline bool sn_ragged_drops(const sn_ragged_engine *engine)
{
    return sn_ragged_lstm(engine)->spec.recurrent_dropout > 0.0;
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

/* The wave's rows first .. first + count as the LSTM takes them, tokens numbered by `ids`. */
sn_ragged_shard sn_ragged_fill_rows(const sn_ragged_engine *engine, const sn_id_set *ids,
                                    size_t first, size_t count, sn_ragged_workspace *ws);

/* Brings the projections up to date with engine->ids. */
void sn_ragged_project(sn_ragged_engine *engine);

/* Runs the head on the wave's rows first .. first + pass->batch, whose final states these are, or
 * from what ws->pool holds of them. */
void sn_ragged_head(const sn_ragged_engine *engine, sn_ragged_workspace *ws, const sn_pass *pass,
                    const float *states, size_t first);

/* sn_engine_gradients and sn_engine_gradients_by_row for this engine. */
void sn_ragged_gradients(sn_engine *engine, const sn_batch *batch, float *gradients,
                         sn_id_set *touched, sn_loss_sums *sums);

#endif
