#include "train_page.h"

#include "errors.h"
#include "outputs.h"
#include "parts.h"
#include "report.h"
#include "terminal.h"

int check_page(const train_page *page, const char *model_path)
{
    static const char *const model_endings[] = {"unfinished", "interrupted", "rejected", NULL};
    if (!page->path)
        return EXIT_DONE;
    if (!is_same_output(page->path, model_path, model_endings))
        return check_plain_output(page->path, OUTPUT_REPORT, page->force);
    complain("--report %s: that is where the model goes; name another file", page->path);
    return EXIT_USAGE;
}

/* The rows that the model has not been trained on; PART_AUTO: none. */
static data_part unseen_part(const seqnet_dataset *dataset, const seqnet_train_result *result)
{
    if (seqnet_dataset_count(dataset, SEQNET_TEST))
        return PART_TEST;
    if (seqnet_dataset_count(dataset, SEQNET_VALIDATION) && !result->is_refitted)
        return PART_VALIDATION;
    return PART_AUTO;
}

int write_page(const train_page *page, const seqnet_model *model, const char *path,
               const seqnet_dataset *dataset, const seqnet_train_result *result)
{
    if (!page->path)
        return EXIT_DONE;
    const data_part part = unseen_part(dataset, result);
    report_subject subject = {
        .model = model, .path = path, .data = page->data, .threads = page->threads};
    if (part == PART_AUTO)
        note("%s: the model was trained on all rows, so the page has the training record alone; "
             "set rows aside with --test-split",
             page->path);
    else {
        subject.dataset = dataset;
        subject.part = part_word((int)part);
        subject.parts = parts_of(part);
    }
    return write_report(&subject, page->path, page->force);
}
