/*
 * Whether a BLAS multiplies rightly: builds are known that do not, on some processors or for some
 * shapes. A product of each kind that layers ask for is compared with plain loops.
 */
#ifndef SN_BLAS_CHECK_H
#define SN_BLAS_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "gemm_plain.h"

/* Returns whether `product` is right in every case. The operands are whole numbers, and so small
 * that every sum of products is one below 2^24, which a float holds exactly: however the terms are
 * ordered, split or fused, the result has no rounding error at all (IEEE 754-2019, 4.3 and 5.1),
 * and is compared for equality. Operands have up to ten bits, more than a bfloat16 has, so that a
 * product in a lower precision shows. Where one is wrong, writes its shape to *failure: "4x128x32"
 * is M x N x K. Without 400 kB for the operands nothing is compared, and no training follows. */
bool sn_blas_check(sn_gemm_function *product, char *failure, size_t room);

#endif
