/* seqnet vectors: the words nearest to words, and the vectors of words and texts. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "data_options.h"
#include "each_text.h"
#include "errors.h"
#include "figures.h"
#include "json_line.h"
#include "nearest.h"
#include "notes.h"
#include "open_model.h"
#include "options.h"
#include "outputs.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "vectors",
    .arguments = "[WORD...] [-m MODEL] [options]",
    .summary = "Shows the words nearest to a word, and the vectors of words and texts.",
    .details =
        "A line for each near word: WORD, the near word, and the cosine of the angle between\n"
        "their vectors, which are the rows of the model's embedding. Without WORD the lines of\n"
        "standard input are words. With --text they are texts, each with a line of numbers: what\n"
        "the layer before the last one makes of the text. --analogy answers A - B + C.\n",
    .examples = "  seqnet vectors great -k 5\n"
                "  seqnet vectors --analogy better good bad\n"
                "  seqnet vectors --text < reviews.txt > reviews.numbers\n"
                "  seqnet export -o words.vec    # all word vectors, for fastText and gensim\n",
    .brief = "model neighbors analogy text vector input json",
    .max_arguments = (size_t)-1};

/* BATCH: texts of which the vectors are computed at a time. */
enum {
    BATCH = 32,
    /* The words of an analogy. */
    ANALOGY = 3,
    MOST_NEIGHBORS = 10000,
    /* Bytes of a word that is offered in the place of a mistyped one, with its NUL. */
    SPELT = 41
};

typedef struct show_vectors {
    const char *model_name, *input;
    bool text, vector, analogy, json;
    int64_t count;
    data_options data;
    seqnet_word_vectors *vectors;
    /* [dimension], and [count]. */
    float *vector_of_word;
    seqnet_neighbor *neighbors;
    /* Words come from arguments, so that an unknown one is an error. */
    bool is_typed;
    size_t unknown;
    /* Texts whose vectors are not printed yet. */
    placed_text texts[BATCH];
    char *copies[BATCH];
    size_t waiting, batch;
    float *vectors_of_texts;
} show_vectors;

/* The numbers of a vector, with `between` between them. */
static void print_numbers(FILE *out, const float *vector, size_t dimension, const char *between)
{
    for (size_t i = 0; i < dimension; i++)
        fprintf(out, "%s%.6g", i ? between : "", (double)vector[i]);
}

static seqnet_status out_of_memory(seqnet_error *err)
{
    (void)snprintf(err->message, sizeof err->message, "out of memory for vectors");
    return err->status = SEQNET_ERR_MEMORY;
}

/* Adds a vector to a JSON object, as a list. */
static seqnet_status add_numbers(seqnet_json *json, const float *vector, size_t dimension,
                                 seqnet_error *err)
{
    char *list = NULL;
    size_t length = 0;
    FILE *const out = open_memstream(&list, &length);
    if (!out)
        return out_of_memory(err);
    putc('[', out);
    print_numbers(out, vector, dimension, ",");
    putc(']', out);
    const bool failed = ferror(out);
    if (fclose(out) == 0 && !failed)
        seqnet_json_raw(json, json->root, "vector", list);
    else
        json->failed = true;
    free(list);
    return SEQNET_OK;
}

static void add_text(seqnet_json *json, struct cJSON *object, const char *key, const char *text,
                     size_t length)
{
    char *const copy = strndup(text, length);
    json->failed |= !copy;
    seqnet_json_string(json, object, key, copy ? copy : "");
    free(copy);
}

/* The words of the model as strings, of which the shorter ones alone can be near to others. */
typedef struct spellings {
    char (*words)[SPELT];
    size_t count;
} spellings;

static const char *spelling_at(const void *context, size_t i)
{
    return ((const spellings *)context)->words[i];
}

