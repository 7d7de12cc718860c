# One OBJECT library per room. A room sees its own headers, those of the rooms named in USES (and what
# they use), and the public headers: an include of any other room does not compile.
#
#   seqnet_room(NAME SOURCES file... USES room... LIBRARIES target...)           of the library
#   seqnet_program_room(NAME SOURCES file... USES room... LIBRARIES target...)   of the program
#
# The global properties SEQNET_ROOMS and SEQNET_PROGRAM_ROOMS list the rooms, SEQNET_ROOM_<NAME>_SEES
# what each may include.
function(seqnet_add_room list name)
    cmake_parse_arguments(ROOM "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
    list(TRANSFORM ROOM_SOURCES PREPEND ${name}/)
    add_library(sn_${name} OBJECT ${ROOM_SOURCES})
    # The library's calls nest deeply, and threads have small stacks on some systems. The frames of
    # sanitizers are larger, and so are those of code that is not optimised.
    if(list STREQUAL "SEQNET_ROOMS" AND NOT SEQNET_SANITIZE AND NOT SEQNET_COVERAGE
       AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
        target_compile_options(sn_${name} PRIVATE -Wframe-larger-than=34000)
    endif()
    target_include_directories(sn_${name}
        PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/${name} ${PROJECT_SOURCE_DIR}/include)
    target_link_libraries(sn_${name} PRIVATE seqnet_compile_options ${ROOM_LIBRARIES})
    set(sees ${name})
    foreach(room ${ROOM_USES})
        target_include_directories(sn_${name} PUBLIC
            $<TARGET_PROPERTY:sn_${room},INTERFACE_INCLUDE_DIRECTORIES>)
        get_property(seen GLOBAL PROPERTY SEQNET_ROOM_${room}_SEES)
        list(APPEND sees ${seen})
    endforeach()
    list(REMOVE_DUPLICATES sees)
    set_property(GLOBAL PROPERTY SEQNET_ROOM_${name}_SEES ${sees})
    set_property(GLOBAL APPEND PROPERTY ${list} ${name})
    set_target_properties(sn_${name} PROPERTIES
        POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden)
endfunction()

macro(seqnet_room)
    seqnet_add_room(SEQNET_ROOMS ${ARGN})
endmacro()

macro(seqnet_program_room)
    seqnet_add_room(SEQNET_PROGRAM_ROOMS ${ARGN})
endmacro()

# Writes FILE with one line per room of a list: its name, a colon, and the rooms that it may include.
function(seqnet_write_rooms list file)
    get_property(rooms GLOBAL PROPERTY ${list})
    set(lines "")
    foreach(room ${rooms})
        get_property(sees GLOBAL PROPERTY SEQNET_ROOM_${room}_SEES)
        list(JOIN sees " " sees)
        string(APPEND lines "${room}: ${sees}\n")
    endforeach()
    file(WRITE ${file} "${lines}")
endfunction()
