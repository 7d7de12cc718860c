/* What evaluate prints of a model that gives a row any number of labels: micro and macro F1, P@k
 * and R@k, subset accuracy, loss, and the figures of each label. */
#ifndef CLI_LABEL_REPORT_H
#define CLI_LABEL_REPORT_H

#include <seqnet/seqnet.h>

typedef struct label_report {
    const seqnet_model *model;
    const seqnet_dataset *dataset;
    /* DATA and --part as they are shown, and the parts that are measured. */
    const char *data, *part;
    seqnet_parts parts;
    /* Rows over all parts, 0: all; and threads, 0: all usable cores. */
    size_t limit, threads;
    /* Of P@k and R@k. */
    size_t k;
    double threshold;
    /* A lower micro F1 gives EXIT_NEGATIVE. */
    double min_f1;
    bool json;
} label_report;

/* Measures and prints. Returns an exit code. */
int report_labels(const label_report *report);

#endif
