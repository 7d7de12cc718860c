# Parts in files of their own (system/module.h). In the build tree they lie beside the program.
#
#   seqnet_module(TARGET OUTPUT_NAME COMPONENT SOURCE...)   of one room, a package of its own
file(RELATIVE_PATH modules_from_program /prefix/${CMAKE_INSTALL_BINDIR}
    /prefix/${CMAKE_INSTALL_LIBDIR}/seqnet)
set_source_files_properties(system/module.c PROPERTIES
    COMPILE_DEFINITIONS "SEQNET_MODULES_FROM_PROGRAM=\"${modules_from_program}\"")

function(seqnet_module target name component)
    add_library(${target} MODULE ${ARGN})
    target_include_directories(${target} PRIVATE
        ${CMAKE_CURRENT_SOURCE_DIR}/base ${PROJECT_SOURCE_DIR}/include)
    target_link_libraries(${target} PRIVATE seqnet_compile_options)
    set_target_properties(${target} PROPERTIES PREFIX "" OUTPUT_NAME ${name}
        C_VISIBILITY_PRESET hidden LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
    install(TARGETS ${target} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/seqnet
        COMPONENT ${component})
endfunction()

# The first of a module's own libraries: the loader may find it without the folder that it was linked from.
function(seqnet_module_library target name library)
    seqnet_soname(${name} "${library}")
    if(SEQNET_${name}_FILE)
        set_target_properties(${target} PROPERTIES INSTALL_RPATH_USE_LINK_PATH OFF)
    endif()
endfunction()
