/*
 * Work comes in short rounds, hundreds of them in a second. So a thread that waits for another one
 * spins for a while before it sleeps: waking a thread takes longer than many rounds do. With more
 * threads than cores it sleeps at once.
 */
#include "pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "arithmetic.h"
#include "cores.h"
#include "memory.h"

#include "banned.h"

/* A wait of some tens of microseconds, longer than most rounds. */
enum { LOOKS = 2000 };

typedef struct worker {
    sn_pool *pool;
    size_t index;
    pthread_t thread;
} worker;

struct sn_pool {
    /* The number of threads, the caller included. */
    size_t threads;
    /* How many threads run and must be joined. */
    size_t started;
    worker *workers;
    pthread_mutex_t lock;
    pthread_cond_t work_ready;
    pthread_cond_t work_done;
    /* How often a waiting thread looks before it sleeps. */
    unsigned looks;
    /* Counts the calls of sn_pool_run; a worker waits for the next one. */
    atomic_ulong round;
    /* How many workers have not finished this round. */
    atomic_size_t busy;
    atomic_bool closing;
    sn_task *task;
    void *context;
    size_t count;
    /* Of the caller of sn_pool_run. */
    sn_arithmetic arithmetic;
    atomic_size_t next;
};

static void run_tasks(sn_pool *pool, size_t worker_index)
{
    for (;;) {
        const size_t task = atomic_fetch_add(&pool->next, 1);
        if (task >= pool->count)
            return;
        pool->task(pool->context, task, worker_index);
    }
}

static void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/* Returns the number of a round that has not been seen, or `seen` when the pool is closing. */
static unsigned long next_round(sn_pool *pool, unsigned long seen)
{
    for (unsigned i = 0; i < pool->looks && atomic_load(&pool->round) == seen; i++)
        relax();
    if (atomic_load(&pool->round) == seen) {
        pthread_mutex_lock(&pool->lock);
        while (atomic_load(&pool->round) == seen && !atomic_load(&pool->closing))
            pthread_cond_wait(&pool->work_ready, &pool->lock);
        pthread_mutex_unlock(&pool->lock);
    }
    return atomic_load(&pool->round);
}

static void *worker_main(void *argument)
{
    const worker *const self = argument;
    sn_pool *const pool = self->pool;
    unsigned long seen = 0;
    for (unsigned long round; (round = next_round(pool, seen)) != seen; seen = round) {
        (void)sn_arithmetic_use(pool->arithmetic);
        run_tasks(pool, self->index);
        if (atomic_fetch_sub(&pool->busy, 1) == 1) {
            pthread_mutex_lock(&pool->lock);
            pthread_cond_signal(&pool->work_done);
            pthread_mutex_unlock(&pool->lock);
        }
    }
    return NULL;
}

static void wait_for_workers(sn_pool *pool)
{
    for (unsigned i = 0; i < pool->looks && atomic_load(&pool->busy) > 0; i++)
        relax();
    if (atomic_load(&pool->busy) == 0)
        return;
    pthread_mutex_lock(&pool->lock);
    while (atomic_load(&pool->busy) > 0)
        pthread_cond_wait(&pool->work_done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

/* Signals are for the program's main thread: block them while the workers inherit the mask. All but
 * SIGPIPE, which comes to the thread that wrote and shall do there what it does on the caller's. */
static seqnet_status start_workers(sn_pool *pool, seqnet_error *err)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    if (!sigismember(&before, SIGPIPE))
        sigdelset(&all, SIGPIPE);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    seqnet_status status = SEQNET_OK;
    for (size_t i = 0; i + 1 < pool->threads && status == SEQNET_OK; i++) {
        pool->workers[i] = (worker){.pool = pool, .index = i};
        if (pthread_create(&pool->workers[i].thread, NULL, worker_main, &pool->workers[i]) == 0)
            pool->started++;
        else
            status = sn_fail(err, SEQNET_ERR_MEMORY,
                             "cannot start thread %zu of %zu; ask for fewer with .threads", i + 2,
                             pool->threads);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status;
}

seqnet_status sn_pool_create(sn_pool **pool, size_t threads, seqnet_error *err)
{
    SN_TRY(sn_alloc(pool, 1, sizeof **pool, err));
    sn_pool *const made = *pool;
    made->threads = threads;
    made->looks = threads <= sn_usable_cores() ? LOOKS : 0;
    pthread_mutex_init(&made->lock, NULL);
    pthread_cond_init(&made->work_ready, NULL);
    pthread_cond_init(&made->work_done, NULL);
    seqnet_status status = sn_alloc(&made->workers, threads, sizeof *made->workers, err);
    if (status == SEQNET_OK)
        status = start_workers(made, err);
    if (status != SEQNET_OK) {
        sn_pool_free(made);
        *pool = NULL;
    }
    return status;
}

void sn_pool_run(sn_pool *pool, sn_task *task, void *context, size_t count)
{
    pool->task = task;
    pool->context = context;
    pool->count = count;
    pool->arithmetic = sn_arithmetic_now();
    atomic_store(&pool->next, 0);
    atomic_store(&pool->busy, pool->started);
    pthread_mutex_lock(&pool->lock);
    atomic_fetch_add(&pool->round, 1);
    pthread_cond_broadcast(&pool->work_ready);
    pthread_mutex_unlock(&pool->lock);
    run_tasks(pool, pool->threads - 1);
    wait_for_workers(pool);
}

size_t sn_pool_threads(const sn_pool *pool)
{
    return pool->threads;
}

void sn_pool_free(sn_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->closing, true);
    pthread_cond_broadcast(&pool->work_ready);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->started; i++)
        pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->work_done);
    pthread_cond_destroy(&pool->work_ready);
    pthread_mutex_destroy(&pool->lock);
    free(pool->workers);
    free(pool);
}

void sn_pool_run_once(sn_task *task, void *context, size_t count)
{
    sn_pool *pool;
    const size_t cores = sn_usable_cores();
    if (sn_pool_create(&pool, count < cores ? count : cores, NULL) != SEQNET_OK) {
        for (size_t i = 0; i < count; i++)
            task(context, i, 0);
        return;
    }
    sn_pool_run(pool, task, context, count);
    sn_pool_free(pool);
}
