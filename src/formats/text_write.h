/* Writing labelled texts: CSV, TSV, JSON Lines, fastText, plain or gzip; or a folder of files. */
#ifndef SN_TEXT_WRITE_H
#define SN_TEXT_WRITE_H

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

#endif
