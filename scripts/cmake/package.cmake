# What is installed for those who build on the library: both libraries, the headers, seqnet.pc and the
# CMake package (seqnet::seqnet is the shared library, seqnet::static the static one). All of it works
# wherever the prefix is moved to.
include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/seqnet)
install(TARGETS seqnet seqnet_shared EXPORT seqnet
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library NAMELINK_COMPONENT development
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(DIRECTORY include/seqnet DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
install(EXPORT seqnet NAMESPACE seqnet:: FILE seqnet-config.cmake DESTINATION ${package_folder}
    COMPONENT development)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/seqnet-config-version.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/seqnet-config-version.cmake DESTINATION ${package_folder}
    COMPONENT development)

# A folder that was given as an absolute path stays where it is.
function(seqnet_pc_folder variable folder)
    if(NOT IS_ABSOLUTE ${folder})
        set(folder "\${prefix}/${folder}")
    endif()
    set(${variable} ${folder} PARENT_SCOPE)
endfunction()

seqnet_pc_folder(pc_libdir ${CMAKE_INSTALL_LIBDIR})
seqnet_pc_folder(pc_includedir ${CMAKE_INSTALL_INCLUDEDIR})
set(pc_prefix ${CMAKE_INSTALL_PREFIX})
if(NOT IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR})
    file(RELATIVE_PATH up /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
    string(REGEX REPLACE "/$" "" up ${up})
    set(pc_prefix "\${pcfiledir}/${up}")
endif()
set(pc_requires "libcjson libxxhash zlib libutf8proc")
set(pc_libraries "-lcsv -pthread -lm")
foreach(name ${CMAKE_DL_LIBS})
    string(APPEND pc_libraries " -l${name}")
endforeach()
foreach(folder ${CMAKE_INSTALL_RPATH}) # of what the library opens by itself
    string(APPEND pc_libraries " -Wl,-rpath,${folder}")
endforeach()
configure_file(scripts/cmake/seqnet.pc.in seqnet.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/seqnet.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
    COMPONENT development)
