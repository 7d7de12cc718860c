#include "formats.h"

#include <stddef.h>

#include "keras_export.h"
#include "onnx_export.h"

#include "banned.h"

#define NOT_YET "no version of seqnet writes them yet"

static const sn_export_format FORMATS[] = {
    [SEQNET_EXPORT_ONNX] = {.ending = ".onnx",
                            .title = "ONNX files",
#ifdef SEQNET_HAVE_ONNX
                            .write = sn_onnx_write,
                            .score = sn_onnx_score,
                            .tolerance = {1e-4}
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
    [SEQNET_EXPORT_C] = {.ending = ".c", .title = "C files", .missing = NOT_YET},
};
enum { FORMAT_COUNT = sizeof FORMATS / sizeof *FORMATS };

const sn_export_format *sn_export_format_of(seqnet_export_format format)
{
    return format > SEQNET_EXPORT_AUTO && (size_t)format < FORMAT_COUNT ? &FORMATS[format] : NULL;
}
