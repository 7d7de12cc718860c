/*
 * A classifier of fastText as a model: an embedding with a row for each word and each bucket of
 * hashed n-grams, the mean of a text's rows, and a dense layer without a bias for the labels. The
 * text rule fasttext-1 says which rows a text has. Row 0 is that of no word, which the mean leaves
 * out; row i + 1 is row i of the input matrix.
 *
 * What fastText adds when it prints is not in the model: 0.00001 to each probability; and with
 * -loss ova and ns the logistic function from a table of 512 steps, which differs by up to 0.008.
 */
#ifndef SN_FASTTEXT_IMPORT_H
#define SN_FASTTEXT_IMPORT_H

#include <seqnet/import.h>

#include "model.h"

/* Reads a model from a file of fastText's, as seqnet_import does. With -loss ova and ns each label
 * has a probability of its own: the model gives a row any number of labels. What cannot be
 * represented is SEQNET_ERR_MODEL with a sentence that names it: quantised files, -loss hs, vectors
 * without a classifier. Damaged files are SEQNET_ERR_MODEL, too. SEQNET_ERR_USAGE for options that
 * say what the file says. SEQNET_ERR_MEMORY. *model is NULL then. */
seqnet_status sn_fasttext_import(seqnet_model **model, const char *path,
                                 const seqnet_import_options *options, seqnet_error *err);

/* The same from the bytes of a file. Error sentences name `place`. */
seqnet_status sn_fasttext_import_bytes(seqnet_model **model, const void *bytes, size_t size,
                                       const char *place, seqnet_error *err);

#endif
