/* imdb_word_index.json: what is read, what is refused and how, and where the file is looked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>

#include "support.h"
#include "word_index.h"

static const char NAME[] = "imdb_word_index.json";

static seqnet_status read_json(sn_vocabulary **vocabulary, const char *json, seqnet_error *err)
{
    const test_path path = write_text("index.json", json);
    return sn_word_index_read(vocabulary, path.text, err);
}

static void assert_refused(const char *json, const char *sentence)
{
    seqnet_error err = {0};
    sn_vocabulary *vocabulary = NULL;
    assert_failure(read_json(&vocabulary, json, &err), &err, SEQNET_ERR_DATA, sentence);
    assert_non_null(strstr(err.message, "index.json: "));
    assert_null(vocabulary);
}

static size_t rank_of(const sn_vocabulary *vocabulary, const char *word)
{
    return sn_vocabulary_rank(vocabulary, word, strlen(word));
}

static void reads_words_in_any_order(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_vocabulary *vocabulary = NULL;
    assert_ok(read_json(&vocabulary, "{\"fawn\": 3, \"the\": 1,\n \"don't\": 2}", &err), &err);
    assert_int_equal(sn_vocabulary_size(vocabulary), 3);
    assert_int_equal(rank_of(vocabulary, "the"), 1);
    assert_int_equal(rank_of(vocabulary, "don't"), 2);
    assert_int_equal(rank_of(vocabulary, "fawn"), 3);
    sn_vocabulary_free(vocabulary);
}

static void reads_escapes_and_other_letters(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_vocabulary *vocabulary = NULL;
    assert_ok(
        read_json(&vocabulary, "{\"caf\\u00e9\": 1, \"na\xc3\xafve\": 2, \"a\\\"b\": 3}", &err),
        &err);
    assert_int_equal(rank_of(vocabulary, "caf\xc3\xa9"), 1);
    assert_int_equal(rank_of(vocabulary, "na\xc3\xafve"), 2);
    assert_int_equal(rank_of(vocabulary, "a\"b"), 3);
    sn_vocabulary_free(vocabulary);
}

static void gaps_between_ranks_stay(void **state)
{
    (void)state;
    size_t length;
    seqnet_error err = {0};
    sn_vocabulary *vocabulary = NULL;
    assert_ok(read_json(&vocabulary, "{\"the\": 2, \"film\": 5}", &err), &err);
    assert_int_equal(sn_vocabulary_size(vocabulary), 5);
    assert_int_equal(rank_of(vocabulary, "the"), 2);
    assert_int_equal(rank_of(vocabulary, "film"), 5);
    assert_null(sn_vocabulary_word(vocabulary, 1, &length));
    assert_null(sn_vocabulary_word(vocabulary, 4, &length));
    sn_vocabulary_free(vocabulary);
}

static void what_is_no_object_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"not json", "[1, 2]", "3",           "\"the\"",
                                        "null",     "{}",     "{\"the\": 1", "{\"the\" 1}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_refused(texts[i], "is not a JSON object of \"word\": rank pairs");
    assert_refused("PK\x03\x04", "index.json: is a zip archive; unpack it: unzip ");
}

static void ranks_must_be_whole_numbers_from_1(void **state)
{
    (void)state;
    static const char *const ranks[] = {"0",    "-1",   "1.5", "1e30",       "1e999", "\"1\"",
                                        "null", "true", "[1]", "{\"a\": 1}", "-0.0",  "0.999"};
    char json[64];
    for (size_t i = 0; i < sizeof ranks / sizeof ranks[0]; i++) {
        (void)snprintf(json, sizeof json, "{\"the\": 1, \"film\": %s}", ranks[i]);
        assert_refused(json, "the rank of 'film' is not a whole number from 1");
    }
}

static void a_rank_twice_is_refused(void **state)
{
    (void)state;
    assert_refused("{\"the\": 1, \"film\": 2, \"and\": 1}",
                   "rank 1 is given to 'the' and to 'and'");
}

static void a_word_twice_is_refused(void **state)
{
    (void)state;
    assert_refused("{\"the\": 1, \"the\": 2}", "'the' stands twice");
}

static void words_that_cannot_be_lines_are_refused(void **state)
{
    (void)state;
    assert_refused("{\"\": 1}", "the word of rank 1 is empty or holds a newline");
    assert_refused("{\"the\": 1, \"two\\nlines\": 2}", "the word of rank 2 is empty or holds");
}

static void only_strict_json_is_read(void **state)
{
    (void)state;
    assert_refused("{\"the\": 01}", "is: byte 9 begins a number as JSON does not write it");
    assert_refused("{\"a\tb\": 1}", "is: byte 4 begins a control character in a string");
    assert_refused("{\"a\\u0000b\": 1}", "is: byte 4 begins a NUL character");
    assert_refused("{\"the\": 1, \"\xff\": 2}", "is: byte 13 begins bytes that are not UTF-8");
}

static void bytes_are_read_up_to_their_end(void **state)
{
    (void)state;
    static const char json[] = "{\"the\": 1} and more";
    seqnet_error err = {0};
    sn_vocabulary *vocabulary = NULL;
    assert_ok(sn_word_index_parse(&vocabulary, json, 10, "w.json", &err), &err);
    assert_int_equal(rank_of(vocabulary, "the"), 1);
    sn_vocabulary_free(vocabulary);
    assert_failure(sn_word_index_parse(&vocabulary, json, 9, "w.json", &err), &err, SEQNET_ERR_DATA,
                   "w.json: is not a JSON object");
    assert_null(vocabulary);
}

static void a_missing_or_empty_file_is_refused(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_vocabulary *vocabulary = NULL;
    const test_path path = in_folder("missing.json");
    assert_failure(sn_word_index_read(&vocabulary, path.text, &err), &err, SEQNET_ERR_DATA,
                   "missing.json: cannot be opened");
    assert_refused("", "is empty");
}

/* Three folders where a word index may be, each in the temporary folder. */
static const char *const PLACES[] = {"beside", "shared", "home/.keras/datasets"};
enum { BESIDE, SHARED, HOME };

