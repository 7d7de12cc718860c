/* Labelled texts as they are read: their labels and order, what is counted, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "corpus_text.h"
#include "gzip.h"

static sn_label_map NO_MAP = {.rest = SIZE_MAX};

static seqnet_status read_stream(sn_corpus *corpus, seqnet_part part, sn_byte_stream *stream,
                                 const char *path, const seqnet_record_options *options,
                                 sn_label_map *map, seqnet_error *err)
{
    sn_source *source;
    assert_ok(sn_source_file_open(&source, part, stream, path, &options->reader, err), err);
    const seqnet_status status = sn_corpus_read(corpus, source, options, map, err);
    sn_source_free(source);
    return status;
}

static seqnet_status read_path(sn_corpus *corpus, const char *path,
                               const seqnet_record_options *options, sn_label_map *map,
                               seqnet_error *err)
{
    sn_byte_stream *stream;
    assert_ok(sn_stream_open(&stream, path, err), err);
    return read_stream(corpus, SEQNET_TRAIN, stream, path, options, map, err);
}

/* A source of records in memory. */
typedef struct list_source {
    sn_source base;
    const sn_source_record *records;
    size_t count, next;
} list_source;

static seqnet_status next_of_list(sn_source *base, sn_source_record *record, bool *found,
                                  seqnet_error *err)
{
    list_source *const source = (list_source *)base;
    (void)err;
    *found = source->next < source->count;
    if (*found)
        *record = source->records[source->next++];
    return SEQNET_OK;
}

static seqnet_status read_list(sn_corpus *corpus, list_source source,
                               const seqnet_record_options *options, seqnet_error *err)
{
    source.base.next = next_of_list;
    return sn_corpus_read(corpus, &source.base, options, &NO_MAP, err);
}

static sn_source_record made_record(seqnet_part part, const char *label, const char *path)
{
    return (sn_source_record){.text = "x",
                              .text_length = 1,
                              .label = label,
                              .label_length = strlen(label),
                              .weight = 1.0,
                              .part = part,
                              .path = path,
                              .label_count = 1};
}

static seqnet_status read_text(sn_corpus *corpus, const char *name, const char *text,
                               const seqnet_dataset_options *options, const char *map_text,
                               seqnet_error *err)
{
    sn_label_map map;
    const test_path path = write_text(name, text);
    assert_ok(sn_label_map_parse(&map, map_text, err), err);
    const seqnet_status status = read_path(corpus, path.text, &options->records, &map, err);
    sn_label_map_free(&map);
    return status;
}

static sn_corpus read_ok(const char *name, const char *text, const char *map)
{
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    sn_corpus corpus = {0};
    seqnet_error err = {0};
    assert_ok(read_text(&corpus, name, text, &options, map, &err), &err);
    return corpus;
}

static void assert_refused(sn_corpus corpus, const char *text, seqnet_dataset_options options,
                           const char *sentence)
{
    seqnet_error err = {0};
    assert_failure(read_text(&corpus, "bad.csv", text, &options, NULL, &err), &err, SEQNET_ERR_DATA,
                   sentence);
    sn_corpus_free(&corpus);
}

/* The names of the labels of some rows, once they are sorted. */
static void assert_order(const char *text, const char *expected)
{
    sn_corpus corpus = read_ok("labels.csv", text, NULL);
    text_log log = {0};
    assert_int_equal(sn_corpus_sort_labels(&corpus, NULL), SEQNET_OK);
    for (size_t i = 0; i < corpus.labels.count; i++) {
        log_text(&log, sn_string_set_get(&corpus.labels, i, NULL));
        log_text(&log, " ");
    }
    assert_string_equal(log.text, expected);
    free(log.text);
    sn_corpus_free(&corpus);
}

static void labels_are_ordered_by_value_then_bytes(void **state)
{
    (void)state;
    assert_order("label,text\n10,a\n9,b\n-1,c\n2.5,d\n", "-1 2.5 9 10 ");
    assert_order("label,text\npos,a\nneg,b\nPos,c\n", "Pos neg pos ");
    assert_order("label,text\nb,a\n2,b\na,c\n10,d\nnan,e\n", "2 10 a b nan ");
    assert_order("label,text\n1.0,a\n1,b\n01,c\n1e0,c\n", "01 1 1.0 1e0 ");
    assert_order("label,text\nab,a\na,b\nabc,c\n\xc3\xa9,d\n", "a ab abc \xc3\xa9 ");
}

