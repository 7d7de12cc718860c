#include "schedule.h"

#include <math.h>

#include "scalar.h"

#include "banned.h"

sn_schedule sn_schedule_make(seqnet_schedule kind, double warmup, uint64_t total)
{
    const double steps = warmup < 1.0 ? round(warmup * (double)total) : warmup;
    return (sn_schedule){.kind = kind, .warmup = (uint64_t)steps, .total = total};
}

/* How much of what follows the warm-up is over, from 0 to 1. */
static double progress(const sn_schedule *schedule, uint64_t s)
{
    if (s >= schedule->total)
        return 1.0;
    return (double)(s - schedule->warmup) / (double)(schedule->total - schedule->warmup);
}

double sn_schedule_share(const sn_schedule *schedule, uint64_t s)
{
    static const double pi = 3.14159265358979323846;
    if (s < schedule->warmup)
        return (double)s / (double)schedule->warmup;
    switch (schedule->kind) {
    case SEQNET_SCHEDULE_CONSTANT:
        return 1.0;
    case SEQNET_SCHEDULE_LINEAR:
        return 1.0 - progress(schedule, s);
    case SEQNET_SCHEDULE_COSINE:
        return (1.0 + sn_scalar_cos(pi * progress(schedule, s))) / 2.0;
    }
    return 1.0;
}
