/*
 * Prepared files: a dataset as `seqnet prepare` writes it and training maps it, so that rows that
 * are larger than the memory are read when they are used. It is a safetensors file whose metadata
 * hold the labels, the text rule, how words became ids, and what a model remembers of its data; the
 * tensors are, for each GROUP of rows there is ("fitted": training rows with the validation rows
 * behind them, "test", "unlabeled"),
 *
 *     GROUP.offsets       U64 [rows + 1]   row i has the ids offsets[i] .. offsets[i + 1] - 1
 *     GROUP.text_offsets  U64 [rows + 1]   the same of the bytes of texts, where they were kept
 *     GROUP.labels        I32 [rows]       class indexes, or numbers of sets
 *     GROUP.weights       F32 [rows]       where rows have weights
 *     GROUP.ids           U16 or I32       U16 where all ids fit
 *     GROUP.texts         U8
 *
 * and vocabulary (U8, a word a line), sets.offsets (U64) and sets.labels (I32) of rows with any
 * number of labels. Wider elements come first, so that all are aligned.
 */
#ifndef SN_PREPARED_H
#define SN_PREPARED_H

#include "load.h"

/* What is in both the writer's and the reader's mind. */
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
