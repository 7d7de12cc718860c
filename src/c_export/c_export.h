/*
 * Models as one C99 file without dependencies: weights, words and functions that predict
 * (image.h, emit.c). The format `c` of seqnet/export.h.
 */
#ifndef SN_C_EXPORT_H
#define SN_C_EXPORT_H

#include <seqnet/export.h>

#include "samples.h"

/* The functions of a format: see formats.h. */
seqnet_status sn_c_export_write(const seqnet_model *model, const seqnet_export_options *options,
                                sn_buffer *bytes, seqnet_error *err);
seqnet_status sn_c_export_score(const seqnet_model *model, const sn_buffer *bytes,
                                const sn_samples *samples, double *probabilities, size_t *rows,
                                seqnet_error *err);

/* Sets the report's constants and workspace. */
void sn_c_export_describe(const sn_buffer *bytes, seqnet_export_report *report);

#endif
