/*
 * Measurements that only the library can make: the matrix products that a recurrent step cannot do
 * without, which are the floor of its time; the speed of such products by the BLAS, by our own
 * loops and by plain ones, from which follows what computes which (tests/bench/README.md); and the
 * errors of the activations. The bench command times everything else from outside.
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

/* Numbers that neither grow nor underflow. */
static void fill_operand(float *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(i % 7) * 1e-3F;
}

static float *operand(float **rest, size_t count)
{
    float *const start = *rest;
    fill_operand(start, count);
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

enum { LSTM_GATES = 4, RUNS = 7 };

/* Seconds of a run at least. */
static const double RUN_SECONDS = 1e-3;

/* The columns of one operand: H units or the 4 H of their gates. */
typedef enum operand_width { UNITS, ALL_GATES } operand_width;

typedef struct product_kind {
    const char *name;
    /* Rows of A as it is; transposed, of A and B. */
    size_t rows;
    sn_transpose transpose_a;
    /* Columns of A and B. */
    operand_width a, b;
} product_kind;

/* 240: GRADIENT_TOKENS of recurrent_ragged.c. */
static const product_kind KINDS[] = {
    {"step forward", 1, SN_AS_IS, UNITS, ALL_GATES},
    {"step forward", 4, SN_AS_IS, UNITS, ALL_GATES},
    {"step forward", 16, SN_AS_IS, UNITS, ALL_GATES},
    {"step forward", 128, SN_AS_IS, UNITS, ALL_GATES},
    {"step backward", 4, SN_AS_IS, ALL_GATES, UNITS},
    {"step backward", 16, SN_AS_IS, ALL_GATES, UNITS},
    {"step backward", 128, SN_AS_IS, ALL_GATES, UNITS},
    {"projection", 1024, SN_AS_IS, UNITS, ALL_GATES},
    {"projection backward", 1024, SN_AS_IS, ALL_GATES, UNITS},
    {"recurrent gradient", 240, SN_TRANSPOSED, UNITS, ALL_GATES},
    {"kernel gradient", 1024, SN_TRANSPOSED, UNITS, ALL_GATES},
};
enum { KIND_COUNT = sizeof KINDS / sizeof *KINDS };

/* A product and its operands; those of our loops are packed, and padded to whole vectors. */
typedef struct product_task {
    const product_kind *kind;
    size_t m, n, k;
    const float *a, *b;
    float *c;
    sn_projection projection;
} product_task;

static void multiply_by_blas(const product_task *t)
{
    sn_gemm(t->kind->transpose_a, SN_AS_IS, t->m, t->n, t->k, t->a, t->b, 0.0F, t->c);
}

static void multiply_by_loops(const product_task *t)
{
    sn_gemm_plain(t->kind->transpose_a, SN_AS_IS, t->m, t->n, t->k, t->a, t->b, 0.0F, t->c);
}

static void multiply_by_kernel(const product_task *t)
{
    sn_kernels_best()->project(&t->projection);
}

/* Thousand million operations a second of the fastest run. */
static double measure(void (*multiply)(const product_task *t), const product_task *t)
{
    size_t times = 1;
    double best = (double)INFINITY;
    for (int run = 0; run < RUNS;) {
        const double start = sn_clock();
        for (size_t i = 0; i < times; i++)
            multiply(t);
        const double seconds = sn_clock() - start;
        if (seconds < RUN_SECONDS) {
            times *= 2;
            continue;
        }
        best = fmin(best, seconds / (double)times);
        run++;
    }
    return 2.0 * (double)(t->m * t->n * t->k) / best * 1e-9;
}

static size_t columns(operand_width width, size_t units)
{
    return width == ALL_GATES ? LSTM_GATES * units : units;
}

static product_task describe(const product_kind *kind, size_t units)
{
    const size_t a = columns(kind->a, units), b = columns(kind->b, units);
    return kind->transpose_a == SN_TRANSPOSED
               ? (product_task){.kind = kind, .m = a, .n = b, .k = kind->rows}
               : (product_task){.kind = kind, .m = kind->rows, .n = b, .k = a};
}

/* Lays out the operands, and those of our loops, where there are such. Returns the floats used. */
static size_t lay_out(product_task *t, float *block, size_t units)
{
    const size_t padded = sn_padded_units(units);
    const product_task largest = describe(t->kind, padded);
    size_t used = 0;
    t->a = sn_carve(block, &used, largest.m * largest.k);
    t->b = sn_carve(block, &used, largest.k * largest.n);
    t->c = sn_carve(block, &used, largest.m * largest.n);
    t->projection = (sn_projection){.count = largest.m,
                                    .features = largest.k,
                                    .units = padded,
                                    .gates = largest.n / padded,
                                    .table = t->a,
                                    .kernel = t->b,
                                    .bias = sn_carve(block, &used, largest.n),
                                    .out = t->c};
    return used;
}

size_t seqnet_bench_product_count(void)
{
    return KIND_COUNT;
}

seqnet_status seqnet_bench_product(size_t index, size_t units, seqnet_product_speed *speed,
                                   seqnet_error *err)
{
    if (index >= KIND_COUNT)
        return sn_fail(err, SEQNET_ERR_USAGE, "there is no matrix product number %zu", index);
    product_task t = describe(&KINDS[index], units);
    const size_t floats = lay_out(&t, NULL, units);
    float *block;
    SN_TRY(sn_alloc_floats(&block, floats, err));
    const seqnet_status status = sn_gemm_prepare(1, err);
    if (status == SEQNET_OK) {
        fill_operand(block, floats);
        (void)lay_out(&t, block, units);
        *speed = (seqnet_product_speed){.name = t.kind->name, .m = t.m, .n = t.n, .k = t.k};
        speed->blas = measure(multiply_by_blas, &t);
        speed->plain = measure(multiply_by_loops, &t);
        if (t.kind->transpose_a == SN_AS_IS)
            speed->own = measure(multiply_by_kernel, &t);
    }
    free(block);
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
