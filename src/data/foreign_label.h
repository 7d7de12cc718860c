/* Labels of records that are none of those that are known beforehand, such as a model's. */
#ifndef SN_FOREIGN_LABEL_H
#define SN_FOREIGN_LABEL_H

#include <seqnet/dataset.h>

#include "status.h"
#include "string_set.h"

/* Counts a label in reading->foreign_rows and, when it is not among those that were met before, in
 * what follows there. SEQNET_ERR_MEMORY. */
seqnet_status sn_foreign_label_count(sn_string_set *met, seqnet_reading *reading, const char *label,
                                     size_t length, seqnet_error *err);

/* Fails with SEQNET_ERR_DATA and a sentence that begins with the place, names the known labels,
 * which are `labels_of` somebody, "the model's", and says what can be done. SEQNET_ERR_MEMORY. */
seqnet_status sn_foreign_label_refuse(const sn_string_set *known, const char *labels_of,
                                      const char *place, const char *label, size_t length,
                                      seqnet_error *err);

#endif
