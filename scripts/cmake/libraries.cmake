# libseqnet.a and libseqnet.so, both of the same objects: those of all rooms. The program and the
# tests link the static one, in which the tests find what the shared one hides.
get_property(rooms GLOBAL PROPERTY SEQNET_ROOMS)
set(objects "")
foreach(room ${rooms})
    list(APPEND objects $<TARGET_OBJECTS:sn_${room}>)
endforeach()
set(libraries PkgConfig::CJSON PkgConfig::XXHASH PkgConfig::ZLIB PkgConfig::UTF8PROC
    Library::CSV Threads::Threads m ${CMAKE_DL_LIBS})
if(SEQNET_STATIC)
    list(PREPEND libraries PkgConfig::LIBZIP)
    if(SEQNET_ONNX)
        list(PREPEND libraries PkgConfig::PROTOBUF_C)
    endif()
endif()
set(installed cjson xxhash z utf8proc csv pthread m ${CMAKE_DL_LIBS})
set(headers
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

# Whoever finds the installed library links its libraries by name, without our targets for them.
add_library(seqnet STATIC ${objects})
target_include_directories(seqnet INTERFACE ${headers})
target_link_libraries(seqnet PUBLIC
    "$<BUILD_INTERFACE:${libraries}>"
    "$<INSTALL_INTERFACE:${installed}>")
foreach(folder ${CMAKE_INSTALL_RPATH}) # of what the library opens by itself
    target_link_options(seqnet INTERFACE $<INSTALL_INTERFACE:LINKER:-rpath,${folder}>)
endforeach()
set_target_properties(seqnet PROPERTIES EXPORT_NAME static)

if(SEQNET_STATIC)
    return()
endif()
add_library(seqnet_shared SHARED ${objects})
target_include_directories(seqnet_shared INTERFACE ${headers})
target_link_libraries(seqnet_shared PRIVATE "$<BUILD_INTERFACE:${libraries};seqnet_compile_options>")
set_target_properties(seqnet_shared PROPERTIES
    OUTPUT_NAME seqnet EXPORT_NAME seqnet LINKER_LANGUAGE C
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
if(NOT SEQNET_SANITIZE AND NOT SEQNET_FUZZ) # their run-time libraries may come with the program
    target_link_options(seqnet_shared PRIVATE LINKER:--no-undefined)
endif()
