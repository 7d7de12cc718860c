/* Folders of texts: which files are texts, which part and label they belong to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "corpus_text.h"
#include "gzip.h"

static sn_label_map NO_MAP = {.rest = SIZE_MAX};

/* Writes a file of a tree, making the folders above it. */
static void plant(const char *name, const char *text)
{
    char part[64];
    for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
        (void)snprintf(part, sizeof part, "%.*s", (int)(slash - name), name);
        (void)mkdir(in_folder(part).text, 0777);
    }
    if (name[strlen(name) - 1] != '/')
        write_text(name, text);
}

static seqnet_status read_folder(sn_corpus *corpus, seqnet_part part, const char *path,
                                 sn_label_map *map, seqnet_error *err)
{
    sn_source *source;
    const seqnet_record_options options = {.skip_bad = true};
    SN_TRY(sn_folder_open(&source, part, path, NULL, err));
    const seqnet_status status = sn_corpus_read(corpus, source, &options, map, err);
    sn_source_free(source);
    return status;
}

static sn_corpus read_tree(const char *name, seqnet_part part)
{
    sn_corpus corpus = {0};
    seqnet_error err = {0};
    assert_ok(read_folder(&corpus, part, in_folder(name).text, &NO_MAP, &err), &err);
    return corpus;
}

static void assert_left_out(const sn_corpus *corpus, const char *sentence)
{
    const char *const told = strstr(corpus->reading.left_out, sentence);
    if (!told || (*sentence == '\0' && *told != '\0'))
        fail_msg("'%s' is not in '%s'", sentence, corpus->reading.left_out);
}

static void assert_unread(const char *name, seqnet_part part, const char *sentence)
{
    sn_corpus corpus = {0};
    seqnet_error err = {0};
    assert_failure(read_folder(&corpus, part, in_folder(name).text, &NO_MAP, &err), &err,
                   SEQNET_ERR_DATA, sentence);
    sn_corpus_free(&corpus);
}

static void only_folders_are_folders(void **state)
{
    (void)state;
    plant("kinds/file.txt", "x");
    assert_true(sn_folder_recognise(in_folder("kinds").text));
    assert_true(sn_folder_recognise(in_folder("kinds/").text));
    assert_false(sn_folder_recognise(in_folder("kinds/file.txt").text));
    assert_false(sn_folder_recognise(in_folder("missing").text));
    assert_false(sn_folder_recognise("-"));
}

static void labels_are_folders(void **state)
{
    (void)state;
    plant("plain/pos/2.txt", "great");
    plant("plain/pos/10.txt", "good\nfilm\n");
    plant("plain/neg/1.txt", "bad");
    plant("plain/neg/empty.txt", "");
    sn_corpus corpus = read_tree("plain", SEQNET_TRAIN);
    assert_part(&corpus, SEQNET_TRAIN, "neg:bad|neg:|pos:good^Jfilm^J|pos:great|");
    assert_part(&corpus, SEQNET_TEST, "");
    const sn_text_info *const info = &corpus.texts[SEQNET_TRAIN].infos[3];
    assert_string_equal(sn_string_set_get(&corpus.sources, info->source, NULL),
                        in_folder("plain/pos/2.txt").text);
    assert_int_equal(info->line, 0);
    assert_true(sn_texts_weight(&corpus.texts[SEQNET_TRAIN], 3) == 1.0F);
    sn_corpus_free(&corpus);
}

static void the_train_folder_fixes_the_labels(void **state)
{
    (void)state;
    plant("fixed/train/pos/1.txt", "one");
    plant("fixed/train/neg/1.txt", "two");
    plant("fixed/test/Pos/1.txt", "three");
    assert_unread("fixed", SEQNET_TRAIN,
                  "fixed/test/Pos/1.txt: the label 'Pos' is none of the training rows' (neg, pos)");
    plant("unfixed/test/Pos/1.txt", "three");
    sn_corpus corpus = read_tree("unfixed", SEQNET_TRAIN);
    assert_part(&corpus, SEQNET_TEST, "Pos:three|");
    sn_corpus_free(&corpus);
}

