# SPDX-License-Identifier: BSD-3-Clause
# nntk_add_kernel(<name> ARCHITECTURE <header> [SCALAR double|float] [PROCESSOR native|x86-64-v3|...])
#
# Adds the executable <name>: the command line of nntk around the network that <header> declares by
# `using Architecture = nntk::Network<...>;`. SCALAR is the type of its numbers, double unless said otherwise;
# PROCESSOR is what the kernels are compiled for, NNTK_PROCESSOR (native) unless said otherwise.
set(NNTK_KERNEL_UNIT ${CMAKE_CURRENT_LIST_DIR}/kernel.cpp.in)

function(nntk_add_kernel name)
  cmake_parse_arguments(PARSE_ARGV 1 NNTK "" "ARCHITECTURE;SCALAR;PROCESSOR" "")
  nntk_check_kernel_arguments()
  set(unit ${CMAKE_CURRENT_BINARY_DIR}/${name}.kernel.cpp)
  configure_file(${NNTK_KERNEL_UNIT} ${unit} @ONLY)

  add_executable(${name} ${unit})
  get_filename_component(neighbours ${NNTK_ARCHITECTURE} DIRECTORY)
  target_link_libraries(${name} PRIVATE nntk::tool)
  target_link_options(${name} PRIVATE $<$<NOT:$<CONFIG:Debug>>:LINKER:--strip-all>)
  set_target_properties(${name} PROPERTIES SKIP_BUILD_RPATH ON INSTALL_RPATH "" CXX_EXTENSIONS OFF)
  nntk_compile_privately(${name})
  nntk_specialise(${name} ${NNTK_PROCESSOR})
  target_compile_options(${name} PRIVATE -iquote${neighbours} -ffile-prefix-map=${neighbours}=.)
endfunction()

# Says what is wrong with the arguments, or completes them.
macro(nntk_check_kernel_arguments)
  if(NNTK_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "nntk_add_kernel(${name}): unknown arguments: ${NNTK_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT NNTK_ARCHITECTURE)
    message(FATAL_ERROR "nntk_add_kernel(${name}) needs ARCHITECTURE <header>")
  endif()
  get_filename_component(NNTK_ARCHITECTURE "${NNTK_ARCHITECTURE}" ABSOLUTE)
  if(NOT EXISTS "${NNTK_ARCHITECTURE}")
    message(FATAL_ERROR "nntk_add_kernel(${name}): there is no header ${NNTK_ARCHITECTURE}")
  endif()
  if(NOT NNTK_SCALAR)
    set(NNTK_SCALAR double)
  elseif(NOT NNTK_SCALAR MATCHES "^(double|float)$")
    message(FATAL_ERROR "nntk_add_kernel(${name}): SCALAR is double or float, not ${NNTK_SCALAR}")
  endif()
endmacro()
