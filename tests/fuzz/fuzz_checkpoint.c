/* Fuzz target: any bytes as a checkpoint, and any text as the identity of a run. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "checkpoint.h"
#include "run_identity.h"

static void compare(const uint8_t *data, size_t size)
{
    char *const text = calloc(size + 1, 1);
    if (!text)
        abort();
    if (size)
        memcpy(text, data, size);
    (void)sn_run_compare(text, "{\".epochs\":\"3\",\"rows\":\"a\"}", "fuzz", NULL);
    (void)sn_run_has_epochs(text, 3);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const sn_bytes bytes = {.data = data, .size = size};
    sn_stored_array *arrays;
    sn_checkpoint_texts texts;
    size_t count, sum = 0;
    if (sn_checkpoint_parse(&bytes, &arrays, &count, &texts, "fuzz", NULL) == SEQNET_OK)
        for (size_t i = 0; i < count; i++)
            for (size_t k = 0; k < arrays[i].count * sn_array_type_size(arrays[i].type); k++)
                sum += arrays[i].bytes[k];
    free(arrays);
    sn_checkpoint_texts_free(&texts);
    compare(data, size);
    return sum == (size_t)-1;
}
