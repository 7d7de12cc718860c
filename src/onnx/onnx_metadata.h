/*
 * What an ONNX file says of a model beside the graph, as pairs of texts:
 *
 *     seqnet_version, fingerprint   of the program and of the model
 *     labels                        JSON: a list of names, in the order of the probabilities
 *     maxlen, padding, truncating   numbers and "pre" or "post"; the graph knows them
 *     text_rule                     how texts become words (text/text_rule.h)
 *     vocabulary                    a word a line; the one of line i, from 1, has the rank i
 *                                   (a newline in a word is U+2424, bytes that are no UTF-8 U+FFFD)
 *     index_from                    the id of a word is its rank plus this number,
 *     num_words                     if that is below this one;
 *     skip_top                      and not below this one; else it is
 *     oov_char                      this one, -1 meaning that the word is dropped
 *     start_char                    the first id of a row; -1: rows have none
 *     multi_label, threshold        of a model that gives any number of labels: "true", and the
 *                                   least probability of one
 *     abstain_below                 the model gives no answer that is less probable; absent: it
 *                                   always answers
 *     config                        all of the configuration, as model files have it (JSON)
 */
#ifndef SN_ONNX_METADATA_H
#define SN_ONNX_METADATA_H

#include "model.h"

/* Takes a pair; both texts are valid during the call. */
typedef void sn_onnx_pair(void *user, const char *key, const char *value);

/* Calls `pair` for each. SEQNET_ERR_MEMORY. */
seqnet_status sn_onnx_metadata(const seqnet_model *model, sn_onnx_pair *pair, void *user,
                               seqnet_error *err);

#endif
