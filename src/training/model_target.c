#include "model_target.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "errors.h"
#include "outputs.h"
#include "terminal.h"

/* Names MODEL.unfinished.2 and so on that are tried when other trainings use the ones before. */
enum { MOST_UNFINISHED = 9 };

/* Makes the name "MODEL.ending", or "MODEL.ending.2" for number 2. Returns NULL without memory. */
static char *name_beside(const char *path, const char *ending, int number)
{
    const size_t room = strlen(path) + strlen(ending) + 8;
    char *const name = malloc(room);
    if (name && number > 1)
        (void)snprintf(name, room, "%s.%s.%d", path, ending, number);
    else if (name)
        (void)snprintf(name, room, "%s.%s", path, ending);
    return name;
}

static int no_memory(void)
{
    complain("out of memory for a file's name");
    return SEQNET_ERR_DATA;
}

static seqnet_status measure_scores(const seqnet_scores *scores, double threshold, model_measure *m,
                                    seqnet_error *err)
{
    const size_t classes = seqnet_scores_classes(scores);
    seqnet_label_metrics *const labels = calloc(classes, sizeof *labels);
    if (!labels)
        return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for the figures of %zu labels", classes);
    seqnet_scores_label_metrics(scores, threshold, labels);
    *m = (model_measure){.accuracy = seqnet_micro_average(labels, classes).f1,
                         .loss = seqnet_scores_label_loss(scores),
                         .rows = seqnet_scores_count(scores)};
    free(labels);
    return SEQNET_OK;
}

static seqnet_status measure_labels(const seqnet_model *model, const seqnet_dataset *dataset,
                                    seqnet_part part, size_t threads, model_measure *m,
                                    seqnet_error *err)
{
    seqnet_scores *scores;
    TRY(seqnet_scores_create(&scores, model, err));
    seqnet_status status = seqnet_model_score(model, dataset, part, 0, threads, scores, err);
    if (status == SEQNET_OK)
        status = measure_scores(scores, seqnet_model_threshold(model), m, err);
    seqnet_scores_free(scores);
    return status;
}

seqnet_status measure_part(const seqnet_model *model, const seqnet_dataset *dataset,
                           seqnet_part part, size_t threads, model_measure *m, seqnet_error *err)
{
    if (seqnet_model_is_multi_label(model))
        return measure_labels(model, dataset, part, threads, m, err);
    seqnet_evaluation e = seqnet_evaluation_totals(seqnet_model_label_count(model));
    TRY(seqnet_model_evaluate(model, dataset, part, 0, threads, &e, err));
    *m = (model_measure){.accuracy = e.accuracy, .loss = e.loss, .rows = e.n};
    return SEQNET_OK;
}

const char *measure_name(const seqnet_dataset *dataset)
{
    return seqnet_dataset_is_multi_label(dataset) ? "micro F1" : "accuracy";
}

/* A number of a model's training record; NAN when the record lacks it. */
static double recorded(const cJSON *record, const char *key)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(record, key);
    return cJSON_IsNumber(item) ? item->valuedouble : (double)NAN;
}

/* What a record calls its accuracy: of rows with any number of labels it is micro F1. */
static const char *accuracy_key(const cJSON *record)
{
    const cJSON *const first =
        cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(record, "history"), 0);
    return cJSON_HasObjectItem(first, "val_f1") ? "val_f1" : "val_acc";
}

static double best_accuracy(const cJSON *record)
{
    const cJSON *const history = cJSON_GetObjectItemCaseSensitive(record, "history");
    const double kept = recorded(record, "kept_epoch");
    if (!(kept >= 1.0 && kept <= (double)cJSON_GetArraySize(history)))
        return (double)NAN;
    return recorded(cJSON_GetArrayItem(history, (int)kept - 1), accuracy_key(record));
}

static const char *recorded_text(const cJSON *record, const char *key)
{
    const char *const text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(record, key));
    return text ? text : "";
}

/* Whether the record's training had the same training and validation rows, so that its best epoch
 * can be compared with this training's. */
