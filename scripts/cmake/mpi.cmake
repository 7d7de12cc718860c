# The module of MPI, where OpenMPI is installed: the program opens it only under a launcher (comm.c), so
# it links nothing of MPI itself. In the build tree it lies beside the program.
option(SEQNET_MPI "Build the module for several processes where MPI is found" ON)
if(SEQNET_MPI)
    find_package(MPI QUIET COMPONENTS C)
endif()
file(RELATIVE_PATH modules_from_program /prefix/${CMAKE_INSTALL_BINDIR}
    /prefix/${CMAKE_INSTALL_LIBDIR}/seqnet)
set_source_files_properties(comm/comm.c PROPERTIES
    COMPILE_DEFINITIONS
    "SEQNET_MODULES_FROM_PROGRAM=\"${modules_from_program}\";SEQNET_MPI_MODULE=\"seqnet-mpi.so\"")
if(MPI_C_FOUND)
    add_library(seqnet_mpi MODULE comm/comm_mpi.c)
    target_include_directories(seqnet_mpi PRIVATE
        ${CMAKE_CURRENT_SOURCE_DIR}/comm ${CMAKE_CURRENT_SOURCE_DIR}/base ${PROJECT_SOURCE_DIR}/include)
    target_include_directories(seqnet_mpi SYSTEM PRIVATE ${MPI_C_INCLUDE_DIRS})
    target_link_libraries(seqnet_mpi PRIVATE seqnet_compile_options ${MPI_C_LIBRARIES})
    set_target_properties(seqnet_mpi PROPERTIES PREFIX "" OUTPUT_NAME seqnet-mpi
        C_VISIBILITY_PRESET hidden LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
    install(TARGETS seqnet_mpi LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/seqnet)
endif()
