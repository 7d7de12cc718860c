#include "pad.h"

#include <string.h>

#include "banned.h"

void sn_pad(int32_t *padded, size_t maxlen, const int32_t *ids, size_t length, seqnet_side padding,
            seqnet_side truncating)
{
    const int32_t *const kept = sn_truncate(ids, &length, maxlen, truncating);
    const size_t pads = maxlen - length;
    int32_t *const row = padding == SEQNET_PRE ? padded + pads : padded;
    int32_t *const fill = padding == SEQNET_PRE ? padded : padded + length;
    memset(fill, 0, pads * sizeof *fill);
    if (length)
        memcpy(row, kept, length * sizeof *row);
}
