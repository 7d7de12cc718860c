/* A clock for measuring. */
#ifndef SN_CLOCK_H
#define SN_CLOCK_H

#include <time.h>

/* Seconds from some moment on; never goes back. */
static inline double sn_clock(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

#endif
