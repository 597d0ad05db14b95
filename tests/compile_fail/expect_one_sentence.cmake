# SPDX-License-Identifier: BSD-3-Clause
# cmake -D COMPILER=... -D MISTAKE=file.cpp -D INCLUDES=folders -D PROCESSOR=native -P: the compiler must
# reject the file with exactly one error, and that error must hold the sentence that the file's first lines state.
file(READ ${MISTAKE} text)
string(REGEX MATCH "\n// expect: ([^\n]*)" line "${text}")
set(sentence "${CMAKE_MATCH_1}")
list(REMOVE_DUPLICATES INCLUDES)
list(TRANSFORM INCLUDES PREPEND -I)

set(ENV{LC_ALL} C)
execute_process(COMMAND ${COMPILER} -std=c++20 -march=${PROCESSOR} -fsyntax-only ${INCLUDES} ${MISTAKE}
                RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
string(REGEX MATCHALL "error: " errors "${output}")
list(LENGTH errors count)
string(FIND "${output}" "${sentence}" place)
if(status EQUAL 0 OR NOT count EQUAL 1 OR place EQUAL -1)
  message(FATAL_ERROR "expected one error, ${sentence}\nfound ${count}:\n${output}")
endif()
