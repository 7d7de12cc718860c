/* One figure of how well a model does on labelled rows: its accuracy or, where a row has any number
 * of labels, the micro F1 of the labels that reach the model's threshold. */
#ifndef CLI_MEASURE_H
#define CLI_MEASURE_H

#include <seqnet/seqnet.h>

typedef struct measured {
    /* Accuracy, or micro F1. */
    double accuracy, loss;
    size_t rows;
} measured;

/* Measures the model on a part of a dataset. */
seqnet_status measure_part(const seqnet_model *model, const seqnet_dataset *dataset,
                           seqnet_part part, size_t threads, measured *m, seqnet_error *err);

/* What the figure is called: "accuracy", "micro F1". */
const char *measure_name(const seqnet_dataset *dataset);

#endif
