/* The threads, the engine and the buffers of a training: see trainer.h. */
#include "trainer.h"

#include <stdlib.h>
#include <string.h>

#include "cores.h"
#include "memory.h"

#include "banned.h"

static seqnet_status allocate_batch(sn_train_scratch *scratch, const sn_train_plan *plan,
                                    seqnet_error *err)
{
    const size_t rows = plan->batch_rows;
    SN_TRY(sn_alloc(&scratch->row_ids, rows, sizeof *scratch->row_ids, err));
    SN_TRY(sn_alloc(&scratch->lengths, rows, sizeof *scratch->lengths, err));
    SN_TRY(sn_alloc(&scratch->labels, rows, sizeof *scratch->labels, err));
    if (plan->class_weights)
        SN_TRY(sn_alloc(&scratch->weights, rows, sizeof *scratch->weights, err));
    if (plan->options->word_dropout != 0.0 || plan->train.narrow)
        SN_TRY(
            sn_alloc(&scratch->own_ids, rows * plan->config.maxlen, sizeof *scratch->own_ids, err));
    return SEQNET_OK;
}

/* Gradients by row start as zeros, with no row in the sets: sn_engine_gradients_by_row clears only
 * the rows of the sets. */
static seqnet_status allocate_gradients(sn_train_scratch *scratch, const sn_train_plan *plan,
                                        seqnet_error *err)
{
    const size_t floats = plan->outline->network.table.floats;
    SN_TRY(sn_alloc_floats(&scratch->gradients, floats, err));
    if (plan->table_count > 0)
        memset(scratch->gradients, 0, floats * sizeof *scratch->gradients);
    if (plan->options->clip_norm > 0.0)
        SN_TRY(sn_alloc(&scratch->squares, sn_train_plan_most_tasks(plan), sizeof *scratch->squares,
                        err));
    for (size_t i = 0; i < plan->table_count; i++) {
        const size_t rows = plan->tables[i].rows;
        SN_TRY(sn_id_set_init(&scratch->touched[i], rows, rows, err));
    }
    return SEQNET_OK;
}

size_t sn_train_threads(const seqnet_train_options *options)
{
    return options->threads ? (size_t)options->threads : sn_usable_cores();
}

seqnet_status sn_train_scratch_make(sn_train_scratch *scratch, const sn_train_plan *plan,
                                    seqnet_error *err)
{
    SN_TRY(allocate_batch(scratch, plan, err));
    SN_TRY(allocate_gradients(scratch, plan, err));
    SN_TRY(sn_alloc(&scratch->validated, 1, sizeof *scratch->validated, err));
    scratch->validation = seqnet_evaluation_totals(plan->outline->label_count);
    SN_TRY(seqnet_scores_create(&scratch->scores, plan->outline, err));
    SN_TRY(sn_pool_create(&scratch->pool, sn_train_threads(plan->options), err));
    SN_TRY(sn_engine_create(&scratch->engine, &plan->outline->network, plan->config.padding,
                            scratch->pool, true, err));
    return sn_engine_join(scratch->engine, plan->options->comm, err);
}

void sn_train_scratch_free(sn_train_scratch *scratch)
{
    sn_engine_free(scratch->engine);
    sn_pool_free(scratch->pool);
    free(scratch->row_ids);
    free(scratch->lengths);
    free(scratch->labels);
    free(scratch->weights);
    free(scratch->own_ids);
    free(scratch->gradients);
    free(scratch->squares);
    for (size_t i = 0; i < SN_MAX_ROW_TABLES; i++)
        sn_id_set_free(&scratch->touched[i]);
    sn_scored_block_free(scratch->validated);
    seqnet_scores_free(scratch->scores);
    *scratch = (sn_train_scratch){0};
}
