/*
 * Names of labels in files: lists, JSON, NumPy arrays and pickles, recognised by their content.
 * Pickles are interpreted by arrays/pickle_machine.h, which runs nothing.
 */
#ifndef SN_LABEL_NAMES_H
#define SN_LABEL_NAMES_H

#include <stddef.h>

#include "status.h"

/* Bytes of what is said of a file, with the NUL. */
enum { SN_LABELS_FORM = 64 };

/* The names of a model's labels in the order of its outputs. */
typedef struct sn_label_names {
    /* `count` strings; the struct owns all of them. */
    char **names;
    size_t count;
    /* What the file is: "a LabelEncoder's classes". */
    char form[SN_LABELS_FORM];
} sn_label_names;

/* Reads names of labels: a list of lines ("negative", "0 negative"), JSON (["neg", "pos"],
 * {"0": "neg"}, {"neg": 0}), a pickled LabelEncoder, LabelBinarizer, MultiLabelBinarizer, list,
 * dictionary or array, or a NumPy array of text. SEQNET_ERR_MODEL. */
seqnet_status sn_label_names_read(sn_label_names *labels, const char *path, seqnet_error *err);

/* Does the same with the bytes of a file. */
seqnet_status sn_label_names_parse(sn_label_names *labels, const void *bytes, size_t size,
                                   const char *path, seqnet_error *err);

void sn_label_names_free(sn_label_names *labels);

#endif