static void rows_keep_their_labels_when_these_are_sorted(void **state)
{
    (void)state;
    sn_corpus corpus = read_ok("rows.csv", "label,text\nz,a\ny,b\nz,c\nx,d\n", NULL);
    assert_part(&corpus, SEQNET_TRAIN, "z:a|y:b|z:c|x:d|");
    assert_int_equal(corpus.texts[0].infos[0].label, 0);
    assert_int_equal(sn_corpus_sort_labels(&corpus, NULL), SEQNET_OK);
    assert_part(&corpus, SEQNET_TRAIN, "z:a|y:b|z:c|x:d|");
    assert_int_equal(corpus.texts[0].infos[0].label, 2);
    sn_corpus_free(&corpus);
    assert_int_equal(sn_corpus_sort_labels(&corpus, NULL), SEQNET_OK); /* without any, too */
    sn_corpus_free(&corpus);
}

static void rows_know_where_they_come_from(void **state)
{
    (void)state;
    sn_corpus corpus = read_ok("first.csv", "label,text\na,x\n\nb,\"y\nz\"\na,w\n", NULL);
    const test_path path = in_folder("first.csv");
    const sn_text_info *const infos = corpus.texts[0].infos;
    assert_int_equal(corpus.texts[0].count, 3);
    assert_string_equal(sn_string_set_get(&corpus.sources, infos[2].source, NULL), path.text);
    assert_int_equal(infos[0].line, 2);
    assert_int_equal(infos[1].line, 4);
    assert_int_equal(infos[2].line, 6);
    assert_false(corpus.has_weights);
    sn_corpus_free(&corpus);
}

static void a_stream_is_a_file(void **state)
{
    (void)state;
    static const char text[] = "label\ttext\na\tone\nb\ttwo\n";
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    sn_byte_stream *stream = NULL;
    sn_corpus corpus = {0};
    seqnet_error err = {0};
    assert_ok(sn_stream_open_bytes(&stream, text, sizeof text - 1, "there.tsv", &err), &err);
    assert_ok(
        read_stream(&corpus, SEQNET_TEST, stream, "there.tsv", &options.records, &NO_MAP, &err),
        &err);
    assert_part(&corpus, SEQNET_TRAIN, "");
    assert_part(&corpus, SEQNET_TEST, "a:one|b:two|");
    assert_string_equal(sn_string_set_get(&corpus.sources, 0, NULL), "there.tsv");
    sn_corpus_free(&corpus);
}

static void a_map_renames_and_drops(void **state)
{
    (void)state;
    sn_corpus corpus = read_ok("stars.csv", "label,text\n1,a\n2,b\n3,c\n5,d\n3,e\n",
                               "1,2=negative;4,5=positive;3=");
    assert_part(&corpus, SEQNET_TRAIN, "negative:a|negative:b|positive:d|");
    assert_int_equal(corpus.reading.dropped, 2);
    assert_int_equal(corpus.labels.count, 2);
    sn_corpus_free(&corpus);
}

static void lines_with_several_labels_are_counted(void **state)
{
    (void)state;
    sn_corpus corpus = read_ok(
        "several.ft", "__label__a __label__b x\n__label__b y\n__label__c __label__a z\n", NULL);
    assert_part(&corpus, SEQNET_TRAIN, "a:x|b:y|c:z|");
    assert_int_equal(corpus.reading.several_labels, 2);
    sn_corpus_free(&corpus);
}

static void weights_come_from_a_column(void **state)
{
    (void)state;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    sn_corpus corpus = {0};
    seqnet_error err = {0};
    options.records.reader.weight_field = "w";
    assert_ok(
        read_text(&corpus, "weights.csv", "label,text,w\na,x,2.5\nb,y,0\n", &options, NULL, &err),
        &err);
    assert_true(corpus.has_weights);
    assert_true(sn_texts_weight(&corpus.texts[0], 0) == 2.5F);
    assert_true(sn_texts_weight(&corpus.texts[0], 1) == 0.0F);
    sn_corpus_free(&corpus);
    assert_refused((sn_corpus){0}, "label,text,w\na,x,-1\n", options, "bad.csv:2: the weight '-1'");
}

