/*
 * What a file is, told by its first bytes: the one step through which every text, record, vector,
 * vocabulary and model passes on its way in, so that no other kind of file is taken for text. How
 * text is decoded is in decoder.h.
 */
#ifndef SN_FILE_KIND_H
#define SN_FILE_KIND_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"

typedef enum sn_file_class {
    /* Text, as far as the bytes tell. */
    SN_FILE_TEXT,
    /* Text that is hardly meant as data: a web page, RTF. */
    SN_FILE_MARKED_TEXT,
    /* Text that stands for a file: a Git LFS pointer. */
    SN_FILE_POINTER,
    /* An archive of NumPy arrays. */
    SN_FILE_NPZ,
    /* A safetensors file, as seqnet's models are. */
    SN_FILE_SAFETENSORS,
    /* A safetensors file of rows, as seqnet prepare writes it. */
    SN_FILE_ROWS,
    /* A model of another program, or the kind of file that such models are: seqnet import knows
       more. */
    SN_FILE_MODEL,
    /* Any other kind that is no text. */
    SN_FILE_BINARY,
    /* No kind that is known, and no text: perhaps in another encoding. */
    SN_FILE_UNKNOWN
} sn_file_class;

typedef struct sn_file_kind {
    sn_file_class class;
    /* "is an Excel workbook"; empty for text. */
    char fact[160];
    /* What to do about it: "save it as CSV UTF-8, or ..."; empty for text. */
    char remedy[400];
} sn_file_kind;

/* So many first bytes tell every kind. With fewer, some kinds are taken for text. */
enum { SN_FILE_KIND_BYTES = 1024 };

/* Finds the kind of a file that begins with these bytes, without gzip around them. `place` is its
 * path or "standard input", for the remedy. UTF-16 and UTF-32 without a byte order mark are binary
 * data here: see sn_encoding_guess of decoder.h. */
sn_file_kind sn_file_kind_of(const void *bytes, size_t size, const char *place);

/* The value of "format" in the metadata of a file of rows, which stands first there. */
#define SN_ROWS_FORMAT "seqnet-rows"

/* Whether the bytes are compressed with gzip, which sn_file_kind_of calls gzip within gzip. */
bool sn_is_gzip(const void *bytes, size_t size);

/* Whether there are control characters that texts hardly have, such as NULs. */
bool sn_has_control(const void *bytes, size_t size);

/* The error "PLACE: fact; remedy" for a file that is not of the kind that is needed. */
seqnet_status sn_file_kind_fail(const sn_file_kind *kind, const char *place, seqnet_status status,
                                seqnet_error *err);

#endif
