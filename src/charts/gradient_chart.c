#include "gradient_chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "model_names.h"

/* Whether another model's file has the same name, in another folder. */
static bool is_ambiguous(const gradient_curves *curves, size_t count, const char *path)
{
    for (size_t i = 0; i < count; i++)
        if (share_file_name(path, curves[i].model))
            return true;
    return false;
}

static bool fill_names(curves_chart *made, const gradient_curves *curves, size_t count,
                       const char *title, const char *const *names)
{
    for (size_t i = 0; i < count; i++) {
        const char *const path = curves[i].model;
        made->names[i] =
            make_model_name(names ? names[i] : NULL, path, is_ambiguous(curves, count, path), "");
        if (!made->names[i])
            return false;
    }
    made->title = strdup(title ? title : "The loss's gradient by timestep");
    made->chart.title = made->title;
    made->chart.names = (const char *const *)made->names;
    return made->title != NULL;
}

static void fill_panel(curves_chart *made, const gradient_curves *curves, size_t count)
{
    for (size_t i = 0; i < count; i++)
        made->series[i] = (chart_series){.line = i,
                                         .x = curves[i].steps,
                                         .y = curves[i].norms,
                                         .count = curves[i].time,
                                         .marked = NO_MARK};
    made->panels[0] = (chart_panel){.x = {.title = "timesteps before the last",
                                          .is_whole = true,
                                          .least = (double)NAN,
                                          .most = (double)NAN},
                                    .y = {.title = "norm of the gradient",
                                          .scale = SCALE_LOG10,
                                          .least = (double)NAN,
                                          .most = (double)NAN},
                                    .series = made->series,
                                    .series_count = count};
    made->chart.panel_count = 1;
}

seqnet_status make_gradient_chart(curves_chart *made, const gradient_curves *curves, size_t count,
                                  const char *title, const char *const *names, seqnet_error *err)
{
    *made = (curves_chart){.chart = {.panels = made->panels, .line_count = count}};
    made->series = calloc(count, sizeof *made->series);
    made->names = calloc(count, sizeof *made->names);
    if (!made->series || !made->names || !fill_names(made, curves, count, title, names)) {
        free_curves_chart(made);
        return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for the chart");
    }
    fill_panel(made, curves, count);
    return SEQNET_OK;
}
