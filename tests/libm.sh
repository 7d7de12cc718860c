#!/bin/sh
# Checks that what the library computes for models calls no function of the C library whose results
# differ between machines (math/scalar.h has them): prints calls that it finds, and fails then.
#
#   tests/libm.sh LIBRARY.a
#
# Statistics that no model holds and no prediction prints may differ: those of comparisons and of drift,
# and the reference that bench measures errors against.
set -eu
nm -A -u "$1" | awk '
    { split($1, place, ":"); object = place[2]; name = $NF; sub(/@.*/, "", name) }
    object ~ /^(bench|paired|drift)\.c/ { next }
    name ~ /^(exp|exp2|exp10|expm1|log|log2|log10|log1p|pow|sin|cos|tan|sincos|asin|acos|atan|atan2|sinh|cosh|tanh|hypot|cbrt|erf|erfc|lgamma|tgamma|fma)[fl]?$/ {
        print object " calls " name; found = 1
    }
    END { exit found }'