/* Says that the model lacks a word, with the one that was most likely meant. */
static void complain_unknown(const show_vectors *s, const char *word)
{
    const size_t count = seqnet_word_vectors_count(s->vectors);
    spellings known = {.words = calloc(count + 1, SPELT)};
    for (size_t i = 0; known.words && i < count; i++) {
        size_t length;
        const char *const other = seqnet_word_vectors_word(s->vectors, i, &length);
        if (length < SPELT)
            memcpy(known.words[known.count++], other, length);
    }
    const char *const near = nearest_word(word, spelling_at, &known, known.count);
    if (near)
        complain("'%s': the model has no such word; did you mean '%s'?", word, near);
    else
        complain("'%s': the model has no such word; 'seqnet tokens' shows what it makes of texts",
                 word);
    free(known.words);
}

static void print_word_vector(const show_vectors *s, const char *word, size_t length)
{
    put_bytes(stdout, word, length);
    putchar(' ');
    print_numbers(stdout, s->vector_of_word, seqnet_word_vectors_dimension(s->vectors), " ");
    putchar('\n');
}

static void print_neighbors(const show_vectors *s, const char *word, size_t length, size_t found)
{
    for (size_t i = 0; i < found; i++) {
        size_t size;
        const char *const near = seqnet_word_vectors_word(s->vectors, s->neighbors[i].index, &size);
        put_bytes(stdout, word, length);
        putchar('\t');
        put_bytes(stdout, near, size);
        printf("\t%.6f\n", s->neighbors[i].cosine);
    }
}

/* One line for a word: what it is near to, its vector, or neither where it is unknown. */
static seqnet_status print_word_json(const show_vectors *s, const placed_text *word, bool is_known,
                                     size_t found, seqnet_error *err)
{
    seqnet_json json = seqnet_json_begin_object();
    add_text(&json, json.root, "word", word->text, word->length);
    seqnet_json_bool(&json, json.root, "known", is_known);
    if (s->vector && is_known)
        TRY(add_numbers(&json, s->vector_of_word, seqnet_word_vectors_dimension(s->vectors), err));
    struct cJSON *const list = s->vector ? NULL : seqnet_json_list(&json, json.root, "neighbors");
    for (size_t i = 0; list && i < found; i++) {
        size_t size;
        struct cJSON *const item = seqnet_json_object(&json, list, NULL);
        const char *const near = seqnet_word_vectors_word(s->vectors, s->neighbors[i].index, &size);
        add_text(&json, item, "word", near, size);
        seqnet_json_decimal(&json, item, "cosine", s->neighbors[i].cosine, 6);
    }
    return write_json_line(stdout, &json, err);
}

/* Prints what there is to say of the vector in s->vector_of_word. */
static seqnet_status print_word(show_vectors *s, const placed_text *word, const size_t *without,
                                size_t without_count, bool is_known, seqnet_error *err)
{
    size_t found = 0;
    if (is_known && !s->vector)
        found = seqnet_word_vectors_nearest(s->vectors, s->vector_of_word, without, without_count,
                                            s->neighbors, (size_t)s->count);
    if (s->json)
        return print_word_json(s, word, is_known, found, err);
    if (is_known && s->vector)
        print_word_vector(s, word->text, word->length);
    else
        print_neighbors(s, word->text, word->length, found);
    return SEQNET_OK;
}

static seqnet_status show_word(void *user, const placed_text *word, seqnet_error *err)
{
    show_vectors *const s = user;
    size_t index;
    bool found;
    TRY(seqnet_word_vectors_find(s->vectors, word->text, word->length, s->vector_of_word, &index,
                                 &found, err));
    s->unknown += !found;
    if (!found && s->is_typed)
        complain_unknown(s, word->text);
    return print_word(s, word, &index, found, found, err);
}

static seqnet_status print_text(const show_vectors *s, const placed_text *text, const float *vector,
                                seqnet_error *err)
{
    const size_t dimension = seqnet_text_vectors_dimension(s->vectors);
    if (s->json) {
        seqnet_json json = seqnet_json_begin_object();
        seqnet_json_number(&json, json.root, "line", (double)text->line);
        TRY(add_numbers(&json, vector, dimension, err));
        return write_json_line(stdout, &json, err);
    }
    print_numbers(stdout, vector, dimension, " ");
    putchar('\n');
    return SEQNET_OK;
}

