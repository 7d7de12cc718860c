/*
 * The ragged engine: what the plain one computes, without the padding (lstm_ragged.h). It takes
 * networks of an embedding, one LSTM that gives its last state, and Dense layers on top.
 *
 * A batch is worked through in waves of at most WAVE_ROWS rows, sorted by length and cut into
 * shards. A wave's phases each spread over the threads:
 *
 *     index      the wave's distinct ids; meanwhile the trajectory of pads forward
 *     project    the distinct ids, once each
 *     shards     forward, loss, backward; each shard sums the gradients by projections and by the
 *                recurrent kernel on its own
 *     embedding  the shards' gradients by projections are summed in shard order, and from the sums
 *                come those by the embedding's rows, kernel and bias; meanwhile, after the last
 *                wave, the trajectory backward
 *
 * All sums are taken in an order that depends on the batch alone, so the result has the same bits
 * for any number of threads. With recurrent dropout rows differ in their pads too, so that they are
 * run as tokens instead of being shared. Scoring projects into a table that lasts until the weights
 * change.
 */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

#include "dropout.h"
#include "gemm.h"
#include "memory.h"
#include "ragged.h"
#include "vec.h"

#include "banned.h"

enum {
    GROUP_ROWS =
        4, /* of a shard, run forward and backward at once: their tape stays in the cache */
    WAVE_SHARDS = 16,
    WAVE_ROWS = WAVE_SHARDS * SN_SHARD_ROWS,
    SCORE_ROWS = 4 * WAVE_ROWS, /* sorted together when no ids need indexing */
    PROJECT_IDS = 128,          /* projected by one task */
    RANGES = 16,                /* parts of the distinct ids in the embedding phase */
    RANGE_IDS = 64,             /* of a range, multiplied at once */
    CLEAR_FLOATS = 1 << 16      /* of the gradients, cleared by one task */
};

/* One thread's memory. */
typedef struct workspace {
    size_t *starts, *pads;
    int32_t *tokens;
    float *floats; /* the block that the others point into */
    sn_ragged_tape tape;
    float *values[SN_MAX_LAYERS], *d_values[SN_MAX_LAYERS], *tapes[SN_MAX_LAYERS]; /* of the head */
    float *scale;                                              /* of recurrent dropout */
    float *features, *d_features;                              /* the LSTM's output for the head */
    float *range_sums, *range_embeddings, *range_d_embeddings; /* RANGE_IDS rows each */
} workspace;

/* What one shard of a wave hands on. */
typedef struct shard_result {
    float *d_projections; /* packed rows by id number; defined where `touched` says so */
    uint8_t *touched;     /* by id number */
    float *d_recurrent;   /* [width, 4 width] */
    float *d_head;        /* the head's tensors */
    float *d_start_hidden, *d_start_cell; /* [rows, width]: by the states rows started from */
    sn_loss_sums sums;
} shard_result;

/* What one range of ids adds to the gradients that all ids share. */
typedef struct range_result {
    float *d_kernel, *d_bias; /* [features, 4 width] and [4 width], packed order */
} range_result;

typedef struct ragged_engine {
    sn_engine base;
    const sn_network *network;
    sn_padding padding;
    sn_pool *pool;
    bool trains;
    const float *weights;
    sn_packed_lstm packed;
    sn_trajectory trajectory;
    sn_layer head[SN_MAX_LAYERS]; /* the layers after the LSTM, offsets counted from head_start */
    size_t head_count, head_start, head_floats;
    sn_id_set ids;
    size_t capacity;    /* of the id set */
    size_t projected;   /* numbers below this are in `projections` */
    float *projections; /* packed rows by id number */
    workspace *workspaces;
    shard_result *shards;
    range_result ranges[RANGES];
    float *d_recurrent, *d_kernel, *d_bias; /* totals, packed order */
    float *floats;                          /* the block behind all of these */
    uint8_t *bytes;

    /* the call in progress */
    const sn_batch *batch;
    float *gradients, *logits;
    sn_ragged_row rows[SCORE_ROWS];
    size_t shard_rows; /* of all shards but the wave's last */
    size_t row_count, shard_count;
    size_t most_pads;
    bool first_wave, last_wave;
    void (*phase)(struct ragged_engine *engine, size_t task, workspace *ws);
} ragged_engine;

