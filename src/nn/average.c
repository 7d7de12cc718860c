#include "average.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"
#include "memory.h"
#include "pieces.h"
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
    *average = (sn_average){.decay = decay};
    SN_TRY(sn_alloc_floats(&average->weights, floats, err));
    memcpy(average->weights, weights, floats * sizeof *weights);
    return SEQNET_OK;
}

void sn_average_free(sn_average *average)
{
    free(average->weights);
    free(average->row_logs);
    *average = (sn_average){0};
}

seqnet_status sn_average_use_rows(sn_average *average, size_t rows, size_t row_size,
                                  seqnet_error *err)
{
    average->rows = rows;
    average->row_size = row_size;
    return sn_alloc(&average->row_logs, rows, sizeof *average->row_logs, err);
}

void sn_average_begin_step(sn_average *average)
{
    const double t = (double)++average->steps;
    average->share = fmax(1.0 - average->decay, 9.0 / (10.0 + t));
    average->log_before = average->log_after;
    average->log_after += fmax(log1p(-average->share), LEAST_LOG);
}

/* average += share (weights - average). The share is what is rounded, not 1 - share: it is the
 * smaller one where many steps add up. */
static void approach(const sn_average *average, const float *weights, double share, size_t first,
                     size_t count)
{
    sn_kernels_best()->average(average->weights + first, weights + first, (float)share, count);
}

/* Takes in all steps up to the one whose log_after this is, in which the row had these weights. */
static void catch_up(const sn_average *average, const float *weights, size_t row, double log_after)
{
    double *const log = &average->row_logs[row];
    if (*log == log_after)
        return;
    approach(average, weights, -expm1(log_after - *log), row * average->row_size,
             average->row_size);
    *log = log_after;
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

static void prefetch_rows(const sn_average *average, const float *weights, const int32_t *rows,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const size_t at = (size_t)rows[i] * average->row_size;
        sn_vec_prefetch(average->weights + at, average->row_size);
        sn_vec_prefetch(weights + at, average->row_size);
    }
}

/* The steps before this one are taken in with the weights before the update. */
static void update_block(const sn_average *average, const sn_optimizer *optimizer, float *weights,
                         const float *gradients, const int32_t *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        catch_up(average, weights, (size_t)rows[i], average->log_before);
    sn_optimizer_update_rows(optimizer, weights, gradients, rows, count);
    for (size_t i = 0; i < count; i++) {
        approach(average, weights, average->share, (size_t)rows[i] * average->row_size,
                 average->row_size);
        average->row_logs[rows[i]] = average->log_after;
    }
}

void sn_average_update_rows(const sn_average *average, const sn_optimizer *optimizer,
                            float *weights, const float *gradients, const int32_t *rows,
                            size_t count)
{
    if (!average) {
        sn_optimizer_update_rows(optimizer, weights, gradients, rows, count);
        return;
    }
    for (size_t done = 0; done < count; done += BLOCK_ROWS) {
        const size_t size = sn_smaller(count - done, BLOCK_ROWS), next = done + size;
        prefetch_rows(average, weights, rows + next, sn_smaller(count - next, BLOCK_ROWS));
        update_block(average, optimizer, weights, gradients, rows + done, size);
    }
}

void sn_average_settle(const sn_average *average, const float *weights)
{
    for (size_t row = 0; row < average->rows; row++)
        catch_up(average, weights, row, average->log_after);
}
