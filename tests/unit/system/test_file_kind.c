/*
 * What a file is by its first bytes: each kind with its remedy, texts that begin with the letters
 * of a magic, and paths as a shell takes them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "file_kind.h"
#include "support.h"

static const char STANDARD_INPUT[] = "standard input";

static void assert_kind(const void *bytes, size_t size, const char *place, sn_file_class class,
                        const char *fact, const char *remedy)
{
    const sn_file_kind kind = sn_file_kind_of(bytes, size, place);
    if (kind.class != class)
        fail_msg("'%s' has class %d, not %d", fact, (int)kind.class, (int)class);
    assert_string_equal(kind.fact, fact);
    if (!strstr(kind.remedy, remedy))
        fail_msg("'%s' does not say '%s'", kind.remedy, remedy);
}

static void assert_text(const void *bytes, size_t size)
{
    const sn_file_kind kind = sn_file_kind_of(bytes, size, "a.txt");
    if (kind.class != SN_FILE_TEXT)
        fail_msg("%.*s: %s", (int)size, (const char *)bytes, kind.fact);
    assert_string_equal(kind.fact, "");
    assert_string_equal(kind.remedy, "");
}

#define ASSERT_TEXT(BYTES) assert_text(BYTES, sizeof(BYTES) - 1)

/* A kind by its first bytes, which are followed by zeros. */
typedef struct sample {
    const char *bytes;
    size_t length;
    sn_file_class class;
    const char *fact, *remedy;
} sample;

#define SAMPLE(BYTES, CLASS, FACT, REMEDY)                                                         \
    {                                                                                              \
        BYTES, sizeof(BYTES) - 1, CLASS, FACT, REMEDY                                              \
    }
#define BINARY(BYTES, FACT, REMEDY) SAMPLE(BYTES, SN_FILE_BINARY, FACT, REMEDY)

