#include "arithmetic.h"

#include "banned.h"

static _Thread_local sn_arithmetic current = SN_FAST;

sn_arithmetic sn_arithmetic_now(void)
{
    return current;
}

sn_arithmetic sn_arithmetic_use(sn_arithmetic arithmetic)
{
    const sn_arithmetic before = current;
    current = arithmetic;
    return before;
}
