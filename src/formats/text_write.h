/*
 * Labelled texts on their way out: one file in CSV, TSV, JSON Lines or fastText, plain or gzip
 * (text_write.c), or a folder with a file for each text (folder_write.c). Arrays of ids are written
 * by npz_write.h; what a row's text and label are, the caller knows.
 */
#ifndef SN_TEXT_WRITE_H
#define SN_TEXT_WRITE_H

#include <seqnet/dataset.h>
#include <seqnet/reader.h>

#include "status.h"

/* A file of labelled texts in progress. */
typedef struct sn_text_output sn_text_output;

/* Starts `path` in a format other than AUTO and LINES; gzip when its name ends in .gz. */
seqnet_status sn_text_output_open(sn_text_output **output, const char *path, seqnet_format format,
                                  seqnet_error *err);

/* Writes one record. fastText has one line for each, so that line ends in the text become blanks;
 * its labels are words, so that their blanks become underscores; a word of the text that would be
 * read as a label loses its first underscore. JSON is UTF-8: what is invalid in the text becomes
 * U+FFFD. */
seqnet_status sn_text_output_add(sn_text_output *output, const char *text, size_t length,
                                 const char *label, seqnet_error *err);

/* Puts the file in place and frees `output`, whatever the result; see seqnet_output_commit. */
seqnet_status sn_text_output_commit(sn_text_output *output, bool *replaced, seqnet_error *err);

/* Drops what was written; NULL is fine. */
void sn_text_output_discard(sn_text_output *output);

/* A new folder of texts in progress, PART/LABEL/ROW.txt: it gets its name when it is whole. */
typedef struct sn_folder_output sn_folder_output;

/* Starts a folder `path`, which must not exist. Slashes at its end do not count. */
seqnet_status sn_folder_output_open(sn_folder_output **output, const char *path, seqnet_error *err);

/* Writes one text. The label must be usable as a folder's name. */
seqnet_status sn_folder_output_add(sn_folder_output *output, seqnet_part part, size_t row,
                                   const char *text, size_t length, const char *label,
                                   seqnet_error *err);

/* Puts the folder in place and frees `output`; on failure nothing is left of it. */
seqnet_status sn_folder_output_commit(sn_folder_output *output, seqnet_error *err);

/* Drops what was written; NULL is fine. */
void sn_folder_output_discard(sn_folder_output *output);

#endif
