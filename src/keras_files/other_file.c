/* What is no file of Keras's weights, by its name. */
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "file_kind.h"
#include "weights_parts.h"

#include "banned.h"

#define EXPECTED   "expected what Keras saves (.keras, .h5, .weights.h5) or an .npz of get_weights()"
#define SAVE_AGAIN "load it in Keras and save it as MODEL.keras"

enum { SHOWN_BYTES = 16 };

/* A kind that bytes at one offset tell. */
typedef struct magic {
    size_t offset, length;
    const char *bytes, *fact, *remedy;
} magic;

#define MAGIC(OFFSET, BYTES, FACT, REMEDY)                                                         \
    {                                                                                              \
        .offset = (OFFSET), .bytes = (BYTES), .length = sizeof(BYTES) - 1, .fact = (FACT),         \
        .remedy = (REMEDY)                                                                         \
    }

static const magic MAGICS[] = {
    MAGIC(4, "TFL3", "is a TensorFlow Lite model", "import the Keras model that it was made of"),
    MAGIC(0, "\x1f\x8b", "is compressed with gzip", "unpack it: gunzip"),
    MAGIC(0, "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", "is a PyTorch file",
          "models of PyTorch are not read"),
};

/* Whether a protobuf begins as ONNX writes it: the version of its format, then its producer. */
static bool is_onnx(const sn_bytes *bytes, const char *path)
{
    enum { FIELD_1 = 0x08, FIELD_2 = 0x12, MOST = 32 };
    return sn_has_ending(path, ".onnx") ||
           (bytes->size > 4 && bytes->data[0] == FIELD_1 && bytes->data[1] > 0 &&
            bytes->data[1] < MOST && bytes->data[2] == FIELD_2);
}

/* Whether a file is a saved graph of TensorFlow or its variables, by their names. */
static bool is_tensorflow(const char *path)
{
    return sn_has_ending(path, ".pb") || sn_has_ending(path, ".index") ||
           sn_has_ending(path, ".data-00000-of-00001") || sn_has_ending(path, ".ckpt");
}

static bool begins_as_json(const sn_bytes *bytes)
{
    size_t at = 0;
    while (at < bytes->size && at < SHOWN_BYTES && strchr(" \t\r\n", bytes->data[at]) &&
           bytes->data[at])
        at++;
    return at < bytes->size && (bytes->data[at] == '{' || bytes->data[at] == '[');
}

static seqnet_status refuse(const char *path, const char *fact, const char *remedy,
                            seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_MODEL, "%s: %s; %s", sn_shown_path(path), fact, remedy);
}

/* Text: a pointer to a file, a web page, JSON, or something else. */
static seqnet_status refuse_text(const sn_bytes *bytes, const sn_file_kind *kind, const char *path,
                                 seqnet_error *err)
{
    if (kind->class != SN_FILE_TEXT)
        return refuse(path, kind->fact,
                      kind->class == SN_FILE_POINTER ? kind->remedy
                                                     : "fetch the model that it links to",
                      err);
    if (begins_as_json(bytes))
        return refuse(path, "is JSON, which holds a model's configuration at best, not its weights",
                      EXPECTED, err);
    return refuse(path, "is text, not a model", EXPECTED, err);
}

seqnet_status sn_weights_other_file(const sn_bytes *bytes, const char *path, seqnet_error *err)
{
    for (size_t i = 0; i < sizeof MAGICS / sizeof *MAGICS; i++) {
        const magic *const m = &MAGICS[i];
        if (bytes->size >= m->offset + m->length &&
            memcmp(bytes->data + m->offset, m->bytes, m->length) == 0)
            return refuse(path, m->fact, m->remedy, err);
    }
    const sn_file_kind kind = sn_file_kind_of(bytes->data, bytes->size, sn_shown_path(path));
    if (kind.class == SN_FILE_SAFETENSORS)
        return refuse(path, "is a safetensors file, which holds no layers of Keras",
                      "if seqnet has written it, it is ready for use: name it as the model", err);
    if (kind.class == SN_FILE_BINARY || kind.class == SN_FILE_MODEL)
        return refuse(path, kind.fact, EXPECTED, err);
    if (is_onnx(bytes, path))
        return refuse(path, "is an ONNX model", "import the Keras model that it was made of", err);
    if (is_tensorflow(path))
        return refuse(path, "is a part of what TensorFlow saves without Keras", SAVE_AGAIN, err);
    if (kind.class == SN_FILE_UNKNOWN)
        return refuse(path, "is binary data of an unknown kind, or cut off at its start", EXPECTED,
                      err);
    return refuse_text(bytes, &kind, path, err);
}

seqnet_status sn_weights_other_folder(const char *path, seqnet_error *err)
{
    char *graph;
    SN_TRY(sn_format(&graph, err, "%s/saved_model.pb", path));
    const bool is_graph = sn_file_exists(graph);
    free(graph);
    if (is_graph)
        return refuse(path, "is a SavedModel of TensorFlow, a graph without layers", SAVE_AGAIN,
                      err);
    return refuse(path, "is a folder", "name the model in it", err);
}
