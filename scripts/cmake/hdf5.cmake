# The module of HDF5, in which Keras keeps weights, where libhdf5 is installed: a child process of
# seqnet opens it (hdf5_child.c), so the program links nothing of it.
option(SEQNET_HDF5 "Build the module for HDF5 where libhdf5 is found" ON)
if(SEQNET_HDF5)
    pkg_check_modules(HDF5 IMPORTED_TARGET hdf5)
endif()
set_source_files_properties(hdf5/hdf5_child.c PROPERTIES
    COMPILE_DEFINITIONS "SEQNET_HDF5_MODULE=\"seqnet-hdf5.so\"")
# Sanitizers use terabytes of addresses, and write to standard error.
if(SEQNET_SANITIZE)
    set_property(SOURCE hdf5/hdf5_child.c APPEND PROPERTY COMPILE_DEFINITIONS SEQNET_SANITIZED)
endif()
if(TARGET PkgConfig::HDF5)
    seqnet_module(seqnet_hdf5 seqnet-hdf5 hdf5 hdf5/hdf5_build.c hdf5/hdf5_dump.c
        hdf5/hdf5_image.c)
    target_link_libraries(seqnet_hdf5 PRIVATE PkgConfig::HDF5)
    seqnet_module_library(seqnet_hdf5 HDF5 ${HDF5_LINK_LIBRARIES})
endif()
