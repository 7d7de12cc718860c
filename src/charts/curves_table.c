#include "curves_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/json.h>
#include <seqnet/output.h>

#include "errors.h"
#include "figures.h"
#include "json_line.h"
#include "terminal.h"

static seqnet_status print_bytes(void *user, const char *bytes, size_t length, seqnet_error *err)
{
    (void)user, (void)err;
    (void)fwrite(bytes, 1, length, stdout);
    return SEQNET_OK;
}

void print_model_field(const char *model, char delimiter)
{
    char *text = NULL;
    size_t length = 0;
    FILE *const spelt = open_memstream(&text, &length);
    if (spelt) {
        put_text(spelt, model);
        fclose(spelt);
    }
    const char *const field = text ? text : "";
    (void)seqnet_write_csv_field(print_bytes, NULL, field, strlen(field), delimiter, NULL);
    free(text);
}

static void print_row(const learning_curves *curves, size_t index, char delimiter)
{
    char number[EXACT_NUMBER];
    print_model_field(curves->model, delimiter);
    for (curve_column c = 0; c < CURVE_COLUMNS; c++)
        printf("%c%s", delimiter, exact_number(curve_values(curves, c)[index], number));
    printf("%c%d\n", delimiter, is_kept(curves, index));
}

void print_curves_table(const learning_curves *curves, size_t count, char delimiter)
{
    fputs("model", stdout);
    for (curve_column c = 0; c < CURVE_COLUMNS; c++)
        printf("%c%s", delimiter, curve_column_name(c));
    printf("%ckept\n", delimiter);
    for (size_t m = 0; m < count; m++)
        for (size_t i = 0; i < curves[m].epochs; i++)
            print_row(&curves[m], i, delimiter);
}

static void add_epoch(seqnet_json *json, struct cJSON *list, const learning_curves *curves,
                      size_t index)
{
    struct cJSON *const epoch = seqnet_json_object(json, list, NULL);
    for (curve_column c = 0; c < CURVE_COLUMNS; c++) {
        const double number = curve_values(curves, c)[index];
        if (isnan(number))
            seqnet_json_null(json, epoch, curve_column_name(c));
        else
            seqnet_json_number(json, epoch, curve_column_name(c), number);
    }
}

int print_curves_json(const learning_curves *curves, size_t count)
{
    seqnet_json json = seqnet_json_begin_object();
    struct cJSON *const models = seqnet_json_list(&json, json.root, "models");
    for (size_t m = 0; m < count; m++) {
        struct cJSON *const model = seqnet_json_object(&json, models, NULL);
        seqnet_json_string(&json, model, "model", curves[m].model);
        seqnet_json_number(&json, model, "kept_epoch", (double)curves[m].kept);
        seqnet_json_number(&json, model, "refit_epochs", (double)curves[m].refit_epochs);
        struct cJSON *const epochs = seqnet_json_list(&json, model, "epochs");
        for (size_t i = 0; i < curves[m].epochs; i++)
            add_epoch(&json, epochs, &curves[m], i);
    }
    return print_json_line(&json);
}
