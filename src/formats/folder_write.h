/* A new folder of texts in progress, PART/LABEL/ROW.txt: it gets its name when it is whole. */
#ifndef SN_FOLDER_WRITE_H
#define SN_FOLDER_WRITE_H

#include <seqnet/dataset.h>

#include "status.h"

typedef struct sn_folder_output sn_folder_output;

/* Starts a folder `path`, which must not be there yet. Slashes at its end do not count. */
seqnet_status sn_folder_output_open(sn_folder_output **output, const char *path, seqnet_error *err);

/* Writes one text. The label must be good for a folder's name. */
seqnet_status sn_folder_output_add(sn_folder_output *output, seqnet_part part, size_t row,
                                   const char *text, size_t length, const char *label,
                                   seqnet_error *err);

/* Puts the folder in place and frees `output`; on failure nothing is left of it. */
seqnet_status sn_folder_output_commit(sn_folder_output *output, seqnet_error *err);

/* Drops what was written; NULL is fine. */
void sn_folder_output_discard(sn_folder_output *output);

#endif
