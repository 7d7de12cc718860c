/* Which files history and train --history may replace. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_of_curves_are_known_by_their_beginning),
        cmocka_unit_test(test_other_files_hold_no_curves),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
