#include "epoch_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "figures.h"
#include "outputs.h"
#include "recognise.h"
#include "terminal.h"
#include "train_report.h"

int check_epoch_log(const epoch_log *log, const char *model_path, bool force)
{
    if (!log->path)
        return EXIT_DONE;
    static const char *const beside[] = {"unfinished", "interrupted", "rejected", NULL};
    if (is_same_output(log->path, model_path, beside)) {
        complain("--history %s: the model%s goes there; choose another name", log->path,
                 is_same_output(log->path, model_path, beside + 3) ? ""
                                                                   : ", not let through or "
                                                                     "not finished,");
        return EXIT_USAGE;
    }
    return check_output(log->path, OUTPUT_EPOCHS, force);
}

static void blame(epoch_log *log, int reason)
{
    log->has_failed = true;
    complain("%s: cannot be written: %s", log->path, strerror(reason));
}

static bool is_json(const epoch_log *log)
{
    return ends_with(log->path, ".jsonl");
}

bool open_epoch_log(epoch_log *log, const seqnet_train_event *event, bool force)
{
    if (!log->path)
        return true;
    if (check_output(log->path, OUTPUT_EPOCHS, force) != EXIT_DONE) {
        log->is_refused = true;
        return false;
    }
    const char *const columns = event->multi_label ? EPOCHS_F1_COLUMNS "\n" : EPOCHS_COLUMNS "\n";
    log->file = fopen(log->path, "w");
    if (!log->file ||
        (!is_json(log) && (fputs(columns, log->file) < 0 || fflush(log->file) != 0))) {
        blame(log, errno);
        log->is_refused = true;
    }
    return !log->is_refused;
}

static void write_csv(FILE *out, const seqnet_train_event *event)
{
    const double measures[] = {event->accuracy, event->loss, event->val_accuracy, event->val_loss};
    char number[EXACT_NUMBER];
    fprintf(out, "%zu", event->epoch);
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        fprintf(out, ",%s", exact_number(measures[i], number));
    fprintf(out, ",%.3f,%d\n", event->seconds, event->refit);
}

static bool write_json(FILE *out, const seqnet_train_event *event)
{
    seqnet_error err = {0};
    char *text;
    seqnet_json json = epoch_json(event);
    seqnet_json_bool(&json, json.root, "refit", event->refit);
    if (seqnet_json_end(&json, &text, &err) != SEQNET_OK)
        return false;
    fprintf(out, "%s\n", text);
    free(text);
    return true;
}

void log_epoch(epoch_log *log, const seqnet_train_event *event)
{
    if (!log->file || log->has_failed)
        return;
    bool is_made = true;
    errno = 0;
    if (is_json(log))
        is_made = write_json(log->file, event);
    else
        write_csv(log->file, event);
    if (!is_made || fflush(log->file) != 0)
        blame(log, is_made ? errno : ENOMEM);
}

int close_epoch_log(epoch_log *log, int code)
{
    if (log->file && fclose(log->file) != 0 && !log->has_failed)
        blame(log, errno);
    log->file = NULL;
    return code == EXIT_DONE && log->has_failed ? SEQNET_ERR_WRITE : code;
}
