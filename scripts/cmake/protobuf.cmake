# ONNX's messages as C: protobuf-c, its compiler and the description of the messages are optional; without
# them the program exports no ONNX.
option(SEQNET_ONNX "Build the export of ONNX where protobuf-c is found" ON)
if(SEQNET_ONNX)
    pkg_check_modules(PROTOBUF_C IMPORTED_TARGET libprotobuf-c)
    find_program(PROTOC_C protoc-c)
    find_file(ONNX_PROTO onnx/onnx.proto PATHS /usr/include /usr/local/include)
    mark_as_advanced(PROTOC_C ONNX_PROTO)
endif()
set(SEQNET_ONNX_IS_WANTED ${SEQNET_ONNX})
if(NOT TARGET PkgConfig::PROTOBUF_C OR NOT PROTOC_C OR NOT ONNX_PROTO)
    set(SEQNET_ONNX OFF)
endif()

# Gives a room ONNX's messages: onnx.pb-c.h, and its source, which is compiled without our warnings.
function(seqnet_onnx_messages target)
    set(folder ${PROJECT_BINARY_DIR}/onnx_messages)
    set(messages ${folder}/onnx.pb-c.c)
    file(MAKE_DIRECTORY ${folder})
    get_filename_component(described ${ONNX_PROTO} DIRECTORY)
    add_custom_command(OUTPUT ${messages} ${folder}/onnx.pb-c.h
        COMMAND ${PROTOC_C} -I${described} --c_out=${folder} ${ONNX_PROTO}
        DEPENDS ${ONNX_PROTO} VERBATIM)
    set(definitions "")
    foreach(name free_unpacked get_packed_size pack pack_to_buffer unpack) # onnx/protobuf.c has them
        list(APPEND definitions protobuf_c_message_${name}=sn_protobuf_message_${name})
    endforeach()
    set_source_files_properties(${messages} PROPERTIES
        COMPILE_OPTIONS -w COMPILE_DEFINITIONS "${definitions}")
    target_sources(${target} PRIVATE ${messages} ${folder}/onnx.pb-c.h)
    target_include_directories(${target} SYSTEM PRIVATE ${folder})
endfunction()
