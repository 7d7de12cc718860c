#include "train_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "epoch_report.h"
#include "errors.h"
#include "figures.h"
#include "json_line.h"
#include "notes.h"
#include "outputs.h"
#include "summary.h"
#include "terminal.h"

static double oov_percent(const seqnet_dataset *dataset, seqnet_part part)
{
    seqnet_part_summary summary;
    if (seqnet_dataset_summarise(dataset, part, &summary, NULL) != SEQNET_OK)
        return 0.0;
    return percent(summary.oov, summary.tokens);
}

static void note_words(const seqnet_dataset *dataset)
{
    char words[GROUPED_NUMBER], shares[160] = "";
    size_t used = 0;
    for (seqnet_part part = SEQNET_TRAIN; part < SEQNET_PARTS; part++)
        if (seqnet_dataset_count(dataset, part))
            used += (size_t)snprintf(shares + used, sizeof shares - used, "%s %s %.1f %%",
                                     used ? "," : "", seqnet_part_name(part),
                                     oov_percent(dataset, part));
    note("vocabulary: %s words; out of it:%s", grouped(seqnet_dataset_known_words(dataset), words),
         shares);
}

void note_place(const seqnet_dataset *dataset, uint64_t seed)
{
    const char *const from = seqnet_dataset_prepared_from(dataset);
    const size_t bytes = seqnet_dataset_spilled(dataset);
    if (from)
        detail("prepared from %s: rows are read from the file when they are used", from);
    if (bytes)
        detail("%.1f MB in temporary files (TMPDIR): rows and texts are larger than a quarter of "
               "the memory (--memory), and are read when they are used",
               (double)bytes / 1e6);
    if (from && !seqnet_dataset_is_drawn_with(dataset, seed))
        note("the rows to validate and test with are those that prepare drew, with another --seed");
}

void note_data(const seqnet_dataset *dataset, bool reproducible)
{
    const char *const index = seqnet_dataset_word_index_path(dataset);
    const size_t tests = seqnet_dataset_count(dataset, SEQNET_TEST);
    const size_t unlabeled = seqnet_dataset_unlabeled_count(dataset);
    const size_t rows = seqnet_dataset_count(dataset, SEQNET_TRAIN) +
                        seqnet_dataset_count(dataset, SEQNET_VALIDATION);
    note_reading(dataset);
    if (seqnet_dataset_is_text(dataset) && tests == 0)
        note("%zu sequences of %zu labels", rows, seqnet_dataset_label_count(dataset));
    else
        note("%zu train sequences, %zu test sequences", rows, tests);
    if (unlabeled)
        note("%zu sequence%s without labels", unlabeled, unlabeled == 1 ? "" : "s");
    if (index)
        note("word index: %s", index);
    else if (seqnet_dataset_word_index_problem(dataset))
        note("the model will take ids, not text");
    else if (seqnet_dataset_vocabulary_size(dataset) == 0)
        note("no word index found: the model will take ids, not text (see --word-index)");
    else if (!seqnet_dataset_is_builtin(dataset))
        note_words(dataset);
    if (reproducible) {
        detail("reproducible products; %s; %zu usable cores", seqnet_instruction_set(),
               seqnet_usable_cores());
        return;
    }
    note_blas_problem();
    detail("%s, %s; %s; %zu usable cores", seqnet_blas_name(), seqnet_blas_choice(),
           seqnet_instruction_set(), seqnet_usable_cores());
}

static bool knows_label(const seqnet_model *model, const char *name)
{
    for (size_t i = 0; i < seqnet_model_label_count(model); i++)
        if (strcmp(seqnet_model_label_name(model, i), name) == 0)
            return true;
    return false;
}

void note_initial(const seqnet_model *model, const char *path, const seqnet_dataset *dataset)
{
    char known[GROUPED_NUMBER], added[GROUPED_NUMBER];
    size_t labels = 0;
    const size_t count = seqnet_dataset_label_count(dataset);
    const size_t words = seqnet_dataset_known_words(dataset);
    const size_t old = seqnet_model_vocabulary_size(model);
    for (size_t i = 0; i < count; i++)
        labels += knows_label(model, seqnet_dataset_label_name(dataset, (int32_t)i));
    note("begins with the weights of %s: %s words and %s new ones, %zu of %zu labels; what else it "
         "has, such as n-grams, is fitted anew",
         path, grouped(old < words ? old : words, known),
         grouped(words > old ? words - old : 0, added), labels, count);
}

