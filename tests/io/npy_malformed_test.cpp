// SPDX-License-Identifier: BSD-3-Clause
//
// What the .npy reader must refuse, in one line.
#include <catch2/catch.hpp>

#include "npy_bytes.hpp"

using namespace nntk;
using namespace nntk::io;
using namespace nntk::io::test;

namespace {

struct Malformed {
  std::string file, expected;
};

std::vector<Malformed> malformed_files() {
  const std::string good = zeros("(2,)", 2);
  const std::string data = doubles(2);
  const auto with_header = [&](const std::string& header) { return npy(1, header, data); };
  const auto with_descr = [&](const std::string& descr) {
    return npy(1, dict(descr, "False", "(2,)"), data);
  };
  const auto with_shape = [&](const std::string& shape) { return zeros(shape, 2); };
  const std::string rest = ", 'fortran_order': False, 'shape': (2,)}";
  std::string many = "(";
  for (int i = 0; i < 65; ++i) many += "1, ";

  return {
      // Magic, version, length.
      {"", "is truncated"},
      {"\x93NUM", "is truncated"},
      {"hello, world, this is text", "begin with \\x93NUMPY, found hello,"},
      {bytes("\x93NUMPZ\1\0\x10\0................"), "found \\x93NUMPZ"},
      {bytes("PK\3\4") + data, "found PK\\x03\\x04"},
      {npy(0, dict("<f8", "False", "(2,)"), data), "version 0.0, expected 1.0, 2.0 or 3.0"},
      {npy(4, dict("<f8", "False", "(2,)"), data), "version 4.0"},
      {bytes("\x93NUMPY\1\1\x10\0................"), "version 1.1"},
      {bytes("\x93NUMPY\1\0\xff\xff") + data, "at least 65545 bytes up to the end of the header, found 26"},
      {bytes("\x93NUMPY\2\0\xff\xff\xff\xff") + data, "at least 4294967307 bytes"},
      // The dict.
      {npy(1, "", data), "expected '{' at its byte 0, found its end"},
      {with_header("('<f8', False, (2,))"), "expected '{' at its byte 0"},
      {with_header("None"), "expected '{'"},
      {with_header(std::string(40, '\0')), "found \\x00\\x00"},
      {with_header("{}"), "has no key 'descr'"},
      {with_header("{,}"), "expected a quoted string at its byte 1"},
      {with_header("{'descr': '<f8'" + rest + " x"), "expected nothing after the dict"},
      {with_header("{'descr': '<f8'" + rest + bytes("\0")), "nothing after the dict at its byte 55"},
      {with_header("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)"),
       "',' or '}' at its byte 54, found its end"},
      {with_header("{'descr' '<f8'" + rest), "expected ':'"},
      {with_header("{'descr': '<f8' 'fortran_order': False, 'shape': (2,)}"), "',' or '}'"},
      {with_header("{'descr': '<f8', , 'shape': (2,)}"), "expected a quoted string at its byte 17"},
      {with_header("{descr: '<f8'" + rest), "expected a quoted string at its byte 1"},
      {with_header("{'descr\": '<f8'" + rest), "expected a plain quoted string"},
      {with_header("{'desc\\x72': '<f8'" + rest), "expected a plain quoted string"},
      {with_header("{'descr': '<f8\n'" + rest), "expected a plain quoted string"},
      // The keys.
      {with_header("{'fortran_order': False, 'shape': (2,)}"), "has no key 'descr'"},
      {with_header("{'descr': '<f8', 'shape': (2,)}"), "has no key 'fortran_order'"},
      {with_header("{'descr': '<f8', 'fortran_order': False}"), "has no key 'shape'"},
      {with_header("{'descr': '<f8', 'descr': '<f8'" + rest), "has the key 'descr' twice"},
      {with_header("{'descr': '<f8'" + rest.substr(0, rest.size() - 1) + ", 'shape': (2,)}"),
       "'shape' twice"},
      {with_header("{'descr': '<f8', 'order': 'C'" + rest), "has the key 'order', expected only"},
      {with_header("{'descr': '<f8', 'a\x1b[31m': 1" + rest), "has the key 'a\\x1b[31m'"},
      // fortran_order.
      {npy(1, dict("<f8", "0", "(2,)"), data), "expected True or False"},
      {npy(1, dict("<f8", "'False'", "(2,)"), data), "expected True or False"},
      {npy(1, dict("<f8", "Falsehood", "(2,)"), data), "',' or '}'"},
      // The shape.
      {with_shape("[2]"), "expected '('"},
      {with_shape("2"), "expected '('"},
      {with_shape("(2)"), "the shape (2) is a number, expected a tuple: (2,)"},
      {with_shape("(-2,)"), "a dimension of at least 0"},
      {with_shape("(2.0,)"), "',' or ')'"},
      {with_shape("(2e0,)"), "',' or ')'"},
      {with_shape("(02,)"), "expected a dimension at"},
      {with_shape("(+2,)"), "expected a dimension at"},
      {with_shape("(True, 2)"), "expected a dimension at"},
      {with_shape("(,)"), "expected a dimension at"},
      {with_shape("(2 1)"), "',' or ')'"},
      {with_shape("((2,),)"), "expected a dimension at"},
      {with_shape("(18446744073709551616,)"), "a dimension below 2^64"},
      {with_shape("(18446744073709551615,)"), "more than memory can hold"},
      {with_shape("(4294967296, 4294967296)"), "more than memory can hold"},
      {with_shape("(4294967297, 4294967296)"), "more than memory can hold"},
      {with_shape("(1152921504606846976,)"), "more than memory can hold"},
      {with_shape("(0, 4294967296, 4294967296)"), "more than memory can hold"},
      {with_shape(many + ")"), "65 dimensions"},
      {with_shape("(2,"), "expected a dimension at"},
      // The type.
      {with_descr("|O"), "'|O' holds Python objects"},
      {with_descr("<c16"), "'<c16' holds complex numbers, expected real numbers"},
      {with_descr("<c8"), "complex"},
      {with_descr("|S8"), "byte strings"},
      {with_descr("<U2"), "holds text"},
      {with_descr("<M8[ns]"), "holds dates"},
      {with_descr("<m8[s]"), "holds time spans"},
      {with_descr("|V8"), "holds raw bytes"},
      {with_descr("<V2"), "holds raw bytes"},
      {with_descr("<f16"), "long doubles"},
      {with_descr("<g"), "is no type that NumPy writes"},
      {with_descr("<i3"), "is no type that NumPy writes"},
      {with_descr(""), "'' is no type"},
      {with_descr("<"), "'<' is no type"},
      {with_descr("f8"), "names no byte order, expected '<f8' or '>f8'"},
      {with_descr("|f8"), "names no byte order"},
      {with_descr("=i4"), "names no byte order"},
      {with_header("{'descr': [('a', '<f8')]" + rest), "is a structured type"},
      {with_header("{'descr': ('<f8', (2,))" + rest), "is a structured type"},
      {with_header("{'descr': None" + rest), "expected a quoted string"},
      // The data.
      {good.substr(0, good.size() - 1),
       "is truncated: expected 16 bytes of data for '<f8' of shape (2,), found 15"},
      {good + '\0', "has trailing bytes: expected 16 bytes of data for '<f8' of shape (2,), found 17"},
      {zeros("()", 0), "expected 8 bytes of data for '<f8' of shape (), found 0"},
      {zeros("(0, 3)", 1), "expected 0 bytes of data for '<f8' of shape (0, 3), found 8"},
      {zeros("(1000000000,)", 2), "expected 8000000000 bytes"},
      // Bytes beyond ASCII.
      {npy(1, "{'descr': '<f8', 'a\xe9': 1" + rest, data),
       "is not ASCII, as .npy before version 3.0 requires: found \\xe9 at its byte 19"},
      {npy(2, "{'descr': '<f8'" + rest + "\xa0", data), "is not ASCII"},
      {npy(3, "{'descr': [('\xc3\xa9', '<f8')]" + rest, data), "[('\\xc3\\xa9', '<f8')]"},
      {npy(3, "{'descr': '<f8'" + rest + "\xc2\xa0", data), "found \\xc2\\xa0"},
  };
}

}  // namespace