static bool is_comparable(const cJSON *record, const seqnet_dataset *dataset)
{
    char hash[SEQNET_HASH_TEXT];
    const cJSON *const settings = cJSON_GetObjectItemCaseSensitive(record, "options");
    return !isnan(best_accuracy(record)) &&
           recorded(settings, "validation_split") == seqnet_dataset_validation_split(dataset) &&
           seqnet_dataset_hash(dataset, hash, NULL) == SEQNET_OK &&
           strcmp(hash, recorded_text(record, "data_hash")) == 0;
}

/* The id of the process that trains, from the record of an unfinished model; 0: unknown. */
static pid_t process_of(const cJSON *record)
{
    const double process = recorded(record, "process");
    return process >= 1.0 && process <= (double)INT_MAX ? (pid_t)process : 0;
}

/* Whether the process runs. A process of another user runs, too, though it refuses the signal. */
static bool is_running(pid_t process)
{
    return process > 0 && (kill(process, 0) == 0 || errno == EPERM);
}

/* Whether this process wrote the file: two trainings with one path may choose the same name. If
 * there is no memory to read the file, the answer is yes, which is most likely. */
static bool is_own(const char *unfinished)
{
    seqnet_model *model;
    const seqnet_status status = seqnet_model_load(&model, unfinished, NULL);
    if (status != SEQNET_OK)
        return status == SEQNET_ERR_MEMORY;
    cJSON *const record = cJSON_Parse(seqnet_model_training_json(model));
    const bool is_ours = !record || process_of(record) == getpid();
    cJSON_Delete(record);
    seqnet_model_free(model);
    return is_ours;
}

/* Notes what a training has left, or that it still runs. */
static void note_found(const model_target *target, const char *found, const cJSON *record,
                       bool is_reused)
{
    const double accuracy = best_accuracy(record);
    char measure[48] = "";
    if (!isnan(accuracy))
        (void)snprintf(measure, sizeof measure, ", %s %.4f", accuracy_key(record), accuracy);
    if (is_running(process_of(record)))
        note("%s: epoch %.0f%s of a training that is under way (process %ld)", found,
             recorded(record, "kept_epoch"), measure, (long)process_of(record));
    else
        note("%s: epoch %.0f%s, the best one of a training that was killed; take it with 'mv %s "
             "%s'%s",
             found, recorded(record, "kept_epoch"), measure, found, target->path,
             is_reused ? "; it stays until this one has a better epoch" : ", or delete it");
}

/* Whether this training may use the name of an existing file. It may if an ended training on the
 * same data left the file; then only a better epoch replaces it. */
static bool may_reuse(model_target *target, const char *found, const seqnet_dataset *dataset)
{
    seqnet_model *model;
    if (seqnet_model_load(&model, found, NULL) != SEQNET_OK) {
        note("%s is there, but is no whole model: delete it", found);
        return false;
    }
    cJSON *const record = cJSON_Parse(seqnet_model_training_json(model));
    const bool is_resumed =
        target->resumed && strcmp(target->resumed, recorded_text(record, "command")) == 0;
    const bool is_reusable =
        (is_resumed || !is_running(process_of(record))) && is_comparable(record, dataset);
    if (!is_resumed || !is_reusable)
        note_found(target, found, record, is_reusable);
    if (is_reusable && !is_resumed)
        target->best_above = best_accuracy(record);
    cJSON_Delete(record);
    seqnet_model_free(model);
    return is_reusable;
}

int choose_unfinished(model_target *target, const seqnet_dataset *dataset)
{
    struct stat info;
    target->best_above = -1.0;
    if (stat(target->path, &info) == 0 && !S_ISREG(info.st_mode))
        return EXIT_DONE; /* beside a device or a pipe no file is written */
    for (int number = 1; number <= MOST_UNFINISHED; number++) {
        target->unfinished = name_beside(target->path, "unfinished", number);
        if (!target->unfinished)
            return no_memory();
        if (access(target->unfinished, F_OK) != 0 || may_reuse(target, target->unfinished, dataset))
            return EXIT_DONE;
        free(target->unfinished);
        target->unfinished = NULL;
    }
    note("there are %d of them, so that this training's best epoch is not kept before its end",
         MOST_UNFINISHED);
    return EXIT_DONE;
}

int refuse_accuracy(const model_target *target)
{
    if (!is_conditional(target))
        return PARSED;
    complain("--multi-label has no accuracy to compare; leave --min-accuracy and --if-better out");
    return EXIT_USAGE;
}