static char *kept_shared, *kept_home;

static char *copy_of_variable(const char *name)
{
    const char *const value = getenv(name);
    return value ? strdup(value) : NULL;
}

static void restore_variable(const char *name, char *value)
{
    if (value)
        setenv(name, value, 1);
    else
        unsetenv(name);
    free(value);
}

static int make_places(void **state)
{
    (void)state;
    static const char *const folders[] = {"beside", "shared", "home", "home/.keras",
                                          "home/.keras/datasets"};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        (void)mkdir(in_folder(folders[i]).text, 0777);
    kept_shared = copy_of_variable("SEQNET_DATA");
    kept_home = copy_of_variable("HOME");
    return setenv("SEQNET_DATA", in_folder("shared").text, 1) ||
           setenv("HOME", in_folder("home").text, 1);
}

static int remove_places(void **state)
{
    (void)state;
    restore_variable("SEQNET_DATA", kept_shared);
    restore_variable("HOME", kept_home);
    return 0;
}

static test_path index_in(int place)
{
    char name[96];
    (void)snprintf(name, sizeof name, "%s/%s", PLACES[place], NAME);
    return in_folder(name);
}

static void put_index_in(int place)
{
    char name[96];
    (void)snprintf(name, sizeof name, "%s/%s", PLACES[place], NAME);
    (void)write_text(name, "{\"the\": 1}");
}

static void assert_found(const char *data, const char *expected)
{
    char *path = NULL;
    assert_int_equal(sn_word_index_find(&path, data, NULL), SEQNET_OK);
    if (expected) {
        assert_non_null(path);
        assert_string_equal(path, expected);
    } else {
        assert_null(path);
    }
    free(path);
}

