/* Fuzz target: any bytes as an .npz archive. */
#include "fuzz.h"

#include "npz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const sn_bytes bytes = {.data = data, .size = size};
    sn_npz npz;
    if (sn_npz_read(&npz, &bytes, "fuzz", NULL) == SEQNET_OK)
        sn_npz_free(&npz);
    return 0;
}
