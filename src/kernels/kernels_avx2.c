/* The kernels for AVX2 with FMA: Haswell (2013) and Zen (2017) or newer. */
#if !defined(__AVX2__) || !defined(__FMA__)
#error "compile this file with -mavx2 -mfma"
#endif
#define SN_VECTOR_BYTES 32
#define SN_KERNELS      SN_TABLE(avx2)
#define SN_KERNELS_NAME "AVX2"
#include "kernels_impl.h"

#include "banned.h"
