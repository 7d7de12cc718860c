/* A measurement as text for people, and as one JSON object. */
#ifndef EVALUATION_EVALUATION_REPORT_H
#define EVALUATION_EVALUATION_REPORT_H

#include "measured.h"
#include "mistakes.h"

typedef struct report_options {
    /* The whole confusion matrix, and all labels in the order of the model, however many. */
    bool matrix;
    /* Mistakes that are listed; 0: none. */
    size_t mistakes;
} report_options;

/* Print on standard output. Of many labels, text has the worst ones and the pairs that are confused
 * most. `list` are the mistakes, of which options->mistakes are shown. SEQNET_ERR_MEMORY. */
seqnet_status print_evaluation_text(const measured *m, const report_options *options,
                                    const mistake *list, size_t count, seqnet_error *err);
seqnet_status print_evaluation_json(const measured *m, const report_options *options,
                                    const mistake *list, size_t count, seqnet_error *err);

#endif
