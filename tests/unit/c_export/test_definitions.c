/* Which definitions of a C source a text needs, and what becomes of conditions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "definitions.h"
#include "support.h"

static const char SOURCE[] = "/* A head comment. */\n"
                             "#include <stdio.h>\n"
                             "\n"
                             "#ifndef GUARD\n"
                             "#define GUARD\n"
                             "\n"
                             "#define ANSWER \\\n"
                             "    42\n"
                             "\n"
                             "typedef struct point {\n"
                             "    /* of it; a { in a comment */\n"
                             "    int x, y;\n"
                             "} point;\n"
                             "enum { RED, GREEN = 2 };\n"
                             "typedef void visit(point *p);\n"
                             "extern const int declared[3];\n"
                             "int prototype(int a,\n"
                             "              int b);\n"
                             "\n"
                             "/* Adds. */\n"
                             "int add(int a, int b)\n"
                             "{\n"
                             "    const char c = '{', *s = \"}\\\"\";\n"
                             "    return a + b + c + *s;\n"
                             "}\n"
                             "static int unused(void)\n"
                             "{\n"
                             "    return GREEN;\n"
                             "}\n"
                             "\n"
                             "static const struct pair {\n"
                             "    int a[2];\n"
                             "} PAIRS[] = {{{1, 2}}, {{3, 4}}};\n"
                             "\n"
                             "const int twice(point *p)\n"
                             "{\n"
                             "    return add(p->unused, ANSWER) + PAIRS[0].a[1];\n"
                             "}\n"
                             "#endif\n";

static char *written(const sn_definitions *list, bool types)
{
    sn_buffer buffer = {0};
    char *text;
    seqnet_error err = {0};
    assert_ok(sn_definitions_write(list, types, &buffer, &err), &err);
    assert_ok(sn_buffer_take(&buffer, &text, &err), &err);
    return text;
}

static void assert_written(const char *needed, const char *types, const char *code)
{
    sn_definitions list = {0};
    seqnet_error err = {0};
    assert_ok(sn_definitions_add(&list, SOURCE, &err), &err);
    assert_ok(sn_definitions_need(&list, needed, &err), &err);
    char *const some = written(&list, true), *const others = written(&list, false);
    assert_string_equal(some, types);
    assert_string_equal(others, code);
    free(some);
    free(others);
    sn_definitions_free(&list);
}

#define ADD                                                                                        \
    "/* Adds. */\nstatic int add(int a, int b)\n{\n    const char c = '{', *s = \"}\\\"\";\n"      \
    "    return a + b + c + *s;\n}\n\n"

static void what_is_needed_is_written_and_nothing_else(void **state)
{
    (void)state;
    assert_written("", "", "");
    assert_written("a comment /* add */ and \"add\" need nothing, and prototypes are none", "", "");
    assert_written("add(1)", "", ADD);
    assert_written("x.add->add", "", "");
    assert_written("visit *",
                   "typedef struct point {\n    /* of it; a { in a comment */\n    int x, "
                   "y;\n} point;\n\ntypedef void visit(point *p);\n\n",
                   "");
    assert_written("GREEN", "enum { RED, GREEN = 2 };\n\n", "");
}

static void needs_are_followed(void **state)
{
    (void)state;
    assert_written("twice",
                   "#define ANSWER \\\n    42\n\ntypedef struct point {\n    /* of it; a { in a "
                   "comment */\n    int x, y;\n} point;\n\n",
                   ADD "static const struct pair {\n    int a[2];\n} PAIRS[] = {{{1, 2}}, {{3, "
                       "4}}};\n\nstatic const int twice(point *p)\n{\n    return add(p->unused, "
                       "ANSWER) + PAIRS[0].a[1];\n}\n\n");
}

static void assert_decided(const char *text, const char *has, const char *expected)
{
    sn_buffer buffer = {0};
    char *found;
    seqnet_error err = {0};
    assert_ok(sn_decide_conditions(text, has, &buffer, &err), &err);
    assert_ok(sn_buffer_take(&buffer, &found, &err), &err);
    assert_string_equal(found, expected);
    free(found);
}

static void conditions_of_ours_are_decided(void **state)
{
    static const char text[] = "a\n#if HAS_X && !HAS_Y\nb\n#else\nc\n#if HAS_Y\nd\n#endif\n#endif\n"
                               "#ifdef Z\ne\n#else\nf\n#endif\ng";
    (void)state;
    assert_decided(text, " HAS_X ", "a\nb\n#ifdef Z\ne\n#else\nf\n#endif\ng");
    assert_decided(text, " HAS_X HAS_Y ", "a\nc\nd\n#ifdef Z\ne\n#else\nf\n#endif\ng");
    assert_decided(text, "", "a\nc\n#ifdef Z\ne\n#else\nf\n#endif\ng");
    assert_decided("#if HAS_A\n#ifdef B\nx\n#endif\n#endif\ny\n", "", "y\n");
}

/* Cut off anywhere, a source gives definitions or none, and nothing is read behind its end. */
static void cut_sources_do_no_harm(void **state)
{
    (void)state;
    for (size_t length = 0; length <= strlen(SOURCE); length++) {
        sn_definitions list = {0};
        seqnet_error err = {0};
        char *const cut = strndup(SOURCE, length);
        assert_non_null(cut);
        assert_ok(sn_definitions_add(&list, cut, &err), &err);
        assert_ok(sn_definitions_need(&list, "twice visit RED", &err), &err);
        sn_definitions_free(&list);
        free(cut);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_needed_is_written_and_nothing_else),
        cmocka_unit_test(needs_are_followed),
        cmocka_unit_test(conditions_of_ours_are_decided),
        cmocka_unit_test(cut_sources_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
