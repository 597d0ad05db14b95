# SPDX-License-Identifier: BSD-3-Clause
# nntk_add_kernel(<name> ARCHITECTURE <header> [SCALAR double|float] [PROCESSOR native|x86-64-v3|...]...)
#
# Adds the executable <name>: the command line of nntk around the network that <header> declares by
# `using Architecture = nntk::Network<...>;`. SCALAR is the type of its numbers, double unless said otherwise;
# PROCESSOR is what the kernels are compiled for, NNTK_PROCESSOR (native) unless said otherwise. A binary for
# several processors, which must differ in their instruction sets, holds the network once for each, and runs the widest
# that it finds support for.
set(NNTK_KERNEL_UNIT ${CMAKE_CURRENT_LIST_DIR}/kernel.cpp.in)
set(NNTK_SHARED_TEMPLATES ${CMAKE_CURRENT_LIST_DIR}/shared_templates.in)

function(nntk_add_kernel name)
  cmake_parse_arguments(PARSE_ARGV 1 NNTK "" "ARCHITECTURE;SCALAR" "PROCESSOR")
  nntk_check_kernel_arguments()
  set(unit ${CMAKE_CURRENT_BINARY_DIR}/${name}.kernel.cpp)
  set(NNTK_DECLARATIONS ${CMAKE_CURRENT_BINARY_DIR}/nntk-shared-${NNTK_SCALAR}.hpp)
  set(NNTK_LINKAGE extern)
  configure_file(${NNTK_SHARED_TEMPLATES} ${NNTK_DECLARATIONS} @ONLY)
  configure_file(${NNTK_KERNEL_UNIT} ${unit} @ONLY)

  list(REMOVE_DUPLICATES NNTK_PROCESSOR)
  list(LENGTH NNTK_PROCESSOR processors)
  set(objects)
  foreach(processor IN LISTS NNTK_PROCESSOR)
    nntk_add_shared_templates(${processor} shared)
    set(library ${name}-${processor})
    add_library(${library} OBJECT ${unit})
    nntk_compile_kernel(${library} ${processor})
    if(processors EQUAL 1)
      list(APPEND objects $<TARGET_OBJECTS:${library}> $<TARGET_OBJECTS:${shared}>)
    else()
      nntk_localise(${library} ${shared} object)
      list(APPEND objects ${object})
    endif()
  endforeach()
  add_executable(${name} ${objects})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
  target_link_libraries(${name} PRIVATE nntk::tool)
  target_link_options(${name} PRIVATE $<$<NOT:$<CONFIG:Debug>>:LINKER:--strip-all>)
  set_target_properties(${name} PROPERTIES SKIP_BUILD_RPATH ON INSTALL_RPATH "")
endfunction()

function(nntk_compile_kernel target processor)
  get_filename_component(neighbours ${NNTK_ARCHITECTURE} DIRECTORY)
  nntk_compile_for(${target} ${processor})
  target_compile_options(${target} PRIVATE -iquote${neighbours} -ffile-prefix-map=${neighbours}=.)
endfunction()

function(nntk_compile_for target processor)
  target_link_libraries(${target} PRIVATE nntk::tool)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  nntk_compile_privately(${target})
  nntk_specialise(${target} ${processor})
endfunction()

# What kernels of a scalar have in common, compiled for a processor: once, whatever their number, or never, where the
# object lies in NNTK_SHARED_OBJECTS.
function(nntk_add_shared_templates processor result)
  set(library nntk-shared-${NNTK_SCALAR}-${processor})
  set(${result} ${library} PARENT_SCOPE)
  if(TARGET ${library})
    return()
  endif()
  if(EXISTS "${NNTK_SHARED_OBJECTS}/${library}.o")
    add_library(${library} OBJECT IMPORTED)
    set_target_properties(${library} PROPERTIES IMPORTED_OBJECTS ${NNTK_SHARED_OBJECTS}/${library}.o)
    return()
  endif()
  set(unit ${CMAKE_CURRENT_BINARY_DIR}/${library}.cpp)
  set(NNTK_LINKAGE "")
  configure_file(${NNTK_SHARED_TEMPLATES} ${unit} @ONLY)
  add_library(${library} OBJECT ${unit})
  nntk_compile_for(${library} ${processor})
  nntk_prepare_to_localise(${library})
endfunction()

# The objects of a kernel and of what it shares as one whose symbols nobody sees: templates of the standard library too are compiled
# for its processor, and the linker would take one processor's for all.
function(nntk_localise library shared result)
  if(NOT CMAKE_OBJCOPY)
    message(FATAL_ERROR "nntk_add_kernel: several processors need objcopy, found none")
  endif()
  set(object ${CMAKE_CURRENT_BINARY_DIR}/${library}.o)
  separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_COMPILER_ARG1} ${CMAKE_CXX_FLAGS}")
  set(objects $<TARGET_OBJECTS:${library}> $<TARGET_OBJECTS:${shared}>)
  nntk_prepare_to_localise(${library})
  add_custom_command(
    OUTPUT ${object}
    COMMAND ${CMAKE_CXX_COMPILER} ${flags} -r -nostdlib -Wl,--force-group-allocation -o ${object} ${objects}
    COMMAND ${CMAKE_OBJCOPY} --keep-global-symbol=none ${object}
    DEPENDS ${library} ${shared} ${objects}
    COMMAND_EXPAND_LISTS VERBATIM)
  set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  set(${result} ${object} PARENT_SCOPE)
endfunction()

function(nntk_prepare_to_localise library)
  target_compile_options(${library} PRIVATE -fno-lto $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
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
