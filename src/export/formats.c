#include "formats.h"

#include <stddef.h>

#include "c_export.h"
#include "keras_export.h"
#include "onnx_export.h"
#include "vec_file.h"

#include "banned.h"

static seqnet_status write_vec(const seqnet_model *model, const seqnet_export_options *options,
                               sn_buffer *bytes, seqnet_error *err)
{
    (void)options;
    return sn_vec_file_write(model, bytes, err);
}

/* Vectors say nothing of texts, but they must be the model's. */
static seqnet_status check_vec(const seqnet_model *model, const sn_buffer *bytes,
                               const sn_samples *samples, double *probabilities, size_t *rows,
                               seqnet_error *err)
{
    (void)samples;
    (void)probabilities;
    *rows = 0;
    return sn_vec_file_check(model, bytes, err);
}

static const sn_export_format FORMATS[] = {
    [SEQNET_EXPORT_ONNX] = {.ending = ".onnx",
                            .title = "ONNX files",
#ifdef SEQNET_HAVE_ONNX
                            .write = sn_onnx_write,
                            .score = sn_onnx_score,
                            .tolerance = {1e-4}
#elif defined SEQNET_ONNX_IS_OFF
                            .missing = "this seqnet was built without ONNX (SEQNET_ONNX is off)"
#else
                            .missing = "this seqnet was built without protobuf-c; install "
                                       "libprotobuf-c-dev, protobuf-c-compiler and libonnx-dev, "
                                       "and build it again"
#endif
    },
    [SEQNET_EXPORT_KERAS] = {.ending = ".keras",
                             .title = "Keras archives",
                             .write = sn_keras_export_keras,
                             .score = sn_keras_export_score,
                             .tolerance = {1e-4}},
    [SEQNET_EXPORT_H5] = {.ending = ".h5",
                          .title = "Keras HDF5 files",
                          .write = sn_keras_export_h5,
                          .score = sn_keras_export_score,
                          .tolerance = {1e-4}},
    [SEQNET_EXPORT_NPZ] = {.ending = ".npz",
                           .title = "NumPy archives",
                           .write = sn_keras_export_npz,
                           .score = sn_keras_export_score,
                           .tolerance = {1e-4}},
    [SEQNET_EXPORT_C] = {.ending = ".c",
                         .title = "C files",
                         .quantizes = true,
                         .write = sn_c_export_write,
                         .score = sn_c_export_score,
                         .describe = sn_c_export_describe,
                         .tolerance = {1e-5, 0.02, 0.25}},
    [SEQNET_EXPORT_VEC] = {.ending = ".vec",
                           .title = "Files of word vectors",
                           .write = write_vec,
                           .score = check_vec},
};
enum { FORMAT_COUNT = sizeof FORMATS / sizeof *FORMATS };

const sn_export_format *sn_export_format_of(seqnet_export_format format)
{
    return format > SEQNET_EXPORT_AUTO && (size_t)format < FORMAT_COUNT ? &FORMATS[format] : NULL;
}