static size_t columns_of(const ragged_engine *engine)
{
    return SN_LSTM_GATES * engine->packed.width;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t pieces(size_t count, size_t size)
{
    return (count + size - 1) / size;
}

static void phase_task(void *context, size_t task, size_t worker)
{
    ragged_engine *const engine = context;
    const unsigned before = sn_subnormals_flush();
    engine->phase(engine, task, &engine->workspaces[worker]);
    sn_subnormals_restore(before);
}

static void run_phase(ragged_engine *engine,
                      void (*phase)(ragged_engine *engine, size_t task, workspace *ws),
                      size_t tasks)
{
    engine->phase = phase;
    sn_pool_run(engine->pool, phase_task, engine, tasks);
}

static const sn_layer *lstm_of(const ragged_engine *engine)
{
    return &engine->network->layers[1];
}

static bool drops(const ragged_engine *engine)
{
    return lstm_of(engine)->spec.recurrent_dropout > 0.0;
}

/* ---- Rows ---- */

/* Small batches are cut into smaller shards, so that there are enough for some threads. */
static size_t choose_shard_rows(size_t batch)
{
    return batch < 64 ? 4 : batch < 128 ? 8 : SN_SHARD_ROWS;
}

/* Takes the batch's rows first .. first + count as the wave. */
static void load_rows(ragged_engine *engine, size_t first, size_t count, bool share_pads)
{
    const sn_batch *const batch = engine->batch;
    for (size_t i = 0; i < count; i++) {
        engine->rows[i] =
            sn_ragged_row_make(engine->network, engine->padding, batch->rows[first + i],
                               batch->lengths[first + i], first + i);
        if (!share_pads)
            sn_ragged_row_unshare(&engine->rows[i]);
    }
    sn_ragged_sort(engine->rows, count);
    engine->row_count = count;
    engine->shard_rows = choose_shard_rows(batch->count);
    engine->shard_count = pieces(count, engine->shard_rows);
}

static size_t most_pads(const ragged_engine *engine)
{
    size_t most = 0;
    for (size_t i = 0; i < engine->row_count; i++)
        if (engine->rows[i].pads > most)
            most = engine->rows[i].pads;
    return most;
}

static size_t rows_of(const ragged_engine *engine, size_t shard)
{
    return smaller(engine->row_count - shard * engine->shard_rows, engine->shard_rows);
}

/* The wave's rows first .. first + count as the LSTM takes them. */
static sn_ragged_shard fill_rows(const ragged_engine *engine, size_t first, size_t count,
                                 workspace *ws)
{
    sn_ragged_shard filled;
    sn_ragged_fill(&filled, engine->rows + first, count, &engine->ids, engine->network->mask_zero,
                   ws->starts, ws->tokens, ws->pads);
    return filled;
}

static void project_task(ragged_engine *engine, size_t task, workspace *ws)
{
    (void)ws;
    const size_t first = engine->projected + task * PROJECT_IDS;
    sn_packed_lstm_project(&engine->packed, engine->ids.ids + first,
                           smaller(engine->ids.used - first, PROJECT_IDS),
                           engine->projections + first * columns_of(engine));
}

static void project_new_ids(ragged_engine *engine)
{
    run_phase(engine, project_task, pieces(engine->ids.used - engine->projected, PROJECT_IDS));
    engine->projected = engine->ids.used;
}

/* ---- The head ---- */

/* Runs the layers after the LSTM on the states of the shard's rows. Returns their pass. */
static sn_pass head_forward(const ragged_engine *engine, workspace *ws, const float *states,
                            size_t rows)
{
    const size_t units = engine->packed.units;
    for (size_t r = 0; r < rows; r++)
        memcpy(ws->features + r * units, states + r * engine->packed.width, units * sizeof *states);
    const sn_pass pass = {.batch = rows, .weights = engine->weights + engine->head_start};
    for (size_t i = 0; i < engine->head_count; i++)
        engine->head[i].ops->forward(&engine->head[i], &pass, i ? ws->values[i - 1] : ws->features,
                                     ws->values[i], ws->tapes[i]);
    return pass;
}

/* From d_values of the last layer to tape.d_hidden. */
static void head_backward(const ragged_engine *engine, workspace *ws, const sn_pass *pass)
{
    const size_t units = engine->packed.units, width = engine->packed.width;
    for (size_t i = engine->head_count; i-- > 0;)
        engine->head[i].ops->backward(&engine->head[i], pass, i ? ws->values[i - 1] : ws->features,
                                      ws->d_values[i], i ? ws->d_values[i - 1] : ws->d_features,
                                      ws->tapes[i]);
    memset(ws->tape.d_hidden, 0, pass->batch * width * sizeof *ws->tape.d_hidden);
    for (size_t r = 0; r < pass->batch; r++)
        memcpy(ws->tape.d_hidden + r * width, ws->d_features + r * units,
               units * sizeof *ws->d_features);
}

/* ---- Gradients ---- */

/* Clears those rows of d_projections that the group's tokens are the first of their shard to add
 * to. */
static void touch(const ragged_engine *engine, const sn_ragged_shard *group, shard_result *result)
{
    const size_t columns = columns_of(engine), tokens = group->starts[group->steps];
    for (size_t i = 0; i < tokens; i++) {
        const size_t number = (size_t)group->tokens[i];
        if (!result->touched[number])
            memset(result->d_projections + number * columns, 0,
                   columns * sizeof *result->d_projections);
        result->touched[number] = 1;
    }
}

static void loss_of_rows(const ragged_engine *engine, size_t first, size_t count, workspace *ws,
                         sn_loss_sums *sums)
{
    int32_t labels[GROUP_ROWS];
    for (size_t r = 0; r < count; r++)
        labels[r] = engine->batch->labels[engine->rows[first + r].index];
    sn_binary_cross_entropy(ws->values[engine->head_count - 1], labels, count,
                            1.0F / (float)engine->batch->count,
                            ws->d_values[engine->head_count - 1], sums);
}

/* Draws the recurrent dropout of the wave's rows first .. first + count; the layer's number is that
 * of lstm.c. */
static void draw_scale(const ragged_engine *engine, size_t first, size_t count, workspace *ws)
{
    const sn_layer *const lstm = lstm_of(engine);
    const size_t width = engine->packed.width;
    memset(ws->scale, 0, count * width * sizeof *ws->scale);
    for (size_t r = 0; r < count; r++)
        sn_dropout_fill(ws->scale + r * width, engine->packed.units, lstm->spec.recurrent_dropout,
                        engine->batch->dropout_key, lstm->offsets[1],
                        engine->rows[first + r].index);
    ws->tape.scale = ws->scale;
}

/* Forward, loss and backward for the wave's rows first .. first + count, which are those from
 * `place` on in their shard. */
static void gradient_group(const ragged_engine *engine, size_t first, size_t count, size_t place,
                           workspace *ws, shard_result *result)
{
    const size_t width = engine->packed.width, size = count * width * sizeof(float);
    const sn_ragged_shard group = fill_rows(engine, first, count, ws);
    touch(engine, &group, result);
    if (drops(engine))
        draw_scale(engine, first, count, ws);
    sn_ragged_forward(&engine->packed, &engine->trajectory, &group, engine->projections, &ws->tape);
    sn_pass pass =
        head_forward(engine, ws, ws->tape.hidden + group.starts[group.steps] * width, count);
    loss_of_rows(engine, first, count, ws, &result->sums);
    pass.gradients = result->d_head;
    head_backward(engine, ws, &pass);
    sn_ragged_backward(&engine->packed, &group, &ws->tape, result->d_projections,
                       result->d_recurrent);
    memcpy(result->d_start_hidden + place * width, ws->tape.d_hidden, size);
    memcpy(result->d_start_cell + place * width, ws->tape.d_cell, size);
}

static void gradient_task(ragged_engine *engine, size_t task, workspace *ws)
{
    shard_result *const result = &engine->shards[task];
    const size_t rows = rows_of(engine, task), width = engine->packed.width;
    memset(result->touched, 0, engine->ids.used);
    memset(result->d_recurrent, 0, width * columns_of(engine) * sizeof *result->d_recurrent);
    memset(result->d_head, 0, engine->head_floats * sizeof *result->d_head);
    result->sums = (sn_loss_sums){0};
    for (size_t place = 0; place < rows; place += GROUP_ROWS)
        gradient_group(engine, task * engine->shard_rows + place, smaller(rows - place, GROUP_ROWS),
                       place, ws, result);
}

/* sums[i] = the shards' gradients by the projection of number first + i, in shard order. */
static void sum_projections(const ragged_engine *engine, size_t first, size_t count, float *sums)
{
    const size_t columns = columns_of(engine);
    for (size_t i = 0; i < count; i++) {
        float *const sum = sums + i * columns;
        memset(sum, 0, columns * sizeof *sum);
        for (size_t s = 0; s < engine->shard_count; s++)
            if (engine->shards[s].touched[first + i])
                sn_vec_add(sum, engine->shards[s].d_projections + (first + i) * columns, columns);
    }
}

/* From the gradients by the projections of some ids (sums [count, 4 width]) to those by the rows of
 * the embedding, and to the range's share of kernel and bias. */
static void embedding_gradients(const ragged_engine *engine, const int32_t *ids, size_t count,
                                const float *sums, workspace *ws, const range_result *range)
{
    const size_t columns = columns_of(engine), features = engine->packed.features;
    float *const d_table = engine->gradients + engine->network->layers[0].offsets[0];
    for (size_t i = 0; i < count; i++) {
        memcpy(ws->range_embeddings + i * features,
               engine->packed.table + (size_t)ids[i] * features, features * sizeof *d_table);
        sn_vec_add(range->d_bias, sums + i * columns, columns);
    }
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, features, columns, count, ws->range_embeddings, sums, 1.0F,
            range->d_kernel);
    sn_gemm(SN_AS_IS, SN_AS_IS, count, features, columns, sums, engine->packed.kernel_transposed,
            0.0F, ws->range_d_embeddings);
    for (size_t i = 0; i < count; i++)
        sn_vec_add(d_table + (size_t)ids[i] * features, ws->range_d_embeddings + i * features,
                   features);
}

