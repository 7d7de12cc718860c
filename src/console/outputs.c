#include "outputs.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "errors.h"
#include "recognise.h"
#include "terminal.h"

/* Where redirect_output sends standard output. The path stays after the file is closed, for error
 * sentences. */
static struct redirection {
    seqnet_output *output;
    const char *path;
    output_kind kind;
    bool force;
} redirection;

/* What the sentences say of a kind: what its files hold, why a file is not replaced, and the option
 * that names the file. */
typedef struct kind_words {
    const char *noun, *refusal, *option;
} kind_words;

static const kind_words WORDS[] = {
    [OUTPUT_MODEL] = {"a model", "is not a model", "-o"},
    [OUTPUT_DATA] = {"data", "is there already", "-o"},
    [OUTPUT_ANSWERS] = {"answers", "does not hold answers of predict", "-o"},
    [OUTPUT_MISTAKES] = {"answers", "does not hold answers", "--errors-to"},
    [OUTPUT_PREDICTIONS] = {"answers", "does not hold answers", "--predictions"},
    [OUTPUT_CURVES] = {"curves", "does not hold learning curves", "-o"},
    [OUTPUT_EPOCHS] = {"epochs", "does not hold epochs of a training", "--history"},
    [OUTPUT_SETTINGS] = {"settings", "does not hold settings of tune", "-o"},
    [OUTPUT_EXPLANATIONS] = {"explanations", "does not hold explanations", "-o"},
    [OUTPUT_REPORT] = {"a report", "is not a report of seqnet's", "-o"},
    [OUTPUT_CHECKPOINT] = {"a checkpoint", "is not a checkpoint of a training", "--checkpoint"},
    [OUTPUT_EXPORT] = {"an export", "is there already", "-o"},
};

bool ends_with(const char *name, const char *ending)
{
    const size_t length = strlen(name), wanted = strlen(ending);
    return length >= wanted && strcasecmp(name + length - wanted, ending) == 0;
}

static const char **inputs;
static size_t input_count, input_capacity;

void add_input(const char *path)
{
    for (size_t i = 0; path && i < input_count; i++)
        if (strcmp(inputs[i], path) == 0)
            return;
    if (!path)
        return;
    if (input_count == input_capacity) {
        const size_t capacity = input_capacity ? 2 * input_capacity : 16;
        const char **const grown = realloc(inputs, capacity * sizeof *grown);
        if (!grown) { /* go no further: an output could overwrite a forgotten input */
            complain("out of memory for the names of files");
            exit(SEQNET_ERR_DATA);
        }
        inputs = grown;
        input_capacity = capacity;
    }
    inputs[input_count++] = path;
}

static bool stat_input(const char *path, struct stat *info)
{
    return (strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, info) : stat(path, info)) == 0;
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether a folder of texts would be read with this file, by its name. */
static bool is_text_name(const char *path)
{
    return ends_with(path, ".txt") || ends_with(path, ".txt.gz");
}

/* Whether an open file is a text of the folder, by its path: LABEL/NAME.txt, or deeper. Looks only
 * at the path, which is cheap. */
static bool is_below(int descriptor, const char *folder)
{
    char own[64];
    (void)snprintf(own, sizeof own, "/proc/self/fd/%d", descriptor);
    char *const file = realpath(own, NULL), *const top = realpath(folder, NULL);
    const size_t length = top ? strlen(top) : 0;
    const bool is_text = file && top && strncmp(file, top, length) == 0 && file[length] == '/' &&
                         strchr(file + length + 1, '/') && is_text_name(file);
    free(file);
    free(top);
    return is_text;
}

/* The file that is_in_folder looks for: nftw passes no context to compare_entry. */
static const struct stat *wanted;

static int compare_entry(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)kind;
    return place->level >= 1 && is_text_name(path) && is_same_file(info, wanted);
}

/* Whether a file is a text in the folder, perhaps through a link: of texts without labels it may
 * stand at the top. Searches the whole folder. */
static bool is_in_folder(const struct stat *file, const char *folder)
{
    enum { OPEN_FOLDERS = 16 };
    wanted = file;
    return nftw(folder, compare_entry, OPEN_FOLDERS, 0) == 1;
}

/* Returns the input that the output would destroy, or NULL. Every run checks its standard output,
 * so for that one folders are not searched. */
static const char *find_input(bool is_standard, const struct stat *output)
{
    for (size_t i = 0; i < input_count; i++) {
        struct stat info;
        if (!stat_input(inputs[i], &info))
            continue;
        if (S_ISREG(info.st_mode) && is_same_file(&info, output))
            return inputs[i];
        if (S_ISDIR(info.st_mode) &&
            (is_standard ? is_below(STDOUT_FILENO, inputs[i]) : is_in_folder(output, inputs[i])))
            return inputs[i];
    }
    return NULL;
}

static const char *shown(const char *input)
{
    return strcmp(input, "-") == 0 ? "standard input" : input;
}

int check_standard_output(void)
{
    struct stat info;
    if (fstat(STDOUT_FILENO, &info) != 0 || !S_ISREG(info.st_mode))
        return PARSED;
    const char *const input = find_input(true, &info);
    if (!input)
        return PARSED;
    complain("%s: is read and is standard output, too; write to another file", shown(input));
    return SEQNET_ERR_WRITE;
}

bool is_same_output(const char *path, const char *other, const char *const *endings)
{
    char *one = NULL, *two = NULL;
    const bool are_known = seqnet_output_target(&one, path, NULL) == SEQNET_OK &&
                           seqnet_output_target(&two, other, NULL) == SEQNET_OK;
    const size_t length = are_known ? strlen(two) : 0;
    bool is_same = are_known && strcmp(one, two) == 0;
    for (size_t i = 0; are_known && endings[i]; i++)
        is_same |= strncmp(one, two, length) == 0 && one[length] == '.' &&
                   strncmp(one + length + 1, endings[i], strlen(endings[i])) == 0;
    free(one);
    free(two);
    return is_same;
}

