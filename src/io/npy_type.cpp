// SPDX-License-Identifier: BSD-3-Clause
#include "npy_type.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "sentence.hpp"

namespace nntk::io {

namespace {

enum class Bool : std::uint8_t {};
enum class Half : std::uint16_t {};

template <class Stored>
double widen(Stored value) {
  return static_cast<double>(value);
}

double widen(Bool value) { return value == Bool{} ? 0.0 : 1.0; }

// IEEE 754 binary16: a sign, 5 bits of exponent biased by 15, 10 bits of mantissa.
double widen(Half value) {
  const auto bits = static_cast<unsigned>(value);
  const auto exponent = static_cast<int>(bits >> 10 & 31U);
  const auto mantissa = static_cast<int>(bits & 1023U);
  const double special = mantissa == 0 ? std::numeric_limits<double>::infinity() : std::nan("");
  const double magnitude = exponent == 31  ? special
                           : exponent == 0 ? std::ldexp(mantissa, -24)
                                           : std::ldexp(mantissa + 1024, exponent - 25);
  return (bits & 0x8000U) != 0 ? -magnitude : magnitude;
}

template <class Stored>
void decode(std::span<const std::byte> bytes, bool is_swapped, std::span<double> values) {
  const std::byte* next = bytes.data();
  for (double& value : values) {
    std::array<std::byte, sizeof(Stored)> stored;
    std::memcpy(stored.data(), next, sizeof(Stored));
    if (is_swapped) std::ranges::reverse(stored);
    value = widen(std::bit_cast<Stored>(stored));
    next += sizeof(Stored);
  }
}

struct RealCode {
  std::string_view code;
  std::size_t size;
  decltype(NpyType::decode) decode;
};

template <class Stored>
constexpr RealCode real(std::string_view code) {
  return {code, sizeof(Stored), decode<Stored>};
}

constexpr std::array real_codes{
    real<Bool>("b1"),          real<std::int8_t>("i1"),  real<std::int16_t>("i2"),  real<std::int32_t>("i4"),
    real<std::int64_t>("i8"),  real<std::uint8_t>("u1"), real<std::uint16_t>("u2"), real<std::uint32_t>("u4"),
    real<std::uint64_t>("u8"), real<Half>("f2"),         real<float>("f4"),         real<double>("f8"),
};

std::string_view describe_kind(std::string_view code) {
  switch (code.empty() ? '\0' : code.front()) {
    case 'O':
      return "holds Python objects";
    case 'c':
      return "holds complex numbers";
    case 'S':
    case 'a':
      return "holds byte strings";
    case 'U':
      return "holds text";
    case 'M':
      return "holds dates";
    case 'm':
      return "holds time spans";
    case 'V':
      return "holds raw bytes (a structured type, or one that NumPy has no name for)";
    case 'f':
      return "holds long doubles, whose layout differs between machines";
    default:
      return "is no type that NumPy writes";
  }
}

}  // namespace

char native_byte_order() { return std::endian::native == std::endian::little ? '<' : '>'; }

NpyType find_npy_type(std::string_view file, std::string_view descr) {
  const bool has_order =
      !descr.empty() && std::string_view("<>|=").find(descr.front()) != std::string_view::npos;
  const char order = has_order ? descr.front() : '|';
  const std::string_view code = descr.substr(has_order ? 1 : 0);
  const auto* found = std::ranges::find(real_codes, code, &RealCode::code);
  if (found == real_codes.end()) {
    refuse(file, "descr '{}' {}, expected real numbers: b1, i1 to i8, u1 to u8, f2, f4 or f8",
           show_bytes(descr), describe_kind(code));
  }
  if (found->size > 1 && order != '<' && order != '>') {
    refuse(file, "descr '{0}' names no byte order, expected '<{1}' or '>{1}'", show_bytes(descr), code);
  }
  return {found->size, order != native_byte_order(), found->decode};
}

}  // namespace nntk::io
