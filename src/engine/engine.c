#include "engine.h"

#include <stdint.h>
#include <stdio.h>

#include "gemm.h"
#include "memory.h"

#include "banned.h"

seqnet_status sn_engine_check_memory(const sn_network *network, size_t engines, size_t threads,
                                     bool trains, seqnet_error *err)
{
    enum { LARGE = 1 << 26 }; /* less is not worth a look at the memory */
    size_t shared = 0;
    const size_t own = sn_engine_ragged_takes(network)
                           ? sn_engine_ragged_bytes(network, threads, trains, &shared)
                           : sn_engine_plain_bytes(network, threads, trains);
    const size_t most = SIZE_MAX / 4;
    const size_t bytes = own > most / engines || shared > most ? most : own * engines + shared;
    return bytes < LARGE ? SEQNET_OK : sn_memory_check(bytes, err);
}

static seqnet_status create(sn_engine **engine, const sn_network *network, sn_padding padding,
                            sn_pool *pool, bool trains, seqnet_error *err)
{
    const bool ragged = sn_engine_ragged_takes(network);
    SN_TRY(sn_engine_check_memory(network, 1, sn_pool_threads(pool), trains, err));
    SN_TRY((ragged ? sn_engine_ragged_create : sn_engine_plain_create)(engine, network, padding,
                                                                       pool, trains, err));
    if (ragged && !trains && !sn_engine_ragged_multiplies(network))
        return SEQNET_OK;
    const seqnet_status status = sn_gemm_prepare(sn_pool_threads(pool), err);
    if (status != SEQNET_OK) {
        sn_engine_free(*engine);
        *engine = NULL;
    }
    return status;
}

seqnet_status sn_engine_create(sn_engine **engine, const sn_network *network, sn_padding padding,
                               sn_pool *pool, bool trains, seqnet_error *err)
{
    const sn_arithmetic before = sn_arithmetic_use(network->arithmetic);
    const seqnet_status status = create(engine, network, padding, pool, trains, err);
    (void)sn_arithmetic_use(before);
    return status;
}

void sn_engine_describe(const sn_network *network, sn_padding padding, char *text, size_t size)
{
    if (sn_engine_ragged_takes(network))
        sn_engine_ragged_describe(network, padding, text, size);
    else
        (void)snprintf(text, size, "plain, every pad computed for every row");
}

void sn_engine_free(sn_engine *engine)
{
    if (engine)
        engine->ops->free(engine);
}

seqnet_status sn_engine_join(sn_engine *engine, seqnet_comm *comm, seqnet_error *err)
{
    const bool is_shared = engine->ops->join && seqnet_comm_size(comm) > 1;
    return is_shared ? engine->ops->join(engine, comm, err) : SEQNET_OK;
}

void sn_engine_use(sn_engine *engine, const float *weights)
{
    const sn_arithmetic before = sn_arithmetic_use(engine->arithmetic);
    engine->ops->use(engine, weights);
    (void)sn_arithmetic_use(before);
}

void sn_engine_gradients(sn_engine *engine, const sn_minibatch *batch, float *gradients,
                         sn_loss_sums *sums)
{
    sn_engine_gradients_by_row(engine, batch, gradients, NULL, sums);
}

void sn_engine_gradients_by_row(sn_engine *engine, const sn_minibatch *batch, float *gradients,
                                sn_id_set *touched, sn_loss_sums *sums)
{
    const sn_arithmetic before = sn_arithmetic_use(engine->arithmetic);
    engine->ops->gradients(engine, batch, gradients, touched, sums);
    (void)sn_arithmetic_use(before);
}

bool sn_engine_complete_table(sn_engine *engine, const sn_minibatch *batch)
{
    const sn_arithmetic before = sn_arithmetic_use(engine->arithmetic);
    const bool is_complete =
        engine->ops->complete_table && engine->ops->complete_table(engine, batch);
    (void)sn_arithmetic_use(before);
    return is_complete;
}

void sn_engine_share_table(sn_engine *engine, const sn_engine *owner)
{
    engine->ops->share_table(engine, owner);
}

void sn_engine_score(sn_engine *engine, const sn_minibatch *batch, float *logits)
{
    const sn_arithmetic before = sn_arithmetic_use(engine->arithmetic);
    engine->ops->score(engine, batch, logits);
    (void)sn_arithmetic_use(before);
}
