# The kernels of src/kernels for each instruction set that the compiler knows; the program picks one at run
# time. Each twice: for the fast arithmetic multiplications and additions may be contracted, which
# the kernels ask for anyway where an instruction set has FMA; for the reproducible one never.
include(CheckCCompilerFlag)

function(seqnet_kernels isa)
    set(flags -fno-math-errno -fno-trapping-math ${ARGN})
    set(reproducible ${PROJECT_BINARY_DIR}/kernels_${isa}_reproducible.c)
    file(CONFIGURE OUTPUT ${reproducible} CONTENT
        "#define SN_REPRODUCIBLE_KERNELS\n#include \"kernels_${isa}.c\"\n")
    target_sources(sn_kernels PRIVATE kernels/kernels_${isa}.c ${reproducible})
    set_source_files_properties(kernels/kernels_${isa}.c PROPERTIES
        COMPILE_OPTIONS "-ffp-contract=fast;${flags}")
    set_source_files_properties(${reproducible} PROPERTIES
        COMPILE_OPTIONS "-ffp-contract=off;${flags}")
endfunction()

function(seqnet_instruction_set isa)
    string(TOUPPER ${isa} upper)
    check_c_compiler_flag("${ARGN}" has_${isa})
    if(NOT has_${isa})
        return()
    endif()
    separate_arguments(flags UNIX_COMMAND "${ARGN}")
    seqnet_kernels(${isa} ${flags})
    target_compile_definitions(sn_kernels PRIVATE SEQNET_HAVE_${upper})
endfunction()

seqnet_kernels(baseline)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    seqnet_instruction_set(avx2 "-mavx2 -mfma")
    seqnet_instruction_set(avx512 "-mavx512f -mavx512dq -mfma")
endif()
