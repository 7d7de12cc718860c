#include "split.h"

#include <math.h>
#include <stdlib.h>

#include "memory.h"
#include "rng.h"

#include "banned.h"

/* Rows grouped by class, each group in random order. */
typedef struct groups {
    uint32_t *rows;
    /* Of the groups in rows; classes + 1 entries. */
    size_t *starts;
} groups;

static void free_groups(groups *g)
{
    free(g->rows);
    free(g->starts);
}

static seqnet_status make_groups(groups *g, const int32_t *labels, size_t count, size_t classes,
                                 uint64_t seed, seqnet_error *err)
{
    sn_rng rng;
    if (count > UINT32_MAX)
        return sn_fail(err, SEQNET_ERR_DATA, "there are more than 2^32 rows");
    SN_TRY(sn_alloc(&g->rows, count, sizeof *g->rows, err));
    SN_TRY(sn_alloc(&g->starts, classes + 2, sizeof *g->starts, err));
    for (size_t i = 0; i < count; i++)
        g->starts[labels[i] + 2]++;
    for (size_t c = 2; c < classes + 2; c++)
        g->starts[c] += g->starts[c - 1];
    for (size_t i = 0; i < count; i++) /* starts[c + 1] moves to the end of its group */
        g->rows[g->starts[labels[i] + 1]++] = (uint32_t)i;
    sn_rng_seed(&rng, seed, SN_RNG_SPLIT);
    for (size_t c = 0; c < classes; c++)
        sn_rng_shuffle(&rng, g->rows + g->starts[c], g->starts[c + 1] - g->starts[c]);
    return SEQNET_OK;
}

seqnet_status sn_split_share(const int32_t *labels, size_t count, size_t classes, double share,
                             uint64_t seed, uint8_t *chosen, seqnet_error *err)
{
    groups g = {0};
    const seqnet_status status = make_groups(&g, labels, count, classes, seed, err);
    for (size_t i = 0; i < count; i++)
        chosen[i] = 0;
    for (size_t c = 0; status == SEQNET_OK && c < classes; c++) {
        const size_t rows = g.starts[c + 1] - g.starts[c];
        const size_t wanted = (size_t)floor((double)rows * share + 0.5);
        for (size_t i = 0; i < wanted && i + 1 < rows; i++)
            chosen[g.rows[g.starts[c] + i]] = 1;
    }
    free_groups(&g);
    return status;
}

seqnet_status sn_split_fold(const int32_t *labels, size_t count, size_t classes, size_t folds,
                            size_t fold, uint64_t seed, uint8_t *chosen, seqnet_error *err)
{
    groups g = {0};
    const seqnet_status status = make_groups(&g, labels, count, classes, seed, err);
    for (size_t i = 0; status == SEQNET_OK && i < count; i++)
        chosen[g.rows[i]] = i % folds == fold;
    free_groups(&g);
    return status;
}
