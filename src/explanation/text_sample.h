/* Texts of DATA, as many as are asked for, drawn at random, the same ones in every run. */
#ifndef EXPLANATION_TEXT_SAMPLE_H
#define EXPLANATION_TEXT_SAMPLE_H

#include <seqnet/seqnet.h>

#include "data_options.h"

/* Zeroed but for `limit` it is empty. */
typedef struct text_sample {
    /* The most texts, 0 for all. */
    size_t limit;
    /* [count] */
    struct sampled_text *texts;
    size_t count, capacity;
    /* Of all texts that were met. */
    size_t met;
    /* Texts with a higher rank are left out. */
    uint64_t bound;
} text_sample;

typedef struct sampled_text {
    /* Random; the lowest ones are kept. */
    uint64_t rank;
    /* Owned. */
    char *text;
    size_t length;
} sampled_text;

/* Draws from the records of a file, or from all rows of other DATA, which is loaded for the model.
 * Labels are not looked at. The caller frees the sample, whatever the result. */
seqnet_status draw_texts(text_sample *sample, const char *path, const data_options *data,
                         const seqnet_model *model, seqnet_error *err);

void free_sample(text_sample *sample);

#endif
