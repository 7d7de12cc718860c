#include "summary.h"

#include <stdbool.h>
#include <string.h>

#include "figures.h"
#include "table_cells.h"
#include "terminal.h"

/* Cells of the lines between the table's parts. */
enum { RULE = 65 };

/* How wide the table's columns are. */
typedef struct layout {
    /* A title has the type of its layer behind the name; the layers' inputs are a column. */
    bool has_types, has_inputs;
    size_t title, shape, width;
} layout;

/* Prints a size as Keras does, "1.25 MB", with units of 1024. */
static void print_size(FILE *out, double bytes)
{
    static const char *const units[] = {"B", "KB", "MB", "GB", "TB"};
    size_t unit = 0;
    for (; bytes >= 1024.0 && unit < 4; unit++)
        bytes /= 1024.0;
    fprintf(out, "%.2f %s", bytes, units[unit]);
}

enum { TITLE = 256, SHAPE = 80 };

/* Writes a layer's name, with its type if asked for; returns the buffer. */
static const char *write_title(char title[TITLE], seqnet_layer_info layer, bool has_type)
{
    if (has_type)
        (void)snprintf(title, TITLE, "%s (%s)", layer.name, layer.type);
    else
        (void)snprintf(title, TITLE, "%s", layer.name);
    return title;
}

static const char *write_shape(char shape[SHAPE], seqnet_layer_info layer)
{
    if (layer.time)
        (void)snprintf(shape, SHAPE, "(None, %zu, %zu)", layer.time, layer.features);
    else
        (void)snprintf(shape, SHAPE, "(None, %zu)", layer.features);
    return shape;
}

/* The cells of the longest title, at least those of the column's own. */
static size_t title_width(const seqnet_model *model, bool has_types)
{
    char title[TITLE];
    size_t widest = strlen(has_types ? "Layer (type)" : "Layer");
    for (size_t i = 0; i < seqnet_model_layer_count(model); i++) {
        const size_t width =
            display_width(write_title(title, seqnet_model_layer(model, i), has_types));
        widest = width > widest ? width : widest;
    }
    return widest;
}

static size_t shape_width(const seqnet_model *model)
{
    char shape[SHAPE];
    size_t widest = strlen("Output Shape");
    for (size_t i = 0; i < seqnet_model_layer_count(model); i++) {
        const size_t width = strlen(write_shape(shape, seqnet_model_layer(model, i)));
        widest = width > widest ? width : widest;
    }
    return widest;
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
        fputs(i ? ", " : "", out);
        put_text(out, seqnet_model_layer(model, input).name);
    }
}

/* The layout of Keras, or where that does not fit a narrower one. */
static layout choose_layout(const seqnet_model *model, size_t width)
{
    enum { KERAS_TITLE = 27, KERAS_SHAPE = 25, PARAMETERS = 12, NARROW_PARAMETERS = 10 };
    const bool has_branches = branches(model);
    const size_t title = title_width(model, true);
    layout l = {.has_types = true,
                .has_inputs = has_branches,
                .title = title > KERAS_TITLE ? title : KERAS_TITLE,
                .shape = KERAS_SHAPE,
                .width = width};
    if (width >= l.title + KERAS_SHAPE + 2 * PARAMETERS ||
        (!has_branches && width > RULE && width > l.title + KERAS_SHAPE + PARAMETERS))
        return l;
    l.has_inputs = false;
    l.shape = shape_width(model);
    l.title = title;
    l.has_types = width > l.title + l.shape + NARROW_PARAMETERS;
    l.title = l.has_types ? title : title_width(model, false);
    return l;
}

static void print_rule(FILE *out, char sign, const layout *l)
{
    for (size_t i = 0; i < RULE && i < l->width; i++)
        fputc(sign, out);
    fputc('\n', out);
}

/* Prints the first two columns of a row. What is too wide moves the rest, as ever. */
static void print_columns(FILE *out, const char *title, const char *shape, const layout *l)
{
    const size_t width = display_width(title);
    fputc(' ', out);
    put_cell(out, title, width > l->title ? width : l->title);
    fprintf(out, " %-*s ", (int)l->shape, shape);
}

static void print_layer(FILE *out, const seqnet_model *model, size_t index, const layout *l)
{
    char title[TITLE], shape[SHAPE], parameters[GROUPED_NUMBER];
    const seqnet_layer_info layer = seqnet_model_layer(model, index);
    print_columns(out, write_title(title, layer, l->has_types), write_shape(shape, layer), l);
    (void)grouped(layer.parameters, parameters);
    if (l->has_inputs && layer.input_count) {
        fprintf(out, "%-12s ", parameters);
        print_inputs(out, model, index);
        fputc('\n', out);
    } else {
        fprintf(out, "%s\n", parameters);
    }
}

static void print_ngrams(FILE *out, const seqnet_ngram_info *ngrams, size_t width)
{
    char count[GROUPED_NUMBER], characters[48] = "", text[200];
    if (ngrams->characters)
        (void)snprintf(characters, sizeof characters, " and 1 to %zu characters",
                       ngrams->characters);
    (void)snprintf(text, sizeof text,
                   "N-grams: %s of 1 to %zu words%s; shares svm %.3f, nb %.3f, network %.3f",
                   grouped(ngrams->count, count), ngrams->words, characters, ngrams->svm_share,
                   ngrams->nb_share, ngrams->network_share);
    put_wrapped(out, text, 0, width);
    fputc('\n', out);
}

static void print_layers(FILE *out, const seqnet_model *model, size_t width)
{
    char total[GROUPED_NUMBER];
    const size_t parameters = seqnet_model_parameters(model);
    const layout l = choose_layout(model, width);
    fprintf(out, "Model: \"%s\"\n", branches(model) ? "functional" : "sequential");
    print_rule(out, '_', &l);
    print_columns(out, l.has_types ? "Layer (type)" : "Layer", "Output Shape", &l);
    fputs(l.has_inputs ? "Param #      Connected to\n" : "Param #\n", out);
    print_rule(out, '=', &l);
    for (size_t i = 0; i < seqnet_model_layer_count(model); i++)
        print_layer(out, model, i, &l);
    print_rule(out, '=', &l);
    fprintf(out, "Total params: %s (", grouped(parameters, total));
    print_size(out, (double)parameters * sizeof(float));
    fputs(")\n", out);
}

void print_summary(FILE *out, const seqnet_model *model, size_t width)
{
    const seqnet_ngram_info ngrams = seqnet_model_ngrams(model);
    if (seqnet_model_layer_count(model))
        print_layers(out, model, width);
    if (ngrams.words)
        print_ngrams(out, &ngrams, width);
}

size_t shown_labels(size_t count)
{
    enum { MANY = 12, SHOWN = 10 };
    return count > MANY && !terminal.verbose ? SHOWN : count;
}

void print_shown(FILE *out, size_t count)
{
    const size_t shown = shown_labels(count);
    if (shown < count)
        fprintf(out, ", ... (%zu of %zu shown)", shown, count);
}

void print_labels(FILE *out, const seqnet_dataset *dataset, seqnet_part part, bool shares)
{
    char number[GROUPED_NUMBER];
    const size_t count = seqnet_dataset_label_count(dataset), shown = shown_labels(count);
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
    print_shown(out, count);
}
