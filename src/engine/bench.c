/*
 * Measurements that only the library can make: the matrix products that a recurrent step cannot do
 * without, which are the floor of its time, and the errors of the activations. The bench command
 * times everything else from outside.
 */
#include <seqnet/bench.h>

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "cores.h"
#include "gemm.h"
#include "kernels.h"
#include "memory.h"
#include "pieces.h"
#include "pool.h"

#include "banned.h"

enum { STEP_ROWS = 16, MOST_TASK_STEPS = 256, THREAD_TASKS = 8, REPEATS = 5 };

/* The operands of one thread. */
typedef struct floor_operands {
    float *hidden, *gates, *recurrent, *transposed, *d_hidden, *d_recurrent;
} floor_operands;

typedef struct floor_run {
    size_t units, gates, steps;
    /* Steps of every task but the last. */
    size_t task_steps;
    bool backward;
    /* [threads] */
    floor_operands *operands;
} floor_run;

static void floor_task(void *context, size_t task, size_t worker)
{
    const floor_run *const run = context;
    const floor_operands *const o = &run->operands[worker];
    const size_t units = run->units, columns = run->gates * units;
    const size_t steps = sn_smaller(run->steps - task * run->task_steps, run->task_steps);
    for (size_t step = 0; step < steps; step++) {
        sn_gemm(SN_AS_IS, SN_AS_IS, STEP_ROWS, columns, units, o->hidden, o->recurrent, 0.0F,
                o->gates);
        if (!run->backward)
            continue;
        sn_gemm(SN_TRANSPOSED, SN_AS_IS, units, columns, STEP_ROWS, o->hidden, o->gates, 0.0F,
                o->d_recurrent);
        sn_gemm(SN_AS_IS, SN_AS_IS, STEP_ROWS, units, columns, o->gates, o->transposed, 0.0F,
                o->d_hidden);
    }
}

static float *operand(float **rest, size_t count)
{
    float *const start = *rest;
    for (size_t i = 0; i < count; i++)
        start[i] = (float)(i % 7) * 1e-3F; /* nothing that grows or underflows */
    *rest += count;
    return start;
}

/* As many tasks as keep all threads busy to the end. */
static size_t choose_task_steps(size_t steps, size_t threads)
{
    const size_t share = steps / (threads * THREAD_TASKS) + 1;
    return sn_smaller(share, MOST_TASK_STEPS);
}

/* The seconds of the fastest of some runs. */
static double time_floor(const seqnet_floor_options *options, sn_pool *pool, float *block,
                         floor_operands *operands)
{
    const size_t units = options->units, threads = sn_pool_threads(pool);
    for (size_t i = 0; i < threads; i++) {
        operands[i].hidden = operand(&block, STEP_ROWS * units);
        operands[i].d_hidden = operand(&block, STEP_ROWS * units);
        operands[i].gates = operand(&block, STEP_ROWS * units * options->gates);
        operands[i].recurrent = operand(&block, units * units * options->gates);
        operands[i].transposed = operand(&block, units * units * options->gates);
        operands[i].d_recurrent = operand(&block, units * units * options->gates);
    }
    floor_run run = {.units = units,
                     .gates = options->gates,
                     .steps = sn_pieces(options->tokens, STEP_ROWS),
                     .backward = options->backward,
                     .operands = operands};
    run.task_steps = choose_task_steps(run.steps, threads);
    double best = (double)INFINITY;
    for (int i = 0; i < REPEATS; i++) {
        const double start = sn_clock();
        sn_pool_run(pool, floor_task, &run, sn_pieces(run.steps, run.task_steps));
        best = fmin(best, sn_clock() - start);
    }
    return best;
}

seqnet_status seqnet_bench_floor(const seqnet_floor_options *options, double *seconds,
                                 seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    const size_t threads = options->threads ? options->threads : sn_usable_cores();
    const size_t units = options->units;
    const size_t floats = units * (STEP_ROWS * (2 + options->gates) + 3 * units * options->gates);
    sn_pool *pool = NULL;
    float *block = NULL;
    floor_operands *operands = NULL;
    SN_GOTO(sn_pool_create(&pool, threads, err));
    SN_GOTO(sn_alloc_floats(&block, threads * floats, err));
    SN_GOTO(sn_alloc(&operands, threads, sizeof *operands, err));
    SN_GOTO(sn_gemm_prepare(threads, err));
    *seconds = time_floor(options, pool, block, operands);
out:
    free(operands);
    free(block);
    sn_pool_free(pool);
    return status;
}

