/* An image as the text of a C file, and back. */
#ifndef SN_C_EMIT_H
#define SN_C_EMIT_H

#include "image.h"

/* Appends the file. What it declares begins with `name`, a C identifier. SEQNET_ERR_MEMORY. */
seqnet_status sn_c_emit(const sn_c_image *image, const char *name, sn_buffer *to,
                        seqnet_error *err);

/* The arrays alone. */
seqnet_status sn_c_emit_array(const sn_c_image *image, const sn_c_array *array, sn_buffer *to,
                              seqnet_error *err);

/* Reads an array in a file, NUL-terminated, and compares it with that of the image; false when it
 * is missing or differs. */
bool sn_c_emit_matches(const sn_c_array *array, const char *text);

/* Writes a float as C has it, without rounding it and without a decimal point, which depends on the
 * locale; returns the text. */
enum { SN_C_FLOAT_TEXT = 32 };
const char *sn_c_float(float x, char text[SN_C_FLOAT_TEXT]);

/* Bytes of the workspace, and of all constants, in the exported program. */
size_t sn_c_workspace_bytes(const sn_c_image *image);
size_t sn_c_constant_bytes(const sn_c_image *image);

/* What stands before these figures, and before the word for the weights, in a file's head. */
#define SN_C_CONSTANTS "Constants (flash): "
#define SN_C_WORKSPACE "Workspace (RAM): "
#define SN_C_WEIGHTS   "weights as "

/* How the file stores weights: "float32", "float16" or "int8". */
const char *sn_c_quantize_word(seqnet_quantize quantize);

#endif
