# The extension for SQLite, where its headers are installed: one file that SQLite loads, with all of
# libseqnet in it, so that it works wherever it is copied to. Of its names only the entry is exported.
option(SEQNET_SQLITE "Build the extension for SQLite where its headers are found" ON)
if(SEQNET_SQLITE)
    pkg_check_modules(SQLITE IMPORTED_TARGET sqlite3>=3.31) # SQLITE_DIRECTONLY
endif()
set(sqlite_libraries "")
if(TARGET PkgConfig::SQLITE)
    set(sqlite_libraries PkgConfig::SQLITE)
endif()
seqnet_program_room(sqlite
    SOURCES functions.c scored_model.c
    USES console
    LIBRARIES seqnet ${sqlite_libraries})
set_target_properties(sn_sqlite PROPERTIES EXCLUDE_FROM_ALL ON)
if(TARGET PkgConfig::SQLITE)
    seqnet_module(seqnet_sqlite seqnet-sqlite sqlite $<TARGET_OBJECTS:sn_sqlite>
        $<TARGET_OBJECTS:sn_console>)
    set_target_properties(seqnet_sqlite PROPERTIES LINKER_LANGUAGE C)
    target_link_libraries(seqnet_sqlite PRIVATE seqnet)
    target_link_options(seqnet_sqlite PRIVATE LINKER:--exclude-libs,ALL)
endif()
