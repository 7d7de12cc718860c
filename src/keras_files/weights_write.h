/*
 * Writes files of Keras's weights (weights.h), each of which weights_file.h reads. The assets of a
 * file become members of the archive, or attributes of the root of an `.h5`, which Keras leaves
 * alone: there "labels.txt" is called "labels.txt", too.
 */
#ifndef SN_WEIGHTS_WRITE_H
#define SN_WEIGHTS_WRITE_H

#include "buffer.h"
#include "weights.h"

/* Appends an `.h5` as Keras 2 writes it, of a file whose layout is BY_LAYER. SEQNET_ERR_USAGE for
 * an asset that is too long for an attribute, or without libhdf5; SEQNET_ERR_MEMORY. */
seqnet_status sn_weights_write_h5(sn_buffer *bytes, const sn_weights_file *file, seqnet_error *err);

/* Appends a `.keras` archive as Keras 3 writes it, of a file whose layout is BY_PATH. The same
 * errors. */
seqnet_status sn_weights_write_keras(sn_buffer *bytes, const sn_weights_file *file,
                                     seqnet_error *err);

/* Appends an `.npz`, with the configuration as the member config.json. SEQNET_ERR_MEMORY. */
seqnet_status sn_weights_write_npz(sn_buffer *bytes, const sn_weights_file *file,
                                   seqnet_error *err);

#endif
