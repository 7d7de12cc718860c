/*
 * Item number n of the input is items[n % count]. Each of these places is free, being worked on, or
 * done; a thread that finds nothing to write, read or work on waits until another thread changes
 * that.
 */
#include "pipeline.h"

#include <pthread.h>
#include <stdlib.h>

#include "memory.h"

#include "banned.h"

typedef enum place_state { FREE, WORKING, DONE } place_state;

typedef struct pipeline {
    const sn_pipeline_ops *ops;
    void *user;
    void *const *items;
    size_t count;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    place_state *states;
    /* The numbers of the next items to read and to write. */
    size_t read_next, write_next;
    /* A thread is reading, or writing. */
    bool reading, writing;
    /* Nothing more is read; items that were read are still written. */
    bool ended;
    /* Nothing more is read or written. */
    bool stopped;
} pipeline;

/* The three stages give the lock back while they run and take it again. */

static void write_item(pipeline *p)
{
    const size_t place = p->write_next % p->count;
    p->writing = true;
    pthread_mutex_unlock(&p->lock);
    const bool goes_on = p->ops->write(p->user, p->items[place]);
    pthread_mutex_lock(&p->lock);
    p->writing = false;
    p->states[place] = FREE;
    p->write_next++;
    if (!goes_on)
        p->ended = p->stopped = true;
    pthread_cond_broadcast(&p->changed);
}

static void read_and_work(pipeline *p, size_t worker)
{
    const size_t place = p->read_next % p->count;
    p->reading = true;
    pthread_mutex_unlock(&p->lock);
    const bool got = p->ops->read(p->user, p->items[place]);
    pthread_mutex_lock(&p->lock);
    p->reading = false;
    pthread_cond_broadcast(&p->changed);
    if (!got) {
        p->ended = true;
        return;
    }
    p->states[place] = WORKING;
    p->read_next++;
    pthread_mutex_unlock(&p->lock);
    p->ops->work(p->user, p->items[place], worker);
    pthread_mutex_lock(&p->lock);
    p->states[place] = DONE;
    pthread_cond_broadcast(&p->changed);
}

static bool can_write(const pipeline *p)
{
    return !p->writing && !p->stopped && p->states[p->write_next % p->count] == DONE;
}

static bool can_read(const pipeline *p)
{
    return !p->reading && !p->ended && p->states[p->read_next % p->count] == FREE;
}

static bool is_over(const pipeline *p)
{
    return p->ended && !p->reading && (p->stopped || p->write_next == p->read_next);
}

/* The loop of each thread. Writing comes before reading and working, since it frees an item. */
static void run_thread(void *context, size_t task, size_t worker)
{
    (void)task;
    pipeline *const p = context;
    pthread_mutex_lock(&p->lock);
    while (!is_over(p)) {
        if (can_write(p))
            write_item(p);
        else if (can_read(p))
            read_and_work(p, worker);
        else
            pthread_cond_wait(&p->changed, &p->lock);
    }
    pthread_mutex_unlock(&p->lock);
}

seqnet_status sn_pipeline_run(sn_pool *pool, const sn_pipeline_ops *ops, void *user,
                              void *const *items, size_t count, seqnet_error *err)
{
    pipeline p = {.ops = ops, .user = user, .items = items, .count = count};
    SN_TRY(sn_alloc(&p.states, count, sizeof *p.states, err)); /* zeroed: all FREE */
    pthread_mutex_init(&p.lock, NULL);
    pthread_cond_init(&p.changed, NULL);
    sn_pool_run(pool, run_thread, &p, sn_pool_threads(pool));
    pthread_cond_destroy(&p.changed);
    pthread_mutex_destroy(&p.lock);
    free(p.states);
    return SEQNET_OK;
}
