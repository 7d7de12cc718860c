/*
 * A small pool of threads that take numbered tasks in order. Which thread runs a task is not
 * determined: a caller that needs reproducible results gives every task its own output and combines
 * the outputs in the order of tasks afterwards. Items that are read and written in order are in
 * pipeline.h.
 */
#ifndef SN_POOL_H
#define SN_POOL_H

#include <stddef.h>

#include "status.h"

typedef struct sn_pool sn_pool;

/* Runs task number `task` on worker `worker` (0 .. threads - 1, for per-thread workspaces). */
typedef void sn_task(void *context, size_t task, size_t worker);

/* Starts `threads` - 1 threads; the caller of sn_pool_run is the last one. threads >= 1. */
seqnet_status sn_pool_create(sn_pool **pool, size_t threads, seqnet_error *err);

/* Runs tasks 0 .. count - 1, in the arithmetic of this thread (arithmetic.h), and returns when all
 * are done. Not reentrant. */
void sn_pool_run(sn_pool *pool, sn_task *task, void *context, size_t count);

/* Runs a few long tasks once, on threads that exist for this call: one per task, at most one per
 * usable core; only the caller's when no thread can be made. */
void sn_pool_run_once(sn_task *task, void *context, size_t count);

size_t sn_pool_threads(const sn_pool *pool);

/* Ends the threads and frees the pool; NULL is fine. */
void sn_pool_free(sn_pool *pool);

#endif