static void each_kind_is_named_with_its_remedy(void **state)
{
    (void)state;
    static const sample samples[] = {
        BINARY("BZh9", "is compressed with bzip2", "bzcat a/b | seqnet ... -"),
        BINARY("\xfd"
               "7zXZ\0",
               "is compressed with xz", "xzcat a/b | seqnet ... -"),
        BINARY("\x28\xb5\x2f\xfd", "is compressed with zstd", "zstdcat a/b | seqnet ... -"),
        BINARY("\x04\x22\x4d\x18", "is compressed with lz4", "lz4 -dc a/b | seqnet ... -"),
        BINARY("\x1f\x9d", "is compressed with compress", "zcat a/b | seqnet ... -"),
        BINARY("\x1f\x8b", "is gzip data within gzip data", "gzip -dc a/b | seqnet ... -"),
        BINARY("LZIP", "is compressed with lzip", "lzip -dc a/b | seqnet ... -"),
        BINARY("7z\xbc\xaf\x27\x1c", "is a 7-Zip archive", "7z x a/b"),
        BINARY("Rar!\x1a\x07", "is a RAR archive", "unrar x a/b"),
        BINARY("PAR1", "is a Parquet file", "pandas.read_parquet"),
        BINARY("ARROW1", "is an Arrow file", "pandas.read_feather"),
        BINARY("FEA1", "is a Feather file", "pandas.read_feather"),
        BINARY("ORC", "is an ORC file", "pandas.read_orc"),
        BINARY("Obj\x01", "is an Avro file", "avro-tools tojson a/b"),
        SAMPLE("\x89HDF\r\n\x1a\n", SN_FILE_MODEL, "is an HDF5 file (Keras's H5 models are such)",
               "seqnet_import a/b to FILE"),
        SAMPLE("\xba\x16\x4f\x2f", SN_FILE_MODEL, "is a fastText model (BIN)",
               "seqnet_import a/b to FILE"),
        BINARY("SQLite format 3\0", "is an SQLite database", "sqlite3 -header -csv a/b 'select"),
        SAMPLE("%PDF-1.7\n", SN_FILE_MARKED_TEXT, "is a PDF document", "pdftotext a/b"),
        BINARY("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Office document (XLS or DOC)",
               "--convert-to csv a/b"),
        BINARY("\x93NUMPY", "is one NumPy array (.npy)", "numpy.savez"),
        BINARY("GGUF", "is a GGUF model", "seqnet train"),
        BINARY("\x89PNG", "is a PNG picture", "name a file of texts"),
        BINARY("\xff\xd8\xff", "is a JPEG picture", "name a file of texts"),
        BINARY("GIF8", "is a GIF picture", "name a file of texts"),
        BINARY("\x7f"
               "ELF",
               "is a program", "name a file of texts"),
        SAMPLE("version https://git-lfs.github.com/spec/v1\n", SN_FILE_POINTER,
               "is a Git LFS pointer, not the file itself", "git lfs pull"),
        SAMPLE("{\\rtf1", SN_FILE_MARKED_TEXT, "is an RTF document", "--convert-to txt:Text a/b"),
        SAMPLE("\x20\0\0\0\0\0\0\0{\"a\":1}", SN_FILE_SAFETENSORS,
               "is a model file (safetensors), not texts", "name it as the model"),
        BINARY("\x80\x04\x95", "is a Python pickle", "pandas.read_pickle"),
        BINARY("\x80\x02}q", "is a Python pickle", "pandas.read_pickle"),
        SAMPLE("<!DOCTYPE html>\n<html>", SN_FILE_MARKED_TEXT, "is a page in HTML or XML",
               ".format lines"),
        SAMPLE("\xef\xbb\xbf\n <HTML lang=en>", SN_FILE_MARKED_TEXT, "is a page in HTML or XML",
               ".format lines"),
        SAMPLE("<?xml version='1.0'?>", SN_FILE_MARKED_TEXT, "is a page in HTML or XML",
               ".format lines"),
        SAMPLE("\1\2\3\4\5\6", SN_FILE_UNKNOWN, "is binary data of an unknown kind, not text",
               "file a/b"),
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        char bytes[64] = {0};
        const sample *const s = &samples[i];
        memcpy(bytes, s->bytes, s->length);
        /* Texts are what they are without a control character. */
        const size_t size = s->class == SN_FILE_MARKED_TEXT || s->class == SN_FILE_POINTER
                                ? s->length
                                : sizeof bytes;
        assert_kind(bytes, size, "a/b", s->class, s->fact, s->remedy);
    }
}

static void a_tar_archive_has_its_magic_inside(void **state)
{
    (void)state;
    enum { MAGIC_AT = 257 };
    char bytes[512] = "reviews/1.txt";
    assert_kind(bytes, sizeof bytes, "a.tar", SN_FILE_UNKNOWN,
                "is binary data of an unknown kind, not text", "file a.tar");
    memcpy(bytes + MAGIC_AT, "ustar", 5);
    assert_kind(bytes, sizeof bytes, "a.tar", SN_FILE_BINARY, "is a tar archive",
                "tar xf a.tar, and name");
}

/* Appends a member of a zip archive, stored. */
static size_t add_member(char *zip, size_t used, const char *name, const char *content)
{
    const size_t name_length = strlen(name), size = strlen(content);
    char head[30] = "PK\x03\x04\x14";
    head[18] = head[22] = (char)size;
    head[26] = (char)name_length;
    memcpy(zip + used, head, sizeof head);
    memcpy(zip + used + sizeof head, name, name_length);
    memcpy(zip + used + sizeof head + name_length, content, size);
    return used + sizeof head + name_length + size;
}

static void assert_zip(const char *const members[][2], const char *place, sn_file_class class,
                       const char *fact, const char *remedy)
{
    char zip[512];
    size_t used = 0;
    for (; (*members)[0]; members++)
        used = add_member(zip, used, (*members)[0], (*members)[1]);
    assert_kind(zip, used, place, class, fact, remedy);
}