static void clear_range(const ragged_engine *engine, const range_result *range)
{
    const size_t columns = columns_of(engine);
    memset(range->d_kernel, 0, engine->packed.features * columns * sizeof *range->d_kernel);
    memset(range->d_bias, 0, columns * sizeof *range->d_bias);
}

/* The trajectory takes longest and comes first. */
static void embedding_task(ragged_engine *engine, size_t task, workspace *ws)
{
    if (engine->last_wave && task-- == 0) {
        if (engine->trajectory.steps)
            sn_trajectory_backward(&engine->trajectory, &engine->packed);
        return;
    }
    const range_result *const range = &engine->ranges[task];
    const size_t last = engine->ids.used * (task + 1) / RANGES;
    if (engine->first_wave)
        clear_range(engine, range);
    for (size_t first = engine->ids.used * task / RANGES; first < last; first += RANGE_IDS) {
        const size_t count = smaller(last - first, RANGE_IDS);
        sum_projections(engine, first, count, ws->range_sums);
        embedding_gradients(engine, engine->ids.ids + first, count, ws->range_sums, ws, range);
    }
}

/* The wave's distinct ids, the trajectory, and room for the embedding's gradient. */
static void index_task(ragged_engine *engine, size_t task, workspace *ws)
{
    (void)ws;
    if (task == 0) {
        sn_id_set_add_rows(&engine->ids, engine->rows, engine->row_count);
    } else if (task == 1) {
        if (engine->most_pads)
            sn_trajectory_extend(&engine->trajectory, &engine->packed, engine->most_pads);
    } else {
        const sn_layer *const embedding = &engine->network->layers[0];
        const size_t first = (task - 2) * CLEAR_FLOATS;
        memset(engine->gradients + embedding->offsets[0] + first, 0,
               smaller(embedding->parameters - first, CLEAR_FLOATS) * sizeof *engine->gradients);
    }
}

