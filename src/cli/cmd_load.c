/* seqnet load: reads a dataset and says what is in it. */
#include <inttypes.h>
#include <stdio.h>

#include "commands.h"
#include "options.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "load",
    .arguments = "DATA [options]",
    .summary = "Reads a dataset and says what is in it: sequences, lengths, balance, vocabulary.",
    .details =
        "DATA is a Keras .npz such as imdb.npz, read as keras.datasets.imdb.load_data does, or\n"
        "builtin:demo[:SIZE[:SEED]], a generated corpus.\n\n"
        "  seqnet load imdb.npz --num-words 10000 --head 3\n",
    .min_arguments = 1,
    .max_arguments = 1};

static double percent(size_t part, size_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0.0;
}

static const char *const PART_NAMES[2] = {"train", "test"};

static int print_part(const seqnet_dataset *dataset, seqnet_part part)
{
    seqnet_error err;
    seqnet_part_summary s;
    if (seqnet_dataset_summarise(dataset, part, &s, &err) != SEQNET_OK)
        return fail(&err);
    printf("%s: lengths %zu to %zu, mean %.2f, median %zu; %s %zu, %s %zu; out of vocabulary "
           "%.2f %%\n",
           PART_NAMES[part], s.min_length, s.max_length, s.mean_length, s.median_length,
           seqnet_dataset_label_name(dataset, 0), s.class_count[0],
           seqnet_dataset_label_name(dataset, 1), s.class_count[1], percent(s.oov, s.tokens));
    return EXIT_DONE;
}

static void print_row(const seqnet_dataset *dataset, seqnet_part part, size_t row)
{
    size_t length;
    int32_t label;
    const int32_t *const ids = seqnet_dataset_row(dataset, part, row, &length, &label);
    printf("%s[%zu] %s, %zu ids:", PART_NAMES[part], row, seqnet_dataset_label_name(dataset, label),
           length);
    for (size_t i = 0; i < length; i++)
        printf(" %" PRId32, ids[i]);
    putchar('\n');
    if (seqnet_dataset_vocabulary_size(dataset) == 0)
        return;
    putchar(' ');
    for (size_t i = 0; i < length; i++) {
        size_t bytes;
        const char *const word = seqnet_dataset_word(dataset, ids[i], &bytes);
        if (word)
            printf(" %.*s", (int)bytes, word);
        else
            fputs(" ?", stdout);
    }
    putchar('\n');
}

static int print_dataset(const seqnet_dataset *dataset, size_t head)
{
    char buffer[GROUPED_NUMBER];
    for (seqnet_part part = SEQNET_TRAIN; part <= SEQNET_TEST; part++)
        printf("%zu %s sequences\n", seqnet_dataset_count(dataset, part), PART_NAMES[part]);
    for (seqnet_part part = SEQNET_TRAIN; part <= SEQNET_TEST; part++) {
        const int code = print_part(dataset, part);
        if (code != EXIT_DONE)
            return code;
    }
    const char *const index = seqnet_dataset_word_index_path(dataset);
    const size_t words = seqnet_dataset_vocabulary_size(dataset);
    printf("ids: 0 to %zu; vocabulary: ", seqnet_dataset_id_count(dataset) - 1);
    if (words)
        printf("%s words%s%s\n", grouped(words, buffer), index ? " in " : "", index ? index : "");
    else
        puts("none (no word index was found; name one with --word-index)");
    const size_t count = seqnet_dataset_count(dataset, SEQNET_TRAIN);
    for (size_t row = 0; row < head && row < count; row++)
        print_row(dataset, SEQNET_TRAIN, row);
    return EXIT_DONE;
}

int command_load(int argc, char **argv)
{
    seqnet_error err;
    seqnet_dataset_options data = seqnet_dataset_options_default();
    int64_t head = 1;
    const option_spec options[] = {
        /* clang-format off */
        NUM_WORDS_OPTION(data),
        SKIP_TOP_OPTION(data),
        WORD_INDEX_OPTION(data),
        INTEGER_OPTION("head", 0, &head, 0, 1e9, "show the first N training rows"),
        /* clang-format on */
    };
    int first;
    const int parsed =
        parse_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv, &first);
    if (parsed != PARSED)
        return parsed;
    seqnet_dataset *dataset = NULL;
    if (seqnet_dataset_load(&dataset, argv[first], &data, &err) != SEQNET_OK)
        return fail(&err);
    const int code = print_dataset(dataset, (size_t)head);
    seqnet_dataset_free(dataset);
    return code;
}