static void a_zip_archive_is_what_is_in_it(void **state)
{
    (void)state;
    static const char *const sheet[][2] = {
        {"[Content_Types].xml", "<Types/>"}, {"xl/workbook.xml", "<workbook/>"}, {NULL, NULL}};
    static const char *const document[][2] = {
        {"[Content_Types].xml", "<Types/>"}, {"word/document.xml", "<document/>"}, {NULL, NULL}};
    static const char *const unknown[][2] = {{"[Content_Types].xml", "<Types/>"}, {NULL, NULL}};
    static const char *const arrays[][2] = {{"x_train.npy", "\x93NUMPY"}, {NULL, NULL}};
    static const char *const keras[][2] = {{"metadata.json", "{\"keras_version\": \"3\"}"},
                                           {NULL, NULL}};
    static const char *const weights[][2] = {{"model.weights.h5", "x"}, {NULL, NULL}};
    static const char *const torch[][2] = {{"model/data.pkl", "x"}, {NULL, NULL}};
    static const char *const table[][2] = {
        {"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, {NULL, NULL}};
    static const char *const text[][2] = {{"mimetype", "application/vnd.oasis.opendocument.text"},
                                          {NULL, NULL}};
    const sn_file_class binary = SN_FILE_BINARY;
    assert_zip(sheet, "a", binary, "is an Excel workbook", "StarCalc");
    assert_zip(unknown, "my a.XLSX", binary, "is an Excel workbook", "'my a.XLSX'");
    assert_zip(document, "a", binary, "is a Word document", "--convert-to txt:Text a");
    assert_zip(unknown, "a.docx", binary, "is a Word document", "a.docx");
    assert_zip(arrays, "a", SN_FILE_NPZ, "is an archive of NumPy arrays (.npz)",
               "seqnet_batch_add_ids");
    assert_zip(unknown, "a.npz", SN_FILE_NPZ, "is an archive of NumPy arrays (.npz)",
               "seqnet_batch_add_ids");
    assert_zip(keras, "a", SN_FILE_MODEL, "is a Keras model", "seqnet_import");
    assert_zip(weights, "a", SN_FILE_MODEL, "is a Keras model", "seqnet_import");
    assert_zip(unknown, "a.keras", SN_FILE_MODEL, "is a Keras model", "seqnet_import");
    assert_zip(torch, "a", binary, "is a PyTorch file", "seqnet train");
    assert_zip(table, "a", binary, "is an OpenDocument spreadsheet", "StarCalc");
    assert_zip(text, "a", binary, "is an OpenDocument file", "txt:Text");
}

static void another_zip_archive_names_its_member(void **state)
{
    (void)state;
    static const char *const plain[][2] = {{"data/train.csv", "text,label"}, {NULL, NULL}};
    static const char *const quoted[][2] = {{"it's.csv", "text,label"}, {NULL, NULL}};
    assert_zip(plain, "a.zip", SN_FILE_BINARY, "is a zip archive with 'data/train.csv' in it",
               "unzip -p a.zip 'data/train.csv' | seqnet ... -");
    assert_zip(plain, STANDARD_INPUT, SN_FILE_BINARY,
               "is a zip archive with 'data/train.csv' in it", "funzip | seqnet ... -");
    assert_zip(quoted, "a.zip", SN_FILE_BINARY, "is a zip archive", "unpack it: unzip a.zip");
    assert_kind("PK\x05\x06", 4, "empty.zip", SN_FILE_BINARY, "is a zip archive",
                "unzip empty.zip");
    assert_kind("PK\x03\x04", 4, "cut.zip", SN_FILE_BINARY, "is a zip archive", "unzip cut.zip");
}

static void a_text_may_begin_with_the_letters_of_a_magic(void **state)
{
    (void)state;
    ASSERT_TEXT("");
    ASSERT_TEXT("BZh is no word\n");
    ASSERT_TEXT("LZIP compresses\n");
    ASSERT_TEXT("PAR1,PAR2\n");
    ASSERT_TEXT("ORC is a format\tof tables\r\n");
    ASSERT_TEXT("GIF89a was a format\n");
    ASSERT_TEXT("GGUF, what is it?\n");
    ASSERT_TEXT("PK is short for a name\n");
    ASSERT_TEXT("version https://example.com\n");
    ASSERT_TEXT("I said <html> is no word\n");
    ASSERT_TEXT("{\"text\":\"{\\\\rtf\"}\n");
    ASSERT_TEXT("\xba\x16\x4f latin\n");
    ASSERT_TEXT("\x80uros in Windows-1252, caf\xe9\n");
    ASSERT_TEXT("__label__a some text\n");
}

static void a_few_control_characters_are_an_accident(void **state)
{
    (void)state;
    char bytes[1024];
    ASSERT_TEXT("a\0b\n");
    ASSERT_TEXT("\0\0\0\n");
    ASSERT_TEXT("\x1b[1mbold\x1b[0m \b\f\v\n");
    memset(bytes, 'a', sizeof bytes);
    memset(bytes, '\1', sizeof bytes / 16);
    assert_text(bytes, sizeof bytes);
    bytes[100] = '\0';
    assert_kind(bytes, sizeof bytes, "a", SN_FILE_UNKNOWN,
                "is binary data of an unknown kind, not text", "file a");
    assert_true(sn_has_control("a\0", 2));
    assert_false(sn_has_control("a\0", 1));
    assert_false(sn_has_control("\t\n\r\x7f\xff", 5));
}

static void only_the_first_bytes_count(void **state)
{
    (void)state;
    char bytes[4 * SN_FILE_KIND_BYTES] = {0};
    memset(bytes, 'a', SN_FILE_KIND_BYTES);
    assert_text(bytes, sizeof bytes);
}

static void paths_are_quoted_for_a_shell(void **state)
{
    (void)state;
    char quoted[320], bare[320];
    memset(bare, 'a', sizeof bare);
    bare[300] = '\0';
    static const char *const paths[][2] = {{"a/b-1_2.bz2", " a/b-1_2.bz2 "},
                                           {"my file.bz2", " 'my file.bz2' "},
                                           {"$(rm).bz2", " '$(rm).bz2' "},
                                           {"-f.bz2", " '-f.bz2' "},
                                           {"it's.bz2", " FILE "},
                                           {"a;b", " 'a;b' "},
                                           {"caf\xc3\xa9", " 'caf\xc3\xa9' "}};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        (void)snprintf(quoted, sizeof quoted, "unpack it on its way in: bzcat%s| seqnet ... -",
                       paths[i][1]);
        assert_kind("BZh9\0", 5, paths[i][0], SN_FILE_BINARY, "is compressed with bzip2", quoted);
    }
    assert_kind("BZh9\0", 5, bare, SN_FILE_BINARY, "is compressed with bzip2", "bzcat FILE |");
}

static void standard_input_has_no_path(void **state)
{
    (void)state;
    const sn_file_kind packed = sn_file_kind_of("BZh9\0", 5, STANDARD_INPUT);
    assert_string_equal(packed.remedy, "unpack it on its way in: bzcat | seqnet ... -");
    const sn_file_kind document = sn_file_kind_of("%PDF-", 5, STANDARD_INPUT);
    assert_string_equal(document.remedy, "take its text out: pdftotext FILE");
}

static void the_error_names_place_fact_and_remedy(void **state)
{
    (void)state;
    seqnet_error err = {0};
    const sn_file_kind kind = sn_file_kind_of("%PDF-", 5, "a.pdf");
    assert_failure(sn_file_kind_fail(&kind, "a.pdf", SEQNET_ERR_MODEL, &err), &err,
                   SEQNET_ERR_MODEL,
                   "a.pdf: is a PDF document; take its text out: pdftotext a.pdf");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_named_with_its_remedy),
        cmocka_unit_test(a_tar_archive_has_its_magic_inside),
        cmocka_unit_test(a_zip_archive_is_what_is_in_it),
        cmocka_unit_test(another_zip_archive_names_its_member),
        cmocka_unit_test(a_text_may_begin_with_the_letters_of_a_magic),
        cmocka_unit_test(a_few_control_characters_are_an_accident),
        cmocka_unit_test(only_the_first_bytes_count),
        cmocka_unit_test(paths_are_quoted_for_a_shell),
        cmocka_unit_test(standard_input_has_no_path),
        cmocka_unit_test(the_error_names_place_fact_and_remedy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