bool is_conditional(const model_target *target)
{
    return target->if_better || target->min_accuracy > 0.0;
}

/* Checks the name MODEL.rejected: a rejected model needs a file, too. */
static int check_rejected(const model_target *target)
{
    char *const rejected = name_beside(target->path, "rejected", 1);
    if (!rejected)
        return no_memory();
    const int code = check_output(rejected, OUTPUT_MODEL, target->force);
    free(rejected);
    return code;
}

int open_target(model_target *target)
{
    const int code = check_output(target->path, OUTPUT_MODEL, target->force);
    return code == EXIT_DONE && is_conditional(target) ? check_rejected(target) : code;
}

void close_target(model_target *target)
{
    free(target->unfinished);
    free(target->beside);
    target->unfinished = target->beside = NULL;
}

/* Chooses the part that decides: the test part if there is one, else the validation part. */
static int choose_rows(model_target *target, const seqnet_dataset *dataset, const char *data)
{
    const bool has_tail_split =
        !seqnet_dataset_is_text(dataset) || seqnet_dataset_is_builtin(dataset);
    const bool has_tests = seqnet_dataset_count(dataset, SEQNET_TEST) > 0;
    target->part = has_tests ? SEQNET_TEST : SEQNET_VALIDATION;
    if (seqnet_dataset_count(dataset, target->part) &&
        (has_tests || !has_tail_split || !target->if_better))
        return EXIT_DONE;
    complain("%s: has no rows to measure the model on; name some with --test, or leave "
             "--min-accuracy and --if-better out",
             data);
    return EXIT_USAGE;
}

/* Makes the rows as the older model needs them: texts are encoded again, archives are read again.
 */
static seqnet_status recode(const seqnet_model *older, seqnet_dataset **rows,
                            const seqnet_dataset *dataset, const char *data, seqnet_error *err)
{
    if (seqnet_dataset_is_text(dataset))
        return seqnet_model_recode_dataset(older, rows, dataset, err);
    return seqnet_model_load_dataset(older, rows, data, NULL, err);
}

static seqnet_status measure_older(model_target *target, const seqnet_model *older,
                                   const seqnet_dataset *dataset, const char *data,
                                   const seqnet_train_options *options, seqnet_error *err)
{
    seqnet_dataset *rows = NULL;
    seqnet_status status = recode(older, &rows, dataset, data, err);
    if (status == SEQNET_OK)
        status =
            measure_part(older, rows, target->part, (size_t)options->threads, &target->older, err);
    target->has_older = status == SEQNET_OK;
    seqnet_dataset_free(rows);
    return status;
}

static int open_older(model_target *target, const seqnet_dataset *dataset, const char *data,
                      const seqnet_train_options *options)
{
    seqnet_error err = {0};
    seqnet_model *older;
    if (seqnet_model_load(&older, target->path, &err) != SEQNET_OK)
        return fail(&err);
    const seqnet_status status = measure_older(target, older, dataset, data, options, &err);
    seqnet_model_free(older);
    if (status != SEQNET_OK) {
        complain("%s: cannot be measured on these rows (%s); leave --if-better out, or choose "
                 "another name",
                 target->path, in_options(err.message).text);
        return exit_code(status);
    }
    note("%s: accuracy %.4f, loss %.4f on %zu %s rows, to be beaten", target->path,
         target->older.accuracy, target->older.loss, target->older.rows,
         seqnet_part_name(target->part));
    return EXIT_DONE;
}

int prepare_conditions(model_target *target, const seqnet_dataset *dataset, const char *data,
                       const seqnet_train_options *options)
{
    if (!is_conditional(target))
        return EXIT_DONE;
    target->info = (struct stat){0};
    (void)stat(target->path, &target->info);
    const int code = choose_rows(target, dataset, data);
    if (code != EXIT_DONE || !target->if_better || !seqnet_model_recognise(target->path))
        return code;
    if (!seqnet_dataset_is_text(dataset) && strcmp(data, "-") == 0) {
        complain("--if-better reads an archive once for each model; name a file instead of "
                 "standard input");
        return EXIT_USAGE;
    }
    return open_older(target, dataset, data, options);
}

