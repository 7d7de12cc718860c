# The module of MPI, where OpenMPI is installed: the program opens it only under a launcher (comm.c), so
# it links nothing of MPI itself.
option(SEQNET_MPI "Build the module for several processes where MPI is found" ON)
if(SEQNET_MPI)
    find_package(MPI QUIET COMPONENTS C)
endif()
set_source_files_properties(comm/comm.c PROPERTIES
    COMPILE_DEFINITIONS "SEQNET_MPI_MODULE=\"seqnet-mpi.so\"")
if(MPI_C_FOUND)
    seqnet_module(seqnet_mpi seqnet-mpi mpi comm/comm_mpi.c)
    target_include_directories(seqnet_mpi SYSTEM PRIVATE ${MPI_C_INCLUDE_DIRS})
    target_link_libraries(seqnet_mpi PRIVATE ${MPI_C_LIBRARIES})
    seqnet_module_library(seqnet_mpi MPI ${MPI_C_LIBRARIES})
endif()
