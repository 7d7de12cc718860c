#include "protobuf.h"

#include <protobuf-c/protobuf-c.h>
#include <pthread.h>
#include <stdbool.h>

#include "module.h"

#include "banned.h"

/* The functions that messages call (scripts/cmake/protobuf.cmake lists them, too). */
#define FUNCTIONS(X) X(free_unpacked) X(get_packed_size) X(pack) X(pack_to_buffer) X(unpack)

#define SLOT(name)        __typeof__(protobuf_c_message_##name) *name;
#define NAME(name)        "protobuf_c_message_" #name,
#define FUNCTION(name)    protobuf_c_message_##name,
#define DECLARATION(name) __typeof__(protobuf_c_message_##name) sn_protobuf_message_##name;

typedef struct functions {
    FUNCTIONS(SLOT)
} functions;

#ifdef SEQNET_STATIC

static const functions library = {FUNCTIONS(FUNCTION)};

seqnet_status sn_protobuf_open(seqnet_error *err)
{
    (void)err;
    return SEQNET_OK;
}

#else

static functions library;
static bool is_open;
static char problem[256];

static void open_once(void)
{
    static const char *const names[] = {FUNCTIONS(NAME)};
    is_open = sn_library_open(SEQNET_PROTOBUF_C, names, sizeof names / sizeof *names, &library,
                              problem, sizeof problem);
}

seqnet_status sn_protobuf_open(seqnet_error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, open_once);
    return is_open ? SEQNET_OK
                   : sn_fail(err, SEQNET_ERR_USAGE, "ONNX files need protobuf-c: %s; install it",
                             problem);
}

#endif

FUNCTIONS(DECLARATION)

void sn_protobuf_message_free_unpacked(ProtobufCMessage *message, ProtobufCAllocator *allocator)
{
    library.free_unpacked(message, allocator);
}

size_t sn_protobuf_message_get_packed_size(const ProtobufCMessage *message)
{
    return library.get_packed_size(message);
}

size_t sn_protobuf_message_pack(const ProtobufCMessage *message, uint8_t *out)
{
    return library.pack(message, out);
}

size_t sn_protobuf_message_pack_to_buffer(const ProtobufCMessage *message, ProtobufCBuffer *buffer)
{
    return library.pack_to_buffer(message, buffer);
}

ProtobufCMessage *sn_protobuf_message_unpack(const ProtobufCMessageDescriptor *descriptor,
                                             ProtobufCAllocator *allocator, size_t length,
                                             const uint8_t *bytes)
{
    return library.unpack(descriptor, allocator, length, bytes);
}
