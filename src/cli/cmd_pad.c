/* seqnet pad: Keras's pad_sequences over a dataset. */
#include <inttypes.h>
#include <stdio.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "data_options.h"
#include "errors.h"
#include "notes.h"
#include "options.h"
#include "outputs.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "pad",
    .arguments = "DATA [-o FILE.npz] [options]",
    .summary = "Pads and truncates every sequence to one length and prints the shapes.",
    .details = "With -o the arrays x_train, y_train, x_test and y_test (int32) are written as a\n"
               "compressed .npz that NumPy opens and 'seqnet train' takes.\n",
    .examples = "  seqnet pad imdb.npz --maxlen 500 -o padded.npz\n",
    .brief = "maxlen padding truncating output force num-words head text-column label-column",
    .min_arguments = 1,
    .max_arguments = 1,
    .reads_arguments = true,
    .makes_files = true};

typedef struct pad_settings {
    data_options data;
    int64_t maxlen, head;
    seqnet_pad_options pad;
    const char *output;
    bool force;
} pad_settings;

/* Prints a row as it stands in the padded array. */
static void print_padded(FILE *out, const seqnet_dataset *dataset, seqnet_part part, size_t row,
                         const seqnet_pad_options *pad)
{
    size_t length;
    const int32_t *ids = seqnet_dataset_row(dataset, part, row, &length, NULL);
    const size_t columns = seqnet_dataset_padded_length(dataset, part, pad);
    const size_t kept = length < columns ? length : columns;
    if (pad->truncating == SEQNET_PRE)
        ids += length - kept;
    fprintf(out, "%s[%zu]", seqnet_part_name(part), row);
    for (size_t i = kept; i < columns && pad->padding == SEQNET_PRE; i++)
        fputs(" 0", out);
    for (size_t i = 0; i < kept; i++)
        fprintf(out, " %" PRId32, ids[i]);
    for (size_t i = kept; i < columns && pad->padding == SEQNET_POST; i++)
        fputs(" 0", out);
    fputc('\n', out);
}

static int write_and_print(const seqnet_dataset *dataset, const pad_settings *s)
{
    seqnet_error err = {0};
    bool replaced = false;
    if (s->output &&
        seqnet_dataset_write_padded(dataset, &s->pad, s->output, &replaced, &err) != SEQNET_OK)
        return fail(&err);
    printf("input_train shape: (%zu, %zu)\n", seqnet_dataset_count(dataset, SEQNET_TRAIN),
           seqnet_dataset_padded_length(dataset, SEQNET_TRAIN, &s->pad));
    printf("input_test shape: (%zu, %zu)\n", seqnet_dataset_count(dataset, SEQNET_TEST),
           seqnet_dataset_padded_length(dataset, SEQNET_TEST, &s->pad));
    wrapped_text text;
    FILE *const out = begin_wrapped(stdout, &text);
    for (size_t row = 0; row < (size_t)s->head && row < seqnet_dataset_count(dataset, SEQNET_TRAIN);
         row++)
        print_padded(out, dataset, SEQNET_TRAIN, row, &s->pad);
    end_wrapped(&text);
    (void)flush_output(); /* so that the shapes come before the note, in a pipe, too */
    if (s->output)
        note("wrote %s%s", s->output, replaced ? ", replacing an older file" : "");
    return EXIT_DONE;
}

static int check_file(const pad_settings *s)
{
    return s->output ? check_output(s->output, OUTPUT_DATA, s->force) : EXIT_DONE;
}

static int pad_data(const char *data, const pad_settings *s)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    if (seqnet_dataset_load(&dataset, data, &s->data.data, &err) != SEQNET_OK)
        return fail(&err);
    note_reading(dataset);
    add_input(seqnet_dataset_word_index_path(dataset)); /* perhaps found beside the data */
    int code = check_file(s);
    if (code == EXIT_DONE)
        code = write_and_print(dataset, s);
    seqnet_dataset_free(dataset);
    return code;
}

int command_pad(int argc, char **argv)
{
    pad_settings s = {.data = data_options_default()};
    const option_spec options[] = {
        /* clang-format off */
        GROUP("Data"),
        PART_OPTIONS(s.data),
        READER_OPTIONS(s.data),
        LABEL_OPTIONS(s.data),
        GROUP("Words"),
        WORD_OPTIONS(s.data),
        DERIVED("the longest row of each part", INTEGER_OPTION("maxlen", 0, &s.maxlen, 1, 100000,
                       "columns")),
        CHOICE_OPTION("padding", &s.pad.padding, side_word, "side on which zeros go"),
        CHOICE_OPTION("truncating", &s.pad.truncating, side_word,
                      "side on which long rows are cut"),
        GROUP("Output"),
        OUTPUT_OPTION(&s.output, "write the padded arrays there"),
        FORCE_OPTION(&s.force, "replace a file"),
        INTEGER_OPTION("head", 0, &s.head, 0, 1e9, "show the first N training rows, padded"),
        /* clang-format on */
    };
    parsed_line line;
    int code = parse_data_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv,
                                  &line, &s.data);
    if (code != PARSED)
        return code;
    s.data.data.labels.any = true;
    s.pad.maxlen = (size_t)s.maxlen;
    code = check_file(&s);
    return code == EXIT_DONE ? pad_data(argv[line.first], &s) : code;
}
