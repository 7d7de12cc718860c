/* From which probability on answers are right as often as somebody needs: a function of the curve
 * of held-out rows alone. */
#include <math.h>

#include <seqnet/held_out.h>

#include "banned.h"

/* The lower end of Wilson's interval of `right` out of `kept` at z standard errors. */
static double wilson_low(const seqnet_abstain_point *point, double z)
{
    const double n = (double)point->kept, p = (double)point->right / n;
    const double spread = z * sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n));
    return (p + z * z / (2.0 * n) - spread) / (1.0 + z * z / n);
}

const seqnet_abstain_point *seqnet_held_out_precise(const seqnet_held_out *held_out,
                                                    double precision,
                                                    const seqnet_abstain_point **best)
{
    const seqnet_abstain_point *closest = NULL;
    double highest = -1.0;
    for (size_t i = 0; i < held_out->points; i++) {
        const seqnet_abstain_point *const point = &held_out->curve[i];
        const double low = wilson_low(point, 1.0);
        if (low >= precision)
            return point;
        if (low > highest) {
            highest = low;
            closest = point;
        }
    }
    if (best)
        *best = closest;
    return NULL;
}
