/*
 * The ragged engine: what the plain one computes, without the padding (recurrent_ragged.h). It
 * takes networks of an embedding, one recurrent layer that gives its last state, and a head of
 * Dense and dropout layers on top; where pads are masked also ones that pool the states below the
 * head.
 *
 * A batch is worked through in waves of at most WAVE_ROWS rows, sorted by length and cut into
 * shards. A wave's phases each spread over the threads:
 *
 *     index      the wave's distinct ids; meanwhile the pad prefix forward
 *     project    the distinct ids, once each
 *     shards     forward, loss, backward; each shard sums the gradients by projections and by the
 *                recurrent kernel on its own
 *     embedding  the shards' gradients by projections are summed in shard order, and from the sums
 *                come those by the embedding's rows, kernel and bias; meanwhile, after the last
 *                wave, the pad prefix backward
 *
 * All sums are taken in an order that depends on the batch alone, so the result has the same bits
 * for any number of threads. With recurrent dropout rows differ in their pads too, so that they are
 * run as tokens instead of being shared. Scoring projects into a table that lasts until the weights
 * change; one that is complete can serve other engines.
 */
#include "engine_ragged.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

static void phase_task(void *context, size_t task, size_t worker)
{
    sn_ragged_engine *const engine = context;
    const unsigned before = sn_subnormals_flush();
    engine->phase(engine, task, &engine->workspaces[worker]);
    sn_subnormals_restore(before);
}

void sn_ragged_run(sn_ragged_engine *engine, sn_ragged_phase *phase, size_t tasks)
{
    engine->phase = phase;
    sn_pool_run(engine->pool, phase_task, engine, tasks);
}

/* Small batches are cut into smaller shards, so that there are enough for some threads. */
static size_t choose_shard_rows(size_t batch)
{
    return batch < 64 ? 4 : batch < 128 ? 8 : SN_SHARD_ROWS;
}

void sn_ragged_load_rows(sn_ragged_engine *engine, size_t first, size_t count, bool share_pads)
{
    const sn_minibatch *const batch = engine->batch;
    for (size_t i = 0; i < count; i++) {
        engine->rows[i] =
            sn_ragged_row_make(engine->network, engine->padding, batch->rows[first + i],
                               batch->lengths[first + i], first + i);
        if (!share_pads)
            sn_ragged_row_unshare(&engine->rows[i]);
    }
    sn_ragged_sort(engine->rows, engine->scratch_rows, count);
    engine->row_count = count;
    engine->shard_rows = choose_shard_rows(batch->count);
    engine->shard_count = sn_pieces(count, engine->shard_rows);
}

size_t sn_ragged_most_pads(const sn_ragged_engine *engine)
{
    size_t most = 0;
    for (size_t i = 0; i < engine->row_count; i++)
        if (engine->rows[i].pads > most)
            most = engine->rows[i].pads;
    return most;
}

/* At least as many as the wave's rows have distinct ids. */
static size_t count_tokens(const sn_ragged_engine *engine)
{
    size_t tokens = 0;
    for (size_t i = 0; i < engine->row_count; i++)
        tokens += engine->rows[i].length + 1; /* and one for a pad */
    return tokens;
}

sn_ragged_shard sn_ragged_fill_rows(const sn_ragged_engine *engine, const sn_id_set *ids,
                                    size_t first, size_t count, sn_ragged_workspace *ws)
{
    sn_ragged_shard filled;
    sn_ragged_fill(&filled, engine->rows + first, count, ids, engine->network->mask_zero,
                   ws->starts, ws->tokens, ws->pads);
    return filled;
}

static void project_task(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws)
{
    (void)ws;
    const size_t first = engine->projected + task * PROJECT_IDS;
    sn_packed_cell_project(&engine->packed, engine->ids.ids + first,
                           sn_smaller(engine->ids.used - first, PROJECT_IDS),
                           engine->projections + first * engine->packed.columns);
}

void sn_ragged_project(sn_ragged_engine *engine)
{
    sn_ragged_run(engine, project_task,
                  sn_pieces(engine->ids.used - engine->projected, PROJECT_IDS));
    engine->projected = engine->ids.used;
}

