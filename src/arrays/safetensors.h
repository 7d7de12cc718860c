/*
 * The safetensors container: 8 bytes of header length (little-endian), a JSON header, then raw
 * little-endian tensors. The header maps names to {dtype, shape, data_offsets} and may hold a
 * __metadata__ object of strings. The tensors cover the data without holes or overlaps. The writer
 * pads the header with spaces so that the data begins at a multiple of 64. Which tensors and
 * strings a model has is in model/model_file.c.
 */
#ifndef SN_SAFETENSORS_H
#define SN_SAFETENSORS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include <seqnet/output.h>

#include "file.h"

enum { SN_ST_MAX_RANK = 8 };

typedef struct sn_st_tensor {
    const char *name;
    /* "F64", "U64", "F32", "I32", "U32", "BF16", "U16", "U8" or "I8". */
    const char *dtype;
    size_t rank;
    size_t shape[SN_ST_MAX_RANK];
    const uint8_t *data;
    /* The bytes of the data. */
    size_t size;
    /* Writes these bytes where they do not lie in `data`; NULL: they do. */
    seqnet_status (*write)(const void *user, seqnet_output *output, seqnet_error *err);
    const void *user;
} sn_st_tensor;

/* An opened file. Its pointers lead into the header or into the bytes, which must outlive it. */
typedef struct sn_safetensors {
    cJSON *header;
    /* An object of strings, or NULL. */
    const cJSON *metadata;
    /* The tensors, in the order of their data. */
    sn_st_tensor *tensors;
    size_t count;
} sn_safetensors;

/* A metadata string and its key. */
typedef struct sn_st_text {
    const char *key, *text;
} sn_st_text;

/* The contents of a file that is to be written. */
typedef struct sn_st_contents {
    const sn_st_text *metadata;
    size_t metadata_count;
    const sn_st_tensor *tensors;
    size_t tensor_count;
} sn_st_contents;

/* Writes the bytes of a file to `output`, which stays open. */
seqnet_status sn_safetensors_write(const sn_st_contents *contents, seqnet_output *output,
                                   seqnet_error *err);

/* Parses and checks a file's header; `place` (its path) begins error sentences. SEQNET_ERR_MODEL,
 * SEQNET_ERR_MEMORY. */
seqnet_status sn_safetensors_open(sn_safetensors *file, const sn_bytes *bytes, const char *place,
                                  seqnet_error *err);

/* Does the same for bytes that hold the header alone; the file then has no tensors. */
seqnet_status sn_safetensors_open_header(sn_safetensors *file, const sn_bytes *bytes,
                                         const char *place, seqnet_error *err);

/* Returns the offset at which a file's header ends; `start` holds the first bytes of the file, at
 * least 8. 0 when these bytes begin no header. */
size_t sn_safetensors_header_end(const uint8_t *start, size_t size);

/* Whether `path` is a regular file with this metadata string under the key. Reads the header alone:
 * the tensors may be large. */
bool sn_safetensors_tells(const char *path, const char *key, const char *text);

void sn_safetensors_close(sn_safetensors *file);

/* The tensor with a name, or NULL. */
const sn_st_tensor *sn_safetensors_find(const sn_safetensors *file, const char *name);

/* The metadata string with a key, or NULL. */
const char *sn_safetensors_metadata(const sn_safetensors *file, const char *key);

#endif