/* Weights are floats, and a loss of infinity is no loss. */
static void a_weight_that_is_too_large_is_refused(void **state)
{
    (void)state;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.records.reader.weight_field = "w";
    assert_refused((sn_corpus){0}, "label,text,w\na,x,1\na,x,1e39\n", options,
                   "bad.csv:3: the weight 1e+39 is larger than 1000000");
    assert_refused((sn_corpus){0}, "label,text,w\na,x,1000001\n", options,
                   "bad.csv:2: the weight 1e+06 is larger than 1000000");
}

static void weights_move_and_are_copied_with_their_rows(void **state)
{
    (void)state;
    static const uint8_t chosen[] = {0, 1, 0, 1};
    static const float stay[] = {1.0F, 3.0F}, moved[] = {2.0F, 1.0F};
    seqnet_dataset_options options = seqnet_dataset_options_default();
    sn_corpus corpus = {0}, copy;
    seqnet_error err = {0};
    options.records.reader.weight_field = "w";
    assert_ok(read_text(&corpus, "moved.csv", "label,text,w\na,1,1\nb,2,2\na,3,3\nb,4,1\n",
                        &options, NULL, &err),
              &err);
    assert_ok(sn_corpus_move(&corpus, SEQNET_TRAIN, SEQNET_TEST, chosen, &err), &err);
    assert_ok(sn_corpus_copy(&copy, &corpus, &err), &err);
    sn_corpus_free(&corpus);
    for (size_t row = 0; row < 2; row++) {
        assert_true(sn_texts_weight(&copy.texts[SEQNET_TRAIN], row) == stay[row]);
        assert_true(sn_texts_weight(&copy.texts[SEQNET_TEST], row) == moved[row]);
    }
    sn_corpus_free(&copy);
}

typedef struct told {
    size_t count;
    char last[512];
} told;

static void be_told(void *user, const char *message)
{
    told *const t = user;
    t->count++;
    (void)snprintf(t->last, sizeof t->last, "%s", message);
}

static void bad_records_can_be_skipped_and_counted(void **state)
{
    (void)state;
    told t = {0};
    seqnet_dataset_options options = seqnet_dataset_options_default();
    sn_corpus corpus = {0};
    seqnet_error err = {0};
    options.records.skip_bad = true;
    options.records.problems = be_told;
    options.records.problems_user = &t;
    assert_ok(read_text(&corpus, "some.csv", "label,text\na,x\nb\n,y\nb,z\n", &options, NULL, &err),
              &err);
    assert_part(&corpus, SEQNET_TRAIN, "a:x|b:z|");
    assert_int_equal(corpus.reading.bad, 2);
    assert_int_equal(t.count, 2);
    assert_non_null(strstr(corpus.reading.first_bad, "some.csv:3: "));
    assert_non_null(strstr(t.last, "some.csv:4: has no label"));
    sn_corpus_free(&corpus);
}

/* What comes behind is lost, however much it is. */
static void an_input_that_ends_too_early_is_no_bad_record(void **state)
{
    (void)state;
    static const char whole[] = "label,text\na,x\nb,some more of it\na,y\n";
    uint8_t packed[256];
    seqnet_dataset_options options = seqnet_dataset_options_default();
    sn_corpus corpus = {0};
    seqnet_error err = {0};
    options.records.skip_bad = true;
    assert_refused((sn_corpus){0}, "label,text\na,x\nb\nb,\"y\na,z\n", options, "never closed");
    const size_t size = gzip_member(packed, sizeof packed, whole, sizeof whole - 1);
    const test_path path = write_file("cut.csv.gz", packed, size - 9);
    assert_failure(read_path(&corpus, path.text, &options.records, &NO_MAP, &err), &err,
                   SEQNET_ERR_DATA, "cut.csv.gz: is cut short");
    assert_int_equal(corpus.reading.bad, 0);
    sn_corpus_free(&corpus);
}

static struct {
    size_t calls, position, size, records;
} reading;

static void be_told_of_progress(size_t position, size_t size, size_t records)
{
    assert_true(position <= size && position >= reading.position && records > reading.records);
    reading.calls++;
    reading.position = position;
    reading.size = size;
    reading.records = records;
}