/* A row's features from its running maxima and sums over `count` steps. */
static void finish_pooling(const sn_ragged_engine *engine, const sn_pooled *pooled, size_t row,
                           size_t count, float *features)
{
    const size_t units = engine->packed.units, at = row * engine->packed.width;
    memset(features, 0, engine->features * sizeof *features);
    if (pooled->most && count)
        memcpy(features, pooled->most + at, units * sizeof *features);
    float *const mean = features + engine->features - units;
    for (size_t k = 0; pooled->sum && count && k < units; k++)
        mean[k] = pooled->sum[at + k] / (float)count;
}

void sn_ragged_head(const sn_ragged_engine *engine, sn_ragged_workspace *ws, const sn_pass *pass,
                    const float *states, size_t first)
{
    const size_t size = engine->features;
    for (size_t r = 0; r < pass->batch; r++)
        if (engine->stages.pooling)
            finish_pooling(engine, &ws->pooled, r, engine->rows[first + r].count,
                           ws->features.x + r * size);
        else
            memcpy(ws->features.x + r * size, states + r * engine->packed.width,
                   size * sizeof *states);
    for (size_t i = 0; i < engine->stages.head_count; i++)
        sn_layer_forward(&engine->stages.head[i], pass, i ? &ws->values[i - 1] : &ws->features,
                         &ws->values[i], ws->tapes[i]);
}

static void score_task(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws)
{
    const sn_ragged_engine *const owner = engine->owner ? engine->owner : engine;
    const size_t start = task * engine->shard_rows;
    const sn_ragged_shard shard =
        sn_ragged_fill_rows(engine, &owner->ids, start, sn_ragged_shard_rows(engine, task), ws);
    const float *const states =
        sn_ragged_score(&engine->packed, &engine->prefix, &shard, owner->projections,
                        ws->tape.hidden, engine->packed.cell->carries ? ws->tape.carry : NULL,
                        engine->stages.pooling ? &ws->pooled : NULL);
    const sn_pass pass = {.batch = shard.rows, .weights = engine->weights};
    sn_ragged_head(engine, ws, &pass, states, start);
    const float *const logits = ws->values[engine->stages.head_count - 1].x;
    const size_t outputs = engine->network->outputs;
    for (size_t r = 0; r < shard.rows; r++)
        memcpy(engine->logits + engine->rows[start + r].index * outputs, logits + r * outputs,
               outputs * sizeof *logits);
}

static size_t count_ids(const sn_minibatch *batch)
{
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++)
        count += batch->lengths[i];
    return count;
}

/* Projects all ids there are when the batch has about as many anyway. */
static bool ragged_complete_table(sn_engine *base, const sn_minibatch *batch)
{
    sn_ragged_engine *const engine = (sn_ragged_engine *)base;
    const size_t id_count = sn_ragged_id_count(engine);
    if (engine->ids.used == id_count)
        return true;
    if (count_ids(batch) < id_count || id_count > engine->capacity)
        return false;
    for (size_t id = 0; id < id_count; id++)
        sn_id_set_add(&engine->ids, (int32_t)id);
    sn_ragged_project(engine);
    return true;
}

static void ragged_share_table(sn_engine *base, const sn_engine *owner)
{
    sn_ragged_engine *const engine = (sn_ragged_engine *)base;
    engine->owner = (const sn_ragged_engine *)owner;
}

static void score_wave(sn_ragged_engine *engine, bool all_projected)
{
    if (!all_projected) {
        if (engine->capacity < sn_ragged_id_count(engine) &&
            engine->ids.used + count_tokens(engine) > engine->capacity)
            engine->ids.used = engine->projected = 0; /* the table might overflow */
        sn_id_set_add_rows(&engine->ids, engine->rows, engine->row_count);
        sn_ragged_project(engine);
    }
    const size_t pads = sn_ragged_most_pads(engine);
    if (pads)
        sn_pad_prefix_extend(&engine->prefix, pads);
    sn_ragged_run(engine, score_task, engine->shard_count);
}

