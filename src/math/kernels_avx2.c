/* The kernels for AVX2 with FMA: Haswell (2013) and Zen (2017) or newer. */
#define SN_KERNELS      sn_kernels_avx2
#define SN_KERNELS_NAME "AVX2"
#include "kernels_impl.h"

#include "banned.h"