/* Whether the candidate is better. Of equal accuracies the smaller loss wins, as between epochs. */
static bool is_better(const model_measure *candidate, const model_measure *older)
{
    return candidate->accuracy > older->accuracy ||
           (candidate->accuracy == older->accuracy && candidate->loss < older->loss);
}

/* Whether the file at the path is not the one that was there before the training. */
static bool is_changed(const model_target *target)
{
    struct stat info = {0};
    const struct stat *const before = &target->info;
    (void)stat(target->path, &info);
    return info.st_ino != before->st_ino || info.st_dev != before->st_dev ||
           info.st_size != before->st_size || info.st_mtim.tv_sec != before->st_mtim.tv_sec ||
           info.st_mtim.tv_nsec != before->st_mtim.tv_nsec;
}

/* Notes the first condition that the candidate does not meet. */
static void note_verdict(const model_target *target, bool is_changed_meanwhile)
{
    const model_measure *const candidate = &target->candidate;
    const char *const part = seqnet_part_name(target->part);
    if (!target->reaches_minimum)
        note("accuracy %.4f on the %s rows is below --min-accuracy %g", candidate->accuracy, part,
             target->min_accuracy);
    else if (!target->is_better && is_changed_meanwhile)
        note("%s was written by others meanwhile, so that it is not known which is better",
             target->path);
    else if (!target->is_better)
        note("accuracy %.4f, loss %.4f on the %s rows is no better than %s: accuracy %.4f, loss "
             "%.4f",
             candidate->accuracy, candidate->loss, part, target->path, target->older.accuracy,
             target->older.loss);
}

/* The model has a network, and this is the weights of no finished epoch. */
static bool is_unfinished(const seqnet_train_result *result)
{
    const seqnet_parts_report *const parts = &result->parts;
    return result->kept_epoch == 0 && (parts->words == 0 || parts->network_share > 0.0);
}

void judge_model(model_target *target, const seqnet_train_result *result,
                 const model_measure *candidate)
{
    if (!is_conditional(target) || is_unfinished(result))
        return;
    const bool is_changed_meanwhile = target->if_better && is_changed(target);
    target->is_judged = true;
    target->candidate = *candidate;
    target->reaches_minimum = candidate->accuracy >= target->min_accuracy; /* false for NaN */
    target->is_better =
        !is_changed_meanwhile && (!target->has_older || is_better(candidate, &target->older));
    note_verdict(target, is_changed_meanwhile);
}

static void note_epoch(const seqnet_train_result *result)
{
    const bool has_parts = result->parts.words > 0;
    const double accuracy = has_parts ? result->parts.network.accuracy : result->val_accuracy;
    const double loss = has_parts ? result->parts.network.loss : result->val_loss;
    if (is_unfinished(result))
        note("kept the weights of the unfinished first epoch");
    else if (isnan(loss))
        note("kept epoch %zu, the last one", result->kept_epoch);
    else
        note("%s epoch %zu%s: %s %.4f, val_loss %.4f", result->refit_epochs ? "best" : "kept",
             result->kept_epoch,
             result->refit_epochs ? ", from which the model was trained again" : "",
             result->multi_label ? "val_f1" : "val_acc", accuracy, loss);
}

static void note_kept(const seqnet_train_result *result)
{
    if (result->parts.words == 0 || result->parts.network_share > 0.0)
        note_epoch(result);
    if (result->multi_label)
        note("labels are predicted from a probability of %.4f on, the best for micro F1",
             result->threshold);
    if (result->refit_diverged)
        note("training on all rows diverged: the best epoch's model is kept");
}

void note_unfinished(const model_target *target)
{
    note("the best epoch's model is in %s", target->unfinished);
}

/* Writes the model and removes the file that kept the best epoch during the training. */
static int write_file(model_target *target, const seqnet_model *model,
                      const seqnet_train_result *result, const char *path)
{
    seqnet_error err = {0};
    const seqnet_status status = seqnet_model_save(model, path, &target->replaced, &err);
    if (status == SEQNET_OK && result->best_written && is_own(target->unfinished))
        (void)unlink(target->unfinished);
    if (status != SEQNET_OK) {
        const int code = fail(&err);
        if (result->best_written)
            note_unfinished(target);
        return code;
    }
    target->written = path;
    note_kept(result);
    note("saved %s%s", path, target->replaced ? ", replacing an older file" : "");
    if (strcmp(path, target->path) != 0 && access(target->path, F_OK) == 0)
        note("%s stays as it is", target->path);
    note("fingerprint %s", seqnet_model_fingerprint(model));
    return EXIT_DONE;
}

