/*
 * An ordered pipeline: items are read one after the other, several threads work on them at once,
 * and they are written in the order of reading. Reading, working and writing overlap; a fixed
 * number of items is in use, so that memory stays bounded for an input of any length. What an item
 * is, is up to the caller.
 */
#ifndef SN_PIPELINE_H
#define SN_PIPELINE_H

#include <stdbool.h>

#include "pool.h"

typedef struct sn_pipeline_ops {
    /* Fills the item; returns false when there are no more: then the item is not used. One thread
     * at a time calls it. */
    bool (*read)(void *user, void *item);
    /* Works on the item. Several threads call it at once, each with its own number below the number
     * of the pool's threads. */
    void (*work)(void *user, void *item, size_t worker);
    /* Writes the item; returns false to stop: then what was read is dropped. One thread at a time
     * calls it, perhaps while another one reads. */
    bool (*write)(void *user, void *item);
} sn_pipeline_ops;

/* The number of items that keep `threads` threads busy when some items take longer than others. */
static inline size_t sn_pipeline_items(size_t threads)
{
    return 2 * threads + 1;
}

/* Runs until read or write returns false, on all threads of the pool and on the caller's. The
 * `count` items, at least 1, are used in turn. */
seqnet_status sn_pipeline_run(sn_pool *pool, const sn_pipeline_ops *ops, void *user,
                              void *const *items, size_t count, seqnet_error *err);

#endif
