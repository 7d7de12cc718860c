/* The options of loading: defaults, ranges, and which do not go with which data. An option that
 * would do nothing is an error, so that nobody relies on it. */
#ifndef SN_DATASET_OPTIONS_H
#define SN_DATASET_OPTIONS_H

#include "dataset.h"

/* What num_words is for ids when nothing is asked for, as in Keras's tutorial. */
enum { SN_IDS_NUM_WORDS = 10000 };

/* For data with parts and labels of its own: an .npz, a generated corpus. `place` starts the
 * sentence; SEQNET_ERR_USAGE, here and below. */
seqnet_status sn_check_divided_options(const char *place, const seqnet_dataset_options *options,
                                       seqnet_error *err);

/* For a prepared file, which is loaded; where a model encodes its rows, the words are the model's.
 */
seqnet_status sn_check_prepared_options(const seqnet_dataset *dataset,
                                        const seqnet_dataset_options *options, bool is_fixed,
                                        seqnet_error *err);

/* For data that holds ids. */
seqnet_status sn_check_ids_options(const char *place, const seqnet_word_options *options,
                                   seqnet_error *err);

/* For a folder, whose files are whole texts. */
seqnet_status sn_check_folder_options(const char *place, const seqnet_reader_options *options,
                                      seqnet_error *err);

#endif
