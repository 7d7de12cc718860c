/*
 * Models as files of Keras: `.h5` as Keras 2 writes it and both load, `.keras` of Keras 3, and an
 * `.npz` of arrays in the order of get_weights(). Configuration and arrays are made here, and read
 * back for a comparison; the files themselves are in keras_files.
 *
 * What Keras cannot say of a model lies beside the weights in the same file (SN_WEIGHTS_EXTRAS):
 * how rows are padded and cut, how texts become ids, words and labels. A temperature is multiplied
 * into the last layer.
 */
#ifndef SN_KERAS_EXPORT_H
#define SN_KERAS_EXPORT_H

#include <seqnet/export.h>

#include "samples.h"

/* As formats.h says. SEQNET_ERR_USAGE with a sentence that names what Keras cannot compute. */
seqnet_status sn_keras_export_h5(const seqnet_model *model, const seqnet_export_options *options,
                                 sn_buffer *bytes, seqnet_error *err);
seqnet_status sn_keras_export_keras(const seqnet_model *model, const seqnet_export_options *options,
                                    sn_buffer *bytes, seqnet_error *err);
seqnet_status sn_keras_export_npz(const seqnet_model *model, const seqnet_export_options *options,
                                  sn_buffer *bytes, seqnet_error *err);

/* Reads a file of any of the three back, compares its arrays with the model's bit by bit, and
 * scores the samples with a network that is made of the file's configuration and arrays alone, on
 * padded rows. */
seqnet_status sn_keras_export_score(const seqnet_model *model, const sn_buffer *bytes,
                                    const sn_samples *samples, double *probabilities, size_t *rows,
                                    seqnet_error *err);

#endif