/* The name of the network's part in notes: "LSTM", "Conv1D", of other networks "network". */
static const char *network_name(const seqnet_model *model)
{
    for (size_t i = 0; model && i < seqnet_model_layer_count(model); i++) {
        const seqnet_layer_info layer = seqnet_model_layer(model, i);
        if (layer.gates || strcmp(layer.type, "Conv1D") == 0)
            return layer.type;
    }
    return "network";
}

static void note_ngrams(const seqnet_train_event *event)
{
    const seqnet_parts_report *const parts = event->parts;
    char characters[48] = "", measures[80] = "", count[GROUPED_NUMBER];
    if (event->kind == SEQNET_TRAIN_NGRAMS_BEGIN) {
        if (parts->characters)
            (void)snprintf(characters, sizeof characters, " and 1 to %zu characters",
                           parts->characters);
        if (event->refit)
            note("N-grams again on all %zu samples", parts->rows);
        else
            note("N-grams of 1 to %zu words%s on %zu samples", parts->words, characters,
                 parts->rows);
        return;
    }
    if (!event->refit && !isnan(parts->ngram_part.loss))
        (void)snprintf(measures, sizeof measures, " - val_%s: %.4f - val_loss: %.4f",
                       accuracy_key(event), parts->ngram_part.accuracy, parts->ngram_part.loss);
    note("%s n-grams, cost %g - %.1fs%s", grouped(parts->ngrams, count), parts->cost,
         parts->seconds, measures);
}

/* Says what a network that also learns from rows without labels is worth. */
static void note_self_training(const seqnet_parts_report *parts, const char *network)
{
    if (parts->validation_rows == 0)
        return;
    note("together %.4f, loss %.4f; without the %zu labelled by the model %.4f, loss %.4f",
         parts->self_trained.accuracy, parts->self_trained.loss, parts->self_labelled,
         parts->taught.accuracy, parts->taught.loss);
    if (parts->self_training_dropped)
        note("the samples without labels add nothing, and the first %s stays", network);
}

/* Says what each part of the model has reached, so that everyone sees which earns its cost. */
static void note_blend(const seqnet_train_event *event)
{
    const seqnet_parts_report *const parts = event->parts;
    const char *const network = network_name(event->model);
    if (parts->self_labelled) {
        note_self_training(parts, network);
        return;
    }
    if (isnan(parts->network.loss) || parts->validation_rows == 0)
        return;
    note("n-grams %.4f, %s %.4f, together %.4f on %zu rows", parts->ngram_part.accuracy, network,
         parts->network.accuracy,
         parts->network_dropped ? parts->ngram_part.accuracy : parts->together.accuracy,
         parts->validation_rows);
    if (parts->network_dropped)
        note("the %s adds nothing to the n-grams and is left out; --ngrams both keeps it", network);
}

/* Says what is trained now. */
static void note_training(const seqnet_train_event *event)
{
    char engine[SEQNET_ENGINE_TEXT];
    if (event->is_past && event->epoch > 0)
        note("%s goes on in epoch %zu/%zu", event->refit ? "Training on all samples" : "Training",
             event->epoch, event->epochs);
    if (event->refit) {
        note("Train again on all %zu samples, for %zu epoch%s", event->train_rows, event->epochs,
             event->epochs == 1 ? "" : "s");
        return;
    }
    if (event->self_labelled) {
        note("Train again on %zu samples, %zu of them labelled by the model", event->train_rows,
             event->self_labelled);
        return;
    }
    print_summary(stderr, event->model, line_cells(STDERR_FILENO));
    seqnet_model_engine(event->model, engine);
    detail("engine: %s", engine);
    note("Train on %zu samples, validate on %zu samples", event->train_rows,
         event->validation_rows);
}

/* Says what a checkpoint costs; that one cannot be written is said once in a row. */
static void note_checkpoint(const seqnet_train_event *event)
{
    static bool has_failed;
    const seqnet_checkpoint_report *const report = event->checkpoint;
    if (!event->problem)
        detail("checkpoint: %.1f MB in %.3fs", (double)report->bytes / 1e6, report->seconds);
    else if (!has_failed)
        note("no checkpoint is written: %s", in_options(event->problem).text);
    has_failed = event->problem != NULL;
}

void report_event(const seqnet_train_event *event, const training_span *span)
{
    switch (event->kind) {
    case SEQNET_TRAIN_BEGIN:
        report_epoch(event, span);
        note_training(event);
        break;
    case SEQNET_TRAIN_EPOCH_BEGIN:
    case SEQNET_TRAIN_BATCH_END:
    case SEQNET_TRAIN_EPOCH_END:
        report_epoch(event, span);
        break;
    case SEQNET_TRAIN_NGRAMS_BEGIN:
        finish_epochs();
        note_ngrams(event);
        break;
    case SEQNET_TRAIN_NGRAMS_END:
        finish_epochs();
        count_ngrams(event);
        note_ngrams(event);
        break;
    case SEQNET_TRAIN_CHECKPOINT:
        note_checkpoint(event);
        break;
    case SEQNET_TRAIN_BLEND:
        finish_epochs();
        note_blend(event);
        break;
    }
}

