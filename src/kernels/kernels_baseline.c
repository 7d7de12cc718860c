/* The kernels for every machine of the architecture. */
#define SN_VECTOR_BYTES 16
#define SN_KERNELS      SN_TABLE(baseline)
#if defined(__x86_64__)
#define SN_KERNELS_NAME "x86-64 SSE2"
#elif defined(__aarch64__)
#define SN_KERNELS_NAME "arm64 NEON"
#else
#define SN_KERNELS_NAME "plain C"
#endif
#include "kernels_impl.h"

#include "banned.h"
