#include "gradient_table.h"

#include <stdio.h>
#include <string.h>

#include <seqnet/json.h>

#include "curves_table.h"
#include "figures.h"
#include "json_line.h"
#include "recognise.h"

void print_gradient_table(const gradient_curves *curves, size_t count, char delimiter)
{
    char number[EXACT_NUMBER];
    puts(delimiter == ',' ? GRADIENT_COLUMNS(",") : GRADIENT_COLUMNS("\t"));
    for (size_t m = 0; m < count; m++)
        for (size_t k = 0; k < curves[m].time; k++) {
            print_model_field(curves[m].model, delimiter);
            printf("%c%zu%c%zu%c%s\n", delimiter, k, delimiter, curves[m].time - k, delimiter,
                   exact_number(curves[m].norms[k], number));
        }
}

static void add_model(seqnet_json *json, struct cJSON *models, const gradient_curves *curves)
{
    struct cJSON *const model = seqnet_json_object(json, models, NULL);
    const size_t steps = steps_to_thousandth(curves);
    seqnet_json_string(json, model, "model", curves->model);
    seqnet_json_string(json, model, "layer", curves->layer);
    seqnet_json_string(json, model, "data", curves->data);
    seqnet_json_string(json, model, "part", seqnet_part_name(curves->part));
    seqnet_json_number(json, model, "rows", (double)curves->rows);
    if (steps < curves->time)
        seqnet_json_number(json, model, "steps_to_thousandth", (double)steps);
    else
        seqnet_json_null(json, model, "steps_to_thousandth");
    struct cJSON *const gradients = seqnet_json_list(json, model, "gradients");
    for (size_t k = 0; k < curves->time; k++)
        seqnet_json_number(json, gradients, NULL, curves->norms[k]);
}

int print_gradient_json(const gradient_curves *curves, size_t count)
{
    seqnet_json json = seqnet_json_begin_object();
    struct cJSON *const models = seqnet_json_list(&json, json.root, "models");
    for (size_t m = 0; m < count; m++)
        add_model(&json, models, &curves[m]);
    return print_json_line(&json);
}
