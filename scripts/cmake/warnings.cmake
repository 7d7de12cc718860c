# Warnings, sanitizers and coverage, gathered in one interface target that every target of ours links.
include(CheckCCompilerFlag)

add_library(seqnet_compile_options INTERFACE)

# A product is rounded before it is added, on every machine, so that equal sources give equal bits;
# kernels of the fast arithmetic choose for themselves (instruction_sets.cmake).
target_compile_options(seqnet_compile_options INTERFACE -ffp-contract=off)

foreach(warning
        -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
        -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings
        -Wundef -Wvla -Wformat=2 -Wdouble-promotion -Wswitch-enum -Wnull-dereference
        -Wimplicit-fallthrough)
    string(MAKE_C_IDENTIFIER "has${warning}" known)
    check_c_compiler_flag(${warning} ${known})
    if(${known})
        target_compile_options(seqnet_compile_options INTERFACE ${warning})
    endif()
endforeach()

# Released programs do not tell where they were built, so that equal sources give equal bytes.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(seqnet_compile_options INTERFACE
        -ffile-prefix-map=${PROJECT_BINARY_DIR}=build -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
endif()

if(SEQNET_WERROR)
    target_compile_options(seqnet_compile_options INTERFACE -Werror)
endif()
if(SEQNET_SANITIZE)
    target_compile_options(seqnet_compile_options INTERFACE
        -fsanitize=${SEQNET_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(seqnet_compile_options INTERFACE -fsanitize=${SEQNET_SANITIZE})
endif()
if(SEQNET_FUZZ) # libFuzzer is guided by what the library's code does, so that is instrumented, too
    target_compile_options(seqnet_compile_options INTERFACE -fsanitize=fuzzer-no-link)
    target_link_options(seqnet_compile_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(SEQNET_COVERAGE)
    target_compile_options(seqnet_compile_options INTERFACE --coverage -O0)
    target_link_options(seqnet_compile_options INTERFACE --coverage)
endif()

target_compile_definitions(seqnet_compile_options INTERFACE
    _XOPEN_SOURCE=700 SEQNET_VERSION="${PROJECT_VERSION}")
