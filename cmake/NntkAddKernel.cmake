# SPDX-License-Identifier: BSD-3-Clause
# nntk_add_kernel(<name> ARCHITECTURE <header> [SCALAR double|float] [PROCESSOR native|x86-64-v3|...]...)
#
# Adds the executable <name>: the command line of nntk around the network that <header> declares by
# `using Architecture = nntk::Network<...>;`. SCALAR is the type of its numbers, double unless said otherwise;
# PROCESSOR is what the kernels are compiled for, NNTK_PROCESSOR (native) unless said otherwise. A binary for
# several processors, which must differ in their instruction sets, holds the network once for each, and runs the widest
# that it finds support for.
set(NNTK_KERNEL_UNIT ${CMAKE_CURRENT_LIST_DIR}/kernel.cpp.in)

function(nntk_add_kernel name)
  cmake_parse_arguments(PARSE_ARGV 1 NNTK "" "ARCHITECTURE;SCALAR" "PROCESSOR")
  nntk_check_kernel_arguments()
  set(unit ${CMAKE_CURRENT_BINARY_DIR}/${name}.kernel.cpp)
  configure_file(${NNTK_KERNEL_UNIT} ${unit} @ONLY)

  list(REMOVE_DUPLICATES NNTK_PROCESSOR)
  list(LENGTH NNTK_PROCESSOR processors)
  if(processors EQUAL 1)
    add_executable(${name} ${unit})
    nntk_compile_kernel(${name} ${NNTK_PROCESSOR})
  else()
    set(objects)
    foreach(processor IN LISTS NNTK_PROCESSOR)
      add_library(${name}-${processor} OBJECT ${unit})
      nntk_compile_kernel(${name}-${processor} ${processor})
      nntk_localise(${name}-${processor} object)
      list(APPEND objects ${object})
    endforeach()
    add_executable(${name} ${objects})
    set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
  endif()
  target_link_libraries(${name} PRIVATE nntk::tool)
  target_link_options(${name} PRIVATE $<$<NOT:$<CONFIG:Debug>>:LINKER:--strip-all>)
  set_target_properties(${name} PROPERTIES SKIP_BUILD_RPATH ON INSTALL_RPATH "")
endfunction()

function(nntk_compile_kernel target processor)
  get_filename_component(neighbours ${NNTK_ARCHITECTURE} DIRECTORY)
  target_link_libraries(${target} PRIVATE nntk::tool)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  nntk_compile_privately(${target})
  nntk_specialise(${target} ${processor})
  target_compile_options(${target} PRIVATE -iquote${neighbours} -ffile-prefix-map=${neighbours}=.)
endfunction()

# The objects of a library as one whose symbols nobody sees: templates of the standard library too are compiled
# for its processor, and the linker would take one processor's for all.
function(nntk_localise library result)
  if(NOT CMAKE_OBJCOPY)
    message(FATAL_ERROR "nntk_add_kernel: several processors need objcopy, found none")
  endif()
  set(object ${CMAKE_CURRENT_BINARY_DIR}/${library}.o)
  separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_COMPILER_ARG1} ${CMAKE_CXX_FLAGS}")
  target_compile_options(${library} PRIVATE -fno-lto $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  add_custom_command(
    OUTPUT ${object}
    COMMAND ${CMAKE_CXX_COMPILER} ${flags} -r -nostdlib -Wl,--force-group-allocation -o ${object} $<TARGET_OBJECTS:${library}>
    COMMAND ${CMAKE_OBJCOPY} --keep-global-symbol=none ${object}
    DEPENDS ${library} $<TARGET_OBJECTS:${library}>
    COMMAND_EXPAND_LISTS VERBATIM)
  set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  set(${result} ${object} PARENT_SCOPE)
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
