#include "train_page.h"

#include "errors.h"
#include "measured_part.h"
#include "outputs.h"
#include "report.h"
#include "terminal.h"

int check_page(const train_settings *settings)
{
    return settings->page ? check_output(settings->page, OUTPUT_REPORT, settings->target.force)
                          : EXIT_DONE;
}

/* Whether the model was trained on the validation rows after they had chosen it. */
static bool has_seen_validation(const seqnet_dataset *dataset, const seqnet_train_result *result)
{
    return result->refit_epochs > 0 ||
           result->parts.rows > seqnet_dataset_count(dataset, SEQNET_TRAIN);
}

/* The rows that the model has not been trained on; PART_AUTO: none. */
static measured_part unseen_part(const seqnet_dataset *dataset, const seqnet_train_result *result)
{
    if (seqnet_dataset_count(dataset, SEQNET_TEST))
        return PART_TEST;
    if (seqnet_dataset_count(dataset, SEQNET_VALIDATION) && !has_seen_validation(dataset, result))
        return PART_VALIDATION;
    return PART_AUTO;
}

int write_page(const train_settings *settings, const seqnet_model *model,
               const seqnet_dataset *dataset, const char *data, const seqnet_train_result *result)
{
    const measured_part part = unseen_part(dataset, result);
    if (settings->page && part == PART_AUTO)
        note("%s: the model was trained on all rows, so it has the training record alone; set rows "
             "aside with --test-split",
             settings->page);
    const report_subject subject = {.model = model,
                                    .path = settings->target.path,
                                    .dataset = part == PART_AUTO ? NULL : dataset,
                                    .data = data,
                                    .parts = part == PART_AUTO ? 0 : parts_of(part),
                                    .part = measured_part_word((int)part),
                                    .threads = (size_t)settings->train.threads,
                                    .threshold = seqnet_model_threshold(model)};
    return settings->page ? write_report(&subject, settings->page, settings->target.force)
                          : EXIT_DONE;
}
