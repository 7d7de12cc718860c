# Run by cpack before it packs .debs: manual pages are compressed there, and zsh of packages looks for
# completions in a folder of its own.
find_program(GZIP gzip REQUIRED)
file(GLOB_RECURSE pages ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/seqnet*.1)
foreach(page ${pages})
    execute_process(COMMAND ${GZIP} -9n ${page} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
file(GLOB folders ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/share/zsh
    ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/zsh)
foreach(folder ${folders})
    file(RENAME ${folder}/site-functions ${folder}/vendor-completions)
endforeach()
