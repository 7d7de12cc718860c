/* A Keras model as a model of seqnet's: what seqnet_import (seqnet/import.h) does with files of
 * Keras's weights. */
#ifndef SN_KERAS_IMPORT_H
#define SN_KERAS_IMPORT_H

#include <seqnet/import.h>

/* See seqnet_import. */
seqnet_status sn_keras_import(seqnet_model **model, const char *path,
                              const seqnet_import_options *options, seqnet_error *err);

#endif
