#include "formats.h"

#include <stddef.h>

#include "banned.h"

#define NOT_YET "no version of seqnet writes them yet"

static const sn_export_format FORMATS[] = {
    [SEQNET_EXPORT_ONNX] = {.ending = ".onnx", .title = "ONNX files", .missing = NOT_YET},
    [SEQNET_EXPORT_KERAS] = {.ending = ".keras", .title = "Keras archives", .missing = NOT_YET},
    [SEQNET_EXPORT_H5] = {.ending = ".h5", .title = "Keras HDF5 files", .missing = NOT_YET},
    [SEQNET_EXPORT_NPZ] = {.ending = ".npz", .title = "NumPy archives", .missing = NOT_YET},
    [SEQNET_EXPORT_C] = {.ending = ".c", .title = "C files", .missing = NOT_YET},
};
enum { FORMAT_COUNT = sizeof FORMATS / sizeof *FORMATS };

const sn_export_format *sn_export_format_of(seqnet_export_format format)
{
    return format > SEQNET_EXPORT_AUTO && (size_t)format < FORMAT_COUNT ? &FORMATS[format] : NULL;
}
