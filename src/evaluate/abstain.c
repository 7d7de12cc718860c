/* From which probability on answers are right as often as somebody needs: a function of the curve
 * of held-out rows alone. */
#include <seqnet/held_out.h>

#include "paired.h"

#include "banned.h"

const seqnet_abstain_point *seqnet_held_out_precise(const seqnet_held_out *held_out,
                                                    double precision,
                                                    const seqnet_abstain_point **best)
{
    const seqnet_abstain_point *closest = NULL;
    double highest = -1.0;
    for (size_t i = 0; i < held_out->points; i++) {
        const seqnet_abstain_point *const point = &held_out->curve[i];
        const double low = sn_wilson_interval(point->right, point->kept, 1.0).low;
        if (low > highest) {
            highest = low;
            closest = point;
        }
        if (low >= precision)
            break;
    }
    if (best)
        *best = closest;
    return highest >= precision ? closest : NULL;
}
