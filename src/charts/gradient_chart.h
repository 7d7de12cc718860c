/* The norms of gradients as a chart: one panel, a line for each model, from the last timestep on
 * the left back to the first one on the right. */
#ifndef CHARTS_GRADIENT_CHART_H
#define CHARTS_GRADIENT_CHART_H

#include "curves_chart.h"
#include "gradient_curves.h"

/* Makes the chart of count >= 1 models, whose numbers it borrows; free_curves_chart frees it.
 * `title` and `names`, [count], may be NULL for names that follow from the paths. A norm of 0 is a
 * gap in the line. SEQNET_ERR_MEMORY, with nothing to free. */
seqnet_status make_gradient_chart(curves_chart *made, const gradient_curves *curves, size_t count,
                                  const char *title, const char *const *names, seqnet_error *err);

#endif
