/*
 * Fuzz target: any bytes as the input of predict --annotate, through the command itself. The first
 * byte chooses the options. What comes out is the input with something added: it is no shorter.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "errors.h"

static char folder[] = "/tmp/seqnet-fuzz-XXXXXX";
static char model_path[64], input_path[64], output_path[64];

static void remove_files(void)
{
    (void)unlink(model_path);
    (void)unlink(input_path);
    (void)unlink(output_path);
    (void)rmdir(folder);
}

/* A model of one step over a generated corpus. */
static void make_model(void)
{
    seqnet_dataset *dataset;
    seqnet_model *model;
    seqnet_train_result result;
    const seqnet_dataset_options data = seqnet_dataset_options_default();
    seqnet_train_options options = seqnet_train_options_default();
    options.epochs = 1;
    options.units[0] = options.embedding_dim = 2;
    options.threads = 1;
    if (seqnet_dataset_load(&dataset, "builtin:demo:100", &data, NULL) != SEQNET_OK)
        abort();
    if (seqnet_model_train(&model, dataset, &options, &result, NULL) != SEQNET_OK ||
        seqnet_model_save(model, model_path, NULL, NULL) != SEQNET_OK)
        abort();
    seqnet_model_free(model);
    seqnet_dataset_free(dataset);
}

static void prepare(void)
{
    static bool prepared;
    if (prepared)
        return;
    prepared = true;
    if (!mkdtemp(folder))
        abort();
    (void)snprintf(model_path, sizeof model_path, "%s/model", folder);
    (void)snprintf(input_path, sizeof input_path, "%s/input", folder);
    (void)snprintf(output_path, sizeof output_path, "%s/output", folder);
    atexit(remove_files);
    make_model();
}

static void write_input(const uint8_t *data, size_t size)
{
    FILE *const file = fopen(input_path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0)
        abort();
}

enum { MOST_WORDS = 20 };

/* The command line that the first byte asks for; returns its number of words. */
static int choose_words(const char *words[MOST_WORDS], uint8_t choice)
{
    static const char *const formats[] = {"csv", "tsv", "jsonl", "auto"};
    static const char *const extras[] = {"--skip-bad", "--top-k=2", "--no-quotes", "--header=yes"};
    const char *const always[] = {"predict",  "--annotate",    "-q", "-m", model_path, "-j1", "-i",
                                  input_path, "--input-format"};
    int count = sizeof always / sizeof *always;
    memcpy(words, always, sizeof always);
    words[count++] = formats[choice & 3];
    for (int i = 0; i < 4; i++)
        if (choice >> (2 + i) & 1)
            words[count++] = extras[i];
    return count;
}

/* Puts a file in the place of a descriptor; returns a copy of what it was. */
static int redirect(int descriptor, const char *path)
{
    const int before = dup(descriptor), file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (before < 0 || file < 0 || dup2(file, descriptor) < 0)
        abort();
    close(file);
    return before;
}

static void restore(int descriptor, int before)
{
    (void)dup2(before, descriptor);
    close(before);
}

static int run(uint8_t choice)
{
    const char *words[MOST_WORDS];
    char *argv[MOST_WORDS + 1] = {NULL};
    const int argc = choose_words(words, choice);
    for (int i = 0; i < argc; i++)
        argv[i] = (char *)(uintptr_t)words[i];
    fflush(stdout);
    const int output = redirect(STDOUT_FILENO, output_path);
    const int errors = redirect(STDERR_FILENO, "/dev/null");
    const int code = command_predict(argc, argv);
    fflush(stdout);
    restore(STDOUT_FILENO, output);
    restore(STDERR_FILENO, errors);
    return code;
}

static bool is_gzip(const uint8_t *data, size_t size)
{
    return size >= 2 && data[0] == 0x1f && data[1] == 0x8b;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stat output;
    if (size == 0)
        return 0;
    prepare();
    write_input(data + 1, size - 1);
    const int code = run(data[0]);
    if (code != EXIT_DONE && code != EXIT_USAGE && code != SEQNET_ERR_DATA)
        abort();
    if (code == EXIT_DONE && !is_gzip(data + 1, size - 1) &&
        (stat(output_path, &output) != 0 || (size_t)output.st_size < size - 1))
        abort();
    return 0;
}
