/*
 * A model as a file that other programs run. What is written is compared with the model first: the
 * file is read back and scores sample texts, or rows of ids where the model has no vocabulary.
 */
#ifndef SEQNET_EXPORT_H
#define SEQNET_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

#include <seqnet/model.h>
#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef enum seqnet_export_format {
    /* What the ending of the path says. */
    SEQNET_EXPORT_AUTO = 0,
    /* .onnx: an ONNX graph from ids to probabilities */
    SEQNET_EXPORT_ONNX = 1,
    /* .keras: Keras 3's archive */
    SEQNET_EXPORT_KERAS = 2,
    /* .h5: Keras's HDF5 file */
    SEQNET_EXPORT_H5 = 3,
    /* .npz: the weights as NumPy arrays, in Keras's order */
    SEQNET_EXPORT_NPZ = 4,
    /* .c: one C99 file with weights, words and a function that predicts */
    SEQNET_EXPORT_C = 5,
    /* .vec: the word vectors, in fastText's text form */
    SEQNET_EXPORT_VEC = 6
} seqnet_export_format;

/* How weights are stored, by formats that offer a choice. */
typedef enum seqnet_quantize {
    /* float32, as they are */
    SEQNET_QUANTIZE_NONE = 0,
    SEQNET_QUANTIZE_FLOAT16 = 1,
    SEQNET_QUANTIZE_INT8 = 2
} seqnet_quantize;

/* Zeroed options are the defaults. */
typedef struct seqnet_export_options {
    seqnet_export_format output_format;
    /* Of SEQNET_EXPORT_C alone. */
    seqnet_quantize quantize;
    /* Of SEQNET_EXPORT_C alone: what the names in the file begin with, a C identifier; NULL:
     * "seqnet". Borrowed during the call. */
    const char *name;
} seqnet_export_options;

/* What was written, and how it compares. */
typedef struct seqnet_export_report {
    /* Never SEQNET_EXPORT_AUTO. */
    seqnet_export_format format;
    /* The size of the file. */
    size_t bytes;
    /* The sample rows on which it was compared, and the largest difference of a probability; 0
     * rows: the format cannot be run here. */
    size_t rows;
    double difference;
    /* The rows were texts, not ids. */
    bool has_texts;
    /* Of SEQNET_EXPORT_C, else 0: bytes of the program's constants, which need no RAM, without its
     * code; and of the workspace that it needs. */
    size_t constants, workspace;
    /* There was an older file. */
    bool replaced;
} seqnet_export_report;

/* The format that the ending of a path stands for; SEQNET_EXPORT_AUTO: none. */
seqnet_export_format seqnet_export_format_of(const char *path);

/* The ending of a format's files, ".onnx"; NULL for SEQNET_EXPORT_AUTO. The string is static. */
const char *seqnet_export_ending(seqnet_export_format format);

/* Writes the model to `path`, atomically (see output.h), when it agrees with seqnet. `report` may
 * be NULL. SEQNET_ERR_USAGE when no format is named, when the model has something that the format
 * cannot hold, or when this build lacks the format; SEQNET_ERR_MODEL when the file does not agree;
 * SEQNET_ERR_WRITE. */
seqnet_status seqnet_export(const seqnet_model *model, const char *path,
                            const seqnet_export_options *options, seqnet_export_report *report,
                            seqnet_error *err);

/* The same in memory: *bytes becomes report->bytes bytes, which the caller frees with free(); NULL
 * on failure. options->output_format must name a format. */
seqnet_status seqnet_export_bytes(const seqnet_model *model, char **bytes,
                                  const seqnet_export_options *options,
                                  seqnet_export_report *report, seqnet_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
