# SPDX-License-Identifier: BSD-3-Clause
# How nntk compiles its own targets and a user's kernels. Nothing here leaks to a user: every flag is PRIVATE.
set(NNTK_PROCESSOR native CACHE STRING "Processor that kernels and benchmarks are compiled for, as -march takes it")

# Contraction is off so that a product and a sum round as written wherever fma is not asked for: the same bits
# from every compiler. Paths are mapped away so that no binary tells where it was built.
function(nntk_compile_privately target)
  set(includes "$<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>")
  set(map -ffile-prefix-map=)
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_compile_options(
    ${target} PRIVATE -ffp-contract=off ${map}${PROJECT_SOURCE_DIR}=. ${map}${PROJECT_BINARY_DIR}=.
                      "$<$<BOOL:${includes}>:${map}$<JOIN:${includes},=.$<SEMICOLON>${map}>=.>")
endfunction()

# The project's own code, warnings as errors.
function(nntk_strict target)
  nntk_compile_privately(${target})
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 warns about its own AVX-512 intrinsics (GCC bug 105593) and its own std::string (GCC bug 105651).
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized -Wno-uninitialized -Wno-restrict)
  endif()
endfunction()

# Compiles `target` for one processor: `native`, or what -march takes. The width of a tile follows from it.
function(nntk_specialise target processor)
  # xsimd 8.1 does not compile for AVX-512 without optimisation: there the intrinsics are macros that convert nothing.
  target_compile_options(${target} PRIVATE -march=${processor} $<IF:$<CONFIG:Debug>,-O1,-O3>)
endfunction()
