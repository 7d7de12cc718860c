#include "learning_curves.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>

#include "errors.h"

const char *curve_column_name(curve_column column)
{
    static const char *const names[CURVE_COLUMNS] = {
        [CURVE_EPOCH] = "epoch",     [CURVE_ACC] = "acc",           [CURVE_LOSS] = "loss",
        [CURVE_VAL_ACC] = "val_acc", [CURVE_VAL_LOSS] = "val_loss", [CURVE_SECONDS] = "seconds"};
    return names[column];
}

static double number_of(const cJSON *object, const char *key)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsNumber(item) ? item->valuedouble : (double)NAN;
}

/* A count of the record; 0 when it is missing or absurd. */
static size_t count_of(const cJSON *record, const char *key)
{
    const double number = number_of(record, key);
    return number >= 1.0 && number <= 1e9 ? (size_t)number : 0;
}

static void fill_curves(learning_curves *curves, const cJSON *history)
{
    const cJSON *epoch;
    size_t i = 0;
    cJSON_ArrayForEach(epoch, history)
    {
        for (curve_column c = 0; c < CURVE_COLUMNS; c++)
            curves->values[c * curves->epochs + i] = number_of(epoch, curve_column_name(c));
        i++;
    }
}

static seqnet_status no_memory(const char *model, seqnet_error *err)
{
    return FAIL(err, SEQNET_ERR_MEMORY, "%s: out of memory for the training record", model);
}

seqnet_status read_learning_curves(learning_curves *curves, const char *model,
                                   const char *record_json, seqnet_error *err)
{
    *curves = (learning_curves){.model = model};
    cJSON *const record = cJSON_Parse(record_json);
    if (!record)
        return no_memory(model, err);
    const cJSON *const history = cJSON_GetObjectItemCaseSensitive(record, "history");
    curves->epochs = (size_t)cJSON_GetArraySize(history);
    curves->kept = count_of(record, "kept_epoch");
    curves->refit_epochs = count_of(record, "refit_epochs");
    if (curves->epochs > 0) {
        curves->values = calloc(curves->epochs, CURVE_COLUMNS * sizeof *curves->values);
        if (curves->values)
            fill_curves(curves, history);
    }
    cJSON_Delete(record);
    return curves->epochs == 0 || curves->values ? SEQNET_OK : no_memory(model, err);
}

void free_learning_curves(learning_curves *curves)
{
    free(curves->values);
    curves->values = NULL;
}

const double *curve_values(const learning_curves *curves, curve_column column)
{
    return curves->values ? curves->values + column * curves->epochs : NULL;
}

bool has_curve(const learning_curves *curves, curve_column column)
{
    for (size_t i = 0; i < curves->epochs; i++)
        if (!isnan(curve_values(curves, column)[i]))
            return true;
    return false;
}

bool is_kept(const learning_curves *curves, size_t index)
{
    return curve_values(curves, CURVE_EPOCH)[index] == (double)curves->kept;
}
