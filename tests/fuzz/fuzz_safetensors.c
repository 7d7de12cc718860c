/* Fuzz target: any bytes as a safetensors container. */
#include "fuzz.h"

#include "safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const sn_bytes bytes = {.data = data, .size = size};
    sn_safetensors file;
    if (sn_safetensors_open(&file, &bytes, "fuzz", NULL) == SEQNET_OK)
        sn_safetensors_close(&file);
    return 0;
}
