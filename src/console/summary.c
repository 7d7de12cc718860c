#include "summary.h"

#include <stdbool.h>

#include "figures.h"
#include "terminal.h"

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

/* Whether a layer takes another output than that of the layer before it. */
static bool branches(const seqnet_model *model)
{
    for (size_t i = 1; i < seqnet_model_layer_count(model); i++)
        if (seqnet_model_layer(model, i).input_count > 1 ||
            seqnet_model_layer_input(model, i, 0) + 1 != i)
            return true;
    return false;
}

/* Prints the names of the layers that a layer takes, as the last column. */
static void print_inputs(FILE *out, const seqnet_model *model, size_t index)
{
    const size_t count = seqnet_model_layer(model, index).input_count;
    for (size_t i = 0; i < count; i++) {
        const size_t input = seqnet_model_layer_input(model, index, i);
        fprintf(out, "%s%s", i ? ", " : "", seqnet_model_layer(model, input).name);
    }
}

static void print_layer(FILE *out, const seqnet_model *model, size_t index, int width)
{
    char title[80], shape[80], parameters[GROUPED_NUMBER];
    const seqnet_layer_info layer = seqnet_model_layer(model, index);
    (void)write_title(title, layer);
    if (layer.time)
        (void)snprintf(shape, sizeof shape, "(None, %zu, %zu)", layer.time, layer.features);
    else
        (void)snprintf(shape, sizeof shape, "(None, %zu)", layer.features);
    fprintf(out, " %-*s %-25s ", width, title, shape);
    (void)grouped(layer.parameters, parameters);
    if (branches(model) && layer.input_count) {
        fprintf(out, "%-12s ", parameters);
        print_inputs(out, model, index);
        fputc('\n', out);
    } else {
        fprintf(out, "%s\n", parameters);
    }
}

static void print_ngrams(FILE *out, const seqnet_ngram_info *ngrams)
{
    char count[GROUPED_NUMBER];
    fprintf(out, "N-grams: %s of 1 to %zu words", grouped(ngrams->count, count), ngrams->words);
    if (ngrams->characters)
        fprintf(out, " and 1 to %zu characters", ngrams->characters);
    fprintf(out, "; shares svm %.3f, nb %.3f, network %.3f\n", ngrams->svm_share, ngrams->nb_share,
            ngrams->network_share);
}

static void print_layers(FILE *out, const seqnet_model *model)
{
    char total[GROUPED_NUMBER];
    const bool is_sequential = !branches(model);
    const size_t parameters = seqnet_model_parameters(model);
    const int width = title_width(model);
    fprintf(out, "Model: \"%s\"\n%s\n %-*s %-25s %s\n%s\n",
            is_sequential ? "sequential" : "functional", THIN, width, "Layer (type)",
            "Output Shape", is_sequential ? "Param #" : "Param #      Connected to", THICK);
    for (size_t i = 0; i < seqnet_model_layer_count(model); i++)
        print_layer(out, model, i, width);
    fprintf(out, "%s\nTotal params: %s (", THICK, grouped(parameters, total));
    print_size(out, (double)parameters * sizeof(float));
    fputs(")\n", out);
}

void print_summary(FILE *out, const seqnet_model *model)
{
    const seqnet_ngram_info ngrams = seqnet_model_ngrams(model);
    if (seqnet_model_layer_count(model))
        print_layers(out, model);
    if (ngrams.words)
        print_ngrams(out, &ngrams);
}

void print_labels(FILE *out, const seqnet_dataset *dataset, seqnet_part part, bool shares)
{
    enum { MANY = 12, SHOWN = 10 };
    char number[GROUPED_NUMBER];
    const size_t count = seqnet_dataset_label_count(dataset);
    const size_t shown = count > MANY ? SHOWN : count;
    for (size_t i = 0; i < shown; i++) {
        const size_t rows = seqnet_dataset_class_count(dataset, part, (int32_t)i);
        fputs(i ? ", " : "", out);
        put_text(out, seqnet_dataset_label_name(dataset, (int32_t)i));
        if (shares)
            fprintf(out, " %s (%.1f %%)", grouped(rows, number),
                    percent(rows, seqnet_dataset_count(dataset, part)));
        else
            fprintf(out, " %zu", rows);
    }
    if (shown < count)
        fprintf(out, ", ... and %zu more", count - shown);
}
