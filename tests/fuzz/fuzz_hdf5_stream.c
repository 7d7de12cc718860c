/* Fuzz target: any bytes as what the process that reads HDF5 tells. */
#include "fuzz.h"

#include <string.h>

#include "hdf5_parse.h"

typedef struct input {
    const uint8_t *data;
    size_t left;
} input;

static ptrdiff_t take(void *user, void *data, size_t size)
{
    input *const in = user;
    const size_t part = in->left < size ? in->left : size;
    if (part > 0)
        memcpy(data, in->data, part);
    in->data += part;
    in->left -= part;
    return (ptrdiff_t)part;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input in = {.data = data, .left = size};
    sn_hdf5 tree = {0};
    sn_hdf5_end end;
    char fault[SN_HDF5_FAULT_SIZE];
    (void)sn_hdf5_parse(&tree, take, &in, 1 << 20, &end, fault, NULL);
    sn_hdf5_free(&tree);
    return 0;
}
