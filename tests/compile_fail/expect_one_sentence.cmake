# SPDX-License-Identifier: BSD-3-Clause
# cmake -D COMPILER=... -D MISTAKE=file.cpp -D INCLUDES=folders -D PROCESSOR=native -D COMMON=header -P: the compiler,
# given the precompiled header, must reject the file with exactly one error, and that error must hold the sentence that
# the file's first lines state.
include(${CMAKE_CURRENT_LIST_DIR}/command.cmake)
file(READ ${MISTAKE} text)
string(REGEX MATCH "\n// expect: ([^\n]*)" line "${text}")
set(sentence "${CMAKE_MATCH_1}")

execute_process(COMMAND ${command} -include ${COMMON} -fsyntax-only ${MISTAKE}
                RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
string(REGEX MATCHALL "error: " errors "${output}")
list(LENGTH errors count)
string(FIND "${output}" "${sentence}" place)
if(status EQUAL 0 OR NOT count EQUAL 1 OR place EQUAL -1)
  message(FATAL_ERROR "expected one error, ${sentence}\nfound ${count}:\n${output}")
endif()
