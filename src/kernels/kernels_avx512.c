/* The kernels for AVX-512 (F and DQ): Skylake-X (2017) and Zen 4 (2022) or newer. */
#if !defined(__AVX512F__) || !defined(__AVX512DQ__)
#error "compile this file with -mavx512f -mavx512dq"
#endif
#define SN_VECTOR_BYTES 64
#define SN_KERNELS      SN_TABLE(avx512)
#define SN_KERNELS_NAME "AVX-512"
#include "kernels_impl.h"

#include "banned.h"
