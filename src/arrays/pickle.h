/*
 * A reader for the pickles that NumPy writes for object arrays of integer rows, protocols 2 to 5.
 * It does not read pickles in general: it knows the opcodes in such files and a short list of
 * globals, which it interprets itself. It refuses any other global and never calls anything. How it
 * works is in pickle_machine.h.
 */
#ifndef SN_PICKLE_H
#define SN_PICKLE_H

#include "cursor.h"
#include "sequences.h"

/* Reads one pickled array from the cursor and appends its `count` rows, with label 0, to `rows`.
 * `place` (file and member) begins error sentences. SEQNET_ERR_DATA for anything malformed, an id
 * outside 0 to SN_MAX_ID, or another number of rows. */
seqnet_status sn_pickle_read_rows(sn_sequences *rows, sn_cursor *cursor, size_t count,
                                  const char *place, seqnet_error *err);

#endif
