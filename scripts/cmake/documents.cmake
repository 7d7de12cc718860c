# The README, the guide and their figures go to share/doc/seqnet. Links between them are rewritten to hold
# there; what links to anything else of the source tree keeps its words only.
set(documents_folder ${PROJECT_BINARY_DIR}/documents)

# seqnet_document NAME INSTALLED_NAME
function(seqnet_document name installed_name)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${name})
    file(READ ${PROJECT_SOURCE_DIR}/${name} text)
    string(REPLACE "](../../" "](../" text "${text}")
    string(REPLACE "scripts/figures/" "figures/" text "${text}")
    string(REPLACE "](src/guide/" "](guide/" text "${text}")
    string(REGEX REPLACE "\\[([^]]*)\\]\\((\\.\\./)?(src|tests|scripts|LICENSE)[^)]*\\)" "\\1" text "${text}")
    file(WRITE ${documents_folder}/${installed_name} "${text}")
endfunction()

file(REMOVE_RECURSE ${documents_folder})
seqnet_document(README.md README.md)
file(GLOB guide_pages CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/src/guide/*.md)
foreach(page ${guide_pages})
    seqnet_document(src/${page} ${page})
endforeach()
file(GLOB figures CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/scripts/figures/*.svg
    ${PROJECT_SOURCE_DIR}/scripts/figures/*.png)
file(COPY ${figures} DESTINATION ${documents_folder}/figures)
install(DIRECTORY ${documents_folder}/ DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${PROJECT_SOURCE_DIR}/tests/hosts/seqnet.py ${PROJECT_SOURCE_DIR}/tests/hosts/seqnet.mjs
    DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