/* Writes the model beside the path: "MODEL.rejected". */
static int write_beside(model_target *target, const seqnet_model *model,
                        const seqnet_train_result *result, const char *ending)
{
    target->beside = name_beside(target->path, ending, 1);
    const int code =
        target->beside ? check_output(target->beside, OUTPUT_MODEL, target->force) : no_memory();
    if (code == EXIT_DONE)
        return write_file(target, model, result, target->beside);
    if (result->best_written)
        note_unfinished(target);
    return code;
}

int reject_model(model_target *target, const seqnet_model *model, const seqnet_train_result *result)
{
    return write_beside(target, model, result, "rejected");
}

/* Checks the path again: another process may have written there during the training. */
int save_model(model_target *target, const seqnet_model *model, const seqnet_train_result *result)
{
    const bool is_rejected = target->is_judged && !(target->reaches_minimum && target->is_better);
    if (is_unfinished(result) && (is_conditional(target) || seqnet_model_recognise(target->path)))
        return write_beside(target, model, result, "interrupted");
    const int refused =
        is_rejected ? EXIT_NEGATIVE : check_output(target->path, OUTPUT_MODEL, target->force);
    if (refused == EXIT_DONE)
        return write_file(target, model, result, target->path);
    const int code = reject_model(target, model, result);
    return code == EXIT_DONE ? refused : code;
}

bool tests_texts(const seqnet_dataset *dataset)
{
    return seqnet_dataset_is_text(dataset) && !seqnet_dataset_is_builtin(dataset) &&
           seqnet_dataset_count(dataset, SEQNET_TEST) > 0;
}

int measure_new(const seqnet_model *model, const seqnet_dataset *dataset, size_t threads,
                const seqnet_train_result *result, model_measure *new)
{
    seqnet_error err = {0};
    *new = (model_measure){.accuracy = result->val_accuracy, .loss = result->val_loss};
    if (seqnet_dataset_count(dataset, SEQNET_TEST) == 0 ||
        measure_part(model, dataset, SEQNET_TEST, threads, new, &err) == SEQNET_OK)
        return EXIT_DONE;
    return fail(&err);
}

int read_card(const char *path, char **card)
{
    enum { LARGEST = 1 << 16 };
    char *const text = calloc(1, LARGEST + 1);
    FILE *const file = text ? fopen(path, "rb") : NULL;
    const size_t size = file ? fread(text, 1, LARGEST + 1, file) : 0;
    const char *problem = !text            ? "out of memory"
                          : !file          ? strerror(errno)
                          : size > LARGEST ? "is larger than 64 KB, too much for a card"
                                           : NULL;
    if (file)
        fclose(file);
    cJSON *const root = problem ? NULL : cJSON_Parse(text);
    if (!problem && !cJSON_IsObject(root))
        problem = "is no JSON object, which a card is";
    *card = problem ? NULL : cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    free(text);
    if (*card)
        return EXIT_DONE;
    complain("%s: %s", path, problem ? problem : "out of memory");
    return SEQNET_ERR_DATA;
}

int record_card(seqnet_model *model, const char *card)
{
    seqnet_error err = {0};
    return seqnet_model_record(model, "card", card, &err) == SEQNET_OK ? EXIT_DONE : fail(&err);
}

int record_test(seqnet_model *model, const model_measure *m)
{
    seqnet_error err = {0};
    seqnet_json json = seqnet_json_begin_object();
    char *text;
    seqnet_json_number(&json, json.root, measure_key(seqnet_model_is_multi_label(model)),
                       m->accuracy);
    seqnet_json_number(&json, json.root, "loss", m->loss);
    seqnet_json_number(&json, json.root, "n", (double)m->rows);
    seqnet_status status = seqnet_json_end(&json, &text, &err);
    if (status == SEQNET_OK)
        status = seqnet_model_record(model, "test", text, &err);
    free(text);
    return status == SEQNET_OK ? EXIT_DONE : fail(&err);
}

const char *measure_key(bool multi_label)
{
    return multi_label ? "micro_f1" : "accuracy";
}
