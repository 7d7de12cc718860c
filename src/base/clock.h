/* A clock for measuring how long things take. It tells nothing about dates. */
#ifndef SN_CLOCK_H
#define SN_CLOCK_H

#include <time.h>

/* Seconds since some moment in the past; the value never goes back. */
static inline double sn_clock(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

#endif
