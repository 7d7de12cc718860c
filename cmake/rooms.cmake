# One OBJECT library per room. A room sees its own headers, those of the rooms named in USES (and what
# they use), and the public headers: an include of any other room does not compile.
#
#   seqnet_room(NAME SOURCES file... USES room... LIBRARIES target...)
function(seqnet_room name)
    cmake_parse_arguments(ROOM "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
    add_library(sn_${name} OBJECT ${ROOM_SOURCES})
    target_include_directories(sn_${name}
        PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/${name} ${PROJECT_SOURCE_DIR}/include)
    target_link_libraries(sn_${name} PRIVATE seqnet_compile_options ${ROOM_LIBRARIES})
    foreach(room ${ROOM_USES})
        target_include_directories(sn_${name} PUBLIC
            $<TARGET_PROPERTY:sn_${room},INTERFACE_INCLUDE_DIRECTORIES>)
    endforeach()
    set_target_properties(sn_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()