static void splits_are_folders_above_them(void **state)
{
    (void)state;
    plant("acl/train/pos/1.txt", "one");
    plant("acl/train/neg/1.txt", "two");
    plant("acl/test/pos/1.txt", "three");
    plant("acl/val/neg/1.txt", "four");
    plant("acl/dev/neg/1.txt", "five");
    plant("acl/validation/pos/1.txt", "six");
    plant("acl/valid/pos/1.txt", "seven");
    plant("acl/train/unsup/1.txt", "nobody knows");
    plant("acl/train/urls_pos.txt", "http://example.org");
    plant("acl/other/pos/1.txt", "not a split");
    plant("acl/imdb.vocab", "the");
    for (int slash = 0; slash < 2; slash++) {
        sn_corpus corpus = read_tree(slash ? "acl/" : "acl", SEQNET_TRAIN);
        assert_part(&corpus, SEQNET_TRAIN, "neg:two|pos:one|");
        assert_part(&corpus, SEQNET_TEST, "pos:three|");
        assert_part(&corpus, SEQNET_VALIDATION, "neg:four|pos:seven|neg:five|pos:six|");
        assert_string_equal(sn_string_set_get(&corpus.sources, 0, NULL),
                            in_folder("acl/train/neg/1.txt").text);
        assert_left_out(&corpus, ": left out 1 entry: 1 folder that is no split (other)");
        sn_corpus_free(&corpus);
    }
}

/* --test FOLDER: its splits would be the labels. */
static void a_part_has_no_splits(void **state)
{
    (void)state;
    plant("part/train/pos/1.txt", "one");
    plant("part/test/pos/1.txt", "two");
    assert_unread("part", SEQNET_TEST, "part: is a folder without texts");
    sn_corpus corpus = read_tree("part/test", SEQNET_TEST);
    assert_part(&corpus, SEQNET_TEST, "pos:two|");
    sn_corpus_free(&corpus);
}

static void other_files_are_left_out(void **state)
{
    (void)state;
    plant("mixed/pos/1.txt", "one");
    plant("mixed/pos/.hidden.txt", "hidden");
    plant("mixed/pos/.txt", "only an ending");
    plant("mixed/pos/notes.md", "notes");
    plant("mixed/pos/1.txt~", "a copy");
    plant("mixed/pos/TXT", "no ending");
    plant("mixed/pos/deep/1.txt", "too deep");
    plant("mixed/pos/folder.txt/1.txt", "a folder of that name");
    plant("mixed/.git/1.txt", "hidden folder");
    plant("mixed/readme.txt", "beside the labels");
    assert_int_equal(symlink("nowhere", in_folder("mixed/pos/link.txt").text), 0);
    sn_corpus corpus = read_tree("mixed", SEQNET_TRAIN);
    assert_part(&corpus, SEQNET_TRAIN, "pos:one|");
    assert_left_out(&corpus,
                    "mixed: left out 7 entries: 1 file beside the folders (readme.txt), 2 files "
                    "that are not .txt (pos/1.txt~, ...), 1 file without an ending (pos/TXT), 2 "
                    "folders within a label (pos/deep, ...), 1 entry that is no file "
                    "(pos/link.txt)");
    sn_corpus_free(&corpus);
    assert_int_equal(unlink(in_folder("mixed/pos/link.txt").text), 0);
}

