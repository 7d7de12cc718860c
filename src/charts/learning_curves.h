/*
 * The learning curves of a model: what its training record says of each epoch. Tables of them are
 * in curves_table.h, charts in curves_chart.h.
 */
#ifndef CHARTS_LEARNING_CURVES_H
#define CHARTS_LEARNING_CURVES_H

#include <stdbool.h>
#include <stddef.h>

#include <seqnet/status.h>

typedef enum curve_column {
    CURVE_EPOCH,
    CURVE_ACC,
    CURVE_LOSS,
    CURVE_VAL_ACC,
    CURVE_VAL_LOSS,
    CURVE_SECONDS,
    CURVE_COLUMNS
} curve_column;

/* The name of a column in records and tables: "val_acc". */
const char *curve_column_name(curve_column column);

typedef struct learning_curves {
    /* The path of the model, or the name that tables give it; borrowed. */
    const char *model;
    size_t epochs;
    /* The number of the epoch that was kept; with a refit, only the best one. 0: none. */
    size_t kept;
    /* The epochs of the second training on all rows, which have no curve. */
    size_t refit_epochs;
    /* [CURVE_COLUMNS][epochs]; NAN where the record lacks a number. NULL without epochs. */
    double *values;
} learning_curves;

/* Reads a training record. The caller frees the curves. SEQNET_ERR_MEMORY, with nothing to free. */
seqnet_status read_learning_curves(learning_curves *curves, const char *model,
                                   const char *record_json, seqnet_error *err);

void free_learning_curves(learning_curves *curves);

/* [epochs]; NULL without epochs. */
const double *curve_values(const learning_curves *curves, curve_column column);

/* Whether the column has a number. */
bool has_curve(const learning_curves *curves, curve_column column);

/* Whether the epoch at the index is the kept one. */
bool is_kept(const learning_curves *curves, size_t index);

#endif
