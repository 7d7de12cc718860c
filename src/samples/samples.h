/*
 * Samples: texts that are made of a model's words, or rows of ids where it has none, and what the
 * model says of them. Whatever is written for other programs is compared on them. The same model
 * has the same samples everywhere.
 */
#ifndef SN_SAMPLES_H
#define SN_SAMPLES_H

#include "buffer.h"
#include "model.h"
#include "sequences.h"

typedef struct sn_samples {
    size_t count;
    /* The rows have texts; else only ids. */
    bool has_texts;
    /* Text i is text.bytes[starts[i]] .. text.bytes[starts[i + 1] - 1]. */
    sn_buffer text;
    size_t *starts;
    /* The ids of each row, its start id included, neither cut nor padded. */
    sn_sequences ids;
    /* [count, labels]: the probability of each label */
    double *probabilities;
    size_t labels;
} sn_samples;

/* Makes the samples of a model. The caller frees them, whatever the result. SEQNET_ERR_MEMORY. */
seqnet_status sn_samples_make(sn_samples *samples, const seqnet_model *model, seqnet_error *err);

void sn_samples_free(sn_samples *samples);

/* The text of a row, not NUL-terminated. */
static inline const char *sn_samples_text(const sn_samples *samples, size_t row, size_t *length)
{
    *length = samples->starts[row + 1] - samples->starts[row];
    return samples->text.bytes + samples->starts[row];
}

#endif
