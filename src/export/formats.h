/*
 * The formats of export, as one table. A format is a room of its own below this one: a function
 * that writes a model as bytes, and one that reads these bytes back and scores the samples with
 * them, in a way that depends on seqnet's engine as little as the format allows.
 *
 * To add a format: write its room, give it a value in seqnet/export.h and a row in formats.c, and a
 * word in console/words.c.
 */
#ifndef SN_FORMATS_H
#define SN_FORMATS_H

#include <seqnet/export.h>

#include "samples.h"

typedef struct sn_export_format {
    /* ".onnx" */
    const char *ending;
    /* What sentences call it: "ONNX". */
    const char *title;
    /* What this build lacks, and the packages that add it; NULL: nothing. */
    const char *missing;
    /* The format stores weights as options->quantize says. */
    bool quantizes;
    /* Appends the file to `bytes`. SEQNET_ERR_USAGE, with a sentence that names the layer and a
     * remedy, for what the format cannot hold. */
    seqnet_status (*write)(const seqnet_model *model, const seqnet_export_options *options,
                           sn_buffer *bytes, seqnet_error *err);
    /* Reads the file back and sets probabilities[samples->count, samples->labels] to what it says
     * of the samples. *rows is samples->count; a function that cannot run the file here sets it to
     * 0. SEQNET_ERR_MODEL when the bytes are not what the format says. */
    seqnet_status (*score)(const seqnet_model *model, const sn_buffer *bytes,
                           const sn_samples *samples, double *probabilities, size_t *rows,
                           seqnet_error *err);
    /* The largest difference of a probability that is due to rounding, by seqnet_quantize. */
    double tolerance[3];
} sn_export_format;

/* NULL for SEQNET_EXPORT_AUTO. */
const sn_export_format *sn_export_format_of(seqnet_export_format format);

#endif
