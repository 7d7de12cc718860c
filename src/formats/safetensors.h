/*
 * The safetensors container: 8 bytes of header length (little-endian), a JSON header, then raw
 * little-endian tensors. The header maps names to {dtype, shape, data_offsets} and may hold a
 * __metadata__ object of strings. The tensors cover the data without holes or overlaps. We pad the
 * header with spaces so that the data starts at a multiple of 64.
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
    const char *dtype; /* "F32" or "U8" */
    size_t rank;
    size_t shape[SN_ST_MAX_RANK];
    const uint8_t *data;
    size_t size; /* bytes */
} sn_st_tensor;

/* An opened file. Everything points into the header or into the bytes, which must outlive it. */
typedef struct sn_safetensors {
    cJSON *header;
    const cJSON *metadata; /* an object of strings, or NULL */
    sn_st_tensor *tensors; /* in the order of their data */
    size_t count;
} sn_safetensors;

/* A metadata string and its key. */
typedef struct sn_st_text {
    const char *key, *text;
} sn_st_text;

/* What a file is made of. */
typedef struct sn_st_contents {
    const sn_st_text *metadata;
    size_t metadata_count;
    const sn_st_tensor *tensors;
    size_t tensor_count;
} sn_st_contents;

/* Writes a file: its bytes go to `output`, which stays open. */
seqnet_status sn_safetensors_write(const sn_st_contents *contents, seqnet_output *output,
                                   seqnet_error *err);

/* Parses and checks a file's header; `place` (its path) starts error sentences. SEQNET_ERR_MODEL,
 * SEQNET_ERR_MEMORY. */
seqnet_status sn_safetensors_open(sn_safetensors *file, const sn_bytes *bytes, const char *place,
                                  seqnet_error *err);

/* The same for a file of which only the header is there: it has no tensors then. */
seqnet_status sn_safetensors_open_header(sn_safetensors *file, const sn_bytes *bytes,
                                         const char *place, seqnet_error *err);

/* Where the header ends of a file that begins with these bytes, 8 or more; 0: nowhere. */
size_t sn_safetensors_header_end(const uint8_t *start, size_t size);

void sn_safetensors_close(sn_safetensors *file);

/* The tensor of that name, or NULL. */
const sn_st_tensor *sn_safetensors_find(const sn_safetensors *file, const char *name);

/* The metadata string of that key, or NULL. */
const char *sn_safetensors_metadata(const sn_safetensors *file, const char *key);

#endif