/* Adds what the shards of the wave hand on, in their order; rows hand their gradients by the states
 * they started from to the trajectory. */
static void collect_shards(ragged_engine *engine, sn_loss_sums *sums)
{
    const size_t width = engine->packed.width;
    sn_trajectory *const trajectory = &engine->trajectory;
    float *const d_head = engine->gradients + engine->head_start;
    for (size_t s = 0; s < engine->shard_count; s++) {
        const shard_result *const result = &engine->shards[s];
        sums->loss += result->sums.loss;
        sums->correct += result->sums.correct;
        sn_vec_add(engine->d_recurrent, result->d_recurrent, width * columns_of(engine));
        sn_vec_add(d_head, result->d_head, engine->head_floats);
        for (size_t r = 0; r < rows_of(engine, s); r++) {
            const size_t pads = engine->rows[s * engine->shard_rows + r].pads;
            if (!pads)
                continue;
            sn_vec_add(trajectory->d_hidden + pads * width, result->d_start_hidden + r * width,
                       width);
            sn_vec_add(trajectory->d_cell + pads * width, result->d_start_cell + r * width, width);
        }
    }
}

static void run_wave(ragged_engine *engine, sn_loss_sums *sums)
{
    const size_t clears =
        engine->first_wave ? pieces(engine->network->layers[0].parameters, CLEAR_FLOATS) : 0;
    engine->ids.used = engine->projected = 0;
    run_phase(engine, index_task, 2 + clears);
    project_new_ids(engine);
    run_phase(engine, gradient_task, engine->shard_count);
    const unsigned before = sn_subnormals_flush();
    collect_shards(engine, sums);
    sn_subnormals_restore(before);
    run_phase(engine, embedding_task, RANGES + engine->last_wave);
    engine->projected = 0; /* the table holds this wave's ids only: scoring starts anew */
    engine->ids.used = 0;
}

