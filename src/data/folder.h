/*
 * Folders of texts, one file each: LABEL/NAME.txt, or SPLIT/LABEL/NAME.txt as in aclImdb, where a
 * split is train, test, or one of val, valid, validation and dev. Left out are hidden files, other
 * files than .txt (and .txt.gz), files beside the labels (urls_pos.txt), and `unsup`, aclImdb's
 * reviews without a label. Folders and files are taken in the order of their names' bytes.
 */
#ifndef SN_FOLDER_H
#define SN_FOLDER_H

#include "corpus.h"

bool sn_folder_recognise(const char *path);

/* Reads a folder into a part; one with splits into the parts they name, for which `part` must be
 * SEQNET_TRAIN. */
seqnet_status sn_folder_read(sn_corpus *corpus, seqnet_part part, const char *path,
                             const sn_label_map *map, seqnet_error *err);

#endif