void note_write_problem(const char *problem)
{
    static bool is_noted;
    if (!is_noted)
        note("the best epoch is not kept before the end: %s", in_options(problem).text);
    is_noted = true;
}

void note_validated(const seqnet_train_result *result)
{
    const seqnet_calibrated *const c = &result->calibrated;
    const seqnet_precise *const p = &result->precise;
    if (c->temperature > 0.0)
        note("calibration: temperature %.3g, expected error %.4f before, %.4f after",
             c->temperature, c->ece_before, c->ece_after);
    if (p->is_reached)
        note_answers_from(&p->point, p->rows);
    else if (p->rows)
        note(
            "--precision %g is not reached beyond chance, and the model gives all answers; nearest "
            "is %g with %zu answers, %.1f %% of them right",
            p->precision, p->point.threshold, p->point.kept,
            percent(p->point.right, p->point.kept));
}

void note_vectors(const seqnet_train_options *options, const seqnet_model *model,
                  const seqnet_vectors_report *vectors)
{
    static bool is_noted;
    const char *const path = options->vectors;
    const size_t words = seqnet_model_vocabulary_size(model);
    if (is_noted)
        return;
    is_noted = true;
    if (seqnet_train_counts_vectors(options)) {
        note("vectors: counted for %" PRIu64 " words, %.1f %% of the training tokens",
             vectors->words, 100.0 * vectors->coverage);
        return;
    }
    if (vectors->words == 0)
        note("vectors: none of the %zu words of the training part is in %s; is it of another "
             "language?",
             words, path);
    else
        note("vectors: %s has %" PRIu64 " of the %zu words, %.1f %% of the training tokens", path,
             vectors->words, words, 100.0 * vectors->coverage);
    if (vectors->announced && vectors->announced != vectors->vectors)
        note("vectors: the first line of %s announces %" PRIu64 " vectors, and %" PRIu64
             " follow; is the file complete?",
             path, vectors->announced, vectors->vectors);
    if (vectors->invalid)
        note("vectors: %" PRIu64 " word%s of %s %s not UTF-8, the first in line %" PRIu64
             "; pass --encoding, such as WINDOWS-1252",
             vectors->invalid, vectors->invalid == 1 ? "" : "s", path,
             vectors->invalid == 1 ? "is" : "are", vectors->invalid_line);
    if (vectors->repeated)
        note("vectors: %" PRIu64 " line%s of %s repeat%s a word; its first line counts",
             vectors->repeated, vectors->repeated == 1 ? "" : "s", path,
             vectors->repeated == 1 ? "s" : "");
}

seqnet_json epoch_json(const seqnet_train_event *event)
{
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_number(&json, json.root, "epoch", (double)event->epoch);
    const char *const val_key = event->multi_label ? "val_f1" : "val_acc";
    seqnet_json_number(&json, json.root, accuracy_key(event), event->accuracy);
    seqnet_json_number(&json, json.root, "loss", event->loss);
    /* null without validation. */
    if (isnan(event->val_accuracy)) {
        seqnet_json_null(&json, json.root, val_key);
        seqnet_json_null(&json, json.root, "val_loss");
    } else {
        seqnet_json_number(&json, json.root, val_key, event->val_accuracy);
        seqnet_json_number(&json, json.root, "val_loss", event->val_loss);
    }
    seqnet_json_decimal(&json, json.root, "seconds", event->seconds, 3);
    return json;
}

int print_epoch_json(const seqnet_train_event *event)
{
    seqnet_json json = epoch_json(event);
    const int code = print_json_line(&json);
    (void)flush_output(); /* if that fails, on_event stops the training */
    return code;
}

int print_fold_json(int64_t fold, int64_t folds, const seqnet_dataset *dataset,
                    const model_measure *m)
{
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_number(&json, json.root, "fold", (double)fold);
    seqnet_json_number(&json, json.root, "folds", (double)folds);
    seqnet_json_number(&json, json.root, measure_key(seqnet_dataset_is_multi_label(dataset)),
                       m->accuracy);
    seqnet_json_number(&json, json.root, "loss", m->loss);
    seqnet_json_number(&json, json.root, "n", (double)m->rows);
    const int code = print_json_line(&json);
    (void)flush_output();
    return code;
}
