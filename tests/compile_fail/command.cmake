# SPDX-License-Identifier: BSD-3-Clause
# What the compiler is called with: precompiled headers serve only files that are compiled like them.
list(REMOVE_DUPLICATES INCLUDES)
list(TRANSFORM INCLUDES PREPEND -I)
set(command ${COMPILER} -std=c++20 -march=${PROCESSOR} ${INCLUDES})
set(ENV{LC_ALL} C)