static void ragged_score(sn_engine *base, const sn_minibatch *batch, float *logits)
{
    sn_ragged_engine *const engine = (sn_ragged_engine *)base;
    engine->batch = batch;
    engine->logits = logits;
    const unsigned before = sn_subnormals_flush();
    const bool all_projected = engine->owner || ragged_complete_table(base, batch);
    const size_t wave = all_projected ? SCORE_ROWS : WAVE_ROWS;
    for (size_t first = 0; first < batch->count; first += wave) {
        sn_ragged_load_rows(engine, first, sn_smaller(batch->count - first, wave), true);
        score_wave(engine, all_projected);
    }
    sn_subnormals_restore(before);
}

static void ragged_use(sn_engine *base, const float *weights)
{
    sn_ragged_engine *const engine = (sn_ragged_engine *)base;
    engine->weights = weights;
    sn_packed_cell_load(&engine->packed, engine->stages.embedding, engine->stages.recurrent,
                        weights);
    sn_pad_prefix_reset(&engine->prefix);
    engine->ids.used = engine->projected = 0;
    engine->owner = NULL;
}

/* What pooling needs of a workspace; scoring keeps running maxima and sums only. */
static void lay_out_pooling(const sn_ragged_engine *engine, sn_pooled *pooled, float *block,
                            size_t *used)
{
    const size_t state = SN_SHARD_ROWS * engine->packed.width;
    const int pooling = engine->stages.pooling->spec.pooling.mode;
    const bool trains = engine->trains;
    *pooled = (sn_pooled){0};
    if (sn_pools_max(pooling)) {
        pooled->most = sn_carve(block, used, state);
        pooled->at = trains ? sn_carve(block, used, state) : NULL;
        pooled->d_most = trains ? sn_carve(block, used, state) : NULL;
    }
    if (sn_pools_mean(pooling)) {
        pooled->sum = sn_carve(block, used, state);
        pooled->d_sum = trains ? sn_carve(block, used, state) : NULL;
    }
    if (trains && sn_ragged_drops(engine))
        pooled->unscaled = sn_carve(block, used, state);
}

/* What training needs of a workspace besides what scoring does. */
static void lay_out_training(const sn_ragged_engine *engine, sn_ragged_workspace *ws, float *block,
                             size_t *used)
{
    const sn_packed_cell *const packed = &engine->packed;
    const size_t state = SN_SHARD_ROWS * packed->width;
    const size_t tokens = engine->network->time * GROUP_ROWS;
    ws->tape.gates = sn_carve(block, used, tokens * packed->columns);
    ws->tape.memo = sn_carve(block, used, tokens * packed->width);
    ws->tape.d_hidden = sn_carve(block, used, state);
    ws->tape.d_carry = packed->cell->carries ? sn_carve(block, used, state) : NULL;
    ws->d_features = sn_carve(block, used, SN_SHARD_ROWS * engine->features);
    ws->scale = sn_ragged_drops(engine) ? sn_carve(block, used, state) : NULL;
    ws->range_sums = sn_carve(block, used, RANGE_IDS * packed->columns);
    ws->range_embeddings = sn_carve(block, used, RANGE_IDS * packed->features);
    ws->range_d_embeddings = sn_carve(block, used, RANGE_IDS * packed->features);
}

static size_t lay_out_workspace(const sn_ragged_engine *engine, sn_ragged_workspace *ws,
                                float *block)
{
    const size_t width = engine->packed.width, state = SN_SHARD_ROWS * width;
    const size_t tokens = engine->trains ? engine->network->time * GROUP_ROWS : 0;
    const bool drops = engine->trains && sn_ragged_drops(engine);
    size_t used = 0;
    ws->tape.hidden = sn_carve(block, &used, tokens * width + 2 * state);
    ws->tape.carry = sn_ragged_needs_carry(engine->packed.cell, drops)
                         ? sn_carve(block, &used, tokens * width + 2 * state)
                         : NULL;
    ws->features.x = sn_carve(block, &used, SN_SHARD_ROWS * engine->features);
    if (engine->stages.pooling)
        lay_out_pooling(engine, &ws->pooled, block, &used);
    for (size_t i = 0; i < engine->stages.head_count; i++) {
        const sn_layer *const layer = &engine->stages.head[i];
        const size_t size = sn_shape_size(layer->output, SN_SHARD_ROWS);
        ws->values[i].x = sn_carve(block, &used, size);
        ws->d_values[i] = engine->trains ? sn_carve(block, &used, size) : NULL;
        ws->tapes[i] = sn_carve(block, &used, sn_layer_tape_size(layer, SN_SHARD_ROWS));
    }
    if (engine->trains)
        lay_out_training(engine, ws, block, &used);
    return used;
}

