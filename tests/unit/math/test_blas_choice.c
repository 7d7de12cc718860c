/* Which kernels OpenBLAS should have, for processors and libraries that are made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "blas_choice.h"

#define AVX2_HERE   .avx2 = true, .fma = true
#define AVX512_HERE AVX2_HERE, .avx512f = true, .avx512bw = true, .avx512cd = true, .avx512dq = true

static const char DYNAMIC[] = "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFIN Prescott";
static const char STATIC[] = "OpenBLAS 0.3.21 NO_LAPACKE Prescott";

static void a_level_takes_all_of_its_instructions(void **state)
{
    (void)state;
    const struct {
        sn_processor processor;
        sn_blas_level level;
    } cases[] = {
        {{0}, SN_BLAS_BASIC},
        {{.avx2 = true}, SN_BLAS_BASIC},
        {{.fma = true}, SN_BLAS_BASIC},
        {{AVX2_HERE}, SN_BLAS_AVX2},
        {{AVX2_HERE, .avx512f = true, .avx512cd = true}, SN_BLAS_AVX2}, /* Knights Landing */
        {{AVX512_HERE}, SN_BLAS_AVX2},
        {{AVX512_HERE, .avx512vl = true}, SN_BLAS_AVX512},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(sn_processor_level(&cases[i].processor), cases[i].level);
}

static void cores_have_levels(void **state)
{
    (void)state;
    const char *const basic[] = {"Prescott", "Nehalem", "Sandybridge", "Barcelona", "PRESCOTT"};
    const char *const avx2[] = {"Haswell", "Zen", "haswell"};
    const char *const above[] = {"SkylakeX", "Cooperlake", "SapphireRapids", "Zen9", "armv8", ""};
    for (size_t i = 0; i < sizeof basic / sizeof *basic; i++)
        assert_int_equal(sn_core_level(basic[i]), SN_BLAS_BASIC);
    for (size_t i = 0; i < sizeof avx2 / sizeof *avx2; i++)
        assert_int_equal(sn_core_level(avx2[i]), SN_BLAS_AVX2);
    for (size_t i = 0; i < sizeof above / sizeof *above; i++)
        assert_int_equal(sn_core_level(above[i]), SN_BLAS_AVX512);
}

/* NULL for none. */
static void assert_text(const char *got, const char *expected)
{
    if (expected && got)
        assert_string_equal(got, expected);
    else
        assert_true(got == expected);
}

static void assert_better(const char *core, sn_blas_level processor, const char *expected)
{
    const sn_blas_found found = {.core = core, .config = DYNAMIC};
    assert_text(sn_blas_better_core(&found, processor), expected);
}

static void a_core_below_the_processor_is_replaced(void **state)
{
    (void)state;
    assert_better("Prescott", SN_BLAS_AVX512, "SkylakeX");
    assert_better("Sandybridge", SN_BLAS_AVX512, "SkylakeX");
    assert_better("Haswell", SN_BLAS_AVX512, "SkylakeX");
    assert_better("Zen", SN_BLAS_AVX512, "SkylakeX");
    assert_better("Prescott", SN_BLAS_AVX2, "Haswell");
}

static void a_core_that_is_as_good_stays(void **state)
{
    (void)state;
    assert_better("Cooperlake", SN_BLAS_AVX512, NULL);
    assert_better("SapphireRapids", SN_BLAS_AVX512, NULL);
    assert_better("NewerThanThisTest", SN_BLAS_AVX512, NULL);
    assert_better("Zen", SN_BLAS_AVX2, NULL);
    assert_better("SkylakeX", SN_BLAS_AVX2, NULL);
    assert_better("Prescott", SN_BLAS_BASIC, NULL);
    assert_better("neoversen1", SN_BLAS_BASIC, NULL);
}