enum { FUNCTIONS = 3, CHUNK = 1024, ERROR_TASKS = 256 };

static const float LARGEST = 90.0F;

static double exact_sigmoid(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

typedef struct error_search {
    void (*function)(const float *x, float *y, size_t count);
    double (*exact)(double x);
    /* The bit patterns 0, stride, 2 stride, ... below `patterns` are tried, with either sign. */
    uint64_t patterns, stride;
    /* [tasks]: the largest error, and the x of it. */
    double ulp[ERROR_TASKS], at[ERROR_TASKS];
} error_search;

/* Distance in units in the last place of the exact value as a float. */
static double ulps(float got, double exact)
{
    return fabs((double)got - exact) / ldexp(1.0, ilogb(exact) - (FLT_MANT_DIG - 1));
}

static void check_chunk(error_search *search, size_t task, const float *x, size_t count)
{
    float y[CHUNK];
    search->function(x, y, count);
    for (size_t i = 0; i < count; i++) {
        const double exact = search->exact((double)x[i]);
        if (!(fabs(exact) >= (double)FLT_MIN && fabs(exact) <= (double)FLT_MAX))
            continue;
        const double distance = ulps(y[i], exact);
        const double error = isnan(distance) ? (double)INFINITY : distance;
        if (error > search->ulp[task]) {
            search->ulp[task] = error;
            search->at[task] = (double)x[i];
        }
    }
}

/* Every ERROR_TASKS-th chunk of the numbers 0, 1, 2, ...: the lowest bit is the sign, the others
 * times stride are the pattern. */
static void error_task(void *context, size_t task, size_t worker)
{
    (void)worker;
    error_search *const search = context;
    const uint64_t total = 2 * ((search->patterns + search->stride - 1) / search->stride);
    for (uint64_t first = task * CHUNK; first < total; first += (uint64_t)ERROR_TASKS * CHUNK) {
        float x[CHUNK];
        const size_t count = total - first < CHUNK ? (size_t)(total - first) : CHUNK;
        for (size_t i = 0; i < count; i++) {
            const uint64_t number = first + i, pattern = (number >> 1) * search->stride;
            const uint32_t bits = (uint32_t)pattern | (uint32_t)(number & 1) << 31;
            memcpy(&x[i], &bits, sizeof bits);
        }
        check_chunk(search, task, x, count);
    }
}

static size_t available_isas(sn_isa isas[SN_ISA_COUNT])
{
    size_t count = 0;
    for (int isa = 0; isa < SN_ISA_COUNT; isa++)
        if (sn_kernels_of((sn_isa)isa, SN_FAST))
            isas[count++] = (sn_isa)isa;
    return count;
}

size_t seqnet_bench_activation_count(void)
{
    sn_isa isas[SN_ISA_COUNT];
    return available_isas(isas) * FUNCTIONS;
}

static void start_search(error_search *search, const sn_kernels *kernels, size_t function,
                         size_t stride)
{
    uint32_t bits;
    memcpy(&bits, &LARGEST, sizeof bits);
    search->patterns = (uint64_t)bits + 1;
    search->stride = stride ? stride : 1;
    search->function = function == 0   ? kernels->exp
                       : function == 1 ? kernels->sigmoid
                                       : kernels->tanh;
    search->exact = function == 0 ? exp : function == 1 ? exact_sigmoid : tanh;
}

seqnet_status seqnet_bench_activation(size_t index, size_t stride, size_t threads,
                                      seqnet_activation_error *result, seqnet_error *err)
{
    static const char *const names[FUNCTIONS] = {"exp", "sigmoid", "tanh"};
    sn_isa isas[SN_ISA_COUNT];
    if (index >= available_isas(isas) * FUNCTIONS)
        return sn_fail(err, SEQNET_ERR_USAGE, "there is no activation number %zu", index);
    const sn_kernels *const kernels = sn_kernels_of(isas[index / FUNCTIONS], SN_FAST);
    error_search search = {0};
    sn_pool *pool;
    start_search(&search, kernels, index % FUNCTIONS, stride);
    SN_TRY(sn_pool_create(&pool, threads ? threads : sn_usable_cores(), err));
    sn_pool_run(pool, error_task, &search, ERROR_TASKS);
    sn_pool_free(pool);
    *result = (seqnet_activation_error){.function = names[index % FUNCTIONS],
                                        .instruction_set = kernels->name};
    for (size_t i = 0; i < ERROR_TASKS; i++)
        if (search.ulp[i] > result->ulp) {
            result->ulp = search.ulp[i];
            result->at = search.at[i];
        }
    return SEQNET_OK;
}
