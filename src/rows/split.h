/*
 * Stratified splits: which rows go to a smaller part, so that every class has the same share in
 * both. Rows are chosen at random, by the seed.
 */
#ifndef SN_SPLIT_H
#define SN_SPLIT_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* chosen[i] becomes 1 for the rows set aside, else 0. Of a class with n rows, share * n are chosen,
 * rounded, but never all. labels are below `classes`. */
seqnet_status sn_split_share(const int32_t *labels, size_t count, size_t classes, double share,
                             uint64_t seed, uint8_t *chosen, seqnet_error *err);

/* The rows of fold number `fold` of `folds`: each row is in one of them. The other arguments being
 * equal, the folds do not overlap. */
seqnet_status sn_split_fold(const int32_t *labels, size_t count, size_t classes, size_t folds,
                            size_t fold, uint64_t seed, uint8_t *chosen, seqnet_error *err);

#endif
