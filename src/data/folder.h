/*
 * Folders of texts, one file each: LABEL/NAME.txt, or SPLIT/LABEL/NAME.txt as in aclImdb, where a
 * split is train, test, or one of val, valid, validation and dev. Left out are hidden files, other
 * files than .txt (and .txt.gz), files beside the labels (urls_pos.txt), and `unsup`, aclImdb's
 * reviews without a label. Folders and files come in the order of their names' bytes, the splits in
 * the order in which they stand here, with validation as the last.
 */
#ifndef SN_FOLDER_H
#define SN_FOLDER_H

#include "source.h"

bool sn_folder_recognise(const char *path);

/* Opens a folder, whose path must outlive the source. Its texts belong to `part`, but where that is
 * SEQNET_TRAIN and the folder has splits, to the parts that these name. A folder without any text
 * is SEQNET_ERR_DATA at its end. */
seqnet_status sn_folder_open(sn_source **source, seqnet_part part, const char *path,
                             seqnet_error *err);

#endif
