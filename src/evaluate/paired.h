/* Intervals of shares at any width; at 95 % they are in seqnet/metrics.h. */
#ifndef SN_PAIRED_H
#define SN_PAIRED_H

#include <seqnet/metrics.h>

/* Wilson's interval of a share, `successes` of n, at z standard errors; 0 to 1 for n = 0. */
seqnet_interval sn_wilson_interval(size_t successes, size_t n, double z);

#endif