static void splits_are_known_in_any_case(void **state)
{
    (void)state;
    plant("cases/TRAIN/pos/1.txt", "one");
    plant("cases/TRAIN/neg/1.TXT", "two");
    plant("cases/Test/pos/1.txt", "three");
    plant("cases/Extra/pos/1.txt", "no split");
    sn_corpus corpus = read_tree("cases", SEQNET_TRAIN);
    assert_part(&corpus, SEQNET_TRAIN, "neg:two|pos:one|");
    assert_part(&corpus, SEQNET_TEST, "pos:three|");
    assert_left_out(&corpus, "cases: left out 1 entry: 1 folder that is no split (Extra)");
    sn_corpus_free(&corpus);
    plant("jobs/Dev/1.txt", "one");
    plant("jobs/Ops/1.txt", "two");
    corpus = read_tree("jobs", SEQNET_TRAIN);
    assert_part(&corpus, SEQNET_TRAIN, "Dev:one|Ops:two|");
    assert_left_out(&corpus, "");
    sn_corpus_free(&corpus);
}

/* As 20 Newsgroups has them. */
static void files_without_endings_are_texts_where_none_has_one(void **state)
{
    (void)state;
    plant("news/alt.atheism/49960", "one");
    plant("news/sci.space/59848", "two");
    plant("news/sci.space/.hidden", "hidden");
    write_file("news/sci.space/program", "\177ELF\0\1", 6);
    sn_corpus corpus = read_tree("news", SEQNET_TRAIN);
    assert_part(&corpus, SEQNET_TRAIN, "alt.atheism:one|sci.space:two|");
    assert_left_out(&corpus, "news: left out 1 entry: 1 file that is no text (sci.space/program)");
    sn_corpus_free(&corpus);
}

static void compressed_texts_are_texts(void **state)
{
    (void)state;
    static char text[100000];
    char packed[4096];
    memset(text, 'x', sizeof text);
    plant("packed/pos/2.txt", "plain");
    const size_t size = gzip_member(packed, sizeof packed, text, sizeof text);
    write_file("packed/pos/1.txt.gz", packed, size);
    sn_corpus corpus = read_tree("packed", SEQNET_TRAIN);
    size_t length;
    assert_int_equal(corpus.texts[0].count, 2);
    assert_memory_equal(sn_texts_get(&corpus.texts[0], 0, &length), text, sizeof text);
    assert_int_equal(length, sizeof text);
    assert_memory_equal(sn_texts_get(&corpus.texts[0], 1, &length), "plain", 5);
    sn_corpus_free(&corpus);
    write_file("packed/pos/1.txt.gz", packed, size / 2);
    assert_unread("packed", SEQNET_TRAIN, "packed/pos/1.txt.gz: is cut short");
}

static void a_byte_order_mark_is_no_text(void **state)
{
    (void)state;
    plant("marked/pos/1.txt", "\xef\xbb\xbfone");
    plant("marked/pos/2.txt", "\xef\xbb\xbf");
    plant("marked/pos/3.txt", "\xef\xbb");
    sn_corpus corpus = read_tree("marked", SEQNET_TRAIN);
    assert_part(&corpus, SEQNET_TRAIN, "pos:one|pos:|pos:\xef\xbb|");
    sn_corpus_free(&corpus);
}

static void a_folder_without_texts_is_an_error(void **state)
{
    (void)state;
    plant("void/", "");
    plant("empty/pos/", "");
    plant("empty/unsup/1.txt", "unlabelled");
    plant("hollow/train/pos/", "");
    plant("strange/pos/1.md", "text");
    assert_unread("void", SEQNET_TRAIN,
                  "void: is a folder without texts; expected LABEL/NAME.txt, or");
    assert_unread("empty", SEQNET_TRAIN, "empty: is a folder without texts");
    assert_unread("hollow", SEQNET_TRAIN, "hollow: is a folder without texts");
    assert_unread(
        "strange", SEQNET_TRAIN,
        "strange: is a folder without texts, but with 1 file that is not .txt (pos/1.md); "
        "expected LABEL/NAME.txt, or");
    assert_unread("nowhere", SEQNET_TRAIN, "nowhere: cannot be opened: No such file");
}

