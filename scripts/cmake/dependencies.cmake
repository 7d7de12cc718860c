# Libraries from the system. Each becomes an imported target; the Debian package is named when one is
# missing, so that the error of a fresh machine says what to install.
find_package(PkgConfig REQUIRED)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

function(seqnet_require target module package)
    pkg_check_modules(${target} IMPORTED_TARGET ${module})
    if(NOT TARGET PkgConfig::${target})
        message(FATAL_ERROR "${module} is missing: apt-get install ${package}")
    endif()
endfunction()

# The same for a library without a pkg-config file, found by its header and its name.
function(seqnet_require_library target header name package)
    find_path(${target}_HEADERS ${header})
    find_library(${target}_LIBRARY ${name})
    mark_as_advanced(${target}_HEADERS ${target}_LIBRARY)
    if(NOT ${target}_HEADERS OR NOT ${target}_LIBRARY)
        message(FATAL_ERROR "lib${name} is missing: apt-get install ${package}")
    endif()
    add_library(Library::${target} UNKNOWN IMPORTED GLOBAL)
    set_target_properties(Library::${target} PROPERTIES
        IMPORTED_LOCATION ${${target}_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${${target}_HEADERS})
endfunction()

# For a library that the program opens by itself: the name to open it by, and its folder among those
# that programs look in.
function(seqnet_loaded_library target variable)
    get_target_property(library PkgConfig::${target} INTERFACE_LINK_LIBRARIES)
    execute_process(COMMAND ${CMAKE_READELF} -d ${library}
                    OUTPUT_VARIABLE dynamic ERROR_QUIET)
    if(NOT dynamic MATCHES "\\(SONAME\\)[^[]*\\[([^]]+)\\]")
        message(FATAL_ERROR "${library} is no shared library")
    endif()
    set(${variable} ${CMAKE_MATCH_1} PARENT_SCOPE)
    get_filename_component(folder ${library} DIRECTORY)
    if(NOT folder IN_LIST CMAKE_C_IMPLICIT_LINK_DIRECTORIES)
        set(CMAKE_INSTALL_RPATH ${CMAKE_INSTALL_RPATH} ${folder} PARENT_SCOPE)
    endif()
endfunction()

seqnet_require(LIBZIP libzip libzip-dev)
seqnet_require(CJSON libcjson libcjson-dev)
seqnet_require(XXHASH libxxhash libxxhash-dev)
seqnet_require(UTF8PROC libutf8proc libutf8proc-dev)
seqnet_require(ZLIB zlib zlib1g-dev)
seqnet_require_library(CSV csv.h csv libcsv-dev)
include(scripts/cmake/protobuf.cmake)
if(SEQNET_BLAS)
    seqnet_require(OPENBLAS openblas libopenblas-dev)
    seqnet_loaded_library(OPENBLAS SEQNET_OPENBLAS_SONAME)
endif()
if(SEQNET_TESTS)
    pkg_check_modules(CMOCKA IMPORTED_TARGET cmocka)
    find_program(BATS bats)
    find_program(PYTHON3 python3)
endif()