static void progress_is_told_while_records_are_read(void **state)
{
    (void)state;
    enum { ROWS = 1000, ROW = 4 };
    char text[ROWS * ROW + 16] = "label,text\n";
    seqnet_dataset_options options = seqnet_dataset_options_default();
    sn_corpus corpus = {0};
    seqnet_error err = {0};
    for (size_t i = 0, used = strlen(text); i < ROWS; i++)
        memcpy(text + used + i * ROW, "a,x\n", ROW + 1);
    options.records.progress = be_told_of_progress;
    assert_ok(read_text(&corpus, "some.csv", text, &options, NULL, &err), &err);
    assert_int_equal(reading.calls, 4);
    assert_int_equal(reading.position, strlen(text));
    assert_int_equal(reading.size, strlen(text));
    assert_int_equal(reading.records, ROWS);
    sn_corpus_free(&corpus);
}

static void a_bad_record_is_an_error_otherwise(void **state)
{
    (void)state;
    told t = {0};
    seqnet_dataset_options options = seqnet_dataset_options_default();
    assert_refused((sn_corpus){0}, "label,text\na,x\nb\n,y\n", options, "bad.csv:3: ");
    options.records.problems = be_told;
    options.records.problems_user = &t;
    assert_refused((sn_corpus){0}, "label,text\na,x\n,y\n,y\n", options, "bad.csv:3: has no label");
    assert_int_equal(t.count, 1);
}

/* Replacing what is no UTF-8 could make one label of two. */
static void a_label_must_be_utf8(void **state)
{
    (void)state;
    const seqnet_record_options options = {0};
    sn_corpus corpus = {0};
    seqnet_error err = {0};
    sn_source_record record = made_record(SEQNET_TRAIN, "", "some.csv");
    record.label = "a\xff";
    record.label_length = 2;
    const sn_source_record records[] = {record, record};
    assert_failure(
        read_list(&corpus, (list_source){.records = records, .count = 2}, &options, &err), &err,
        SEQNET_ERR_DATA, "some.csv: the label 'a\xff' is not UTF-8; rename it");
    sn_corpus_free(&corpus);
}

static sn_corpus fixed_corpus(void)
{
    static const char *const names[] = {"good", "bad"};
    sn_corpus corpus = {.labels_of = "the model's"};
    for (size_t i = 0, number; i < 2; i++)
        assert_int_equal(
            sn_string_set_add(&corpus.labels, names[i], strlen(names[i]), &number, NULL),
            SEQNET_OK);
    return corpus;
}

static void a_label_that_a_model_lacks_is_refused(void **state)
{
    (void)state;
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    assert_refused(fixed_corpus(), "label,text\nbad,x\ngood,y\nfine,z\n", options,
                   "bad.csv:4: the label 'fine' is none of the model's (good, bad); rename it with "
                   ".map 'fine=NAME', or drop its rows with 'fine='");
    sn_corpus corpus = fixed_corpus();
    seqnet_error err = {0};
    assert_ok(read_text(&corpus, "fine.csv", "label,text\nbad,x\nfine,z\n", &options,
                        "fine=good;*=*", &err),
              &err);
    assert_part(&corpus, SEQNET_TRAIN, "bad:x|good:z|");
    assert_int_equal(corpus.texts[0].infos[0].label, 1);
    sn_corpus_free(&corpus);
}

static void a_model_of_more_labels_names_two_of_them(void **state)
{
    (void)state;
    size_t number;
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    sn_corpus corpus = fixed_corpus();
    assert_int_equal(sn_string_set_add(&corpus.labels, "so so", 5, &number, NULL), SEQNET_OK);
    assert_refused(corpus, "label,text\nfine,z\n", options, "(good, bad, ...)");
}

static void there_is_an_end_of_labels(void **state)
{
    (void)state;
    text_log text = {0};
    log_text(&text, "label,text\n");
    for (int i = 0; i <= SN_MAX_LABELS; i++) {
        char line[32];
        (void)snprintf(line, sizeof line, "l%d,x\nl0,y\n", i);
        if (i == SN_MAX_LABELS) { /* as many as there may be */
            sn_corpus corpus = read_ok("most.csv", text.text, NULL);
            assert_int_equal(corpus.labels.count, SN_MAX_LABELS);
            sn_corpus_free(&corpus);
        }
        log_text(&text, line);
    }
    assert_refused((sn_corpus){0}, text.text, seqnet_dataset_options_default(),
                   "bad.csv:8194: there are more than 4096 different labels up to here");
    free(text.text);
}