static void drop_texts(show_vectors *s)
{
    for (size_t i = 0; i < s->waiting; i++)
        free(s->copies[i]);
    s->waiting = 0;
}

/* Prints the vectors of the texts that wait. */
static seqnet_status flush_texts(show_vectors *s, seqnet_error *err)
{
    seqnet_text_view views[BATCH];
    for (size_t i = 0; i < s->waiting; i++)
        views[i] = (seqnet_text_view){.text = s->texts[i].text, .length = s->texts[i].length};
    seqnet_status status =
        seqnet_text_vectors(s->vectors, views, s->waiting, s->vectors_of_texts, err);
    for (size_t i = 0; status == SEQNET_OK && i < s->waiting; i++)
        status =
            print_text(s, &s->texts[i],
                       s->vectors_of_texts + i * seqnet_text_vectors_dimension(s->vectors), err);
    drop_texts(s);
    return status;
}

static seqnet_status show_text(void *user, const placed_text *text, seqnet_error *err)
{
    show_vectors *const s = user;
    char *const copy = malloc(text->length + 1);
    if (!copy)
        return out_of_memory(err);
    memcpy(copy, text->text, text->length);
    s->copies[s->waiting] = copy;
    s->texts[s->waiting++] = (placed_text){text->line, copy, text->length};
    return s->waiting < s->batch ? SEQNET_OK : flush_texts(s, err);
}

/* Adds the vector of a word, divided by its length, to `sum` with a sign. */
static void add_unit(const float *vector, double sign, double *sum, size_t dimension)
{
    double squares = 0.0;
    for (size_t k = 0; k < dimension; k++)
        squares += (double)vector[k] * (double)vector[k];
    for (size_t k = 0; squares > 0.0 && k < dimension; k++)
        sum[k] += sign * (double)vector[k] / sqrt(squares);
}

/* Sets s->vector_of_word to A - B + C, and `numbers` to their numbers. */
static seqnet_status combine(show_vectors *s, char **words, double *sum, size_t *numbers,
                             seqnet_error *err)
{
    static const double signs[ANALOGY] = {1.0, -1.0, 1.0};
    const size_t dimension = seqnet_word_vectors_dimension(s->vectors);
    for (size_t i = 0; i < ANALOGY; i++) {
        bool found;
        TRY(seqnet_word_vectors_find(s->vectors, words[i], strlen(words[i]), s->vector_of_word,
                                     &numbers[i], &found, err));
        s->unknown += !found;
        if (found)
            add_unit(s->vector_of_word, signs[i], sum, dimension);
        else
            complain_unknown(s, words[i]);
    }
    for (size_t k = 0; k < dimension; k++)
        s->vector_of_word[k] = (float)sum[k];
    return SEQNET_OK;
}

static seqnet_status show_analogy(show_vectors *s, char **words, seqnet_error *err)
{
    size_t numbers[ANALOGY];
    char shown[256];
    double *const sum = calloc(seqnet_word_vectors_dimension(s->vectors), sizeof *sum);
    if (!sum)
        return out_of_memory(err);
    const seqnet_status status = combine(s, words, sum, numbers, err);
    free(sum);
    if (status != SEQNET_OK || s->unknown)
        return status;
    (void)snprintf(shown, sizeof shown, "%s - %s + %s", words[0], words[1], words[2]);
    const placed_text name = {1, shown, strlen(shown)};
    return print_word(s, &name, numbers, ANALOGY, true, err);
}

static seqnet_status show_all(show_vectors *s, const text_source *source, seqnet_error *err)
{
    if (s->analogy)
        return show_analogy(s, source->arguments, err);
    if (!s->text)
        return each_text(source, show_word, s, err);
    const seqnet_status status = each_text(source, show_text, s, err);
    const seqnet_status last = status == SEQNET_OK ? flush_texts(s, err) : status;
    drop_texts(s);
    return last;
}

