/*
 * An ordered pipeline: items are read one after the other, worked on by several threads at once,
 * and written in the order of reading. Reading, working and writing overlap; a fixed number of
 * items is in flight, so memory stays bounded however long the input is.
 */
#ifndef SN_PIPELINE_H
#define SN_PIPELINE_H

#include <stdbool.h>

#include "pool.h"

typedef struct sn_pipeline_ops {
    /* Fills the item; false: there are no more, the item is not used. Called by one thread at a
     * time. */
    bool (*read)(void *user, void *item);
    /* Called by several threads at once, each with its own number below the pool's threads. */
    void (*work)(void *user, void *item, size_t worker);
    /* False: stop; what was read is dropped. Called by one thread at a time, perhaps while another
     * reads. */
    bool (*write)(void *user, void *item);
} sn_pipeline_ops;

/* Items that keep `threads` threads busy although some take longer. */
static inline size_t sn_pipeline_items(size_t threads)
{
    return 2 * threads + 1;
}

/* Runs until read or write says false, on all threads of the pool, the caller's among them. `items`
 * are used in turn; count must be at least 1. */
seqnet_status sn_pipeline_run(sn_pool *pool, const sn_pipeline_ops *ops, void *user,
                              void *const *items, size_t count, seqnet_error *err);

#endif
