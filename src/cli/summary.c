#include "summary.h"

#include "terminal.h"

static const char THIN[] = "_________________________________________________________________";
static const char THICK[] = "=================================================================";

/* Keras counts in 1024s: "1.25 MB". */
static void print_size(FILE *out, double bytes)
{
    static const char *const units[] = {"B", "KB", "MB", "GB", "TB"};
    size_t unit = 0;
    for (; bytes >= 1024.0 && unit < 4; unit++)
        bytes /= 1024.0;
    fprintf(out, "%.2f %s", bytes, units[unit]);
}

static void print_layer(FILE *out, seqnet_layer_info layer)
{
    char title[80], shape[80], parameters[GROUPED_NUMBER];
    (void)snprintf(title, sizeof title, "%s (%s)", layer.name, layer.type);
    if (layer.time)
        (void)snprintf(shape, sizeof shape, "(None, %zu, %zu)", layer.time, layer.features);
    else
        (void)snprintf(shape, sizeof shape, "(None, %zu)", layer.features);
    fprintf(out, " %-27s %-25s %s\n", title, shape, grouped(layer.parameters, parameters));
}

void print_summary(FILE *out, const seqnet_model *model)
{
    char total[GROUPED_NUMBER];
    const size_t parameters = seqnet_model_parameters(model);
    fprintf(out, "Model: \"sequential\"\n%s\n %-27s %-25s %s\n%s\n", THIN, "Layer (type)",
            "Output Shape", "Param #", THICK);
    for (size_t i = 0; i < seqnet_model_layer_count(model); i++)
        print_layer(out, seqnet_model_layer(model, i));
    fprintf(out, "%s\nTotal params: %s (", THICK, grouped(parameters, total));
    print_size(out, (double)parameters * sizeof(float));
    fputs(")\n", out);
}
