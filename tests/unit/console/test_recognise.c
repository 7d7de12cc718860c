/* Which files history, train --history and explain may replace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "recognise.h"
#include "support.h"

static bool holds(const char *text)
{
    const test_path path = write_file("file", text, strlen(text));
    return holds_curves(path.text);
}

static void test_files_of_curves_are_known_by_their_beginning(void **state)
{
    (void)state;
    assert_true(holds("model\tepoch\tacc\tloss\tval_acc\n"));
    assert_true(holds("model,epoch,acc,loss,val_acc\n"));
    assert_true(holds("epoch,acc,loss,val_acc,val_loss,seconds,refit\n1,"));
    assert_true(holds("{\"models\":[{\"model\":\"a\""));
    assert_true(holds("{\"epoch\":1,\"acc\":0.5"));
    assert_true(holds("<svg data-seqnet=\"chart\" xmlns"));
}

static void test_other_files_hold_no_curves(void **state)
{
    (void)state;
    assert_false(holds(""));
    assert_false(holds("model,epoch\n"));
    assert_false(holds(" model,epoch,acc,loss\n"));
    assert_false(holds("<svg xmlns=\"http://www.w3.org/2000/svg\">"));
    assert_false(holds_curves(in_folder("nosuch").text));
}

static bool explains(const char *text)
{
    const test_path path = write_file("file", text, strlen(text));
    return holds_explanations(path.text);
}

static void test_explanations_are_known_by_their_beginning(void **state)
{
    (void)state;
    assert_true(explains(EXPLAINED_COLUMNS "\n1\tpos\t+0.1000\t0.5\tknown\ta\n"));
    assert_true(explains(SUMMED_COLUMNS "\n"));
    assert_true(explains("{\"line\":1,\"label\":\"a\",\"words\":[]}\n{\"line\":2"));
    assert_true(explains("{\"label\":\"a\",\"texts\":3,\"words\":[{}]}\n"));
    assert_false(explains(""));
    assert_false(explains(EXPLAINED_COLUMNS));
    assert_false(explains("line\tlabel\n"));
    assert_false(explains("{\"line\":1,\"label\":\"a\"}\n"));
    assert_false(explains("{\"label\":\"a\",\"words\":[]"));
    assert_false(holds_explanations(in_folder("nosuch").text));
}

static void test_reports_are_known_by_their_beginning(void **state)
{
    (void)state;
    const test_path report =
        write_file("file", REPORT_BEGINNING "<title>", strlen(REPORT_BEGINNING "<title>"));
    assert_true(holds_report(report.text));
    const test_path other = write_file("file", "<!DOCTYPE html>\n<html>", 22);
    assert_false(holds_report(other.text));
    assert_false(holds_report(in_folder("nosuch").text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_of_curves_are_known_by_their_beginning),
        cmocka_unit_test(test_other_files_hold_no_curves),
        cmocka_unit_test(test_explanations_are_known_by_their_beginning),
        cmocka_unit_test(test_reports_are_known_by_their_beginning),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