/* Adds the ranges' and the trajectory's shares and writes the LSTM's gradients. */
static void finish_gradients(ragged_engine *engine, bool has_trajectory)
{
    const size_t columns = columns_of(engine), width = engine->packed.width;
    const size_t features = engine->packed.features;
    const range_result total = engine->ranges[0];
    for (size_t i = 1; i < RANGES; i++) {
        sn_vec_add(total.d_kernel, engine->ranges[i].d_kernel, features * columns);
        sn_vec_add(total.d_bias, engine->ranges[i].d_bias, columns);
    }
    if (has_trajectory) {
        const int32_t pad = 0;
        sn_vec_add(engine->d_recurrent, engine->trajectory.d_recurrent, width * columns);
        embedding_gradients(engine, &pad, 1, engine->trajectory.d_projection,
                            &engine->workspaces[0], &total);
    }
    sn_packed_lstm_store_gradients(&engine->packed, lstm_of(engine), total.d_kernel,
                                   engine->d_recurrent, total.d_bias, engine->gradients);
}

static void ragged_gradients(sn_engine *base, const sn_batch *batch, float *gradients,
                             sn_loss_sums *sums)
{
    ragged_engine *const engine = (ragged_engine *)base;
    engine->batch = batch;
    engine->gradients = gradients;
    sn_trajectory_reset(&engine->trajectory);
    memset(engine->d_recurrent, 0,
           engine->packed.width * columns_of(engine) * sizeof *engine->d_recurrent);
    memset(gradients + engine->head_start, 0, engine->head_floats * sizeof *gradients);
    bool has_trajectory = false;
    for (size_t first = 0; first < batch->count; first += WAVE_ROWS) {
        load_rows(engine, first, smaller(batch->count - first, WAVE_ROWS), !drops(engine));
        engine->first_wave = first == 0;
        engine->last_wave = first + WAVE_ROWS >= batch->count;
        engine->most_pads = most_pads(engine);
        has_trajectory = has_trajectory || engine->most_pads;
        run_wave(engine, sums);
    }
    const unsigned before = sn_subnormals_flush();
    finish_gradients(engine, has_trajectory);
    sn_subnormals_restore(before);
}

