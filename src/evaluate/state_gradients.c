/* Norms of the loss's gradient by the states of a recurrent layer. The plain engine computes them,
 * whatever engine trains the model, since it runs each row and step on its own. */
#include <stdlib.h>
#include <string.h>

#include <seqnet/gradients.h>

#include "dataset.h"
#include "gemm.h"
#include "memory.h"
#include "model.h"
#include "pieces.h"
#include "scorer.h"

#include "banned.h"

/* The recurrent layer with a name (NULL: the first one); NULL if there is none. */
static const sn_layer *find_layer(const sn_network *network, const char *name)
{
    for (size_t i = 0; i < network->count; i++) {
        const sn_layer *const layer = &network->layers[i];
        if (layer->ops->cell && (!name || strcmp(layer->name, name) == 0))
            return layer;
    }
    return NULL;
}

static seqnet_status choose_layer(const sn_layer **layer, const sn_network *network,
                                  const char *name, seqnet_error *err)
{
    const sn_layer *const first = find_layer(network, NULL);
    *layer = name ? find_layer(network, name) : first;
    if (*layer)
        return SEQNET_OK;
    if (!first)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "the model has no recurrent layer, so there are no states that its loss "
                       "could have gradients by");
    return sn_fail(err, SEQNET_ERR_USAGE,
                   "the model has no recurrent layer '%.80s'; its first is '%s'", name,
                   first->name);
}

/* Adds up the norms of rows 0 .. count - 1; wide holds SN_SHARD_ROWS rows of `longest` ids. */
static void add_norms(sn_engine *engine, const sn_rows *rows, size_t count, const sn_layer *layer,
                      double *norms, int32_t *wide, size_t longest)
{
    for (size_t first = 0; first < count; first += SN_SHARD_ROWS) {
        const int32_t *ids[SN_SHARD_ROWS];
        size_t lengths[SN_SHARD_ROWS];
        const size_t n = sn_smaller(count - first, SN_SHARD_ROWS);
        for (size_t i = 0; i < n; i++) {
            ids[i] = sn_rows_ids(rows, first + i, wide + i * longest);
            lengths[i] = sn_rows_length(rows, first + i);
        }
        const sn_minibatch batch = {.rows = ids,
                                    .lengths = lengths,
                                    .labels = rows->labels + first,
                                    .sets = rows->sets,
                                    .count = n};
        sn_engine_plain_state_norms(engine, &batch, layer, norms);
    }
}

/* Fills gradients->norms, for its rows, on this thread. */
static seqnet_status compute(seqnet_state_gradients *gradients, const seqnet_model *model,
                             const sn_rows *rows, const sn_layer *layer, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    sn_pool *pool = NULL;
    sn_engine *engine = NULL;
    int32_t *wide = NULL;
    const size_t longest = sn_rows_longest(rows);
    SN_GOTO(sn_alloc(&wide, SN_SHARD_ROWS * longest, sizeof *wide, err));
    SN_GOTO(sn_pool_create(&pool, 1, err));
    SN_GOTO(
        sn_engine_plain_create(&engine, &model->network, model->config.padding, pool, true, err));
    SN_GOTO(sn_gemm_prepare(1, err));
    SN_GOTO(sn_alloc(&gradients->norms, gradients->time, sizeof *gradients->norms, err));
    sn_engine_use(engine, model->weights);
    add_norms(engine, rows, gradients->rows, layer, gradients->norms, wide, longest);
    for (size_t t = 0; t < gradients->time; t++)
        gradients->norms[t] /= (double)gradients->rows;
out:
    sn_engine_free(engine);
    sn_pool_free(pool);
    free(wide);
    return status;
}

seqnet_status seqnet_model_state_gradients(const seqnet_model *model, const seqnet_dataset *dataset,
                                           seqnet_part part, size_t limit, const char *layer,
                                           seqnet_state_gradients *gradients, seqnet_error *err)
{
    const sn_layer *observed;
    const size_t count =
        sn_limited_rows(dataset, part, limit ? limit : (size_t)SEQNET_GRADIENT_ROWS);
    *gradients = (seqnet_state_gradients){0};
    SN_TRY(choose_layer(&observed, &model->network, layer, err));
    if (count == 0)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: has no rows in this part to take gradients of",
                       dataset->source);
    SN_TRY(sn_check_model_rows(model, dataset, part, count, err));
    *gradients = (seqnet_state_gradients){
        .layer = observed->name, .time = observed->input.time, .rows = count};
    const seqnet_status status = compute(gradients, model, &dataset->parts[part], observed, err);
    if (status != SEQNET_OK)
        seqnet_state_gradients_free(gradients);
    return status;
}

size_t seqnet_steps_behind(const seqnet_state_gradients *gradients, size_t t)
{
    return gradients->time - 1 - t;
}

void seqnet_state_gradients_free(seqnet_state_gradients *gradients)
{
    free(gradients->norms);
    *gradients = (seqnet_state_gradients){0};
}
