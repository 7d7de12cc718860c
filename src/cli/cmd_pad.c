/* seqnet pad: Keras's pad_sequences over a dataset. */
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
               "compressed .npz that NumPy opens and 'seqnet train' takes.\n\n"
               "  seqnet pad imdb.npz --maxlen 500 -o padded.npz\n",
    .min_arguments = 1,
    .max_arguments = 1,
    .reads_arguments = true};

static int write_and_print(const seqnet_dataset *dataset, const seqnet_pad_options *pad,
                           const char *output)
{
    seqnet_error err = {0};
    bool replaced = false;
    if (output && seqnet_dataset_write_padded(dataset, pad, output, &replaced, &err) != SEQNET_OK)
        return fail(&err);
    printf("input_train shape: (%zu, %zu)\n", seqnet_dataset_count(dataset, SEQNET_TRAIN),
           seqnet_dataset_padded_length(dataset, SEQNET_TRAIN, pad));
    printf("input_test shape: (%zu, %zu)\n", seqnet_dataset_count(dataset, SEQNET_TEST),
           seqnet_dataset_padded_length(dataset, SEQNET_TEST, pad));
    (void)flush_output(); /* in a terminal and in a pipe, the shapes come first */
    if (output)
        note("wrote %s%s", output, replaced ? ", replacing an older file" : "");
    return EXIT_DONE;
}

int command_pad(int argc, char **argv)
{
    seqnet_error err = {0};
    data_options d = data_options_default();
    int64_t maxlen = 0;
    seqnet_side padding = SEQNET_PRE, truncating = SEQNET_PRE;
    const char *output = NULL;
    bool force = false;
    const option_spec options[] = {
        /* clang-format off */
        INTEGER_OPTION("maxlen", 0, &maxlen, 1, 100000,
                       "columns (default: the longest row of each part)"),
        CHOICE_OPTION("padding", &padding, side_word, "side on which zeros go"),
        CHOICE_OPTION("truncating", &truncating, side_word, "side on which long rows are cut"),
        OUTPUT_OPTION(&output, "write the padded arrays there"),
        FORCE_OPTION(&force, "replace a file"),
        PART_OPTIONS(d),
        READER_OPTIONS(d),
        LABEL_OPTIONS(d),
        WORD_OPTIONS(d),
        /* clang-format on */
    };
    parsed_line line;
    int code = parse_data_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv,
                                  &line, &d);
    if (code != PARSED)
        return code;
    code = output ? check_output(output, OUTPUT_DATA, force) : EXIT_DONE;
    if (code != EXIT_DONE)
        return code;
    d.data.any_labels = true;
    const seqnet_pad_options pad = {
        .maxlen = (size_t)maxlen, .padding = padding, .truncating = truncating};
    seqnet_dataset *dataset = NULL;
    if (seqnet_dataset_load(&dataset, argv[line.first], &d.data, &err) != SEQNET_OK)
        return fail(&err);
    note_reading(dataset);
    add_input(seqnet_dataset_word_index_path(dataset)); /* it may have been found by itself */
    code = output ? check_output(output, OUTPUT_DATA, force) : EXIT_DONE;
    if (code == EXIT_DONE)
        code = write_and_print(dataset, &pad, output);
    seqnet_dataset_free(dataset);
    return code;
}
