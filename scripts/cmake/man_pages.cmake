# cmake -DPROGRAM=... -DEMULATOR=... -DFOLDER=... -P man_pages.cmake: writes the man pages of seqnet and
# of its commands into FOLDER.

# Runs `seqnet --generate ...` and sets <out> in the caller to what it prints.
function(generate out)
    execute_process(COMMAND ${EMULATOR} ${PROGRAM} --generate ${ARGN}
        OUTPUT_VARIABLE printed RESULT_VARIABLE code)
    if(NOT code EQUAL 0)
        message(FATAL_ERROR "${PROGRAM} --generate ${ARGN} failed: ${code}")
    endif()
    set(${out} "${printed}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${FOLDER})
generate(page man)
file(WRITE ${FOLDER}/seqnet.1 "${page}")
generate(commands commands)
string(REGEX MATCHALL "[a-z]+" commands "${commands}")
foreach(command ${commands})
    generate(page man ${command})
    file(WRITE ${FOLDER}/seqnet-${command}.1 "${page}")
endforeach()