static void the_nearest_index_is_found(void **state)
{
    (void)state;
    const test_path data = in_folder("beside/imdb.npz");
    assert_found(data.text, NULL);
    for (int place = HOME; place >= BESIDE; place--) {
        put_index_in(place);
        assert_found(data.text, index_in(place).text);
    }
    for (int place = BESIDE; place <= HOME; place++)
        assert_int_equal(unlink(index_in(place).text), 0);
}

static void unset_and_empty_variables_are_passed_over(void **state)
{
    (void)state;
    const test_path data = in_folder("beside/imdb.npz");
    put_index_in(SHARED);
    put_index_in(HOME);
    setenv("SEQNET_DATA", "", 1);
    assert_found(data.text, index_in(HOME).text);
    unsetenv("SEQNET_DATA");
    assert_found(data.text, index_in(HOME).text);
    unsetenv("HOME");
    assert_found(data.text, NULL);
    setenv("HOME", "", 1);
    assert_found(data.text, NULL);
    assert_int_equal(unlink(index_in(SHARED).text), 0);
    assert_int_equal(unlink(index_in(HOME).text), 0);
}

static void a_bare_name_means_the_current_folder(void **state)
{
    (void)state;
    char before[4096];
    assert_non_null(getcwd(before, sizeof before));
    put_index_in(BESIDE);
    assert_int_equal(chdir(in_folder("beside").text), 0);
    char *path = NULL;
    const seqnet_status status = sn_word_index_find(&path, "imdb.npz", NULL);
    assert_int_equal(chdir(before), 0);
    assert_int_equal(status, SEQNET_OK);
    assert_non_null(path);
    assert_string_equal(path, NAME);
    free(path);
    assert_int_equal(unlink(index_in(BESIDE).text), 0);
}

static void the_real_index_is_as_keras_has_it(void **state)
{
    (void)state;
    const char *const folder = getenv("SEQNET_DATA");
    if (!folder)
        SKIP_WITHOUT("SEQNET_DATA");
    char path[4096];
    size_t length;
    seqnet_error err = {0};
    sn_vocabulary *vocabulary = NULL;
    (void)snprintf(path, sizeof path, "%s/%s", folder, NAME);
    assert_ok(sn_word_index_read(&vocabulary, path, &err), &err);
    assert_int_equal(sn_vocabulary_size(vocabulary), 88584);
    assert_int_equal(rank_of(vocabulary, "the"), 1);
    assert_int_equal(rank_of(vocabulary, "and"), 2);
    assert_int_equal(rank_of(vocabulary, "a"), 3);
    assert_int_equal(rank_of(vocabulary, "of"), 4);
    for (size_t rank = 1; rank <= 88584; rank++) {
        const char *const word = sn_vocabulary_word(vocabulary, rank, &length);
        assert_non_null(word);
        assert_int_equal(sn_vocabulary_rank(vocabulary, word, length), rank);
    }
    sn_vocabulary_free(vocabulary);
}

#define with_places(test) cmocka_unit_test_setup_teardown(test, make_places, remove_places)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_words_in_any_order),
        cmocka_unit_test(reads_escapes_and_other_letters),
        cmocka_unit_test(gaps_between_ranks_stay),
        cmocka_unit_test(what_is_no_object_is_refused),
        cmocka_unit_test(ranks_must_be_whole_numbers_from_1),
        cmocka_unit_test(a_rank_twice_is_refused),
        cmocka_unit_test(a_word_twice_is_refused),
        cmocka_unit_test(words_that_cannot_be_lines_are_refused),
        cmocka_unit_test(only_strict_json_is_read),
        cmocka_unit_test(bytes_are_read_up_to_their_end),
        cmocka_unit_test(a_missing_or_empty_file_is_refused),
        with_places(the_nearest_index_is_found),
        with_places(unset_and_empty_variables_are_passed_over),
        with_places(a_bare_name_means_the_current_folder),
        cmocka_unit_test(the_real_index_is_as_keras_has_it),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
