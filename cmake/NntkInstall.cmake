# SPDX-License-Identifier: BSD-3-Clause
# The package that find_package(nntk) finds: installed, and the same in the build tree, which mirrors the layout of
# an installation (bin/nntk, lib/cmake/nntk) so that the tool `nntk` finds its package the same way in both.
include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/nntk)
set(build_package ${PROJECT_BINARY_DIR}/${package})
set(modules NntkDependencies.cmake NntkXtensor.cmake NntkCompile.cmake NntkAddKernel.cmake kernel.cpp.in
    shared_templates.in)
list(TRANSFORM modules PREPEND ${CMAKE_CURRENT_LIST_DIR}/)

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/nntkConfig.cmake.in ${build_package}/nntkConfig.cmake
                              INSTALL_DESTINATION ${package})
write_basic_package_version_file(${build_package}/nntkConfigVersion.cmake COMPATIBILITY SameMinorVersion)
file(COPY ${modules} DESTINATION ${build_package})
file(COPY ${CMAKE_CURRENT_LIST_DIR}/compile DESTINATION ${build_package})

# A kernel binary links the dynamic twin; its headers stay behind.
set_target_properties(nntk_dynamic PROPERTIES EXPORT_NAME dynamic INTERFACE_INCLUDE_DIRECTORIES
                                                                  "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/bench>")
install(TARGETS nntk_runtime nntk_headers nntk_dynamic nntk_tool EXPORT nntkTargets FILE_SET HEADERS)
install(TARGETS nntk_compiler)
install(EXPORT nntkTargets NAMESPACE nntk:: DESTINATION ${package})
export(EXPORT nntkTargets NAMESPACE nntk:: FILE ${build_package}/nntkTargets.cmake)
install(FILES ${modules} ${build_package}/nntkConfig.cmake ${build_package}/nntkConfigVersion.cmake
        DESTINATION ${package})
install(DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/compile DESTINATION ${package})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
