/* Recognises files that hold answers of predict, because predict -o may replace them; files of
 * learning curves, which history -o and train --history may replace; settings of tune, which tune
 * -o may replace; explanations, which explain -o may replace; and reports, which reports may
 * replace. The forms of answers are those of answers.h. */
#ifndef CONSOLE_RECOGNISE_H
#define CONSOLE_RECOGNISE_H

#include <stdbool.h>

/* Looks at the lines of the file's first megabyte. The file holds answers when at least one line is
 * an answer and no line is anything else. Among annotated records other lines are accepted, because
 * predict copies bad records as they are. Binary data holds no answers. */
bool holds_answers(const char *path);

/* How files of learning curves begin: those that history writes, as tables with a delimiter between
 * their columns, also of gradients, as JSON and as SVG, and those that train --history writes. */
#define CURVES_COLUMNS(DELIMITER) "model" DELIMITER "epoch" DELIMITER "acc" DELIMITER "loss"
#define GRADIENT_COLUMNS(DELIMITER)                                                                \
    "model" DELIMITER "steps_before_end" DELIMITER "timestep" DELIMITER "gradient"
#define CURVES_JSON       "{\"models\":[{\"model\":"
#define CURVES_SVG        "<svg data-seqnet=\"chart\""
#define EPOCHS_COLUMNS    "epoch,acc,loss,val_acc,val_loss,seconds,refit"
#define EPOCHS_F1_COLUMNS "epoch,f1,loss,val_f1,val_loss,seconds,refit"
#define EPOCHS_JSON       "{\"epoch\":"

/* Whether the file begins like one of them; of epochs each line of the first megabyte is looked at.
 */
bool holds_curves(const char *path);

/* How a report begins. */
#define REPORT_BEGINNING                                                                           \
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"                      \
    "<meta name=\"generator\" content=\"seqnet\">\n"

/* Whether the file begins so. */
bool holds_report(const char *path);

/* How the script that tune writes begins. */
#define SETTINGS_BEGINNING "#!/bin/sh\n# The best settings that seqnet tune found"

/* Whether the file begins so. */
bool holds_settings(const char *path);

/* How the tables and the JSON lines begin that explain writes. */
#define EXPLAINED_COLUMNS "line\tlabel\tcontribution\tprobability\tstate\tword"
#define SUMMED_COLUMNS    "label\tsum\ttexts\tmean\tword"

/* Whether the file begins like one of them. */
bool holds_explanations(const char *path);

#endif