static void chosen_rows_move(void **state)
{
    (void)state;
    static const uint8_t chosen[] = {0, 1, 0, 1};
    sn_corpus corpus = read_ok("move.csv", "label,text\na,1\nb,2\na,3\nb,4\n", NULL);
    assert_int_equal(sn_corpus_move(&corpus, SEQNET_TRAIN, SEQNET_TEST, chosen, NULL), SEQNET_OK);
    assert_part(&corpus, SEQNET_TRAIN, "a:1|a:3|");
    assert_part(&corpus, SEQNET_TEST, "b:2|b:4|");
    assert_int_equal(corpus.texts[SEQNET_TEST].infos[1].line, 5);
    assert_int_equal(sn_corpus_move(&corpus, SEQNET_TRAIN, SEQNET_TEST, chosen + 1, NULL),
                     SEQNET_OK);
    assert_part(&corpus, SEQNET_TRAIN, "a:3|");
    assert_part(&corpus, SEQNET_TEST, "b:2|b:4|a:1|");
    assert_int_equal(sn_corpus_move(&corpus, SEQNET_TRAIN, SEQNET_TEST, chosen + 1, NULL),
                     SEQNET_OK);
    assert_part(&corpus, SEQNET_TRAIN, "");
    sn_corpus_free(&corpus);
}

static void a_copy_is_on_its_own(void **state)
{
    (void)state;
    sn_corpus corpus = read_ok("copy.csv", "label,text\na,1\nb,2\nc,\n", "a=a;b=b;c=");
    sn_corpus copy;
    assert_int_equal(sn_corpus_copy(&copy, &corpus, NULL), SEQNET_OK);
    assert_ptr_equal(copy.texts[0].infos[1].text, corpus.texts[0].infos[1].text);
    assert_int_equal(sn_corpus_own(&copy, NULL), SEQNET_OK);
    sn_corpus_free(&corpus);
    assert_part(&copy, SEQNET_TRAIN, "a:1|b:2|");
    assert_int_equal(copy.reading.dropped, 1);
    assert_int_equal(copy.sources.count, 1);
    sn_corpus_free(&copy);
}

static void standard_input_is_named_so(void **state)
{
    (void)state;
    static const char text[] = "label,text\na,x\nfine,y\n";
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    sn_byte_stream *stream = NULL;
    sn_corpus corpus = fixed_corpus();
    seqnet_error err = {0};
    assert_ok(sn_stream_open_bytes(&stream, text, sizeof text - 1, "standard input", &err), &err);
    assert_failure(read_stream(&corpus, SEQNET_TRAIN, stream, "-", &options.records, &NO_MAP, &err),
                   &err, SEQNET_ERR_DATA, "standard input:2: the label 'a' is none of the model's");
    sn_corpus_free(&corpus);
}

/* A divided folder is one source. */
static void the_labels_of_its_training_rows_are_all_that_a_source_has(void **state)
{
    (void)state;
    const seqnet_record_options options = {.skip_bad = true};
    const sn_source_record records[] = {
        made_record(SEQNET_TRAIN, "a", "1.txt"), made_record(SEQNET_TRAIN, "b", "2.txt"),
        made_record(SEQNET_TEST, "a", "3.txt"), made_record(SEQNET_TEST, "c", "4.txt")};
    sn_corpus corpus = {0};
    seqnet_error err = {0};
    assert_ok(read_list(&corpus, (list_source){.records = records, .count = 3}, &options, &err),
              &err);
    assert_part(&corpus, SEQNET_TRAIN, "a:x|b:x|");
    assert_part(&corpus, SEQNET_TEST, "a:x|");
    sn_corpus_free(&corpus);
    assert_failure(
        read_list(&corpus, (list_source){.records = records, .count = 4}, &options, &err), &err,
        SEQNET_ERR_DATA, "4.txt: the label 'c' is none of the training rows' (a, b)");
    assert_int_equal(corpus.reading.bad, 0);
    sn_corpus_free(&corpus);
    assert_ok(read_list(&corpus, (list_source){.records = records + 2, .count = 2}, &options, &err),
              &err);
    assert_part(&corpus, SEQNET_TEST, "a:x|c:x|");
    sn_corpus_free(&corpus);
}

