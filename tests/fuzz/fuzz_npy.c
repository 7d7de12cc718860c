/* Fuzz target: any bytes as an .npy array of rows, pickles included. Unlike fuzz_npz it need not
 * get past a checksum. */
#include "fuzz.h"

#include "npy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sn_cursor cursor = sn_cursor_over(data, size);
    sn_npy_header header;
    sn_sequences rows = {0};
    if (sn_npy_read_header(&header, &cursor, "fuzz", NULL) == SEQNET_OK)
        (void)sn_npy_read_rows(&rows, &header, &cursor, "fuzz", NULL);
    sn_sequences_free(&rows);
    return 0;
}