static void a_dropped_text_is_a_text(void **state)
{
    (void)state;
    sn_label_map map;
    sn_corpus corpus = {0};
    seqnet_error err = {0};
    plant("drop/a/1.txt", "one");
    plant("drop/b/1.txt", "two");
    assert_ok(sn_label_map_parse(&map, "a=", &err), &err);
    assert_ok(read_folder(&corpus, SEQNET_TRAIN, in_folder("drop").text, &map, &err), &err);
    assert_part(&corpus, SEQNET_TRAIN, "b:two|");
    assert_int_equal(corpus.reading.dropped, 1);
    sn_corpus_free(&corpus);
    sn_label_map_free(&map);
}

static void an_unknown_label_names_the_file(void **state)
{
    (void)state;
    size_t number;
    sn_corpus corpus = {.labels_of = "the model's"};
    seqnet_error err = {0};
    plant("named/fine/1.txt", "one");
    assert_int_equal(sn_string_set_add(&corpus.labels, "good", 4, &number, NULL), SEQNET_OK);
    assert_int_equal(sn_string_set_add(&corpus.labels, "bad", 3, &number, NULL), SEQNET_OK);
    assert_failure(read_folder(&corpus, SEQNET_TRAIN, in_folder("named").text, &NO_MAP, &err), &err,
                   SEQNET_ERR_DATA,
                   "named/fine/1.txt: the label 'fine' is none of the model's (good, bad)");
    sn_corpus_free(&corpus);
}

static void texts_without_labels_are_files_and_files_of_folders(void **state)
{
    (void)state;
    plant("free/2.txt", "two");
    plant("free/1.txt", "one");
    plant("free/blank.txt", " \n");
    plant("free/urls_unsup.txt", "http://example.org");
    plant("free/note.md", "no text");
    plant("free/unsup/3.txt", "three");
    plant("free/pos/4.txt", "four");
    plant("free/pos/deeper/5.txt", "five");
    sn_corpus corpus = read_tree("free", (seqnet_part)SN_UNLABELED);
    static const char *const expected[] = {"one", "two", "four", "three"};
    assert_int_equal(corpus.texts[SN_UNLABELED].count, 4);
    for (size_t i = 0; i < 4; i++) {
        size_t length;
        const char *const text = sn_texts_get(&corpus.texts[SN_UNLABELED], i, &length);
        assert_int_equal(length, strlen(expected[i]));
        assert_memory_equal(text, expected[i], length);
    }
    assert_int_equal(corpus.labels.count, 0);
    assert_left_out(&corpus, "1 file that is not .txt (note.md)");
    assert_left_out(&corpus, "1 folder within a label (pos/deeper)");
    sn_corpus_free(&corpus);
    plant("bare/one", "one");
    plant("bare/two", "two");
    corpus = read_tree("bare", (seqnet_part)SN_UNLABELED);
    assert_int_equal(corpus.texts[SN_UNLABELED].count, 2);
    sn_corpus_free(&corpus);
    plant("hollow/", "");
    assert_unread("hollow", (seqnet_part)SN_UNLABELED,
                  "hollow: is a folder without texts; expected NAME.txt, or FOLDER/NAME.txt");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_folders_are_folders),
        cmocka_unit_test(labels_are_folders),
        cmocka_unit_test(the_train_folder_fixes_the_labels),
        cmocka_unit_test(splits_are_folders_above_them),
        cmocka_unit_test(a_part_has_no_splits),
        cmocka_unit_test(texts_without_labels_are_files_and_files_of_folders),
        cmocka_unit_test(other_files_are_left_out),
        cmocka_unit_test(splits_are_known_in_any_case),
        cmocka_unit_test(files_without_endings_are_texts_where_none_has_one),
        cmocka_unit_test(compressed_texts_are_texts),
        cmocka_unit_test(a_byte_order_mark_is_no_text),
        cmocka_unit_test(a_folder_without_texts_is_an_error),
        cmocka_unit_test(a_dropped_text_is_a_text),
        cmocka_unit_test(an_unknown_label_names_the_file),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