static void what_the_user_or_the_process_chose_stays(void **state)
{
    (void)state;
    sn_blas_found found = {.core = "Prescott", .config = DYNAMIC, .wanted = "Prescott"};
    assert_null(sn_blas_better_core(&found, SN_BLAS_AVX512));
    found.wanted = "";
    assert_text(sn_blas_better_core(&found, SN_BLAS_AVX512), "SkylakeX");
    found.was_loaded = true;
    assert_null(sn_blas_better_core(&found, SN_BLAS_AVX512));
    assert_false(sn_blas_can_change(&found));
    found = (sn_blas_found){.core = "Prescott", .config = STATIC};
    assert_null(sn_blas_better_core(&found, SN_BLAS_AVX512));
    assert_false(sn_blas_can_change(&found));
}

static void kernels_for_haswell_are_the_safe_ones(void **state)
{
    (void)state;
    sn_blas_found found = {.core = "SkylakeX", .config = DYNAMIC, .wanted = "SkylakeX"};
    assert_text(sn_blas_safe_core(&found, SN_BLAS_AVX512), "Haswell");
    assert_text(sn_blas_safe_core(&found, SN_BLAS_AVX2), "Haswell");
    assert_null(sn_blas_safe_core(&found, SN_BLAS_BASIC));
    found.core = "Haswell";
    assert_null(sn_blas_safe_core(&found, SN_BLAS_AVX512));
    found = (sn_blas_found){.core = "SkylakeX", .config = DYNAMIC, .was_loaded = true};
    assert_null(sn_blas_safe_core(&found, SN_BLAS_AVX512));
    found = (sn_blas_found){.core = "SkylakeX", .config = STATIC};
    assert_null(sn_blas_safe_core(&found, SN_BLAS_AVX512));
}

static void a_phrase_says_who_has_chosen(void **state)
{
    (void)state;
    const struct {
        sn_blas_found found;
        sn_blas_level processor;
        const char *phrase;
    } cases[] = {
        {{"Cooperlake", DYNAMIC, NULL, false}, SN_BLAS_AVX512, "chosen by OpenBLAS"},
        {{"Cooperlake", DYNAMIC, "", false}, SN_BLAS_AVX512, "chosen by OpenBLAS"},
        {{"Haswell", DYNAMIC, "haswell", false}, SN_BLAS_AVX2, "chosen by OPENBLAS_CORETYPE"},
        {{"Prescott", DYNAMIC, "Prescott", false},
         SN_BLAS_AVX512,
         "chosen by OPENBLAS_CORETYPE, below the AVX-512 of this processor"},
        {{"Zen", DYNAMIC, "Nix", false},
         SN_BLAS_AVX2,
         "chosen by OpenBLAS instead of the core in OPENBLAS_CORETYPE"},
        {{"Nehalem", DYNAMIC, NULL, true},
         SN_BLAS_AVX2,
         "chosen before seqnet was loaded, below the AVX2 of this processor"},
        {{"Nehalem", DYNAMIC, NULL, false},
         SN_BLAS_AVX2,
         "chosen by OpenBLAS, below the AVX2 of this processor"},
        {{"Nehalem", STATIC, NULL, false}, SN_BLAS_BASIC, "the only core of this OpenBLAS"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char phrase[128];
        sn_blas_describe(&cases[i].found, cases[i].processor, phrase, sizeof phrase);
        assert_string_equal(phrase, cases[i].phrase);
    }
}

static void a_phrase_fits_its_room(void **state)
{
    (void)state;
    char phrase[20];
    const sn_blas_found found = {.core = "Prescott", .config = DYNAMIC};
    sn_blas_describe(&found, SN_BLAS_AVX512, phrase, sizeof phrase);
    assert_string_equal(phrase, "chosen by OpenBLAS,");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_level_takes_all_of_its_instructions),
        cmocka_unit_test(cores_have_levels),
        cmocka_unit_test(a_core_below_the_processor_is_replaced),
        cmocka_unit_test(a_core_that_is_as_good_stays),
        cmocka_unit_test(what_the_user_or_the_process_chose_stays),
        cmocka_unit_test(kernels_for_haswell_are_the_safe_ones),
        cmocka_unit_test(a_phrase_says_who_has_chosen),
        cmocka_unit_test(a_phrase_fits_its_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
