#include "engine.h"

#include "gemm.h"

#include "banned.h"

seqnet_status sn_engine_create(sn_engine **engine, const sn_network *network, sn_padding padding,
                               sn_pool *pool, bool trains, seqnet_error *err)
{
    sn_gemm_single_thread();
    return sn_engine_plain_create(engine, network, padding, pool, trains, err);
}

void sn_engine_free(sn_engine *engine)
{
    if (engine)
        engine->ops->free(engine);
}

void sn_engine_gradients(sn_engine *engine, const float *weights, const sn_batch *batch,
                         float *gradients, sn_loss_sums *sums)
{
    engine->ops->gradients(engine, weights, batch, gradients, sums);
}

void sn_engine_score(sn_engine *engine, const float *weights, const sn_batch *batch, float *logits)
{
    engine->ops->score(engine, weights, batch, logits);
}