static void lay_out_shard(const sn_ragged_engine *engine, sn_shard_result *shard, float *block,
                          size_t *used)
{
    const size_t state = SN_SHARD_ROWS * engine->packed.width;
    shard->d_projections = sn_carve(block, used, engine->shard_capacity * engine->packed.columns);
    shard->d_recurrent = sn_carve(block, used, sn_ragged_recurrent_floats(engine));
    shard->d_head = sn_carve(block, used, engine->stages.head_floats);
    shard->d_start_hidden = sn_carve(block, used, state);
    shard->d_start_carry = engine->packed.cell->carries ? sn_carve(block, used, state) : NULL;
}

/* What all threads share. */
static size_t lay_out_engine(sn_ragged_engine *engine, float *block)
{
    const sn_layer *const recurrent = engine->stages.recurrent;
    const size_t columns = engine->packed.columns, features = engine->packed.features;
    size_t used = 0;
    float *const packed = sn_carve(block, &used, sn_packed_cell_size(recurrent));
    if (block)
        sn_packed_cell_init(&engine->packed, recurrent, packed);
    engine->projections = sn_carve(block, &used, engine->capacity * columns);
    const size_t prefix =
        sn_pad_prefix_init(&engine->prefix, &engine->packed, engine->network->time, engine->trains,
                           block ? block + used : NULL);
    (void)sn_carve(block, &used, prefix);
    if (!engine->trains)
        return used;
    for (size_t i = 0; i < WAVE_SHARDS; i++)
        lay_out_shard(engine, &engine->shards[i], block, &used);
    for (size_t i = 0; i < RANGES; i++) {
        engine->ranges[i].d_kernel = sn_carve(block, &used, features * columns);
        engine->ranges[i].d_bias = sn_carve(block, &used, columns);
    }
    engine->d_recurrent = sn_carve(block, &used, sn_ragged_recurrent_floats(engine));
    return used;
}

static seqnet_status init_workspace(const sn_ragged_engine *engine, sn_ragged_workspace *ws,
                                    seqnet_error *err)
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
    sn_ragged_engine *const engine = (sn_ragged_engine *)base;
    for (size_t i = 0; engine->workspaces && i < sn_pool_threads(engine->pool); i++) {
        sn_ragged_workspace *const ws = &engine->workspaces[i];
        free(ws->starts);
        free(ws->pads);
        free(ws->tokens);
        free(ws->floats);
    }
    free(engine->workspaces);
    free(engine->shards);
    free(engine->floats);
    free(engine->slots);
    sn_id_set_free(&engine->ids);
    free(engine);
}

/* The layers of the head own the end of the slab. */
static void take_head(sn_ragged_stages *stages, const sn_network *network, size_t first)
{
    stages->head = &network->layers[first];
    stages->head_count = network->count - first;
    stages->head_floats = 0;
    for (size_t i = first; i < network->count; i++)
        stages->head_floats += network->layers[i].parameters;
    stages->head_start = network->table.floats - stages->head_floats;
}

static bool may_be_in_head(const sn_layer *layer)
{
    return layer->spec.kind == SN_DENSE || layer->spec.kind == SN_DROPOUT;
}

/* A layer with one cell, whose products all take the hidden state. */
static bool runs_cell(const sn_layer *layer)
{
    const sn_cell *const cell = sn_layer_cell(layer);
    return cell && cell->second == SN_SECOND_NONE && !layer->spec.recurrent.bidirectional;
}

