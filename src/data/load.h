/* The ways of loading, each in a file of its own; load.c chooses one. */
#ifndef SN_LOAD_H
#define SN_LOAD_H

#include "dataset.h"
#include "generated.h"
#include "stream.h"

/* load_archive.c: ids from an .npz. The stream is closed. */
seqnet_status sn_load_archive(seqnet_dataset *dataset, const char *data, sn_byte_stream *stream,
                              const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                              seqnet_error *err);

/* The word index that is named, or else the one that belongs to `data`, if any. */
seqnet_status sn_load_word_index(seqnet_dataset *dataset, const char *data, const char *named,
                                 seqnet_error *err);

/* load_texts.c: texts from a file, whose stream is closed, or, without a stream, from a folder. */
seqnet_status sn_load_texts(seqnet_dataset *dataset, const char *data, sn_byte_stream *stream,
                            const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                            seqnet_error *err);

/* A generated corpus. */
seqnet_status sn_load_generated(seqnet_dataset *dataset, const sn_generated_corpus *generator,
                                const char *name, const seqnet_dataset_options *options,
                                const sn_fixed_words *fixed, seqnet_error *err);

/* Divides the dataset's texts, and makes them rows of ids. */
seqnet_status sn_load_corpus(seqnet_dataset *dataset, const seqnet_dataset_options *options,
                             const sn_fixed_words *fixed, seqnet_error *err);

/* encode_corpus.c: gives the dataset its vocabulary, unless a model has one, and the texts of the
 * corpus as ids. */
seqnet_status sn_encode_corpus(seqnet_dataset *dataset, const sn_corpus *corpus,
                               const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                               seqnet_text_rule by_default, seqnet_error *err);

/* The groups of rows of a prepared file, "fitted", "test" and "unlabeled", and its version. */
enum { SN_PREPARED_GROUPS = 3 };
extern const char *const sn_prepared_groups[SN_PREPARED_GROUPS];
#define SN_PREPARED_VERSION "1"

/* Whether a path is that of a prepared file. */
bool sn_prepared_recognise(const char *path);

/* prepared_read.c: maps a prepared file. A model's rows are encoded anew from the texts where the
 * file is not the data that the model was trained on. SEQNET_ERR_DATA for a file that is damaged or
 * lacks what is needed, SEQNET_ERR_USAGE for options whose time was when the file was prepared. */
seqnet_status sn_load_prepared(seqnet_dataset *dataset, const char *path,
                               const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                               seqnet_error *err);

#endif