/* ---- Scores ---- */

static void score_task(ragged_engine *engine, size_t task, workspace *ws)
{
    const sn_ragged_shard shard =
        fill_rows(engine, task * engine->shard_rows, rows_of(engine, task), ws);
    const float *const states =
        sn_ragged_score(&engine->packed, &engine->trajectory, &shard, engine->projections,
                        ws->tape.hidden, ws->tape.cell);
    (void)head_forward(engine, ws, states, shard.rows);
    const float *const logits = ws->values[engine->head_count - 1];
    for (size_t r = 0; r < shard.rows; r++)
        engine->logits[engine->rows[task * engine->shard_rows + r].index] = logits[r];
}

/* Projects all ids there are when the batch has about as many tokens anyway. */
static void project_all_ids(ragged_engine *engine)
{
    const size_t id_count = engine->network->layers[0].spec.id_count;
    size_t tokens = 0;
    for (size_t i = 0; i < engine->batch->count && tokens < id_count; i++)
        tokens += engine->batch->lengths[i];
    if (tokens < id_count || id_count > engine->capacity || engine->ids.used == id_count)
        return;
    for (size_t id = 0; id < id_count; id++)
        sn_id_set_add(&engine->ids, (int32_t)id);
    project_new_ids(engine);
}

static void score_wave(ragged_engine *engine, bool all_projected)
{
    const size_t worst = engine->row_count * engine->network->time + 1;
    if (!all_projected) {
        if (engine->ids.used + smaller(worst, engine->network->layers[0].spec.id_count) >
            engine->capacity)
            engine->ids.used = engine->projected = 0;
        sn_id_set_add_rows(&engine->ids, engine->rows, engine->row_count);
        project_new_ids(engine);
    }
    const size_t pads = most_pads(engine);
    if (pads)
        sn_trajectory_extend(&engine->trajectory, &engine->packed, pads);
    run_phase(engine, score_task, engine->shard_count);
}

static void ragged_score(sn_engine *base, const sn_batch *batch, float *logits)
{
    ragged_engine *const engine = (ragged_engine *)base;
    engine->batch = batch;
    engine->logits = logits;
    project_all_ids(engine);
    const bool all_projected = engine->ids.used == engine->network->layers[0].spec.id_count;
    const size_t wave = all_projected ? SCORE_ROWS : WAVE_ROWS;
    for (size_t first = 0; first < batch->count; first += wave) {
        load_rows(engine, first, smaller(batch->count - first, wave), true);
        score_wave(engine, all_projected);
    }
}

static void ragged_use(sn_engine *base, const float *weights)
{
    ragged_engine *const engine = (ragged_engine *)base;
    engine->weights = weights;
    sn_packed_lstm_load(&engine->packed, &engine->network->layers[0], &engine->network->layers[1],
                        weights);
    sn_trajectory_reset(&engine->trajectory);
    engine->ids.used = engine->projected = 0;
}

/* ---- Memory ---- */

/* Hands out `size` floats of the block, or only counts them while there is no block yet. */
static float *carve(float *block, size_t *used, size_t size)
{
    float *const start = block ? block + *used : NULL;
    *used += (size + SN_LANES - 1) / SN_LANES * SN_LANES;
    return start;
}

