#include "outputs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "options.h"
#include "terminal.h"

enum { FIRST_BYTES = 1 << 16 };

/* What standard output was redirected to. */
static struct redirection {
    seqnet_output *output;
    const char *path;
} redirection;

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
        if (!grown) { /* an input that is not known could be lost */
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

/* Whether an existing file lies below a folder. */
static bool is_below(const char *path, const char *folder)
{
    char *const file = realpath(path, NULL), *const top = realpath(folder, NULL);
    const size_t length = top ? strlen(top) : 0;
    const bool below = file && top && strncmp(file, top, length) == 0 && file[length] == '/';
    free(file);
    free(top);
    return below;
}

/* The input that the output would destroy; NULL for none. */
static const char *find_input(const char *path, const struct stat *output)
{
    for (size_t i = 0; i < input_count; i++) {
        struct stat info;
        if (!stat_input(inputs[i], &info))
            continue;
        if (S_ISREG(info.st_mode) && is_same_file(&info, output))
            return inputs[i];
        if (path && S_ISDIR(info.st_mode) && is_below(path, inputs[i]))
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
    const char *const input = find_input(NULL, &info);
    if (!input)
        return PARSED;
    complain("%s: is read and is standard output, too; write to another file", shown(input));
    return SEQNET_ERR_WRITE;
}

/* The first line of a file, without its end. */
static bool read_first_line(const char *path, char line[FIRST_BYTES])
{
    FILE *const file = fopen(path, "rb");
    if (!file)
        return false;
    const size_t length = fread(line, 1, FIRST_BYTES - 1, file);
    fclose(file);
    line[length] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whether a line ends with a probability of six decimals. */
static bool ends_with_probability(const char *line, size_t length)
{
    if (length < 8)
        return false;
    const char *const number = line + length - 8;
    for (size_t i = 2; i < 8; i++)
        if (!is_digit(number[i]))
            return false;
    return (number[0] == '0' || number[0] == '1') && number[1] == '.' &&
           (length == 8 || strchr("\t,;|", number[-1]));
}

/* fastText's form: the last of the fields between blanks is a number up to 1. */
static bool is_fasttext_answer(const char *line)
{
    double value;
    const char *const blank = strrchr(line, ' ');
    return strncmp(line, "__label__", 9) == 0 && blank && seqnet_parse_double(blank + 1, &value) &&
           value >= 0.0 && value <= 1.0;
}

static bool ends_with_name(const char *line, size_t length)
{
    static const char name[] = "probability";
    while (length > 0 && is_digit(line[length - 1]))
        length--;
    length -= length > 0 && line[length - 1] == '_';
    return length >= sizeof name - 1 &&
           memcmp(line + length - (sizeof name - 1), name, sizeof name - 1) == 0;
}

/* Whether a file begins as predict's answers do, in any of their forms. */
static bool is_answers(const char *path)
{
    char line[FIRST_BYTES];
    if (!read_first_line(path, line))
        return false;
    const size_t length = strlen(line);
    if (line[0] == '{')
        return strstr(line, "\"probability") != NULL || strncmp(line, "{\"line\":", 8) == 0;
    return length == 0 || strcmp(line, "\t") == 0 || is_fasttext_answer(line) ||
           ends_with_probability(line, length) || ends_with_name(line, length);
}

static bool is_of_kind(const char *path, output_kind kind)
{
    return kind == OUTPUT_MODEL     ? seqnet_model_recognise(path)
           : kind == OUTPUT_ANSWERS ? is_answers(path)
                                    : false;
}

static int refuse(const char *path, output_kind kind)
{
    static const char *const reasons[] = {[OUTPUT_MODEL] = "is not a model",
                                          [OUTPUT_DATA] = "is there already",
                                          [OUTPUT_ANSWERS] = "does not hold answers of predict"};
    complain("%s: %s, so it is not replaced; choose another name, or pass --force", path,
             reasons[kind]);
    return SEQNET_ERR_WRITE;
}

static int check_existing(const char *path, const struct stat *info, output_kind kind, bool force)
{
    const char *const input = find_input(path, info);
    if (input) {
        const bool same = strcmp(input, path) == 0;
        complain("%s: is %s%s this run; choose another name with -o", path,
                 same ? "an input of" : shown(input), same ? "" : ", or in it, an input of");
        return SEQNET_ERR_WRITE;
    }
    return force || info->st_size == 0 || is_of_kind(path, kind) ? EXIT_DONE : refuse(path, kind);
}

int check_output(const char *path, output_kind kind, bool force)
{
    struct stat info;
    seqnet_error err = {0};
    if (strcmp(path, "-") == 0) {
        complain("-o -: what is written needs a name; name a file");
        return EXIT_USAGE;
    }
    if (stat(path, &info) == 0 && S_ISREG(info.st_mode)) {
        const int code = check_existing(path, &info, kind, force);
        if (code != EXIT_DONE)
            return code;
    }
    return seqnet_output_check(path, &err) == SEQNET_OK ? EXIT_DONE : fail(&err);
}

int redirect_output(const char *path, bool force)
{
    seqnet_error err = {0};
    const size_t length = strlen(path);
    if (length > 3 && strcasecmp(path + length - 3, ".gz") == 0) {
        complain("%s: answers are not compressed; choose another name, or pipe them through gzip",
                 path);
        return EXIT_USAGE;
    }
    const int code = check_output(path, OUTPUT_ANSWERS, force);
    if (code != EXIT_DONE)
        return code;
    if (seqnet_output_open(&redirection.output, path, &err) != SEQNET_OK)
        return fail(&err);
    redirection.path = path;
    if (dup2(seqnet_output_descriptor(redirection.output), STDOUT_FILENO) >= 0)
        return EXIT_DONE;
    drop_output();
    return output_failed(errno);
}

const char *output_place(void)
{
    return redirection.path ? redirection.path : "standard output";
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
    if (code != EXIT_DONE) {
        drop_output();
        note("nothing is written to %s", redirection.path);
        return code;
    }
    const seqnet_status status = seqnet_output_commit(redirection.output, &replaced, &err);
    redirection.output = NULL;
    if (status != SEQNET_OK)
        return fail(&err);
    note("wrote %s%s", redirection.path, replaced ? ", replacing older answers" : "");
    return EXIT_DONE;
}
