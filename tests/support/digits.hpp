// SPDX-License-Identifier: BSD-3-Clause
//
// Numbers of 50 digits, by MPFR: a compiled library, since templates of that arithmetic cost every test that
// uses them a fifth of its compilation.
#pragma once

#include <boost/multiprecision/mpfr.hpp>

namespace nntk::test {

using Digits50 = boost::multiprecision::number<
    boost::multiprecision::mpfr_float_backend<50, boost::multiprecision::allocate_stack>,
    boost::multiprecision::et_off>;

}  // namespace nntk::test