/* Finds the stages of a network; false when it has others. */
static bool find_stages(sn_ragged_stages *stages, const sn_network *network)
{
    size_t next = 0;
    *stages = (sn_ragged_stages){.embedding = &network->layers[next++]};
    if (next == network->count || !runs_cell(&network->layers[next]))
        return false;
    stages->recurrent = &network->layers[next++];
    if (next < network->count && network->layers[next].spec.kind == SN_POOLING)
        stages->pooling = &network->layers[next++];
    const bool pools = stages->pooling != NULL;
    if (stages->recurrent->spec.recurrent.return_sequences != pools ||
        (pools && !network->mask_zero) || next == network->count)
        return false;
    for (size_t i = next; i < network->count; i++)
        if (!may_be_in_head(&network->layers[i]))
            return false;
    take_head(stages, network, next);
    return true;
}

/* All but what lies in the engine's floats. */
static seqnet_status init_shards(sn_ragged_engine *engine, seqnet_error *err)
{
    SN_TRY(sn_alloc(&engine->shards, WAVE_SHARDS, sizeof *engine->shards, err));
    SN_TRY(sn_alloc(&engine->slots, WAVE_SHARDS * engine->capacity, sizeof *engine->slots, err));
    for (size_t i = 0; i < WAVE_SHARDS; i++)
        engine->shards[i].slots = engine->slots + i * engine->capacity;
    return SEQNET_OK;
}

/* Derives the sizes of all that the engine has from its network. */
static void measure_network(sn_ragged_engine *engine)
{
    const sn_network *const network = engine->network;
    (void)find_stages(&engine->stages, network);
    sn_packed_cell_measure(&engine->packed, engine->stages.recurrent);
    engine->features = engine->stages.head[0].input.features;
    engine->capacity = sn_smaller(sn_ragged_id_count(engine), WAVE_ROWS * (network->time + 1));
    engine->shard_capacity = sn_smaller(engine->capacity, SN_SHARD_ROWS * network->time);
}

static seqnet_status init_engine(sn_ragged_engine *engine, seqnet_error *err)
{
    const size_t threads = sn_pool_threads(engine->pool);
    measure_network(engine);
    SN_TRY(sn_id_set_init(&engine->ids, sn_ragged_id_count(engine), engine->capacity, err));
    SN_TRY(sn_alloc(&engine->workspaces, threads, sizeof *engine->workspaces, err));
    for (size_t i = 0; i < threads; i++)
        SN_TRY(init_workspace(engine, &engine->workspaces[i], err));
    if (engine->trains)
        SN_TRY(init_shards(engine, err));
    SN_TRY(sn_alloc_floats(&engine->floats, lay_out_engine(engine, NULL), err));
    (void)lay_out_engine(engine, engine->floats);
    return SEQNET_OK;
}

size_t sn_engine_ragged_bytes(const sn_network *network, size_t threads, bool trains,
                              size_t *shared)
{
    sn_ragged_workspace ws;
    sn_shard_result shards[WAVE_SHARDS];
    sn_ragged_engine *const probe = calloc(1, sizeof *probe);
    *shared = 0;
    if (!probe)
        return 0; /* its making will say so */
    probe->network = network;
    probe->trains = trains;
    probe->shards = shards;
    measure_network(probe);
    const size_t floats =
        lay_out_engine(probe, NULL) + threads * lay_out_workspace(probe, &ws, NULL);
    const size_t slots = trains ? WAVE_SHARDS * probe->capacity * sizeof *probe->slots : 0;
    const size_t table = probe->capacity * probe->packed.columns * sizeof(float);
    free(probe);
    *shared = trains ? 0 : table; /* the projections */
    return floats * sizeof(float) + slots - *shared;
}

bool sn_engine_ragged_takes(const sn_network *network)
{
    sn_ragged_stages stages;
    return find_stages(&stages, network);
}

static const sn_engine_ops ragged_ops = {.free = ragged_free,
                                         .use = ragged_use,
                                         .gradients = sn_ragged_gradients,
                                         .score = ragged_score,
                                         .complete_table = ragged_complete_table,
                                         .share_table = ragged_share_table};

seqnet_status sn_engine_ragged_create(sn_engine **engine, const sn_network *network,
                                      sn_padding padding, sn_pool *pool, bool trains,
                                      seqnet_error *err)
{
    sn_ragged_engine *made;
    SN_TRY(sn_alloc(&made, 1, sizeof *made, err));
    made->base = (sn_engine){.ops = &ragged_ops, .outputs = network->outputs};
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
