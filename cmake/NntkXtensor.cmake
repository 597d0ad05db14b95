# SPDX-License-Identifier: BSD-3-Clause
# Clang 19 matches template template parameters as C++17 says, and then finds xtensor's `rebind_container` ambiguous
# (xtensor issue 2804, mended in 0.26). Clang 19 and 20 can still be told to match as before, and warn that they will
# forget how; Clang 21 has forgotten, and needs xtensor 0.26.
#
# Call it on the target that carries xtensor's headers, after find_package(xtensor). The compiler is looked at when
# the using target is compiled, so an installed package may call it too.
function(nntk_xtensor_workaround target)
  if(xtensor_VERSION VERSION_GREATER_EQUAL 0.26)
    return()
  endif()
  set(clang "$<COMPILE_LANG_AND_ID:CXX,Clang>")
  set(from_19 "$<VERSION_GREATER_EQUAL:$<CXX_COMPILER_VERSION>,19>")
  set(before_21 "$<VERSION_LESS:$<CXX_COMPILER_VERSION>,21>")
  target_compile_options(
    ${target}
    INTERFACE "$<$<AND:${clang},${from_19},${before_21}>:-fno-relaxed-template-template-args>"
              "$<$<AND:${clang},${from_19},${before_21}>:-Wno-deprecated-no-relaxed-template-template-args>")
endfunction()
