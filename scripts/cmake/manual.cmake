# The manual, which the program prints from its tables when it is built, and the scripts with which
# shells complete its command lines. Built for another machine, the program runs in the emulator that
# CMAKE_CROSSCOMPILING_EMULATOR names; without one there are no man pages.
if(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
    set(SEQNET_MANUAL OFF)
else()
    set(SEQNET_MANUAL ON)
    set(manual_folder ${PROJECT_BINARY_DIR}/man/man1)
    add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/man/written
        COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0
            ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:seqnet_cli> "-DEMULATOR=${CMAKE_CROSSCOMPILING_EMULATOR}"
            -DFOLDER=${manual_folder} -P ${PROJECT_SOURCE_DIR}/scripts/cmake/man_pages.cmake
        COMMAND ${CMAKE_COMMAND} -E touch ${PROJECT_BINARY_DIR}/man/written
        DEPENDS seqnet_cli ${PROJECT_SOURCE_DIR}/scripts/cmake/man_pages.cmake
        COMMENT "Writing the man pages" VERBATIM)
    add_custom_target(seqnet_manual ALL DEPENDS ${PROJECT_BINARY_DIR}/man/written)
    install(DIRECTORY ${manual_folder} DESTINATION ${CMAKE_INSTALL_MANDIR})
endif()

set(completions ${PROJECT_SOURCE_DIR}/src/completion)
install(FILES ${completions}/complete.bash RENAME seqnet
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${completions}/complete.zsh RENAME _seqnet
    DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${completions}/complete.fish RENAME seqnet.fish
    DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
