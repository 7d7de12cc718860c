/* Two or more models on the same rows: their figures side by side, and whether the differences
 * could be chance. */
#ifndef EVALUATION_COMPARISON_H
#define EVALUATION_COMPARISON_H

#include "measured.h"

/* One model against the first one. */
typedef struct difference {
    seqnet_paired paired;
    /* Of the accuracies (of several labels a row: the subset accuracies), and its 95 % interval. */
    double value;
    seqnet_interval interval;
    double p_value;
} difference;

/* Which way a difference goes that is more than chance, as its interval tells. */
typedef enum verdict { VERDICT_WORSE = -1, VERDICT_SAME = 0, VERDICT_BETTER = 1 } verdict;

/* The models in the order of the command line. */
typedef struct comparison {
    const measured *measured;
    const char *const *names;
    size_t count;
    /* [count]: against the first one, whose own entry is zeroed. */
    difference *differences;
} comparison;

/* Fills c->differences; all else is given. The caller frees them with free() whatever the result.
 * SEQNET_ERR_DATA for rows that do not belong together, SEQNET_ERR_MEMORY. */
seqnet_status compare_models(comparison *c, uint64_t seed, seqnet_error *err);

verdict verdict_of(const difference *d);

/* Print on standard output. */
seqnet_status print_comparison_text(const comparison *c, seqnet_error *err);
seqnet_status print_comparison_json(const comparison *c, seqnet_error *err);

/* Write the rows for which not all models predict the same, with the prediction and the
 * probability of each: prediction_1, probability_1, ...; and check, before anything is printed,
 * that rows of a dataset can be written so. */
seqnet_status write_disagreements(const comparison *c, const char *path, seqnet_error *err);
seqnet_status check_disagreements_file(const seqnet_dataset *dataset, size_t models,
                                       const char *path, seqnet_error *err);

#endif