static void a_source_tells_what_can_be_skipped(void **state)
{
    (void)state;
    told t = {0};
    const seqnet_record_options options = {
        .skip_bad = true, .problems = be_told, .problems_user = &t};
    sn_source_record bad = made_record(SEQNET_TRAIN, "a", "some");
    bad.weight = 2e6;
    const sn_source_record records[] = {bad, made_record(SEQNET_TRAIN, "b", "some")};
    list_source source = {.records = records, .count = 2};
    sn_corpus corpus = {0};
    seqnet_error err = {0};
    assert_failure(read_list(&corpus, source, &options, &err), &err, SEQNET_ERR_DATA,
                   "some: the weight 2e+06 is larger");
    assert_int_equal(t.count, 0);
    source.base.can_skip = true;
    assert_ok(read_list(&corpus, source, &options, &err), &err);
    assert_part(&corpus, SEQNET_TRAIN, "b:x|");
    assert_int_equal(t.count, 1);
    assert_int_equal(corpus.reading.bad, 1);
    sn_corpus_free(&corpus);
}

static void what_rows_cannot_hold_is_refused(void **state)
{
    (void)state;
    const seqnet_record_options options = {0};
    sn_source_record record = made_record(SEQNET_TRAIN, "a", "large.csv");
    list_source source = {.records = &record, .count = 1};
    sn_corpus corpus = {0};
    seqnet_error err = {0};
    record.line = (size_t)UINT32_MAX + 1;
    assert_failure(read_list(&corpus, source, &options, &err), &err, SEQNET_ERR_DATA,
                   "large.csv:4294967296: a dataset holds texts below 4 GiB");
    record.line = UINT32_MAX;
    record.text_length = (size_t)UINT32_MAX + 1;
    assert_failure(read_list(&corpus, source, &options, &err), &err, SEQNET_ERR_DATA,
                   "large.csv:4294967295: a dataset holds texts below 4 GiB");
    record.text_length = 1;
    assert_ok(read_list(&corpus, source, &options, &err), &err);
    assert_int_equal(corpus.texts[SEQNET_TRAIN].infos[0].line, UINT32_MAX);
    sn_corpus_free(&corpus);
}

static void each_file_has_one_number(void **state)
{
    (void)state;
    const seqnet_record_options options = {0};
    char again[] = "1.txt";
    const sn_source_record records[] = {
        made_record(SEQNET_TRAIN, "a", "1.txt"), made_record(SEQNET_TRAIN, "a", again),
        made_record(SEQNET_TRAIN, "b", "2.txt"), made_record(SEQNET_TRAIN, "b", "1.txt")};
    static const size_t expected[] = {0, 0, 1, 0};
    sn_corpus corpus = {0};
    seqnet_error err = {0};
    assert_ok(read_list(&corpus, (list_source){.records = records, .count = 4}, &options, &err),
              &err);
    assert_int_equal(corpus.sources.count, 2);
    for (size_t row = 0; row < 4; row++)
        assert_int_equal(corpus.texts[SEQNET_TRAIN].infos[row].source, expected[row]);
    sn_corpus_free(&corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_are_ordered_by_value_then_bytes),
        cmocka_unit_test(rows_keep_their_labels_when_these_are_sorted),
        cmocka_unit_test(rows_know_where_they_come_from),
        cmocka_unit_test(a_stream_is_a_file),
        cmocka_unit_test(a_map_renames_and_drops),
        cmocka_unit_test(lines_with_several_labels_are_counted),
        cmocka_unit_test(weights_come_from_a_column),
        cmocka_unit_test(a_weight_that_is_too_large_is_refused),
        cmocka_unit_test(progress_is_told_while_records_are_read),
        cmocka_unit_test(bad_records_can_be_skipped_and_counted),
        cmocka_unit_test(an_input_that_ends_too_early_is_no_bad_record),
        cmocka_unit_test(a_bad_record_is_an_error_otherwise),
        cmocka_unit_test(the_labels_of_its_training_rows_are_all_that_a_source_has),
        cmocka_unit_test(a_source_tells_what_can_be_skipped),
        cmocka_unit_test(each_file_has_one_number),
        cmocka_unit_test(what_rows_cannot_hold_is_refused),
        cmocka_unit_test(weights_move_and_are_copied_with_their_rows),
        cmocka_unit_test(a_label_must_be_utf8),
        cmocka_unit_test(a_label_that_a_model_lacks_is_refused),
        cmocka_unit_test(a_model_of_more_labels_names_two_of_them),
        cmocka_unit_test(there_is_an_end_of_labels),
        cmocka_unit_test(chosen_rows_move),
        cmocka_unit_test(a_copy_is_on_its_own),
        cmocka_unit_test(standard_input_is_named_so),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