TEST_CASE("A malformed .npy file is refused in one line that says what was expected") {
  const Scratch scratch;
  const auto files = malformed_files();
  CHECK(files.size() >= 40);
  for (const auto& [file, expected] : files) {
    const auto path = scratch.write("x.npy", file);
    const std::string sentence = refusal(path);
    INFO(sentence);
    CHECK(is_one_line(sentence));
    CHECK_THAT(sentence, Catch::StartsWith(path.string() + ": "));
    CHECK_THAT(sentence, Catch::Contains(expected));
  }
}

TEST_CASE("Every prefix of a valid .npy file is refused") {
  const Scratch scratch;
  for (int major = 1; major <= 3; ++major) {
    const std::string whole = npy(major, dict("<f4", "True", "(3, 2)"), std::string(24, '\1'));
    CHECK(read_npy(scratch.write("whole.npy", whole)).shape == std::vector<std::size_t>{3, 2});
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::string sentence = refusal(scratch.write("part.npy", whole.substr(0, size)));
      CHECK(is_one_line(sentence));
      CHECK_THAT(sentence, Catch::Contains("truncated"));
    }
  }
}

TEST_CASE("A .npy file with any byte changed is read or refused in one line") {
  const Scratch scratch;
  const std::string whole = npy(1, dict("<i2", "True", "(2, 3)"), std::string(12, '\1'));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char byte : {'\0', '0', '9', '\'', '(', ')', '{', '}', ',', '-', 'L', '\n', '\x7f', '\xff'}) {
      std::string changed = whole;
      changed[at] = byte;
      const auto path = scratch.write("x.npy", changed);
      std::size_t count = 0;
      const std::string sentence = sentence_of<DataError>([&] { count = read_npy(path).values.size(); });
      CHECK((count == 6 || is_one_line(sentence)));
    }
  }
}
