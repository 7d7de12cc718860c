# The kernels of src/math once more for each instruction set that the compiler knows; the program picks
# one at run time. Multiplications and additions may be contracted there: where an instruction set
# has FMA the kernels ask for it anyway.
include(CheckCCompilerFlag)

set(kernel_flags -ffp-contract=fast -fno-math-errno -fno-trapping-math)
set_source_files_properties(math/kernels_baseline.c PROPERTIES COMPILE_OPTIONS "${kernel_flags}")

function(seqnet_instruction_set name)
    string(TOUPPER ${name} upper)
    check_c_compiler_flag("${ARGN}" has_${name})
    if(NOT has_${name})
        return()
    endif()
    separate_arguments(flags UNIX_COMMAND "${ARGN}")
    target_sources(sn_math PRIVATE math/kernels_${name}.c)
    set_source_files_properties(math/kernels_${name}.c PROPERTIES
        COMPILE_OPTIONS "${kernel_flags};${flags}")
    target_compile_definitions(sn_math PRIVATE SEQNET_HAVE_${upper})
endfunction()

if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    seqnet_instruction_set(avx2 "-mavx2 -mfma")
    seqnet_instruction_set(avx512 "-mavx512f -mavx512dq -mfma")
endif()