static bool are_answers(output_kind kind)
{
    return kind == OUTPUT_ANSWERS || kind == OUTPUT_MISTAKES || kind == OUTPUT_PREDICTIONS;
}

static bool is_of_kind(const char *path, output_kind kind)
{
    return kind == OUTPUT_MODEL                             ? seqnet_model_recognise(path)
           : are_answers(kind)                              ? holds_answers(path)
           : kind == OUTPUT_CURVES || kind == OUTPUT_EPOCHS ? holds_curves(path)
           : kind == OUTPUT_SETTINGS                        ? holds_settings(path)
           : kind == OUTPUT_EXPLANATIONS                    ? holds_explanations(path)
           : kind == OUTPUT_REPORT                          ? holds_report(path)
           : kind == OUTPUT_CHECKPOINT                      ? seqnet_checkpoint_recognise(path)
                                                            : false;
}

static int refuse(const char *path, output_kind kind)
{
    complain("%s: %s, so it is not replaced; choose another name, or pass --force", path,
             WORDS[kind].refusal);
    return SEQNET_ERR_WRITE;
}

static int check_existing(const char *path, const struct stat *info, output_kind kind, bool force)
{
    const char *const input = find_input(false, info);
    if (input) {
        const bool is_same = strcmp(input, path) == 0;
        complain("%s: is %s%s this run; choose another name with %s", path,
                 is_same ? "an input of" : shown(input), is_same ? "" : ", or in it, an input of",
                 WORDS[kind].option);
        return SEQNET_ERR_WRITE;
    }
    return force || info->st_size == 0 || is_of_kind(path, kind) ? EXIT_DONE : refuse(path, kind);
}

int check_output(const char *path, output_kind kind, bool force)
{
    struct stat info;
    seqnet_error err = {0};
    if (strcmp(path, "-") == 0 || !*path) {
        complain("%s %s: what is written needs a name; name a file", WORDS[kind].option,
                 *path ? path : "''");
        return EXIT_USAGE;
    }
    const bool exists = stat(path, &info) == 0;
    if (exists && S_ISDIR(info.st_mode)) {
        complain("%s: is a folder; name a file in it with %s", path, WORDS[kind].option);
        return SEQNET_ERR_WRITE;
    }
    if (exists && S_ISREG(info.st_mode)) {
        const int code = check_existing(path, &info, kind, force);
        if (code != EXIT_DONE)
            return code;
    }
    return seqnet_output_check(path, &err) == SEQNET_OK ? EXIT_DONE : fail(&err);
}

/* The name of standard output in error sentences. */
static const char *output_place(void)
{
    return redirection.path ? redirection.path : "standard output";
}

int output_failed(int reason)
{
    static bool is_reported;
    if (is_reported)
        return SEQNET_ERR_WRITE;
    is_reported = true;
    if (reason)
        complain("%s: cannot be written: %s", output_place(), strerror(reason));
    else
        complain("%s: cannot be written", output_place());
    return SEQNET_ERR_WRITE;
}

/* The errno of the first write that failed, kept because later calls may change errno. */
static int flush_error;

bool flush_output(void)
{
    if (fflush(stdout) != 0 && flush_error == 0)
        flush_error = errno;
    if (flush_error == 0)
        flush_error = lost_output();
    return flush_error == 0 && !ferror(stdout);
}

int close_output(int code)
{
    return flush_output() ? code : output_failed(flush_error);
}

int check_plain_output(const char *path, output_kind kind, bool force)
{
    if (strlen(path) > 3 && ends_with(path, ".gz")) {
        complain("%s: %s %s not compressed; choose another name, or pipe %s through gzip", path,
                 WORDS[kind].noun, kind == OUTPUT_REPORT ? "is" : "are",
                 kind == OUTPUT_REPORT ? "it" : "them");
        return EXIT_USAGE;
    }
    return check_output(path, kind, force);
}

int redirect_output(const char *path, output_kind kind, bool force)
{
    seqnet_error err = {0};
    const int code = check_plain_output(path, kind, force);
    if (code != EXIT_DONE)
        return code;
    if (seqnet_output_open(&redirection.output, path, &err) != SEQNET_OK)
        return fail(&err);
    redirection.path = path;
    redirection.kind = kind;
    redirection.force = force;
    if (dup2(seqnet_output_descriptor(redirection.output), STDOUT_FILENO) >= 0)
        return EXIT_DONE;
    const int failed = output_failed(errno);
    drop_output();
    return failed;
}

void drop_output(void)
{
    seqnet_output_discard(redirection.output);
    redirection.output = NULL;
}

int finish_output(int code)
{
    seqnet_error err = {0};
    bool replaced;
    if (!redirection.output)
        return code;
    if (code == EXIT_DONE)
        code = close_output(code);
    if (code == EXIT_DONE) /* another process may have written there */
        code = check_output(redirection.path, redirection.kind, redirection.force);
    if (code != EXIT_DONE) {
        drop_output();
        note("nothing is written to %s", redirection.path);
        return code;
    }
    const seqnet_status status = seqnet_output_commit(redirection.output, &replaced, &err);
    redirection.output = NULL;
    if (status != SEQNET_OK)
        return fail(&err);
    note("wrote %s%s%s", redirection.path, replaced ? ", replacing older " : "",
         replaced ? WORDS[redirection.kind].noun : "");
    return EXIT_DONE;
}
