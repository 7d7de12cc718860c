/* Fuzz target: any bytes as a file of fastText's, and a text for the model that comes of it. */
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>

#include <seqnet/predict.h>

#include "fasttext_import.h"

/* More would take memory, not find faults. */
enum { MOST_BYTES = 1 << 16 };

static void predict(const seqnet_model *model, seqnet_predictor *predictor, seqnet_batch *batch)
{
    static const char text[] = "a film\xc3\xa9 \xff of the </s>";
    if (seqnet_batch_add_text(batch, text, sizeof text, NULL) != SEQNET_OK ||
        seqnet_predictor_score(predictor, batch, NULL) != SEQNET_OK)
        return;
    if (seqnet_batch_predictions(batch)->label >= seqnet_model_label_count(model))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seqnet_model *model;
    seqnet_predictor *predictor = NULL;
    seqnet_batch *batch = NULL;
    const seqnet_predictor_options options = {.threads = 1};
    if (size > MOST_BYTES ||
        sn_fasttext_import_bytes(&model, data, size, "fuzz", NULL) != SEQNET_OK)
        return 0;
    if (seqnet_predictor_create(&predictor, model, &options, NULL) == SEQNET_OK &&
        seqnet_batch_create(&batch, predictor, NULL) == SEQNET_OK)
        predict(model, predictor, batch);
    seqnet_batch_free(batch);
    seqnet_predictor_free(predictor);
    seqnet_model_free(model);
    return 0;
}
