/*
 * The word vectors of a model in fastText's text form: a line with their number and dimension, then
 * a line for each word, with its numbers behind it. fastText (-pretrainedVectors), gensim and
 * seqnet train --vectors read it. Numbers have as many digits as give the same bits again.
 */
#ifndef SN_VEC_FILE_H
#define SN_VEC_FILE_H

#include "buffer.h"
#include "model.h"

/* Appends the file to `bytes`. SEQNET_ERR_USAGE for a model that has no word vectors, or words with
 * blanks in them, which no reader of such files could tell from numbers; SEQNET_ERR_MEMORY. */
seqnet_status sn_vec_file_write(const seqnet_model *model, sn_buffer *bytes, seqnet_error *err);

/* Reads the file back: SEQNET_ERR_MODEL unless each word has the same vector to the bit.
 * SEQNET_ERR_MEMORY. */
seqnet_status sn_vec_file_check(const seqnet_model *model, const sn_buffer *bytes,
                                seqnet_error *err);

#endif
