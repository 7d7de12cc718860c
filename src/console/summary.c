#include "summary.h"

#include "figures.h"

static const char THIN[] = "_________________________________________________________________";
static const char THICK[] = "=================================================================";

/* Prints a size as Keras does, "1.25 MB", with units of 1024. */
static void print_size(FILE *out, double bytes)
{
    static const char *const units[] = {"B", "KB", "MB", "GB", "TB"};
    size_t unit = 0;
    for (; bytes >= 1024.0 && unit < 4; unit++)
        bytes /= 1024.0;
    fprintf(out, "%.2f %s", bytes, units[unit]);
}

/* Writes a layer's name and type; returns their length. */
static int write_title(char title[80], seqnet_layer_info layer)
{
    return snprintf(title, 80, "%s (%s)", layer.name, layer.type);
}

static int title_width(const seqnet_model *model)
{
    char title[80];
    int width = 27;
    for (size_t i = 0; i < seqnet_model_layer_count(model); i++) {
        const int length = write_title(title, seqnet_model_layer(model, i));
        width = length > width ? length : width;
    }
    return width;
}

static void print_layer(FILE *out, seqnet_layer_info layer, int width)
{
    char title[80], shape[80], parameters[GROUPED_NUMBER];
    (void)write_title(title, layer);
    if (layer.time)
        (void)snprintf(shape, sizeof shape, "(None, %zu, %zu)", layer.time, layer.features);
    else
        (void)snprintf(shape, sizeof shape, "(None, %zu)", layer.features);
    fprintf(out, " %-*s %-25s %s\n", width, title, shape, grouped(layer.parameters, parameters));
}

void print_summary(FILE *out, const seqnet_model *model)
{
    char total[GROUPED_NUMBER];
    const size_t parameters = seqnet_model_parameters(model);
    const int width = title_width(model);
    fprintf(out, "Model: \"sequential\"\n%s\n %-*s %-25s %s\n%s\n", THIN, width, "Layer (type)",
            "Output Shape", "Param #", THICK);
    for (size_t i = 0; i < seqnet_model_layer_count(model); i++)
        print_layer(out, seqnet_model_layer(model, i), width);
    fprintf(out, "%s\nTotal params: %s (", THICK, grouped(parameters, total));
    print_size(out, (double)parameters * sizeof(float));
    fputs(")\n", out);
}