static size_t lay_out_workspace(const ragged_engine *engine, workspace *ws, float *block)
{
    const size_t width = engine->packed.width, columns = columns_of(engine);
    const size_t features = engine->packed.features, state = SN_SHARD_ROWS * width;
    const size_t tokens = engine->trains ? engine->network->time * GROUP_ROWS : 0;
    size_t used = 0;
    ws->tape.hidden = carve(block, &used, tokens * width + 2 * state);
    ws->tape.cell = carve(block, &used, tokens * width + 2 * state);
    ws->features = carve(block, &used, SN_SHARD_ROWS * engine->packed.units);
    for (size_t i = 0; i < engine->head_count; i++) {
        const sn_layer *const layer = &engine->head[i];
        const size_t size = sn_shape_size(layer->output, SN_SHARD_ROWS);
        ws->values[i] = carve(block, &used, size);
        ws->d_values[i] = engine->trains ? carve(block, &used, size) : NULL;
        ws->tapes[i] = carve(block, &used, sn_layer_tape_size(layer, SN_SHARD_ROWS));
    }
    if (!engine->trains)
        return used;
    ws->tape.gates = carve(block, &used, tokens * columns);
    ws->tape.tanh_cell = carve(block, &used, tokens * width);
    ws->tape.d_hidden = carve(block, &used, state);
    ws->tape.d_cell = carve(block, &used, state);
    ws->d_features = carve(block, &used, SN_SHARD_ROWS * engine->packed.units);
    ws->scale = drops(engine) ? carve(block, &used, state) : NULL;
    ws->range_sums = carve(block, &used, RANGE_IDS * columns);
    ws->range_embeddings = carve(block, &used, RANGE_IDS * features);
    ws->range_d_embeddings = carve(block, &used, RANGE_IDS * features);
    return used;
}

/* What all threads share. */
static size_t lay_out_engine(ragged_engine *engine, float *block)
{
    const sn_layer *const lstm = lstm_of(engine);
    const size_t width = engine->packed.width, columns = columns_of(engine);
    const size_t features = engine->packed.features, state = SN_SHARD_ROWS * width;
    size_t used = 0;
    float *const packed = carve(block, &used, sn_packed_lstm_size(lstm));
    if (block)
        sn_packed_lstm_init(&engine->packed, lstm, packed);
    engine->projections = carve(block, &used, engine->capacity * columns);
    const size_t steps = sn_trajectory_init(&engine->trajectory, width, engine->network->time,
                                            engine->trains, block ? block + used : NULL);
    (void)carve(block, &used, steps);
    if (!engine->trains)
        return used;
    for (size_t i = 0; i < WAVE_SHARDS; i++) {
        shard_result *const result = &engine->shards[i];
        result->d_projections = carve(block, &used, engine->capacity * columns);
        result->d_recurrent = carve(block, &used, width * columns);
        result->d_head = carve(block, &used, engine->head_floats);
        result->d_start_hidden = carve(block, &used, state);
        result->d_start_cell = carve(block, &used, state);
    }
    for (size_t i = 0; i < RANGES; i++) {
        engine->ranges[i].d_kernel = carve(block, &used, features * columns);
        engine->ranges[i].d_bias = carve(block, &used, columns);
    }
    engine->d_recurrent = carve(block, &used, width * columns);
    return used;
}

static seqnet_status init_workspace(const ragged_engine *engine, workspace *ws, seqnet_error *err)
{
    const size_t time = engine->network->time;
    SN_TRY(sn_alloc(&ws->starts, time + 1, sizeof *ws->starts, err));
    SN_TRY(sn_alloc(&ws->pads, SN_SHARD_ROWS, sizeof *ws->pads, err));
    SN_TRY(sn_alloc(&ws->tokens, time * SN_SHARD_ROWS, sizeof *ws->tokens, err));
    SN_TRY(sn_alloc_floats(&ws->floats, lay_out_workspace(engine, ws, NULL), err));
    (void)lay_out_workspace(engine, ws, ws->floats);
    return SEQNET_OK;
}