static seqnet_status prepare(show_vectors *s, const seqnet_model *model, seqnet_error *err)
{
    TRY(seqnet_word_vectors_create(&s->vectors, model, err));
    const size_t words = seqnet_word_vectors_dimension(s->vectors);
    const size_t texts = seqnet_text_vectors_dimension(s->vectors);
    s->vector_of_word = malloc(words * sizeof *s->vector_of_word);
    s->neighbors = malloc((size_t)s->count * sizeof *s->neighbors);
    s->vectors_of_texts = malloc(BATCH * texts * sizeof *s->vectors_of_texts);
    s->batch = isatty(STDOUT_FILENO) ? 1 : BATCH;
    return s->vector_of_word && s->neighbors && s->vectors_of_texts ? SEQNET_OK
                                                                    : out_of_memory(err);
}

static void release(show_vectors *s)
{
    seqnet_word_vectors_free(s->vectors);
    free(s->vector_of_word);
    free(s->neighbors);
    free(s->vectors_of_texts);
}

/* Checks the options together. Returns PARSED, or prints what is wrong and returns an exit code. */
static int check_settings(const show_vectors *s, const parsed_line *line, const text_source *source)
{
    if (s->text && (s->vector || s->analogy || given_name(line, &s->count))) {
        complain("--text prints the vectors of texts; leave --vector, --analogy and -k out");
        return EXIT_USAGE;
    }
    if (s->vector && given_name(line, &s->count)) {
        complain("--vector prints the vector of a word, not -k words near it; leave one out");
        return EXIT_USAGE;
    }
    if (s->analogy && (source->input || source->count != ANALOGY)) {
        complain("--analogy takes three words A B C, and answers A - B + C");
        return EXIT_USAGE;
    }
    if (source->input && source->count) {
        complain("--input reads a file; leave '%s' out", source->arguments[0]);
        return EXIT_USAGE;
    }
    return PARSED;
}

/* Shows what is asked for. Returns an exit code. */
static int show(show_vectors *s, const seqnet_model *model, const text_source *source)
{
    seqnet_error err = {0};
    seqnet_status status = prepare(s, model, &err);
    if (status == SEQNET_OK)
        status = show_all(s, source, &err);
    release(s);
    if (status != SEQNET_OK)
        return fail(&err);
    if (s->unknown && s->is_typed)
        return EXIT_USAGE;
    if (s->unknown)
        note("%zu %s, which the model does not have", s->unknown,
             plural(s->unknown, "word has no line", "words have no line"));
    return EXIT_DONE;
}

int command_vectors(int argc, char **argv)
{
    show_vectors s = {.count = 10, .data = data_options_default()};
    const char *path;
    text_source source = {.data = &s.data};
    const option_spec options[] = {
        /* clang-format off */
        GROUP("Data"),
        FILE_OPTION("input", 'i', &source.input,
                    "take words or texts from FILE; - for standard input"),
        READER_OPTIONS(s.data),
        PREFIX_OPTION(s.data),
        GROUP("Model"),
        MODEL_OR_BUILTIN_OPTION(&s.model_name),
        GROUP("Output"),
        INTEGER_OPTION("neighbors", 'k', &s.count, 1, MOST_NEIGHBORS, "near words for each word"),
        FLAG_OPTION("text", &s.text, "print a vector for each text; of arguments or lines"),
        FLAG_OPTION("vector", &s.vector, "print the vectors of the words themselves"),
        FLAG_OPTION("analogy", &s.analogy, "what is to C as A is to B; the words near A - B + C"),
        FLAG_OPTION("json", &s.json, "print one JSON object per word or text"),
        /* clang-format on */
    };
    parsed_line line;
    int code = parse_data_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv,
                                  &line, &s.data);
    if (code != PARSED)
        return code;
    source.arguments = argv + line.first;
    source.count = (size_t)(argc - line.first);
    s.is_typed = source.count > 0;
    code = check_settings(&s, &line, &source);
    if (code != PARSED)
        return code;
    add_text_inputs(&source);
    code = check_standard_output();
    if (code != PARSED)
        return code;
    seqnet_model *model = NULL;
    code = open_model_or_builtin(&model, s.model_name, &path);
    if (code == EXIT_DONE)
        s.data = with_remembered(&s.data, model, &line);
    if (code == EXIT_DONE)
        code = show(&s, model, &source);
    seqnet_model_free(model);
    return code;
}
