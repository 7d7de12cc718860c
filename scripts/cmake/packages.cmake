# Packages by cpack: -G DEB makes one for each component, -G TGZ a tarball with the tree of an installation,
# which works wherever it is unpacked. With SOURCE_DATE_EPOCH in the environment equal sources give equal
# bytes (scripts/reproducible-build.sh). The preset `package` builds for /usr, where .debs belong.
set(package_folder ${PROJECT_SOURCE_DIR}/scripts/packages)
set(package_work ${PROJECT_BINARY_DIR}/packages)
set(soversion ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
# Below 1: a package that Debian itself has is newer.
set(release 0.1)
set(version ${PROJECT_VERSION}-${release})

# What goes into each package beside its files: usr/share/doc/NAME with copyright and changelog.
file(READ ${PROJECT_SOURCE_DIR}/LICENSE license)
string(REGEX REPLACE "^MIT License\n\n[^\n]*\n\n" "" license "${license}")
string(REGEX REPLACE "\n+$" "" license "${license}")
string(REGEX REPLACE "\n\n" "\n.\n" license "${license}")
string(REPLACE "\n" "\n " license " ${license}")
configure_file(${package_folder}/copyright.in ${package_work}/copyright @ONLY)
find_program(GZIP gzip)
mark_as_advanced(GZIP)
if(GZIP)
    execute_process(COMMAND ${GZIP} -9nc ${package_folder}/changelog
                    OUTPUT_FILE ${package_work}/changelog.Debian.gz)
endif()

# seqnet_package(COMPONENT NAME SECTION SUMMARY DESCRIPTION [FIELD VALUE]...)
#
# FIELD is one of cpack's, as in CPACK_DEBIAN_<COMPONENT>_PACKAGE_<FIELD>.
set(packages "")
macro(seqnet_package component name section summary description)
    string(TOUPPER ${component} upper)
    set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${name})
    set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${section})
    set(CPACK_DEBIAN_${upper}_DESCRIPTION "${summary}\n${description}")
    set(fields "${ARGN}")
    while(fields)
        list(POP_FRONT fields field value)
        set(CPACK_DEBIAN_${upper}_PACKAGE_${field} "${value}")
    endwhile()
    install(FILES ${package_work}/copyright DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${name}
            COMPONENT ${component} EXCLUDE_FROM_ALL)
    if(GZIP)
        install(FILES ${package_work}/changelog.Debian.gz
                DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${name}
                COMPONENT ${component} EXCLUDE_FROM_ALL)
    endif()
    list(APPEND packages ${component})
endmacro()

# The package that has the library which a part opens by itself (dpkg-shlibdeps does not see that).
function(seqnet_package_of target variable)
    set(${variable} "" PARENT_SCOPE)
    find_program(DPKG_QUERY dpkg-query)
    mark_as_advanced(DPKG_QUERY)
    get_filename_component(file "${SEQNET_${target}_FILE}" REALPATH)
    if(NOT DPKG_QUERY OR NOT EXISTS "${file}")
        return()
    endif()
    foreach(path ${file} /usr${file})
        execute_process(COMMAND ${DPKG_QUERY} -S ${path} OUTPUT_VARIABLE found ERROR_QUIET)
        if(found MATCHES "^([a-z0-9.+-]+)")
            set(${variable} ${CMAKE_MATCH_1} PARENT_SCOPE)
            return()
        endif()
    endforeach()
endfunction()

set(opened "")
foreach(target LIBZIP PROTOBUF_C)
    seqnet_package_of(${target} package)
    if(package)
        list(APPEND opened ${package})
    endif()
endforeach()
list(JOIN opened ", " opened)
set(recommended "")
if(SEQNET_BLAS)
    list(APPEND recommended "libopenblas0-pthread | libopenblas0")
endif()
if(TARGET seqnet_hdf5)
    list(APPEND recommended seqnet-hdf5)
endif()
list(JOIN recommended ", " recommended)
set(suggested "")
if(TARGET seqnet_mpi)
    set(suggested seqnet-mpi)
endif()

set(about "seqnet trains classifiers of texts (recurrent networks, n-grams) from CSV,
JSON Lines, fastText and NumPy files, measures them, explains what they say,
and classifies lines in a pipe. A model of film reviews is built in.")
seqnet_package(seqnet seqnet science "train and use text classifiers from the shell" "${about}"
    DEPENDS "${opened}" RECOMMENDS "${recommended}" SUGGESTS "${suggested}")
seqnet_package(library libseqnet${soversion} libs "library of text classifiers, shared"
    "${about}\n\nThis package contains the shared library."
    DEPENDS "${opened}" RECOMMENDS "${recommended}" SUGGESTS "${suggested}")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${package_work}/shlibs ${package_folder}/triggers)
seqnet_package(development libseqnet-dev libdevel "library of text classifiers, for developers"
    "${about}\n\nThis package contains the headers, the static library, and files for\npkg-config and CMake."
    DEPENDS "libseqnet${soversion} (= ${version}), libcjson-dev, libxxhash-dev, libutf8proc-dev, zlib1g-dev, libcsv-dev")
if(TARGET seqnet_hdf5)
    seqnet_package(hdf5 seqnet-hdf5 science "Keras's HDF5 files for seqnet"
        "seqnet classifies texts. With this module it imports models that Keras has\nstored in files of the form HDF5 (.h5, .keras), and exports such."
        ENHANCES "seqnet, libseqnet${soversion}")
endif()
if(TARGET seqnet_mpi)
    seqnet_package(mpi seqnet-mpi science "several processes for seqnet, by MPI"
        "seqnet classifies texts. With this module several processes, on one or more\nmachines, train one model together, started by mpirun or srun."
        ENHANCES "seqnet, libseqnet${soversion}")
endif()
if(TARGET seqnet_sqlite)
    seqnet_package(sqlite seqnet-sqlite science "text classifiers in SQLite"
        "seqnet classifies texts. With this extension SQLite has a function\nthat does so: select seqnet(body) from mails."
        DEPENDS "${opened}" ENHANCES "sqlite3")
endif()
file(WRITE ${package_work}/shlibs "libseqnet ${soversion} libseqnet${soversion} (>= ${PROJECT_VERSION})\n")

set(CPACK_PACKAGE_NAME seqnet)
set(CPACK_PACKAGE_VENDOR "The seqnet authors")
set(CPACK_PACKAGE_CONTACT "The seqnet authors <seqnet@seqnet.example>")
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_COMPONENTS_ALL ${packages})
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS ${CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS})
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SOURCE seqnet)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${release})
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
if(CMAKE_CROSSCOMPILING AND CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
    set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE arm64)
endif()
set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_BINARY_DIR}/cpack_options.cmake)
file(WRITE ${PROJECT_BINARY_DIR}/cpack_options.cmake
"if(CPACK_GENERATOR STREQUAL DEB)
    set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
    set(CPACK_PACKAGE_DESCRIPTION_SUMMARY) # each package has its own
    set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/scripts/cmake/debian_places.cmake)
endif()
")
include(CPack)
