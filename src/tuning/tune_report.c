#include "tune_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "figures.h"
#include "json_line.h"
#include "model_target.h"
#include "outputs.h"
#include "recognise.h"
#include "terminal.h"

static int out_of_memory(void)
{
    complain("out of memory for the line of a trial");
    return SEQNET_ERR_DATA;
}

/* "seqnet train DATA" with all options of the trial, and no others. */
static spelled_line spell_command(const tuner *t, const trial *shown)
{
    spelled_line line = {0};
    spell_raw(&line, "seqnet train --no-config");
    spell_word(&line, t->source);
    if (*t->common)
        spell_raw(&line, t->common);
    spell_settings(&line, &t->space, shown->preset, &shown->options);
    return line;
}

static const char *state_word(trial_state state)
{
    switch (state) {
    case TRIAL_MEASURED:
        return "measured";
    case TRIAL_DROPPED:
        return "dropped";
    case TRIAL_DIVERGED:
        return "diverged";
    }
    return NULL;
}

static void add_measures(seqnet_json *json, const tuner *t, const trial *shown)
{
    const char *const key = measure_key(seqnet_dataset_is_multi_label(t->dataset));
    seqnet_json_number(json, json->root, "folds", (double)shown->folds);
    if (shown->folds) {
        seqnet_json_number(json, json->root, key, mean_of(shown->accuracy, shown->folds));
        seqnet_json_number(json, json->root, "loss", mean_of(shown->loss, shown->folds));
    } else {
        seqnet_json_null(json, json->root, key);
        seqnet_json_null(json, json->root, "loss");
    }
}

static int print_trial_json(const tuner *t, const trial *shown, const char *command)
{
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_number(&json, json.root, "trial", (double)t->count);
    seqnet_json_string(&json, json.root, "state", state_word(shown->state));
    add_measures(&json, t, shown);
    seqnet_json_decimal(&json, json.root, "seconds", shown->seconds, 3);
    add_settings(&json, json.root, &t->space, shown->preset, &shown->options);
    seqnet_json_string(&json, json.root, "command", command);
    return print_json_line(&json);
}

static void print_row(const tuner *t, const trial *shown, const char *settings)
{
    wrapped_text text;
    FILE *const out = begin_wrapped(stdout, &text);
    if (t->count == 1)
        fprintf(out, "trial  folds  %8s    loss  seconds  settings\n", measure_name(t->dataset));
    fprintf(out, "%5zu  %5zu  ", t->count, shown->folds);
    const double loss = shown->folds ? mean_of(shown->loss, shown->folds) : 0.0;
    if (shown->folds)
        fprintf(out, loss < 100.0 ? "%8.4f  %6.4f" : "%8.4f  %6.0e",
                mean_of(shown->accuracy, shown->folds), loss);
    else
        fprintf(out, "%8s  %6s", "-", "-");
    fprintf(out, "  %7.1f  ", shown->seconds);
    put_text(out, settings);
    if (shown->state != TRIAL_MEASURED)
        fprintf(out, " (%s)", state_word(shown->state));
    fputc('\n', out);
    end_wrapped(&text);
}

int print_trial(const tuner *t)
{
    const trial *const shown = &t->trials[t->count - 1];
    spelled_line line = {0};
    if (t->json)
        line = spell_command(t, shown);
    else
        spell_settings(&line, &t->space, shown->preset, &shown->options);
    int code = line.has_failed ? out_of_memory() : EXIT_DONE;
    if (code == EXIT_DONE && t->json)
        code = print_trial_json(t, shown, line.text);
    else if (code == EXIT_DONE)
        print_row(t, shown, line.text ? line.text : "the default recipe");
    free(line.text);
    (void)flush_output(); /* if that fails, the search ends */
    return code;
}

static void note_best(const tuner *t)
{
    const trial *const best = &t->trials[t->best], *const first = &t->trials[0];
    const char *const name = measure_name(t->dataset);
    char whole[100] = "";
    if (t->best && first->state == TRIAL_MEASURED)
        (void)snprintf(whole, sizeof whole, "; the default recipe: %.4f, loss %.4f",
                       mean_of(first->accuracy, first->folds), mean_of(first->loss, first->folds));
    note("best of %zu %s: trial %zu, %s %.4f, loss %.4f%s", t->count,
         plural(t->count, "trial", "trials"), t->best + 1, name, mean_of(best->accuracy, t->folds),
         mean_of(best->loss, t->folds), whole);
}

static int print_best_json(const tuner *t, const char *command, bool is_interrupted)
{
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_bool(&json, json.root, "done", true);
    seqnet_json_bool(&json, json.root, "interrupted", is_interrupted);
    seqnet_json_number(&json, json.root, "trials", (double)t->count);
    seqnet_json_number(&json, json.root, "best", (double)t->best + 1);
    add_measures(&json, t, &t->trials[t->best]);
    seqnet_json_string(&json, json.root, "command", command);
    return print_json_line(&json);
}

static seqnet_status write_script(seqnet_output *output, const tuner *t, const char *command,
                                  seqnet_error *err)
{
    char comment[200];
    const trial *const best = &t->trials[t->best];
    const int length = snprintf(comment, sizeof comment,
                                SETTINGS_BEGINNING ": trial %zu of %zu, %s %.4f, loss %.4f\n",
                                t->best + 1, t->count, measure_name(t->dataset),
                                mean_of(best->accuracy, t->folds), mean_of(best->loss, t->folds));
    static const char arguments[] = " \"$@\"\n";
    TRY(seqnet_output_write(output, comment, (size_t)length, err));
    TRY(seqnet_output_write(output, command, strlen(command), err));
    return seqnet_output_write(output, arguments, sizeof arguments - 1, err);
}

static int write_settings(const tuner *t, const char *path, const char *command)
{
    seqnet_error err = {0};
    seqnet_output *output;
    bool replaced;
    if (seqnet_output_open(&output, path, &err) != SEQNET_OK)
        return fail(&err);
    if (write_script(output, t, command, &err) != SEQNET_OK) {
        seqnet_output_discard(output);
        return fail(&err);
    }
    if (seqnet_output_commit(output, &replaced, &err) != SEQNET_OK)
        return fail(&err);
    note("wrote %s%s; 'sh %s -o MODEL' trains with these settings", path,
         replaced ? ", replacing older settings" : "", path);
    return EXIT_DONE;
}

int report_best(const tuner *t, const char *path, bool is_interrupted)
{
    spelled_line command = spell_command(t, &t->trials[t->best]);
    int code = command.has_failed ? out_of_memory() : EXIT_DONE;
    if (code == EXIT_DONE)
        note_best(t);
    if (code == EXIT_DONE && t->json)
        code = print_best_json(t, command.text, is_interrupted);
    else if (code == EXIT_DONE)
        puts(command.text);
    (void)flush_output(); /* before the note of the file */
    if (!command.has_failed) {
        const int written = write_settings(t, path, command.text);
        code = code == EXIT_DONE ? written : code;
    }
    free(command.text);
    return code;
}
