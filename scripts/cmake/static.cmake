# One program without shared libraries, for machines that have nothing (preset `static`). It has no modules,
# so neither HDF5 nor MPI nor the extension of SQLite, and no OpenBLAS: all of its kernels would be linked, too.
foreach(option SEQNET_BLAS SEQNET_HDF5 SEQNET_MPI SEQNET_SQLITE)
    set(${option} OFF CACHE BOOL "Not in a static program" FORCE)
endforeach()
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
add_compile_definitions(SEQNET_STATIC)

set(static_libraries ${PROJECT_BINARY_DIR}/static-libraries)
list(PREPEND CMAKE_PREFIX_PATH ${static_libraries})
foreach(library zip cjson)
    find_library(STATIC_${library} ${library})
    mark_as_advanced(STATIC_${library})
endforeach()
if(NOT STATIC_zip OR NOT STATIC_cjson)
    message(STATUS "libzip and cJSON as static libraries: built from Debian's sources")
    execute_process(COMMAND ${PROJECT_SOURCE_DIR}/scripts/static-libraries.sh ${static_libraries}
                    RESULT_VARIABLE failed OUTPUT_QUIET ERROR_VARIABLE said)
    if(failed)
        message(FATAL_ERROR "scripts/static-libraries.sh fails:\n${said}")
    endif()
endif()
