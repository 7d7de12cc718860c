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

# The soname of a shared library as soname, empty for other files, and where the system's loader finds that
# by itself, if it does, as SEQNET_<target>_FILE.
function(seqnet_soname target library)
    execute_process(COMMAND ${CMAKE_READELF} -d ${library}
                    OUTPUT_VARIABLE dynamic ERROR_QUIET)
    set(soname "" PARENT_SCOPE)
    if(NOT dynamic MATCHES "\\(SONAME\\)[^[]*\\[([^]]+)\\]")
        return()
    endif()
    set(soname ${CMAKE_MATCH_1} PARENT_SCOPE)
    find_file(SEQNET_${target}_FILE ${CMAKE_MATCH_1} PATHS ${CMAKE_C_IMPLICIT_LINK_DIRECTORIES} NO_DEFAULT_PATH)
    mark_as_advanced(SEQNET_${target}_FILE)
endfunction()

# A library that a part opens by itself when it first needs it (system/module.h), so that other commands
# start without it: sets SEQNET_<target>_SONAME, the name to open it by, and puts its folder among those
# that programs look in, unless the system's loader finds it by itself.
# A static program has it inside.
function(seqnet_opened_library target)
    if(SEQNET_STATIC)
        return()
    endif()
    get_target_property(library PkgConfig::${target} INTERFACE_LINK_LIBRARIES)
    list(GET library 0 library)
    seqnet_soname(${target} ${library})
    if(NOT soname)
        message(FATAL_ERROR "${library} is no shared library")
    endif()
    set(SEQNET_${target}_SONAME ${soname} PARENT_SCOPE)
    get_filename_component(folder ${library} DIRECTORY)
    if(NOT SEQNET_${target}_FILE)
        set(CMAKE_INSTALL_RPATH ${CMAKE_INSTALL_RPATH} ${folder} PARENT_SCOPE)
    endif()
endfunction()

# The room of such a part has the library's headers, and its name as SEQNET_<target>.
function(seqnet_opens room target)
    target_compile_definitions(${room} PRIVATE SEQNET_${target}="${SEQNET_${target}_SONAME}")
    target_include_directories(${room} PRIVATE
        $<TARGET_PROPERTY:PkgConfig::${target},INTERFACE_INCLUDE_DIRECTORIES>)
endfunction()

seqnet_require(LIBZIP libzip libzip-dev)
seqnet_opened_library(LIBZIP)
seqnet_require(CJSON libcjson libcjson-dev)
seqnet_require(XXHASH libxxhash libxxhash-dev)
seqnet_require(UTF8PROC libutf8proc libutf8proc-dev)
seqnet_require(ZLIB zlib zlib1g-dev)
seqnet_require_library(CSV csv.h csv libcsv-dev)
include(scripts/cmake/protobuf.cmake)
if(SEQNET_ONNX)
    seqnet_opened_library(PROTOBUF_C)
endif()
if(SEQNET_BLAS)
    seqnet_require(OPENBLAS openblas libopenblas-dev)
    seqnet_opened_library(OPENBLAS)
endif()
if(SEQNET_TESTS)
    pkg_check_modules(CMOCKA IMPORTED_TARGET cmocka)
    find_program(BATS bats)
    find_program(PYTHON3 python3)
endif()