static void ragged_free(sn_engine *base)
{
    ragged_engine *const engine = (ragged_engine *)base;
    for (size_t i = 0; engine->workspaces && i < sn_pool_threads(engine->pool); i++) {
        workspace *const ws = &engine->workspaces[i];
        free(ws->starts);
        free(ws->pads);
        free(ws->tokens);
        free(ws->floats);
    }
    free(engine->workspaces);
    free(engine->shards);
    free(engine->floats);
    free(engine->bytes);
    sn_id_set_free(&engine->ids);
    free(engine);
}

/* The layers after the LSTM own the end of the slab. */
static void init_head(ragged_engine *engine)
{
    const sn_network *const network = engine->network;
    engine->head_count = network->count - 2;
    engine->head_start = network->layers[2].offsets[0];
    engine->head_floats = network->table.floats - engine->head_start;
    for (size_t i = 0; i < engine->head_count; i++) {
        engine->head[i] = network->layers[i + 2];
        for (size_t k = 0; k < SN_LAYER_TENSORS; k++)
            engine->head[i].offsets[k] -= engine->head_start;
    }
}

static seqnet_status init_engine(ragged_engine *engine, seqnet_error *err)
{
    const sn_network *const network = engine->network;
    const size_t threads = sn_pool_threads(engine->pool),
                 id_count = network->layers[0].spec.id_count;
    const sn_layer *const lstm = lstm_of(engine);
    init_head(engine);
    engine->packed.features = lstm->input.features;
    engine->packed.units = lstm->spec.units;
    engine->packed.width = sn_lstm_width(lstm->spec.units);
    engine->capacity = smaller(id_count, WAVE_ROWS * network->time + 1);
    SN_TRY(sn_id_set_init(&engine->ids, id_count, engine->capacity, err));
    SN_TRY(sn_alloc(&engine->workspaces, threads, sizeof *engine->workspaces, err));
    for (size_t i = 0; i < threads; i++)
        SN_TRY(init_workspace(engine, &engine->workspaces[i], err));
    SN_TRY(sn_alloc(&engine->shards, WAVE_SHARDS, sizeof *engine->shards, err));
    SN_TRY(sn_alloc_floats(&engine->floats, lay_out_engine(engine, NULL), err));
    (void)lay_out_engine(engine, engine->floats);
    SN_TRY(sn_alloc(&engine->bytes, WAVE_SHARDS * engine->capacity, 1, err));
    for (size_t i = 0; i < WAVE_SHARDS; i++)
        engine->shards[i].touched = engine->bytes + i * engine->capacity;
    return SEQNET_OK;
}

bool sn_engine_ragged_takes(const sn_network *network)
{
    if (network->count < 3 || network->layers[1].spec.kind != SN_LSTM ||
        network->layers[1].spec.return_sequences)
        return false;
    for (size_t i = 2; i < network->count; i++)
        if (network->layers[i].spec.kind != SN_DENSE)
            return false;
    return true;
}

static const sn_engine_ops ragged_ops = {
    .free = ragged_free, .use = ragged_use, .gradients = ragged_gradients, .score = ragged_score};

seqnet_status sn_engine_ragged_create(sn_engine **engine, const sn_network *network,
                                      sn_padding padding, sn_pool *pool, bool trains,
                                      seqnet_error *err)
{
    ragged_engine *made;
    SN_TRY(sn_alloc(&made, 1, sizeof *made, err));
    made->base.ops = &ragged_ops;
    made->network = network;
    made->padding = padding;
    made->pool = pool;
    made->trains = trains;
    const seqnet_status status = init_engine(made, err);
    if (status != SEQNET_OK) {
        ragged_free(&made->base);
        return status;
    }
    *engine = &made->base;
    return SEQNET_OK;
}
