#include "folds.h"

seqnet_status measure_fold(const seqnet_dataset *whole, const seqnet_dataset_options *data,
                           const seqnet_train_options *train, model_measure *m, seqnet_error *err)
{
    seqnet_dataset *dataset;
    seqnet_model *model = NULL;
    seqnet_train_result result;
    seqnet_status status = seqnet_dataset_resplit(&dataset, whole, data, err);
    if (status != SEQNET_OK)
        return status;
    status = seqnet_model_train(&model, dataset, train, &result, err);
    if (status == SEQNET_OK)
        status = measure_part(model, dataset, SEQNET_TEST, (size_t)train->threads, m, err);
    seqnet_model_free(model);
    seqnet_dataset_free(dataset);
    return status;
}
