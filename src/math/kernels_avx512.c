/* The kernels for AVX-512 (F and DQ): Skylake-X (2017) and Zen 4 (2022) or newer. */
#define SN_KERNELS      sn_kernels_avx512
#define SN_KERNELS_NAME "AVX-512"
#include "kernels_impl.h"

#include "banned.h"
