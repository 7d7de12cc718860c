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

seqnet_require(LIBZIP libzip libzip-dev)
seqnet_require(CJSON libcjson libcjson-dev)
seqnet_require(XXHASH libxxhash libxxhash-dev)
if(SEQNET_BLAS)
    seqnet_require(OPENBLAS openblas libopenblas-dev)
endif()
if(SEQNET_TESTS)
    pkg_check_modules(CMOCKA IMPORTED_TARGET cmocka)
    find_program(BATS bats)
    find_program(PYTHON3 python3)
endif()
