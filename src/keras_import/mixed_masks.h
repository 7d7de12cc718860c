/* Joins of a sequence whose timesteps are masked with one whose are not. */
#ifndef SN_MIXED_MASKS_H
#define SN_MIXED_MASKS_H

#include "translate.h"

/* Refuses such a join where a layer behind it looks at masks: versions of Keras differ in what is
 * masked then. Concatenate masks what one of its inputs masks, or, in later versions, nothing; the
 * sums of Keras 2 mask it, and those of Keras 3 nothing, as the network does. The network was made
 * of the translation's layers. SEQNET_ERR_MODEL. */
seqnet_status sn_keras_check_masks(const sn_translation *t, const sn_network *network,
                                   seqnet_error *err);

#endif
