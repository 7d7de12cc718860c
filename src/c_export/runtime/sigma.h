/*
 * The properties of characters on which sigmas depend, over tables: what text/final_sigma.c, which
 * exports hold as it is, needs. The library does not compile this file.
 */
#ifndef SN_C_SIGMA_H
#define SN_C_SIGMA_H

/* Which of the two properties a character has: 1, 2 or none. */
static uint32_t find_case(int32_t code)
{
    return code < 0
               ? 0
               : case_runs[count_up_to(case_runs, CASE_RUNS, 1, (uint32_t)code << 2 | 3) - 1] & 3;
}

static bool sn_is_case_ignorable(int32_t code)
{
    return find_case(code) == 1;
}

static bool sn_is_cased(int32_t code)
{
    return find_case(code) == 2;
}

#endif
