#include "average.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"
#include "memory.h"
#include "pieces.h"
#include "scalar.h"
#include "vec.h"

#include "banned.h"

/* What is updated and averaged before the next, so that it is still in the first-level cache. */
enum { BLOCK_FLOATS = 1024, BLOCK_ROWS = 32 };

/* So small a factor is 0 to a float; its logarithm, unlike that of 0, can be added and taken away.
 */
static const double LEAST_LOG = -1000.0;

seqnet_status sn_average_init(sn_average *average, double decay, const float *weights,
                              size_t floats, seqnet_error *err)
{
    *average = (sn_average){.decay = decay, .floats = floats};
    SN_TRY(sn_alloc_floats(&average->weights, floats, err));
    memcpy(average->weights, weights, floats * sizeof *weights);
    return SEQNET_OK;
}

void sn_average_free(sn_average *average)
{
    free(average->weights);
    for (size_t i = 0; i < average->table_count; i++)
        free(average->row_logs[i]);
    *average = (sn_average){0};
}

seqnet_status sn_average_use_rows(sn_average *average, const sn_row_table *table, seqnet_error *err)
{
    double **const logs = &average->row_logs[average->table_count];
    SN_TRY(sn_alloc(logs, table->rows, sizeof **logs, err));
    average->tables[average->table_count++] = *table;
    return SEQNET_OK;
}

void sn_average_begin_step(sn_average *average)
{
    const double t = (double)++average->steps;
    average->share = fmax(1.0 - average->decay, 9.0 / (10.0 + t));
    average->log_before = average->log_after;
    average->log_after += fmax(sn_scalar_log1p(-average->share), LEAST_LOG);
}

/* average += share (weights - average). The share is what is rounded, not 1 - share: it is the
 * smaller one where many steps add up. */
static void approach(const sn_average *average, const float *weights, double share, size_t first,
                     size_t count)
{
    sn_kernels_best()->average(average->weights + first, weights + first, (float)share, count);
}

/* Takes in all steps of a row that it has not, up to the one whose log_after this is and in which
 * it had these weights. */
static void take_in(const sn_average *average, size_t table, const float *weights, size_t row,
                    double log_after)
{
    const sn_row_table *const shape = &average->tables[table];
    const double log = average->row_logs[table][row];
    if (log != log_after)
        approach(average, weights, -sn_scalar_expm1(log_after - log), sn_row_at(shape, row),
                 shape->row_size);
}

static void catch_up(const sn_average *average, size_t table, const float *weights, size_t row,
                     double log_after)
{
    take_in(average, table, weights, row, log_after);
    average->row_logs[table][row] = log_after;
}

void sn_average_update(const sn_average *average, const sn_optimizer *optimizer, float *weights,
                       const float *gradients, size_t first, size_t count)
{
    if (!average) {
        sn_optimizer_update(optimizer, weights, gradients, first, count);
        return;
    }
    for (size_t done = 0; done < count; done += BLOCK_FLOATS) {
        const size_t at = first + done, size = sn_smaller(count - done, BLOCK_FLOATS);
        sn_optimizer_update(optimizer, weights, gradients, at, size);
        approach(average, weights, average->share, at, size);
    }
}

static void prefetch_rows(const sn_average *average, size_t table, const float *weights,
                          const int32_t *rows, size_t count)
{
    const sn_row_table *const shape = &average->tables[table];
    for (size_t i = 0; i < count; i++) {
        const size_t at = sn_row_at(shape, (size_t)rows[i]);
        sn_vec_prefetch(average->weights + at, shape->row_size);
        sn_vec_prefetch(weights + at, shape->row_size);
    }
}

/* The steps before this one are taken in with the weights before the update. */
static void update_block(const sn_average *average, const sn_optimizer *optimizer, size_t table,
                         float *weights, const float *gradients, const int32_t *rows, size_t count)
{
    const sn_row_table *const shape = &average->tables[table];
    for (size_t i = 0; i < count; i++)
        catch_up(average, table, weights, (size_t)rows[i], average->log_before);
    sn_optimizer_update_rows(optimizer, table, weights, gradients, rows, count);
    for (size_t i = 0; i < count; i++) {
        approach(average, weights, average->share, sn_row_at(shape, (size_t)rows[i]),
                 shape->row_size);
        average->row_logs[table][rows[i]] = average->log_after;
    }
}

void sn_average_update_rows(const sn_average *average, const sn_optimizer *optimizer, size_t table,
                            float *weights, const float *gradients, const int32_t *rows,
                            size_t count)
{
    if (!average) {
        sn_optimizer_update_rows(optimizer, table, weights, gradients, rows, count);
        return;
    }
    for (size_t done = 0; done < count; done += BLOCK_ROWS) {
        const size_t size = sn_smaller(count - done, BLOCK_ROWS), next = done + size;
        prefetch_rows(average, table, weights, rows + next, sn_smaller(count - next, BLOCK_ROWS));
        update_block(average, optimizer, table, weights, gradients, rows + done, size);
    }
}

void sn_average_settle(const sn_average *average, const float *weights)
{
    for (size_t table = 0; table < average->table_count; table++)
        for (size_t row = 0; row < average->tables[table].rows; row++)
            catch_up(average, table, weights, row, average->log_after);
}

void sn_average_copy(const sn_average *average, const float *weights, float *copy)
{
    sn_average settled = *average; /* shares the logs, which it leaves as they are */
    settled.weights = copy;
    memcpy(copy, average->weights, average->floats * sizeof *copy);
    for (size_t table = 0; table < average->table_count; table++)
        for (size_t row = 0; row < average->tables[table].rows; row++)
            take_in(&settled, table, weights, row, average->log_after);
}

seqnet_status sn_average_list(sn_average *average, sn_named_arrays *arrays, seqnet_error *err)
{
    SN_TRY(sn_named_arrays_add(arrays, "average.steps", SN_ARRAY_U64, &average->steps, 1, err));
    SN_TRY(sn_named_arrays_add(arrays, "average.log", SN_ARRAY_F64, &average->log_after, 1, err));
    SN_TRY(sn_named_arrays_add(arrays, "average.weights", SN_ARRAY_F32, average->weights,
                               average->floats, err));
    for (size_t i = 0; i < average->table_count; i++)
        SN_TRY(sn_named_arrays_add_numbered(arrays, "average.row_logs", i, SN_ARRAY_F64,
                                            average->row_logs[i], average->tables[i].rows, err));
    return SEQNET_OK;
}
