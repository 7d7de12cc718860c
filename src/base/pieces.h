/* Dividing work into pieces of equal size, except the last. Threads that do pieces are in
 * system/pool.h. */
#ifndef SN_PIECES_H
#define SN_PIECES_H

#include <stddef.h>

/* The larger. */
static inline size_t sn_larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static inline size_t sn_smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many pieces of at most `size` things it takes for `count` things. */
static inline size_t sn_pieces(size_t count, size_t size)
{
    return (count + size - 1) / size;
}

#endif
